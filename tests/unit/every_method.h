/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Tests that hold for all methods of analysis: a table that each can take, and the library as it
 * is used, with the house's own allocation (see library.h). */
#pragma once

#include "test.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "base/random.h"
#include "base/str.h"
#include "lib/library.h"

#define ROWS 320
#define DAY INT64_C(86400000)

/* Options as "cell=100 kernel=quartic"; columns among those of the method; group names. */
struct every_case {
    const char *method, *options, *columns;
    const char *groups[4];
    bool weekly; /* times are weeks, else days */
};

static const struct every_case every_cases[] = {
    {"kde", "cell=500 edge=diggle", "x y weight", {0}, false},
    {"kde", "cell=500 bandwidth=likelihood kernel=quartic exact=", "x y", {0}, false},
    {"dual-kde", "cell=200 edge=uniform", "x y group", {"case", "control"}, false},
    {"network-kde", "sigma=100 step=50 from-event=1", "x y weight", {0}, false},
    {"gistar", "cell=400", "x y", {0}, false},
    {"gistar",
     "neighbours=distance distance=300 inference=permutation permutations=99",
     "x y value",
     {0},
     false},
    {"moran", "cell=400", "x y", {0}, false},
    {"moran",
     "neighbours=distance distance=300 inference=permutation permutations=99",
     "x y value",
     {0},
     false},
    {"knox", "distances=0,200,400 days=0,7,14 permutations=99 same-place=0", "x y t", {0}, false},
    {"near-repeat-chains", "distance=200 days=14", "x y t", {0}, false},
    {"repeat-places", "permutations=99", "x y t", {0}, false},
    {"repeat-places", "within=120 places=1000 permutations=49", "x y t", {0}, false},
    {"repeat-places", "by=place permutations=49", "x y t place", {0}, false},
    {"mantel", "permutations=49", "x y t", {0}, false},
    {"scan", "max-radius=300 max-duration=7 permutations=9", "x y t", {0}, false},
    {"scan",
     "model=poisson type=spatial permutations=9 max-radius=400",
     "x y value population",
     {0},
     false},
    {"scan",
     "model=bernoulli type=spatial permutations=19",
     "x y group",
     {"case", "control"},
     false},
    {"aoristic", "", "t t-end weight", {0}, false},
    {"weekday-hour", "", "t weight", {0}, false},
    {"season", "by=month", "t weight", {0}, false},
    {"stl", "period=52 robust=", "t value", {0}, true},
    {"compare-counts", "", "before after place", {0}, false},
    {"farrington", "weeks=10", "t value", {0}, true},
    {"farrington", "weeks=10 setting=noufaily", "t value", {0}, true},
    {"farrington", "weeks=10", "t value population", {0}, true},
    {"harmonic", "", "t value", {0}, true},
    {"harmonic", "family=negbin harmonics=auto", "t value population", {0}, true},
    {"ears", "steps=20", "t value", {0}, true},
    {"cusum", "", "t value", {0}, true},
    {"breaks", "", "t value", {0}, true},
    {"wdd",
     "",
     "before after group weight",
     {"treated", "control", "near-treated", "near-control"},
     false},
    {"did", "", "before after group", {"treated", "control"}, false},
    {"its", "at=2022-06-06", "t value", {0}, true},
    {"its", "at=2022-06-06 family=negbin", "t value", {0}, true},
    {"road-eb", "", "before after group traffic length", {"treated", "control"}, false},
    {"pai", "", "value after weight", {0}, false},
    {"rates", "", "value population place", {0}, false},
};

/* Memory that mem_fail_at() can refuse. */
static inline void *every_take(void *arg, size_t n)
{
    (void)arg;
    return mem_alloc(n);
}

static inline void every_give(void *arg, void *p)
{
    (void)arg;
    mem_free(p);
}

static const struct samsyn_memory every_memory = {every_take, every_give, NULL, (size_t)1 << 30};

/* The columns of a case; a test changes them before every_begin(). */
struct every_table {
    size_t n;
    double number[COLUMN_COUNT][ROWS];
    int64_t t[ROWS], t_end[ROWS];
    uint32_t index[ROWS], place[ROWS];
};

