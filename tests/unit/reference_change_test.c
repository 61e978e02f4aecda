/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Series against R 4.2.2 (surveillance 1.20.3, MASS 7.3-58.2, strucchange 1.5-3): every column and
 * every figure (see reference.h). */
#include "reference.h"

#include "stats/breaks.h"
#include "stats/cusum.h"
#include "stats/ears.h"
#include "stats/farrington.h"
#include "stats/glm.h"
#include "stats/its.h"
#include "stats/stl.h"

#define DATA TEST_DATA "/analysis"
#define WEEKS 521
#define FIRST 365
#define JUDGED 155

static const char *const names[] = {"d1", "d7", "d16", "d20", "total"};

static struct table_file *weeks;
static struct arena *arena;
static struct work work;

static const double *begin(const char *series)
{
    if (!weeks)
        weeks = table_file_open(DATA, "chicago_weekly.csv");
    CHECK(weeks && weeks->rows == WEEKS);
    arena = arena_new((size_t)64 << 20);
    work = (struct work){.arena = arena};
    double *y = ARENA_ARRAY(arena, WEEKS, double);
    for (size_t i = 0; i < WEEKS; i++)
        y[i] = table_file_cell(weeks, i, series);
    return y;
}

static void end(void)
{
    arena_free(arena);
}

static struct ref *open_series(const char *what, const char *series)
{
    static char name[64];
    snprintf(name, sizeof name, "%s_chicago_%s.csv", what, series);
    struct ref *r = ref_open(name);
    CHECK(r != NULL);
    return r;
}

/* --- Farrington --- */

static void judge(struct farrington_setting s, const double *y, struct farrington_week *out)
{
    struct farrington_series in = {.series = 1, .weeks = FIRST + JUDGED, .y = y};
    s.weeks_per_year = 52;
    CHECK_INT(farrington(&work, &s, &in, FIRST, out), ERR_OK);
}

static const char *column(const char *setting, const char *figure)
{
    static char name[64];
    snprintf(name, sizeof name, "%s_%s", setting, figure);
    return name;
}

/* Where the peer has no fault: no reweighting. */
static void check_exact(struct ref *r, const char *set, const struct farrington_week *o,
                        double power)
{
    for (size_t row = 0; row < r->t->rows; row++) {
        const struct farrington_week *f = &o[(size_t)ref_at(r, row, "index") - FIRST - 1];
        double upper = ref_at(r, row, column(set, "upper"));
        ref_near(r, row, column(set, "alarm"), f->alarm, isnan(upper) ? NAN : 0);
        if (isnan(upper)) {
            CHECK_INT(f->state, FARRINGTON_TOO_FEW);
            continue;
        }
        bool kept = ref_at(r, row, column(set, "trend")) == 1;
        CHECK_INT(kept, !isnan(f->trend));
        ref_like(r, row, column(set, "expected"), f->expected, 1e-6);
        ref_like(r, row, column(set, "upper"), f->upper, 1e-4);
        ref_near(r, row, column(set, "trendVector"), kept ? f->trend : NAN, 1e-7);
        ref_like(r, row, column(set, "phiVector"), f->dispersion, 1e-4);
        ref_near(r, row, column(set, "pvalue"), f->p, power == 1 ? 1e-4 : 1e-5);
        ref_near(r, row, column(set, "score"), f->score, 1e-4 * fmax(1, fabs(f->score)));
    }
}

/* With reweighting: the peer's standard error is another (doc/methods/peers.md). Where both keep
 * the trend or both do not, the expected count is the same, and the limit near. */
