/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Inside src/parts/citizen only: what is stored. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "citizen_sql.h"
#include "core/app.h"
#include "parts/citizen/citizen.h"
#include "parts/citizen/citizen_words.h"
#include "parts/event/event.h"

/* --- When it is so --- */

struct citizen_time {
    const char *code;
    enum text_key label;
};
extern const struct citizen_time citizen_times[];
extern const size_t citizen_time_count;

/* The words of stored codes; "" of none. NULL when out of memory. */
const char *citizen_time_words(struct arena *a, enum lang lang, const char *codes);
/* What was answered, as the event tells it: what makes the place so, and when. NULL when out of
 * memory. */
const char *citizen_answers(struct arena *a, const char *reasons, const char *times);
enum text_key citizen_state_text(enum citizen_state s);
bool citizen_state_parse(const char *name, enum citizen_state *out);

/* --- Store --- */

/* In one municipality in one day: more is a flood, whatever network it comes from. */
#define CITIZEN_DAY_MOST 300

struct citizen_new {
    struct event event; /* municipality, id, kind, place, words; the rest is filled in */
    bool unsafe;
    const char *reasons, *times;
    const char *email; /* NULL: none */
    enum lang lang;
    const char *nonce; /* of the form */
    const char *said;  /* all that it says: the same once more is the same report */
    msec now;
    bool worked;
};

/* Stores a report. *again: it was there, and nothing is stored. The receipt's words in both cases.
 * ERR_CONFLICT: the form was used for another report. ERR_LIMIT: too many in this municipality
 * today. */
NODISCARD enum err citizen_add(struct tx *tx, struct app *app, struct arena *a,
                               const struct citizen_new *n, char words[CITIZEN_CODE_TEXT],
                               bool *again);

struct citizen_report {
    struct id id;
    bool unsafe;
    const char *reasons, *times;
    enum citizen_state state;
    const char *answer; /* NULL: none */
    msec answered_at;   /* 0: never */
    msec code_until, received_at, changed_at;
    int64_t version;
};
NODISCARD enum err citizen_get(struct tx *tx, struct arena *a, const char *municipality,
                               struct id id, struct citizen_report *out);
/* By the hash of the receipt's words. ERR_NOTFOUND also when it has run out. */
NODISCARD enum err citizen_find(struct tx *tx, struct arena *a, const char *municipality,
                                const char *hash, msec now, struct citizen_report *out);

struct citizen_answer {
    const char *municipality;
    struct id id;
    int64_t seen; /* the version that the person saw */
    enum citizen_state state;
    const char *answer; /* NULL: none */
};
/* ERR_CONFLICT: somebody else has answered meanwhile. *changed is false when nothing differs. */
NODISCARD enum err citizen_answer_put(struct tx *tx, struct arena *a,
                                      const struct citizen_answer *w, msec now, bool *changed);
