/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Inside parts/startkit only. */
#pragma once

#include "core/web.h"
#include "parts/startkit/startkit.h"
#include "parts/startkit/startkit_view.h"

#define STARTKIT_STEPS 8

/* The steps as they stand, in their order; texts in the arena. Inside a transaction. */
NODISCARD enum err startkit_steps(struct tx *tx, struct req *rq,
                                  struct startkit_step steps[STARTKIT_STEPS]);
/* Only a municipality has such pages. */
NODISCARD enum err startkit_in_town(const struct req *rq);
/* While steps are left, how many, to whoever may do them (struct part, `line`). */
NODISCARD enum err startkit_line(struct req *rq, struct page_link *out);
/* The way back to the settings, and from a page below the list also to the list. */
NODISCARD enum err startkit_crumbs(struct req *rq, struct page *p, bool below);

http_handler startkit_list_page, startkit_list_post;
http_handler startkit_posters_page, startkit_poster_page;
extern const struct field_spec startkit_list_fields[];
