/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Waves of the year against R (tests/data/analysis/harmonic.R), by definition, and by what must not
 * change the answer. */
#include "test.h"

#include "csv_numbers.h"
#include "harmonic_table.h"

/* --- Against R --- */

static void weeks_of(const double *y, size_t n, bool people)
{
    even_steps(day_of(2010, 1, 4), n, 7);
    table.people = people;
    for (size_t i = 0; i < n; i++) {
        double k = (double)i + 1;
        table.y[i] = y[i];
        table.population[i] = round(1e5 * (1 + 0.0004 * k + 0.05 * sin(k / 30)));
    }
}

/* A week is counted in the month of its Monday, as in the script. */
static void months_of(const double *y, size_t n)
{
    memset(&table, 0, sizeof table);
    table.series = 1;
    table.steps = 120;
    for (int i = 0; i <= 120; i++)
        table.day[i] = day_of(2010 + i / 12, i % 12 + 1, 1);
    for (size_t i = 0, k = 0; i < n; i++) {
        while (day_of(2010, 1, 4) + 7 * (int64_t)i >= table.day[k + 1])
            k++;
        table.y[k] += y[i];
    }
}

static void near(const char *what, size_t row, double is, double should, double relative)
{
    if (isnan(should) ? !isnan(is) : !(fabs(is - should) <= relative * fmax(fabs(should), 1e-12)))
        fail_msg("row %zu, %s: %.15g, not %.15g", row, what, is, should);
}

static double cell(const struct csv *c, const char *name, size_t row)
{
    return csv_column(c, name)[row];
}

/* negbin: R finds theta only to about 1e-5, and what rests on it no closer. */
static void check_fit(const struct csv *c, size_t i, const struct harmonic *o)
{
    bool negbin = cell(c, "family", i) == 2;
    double close = negbin ? 2e-6 : 1e-7, days = negbin ? 1e-6 : 1e-9;
    int trend = o->columns - 1;
    near("statistic", i, o->statistic, cell(c, "statistic", i), 100 * close);
    if (cell(c, "p", i) > 0)
        near("p", i, log(o->p), log(cell(c, "p", i)), 100 * close);
    near("aic", i, o->aic, cell(c, "aic", i), close);
    near("dispersion", i, o->dispersion, cell(c, "dispersion", i), 20 * close);
    near("theta", i, o->theta, cell(c, "theta", i), 1e-3);
    near("a", i, o->coef[0], cell(c, "a", i), close);
    near("a_se", i, o->se[0], cell(c, "a_se", i), 20 * close);
    CHECK_NEAR(o->coef[1], cell(c, "b1", i), 1e-6);
    near("b1_se", i, o->se[1], cell(c, "b1_se", i), 20 * close);
    CHECK_NEAR(o->coef[2], cell(c, "c1", i), 1e-6);
    near("c1_se", i, o->se[2], cell(c, "c1_se", i), 20 * close);
    if (cell(c, "trend", i) == 1) {
        CHECK_NEAR(o->coef[trend], cell(c, "d", i), 1e-6);
        near("d_se", i, o->se[trend], cell(c, "d_se", i), 20 * close);
        near("trend", i, o->trend, exp(cell(c, "d", i)), close);
    }
    near("ratio", i, o->ratio, cell(c, "ratio", i), 10 * close);
    near("ratio_low", i, o->ratio_low, cell(c, "ratio_low", i), 10 * close);
    near("ratio_high", i, o->ratio_high, cell(c, "ratio_high", i), 10 * close);
    near("peak", i, o->peak, cell(c, "peak", i), days);
    near("peak_low", i, o->peak_low, cell(c, "peak_low", i), days);
    near("peak_high", i, o->peak_high, cell(c, "peak_high", i), days);
    near("trough", i, o->trough, cell(c, "trough", i), days);
}

static void check_step(const struct csv *c, size_t i, const struct harmonic_step *o)
{
    double close = cell(c, "family", i) == 2 ? 1e-5 : 1e-6;
    near("expected", i, o->expected, cell(c, "expected", i), close);
    near("expected_low", i, o->expected_low, cell(c, "expected_low", i), close);
    near("expected_high", i, o->expected_high, cell(c, "expected_high", i), close);
    CHECK_NEAR(o->low, cell(c, "low", i), 0);
    CHECK_NEAR(o->high, cell(c, "high", i), 0);
    near("p_step", i, o->p, cell(c, "p_step", i), 10 * close);
}

