/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Inside the pages of events only: photos in a report and on the page of an event. */
#pragma once

#include "parts/event/event_web.h"
#include "parts/photo/photo.h"

extern const struct field_spec photo_add_fields[];
extern const struct field_spec photo_bind_fields[];

enum err photo_page(struct req *rq);
enum err photo_put(struct req *rq);
enum err photo_state_page(struct req *rq);
enum err photo_bind_send(struct req *rq);
enum err photo_add_send(struct req *rq);
enum err photo_remove_send(struct req *rq);

/* Why no picture came of it, and what to do. */
const char *photo_fault_text(struct req *rq, enum photo_fault f);
struct photo_owner photo_owner_of(struct req *rq);
/* Does the municipality of the address take photos? */
NODISCARD enum err photo_web_allowed(struct req *rq, bool *out);
/* What the picture said of itself, as the form can read it: "14 november 22.40". NULL. */
const char *photo_when_said(struct req *rq, const struct photo_said *s);

/* May the asker add a photo to that event? */
bool photo_may_add(const struct req *rq, const struct event *e);
/* A photo that waits becomes the event's, once; a report that was looked at is to be looked at
 * again. */
NODISCARD enum err photo_add_in(struct tx *tx, struct req *rq, const struct photo_attach *p);

/* --- In a report --- */

struct report_photo {
    struct id id;
    const char *alt; /* NULL */
};
struct report_photos {
    bool on; /* the municipality takes photos */
    struct report_photo list[PHOTO_REPORT_MOST];
    size_t n;
    struct photo_said said; /* of the first one that was just sent */
};
/* Keeps the files that were sent, and those that were kept before; what is wrong becomes problems
 * of the request. `event` is the report that they are for. */
NODISCARD enum err report_photos_read(struct req *rq, struct id event, struct report_photos *out);
/* Fills place and time of the form from the picture where the person has said nothing. *said tells
 * what was filled in, in words; NULL: nothing. */
NODISCARD enum err report_photos_propose(struct req *rq, const struct report_photos *p,
                                         const char **said);
NODISCARD enum err report_photos_fill(struct req *rq, const struct report_photos *p,
                                      struct report_photos_view *v);
/* They become the event's, each picture once; those that were taken out of the form are gone.
 * ERR_LIMIT: the report would have more than PHOTO_REPORT_MOST. */
NODISCARD enum err report_photos_attach(struct tx *tx, struct req *rq,
                                        const struct report_photos *p, struct id event);

/* --- On the page of an event --- */

NODISCARD enum err event_photos_fill(struct req *rq, const struct event *e,
                                     struct event_photos_view *v);
