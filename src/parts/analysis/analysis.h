/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* One frame for every method of analysis: a table goes in, a result comes out, and the result is
 * written as JSON, CSV or GeoJSON. The methods themselves are in src/stats and know nothing of
 * this; a method here reads its options, calls them, and says what was found.
 *
 *     const struct analysis_method *m = analysis_method_find("knox");
 *     TRY(analysis_begin(m, arena, lang, &an));
 *     TRY(analysis_set(an, "distance", "200"));        options as text, by name
 *     TRY(analysis_read(an, fd or path));               or: an->table filled by the caller
 *     TRY(analysis_run(an));
 *     analysis_write_json(an, &out);
 *
 * When something is wrong with what a person gave, the function answers ERR_USAGE and
 * an->problem holds a sentence in an->lang that says what to do. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/clock.h"
#include "stats/work.h"
#include "tmpl/text.h"

struct arena;
struct analysis;
struct where_areas;

/* --- The table --- */

/* Which columns a method knows. Their names in a file are x, y, t ... unless --x NAME says
 * otherwise. */
enum analysis_column {
    COLUMN_X,          /* metres, projected; or degrees with --lonlat */
    COLUMN_Y,          /* the same */
    COLUMN_T,          /* ISO 8601; a date is midnight */
    COLUMN_T_END,      /* the end of an interval; may be missing in a row */
    COLUMN_VALUE,      /* a number: count, mark, statistic */
    COLUMN_WEIGHT,     /* >= 0 */
    COLUMN_POPULATION, /* > 0: inhabitants, street metres, expected cases */
    COLUMN_BEFORE,     /* counts of two periods */
    COLUMN_AFTER,
    COLUMN_PLACE,   /* text: the name of a place, series or group */
    COLUMN_GROUP,   /* text */
    COLUMN_TRAFFIC, /* > 0: vehicles a day, and the same afterwards */
    COLUMN_TRAFFIC_AFTER,
    COLUMN_LENGTH, /* > 0: of a road */
    COLUMN_COUNT
};
#define COLUMN_BIT(c) (1u << (c))

/* Names of a text column: row i has names[index[i]]. */
struct analysis_names {
    uint32_t n;
    const char *const *name;
    const uint32_t *index;
};

#define ANALYSIS_ROWS_MOST 20000000u
#define ANALYSIS_NO_TIME INT64_MIN

struct analysis_table {
    size_t n;
    uint32_t has;                       /* COLUMN_BITs that the file had */
    const double *number[COLUMN_COUNT]; /* X to AFTER but not the times; NaN where a row has none */
    const msec *t, *t_end;              /* ANALYSIS_NO_TIME where a row has none */
    bool dates_only;                    /* no t and no t_end has a time of day */
    struct analysis_names place, group;
    const uint64_t *line; /* of the file, for sentences; NULL when the table is no file */
};

/* The number of a row in sentences: its line of the file, or 1, 2, 3 ... */
uint64_t table_row(const struct analysis_table *t, size_t i);

/* --- Options --- */

enum analysis_kind { OPTION_REAL, OPTION_INT, OPTION_TEXT, OPTION_FLAG, OPTION_LIST };

struct analysis_option {
    const char *name;     /* NULL ends the list */
    const char *arg;      /* "METRES"; NULL: a flag */
    const char *fallback; /* the value when it is not given; NULL: none, or the method finds one */
    enum text_key help;   /* with the unit */
    enum analysis_kind kind;
    double least, most; /* OPTION_REAL, _INT, and each of OPTION_LIST ("0,100,200") */
};

/* --- Methods --- */

struct analysis_method {
    const char *name;
    enum text_key summary; /* the question it answers */
    enum text_key about;   /* units, defaults, limits: a paragraph */
    const char *source;    /* literature */
    uint32_t needs, may;   /* COLUMN_BITs */
    size_t few;            /* with fewer rows the figures are given, but nothing is said of them */
    const struct analysis_option *options;
    enum err (*run)(struct analysis *an);
};

extern const struct analysis_method *const analysis_methods[]; /* NULL ends */
const struct analysis_method *analysis_method_find(const char *name);

struct analysis_result;

struct analysis {
    const struct analysis_method *method;
    struct arena *arena;
    enum lang lang;
    struct work work; /* seed, threads, progress */
    struct analysis_table table;
    const char *problem; /* after ERR_USAGE */
    struct analysis_result *result;
    const char **values; /* of the options, in their order */
    const char *columns[COLUMN_COUNT];
    bool lonlat;
    /* The polygons of a file (see where.h); NULL where no files may be opened. */
    enum err (*read_areas)(struct analysis *an, const char *path, const char *name_column,
                           struct where_areas *out);
    /* What a position is called in a sentence, NULL: its coordinates. Often there is no such name:
     * then the function is NULL. */
    const char *(*name_place)(void *arg, double x, double y);
    void *name_arg;
    /* analysis_read(), for methods that need a second table; NULL as above. */
    enum err (*read_table)(struct analysis *an, const char *path, int fd);
    void *given; /* belongs to those two */
};

