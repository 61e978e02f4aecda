/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Routes of the part: an exercise in a working municipality. */
#include "exercise_sql.h"
#include "parts/exercise/drill_web.h"
#include "parts/exercise/exercise_store.h"

#define AT "/:municipality/installningar/ovning"

static const struct route routes[] = {
    ROUTE(GET, AT, PERM_SETTINGS, drill_page,
          .summary = "The exercise of the municipality, or the form that starts one."),
    ROUTE(POST, AT, PERM_SETTINGS, drill_post, .rate = RATE_WRITE, .fields = drill_fields,
          .summary = "Start an exercise."),
    ROUTE(GET, AT "/avsluta", PERM_SETTINGS, drill_end_page,
          .summary = "What goes when the exercise ends."),
    ROUTE(POST, AT "/avsluta", PERM_SETTINGS, drill_end_post, .rate = RATE_WRITE,
          .summary = "End the exercise: everything in it is removed."),
    ROUTES_END,
};

const struct part exercise_part = {
    .name = "exercise",
    .routes = routes,
    .queries = exercise_queries,
};
