/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* EARS and cumulative sums against R's surveillance 1.20.3. */
#include "test.h"

#include "base/mem.h"
#include "base/random.h"
#include "csv_numbers.h"
#include "stats/cusum.h"
#include "stats/ears.h"
#include "stats/normal.h"

#define STEPS 520
#define FIRST 365
#define JUDGED 155

/* One series. */
static enum err judge(const struct ears_setting *s, const double *y, size_t steps, size_t first,
                      struct ears_step *out)
{
    struct work w = {0};
    struct ears_series in = {1, steps, y};
    return ears(&w, s, &in, first, out);
}

static void watch_ears(const struct ears_setting *s, const double *y, struct ears_step *out)
{
    CHECK_INT(judge(s, y, STEPS, FIRST, out), ERR_OK);
}

static void check_c1_c2(const struct csv *c, const double *y)
{
    const char *const columns[] = {"earsC1_upper", "earsC2_upper", "earsC1_28_upper"};
    for (int k = 0; k < 3; k++) {
        struct ears_setting s = ears_default(k == 1 ? EARS_C2 : EARS_C1);
        const double *upper = csv_column(c, columns[k]);
        struct ears_step o[JUDGED];
        s.least_sigma = k == 2 ? 0.5 : 0;
        s.baseline = k == 2 ? 28 : 7;
        s.alpha = k == 2 ? 0.01 : 0.001;
        const double *alarm =
            k == 2 || !*c->file ? NULL : csv_column(c, k ? "earsC2_alarm" : "earsC1_alarm");
        watch_ears(&s, y, o);
        for (size_t i = 0; i < JUDGED; i++) {
            CHECK_NEAR(o[i].upper, upper[i], 1e-9 * upper[i]);
            CHECK_INT(o[i].alarm, y[FIRST + i] > upper[i]);
            CHECK(!alarm || o[i].alarm == (alarm[i] == 1));
        }
    }
}

/* The other program's limit for C3 begins with the observed count where the mean of the baseline
 * belongs, so whether this week is an alarm does not depend on this week. Its figure, rebuilt from
 * ours, shows that all the rest agrees. */
static void check_c3(const struct csv *c, const double *y)
{
    struct ears_setting s = ears_default(EARS_C3);
    struct ears_step o[JUDGED];
    const double *upper = csv_column(c, "earsC3_upper"), z = normal_quantile(0.975);
    const double *alarm = *c->file ? csv_column(c, "earsC3_alarm") : NULL;
    s.least_sigma = 0;
    watch_ears(&s, y, o);
    for (size_t i = 0; i < JUDGED; i++) {
        double now = y[FIRST + i];
        double own = fmax(0, (now - o[i].expected) / o[i].sigma - 1);
        double theirs = fmax(0, now + o[i].sigma * (z - (o[i].score - own)));
        CHECK_NEAR(theirs, upper[i], 1e-9 * upper[i]);
        CHECK(!alarm || (now > theirs) == (alarm[i] == 1));
    }
}

/* How the other program's sums go: no reset, the level of the first 365 weeks. */
static void check_deviates(const struct csv *c, const double *y)
{
    static const char *const names[] = {"rossi", "standard", "anscombe"};
    for (int k = 0; k < 3; k++) {
        struct work w = {0};
        struct cusum_setting s = cusum_default();
        struct cusum_step o[JUDGED];
        char column[64];
        s.kind = (enum cusum_kind)(CUSUM_ROSSI + k);
        s.limit = 2.26;
        s.baseline = FIRST;
        s.reset = false;
        CHECK_INT(cusum(&w, &s, y, 1, STEPS, o), ERR_OK);
        snprintf(column, sizeof column, "cusum_%s_upper", names[k]);
        const double *upper = csv_column(c, column);
        snprintf(column, sizeof column, "cusum_%s_alarm", names[k]);
        const double *alarm = csv_column(c, column);
        for (size_t i = 0; i < JUDGED; i++) {
            double own = k == 1 ? ceil(o[i].upper - 1e-9) : o[i].upper;
            /* far beyond the limit no count is too small: 0, where the other takes a square */
            if (o[i].upper > 0)
                CHECK_NEAR(own, upper[i], 1e-9 * fmax(1, upper[i]));
            CHECK_INT(o[i].alarm, alarm[i] == 1);
        }
    }
}

/* The likelihood ratio does begin again after an alarm, at an unchanged level. */
static void check_likelihood(const struct csv *c, const double *y)
{
    struct work w = {0};
    struct cusum_setting s = cusum_default();
    struct cusum_step o[JUDGED];
    const double *sum = csv_column(c, "poisson_cusum_lr");
    const double *alarm = csv_column(c, "poisson_cusum_alarm");
    s.limit = 5;
    s.baseline = FIRST;
    s.relearn = 0;
    CHECK_INT(cusum(&w, &s, y, 1, STEPS, o), ERR_OK);
    for (size_t i = 0; i < JUDGED; i++) {
        CHECK_NEAR(o[i].sum, sum[i], 1e-9 * fmax(1, sum[i]));
        CHECK_INT(o[i].alarm, alarm[i] == 1);
    }
}

