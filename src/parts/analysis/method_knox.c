/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* samsyn analyse knox: are events that are near in place also near in time? */
#include <math.h>

#include "base/mem.h"
#include "parts/analysis/analysis_methods.h"
#include "parts/analysis/near_words.h"
#include "parts/analysis/number_words.h"
#include "stats/knox.h"

/* When a cell is told of: Ratcliffe's limits. */
#define TOLD_RATIO 1.2
#define TOLD_P 0.05
#define SAME_PLACE 1.0 /* metres */
#define PATTERN 3      /* fewer pairs are none, however few chance gives */

struct columns {
    double *space_from, *space_to, *time_from, *time_to;
};

/* The bounds must rise from 0 or more; the library only says that something is wrong. */
static enum err bounds(struct analysis *an, const char *option, const double **out, size_t *n)
{
    TRY(analysis_list(an, option, out, n));
    bool fine = *n >= 2 && *n <= KNOX_BOUNDS_MOST;
    for (size_t i = 1; i < *n && fine; i++)
        fine = (*out)[i] > (*out)[i - 1];
    if (!fine)
        return analysis_refuse(an, analysis_say(an, analysis_knox_bounds, option));
    return ERR_OK;
}

static enum err take(struct analysis *an, struct knox_input *in)
{
    int metric;
    TRY(near_rows(an, 2));
    TRY(near_word(an, "metric", "euclidean|manhattan", &metric));
    TRY(bounds(an, "distances", &in->space, &in->n_space));
    TRY(bounds(an, "days", &in->time, &in->n_time));
    TRY(near_days(an, &in->t));
    in->n = an->table.n;
    in->x = an->table.number[COLUMN_X];
    in->y = an->table.number[COLUMN_Y];
    in->metric = metric ? NEAR_MANHATTAN : NEAR_EUCLIDEAN;
    in->closed = analysis_flag(an, "closed");
    in->same_place = analysis_real(an, "same-place");
    in->runs = (int)analysis_int(an, "permutations");
    if (!isnan(in->same_place) && (in->space[0] != 0 || in->same_place >= in->space[1]))
        return analysis_refuse(an, analysis_say(an, analysis_knox_same_place));
    return ERR_OK;
}

/* Without permutations the analytic figures speak. */
static bool told(const struct knox_table *t, size_t c)
{
    bool runs = !isnan(t->p[c]);
    double ratio = runs ? t->ratio[c] : (double)t->observed[c] / t->analytic[c];
    double p = runs ? t->p[c] : t->p_analytic[c];
    return ratio >= TOLD_RATIO && p <= TOLD_P;
}

/* From the nearest band that has pairs outwards, without a gap: how far, and for how long. */
struct reach {
    size_t row;
    double distance, days;
};

static struct reach reach_of(const struct knox_table *t)
{
    struct reach r = {.distance = NAN, .days = NAN};
    while (r.row < t->rows && t->observed[r.row * t->columns] == 0)
        r.row++;
    for (size_t s = r.row; s < t->rows && told(t, s * t->columns); s++)
        r.distance = t->space_to[s];
    for (size_t k = 0; r.row < t->rows && k < t->columns && told(t, r.row * t->columns + k); k++)
        r.days = t->time_to[k];
    return r;
}

/* A band that ends within a metre is the same place to a reader. */
static void say_nearest(struct analysis *an, const struct knox_table *t, struct reach r,
                        double expected)
{
    const char *distance = number_metres(an, t->space_to[r.row]);
    const char *days = number_days(an, t->time_to[0]), *chance = number_expected(an, expected);
    int64_t observed = t->observed[r.row * t->columns];
    if (t->space_to[r.row] <= SAME_PLACE)
        result_sentence(an, analysis_say(an, analysis_knox_nearest_place, observed, days, chance));
    else
        result_sentence(an,
                        analysis_say(an, analysis_knox_nearest, observed, distance, days, chance));
}

