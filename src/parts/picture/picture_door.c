/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "parts/picture/picture_door.h"

#include <string.h>

#include "base/mem.h"
#include "base/str.h"
#include "core/app.h"

/* All incidents, in the ledger: what was published when every report counted is another number. */
#define INCIDENTS "incident"

/* Cells under way: by upper type now and before, by area now. */
struct cells {
    const uint8_t *key;
    msec from, before, to;
    struct disclose_cell now[EVENT_TYPE_COUNT], was[EVENT_TYPE_COUNT];
    struct disclose_cell *areas; /* of the rows, the last is "none" */
    int64_t exercise, events, waiting;
};

static bool add_row(void *arg, const struct event_rows *r, uint32_t i)
{
    struct cells *c = arg;
    int type = r->type[i], upper = event_types[type].parent < 0 ? type : event_types[type].parent;
    c->exercise += COLUMNS_ORIGIN(r->flags[i]);
    if (r->from[i] < c->from) {
        disclose_add(&c->was[upper], c->key, r->id[i]);
        return true;
    }
    c->events++;
    disclose_add(&c->now[upper], c->key, r->id[i]);
    uint16_t area = r->area[i];
    disclose_add(&c->areas[area == COLUMNS_NONE16 ? r->n_areas : area], c->key, r->id[i]);
    return true;
}

static enum err count(const struct columns_view *v, struct cells *c, struct arena *a)
{
    size_t most = 0;
    for (size_t i = 0; i < v->n; i++)
        most = v->parts[i]->n_areas > most ? v->parts[i]->n_areas : most;
    c->areas = ARENA_ARRAY(a, most + 1, struct disclose_cell);
    if (!c->areas)
        return ERR_NOMEM;
    struct event_filter f = {.from = c->before,
                             .to = c->to,
                             .kinds = 1u << EVENT_INCIDENT,
                             .counting = EVENT_COUNT_REVIEWED};
    AUTO(columns_selection_freep) struct event_selection *s = NULL, *waiting = NULL;
    TRY(columns_select(v, &f, &s));
    columns_each(s, add_row, c);
    f.counting = EVENT_COUNT_WAITING;
    TRY(columns_select(v, &f, &waiting));
    c->waiting = (int64_t)waiting->count;
    return ERR_OK;
}

static struct disclosure_number number(const struct picture_door *d, const char *type, int area,
                                       bool now, struct disclose_cell exact)
{
    return (struct disclosure_number){
        .type = type,
        .area = area,
        .from = date_days(now ? d->query.from : d->before_from),
        .to = date_days(now ? d->query.to : d->query.from),
        .exact = exact,
    };
}

static enum err put_types(struct picture_door *d, const struct cells *c, struct arena *a)
{
    int *types = ARENA_ARRAY(a, EVENT_TYPE_COUNT, int);
    if (!types)
        return ERR_NOMEM;
    for (int i = 0; i < EVENT_TYPE_COUNT; i++)
        if (event_types[i].parent < 0 && event_types[i].kind == EVENT_INCIDENT)
            types[d->n_types++] = i;
    d->types = types;
    for (int now = 1; now >= 0; now--)
        for (size_t i = 0; i < d->n_types; i++) {
            int t = types[i];
            d->disclosure.numbers[d->disclosure.n++] =
                number(d, event_types[t].code, DISCLOSURE_WHOLE, now, now ? c->now[t] : c->was[t]);
        }
    return ERR_OK;
}

/* Areas with enough inhabitants by name; the others, and what lies in none, are the rest. */
static enum err put_areas(struct picture_door *d, const struct columns_view *v,
                          const struct cells *c, struct arena *a)
{
    const struct picture_names *n = d->names;
    struct id *named = ARENA_ARRAY(a, n->n_areas + 1, struct id);
    if (!named)
        return ERR_NOMEM;
    d->disclosure.named = named;
    struct disclose_cell rest = {0};
    const struct event_rows *r = v->n ? v->parts[0] : NULL;
    for (size_t i = 0; r && i <= r->n_areas; i++) {
        const struct picture_name *name =
            i < r->n_areas ? picture_area_named(n, r->areas[i]) : NULL;
        if (!name || !disclose_locality(name->inhabitants == DB_NO_INT ? 0 : name->inhabitants,
                                        &disclose_rules_default))
            disclose_merge(&rest, &c->areas[i]);
    }
    for (size_t i = 0; i < n->n_areas; i++) {
        int64_t people = n->areas[i].inhabitants == DB_NO_INT ? 0 : n->areas[i].inhabitants;
        if (!disclose_locality(people, &disclose_rules_default)) {
            d->small_areas++;
            continue;
        }
        struct disclose_cell cell = {0};
        for (size_t k = 0; r && k < r->n_areas; k++)
            if (id_eq(r->areas[k], n->areas[i].id))
                cell = c->areas[k];
        int at = (int)d->disclosure.n_named;
        named[d->disclosure.n_named++] = n->areas[i].id;
        d->disclosure.numbers[d->disclosure.n++] = number(d, INCIDENTS, at, true, cell);
    }
    if (d->disclosure.n_named) {
        d->disclosure.numbers[d->disclosure.n++] =
            number(d, INCIDENTS, DISCLOSURE_REST, true, rest);
        d->n_areas = d->disclosure.n_named + 1;
    }
    return ERR_OK;
}

