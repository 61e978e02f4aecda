/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Actions in the database, and what is told of each change. */
#include <jansson.h>
#include <stdio.h>
#include <string.h>

#include "base/jsonw.h"
#include "base/mem.h"
#include "base/str.h"
#include "parts/action/action_inner.h"

static const char *circle_text(struct arena *a, const struct event_circle *c)
{
    char text[EVENT_CIRCLE_TEXT];
    if (!(c->radius > 0))
        return NULL;
    event_circle_text(c, text);
    return arena_strdup(a, text);
}

static enum err from_row(const struct q_action_one_row *r, struct action *out)
{
    struct action x = {
        .id = r->id,
        .title = r->title,
        .problem = r->problem,
        .type_code = r->type_code,
        .ground = {.area = r->area, .place = r->place_name},
        .seen_from = r->seen_from == DB_NO_INT ? 0 : r->seen_from,
        .seen_to = r->seen_to == DB_NO_INT ? 0 : r->seen_to,
        .kind = r->kind,
        .organisation = r->organisation,
        .partners = r->partners,
        .starts_at = r->starts_at,
        .ends_at = r->ends_at,
        .yearly = r->yearly != 0,
        .remind_days = (int)r->remind_days,
        .reminded_for = r->reminded_for == DB_NO_INT ? 0 : r->reminded_for,
        .state_at = r->state_at,
        .version = r->version,
        .created_at = r->created_at,
        .changed_at = r->changed_at,
        .origin = r->origin,
    };
    if (!action_state_parse(r->state, &x.state) ||
        (r->circle && event_circle_parse(r->circle, &x.ground.circle)))
        return ERR_CORRUPT;
    *out = x;
    return ERR_OK;
}

enum err action_get(struct tx *tx, struct arena *a, const char *municipality, struct id id,
                    struct action *out)
{
    struct q_action_one_in in = {municipality, id};
    struct q_action_one_row row;
    TRY(q_action_one_one(tx, a, &in, &row));
    return from_row(&row, out);
}

enum err action_list(struct tx *tx, struct arena *a, const char *municipality, struct action **out,
                     size_t *out_n)
{
    struct q_action_all_in in = {municipality};
    struct q_action_all_row *rows;
    size_t n;
    TRY(q_action_all_all(tx, a, &in, &rows, &n));
    struct action *list = ARENA_ARRAY(a, n + 1, struct action);
    if (!list)
        return ERR_NOMEM;
    _Static_assert(sizeof(struct q_action_all_row) == sizeof(struct q_action_one_row),
                   "the two queries answer the same columns");
    for (size_t i = 0; i < n; i++) {
        struct q_action_one_row one;
        memcpy(&one, &rows[i], sizeof one);
        TRY(from_row(&one, &list[i]));
    }
    *out = list;
    *out_n = n;
    return ERR_OK;
}

/* --- The history --- */

struct telling {
    struct jsonw json;
    size_t n;
};

static void say(struct telling *t, const char *field, const char *before, const char *after)
{
    if (str_eq(before ? before : "", after ? after : ""))
        return;
    jsonw_array(&t->json);
    jsonw_text(&t->json, field);
    jsonw_text(&t->json, before);
    jsonw_text(&t->json, after);
    jsonw_end(&t->json);
    t->n++;
}

static void say_day(struct telling *t, const char *field, msec before, msec after)
{
    char b[TIME_TEXT], x[TIME_TEXT];
    date_text(date_of_msec(before), b);
    date_text(date_of_msec(after), x);
    say(t, field, b, x);
}

static void say_id(struct telling *t, const char *field, struct id before, struct id after)
{
    char b[ID_TEXT], x[ID_TEXT];
    id_text(before, b);
    id_text(after, x);
    say(t, field, id_is_none(before) ? NULL : b, id_is_none(after) ? NULL : x);
}

static void say_number(struct telling *t, const char *field, int64_t before, int64_t after)
{
    char b[24], x[24];
    snprintf(b, sizeof b, "%lld", (long long)before);
    snprintf(x, sizeof x, "%lld", (long long)after);
    say(t, field, b, x);
}

