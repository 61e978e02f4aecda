/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Log-linear regression against R's glm and MASS's glm.nb on weekly counts. */
#include "test.h"

#include "base/mem.h"
#include "csv_numbers.h"
#include "stats/glm.h"
#include "stats/loglevels.h"
#include "stats/normal.h"

#define WEEKS 521

/* Columns 1, t, sin, cos, step, slope after the step, as in the reference. */
struct season {
    double x[6][WEEKS];
    const double *column[6];
};

static void make_season(struct season *s)
{
    for (int i = 0; i < WEEKS; i++) {
        double t = i + 1;
        s->x[0][i] = 1;
        s->x[1][i] = t;
        s->x[2][i] = sin(2 * M_PI * t / 52);
        s->x[3][i] = cos(2 * M_PI * t / 52);
        s->x[4][i] = t > 365;
        s->x[5][i] = t > 365 ? t - 365 : 0;
    }
    for (int j = 0; j < 6; j++)
        s->column[j] = s->x[j];
}

static struct season season;
static struct csv weeks;
static struct arena *arena;

static struct glm_fit fitted(const char *series, int columns, enum glm_family family)
{
    struct work w = {.arena = arena};
    struct glm_data d = {.rows = WEEKS,
                         .columns = columns,
                         .column = season.column,
                         .y = csv_column(&weeks, series)};
    struct glm_fit f;
    CHECK_INT(glm_fit(&w, &d, family, 0, &f), ERR_OK);
    return f;
}

static void begin(void)
{
    make_season(&season);
    CHECK(csv_open(TEST_DATA "/analysis", "chicago_weekly.csv", &weeks));
    arena = arena_new(1u << 24);
}

static void end(void)
{
    csv_done(&weeks);
    arena_free(arena);
}

static void check_fit(const struct glm_fit *f, const double *coef, const double *se, double phi)
{
    CHECK_INT(f->fault, GLM_FITTED);
    for (int j = 0; j < f->columns; j++) {
        CHECK_NEAR(f->coef[j], coef[j], 1e-7 * fabs(coef[j]));
        CHECK_NEAR(glm_se(f, j, phi), se[j], 3e-6 * se[j]);
    }
}

TEST(poisson_regression_equals_that_of_r)
{
    begin();
    const double coef[] = {5.66958012269538, -0.000105108501453671, -0.0466897587460642,
                           -0.198431163867062};
    const double se[] = {0.00519085190618066, 1.73222266779516e-05, 0.00369339403423263,
                         0.00369441169409202};
    struct glm_fit f = fitted("total", 4, GLM_POISSON);
    check_fit(&f, coef, se, 1);
    CHECK_NEAR(f.deviance, 2849.86313529737, 1e-8);
    CHECK_NEAR(f.dispersion, 5.53814740853563, 1e-7);
    CHECK_NEAR(2 * 4 - 2 * f.log_likelihood, 6749.73364926751, 1e-7);
    end();
}

TEST(negative_binomial_regression_equals_that_of_mass)
{
    begin();
    const double coef[] = {5.66717567152266, -9.63573226483977e-05, -0.0499212345933909,
                           -0.200425581054059};
    const double se[] = {0.0123523161884393, 4.10815062106539e-05, 0.00874142339702573,
                         0.00870758890381696};
    struct glm_fit f = fitted("total", 4, GLM_NEGBIN);
    check_fit(&f, coef, se, 1);
    CHECK_NEAR(f.theta, 61.7570355575239, 1e-4 * 61.75);
    CHECK_NEAR(f.se_theta, 4.6981877417774, 1e-4 * 4.698);
    CHECK_NEAR(2 * f.log_likelihood, -5310.84423822177, 1e-6);
    f = fitted("d7", 4, GLM_NEGBIN);
    CHECK_NEAR(f.theta, 51.6640168188781, 1e-4 * 51.66);
    CHECK_NEAR(f.coef[1], -0.000195460447635804, 1e-7 * 2e-4);
    f = fitted("d1", 4, GLM_NEGBIN);
    CHECK_NEAR(f.theta, 57.9751216901014, 1e-4 * 57.97);
    end();
}

/* There the other program's theta runs away to 1.5e15 with a warning. */
TEST(counts_that_vary_no_more_than_poisson_have_no_theta)
{
    begin();
    struct glm_fit f = fitted("d16", 4, GLM_NEGBIN), p = fitted("d16", 4, GLM_POISSON);
    CHECK_INT(f.fault, GLM_FITTED);
    CHECK(isinf(f.theta) && isnan(f.se_theta));
    for (int j = 0; j < 4; j++)
        CHECK_NEAR(f.coef[j], p.coef[j], 1e-12);
    CHECK_NEAR(p.coef[1], 0.000292335012614572, 1e-7 * 3e-4);
    end();
}

