/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* A CSV file of numbers as columns by name, for comparisons with other programs' figures. Cells
 * that are no number are NaN. */
#pragma once

#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CSV_COLUMNS_MOST 80
#define CSV_ROWS_MOST 8000

struct csv {
    size_t n;
    int columns;
    char name[CSV_COLUMNS_MOST][40];
    double *cell;  /* [column][row] */
    char file[64]; /* of the whole reference set; "" for others */
};

static inline bool csv_cells(char *line, struct csv *c, bool header)
{
    int j = 0;
    line[strcspn(line, "\r\n")] = 0;
    for (char *p = line, *cell; (cell = strsep(&p, ",")) && j < CSV_COLUMNS_MOST; j++) {
        char *end = NULL;
        if (header)
            snprintf(c->name[j], sizeof c->name[j], "%s", cell);
        else
            c->cell[(size_t)j * CSV_ROWS_MOST + c->n] = strtod(cell, &end);
        if (!header && (end == cell || *end))
            c->cell[(size_t)j * CSV_ROWS_MOST + c->n] = NAN;
    }
    if (header)
        c->columns = j;
    return j == c->columns;
}

/* False when there is no such file. Freed with csv_done(). */
static inline bool csv_open(const char *dir, const char *file, struct csv *c)
{
    char path[1024];
    static char line[8192];
    snprintf(path, sizeof path, "%s/%s", dir, file);
    FILE *f = fopen(path, "r");
    memset(c, 0, sizeof *c);
    if (!f)
        return false;
    const char *whole = getenv("SAMSYN_REFERENCE"), *last = strrchr(file, '/');
    if (whole && strcmp(dir, whole) == 0)
        snprintf(c->file, sizeof c->file, "%s", last ? last + 1 : file);
    c->cell = malloc(sizeof(double) * CSV_COLUMNS_MOST * CSV_ROWS_MOST);
    for (bool header = true; fgets(line, sizeof line, f); header = false) {
        CHECK(csv_cells(line, c, header));
        c->n += !header;
        CHECK(c->n < CSV_ROWS_MOST);
    }
    fclose(f);
    return true;
}

static inline void csv_done(struct csv *c)
{
    free(c->cell);
    c->cell = NULL;
}

/* Told to tools/check (see reference.h). */
static inline void csv_compared(const struct csv *c, const char *name)
{
    const char *log = getenv("SAMSYN_COMPARED");
    FILE *f = log && *c->file ? fopen(log, "a") : NULL;
    if (f) {
        fprintf(f, "%s\t%s\n", c->file, name);
        fclose(f);
    }
}

static inline const double *csv_column(const struct csv *c, const char *name)
{
    csv_compared(c, name);
    for (int j = 0; j < c->columns; j++)
        if (strcmp(c->name[j], name) == 0)
            return c->cell + (size_t)j * CSV_ROWS_MOST;
    fail_msg("no column %s", name);
    return NULL;
}

/* Where the whole reference set is; a test that needs it is skipped without. */
static inline const char *reference_dir(void)
{
    const char *dir = getenv("SAMSYN_REFERENCE");
    return dir ? dir : "/none";
}
