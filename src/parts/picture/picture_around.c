/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* From columns to findings about places, each with a name that people know: a place or a street,
 * an area, the nearest locality. Never an address. */
#include <assert.h>
#include <math.h>
#include <string.h>

#include "base/mem.h"
#include "base/str.h"
#include "geo/geo_data.h"
#include "geo/wkb.h"
#include "parts/picture/picture_inner.h"
#include "stats/work.h"

#define VERTICES_MOST 100000
#define OUTSIDE 1500.0 /* metres: outlines are drawn to about a kilometre */
#define CHECKED 4096   /* squares whose place is remembered */
#define NAME_LEAST 2   /* events that bear a name before the place is called by it */

struct look {
    const struct columns_view *view;
    struct picture *p;
    struct arena *a;        /* the answer's */
    struct arena *scratch;  /* of the work */
    struct geo_shape *town; /* its outline */
    uint32_t checked[CHECKED];
    bool inside[CHECKED];
    struct findings_span span;
    size_t n;
    double *east, *north;
    int32_t *day;
    uint8_t *group;
    uint16_t *area;
    uint32_t *row;
};

static enum findings_group group_of(int type)
{
    int g = 0;
    while (g < FINDINGS_GROUPS && !(picture_group_types((enum findings_group)g) >> type & 1))
        g++;
    return (enum findings_group)g;
}

/* A position far outside the municipality is a mistake in the data, and no part of its ground. */
static bool in_town(struct look *k, double east, double north)
{
    uint32_t square = event_square(east, north), slot = square * UINT32_C(2654435761) >> 20;
    struct geo_point middle = {event_square_east(square), event_square_north(square)};
    if (!square)
        return false;
    if (k->checked[slot] != square) {
        k->checked[slot] = square;
        k->inside[slot] = geo_shape_distance(k->town, middle) <= OUTSIDE;
    }
    return k->inside[slot];
}

static bool gather_row(void *arg, const struct event_rows *r, uint32_t i)
{
    struct look *k = arg;
    double east = (double)r->east[i], north = (double)r->north[i];
    if (isnan(east) || !in_town(k, east, north))
        return true;
    k->east[k->n] = east;
    k->north[k->n] = north;
    k->day[k->n] = (int32_t)date_days(date_of_msec(r->from[i]));
    k->group[k->n] = (uint8_t)group_of(r->type[i]);
    k->area[k->n] = r->area[i];
    k->row[k->n++] = i;
    return true;
}

static enum err gather(struct look *k)
{
    struct event_filter f = {
        .from = date_start(date_from_days(k->span.to - FINDINGS_DAYS)),
        .to = date_start(date_from_days(k->span.to)),
        .types = k->p->query.types,
        .kinds = 1u << EVENT_INCIDENT,
        .area = k->p->query.area,
        .precisions = 1u << GEO_POINT | 1u << GEO_STREET | 1u << GEO_PLACE,
    };
    AUTO(columns_selection_freep) struct event_selection *s = NULL;
    TRY(columns_select(k->view, &f, &s));
    k->east = ARENA_ARRAY(k->scratch, s->count + 1, double);
    k->north = ARENA_ARRAY(k->scratch, s->count + 1, double);
    k->day = ARENA_ARRAY(k->scratch, s->count + 1, int32_t);
    k->group = ARENA_ARRAY(k->scratch, s->count + 1, uint8_t);
    k->area = ARENA_ARRAY(k->scratch, s->count + 1, uint16_t);
    k->row = ARENA_ARRAY(k->scratch, s->count + 1, uint32_t);
    if (!k->east || !k->north || !k->day || !k->group || !k->area || !k->row)
        return ERR_NOMEM;
    columns_each(s, gather_row, k);
    return ERR_OK;
}

/* --- Names --- */

/* "Exempelgatan 12" is an address; "Exempelgatan" and "Stora torget" are not. */
static bool is_address(const char *name)
{
    for (; *name; name++)
        if (*name >= '0' && *name <= '9')
            return true;
    return false;
}

static bool in_spot(const struct look *k, const struct findings_spot *s, size_t i)
{
    return k->day[i] >= s->from && k->day[i] < s->to &&
           (s->group == FINDINGS_GROUPS || k->group[i] == s->group) &&
           findings_spot_has(s, k->east[i], k->north[i]);
}

static int64_t count_in(const struct look *k, const struct findings_spot *s)
{
    int64_t n = 0;
    for (size_t i = 0; i < k->n; i++)
        n += in_spot(k, s, i);
    return n;
}

