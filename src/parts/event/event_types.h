/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The taxonomy of events: two levels, codes that never change ("damage", "damage.graffiti"). */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "tmpl/text.h"

struct arena;
struct tx;

enum {
#define UPPER(code, name, kind) EVENT_TYPE_##name,
#define LOWER(code, name, upper) EVENT_TYPE_##name,
#include "parts/event/event_type_table.h"
#undef UPPER
#undef LOWER
    EVENT_TYPE_COUNT
};

/* What a report says. Only incidents are counted as events: in the picture of a period, in what it
 * is compared with, in what is published. The others are told beside them. */
enum event_kind {
    EVENT_INCIDENT,  /* something happened, or is wrong somewhere */
    EVENT_ALL_CLEAR, /* somebody looked, and there was nothing */
    EVENT_POSITIVE,  /* something good: a safe place */
    EVENT_KINDS
};

struct event_type {
    const char *code;
    int parent; /* index of the upper level, or -1 */
    enum text_key name;
    enum event_kind kind; /* the upper type's, also of those below it */
};

/* Each type after its parent, in the order in which people read them. */
extern const struct event_type event_types[EVENT_TYPE_COUNT];

/* -1 for a code that there is not, and for NULL. */
int event_type_index(const char *code);
/* The default name; a municipality may have its own in event_type_label. */
const char *event_type_name(enum lang lang, int type);
/* Is `type` the type `upper` or one below it? */
bool event_type_within(int type, int upper);
/* The code for one of the Police's words ("Trafikolycka, singel"); NULL for a word not known. */
const char *event_type_of_police(const char *word);

const char *event_kind_name(enum event_kind k); /* "incident", "all_clear", "positive" */
/* The name of the kind of a type; "incident" for a code that there is not. */
const char *event_kind_of_code(const char *code);
/* False, and *out untouched, for any other text. */
bool event_kind_parse(const char *name, enum event_kind *out);

/* "12 rapporter om att inget har hänt"; NULL: no memory. */
const char *event_kind_count(struct arena *a, enum lang lang, enum event_kind k, int64_t n);

/* Brings table event_type up to date; run once at start, with scope DB_NATIONAL. */
NODISCARD enum err event_types_sync(struct tx *tx);
