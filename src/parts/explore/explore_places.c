/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* What people call the ground: in each square of 250 m, the name that most of its events have. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/str.h"
#include "parts/explore/explore_inner.h"

struct said { /* an event with a name */
    uint32_t square;
    const char *name;
};

struct noting {
    struct said *said;
    size_t n;
};

/* A house is not named: who lives there is nobody's business here. */
static bool is_house(const char *name)
{
    return strpbrk(name, "0123456789") != NULL;
}

static bool note(void *arg, const struct event_rows *rows, uint32_t row)
{
    struct noting *g = arg;
    uint32_t at = event_square((double)rows->east[row], (double)rows->north[row]);
    if (at && rows->place[row] != COLUMNS_NONE32 && !is_house(rows->places[rows->place[row]]))
        g->said[g->n++] = (struct said){at, rows->places[rows->place[row]]};
    return true;
}

static int in_order(const void *left, const void *right)
{
    const struct said *a = left, *b = right;
    if (a->square != b->square)
        return a->square < b->square ? -1 : 1;
    return strcmp(a->name, b->name);
}

/* The most usual name of each square; of equals the first. */
static size_t choose(const struct said *said, size_t n, struct explore_name *out)
{
    size_t m = 0, most = 0;
    for (size_t i = 0; i < n;) {
        size_t end = i + 1;
        while (end < n && said[end].square == said[i].square &&
               str_eq(said[end].name, said[i].name))
            end++;
        bool first = m == 0 || out[m - 1].square != said[i].square;
        if (first)
            most = 0;
        if (end - i > most) {
            m += first;
            most = end - i;
            out[m - 1] = (struct explore_name){said[i].square, said[i].name};
        }
        i = end;
    }
    return m;
}

enum err explore_places(const struct app *app, const struct explore_ask *ask, struct arena *scratch,
                        struct arena *a, struct explore_places *out)
{
    struct event_found found;
    TRY(event_query_find(app, &ask->q, &found));
    struct noting g = {.said = ARENA_ARRAY(scratch, found.sel->count + 1, struct said)};
    struct explore_name *name = ARENA_ARRAY(scratch, found.sel->count + 1, struct explore_name);
    size_t n = 0;
    if (g.said && name) {
        columns_each(found.sel, note, &g);
        qsort(g.said, g.n, sizeof *g.said, in_order);
        n = choose(g.said, g.n, name);
    }
    struct explore_name *kept = g.said && name ? ARENA_ARRAY(a, n + 1, struct explore_name) : NULL;
    enum err e = kept ? ERR_OK : ERR_NOMEM;
    for (size_t i = 0; i < n && e == ERR_OK; i++) {
        kept[i] = (struct explore_name){name[i].square, arena_strdup(a, name[i].name)};
        e = kept[i].name ? ERR_OK : ERR_NOMEM;
    }
    event_found_done(&found); /* the names were its */
    if (e == ERR_OK)
        *out = (struct explore_places){kept, n};
    return e;
}

static int by_square(const void *key, const void *name)
{
    uint32_t a = *(const uint32_t *)key, b = ((const struct explore_name *)name)->square;
    return a < b ? -1 : a > b;
}

const char *explore_place_name(const struct explore_places *p, double x, double y)
{
    static const double step[] = {0, -125, 125}; /* a square of 500 m has its centre in a corner */
    for (size_t i = 0; i < ARRAY_LEN(step); i++) {
        for (size_t k = 0; k < ARRAY_LEN(step); k++) {
            uint32_t at = event_square(x + step[i], y + step[k]);
            const struct explore_name *n =
                at && p->n ? bsearch(&at, p->name, p->n, sizeof *p->name, by_square) : NULL;
            if (n)
                return n->name;
        }
    }
    return NULL;
}
