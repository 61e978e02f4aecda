/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* What is done every day: plans are locked, effects computed, people reminded. */
#include "base/log.h"
#include "base/mem.h"
#include "base/str.h"
#include "core/audit.h"
#include "core/jobs.h"
#include "core/mailer.h"
#include "core/perm.h"
#include "geo/geo_data.h"
#include "parts/action/action_inner.h"

#define CARE_ARENA ((size_t)32 << 20)

struct care {
    struct app *app;
    const char *municipality;
    msec now;
    struct arena *a;
    struct id action;
    struct action x;
    struct action_plan *plans;
    size_t n_plans;
    struct q_action_due_row *due;
    size_t n_due;
    struct action_counts counts;
    struct action_effect effect;
    int letters;
};

static enum err lock_started(struct tx *tx, void *arg)
{
    struct care *c = arg;
    struct q_action_unlocked_in in = {c->municipality, c->now};
    struct q_action_unlocked_row *rows;
    size_t n;
    TRY(q_action_unlocked_all(tx, c->a, &in, &rows, &n));
    for (size_t i = 0; i < n; i++) {
        /* since then nobody could change it */
        struct q_action_plan_lock_in lock = {
            c->municipality, rows[i].action, rows[i].version, rows[i].starts_at, {{0}}};
        TRY(q_action_plan_lock_run(tx, &lock, NULL));
        struct audit_note note = {.municipality = c->municipality,
                                  .action = "action.plan.lock",
                                  .object_kind = "action",
                                  .object = rows[i].action};
        TRY(audit_add(tx, &note));
    }
    return ERR_OK;
}

static enum err read_due(struct tx *tx, void *arg)
{
    struct care *c = arg;
    struct q_action_due_in in = {c->municipality,
                                 date_start(date_add(date_of_msec(c->now), -ACTION_EFFECT_WAIT))};
    return q_action_due_all(tx, c->a, &in, &c->due, &c->n_due);
}

static enum err read_one(struct tx *tx, void *arg)
{
    struct care *c = arg;
    TRY(action_get(tx, c->a, c->municipality, c->action, &c->x));
    return action_plan_list(tx, c->a, c->municipality, c->action, &c->plans, &c->n_plans);
}

static enum err write_effect(struct tx *tx, void *arg)
{
    struct care *c = arg;
    const struct action_plan *p = &c->plans[0];
    struct q_action_effect_add_in in = {
        .municipality = c->municipality,
        .action = c->action,
        .plan_version = p->version,
        .at = c->now,
        .method = action_method_name(p->method),
        .before_n = c->counts.before,
        .after_n = c->counts.after,
        .comparison_before = c->counts.comparison_before,
        .comparison_after = c->counts.comparison_after,
        .verdict = action_verdict_name(c->effect.verdict),
        .words_sv = c->effect.words[LANG_SV],
        .words_en = c->effect.words[LANG_EN],
    };
    TRY(q_action_effect_add_run(tx, &in, NULL));
    struct audit_note note = {.municipality = c->municipality,
                              .action = "action.effect",
                              .object_kind = "action",
                              .object = c->action};
    return audit_add(tx, &note);
}

static enum err settle_one(struct care *c, bool *made)
{
    TRY(db_read(c->app->db, c->municipality, read_one, c));
    *made = false;
    if (!c->n_plans || c->now < action_plan_due(&c->plans[0]))
        return ERR_OK;
    TRY(action_count(c->app, c->municipality, &c->plans[0], &c->counts));
    TRY(action_effect_of(c->a, &c->plans[0], &c->counts, &c->effect));
    enum err e = db_write(c->app->db, c->municipality, write_effect, c);
    *made = e == ERR_OK;
    return e == ERR_CONFLICT ? ERR_OK : e; /* another program was quicker */
}

enum err action_settle(struct app *app, const char *municipality, msec now, int *effects)
{
    AUTO(arena_freep) struct arena *a = arena_new(CARE_ARENA);
    struct care c = {.app = app, .municipality = municipality, .now = now, .a = a};
    if (!a)
        return ERR_NOMEM;
    TRY(db_write(app->db, municipality, lock_started, &c));
    TRY(db_read(app->db, municipality, read_due, &c));
    for (size_t i = 0; i < c.n_due; i++) {
        bool made;
        struct arena_mark mark = arena_mark(a);
        c.action = c.due[i].action;
        enum err e = settle_one(&c, &made);
        if (e) /* one action's trouble is not the others' */
            LOG(LOG_WARN, "effect not computed", LOG_TEXT("municipality", municipality),
                LOG_TEXT("error", err_name(e)));
        arena_rewind(a, mark);
        *effects += !e && made;
    }
    return ERR_OK;
}

/* --- Letters --- */