static void check_reweighted(struct ref *r, const char *set, const struct farrington_week *o)
{
    size_t same = 0, alarms = 0;
    for (size_t row = 0; row < r->t->rows; row++) {
        const struct farrington_week *f = &o[(size_t)ref_at(r, row, "index") - FIRST - 1];
        double upper = ref_at(r, row, column(set, "upper"));
        bool kept = ref_at(r, row, column(set, "trend")) == 1;
        if (isnan(upper) || kept != !isnan(f->trend))
            continue;
        double near = fmax(1, (kept ? 0.04 : 0.01) * upper);
        same++;
        ref_like(r, row, column(set, "expected"), f->expected, 2e-6);
        ref_near(r, row, column(set, "upper"), f->upper, near);
        ref_near(r, row, column(set, "trendVector"), kept ? f->trend : NAN, 1e-6);
        ref_like(r, row, column(set, "phiVector"), f->dispersion, 1e-4);
        ref_near(r, row, column(set, "pvalue"), f->p, kept ? 0.03 : 0.01);
        ref_at(r, row, column(set, "score"));
        alarms += (ref_at(r, row, column(set, "alarm")) == 1) != f->alarm;
    }
    CHECK(same > r->t->rows / 6);
    CHECK(alarms <= 1 + same / 50);
}

/* Quantiles of the negative binomial; the peer's score has the logarithm of the mean (peers.md). */
static void check_quantiles(struct ref *r, const char *set, const struct farrington_week *o)
{
    size_t steps = 0, alarms = 0, judged = 0;
    bool plug_in = strcmp(set, "ffnou") == 0;
    for (size_t row = 0; row < r->t->rows; row++) {
        const struct farrington_week *f = &o[(size_t)ref_at(r, row, "index") - FIRST - 1];
        double upper = ref_at(r, row, column(set, "upper")), y = ref_at(r, row, "observed");
        bool kept = ref_at(r, row, column(set, "trend")) == 1;
        if (isnan(upper) || kept != !isnan(f->trend))
            continue;
        judged++;
        ref_like(r, row, column(set, "expected"), f->expected, 2e-6);
        ref_near(r, row, column(set, "trendVector"), kept ? f->trend : NAN, 1e-6);
        ref_like(r, row, column(set, "phiVector"), f->dispersion, 2e-4);
        /* muan adds the peer's standard error, which is too large above a mean of one */
        ref_near(r, row, column(set, "upper"), f->upper, plug_in ? 1 : fmax(2, 0.1 * upper));
        ref_near(r, row, column(set, "pvalue"), f->p, plug_in ? 1e-5 : 0.25);
        double eta = log(f->expected), score = (y - eta) / (upper - eta);
        ref_near(r, row, column(set, "score"), score, plug_in ? 1e-4 * fmax(1, fabs(score)) : 0.2);
        steps += f->upper != upper;
        alarms += (ref_at(r, row, column(set, "alarm")) == 1) != f->alarm;
    }
    CHECK(judged > r->t->rows / 6);
    CHECK(!plug_in || steps <= 1 + judged / 100);
    CHECK(alarms <= 1 + judged / 50);
}

/* The older function, whose weights begin at a residual of one and whose limits are two-sided. It
 * has not the fault of the flexible one. */
static void check_older(struct ref *r, const struct farrington_week *o)
{
    for (size_t row = 0; row < r->t->rows; row++) {
        const struct farrington_week *f = &o[(size_t)ref_at(r, row, "index") - FIRST - 1];
        ref_like(r, row, "farr_upper", f->state == FARRINGTON_TOO_FEW ? 0 : f->upper, 0.03);
        ref_near(r, row, "farr_alarm", f->alarm, 0);
    }
}

