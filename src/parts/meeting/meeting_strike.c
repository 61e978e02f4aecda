/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Words that are struck out of what a closed meeting said, and of all that was made of it. */
#include <string.h>

#include "base/mem.h"
#include "base/str.h"
#include "meeting_sql.h"
#include "parts/action/action.h"
#include "parts/bulletin/bulletin.h"
#include "parts/changes/changes.h"
#include "parts/citizen/citizen.h"
#include "parts/feedback/feedback.h"
#include "parts/meeting/meeting.h"
#include "parts/picture/picture.h"
#include "parts/voices/voices.h"

#define SCRATCH ((size_t)64 << 20) /* of one meeting, action or period */

struct striking {
    struct event_striking s;
    struct id by;
    msec now;
};

/* --- One meeting --- */

static enum err strike_content(struct striking *w, struct id meeting)
{
    struct meeting_minutes m;
    const char *json;
    struct event_striking *s = &w->s;
    size_t before = s->struck;
    TRY(meeting_content(s->tx, s->a, s->municipality, meeting, &json));
    TRY(meeting_minutes_read(json, s->a, &m));
    for (int i = 0; i < MEETING_ITEM_COUNT; i++) {
        const char **lines = (const char **)m.sections[i].lines; /* its own, just read */
        TRY(event_strike_in(s, &m.sections[i].note));
        for (size_t k = 0; k < m.sections[i].n_lines; k++)
            TRY(event_strike_in(s, &lines[k]));
    }
    if (s->look || s->struck == before)
        return ERR_OK;
    struct q_meeting_content_put_in put = {s->municipality, meeting, NULL};
    m.struck_at = w->now;
    TRY(meeting_minutes_write(s->a, &m, &put.content));
    return q_meeting_content_put_run(s->tx, &put, NULL);
}

static enum err strike_notes(struct event_striking *s, struct id meeting)
{
    struct q_meeting_note_words_in in = {s->municipality, meeting};
    struct q_meeting_note_words_row *rows;
    size_t n;
    TRY(q_meeting_note_words_all(s->tx, s->a, &in, &rows, &n));
    for (size_t i = 0; i < n; i++) {
        size_t before = s->struck;
        struct q_meeting_note_put_in put = {s->municipality, meeting, rows[i].item, rows[i].version,
                                            rows[i].words};
        TRY(event_strike_in(s, &put.words));
        if (!s->look && s->struck > before)
            TRY(q_meeting_note_put_run(s->tx, &put, NULL));
    }
    return ERR_OK;
}

static enum err strike_guests(struct event_striking *s, struct id meeting)
{
    struct meeting_guest *rows;
    size_t n;
    TRY(meeting_guests(s->tx, s->a, s->municipality, meeting, &rows, &n));
    for (size_t i = 0; i < n; i++) {
        size_t before = s->struck;
        struct q_meeting_guest_put_in put = {s->municipality, meeting, rows[i].id,
                                             rows[i].organisation};
        TRY(event_strike_in(s, &put.organisation));
        if (!s->look && s->struck > before)
            TRY(q_meeting_guest_put_run(s->tx, &put, NULL));
    }
    return ERR_OK;
}

/* Those that its minutes hold: decided there, told there, or waiting then. */
static enum err strike_messages(struct event_striking *s, struct id meeting, msec closed)
{
    struct q_meeting_message_words_in in = {s->municipality, meeting, closed};
    struct q_meeting_message_words_row *rows;
    size_t n;
    TRY(q_meeting_message_words_all(s->tx, s->a, &in, &rows, &n));
    for (size_t i = 0; i < n; i++) {
        size_t before = s->struck;
        struct q_meeting_message_put_in put = {s->municipality, rows[i].id, rows[i].words};
        TRY(event_strike_in(s, &put.words));
        if (!s->look && s->struck > before)
            TRY(q_meeting_message_put_run(s->tx, &put, NULL));
    }
    return ERR_OK;
}

static enum err strike_meeting(struct striking *w, struct id id)
{
    AUTO(arena_freep) struct arena *a = arena_new(SCRATCH);
    struct meeting m;
    if (!a)
        return ERR_NOMEM;
    w->s.a = a;
    TRY(meeting_get(w->s.tx, a, w->s.municipality, id, &m));
    if (m.state == MEETING_CLOSED)
        TRY(strike_content(w, id));
    TRY(strike_notes(&w->s, id));
    TRY(strike_guests(&w->s, id));
    return strike_messages(&w->s, id, m.closed_at ? m.closed_at : w->now);
}

/* --- What was made of it --- */

static enum err strike_action(struct striking *w, struct id id)
{
    AUTO(arena_freep) struct arena *a = arena_new(SCRATCH);
    if (!a)
        return ERR_NOMEM;
    w->s.a = a;
    enum err e = action_strike(&w->s, id, w->by);
    return e == ERR_NOTFOUND ? ERR_OK : e; /* it is gone */
}

