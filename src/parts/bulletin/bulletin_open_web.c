/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* What everybody is told: chosen and written here, shown as everybody will see it, published and
 * withdrawn. Figures only through the door (picture_release). */
#include <stdatomic.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "base/str.h"
#include "bulletin_html.h"
#include "core/web.h"
#include "geo/geo_data.h"
#include "parts/action/action_kinds.h"
#include "parts/bulletin/bulletin_web.h"
#include "tmpl/format.h"

const struct field_spec bulletin_open_fields[] = {
    {.name = "level", .kind = FIELD_INT, .many = true, .max = BULLETIN_SHAPES_MOST - 1},
    {.name = "place", .kind = FIELD_INT, .many = true, .max = FOCUS_MOST - 1},
    {.name = "action", .kind = FIELD_INT, .many = true, .max = BULLETIN_ACTIONS_MOST - 1},
    BULLETIN_WORD_FIELDS,
    {0},
};

struct doing {
    struct bulletin_page *p;
    struct bulletin_words mine;
    struct picture_release *release;
    const char *refused; /* why there are no figures */
    const char *words, *content;
    int64_t seen;
    bool publish;
    bool at_door; /* the conflict was about figures */
};

/* --- What may be told --- */

static bool can_level(const struct bulletin_group *g, size_t i)
{
    return i < g->adopted.n_areas && i < g->frozen.n_people && g->frozen.people[i] &&
           g->adopted.areas[i].level != PAGE_NO_LEVEL;
}

static bool can_place(const struct bulletin_group *g, size_t i)
{
    if (i >= g->adopted.focus.n || !g->adopted.focus_areas[i])
        return false;
    for (size_t k = 0; k < g->adopted.n_areas && k < g->frozen.n_people; k++)
        if (str_eq(g->adopted.areas[k].name, g->adopted.focus_areas[i]))
            return g->frozen.people[k];
    return false;
}

static bool can_action(const struct bulletin_group *g, size_t i)
{
    return i < g->frozen.n_actions;
}

typedef bool can_fn(const struct bulletin_group *g, size_t i);

/* Numbers that are not among those shown were never chosen here. */
static size_t read_told(struct doing *w, const char *field, can_fn *can, uint16_t *to, size_t most)
{
    const char *s;
    size_t n = 0;
    for (size_t i = 0; (s = req_nth(w->p->rq, field, i)) && n < most; i++) {
        int64_t v;
        if (str_to_int(s, &v) && v >= 0 && can(&w->p->group, (size_t)v))
            to[n++] = (uint16_t)v;
    }
    return n;
}

static bool told(const uint16_t *list, size_t n, size_t what)
{
    for (size_t i = 0; i < n; i++)
        if (list[i] == what)
            return true;
    return false;
}

static const char *level_label(struct doing *w, size_t i)
{
    struct req *rq = w->p->rq;
    const struct adopted_row *r = &w->p->group.adopted.areas[i];
    return arena_printf(rq->arena, "%s: %s", r->name,
                        bulletin_level_text(rq->arena, rq->lang, r->level));
}

static const char *place_label(struct doing *w, size_t i)
{
    return w->p->group.adopted.focus_areas[i];
}

static const char *action_label(struct doing *w, size_t i)
{
    struct req *rq = w->p->rq;
    const struct bulletin_action *x = &w->p->group.frozen.actions[i];
    const struct action_kind *kind = action_kind_find(x->kind);
    const char *what = kind ? text_get(rq->lang, kind->name) : TX(rq, bulletin_action);
    return arena_printf(rq->arena, "%s%s%s: %s", what, x->where_known ? ", " : "",
                        x->where_known ? x->where : "", bulletin_state_text(rq->lang, x->state));
}

/* What the group calls it, for whoever chooses: never told. */
static const char *hint_of(const struct doing *w, const char *field, size_t i)
{
    if (str_eq(field, "action"))
        return w->p->group.frozen.actions[i].title;
    return str_eq(field, "place") ? w->p->group.adopted.focus.places[i].name : NULL;
}

struct choosing {
    const char *field;
    enum text_key label, hint;
    can_fn *can;
    const char *(*text)(struct doing *w, size_t i);
    const uint16_t *list;
    size_t n, most;
};

