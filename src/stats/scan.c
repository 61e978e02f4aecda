/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "stats/scan.h"

#include <math.h>

#include "stats/scan_inner.h"

#define GUMBEL_RUNS_LEAST 20
#define EULER 0.57721566490153286061

/* --- Is it data? --- */

static enum err check_options(const struct scan_input *in, const struct scan_options *o)
{
    if (!(o->max_share > 0 && o->max_share <= 1) || !(o->max_radius >= 0) || o->max_periods < 1 ||
        o->max_periods > in->periods || o->min_cases < 1 || o->rates < SCAN_HIGH ||
        o->rates > SCAN_BOTH)
        return ERR_INVALID;
    return o->runs > SCAN_RUNS_MOST ? ERR_LIMIT : ERR_OK;
}

static enum err check_places(const struct scan_input *in)
{
    bool permutation = in->model == SCAN_PERMUTATION;
    if (in->locations == 0 || in->periods == 0 ||
        (permutation ? in->locations < 2 || in->periods < 2 : in->locations + in->periods < 3))
        return ERR_INVALID;
    if (in->locations > SCAN_LOCATIONS_MOST || in->periods > SCAN_PERIODS_MOST ||
        (uint64_t)in->locations * in->periods > SCAN_CELLS_MOST)
        return ERR_LIMIT;
    for (uint32_t i = 0; i < in->locations; i++)
        if (!isfinite(in->x[i]) || !isfinite(in->y[i]) || (in->z && !isfinite(in->z[i])) ||
            (in->at_risk && !(in->at_risk[i] >= 0 && isfinite(in->at_risk[i]))))
            return ERR_INVALID;
    return ERR_OK;
}

static enum err count_all(const struct scan_input *in, struct scan *s)
{
    uint64_t cases = 0, people = 0;
    size_t cells = (size_t)in->locations * in->periods;
    for (size_t i = 0; i < cells; i++) {
        cases += in->cases[i];
        people += in->cases[i] + (in->model == SCAN_BERNOULLI ? in->controls[i] : 0);
        if (in->model == SCAN_POISSON && (!(in->expected[i] >= 0 && isfinite(in->expected[i])) ||
                                          (in->expected[i] == 0 && in->cases[i])))
            return ERR_INVALID;
    }
    s->cases = (double)cases;
    s->individuals = (double)people;
    if (cases == 0 || (in->model == SCAN_BERNOULLI && people == cases))
        return ERR_INVALID;
    return people > SCAN_CASES_MOST ? ERR_LIMIT : ERR_OK;
}

/* --- Measures --- */

static enum err measure_margins(struct scan *s)
{
    const struct scan_input *in = s->in;
    double *margin = ARENA_ARRAY(s->work->arena, s->n, double);
    double *sum = ARENA_ARRAY(s->work->arena, s->periods + 1, double);
    if (!margin || !sum)
        return ERR_NOMEM;
    for (uint32_t i = 0; i < s->n; i++) {
        for (uint32_t t = 0; t < in->periods; t++) {
            double c = in->cases[(size_t)i * in->periods + t];
            margin[i] += c;
            if (t >= s->first)
                sum[t - s->first + 1] += c;
        }
    }
    double least_margin = INFINITY, least_period = INFINITY;
    for (uint32_t i = 0; i < s->n; i++)
        least_margin = margin[i] > 0 ? fmin(least_margin, margin[i]) : least_margin;
    for (uint32_t t = 1; t <= s->periods; t++) {
        least_period = sum[t] > 0 ? fmin(least_period, sum[t]) : least_period;
        sum[t] += sum[t - 1];
        uint32_t len = t < s->max_len ? t : s->max_len;
        s->interval_most = fmax(s->interval_most, sum[t] - sum[t - len]);
    }
    s->margin = margin;
    s->least_period = fmin(least_period, s->cases);
    s->period_sum = sum;
    s->divisor = s->cases;
    s->mu_least = least_margin * fmin(least_period, s->cases) / s->cases;
    return ERR_OK;
}