/* So near Poisson that rounding moves theta from step to step. */
TEST(counts_that_vary_hardly_more_than_poisson_settle)
{
    static double y[260], one[260], t[260], offset[260];
    const double *column[] = {one, t};
    for (int i = 0; i < 260; i++) {
        double mean = 20 * exp(0.3 * cos(2 * M_PI * (7 * i - 205) / 365.2425));
        y[i] = (double)llround(mean + (i * 7919 % 11 - 5) * 0.5);
        one[i] = 1;
        t[i] = (7 * i + 3.5 - 910) / 365.2425;
        offset[i] = log(7);
    }
    struct arena *a = arena_new(1u << 22);
    struct work w = {.arena = a};
    struct glm_data d = {.rows = 260, .columns = 2, .column = column, .y = y, .offset = offset};
    struct glm_fit f;
    CHECK_INT(glm_fit(&w, &d, GLM_NEGBIN, 0, &f), ERR_OK);
    CHECK_INT(f.fault, GLM_FITTED);
    CHECK(f.theta > 1000 && f.theta < 10000 && f.iterations < 100);
    arena_free(a);
}

/* The deviance is 0 but for rounding, and so is every slope. */
TEST(counts_that_are_all_the_same_settle)
{
    for (int columns = 1; columns <= 6; columns++)
        for (int level = 1; level < 5000; level = level * 5 / 4 + 1) {
            static double y[WEEKS];
            begin();
            for (int i = 0; i < WEEKS; i++)
                y[i] = level;
            struct work w = {.arena = arena};
            struct glm_data d = {
                .rows = WEEKS, .columns = columns, .column = season.column, .y = y};
            struct glm_fit f;
            CHECK_INT(glm_fit(&w, &d, GLM_POISSON, 0, &f), ERR_OK);
            CHECK_INT(f.fault, GLM_FITTED);
            CHECK_NEAR(f.coef[0], log(level), 1e-9);
            end();
        }
}

TEST(interrupted_series_equals_that_of_r)
{
    begin();
    const double coef[] = {5.74118601127917,   -0.000614645841351406, -0.0500289300508012,
                           -0.198111795150347, 0.124382618225625,     0.000962249974095004};
    const double se[] = {0.0133373287870815, 6.49370293290798e-05, 0.00812989944964433,
                         0.008051738996421,  0.0252645286188811,   0.000238394027036365};
    struct glm_fit f = fitted("total", 6, GLM_POISSON);
    CHECK_NEAR(f.dispersion, 4.74575454844108, 1e-6);
    check_fit(&f, coef, se, f.dispersion);
    end();
}

/* --- What has no estimate --- */

static const double ones[] = {1, 1, 1, 1, 1, 1}, steps[] = {0, 0, 0, 1, 1, 1},
                    twice[] = {2, 2, 2, 4, 4, 4};

static enum glm_fault fault_of(const double *y, int columns, const double *const *x, int *column)
{
    struct arena *a = arena_new(1u << 20);
    struct work w = {.arena = a};
    struct glm_data d = {.rows = 6, .columns = columns, .column = x, .y = y};
    struct glm_fit f;
    CHECK_INT(glm_fit(&w, &d, GLM_POISSON, 0, &f), ERR_OK);
    if (column)
        *column = f.fault_column;
    arena_free(a);
    return f.fault;
}

TEST(columns_that_say_the_same_are_named)
{
    const double *x[] = {ones, steps, twice};
    const double y[] = {3, 4, 2, 6, 8, 7};
    int column = -1;
    CHECK_INT(fault_of(y, 3, x, &column), GLM_COLLINEAR);
    CHECK_INT(column, 2);
    CHECK_INT(fault_of(y, 2, x, NULL), GLM_FITTED);
    CHECK_TEXT(glm_fault_name(GLM_COLLINEAR), "collinear");
}

TEST(groups_without_events_are_separated)
{
    const double *x[] = {ones, steps};
    const double none_after[] = {3, 4, 2, 0, 0, 0}, none[6] = {0};
    CHECK_INT(fault_of(none_after, 2, x, NULL), GLM_SEPARATED);
    CHECK_INT(fault_of(none, 2, x, NULL), GLM_NO_EVENTS);
}

