/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The page of the minutes, and words that are struck out of them. */
#include <stdatomic.h>
#include <string.h>

#include "base/mem.h"
#include "base/str.h"
#include "geo/geo_data.h"
#include "meeting_html.h"
#include "parts/meeting/meeting_inner.h"
#include "tmpl/format.h"

const struct field_spec meeting_strike_fields[] = {
    {.name = "ord", .kind = FIELD_LINES, .max = 2000},
    {.name = "alla", .kind = FIELD_BOOL},
    {.name = "saker", .kind = FIELD_BOOL},
    {0},
};

/* --- The page --- */

struct reading {
    struct room *r;
    const char *content;
    bool adopted; /* the picture, with the levels and places as they are now */
};

static enum err read_content(struct tx *tx, void *arg)
{
    struct reading *w = arg;
    return meeting_content(tx, w->r->rq->arena, web_municipality(w->r->rq), w->r->m.id,
                           &w->content);
}

static enum err minutes_of(struct room *r, struct meeting_minutes *out)
{
    struct reading w = {.r = r};
    if (r->m.state != MEETING_CLOSED) {
        TRY(room_tell(r, true));
        return room_minutes(r, out);
    }
    TRY(web_read(r->rq, read_content, &w));
    return meeting_minutes_read(w.content, r->rq->arena, out);
}

static enum err read_adopted(struct tx *tx, void *arg)
{
    struct reading *w = arg;
    struct adopted_head head = {.period = w->r->period.id};
    const char *content;
    enum err e = adopted_get(tx, w->r->rq->arena, web_municipality(w->r->rq), &head, &content);
    w->adopted = e == ERR_OK && head.drafts == w->r->drafts;
    return e == ERR_NOTFOUND ? ERR_OK : e;
}

/* What comes after the meeting: the picture is adopted, once. */
static enum err fill_adopt(struct room *r, struct meeting_minutes_view *v)
{
    struct req *rq = r->rq;
    struct reading w = {.r = r};
    if (!r->has_period || !web_may(rq, PERM_LEVEL_EDIT))
        return ERR_OK;
    TRY(web_read(rq, read_adopted, &w));
    v->adopted = w.adopted;
    v->adopt_href = arena_printf(rq->arena, "%s/%s/%s", web_address(rq, "/nu"),
                                 room_id(rq, r->period.id), w.adopted ? "faststalld" : "faststall");
    return ERR_OK;
}

static enum err tick_field(struct req *rq, const char *name, enum text_key label,
                           struct page_field *out)
{
    struct page_choice *c = ARENA_NEW(rq->arena, struct page_choice);
    if (!c)
        return ERR_NOMEM;
    *c = (struct page_choice){.value = "1",
                              .label = text_get(rq->lang, label),
                              .chosen = (rq->problems || rq->unsent) && req_has(rq, name)};
    *out = web_field(rq, name, TEXT_COUNT, TEXT_COUNT, NULL);
    out->choices = c;
    out->n_choices = 1;
    return ERR_OK;
}

static enum err fill_strike(struct req *rq, struct meeting_minutes_view *v, struct id meeting)
{
    v->strike_action = room_at(rq, meeting, "/protokoll");
    v->strike_open = rq->problems != NULL || rq->unsent;
    v->words = web_field(rq, "ord", T_meeting_strike_words, T_meeting_strike_words_hint, NULL);
    v->words.rows = 3;
    v->words.required = true;
    TRY(tick_field(rq, "alla", T_meeting_strike_all, &v->everywhere));
    return tick_field(rq, "saker", T_meeting_strike_sure, &v->sure);
}

