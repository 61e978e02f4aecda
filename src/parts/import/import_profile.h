/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Inside src/parts/import: how a file of a certain kind is read. As JSON it stands in
 * import_profile.mapping; doc/import.md describes it. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "convert/convert.h"
#include "geo/precision.h"

struct arena;

#define PROFILE_SOURCE_MOST 60
#define PROFILE_KEYS_MOST 8
#define PROFILE_WORDS_MOST 2000
#define PROFILE_MISSING_MOST 16
#define PROFILE_JSON_MOST (256u * 1024)

struct profile_time {
    const char *column; /* date, or date and time; NULL: none */
    const char *clock;  /* time of day in a column of its own; NULL: none */
    const char *format; /* see import_time.h; never NULL when a column is there */
};

struct profile_word {
    const char *said, *code;
};

/* Texts are borrowed; NULL: not said. Columns are names of the header. */
struct profile {
    const char *source;
    const char *municipality, *municipality_column;
    const char *keys[PROFILE_KEYS_MOST];
    size_t n_keys;
    const char *type_column, *type_default;
    const struct profile_word *words;
    size_t n_words;
    struct profile_time from, to;
    const char *north, *east; /* latitude and longitude too: the numbers tell */
    const char *both;         /* "58.71, 13.82" in one column */
    const char *place;
    enum geo_precision precision; /* of positions; GEO_NONE: point */
    bool refuse_outside;
    const char *organisation, *organisation_column;
    const char *title, *description, *url;
    bool exercise;
    const char *missing[PROFILE_MISSING_MOST];
    size_t n_missing;                                    /* 0: "..", "-" */
    const char *area_kind, *area_name, *area_population; /* polygons become areas */
    char delimiter;
    enum convert_encoding encoding;
    enum convert_choice header;
    const char *sheet;
    unsigned skip;
};

/* Strict: an unknown member or a wrong value is ERR_INVALID, and *problem tells which, for
 * import_problem_text() (import.h). Everything lies in the arena. */
NODISCARD enum err profile_read(struct arena *a, const char *json, struct profile *out,
                                const char **problem);
/* The same as JSON that profile_read() takes. */
void profile_write(struct buf *out, const struct profile *p);

/* What a file is called as a source: "Larm 2025 (1).csv.zst" is larm-2025, since it is the same
 * file fetched again. "import" when the name says nothing that may be used. NULL when out of
 * memory. */
char *profile_source(struct arena *a, const char *file_name);
/* A profile for a file that nobody has described: from the names of its columns and the first rows
 * (cells[row * columns + column], NULL: empty). `stem` becomes the source. */
NODISCARD enum err profile_guess(struct arena *a, const struct convert_header *h,
                                 const char *const *cells, size_t rows, const char *stem,
                                 struct profile *out);