static enum err choose(struct doing *w, const struct choosing *c, struct page_field *out)
{
    struct req *rq = w->p->rq;
    struct page_choice *list = ARENA_ARRAY(rq->arena, c->most + 1, struct page_choice);
    if (!list)
        return ERR_NOMEM;
    *out = web_field(rq, c->field, c->label, c->hint, NULL);
    for (size_t i = 0; i < c->most; i++) {
        if (!c->can(&w->p->group, i))
            continue;
        list[out->n_choices] = (struct page_choice){.value = arena_printf(rq->arena, "%zu", i),
                                                    .label = c->text(w, i),
                                                    .hint = hint_of(w, c->field, i),
                                                    .chosen = told(c->list, c->n, i)};
        if (!list[out->n_choices].value || !list[out->n_choices].label)
            return ERR_NOMEM;
        out->n_choices++;
    }
    out->choices = list;
    return ERR_OK;
}

/* --- The figures --- */

static enum err ask_door(struct doing *w)
{
    const struct adopted *x = &w->p->group.adopted;
    struct picture_query q = {
        .municipality = web_municipality(w->p->rq), .from = x->from, .to = x->to};
    TRY(picture_release_new(w->p->rq, &q, &w->release));
    w->refused = picture_release_refused(w->release);
    return ERR_OK;
}

static enum err figures_of(struct doing *w, const char **out)
{
    *out = NULL;
    if (w->refused)
        return ERR_OK;
    struct buf b = buf_init(1 << 20);
    picture_public_write(&b, picture_release_public(w->release));
    return bulletin_json_done(&b, w->p->rq->arena, out);
}

static enum err make_public(struct doing *w, struct bulletin_public *out)
{
    struct bulletin_group g = w->p->group;
    const char *figures;
    g.words = w->mine;
    TRY(figures_of(w, &figures));
    return bulletin_public_make(w->p->rq->arena, &g, figures, out);
}

/* --- The page --- */

static enum err say_live(struct doing *w, struct bulletin_open_view *v)
{
    struct req *rq = w->p->rq;
    const struct geo_municipality *m = geo_municipality_by_code(web_municipality(rq));
    char at[FORMAT_TEXT], updated[FORMAT_TEXT], id[ID_TEXT];
    if (!w->p->live || !m)
        return ERR_OK;
    id_text(w->p->public.id, id);
    format_datetime(at, rq->lang, w->p->public.published_at);
    format_datetime(updated, rq->lang, w->p->public.updated_at);
    v->live_href = arena_printf(rq->arena, "/%s/lagesbrev/%s", m->slug, id);
    v->withdraw_href = bulletin_at(rq, w->p->period, "/dra-tillbaka");
    v->state = TXF(rq, bulletin_dates, at, updated);
    return v->live_href && v->state ? ERR_OK : ERR_NOMEM;
}

static enum err say_door(struct doing *w, struct bulletin_open_view *v)
{
    struct req *rq = w->p->rq;
    v->refused = w->refused;
    if (w->refused)
        return ERR_OK;
    int64_t waiting = picture_release_waiting(w->release);
    if (waiting)
        v->waiting = TXF(rq, picture_publish_waiting, waiting);
    v->review_href = web_address(rq, "/granska");
    return picture_release_held(w->release, &v->held, &v->n_held);
}

static enum err choices(struct doing *w, struct bulletin_open_view *v)
{
    const struct bulletin_words *x = &w->mine;
    const struct choosing level = {"level",
                                   T_bulletin_tell_levels,
                                   T_bulletin_tell_levels_hint,
                                   can_level,
                                   level_label,
                                   x->levels,
                                   x->n_levels,
                                   w->p->group.adopted.n_areas};
    const struct choosing place = {"place",
                                   T_bulletin_tell_focus,
                                   T_bulletin_tell_focus_hint,
                                   can_place,
                                   place_label,
                                   x->focus,
                                   x->n_focus,
                                   FOCUS_MOST};
    const struct choosing action = {"action",
                                    T_bulletin_tell_actions,
                                    T_bulletin_tell_actions_hint,
                                    can_action,
                                    action_label,
                                    x->actions,
                                    x->n_actions,
                                    w->p->group.frozen.n_actions};
    TRY(choose(w, &level, &v->levels));
    TRY(choose(w, &place, &v->focus));
    return choose(w, &action, &v->actions);
}

