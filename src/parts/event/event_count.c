/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Counts, series and lists of selected rows. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "base/mem.h"
#include "base/str.h"
#include "parts/event/columns_inner.h"

/* --- Groups --- */

/* Counts of one part by the members of one column; the last place is for "none". */
static size_t members(const struct event_rows *r, enum event_group by)
{
    switch (by) {
    case EVENT_BY_TYPE:
    case EVENT_BY_SOURCE:
        return 256;
    case EVENT_BY_ORGANISATION:
        return r->n_organisations;
    case EVENT_BY_AREA:
        return r->n_areas;
    case EVENT_BY_PLACE:
        return r->n_places;
    case EVENT_BY_MUNICIPALITY:
        return 1;
    case EVENT_BY_PRECISION:
    case EVENT_BY_STATE:
        return 8;
    }
    return 0;
}

static void tally(const struct event_selection *s, size_t p, enum event_group by, uint32_t *n)
{
    const struct event_rows *r = s->view->parts[p];
    size_t none = members(r, by);
    switch (by) {
    case EVENT_BY_TYPE:
        EACH_ROW(s, p)
        n[r->type[row]]++;
        break;
    case EVENT_BY_SOURCE:
        EACH_ROW(s, p)
        n[r->source[row]]++;
        break;
    case EVENT_BY_ORGANISATION:
        EACH_ROW(s, p)
        n[r->organisation[row] == COLUMNS_NONE16 ? none : r->organisation[row]]++;
        break;
    case EVENT_BY_AREA:
        EACH_ROW(s, p)
        n[r->area[row] == COLUMNS_NONE16 ? none : r->area[row]]++;
        break;
    case EVENT_BY_PLACE:
        EACH_ROW(s, p)
        n[r->place[row] == COLUMNS_NONE32 ? none : r->place[row]]++;
        break;
    case EVENT_BY_MUNICIPALITY:
        n[0] = s->counts[p];
        break;
    case EVENT_BY_PRECISION:
        EACH_ROW(s, p)
        n[COLUMNS_PRECISION(r->flags[row])]++;
        break;
    case EVENT_BY_STATE:
        EACH_ROW(s, p)
        n[COLUMNS_STATE(r->flags[row])]++;
        break;
    }
}

static struct event_count group_of(const struct event_rows *r, enum event_group by, size_t i)
{
    bool none = i == members(r, by);
    switch (by) {
    case EVENT_BY_SOURCE:
        return (struct event_count){.name = r->sources[i]};
    case EVENT_BY_ORGANISATION:
        return (struct event_count){.municipality = r->municipality,
                                    .id = none ? (struct id){{0}} : r->organisations[i],
                                    .none = none};
    case EVENT_BY_AREA:
        return (struct event_count){.municipality = r->municipality,
                                    .id = none ? (struct id){{0}} : r->areas[i],
                                    .none = none};
    case EVENT_BY_PLACE:
        return (struct event_count){.municipality = r->municipality,
                                    .name = none ? NULL : r->places[i],
                                    .code = (int)i,
                                    .none = none};
    case EVENT_BY_MUNICIPALITY:
        return (struct event_count){.municipality = r->municipality};
    default:
        return (struct event_count){.code = (int)i};
    }
}

struct groups {
    struct arena *a;
    struct event_count *list;
    size_t n, cap;
};

static enum err add_group(struct groups *g, struct event_count c)
{
    if (g->n == g->cap) {
        size_t cap = g->cap ? g->cap * 2 : 64;
        struct event_count *more = ARENA_ARRAY(g->a, cap, struct event_count);
        if (!more)
            return ERR_NOMEM;
        if (g->n)
            memcpy(more, g->list, g->n * sizeof *more);
        g->list = more;
        g->cap = cap;
    }
    g->list[g->n++] = c;
    return ERR_OK;
}

/* Types, sources and the like are the same in all municipalities: one tally for all parts. */
static bool is_common(enum event_group by)
{
    return by == EVENT_BY_TYPE || by == EVENT_BY_SOURCE || by == EVENT_BY_PRECISION ||
           by == EVENT_BY_STATE;
}

