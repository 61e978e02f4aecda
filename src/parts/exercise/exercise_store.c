/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "parts/exercise/exercise_store.h"

#include <math.h>
#include <string.h>

#include "base/mem.h"
#include "base/str.h"
#include "core/audit.h"
#include "exercise_sql.h"
#include "geo/geo_data.h"
#include "geo/wkb.h"
#include "parts/action/action.h"
#include "parts/citizen/citizen.h"
#include "parts/event/event.h"
#include "parts/exercise/exercise_rows.h"

#define CITIZEN_TOWN "1493" /* whose inhabitants report places */

struct work {
    struct app *app;
    const struct exercise *x;
    const char *password_hash;
    struct arena *a;
    msec now;
};

static const char *role_of(const struct exercise_membership *m)
{
    if (str_eq(m->role, "desk"))
        return role_name(ROLE_LIBRARIAN);
    if (str_eq(m->role, "dpo"))
        return role_name(ROLE_REGISTRAR);
    return m->role;
}

static enum err put_people(struct tx *tx, const struct work *w)
{
    const struct exercise *x = w->x;
    for (uint32_t i = 0; i < x->organisation_count; i++) {
        const struct exercise_organisation *o = &x->organisations[i];
        struct q_exercise_organisation_in in = {o->municipality, o->id,  o->name,
                                                o->kind,         w->now, EXERCISE_ORIGIN};
        TRY(q_exercise_organisation_run(tx, &in, NULL));
    }
    for (uint32_t i = 0; i < x->account_count; i++) {
        const struct exercise_account *c = &x->accounts[i];
        struct q_exercise_account_in in = {c->id,  c->email,       c->name, w->password_hash,
                                           w->now, EXERCISE_ORIGIN};
        TRY(q_exercise_account_run(tx, &in, NULL));
        if (c->system_admin) {
            struct q_exercise_membership_in m = {
                "0000", c->id, role_name(ROLE_ADMINISTRATOR), {{0}}, w->now};
            TRY(q_exercise_membership_run(tx, &m, NULL));
        }
    }
    for (uint32_t i = 0; i < x->membership_count; i++) {
        const struct exercise_membership *m = &x->memberships[i];
        struct q_exercise_membership_in in = {m->municipality, x->accounts[m->account].id,
                                              role_of(m), x->organisations[m->organisation].id,
                                              w->now};
        TRY(q_exercise_membership_run(tx, &in, NULL));
    }
    return ERR_OK;
}

static enum err put_areas(struct tx *tx, const struct work *w)
{
    struct buf wkb = buf_init(1024 * 1024);
    enum err e = ERR_OK;
    for (uint32_t i = 0; i < w->x->area_count && e == ERR_OK; i++) {
        const struct exercise_area *r = &w->x->areas[i];
        struct geo_box box = r->shape->box;
        buf_clear(&wkb);
        geo_wkb_write(&wkb, r->shape);
        e = buf_err(&wkb);
        if (e)
            break;
        struct q_exercise_area_in in = {
            .municipality = r->municipality,
            .id = r->id,
            .kind = "district",
            .name = r->name,
            .shape = {wkb.data, wkb.len},
            .east_min = box.east_min,
            .north_min = box.north_min,
            .east_max = box.east_max,
            .north_max = box.north_max,
            .population = (int64_t)r->weight,
            .source = EXERCISE_ORIGIN,
            .at = w->now,
            .origin = EXERCISE_ORIGIN,
        };
        e = q_exercise_area_run(tx, &in, NULL);
    }
    buf_done(&wkb);
    return e;
}

static enum err put_place(struct tx *tx, const struct work *w, const char *municipality,
                          struct id id, struct q_exercise_place_in in)
{
    in.municipality = municipality;
    in.id = id;
    in.folded = gazetteer_fold(w->a, in.name);
    in.source = EXERCISE_ORIGIN;
    in.at = w->now;
    in.origin = EXERCISE_ORIGIN;
    return in.folded ? q_exercise_place_run(tx, &in, NULL) : ERR_NOMEM;
}

static enum err put_places(struct tx *tx, const struct work *w)
{
    const struct exercise *x = w->x;
    for (uint32_t i = 0; i < x->place_count; i++) {
        const struct exercise_place *p = &x->places[i];
        struct q_exercise_place_in in = {.kind = "own",
                                         .name = p->name,
                                         .east = p->east,
                                         .north = p->north,
                                         .precision = "place"};
        TRY(put_place(tx, w, p->municipality, p->id, in));
    }
    for (uint32_t i = 0; i < x->street_count; i++) {
        const struct exercise_street *s = &x->streets[i];
        const char *key = arena_printf(w->a, "%s %s %u", s->municipality, s->name, i);
        struct q_exercise_place_in in = {.kind = "street",
                                         .name = s->name,
                                         .east = s->middle.east,
                                         .north = s->middle.north,
                                         .precision = "street"};
        if (!key)
            return ERR_NOMEM;
        TRY(put_place(tx, w, s->municipality, id_from_name("exercise street", key), in));
    }
    return ERR_OK;
}

static void fill_event(const struct exercise *x, const struct exercise_event *e, struct event *out)
{
    *out = event_blank();
    out->municipality = e->municipality;
    out->id = e->id;
    out->source = exercise_source_name(e->source);
    out->source_key = e->external_key;
    out->organisation_id = x->organisations[e->organisation].id;
    out->type_code = exercise_types[e->type].code;
    out->occurred_from = e->occurred_from;
    out->occurred_to = e->occurred_to;
    out->precision = e->precision;
    out->place_name = e->label;
    out->state = EVENT_INCLUDED;
    out->reported_at = e->reported;
    out->description = e->text;
    out->origin = EXERCISE_ORIGIN;
    if (geo_precision_is_place(e->precision)) {
        out->east = e->east;
        out->north = e->north;
    }
    if (e->place >= 0)
        out->place_id = x->places[e->place].id;
    if (e->area >= 0)
        out->area_id = x->areas[e->area].id;
}