static enum err fill_closed(struct room *r, const struct meeting_minutes *m,
                            struct meeting_minutes_view *v)
{
    struct req *rq = r->rq;
    char day[FORMAT_TEXT];
    v->sent = geo_is_exercise(web_municipality(rq)) ? TX(rq, meeting_sent_exercise)
              : r->m.letters                        ? TXF(rq, meeting_sent, r->m.letters)
                                                    : TX(rq, meeting_sent_nobody);
    v->facts = TXF(rq, meeting_held, room_when(rq, m->opened_at), room_clock(rq, m->closed_at));
    if (m->struck_at) {
        format_date(day, rq->lang, date_of_msec(m->struck_at));
        v->struck = TXF(rq, meeting_struck, day);
    }
    if (web_may(rq, PERM_MEETING_LEAD))
        TRY(fill_strike(rq, v, r->m.id));
    return fill_adopt(r, v);
}

/* `said`: what is told of the striking that was just done; the words are not shown again. */
static enum err draw(struct room *r, const char *said)
{
    struct req *rq = r->rq;
    struct meeting_minutes m;
    struct meeting_minutes_view *v = ARENA_NEW(rq->arena, struct meeting_minutes_view);
    if (!v)
        return ERR_NOMEM;
    TRY(minutes_of(r, &m));
    TRY(room_parts(rq, &m, &v->parts));
    v->n_parts = MEETING_ITEM_COUNT;
    v->said = said;
    v->lang = lang_code(m.lang);
    v->list_href = web_address(rq, "/mote");
    if (r->m.state == MEETING_CLOSED)
        TRY(fill_closed(r, &m, v));
    else
        v->draft = TX(rq, meeting_is_draft);
    if (said)
        v->words.value = NULL;
    v->page.lead =
        m.period && m.work ? arena_printf(rq->arena, "%s, %s", m.work, m.period) : m.period;
    TRY(web_audit_read(rq, "meeting.read", "meeting", r->m.id, NULL));
    TRY(room_crumbs(rq, &v->page));
    TRY(web_page_named(
        rq, &v->page,
        TXF(rq, meeting_minutes_title, room_when(rq, m.opened_at ? m.opened_at : m.starts_at))));
    struct tmpl t = web_tmpl(rq);
    meeting_minutes_html(&t, v);
    return ERR_OK;
}

enum err meeting_minutes_page(struct req *rq)
{
    struct room *r;
    TRY(room_load(rq, &r));
    return r->m.state == MEETING_PLANNED ? ERR_NOTFOUND : draw(r, NULL);
}

/* --- Striking words out --- */

struct striking {
    struct room *r;
    struct meeting_strike order;
    struct meeting_struck answer;
    const char *unread; /* a sentence: what could not be read; NULL: all could */
};

static enum err read_words(struct striking *s)
{
    struct req *rq = s->r->rq;
    const char **words = ARENA_ARRAY(rq->arena, MEETING_STRIKE_MOST, const char *);
    bool *found = ARENA_ARRAY(rq->arena, MEETING_STRIKE_MOST, bool);
    char *lines = arena_strdup(rq->arena, req_field(rq, "ord") ? req_field(rq, "ord") : "");
    char *rest = NULL;
    size_t n = 0;
    if (!words || !found || !lines)
        return ERR_NOMEM;
    for (char *one = strtok_r(lines, "\r\n", &rest); one; one = strtok_r(NULL, "\r\n", &rest)) {
        const char *word = str_trim(rq->arena, one);
        if (str_empty(word))
            continue;
        if (n == MEETING_STRIKE_MOST) {
            req_problem(rq, "ord", TX(rq, meeting_strike_many));
            break;
        }
        if (!event_strike_fit(word) && !req_problem_of(rq, "ord"))
            req_problem(rq, "ord", TXF(rq, review_strike_short, word));
        words[n++] = word;
    }
    s->order = (struct meeting_strike){
        .meeting = s->r->m.id,
        .by = web_who(rq)->account,
        .what = {.words = words,
                 .n = n,
                 .instead = text_get(LANG_SV, T_review_struck),
                 .found = found},
        .all = req_has(rq, "alla"),
    };
    if (!n && !req_problem_of(rq, "ord"))
        req_problem(rq, "ord", TX(rq, meeting_strike_none));
    if (!req_has(rq, "saker"))
        req_problem(rq, "saker", TX(rq, meeting_strike_need_sure));
    return ERR_OK;
}

