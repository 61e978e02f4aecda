/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Inside parts/exercise: an exercise while it is being started. */
#pragma once

#include "geo/geo_data.h"
#include "parts/exercise/drill.h"

#define DRILL_SETTING_AT "drill.started_at"
#define DRILL_SETTING_BY "drill.started_by"

struct q_drill_organisations_row;

struct drill_work {
    struct drill_start *s;
    const struct geo_municipality *twin;
    struct arena *a;
    msec now;
    struct tx *tx;
    struct drill_options o;
    struct drill d;
    struct q_drill_organisations_row *organisations;
    size_t n_organisations;
};

/* One that is late, one that ends soon, one that is done, one that is to come. */
NODISCARD enum err drill_put_actions(struct drill_work *w);
