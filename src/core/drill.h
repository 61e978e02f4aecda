/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Exercises in a working municipality: "1493" practises in its twin "6493" (geo_exercise_of()).
 * What is true of every page, letter and form there; how one is started and ended is
 * parts/exercise. */
#pragma once

#include "base/err.h"
#include "core/page.h"
#include "core/perm.h"

struct req;
struct tx;

/* What nobody does in an exercise, whatever their role: read in files, let people in. */
bool drill_lacks(const struct req *rq, enum perm p);

/* Before a handler in an exercise. ERR_GONE: it has ended, or the person does not take part. For
 * what would now have been published: answers with a page that says so; rq->status is then not
 * 200. */
NODISCARD enum err drill_gate(struct req *rq);

/* The same for a page that needs no log-in: ERR_GONE while no exercise goes on. */
NODISCARD enum err drill_open(struct req *rq);

/* Answers with that sentence instead of what was asked, as a page or as JSON. */
NODISCARD enum err drill_refuse(struct req *rq, enum text_key what);

/* First in every writing transaction (db_gate()): in an exercise, it goes on, and is not ended
 * before the commit. ERR_GONE. */
NODISCARD enum err drill_hold(struct tx *tx, const char *municipality);

/* In a reading transaction: is it no exercise, or one that goes on? ERR_GONE. */
NODISCARD enum err drill_goes_on(struct tx *tx, const char *municipality);

/* A letter that would have been sent. `out` is told whether the transaction is an exercise's: then
 * it is kept there and must go no further. */
NODISCARD enum err drill_letter(struct tx *tx, const char *to, const char *subject,
                                const char *body, bool *out);

/* The line at the top of the page: in an exercise that it is one and where reality is; where one
 * goes on that the person takes part in, the way to it. */
NODISCARD enum err drill_banner(struct req *rq, struct page *p);