/* Poisson: scaled so that what is expected is as much as there are cases. */
static enum err measure_cells(struct scan *s)
{
    const struct scan_input *in = s->in;
    bool poisson = in->model == SCAN_POISSON;
    double *cell = ARENA_ARRAY(s->work->arena, (size_t)s->n * s->periods, double), all = 0;
    double *sum = ARENA_ARRAY(s->work->arena, s->periods + 1, double), least = INFINITY;
    if (!cell || !sum)
        return ERR_NOMEM;
    for (size_t i = 0; poisson && i < (size_t)s->n * in->periods; i++)
        all += in->expected[i];
    s->divisor = poisson ? 1 : s->individuals / s->cases;
    for (uint32_t i = 0; i < s->n; i++) {
        for (uint32_t t = 0; t < s->periods; t++) {
            size_t from = (size_t)i * in->periods + t + s->first;
            double v = poisson ? in->expected[from] / all * s->cases
                               : (double)in->cases[from] + in->controls[from];
            cell[(size_t)i * s->periods + t] = v;
            sum[t + 1] += v;
            least = v > 0 ? fmin(least, v) : least;
        }
    }
    for (uint32_t t = 1; t <= s->periods; t++) {
        sum[t] += sum[t - 1];
        uint32_t len = t < s->max_len ? t : s->max_len;
        s->interval_most = fmax(s->interval_most, (sum[t] - sum[t - len]) / s->divisor);
    }
    s->cell = cell;
    s->mu_least = fmin(least, s->cases * s->divisor) / s->divisor;
    return ERR_OK;
}

/* Of intervals the largest expected number in the whole area is known, exactly for permutations; 40
 * deviations above it nothing is ever drawn. */
static bool has_small_windows(const struct scan *s)
{
    double most = s->interval_most;
    return most + (s->margin ? 0 : 40 * sqrt(most) + 400) <= INT16_MAX;
}

static enum err find_at_risk(struct scan *s)
{
    const struct scan_input *in = s->in;
    double *at_risk = ARENA_ARRAY(s->work->arena, s->n, double);
    if (!at_risk)
        return ERR_NOMEM;
    for (uint32_t i = 0; i < s->n; i++) {
        for (uint32_t t = 0; t < in->periods; t++) {
            size_t at = (size_t)i * in->periods + t;
            at_risk[i] += in->model == SCAN_POISSON
                              ? in->expected[at]
                              : (double)in->cases[at] + (s->margin ? 0 : in->controls[at]);
        }
    }
    s->at_risk = in->at_risk ? in->at_risk : at_risk;
    return ERR_OK;
}

static enum err keep_real(struct scan *s)
{
    s->real = ARENA_NEW(s->work->arena, struct scan_source);
    return s->real ? scan_source_make(s, s->real) : ERR_NOMEM;
}

enum err scan_prepare(struct scan *s)
{
    TRY(check_places(s->in));
    TRY(check_options(s->in, s->o));
    TRY(count_all(s->in, s));
    s->n = s->in->locations;
    s->max_len = s->o->max_periods;
    s->periods = s->o->prospective ? s->max_len : s->in->periods;
    s->first = s->in->periods - s->periods;
    s->end_least = s->o->prospective ? s->periods - 1 : 0;
    s->mu_most = s->cases;
    TRY(s->in->model == SCAN_PERMUTATION ? measure_margins(s) : measure_cells(s));
    s->small_windows = has_small_windows(s);
    TRY(find_at_risk(s));
    TRY(scan_ladders_make(s));
    TRY(scan_circles_make(s));
    s->sparse = scan_is_sparse(s);
    return s->sparse ? keep_real(s) : ERR_OK;
}

/* --- What is told --- */

static double relative_risk(const struct scan *s, double c, double measure)
{
    double mu = scan_expected(s, measure), in = c / mu, out = (s->cases - c) / (s->cases - mu);
    return s->cases > mu ? in / out : NAN;
}

