/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The flexible Farrington method against R's surveillance 1.20.3. */
#include "test.h"

#include "base/mem.h"
#include "base/random.h"
#include "csv_numbers.h"
#include "stats/farrington.h"
#include "stats/glm.h"
#include "stats/negbin.h"
#include "stats/normal.h"

#define FIRST 365
#define JUDGED 155

static struct farrington_setting as_in_the_reference(struct farrington_setting s)
{
    s.weeks_per_year = 52;
    return s;
}

static void judge(const struct farrington_setting *s, const double *y, struct farrington_week *out)
{
    struct arena *a = arena_new(1u << 22);
    struct work w = {.arena = a};
    struct farrington_series in = {.series = 1, .weeks = FIRST + JUDGED, .y = y};
    CHECK_INT(farrington(&w, s, &in, FIRST, out), ERR_OK);
    arena_free(a);
}

struct peer {
    const double *expected, *upper;
};

static struct peer peer_of(const struct csv *c, const char *name)
{
    char column[64];
    struct peer p;
    snprintf(column, sizeof column, "%s_expected", name);
    p.expected = csv_column(c, column);
    snprintf(column, sizeof column, "%s_upper", name);
    p.upper = csv_column(c, column);
    return p;
}

static void check_tight(const struct farrington_week *o, struct peer p, size_t i)
{
    if (isnan(p.upper[i])) {
        CHECK_INT(o->state, FARRINGTON_TOO_FEW);
        CHECK(!o->alarm);
        return;
    }
    CHECK_NEAR(o->expected, p.expected[i], 1e-6 * p.expected[i]);
    CHECK_NEAR(o->upper, p.upper[i], 1e-4 * p.upper[i]);
}

/* Without reweighting the other program has no fault, so all figures agree. */
static void check_plain(const struct csv *c, const double *y)
{
    struct farrington_setting s = as_in_the_reference(farrington_original());
    struct farrington_week o[JUDGED];
    struct peer p = peer_of(c, "ffplain"), none = peer_of(c, "ffnone");
    const double *trend = csv_column(c, "ffplain_trendVector");
    const double *pv = csv_column(c, "ffplain_pvalue"), *alarm = csv_column(c, "ffplain_alarm");
    const double *score = csv_column(c, "ffplain_score"), *phi = csv_column(c, "ffplain_phiVector");
    s.reweight_from = 0;
    judge(&s, y, o);
    for (size_t i = 0; i < JUDGED; i++) {
        check_tight(&o[i], p, i);
        CHECK_INT(isnan(o[i].trend), isnan(trend[i]));
        CHECK(isnan(trend[i]) || fabs(o[i].trend - trend[i]) < 1e-7);
        CHECK_NEAR(o[i].p, pv[i], 1e-5);
        CHECK_NEAR(o[i].score, score[i], 1e-4 * fmax(1, fabs(score[i])));
        CHECK_NEAR(o[i].dispersion, phi[i], 1e-4 * phi[i]);
        CHECK_INT(o[i].alarm, alarm[i] == 1);
    }
    s.power = FARRINGTON_ONE;
    s.alpha = 0.01;
    judge(&s, y, o);
    for (size_t i = 0; i < JUDGED; i++)
        check_tight(&o[i], none, i);
}

/* The plug-in quantile does not use the standard error, and the trend is always kept: the other
 * program's fault has no part in this setting either, apart from its score. */
static void check_noufaily(const struct csv *c, const double *y)
{
    struct farrington_setting s = as_in_the_reference(farrington_noufaily());
    struct farrington_week o[JUDGED];
    struct peer p = peer_of(c, "ffnou");
    const double *pv = csv_column(c, "ffnou_pvalue");
    int steps = 0;
    judge(&s, y, o);
    for (size_t i = 0; i < JUDGED; i++) {
        if (isnan(p.upper[i]))
            continue;
        CHECK_NEAR(o[i].expected, p.expected[i], 2e-6 * p.expected[i]);
        CHECK_NEAR(o[i].p, pv[i], 1e-5);
        CHECK_NEAR(o[i].upper, p.upper[i], 1);
        steps += o[i].upper != p.upper[i];
    }
    CHECK(steps <= JUDGED / 100);
}