TEST(waves_of_the_year_equal_those_of_r)
{
    static const char *const names[] = {"d1", "d7", "d16", "d20", "total"};
    struct csv weeks, c;
    CHECK(csv_open(TEST_DATA "/analysis", "chicago_weekly.csv", &weeks));
    CHECK(csv_open(TEST_DATA "/analysis", "harmonic_chicago.csv", &c));
    CHECK(c.n > 80);
    for (size_t i = 0; i < c.n; i++) {
        const double *y = csv_column(&weeks, names[(size_t)cell(&c, "series", i) - 2]);
        struct harmonic_setting s = plain;
        s.family = (enum harmonic_family)cell(&c, "family", i);
        s.harmonics = (int)cell(&c, "harmonics", i);
        s.trend = cell(&c, "trend", i) == 1 ? HARMONIC_TREND_YES : HARMONIC_TREND_NO;
        if (cell(&c, "by", i) == 7)
            weeks_of(y, weeks.n, cell(&c, "people", i) == 1);
        else
            months_of(y, weeks.n);
        const struct harmonic *o = fit(&s);
        CHECK_INT(o->state, HARMONIC_FITTED);
        check_fit(&c, i, o);
        check_step(&c, i, &steps[99]);
    }
    csv_done(&c);
    csv_done(&weeks);
}

/* --- By definition --- */

/* Five years of weeks whose logarithm is log 20 + 0.3 cos, the peak in the middle of 3 August. */
TEST(worked_example_of_harmonic)
{
    even_steps(day_of(2019, 1, 7), 260, 7);
    double top = (double)day_of(2021, 8, 3) + 0.5, events = 0, cos2 = 0, sin2 = 0;
    on_a_curve(20.0 / 7, 0.3, top);
    const struct harmonic *o = fit(&plain);
    CHECK_INT(o->state, HARMONIC_FITTED);
    CHECK_NEAR(o->ratio, exp(0.6), 1e-9);
    CHECK_NEAR(o->ratio, 1.822, 0.001);
    CHECK_NEAR(o->peak, top, 1e-6);
    CHECK_NEAR(o->trough, top + HARMONIC_YEAR / 2, 1e-6);
    CHECK_NEAR(o->coef[0], log(20.0 / 7), 1e-9);
    /* no spread: the dispersion is 1, and the errors those of the information of the counts */
    for (size_t i = 0; i < 260; i++) {
        double a = 2 * M_PI * ((double)table.day[i] + 3.5 - top) / HARMONIC_YEAR;
        events += table.y[i];
        cos2 += table.y[i] * cos(a) * cos(a);
        sin2 += table.y[i] * sin(a) * sin(a);
    }
    double t = 1.9692; /* Student, 257 degrees */
    CHECK_NEAR(events, 5322, 1);
    CHECK_NEAR(o->ratio_low, exp(0.6 - 2 * t / sqrt(cos2)), 0.01);
    CHECK_NEAR(o->ratio_low, 1.69, 0.01);
    CHECK_NEAR(o->ratio_high, 1.97, 0.01);
    CHECK_NEAR(o->peak - o->peak_low, t / sqrt(sin2) / 0.3 * HARMONIC_YEAR / 2 / M_PI, 0.1);
    CHECK_NEAR(o->peak_high - o->peak, 7.5, 0.1);
    CHECK(o->p < 1e-30);
}

