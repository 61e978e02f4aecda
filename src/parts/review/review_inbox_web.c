/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The inbox: what waits, the oldest first, in groups of what may be the same happening. */
#include <string.h>

#include "base/mem.h"
#include "base/str.h"
#include "parts/review/review_web.h"
#include "review_html.h"
#include "review_sql.h"

#define KNOWN_MOST 3
#define HANDLED_MOST 5000 /* in a day; beyond it numbers begin anew */

struct inbox {
    struct req *rq;
    int64_t seq;
    struct review_left left;
    struct id *reporters; /* who can answer a question */
    size_t n_reporters;
    struct event *events;
    size_t n;
    struct q_review_handled_row *handled; /* today */
    size_t n_handled;
    struct q_review_question_waiting_row *questions;
    size_t n_questions;
    struct q_review_photos_waiting_row *photos;
    size_t n_photos;
    struct review_latest latest;
    struct event latest_event;
    size_t *leader;
    bool *asked; /* waits for an answer */
    struct event_names names;
    const char *seen;
};

static enum err load_events(struct tx *tx, struct inbox *x)
{
    struct arena *a = x->rq->arena;
    const char *code = web_municipality(x->rq);
    struct q_review_waiting_in in = {code, REVIEW_MOST};
    struct q_review_waiting_row *rows;
    size_t n;
    TRY(q_review_waiting_all(tx, a, &in, &rows, &n));
    struct event_key *keys = ARENA_ARRAY(a, n + 1, struct event_key);
    bool *found = ARENA_ARRAY(a, n + 1, bool);
    x->events = ARENA_ARRAY(a, n + 1, struct event);
    if (!keys || !found || !x->events)
        return ERR_NOMEM;
    for (size_t i = 0; i < n; i++)
        keys[i] = (struct event_key){code, rows[i].id};
    TRY(event_get_many(tx, a, keys, n, x->events, found)); /* one snapshot: all are there */
    x->n = n;
    return ERR_OK;
}

static enum err load_reporters(struct tx *tx, struct inbox *x)
{
    struct q_review_reporters_in in = {web_municipality(x->rq)};
    struct q_review_reporters_row *rows;
    TRY(q_review_reporters_all(tx, x->rq->arena, &in, &rows, &x->n_reporters));
    x->reporters = ARENA_ARRAY(x->rq->arena, x->n_reporters + 1, struct id);
    for (size_t i = 0; x->reporters && i < x->n_reporters; i++)
        x->reporters[i] = rows[i].account_id;
    return x->reporters ? ERR_OK : ERR_NOMEM;
}

static enum err load(struct tx *tx, void *arg)
{
    struct inbox *x = arg;
    struct arena *a = x->rq->arena;
    const char *code = web_municipality(x->rq);
    struct q_review_seq_in seq = {code};
    struct q_review_seq_row head = {0};
    struct q_review_question_waiting_in questions = {code};
    struct q_review_photos_waiting_in photos = {code};
    struct q_review_handled_in handled = {code, date_start(date_of_msec(time_now())), HANDLED_MOST};
    enum err e = q_review_seq_one(tx, a, &seq, &head);
    if (e && e != ERR_NOTFOUND)
        return e;
    x->seq = e ? 0 : head.seq;
    TRY(review_left(tx, a, code, &x->left));
    TRY(load_events(tx, x));
    TRY(load_reporters(tx, x));
    TRY(q_review_handled_all(tx, a, &handled, &x->handled, &x->n_handled));
    TRY(q_review_question_waiting_all(tx, a, &questions, &x->questions, &x->n_questions));
    TRY(q_review_photos_waiting_all(tx, a, &photos, &x->photos, &x->n_photos));
    TRY(review_latest(tx, a, code, web_who(x->rq)->account, &x->latest));
    if (x->latest.n)
        return event_get(tx, a, code, x->latest.event, &x->latest_event);
    return ERR_OK;
}

/* --- Cards --- */

static enum err fill_talks(struct inbox *x, struct id event, struct review_card *c, bool *asked)
{
    struct q_review_question_of_row *mine =
        ARENA_ARRAY(x->rq->arena, x->n_questions + 1, struct q_review_question_of_row);
    struct review_talk *talks;
    if (!mine)
        return ERR_NOMEM;
    for (size_t i = 0; i < x->n_questions; i++) {
        const struct q_review_question_waiting_row *q = &x->questions[i];
        if (!id_eq(q->event_id, event))
            continue;
        mine[c->n_talks++] = (struct q_review_question_of_row){
            .question = q->question,
            .asked_at = q->asked_at,
            .answer = q->answer,
            .answered_at = q->answered_at,
        };
        *asked = q->answered_at == DB_NO_INT;
    }
    TRY(review_talk_of(x->rq, mine, c->n_talks, &talks));
    c->talks = talks;
    return ERR_OK;
}

