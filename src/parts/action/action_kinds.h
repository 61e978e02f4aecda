/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The catalogue of actions: what each is, and one sentence about what research knows, with its
 * source. Facts only: where we are not sure of a figure there is none. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "tmpl/text.h"

struct action_kind {
    const char *code; /* "lighting"; never changes */
    enum text_key name, known;
    const char *source; /* who says so, as people find it; NULL: nobody has been found */
    /* The effect is there when the work is done and lasts; otherwise it is looked for while the
     * action goes on. */
    bool lasts;
};

extern const struct action_kind action_kinds[];
extern const size_t action_kinds_n;
const struct action_kind *action_kind_find(const char *code); /* NULL */
