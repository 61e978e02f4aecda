/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* What the methods of weekly counts cost, in CPU seconds of one thread. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "base/mem.h"
#include "base/random.h"
#include "stats/breaks.h"
#include "stats/cusum.h"
#include "stats/ears.h"
#include "stats/etest.h"
#include "stats/farrington.h"
#include "stats/harmonic.h"
#include "stats/its.h"
#include "stats/pai.h"

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

static void told(const char *name, const char *what, double spent)
{
    printf("%-28s %-28s %.6f s\n", name, what, spent);
}

static void watchers(size_t series)
{
    double *y = make_series(series), start = cpu();
    struct work w = {0};
    struct ears_setting c2 = ears_default(EARS_C2);
    struct cusum_setting sums = cusum_default();
    size_t first = ears_history(&c2);
    struct ears_step *e = malloc(series * (WEEKS - first) * sizeof *e);
    struct cusum_step *c = malloc(series * (WEEKS - 52) * sizeof *c);
    struct ears_series in = {series, WEEKS, y};
    if (ears(&w, &c2, &in, first, e))
        printf("failed\n");
    told("ears c2", "1000 series x 521 weeks", cpu() - start);
    start = cpu();
    sums.kind = CUSUM_NEGBIN;
    if (cusum(&w, &sums, y, series, WEEKS, c))
        printf("failed\n");
    told("cusum", "1000 series x 521 weeks", cpu() - start);
    free(c);
    free(e);
    free(y);
}

static void changes(void)
{
    double *y = make_series(1), start = cpu();
    struct arena *a = arena_new(1u << 28);
    struct work w = {.arena = a};
    struct breaks b;
    struct breaks_setting cut = {BREAKS_NORMAL, 78, 5};
    struct its o;
    struct its_setting set = {365, 52, 1, true, true};
    if (breaks_find(&w, &cut, y, WEEKS, &b))
        printf("failed\n");
    told("breaks", "521 weeks, up to 5", cpu() - start);
    start = cpu();
    if (its_fit(&w, &set, y, WEEKS, &o))
        printf("failed\n");
    told("its, negative binomial", "521 weeks", cpu() - start);
    arena_free(a);
    free(y);
}

static void waves(size_t series)
{
    static const char *const names[] = {"harmonic, quasi", "harmonic, Poisson", "harmonic, negbin"};
    double *y = make_series(series);
    struct arena *a = arena_new(1u << 28);
    struct work w = {.arena = a};
    struct harmonic *o = malloc(series * sizeof *o);
    struct harmonic_step *each = malloc(series * WEEKS * sizeof *each);
    int64_t day[WEEKS + 1];
    for (int i = 0; i <= WEEKS; i++)
        day[i] = 16804 + 7 * i;
    struct harmonic_series in = {.series = series, .steps = WEEKS, .day = day, .y = y};
    for (int family = 0; family < 3; family++) {
        struct harmonic_setting s = {(enum harmonic_family)family, 1, HARMONIC_TREND_YES, 0.95};
        double start = cpu();
        if (harmonic(&w, &s, &in, o, each))
            printf("failed\n");
        told(names[family], "a series of 521 weeks", (cpu() - start) / (double)series);
    }
    arena_free(a);
    free(each);
    free(o);
    free(y);
}

static void counts(void)
{
    struct etest e;
    double start = cpu();
    for (int i = 0; i < 1000; i++)
        if (etest((struct count){80 + i % 40, 1}, (struct count){100, 1.5}, &e))
            printf("failed\n");
    told("etest", "100 and 100, each", (cpu() - start) / 1000);
    start = cpu();
    if (etest((struct count){1000000000, 1}, (struct count){999900000, 1}, &e))
        printf("failed\n");
    told("etest", "1e9 and 1e9", cpu() - start);
}

static void maps(size_t n)
{
    struct pai_place *p = malloc(n * sizeof *p);
    struct pai_point *o = malloc(n * sizeof *o);
    size_t *order = malloc(n * sizeof *order);
    struct arena *a = arena_new(1u << 28);
    struct work w = {.arena = a};
    struct rng r = rng_make(1, 1);
    for (size_t i = 0; i < n; i++) {
        double mean = rng_gamma(&r, 0.3, 2);
        p[i] = (struct pai_place){(double)rng_poisson(&r, mean), (double)rng_poisson(&r, mean), 1};
    }
    double start = cpu();
    if (pai_by_rank(&w, p, n, order, o))
        printf("failed\n");
    told("pai", "1,000,000 cells", cpu() - start);
    arena_free(a);
    free(order);
    free(o);
    free(p);
}

int main(void)
{
    struct farrington_setting original = farrington_original(), noufaily = farrington_noufaily();
    farringtons("farrington, original", &original, 1, 200);
    farringtons("farrington, noufaily", &noufaily, 1, 200);
    farringtons("farrington, original", &original, 5000, 1);
    farringtons("farrington, noufaily", &noufaily, 5000, 1);
    watchers(1000);
    changes();
    waves(200);
    counts();
    maps(1000000);
    return 0;
}