/* They are seen before the report is accepted: a face or a plate may be in one. */
static enum err fill_pictures(const struct inbox *x, struct id event, struct review_card *c)
{
    size_t first = 0, n = 0;
    while (first < x->n_photos && !id_eq(x->photos[first].event_id, event))
        first++;
    while (first + n < x->n_photos && id_eq(x->photos[first + n].event_id, event))
        n++;
    struct review_photo *list = ARENA_ARRAY(x->rq->arena, n + 1, struct review_photo);
    if (!list)
        return ERR_NOMEM;
    for (size_t i = 0; i < n; i++) {
        const struct q_review_photos_waiting_row *r = &x->photos[first + i];
        const struct photo_row photo = {
            .id = r->id, .alt = r->alt, .width = r->width, .height = r->height};
        list[i] = review_photo_of(x->rq, &photo, i, n);
    }
    c->photos = n ? TXF(x->rq, review_photos, (int64_t)n) : NULL;
    c->pictures = list;
    c->n_pictures = n;
    return ERR_OK;
}

/* Its place among those that wait and those that were handled today, so that it keeps its number
 * while somebody works. */
static size_t number_of(const struct inbox *x, size_t i)
{
    const struct event *e = &x->events[i];
    size_t before = 0;
    while (before < x->n_handled && (x->handled[before].reported_at < e->reported_at ||
                                     (x->handled[before].reported_at == e->reported_at &&
                                      memcmp(&x->handled[before].id, &e->id, sizeof e->id) < 0)))
        before++;
    return before + i + 1;
}

static bool can_answer(const struct inbox *x, const struct event *e)
{
    bool there = false;
    for (size_t i = 0; i < x->n_reporters; i++)
        there = there || id_eq(x->reporters[i], e->created_by);
    return there && !id_eq(e->created_by, web_who(x->rq)->account);
}

/* Chosen in the form that came back with a message. */
static bool picked(struct req *rq, const char *id)
{
    for (size_t i = 0; req_has(rq, "flera") && rq->problems && req_nth(rq, "rapport", i); i++)
        if (str_eq(req_nth(rq, "rapport", i), id))
            return true;
    return false;
}

static enum err fill_card(struct inbox *x, size_t i, struct review_card *c)
{
    struct req *rq = x->rq;
    const struct event *e = &x->events[i];
    struct review_piece *pieces;
    const char *organisation = event_names_organisation(&x->names, e->organisation_id);
    const char *area = event_names_area(&x->names, e->area_id);
    const char *place = event_place_text(&x->names, e);
    bool feeling = str_eq(e->source, EVENT_SOURCE_CITIZEN); /* its only time is when it was sent */
    *c = (struct review_card){
        .id = review_id(rq, e->id),
        .number = arena_printf(rq->arena, "%zu", number_of(x, i)),
        .href = review_path(rq, e->id),
        .title = event_names_type(&x->names, e->type_code),
        .when = feeling ? NULL
                        : event_time_text(rq->arena, rq->lang, e->occurred_from, e->occurred_to,
                                          time_now()),
        .answers = feeling ? e->type_said : NULL,
        .place =
            area && !str_eq(area, place) ? arena_printf(rq->arena, "%s, %s", place, area) : place,
        .who = organisation ? organisation : event_source_text(rq->lang, e->source),
        .reported = review_when(rq, e->reported_at),
        .may_ask = can_answer(x, e),
        .picked = picked(rq, review_id(rq, e->id)),
        .action = web_address(rq, "/granska"),
        .csrf = web_who(rq)->csrf,
        .seen = x->seen,
    };
    TRY(review_pieces(rq, e, &pieces, &c->n_pieces));
    c->pieces = pieces;
    for (size_t k = 0; k < c->n_pieces; k++)
        c->marked = c->marked || pieces[k].found;
    c->marked = c->marked || review_points(e->place_name);
    TRY(fill_pictures(x, e->id, c));
    TRY(fill_talks(x, e->id, c, &x->asked[i]));
    return c->number ? ERR_OK : ERR_NOMEM;
}

/* --- Groups --- */

struct known_in {
    struct inbox *x;
    const struct id *ids;
    size_t n;
    struct event *events;
    bool *found;
};

static enum err load_known(struct tx *tx, void *arg)
{
    struct known_in *k = arg;
    struct arena *a = k->x->rq->arena;
    struct event_key *keys = ARENA_ARRAY(a, k->n + 1, struct event_key);
    if (!keys)
        return ERR_NOMEM;
    for (size_t i = 0; i < k->n; i++)
        keys[i] = (struct event_key){web_municipality(k->x->rq), k->ids[i]};
    return event_get_many(tx, a, keys, k->n, k->events, k->found);
}