/* Somebody without an account has seen the same: not counted before it is accepted. */
static enum err put_told_twice(struct tx *tx, const struct exercise *x, const bool *waiting)
{
    enum { EACH = 3 };
    int told[EXERCISE_MUNICIPALITIES] = {0};
    for (uint32_t i = 0; i < x->event_count; i++) {
        const struct exercise_event *e = &x->events[i];
        int town = 0;
        struct event twice;
        while (town < EXERCISE_MUNICIPALITIES - 1 &&
               !str_eq(exercise_municipalities[town], e->municipality))
            town++;
        if (!waiting[i] || e->place < 0 || told[town] == EACH)
            continue;
        fill_event(x, e, &twice);
        twice.id = id_from_name("exercise told twice", e->external_key);
        twice.source = EVENT_SOURCE_CITIZEN;
        twice.source_key = NULL;
        twice.organisation_id = (struct id){{0}};
        twice.state = EVENT_SUBMITTED;
        twice.east += 12;
        twice.north -= 9;
        twice.description = "Jag såg samma sak när jag gick förbi.";
        told[town]++;
        TRY(event_add(tx, NULL, &twice, NULL, NULL));
    }
    return ERR_OK;
}

static enum err put_events(struct tx *tx, const struct work *w)
{
    enum { SLICE = 10000 };
    const struct exercise *x = w->x;
    struct event *rows = mem_array(SLICE, sizeof *rows);
    bool *waiting = mem_array(x->event_count + 1, sizeof *waiting);
    if (!rows || !waiting) {
        mem_free(rows);
        mem_free(waiting);
        return ERR_NOMEM;
    }
    exercise_waiting(x, waiting);
    enum err err = ERR_OK;
    for (uint32_t from = 0; from < x->event_count && err == ERR_OK; from += SLICE) {
        uint32_t n = x->event_count - from < SLICE ? x->event_count - from : SLICE;
        for (uint32_t i = 0; i < n; i++) {
            fill_event(x, &x->events[from + i], &rows[i]);
            if (!waiting[from + i])
                continue;
            rows[i].state = EVENT_SUBMITTED;
            rows[i].created_by = exercise_reporter(x, &x->events[from + i]);
        }
        err = event_add_batch(tx, NULL, rows, n, NULL, NULL);
    }
    if (err == ERR_OK)
        err = put_told_twice(tx, x, waiting);
    mem_free(rows);
    mem_free(waiting);
    return err;
}

static enum err put_all(struct tx *tx, void *arg)
{
    const struct work *w = arg;
    struct q_exercise_anything_row have;
    arena_reset(w->a);
    TRY(q_exercise_anything_one(tx, w->a, &have));
    if (have.events || have.organisations)
        return ERR_CONFLICT;
    TRY(put_people(tx, w));
    TRY(put_areas(tx, w));
    TRY(put_places(tx, w));
    TRY(exercise_put_periods(tx, w->a, w->x, w->now));
    TRY(exercise_put_breaks(tx, w->a, w->x, w->now));
    TRY(exercise_put_contacts(tx, w->a, w->x, w->now));
    TRY(setting_put(tx, "0000", "exercise", "1"));
    TRY(setting_put(tx, "0000", "require_factor", "0"));
    TRY(put_events(tx, w));
    TRY(exercise_put_actions(tx, w->x));
    if (w->app->accounts)
        TRY(citizen_exercise(tx, w->a, w->app->accounts, CITIZEN_TOWN, w->now));
    struct audit_note note = {.municipality = "0000",
                              .action = "exercise.add",
                              .object_kind = "installation",
                              .detail = arena_printf(w->a, "{\"events\":%u}", w->x->event_count)};
    return audit_add(tx, &note);
}

enum err exercise_store(struct app *app, const struct exercise *x, const char *password_hash)
{
    struct work w = {app, x, password_hash, arena_new(64 * 1024 * 1024), time_now()};
    if (!w.a)
        return ERR_NOMEM;
    enum err e = db_write(app->db, DB_NATIONAL, put_all, &w);
    int effects = 0;
    for (int i = 0; i < EXERCISE_MUNICIPALITIES && e == ERR_OK; i++) {
        e = municipality_activate(app, exercise_municipalities[i]);
        if (e == ERR_OK)
            e = action_settle(app, exercise_municipalities[i], w.now, &effects);
    }
    if (e == ERR_OK)
        atomic_store(&app->exercise, true);
    arena_free(w.a);
    return e;
}

void exercise_accounts_text(const struct exercise *x, enum lang lang, struct buf *out)
{
    buf_printf(out, "%s: %s\n\n", text_get(lang, T_exercise_password), EXERCISE_PASSWORD);
    for (uint32_t i = 0; i < x->account_count; i++)
        if (x->accounts[i].system_admin)
            buf_printf(out, "%-32s %s\n", x->accounts[i].email,
                       role_text(lang, ROLE_ADMINISTRATOR));
    for (uint32_t i = 0; i < x->membership_count; i++) {
        const struct exercise_membership *m = &x->memberships[i];
        const struct geo_municipality *t = geo_municipality_by_code(m->municipality);
        buf_printf(out, "%-32s %s, %s\n", x->accounts[m->account].email,
                   role_text(lang, role_from_name(role_of(m))), t ? t->name : m->municipality);
    }
}