/* With reweighting: where both keep the trend or both drop it, the expected count is the same and
 * the limit differs by the variance term only, which weighs more when a trend is kept. */
static void check_default(const struct csv *c, const double *y)
{
    struct farrington_setting s = as_in_the_reference(farrington_original());
    struct farrington_week o[JUDGED];
    struct peer p = peer_of(c, "ffdef");
    const double *trend = csv_column(c, "ffdef_trend");
    int same = 0;
    judge(&s, y, o);
    for (size_t i = 0; i < JUDGED; i++) {
        if (isnan(p.upper[i]) || isnan(o[i].trend) == (trend[i] == 1))
            continue;
        same++;
        CHECK_NEAR(o[i].expected, p.expected[i], 1e-6 * p.expected[i]);
        CHECK_NEAR(o[i].upper, p.upper[i], fmax(1, (trend[i] == 1 ? 0.04 : 0.01) * p.upper[i]));
    }
    CHECK(same > 30);
}

TEST(farrington_equals_the_reference)
{
    static const char *const series[] = {"d1", "d7"};
    struct csv weeks, c;
    CHECK(csv_open(TEST_DATA "/analysis", "chicago_weekly.csv", &weeks));
    for (size_t i = 0; i < ARRAY_LEN(series); i++) {
        char file[64];
        const double *y = csv_column(&weeks, series[i]);
        snprintf(file, sizeof file, "trend_chicago_%s.csv", series[i]);
        CHECK(csv_open(TEST_DATA "/analysis", file, &c));
        check_plain(&c, y);
        check_noufaily(&c, y);
        check_default(&c, y);
        csv_done(&c);
    }
    csv_done(&weeks);
}

REFERENCE_TEST(farrington_equals_the_whole_reference)
{
    static const char *const series[] = {"d1", "d7", "d16", "d20", "total"};
    struct csv weeks, c;
    CHECK(csv_open(TEST_DATA "/analysis", "chicago_weekly.csv", &weeks));
    for (size_t i = 0; i < ARRAY_LEN(series); i++) {
        char file[64];
        snprintf(file, sizeof file, "out/trend_chicago_%s.csv", series[i]);
        if (!csv_open(reference_dir(), file, &c)) {
            csv_done(&weeks);
            skip();
        }
        check_plain(&c, csv_column(&weeks, series[i]));
        check_noufaily(&c, csv_column(&weeks, series[i]));
        check_default(&c, csv_column(&weeks, series[i]));
        csv_done(&c);
    }
    csv_done(&weeks);
}

/* Level of a lag, written out for Noufaily's setting: the windows are the last of ten. */
static int level_of(int lag)
{
    for (int year = 1; year <= 5; year++) {
        int back = 52 * year;
        if (lag <= back + 3 && lag >= back - 3)
            return 9;
        if (lag < back - 3 && lag > back - 52 + 3)
            return (back - 4 - lag) / 5; /* 45 weeks in nine blocks */
    }
    return -1;
}

/* The fit of week k by the general regression. */
static struct glm_fit general_fit(const double *y, int k, struct arena *a)
{
    static double x[11][300], counts[300];
    const double *column[11];
    struct work w = {.arena = a};
    struct glm_data d = {.columns = 11, .column = column, .y = counts};
    struct glm_fit f;
    for (int lag = 263; lag > 26; lag--) {
        for (int j = 0; j < 10; j++)
            x[j][d.rows] = level_of(lag) == j;
        x[10][d.rows] = -lag;
        counts[d.rows++] = y[k - lag];
    }
    for (int j = 0; j < 11; j++)
        column[j] = x[j];
    CHECK_INT(glm_fit(&w, &d, GLM_POISSON, 0, &f), ERR_OK);
    return f;
}