/* The area that most of the events lie in; COLUMNS_NONE16 without one. */
static enum err area_of_most(struct look *k, const struct findings_spot *s, uint16_t *out)
{
    const struct event_rows *r = k->view->parts[0];
    uint32_t *areas = ARENA_ARRAY(k->scratch, r->n_areas + 1u, uint32_t);
    uint32_t most = 0;
    if (!areas)
        return ERR_NOMEM;
    *out = COLUMNS_NONE16;
    for (size_t i = 0; i < k->n; i++) {
        uint16_t area = r->area[k->row[i]];
        if (area != COLUMNS_NONE16 && in_spot(k, s, i) && ++areas[area] > most) {
            most = areas[area];
            *out = area;
        }
    }
    return ERR_OK;
}

/* The area, and the name that most of the events in that area have: both are said in one breath. */
static enum err name_by_events(struct look *k, struct picture_finding *f)
{
    const struct event_rows *r = k->view->parts[0];
    uint32_t *places = ARENA_ARRAY(k->scratch, r->n_places + 1, uint32_t);
    uint32_t best = 0;
    uint16_t area;
    if (!places)
        return ERR_NOMEM;
    TRY(area_of_most(k, f->spot, &area));
    if (area != COLUMNS_NONE16)
        f->area = r->areas[area];
    for (size_t i = 0; i < k->n; i++) {
        uint32_t row = k->row[i], place = r->place[row];
        enum geo_precision precision = COLUMNS_PRECISION(r->flags[row]);
        if (r->area[row] != area || !in_spot(k, f->spot, i) || place == COLUMNS_NONE32 ||
            precision == GEO_POINT || is_address(r->places[place]))
            continue;
        if (++places[place] >= NAME_LEAST && places[place] > best) {
            best = places[place];
            f->place = r->places[place];
        }
    }
    if (f->place && !(f->place = arena_strdup(k->a, f->place)))
        return ERR_NOMEM;
    return ERR_OK;
}

static void name_locality(struct look *k, struct picture_finding *f)
{
    size_t n;
    const struct geo_locality *l = geo_localities_of(k->p->query.municipality, &n);
    double nearest = INFINITY;
    for (size_t i = 0; i < n; i++) {
        double away = hypot(l[i].east - f->spot->east, l[i].north - f->spot->north) -
                      sqrt(l[i].area_ha * 1e4 / M_PI);
        if (away < nearest) {
            nearest = away;
            f->locality = l[i].name;
            f->in_locality = away <= 0;
        }
    }
}

/* --- Findings --- */

static enum certainty certainty_by(double q)
{
    return q <= COMPARE_CLEAR ? CERTAINTY_CLEARLY_MORE : CERTAINTY_LIKELY_MORE;
}

static enum err add_spots(struct look *k, const char *method, const struct findings_spot *s,
                          size_t n)
{
    struct picture *p = k->p;
    struct findings_spot *own = ARENA_ARRAY(k->a, n + 1, struct findings_spot);
    if (!own)
        return ERR_NOMEM;
    for (size_t i = 0; i < n; i++) {
        struct picture_finding *f = &p->findings[p->n_findings++];
        own[i] = s[i];
        own[i].n = count_in(k, &s[i]); /* what the rows behind it say; of a chain also others */
        *f = (struct picture_finding){.method = method,
                                      .type = -1,
                                      .certainty = certainty_by(s[i].q),
                                      .p = s[i].q,
                                      .group = s[i].group,
                                      .spot = &own[i]};
        TRY(name_by_events(k, f));
        name_locality(k, f);
    }
    return ERR_OK;
}

static enum err add_near(struct look *k, const struct findings *all)
{
    struct picture *p = k->p;
    struct findings_near *own = ARENA_ARRAY(k->a, FINDINGS_GROUPS, struct findings_near);
    if (!own)
        return ERR_NOMEM;
    for (int g = 0; g < FINDINGS_GROUPS; g++) {
        own[g] = all->near[g];
        if (own[g].state > p->near_state)
            p->near_state = own[g].state;
        if (own[g].state == FINDINGS_SOME)
            p->findings[p->n_findings++] =
                (struct picture_finding){.method = "knox",
                                         .type = -1,
                                         .certainty = certainty_by(own[g].q),
                                         .p = own[g].q,
                                         .group = (enum findings_group)g,
                                         .near = &own[g]};
    }
    return ERR_OK;
}

