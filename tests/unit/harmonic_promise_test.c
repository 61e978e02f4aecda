/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Waves of the year: what is promised of intervals, tests and threads; too little and too strange
 * tables. */
#include "harmonic_table.h"

/* --- What the intervals and the test promise --- */

struct tally {
    int ratio, peak, season;
};

/* 400 series of five years of weeks, about 7 a week, twice the spread of chance. */
static struct tally tally_of(double size, const struct harmonic_setting *s)
{
    struct tally t = {0, 0, 0};
    for (uint64_t seed = 0; seed < 400; seed++) {
        even_steps(day_of(2019, 1, 7), 260, 7);
        on_a_curve(1, size, (double)day_of(2021, 12, 28));
        drawn(1000 + seed, 1);
        const struct harmonic *o = fit(s);
        double off = remainder(o->peak - (double)day_of(2021, 12, 28), HARMONIC_YEAR);
        t.season += o->p <= 0.05;
        t.ratio += o->ratio_low <= exp(2 * size) && exp(2 * size) <= o->ratio_high;
        t.peak += o->peak - o->peak_low >= off && o->peak_high - o->peak >= -off;
    }
    return t;
}

TEST(intervals_hold_what_they_promise)
{
    for (int family = 0; family < 3; family += 2) {
        struct harmonic_setting s = plain;
        s.family = (enum harmonic_family)family;
        struct tally t = tally_of(0.25, &s);
        CHECK(t.ratio >= 362 && t.ratio <= 396); /* 380 promised; 18: 4 standard errors */
        CHECK(t.peak >= 362 && t.peak <= 396);
        CHECK(t.season >= 380);
    }
}

TEST(chance_is_seldom_taken_for_a_season)
{
    struct harmonic_setting s = plain;
    CHECK(tally_of(0, &s).season <= 32); /* 20 promised */
    s.harmonics = 0;
    CHECK(tally_of(0, &s).season <= 32);
    s.harmonics = 1;
    s.family = HARMONIC_NEGBIN;
    CHECK(tally_of(0, &s).season <= 34);
    s.family = HARMONIC_POISSON; /* and this is why it is not the default */
    CHECK(tally_of(0, &s).season >= 80);
}

/* --- How many waves, and two peaks --- */

static void two_peaks(double second)
{
    even_steps(day_of(2017, 1, 2), 313, 7);
    for (size_t i = 0; i < table.steps; i++)
        table.y[i] = 30 * exp(0.5 * wave(i, 2, true) + second * wave(i, 1, true));
    drawn(3, 0);
}

TEST(the_number_of_waves_is_found)
{
    struct harmonic_setting s = plain;
    s.harmonics = 0;
    for (int family = 0; family < 3; family++) {
        s.family = (enum harmonic_family)family;
        two_peaks(0.3);
        CHECK_INT(fit(&s)->harmonics, 2);
        CHECK_NEAR(found[0].df, 8, 0);
        CHECK_INT(found[0].columns, 5);
        double aic = found[0].aic;
        s.harmonics = 1;
        CHECK(family == 0 || fit(&s)->aic > aic + 10); /* QAIC: another dispersion */
        s.harmonics = 0;
        even_steps(day_of(2017, 1, 2), 313, 7);
        on_a_curve(3, 0.3, (double)day_of(2020, 6, 20));
        drawn(2, 0);
        CHECK_INT(fit(&s)->harmonics, 1);
    }
}

TEST(a_second_peak_that_may_be_the_higher_one_is_told)
{
    struct harmonic_setting s = plain;
    s.harmonics = 2;
    two_peaks(0);
    const struct harmonic *o = fit(&s);
    CHECK_NEAR(o->second - o->peak, HARMONIC_YEAR / 2, 8);
    two_peaks(0.5);
    CHECK(isnan(fit(&s)->second));
    s.harmonics = 1;
    CHECK(isnan(fit(&s)->second));
}

/* --- Too little, too strange --- */

TEST(too_little_is_named_and_has_no_figures)
{
    struct harmonic_setting s = plain;
    some_years();
    table.steps = 51;
    CHECK_INT(fit(&s)->state, HARMONIC_SHORT);
    CHECK(isnan(found[0].ratio) && isnan(found[0].p) && isnan(steps[3].expected));
    table.steps = 52; /* nearly a year: the answer is for the reader to weigh */
    CHECK_INT(fit(&s)->state, HARMONIC_FITTED);
    CHECK(found[0].years < 1 && found[0].columns == 3);
    for (size_t i = 0; i < 4; i++)
        table.y[i * 9] = NAN;
    CHECK_INT(fit(&s)->state, HARMONIC_SHORT);
    some_years();
    for (size_t i = 0; i < table.steps; i++)
        table.y[i] = i % 17 == 0;
    CHECK_INT(fit(&s)->state, HARMONIC_TOO_FEW); /* 19 events */
    table.y[1] = 1;
    CHECK_INT(fit(&s)->state, HARMONIC_FITTED);
    s.harmonics = 2;
    CHECK_INT(fit(&s)->state, HARMONIC_TOO_FEW);
    s.harmonics = 0;
    CHECK_INT(fit(&s)->harmonics, 1);
    for (size_t i = 0; i < table.steps; i++)
        table.y[i] = 0;
    CHECK_INT(fit(&s)->state, HARMONIC_TOO_FEW);
    for (size_t i = 0; i < table.steps; i++)
        table.y[i] = NAN;
    CHECK_INT(fit(&s)->state, HARMONIC_SHORT);
}

