/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Meetings in the database: planned, opened, closed. */
#include "base/mem.h"
#include "base/str.h"
#include "db/db.h"
#include "meeting_sql.h"
#include "parts/meeting/meeting.h"

static msec moment(int64_t v)
{
    return v == DB_NO_INT ? 0 : v;
}

static struct meeting of_row(const struct q_meeting_list_row *r)
{
    return (struct meeting){
        .id = r->id,
        .period = r->period,
        .starts_at = r->starts_at,
        .minutes = (int)r->minutes,
        .state = str_eq(r->state, "open")     ? MEETING_OPEN
                 : str_eq(r->state, "closed") ? MEETING_CLOSED
                                              : MEETING_PLANNED,
        .opened_at = moment(r->opened_at),
        .closed_at = moment(r->closed_at),
        .next_at = moment(r->next_at),
        .revision = r->revision,
        .letters = r->letters,
    };
}

enum err meeting_list(struct tx *tx, struct arena *a, const char *municipality,
                      struct meeting **out, size_t *out_n)
{
    struct q_meeting_list_in in = {municipality};
    struct q_meeting_list_row *rows;
    size_t n;
    TRY(q_meeting_list_all(tx, a, &in, &rows, &n));
    struct meeting *list = ARENA_ARRAY(a, n + 1, struct meeting);
    if (!list)
        return ERR_NOMEM;
    for (size_t i = 0; i < n; i++)
        list[i] = of_row(&rows[i]);
    *out = list;
    *out_n = n;
    return ERR_OK;
}

enum err meeting_get(struct tx *tx, struct arena *a, const char *municipality, struct id id,
                     struct meeting *out)
{
    struct q_meeting_get_in in = {municipality, id};
    struct q_meeting_get_row r;
    TRY(q_meeting_get_one(tx, a, &in, &r));
    struct q_meeting_list_row same = {r.id,        r.period,    r.starts_at, r.minutes,  r.state,
                                      r.opened_at, r.closed_at, r.next_at,   r.revision, r.letters};
    *out = of_row(&same);
    return ERR_OK;
}

enum err meeting_before(struct tx *tx, struct arena *a, const char *municipality,
                        const struct meeting *m, struct meeting *out)
{
    struct q_meeting_before_in in = {municipality, m->id, m->opened_at ? m->opened_at : time_now()};
    struct q_meeting_before_row r;
    TRY(q_meeting_before_one(tx, a, &in, &r));
    return meeting_get(tx, a, municipality, r.id, out);
}

enum err meeting_plan(struct tx *tx, const char *municipality, const struct meeting_plan *p)
{
    int64_t n;
    if (p->minutes < MEETING_MINUTES_LEAST || p->minutes > MEETING_MINUTES_MOST)
        return ERR_INVALID;
    struct q_meeting_add_in in = {municipality, p->id, p->starts_at, p->minutes,
                                  time_now(),   p->by, p->origin};
    TRY(q_meeting_add_run(tx, &in, &n));
    return n ? ERR_OK : ERR_CONFLICT;
}

enum err meeting_drop(struct tx *tx, const char *municipality, struct id id)
{
    int64_t n;
    struct q_meeting_drop_in in = {municipality, id};
    TRY(q_meeting_drop_run(tx, &in, &n));
    return n ? ERR_OK : ERR_CONFLICT;
}

enum err meeting_open(struct tx *tx, const char *municipality, struct id id, struct id period,
                      struct id by)
{
    int64_t n;
    struct q_meeting_open_in in = {municipality, id, period, time_now(), by};
    TRY(q_meeting_open_run(tx, &in, &n));
    return n ? ERR_OK : ERR_CONFLICT;
}

enum err meeting_move(struct tx *tx, const char *municipality, const struct meeting_plan *p)
{
    int64_t n;
    struct q_meeting_move_in in = {municipality, p->id, p->starts_at, p->minutes};
    if (p->minutes < MEETING_MINUTES_LEAST || p->minutes > MEETING_MINUTES_MOST)
        return ERR_INVALID;
    TRY(q_meeting_move_run(tx, &in, &n));
    return n ? ERR_OK : ERR_CONFLICT;
}

/* Opening it was the first change. */
bool meeting_untouched(const struct meeting *m)
{
    return m->state == MEETING_OPEN && m->revision == 1;
}

enum err meeting_put_back(struct tx *tx, const char *municipality, struct id id)
{
    int64_t n;
    struct q_meeting_put_back_in in = {municipality, id};
    TRY(q_meeting_put_back_run(tx, &in, &n));
    return n ? ERR_OK : ERR_CONFLICT;
}

enum err meeting_close(struct tx *tx, const char *municipality, const struct meeting_closing *c)
{
    int64_t n;
    struct q_meeting_close_in in = {municipality, c->id,      c->revision, time_now(),
                                    c->by,        c->content, c->letters};
    struct q_meeting_notes_last_in notes = {municipality, c->id};
    TRY(q_meeting_close_run(tx, &in, &n));
    return n ? q_meeting_notes_last_run(tx, &notes, NULL) : ERR_CONFLICT;
}

