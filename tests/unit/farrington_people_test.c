/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The flexible Farrington method with a population, against R's surveillance 1.20.3
 * (tests/data/analysis/farrington_population.R). */
#include "test.h"

#include "base/mem.h"
#include "base/random.h"
#include "csv_numbers.h"
#include "stats/farrington.h"

#define FIRST 365
#define JUDGED 155

static struct farrington_setting as_in_the_reference(struct farrington_setting s)
{
    s.weeks_per_year = 52;
    return s;
}

static void make_people(bool first, double *people)
{
    for (int i = 0; i < FIRST + JUDGED; i++) {
        double k = i + 1;
        people[i] = first ? 20000 * (1 + 0.002 * k + 0.05 * sin(k / 40))
                          : 50000 * (1 - 0.0005 * k) * exp(0.4 * cos(2 * M_PI * (k - 30) / 52));
        people[i] = nearbyint(people[i]);
    }
}

static double peer_cell(const struct csv *c, const char *series, const char *column, size_t i)
{
    char name[64];
    snprintf(name, sizeof name, "%s_%s", series, column);
    return csv_column(c, name)[i];
}

static void judge_with(const struct farrington_setting *s, const double *y, const double *people,
                       struct farrington_week *out)
{
    struct arena *a = arena_new(1u << 22);
    struct work w = {.arena = a};
    struct farrington_series in = {
        .series = 1, .weeks = FIRST + JUDGED, .y = y, .population = people};
    CHECK_INT(farrington(&w, s, &in, FIRST, out), ERR_OK);
    arena_free(a);
}

/* Without reweighting all figures agree; with it, those that the fault of the other program (a
 * standard error of the wrong dispersion, see peers.md) does not touch. */
static void check_people(const struct csv *c, const char *series, const double *y,
                         const double *people)
{
    struct farrington_setting s = as_in_the_reference(farrington_original());
    struct farrington_week o[JUDGED], nou[JUDGED];
    int kept = 0;
    s.reweight_from = 0;
    judge_with(&s, y, people, o);
    s = as_in_the_reference(farrington_noufaily());
    judge_with(&s, y, people, nou);
    for (size_t i = 0; i < JUDGED; i++) {
        double expected = peer_cell(c, series, "plain_expected", i);
        double upper = peer_cell(c, series, "plain_upper", i);
        double trend = peer_cell(c, series, "plain_trend", i);
        CHECK_NEAR(people[FIRST + i], peer_cell(c, series, "people", i), 0);
        CHECK_INT(isnan(o[i].trend), isnan(trend));
        kept += !isnan(trend);
        if (o[i].state == FARRINGTON_TOO_FEW)
            continue;
        CHECK_NEAR(o[i].expected, expected, 1e-6 * expected);
        CHECK_NEAR(o[i].upper, upper, 1e-4 * upper);
        CHECK_NEAR(o[i].p, peer_cell(c, series, "plain_p", i), 1e-5);
        CHECK_INT(o[i].alarm, peer_cell(c, series, "plain_alarm", i) == 1);
        expected = peer_cell(c, series, "noufaily_expected", i);
        CHECK_NEAR(nou[i].expected, expected, 2e-6 * expected);
        CHECK_NEAR(nou[i].upper, peer_cell(c, series, "noufaily_upper", i), 0);
        CHECK_NEAR(nou[i].p, peer_cell(c, series, "noufaily_p", i), 1e-5);
        CHECK_INT(nou[i].alarm, peer_cell(c, series, "noufaily_alarm", i) == 1);
    }
    CHECK(kept > 5 && kept < JUDGED - 5);
}

/* With reweighting, where both keep the trend or both drop it: the expected count, and the limit
 * but for the variance term. */
static void check_people_reweighted(const struct csv *c, const char *series, const double *y,
                                    const double *people)
{
    struct farrington_setting s = as_in_the_reference(farrington_original());
    struct farrington_week o[JUDGED];
    int same = 0;
    judge_with(&s, y, people, o);
    for (size_t i = 0; i < JUDGED; i++) {
        double trend = peer_cell(c, series, "default_trend", i);
        double expected = peer_cell(c, series, "default_expected", i);
        double upper = peer_cell(c, series, "default_upper", i);
        if (isnan(o[i].trend) != isnan(trend) || isnan(upper))
            continue;
        same++;
        CHECK_NEAR(o[i].expected, expected, 1e-6 * expected);
        CHECK_NEAR(o[i].upper, upper, fmax(1, (isnan(trend) ? 0.01 : 0.04) * upper));
    }
    CHECK(same > 30);
}

