/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* What was asked of a kernel density: grid, kernel, bandwidth, edges. */
#pragma once

#include "parts/analysis/where.h"
#include "stats/kde.h"

struct kde_wish {
    struct grid g;
    struct kde_plan plan;
    const double *share; /* of each cell inside the boundary; NULL: no boundary */
};

/* Points outside the boundary leave *p. What was chosen is shown among the parameters and the
 * results. ERR_USAGE with a sentence. */
NODISCARD enum err kde_wish_read(struct analysis *an, struct points *p, struct kde_wish *out);

#define KDE_OPTIONS                                                                                \
    WHERE_GRID_OPTIONS, {"kernel",                                                                 \
                         "gauss|quartic|epanechnikov|uniform",                                     \
                         "gauss",                                                                  \
                         T_analysis_opt_kernel,                                                    \
                         OPTION_TEXT,                                                              \
                         0,                                                                        \
                         0},                                                                       \
        {"bandwidth",                                                                              \
         "METRES|scott|nrd|diggle|likelihood",                                                     \
         "scott",                                                                                  \
         T_analysis_opt_bandwidth,                                                                 \
         OPTION_TEXT,                                                                              \
         0,                                                                                        \
         0},                                                                                       \
        {"bandwidth-floor", "METRES", NULL, T_analysis_opt_bandwidth_floor, OPTION_REAL, 0, 1e7},  \
        {"search-steps", "N", "16", T_analysis_opt_search_steps, OPTION_INT, 2, 64},               \
        {"edge", "none|uniform|diggle", "none", T_analysis_opt_edge, OPTION_TEXT, 0, 0},           \
    {                                                                                              \
        "exact", NULL, NULL, T_analysis_opt_exact, OPTION_FLAG, 0, 0                               \
    }
