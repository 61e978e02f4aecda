/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* What SaTScan writes beside its list of clusters: figures of each location (.gis.txt), relative
 * risks (.rr.txt) and the simulated maxima (.llr.txt). */
#pragma once

#include "scan_data.h"

#include "stats/scan.h"

/* Cases, and those expected, of location i in the periods from .. to. */
static inline void scan_sums(const struct scan_input *in, uint32_t i, const uint32_t span[2],
                             double out[2])
{
    double all = 0, people = 0, own = 0, within = 0;
    out[0] = out[1] = 0;
    for (uint32_t k = 0; k < in->locations; k++)
        for (uint32_t t = 0; t < in->periods; t++) {
            size_t c = (size_t)k * in->periods + t;
            double n = in->cases[c];
            bool inside = t >= span[0] && t <= span[1];
            all += n;
            people += n + (in->controls ? in->controls[c] : 0);
            within += inside ? n : 0;
            if (k != i)
                continue;
            own += in->model == SCAN_BERNOULLI ? n + in->controls[c] : n;
            out[0] += inside ? n : 0;
            out[1] += in->model == SCAN_POISSON && inside ? in->expected[c] : 0;
        }
    if (in->model == SCAN_PERMUTATION)
        out[1] = own * within / all;
    if (in->model == SCAN_BERNOULLI)
        out[1] = own * all / people;
}

static inline double scan_risk(double seen, double expected, double all)
{
    return seen / expected / ((all - seen) / (all - expected));
}

/* Figures are printed with two decimals, or two digits. */
static inline void scan_printed(const struct sheet *s, size_t row, const char *name, double ours)
{
    double theirs = sheet_number(s, row, name);
    if (strcmp(sheet_get(s, row, name), "n/a") == 0 || isnan(ours) || isinf(ours))
        return;
    if (fabs(theirs - ours) > fmax(0.0051, 0.0051 * fabs(ours)))
        fail_msg("%s, row %zu: %s is %g, and ours %.6g", s->name, row, name, theirs, ours);
}

/* The location `i` in a row of .gis.txt (prefix "LOC_") or .rr.txt (prefix ""). */
static inline void scan_check_location(const struct scan_input *in, uint32_t i,
                                       const uint32_t span[2], const struct sheet *s, size_t row)
{
    bool gis = *sheet_get(s, row, "LOC_OBS");
    double sum[2], all = 0;
    for (size_t c = 0; c < (size_t)in->locations * in->periods; c++)
        all += in->cases[c];
    scan_sums(in, i, span, sum);
    scan_printed(s, row, gis ? "LOC_OBS" : "OBSERVED", sum[0]);
    scan_printed(s, row, gis ? "LOC_EXP" : "EXPECTED", sum[1]);
    scan_printed(s, row, gis ? "LOC_ODE" : "ODE", sum[0] / sum[1]);
    if (*sheet_get(s, row, gis ? "LOC_RR" : "REL_RISK"))
        scan_printed(s, row, gis ? "LOC_RR" : "REL_RISK", scan_risk(sum[0], sum[1], all));
}

/* The figures of the cluster, repeated with each of its locations. */
static inline void scan_check_cluster(const struct scan_cluster *c, const struct sheet *gis,
                                      size_t row)
{
    scan_printed(gis, row, "CLU_OBS", (double)c->cases);
    scan_printed(gis, row, "CLU_EXP", c->expected);
    scan_printed(gis, row, "CLU_ODE", (double)c->cases / c->expected);
    if (*sheet_get(gis, row, "CLU_RR"))
        scan_printed(gis, row, "CLU_RR", c->relative_risk);
}

/* p from the peer's own simulated maxima: as it prints it, and near ours. */
static inline void scan_check_maxima(const struct sheet *maxima, const struct scan_result *r,
                                     const struct sheet *col, const char *statistic)
{
    size_t runs = sheet_rows(maxima);
    for (size_t row = 0; row < sheet_rows(col) && row < r->n; row++) {
        size_t above = 0;
        double llr = sheet_number(col, row, statistic);
        for (size_t k = 0; k < runs; k++)
            above += strtod(sheet_at(maxima, k, 0), NULL) >= llr - 5e-7;
        double p = (double)(above + 1) / (double)(runs + 1);
        CHECK_NEAR(p, sheet_number(col, row, "P_VALUE"), 0.0051 * fmax(p, 0.1));
        CHECK_NEAR(r->clusters[row].p, p, 0.02 + 3 * sqrt(p * (1 - p) / r->runs));
    }
}
