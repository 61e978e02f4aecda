/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Inside src/parts/bulletin only: what is known when a bulletin is made. */
#pragma once

#include "parts/bulletin/bulletin_inner.h"

struct action;
struct geo_shape;

struct bulletin_making {
    struct arena *a;
    const char *municipality, *municipality_name;
    msec now;
    struct adopted adopted;
    struct picture picture; /* of the same days, with places looked for */
    struct picture_names names;
    struct geo_shape **shapes; /* of each area of the adopted picture; NULL: it is gone */
    struct bulletin_frozen frozen;
};

/* Draws and chooses; the content that is stored, in the arena. */
NODISCARD enum err bulletin_make(struct bulletin_making *m, const struct action *actions,
                                 size_t n_actions, const char **content);