static enum err add_steps(struct look *k, const struct findings *all)
{
    struct picture *p = k->p;
    struct findings_step *own = ARENA_ARRAY(k->a, all->n_step + 1, struct findings_step);
    if (!own)
        return ERR_NOMEM;
    p->step_state = all->step_state;
    for (size_t i = 0; i < all->n_step; i++) {
        bool more = all->step[i].ratio > 1, clear = all->step[i].q <= COMPARE_CLEAR;
        own[i] = all->step[i];
        p->findings[p->n_findings++] = (struct picture_finding){
            .method = "breaks",
            .type = -1,
            .certainty = more ? certainty_by(own[i].q)
                              : (clear ? CERTAINTY_CLEARLY_FEWER : CERTAINTY_LIKELY_FEWER),
            .p = own[i].q,
            .group = own[i].group,
            .step = &own[i],
            .area = k->view->parts[0]->areas[own[i].area]};
    }
    return ERR_OK;
}

static enum err add_season(struct look *k, const struct findings *f, const struct picture_season *s)
{
    struct picture *p = k->p;
    struct picture_week *own = ARENA_ARRAY(k->a, s->n + 1, struct picture_week);
    if (!own)
        return ERR_NOMEM;
    for (size_t i = 0; i < s->n; i++) {
        if (!(f->beside_q[i] <= FINDINGS_SURE) || (double)s->week[i].n <= s->week[i].expected)
            continue;
        own[i] = s->week[i];
        p->findings[p->n_findings++] =
            (struct picture_finding){.method = "farrington",
                                     .type = s->type[i],
                                     .certainty = certainty_by(f->beside_q[i]),
                                     .p = f->beside_q[i],
                                     .group = FINDINGS_GROUPS,
                                     .week = &own[i]};
    }
    return ERR_OK;
}

static enum err add_all(struct look *k, const struct findings *f, const struct picture_season *s)
{
    struct picture *p = k->p;
    size_t n =
        p->n_findings + f->n_hot + f->n_fresh + f->n_chain + FINDINGS_GROUPS + f->n_step + s->n;
    struct picture_finding *all = ARENA_ARRAY(k->a, n, struct picture_finding);
    if (!all)
        return ERR_NOMEM;
    if (p->n_findings)
        memcpy(all, p->findings, p->n_findings * sizeof *all);
    p->findings = all;
    p->hot_state = f->hot_state;
    p->new_state = f->new_state;
    p->placed = f->placed;
    TRY(add_spots(k, "gistar", f->hot, f->n_hot));
    TRY(add_spots(k, "scan", f->fresh, f->n_fresh));
    TRY(add_near(k, f));
    TRY(add_spots(k, "chains", f->chain, f->n_chain));
    TRY(add_steps(k, f));
    TRY(add_season(k, f, s));
    p->looked = PICTURE_LOOKED;
    return ERR_OK;
}

enum err picture_around(const struct columns_view *v, const struct work *w, msec now,
                        struct arena *a, struct picture *p)
{
    assert(v && w && a && p);
    const struct geo_municipality *m = geo_municipality_by_code(p->query.municipality);
    struct look *k = ARENA_NEW(w->arena, struct look);
    struct picture_season *season = ARENA_NEW(w->arena, struct picture_season);
    struct findings f = {0};
    int64_t to = date_days(p->query.to), tomorrow = date_days(date_of_msec(now)) + 1;
    if (!m) {
        p->looked = PICTURE_NOT_LOOKED;
        return ERR_OK;
    }
    if (!k || !season)
        return ERR_NOMEM;
    *k = (struct look){.view = v, .p = p, .a = a, .scratch = w->arena};
    k->span.from = (int32_t)date_days(p->query.from);
    k->span.to = (int32_t)(to < tomorrow ? to : tomorrow);
    if (v->n && k->span.from < k->span.to) {
        TRY(geo_wkb_read(w->arena, m->outline.wkb, m->outline.wkb_len, VERTICES_MOST, &k->town));
        TRY(gather(k));
        TRY(picture_season_ask(v, w, &p->query, k->span.to, season));
        struct findings_events ev = {.n = k->n,
                                     .east = k->east,
                                     .north = k->north,
                                     .day = k->day,
                                     .group = k->group,
                                     .beside_p = season->p,
                                     .n_beside = season->n,
                                     .area = k->area,
                                     .n_areas = v->parts[0]->n_areas};
        TRY(findings_make(w, &ev, k->span, &f));
    }
    return add_all(k, &f, season);
}