TEST(farrington_is_that_of_surveillance)
{
    for (size_t k = 0; k < ARRAY_LEN(names); k++) {
        const double *y = begin(names[k]);
        struct ref *r = open_series("trend", names[k]);
        struct farrington_week o[JUDGED];
        struct farrington_setting s = farrington_original();
        for (size_t row = 0; row < r->t->rows; row++)
            ref_near(r, row, "observed", y[(size_t)ref_at(r, row, "index") - 1], 0);
        judge(s, y, o);
        check_reweighted(r, "ffdef", o);
        struct farrington_setting older = s;
        older.reweight_from = 1;
        older.alpha = 0.005;
        judge(older, y, o);
        check_older(r, o);
        s.reweight_from = 0;
        judge(s, y, o);
        check_exact(r, "ffplain", o, 2.0 / 3);
        s.power = FARRINGTON_ONE;
        s.alpha = 0.01;
        judge(s, y, o);
        check_exact(r, "ffnone", o, 1);
        s = farrington_noufaily();
        judge(s, y, o);
        check_quantiles(r, "ffnou", o);
        s = farrington_noufaily();
        s.trend_p = 0.05;
        s.alpha = 0.01;
        s.limit = FARRINGTON_NEGBIN_UPPER;
        judge(s, y, o);
        check_quantiles(r, "ffmuan", o);
        ref_close(r);
        end();
    }
}

/* --- STL --- */

static struct stl split(const double *y, int season, bool robust)
{
    struct stl_options o = {.period = 52, .periodic = season == 0};
    struct stl s = {0};
    o.season = (struct stl_smoother){season, -1, 0};
    o.trend.degree = o.low_pass.degree = -1;
    stl_defaults(&o, WEEKS, robust);
    CHECK_INT(stl_split(&work, y, WEEKS, &o, &s), ERR_OK);
    return s;
}

TEST(stl_is_that_of_r)
{
    for (size_t k = 0; k < ARRAY_LEN(names); k++) {
        const double *y = begin(names[k]);
        struct ref *r = open_series("stl", names[k]);
        double *logs = ARENA_ARRAY(arena, WEEKS, double), high = 0;
        for (size_t i = 0; i < WEEKS; i++) {
            logs[i] = log(y[i] + 1);
            high = fmax(high, y[i]);
        }
        struct stl per = split(y, 0, false), rob = split(y, 13, true), log = split(logs, 7, false);
        double near = 1e-8 * high;
        for (size_t row = 0; row < r->t->rows; row++) {
            size_t i = (size_t)ref_at(r, row, "index") - 1;
            ref_near(r, row, "observed", y[i], 0);
            ref_near(r, row, "per_seasonal", per.season[i], near);
            ref_near(r, row, "per_trend", per.trend[i], near);
            ref_near(r, row, "per_remainder", per.remainder[i], near);
            ref_near(r, row, "rob_seasonal", rob.season[i], near);
            ref_near(r, row, "rob_trend", rob.trend[i], near);
            ref_near(r, row, "rob_remainder", rob.remainder[i], near);
            ref_near(r, row, "rob_weight", rob.weight[i], 1e-8);
            ref_near(r, row, "log_seasonal", log.season[i], 1e-8);
            ref_near(r, row, "log_trend", log.trend[i], 1e-8);
        }
        ref_close(r);
        end();
    }
}

/* --- Regressions and break points --- */

#define C(name) "chicago_%s." name, series

static void check_glm(struct ref *r, const char *series, const double *y)
{
    static const char *const terms[] = {"(Intercept)", "t", "s1", "c1"};
    static double x[4][WEEKS];
    const double *column[] = {x[0], x[1], x[2], x[3]};
    struct glm_fit f;
    for (int i = 0; i < WEEKS; i++) {
        x[0][i] = 1;
        x[1][i] = i + 1;
        x[2][i] = sin(2 * M_PI * (i + 1) / 52);
        x[3][i] = cos(2 * M_PI * (i + 1) / 52);
    }
    struct glm_data d = {.rows = WEEKS, .columns = 4, .column = column, .y = y};
    CHECK_INT(glm_fit(&work, &d, GLM_POISSON, 0, &f), ERR_OK);
    for (int j = 0; j < 4; j++) {
        refj_near(r, f.coef[j], -1e-7, "chicago_%s.poisson_glm.coef.%s", series, terms[j]);
        refj_near(r, glm_se(&f, j, 1), -3e-6, "chicago_%s.poisson_glm.se.%s", series, terms[j]);
    }
    refj_near(r, f.deviance, -1e-9, C("poisson_glm.deviance"));
    refj_near(r, 2 * 4 - 2 * f.log_likelihood, -1e-9, C("poisson_glm.aic"));
    refj_near(r, f.dispersion, -1e-7, C("poisson_glm.pearson_phi"));
    CHECK_INT(glm_fit(&work, &d, GLM_NEGBIN, 0, &f), ERR_OK);
    for (int j = 0; j < 4; j++) {
        refj_near(r, f.coef[j], -1e-7, "chicago_%s.negbin_glm.coef.%s", series, terms[j]);
        refj_near(r, glm_se(&f, j, 1), -3e-6, "chicago_%s.negbin_glm.se.%s", series, terms[j]);
    }
    if (isinf(f.theta)) { /* the peer's runs away: peers.md */
        CHECK(refj(r, C("negbin_glm.theta")) > 1e6);
        refj(r, C("negbin_glm.se_theta"));
        refj(r, C("negbin_glm.twologlik"));
        return;
    }
    refj_near(r, f.theta, -1e-4, C("negbin_glm.theta"));
    refj_near(r, f.se_theta, -1e-4, C("negbin_glm.se_theta"));
    refj_near(r, 2 * f.log_likelihood, -1e-9, C("negbin_glm.twologlik"));
}

