/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Inside the pages of feedback only. */
#pragma once

#include "core/web.h"
#include "parts/event/event_web.h"
#include "parts/feedback/feedback_inner.h"
#include "parts/feedback/feedback_view.h"

#define FEEDBACK_PAGE 20 /* reports on a page */

extern const struct field_spec feedback_mine_fields[], feedback_letters_fields[];
extern const struct field_spec feedback_answer_query[], feedback_answer_fields[];
extern const struct field_spec feedback_template_fields[], feedback_remove_fields[];

enum err feedback_mine_page(struct req *rq);
enum err feedback_letters_send(struct req *rq);
enum err feedback_stop_page(struct req *rq);
enum err feedback_stop_send(struct req *rq);
enum err feedback_answer_page(struct req *rq);
enum err feedback_answer_send(struct req *rq);
enum err feedback_withdraw_send(struct req *rq);
enum err feedback_templates_page(struct req *rq);
enum err feedback_template_page(struct req *rq);
enum err feedback_template_new_page(struct req *rq);
enum err feedback_template_new_send(struct req *rq);
enum err feedback_template_send(struct req *rq);
enum err feedback_template_remove_send(struct req *rq);

/* Everything here belongs to a municipality. */
NODISCARD enum err feedback_in_town(const struct req *rq);
const char *feedback_id(struct req *rq, struct id id);
const char *feedback_when(struct req *rq, msec at);
/* "Klotter, Stora torget, 13 nov. 16.30". */
const char *feedback_line(struct req *rq, const struct event_names *names, const struct event *e);
/* How it stands with a report, in a few words that anybody understands. */
const char *feedback_state(struct req *rq, const struct event *e, const struct feedback_fate *f);
/* Whom it was sent on to, and what is done about it. */
NODISCARD enum err feedback_lines(struct req *rq, const struct feedback_fate *f,
                                  struct feedback_report *out);
void feedback_pager(struct req *rq, int64_t page, int64_t shown, int64_t count,
                    struct page_pager *out);

/* What the page of answers shows, and what was chosen on it. */
struct feedback_desk {
    struct req *rq;
    struct id about; /* a report, and those of the same happening */
    struct id from;  /* an action, and the reports about its place */
    bool everything; /* all are chosen */
    int64_t number;  /* of the page, from 1 */
    bool beyond;     /* more wait than `count` */
    struct event *events;
    size_t n_events, n_tied;
    size_t n_listed; /* of the long list, on this page of it */
    int64_t count;
    struct feedback_fate *fates;
    struct action *actions, action; /* that can be told of; the one it is about */
    size_t n_actions;
    struct feedback_template *templates;
    size_t n_templates;
    struct q_feedback_done_row *done;
    size_t n_done;
    struct feedback_shares period, all;
    struct q_feedback_period_row when;
    bool has_period;
    struct event_names names;
    struct id tied;              /* the action that the answer tells of */
    const char *const *previews; /* of each event; NULL: none */
    const char *text;            /* what stands in the field; NULL: what was typed */
    struct id batch;
};
/* How many wait for an answer, as a link; untouched when nobody does. */
NODISCARD enum err feedback_desk_told(struct req *rq, struct page_link *out);
/* Reads what the page shows; ERR_NOTFOUND: there is no such report or action. */
NODISCARD enum err feedback_desk_read(struct feedback_desk *d);
NODISCARD enum err feedback_desk_draw(struct feedback_desk *d);
/* The action that the answer tells of; NULL: none. */
const struct action *feedback_desk_action(const struct feedback_desk *d);
/* The text as this report's sender would read it. */
const char *feedback_desk_text(const struct feedback_desk *d, const struct event *e,
                               const char *text, bool *missing);
bool feedback_desk_chosen(const struct feedback_desk *d, const struct event *e);
NODISCARD enum err feedback_desk_shares(const struct feedback_desk *d,
                                        struct feedback_answer_view *v);