static void say_all(struct telling *t, const struct action *b, const struct action *x)
{
    char bc[EVENT_CIRCLE_TEXT] = "", xc[EVENT_CIRCLE_TEXT] = "";
    if (b->ground.circle.radius > 0)
        event_circle_text(&b->ground.circle, bc);
    if (x->ground.circle.radius > 0)
        event_circle_text(&x->ground.circle, xc);
    say(t, "title", b->title, x->title);
    say(t, "problem", b->problem, x->problem);
    say(t, "type", b->type_code, x->type_code);
    say_id(t, "area", b->ground.area, x->ground.area);
    say(t, "place", b->ground.place, x->ground.place);
    say(t, "circle", bc, xc);
    say(t, "kind", b->kind, x->kind);
    say_id(t, "organisation", b->organisation, x->organisation);
    say(t, "partners", b->partners, x->partners);
    say_day(t, "first", b->starts_at, x->starts_at);
    say_day(t, "last", b->ends_at - 1, x->ends_at - 1);
    say(t, "yearly", b->yearly ? "1" : "0", x->yearly ? "1" : "0");
    say_number(t, "remind", b->remind_days, x->remind_days);
}

enum err action_same(const struct action *a, const struct action *b, bool *same)
{
    AUTO(buf_done) struct buf json = buf_init(64 * 1024);
    struct telling t = {.json = jsonw_init(&json)};
    jsonw_array(&t.json);
    say_all(&t, a, b);
    jsonw_end(&t.json);
    TRY(buf_err(&json));
    *same = t.n == 0;
    return ERR_OK;
}

enum err action_changes_read(struct arena *a, const char *json, struct action_said **out,
                             size_t *out_n)
{
    json_t *root = json_loads(json, 0, NULL);
    size_t n = json_array_size(root);
    struct action_said *list = ARENA_ARRAY(a, n + 1, struct action_said);
    enum err e = !list ? ERR_NOMEM : !json_is_array(root) ? ERR_CORRUPT : ERR_OK;
    for (size_t i = 0; e == ERR_OK && i < n; i++) {
        const json_t *row = json_array_get(root, i);
        const char *s[3];
        for (size_t k = 0; k < 3; k++) {
            const char *v = json_string_value(json_array_get(row, k));
            s[k] = v ? arena_strdup(a, v) : NULL;
            if (v && !s[k])
                e = ERR_NOMEM;
        }
        list[i] = (struct action_said){s[0] ? s[0] : "", s[1], s[2]};
    }
    json_decref(root);
    TRY(e);
    *out = list;
    *out_n = n;
    return ERR_OK;
}

static enum err tell(struct tx *tx, const char *municipality, const struct action *x,
                     struct q_action_tell_in in)
{
    in.municipality = municipality;
    in.action = x->id;
    in.version = x->version;
    in.at = x->changed_at;
    in.state = action_state_name(x->state);
    if (!in.changes)
        in.changes = "[]";
    return q_action_tell_run(tx, &in, NULL);
}

/* --- Changes --- */

enum err action_add(struct tx *tx, const char *municipality, struct action *x, struct id by)
{
    char circle[EVENT_CIRCLE_TEXT];
    bool round = x->ground.circle.radius > 0;
    TRY(action_check(x, NULL));
    if (id_is_none(x->id))
        x->id = id_new();
    if (round)
        event_circle_text(&x->ground.circle, circle);
    x->version = 1;
    x->created_at = x->changed_at = x->state_at = time_now();
    struct q_action_insert_in in = {
        .municipality = municipality,
        .id = x->id,
        .title = x->title,
        .problem = x->problem,
        .type_code = x->type_code,
        .area = x->ground.area,
        .circle = round ? circle : NULL,
        .place_name = str_empty(x->ground.place) ? NULL : x->ground.place,
        .seen_from = x->seen_from ? x->seen_from : DB_NO_INT,
        .seen_to = x->seen_to ? x->seen_to : DB_NO_INT,
        .kind = x->kind,
        .organisation = x->organisation,
        .partners = str_empty(x->partners) ? NULL : x->partners,
        .starts_at = x->starts_at,
        .ends_at = x->ends_at,
        .yearly = x->yearly,
        .remind_days = x->remind_days,
        .state = action_state_name(x->state),
        .at = x->created_at,
        .by = by,
        .origin = x->origin,
    };
    TRY(q_action_insert_run(tx, &in, NULL));
    return tell(tx, municipality, x, (struct q_action_tell_in){.by = by, .what = "added"});
}