static enum err collect(const struct event_selection *s, enum event_group by, struct groups *g)
{
    uint32_t common[257] = {0};
    for (size_t p = 0; p < s->view->n; p++) {
        const struct event_rows *r = s->view->parts[p];
        size_t n = members(r, by) + 1;
        if (s->counts[p] == 0)
            continue;
        if (is_common(by)) {
            tally(s, p, by, common);
            continue;
        }
        AUTO(mem_freep) uint32_t *counts = mem_array(n, sizeof *counts);
        if (!counts)
            return ERR_NOMEM;
        tally(s, p, by, counts);
        for (size_t i = 0; i < n; i++) {
            struct event_count c = counts[i] ? group_of(r, by, i) : (struct event_count){0};
            c.n = counts[i];
            if (c.n)
                TRY(add_group(g, c));
        }
    }
    for (size_t i = 0; is_common(by) && i < 256; i++) {
        struct event_count c =
            common[i] ? group_of(s->view->parts[0], by, i) : (struct event_count){0};
        c.n = common[i];
        if (c.n)
            TRY(add_group(g, c));
    }
    return ERR_OK;
}

static int compare_count(const void *pa, const void *pb)
{
    const struct event_count *a = pa, *b = pb;
    if (a->n != b->n)
        return a->n > b->n ? -1 : 1;
    if (a->name && b->name && str_compare_sv(a->name, b->name) != 0)
        return str_compare_sv(a->name, b->name);
    if (a->code != b->code)
        return a->code - b->code;
    return memcmp(a->id.b, b->id.b, sizeof a->id.b);
}

enum err columns_groups(const struct event_selection *s, enum event_group by, struct arena *a,
                        struct event_count **out, size_t *out_n)
{
    struct groups g = {.a = a};
    TRY(collect(s, by, &g));
    *out = g.list;
    *out_n = g.n;
    return ERR_OK;
}

enum err columns_count_by(const struct event_selection *s, enum event_group by, struct arena *a,
                          struct event_count **out, size_t *out_n)
{
    TRY(columns_groups(s, by, a, out, out_n));
    if (*out_n)
        qsort(*out, *out_n, sizeof **out, compare_count);
    return ERR_OK;
}

/* --- Arrays --- */

void columns_series(const struct event_selection *s, const msec *borders, size_t n, size_t *out)
{
    memset(out, 0, n * sizeof *out);
    for (size_t p = 0; p < s->view->n; p++) {
        const struct event_rows *r = s->view->parts[p];
        size_t at = 0; /* rows come in order of time */
        EACH_ROW(s, p)
        {
            while (at < n && r->from[row] >= borders[at + 1])
                at++;
            if (at < n && r->from[row] >= borders[at])
                out[at]++;
        }
    }
}

enum err columns_times(const struct event_selection *s, struct arena *a, msec **out_from,
                       msec **out_to)
{
    msec *from = ARENA_ARRAY(a, s->count, msec), *to = ARENA_ARRAY(a, s->count, msec);
    size_t n = 0;
    if (!from || !to)
        return ERR_NOMEM;
    for (size_t p = 0; p < s->view->n; p++) {
        const struct event_rows *r = s->view->parts[p];
        EACH_ROW(s, p)
        {
            from[n] = r->from[row];
            to[n++] = r->from[row] + (msec)r->seconds[row] * MSEC_SECOND;
        }
    }
    *out_from = from;
    *out_to = to;
    return ERR_OK;
}

enum err columns_positions(const struct event_selection *s, struct arena *a, struct geo_point **out,
                           size_t *out_n)
{
    struct geo_point *list = ARENA_ARRAY(a, s->count, struct geo_point);
    size_t n = 0;
    if (!list)
        return ERR_NOMEM;
    for (size_t p = 0; p < s->view->n; p++) {
        const struct event_rows *r = s->view->parts[p];
        EACH_ROW(s, p)
        {
            if (!isnan(r->east[row]))
                list[n++] = (struct geo_point){(double)r->east[row], (double)r->north[row]};
        }
    }
    *out = list;
    *out_n = n;
    return ERR_OK;
}

struct geo_box columns_box(const struct event_selection *s)
{
    struct geo_box box = geo_box_empty();
    for (size_t p = 0; p < s->view->n; p++) {
        const struct event_rows *r = s->view->parts[p];
        EACH_ROW(s, p)
        {
            if (!isnan(r->east[row]))
                geo_box_add(&box, (double)r->east[row], (double)r->north[row]);
        }
    }
    return box;
}

size_t columns_waiting(const struct event_selection *s)
{
    size_t n = 0;
    for (size_t p = 0; p < s->view->n; p++) {
        const struct event_rows *r = s->view->parts[p];
        EACH_ROW(s, p)
        {
            n += COLUMNS_STATE(r->flags[row]) == EVENT_SUBMITTED;
        }
    }
    return n;
}

void columns_each(const struct event_selection *s, columns_fn *fn, void *arg)
{
    for (size_t p = 0; p < s->view->n; p++)
        EACH_ROW(s, p)
    if (!fn(arg, s->view->parts[p], row))
        return;
}
