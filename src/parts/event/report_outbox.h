/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Inside the pages of events only: reports that have waited in a telephone. They are the ordinary
 * forms, sent by the script with the answer asked for as JSON, as often as it takes.
 *
 * The field "age" marks them: how long ago, in milliseconds, the report was written. Times in words
 * are read as of then, and the report's id, made in the telephone, stands for exactly one report:
 * an id that is there already has its receipt, whatever is sent with it. */
#pragma once

#include "parts/event/report_web.h"

/* A year is long enough for any telephone; a clock that says more is wrong. */
#define REPORT_AGE_FIELD                                                                           \
    {                                                                                              \
        .name = "age", .kind = FIELD_INT, .min = 0, .max = 366 * INT64_C(86400000)                 \
    }

/* Has it waited in a telephone? */
bool report_waited(const struct req *rq);
/* When it was written, for words such as "nyss". Now, for what has not waited. */
msec report_written(struct req *rq);
/* When any of these reports of the asker is there: answers with the receipt, and *done.
 * ERR_CONFLICT: one of them is somebody else's. */
NODISCARD enum err report_receipt(struct req *rq, const struct id *ids, size_t n, bool *done);
/* The id of a line of a list that has waited: the same whatever the line says. */
struct id report_line_id(struct req *rq, int line);
/* A form that does not hold: as a page by `show` elsewhere, but ERR_INVALID when asked as JSON. */
bool report_as_json(const struct req *rq);

/* Is it the form that a telephone keeps for when there is no network? It is the same for everybody:
 * no name, no token, no choice that depends on who asks. */
bool report_shell(const struct req *rq);

extern const struct field_spec report_shell_fields[];
enum err report_shell_page(struct req *rq);
enum err report_shell_calm_page(struct req *rq);
enum err report_shell_many_page(struct req *rq);
enum err report_outbox_page(struct req *rq);
