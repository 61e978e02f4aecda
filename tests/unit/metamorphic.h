/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Holds the answer on a changed table against the answer on the table as it was, by a law in words:
 *
 *   "density*0.25 p~ chains+1 name- cells.count*2"   times, by chance alike, plus, not compared
 *   "?"            only what is named is compared; without it all the rest stays as it was
 *   "events@"      the rows of that table follow the rows of the input
 *   "clusters!"    its rows are compared in their order, wherever they lie
 *   "cells%"       that table is not compared
 *   "#why"         the relation does not hold for the method, and why not
 *
 * A name is a column or a figure, or table.column and .figure. */
#pragma once

#include "every_method.h"

#include <stdarg.h>

#include "json_flat.h"

#define NEAR 1e-7 /* of the value; or 1e-9 of the largest in its column */
#define COLUMNS_MOST 128

struct law {
    char op; /* = * + ~ - */
    double by;
};

struct place_of_leaf {
    char table[40], column[40];
    int row; /* -1: a figure */
};

struct held {
    const char *label, *rules;
    const struct json_flat *old, *new;
    const struct json_leaf **sorted; /* of new, by path */
    const uint32_t *row_of;          /* of an input row in the changed table; NULL: the same */
    double runs;                     /* permutations */
    struct {
        char name[84];
        double most;
    } scale[COLUMNS_MOST];
    size_t scales;
    int faults;
    char told[1000]; /* columns with a fault: one of each is enough */
};