static inline void every_fill(const struct every_case *c, struct every_table *t)
{
    struct rng r = rng_make(17, 4);
    size_t groups = 0;
    memset(t, 0, sizeof *t);
    t->n = ROWS;
    while (groups < 4 && c->groups[groups])
        groups++;
    int64_t first = date_days((struct date){2018, 1, 1}) * DAY;
    for (uint32_t i = 0; i < ROWS; i++) {
        bool near = i % 5 == 0;
        t->number[COLUMN_X][i] = 430000 + (near ? 900 + 150 * rng_unit(&r) : 2000 * rng_unit(&r));
        t->number[COLUMN_Y][i] = 6507000 + (near ? 500 + 150 * rng_unit(&r) : 2000 * rng_unit(&r));
        t->number[COLUMN_VALUE][i] = floor(4 + 6 * rng_unit(&r) + (i > 250 ? 3 : 0));
        t->number[COLUMN_WEIGHT][i] = 1 + (double)(i % 3);
        t->number[COLUMN_POPULATION][i] = floor(200 + 900 * rng_unit(&r));
        t->number[COLUMN_BEFORE][i] = floor(20 * rng_unit(&r) * rng_unit(&r));
        t->number[COLUMN_AFTER][i] = floor(18 * rng_unit(&r) * rng_unit(&r));
        t->number[COLUMN_TRAFFIC][i] = floor(500 + 6000 * rng_unit(&r));
        t->number[COLUMN_TRAFFIC_AFTER][i] = t->number[COLUMN_TRAFFIC][i];
        t->number[COLUMN_LENGTH][i] = 1 + rng_unit(&r);
        t->t[i] = first + (c->weekly ? 7 * i * DAY : (int64_t)(200 * rng_unit(&r)) * DAY + 3600000);
        t->t_end[i] = t->t[i] + (int64_t)(i % 9) * 3600000;
        t->index[i] = groups ? i % (uint32_t)groups : 0;
        t->place[i] = i;
    }
}

static inline bool every_uses(const struct every_case *c, int column)
{
    const char *name = analysis_column_name((enum analysis_column)column);
    for (const char *p = c->columns; (p = strstr(p, name)); p++) {
        char after = p[strlen(name)];
        if ((p == c->columns || p[-1] == ' ') && (after == ' ' || !after))
            return true;
    }
    return false;
}

static inline enum samsyn_answer
every_column(struct samsyn_analysis *an, const struct every_case *c, struct every_table *t, int k)
{
    static char text[ROWS][8];
    static const char *names[ROWS];
    const char *name = analysis_column_name((enum analysis_column)k);
    if (k == COLUMN_T || k == COLUMN_T_END)
        return samsyn_analysis_times(an, name, k == COLUMN_T ? t->t : t->t_end, t->n, c->weekly);
    for (int i = 0; i < ROWS; i++) {
        snprintf(text[i], sizeof text[i], "P%d", i);
        names[i] = text[i];
    }
    uint32_t groups = 0;
    while (groups < 4 && c->groups[groups])
        groups++;
    if (k == COLUMN_GROUP)
        return samsyn_analysis_names(an, name, t->index, t->n, c->groups, groups);
    if (k == COLUMN_PLACE)
        return samsyn_analysis_names(an, name, t->place, t->n, names, ROWS);
    return samsyn_analysis_numbers(an, name, t->number[k], t->n);
}

/* Where a test has moved the ground to, streets with the rest of it. */
static void (*every_moved)(double *x, double *y) __attribute__((unused));

static inline enum samsyn_answer every_streets(struct samsyn_analysis *an)
{
    enum samsyn_answer r = SAMSYN_OK;
    for (int i = 0; i < 10 && r == SAMSYN_OK; i++) {
        double x[2][11], y[2][11];
        for (int k = 0; k < 11; k++) {
            x[0][k] = y[1][k] = 200.0 * k;
            y[0][k] = x[1][k] = 200.0 * i;
        }
        for (int k = 0; k < 22; k++) {
            x[k / 11][k % 11] += 430000;
            y[k / 11][k % 11] += 6507000;
            if (every_moved)
                every_moved(&x[k / 11][k % 11], &y[k / 11][k % 11]);
        }
        struct samsyn_path p[] = {{x[0], y[0], 11, false}, {x[1], y[1], 11, false}};
        r = samsyn_analysis_lines(an, "streets", p, 2);
    }
    return r;
}

/* The struct with options and columns; NULL, and *r, when one of them was not taken. */
static inline struct samsyn_analysis *every_begin(const struct every_case *c, struct every_table *t,
                                                  enum samsyn_answer *r)
{
    char options[200], *left = NULL;
    struct samsyn_analysis *an = samsyn_analysis_new(c->method, &every_memory);
    *r = an ? SAMSYN_OK : SAMSYN_NO_MEMORY;
    str_copy(options, sizeof options, c->options);
    for (char *o = strtok_r(options, " ", &left); o && !*r; o = strtok_r(NULL, " ", &left)) {
        char *value = strchr(o, '=');
        *value = 0;
        *r = samsyn_analysis_set(an, o, value + 1);
    }
    for (int k = 0; k < COLUMN_COUNT && !*r; k++)
        if (every_uses(c, k))
            *r = every_column(an, c, t, k);
    if (!*r && str_eq(c->method, "network-kde"))
        *r = every_streets(an);
    if (!*r)
        return an;
    samsyn_analysis_free(an);
    return NULL;
}
