/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Reports by neighbourhood, and which neighbourhoods the public may see. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/str.h"
#include "geo/geo_data.h"
#include "parts/voices/voices_inner.h"

#define EDGE 500.0 /* metres round a locality's circle that still are the locality */
#define HECTARE 10000.0
#define PI 3.14159265358979323846

struct gathering {
    struct arena *a;
    const struct voices_publication *p;
    const uint8_t *key;
    struct q_voices_areas_row *areas;
    size_t n_areas;
    const struct geo_locality *towns;
    size_t n_towns;
    struct voices_set *set;
    size_t cap;
};

/* --- Where --- */

struct ground {
    enum voices_kind kind;
    struct id area;
    const char *name;
};

static bool may_be_named(int64_t people)
{
    return people != DB_NO_INT && disclose_locality(people, &disclose_rules_default);
}

/* The locality whose circle (of its own size) the point lies in, or nearest to. */
static const struct geo_locality *locality_at(const struct gathering *g, double east, double north)
{
    const struct geo_locality *best = NULL;
    double least = EDGE;
    for (size_t i = 0; i < g->n_towns; i++) {
        const struct geo_locality *t = &g->towns[i];
        double beyond = hypot(east - t->east, north - t->north) - sqrt(t->area_ha * HECTARE / PI);
        if (may_be_named(t->population) && beyond <= least) {
            best = t;
            least = beyond;
        }
    }
    return best;
}

/* A district or locality with enough inhabitants, or the rest: never closer. */
static struct ground ground_of(const struct gathering *g, const struct q_voices_reports_row *r)
{
    for (size_t i = 0; !id_is_none(r->area) && i < g->n_areas; i++)
        if (id_eq(g->areas[i].id, r->area) && may_be_named(g->areas[i].population))
            return (struct ground){VOICES_AREA, r->area, g->areas[i].name};
    const struct geo_locality *t =
        isnan(r->east) || isnan(r->north) ? NULL : locality_at(g, r->east, r->north);
    if (!t)
        return (struct ground){VOICES_REST, {{0}}, ""};
    return (struct ground){VOICES_LOCALITY, id_from_name("voices locality", t->code), t->name};
}

static const char *key_of(const struct gathering *g, const struct ground *at, bool unsafe)
{
    char area[ID_TEXT];
    id_text(at->area, area);
    return arena_printf(g->a, "%s-%s", unsafe ? "unsafe" : "safe",
                        at->kind == VOICES_REST ? "rest" : area);
}

static enum err cluster_of(struct gathering *g, const struct ground *at, bool unsafe,
                           struct voices_cluster **out)
{
    struct voices_set *s = g->set;
    for (size_t i = 0; i < s->n; i++)
        if (id_eq(s->list[i].area, at->area) && s->list[i].unsafe == unsafe) {
            *out = &s->list[i];
            return ERR_OK;
        }
    struct voices_cluster c = {.key = key_of(g, at, unsafe),
                               .kind = at->kind,
                               .area = at->area,
                               .place = at->name,
                               .unsafe = unsafe,
                               .themes = ""};
    if (!c.key)
        return ERR_NOMEM;
    s->list[s->n] = c;
    *out = &s->list[s->n++];
    return ERR_OK;
}

static enum err add_report(struct gathering *g, const struct q_voices_reports_row *r)
{
    struct voices_cluster *c;
    struct ground at = ground_of(g, r);
    TRY(cluster_of(g, &at, str_eq(r->feeling, "unsafe"), &c));
    disclose_add(&c->cell, g->key, r->id);
    for (size_t i = 0; i < citizen_reason_count; i++)
        if (citizen_has_code(r->reasons, citizen_reasons[i].code))
            disclose_add(&c->reasons[i], g->key, r->id);
    g->set->exercise = g->set->exercise || r->origin;
    return ERR_OK;
}

/* Districts by name, then localities, then the rest; unsafe before safe. */
static int by_place(const void *pa, const void *pb)
{
    const struct voices_cluster *a = pa, *b = pb;
    if (a->kind != b->kind)
        return a->kind < b->kind ? -1 : 1;
    int order = strcmp(a->place, b->place);
    if (order)
        return order;
    order = memcmp(&a->area, &b->area, sizeof a->area);
    return order ? order : (int)b->unsafe - (int)a->unsafe;
}