TEST(the_estimate_solves_the_equations_of_the_likelihood)
{
    even_steps(day_of(2018, 3, 5), 230, 7);
    on_a_curve(1.3, 0.5, (double)day_of(2020, 2, 1));
    drawn(5, 0.6);
    table.y[17] = table.y[101] = NAN;
    struct harmonic_setting s = plain;
    s.harmonics = 3;
    s.trend = HARMONIC_TREND_YES;
    const struct harmonic *o = fit(&s);
    double score[8] = {0}, events = 0;
    CHECK_INT(o->columns, 8);
    for (size_t i = 0; i < table.steps; i++) {
        double x[8] = {1}, eta = log(7);
        for (int j = 1; j < 7; j++)
            x[j] = wave(i, (j + 1) / 2, j % 2 == 0);
        x[7] = ((double)table.day[i] + 3.5 - ((double)table.day[0] + 115 * 7)) / HARMONIC_YEAR;
        for (int j = 0; j < 8; j++)
            eta += o->coef[j] * x[j];
        CHECK_NEAR(steps[i].expected, exp(eta), 1e-9 * exp(eta));
        CHECK_INT(isnan(steps[i].p), isnan(table.y[i]));
        if (isnan(table.y[i]))
            continue;
        events += table.y[i];
        for (int j = 0; j < 8; j++)
            score[j] += x[j] * (table.y[i] - exp(eta));
    }
    CHECK_NEAR(o->events, events, 0);
    for (int j = 0; j < 8; j++)
        CHECK_NEAR(score[j], 0, 1e-6);
}

/* Every hour of the year. */
TEST(peak_and_ratio_are_those_of_all_hours_of_the_year)
{
    struct harmonic_setting s = plain;
    for (uint64_t seed = 1; seed <= 40; seed++) {
        even_steps(day_of(2018, 3, 5), 230, 7);
        on_a_curve(0.9, 0.2, (double)day_of(2020, 2, 1));
        drawn(seed, 0.3);
        s.harmonics = 1 + (int)(seed % 6);
        const struct harmonic *o = fit(&s);
        double most = -INFINITY, least = INFINITY, at = NAN;
        for (int k = 0; k < 24 * 365; k++) {
            double angle = 2 * M_PI * k / (24 * 365.0), sum = 0;
            for (int h = 1; h <= s.harmonics; h++)
                sum += o->coef[2 * h - 1] * sin(h * angle) + o->coef[2 * h] * cos(h * angle);
            at = sum > most ? angle : at;
            most = fmax(most, sum);
            least = fmin(least, sum);
        }
        CHECK_NEAR(log(o->ratio), most - least, 1e-4);
        double apart = remainder(o->peak - at * HARMONIC_YEAR / 2 / M_PI, HARMONIC_YEAR);
        CHECK(fabs(apart) < 0.1 || (o->second > 0 && fabs(apart) > 5));
        CHECK(o->trough > o->peak && o->trough < o->peak + HARMONIC_YEAR);
        CHECK(o->ratio_low >= 1 && o->ratio_low <= o->ratio && o->ratio <= o->ratio_high);
        CHECK(isnan(o->peak_low) || (o->peak_low < o->peak && o->peak < o->peak_high));
    }
}

/* --- What must not change it, and what must --- */

static void check_same(const struct harmonic *a, const struct harmonic *b, double later)
{
    CHECK_NEAR(a->statistic, b->statistic, 1e-6);
    CHECK_NEAR(a->ratio, b->ratio, 1e-7);
    CHECK_NEAR(a->ratio_low, b->ratio_low, 1e-7);
    CHECK_NEAR(a->ratio_high, b->ratio_high, 1e-7);
    CHECK_NEAR(a->peak + later, b->peak, 1e-4);
    CHECK_NEAR(a->peak_low + later, b->peak_low, 1e-4);
    CHECK_NEAR(a->peak_high + later, b->peak_high, 1e-4);
    CHECK_NEAR(a->trough + later, b->trough, 1e-4);
    CHECK_NEAR(a->dispersion, b->dispersion, 1e-8);
}

TEST(a_year_that_begins_later_moves_the_peak_and_nothing_else)
{
    static const int64_t later[] = {1, 91, 365, 146097, -146097, -20000};
    struct harmonic_setting s = plain;
    for (int family = 0; family < 3; family++) {
        some_years();
        s.family = (enum harmonic_family)family;
        s.harmonics = 2;
        struct harmonic here = *fit(&s);
        double low = steps[40].low, expected = steps[40].expected;
        for (size_t k = 0; k < ARRAY_LEN(later); k++) {
            some_years();
            for (size_t i = 0; i <= table.steps; i++)
                table.day[i] += later[k];
            const struct harmonic *there = fit(&s);
            check_same(&here, there, (double)later[k]);
            CHECK_NEAR(steps[40].low, low, 0);
            CHECK_NEAR(steps[40].expected, expected, 1e-6 * expected);
        }
    }
}

