/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* What the templates in html/ draw. Everything is borrowed. */
#pragma once

#include "core/page.h"
#include "parts/meeting/meeting.h"
#include "parts/picture/picture.h"

struct meeting_when { /* fields of a planned one */
    struct page_field day, time, minutes;
};

struct meeting_line { /* of the list of meetings */
    const char *when, *href, *label, *said;
    bool open;
};

struct meeting_list_view {
    struct page page;
    bool may;
    const struct meeting_line *ahead, *past, *closed; /* planned and open; never held; minutes */
    size_t n_ahead, n_past, n_closed;
    const char *action;
    struct meeting_when when;
};

struct meeting_step { /* of the agenda */
    const char *name, *href, *clock;
    bool current, done;
};

struct meeting_person {
    const char *account, *name, *organisation;
    bool here;
};

struct meeting_visitor {
    const char *id, *organisation;
    int64_t people;
};

struct meeting_followed { /* an action that is followed up */
    const char *id, *anchor, *title, *href, *owner, *place, *when, *state;
    bool overdue, said, done;
};

struct meeting_level { /* of an area */
    const char *name, *href, *reason;
    const char *count, *verdict; /* what the suggestion rests on: "14 mot 6" */
    struct page_level level, suggested;
    bool current;
};

struct meeting_place { /* of the focus */
    int no;
    const char *name, *area, *reason;
};

struct meeting_decided { /* an action that this meeting has decided */
    const char *id, *words, *title, *href;
    const char *plan_href; /* what it is to be compared with; NULL: it has begun */
};

struct meeting_told { /* what is to be told to whom */
    const char *id, *audience, *words;
    bool told, old;
};

struct meeting_part { /* an item in words */
    enum meeting_item item;
    const char *name;
    const char *const *lines;
    size_t n_lines;
    const char *note;
    const char *back; /* "Kommer tillbaka nästa möte"; NULL */
};

struct meeting_theirs { /* what somebody else wrote to the same item meanwhile */
    const char *who, *words;
};

struct meeting_room_view {
    struct page page;
    bool may;
    const char *base, *list_href, *minutes_href, *here; /* addresses; `here` of this item */
    const char *back_action; /* opened by mistake; NULL: something has been written */
    const char *form;        /* the id of the row that a form adds: sent twice it is one */
    const char *stamp_href, *stamp;
    const char *sofar; /* "14.00–14.30", and the item's own share */
    const char *end_iso;
    const struct meeting_step *steps;
    size_t n_steps;
    enum meeting_item item;
    const char *code, *name, *lead, *next_name;
    bool done, last;
    const char *carried; /* the note of the last meeting, when the item was not finished there */
    struct meeting_part said;
    const char *looking;
    /* of the items */
    const struct meeting_person *people;
    size_t n_people;
    const struct meeting_visitor *guests;
    size_t n_guests;
    struct page_field guest, heads;
    const struct meeting_followed *followed;
    size_t n_followed;
    bool has_period;
    const char *now_href; /* the start page's */
    const struct meeting_level *levels;
    size_t n_levels;
    const char *area, *area_name, *level_version;
    struct page_field level, reason;
    const struct meeting_place *places;
    size_t n_places;
    bool may_place; /* there is room for one more */
    const char *focus_version;
    struct page_field place_name, place_area, need, influence, why;
    struct page_field problem, place, measure, organisation, last_day, type, kind;
    struct page_field within; /* the area of a place that is not on the map */
    bool ask_type, ask_kind, ask_within;
    const struct meeting_decided *decided;
    size_t n_decided;
    const struct meeting_told *messages;
    size_t n_messages;
    struct page_field audience, say;
    const char *next_at, *next_seen;
    struct page_field next_day, next_time;
    const char *close_href;
    size_t n_back; /* items that are not ticked off */
    /* notes */
    struct page_field words;
    const char *note_version, *note_who;
    const struct meeting_theirs *theirs;
};

struct meeting_start_view { /* a meeting that has not been opened */
    struct page page;
    bool may, other;    /* another one is open */
    const char *missed; /* its time has passed */
    const char *open_action, *drop_action, *move_action, *other_href;
    bool move_open;
    struct meeting_when when;
    const struct meeting_step *steps;
    size_t n_steps;
};

struct meeting_close_view {
    struct page page;
    const char *action, *back_href, *revision;
    const struct meeting_part *parts;
    size_t n_parts;
    const char *told, *next;
};

struct meeting_minutes_view {
    struct page page;
    const char *draft, *facts, *sent, *struck, *lang; /* struck: that words were struck out */
    const char *said; /* what came of striking words out, when some of it could not be done */
    const char *adopt_href, *list_href;
    bool adopted;
    const char *strike_action; /* NULL: not here, or not by this reader */
    bool strike_open;
    struct page_field words, everywhere, sure;
    const struct meeting_part *parts;
    size_t n_parts;
};

struct meeting_late_view { /* what somebody wrote when the meeting had been closed */
    struct page page;
    const char *const *texts;
    size_t n_texts;
    const char *minutes_href;
};
