/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The pages of an exercise: start it, see how it stands, end it. Reached from the municipality and
 * from its twin. */
#include "parts/exercise/drill_web.h"

#include "base/mem.h"
#include "base/str.h"
#include "exercise_html.h"
#include "exercise_sql.h"
#include "geo/geo_data.h"
#include "parts/exercise/drill_rows.h"
#include "parts/exercise/drill_view.h"
#include "tmpl/format.h"

#define PATH "/installningar/ovning"

const struct field_spec drill_fields[] = {{.name = "med", .kind = FIELD_ID, .many = true}, {0}};

struct looking {
    struct req *rq;
    const struct geo_municipality *real, *twin;
    int64_t running;
    struct q_drill_members_row *members; /* of the real one */
    size_t n_members;
    struct q_drill_counts_row counts; /* of the twin */
    struct q_drill_letters_row *letters;
    size_t n_letters;
    const char *started; /* "24 november 2026 kl. 10.15 av Samordnare Exempel" */
};

static enum err when_and_who(struct tx *tx, struct looking *l)
{
    struct req *rq = l->rq;
    const char *at, *by;
    int64_t ms = 0;
    struct id id;
    char text[FORMAT_TEXT];
    enum err e = setting_get(tx, rq->arena, l->twin->code, DRILL_SETTING_AT, &at);
    if (e == ERR_OK)
        e = setting_get(tx, rq->arena, l->twin->code, DRILL_SETTING_BY, &by);
    if (e || !str_to_int(at, &ms) || id_parse(by, &id))
        return e == ERR_NOTFOUND ? ERR_OK : e;
    struct q_drill_account_name_in in = {id};
    struct q_drill_account_name_row row;
    e = q_drill_account_name_one(tx, rq->arena, &in, &row);
    if (e)
        return e == ERR_NOTFOUND ? ERR_OK : e;
    l->started = TXF(rq, drill_since_by,
                     format_arena(rq->arena, format_datetime(text, rq->lang, ms)), row.name);
    return l->started ? ERR_OK : ERR_NOMEM;
}

/* Both sides of the wall between an exercise and its municipality, where the person has a role. */
static enum err look(struct tx *tx, void *arg)
{
    struct looking *l = arg;
    struct arena *a = l->rq->arena;
    struct q_drill_town_running_in of = {l->twin->code};
    struct q_drill_town_running_row row;
    TRY(q_drill_town_running_one(tx, a, &of, &row));
    l->running = row.n;
    if (!l->running) {
        struct q_drill_members_in in = {l->real->code};
        return q_drill_members_all(tx, a, &in, &l->members, &l->n_members);
    }
    struct q_drill_counts_in in = {l->twin->code};
    struct q_drill_letters_in of_letters = {l->twin->code};
    TRY(q_drill_counts_one(tx, a, &in, &l->counts));
    TRY(q_drill_letters_all(tx, a, &of_letters, &l->letters, &l->n_letters));
    return when_and_who(tx, l);
}

static enum err begin(struct req *rq, struct looking *l)
{
    *l = (struct looking){.rq = rq, .real = geo_real_of(web_municipality(rq))};
    if (!l->real)
        return ERR_NOTFOUND;
    l->twin = geo_exercise_of(l->real->code);
    return db_read(web_app(rq)->db, DB_NATIONAL, look, l);
}

static enum err crumbs(struct req *rq, struct page *p, bool below)
{
    struct page_link *list = ARENA_ARRAY(rq->arena, 2, struct page_link);
    if (!list)
        return ERR_NOMEM;
    list[p->n_crumbs++] =
        (struct page_link){TX(rq, settings_title), web_address(rq, "/installningar"), false};
    if (below)
        list[p->n_crumbs++] = (struct page_link){TX(rq, drill_title), web_address(rq, PATH), false};
    p->crumbs = list;
    p->part = TX(rq, settings_title);
    return ERR_OK;
}