enum err meeting_touch(struct tx *tx, const char *municipality, struct id id)
{
    int64_t n;
    struct q_meeting_touch_in in = {municipality, id};
    TRY(q_meeting_touch_run(tx, &in, &n));
    return n ? ERR_OK : ERR_CONFLICT;
}

enum err meeting_set_next(struct tx *tx, const char *municipality, struct id id, msec at)
{
    struct q_meeting_next_in in = {municipality, id, at ? at : DB_NO_INT};
    TRY(meeting_touch(tx, municipality, id));
    return q_meeting_next_run(tx, &in, NULL);
}

enum err meeting_content(struct tx *tx, struct arena *a, const char *municipality, struct id id,
                         const char **out)
{
    struct q_meeting_content_in in = {municipality, id};
    struct q_meeting_content_row r;
    TRY(q_meeting_content_one(tx, a, &in, &r));
    if (!r.content)
        return ERR_NOTFOUND;
    *out = r.content;
    return ERR_OK;
}

/* --- Notes and items --- */

enum err meeting_notes(struct tx *tx, struct arena *a, const char *municipality, struct id meeting,
                       struct meeting_note *out)
{
    struct q_meeting_notes_in in = {municipality, meeting};
    struct q_meeting_notes_row *rows;
    size_t n;
    TRY(q_meeting_notes_all(tx, a, &in, &rows, &n));
    for (int i = 0; i < MEETING_ITEM_COUNT; i++)
        out[i] = (struct meeting_note){.item = (enum meeting_item)i};
    for (size_t i = 0; i < n; i++) {
        enum meeting_item item;
        const struct q_meeting_notes_row *r = &rows[i];
        if (meeting_item_parse(r->item, &item))
            out[item] =
                (struct meeting_note){item, r->version, r->words, r->set_at, r->set_by, r->who};
    }
    return ERR_OK;
}

enum err meeting_note_set(struct tx *tx, const char *municipality, struct id meeting,
                          const struct meeting_note *x, bool *stale)
{
    int64_t n;
    struct q_meeting_note_add_in in = {municipality, meeting,        meeting_item_code(x->item),
                                       x->version,   x->version + 1, x->words ? x->words : "",
                                       time_now(),   x->set_by};
    TRY(meeting_touch(tx, municipality, meeting));
    TRY(q_meeting_note_add_run(tx, &in, &n));
    *stale = n == 0;
    return ERR_OK;
}

enum err meeting_done(struct tx *tx, struct arena *a, const char *municipality, struct id meeting,
                      bool *out)
{
    struct q_meeting_items_in in = {municipality, meeting};
    struct q_meeting_items_row *rows;
    size_t n;
    TRY(q_meeting_items_all(tx, a, &in, &rows, &n));
    for (int i = 0; i < MEETING_ITEM_COUNT; i++)
        out[i] = false;
    for (size_t i = 0; i < n; i++) {
        enum meeting_item item;
        if (meeting_item_parse(rows[i].item, &item))
            out[item] = true;
    }
    return ERR_OK;
}

enum err meeting_set_done(struct tx *tx, const char *municipality, struct id meeting,
                          enum meeting_item item, bool done)
{
    struct q_meeting_item_done_in in = {municipality, meeting, meeting_item_code(item), time_now()};
    struct q_meeting_item_undone_in un = {municipality, meeting, meeting_item_code(item)};
    TRY(meeting_touch(tx, municipality, meeting));
    return done ? q_meeting_item_done_run(tx, &in, NULL) : q_meeting_item_undone_run(tx, &un, NULL);
}

/* --- Who is there --- */

enum err meeting_set_present(struct tx *tx, const char *municipality, struct id meeting,
                             struct id account, bool present)
{
    struct q_meeting_here_in here = {municipality, meeting, account, time_now()};
    struct q_meeting_away_in away = {municipality, meeting, account};
    TRY(meeting_touch(tx, municipality, meeting));
    return present ? q_meeting_here_run(tx, &here, NULL) : q_meeting_away_run(tx, &away, NULL);
}

enum err meeting_guests(struct tx *tx, struct arena *a, const char *municipality, struct id meeting,
                        struct meeting_guest **out, size_t *out_n)
{
    struct q_meeting_guests_in in = {municipality, meeting};
    struct q_meeting_guests_row *rows;
    size_t n;
    TRY(q_meeting_guests_all(tx, a, &in, &rows, &n));
    struct meeting_guest *list = ARENA_ARRAY(a, n + 1, struct meeting_guest);
    if (!list)
        return ERR_NOMEM;
    for (size_t i = 0; i < n; i++)
        list[i] = (struct meeting_guest){rows[i].id, rows[i].organisation, (int)rows[i].people};
    *out = list;
    *out_n = n;
    return ERR_OK;
}

/* What a form that is sent twice has written already is written once. */
static enum err already(int64_t n)
{
    return n ? ERR_CANCELLED : ERR_OK;
}