static bool owns(const struct q_action_people_row *p, const struct action *x)
{
    return !id_is_none(p->organisation) && id_eq(p->organisation, x->organisation);
}

static bool minds(const struct q_action_people_row *p, const struct action *x)
{
    return str_eq(p->role, role_name(ROLE_COORDINATOR)) || owns(p, x);
}

/* Says where and how many, never what. `own`: how many of them are the reader's to do. */
static enum err write_letter(struct tx *tx, const struct care *c,
                             const struct q_action_people_row *p, int64_t n, int64_t own)
{
    enum lang lang = LANG_SV;
    lang_from_code(p->lang, &lang);
    const struct geo_municipality *m = geo_municipality_by_code(c->municipality);
    const char *town = m ? m->name : c->municipality;
    const char *where = c->app->public_url ? arena_printf(c->a, "%s/%s/atgarder",
                                                          c->app->public_url, c->municipality)
                                           : text_get(lang, T_action_letter_where);
    enum text_key key = own == n ? T_action_letter : T_action_letter_all;
    const char *body = where ? text_fmt(c->a, lang, key, n, where, town) : NULL;
    const char *subject = text_fmt(c->a, lang, T_action_letter_subject, town);
    enum mail_way way = c->app->development ? MAIL_SHOW : MAIL_SEND;
    if (!body || !subject)
        return ERR_NOMEM;
    enum err e = mail_queue(tx, way, p->email, subject, body);
    return e == ERR_INVALID ? ERR_OK : e; /* an address that no letter reaches stops nobody else */
}

static bool to_remind(const struct action *x, msec now)
{
    return x->reminded_for != x->ends_at && (action_soon(x, now) || action_overdue(x, now));
}

static enum err write_letters(struct tx *tx, void *arg)
{
    struct care *c = arg;
    struct action *all;
    struct q_action_people_in in = {c->municipality};
    struct q_action_people_row *people;
    size_t n, n_people;
    c->letters = 0;
    TRY(action_list(tx, c->a, c->municipality, &all, &n));
    TRY(q_action_people_all(tx, c->a, &in, &people, &n_people));
    for (size_t i = 0; i < n_people; i++) {
        int64_t mind = 0, own = 0;
        for (size_t k = 0; k < n; k++) {
            mind += to_remind(&all[k], c->now) && minds(&people[i], &all[k]);
            own += to_remind(&all[k], c->now) && owns(&people[i], &all[k]);
        }
        if (!mind)
            continue;
        TRY(write_letter(tx, c, &people[i], mind, own));
        c->letters++;
    }
    for (size_t k = 0; k < n; k++) {
        if (!to_remind(&all[k], c->now))
            continue;
        struct q_action_reminded_in done = {c->municipality, all[k].id, all[k].ends_at};
        TRY(q_action_reminded_run(tx, &done, NULL));
    }
    return ERR_OK;
}

enum err action_remind(struct app *app, const char *municipality, msec now, int *out_letters)
{
    AUTO(arena_freep) struct arena *a = arena_new(CARE_ARENA);
    struct care c = {.app = app, .municipality = municipality, .now = now, .a = a};
    if (!a)
        return ERR_NOMEM;
    TRY(db_write(app->db, municipality, write_letters, &c));
    *out_letters += c.letters;
    return ERR_OK;
}

/* --- Every day --- */

struct towns {
    struct arena *a;
    struct q_action_towns_row *rows;
    size_t n;
};

static enum err read_towns(struct tx *tx, void *arg)
{
    struct towns *t = arg;
    return q_action_towns_all(tx, t->a, &t->rows, &t->n);
}

static enum err care(struct job_call *call, struct buf *report)
{
    struct towns t = {.a = call->a};
    int effects = 0, letters = 0;
    msec now = time_now();
    TRY(db_read(call->app->db, DB_NATIONAL, read_towns, &t));
    for (size_t i = 0; i < t.n; i++) {
        enum err e = action_settle(call->app, t.rows[i].code, now, &effects);
        if (e == ERR_OK)
            e = action_remind(call->app, t.rows[i].code, now, &letters);
        if (e) /* one municipality's trouble is not the others' */
            LOG(LOG_WARN, "actions not cared for", LOG_TEXT("municipality", t.rows[i].code),
                LOG_TEXT("error", err_name(e)));
        if (!job_tell(call, (int64_t)i + 1, (int64_t)t.n))
            return ERR_CANCELLED;
    }
    buf_printf(report, "{\"effects\":%d,\"letters\":%d}", effects, letters);
    return buf_err(report);
}

void action_care_register(struct app *app)
{
    job_register(app, "action_care", care);
    job_daily(app, "action_care", text_get(LANG_SV, T_action_care));
}