static enum err name_unread(struct tx *tx, struct striking *s)
{
    struct req *rq = s->r->rq;
    const char *list = NULL;
    for (size_t i = 0; i < s->answer.n_unread; i++) {
        const struct event_unread *u = &s->answer.unread[i];
        struct q_meeting_period_in in = {web_municipality(rq), u->period};
        struct q_meeting_period_row row;
        enum text_key key =
            str_eq(u->kind, "bulletin") ? T_meeting_unread_group : T_meeting_unread_public;
        TRY(q_meeting_period_one(tx, rq->arena, &in, &row));
        const char *one = text_fmt(rq->arena, rq->lang, key, row.name);
        list = list ? arena_printf(rq->arena, "%s, %s", list, one) : one;
    }
    s->unread = list ? TXF(rq, meeting_strike_unread, list) : NULL;
    return s->answer.n_unread && !s->unread ? ERR_NOMEM : ERR_OK;
}

/* The log says how many places, and never what stood there. */
static enum err write_strike(struct tx *tx, void *arg)
{
    struct striking *s = arg;
    struct req *rq = s->r->rq;
    TRY(meeting_strike(tx, web_municipality(rq), &s->order, &s->answer));
    TRY(name_unread(tx, s));
    if (!s->answer.places)
        return ERR_OK;
    const char *unread =
        s->unread ? arena_printf(rq->arena, ",\"unread\":%zu", s->answer.n_unread) : "";
    const char *detail = arena_printf(rq->arena, "{\"places\":%zu,\"everywhere\":%s%s}",
                                      s->answer.places, s->order.all ? "true" : "false", unread);
    return detail ? web_audit(rq, tx, "meeting.strike", "meeting", s->r->m.id, detail) : ERR_NOMEM;
}

static const char *missing(const struct striking *s)
{
    struct req *rq = s->r->rq;
    const char *list = NULL;
    for (size_t i = 0; i < s->order.what.n; i++)
        if (!s->order.what.found[i])
            list = list ? arena_printf(rq->arena, "%s, %s", list, s->order.what.words[i])
                        : s->order.what.words[i];
    const char *said = s->answer.elsewhere ? TXF(rq, meeting_strike_elsewhere, list ? list : "")
                                           : TXF(rq, meeting_strike_missing, list ? list : "");
    return s->unread ? arena_printf(rq->arena, "%s %s", said, s->unread) : said;
}

static enum err again(struct striking *s)
{
    web_invalid(s->r->rq);
    return draw(s->r, NULL);
}

enum err meeting_strike_post(struct req *rq)
{
    struct striking s = {0};
    TRY(room_load(rq, &s.r));
    if (s.r->m.state == MEETING_PLANNED)
        return ERR_NOTFOUND;
    if (s.r->m.state == MEETING_OPEN) /* there it is only to write something else */
        return resp_redirect(rq, room_at(rq, s.r->m.id, ""));
    TRY(read_words(&s));
    if (rq->problems)
        return again(&s);
    TRY(web_write(rq, write_strike, &s));
    if (!s.answer.places) {
        req_problem(rq, "ord", missing(&s));
        return again(&s);
    }
    atomic_fetch_add(&web_app(rq)->public_changes, 1); /* everybody's bulletin may have held them */
    enum text_key done = s.answer.elsewhere ? T_done_meeting_strike_left : T_done_meeting_strike;
    if (s.unread) /* told at once, and by name: it is not done */
        return draw(s.r, arena_printf(rq->arena, "%s %s", text_get(rq->lang, done), s.unread));
    return web_done(rq, room_at(rq, s.r->m.id, "/protokoll"), done);
}
