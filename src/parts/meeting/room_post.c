/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* What is written in an open meeting: notes, who is there, what was done, what is to be told. */
#include "base/mem.h"
#include "base/str.h"
#include "meeting_html.h"
#include "parts/meeting/meeting_inner.h"

const struct field_spec meeting_note_fields[] = {
    {.name = "item", .kind = FIELD_CODE, .required = true},
    {.name = "version", .kind = FIELD_INT, .required = true, .min = 0, .max = INT32_MAX},
    {.name = "words", .kind = FIELD_LINES, .max = MEETING_NOTE_MOST},
    {.name = "both", .kind = FIELD_BOOL},
    {.name = "done", .kind = FIELD_BOOL},
    {.name = "undone", .kind = FIELD_BOOL},
    {0},
};
const struct field_spec meeting_present_fields[] = {
    {.name = "account", .kind = FIELD_ID, .required = true},
    {.name = "here", .kind = FIELD_BOOL},
    {0},
};
const struct field_spec meeting_guest_fields[] = {
    {.name = "guest", .kind = FIELD_TEXT, .max = MEETING_GUEST_MOST},
    {.name = "people", .kind = FIELD_INT, .min = 1, .max = MEETING_PEOPLE_MOST},
    {.name = "remove", .kind = FIELD_ID},
    {.name = "form", .kind = FIELD_CODE, .max = ID_TEXT}, /* a form is one row */
    {0},
};
const struct field_spec meeting_tick_fields[] = {
    {.name = "action", .kind = FIELD_ID, .required = true},
    {.name = "done", .kind = FIELD_BOOL},
    {0},
};
const struct field_spec meeting_tell_fields[] = {
    {.name = "audience", .kind = FIELD_CODE},
    {.name = "say", .kind = FIELD_TEXT, .max = MEETING_MESSAGE_MOST},
    {.name = "message", .kind = FIELD_ID},
    {.name = "remove", .kind = FIELD_ID},
    {.name = "told", .kind = FIELD_BOOL},
    {.name = "form", .kind = FIELD_CODE, .max = ID_TEXT},
    {0},
};
const struct field_spec meeting_next_fields[] = {
    {.name = "day", .kind = FIELD_DATE, .required = true},
    {.name = "time", .kind = FIELD_TIME, .required = true},
    {.name = "seen", .kind = FIELD_INT, .min = 0},
    {0},
};

/* --- What they have in common --- */

/* Nothing of what somebody wrote is lost because somebody else closed the meeting. */
enum err room_late(struct req *rq, struct id meeting)
{
    struct meeting_late_view *v = ARENA_NEW(rq->arena, struct meeting_late_view);
    const char **texts = ARENA_ARRAY(rq->arena, rq->n_fields + 1, const char *);
    if (!v || !texts)
        return ERR_NOMEM;
    for (const struct field_spec *f = rq->route->fields; f && f->name; f++)
        if ((f->kind == FIELD_TEXT || f->kind == FIELD_LINES) && req_field(rq, f->name))
            texts[v->n_texts++] = req_field(rq, f->name);
    v->texts = texts;
    v->minutes_href = room_at(rq, meeting, "/protokoll");
    resp_status(rq, 409);
    TRY(room_crumbs(rq, &v->page));
    TRY(web_page(rq, &v->page, T_meeting_late));
    struct tmpl t = web_tmpl(rq);
    meeting_late_html(&t, v);
    return ERR_OK;
}

static enum err again(const struct room_change *c)
{
    struct room_showing s = {.item = c->item};
    web_invalid(c->r->rq);
    return room_draw(c->r, &s);
}

static enum err room_done(const struct room_change *c)
{
    struct req *rq = c->r->rq;
    return web_done(rq, c->to ? c->to : room_at_item(rq, c->r->m.id, c->item),
                    T_done_meeting_saved);
}

