/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Places that inhabitants tell of, unsafe or safe, without an account (/mariestad/otrygg-plats);
 * the receipt in words that shows what came of it; and the pages where the coordinator answers.
 *
 * A report is an event of source EVENT_SOURCE_CITIZEN and state "submitted": it is no part of any
 * count, list, tile, export or public page until somebody of the staff has accepted it. The address
 * of the person, if there is one, is kept apart and goes when the answer has been sent. How robots
 * are held off: doc/decisions/017. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "base/clock.h"
#include "base/err.h"
#include "base/id.h"
#include "tmpl/text.h"

struct accounts;
struct arena;
struct event_striking;
struct part;
struct tx;

extern const struct part citizen_part;

/* How long an address waits for its answer, and how long a receipt shows it. */
#define CITIZEN_EMAIL_DAYS 90
#define CITIZEN_RECEIPT_DAYS 365

enum citizen_state {
    CITIZEN_RECEIVED,
    CITIZEN_LOOKING,
    CITIZEN_DECIDED,
    CITIZEN_CLOSED,
    CITIZEN_STATES
};
const char *citizen_state_name(enum citizen_state s); /* "received" */

/* What makes a place so. */
#define CITIZEN_REASONS 13
struct citizen_reason {
    const char *code;
    const char *type; /* of the event, when it is the only one; NULL: the upper kind */
    bool unsafe;
    enum text_key label;
};
extern const struct citizen_reason citizen_reasons[];
extern const size_t citizen_reason_count;
/* The words of stored codes: "Dåligt ljus, skymd sikt"; "" of none. NULL when out of memory. */
const char *citizen_reason_words(struct arena *a, enum lang lang, const char *codes);
/* Is `code` one of the stored codes? */
bool citizen_has_code(const char *codes, const char *code);

/* Words go for good from all answers of the municipality. */
NODISCARD enum err citizen_strike(struct event_striking *s);

/* Invented reports for an exercise, and the municipality's door opened; inside the transaction that
 * stores the exercise. The first one's receipt has words that doc/exercise.md tells. */
NODISCARD enum err citizen_exercise(struct tx *tx, struct arena *a, const struct accounts *s,
                                    const char *municipality, msec now);
#define CITIZEN_EXERCISE_WORDS "björk kotte snöre vante"