static enum err fill_known(struct inbox *x, const struct event *leader, struct review_group *g)
{
    struct arena *a = x->rq->arena;
    struct review_item item = review_item_of(leader);
    struct known_in k = {.x = x};
    struct id *ids;
    TRY(review_known_near(x->rq, &item, KNOWN_MOST, &ids, &k.n));
    struct review_known *list = ARENA_ARRAY(a, k.n + 1, struct review_known);
    k.ids = ids;
    k.events = ARENA_ARRAY(a, k.n + 1, struct event);
    k.found = ARENA_ARRAY(a, k.n + 1, bool);
    if (!list || !k.events || !k.found)
        return ERR_NOMEM;
    if (k.n)
        TRY(web_read(x->rq, load_known, &k));
    for (size_t i = 0; i < k.n; i++)
        if (k.found[i])
            list[g->n_known++] = (struct review_known){
                .id = review_id(x->rq, ids[i]),
                .href =
                    web_address(x->rq, arena_printf(a, "/handelser/%s", review_id(x->rq, ids[i]))),
                .text = review_line(x->rq, &x->names, &k.events[i]),
                .group = g->id,
                .main = g->n_known == 0,
            };
    g->known = list;
    return ERR_OK;
}

/* What each card's "the same" means: what counts already, else the first of the group; on that one
 * the whole group. */
static void set_main(struct req *rq, struct review_group *g, struct review_card *cards)
{
    bool known = g->n_known > 0;
    g->several = g->n_cards > 1;
    for (size_t i = 0; i < g->n_cards; i++) {
        if (!known && !g->several)
            return;
        cards[i].group = g->id;
        cards[i].main = !known && i == 0;
        cards[i].main_id = known ? g->known[0].id : cards[0].id;
        cards[i].main_label = known    ? TX(rq, review_same_known)
                              : i == 0 ? TX(rq, review_same_here)
                                       : TXF(rq, review_same_as, (const char *)cards[0].number);
    }
}

static enum err fill_group(struct inbox *x, size_t leader, struct review_card *all,
                           struct review_group *g, size_t no)
{
    struct req *rq = x->rq;
    struct review_card *cards = ARENA_ARRAY(rq->arena, x->n + 1, struct review_card);
    if (!cards)
        return ERR_NOMEM;
    g->id = arena_printf(rq->arena, "grupp-%zu", no);
    for (size_t i = leader; i < x->n; i++)
        if (x->leader[i] == leader && !x->asked[i])
            cards[g->n_cards++] = all[i];
    g->cards = cards;
    TRY(fill_known(x, &x->events[leader], g));
    set_main(rq, g, cards);
    if (g->several)
        g->title = TXF(rq, review_group_several, g->n_cards);
    else if (g->n_known)
        g->title = TX(rq, review_group_known);
    return g->id ? ERR_OK : ERR_NOMEM;
}

static enum err fill_groups(struct inbox *x, struct review_inbox_view *v)
{
    struct arena *a = x->rq->arena;
    struct review_item *items = ARENA_ARRAY(a, x->n + 1, struct review_item);
    struct review_card *all = ARENA_ARRAY(a, x->n + 1, struct review_card);
    struct review_card *asked = ARENA_ARRAY(a, x->n + 1, struct review_card);
    struct review_group *groups = ARENA_ARRAY(a, x->n + 1, struct review_group);
    x->leader = ARENA_ARRAY(a, x->n + 1, size_t);
    x->asked = ARENA_ARRAY(a, x->n + 1, bool);
    if (!items || !all || !asked || !groups || !x->leader || !x->asked)
        return ERR_NOMEM;
    for (size_t i = 0; i < x->n; i++) {
        items[i] = review_item_of(&x->events[i]);
        TRY(fill_card(x, i, &all[i]));
        if (x->asked[i])
            asked[v->n_asked++] = all[i];
    }
    review_group(items, x->n, x->leader);
    for (size_t i = 0; i < x->n; i++) {
        struct review_group g = {0};
        if (x->leader[i] != i)
            continue;
        TRY(fill_group(x, i, all, &g, v->n_groups + 1));
        if (g.n_cards)
            groups[v->n_groups++] = g;
    }
    v->groups = groups;
    v->asked = asked;
    v->n_cards = x->n;
    return ERR_OK;
}

/* --- The page --- */