enum err room_do(const struct room_change *c)
{
    struct req *rq = c->r->rq;
    if (c->there && c->there(c->r))
        return room_done(c);
    if (c->r->m.state == MEETING_PLANNED)
        return ERR_CONFLICT;
    if (c->r->m.state == MEETING_CLOSED)
        return room_late(rq, c->r->m.id);
    if (rq->problems)
        return again(c);
    enum err e = web_write(rq, c->fn, c->arg ? c->arg : c->r);
    if (e == ERR_CONFLICT) { /* it was closed in this very moment */
        struct room *now;
        TRY(room_load(rq, &now));
        return now->m.state == MEETING_CLOSED ? room_late(rq, now->m.id) : ERR_CONFLICT;
    }
    if (e == ERR_LIMIT) {
        req_problem(rq, NULL, TX(rq, meeting_too_many));
        return again(c);
    }
    if (e == ERR_CANCELLED && c->stale) {
        struct room_change now = *c;
        TRY(room_load(rq, &now.r));
        req_problem(rq, c->stale, TXF(rq, meeting_next_conflict, room_when(rq, now.r->m.next_at)));
        return again(&now);
    }
    if (e == ERR_CANCELLED && c->there) { /* sent twice at once: has the other one written it? */
        struct room *now;
        TRY(room_load(rq, &now));
        if (c->there(now))
            return room_done(c);
    }
    if (e == ERR_NOTFOUND && c->gone && c->gone(c->r)) /* pressed twice */
        return room_done(c);
    TRY(e);
    return room_done(c);
}

static enum err noted(struct room *r, struct tx *tx, const char *action)
{
    return web_audit(r->rq, tx, action, "meeting", r->m.id, NULL);
}

/* --- Notes --- */

struct writing {
    struct room *r;
    enum meeting_item item;
    const char *words;
    int64_t version;
    bool changed, stale;
};

static enum err write_note(struct tx *tx, void *arg)
{
    struct writing *w = arg;
    struct room *r = w->r;
    const char *town = web_municipality(r->rq);
    struct meeting_note n = {.item = w->item,
                             .version = w->version,
                             .words = w->words,
                             .set_by = web_who(r->rq)->account};
    w->stale = false;
    if (w->changed) {
        TRY(meeting_note_set(tx, town, r->m.id, &n, &w->stale));
        if (w->stale)
            return ERR_CANCELLED; /* nothing is stored, not even that the item is finished */
        TRY(noted(r, tx, "meeting.note"));
    }
    bool done = req_has(r->rq, "done"), undone = req_has(r->rq, "undone");
    if (!done && !undone)
        return ERR_OK;
    TRY(meeting_set_done(tx, town, r->m.id, w->item, done));
    return noted(r, tx, "meeting.item");
}

/* The other's words first, then one's own: both are kept. */
static const char *both(struct room *r, enum meeting_item item, const char *mine)
{
    const char *theirs = r->notes[item].words;
    if (str_empty(theirs) || str_empty(mine))
        return str_empty(theirs) ? mine : theirs;
    return arena_printf(r->rq->arena, "%s\n\n%s", theirs, mine);
}

static enum err show_both(struct room *r, enum meeting_item item)
{
    struct room *now;
    TRY(room_load(r->rq, &now));
    struct room_showing s = {.item = item, .theirs = &now->notes[item]};
    req_problem(r->rq, "words", TX(r->rq, meeting_note_conflict));
    web_invalid(r->rq);
    return room_draw(now, &s);
}

static const char *where_to(struct req *rq, const struct room *r, enum meeting_item item)
{
    bool on = req_has(rq, "done") && item + 1 < MEETING_ITEM_COUNT;
    return room_at_item(rq, r->m.id, on ? (enum meeting_item)(item + 1) : item);
}

enum err meeting_note_post(struct req *rq)
{
    struct writing w = {0};
    TRY(room_load(rq, &w.r));
    if (!meeting_item_parse(req_field(rq, "item"), &w.item))
        return ERR_NOTFOUND;
    room_guard(rq, "words");
    w.words = req_field(rq, "words") ? req_field(rq, "words") : "";
    w.version = req_int(rq, "version", 0);
    if (!rq->problems && req_has(rq, "both")) {
        w.words = both(w.r, w.item, w.words);
        if (!w.words)
            return ERR_NOMEM;
        if (utf8_len(w.words) > MEETING_NOTE_MOST)
            req_problem(rq, "words", TX(rq, meeting_note_long));
    }
    const struct meeting_note *now = &w.r->notes[w.item];
    w.changed = !str_eq(w.words, now->words ? now->words : "");
    struct room_change c = {
        .r = w.r, .item = w.item, .fn = write_note, .arg = &w, .to = where_to(rq, w.r, w.item)};
    if (rq->problems || w.r->m.state != MEETING_OPEN)
        return room_do(&c);
    enum err e = web_write(rq, write_note, &w);
    if (w.stale && e == ERR_CANCELLED)
        return show_both(w.r, w.item);
    if (e == ERR_CONFLICT)
        return room_late(rq, w.r->m.id);
    TRY(e);
    return web_done(rq, c.to, T_done_meeting_saved);
}

