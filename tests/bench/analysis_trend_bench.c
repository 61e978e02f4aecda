/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* What the methods of weekly counts cost, in CPU seconds of one thread. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "base/mem.h"
#include "base/random.h"
#include "stats/farrington.h"

#define WEEKS 521
#define JUDGED 52

static double cpu(void)
{
    struct timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

/* Means from 0.5 to 60, a season, a slow trend and some overdispersion. */
static double *make_series(size_t series)
{
    double *y = malloc(series * WEEKS * sizeof *y);
    for (size_t i = 0; i < series && y; i++) {
        struct rng r = rng_make(2026, i);
        double mean = 0.5 * exp(4.8 * rng_unit(&r)), trend = 0.002 * (rng_unit(&r) - 0.5);
        for (size_t k = 0; k < WEEKS; k++) {
            double season = 0.2 * cos(2 * M_PI * (double)k / 52.18);
            y[i * WEEKS + k] = (double)rng_negbin(&r, mean * exp(season + trend * (double)k), 20);
        }
    }
    return y;
}

static void farringtons(const char *name, const struct farrington_setting *s, size_t series,
                        int repeats)
{
    double *y = make_series(series);
    struct farrington_week *out = malloc(series * JUDGED * sizeof *out);
    struct arena *a = arena_new(1u << 28);
    struct farrington_series in = {.series = series, .weeks = WEEKS, .y = y};
    double start = cpu();
    size_t alarms = 0;
    for (int i = 0; i < repeats; i++) {
        struct work w = {.arena = a};
        if (farrington(&w, s, &in, WEEKS - JUDGED, out))
            printf("failed\n");
        arena_reset(a);
    }
    double spent = (cpu() - start) / repeats;
    for (size_t i = 0; i < series * JUDGED; i++)
        alarms += out[i].alarm;
    printf("%-28s %5zu series x %d weeks  %.6f s  (%.2f us a week, %zu alarms)\n", name, series,
           JUDGED, spent, spent * 1e6 / (double)(series * JUDGED), alarms);
    arena_free(a);
    free(out);
    free(y);
}

int main(void)
{
    struct farrington_setting original = farrington_original(), noufaily = farrington_noufaily();
    farringtons("farrington, original", &original, 1, 200);
    farringtons("farrington, noufaily", &noufaily, 1, 200);
    farringtons("farrington, original", &original, 5000, 1);
    farringtons("farrington, noufaily", &noufaily, 5000, 1);
    return 0;
}
