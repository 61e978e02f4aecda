/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Tables of numbers for the tests of nearness and time. */
#pragma once

#include "test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

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
        char *p = line;
        for (size_t c = 0; c < t.columns; c++) {
            char *end;
            t.column[c][t.n] = strtod(p, &end);
            CHECK(end != p);
            p = end + (*end == ',');
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
    return f != NULL;
}

static inline bool stop_at_once(void *arg, double share)
{
    (void)arg;
    (void)share;
    return false;
}