static enum err set_lists(struct picture_door *d, struct arena *a)
{
    struct disclosure_list *lists = ARENA_ARRAY(a, 3, struct disclosure_list);
    if (!lists)
        return ERR_NOMEM;
    struct disclosure *x = &d->disclosure;
    size_t now = x->n++, before = x->n++;
    x->numbers[now] = number(d, INCIDENTS, DISCLOSURE_WHOLE, true, (struct disclose_cell){0});
    x->numbers[before] = number(d, INCIDENTS, DISCLOSURE_WHOLE, false, (struct disclose_cell){0});
    lists[0] = (struct disclosure_list){0, d->n_types, now};
    lists[1] = (struct disclosure_list){d->n_types, d->n_types, before};
    lists[2] = (struct disclosure_list){2 * d->n_types, d->n_areas, now};
    x->lists = lists;
    x->n_lists = d->n_areas ? 3 : 2;
    return ERR_OK;
}

/* A whole month is compared with the month before, so that months published in a row share their
 * numbers and give no single day away; anything else with as many days. */
static struct date before_of(const struct picture_query *q)
{
    struct date last = date_add(q->to, -1);
    if (q->from.day == 1 && q->to.day == 1 && last.year == q->from.year &&
        last.month == q->from.month) {
        struct date before = date_add(q->from, -1);
        return (struct date){before.year, before.month, 1};
    }
    return date_add(q->from, -(int)(date_days(q->to) - date_days(q->from)));
}

void picture_door_drop_before(struct picture_door *d)
{
    for (size_t i = 0; i < d->disclosure.n; i++)
        if (d->disclosure.numbers[i].to == date_days(d->query.from))
            d->disclosure.numbers[i].withheld = true;
    d->no_before = true;
}

enum err picture_door_make(struct app *app, const struct picture_query *q,
                           const struct picture_names *n, const uint8_t key[DISCLOSE_KEY],
                           struct arena *a, struct picture_door *out)
{
    TRY(picture_query_check(q));
    struct picture_door d = {.query = *q, .names = n, .disclosure.municipality = q->municipality};
    d.before_from = before_of(q);
    struct cells *c = ARENA_NEW(a, struct cells);
    d.disclosure.numbers =
        ARENA_ARRAY(a, 2 * EVENT_TYPE_COUNT + n->n_areas + 3, struct disclosure_number);
    if (!c || !d.disclosure.numbers)
        return ERR_NOMEM;
    c->key = key;
    c->from = date_start(q->from);
    c->before = date_start(d.before_from);
    c->to = date_start(q->to);
    AUTO(columns_givep) struct columns_view *v = NULL;
    TRY(columns_take(app->columns, q->municipality, &v));
    TRY(count(v, c, a));
    TRY(put_types(&d, c, a));
    TRY(put_areas(&d, v, c, a));
    d.exercise = c->exercise > 0;
    d.events = c->events;
    d.waiting = c->waiting;
    TRY(set_lists(&d, a));
    *out = d;
    return ERR_OK;
}

enum err picture_door_public(const struct picture_door *d, struct arena *a,
                             struct picture_public *out)
{
    const struct disclosure_number *x = d->disclosure.numbers;
    struct picture_public p = {
        .from = d->query.from,
        .to = d->query.to,
        .before_from = d->before_from,
        .before_to = d->query.from,
        .n_areas = d->n_areas,
        .min_count = disclose_rules_default.min_count,
        .noise = disclose_rules_default.noise,
        .exercise = d->exercise,
        .incidents = true,
    };
    p.types = ARENA_ARRAY(a, d->n_types + 1, struct picture_public_row);
    p.areas = ARENA_ARRAY(a, d->n_areas + 1, struct picture_public_row);
    if (!p.types || !p.areas)
        return ERR_NOMEM;
    for (size_t i = 0; i < d->n_types; i++)
        if (x[i].shown || (x[d->n_types + i].shown && !x[d->n_types + i].withheld))
            p.types[p.n_types++] = (struct picture_public_row){
                x[i].type, d->names->types[d->types[i]], x[i].shown, x[d->n_types + i].shown};
    for (size_t i = 0; i < d->n_areas; i++) {
        const struct disclosure_number *n = &x[2 * d->n_types + i];
        const struct picture_name *name =
            n->area >= 0 ? picture_area_named(d->names, d->disclosure.named[n->area]) : NULL;
        p.areas[i] =
            (struct picture_public_row){NULL, name ? name->name : NULL, n->shown, DISCLOSE_HIDDEN};
    }
    p.now = x[d->disclosure.n - 2].shown;
    p.before = x[d->disclosure.n - 1].shown;
    *out = p;
    return ERR_OK;
}
