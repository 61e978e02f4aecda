/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The list of meetings, planning, opening and closing. */
#include "base/mem.h"
#include "base/str.h"
#include "core/mailer.h"
#include "geo/geo_data.h"
#include "meeting_html.h"
#include "parts/meeting/meeting_inner.h"

const struct field_spec meeting_plan_fields[] = {
    {.name = "day", .kind = FIELD_DATE, .required = true},
    {.name = "time", .kind = FIELD_TIME, .required = true},
    {.name = "minutes",
     .kind = FIELD_INT,
     .required = true,
     .min = MEETING_MINUTES_LEAST,
     .max = MEETING_MINUTES_MOST},
    {0},
};
const struct field_spec meeting_close_fields[] = {
    {.name = "revision", .kind = FIELD_INT, .required = true, .min = 0},
    {0},
};

/* --- The list --- */

struct planning {
    struct req *rq;
    struct meeting *list;
    size_t n;
    struct rhythm rhythm;
    bool has_rhythm;
    struct meeting_plan plan;
};

static enum err read_list(struct tx *tx, void *arg)
{
    struct planning *p = arg;
    const char *town = web_municipality(p->rq);
    enum err e = rhythm_get(tx, p->rq->arena, town, &p->rhythm);
    p->has_rhythm = e == ERR_OK;
    if (e != ERR_OK && e != ERR_NOTFOUND)
        return e;
    return meeting_list(tx, p->rq->arena, town, &p->list, &p->n);
}

static enum err fill_rows(const struct planning *p, struct meeting_list_view *v)
{
    struct req *rq = p->rq;
    struct meeting_line *ahead = ARENA_ARRAY(rq->arena, p->n + 1, struct meeting_line);
    struct meeting_line *closed = ARENA_ARRAY(rq->arena, p->n + 1, struct meeting_line);
    struct meeting_line *past = ARENA_ARRAY(rq->arena, p->n + 1, struct meeting_line);
    msec now = time_now();
    if (!ahead || !closed || !past)
        return ERR_NOMEM;
    for (size_t i = 0; i < p->n; i++) {
        const struct meeting *m = &p->list[i];
        if (m->state == MEETING_CLOSED)
            closed[v->n_closed++] = (struct meeting_line){.when = room_when(rq, m->opened_at),
                                                          .href = room_at(rq, m->id, "/protokoll")};
    }
    for (size_t i = p->n; i-- > 0;) { /* what comes first is first */
        const struct meeting *m = &p->list[i];
        if (m->state == MEETING_CLOSED)
            continue;
        struct meeting_line line = {.when = room_when(rq, m->starts_at),
                                    .href = room_at(rq, m->id, ""),
                                    .said = m->state == MEETING_OPEN
                                                ? TX(rq, meeting_is_open)
                                                : TXF(rq, meeting_is_planned, (int64_t)m->minutes),
                                    .open = m->state == MEETING_OPEN};
        if (room_missed(m, now))
            past[v->n_past++] = line;
        else
            ahead[v->n_ahead++] = line;
    }
    v->ahead = ahead;
    v->past = past;
    v->closed = closed;
    return ERR_OK;
}

/* A rhythm after the last one, or soon. */
static msec proposal(const struct planning *p)
{
    for (size_t i = 0; i < p->n; i++)
        if (p->list[i].state == MEETING_CLOSED) {
            msec at = meeting_suggest(p->has_rhythm ? &p->rhythm : NULL, p->list[i].starts_at);
            if (at > time_now())
                return at;
        }
    return meeting_soon(time_now());
}

static enum err draw_list(struct planning *p)
{
    struct req *rq = p->rq;
    struct meeting_list_view *v = ARENA_NEW(rq->arena, struct meeting_list_view);
    if (!v)
        return ERR_NOMEM;
    TRY(fill_rows(p, v));
    v->may = web_may(rq, PERM_MEETING_LEAD);
    v->action = web_address(rq, "/mote");
    room_when_fields(rq, proposal(p), MEETING_MINUTES, &v->when);
    v->page.lead = TX(rq, meeting_list_lead);
    TRY(web_page(rq, &v->page, T_meeting_title));
    struct tmpl t = web_tmpl(rq);
    meeting_list_html(&t, v);
    return ERR_OK;
}

enum err meeting_list_page(struct req *rq)
{
    struct planning p = {.rq = rq};
    TRY(room_in_town(rq));
    TRY(web_read(rq, read_list, &p));
    return draw_list(&p);
}

/* --- Planning, opening, calling off --- */

/* What is planned during an exercise goes with the rest of it. */
static const char *origin(struct req *rq)
{
    return atomic_load(&web_app(rq)->exercise) ? "exempel" : NULL;
}

static enum err write_plan(struct tx *tx, void *arg)
{
    struct planning *p = arg;
    TRY(meeting_plan(tx, web_municipality(p->rq), &p->plan));
    return web_audit(p->rq, tx, "meeting.plan", "meeting", p->plan.id, NULL);
}