TEST(the_upper_limit_of_the_mean_is_that_of_the_general_regression)
{
    const double now[11] = {[9] = 1};
    struct farrington_setting s = as_in_the_reference(farrington_noufaily());
    struct farrington_week o[JUDGED];
    struct csv weeks;
    CHECK(csv_open(TEST_DATA "/analysis", "chicago_weekly.csv", &weeks));
    s.reweight_from = 0;
    s.limit = FARRINGTON_NEGBIN_UPPER;
    s.alpha = 0.01;
    judge(&s, csv_column(&weeks, "d7"), o);
    for (int i = 0; i < JUDGED; i += 19) {
        struct arena *a = arena_new(1u << 20);
        struct glm_fit f = general_fit(csv_column(&weeks, "d7"), FIRST + i, a);
        double se = glm_eta_se(&f, now, f.dispersion);
        double mean = exp(f.coef[9] + normal_quantile(0.99) * se);
        struct negbin d = negbin_of_dispersion(mean, f.dispersion);
        CHECK_NEAR(o[i].expected, exp(f.coef[9]), 1e-8);
        CHECK_NEAR(o[i].trend, f.coef[10], 1e-10);
        CHECK_NEAR(o[i].upper, negbin_quantile(&d, 0.99), 0);
        arena_free(a);
    }
    csv_done(&weeks);
}

/* Six years of 10 a week: expected 10, dispersion 1, so the limit can be worked out by hand. */
TEST(worked_example_of_farrington)
{
    double y[FIRST + JUDGED];
    struct farrington_week o[JUDGED];
    struct farrington_setting s = farrington_original();
    for (size_t i = 0; i < FIRST + JUDGED; i++)
        y[i] = 10;
    y[FIRST + 10] = 16;
    y[FIRST + 20] = 15;
    judge(&s, y, o);
    /* tau = 1 and no spread: Var(fit) = 0; limit (10^(2/3) + 1.6449 * 2/3 * 10^(1/6))^(3/2) */
    double limit = pow(pow(10, 2.0 / 3) + 1.6448536269514722 * 2 / 3 * pow(10, 1.0 / 6), 1.5);
    CHECK_NEAR(limit, 15.63, 0.005);
    CHECK_NEAR(o[10].expected, 10, 1e-9);
    CHECK_NEAR(o[10].upper, limit, 1e-6);
    CHECK(o[10].alarm && !o[20].alarm && !o[11].alarm);
    CHECK_NEAR(o[10].score, 6 / (limit - 10), 1e-6);
    CHECK_NEAR(o[10].p, 0.0405, 0.0001);
}

TEST(a_past_outbreak_hardly_raises_the_limit)
{
    double y[FIRST + JUDGED];
    struct farrington_week with[JUDGED], without[JUDGED];
    struct farrington_setting s = as_in_the_reference(farrington_original());
    for (size_t i = 0; i < FIRST + JUDGED; i++)
        y[i] = 8 + (double)((i * 7919) % 5);
    judge(&s, y, without);
    y[FIRST - 52] = 60;
    judge(&s, y, with);
    CHECK_NEAR(with[0].expected, without[0].expected, 0.3);
    s.reweight_from = 0;
    judge(&s, y, with);
    CHECK(with[0].expected > without[0].expected + 1);
}

TEST(counts_of_zero_in_earlier_years_are_told)
{
    double y[FIRST + JUDGED] = {0};
    struct farrington_week o[JUDGED];
    struct farrington_setting s = farrington_original();
    y[FIRST + 100] = 6;
    y[FIRST + 30] = 3;
    judge(&s, y, o);
    CHECK_INT(o[100].state, FARRINGTON_NO_HISTORY);
    CHECK(o[100].alarm);
    CHECK_NEAR(o[100].p, pow(1.0 / 36, 6), 1e-15);
    CHECK_INT(o[30].state, FARRINGTON_TOO_FEW);
    CHECK(!o[30].alarm);
}

static void random_series(double *y, size_t series, size_t weeks)
{
    for (size_t i = 0; i < series; i++) {
        struct rng r = rng_make(77, i);
        double mean = 0.3 + 3.0 * (double)i;
        for (size_t k = 0; k < weeks; k++)
            y[i * weeks + k] = i % 5 == 4 && k % 50 == 3 ? NAN : (double)rng_negbin(&r, mean, 5);
    }
}