static const char *number(struct req *rq, int64_t n)
{
    char text[FORMAT_TEXT];
    return format_arena(rq->arena, format_number(text, n));
}

static enum err fill_facts(const struct looking *l, bool all, struct page_facts *out)
{
    struct req *rq = l->rq;
    struct page_fact *f = ARENA_ARRAY(rq->arena, 8, struct page_fact);
    size_t n = 0;
    if (!f)
        return ERR_NOMEM;
    if (!all && l->started)
        f[n++] = (struct page_fact){.label = TX(rq, drill_since), .value = l->started};
    const struct {
        const char *label;
        int64_t n;
        bool end_only;
    } rows[] = {{TX(rq, drill_n_events), l->counts.reports, false},
                {TX(rq, drill_n_actions), l->counts.actions, false},
                {TX(rq, drill_n_meetings), l->counts.meetings, false},
                {TX(rq, drill_n_photos), l->counts.photos, true},
                {TX(rq, drill_n_people), l->counts.people, false},
                {TX(rq, drill_n_letters), l->counts.letters, false}};
    for (size_t i = 0; i < ARRAY_LEN(rows); i++)
        if (all || !rows[i].end_only)
            f[n++] = (struct page_fact){.label = rows[i].label, .value = number(rq, rows[i].n)};
    *out = (struct page_facts){.rows = f, .n_rows = n};
    return ERR_OK;
}

static enum err fill_people(const struct looking *l, struct page_field *out)
{
    struct req *rq = l->rq;
    struct page_choice *c = ARENA_ARRAY(rq->arena, l->n_members + 1, struct page_choice);
    size_t n = 0;
    if (!c)
        return ERR_NOMEM;
    for (size_t i = 0; i < l->n_members; i++) {
        char id[ID_TEXT];
        const struct q_drill_members_row *m = &l->members[i];
        const char *role = role_text(rq->lang, role_from_name(m->role));
        id_text(m->account, id);
        c[n++] = (struct page_choice){
            .value = arena_strdup(rq->arena, id),
            .label = m->organisation_name ? arena_printf(rq->arena, "%s, %s, %s", m->name, role,
                                                         m->organisation_name)
                                          : arena_printf(rq->arena, "%s, %s", m->name, role),
            .chosen = true,
        };
    }
    *out = web_field(rq, "med", T_drill_people, T_drill_people_hint, NULL);
    out->choices = c;
    out->n_choices = n;
    return ERR_OK;
}

static enum err fill_running(const struct looking *l, struct drill_view *v)
{
    struct req *rq = l->rq;
    struct drill_letter_row *rows =
        ARENA_ARRAY(rq->arena, l->n_letters + 1, struct drill_letter_row);
    char text[FORMAT_TEXT];
    if (!rows)
        return ERR_NOMEM;
    for (size_t i = 0; i < l->n_letters; i++)
        rows[i] = (struct drill_letter_row){
            l->letters[i].subject, l->letters[i].recipient,
            format_arena(rq->arena, format_datetime(text, rq->lang, l->letters[i].at)),
            l->letters[i].body};
    v->running = true;
    v->letters = rows;
    v->n_letters = l->n_letters;
    bool inside = geo_is_exercise(web_municipality(rq));
    v->stands = inside ? TX(rq, drill_here) : TX(rq, drill_running);
    v->go_label = inside ? TXF(rq, drill_real, l->real->name) : TX(rq, drill_go);
    v->go_href = arena_printf(rq->arena, "/%s/", inside ? l->real->code : l->twin->code);
    v->end_href = web_address(rq, PATH "/avsluta");
    return fill_facts(l, false, &v->facts);
}

enum err drill_page(struct req *rq)
{
    struct looking l;
    struct drill_view v = {.page.lead = TX(rq, drill_lead)};
    TRY(begin(rq, &l));
    if (l.running) {
        TRY(fill_running(&l, &v));
    } else {
        v.what = TXF(rq, drill_what, l.twin->name, (int64_t)DRILL_REPORTS);
        v.action = web_address(rq, PATH);
        v.back = web_address(rq, "/installningar");
        TRY(fill_people(&l, &v.people));
    }
    TRY(crumbs(rq, &v.page, false));
    TRY(web_page(rq, &v.page, T_drill_title));
    struct tmpl t = web_tmpl(rq);
    exercise_drill_html(&t, &v);
    return ERR_OK;
}

