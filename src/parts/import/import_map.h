/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Inside src/parts/import: rows of text become events. Knows no database. */
#pragma once

#include "convert/convert.h"
#include "parts/event/event.h"
#include "parts/import/import_profile.h"

/* A name of a place that the municipality knows. */
struct import_place {
    struct id id;
    double east, north;
    enum geo_precision precision;
};

/* What names mean here. Folded names; NULL tables are empty. */
struct import_names {
    struct map *places; /* index of place[]; -1: several of that name */
    const struct import_place *place;
    struct map *organisations; /* index of organisation[] */
    const struct id *organisation;
};

/* What was noticed and not refused; counted in the report. */
enum import_note {
    NOTE_SWAPPED,  /* axes exchanged */
    NOTE_OUTSIDE,  /* position outside Sweden: not kept */
    NOTE_UNPLACED, /* no position */
    NOTE_PLACE,    /* name of a place that is not known here */
    NOTE_TYPE,     /* a word for the type that is not translated: 'other' */
    NOTE_BODY,     /* unknown organisation */
    NOTE_CUT,      /* a text longer than its ceiling */
    NOTE_TOWN,     /* police: the place could not be found in the register */
    NOTE_MASKED,   /* redacted here: left alone */
    NOTE_OLDER,    /* police: an older version than the one that is here */
    NOTE_COUNT
};

/* A row that became an event, or why not. Lives in the arena of the call. */
struct import_row {
    struct event e;
    msec seen;          /* police: how new; 0 otherwise */
    const char *reason; /* NULL: sound; else a key of a sentence */
    const char *field;
    unsigned notes; /* bits of enum import_note */
};

struct import_mapper;

/* What a profile meets. All is borrowed, and lives as long as the mapper. */
struct import_binding {
    const struct profile *p;
    const struct import_names *names; /* NULL: none are known */
    const struct convert_header *h;
    const char *municipality; /* where rows belong that do not say; NULL: each must */
};
/* ERR_INVALID: *problem is the column that the file does not have. */
NODISCARD enum err import_mapper_new(struct arena *a, const struct import_binding *b,
                                     struct import_mapper **out, const char **problem);
/* Only memory can fail; a row that is no event is told in *out. Its texts lie in `a`. */
NODISCARD enum err import_map_row(const struct import_mapper *m, struct arena *a,
                                  const struct convert_item *it, struct import_row *out);
/* The columns that the profile reads and the file does not have, as a list in words; NULL: none. */
const char *import_missing_columns(struct arena *a, const struct profile *p,
                                   const struct convert_header *h);
/* Frees what the arena does not hold. NULL is fine. */
void import_mapper_done(struct import_mapper *m);
/* Is a column of the header used? */
bool import_column_used(const struct import_mapper *m, size_t column);

/* May there be words in it? Not in numbers, times and positions. */
bool import_column_words(const struct import_mapper *m, size_t column);

/* Notices of the Police. */
struct import_police;
NODISCARD enum err import_police_new(struct arena *a, const struct convert_header *h,
                                     struct import_police **out);
NODISCARD enum err import_police_row(const struct import_police *p, struct arena *a,
                                     const struct convert_item *it, struct import_row *out);

/* Empty, or one of the profile's words for "nothing" (p NULL: ".." and "-"). */
bool import_is_missing(const struct profile *p, const char *s);
/* A number with decimal point or comma, spaces as thousands; false otherwise. */
bool import_number(const char *s, double *out);
/* A copy without what an event may not hold: control characters, too many characters. */
const char *import_clean(struct arena *a, const char *s, size_t most, bool lines, bool *cut);
/* The code of a municipality or county by code or name; NULL: unknown. */
const char *import_town(const char *s);
/* Sets e->source_hash from everything the row says. */
NODISCARD enum err import_hash(struct arena *a, struct event *e);