/* One field of the form for several: its own id in the page, its own problem. */
static void own(struct req *rq, struct page_field *f)
{
    const char *name = arena_printf(rq->arena, "flera-%s", f->name);
    struct page_field label = web_field(rq, name ? name : "", TEXT_COUNT, TEXT_COUNT, NULL);
    f->prefix = "flera-";
    f->error = label.error;
}

static enum err fill_many(struct req *rq, struct review_inbox_view *v)
{
    bool back = req_has(rq, "flera");
    const char *what = back ? req_field(rq, "gor") : NULL;
    size_t n = v->reject_reason.n_choices;
    struct page_choice *c = ARENA_ARRAY(rq->arena, 3, struct page_choice);
    struct page_choice *why = ARENA_ARRAY(rq->arena, n + 1, struct page_choice);
    if (!c || !why)
        return ERR_NOMEM;
    c[0] = (struct page_choice){.value = "", .label = TX(rq, review_many_choose)};
    c[1] = (struct page_choice){.value = "accept",
                                .label = TX(rq, review_accept),
                                .chosen = what && str_eq(what, "accept")};
    c[2] = (struct page_choice){.value = "reject",
                                .label = TX(rq, review_reject),
                                .chosen = what && str_eq(what, "reject")};
    v->many_do = web_field(rq, "gor", T_review_many_do, TEXT_COUNT, NULL);
    v->many_do.required = true;
    v->many_do.choices = c;
    v->many_do.n_choices = 3;
    why[0] = (struct page_choice){.value = "", .label = TX(rq, review_many_choose_reason)};
    for (size_t i = 0; i < n; i++)
        why[i + 1] = v->reject_reason.choices[i];
    v->many_reason = v->reject_reason;
    v->many_reason.label = TX(rq, review_many_reason);
    v->many_reason.choices = why;
    v->many_reason.n_choices = n + 1;
    v->many_text = v->reject_text;
    v->many_text.value = back ? req_field(rq, "text") : NULL;
    own(rq, &v->many_do);
    own(rq, &v->many_reason);
    own(rq, &v->many_text);
    return ERR_OK;
}

static enum err fill_rest(struct inbox *x, struct review_inbox_view *v)
{
    struct req *rq = x->rq;
    struct review_forms f;
    TRY(review_forms(rq, &x->names, &f));
    v->reject_reason = f.reject_reason;
    v->reject_text = f.reject_text;
    v->ask_text = f.ask_text;
    v->forward_to = f.forward_to;
    v->forward_text = f.forward_text;
    TRY(fill_many(rq, v));
    v->action = web_address(rq, "/granska");
    v->undo_action = web_address(rq, "/granska/angra");
    v->seen = x->seen;
    if (x->left.n)
        v->said = review_left_said(rq, &x->left);
    if (x->left.n > (int64_t)x->n)
        v->more = TXF(rq, review_more, (int64_t)x->n);
    if (x->latest.n) {
        v->undo = review_id(rq, x->latest.batch);
        v->undo_said =
            x->latest.n > 1
                ? TXF(rq, review_latest_many,
                      review_done_text(rq, review_kind_name(x->latest.kind)), x->latest.n)
                : TXF(rq, review_latest_one, review_done_text(rq, review_kind_name(x->latest.kind)),
                      review_line(rq, &x->names, &x->latest_event));
    }
    v->empty = (struct page_empty){TX(rq, review_empty), TX(rq, review_empty_more),
                                   web_address(rq, "/laget"), TX(rq, review_empty_link)};
    return ERR_OK;
}

enum err review_inbox_draw(struct req *rq)
{
    struct inbox x = {.rq = rq};
    struct review_inbox_view *v = ARENA_NEW(rq->arena, struct review_inbox_view);
    if (!v)
        return ERR_NOMEM;
    if (str_ends(web_municipality(rq), "00"))
        return ERR_NOTFOUND;
    TRY(web_read(rq, load, &x));
    TRY(event_names_load(web_app(rq), rq->arena, rq->lang, web_municipality(rq), &x.names));
    x.seen = arena_printf(rq->arena, "%lld", (long long)x.seq);
    TRY(fill_groups(&x, v));
    TRY(fill_rest(&x, v));
    v->page.action =
        (struct page_link){TX(rq, feedback_inbox_link), web_address(rq, "/svar"), false};
    TRY(web_page(rq, &v->page, T_review_title));
    TRY(web_audit_read(rq, "review.list", "event", (struct id){{0}},
                       arena_printf(rq->arena, "{\"count\":%zu}", x.n)));
    struct tmpl t = web_tmpl(rq);
    review_inbox_html(&t, v);
    return ERR_OK;
}

enum err review_inbox_page(struct req *rq)
{
    return review_inbox_draw(rq);
}
