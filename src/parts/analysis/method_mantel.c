/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* samsyn analyse mantel: does nearness in place go with nearness in time, over all pairs? */
#include <math.h>

#include "parts/analysis/analysis_methods.h"
#include "parts/analysis/near_words.h"
#include "parts/analysis/number_words.h"
#include "stats/mantel.h"

#define SURE_P 0.05

/* With powers of opposite signs nearness goes with nearness when r is below 0. */
static bool turned(const struct analysis *an)
{
    return analysis_real(an, "space-power") * analysis_real(an, "time-power") < 0;
}

static int64_t of_1000(double p)
{
    return (int64_t)ceil(1000 * p - 1e-9);
}

static void say(struct analysis *an, const struct mantel *m)
{
    if (isnan(m->r)) {
        result_sentence(an, text_get(an->lang, T_analysis_mantel_alike));
        return;
    }
    const char *r = number_decimals(an, m->r, 3);
    double near = turned(an) ? m->p_low : m->p, apart = turned(an) ? m->p : m->p_low;
    if (isnan(m->p))
        result_sentence(an, analysis_say(an, analysis_mantel_untested, r));
    else if (near <= SURE_P)
        result_sentence(an, analysis_say(an, analysis_mantel_sure, of_1000(near), r));
    else if (apart <= SURE_P)
        result_sentence(an, analysis_say(an, analysis_mantel_apart, of_1000(apart), r));
    else
        result_sentence(an, analysis_say(an, analysis_mantel_chance, of_1000(near), r));
}

static enum err run(struct analysis *an)
{
    int metric;
    struct mantel m;
    TRY(near_rows(an, 3));
    TRY(near_word(an, "metric", "euclidean|manhattan", &metric));
    if (an->table.n > MANTEL_EVENTS_MOST)
        return analysis_refuse(
            an, analysis_say(an, analysis_mantel_many, MANTEL_EVENTS_MOST, an->table.n));
    const double *days;
    TRY(near_days(an, &days));
    struct mantel_input in = {
        .n = an->table.n,
        .x = an->table.number[COLUMN_X],
        .y = an->table.number[COLUMN_Y],
        .t = days,
        .metric = metric ? NEAR_MANHATTAN : NEAR_EUCLIDEAN,
        .space = {analysis_real(an, "space-constant"), analysis_real(an, "space-power")},
        .time = {analysis_real(an, "time-constant"), analysis_real(an, "time-power")},
        .runs = (int)analysis_int(an, "permutations")};
    enum err e = mantel_test(&an->work, &in, &m);
    if (e == ERR_INVALID)
        return analysis_refuse(an, text_get(an->lang, T_analysis_mantel_infinite));
    TRY(e);
    result_int(an, "pairs", (int64_t)(in.n * (in.n - 1) / 2));
    result_real(an, "r", m.r);
    result_real(an, "p", m.p);
    result_real(an, "p_low", m.p_low);
    result_real(an, "z", (m.r - m.mean) / m.deviation);
    result_real(an, "sum", m.sum);
    result_real(an, "permuted_mean", m.mean);
    result_real(an, "permuted_sd", m.deviation);
    say(an, &m);
    return ERR_OK;
}

static const struct analysis_option options[] = {
    NEAR_METRIC_OPTION,
    NEAR_WHOLE_DAYS_OPTION,
    {"space-constant", "NUMBER", "1", T_analysis_opt_space_constant, OPTION_REAL, 0, 1e9},
    {"space-power", "NUMBER", "-1", T_analysis_opt_space_power, OPTION_REAL, -10, 10},
    {"time-constant", "NUMBER", "1", T_analysis_opt_time_constant, OPTION_REAL, 0, 1e9},
    {"time-power", "NUMBER", "-1", T_analysis_opt_time_power, OPTION_REAL, -10, 10},
    {"permutations", "N", "999", T_analysis_opt_permutations, OPTION_INT, 0, MANTEL_RUNS_MOST},
    {NULL},
};

const struct analysis_method method_mantel = {
    .name = "mantel",
    .summary = T_analysis_mantel,
    .about = T_analysis_mantel_about,
    .source = "Mantel 1967",
    .needs = COLUMN_BIT(COLUMN_X) | COLUMN_BIT(COLUMN_Y) | COLUMN_BIT(COLUMN_T),
    .options = options,
    .run = run,
};
