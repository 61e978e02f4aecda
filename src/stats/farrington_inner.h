/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Between farrington.c (the fit) and farrington_limit.c (the limit). */
#pragma once

#include "stats/farrington.h"
#include "stats/loglevels.h"

/* The earlier weeks that are used, the same for every week and series. */
struct plan {
    size_t n, runs;
    int *lag;
    double *t; /* middle - lag */
    uint8_t *level;
    struct loglevels_run *run;  /* of all of them */
    struct loglevels_sums flat; /* of all of them */
    uint32_t *span;             /* [spans + 1]: first row of weeks that lie side by side */
    size_t spans;
    int middle, window;
    double z; /* quantile of 1 - alpha */
};

struct lane {
    double *y, *t, *population;
    struct loglevels_means means;
    uint8_t *level;
    struct loglevels_run *run, *weighted; /* of the weeks that are there; past outbreaks apart */
    double df, t_least;                   /* the latest quantile of Student's t */
};

struct judging {
    const struct farrington_setting *s;
    const struct farrington_series *in;
    struct plan plan;
    struct lane *lanes;
    size_t first;
    struct farrington_week *out;
};

struct farrington_mean {
    double mu, phi, eta_var; /* variance of log mu */
};

/* upper, p and score. */
void farrington_limits(const struct farrington_setting *s, double z, double y,
                       const struct farrington_mean *m, struct farrington_week *out);
/* The same when the windows have no event at all. */
void farrington_unseen(double y, const struct loglevels_rows *r, int window,
                       struct farrington_week *out);
