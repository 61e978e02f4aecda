/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Inside src/parts/changes only: the lists below the sentences of the start page, also on the pages
 * where they are decided. */
#pragma once

#include "parts/changes/changes_inner.h"
#include "parts/changes/changes_view.h"

/* Levels, focus, who reports, what is coming. */
NODISCARD enum err now_parts(const struct changes *c, const struct picture_told *told,
                             struct changes_now_view *v);
/* The levels as rows: what people set, what is suggested, the numbers. */
NODISCARD enum err now_areas(const struct changes *c, const struct picture_told *told,
                             const struct changes_area **out, size_t *out_n);
/* "14 mot 6" */
const char *now_count(struct req *rq, int64_t n, int64_t before, bool has_before);
/* areas: names to find those of the places in. */
NODISCARD enum err now_focus(struct req *rq, const struct focus *f, const struct picture_names *n,
                             struct changes_focus_list *out);
/* The answer at the top of the page: what has changed, in a line each, and what waits for somebody.
 * The rest of v is filled in. */
NODISCARD enum err now_brief(struct req *rq, const struct picture_told *told,
                             struct changes_now_view *v);
/* Actions past their day and due soon; nothing for those who see none. */
NODISCARD enum err now_actions(struct req *rq, msec now, struct changes_now_view *v);