static enum err draw(struct doing *w, bool conflict)
{
    struct req *rq = w->p->rq;
    struct bulletin_open_view *v = ARENA_NEW(rq->arena, struct bulletin_open_view);
    struct bulletin_public *public = ARENA_NEW(rq->arena, struct bulletin_public);
    struct bulletin_dates preview = {.municipality = web_municipality_name(rq)};
    if (!v || !public)
        return ERR_NOMEM;
    TRY(bulletin_fields(rq, w->mine.public, true, &v->fields));
    v->n_fields = BULLETIN_SECTIONS;
    TRY(choices(w, v));
    TRY(say_live(w, v));
    TRY(say_door(w, v));
    TRY(make_public(w, public));
    bulletin_begin(&v->doc, rq->arena, rq->lang);
    bulletin_public_doc(&v->doc, public, &preview);
    if (v->doc.err && v->doc.err != ERR_LIMIT && v->doc.err != ERR_CORRUPT)
        return v->doc.err;
    v->shown = !v->doc.err; /* else there is a form to mend it in all the same */
    v->conflict = conflict ? TX(rq, bulletin_conflict) : NULL;
    v->version =
        arena_printf(rq->arena, "%lld", (long long)(conflict ? w->p->row.version : w->seen));
    v->action = bulletin_at(rq, w->p->period, "/allmanheten");
    v->cancel_href = bulletin_at(rq, w->p->period, "");
    v->page.part = TX(rq, picture_title);
    v->page.lead = TX(rq, bulletin_open_lead);
    TRY(bulletin_crumbs(rq, &v->page, w->p->period));
    TRY(web_page(rq, &v->page, T_bulletin_open));
    struct tmpl t = web_tmpl(rq);
    bulletin_open_html(&t, v);
    return v->version ? ERR_OK : ERR_NOMEM;
}

enum err bulletin_open_page(struct req *rq)
{
    struct doing w = {0};
    TRY(bulletin_load_made(rq, &w.p));
    w.mine = w.p->group.words;
    w.seen = w.p->row.version;
    TRY(ask_door(&w));
    return draw(&w, false);
}

/* --- Publishing --- */

static enum err put_public(struct tx *tx, struct doing *w, msec now, struct id *id)
{
    struct req *rq = w->p->rq;
    const struct adopted *x = &w->p->group.adopted;
    struct bulletin_public public;
    TRY(make_public(w, &public));
    TRY(bulletin_public_write(rq->arena, &public, &w->content));
    if (w->p->live) {
        int64_t n = 0;
        struct q_bulletin_public_update_in in = {web_municipality(rq), w->p->public.id, w->content,
                                                 now, web_who(rq)->account};
        TRY(q_bulletin_public_update_run(tx, &in, &n));
        *id = w->p->public.id;
        if (n)
            return ERR_OK; /* else it has been withdrawn: a new one */
    }
    *id = id_new();
    struct q_bulletin_public_add_in in = {.municipality = web_municipality(rq),
                                          .id = *id,
                                          .period = w->p->period,
                                          .period_from = date_start(x->from),
                                          .period_to = date_start(x->to),
                                          .content = w->content,
                                          .at = now,
                                          .by = web_who(rq)->account,
                                          .origin = public.exercise ? "exempel" : NULL};
    return q_bulletin_public_add_run(tx, &in, NULL);
}

static enum err save(struct tx *tx, void *arg)
{
    struct doing *w = arg;
    struct req *rq = w->p->rq;
    msec now = time_now();
    struct id id;
    int64_t n = 0;
    size_t numbers = 0;
    struct q_bulletin_save_in in = {web_municipality(rq), w->p->period, w->seen, w->words, now,
                                    web_who(rq)->account};
    w->at_door = false;
    TRY(q_bulletin_save_run(tx, &in, &n));
    if (!n)
        return ERR_CONFLICT;
    TRY(web_audit(rq, tx, "bulletin.save", "period", w->p->period, NULL));
    if (!w->publish)
        return ERR_OK;
    if (!w->refused) {
        w->at_door = true;
        TRY(picture_release_again(tx, w->release)); /* somebody may have published since */
        TRY(picture_release_record(tx, w->release, id_new(), &numbers));
    }
    TRY(put_public(tx, w, now, &id));
    const char *detail = arena_printf(rq->arena, "{\"numbers\":%zu}", numbers);
    return web_audit(rq, tx, "bulletin.publish", "bulletin_public", id, detail);
}