static enum err describe(const struct scan *s, const struct scan_chosen *chosen,
                         struct scan_cluster *out)
{
    const struct scan_best *b = &chosen->best;
    uint32_t centre = chosen->centre;
    uint32_t *members = ARENA_ARRAY(s->work->arena, b->n_members, uint32_t);
    if (!members)
        return ERR_NOMEM;
    for (uint32_t k = 0; k < b->n_members; k++)
        members[k] = s->member[centre][k] & ~SCAN_LAST;
    *out = (struct scan_cluster){
        .centre = centre,
        .n_members = b->n_members,
        .members = members,
        .radius = sqrt(scan_distance2(s->in, centre, members[b->n_members - 1])),
        .from = s->first + b->begin,
        .to = s->first + b->begin + b->len - 1,
        .cases = b->cases,
        .expected = scan_expected(s, b->measure),
        .population = s->in->model == SCAN_BERNOULLI ? b->measure : NAN,
        .relative_risk = relative_risk(s, (double)b->cases, b->measure),
        .llr = b->llr,
        .p = NAN,
        .p_gumbel = NAN,
    };
    out->ratio = (double)b->cases / out->expected;
    out->high = out->ratio > 1;
    return ERR_OK;
}

/* --- How often by chance --- */

/* A Gumbel distribution with the maxima's mean and deviation (Abrams et al. 2010). */
static double gumbel_p(const double *maxima, uint32_t n, double llr)
{
    double sum = 0, squares = 0;
    for (uint32_t i = 0; i < n; i++)
        sum += maxima[i];
    double mean = sum / n;
    for (uint32_t i = 0; i < n; i++)
        squares += (maxima[i] - mean) * (maxima[i] - mean);
    double scale = sqrt(squares / (n - 1) * 6) / M_PI;
    if (n < GUMBEL_RUNS_LEAST || !(scale > 0))
        return NAN;
    return -expm1(-exp(-(llr - (mean - EULER * scale)) / scale));
}

/* After a stop the best window's p is stop_at / runs (Besag and Clifford 1991). */
static void test(struct scan_result *r, struct scan_cluster *c, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        uint32_t reached = 0;
        for (uint32_t run = 0; run < r->runs; run++)
            reached += scan_reaches(r->maxima[run], c[i].llr);
        c[i].p =
            r->stopped && i == 0 ? (double)reached / r->runs : (reached + 1.0) / (r->runs + 1.0);
        c[i].p_gumbel = gumbel_p(r->maxima, r->runs, c[i].llr);
    }
}

static enum err simulate(const struct scan *s, struct scan_result *r, struct scan_cluster *c,
                         size_t n)
{
    double *maxima = ARENA_ARRAY(s->work->arena, s->o->runs, double);
    if (!maxima)
        return ERR_NOMEM;
    TRY(scan_simulate(s, n ? c[0].llr : 0, maxima, &r->runs));
    r->maxima = maxima;
    r->stopped = r->runs < s->o->runs;
    test(r, c, n);
    return ERR_OK;
}

enum err scan_run(const struct work *w, const struct scan_input *in, const struct scan_options *o,
                  struct scan_result *out)
{
    struct scan s = {.in = in, .o = o, .work = w};
    struct scan_result r = {0};
    TRY(scan_prepare(&s));
    struct scan_best *best = ARENA_ARRAY(w->arena, s.n, struct scan_best);
    if (!best)
        return ERR_NOMEM;
    TRY(scan_best_find(&s, best));
    struct scan_chosen *chosen;
    size_t n;
    TRY(scan_choose(&s, best, &chosen, &n));
    struct scan_cluster *clusters = ARENA_ARRAY(w->arena, n, struct scan_cluster);
    if (!clusters)
        return ERR_NOMEM;
    for (size_t i = 0; i < n; i++)
        TRY(describe(&s, &chosen[i], &clusters[i]));
    if (o->runs)
        TRY(simulate(&s, &r, clusters, n));
    r.cases = (uint64_t)s.cases;
    r.n = n;
    r.clusters = clusters;
    *out = r;
    return ERR_OK;
}
