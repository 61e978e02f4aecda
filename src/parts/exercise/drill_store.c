/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The start of an exercise: what is copied from the real municipality, and what is drawn. */
#include <string.h>

#include "base/log.h"
#include "base/mem.h"
#include "base/str.h"
#include "core/audit.h"
#include "exercise_sql.h"
#include "geo/geo_data.h"
#include "geo/wkb.h"
#include "parts/action/action.h"
#include "parts/exercise/drill_rows.h"
#include "parts/exercise/exercise_rows.h"

#define SHAPE_MOST 100000 /* vertices */

/* --- Copied --- */

static enum err add_town(struct tx *tx, const struct geo_municipality *g)
{
    struct q_drill_town_add_in in = {g->code, g->name, g->slug, g->county, g->population};
    int64_t made = 0;
    TRY(q_drill_town_add_run(tx, &in, &made));
    return made ? ERR_OK : ERR_CONFLICT;
}

/* Nobody is let in who has no role in the municipality itself. */
static enum err check_members(struct drill_work *w)
{
    const struct drill_start *s = w->s;
    for (size_t i = 0; i <= s->n_accounts; i++) {
        struct q_drill_is_member_in in = {s->municipality, i ? s->accounts[i - 1] : s->by};
        struct q_drill_is_member_row row;
        TRY(q_drill_is_member_one(w->tx, w->a, &in, &row));
        if (!row.n)
            return i ? ERR_INVALID : ERR_FORBIDDEN;
    }
    return ERR_OK;
}

static enum err copy_members(struct drill_work *w)
{
    struct drill_start *s = w->s;
    int64_t made = 0;
    struct q_drill_copy_member_in in = {s->municipality, w->twin->code, s->by, w->now};
    TRY(q_drill_copy_member_run(w->tx, &in, &made));
    s->people = made;
    for (size_t i = 0; i < s->n_accounts; i++) {
        bool again = id_eq(s->accounts[i], s->by);
        for (size_t k = 0; k < i; k++)
            again = again || id_eq(s->accounts[i], s->accounts[k]);
        if (again)
            continue;
        in.account = s->accounts[i];
        TRY(q_drill_copy_member_run(w->tx, &in, &made));
        s->people += made;
    }
    return ERR_OK;
}

static enum err copy_house(struct drill_work *w)
{
    const char *real = w->s->municipality, *twin = w->twin->code;
    struct tx *tx = w->tx;
    msec at = w->now;
    TRY(q_drill_copy_organisations_run(tx, &(struct q_drill_copy_organisations_in){real, twin, at},
                                       NULL));
    TRY(q_drill_copy_areas_run(tx, &(struct q_drill_copy_areas_in){real, twin, at}, NULL));
    TRY(q_drill_copy_labels_run(tx, &(struct q_drill_copy_labels_in){real, twin}, NULL));
    TRY(q_drill_copy_breaks_run(tx, &(struct q_drill_copy_breaks_in){real, twin, at}, NULL));
    TRY(q_drill_copy_templates_run(tx, &(struct q_drill_copy_templates_in){real, twin, at}, NULL));
    TRY(q_drill_copy_settings_run(tx, &(struct q_drill_copy_settings_in){real, twin}, NULL));
    return copy_members(w);
}

/* --- Invented where the municipality has none --- */

static enum err organisations(struct drill_work *w)
{
    static const char *const names[][2] = {
        {"housing", "Exempelbostäder (övning)"},
        {"guard", "Påhittade Väktarbolaget (övning)"},
        {"youth_centre", "Fritidsgården Exempel (övning)"},
    };
    struct q_drill_organisations_in of = {w->twin->code};
    TRY(q_drill_organisations_all(w->tx, w->a, &of, &w->organisations, &w->n_organisations));
    if (w->n_organisations)
        return ERR_OK;
    for (size_t i = 0; i < ARRAY_LEN(names); i++) {
        struct q_exercise_organisation_in in = {w->twin->code, id_new(), names[i][1],
                                                names[i][0],   w->now,   EXERCISE_ORIGIN};
        TRY(q_exercise_organisation_run(w->tx, &in, NULL));
    }
    return q_drill_organisations_all(w->tx, w->a, &of, &w->organisations, &w->n_organisations);
}

