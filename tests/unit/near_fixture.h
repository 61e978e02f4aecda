/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Tables of numbers for the tests of nearness and time. */
#pragma once

#include "test.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "base/random.h"
#include "stats/work.h"

#define NUMBERS_COLUMNS_MOST 16

struct numbers {
    size_t n, columns;
    double *column[NUMBERS_COLUMNS_MOST];
};

static inline struct arena *arena_most(size_t limit)
{
    struct arena *a = arena_new(limit);
    CHECK(a != NULL);
    return a;
}

/* A number; a date as days since 1970; NaN for anything else. */
static inline double number_read(const char *p)
{
    int year, month, day;
    char *end;
    if (sscanf(p, "%4d-%2d-%2d", &year, &month, &day) == 3)
        return (double)date_days((struct date){year, month, day});
    double v = strtod(p, &end);
    return end == p ? NAN : v;
}

/* A file of numbers with one line of names first. */
static inline struct numbers numbers_open(struct arena *a, const char *path)
{
    char line[1024];
    FILE *f = fopen(path, "r");
    struct numbers t = {.columns = 1};
    CHECK(f != NULL);
    CHECK(fgets(line, sizeof line, f) != NULL);
    for (const char *p = line; *p; p++)
        t.columns += *p == ',';
    CHECK(t.columns <= NUMBERS_COLUMNS_MOST);
    for (size_t c = 0; c < t.columns; c++)
        t.column[c] = ARENA_ARRAY(a, 40000, double);
    while (fgets(line, sizeof line, f)) {
        const char *p = line;
        for (size_t c = 0; c < t.columns; c++) {
            t.column[c][t.n] = number_read(p);
            p += strcspn(p, ",\n");
            p += *p == ',';
        }
        t.n++;
    }
    fclose(f);
    return t;
}

static inline struct numbers numbers_read(struct arena *a, const char *name)
{
    char path[512];
    snprintf(path, sizeof path, "%s/analysis/%s", TEST_DATA, name);
    return numbers_open(a, path);
}

/* The whole file of the reference set, when it is at hand. */
static inline bool reference_path(char *path, size_t size, const char *name)
{
    const char *at = getenv("SAMSYN_REFERENCE");
    snprintf(path, size, "%s/%s", at ? at : "/none", name);
    FILE *f = fopen(path, "r");
    if (f)
        fclose(f);
    else
        print_message("# the reference set is not at hand (SAMSYN_REFERENCE): %s\n", name);
    return f != NULL;
}

static inline bool stop_at_once(void *arg, double share)
{
    (void)arg;
    (void)share;
    return false;
}