static inline void fault(struct held *h, const char *column, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

static inline void fault(struct held *h, const char *column, const char *format, ...)
{
    va_list args;
    size_t used = strlen(h->told);
    char name[48];
    snprintf(name, sizeof name, "%s ", column);
    h->faults++;
    if (strstr(h->told, name))
        return;
    str_copy(h->told + used, sizeof h->told - used, name);
    fprintf(stderr, "# %s: ", h->label);
    va_start(args, format);
    vfprintf(stderr, format, args);
    va_end(args);
    fputc('\n', stderr);
}

/* --- Laws --- */

static inline bool name_is(const char *token, size_t n, const struct place_of_leaf *l)
{
    char full[84];
    snprintf(full, sizeof full, "%s.%s", l->table, l->column);
    return (strlen(l->column) == n && strncmp(token, l->column, n) == 0) ||
           (strlen(full) == n && strncmp(token, full, n) == 0);
}

static inline bool rules_say(const char *rules, const char *name, char op)
{
    size_t n = strlen(name);
    for (const char *p = rules; *p; p += strcspn(p, " "), p += *p == ' ')
        if (strncmp(p, name, n) == 0 && p[n] == op)
            return true;
    return false;
}

static inline struct law law_of(const char *rules, const struct place_of_leaf *l)
{
    struct law law = {'=', 0};
    if (rules_say(rules, "", '?'))
        law.op = '-';
    for (const char *p = rules; *p; p += strcspn(p, " "), p += *p == ' ') {
        size_t n = strcspn(p, "*+~-=@!%? ");
        if (n && name_is(p, n, l) && p[n] && !strchr("@!% ", p[n]))
            law = (struct law){p[n], strtod(p + n + 1, NULL)};
    }
    if (rules_say(rules, l->table, '%'))
        law.op = '-';
    return law;
}

/* --- Leaves --- */

/* False for what is no part of the results. */
static inline bool leaf_place(const char *path, struct place_of_leaf *l)
{
    *l = (struct place_of_leaf){.row = -1};
    if (strncmp(path, "results.", 8) != 0)
        return false;
    path += 8;
    if (sscanf(path, "%39[a-z0-9_][%d].%39[a-z0-9_]", l->table, &l->row, l->column) == 3)
        return true;
    l->row = -1;
    l->table[0] = 0;
    str_copy(l->column, sizeof l->column, path);
    return true;
}

static inline int by_path(const void *a, const void *b)
{
    return strcmp((*(const struct json_leaf *const *)a)->path,
                  (*(const struct json_leaf *const *)b)->path);
}

static inline const struct json_leaf *leaf_at(const struct held *h, const char *table, int row,
                                              const char *column)
{
    char path[160];
    struct json_leaf wanted = {.path = path};
    const struct json_leaf *key = &wanted, **found;
    if (row < 0)
        snprintf(path, sizeof path, "results.%s", column);
    else
        snprintf(path, sizeof path, "results.%s[%d].%s", table, row, column);
    found = bsearch(&key, h->sorted, h->new->n, sizeof(struct json_leaf *), by_path);
    return found ? *found : NULL;
}

static inline double *scale_of(struct held *h, const struct place_of_leaf *l)
{
    char name[84];
    snprintf(name, sizeof name, "%s.%s", l->table, l->column);
    for (size_t i = 0; i < h->scales; i++)
        if (strcmp(h->scale[i].name, name) == 0)
            return &h->scale[i].most;
    CHECK(h->scales < COLUMNS_MOST);
    str_copy(h->scale[h->scales].name, sizeof h->scale->name, name);
    return &h->scale[h->scales++].most;
}

static inline void measure(struct held *h)
{
    struct place_of_leaf l;
    for (size_t i = 0; i < h->old->n; i++) {
        if (!leaf_place(h->old->leaf[i].path, &l))
            continue;
        double *most = scale_of(h, &l);
        *most = fmax(*most, fabs(h->old->leaf[i].number)); /* fmax() leaves NaN out */
    }
    h->sorted = malloc((h->new->n + 1) * sizeof(struct json_leaf *));
    for (size_t i = 0; i < h->new->n; i++)
        h->sorted[i] = &h->new->leaf[i];
    qsort(h->sorted, h->new->n, sizeof(struct json_leaf *), by_path);
}

/* --- Rows --- */

/* "max_x" and "max_y"; 0 for what is no coordinate. */
static inline char axis_of(const char *column)
{
    size_t n = strlen(column);
    if (n == 0 || (n > 1 && column[n - 2] != '_') || strstr(column, "bandwidth"))
        return 0;
    return column[n - 1] == 'x' || column[n - 1] == 'y' ? column[n - 1] : 0;
}

/* Where a coordinate of the old answer lies now. */
static inline double moved(const struct held *h, const struct json_leaf *leaf, char axis)
{
    char path[160];
    double x = leaf->number, y = leaf->number;
    str_copy(path, sizeof path, leaf->path);
    path[strlen(path) - 1] = axis == 'x' ? 'y' : 'x';
    const struct json_leaf *other = json_find(h->old, path);
    CHECK(other != NULL);
    *(axis == 'x' ? &y : &x) = other->number;
    if (every_moved)
        every_moved(&x, &y);
    return axis == 'x' ? x : y;
}

static inline bool lies_at(const struct held *h, const char *table, int row, const double at[2])
{
    const struct json_leaf *x = leaf_at(h, table, row, "x"), *y = leaf_at(h, table, row, "y");
    return x && y && fabs(x->number - at[0]) < 1e-3 && fabs(y->number - at[1]) < 1e-3;
}

/* The row of the new answer that a row of the old one became; i is its first leaf. */
static inline int row_now(struct held *h, size_t i, const struct place_of_leaf *l)
{
    const struct json_leaf *leaf = &h->old->leaf[i];
    struct place_of_leaf at;
    double xy[2];
    int seen = 0;
    if (rules_say(h->rules, l->table, '!'))
        return l->row;
    if (rules_say(h->rules, l->table, '@'))
        return h->row_of ? (int)h->row_of[l->row] : l->row;
    for (; i < h->old->n && leaf_place(h->old->leaf[i].path, &at) && at.row == l->row; i++) {
        bool x = strcmp(at.column, "x") == 0, y = strcmp(at.column, "y") == 0;
        if (x || y)
            xy[y] = moved(h, &h->old->leaf[i], x ? 'x' : 'y');
        seen += x || y;
    }
    if (seen < 2 || lies_at(h, l->table, l->row, xy))
        return l->row;
    for (int row = 0; leaf_at(h, l->table, row, "x"); row++)
        if (lies_at(h, l->table, row, xy))
            return row;
    fault(h, l->table, "%s has no row now at %.1f, %.1f", leaf->path, xy[0], xy[1]);
    return l->row;
}

/* --- Comparing --- */

static inline void compare_leaf(struct held *h, const struct json_leaf *old,
                                const struct place_of_leaf *l, int row)
{
    struct law law = law_of(h->rules, l);
    const struct json_leaf *new = leaf_at(h, l->table, row, l->column);
    double expected = old->number, most = *scale_of(h, l), tolerance;
    if (law.op == '-')
        return;
    if (!new) {
        fault(h, l->column, "there is no longer a %s", old->path);
        return;
    }
    if (old->text || new->text) {
        if (!old->text || !new->text || strcmp(old->text, new->text) != 0)
            fault(h, l->column, "%s was %s and is %s", old->path, old->text, new->text);
        return;
    }
    if (law.op == '=' && axis_of(l->column))
        expected = moved(h, old, axis_of(l->column));
    expected = law.op == '*' ? expected * law.by : law.op == '+' ? expected + law.by : expected;
    most *= law.op == '*' ? law.by : 1;
    tolerance = fmax(NEAR * fabs(expected), 1e-9 * most);
    if (law.op == '~') /* two shares of as many draws */
        tolerance = 1 / h->runs + 4 * sqrt(2 * 0.25 / h->runs);
    if (isnan(expected) && isnan(new->number))
        return;
    if (!(fabs(new->number - expected) <= tolerance))
        fault(h, l->column, "%s was %.12g, should be %.12g and is %.12g", old->path, old->number,
              expected, new->number);
}

/* The number of rows of a table. */
static inline int rows_of(const struct json_flat *j, const char *table)
{
    struct place_of_leaf l;
    int rows = 0;
    for (size_t i = 0; i < j->n; i++)
        if (leaf_place(j->leaf[i].path, &l) && strcmp(l.table, table) == 0)
            rows = l.row + 1;
    return rows;
}

/* How many faults. */
static inline int hold(struct held *h)
{
    struct place_of_leaf l, before = {.row = -1};
    int row = -1;
    measure(h);
    for (size_t i = 0; i < h->old->n; i++) {
        if (!leaf_place(h->old->leaf[i].path, &l) || rules_say(h->rules, l.table, '%'))
            continue;
        if (l.row >= 0 && strcmp(l.table, before.table) != 0) {
            int was = rows_of(h->old, l.table), is = rows_of(h->new, l.table);
            if (was != is && !rules_say(h->rules, "", '?'))
                fault(h, l.table, "%s had %d rows and has %d", l.table, was, is);
        }
        if (l.row >= 0 && (l.row != before.row || strcmp(l.table, before.table) != 0))
            row = row_now(h, i, &l);
        compare_leaf(h, &h->old->leaf[i], &l, l.row < 0 ? -1 : row);
        before = l;
    }
    free(h->sorted);
    return h->faults;
}
