/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Inside src/parts/meeting only: a meeting with all that its agenda is made from. */
#pragma once

#include "core/web.h"
#include "meeting_sql.h"
#include "parts/action/action.h"
#include "parts/changes/changes.h"
#include "parts/meeting/meeting.h"
#include "parts/meeting/meeting_view.h"
#include "parts/picture/picture.h"
#include "parts/settings/settings.h"

struct room {
    struct req *rq;
    msec now;
    struct meeting m, before;
    bool has_before, has_rhythm, has_period;
    struct rhythm rhythm;
    struct changes_period period;
    bool done[MEETING_ITEM_COUNT], before_done[MEETING_ITEM_COUNT];
    struct meeting_note notes[MEETING_ITEM_COUNT], before_notes[MEETING_ITEM_COUNT];
    struct q_meeting_people_row *people;
    size_t n_people;
    struct q_meeting_present_row *present;
    size_t n_present;
    struct meeting_guest *guests;
    size_t n_guests;
    struct q_meeting_ticks_row *ticks;
    size_t n_ticks;
    struct q_meeting_decisions_row *decisions;
    size_t n_decisions;
    struct meeting_message *messages;
    size_t n_messages;
    struct action *actions;
    size_t n_actions;
    const struct action **followed; /* of `actions` */
    size_t n_followed;
    const struct action_names *names;
    struct area_level *levels;
    size_t n_levels;
    struct focus focus;
    int64_t drafts;
    struct q_meeting_silent_row *silent;
    size_t n_silent;
    bool has_told;
    struct picture_told told;
};

/* The meeting of the address (":id"). ERR_NOTFOUND. */
NODISCARD enum err room_load(struct req *rq, struct room **out);
/* What the period says, as the page of changes does; `wait` as picture_tell(). */
NODISCARD enum err room_tell(struct room *r, bool wait);
/* Which period the meeting is about, when it is opened now; none: none has begun. */
NODISCARD enum err room_period(struct req *rq, struct id *out);
const struct action *room_action(const struct room *r, struct id id);
const struct area_level *room_level(const struct room *r, struct id area);
bool room_here(const struct room *r, struct id account);
/* 1 done, 0 not done, -1 nothing said. */
int room_tick(const struct room *r, struct id action);

/* The minutes as they would be now, in the reader's language. */
NODISCARD enum err room_minutes(struct room *r, struct meeting_minutes *out);
/* A decision of the meeting, read back in one line; in the arena. */
const char *room_decision(struct room *r, const struct action *x);
/* Sections as the templates draw them. */
NODISCARD enum err room_parts(struct req *rq, const struct meeting_minutes *m,
                              const struct meeting_part **out);

/* "/1493/mote/ID" + tail; in the arena. */
const char *room_at(struct req *rq, struct id meeting, const char *tail);
const char *room_at_item(struct req *rq, struct id meeting, enum meeting_item item);
const char *room_id(struct req *rq, struct id id);
const char *room_clock(struct req *rq, msec t);
const char *room_when(struct req *rq, msec t);
/* When an item begins: from when the meeting was opened, or is planned. */
msec room_item_start(const struct meeting *m, enum meeting_item i);
const char *room_level_word(struct req *rq, enum page_level_no l);
NODISCARD enum err room_steps(struct req *rq, const struct room *r, int current,
                              const struct meeting_step **out);
NODISCARD enum err room_crumbs(struct req *rq, struct page *p);
/* Only municipalities have meetings. */
NODISCARD enum err room_in_town(const struct req *rq);

/* One item of an open meeting. `theirs`: what somebody else wrote meanwhile; NULL: nothing. */
struct room_showing {
    enum meeting_item item;
    struct id area; /* whose level is to be set; none: the first without */
    const struct meeting_note *theirs;
    bool ask_type, ask_kind, ask_within;
};
NODISCARD enum err room_draw(struct room *r, const struct room_showing *s);
/* Fills in what an item shows to those who lead. */
NODISCARD enum err room_fill(struct room *r, const struct room_showing *s,
                             struct meeting_room_view *v);
NODISCARD enum err room_fill_levels(struct room *r, const struct room_showing *s,
                                    struct meeting_room_view *v);
NODISCARD enum err room_fill_focus(struct room *r, struct meeting_room_view *v);

/* The id of the row that a form adds, from its field "form"; a new one when it brings none. */
struct id room_form(struct req *rq);
/* The moment of the fields "day" and "time"; 0: none. */
msec room_moment(struct req *rq);
/* Personal data in a field becomes a problem of the form. */
void room_guard(struct req *rq, const char *field);
/* Day, time and length of a planned meeting, as fields. */
void room_when_fields(struct req *rq, msec at, int minutes, struct meeting_when *out);
/* It was planned, and its time has passed. */
bool room_missed(const struct meeting *m, msec now);
/* The page of a meeting that has not been opened. */
NODISCARD enum err room_draw_start(struct room *r);
/* The words that were sent to a meeting that is closed, so that they can be taken along. */
NODISCARD enum err room_late(struct req *rq, struct id meeting);
/* Does what a form asks, in one transaction with its audit entry, and goes back to the item; with
 * problems the item is drawn again. */
struct room_change {
    struct room *r;
    enum meeting_item item;
    db_fn *fn;
    void *arg;
    const char *to; /* NULL: the item */
    /* What is asked was done when the same form came before; NULL: it may be done again. */
    bool (*there)(const struct room *r);
    /* What was to be taken away is gone already (fn: ERR_NOTFOUND), which is as good; NULL: it has
     * to be there. */
    bool (*gone)(const struct room *r);
    /* The field of a day that somebody else has set meanwhile (fn: ERR_CANCELLED); NULL: none. */
    const char *stale;
};
NODISCARD enum err room_do(const struct room_change *c);

extern const struct field_spec meeting_plan_fields[], meeting_room_fields[], meeting_note_fields[],
    meeting_present_fields[], meeting_guest_fields[], meeting_tick_fields[], meeting_level_fields[],
    meeting_focus_fields[], meeting_decide_fields[], meeting_undecide_fields[],
    meeting_tell_fields[], meeting_next_fields[], meeting_close_fields[], meeting_strike_fields[];
http_handler meeting_list_page, meeting_plan_post, meeting_room_page, meeting_stamp,
    meeting_open_post, meeting_drop_post, meeting_note_post, meeting_present_post,
    meeting_guest_post, meeting_tick_post, meeting_level_post, meeting_focus_post,
    meeting_decide_post, meeting_undecide_post, meeting_form_page, meeting_tell_post,
    meeting_next_post, meeting_close_page, meeting_close_post, meeting_minutes_page,
    meeting_strike_post, meeting_move_post, meeting_back_post;