static enum err put_area(struct drill_work *w, const struct drill_area *r)
{
    struct buf wkb = buf_init(64 * 1024);
    geo_wkb_write(&wkb, r->shape);
    enum err e = buf_err(&wkb);
    struct q_exercise_area_in in = {
        .municipality = w->twin->code,
        .id = r->id,
        .kind = "district",
        .name = r->name,
        .shape = {wkb.data, wkb.len},
        .east_min = r->shape->box.east_min,
        .north_min = r->shape->box.north_min,
        .east_max = r->shape->box.east_max,
        .north_max = r->shape->box.north_max,
        .population = DB_NO_INT,
        .source = EXERCISE_ORIGIN,
        .at = w->now,
        .origin = EXERCISE_ORIGIN,
    };
    if (e == ERR_OK)
        e = q_exercise_area_run(w->tx, &in, NULL);
    buf_done(&wkb);
    return e;
}

static enum err areas(struct drill_work *w)
{
    struct q_drill_districts_in of = {w->twin->code};
    struct q_drill_districts_row *rows;
    size_t n, used = 0;
    TRY(q_drill_districts_all(w->tx, w->a, &of, &rows, &n));
    struct drill_area *list = ARENA_ARRAY(w->a, n + 1, struct drill_area);
    if (!list)
        return ERR_NOMEM;
    for (size_t i = 0; i < n; i++) {
        struct drill_area *r = &list[used];
        *r = (struct drill_area){rows[i].id, rows[i].name, NULL};
        used += geo_wkb_read(w->a, rows[i].shape.data, rows[i].shape.n, SHAPE_MOST, &r->shape) ==
                ERR_OK;
    }
    w->o.areas = list;
    w->o.n_areas = used;
    if (used)
        return ERR_OK;
    struct drill_area *made;
    TRY(drill_areas(w->a, w->twin->code, w->o.seed, &made, &w->o.n_areas));
    w->o.areas = made;
    for (size_t i = 0; i < w->o.n_areas; i++)
        TRY(put_area(w, &made[i]));
    return ERR_OK;
}

/* Reports come from those who report; where nobody does, from who may. */
static enum err people(struct drill_work *w)
{
    struct q_drill_members_in of = {w->twin->code};
    struct q_drill_members_row *rows;
    size_t n, found = 0;
    TRY(q_drill_members_all(w->tx, w->a, &of, &rows, &n));
    struct drill_person *list = ARENA_ARRAY(w->a, n + 1, struct drill_person);
    if (!list)
        return ERR_NOMEM;
    for (int strict = 1; strict >= 0 && !found; strict--)
        for (size_t i = 0; i < n; i++) {
            enum role role = role_from_name(rows[i].role);
            if (strict ? !role_only_reports(role) : !role_may(role, PERM_EVENT_ADD))
                continue;
            struct id own = rows[i].organisation;
            if (id_is_none(own))
                own = w->organisations[found % w->n_organisations].id;
            list[found++] = (struct drill_person){rows[i].account, own};
        }
    w->o.people = list;
    w->o.n_people = found;
    return ERR_OK;
}

/* --- Drawn --- */

static enum err put_places(struct drill_work *w)
{
    for (size_t i = 0; i < w->d.n_places; i++) {
        const struct drill_place *p = &w->d.places[i];
        struct q_exercise_place_in in = {
            .municipality = w->twin->code,
            .id = p->id,
            .kind = p->street ? "street" : "own",
            .name = p->name,
            .folded = gazetteer_fold(w->a, p->name),
            .east = p->east,
            .north = p->north,
            .precision = p->street ? "street" : "place",
            .source = EXERCISE_ORIGIN,
            .at = w->now,
            .origin = EXERCISE_ORIGIN,
        };
        if (!in.folded)
            return ERR_NOMEM;
        TRY(q_exercise_place_run(w->tx, &in, NULL));
    }
    return ERR_OK;
}