TEST(bad_numbers_are_refused)
{
    struct arena *a = arena_new(1u << 20);
    struct work w = {.arena = a};
    const double *x[] = {ones, steps};
    double y[] = {3, 4, 2, 6, 8, 7}, weight[] = {1, 1, 1, 1, 1, -1};
    struct glm_data d = {.rows = 6, .columns = 2, .column = x, .y = y};
    struct glm_fit f;
    const double bad[] = {-1, NAN, INFINITY, 2e9};
    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        y[2] = bad[i];
        CHECK_INT(glm_fit(&w, &d, GLM_POISSON, 0, &f), ERR_INVALID);
    }
    y[2] = 2;
    CHECK_INT(glm_fit(&w, &d, GLM_NEGBIN, -1, &f), ERR_INVALID);
    d.weight = weight;
    CHECK_INT(glm_fit(&w, &d, GLM_POISSON, 0, &f), ERR_INVALID);
    d.weight = NULL;
    d.rows = 1;
    CHECK_INT(glm_fit(&w, &d, GLM_POISSON, 0, &f), ERR_OK);
    CHECK_INT(f.fault, GLM_TOO_FEW);
    d.columns = GLM_COLUMNS_MOST + 1;
    CHECK_INT(glm_fit(&w, &d, GLM_POISSON, 0, &f), ERR_LIMIT);
    arena_free(a);
}

/* --- The same answer told otherwise --- */

TEST(a_weight_of_two_is_a_row_twice)
{
    struct arena *a = arena_new(1u << 20);
    struct work w = {.arena = a};
    const double x1[] = {1, 1, 1, 1, 1, 1, 1}, x2[] = {1, 2, 3, 4, 5, 6, 6};
    const double y[] = {3, 1, 4, 2, 6, 9, 9}, weight[] = {1, 1, 1, 1, 1, 2};
    const double *x[] = {x1, x2};
    struct glm_data twice_row = {.rows = 7, .columns = 2, .column = x, .y = y};
    struct glm_data weighted = {.rows = 6, .columns = 2, .column = x, .y = y, .weight = weight};
    struct glm_fit f, g;
    CHECK_INT(glm_fit(&w, &twice_row, GLM_POISSON, 0, &f), ERR_OK);
    CHECK_INT(glm_fit(&w, &weighted, GLM_POISSON, 0, &g), ERR_OK);
    CHECK_NEAR(f.coef[0], g.coef[0], 1e-12);
    CHECK_NEAR(f.coef[1], g.coef[1], 1e-12);
    CHECK_NEAR(glm_se(&f, 1, 1), glm_se(&g, 1, 1), 1e-12);
    CHECK_NEAR(f.pearson, g.pearson, 1e-10);
    arena_free(a);
}

TEST(an_offset_moves_only_the_intercept)
{
    struct arena *a = arena_new(1u << 20);
    struct work w = {.arena = a};
    const double *x[] = {ones, steps};
    const double y[] = {3, 4, 2, 6, 8, 7}, offset[] = {2, 2, 2, 2, 2, 2};
    struct glm_data d = {.rows = 6, .columns = 2, .column = x, .y = y};
    struct glm_fit f, g;
    CHECK_INT(glm_fit(&w, &d, GLM_POISSON, 0, &f), ERR_OK);
    d.offset = offset;
    CHECK_INT(glm_fit(&w, &d, GLM_POISSON, 0, &g), ERR_OK);
    CHECK_NEAR(f.coef[0], log(3), 1e-12);
    CHECK_NEAR(f.coef[1], log(7.0 / 3), 1e-12);
    CHECK_NEAR(g.coef[0], f.coef[0] - 2, 1e-12);
    CHECK_NEAR(g.coef[1], f.coef[1], 1e-12);
    CHECK_NEAR(glm_se(&f, 1, 1), sqrt(1.0 / 9 + 1.0 / 21), 1e-12);
    arena_free(a);
}

static bool never(void *arg, double share)
{
    (void)arg;
    (void)share;
    return false;
}

TEST(a_regression_can_be_cancelled)
{
    struct arena *a = arena_new(1u << 20);
    struct work w = {.arena = a, .tick = never};
    const double *x[] = {ones, steps};
    const double y[] = {3, 4, 2, 6, 8, 7};
    struct glm_data d = {.rows = 6, .columns = 2, .column = x, .y = y};
    struct glm_fit f = {.columns = 77};
    CHECK_INT(glm_fit(&w, &d, GLM_POISSON, 0, &f), ERR_CANCELLED);
    CHECK_INT(f.columns, 77);
    arena_free(a);
}