enum err meeting_guest_add(struct tx *tx, const char *municipality, struct id meeting,
                           const struct meeting_guest *g)
{
    int64_t n;
    struct q_meeting_guest_add_in in = {municipality,    meeting,   g->id,
                                        g->organisation, g->people, time_now()};
    struct q_meeting_guest_has_in has = {municipality, meeting, g->id};
    struct q_meeting_guest_has_row is;
    if (str_empty(g->organisation) || g->people < 1 || g->people > MEETING_PEOPLE_MOST)
        return ERR_INVALID;
    TRY(meeting_touch(tx, municipality, meeting));
    TRY(q_meeting_guest_has_one(tx, NULL, &has, &is));
    TRY(already(is.n));
    TRY(q_meeting_guest_add_run(tx, &in, &n));
    return n ? ERR_OK : ERR_LIMIT;
}

enum err meeting_guest_drop(struct tx *tx, const char *municipality, struct id meeting,
                            struct id guest)
{
    int64_t n;
    struct q_meeting_guest_drop_in in = {municipality, guest};
    TRY(meeting_touch(tx, municipality, meeting));
    TRY(q_meeting_guest_drop_run(tx, &in, &n));
    return n ? ERR_OK : ERR_NOTFOUND;
}

/* --- What is decided --- */

enum err meeting_tick(struct tx *tx, const char *municipality, struct id meeting, struct id action,
                      bool done)
{
    struct q_meeting_tick_set_in in = {municipality, meeting, action, done, time_now()};
    TRY(meeting_touch(tx, municipality, meeting));
    return q_meeting_tick_set_run(tx, &in, NULL);
}

enum err meeting_may_decide(struct tx *tx, const char *municipality, struct id meeting,
                            struct id action)
{
    struct q_meeting_decision_has_in has = {municipality, meeting, action};
    struct q_meeting_decision_has_row is;
    TRY(meeting_touch(tx, municipality, meeting));
    TRY(q_meeting_decision_has_one(tx, NULL, &has, &is));
    return already(is.n);
}

enum err meeting_decided(struct tx *tx, const char *municipality, struct id meeting,
                         struct id action)
{
    struct q_meeting_decision_add_in in = {municipality, meeting, action, time_now()};
    TRY(meeting_touch(tx, municipality, meeting));
    return q_meeting_decision_add_run(tx, &in, NULL);
}

enum err meeting_undecided(struct tx *tx, const char *municipality, struct id meeting,
                           struct id action)
{
    int64_t n;
    struct q_meeting_decision_drop_in in = {municipality, meeting, action};
    TRY(meeting_touch(tx, municipality, meeting));
    TRY(q_meeting_decision_drop_run(tx, &in, &n));
    return n ? ERR_OK : ERR_NOTFOUND;
}

enum err meeting_messages(struct tx *tx, struct arena *a, const char *municipality,
                          struct id meeting, struct meeting_message **out, size_t *out_n)
{
    struct q_meeting_messages_in in = {municipality, meeting};
    struct q_meeting_messages_row *rows;
    size_t n;
    TRY(q_meeting_messages_all(tx, a, &in, &rows, &n));
    struct meeting_message *list = ARENA_ARRAY(a, n + 1, struct meeting_message);
    if (!list)
        return ERR_NOMEM;
    for (size_t i = 0; i < n; i++) {
        const struct q_meeting_messages_row *r = &rows[i];
        list[i] = (struct meeting_message){r->id, r->meeting, MEETING_TO_STAFF, r->words,
                                           !id_is_none(r->told_meeting)};
        if (!meeting_audience_parse(r->audience, &list[i].audience))
            return ERR_CORRUPT;
    }
    *out = list;
    *out_n = n;
    return ERR_OK;
}

enum err meeting_message_add(struct tx *tx, const char *municipality,
                             const struct meeting_message *m)
{
    int64_t n;
    struct q_meeting_message_add_in in = {
        municipality, m->id, m->meeting, meeting_audience_code(m->audience), m->words, time_now()};
    struct q_meeting_message_has_in has = {municipality, m->meeting, m->id};
    struct q_meeting_message_has_row is;
    if (str_empty(m->words))
        return ERR_INVALID;
    TRY(meeting_touch(tx, municipality, m->meeting));
    TRY(q_meeting_message_has_one(tx, NULL, &has, &is));
    TRY(already(is.n));
    TRY(q_meeting_message_add_run(tx, &in, &n));
    return n ? ERR_OK : ERR_LIMIT;
}

enum err meeting_message_told(struct tx *tx, const char *municipality, struct id meeting,
                              struct id message, bool told)
{
    int64_t n;
    struct q_meeting_message_told_in in = {municipality, message, meeting,
                                           told ? meeting : (struct id){{0}},
                                           told ? time_now() : DB_NO_INT};
    TRY(meeting_touch(tx, municipality, meeting));
    TRY(q_meeting_message_told_run(tx, &in, &n));
    return n ? ERR_OK : ERR_NOTFOUND;
}

enum err meeting_message_drop(struct tx *tx, const char *municipality, struct id meeting,
                              struct id message)
{
    int64_t n;
    struct q_meeting_message_drop_in in = {municipality, message};
    TRY(meeting_touch(tx, municipality, meeting));
    TRY(q_meeting_message_drop_run(tx, &in, &n));
    return n ? ERR_OK : ERR_NOTFOUND;
}
