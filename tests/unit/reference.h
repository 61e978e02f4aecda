/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The research tools' answers, file by file and column by column. Whole where SAMSYN_REFERENCE says
 * where they lie; else the copies in tests/data/analysis/reference, which hold some of the rows of
 * the larger files. What is compared is written to the file that SAMSYN_COMPARED names, and
 * tools/check holds that against the list tests/data/analysis/reference.txt.
 * REFERENCE_SHOW=1 prints the largest difference of each column, and fails for none. */
#pragma once

#include "test.h"

#include "json_flat.h"
#include "table_file.h"

#define REF_LEAVES_MOST 1600

struct ref {
    const char *name;
    struct table_file *t; /* of a CSV file */
    struct json_flat *j;  /* of a JSON file */
    bool whole;
    bool seen[REF_LEAVES_MOST];
    double worst[REF_LEAVES_MOST]; /* share of what is allowed */
};

static inline struct ref *ref_open(const char *name)
{
    const char *whole = getenv("SAMSYN_REFERENCE");
    char folder[512];
    struct ref *r = calloc(1, sizeof *r);
    size_t n = strlen(name);
    snprintf(folder, sizeof folder, "%s%s", whole ? whole : TEST_DATA "/analysis/reference",
             whole ? "/out" : "");
    r->name = name;
    r->whole = whole != NULL;
    if (n > 5 && strcmp(name + n - 5, ".json") == 0) {
        char path[700];
        snprintf(path, sizeof path, "%s/%s", folder, name);
        char *text = table_file_bytes(path);
        r->j = text ? json_flat_of(text) : NULL;
        mem_free(text);
    } else {
        r->t = table_file_open(folder, name);
    }
    if (r->t || r->j)
        return r;
    free(r);
    print_message("# left out, not in tests/data: %s\n", name);
    return NULL;
}

static inline void ref_close(struct ref *r)
{
    const char *log = getenv("SAMSYN_COMPARED");
    FILE *f = r->whole && log ? fopen(log, "a") : NULL;
    size_t n = r->t ? r->t->columns : r->j->n;
    if (f)
        setvbuf(f, NULL, _IOFBF, (size_t)1 << 18); /* one write: other programs write there too */
    for (size_t i = 0; i < n; i++) {
        const char *what = r->t ? r->t->name[i] : r->j->leaf[i].path;
        if (f && r->seen[i])
            fprintf(f, "%s\t%s\n", r->name, what);
        if (r->seen[i] && getenv("REFERENCE_SHOW"))
            printf("# %s %s: %.3g of what is allowed\n", r->name, what, r->worst[i]);
    }
    if (f)
        fclose(f);
    table_file_free(r->t);
    json_flat_free(r->j);
    free(r);
}

static inline size_t ref_index(struct ref *r, const char *what)
{
    size_t n = r->t ? r->t->columns : r->j->n, i = 0;
    CHECK(n <= REF_LEAVES_MOST);
    while (i < n && strcmp(r->t ? r->t->name[i] : r->j->leaf[i].path, what) != 0)
        i++;
    if (i == n)
        fail_msg("%s has no %s", r->name, what);
    r->seen[i] = true;
    return i;
}

static inline void ref_held(struct ref *r, size_t i, size_t row, const double v[3])
{
    double theirs = v[0], ours = v[1], tolerance = v[2];
    if (isnan(theirs) && isnan(ours))
        return;
    if (theirs == ours)
        return;
    double off = fabs(theirs - ours) / tolerance;
    r->worst[i] = !(off <= r->worst[i]) ? off : r->worst[i];
    if (!(off <= 1) && !getenv("REFERENCE_SHOW"))
        fail_msg("%s %s, row %zu: %.17g, and ours is %.17g (%.3g times what is allowed)", r->name,
                 r->t ? r->t->name[i] : r->j->leaf[i].path, row, theirs, ours, off);
}

/* --- CSV --- */

static inline double ref_at(struct ref *r, size_t row, const char *column)
{
    const char *s = r->t->cell[row * r->t->columns + ref_index(r, column)];
    char *end;
    double v = strtod(s, &end);
    return end == s ? NAN : v;
}

static inline const char *ref_text(struct ref *r, size_t row, const char *column)
{
    return r->t->cell[row * r->t->columns + ref_index(r, column)];
}

/* Ours is within `tolerance` of theirs; NaN where theirs is none. */
static inline void ref_near(struct ref *r, size_t row, const char *column, double ours,
                            double tolerance)
{
    ref_held(r, ref_index(r, column), row, (double[]){ref_at(r, row, column), ours, tolerance});
}

/* The same, as a share of theirs. */
static inline void ref_like(struct ref *r, size_t row, const char *column, double ours,
                            double tolerance)
{
    ref_near(r, row, column, ours, fmax(tolerance * fabs(ref_at(r, row, column)), 1e-300));
}

/* --- JSON --- */

static inline double refj(struct ref *r, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

static inline double refj(struct ref *r, const char *format, ...)
{
    char path[200];
    va_list args;
    va_start(args, format);
    vsnprintf(path, sizeof path, format, args);
    va_end(args);
    return r->j->leaf[ref_index(r, path)].number;
}

static inline void refj_near(struct ref *r, double ours, double tolerance, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

/* A tolerance below 0 is a share of theirs. */
static inline void refj_near(struct ref *r, double ours, double tolerance, const char *format, ...)
{
    char path[200];
    va_list args;
    va_start(args, format);
    vsnprintf(path, sizeof path, format, args);
    va_end(args);
    size_t i = ref_index(r, path);
    double theirs = r->j->leaf[i].number;
    if (tolerance < 0)
        tolerance = fmax(-tolerance * fabs(theirs), 1e-300);
    ref_held(r, i, 0, (double[]){theirs, ours, tolerance});
}

static inline bool refj_has(const struct ref *r, const char *path)
{
    return json_find(r->j, path) != NULL;
}

/* A p of theirs by `runs` random draws. */
static inline double chance(double p, double runs)
{
    return 0.02 + 3 * sqrt(p * (1 - p) / runs);
}