enum err meeting_plan_post(struct req *rq)
{
    struct planning p = {.rq = rq};
    TRY(room_in_town(rq));
    TRY(web_read(rq, read_list, &p));
    p.plan =
        (struct meeting_plan){id_new(), web_who(rq)->account, rq->problems ? 0 : room_moment(rq),
                              (int)req_int(rq, "minutes", MEETING_MINUTES), origin(rq)};
    if (!rq->problems && p.plan.starts_at < time_now() - MSEC_DAY)
        req_problem(rq, "day", TX(rq, meeting_past));
    enum err e = rq->problems ? ERR_INVALID : web_write(rq, write_plan, &p);
    if (e == ERR_CONFLICT)
        req_problem(rq, "day", TX(rq, meeting_already));
    if (e == ERR_CONFLICT || e == ERR_INVALID) {
        web_invalid(rq);
        return draw_list(&p);
    }
    TRY(e);
    return web_done(rq, room_at(rq, p.plan.id, ""), T_done_meeting_planned);
}

struct turning {
    struct room *r;
    struct id period;
};

static enum err write_move(struct tx *tx, void *arg)
{
    struct planning *p = arg;
    TRY(meeting_move(tx, web_municipality(p->rq), &p->plan));
    return web_audit(p->rq, tx, "meeting.move", "meeting", p->plan.id, NULL);
}

enum err meeting_move_post(struct req *rq)
{
    struct room *r;
    struct planning p = {.rq = rq};
    TRY(room_load(rq, &r));
    p.plan = (struct meeting_plan){.id = r->m.id,
                                   .starts_at = rq->problems ? 0 : room_moment(rq),
                                   .minutes = (int)req_int(rq, "minutes", MEETING_MINUTES)};
    if (!rq->problems && p.plan.starts_at < r->now - MSEC_DAY)
        req_problem(rq, "day", TX(rq, meeting_past));
    if (r->m.state != MEETING_PLANNED) /* somebody else has opened it */
        return resp_redirect(rq, room_at(rq, r->m.id, ""));
    enum err e = rq->problems ? ERR_INVALID : web_write(rq, write_move, &p);
    if (e == ERR_CONFLICT)
        req_problem(rq, "day", TX(rq, meeting_already));
    if (e == ERR_CONFLICT || e == ERR_INVALID) {
        web_invalid(rq);
        return room_draw_start(r);
    }
    TRY(e);
    return web_done(rq, room_at(rq, r->m.id, ""), T_done_meeting_moved);
}

static enum err write_back(struct tx *tx, void *arg)
{
    struct turning *t = arg;
    struct req *rq = t->r->rq;
    TRY(meeting_put_back(tx, web_municipality(rq), t->r->m.id));
    return web_audit(rq, tx, "meeting.back", "meeting", t->r->m.id, NULL);
}

enum err meeting_back_post(struct req *rq)
{
    struct turning t = {0};
    TRY(room_load(rq, &t.r));
    enum err e = web_write(rq, write_back, &t);
    if (e == ERR_CONFLICT) { /* something has been written, or it was put back already */
        TRY(room_load(rq, &t.r));
        return t.r->m.state == MEETING_OPEN
                   ? web_done(rq, room_at(rq, t.r->m.id, ""), T_done_meeting_not_back)
                   : resp_redirect(rq, room_at(rq, t.r->m.id, ""));
    }
    TRY(e);
    return web_done(rq, room_at(rq, t.r->m.id, ""), T_done_meeting_back);
}

static enum err write_open(struct tx *tx, void *arg)
{
    struct turning *t = arg;
    struct req *rq = t->r->rq;
    TRY(meeting_open(tx, web_municipality(rq), t->r->m.id, t->period, web_who(rq)->account));
    return web_audit(rq, tx, "meeting.open", "meeting", t->r->m.id, NULL);
}

enum err meeting_open_post(struct req *rq)
{
    struct turning t = {0};
    TRY(room_load(rq, &t.r));
    TRY(room_period(rq, &t.period));
    enum err e = web_write(rq, write_open, &t);
    if (e == ERR_CONFLICT) /* somebody else has opened it, or another one: the page says which */
        return resp_redirect(rq, room_at(rq, t.r->m.id, ""));
    TRY(e);
    return web_done(rq, room_at_item(rq, t.r->m.id, MEETING_ATTENDANCE), T_done_meeting_opened);
}

static enum err write_drop(struct tx *tx, void *arg)
{
    struct turning *t = arg;
    struct req *rq = t->r->rq;
    TRY(meeting_drop(tx, web_municipality(rq), t->r->m.id));
    return web_audit(rq, tx, "meeting.drop", "meeting", t->r->m.id, NULL);
}

enum err meeting_drop_post(struct req *rq)
{
    struct turning t = {0};
    TRY(room_load(rq, &t.r));
    enum err e = web_write(rq, write_drop, &t);
    if (e == ERR_CONFLICT)
        return resp_redirect(rq, room_at(rq, t.r->m.id, ""));
    TRY(e);
    return web_done(rq, web_address(rq, "/mote"), T_done_meeting_dropped);
}

/* --- Closing --- */

/* Is anybody told by letter? In an exercise they are shown instead (core/drill.h). A link needs an
 * address that holds for everybody. */