static void say(struct analysis *an, const struct knox_table *t, struct reach r)
{
    if (r.row == t->rows) {
        result_sentence(an, text_get(an->lang, T_analysis_knox_none));
        return;
    }
    size_t c = r.row * t->columns;
    double expected = isnan(t->expected[c]) ? t->analytic[c] : t->expected[c];
    say_nearest(an, t, r, expected);
    if (isnan(r.distance))
        result_sentence(an, text_get(an->lang, T_analysis_knox_no_raise));
    else if (t->observed[c] < PATTERN)
        result_sentence(an, text_get(an->lang, T_analysis_knox_few_pairs));
    else if (r.distance <= SAME_PLACE)
        result_sentence(an, analysis_say(an, analysis_knox_raised_place, number_days(an, r.days)));
    else
        result_sentence(an, analysis_say(an, analysis_knox_raised, number_metres(an, r.distance),
                                         number_days(an, r.days)));
    if (expected < 5)
        result_warning(an, text_get(an->lang, T_analysis_knox_thin));
}

static bool spread(struct arena *a, const struct knox_table *t, struct columns *c)
{
    size_t cells = t->rows * t->columns;
    c->space_from = ARENA_ARRAY(a, cells, double);
    c->space_to = ARENA_ARRAY(a, cells, double);
    c->time_from = ARENA_ARRAY(a, cells, double);
    c->time_to = ARENA_ARRAY(a, cells, double);
    if (!c->space_from || !c->space_to || !c->time_from || !c->time_to)
        return false;
    for (size_t i = 0; i < cells; i++) {
        c->space_from[i] = t->space_from[i / t->columns];
        c->space_to[i] = t->space_to[i / t->columns];
        c->time_from[i] = t->time_from[i % t->columns];
        c->time_to[i] = t->time_to[i % t->columns];
    }
    return true;
}

static void show(struct analysis *an, const struct knox_table *t, const struct columns *c)
{
    struct result_table *r = result_table(an, "cells", t->rows * t->columns);
    column_real(r, "distance_from", c->space_from);
    column_real(r, "distance_to", c->space_to);
    column_real(r, "days_from", c->time_from);
    column_real(r, "days_to", c->time_to);
    column_int(r, "observed", t->observed);
    column_real(r, "expected", t->expected);
    column_real(r, "ratio", t->ratio);
    column_real(r, "ratio_median", t->ratio_median);
    column_real(r, "p", t->p);
    column_real(r, "p_low", t->p_low);
    column_real(r, "expected_analytic", t->analytic);
    column_real(r, "p_analytic", t->p_analytic);
    r = result_table(an, "distance_bands", t->rows);
    column_real(r, "from", t->space_from);
    column_real(r, "to", t->space_to);
    column_int(r, "pairs", t->pairs_space);
    r = result_table(an, "day_bands", t->columns);
    column_real(r, "from", t->time_from);
    column_real(r, "to", t->time_to);
    column_int(r, "pairs", t->pairs_time);
}

static enum err run(struct analysis *an)
{
    struct knox_input in = {0};
    struct knox_table t;
    struct columns c;
    TRY(take(an, &in));
    TRY(knox_count(&an->work, &in, &t));
    if (!spread(an->arena, &t, &c))
        return ERR_NOMEM;
    struct reach r = reach_of(&t);
    result_int(an, "pairs", (int64_t)(in.n * (in.n - 1) / 2));
    result_real(an, "raised_distance", r.distance);
    result_real(an, "raised_days", r.days);
    show(an, &t, &c);
    say(an, &t, r);
    return ERR_OK;
}

static const struct analysis_option options[] = {
    {"distances", "METRES,..", "0,100,200,300,400", T_analysis_opt_distances, OPTION_LIST, 0, 1e9},
    {"days", "DAYS,..", "0,7,14,21,28", T_analysis_opt_days, OPTION_LIST, 0, KNOX_TIME_MOST},
    NEAR_METRIC_OPTION,
    {"closed", NULL, NULL, T_analysis_opt_closed, OPTION_FLAG, 0, 0},
    {"same-place", "METRES", NULL, T_analysis_opt_same_place, OPTION_REAL, 0, 1e9},
    NEAR_WHOLE_DAYS_OPTION,
    {"permutations", "N", "999", T_analysis_opt_permutations, OPTION_INT, 0, KNOX_RUNS_MOST},
    {NULL},
};

const struct analysis_method method_knox = {
    .name = "knox",
    .summary = T_analysis_knox,
    .about = T_analysis_knox_about,
    .source = "Knox 1964; Johnson et al. 2007; Ratcliffe and Rengert 2008",
    .needs = COLUMN_BIT(COLUMN_X) | COLUMN_BIT(COLUMN_Y) | COLUMN_BIT(COLUMN_T),
    .options = options,
    .run = run,
};
