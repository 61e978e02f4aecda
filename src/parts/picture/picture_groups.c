/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Areas, places, sources and organisations of a picture, the largest first. */
#include <stdlib.h>

#include "base/mem.h"
#include "base/str.h"
#include "parts/picture/picture_inner.h"

enum err picture_tally_begin(struct picture_tally *t, const struct columns_view *v, bool country,
                             struct arena *a)
{
    t->view = v;
    if (country) {
        t->n_areas = v->n;
        t->areas = ARENA_ARRAY(a, v->n + 1, struct picture_count);
        return t->areas ? ERR_OK : ERR_NOMEM;
    }
    for (size_t i = 0; i < v->n; i++) { /* a municipality is one part */
        const struct event_rows *r = v->parts[i];
        t->n_areas = r->n_areas > t->n_areas ? r->n_areas : t->n_areas;
        t->n_organisations =
            r->n_organisations > t->n_organisations ? r->n_organisations : t->n_organisations;
        t->n_places = r->n_places > t->n_places ? r->n_places : t->n_places;
    }
    t->areas = ARENA_ARRAY(a, t->n_areas + 1, struct picture_count);
    t->organisations = ARENA_ARRAY(a, t->n_organisations + 1, struct picture_count);
    t->places = ARENA_ARRAY(a, t->n_places + 1, struct picture_count);
    t->calm = ARENA_ARRAY(a, t->n_organisations + 1, bool);
    return t->areas && t->organisations && t->places && t->calm ? ERR_OK : ERR_NOMEM;
}

static int by_size(const void *pa, const void *pb)
{
    const struct picture_group *a = pa, *b = pb;
    if (a->none != b->none)
        return a->none ? 1 : -1;
    if (a->change.now != b->change.now)
        return a->change.now > b->change.now ? -1 : 1;
    if (a->change.before != b->change.before)
        return a->change.before > b->change.before ? -1 : 1;
    if (a->name && b->name)
        return str_compare_sv(a->name, b->name);
    return 0;
}

struct picking {
    const struct picture_count *counts;
    size_t n;       /* with the one of "none" */
    uint32_t least; /* events now or before */
    size_t most;    /* groups that are kept */
    void (*name)(const struct picture_tally *t, size_t i, struct picture_group *out);
};

static enum err pick(struct picture *p, const struct picture_tally *t, const struct picking *k,
                     struct arena *a, struct picture_groups *out)
{
    size_t n = 0;
    for (size_t i = 0; k->counts && i < k->n; i++)
        n += k->counts[i].now >= k->least || k->counts[i].before >= k->least;
    out->rows = ARENA_ARRAY(a, n + 1, struct picture_group);
    if (!out->rows)
        return ERR_NOMEM;
    for (size_t i = 0; k->counts && i < k->n; i++) {
        const struct picture_count *c = &k->counts[i];
        if (c->now < k->least && c->before < k->least)
            continue;
        struct picture_group *g = &out->rows[out->n++];
        g->change = (struct picture_change){.now = c->now, .before = c->before, .year = c->year};
        k->name(t, i, g);
    }
    qsort(out->rows, out->n, sizeof *out->rows, by_size);
    if (out->n > k->most)
        out->n = k->most;
    return picture_correct_groups(p, out, a);
}

static void name_area(const struct picture_tally *t, size_t i, struct picture_group *out)
{
    const struct event_rows *r = t->view->parts[0];
    out->none = i >= r->n_areas;
    if (!out->none)
        out->id = r->areas[i];
}

static void name_municipality(const struct picture_tally *t, size_t i, struct picture_group *out)
{
    out->municipality = t->view->parts[i]->municipality;
}

static void name_organisation(const struct picture_tally *t, size_t i, struct picture_group *out)
{
    const struct event_rows *r = t->view->parts[0];
    out->none = i >= r->n_organisations;
    if (!out->none)
        out->id = r->organisations[i];
}

static void name_place(const struct picture_tally *t, size_t i, struct picture_group *out)
{
    const struct event_rows *r = t->view->parts[0];
    out->none = i >= r->n_places;
    if (!out->none)
        out->name = r->places[i];
}

static void name_source(const struct picture_tally *t, size_t i, struct picture_group *out)
{
    out->name = t->view->parts[0]->sources[i];
}

static enum err list_calm(struct picture *p, const struct picture_tally *t, struct arena *a)
{
    if (!t->calm)
        return ERR_OK;
    p->calm = ARENA_ARRAY(a, t->n_organisations + 1, struct id);
    if (!p->calm)
        return ERR_NOMEM;
    for (size_t i = 0; i < t->n_organisations; i++)
        if (t->calm[i] && t->organisations[i].now == 0)
            p->calm[p->n_calm++] = t->view->parts[0]->organisations[i];
    return ERR_OK;
}

enum err picture_groups_make(struct picture *p, const struct picture_tally *t, struct arena *a)
{
    if (t->view->n == 0)
        return ERR_OK;
    struct picking areas = {t->areas, t->n_areas + !p->country, 1, PICTURE_AREAS,
                            p->country ? name_municipality : name_area};
    struct picking by = {t->organisations, t->n_organisations + 1, 1, SIZE_MAX, name_organisation};
    /* a place with one event is no pattern */
    struct picking places = {t->places, t->n_places, 2, PICTURE_PLACES, name_place};
    struct picking sources = {t->sources, 255, 1, SIZE_MAX, name_source};
    TRY(pick(p, t, &areas, a, &p->areas));
    TRY(pick(p, t, &by, a, &p->organisations));
    TRY(pick(p, t, &places, a, &p->places));
    TRY(list_calm(p, t, a));
    return pick(p, t, &sources, a, &p->sources);
}