static enum err put_periods(struct drill_work *w)
{
    struct date day = w->d.first;
    for (int i = 0; i < DRILL_PERIODS; i++, day = date_add(day, 14)) {
        struct q_exercise_period_in in = {.municipality = w->twin->code,
                                          .from = date_start(day),
                                          .to = date_start(date_add(day, 14)),
                                          .at = w->now,
                                          .origin = EXERCISE_ORIGIN};
        TRY(exercise_period_of(w->a, w->twin->code, day, &in.id, &in.name));
        TRY(q_exercise_period_run(w->tx, &in, NULL));
    }
    struct q_drill_rhythm_name_in of = {w->s->municipality};
    struct q_drill_rhythm_name_row real = {"EST"};
    enum err e = q_drill_rhythm_name_one(w->tx, w->a, &of, &real);
    if (e && e != ERR_NOTFOUND)
        return e;
    struct q_drill_rhythm_in in = {w->twin->code, real.name, date_start(w->d.first),
                                   date_start(w->d.end), w->now};
    return q_drill_rhythm_run(w->tx, &in, NULL);
}

static enum err note_start(struct drill_work *w)
{
    char by[ID_TEXT];
    id_text(w->s->by, by);
    const char *at = arena_printf(w->a, "%lld", (long long)w->now);
    struct audit_note note = {
        .municipality = w->s->municipality,
        .actor = w->s->by,
        .action = "drill.start",
        .object_kind = "municipality",
        .detail = arena_printf(w->a, "{\"people\":%lld,\"reports\":%lld}", (long long)w->s->people,
                               (long long)w->s->reports),
    };
    if (!at || !note.detail)
        return ERR_NOMEM;
    TRY(setting_put(w->tx, w->twin->code, DRILL_SETTING_AT, at));
    TRY(setting_put(w->tx, w->twin->code, DRILL_SETTING_BY, by));
    return audit_add(w->tx, &note);
}

static enum err start(struct tx *tx, void *arg)
{
    struct drill_work *w = arg;
    arena_reset(w->a);
    w->tx = tx;
    w->s->people = w->s->reports = 0;
    TRY(check_members(w));
    TRY(add_town(tx, w->twin));
    TRY(drill_clear(tx, w->a, w->twin->code)); /* what came in the moment the last one ended */
    TRY(copy_house(w));
    TRY(organisations(w));
    TRY(areas(w));
    TRY(people(w));
    TRY(drill_draw(w->a, &w->o, &w->d));
    TRY(put_places(w));
    TRY(put_periods(w));
    TRY(event_add_batch(tx, NULL, w->d.events, w->d.n_events, NULL, NULL));
    TRY(drill_put_actions(w));
    w->s->reports = (int64_t)w->d.n_events;
    return note_start(w);
}

enum err drill_start(struct app *app, struct drill_start *s)
{
    const struct geo_municipality *twin = geo_exercise_of(s->municipality);
    AUTO(arena_freep) struct arena *a = arena_new(128 * 1024 * 1024);
    int effects = 0;
    if (!twin || !a)
        return twin ? ERR_NOMEM : ERR_NOTFOUND;
    struct drill_work w = {.s = s, .twin = twin, .a = a, .now = time_now()};
    w.o = (struct drill_options){.seed = (uint64_t)w.now,
                                 .municipality = twin->code,
                                 .now = w.now / MSEC_MINUTE * MSEC_MINUTE};
    TRY(db_write(app->db, DB_NATIONAL, start, &w));
    event_areas_forget(app->areas, twin->code);
    enum err e = action_settle(app, twin->code, w.now, &effects);
    if (e) /* the exercise stands; effects are what comes of time anyway */
        LOG(LOG_WARN, "effects of an exercise not computed", LOG_TEXT("error", err_name(e)));
    return ERR_OK;
}
