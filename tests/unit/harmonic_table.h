/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Series for the tests of waves of the year. */
#pragma once

#include "test.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "base/random.h"
#include "stats/harmonic.h"

#define STEPS_MOST 2200
#define SERIES_MOST 40

struct table {
    size_t series, steps;
    int64_t day[STEPS_MOST + 1];
    double y[SERIES_MOST * STEPS_MOST], population[SERIES_MOST * STEPS_MOST];
    bool people;
};

static struct table table;
static struct harmonic found[SERIES_MOST];
static struct harmonic_step steps[SERIES_MOST * STEPS_MOST];

static const struct harmonic_setting plain = {HARMONIC_QUASI, 1, HARMONIC_TREND_NO, 0.95};

static inline struct harmonic_series in_of(const struct table *t)
{
    return (struct harmonic_series){.series = t->series,
                                    .steps = t->steps,
                                    .day = t->day,
                                    .y = t->y,
                                    .population = t->people ? t->population : NULL};
}

static inline enum err answer(const struct harmonic_setting *s, int threads)
{
    struct arena *a = arena_new((size_t)32 << 20);
    struct work w = {.arena = a, .threads = threads};
    struct harmonic_series in = in_of(&table);
    enum err e = harmonic(&w, s, &in, found, steps);
    CHECK_INT(arena_used(a), 0);
    arena_free(a);
    return e;
}

static inline const struct harmonic *fit(const struct harmonic_setting *s)
{
    CHECK_INT(answer(s, 1), ERR_OK);
    return &found[0];
}

static inline int64_t day_of(int year, int month, int day)
{
    return date_days((struct date){year, month, day});
}

static inline void even_steps(int64_t first, size_t n, int days)
{
    memset(&table, 0, sizeof table);
    table.series = 1;
    table.steps = n;
    for (size_t i = 0; i <= n; i++)
        table.day[i] = first + days * (int64_t)i;
}

/* The mean of a wave over the days of a step, day by day. */
static inline double wave(size_t i, int h, bool cosine)
{
    double sum = 0, n = 0;
    for (int64_t d = table.day[i]; d < table.day[i + 1]; d++, n++) {
        double angle = 2 * M_PI * h * ((double)d + 0.5) / HARMONIC_YEAR;
        sum += cosine ? cos(angle) : sin(angle);
    }
    return sum / n;
}

/* Means on a curve of the year: level * days * exp(size cos(angle from the peak)). */
static inline void on_a_curve(double level, double size, double peak)
{
    for (size_t i = 0; i < table.steps; i++) {
        double angle = 2 * M_PI * peak / HARMONIC_YEAR;
        double season = size * (cos(angle) * wave(i, 1, true) + sin(angle) * wave(i, 1, false));
        table.y[i] = level * (double)(table.day[i + 1] - table.day[i]) * exp(season);
    }
}

static inline void drawn(uint64_t seed, double over)
{
    struct rng r = rng_make(seed, 0);
    for (size_t i = 0; i < table.steps; i++)
        table.y[i] = over > 0 ? (double)rng_negbin(&r, table.y[i], table.y[i] / over)
                              : (double)rng_poisson(&r, table.y[i]);
}

static inline void some_years(void)
{
    even_steps(day_of(2017, 1, 2), 313, 7);
    on_a_curve(2, 0.3, (double)day_of(2020, 6, 20));
    drawn(9, 0.8);
}
