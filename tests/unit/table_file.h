/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Tests: a CSV file of figures, read by the names of its columns. */
#pragma once

#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

#define TABLE_FILE_COLUMNS 64

struct table_file {
    size_t rows, columns;
    char *name[TABLE_FILE_COLUMNS];
    char *text; /* names and cells are pieces of it */
    char **cell;
};

static inline char *table_file_bytes(const char *path)
{
    FILE *f = fopen(path, "rb");
    if (!f)
        return NULL;
    fseek(f, 0, SEEK_END);
    long n = ftell(f);
    rewind(f);
    char *text = mem_alloc((size_t)n + 1);
    if (text && fread(text, 1, (size_t)n, f) != (size_t)n)
        text[0] = 0;
    fclose(f);
    return text;
}

/* NULL when there is no such file. No quotes; an empty cell or NA is NaN. */
static inline struct table_file *table_file_open(const char *folder, const char *file)
{
    char path[512];
    size_t lines = 0, at = 0;
    snprintf(path, sizeof path, "%s/%s", folder, file);
    char *text = table_file_bytes(path), *line = text, *rest = NULL;
    if (!text)
        return NULL;
    struct table_file *t = mem_alloc(sizeof *t);
    t->text = text;
    for (const char *p = text; *p; p++)
        lines += *p == '\n';
    for (bool head = true; (line = strtok_r(head ? text : NULL, "\r\n", &rest)); head = false) {
        for (char *p = line; p;) {
            char *cell = strsep(&p, ",");
            if (head && t->columns < TABLE_FILE_COLUMNS)
                t->name[t->columns++] = cell;
            else if (!head)
                t->cell[at++] = cell;
        }
        if (head)
            t->cell = mem_array(lines * t->columns, sizeof *t->cell);
        t->rows += !head;
    }
    return t;
}

static inline void table_file_free(struct table_file *t)
{
    if (t) {
        mem_free(t->text);
        mem_free(t->cell);
    }
    mem_free(t);
}

static inline const char *table_file_text(const struct table_file *t, size_t row, const char *name)
{
    for (size_t c = 0; c < t->columns; c++)
        if (strcmp(t->name[c], name) == 0)
            return t->cell[row * t->columns + c];
    fprintf(stderr, "no column %s\n", name);
    abort();
}

static inline double table_file_cell(const struct table_file *t, size_t row, const char *name)
{
    const char *s = table_file_text(t, row, name);
    char *end;
    double v = strtod(s, &end);
    return end == s ? NAN : v;
}

/* A whole column, freed with mem_free(). */
static inline double *table_file_column(const struct table_file *t, const char *name)
{
    double *v = mem_array(t->rows, sizeof *v);
    for (size_t i = 0; i < t->rows; i++)
        v[i] = table_file_cell(t, i, name);
    return v;
}

/* Where the whole reference set lies (SAMSYN_REFERENCE); a folder that does not exist otherwise. */
static inline const char *reference_folder(void)
{
    const char *folder = getenv("SAMSYN_REFERENCE");
    return folder ? folder : "/none";
}
