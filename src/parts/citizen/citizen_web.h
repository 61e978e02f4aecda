/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Inside src/parts/citizen only: the pages, and what the templates in html/ draw. */
#pragma once

#include "core/page.h"
#include "core/web.h"
#include "parts/citizen/citizen_inner.h"
#include "parts/citizen/citizen_token.h"
#include "parts/event/event_web_form.h"
#include "parts/site/site.h"

#define CITIZEN_TEXT_MOST 1000
#define CITIZEN_ANSWER_MOST 1000

/* --- What is read --- */

struct citizen_entry {
    bool felt, unsafe;
    const char *reasons, *times;
    struct event e;
    const char *read_back;    /* the place in words; NULL: none yet */
    struct event_spots spots; /* to choose from */
    bool point;               /* they lie around a point, which may be meant itself */
    bool choose;
    bool guarded;
    const char *email;
};

/* citizen_place.c */
NODISCARD enum err citizen_place_read(struct req *rq, bool looking, struct citizen_entry *out);
/* A position in words: "nära Skolgatan, 30 m från biblioteket". */
NODISCARD enum err citizen_place_words(struct req *rq, struct geo_point at, const char **out);

/* citizen_read.c */
extern const struct field_spec citizen_form_fields[];
/* What is wrong becomes problems of the request. */
NODISCARD enum err citizen_read(struct req *rq, bool looking, struct citizen_entry *out);
/* All that a report says, for knowing it again; in the arena. NULL when out of memory. */
const char *citizen_said(struct req *rq, const struct citizen_entry *e);

/* --- Views --- */

struct citizen_mark { /* a piece of text; found: it points at a person */
    const char *text;
    const char *found;
};

struct citizen_guard { /* under a field of text */
    const char *field; /* "f-text" */
    const char *script_href;
    const struct citizen_mark *marks;
    size_t n_marks;
    const char *advice;
};
/* Marks what points at somebody; `text` may be NULL. */
NODISCARD enum err citizen_guard_fill(struct req *rq, const char *text, struct citizen_guard *g);

struct citizen_form_view {
    struct page page;
    const char *action, *receipt_href;
    const char *token, *work, *work_js_href;
    int bits;
    bool trapped; /* the field that people do not see was filled in: show it */
    const char *trap;
    struct page_field feeling, bad, good, place, place_choice, times, text, email;
    bool choose_place, unsafe, safe;
    const char *read_back;
    const char *places_href, *say_href;
    const char *east, *north;
    struct page_map map;
    const char *map_js_href, *map_css_href;
    struct citizen_guard guard;
    const char *email_more;
    const struct site_contact *contacts;
    size_t n_contacts;
};

struct citizen_off_view {
    struct page page;
    const struct site_contact *contacts;
    size_t n_contacts;
};

struct citizen_word {
    const char *word;
};

struct citizen_thanks_view {
    struct page page;
    const struct citizen_word *words;
    size_t n_words;
    const char *receipt_href, *again_href, *voices_href;
    const char *until;
    struct page_facts facts;
    bool email;
    const char *email_more;
};

struct citizen_receipt_view {
    struct page page;
    const char *action, *report_href, *voices_href;
    struct page_field words;
    bool found;
    const char *state, *state_more;
    struct page_facts facts;
    const char *answer;
    bool asks; /* the form for the words */
    const struct site_contact *contacts;
    size_t n_contacts;
};

struct citizen_row {
    const char *href, *kind, *place, *state, *age, *more;
    msec received_at;
};

struct citizen_list_view {
    struct page page;
    const struct citizen_row *rows;
    size_t n_rows;
    struct page_pager pager;
    bool closed, off;
    const char *settings_href;
    const char *waiting, *review_href; /* what nobody has looked at; NULL: nothing, or may not */
};

struct citizen_one_view {
    struct page page;
    struct page_facts facts;
    const char *text;
    bool redacted, gone;
    const char *event_href, *action;
    const char *version;
    struct page_field state, answer;
    struct citizen_guard guard;
    const char *mail; /* what happens with the person's address; NULL: there is none */
    bool conflict;
};

struct citizen_settings_view {
    struct page page;
    const char *action, *public_href, *list_href;
    struct page_field on;
};

/* --- Handlers --- */

enum err citizen_form_page(struct req *rq);
enum err citizen_form_send(struct req *rq);
enum err citizen_places_page(struct req *rq);
enum err citizen_here_page(struct req *rq);
enum err citizen_receipt_page(struct req *rq);
enum err citizen_receipt_send(struct req *rq);
enum err citizen_list_page(struct req *rq);
enum err citizen_one_page(struct req *rq);
enum err citizen_one_send(struct req *rq);
enum err citizen_settings_page(struct req *rq);
enum err citizen_settings_save(struct req *rq);
extern const struct field_spec citizen_receipt_query[], citizen_receipt_fields[];
extern const struct field_spec citizen_list_query[], citizen_answer_fields[],
    citizen_settings_fields[];

/* The municipality of the public address: is it on, does it take reports, whom can one turn to.
 * ERR_NOTFOUND: it has no public pages. */
struct citizen_town {
    bool takes;
    const struct site_contact *contacts;
    size_t n_contacts;
};
NODISCARD enum err citizen_town_load(struct req *rq, struct citizen_town *out);
/* The receipt right after sending. */
NODISCARD enum err citizen_thanks(struct req *rq, const struct citizen_entry *e, const char *words,
                                  msec received);
/* Waits and limits: off on test machines. True: too many; *out_wait tells seconds. */
bool citizen_too_many(struct req *rq, enum citizen_what w, bool take, int *out_wait);
/* "3 minuter". */
const char *citizen_wait_words(struct req *rq, int seconds);
/* The address of a letter's link that shows one answer. */
#define CITIZEN_LINK "citizen-answer"