struct taking_part {
    const char *municipality;
    struct id account;
    bool found;
};

static enum err look_for(struct tx *tx, void *arg)
{
    struct taking_part *p = arg;
    AUTO(arena_freep) struct arena *a = arena_new(4096);
    struct q_drill_is_member_in in = {p->municipality, p->account};
    struct q_drill_is_member_row row;
    TRY(a ? q_drill_is_member_one(tx, a, &in, &row) : ERR_NOMEM);
    p->found = row.n > 0;
    return ERR_OK;
}

static bool alone(const struct drill_start *s)
{
    for (size_t i = 0; i < s->n_accounts; i++)
        if (!id_eq(s->accounts[i], s->by))
            return false;
    return true;
}

enum err drill_post(struct req *rq)
{
    const struct geo_municipality *twin = geo_exercise_of(web_municipality(rq));
    if (!twin)
        return ERR_NOTFOUND;
    size_t n = 0;
    while (req_nth(rq, "med", n))
        n++;
    struct id *accounts = ARENA_ARRAY(rq->arena, n + 1, struct id);
    if (!accounts)
        return ERR_NOMEM;
    for (size_t i = 0; i < n; i++)
        if (id_parse(req_nth(rq, "med", i), &accounts[i]) != ERR_OK)
            return ERR_INVALID;
    struct drill_start s = {.municipality = web_municipality(rq),
                            .by = web_who(rq)->account,
                            .accounts = accounts,
                            .n_accounts = n};
    enum err e = drill_start(web_app(rq), &s);
    if (e == ERR_INVALID) {
        req_problem(rq, "med", TX(rq, drill_not_member));
        web_invalid(rq);
        return drill_page(rq);
    }
    const char *to = arena_printf(rq->arena, "/%s" PATH, twin->code);
    if (!to || (e && e != ERR_CONFLICT))
        return e ? e : ERR_NOMEM;
    if (!e)
        return web_done(rq, to, alone(&s) ? T_done_drill_alone : T_done_drill_started);
    struct taking_part in = {twin->code, s.by, false}; /* somebody has just done so */
    TRY(db_read(web_app(rq)->db, DB_NATIONAL, look_for, &in));
    return in.found ? web_done(rq, to, T_done_drill_was_running)
                    : web_done(rq, web_address(rq, PATH), T_done_drill_not_in);
}

enum err drill_end_page(struct req *rq)
{
    struct looking l;
    TRY(begin(rq, &l));
    if (!l.running)
        return resp_redirect(rq, web_address(rq, PATH));
    struct drill_end_view v = {.page.lead = TXF(rq, drill_end_lead, l.real->name),
                               .action = web_address(rq, PATH "/avsluta"),
                               .back = web_address(rq, PATH)};
    TRY(fill_facts(&l, true, &v.facts));
    TRY(crumbs(rq, &v.page, true));
    TRY(web_page(rq, &v.page, T_drill_end_title));
    struct tmpl t = web_tmpl(rq);
    exercise_drill_end_html(&t, &v);
    return ERR_OK;
}

enum err drill_end_post(struct req *rq)
{
    const struct geo_municipality *real = geo_real_of(web_municipality(rq));
    if (!real)
        return ERR_NOTFOUND;
    struct drill_end x = {.municipality = real->code, .by = web_who(rq)->account};
    enum err e = drill_end(web_app(rq), &x);
    const char *to = arena_printf(rq->arena, "/%s" PATH, real->code);
    if (!to || (e && e != ERR_NOTFOUND)) /* twice is once */
        return e ? e : ERR_NOMEM;
    return web_done(rq, to, T_done_drill_ended);
}