static void check_series(const char *dir, const char *file, const double *y)
{
    struct csv c;
    if (!csv_open(dir, file, &c))
        skip();
    check_c1_c2(&c, y);
    check_c3(&c, y);
    check_deviates(&c, y);
    check_likelihood(&c, y);
    csv_done(&c);
}

TEST(ears_and_sums_equal_the_reference)
{
    struct csv weeks;
    CHECK(csv_open(TEST_DATA "/analysis", "chicago_weekly.csv", &weeks));
    check_series(TEST_DATA "/analysis", "trend_chicago_d1.csv", csv_column(&weeks, "d1"));
    check_series(TEST_DATA "/analysis", "trend_chicago_d7.csv", csv_column(&weeks, "d7"));
    csv_done(&weeks);
}

REFERENCE_TEST(ears_and_sums_equal_the_whole_reference)
{
    static const char *const series[] = {"d1", "d7", "d16", "d20", "total"};
    struct csv weeks;
    CHECK(csv_open(TEST_DATA "/analysis", "chicago_weekly.csv", &weeks));
    for (size_t i = 0; i < ARRAY_LEN(series); i++) {
        char file[64];
        snprintf(file, sizeof file, "out/trend_chicago_%s.csv", series[i]);
        check_series(reference_dir(), file, csv_column(&weeks, series[i]));
    }
    csv_done(&weeks);
}

/* Baseline 4 6 5 3 7 5 5: mean 5, deviation sqrt(10 / 6). */
TEST(worked_example_of_ears)
{
    const double y[] = {4, 6, 5, 3, 7, 5, 5, 10};
    struct ears_setting s = ears_default(EARS_C1);
    struct ears_step o;
    CHECK_INT(judge(&s, y, 8, 7, &o), ERR_OK);
    CHECK_NEAR(o.expected, 5, 1e-12);
    CHECK_NEAR(o.sigma, sqrt(10.0 / 6), 1e-12);
    CHECK_NEAR(o.score, 5 / sqrt(10.0 / 6), 1e-12);
    CHECK_NEAR(o.upper, 5 + 3.0902323061678132 * sqrt(10.0 / 6), 1e-9);
    CHECK_NEAR(o.upper, 8.99, 0.005);
    CHECK(o.alarm);
}

TEST(c3_alarms_for_three_weeks_that_are_each_a_little_high)
{
    double y[] = {5, 7, 3, 6, 4, 5, 6, 5, 4, 8, 8, 8};
    struct ears_step o;
    struct ears_setting s = ears_default(EARS_C2);
    CHECK_INT(judge(&s, y, 12, 11, &o), ERR_OK);
    CHECK(!o.alarm);
    s = ears_default(EARS_C3);
    CHECK_INT(judge(&s, y, 12, 11, &o), ERR_OK);
    CHECK(o.alarm && y[11] > o.upper);
    y[10] = y[9] = 7;
    y[11] = 5; /* and this week does matter */
    CHECK_INT(judge(&s, y, 12, 11, &o), ERR_OK);
    CHECK(!o.alarm && y[11] < o.upper);
    y[11] = ceil(o.upper + 1e-9);
    CHECK_INT(judge(&s, y, 12, 11, &o), ERR_OK);
    CHECK(o.alarm);
}

TEST(an_even_baseline_needs_a_floor)
{
    double y[] = {0, 0, 0, 0, 0, 0, 0, 1};
    struct ears_step o;
    struct ears_setting s = ears_default(EARS_C1);
    CHECK_INT(judge(&s, y, 8, 7, &o), ERR_OK);
    CHECK(!o.alarm);
    s.least_sigma = 0;
    CHECK_INT(judge(&s, y, 8, 7, &o), ERR_OK);
    CHECK(o.alarm && isinf(o.score) && o.p == 0);
    y[3] = NAN;
    CHECK_INT(judge(&s, y, 8, 7, &o), ERR_OK);
    CHECK(isnan(o.upper) && isnan(o.p) && !o.alarm);
}

/* Level 4: gain ln 1.5, loss 2. Counts 8 10 4 12 9 give 1.244, 3.298, 2.920, 5.786. */
TEST(worked_example_of_cusum)
{
    double y[] = {4, 3, 5, 4, 4, 8, 10, 4, 12, 9};
    struct work w = {0};
    struct cusum_step o[5];
    struct cusum_setting s = cusum_default();
    s.baseline = 5;
    CHECK_INT(cusum(&w, &s, y, 1, 10, o), ERR_OK);
    CHECK_NEAR(o[0].expected, 4, 1e-12);
    CHECK_NEAR(o[0].sum, 8 * log(1.5) - 2, 1e-12);
    CHECK_NEAR(o[1].sum, 18 * log(1.5) - 4, 1e-12);
    CHECK_NEAR(o[2].sum, 22 * log(1.5) - 6, 1e-12);
    CHECK_NEAR(o[3].sum, 34 * log(1.5) - 8, 1e-12);
    CHECK_NEAR(o[3].sum, 5.79, 0.005);
    CHECK_NEAR(s.limit, 5.56, 0.001);
    CHECK(!o[2].alarm && o[3].alarm && y[8] > o[3].upper);
    CHECK_INT(o[3].since, 5);
    CHECK(isnan(o[4].expected)); /* the new level is being learnt */
}