TEST(all_in_one_week_of_the_year_is_fitted_or_named)
{
    struct harmonic_setting s = plain;
    for (int k = 1; k <= 6; k++) {
        some_years();
        for (size_t i = 0; i < table.steps; i++)
            table.y[i] = i % 52 == 20 ? 500 : 0;
        s.harmonics = k;
        const struct harmonic *o = fit(&s);
        CHECK(o->state == HARMONIC_FITTED || o->state == HARMONIC_UNFIT);
        CHECK(o->state != HARMONIC_FITTED || o->ratio >= 1);
    }
}

TEST(an_even_series_has_no_season)
{
    struct harmonic_setting s = plain;
    for (int k = 0; k < 120; k++) {
        int family = k % 3;
        even_steps(day_of(2017, 1, 2), 313, 7);
        for (size_t i = 0; i < table.steps; i++)
            table.y[i] = 1 + k * k / 3;
        s.family = (enum harmonic_family)family;
        s.trend = k % 2 ? HARMONIC_TREND_YES : HARMONIC_TREND_NO;
        const struct harmonic *o = fit(&s);
        CHECK_NEAR(o->p, 1, 1e-6);
        CHECK_NEAR(o->ratio, 1, 1e-6);
        CHECK_NEAR(o->ratio_low, 1, 1e-9);
        CHECK(isnan(o->peak_low));
        CHECK_INT(isinf(o->theta), family == 2);
    }
}

TEST(huge_counts_are_fitted_and_mad_ones_refused)
{
    struct harmonic_setting s = plain;
    even_steps(day_of(2017, 1, 2), 200, 7);
    on_a_curve(1e8 / 7, 0.3, (double)day_of(2020, 6, 20));
    CHECK_NEAR(fit(&s)->ratio, exp(0.6), 1e-6);
    const double bad[] = {-1, INFINITY, 1.1e9};
    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        some_years();
        table.y[5] = bad[i];
        CHECK_INT(answer(&s, 1), ERR_INVALID);
    }
    const double people[] = {0, -1, INFINITY};
    for (size_t i = 0; i < ARRAY_LEN(people); i++) {
        some_years();
        for (size_t k = 0; k < table.steps; k++)
            table.population[k] = k == 9 ? people[i] : 5;
        table.people = true;
        CHECK_INT(answer(&s, 1), ERR_INVALID);
    }
    some_years();
    s.harmonics = 7;
    CHECK_INT(answer(&s, 1), ERR_INVALID);
    s = plain;
    s.level = NAN;
    CHECK_INT(answer(&s, 1), ERR_INVALID);
    s = plain;
    table.day[4] = table.day[3];
    CHECK_INT(answer(&s, 1), ERR_INVALID);
    some_years();
    table.day[table.steps] = INT64_MAX;
    CHECK_INT(answer(&s, 1), ERR_INVALID);
}

/* --- Threads, cancel, memory --- */

static void many_series(void)
{
    even_steps(day_of(2019, 1, 7), 150, 7);
    table.series = 12;
    struct rng r = rng_make(6, 6);
    for (size_t i = 0; i < table.series * table.steps; i++)
        table.y[i] = i % 97 == 3 ? NAN : (double)rng_negbin(&r, 1 + (double)(i % 52) / 9, 4);
}

TEST(waves_are_the_same_on_any_number_of_threads_and_each_series_for_itself)
{
    static struct harmonic one[12];
    static struct harmonic_step each[12 * 150];
    struct harmonic_setting s = {HARMONIC_NEGBIN, 0, HARMONIC_TREND_AUTO, 0.9};
    many_series();
    CHECK_INT(answer(&s, 1), ERR_OK);
    memcpy(one, found, sizeof one);
    memcpy(each, steps, sizeof each);
    for (int threads = 2; threads <= 4; threads++) {
        CHECK_INT(answer(&s, threads), ERR_OK);
        CHECK(memcmp(each, steps, sizeof each) == 0);
        for (int i = 0; i < 12; i++)
            CHECK(memcmp(one[i].coef, found[i].coef, sizeof one[i].coef) == 0);
    }
    for (size_t i = 0; i < 12; i++) {
        many_series();
        memmove(table.y, table.y + i * 150, 150 * sizeof *table.y);
        table.series = 1;
        CHECK_INT(answer(&s, 1), ERR_OK);
        CHECK(memcmp(one[i].coef, found[0].coef, sizeof one[i].coef) == 0);
        CHECK(memcmp(each + i * 150, steps, 150 * sizeof *steps) == 0);
    }
}

static bool patience(void *arg, double share)
{
    int *left = arg;
    CHECK(share >= 0 && share <= 1);
    return (*left)-- > 0;
}

TEST(waves_can_be_cancelled_and_know_their_memory)
{
    many_series();
    struct harmonic_series in = in_of(&table);
    for (int wait = 0; wait < 12; wait++) {
        struct arena *a = arena_new((size_t)8 << 20);
        int left = wait;
        struct work w = {.arena = a, .tick = patience, .arg = &left};
        CHECK_INT(harmonic(&w, &plain, &in, found, steps), ERR_CANCELLED);
        arena_free(a);
    }
    bool answered = false;
    for (size_t bytes = 64; !answered; bytes *= 2) {
        struct arena *a = arena_new(bytes);
        struct work w = {.arena = a};
        enum err e = harmonic(&w, &plain, &in, found, steps);
        CHECK(e == ERR_NOMEM || e == ERR_OK);
        CHECK(e == ERR_NOMEM || bytes <= 12 * 5120 * 2 + 150 * 120 * 8 * 2);
        answered = e == ERR_OK;
        arena_free(a);
    }
}
