/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Routes of the part. */
#include "parts/startkit/startkit_inner.h"
#include "startkit_sql.h"

#define AT "/:municipality/installningar"

static const struct route routes[] = {
    ROUTE(GET, AT "/kom-igang", PERM_SETTINGS, startkit_list_page,
          .summary = "The steps of a new municipality, and how they stand."),
    ROUTE(POST, AT "/kom-igang", PERM_SETTINGS, startkit_list_post, .rate = RATE_WRITE,
          .fields = startkit_list_fields,
          .summary = "Say that a step is done which the program cannot see."),
    ROUTE(GET, AT "/affischer", PERM_SETTINGS, startkit_posters_page,
          .summary = "Posters to print."),
    ROUTE(GET, AT "/affischer/:affisch", PERM_SETTINGS, startkit_poster_page,
          .summary = "One poster, A4."),
    ROUTES_END,
};

const struct part startkit_part = {
    .name = "startkit",
    .line = startkit_line,
    .routes = routes,
    .queries = startkit_queries,
};