TEST(twice_as_many_of_all_keeps_the_curve_and_is_surer)
{
    struct harmonic_setting s = plain;
    s.family = HARMONIC_POISSON;
    some_years();
    struct harmonic once = *fit(&s);
    for (size_t i = 0; i < table.steps; i++)
        table.y[i] *= 2;
    const struct harmonic *twice = fit(&s);
    CHECK_NEAR(once.ratio, twice->ratio, 1e-8);
    CHECK_NEAR(once.peak, twice->peak, 1e-5);
    CHECK_NEAR(2 * once.statistic, twice->statistic, 1e-6);
    double wide = log(once.ratio_high / once.ratio_low);
    CHECK_NEAR(wide / sqrt(2), log(twice->ratio_high / twice->ratio_low), 1e-8);
    /* quasi: the dispersion takes it back */
    s.family = HARMONIC_QUASI;
    struct harmonic even = *fit(&s);
    for (size_t i = 0; i < table.steps; i++)
        table.y[i] /= 2;
    const struct harmonic *half = fit(&s);
    CHECK(half->dispersion > 1);
    CHECK_NEAR(half->p, even.p, 1e-9);
    CHECK_NEAR(half->ratio_low, even.ratio_low, 1e-8);
}

TEST(people_stand_for_the_counts_that_they_explain)
{
    some_years();
    struct harmonic without = *fit(&plain);
    for (size_t i = 0; i < table.steps; i++)
        table.population[i] = 40000;
    table.people = true;
    check_same(&without, fit(&plain), 0);
    CHECK_NEAR(found[0].coef[0], without.coef[0] - log(40000), 1e-9);
    /* a town whose people are there in summer only has no season of its own */
    for (size_t i = 0; i < table.steps; i++)
        table.population[i] = 1000 * exp(0.8 * wave(i, 1, true));
    for (size_t i = 0; i < table.steps; i++)
        table.y[i] = round(table.population[i] / 100);
    const struct harmonic *o = fit(&plain);
    CHECK(o->p > 0.9 && o->ratio < 1.05);
    table.people = false;
    CHECK(fit(&plain)->p < 1e-9 && found[0].ratio > 4);
    table.people = true;
    table.population[7] = NAN; /* not known: the step is left out */
    CHECK_INT(answer(&plain, 1), ERR_OK);
    CHECK(isnan(steps[7].expected) && isnan(steps[7].p) && steps[8].expected > 0);
}

/* The same days counted by day, week and month tell the same curve. */
TEST(days_weeks_and_months_agree)
{
    static double daily[7 * 313];
    double ratio[3], peak[3];
    even_steps(day_of(2017, 1, 1), 6 * 365 + 1, 1);
    on_a_curve(30, 0.6, (double)day_of(2020, 6, 20));
    drawn(4, 0);
    memcpy(daily, table.y, table.steps * sizeof *daily);
    ratio[0] = fit(&plain)->ratio;
    peak[0] = found[0].peak;
    for (int by = 1; by < 3; by++) {
        even_steps(day_of(2017, 1, 1), 312, 7);
        if (by == 2) {
            table.steps = 72;
            for (int i = 0; i <= 72; i++)
                table.day[i] = day_of(2017 + i / 12, i % 12 + 1, 1);
        }
        for (size_t i = 0; i < table.steps; i++)
            for (int64_t d = table.day[i]; d < table.day[i + 1]; d++)
                table.y[i] += daily[d - day_of(2017, 1, 1)];
        ratio[by] = fit(&plain)->ratio;
        peak[by] = found[0].peak;
    }
    CHECK_NEAR(ratio[0], exp(1.2), 0.03);
    CHECK_NEAR(ratio[0], ratio[1], 0.015);
    CHECK_NEAR(ratio[0], ratio[2], 0.03);
    CHECK_NEAR(peak[0], peak[1], 0.5);
    CHECK_NEAR(peak[0], peak[2], 1);
}