static enum err strike_period(struct striking *w, struct id id)
{
    AUTO(arena_freep) struct arena *a = arena_new(SCRATCH);
    if (!a)
        return ERR_NOMEM;
    w->s.a = a;
    TRY(changes_strike(&w->s, id));
    return bulletin_strike(&w->s, id, w->by);
}

static enum err strike_here(struct striking *w, struct arena *a, const struct meeting *m)
{
    struct q_meeting_decisions_in in = {w->s.municipality, m->id};
    struct q_meeting_decisions_row *rows;
    size_t n;
    TRY(q_meeting_decisions_all(w->s.tx, a, &in, &rows, &n));
    TRY(strike_meeting(w, m->id));
    for (size_t i = 0; i < n; i++) {
        TRY(strike_action(w, rows[i].action));
        TRY(feedback_strike(&w->s, rows[i].action));
    }
    return id_is_none(m->period) ? ERR_OK : strike_period(w, m->period);
}

static enum err strike_all(struct striking *w, struct arena *a)
{
    struct q_meeting_held_in held = {w->s.municipality};
    struct q_meeting_held_row *meetings;
    struct q_meeting_every_period_in every = {w->s.municipality};
    struct q_meeting_every_period_row *periods;
    struct action *actions;
    size_t n_meetings, n_periods, n_actions;
    TRY(q_meeting_held_all(w->s.tx, a, &held, &meetings, &n_meetings));
    TRY(q_meeting_every_period_all(w->s.tx, a, &every, &periods, &n_periods));
    TRY(action_list(w->s.tx, a, w->s.municipality, &actions, &n_actions));
    for (size_t i = 0; i < n_meetings; i++)
        TRY(strike_meeting(w, meetings[i].id));
    for (size_t i = 0; i < n_actions; i++)
        TRY(strike_action(w, actions[i].id));
    for (size_t i = 0; i < n_periods; i++)
        TRY(strike_period(w, periods[i].id));
    TRY(feedback_strike(&w->s, (struct id){{0}})); /* all answers */
    w->s.a = a;
    TRY(citizen_strike(&w->s));
    TRY(voices_strike(&w->s));
    return picture_strike(&w->s);
}

/* --- All of it --- */

/* Those that were not found, or all: do they stand where nobody has asked? */
static enum err look_elsewhere(struct striking *w, struct arena *a, const struct meeting_strike *s,
                               bool *out)
{
    const char **words = ARENA_ARRAY(a, s->what.n + 1, const char *);
    struct striking e = {.s = w->s, .by = w->by, .now = w->now};
    if (!words)
        return ERR_NOMEM;
    e.s.look = true;
    e.s.struck = 0;
    e.s.what = (struct event_strike){.words = words, .instead = s->what.instead};
    for (size_t i = 0; i < s->what.n; i++)
        if (w->s.struck == 0 ? !s->what.found[i] : true)
            words[e.s.what.n++] = s->what.words[i];
    TRY(strike_all(&e, a));
    memcpy(w->s.unread, e.s.unread, sizeof e.s.unread);
    w->s.n_unread = e.s.n_unread;
    *out = e.s.struck > 0;
    return ERR_OK;
}

static enum err strike(struct striking *w, struct arena *a, const struct meeting *m,
                       const struct meeting_strike *s)
{
    bool missing = false;
    memset(s->what.found, 0, s->what.n * sizeof *s->what.found);
    for (int round = 0; round < 2 && !missing; round++) {
        w->s.look = round == 0;
        w->s.struck = 0;
        TRY(s->all ? strike_all(w, a) : strike_here(w, a, m));
        for (size_t i = 0; i < s->what.n; i++)
            missing = missing || !s->what.found[i];
    }
    if (missing)
        w->s.struck = 0;
    return ERR_OK;
}

enum err meeting_strike(struct tx *tx, const char *municipality, const struct meeting_strike *s,
                        struct meeting_struck *out)
{
    AUTO(arena_freep) struct arena *a = arena_new(SCRATCH);
    struct striking w = {.s = {.tx = tx, .municipality = municipality, .what = s->what},
                         .by = s->by,
                         .now = time_now()};
    struct q_meeting_touch_open_in touch = {municipality};
    struct meeting m;
    bool elsewhere = false;
    if (!a)
        return ERR_NOMEM;
    TRY(meeting_get(tx, a, municipality, s->meeting, &m));
    if (m.state != MEETING_CLOSED)
        return ERR_CONFLICT;
    TRY(strike(&w, a, &m, s));
    if (!s->all)
        TRY(look_elsewhere(&w, a, s, &elsewhere));
    if (w.s.struck) /* an open meeting shows what this one left */
        TRY(q_meeting_touch_open_run(tx, &touch, NULL));
    *out = (struct meeting_struck){
        .places = w.s.struck, .elsewhere = elsewhere, .n_unread = w.s.n_unread};
    memcpy(out->unread, w.s.unread, sizeof out->unread);
    return ERR_OK;
}