TEST(farrington_with_a_population_equals_the_reference)
{
    static double people[FIRST + JUDGED];
    static const char *const series[] = {"d1", "d7"};
    struct csv weeks, c;
    CHECK(csv_open(TEST_DATA "/analysis", "chicago_weekly.csv", &weeks));
    CHECK(csv_open(TEST_DATA "/analysis", "farrington_population.csv", &c));
    CHECK_INT(c.n, JUDGED);
    for (int k = 0; k < 2; k++) {
        make_people(k == 0, people);
        check_people(&c, series[k], csv_column(&weeks, series[k]), people);
        check_people_reweighted(&c, series[k], csv_column(&weeks, series[k]), people);
    }
    csv_done(&c);
    csv_done(&weeks);
}

TEST(a_population_twice_as_large_everywhere_changes_nothing)
{
    enum { WEEKS = 300 };
    static double y[WEEKS], people[WEEKS];
    struct farrington_week a_week[39], b_week[39];
    struct arena *a = arena_new(1u << 22);
    struct work w = {.arena = a};
    struct farrington_setting s = farrington_original();
    struct farrington_series in = {.series = 1, .weeks = WEEKS, .y = y, .population = people};
    s.years = 4;
    struct rng r = rng_make(77, 0);
    for (size_t i = 0; i < WEEKS; i++)
        y[i] = 5 + (double)rng_poisson(&r, 2);
    for (int twice = 0; twice < 2; twice++) {
        for (size_t i = 0; i < WEEKS; i++)
            people[i] = (twice ? 2000 : 1000) + 10.0 * (double)i * (twice ? 2 : 1);
        CHECK_INT(farrington(&w, &s, &in, WEEKS - 39, twice ? b_week : a_week), ERR_OK);
    }
    for (size_t i = 0; i < 39; i++) {
        CHECK_NEAR(a_week[i].expected, b_week[i].expected, 1e-9);
        CHECK_NEAR(a_week[i].upper, b_week[i].upper, 1e-9);
    }
    arena_free(a);
}

/* A town that doubles is no outbreak, and one whose visitors leave hides none. */
TEST(what_the_population_explains_is_no_alarm)
{
    static double y[FIRST + JUDGED], people[FIRST + JUDGED];
    struct farrington_week with[JUDGED], without[JUDGED];
    struct farrington_setting s = farrington_original();
    s.trend = false;
    for (size_t i = 0; i < FIRST + JUDGED; i++) {
        bool doubled = i >= FIRST + 20, left = i >= FIRST + 90;
        people[i] = left ? 10000 : doubled ? 40000 : 20000;
        y[i] = people[i] / 2000 + (double)(i % 3) - 1;
    }
    y[FIRST + 150] = 14; /* of 5 */
    judge_with(&s, y, people, with);
    judge_with(&s, y, NULL, without);
    CHECK_NEAR(with[21].expected, 20, 0.3);
    CHECK(!with[21].alarm && without[21].alarm);
    CHECK(with[150].alarm && !without[150].alarm);
    people[FIRST + 30] = NAN; /* not known: not judged */
    judge_with(&s, y, people, with);
    CHECK_INT(with[30].state, FARRINGTON_MISSING);
    CHECK(!with[30].alarm && isnan(with[30].expected));
}

TEST(a_population_that_is_none_is_refused)
{
    static double y[FIRST + JUDGED], people[FIRST + JUDGED];
    const double bad[] = {0, -5, INFINITY};
    struct farrington_week o[JUDGED];
    struct farrington_setting s = farrington_original();
    struct farrington_series in = {
        .series = 1, .weeks = FIRST + JUDGED, .y = y, .population = people};
    for (size_t k = 0; k < ARRAY_LEN(bad); k++) {
        struct arena *a = arena_new(1u << 22);
        struct work w = {.arena = a};
        for (size_t i = 0; i < FIRST + JUDGED; i++)
            people[i] = i == 100 ? bad[k] : 9;
        CHECK_INT(farrington(&w, &s, &in, FIRST, o), ERR_INVALID);
        arena_free(a);
    }
}