static bool says_nothing(const struct doing *w)
{
    for (int i = 0; i < BULLETIN_SECTIONS; i++)
        if (!str_empty(w->mine.public[i]))
            return false;
    return w->refused && !w->mine.n_levels && !w->mine.n_focus && !w->mine.n_actions;
}

static enum err again(struct doing *w, enum err e)
{
    struct req *rq = w->p->rq;
    bool door = w->at_door;
    if (door)
        req_problem(rq, NULL, picture_release_reason(w->release, e));
    else
        req_problem(rq, "intro", TX(rq, bulletin_conflict_problem));
    TRY(bulletin_load_made(rq, &w->p));
    TRY(ask_door(w));
    web_invalid(rq);
    return draw(w, !door);
}

enum err bulletin_open_post(struct req *rq)
{
    struct doing w = {0};
    TRY(bulletin_load_made(rq, &w.p));
    w.mine = w.p->group.words;
    w.seen = req_int(rq, "version", 0);
    w.publish = str_eq(req_field(rq, "do"), "publish");
    bulletin_read_fields(rq, w.mine.public);
    w.mine.n_levels = read_told(&w, "level", can_level, w.mine.levels, ARRAY_LEN(w.mine.levels));
    w.mine.n_focus = read_told(&w, "place", can_place, w.mine.focus, ARRAY_LEN(w.mine.focus));
    w.mine.n_actions =
        read_told(&w, "action", can_action, w.mine.actions, ARRAY_LEN(w.mine.actions));
    TRY(ask_door(&w));
    if (!rq->problems && w.publish && says_nothing(&w))
        req_problem(rq, "intro", TX(rq, bulletin_says_nothing));
    if (rq->problems) {
        web_invalid(rq);
        return draw(&w, false);
    }
    TRY(bulletin_words_write(rq->arena, &w.mine, &w.words));
    enum err e = web_write(rq, save, &w);
    if (e == ERR_CONFLICT || (e == ERR_LIMIT && w.at_door))
        return again(&w, e);
    TRY(e);
    if (w.publish)
        atomic_fetch_add(&web_app(rq)->public_changes, 1);
    return web_done(rq, bulletin_at(rq, w.p->period, "/allmanheten"),
                    w.publish ? T_done_bulletin_published : T_done_bulletin_saved);
}

/* --- Withdrawing --- */

/* The content without what people wrote; what cannot be read is not kept at all. */
static enum err without_words(struct arena *a, const char *content, const char **out)
{
    struct bulletin_public p;
    enum err e = bulletin_public_read(content, a, &p);
    *out = "{}";
    if (e)
        return e == ERR_CORRUPT ? ERR_OK : e;
    memset(p.words, 0, sizeof p.words);
    return bulletin_public_write(a, &p, out);
}

struct withdrawing {
    struct req *rq;
    struct id period;
};

/* Nothing of it has to be readable. */
static enum err withdraw(struct tx *tx, void *arg)
{
    struct withdrawing *w = arg;
    struct arena *a = w->rq->arena;
    const char *m = web_municipality(w->rq), *picture;
    struct adopted_head head = {.period = w->period};
    TRY(adopted_get(tx, a, m, &head, &picture)); /* a period of this municipality */
    for (;;) {
        struct q_bulletin_public_of_row row; /* as it is now: somebody may have published since */
        struct q_bulletin_public_withdraw_in in = {.municipality = m, .at = time_now()};
        enum err e =
            q_bulletin_public_of_one(tx, a, &(struct q_bulletin_public_of_in){m, w->period}, &row);
        if (e)
            return e == ERR_NOTFOUND ? ERR_OK : e;
        in.id = row.id;
        TRY(without_words(a, row.content, &in.content));
        TRY(q_bulletin_public_withdraw_run(tx, &in, NULL));
        TRY(web_audit(w->rq, tx, "bulletin.withdraw", "bulletin_public", row.id, NULL));
    }
}

enum err bulletin_withdraw_post(struct req *rq)
{
    struct withdrawing w = {.rq = rq};
    struct bulletin_page *p;
    TRY(id_parse(req_param(rq, "id"), &w.period) ? ERR_NOTFOUND : ERR_OK);
    TRY(web_write(rq, withdraw, &w));
    atomic_fetch_add(&web_app(rq)->public_changes, 1);
    const char *tail = bulletin_load_made(rq, &p) ? "" : "/allmanheten";
    return web_done(rq, bulletin_at(rq, w.period, tail), T_done_bulletin_withdrawn);
}
