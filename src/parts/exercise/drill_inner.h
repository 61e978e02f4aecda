/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Inside parts/exercise: the drawing of an exercise. */
#pragma once

#include "base/random.h"
#include "parts/exercise/drill.h"
#include "parts/exercise/exercise_inner.h"

#define DRILL_PLANTED_MOST 60

struct drill_making {
    struct arena *a;
    const struct drill_options *o;
    struct drill *d;
    struct rng rng;
    enum err err;
};

struct id drill_id(const struct drill_making *m, const char *what, size_t n);
struct event *drill_add(struct drill_making *m, uint32_t type, uint32_t place, msec at);
void drill_say(struct drill_making *m, struct event *e, const struct drill_place *p,
               const char *text);
msec drill_clock(struct drill_making *m, uint32_t type, int days_ago);
/* What there is to find and to decide on. */
NODISCARD enum err drill_plant(struct drill_making *m);
