/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Inside the pages of events only: reporting from a phone. */
#pragma once

#include "parts/event/event_web_form.h"

extern const struct field_spec report_fields[];      /* event_web_read.c */
extern const struct field_spec report_calm_fields[]; /* report_calm.c */
extern const struct field_spec report_many_fields[]; /* report_many.c */
extern const struct field_spec report_thanks_fields[];

enum err report_page(struct req *rq);
enum err report_send(struct req *rq);
enum err report_receipt_page(struct req *rq);
enum err report_calm_page(struct req *rq);
enum err report_calm_send(struct req *rq);
enum err report_many_page(struct req *rq);
enum err report_many_send(struct req *rq);
enum err report_many_thanks(struct req *rq);

/* Adds the event with its photos (NULL: none), once, and leads to its receipt. */
struct report_photos;
NODISCARD enum err report_done(struct req *rq, struct event *e, const struct report_photos *photos);
/* May events be reported here? Not to the country or a county. */
bool report_possible(const struct req *rq);