/* --- Who is there --- */

static enum err write_present(struct tx *tx, void *arg)
{
    struct room *r = arg;
    struct req *rq = r->rq;
    TRY(meeting_set_present(tx, web_municipality(rq), r->m.id, req_id(rq, "account"),
                            req_has(rq, "here")));
    return noted(r, tx, "meeting.present");
}

enum err meeting_present_post(struct req *rq)
{
    struct room *r;
    bool known = false;
    TRY(room_load(rq, &r));
    for (size_t i = 0; i < r->n_people; i++)
        known = known || id_eq(r->people[i].account, req_id(rq, "account"));
    if (!known)
        return ERR_NOTFOUND;
    const char *to =
        arena_printf(rq->arena, "%s#person-%s", room_at_item(rq, r->m.id, MEETING_ATTENDANCE),
                     room_id(rq, req_id(rq, "account")));
    return room_do(
        &(struct room_change){.r = r, .item = MEETING_ATTENDANCE, .fn = write_present, .to = to});
}

/* A form that was filled in anew after it had been sent is another guest. */
static struct meeting_guest guest_of(const struct room *r)
{
    struct req *rq = r->rq;
    struct meeting_guest g = {room_form(rq), req_field(rq, "guest"), (int)req_int(rq, "people", 1)};
    for (size_t i = 0; i < r->n_guests; i++) {
        const struct meeting_guest *x = &r->guests[i];
        if (id_eq(x->id, g.id) &&
            (!str_eq(x->organisation, g.organisation) || x->people != g.people))
            g.id = id_new();
    }
    return g;
}

static bool is_guest(const struct room *r)
{
    struct id id = guest_of(r).id;
    for (size_t i = 0; i < r->n_guests; i++)
        if (id_eq(r->guests[i].id, id))
            return true;
    return false;
}

static bool guest_gone(const struct room *r)
{
    for (size_t i = 0; i < r->n_guests; i++)
        if (id_eq(r->guests[i].id, req_id(r->rq, "remove")))
            return false;
    return true;
}

static enum err write_guest(struct tx *tx, void *arg)
{
    struct room *r = arg;
    struct req *rq = r->rq;
    const char *town = web_municipality(rq);
    struct meeting_guest g = guest_of(r);
    TRY(req_has(rq, "remove") ? meeting_guest_drop(tx, town, r->m.id, req_id(rq, "remove"))
                              : meeting_guest_add(tx, town, r->m.id, &g));
    return noted(r, tx, "meeting.guest");
}

enum err meeting_guest_post(struct req *rq)
{
    struct room *r;
    TRY(room_load(rq, &r));
    room_guard(rq, "guest");
    if (!req_has(rq, "remove") && !req_field(rq, "guest"))
        req_problem(rq, "guest", TX(rq, meeting_need_guest));
    return room_do(&(struct room_change){.r = r,
                                         .item = MEETING_ATTENDANCE,
                                         .fn = write_guest,
                                         .there = req_has(rq, "remove") ? NULL : is_guest,
                                         .gone = req_has(rq, "remove") ? guest_gone : NULL});
}

/* --- What was done --- */

static enum err write_tick(struct tx *tx, void *arg)
{
    struct room *r = arg;
    struct req *rq = r->rq;
    const char *town = web_municipality(rq);
    bool done = req_has(rq, "done");
    struct action x;
    struct id id = req_id(rq, "action");
    TRY(action_get(tx, rq->arena, town, id, &x));
    TRY(meeting_tick(tx, town, r->m.id, id, done));
    TRY(noted(r, tx, "meeting.tick"));
    enum action_state to = done ? ACTION_DONE : ACTION_ONGOING;
    if (done ? !action_open(x.state) : x.state != ACTION_DONE)
        return ERR_OK;
    struct action_edit e = {web_who(rq)->account, x.version, NULL};
    TRY(action_set_state(tx, rq->arena, town, id, to, &e));
    return web_audit(rq, tx, "action.state", "action", id, NULL);
}