static void check_its(struct ref *r, const char *series, const double *y)
{
    static const char *const terms[] = {"(Intercept)", "t", "s1", "c1", "post", "tp"};
    struct its_setting s = {(size_t)refj(r, C("interrupted_series_quasipoisson.break_after")), 52,
                            1, true, false};
    struct its o = {0};
    CHECK_INT(its_fit(&work, &s, y, WEEKS, &o), ERR_OK);
    for (int j = 0; j < 6; j++) {
        refj_near(r, o.coef[j], -1e-7, "chicago_%s.interrupted_series_quasipoisson.coef.%s", series,
                  terms[j]);
        refj_near(r, o.se[j], -3e-6, "chicago_%s.interrupted_series_quasipoisson.se.%s", series,
                  terms[j]);
    }
    refj_near(r, o.dispersion, -1e-6, C("interrupted_series_quasipoisson.dispersion"));
}

static void check_breaks(struct ref *r, const char *series, const double *y)
{
    struct breaks_setting s = {.kind = BREAKS_NORMAL, .least = 78, .most = 5};
    struct breaks b = {0};
    CHECK_INT(breaks_find(&work, &s, y, WEEKS, &b), ERR_OK);
    char one[80];
    snprintf(one, sizeof one, C("breakpoints_mean.index"));
    if (refj_has(r, one)) {
        CHECK_INT(b.n, 1);
        refj_near(r, (double)b.at[0], 0, "%s", one);
    }
    for (int k = 0; k < b.n && !refj_has(r, one); k++)
        refj_near(r, (double)b.at[k], 0, "chicago_%s.breakpoints_mean.index[%d]", series, k);
    for (int k = 0; k < 6; k++)
        refj_near(r, b.bic[k], -1e-9, "chicago_%s.breakpoints_mean.bic[%d]", series, k);
}

TEST(regressions_and_breaks_are_those_of_r)
{
    struct ref *r = ref_open("trend_meta.json");
    CHECK(r != NULL);
    for (size_t k = 0; k < ARRAY_LEN(names); k++) {
        const char *series = names[k];
        const double *y = begin(series);
        double mean = 0;
        for (size_t i = 0; i < FIRST; i++)
            mean += y[i] / FIRST;
        refj_near(r, mean, -1e-12, C("poisson_glrt_mu0"));
        refj_near(r, WEEKS, 0, C("n"));
        refj_near(r, FIRST + 1, 0, C("range[0]"));
        refj_near(r, FIRST + JUDGED, 0, C("range[1]"));
        refj_near(r, farrington_original().years, 0, C("b"));
        refj_near(r, farrington_original().half_window, 0, C("w"));
        check_glm(r, series, y);
        check_its(r, series, y);
        check_breaks(r, series, y);
        end();
    }
    ref_close(r);
}