/* The name of a column in a file ("t-end": also the name of its option). */
const char *analysis_column_name(enum analysis_column c);

NODISCARD enum err analysis_begin(const struct analysis_method *m, struct arena *a, enum lang lang,
                                  struct analysis **out);
/* ERR_USAGE: no such option, or not a value for it. */
NODISCARD enum err analysis_set(struct analysis *an, const char *option, const char *value);
/* Reads the rows of a file, or of fd when path is NULL. ERR_USAGE for a file without the columns
 * or with rows that cannot be read (their numbers are in the sentence). */
NODISCARD enum err analysis_read(struct analysis *an, const char *path, int fd);
/* ERR_USAGE also for values that cannot be counted with (see analysis__check()), with their row. */
NODISCARD enum err analysis_run(struct analysis *an);

/* --- For methods: what was asked --- */

/* The option must be of the method's list. NaN, INT64_MIN or NULL when there is no value. */
double analysis_real(const struct analysis *an, const char *option);
int64_t analysis_int(const struct analysis *an, const char *option);
const char *analysis_text(const struct analysis *an, const char *option);
bool analysis_flag(const struct analysis *an, const char *option);
/* OPTION_LIST as numbers in the arena. */
NODISCARD enum err analysis_list(struct analysis *an, const char *option, const double **out,
                                 size_t *n);
/* What the method chose by itself, shown among the parameters. */
NODISCARD enum err analysis_chose(struct analysis *an, const char *option, double value);
bool analysis_has(const struct analysis *an, enum analysis_column c);
/* Times as days since 1970-01-01 on a Swedish clock, with the time of day as a fraction: whole
 * numbers where the file has dates. NaN where there is no time. NULL when out of memory. */
const double *analysis_days(struct analysis *an, const msec *t);
/* What people call the position; NULL: nothing is known. */
const char *analysis_place(const struct analysis *an, double x, double y);
/* Ends with ERR_USAGE and the sentence (from analysis_say()). */
enum err analysis_refuse(struct analysis *an, const char *sentence);
/* A text in an->lang; the arguments are those of text_fmt(). */
#define analysis_say(an, key, ...) text_fmt((an)->arena, (an)->lang, T_##key, __VA_ARGS__)

/* --- For methods: what was found --- */

/* Single figures. NaN and infinities are written as null. Errors (out of memory) stick. */
void result_real(struct analysis *an, const char *key, double v);
void result_int(struct analysis *an, const char *key, int64_t v);
void result_text(struct analysis *an, const char *key, const char *v); /* copied */
void result_bool(struct analysis *an, const char *key, bool v);
/* A sentence in an->lang. The first is the main one; the others follow it. */
void result_sentence(struct analysis *an, const char *sentence);
void result_warning(struct analysis *an, const char *sentence);

/* A table of n rows: an array of objects under `key` in JSON. The first table is what CSV and
 * GeoJSON give. The arrays must live as long as the arena. */
struct result_table;
struct result_table *result_table(struct analysis *an, const char *key, size_t n);
void column_real(struct result_table *t, const char *key, const double *v);
void column_int(struct result_table *t, const char *key, const int64_t *v);
void column_index(struct result_table *t, const char *key, const uint32_t *v);
void column_text(struct result_table *t, const char *key, const char *const *v);
void column_bool(struct result_table *t, const char *key, const bool *v);
void column_time(struct result_table *t, const char *key, const msec *v); /* ISO 8601, UTC */
/* Its rows on a map: points; squares of side `size`; circles of radius r[i]. Metres; they are also
 * columns x and y (the centre) of the table. */
void table_points(struct result_table *t, const double *x, const double *y);
void table_squares(struct result_table *t, const double *x, const double *y, double size);
/* Polygons in SWEREF 99 TM; x and y are a point of each. */
struct geo_shape;
void table_areas(struct result_table *t, const double *x, const double *y,
                 const struct geo_shape *const *shape);
void table_circles(struct result_table *t, const double *x, const double *y, const double *r);

/* --- Writing --- */

NODISCARD enum err analysis_write_json(const struct analysis *an, struct buf *out);
/* ERR_USAGE, with the sentence in an->problem: this result has no table, or none with places. */
NODISCARD enum err analysis_write_csv(struct analysis *an, struct buf *out);
NODISCARD enum err analysis_write_geojson(struct analysis *an, struct buf *out);