static enum err letters_go(struct req *rq, bool *out)
{
    const struct app *app = web_app(rq);
    *out = app->development || geo_is_exercise(web_municipality(rq));
    return *out || !app->public_url ? ERR_OK : mail_is_set(app->db, out);
}

static enum err draw_close(struct room *r)
{
    struct req *rq = r->rq;
    struct meeting_close_view *v = ARENA_NEW(rq->arena, struct meeting_close_view);
    struct meeting_minutes m;
    bool letters;
    if (!v)
        return ERR_NOMEM;
    TRY(room_tell(r, false));
    TRY(room_minutes(r, &m));
    TRY(room_parts(rq, &m, &v->parts));
    v->n_parts = MEETING_ITEM_COUNT;
    v->action = room_at(rq, r->m.id, "/avsluta");
    v->back_href = room_at_item(rq, r->m.id, MEETING_NEXT);
    v->revision = arena_printf(rq->arena, "%lld", (long long)r->m.revision);
    TRY(letters_go(rq, &letters));
    v->told = geo_is_exercise(web_municipality(rq))
                  ? TXF(rq, meeting_close_exercise, (int64_t)r->n_people)
              : letters ? TXF(rq, meeting_close_told, (int64_t)r->n_people)
                        : TX(rq, meeting_close_untold);
    v->next = r->m.next_at ? TXF(rq, meeting_close_next, room_when(rq, r->m.next_at))
                           : TX(rq, meeting_close_no_next);
    TRY(room_crumbs(rq, &v->page));
    TRY(web_page(rq, &v->page, T_meeting_close_title));
    struct tmpl t = web_tmpl(rq);
    meeting_close_html(&t, v);
    return ERR_OK;
}

enum err meeting_close_page(struct req *rq)
{
    struct room *r;
    TRY(room_load(rq, &r));
    if (r->m.state != MEETING_OPEN)
        return resp_redirect(rq, room_at(rq, r->m.id, ""));
    return draw_close(r);
}

struct closing {
    struct room *r;
    bool letters;
    struct meeting_closing c;
    const char *href;
};

/* A link and nothing else. */
static enum err write_letters(struct tx *tx, struct closing *w)
{
    struct req *rq = w->r->rq;
    enum mail_way way = web_app(rq)->development ? MAIL_SHOW : MAIL_SEND;
    w->c.letters = 0;
    for (size_t i = 0; w->letters && i < w->r->n_people; i++) {
        enum lang lang = LANG_SV;
        lang_from_code(w->r->people[i].lang, &lang);
        const char *town = web_municipality_name(rq);
        const char *body = text_fmt(rq->arena, lang, T_meeting_letter, w->href, town);
        const char *subject = text_fmt(rq->arena, lang, T_meeting_letter_subject, town);
        if (!body || !subject)
            return ERR_NOMEM;
        enum err e = mail_queue(tx, way, w->r->people[i].email, subject, body);
        if (e == ERR_INVALID) /* an address that no letter reaches stops nobody else */
            continue;
        TRY(e);
        w->c.letters++;
    }
    return ERR_OK;
}

static enum err write_close(struct tx *tx, void *arg)
{
    struct closing *w = arg;
    struct room *r = w->r;
    const char *town = web_municipality(r->rq);
    TRY(write_letters(tx, w));
    TRY(meeting_close(tx, town, &w->c));
    if (r->m.next_at) {
        struct meeting_plan next = {id_new(), w->c.by, r->m.next_at, r->m.minutes, origin(r->rq)};
        enum err e = meeting_plan(tx, town, &next);
        if (e != ERR_CONFLICT) /* it is planned already */
            TRY(e);
    }
    return web_audit(r->rq, tx, "meeting.close", "meeting", r->m.id, NULL);
}

enum err meeting_close_post(struct req *rq)
{
    struct closing w = {0};
    struct meeting_minutes m;
    TRY(room_load(rq, &w.r));
    struct room *r = w.r;
    if (r->m.state != MEETING_OPEN)
        return resp_redirect(rq, room_at(rq, r->m.id, ""));
    TRY(room_tell(r, false));
    TRY(room_minutes(r, &m));
    TRY(letters_go(rq, &w.letters));
    m.closed_at = r->now;
    w.c = (struct meeting_closing){
        .id = r->m.id, .by = web_who(rq)->account, .revision = req_int(rq, "revision", -1)};
    TRY(meeting_minutes_write(rq->arena, &m, &w.c.content));
    w.href = web_absolute(rq, room_at(rq, r->m.id, "/protokoll"));
    enum err e = w.c.revision == r->m.revision ? web_write(rq, write_close, &w) : ERR_CONFLICT;
    if (e == ERR_CONFLICT) { /* somebody wrote while this one was reading it through */
        TRY(room_load(rq, &r));
        if (r->m.state != MEETING_OPEN)
            return resp_redirect(rq, room_at(rq, r->m.id, ""));
        req_problem(rq, NULL, TX(rq, meeting_close_conflict));
        web_invalid(rq);
        return draw_close(r);
    }
    TRY(e);
    return web_done(rq, room_at(rq, r->m.id, "/protokoll"), T_done_meeting_closed);
}
