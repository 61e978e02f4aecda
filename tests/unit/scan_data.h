/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Tables of text for tests of the scan: cells between blanks or commas. */
#pragma once

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "test.h"

#define SHEET_COLUMNS 24
#define SHEET_ROWS_MOST 16384

struct sheet {
    char *text;
    const char **cell; /* [row * SHEET_COLUMNS + column]; row 0 is the head, if there is one */
    size_t n;
    bool head;
    char name[80]; /* of the file */
    bool whole;    /* it is of the reference set */
    bool seen[SHEET_COLUMNS];
};

/* False when there is no such file. */
static inline bool sheet_open(struct sheet *s, const char *folder, const char *name, bool head)
{
    char path[600];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    FILE *f = fopen(path, "rb");
    if (!f)
        return false;
    s->text = malloc(1 << 20);
    s->cell = malloc(sizeof *s->cell * SHEET_COLUMNS * SHEET_ROWS_MOST);
    const char *whole = getenv("SAMSYN_REFERENCE");
    s->n = 0;
    s->head = head;
    s->whole = whole && strncmp(folder, whole, strlen(whole)) == 0;
    snprintf(s->name, sizeof s->name, "%s", name);
    memset(s->seen, 0, sizeof s->seen);
    CHECK(s->text && s->cell);
    s->text[fread(s->text, 1, (1 << 20) - 1, f)] = 0;
    fclose(f);
    char *line_left = NULL, *cell_left = NULL;
    for (char *l = strtok_r(s->text, "\r\n", &line_left); l;
         l = strtok_r(NULL, "\r\n", &line_left)) {
        size_t c = 0;
        for (char *w = strtok_r(l, " \t,", &cell_left); w && c < SHEET_COLUMNS;
             w = strtok_r(NULL, " \t,", &cell_left))
            s->cell[s->n * SHEET_COLUMNS + c++] = w;
        while (c < SHEET_COLUMNS)
            s->cell[s->n * SHEET_COLUMNS + c++] = "";
        CHECK(++s->n < SHEET_ROWS_MOST);
    }
    return true;
}

/* What was compared is told to tools/check (see reference.h). */
static inline void sheet_close(struct sheet *s)
{
    const char *log = getenv("SAMSYN_COMPARED");
    FILE *f = log && s->whole && s->head ? fopen(log, "a") : NULL;
    for (size_t c = 0; c < SHEET_COLUMNS && f; c++)
        if (s->seen[c] && *s->cell[c])
            fprintf(f, "satscan/%s\t%s\n", s->name, s->cell[c]);
    if (f)
        fclose(f);
    free(s->text);
    free(s->cell);
}

static inline const char *sheet_at(const struct sheet *s, size_t row, size_t column)
{
    ((struct sheet *)s)->seen[column] = true;
    return s->cell[(row + s->head) * SHEET_COLUMNS + column];
}

static inline size_t sheet_rows(const struct sheet *s)
{
    return s->n - s->head;
}

/* By the name in the head; "" when there is none. */
static inline const char *sheet_get(const struct sheet *s, size_t row, const char *name)
{
    for (size_t c = 0; c < SHEET_COLUMNS; c++)
        if (strcmp(s->cell[c], name) == 0)
            return sheet_at(s, row, c);
    return "";
}

static inline double sheet_number(const struct sheet *s, size_t row, const char *name)
{
    return strtod(sheet_get(s, row, name), NULL);
}