/* --- The quick form of levels and a trend --- */

TEST(levels_by_profile_equal_the_general_regression)
{
    enum { N = 60 };
    struct arena *a = arena_new(1u << 20);
    struct work w = {.arena = a};
    double x[4][N], y[N + LOGLEVELS_RUN] = {0}, t[N], weight[N], mu[N + LOGLEVELS_RUN], above[N];
    uint8_t level[N];
    const double *column[] = {x[0], x[1], x[2], x[3]};
    for (int i = 0; i < N; i++) {
        level[i] = (uint8_t)(i / 7 % 3);
        t[i] = i + (i > 40 ? 5 : 0) - 30;
        weight[i] = i % 11 ? 1 : 0.25;
        y[i] = (i * 7919) % 13 + (i > 30 ? 3 : 0);
        for (int j = 0; j < 3; j++)
            x[j][i] = level[i] == j;
        x[3][i] = t[i];
    }
    for (int trend = 0; trend < 3; trend++) {
        struct loglevels_run run[N];
        struct loglevels_rows r = {.n = N, .levels = 3, .y = y, .run = run};
        r.runs = loglevels_cut(N, t, level, weight, run);
        struct glm_data d = {
            .rows = N, .columns = 3 + (trend > 0), .column = column, .y = y, .weight = weight};
        struct loglevels_fit f;
        struct glm_fit g;
        double from = trend == 2 ? 0.02 : 0; /* wherever it begins */
        loglevels_fit(&r, trend ? &from : NULL, &(struct loglevels_means){mu, above}, &f);
        CHECK_INT(glm_fit(&w, &d, GLM_POISSON, 0, &g), ERR_OK);
        CHECK_INT(f.trend, trend > 0);
        CHECK_NEAR(f.dispersion, g.dispersion, 1e-9);
        const double row[] = {0, 1, 0, 12};
        CHECK_NEAR(sqrt(loglevels_eta_var(&f, 1, 12)), glm_eta_se(&g, row, 1), 1e-9);
        for (int j = 0; j < 3; j++)
            CHECK_NEAR(log(f.rate[j]), g.coef[j], 1e-9);
        if (trend) {
            CHECK_NEAR(f.b, g.coef[3], 1e-10);
            CHECK_NEAR(1 / f.info, g.cov[3][3], 1e-12);
        }
    }
    arena_free(a);
}

TEST(events_only_in_the_last_week_give_no_trend)
{
    double y[10 + LOGLEVELS_RUN] = {0}, t[10], mu[10 + LOGLEVELS_RUN], above[10];
    uint8_t level[10] = {0};
    for (int i = 0; i < 10; i++)
        t[i] = i;
    y[9] = 6;
    struct loglevels_run run[10];
    struct loglevels_rows r = {.n = 10, .levels = 1, .y = y, .run = run};
    r.runs = loglevels_cut(10, t, level, NULL, run);
    struct loglevels_fit f;
    double from = 0;
    loglevels_fit(&r, &from, &(struct loglevels_means){mu, above}, &f);
    CHECK(!f.trend);
    CHECK_NEAR(f.rate[0], 0.6, 1e-12);
}

TEST(normal_and_student_quantiles_undo_their_tails)
{
    const double p[] = {1e-12, 1e-5, 0.005, 0.025, 0.3, 0.5, 0.9, 0.995, 1 - 1e-9};
    for (size_t i = 0; i < ARRAY_LEN(p); i++)
        CHECK_NEAR(normal_upper(-normal_quantile(p[i])), p[i], 1e-14 + 1e-12 * p[i]);
    CHECK_NEAR(normal_quantile(0.975), 1.959963984540054, 1e-13);
    CHECK(isnan(normal_quantile(0)) && isnan(normal_quantile(1)));
    CHECK_NEAR(student_two_sided_quantile(0.05, 33), 2.034515297449341, 1e-9);
    CHECK_NEAR(student_two_sided(2.034515297449341, 33), 0.05, 1e-10);
    CHECK_NEAR(digamma(1), -0.57721566490153286, 1e-13);
    CHECK_NEAR(trigamma(1), M_PI * M_PI / 6, 1e-13);
    CHECK_NEAR(digamma(100.5) - digamma(99.5), 1 / 99.5, 1e-13);
}