TEST(a_lasting_rise_is_one_alarm_when_the_level_is_learnt_anew)
{
    double y[200];
    struct work w = {0};
    struct cusum_step o[148];
    struct cusum_setting s = cusum_default();
    struct rng r = rng_make(4, 4);
    for (int i = 0; i < 200; i++)
        y[i] = (double)rng_poisson(&r, i < 100 ? 10 : 20);
    int alarms[2] = {0};
    for (int reset = 0; reset < 2; reset++) {
        s.reset = reset;
        CHECK_INT(cusum(&w, &s, y, 1, 200, o), ERR_OK);
        for (int i = 0; i < 148; i++)
            alarms[reset] += o[i].alarm;
    }
    CHECK(alarms[0] > 90);
    CHECK_INT(alarms[1], 1);
    CHECK_NEAR(o[147].expected, 20, 3);
}

/* Lorden's bound: at a known level false alarms come at least exp(limit) steps apart on average. */
TEST(false_alarms_of_the_sum_are_as_rare_as_promised)
{
    enum { N = 60000 };
    static double y[N];
    static struct cusum_step o[N];
    struct work w = {0};
    struct cusum_setting s = cusum_default();
    struct rng r = rng_make(11, 2);
    int alarms = 0;
    for (int i = 0; i < N; i++)
        y[i] = (double)rng_poisson(&r, 6);
    s.baseline = 2000;
    s.relearn = 0;
    s.limit = log(100);
    CHECK_INT(cusum(&w, &s, y, 1, N, o), ERR_OK);
    for (int i = 0; i < N - 2000; i++)
        alarms += o[i].alarm;
    CHECK(alarms > 20 && alarms < (N - 2000) / 100);
}

TEST(series_without_events_and_with_gaps_are_watched)
{
    double y[60] = {0};
    struct work w = {0};
    struct cusum_step o[8];
    struct cusum_setting s = cusum_default();
    s.kind = CUSUM_NEGBIN;
    y[55] = NAN;
    y[57] = 30;
    CHECK_INT(cusum(&w, &s, y, 1, 60, o), ERR_OK);
    CHECK_NEAR(o[0].expected, 0.5 / 52, 1e-12);
    CHECK(!o[3].alarm && o[5].alarm);
}

TEST(watching_refuses_bad_settings_and_counts)
{
    double y[60] = {0};
    struct work w = {0};
    struct cusum_step o[60];
    struct ears_step e[60];
    struct cusum_setting s = cusum_default();
    struct ears_setting c1 = ears_default(EARS_C1);
    CHECK_INT(cusum(&w, &s, y, 1, 52, o), ERR_INVALID);
    CHECK_INT(judge(&c1, y, 60, 6, e), ERR_INVALID);
    y[1] = -2;
    CHECK_INT(cusum(&w, &s, y, 1, 60, o), ERR_INVALID);
    CHECK_INT(judge(&c1, y, 60, 7, e), ERR_INVALID);
    y[1] = 1e9;
    CHECK_INT(cusum(&w, &s, y, 1, 60, o), ERR_OK);
    CHECK_INT(judge(&c1, y, 60, 7, e), ERR_OK);
    s.ratio = 1;
    CHECK_INT(cusum(&w, &s, y, 1, 60, o), ERR_INVALID);
    c1.alpha = NAN;
    CHECK_INT(judge(&c1, y, 60, 7, e), ERR_INVALID);
}

TEST(many_series_are_the_same_on_any_number_of_threads)
{
    enum { SERIES = 7 };
    static double y[SERIES * 100];
    static struct cusum_step one[SERIES * 48], more[SERIES * 48];
    struct cusum_setting s = cusum_default();
    struct rng r = rng_make(8, 8);
    for (size_t i = 0; i < SERIES * 100; i++)
        y[i] = (double)rng_poisson(&r, 3);
    for (int threads = 1; threads <= 4; threads *= 2) {
        struct work w = {.threads = threads};
        CHECK_INT(cusum(&w, &s, y, SERIES, 100, threads == 1 ? one : more), ERR_OK);
        for (size_t i = 0; i < SERIES * 48 && threads > 1; i++) {
            const double *a1 = &one[i].expected, *a2 = &more[i].expected;
            CHECK(memcmp(a1, a2, 3 * sizeof *a1) == 0);
            CHECK_INT(one[i].alarm, more[i].alarm);
        }
    }
}
