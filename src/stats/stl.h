/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* A series taken apart into trend, season and remainder by locally weighted regression (STL:
 * Cleveland, Cleveland, McRae and Terpenning 1990). Defaults and steps are those of R's stl().
 * Method, source, limits and a worked example: doc/methods/stl.md. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"
#include "stats/work.h"

#define STL_MOST 1000000 /* values in a series */
#define STL_WINDOW_MOST 100001

/* One smoother: how many values it looks at, by a constant (0) or a line (1), and at every how
 * many places it is calculated (straight lines between). */
struct stl_smoother {
    int window, degree, jump;
};

struct stl_options {
    int period;    /* values in a cycle, at least 2 */
    bool periodic; /* the season is the same in every cycle; season.window and .degree unused */
    struct stl_smoother season, trend, low_pass;
    int inner, outer; /* passes; outer ones give less weight to values far from the rest */
};

/* For a series of n values, fills what is 0 with R's defaults: the trend's window next odd to 1.5
 * period / (1 - 1.5 / season window), the low pass's next odd to the period, the season's 7, jumps
 * a tenth of the window, 2 inner passes and no outer one, or 1 and 15 when robust. degree < 0 is
 * the default: 0 for the season, 1 for the trend, and the trend's for the low pass. */
void stl_defaults(struct stl_options *o, size_t n, bool robust);

struct stl {
    size_t n;
    double *season, *trend, *remainder; /* their sum is the series */
    double *weight;                     /* 0 to 1, of the last robust pass; 1 without */
};

/* Results live in work->arena: 32 bytes a value, and 64 a value and a period while it is made.
 * ERR_INVALID: not two whole cycles and one value more, a value that is not finite, an option out
 * of range. ERR_LIMIT: more than STL_MOST values. One thread. */
NODISCARD enum err stl_split(const struct work *w, const double *y, size_t n,
                             const struct stl_options *o, struct stl *out);