TEST(farrington_is_the_same_on_any_number_of_threads)
{
    enum { SERIES = 9, WEEKS = 300, JUDGE = 39 };
    static double y[SERIES * WEEKS];
    static struct farrington_week one[SERIES * JUDGE], more[SERIES * JUDGE];
    struct farrington_series in = {.series = SERIES, .weeks = WEEKS, .y = y};
    struct farrington_setting s = farrington_noufaily();
    s.years = 4;
    random_series(y, SERIES, WEEKS);
    for (int threads = 1; threads <= 4; threads *= 2) {
        struct arena *a = arena_new(1u << 22);
        struct work w = {.arena = a, .threads = threads};
        struct farrington_week *out = threads == 1 ? one : more;
        memset(out, 0, sizeof one);
        CHECK_INT(farrington(&w, &s, &in, WEEKS - JUDGE, out), ERR_OK);
        for (size_t i = 0; i < SERIES * JUDGE && threads > 1; i++) {
            const double *a1 = &one[i].expected, *a2 = &more[i].expected;
            CHECK(memcmp(a1, a2, 6 * sizeof *a1) == 0);
            CHECK_INT(one[i].state, more[i].state);
        }
        arena_free(a);
    }
}

TEST(bad_settings_and_counts_are_refused)
{
    double y[FIRST + JUDGED] = {0};
    struct farrington_week o[JUDGED];
    struct arena *a = arena_new(1u << 22);
    struct work w = {.arena = a};
    struct farrington_series in = {.series = 1, .weeks = FIRST + JUDGED, .y = y};
    struct farrington_setting s = farrington_original();
    CHECK_INT(farrington_history(&s), 264);
    CHECK_INT(farrington(&w, &s, &in, 263, o), ERR_INVALID);
    y[3] = -1;
    CHECK_INT(farrington(&w, &s, &in, FIRST, o), ERR_INVALID);
    y[3] = INFINITY;
    CHECK_INT(farrington(&w, &s, &in, FIRST, o), ERR_INVALID);
    y[3] = 1e9; /* huge, but a count */
    CHECK_INT(farrington(&w, &s, &in, FIRST, o), ERR_OK);
    s.alpha = 0;
    CHECK_INT(farrington(&w, &s, &in, FIRST, o), ERR_INVALID);
    s.alpha = 0.05;
    s.weeks_per_year = NAN;
    CHECK_INT(farrington(&w, &s, &in, FIRST, o), ERR_INVALID);
    arena_free(a);
}

static bool never(void *arg, double share)
{
    (void)arg;
    (void)share;
    return false;
}

TEST(farrington_can_be_cancelled_and_knows_its_memory)
{
    double y[FIRST + JUDGED] = {0};
    struct farrington_week o[JUDGED];
    struct arena *a = arena_new(1u << 22), *tiny = arena_new(64);
    struct farrington_series in = {.series = 1, .weeks = FIRST + JUDGED, .y = y};
    struct farrington_setting s = farrington_original();
    struct work w = {.arena = a, .tick = never};
    CHECK_INT(farrington(&w, &s, &in, FIRST, o), ERR_CANCELLED);
    w = (struct work){.arena = tiny};
    CHECK_INT(farrington(&w, &s, &in, FIRST, o), ERR_NOMEM);
    arena_free(a);
    arena_free(tiny);
}

/* Term by term, in another way than the code under test. */
static double negbin_sum(double mean, double size, double upto)
{
    double term = pow(size / (size + mean), size), sum = 0;
    for (double k = 0; k <= upto; k++) {
        sum += term;
        term *= (size + k) / (k + 1) * mean / (size + mean);
    }
    return sum;
}

TEST(negative_binomial_quantile_is_the_first_count_that_reaches)
{
    const double means[] = {0.1, 1, 4.5, 30}, sizes[] = {0.5, 3, 40};
    const double ps[] = {0.005, 0.5, 0.95, 0.995};
    for (size_t m = 0; m < 4; m++)
        for (size_t s = 0; s < 3; s++)
            for (size_t i = 0; i < 4; i++) {
                struct negbin d = {means[m], sizes[s]};
                double q = negbin_quantile(&d, ps[i]);
                CHECK(negbin_sum(means[m], sizes[s], q) >= ps[i]);
                CHECK(q == 0 || negbin_sum(means[m], sizes[s], q - 1) < ps[i]);
                CHECK_NEAR(negbin_upper(&d, q + 1), 1 - negbin_sum(means[m], sizes[s], q), 1e-12);
            }
    struct negbin poisson = negbin_of_dispersion(1, 1);
    CHECK_NEAR(negbin_upper(&poisson, 1), 1 - exp(-1), 1e-14);
    CHECK_INT(negbin_quantile(&poisson, 0.95), 3);
}
