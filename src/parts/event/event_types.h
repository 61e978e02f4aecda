/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The taxonomy of events: two levels, codes that never change ("damage", "damage.graffiti"). */
#pragma once

#include <stdbool.h>

#include "base/err.h"
#include "tmpl/text.h"

struct tx;

enum {
#define TYPE(code, name, upper) EVENT_TYPE_##name,
#include "parts/event/event_type_table.h"
#undef TYPE
    EVENT_TYPE_COUNT
};

struct event_type {
    const char *code;
    int parent; /* index of the upper level, or -1 */
    enum text_key name;
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

/* Brings table event_type up to date; run once at start, with scope DB_NATIONAL. */
NODISCARD enum err event_types_sync(struct tx *tx);