static enum err update(struct tx *tx, struct arena *a, const char *municipality,
                       const struct action *x, const struct action_edit *e)
{
    int64_t changed;
    bool round = x->ground.circle.radius > 0;
    struct q_action_update_in in = {
        .municipality = municipality,
        .id = x->id,
        .title = x->title,
        .problem = x->problem,
        .type_code = x->type_code,
        .area = x->ground.area,
        .circle = circle_text(a, &x->ground.circle),
        .place_name = str_empty(x->ground.place) ? NULL : x->ground.place,
        .kind = x->kind,
        .organisation = x->organisation,
        .partners = str_empty(x->partners) ? NULL : x->partners,
        .starts_at = x->starts_at,
        .ends_at = x->ends_at,
        .yearly = x->yearly,
        .remind_days = x->remind_days,
        .state = action_state_name(x->state),
        .state_at = x->state_at,
        .at = x->changed_at,
        .by = e->by,
        .version = e->version,
    };
    if (round && !in.circle)
        return ERR_NOMEM;
    TRY(q_action_update_run(tx, &in, &changed));
    return changed ? ERR_OK : ERR_CONFLICT;
}

/* A start that was reached has locked the plan, also when the daily round has not come yet: moving
 * the start afterwards does not open it again. */
static enum err lock_begun(struct tx *tx, struct arena *a, const char *municipality,
                           const struct action *before)
{
    struct action_plan *plans;
    size_t n;
    TRY(action_plan_list(tx, a, municipality, before->id, &plans, &n));
    if (!n || plans[0].locked_at || !action_plan_locked(&plans[0], before, time_now()))
        return ERR_OK;
    struct q_action_plan_lock_in in = {
        municipality, before->id, plans[0].version, before->starts_at, {{0}}};
    return q_action_plan_lock_run(tx, &in, NULL);
}

enum err action_change(struct tx *tx, struct arena *a, const char *municipality,
                       const struct action *x, const struct action_edit *e)
{
    struct action before, now = *x;
    TRY(action_check(x, NULL));
    TRY(action_get(tx, a, municipality, x->id, &before));
    AUTO(buf_done) struct buf b = buf_init(64 * 1024);
    struct telling t = {.json = jsonw_init(&b)};
    jsonw_array(&t.json);
    say_all(&t, &before, x);
    jsonw_end(&t.json);
    TRY(buf_err(&b));
    if (!t.n) /* also when it was sent twice */
        return ERR_OK;
    if (before.version != e->version)
        return ERR_CONFLICT;
    TRY(lock_begun(tx, a, municipality, &before));
    now.state = before.state;
    now.state_at = before.state_at;
    now.changed_at = time_now();
    now.version = before.version + 1;
    TRY(update(tx, a, municipality, &now, e));
    struct q_action_tell_in in = {
        .by = e->by, .what = "edited", .note = e->note, .changes = buf_text(&b)};
    return tell(tx, municipality, &now, in);
}

enum err action_set_state(struct tx *tx, struct arena *a, const char *municipality, struct id id,
                          enum action_state to, const struct action_edit *e)
{
    struct action x;
    TRY(action_get(tx, a, municipality, id, &x));
    if (x.version != e->version)
        return ERR_CONFLICT;
    if (!action_state_may(x.state, to) || (action_state_why(to) && str_empty(e->note)))
        return ERR_INVALID;
    x.state = to;
    x.state_at = x.changed_at = time_now();
    TRY(update(tx, a, municipality, &x, e));
    x.version++;
    return tell(tx, municipality, &x,
                (struct q_action_tell_in){.by = e->by, .what = "state", .note = e->note});
}

enum err action_withdraw(struct tx *tx, struct arena *a, const char *municipality, struct id id)
{
    struct action x;
    struct action_plan *plans;
    size_t n;
    int64_t gone;
    struct q_action_used_row used;
    TRY(action_get(tx, a, municipality, id, &x));
    TRY(action_plan_list(tx, a, municipality, id, &plans, &n));
    TRY(q_action_used_one(tx, a, &(struct q_action_used_in){municipality, id}, &used));
    if (x.version != 1 || used.n || n > 1 || (n && (!plans[0].proposed || plans[0].locked_at)))
        return ERR_CONFLICT;
    struct q_action_withdraw_in in = {municipality, id, x.version};
    struct q_action_withdraw_history_in history = {municipality, id};
    TRY(q_action_withdraw_run(tx, &in, &gone));
    if (!gone)
        return ERR_CONFLICT;
    TRY(q_action_withdraw_history_run(tx, &history, NULL));
    if (!n)
        return ERR_OK;
    struct q_action_plan_drop_in plan = {municipality, id, plans[0].version};
    return q_action_plan_drop_run(tx, &plan, NULL);
}