enum err meeting_tick_post(struct req *rq)
{
    struct room *r;
    TRY(room_load(rq, &r));
    if (!room_action(r, req_id(rq, "action")))
        return ERR_NOTFOUND;
    const char *to = room_at_item(rq, r->m.id, MEETING_FOLLOWUP);
    for (size_t i = 0; i + 1 < r->n_followed; i++) /* the next one is at hand */
        if (id_eq(r->followed[i]->id, req_id(rq, "action")))
            to = arena_printf(rq->arena, "%s#atgard-%s", to, room_id(rq, r->followed[i + 1]->id));
    return room_do(
        &(struct room_change){.r = r, .item = MEETING_FOLLOWUP, .fn = write_tick, .to = to});
}

/* --- What is told --- */

/* As guest_of(). */
static struct meeting_message message_of(const struct room *r)
{
    struct req *rq = r->rq;
    struct meeting_message m = {
        .id = room_form(rq), .meeting = r->m.id, .words = req_field(rq, "say")};
    if (!meeting_audience_parse(req_field(rq, "audience"), &m.audience))
        m.words = NULL;
    for (size_t i = 0; i < r->n_messages; i++) {
        const struct meeting_message *x = &r->messages[i];
        if (id_eq(x->id, m.id) && (!str_eq(x->words, m.words) || x->audience != m.audience))
            m.id = id_new();
    }
    return m;
}

static bool is_message(const struct room *r)
{
    struct id id = message_of(r).id;
    for (size_t i = 0; i < r->n_messages; i++)
        if (id_eq(r->messages[i].id, id))
            return true;
    return false;
}

static bool message_gone(const struct room *r)
{
    for (size_t i = 0; i < r->n_messages; i++)
        if (id_eq(r->messages[i].id, req_id(r->rq, "remove")))
            return false;
    return true;
}

static enum err write_tell(struct tx *tx, void *arg)
{
    struct room *r = arg;
    struct req *rq = r->rq;
    const char *town = web_municipality(rq);
    if (req_has(rq, "remove")) {
        TRY(meeting_message_drop(tx, town, r->m.id, req_id(rq, "remove")));
    } else if (req_has(rq, "message")) {
        TRY(meeting_message_told(tx, town, r->m.id, req_id(rq, "message"), req_has(rq, "told")));
    } else {
        struct meeting_message m = message_of(r);
        TRY(meeting_message_add(tx, town, &m));
    }
    return noted(r, tx, "meeting.message");
}

enum err meeting_tell_post(struct req *rq)
{
    struct room *r;
    enum meeting_audience a;
    TRY(room_load(rq, &r));
    room_guard(rq, "say");
    bool adds = !req_has(rq, "message") && !req_has(rq, "remove");
    if (adds) {
        if (!meeting_audience_parse(req_field(rq, "audience"), &a))
            req_problem(rq, "audience", TX(rq, meeting_need_audience));
        if (!req_field(rq, "say"))
            req_problem(rq, "say", TX(rq, meeting_need_say));
    }
    return room_do(&(struct room_change){.r = r,
                                         .item = MEETING_TELL,
                                         .fn = write_tell,
                                         .there = adds ? is_message : NULL,
                                         .gone = req_has(rq, "remove") ? message_gone : NULL});
}

/* --- The next meeting --- */

struct naming {
    struct room *r;
    msec at, seen; /* seen: what stood there; -1: the form does not say */
};

/* Another day that somebody has decided meanwhile is not replaced unseen. */
static enum err write_next(struct tx *tx, void *arg)
{
    struct naming *n = arg;
    struct meeting m;
    TRY(meeting_get(tx, n->r->rq->arena, web_municipality(n->r->rq), n->r->m.id, &m));
    if (n->seen >= 0 && m.next_at && m.next_at != n->seen && m.next_at != n->at)
        return ERR_CANCELLED;
    TRY(meeting_set_next(tx, web_municipality(n->r->rq), n->r->m.id, n->at));
    return noted(n->r, tx, "meeting.next");
}

msec room_moment(struct req *rq)
{
    struct date d;
    const char *day = req_field(rq, "day");
    int minutes = req_minutes(rq, "time", -1);
    if (!day || date_parse(day, &d) || minutes < 0)
        return 0;
    return date_at(d, minutes);
}

enum err meeting_next_post(struct req *rq)
{
    struct naming n = {0};
    TRY(room_load(rq, &n.r));
    n.at = rq->problems ? 0 : room_moment(rq);
    if (!rq->problems && n.at <= n.r->now)
        req_problem(rq, "day", TX(rq, meeting_past));
    n.seen = req_int(rq, "seen", -1);
    return room_do(&(struct room_change){
        .r = n.r, .item = MEETING_NEXT, .fn = write_next, .arg = &n, .stale = "day"});
}
