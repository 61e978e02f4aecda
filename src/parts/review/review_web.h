/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Inside the pages of review only. */
#pragma once

#include "core/web.h"
#include "parts/event/event_web.h"
#include "parts/photo/photo.h"
#include "parts/review/review.h"
#include "parts/review/review_view.h"

struct q_review_question_of_row;

extern const struct field_spec review_fields[], review_undo_fields[], review_answer_fields[];

enum err review_inbox_page(struct req *rq);
enum err review_one_page(struct req *rq);
enum err review_send(struct req *rq);
enum err review_undo_send(struct req *rq);
enum err review_mine_page(struct req *rq);
enum err review_answer_send(struct req *rq);
enum err review_seen_send(struct req *rq);

/* The inbox or the page of a report again, with the problems of the request. */
NODISCARD enum err review_inbox_draw(struct req *rq);
NODISCARD enum err review_one_draw(struct req *rq, struct id id);

/* What waits: all of it, and what comes from inhabitants. */
struct review_left {
    int64_t n, citizen;
};
NODISCARD enum err review_left(struct tx *tx, struct arena *a, const char *municipality,
                               struct review_left *out);
/* "12 rapporter väntar på granskning." and how many of them do not count yet. */
const char *review_left_said(struct req *rq, const struct review_left *left);

/* The text of an event in pieces, those that point at somebody marked. */
NODISCARD enum err review_pieces(struct req *rq, const struct event *e, struct review_piece **out,
                                 size_t *out_n);
/* Would the file or the source it came from bring its words back? */
bool review_comes_back(const struct event *e);
/* What the guard finds in it: words that can be struck out. */
NODISCARD enum err review_marks(struct req *rq, const struct event *e, struct review_mark **out,
                                size_t *out_n);
struct review_item review_item_of(const struct event *e);
/* Events that count already and may be the same, at most `most`; their rows in the arena. */
NODISCARD enum err review_known_near(struct req *rq, const struct review_item *x, size_t most,
                                     struct id **out, size_t *out_n);
/* "Klotter, Stora torget, i går 22.40". */
const char *review_line(struct req *rq, const struct event_names *names, const struct event *e);
/* "i går 22.40", in the arena. */
const char *review_when(struct req *rq, msec at);
const char *review_path(struct req *rq, struct id id); /* "/1493/granska/..." */
const char *review_id(struct req *rq, struct id id);
/* Number i of n, from 0. */
struct review_photo review_photo_of(struct req *rq, const struct photo_row *r, size_t i, size_t n);
NODISCARD enum err review_talk_of(struct req *rq, const struct q_review_question_of_row *rows,
                                  size_t n, struct review_talk **out);

/* The fields that both pages have. */
struct review_forms {
    struct page_field reject_reason, reject_text, ask_text, forward_to, forward_text;
};
NODISCARD enum err review_forms(struct req *rq, const struct event_names *names,
                                struct review_forms *out);
/* The words of one kind of action: its own id in the page, and its own problem (KIND-text). */
struct page_field review_text_field(struct req *rq, enum review_kind kind, enum text_key label,
                                    enum text_key hint);
/* "Går inte att förstå" of a code; NULL for any other. */
const char *review_reason(struct req *rq, const char *code);
/* What somebody did, as a word: "Godkänd". */
const char *review_done_text(struct req *rq, const char *kind);