enum err voices_gather(struct tx *tx, struct arena *a, const struct voices_publication *p,
                       const uint8_t key[DISCLOSE_KEY], struct voices_set *out)
{
    struct gathering g = {.a = a, .p = p, .key = key, .set = out};
    const char *municipality = p->municipality;
    struct q_voices_reports_row *rows;
    struct q_voices_waiting_row waiting;
    size_t n;
    *out = (struct voices_set){0};
    struct q_voices_reports_in in = {municipality, p->from, p->to, VOICES_REPORTS_MOST};
    TRY(q_voices_reports_all(tx, a, &in, &rows, &n));
    if (n == VOICES_REPORTS_MOST)
        return ERR_LIMIT;
    TRY(q_voices_areas_all(tx, a, &(struct q_voices_areas_in){municipality}, &g.areas, &g.n_areas));
    struct q_voices_waiting_in wait = {municipality, p->from, p->to};
    TRY(q_voices_waiting_one(tx, a, &wait, &waiting));
    g.towns = geo_localities_of(municipality, &g.n_towns);
    out->waiting = waiting.n;
    out->list = ARENA_ARRAY(a, 2 * (g.n_areas + g.n_towns + 1), struct voices_cluster);
    if (!out->list)
        return ERR_NOMEM;
    for (size_t i = 0; i < n; i++)
        TRY(add_report(&g, &rows[i]));
    qsort(out->list, out->n, sizeof *out->list, by_place);
    return ERR_OK;
}

/* --- The door --- */

/* In the ledger: types of their own, which no other publication counts. */
static const char *type_of(struct arena *a, bool unsafe, const char *reason)
{
    const char *feeling = unsafe ? "voices.unsafe" : "voices.safe";
    return reason ? arena_printf(a, "%s.%s", feeling, reason) : feeling;
}

static enum err name_areas(struct arena *a, const struct voices_set *set, struct disclosure *d,
                           int *area)
{
    struct id *named = ARENA_ARRAY(a, set->n + 1, struct id);
    if (!named)
        return ERR_NOMEM;
    for (size_t i = 0; i < set->n; i++) {
        const struct voices_cluster *c = &set->list[i];
        size_t k = 0;
        while (k < d->n_named && !id_eq(named[k], c->area))
            k++;
        if (k == d->n_named && c->kind != VOICES_REST)
            named[d->n_named++] = c->area;
        area[i] = c->kind == VOICES_REST ? DISCLOSURE_REST : (int)k;
    }
    d->named = named;
    return ERR_OK;
}

/* A number for each cluster and each reason in it. They are no lists with sums: no sum is ever
 * told, and of the numbers only that they are large enough. */
static enum err put_numbers(struct arena *a, const struct voices_publication *p,
                            const struct voices_set *set, struct disclosure *d)
{
    int *area = ARENA_ARRAY(a, set->n + 1, int);
    struct disclosure_number *list =
        ARENA_ARRAY(a, set->n * (CITIZEN_REASONS + 1) + 1, struct disclosure_number);
    if (!area || !list)
        return ERR_NOMEM;
    TRY(name_areas(a, set, d, area));
    for (size_t i = 0; i < set->n; i++)
        for (size_t k = 0; k <= citizen_reason_count; k++) {
            const struct voices_cluster *c = &set->list[i];
            struct disclosure_number x = {
                .type = type_of(a, c->unsafe, k ? citizen_reasons[k - 1].code : NULL),
                .area = area[i],
                .from = date_days(date_of_msec(p->from)),
                .to = date_days(date_of_msec(p->to)),
                .exact = k ? c->reasons[k - 1] : c->cell,
            };
            if (!x.type)
                return ERR_NOMEM;
            if (x.exact.count)
                list[d->n++] = x;
        }
    d->numbers = list;
    return ERR_OK;
}

static enum err take_out(struct arena *a, const struct disclosure *d, struct voices_set *set)
{
    size_t at = 0;
    for (size_t i = 0; i < set->n; i++) {
        struct voices_cluster *c = &set->list[i];
        c->shown = d->numbers[at++].shown >= disclose_rules_default.min_count;
        c->themes = "";
        for (size_t k = 0; k < citizen_reason_count; k++)
            if (c->reasons[k].count && d->numbers[at++].shown >= disclose_rules_default.min_count &&
                c->shown)
                c->themes = arena_printf(a, "%s%s%s", c->themes, *c->themes ? " " : "",
                                         citizen_reasons[k].code);
        if (!c->themes)
            return ERR_NOMEM;
    }
    return ERR_OK;
}

enum err voices_door(struct tx *tx, struct arena *a, const struct voices_publication *p,
                     const uint8_t key[DISCLOSE_KEY], bool record, struct voices_set *set)
{
    struct disclosure d = {.municipality = p->municipality};
    struct disclosure_answer answer = {.fault = LEDGER_FINE};
    TRY(put_numbers(a, p, set, &d));
    enum err e = disclosure_check(tx, a, &d, key, &disclose_rules_default, &answer);
    set->refused = answer.fault;
    TRY(e);
    TRY(take_out(a, &d, set));
    return record ? disclosure_record(tx, a, &d, p->id, time_now()) : ERR_OK;
}
