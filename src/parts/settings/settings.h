/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The settings of a municipality: its organisations, words, areas, places and periods, its log and
 * its jobs; and, in "0000", of the installation.
 *
 * The rules stand here and work inside a transaction of db_read()/db_write() in the municipality's
 * scope. Nobody's change overwrites another's unseen: what a person saw is handed in, and
 * ERR_CONFLICT means that something else stands there now. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "base/clock.h"
#include "core/app.h"
#include "geo/shape.h"

struct arena;
struct event_areas;
struct tx;

extern const struct part settings_part;

/* --- Organisations --- */

/* code in the database, name of the text settings_org_NAME */
#define ORGANISATION_KINDS(K)                                                                      \
    K(municipality)                                                                                \
    K(police)                                                                                      \
    K(housing)                                                                                     \
    K(property_owners)                                                                             \
    K(guard)                                                                                       \
    K(fire_service)                                                                                \
    K(school)                                                                                      \
    K(youth_centre)                                                                                \
    K(library)                                                                                     \
    K(streets_parks)                                                                               \
    K(traders)                                                                                     \
    K(village)                                                                                     \
    K(other)

bool organisation_kind_known(const char *kind);
/* In words; the code itself for one not known. */
const char *organisation_kind_text(enum lang lang, const char *kind);

struct organisation {
    struct id id;
    const char *name, *kind;
};

/* ERR_CONFLICT: there is one of that name. ERR_INVALID: no such kind. */
NODISCARD enum err organisation_add(struct tx *tx, struct arena *a, const char *municipality,
                                    const struct organisation *o);
/* `seen`: what the person saw. ERR_CONFLICT: something else stands there, or the name is taken. */
NODISCARD enum err organisation_change(struct tx *tx, struct arena *a, const char *municipality,
                                       const struct organisation *o,
                                       const struct organisation *seen);
/* Dormant: rows stay, and nobody logs in for it any longer; its invitations end. *ended (may be
 * NULL): how many accounts lost their access. Awake again, access is given anew by hand.
 * ERR_CONFLICT: it is so already. */
NODISCARD enum err organisation_set_active(struct tx *tx, const char *municipality, struct id id,
                                           bool active, int64_t *ended);
/* ERR_CONFLICT: accounts, invitations or events refer to it. */
NODISCARD enum err organisation_delete(struct tx *tx, struct arena *a, const char *municipality,
                                       struct id id);

/* --- Periods --- */

struct period {
    struct id id;
    const char *name;
    msec starts_at, ends_at; /* ends_at: the first moment after it */
};

#define PERIOD_NAME_MOST 100
#define PERIOD_SERIES_MOST 60
#define PERIOD_DAYS_MOST 400

/* The first and the last day, both included. ERR_INVALID: ends before it begins, or lasts more
 * than PERIOD_DAYS_MOST days. */
NODISCARD enum err period_from_days(struct date first, struct date last, struct period *out);
/* Periods of `weeks` (1 or 2) weeks: the first begins on the first `weekday` (1 = Monday) from
 * `from` on, the last ends with or before `to`. Named after the ISO weeks of their first and last
 * day: "Vecka 45 2026", "Vecka 45–46 2026", "Vecka 53 2026–1 2027"; `word` is "Vecka". At most
 * PERIOD_SERIES_MOST: ERR_LIMIT. ERR_INVALID when not one fits. In the arena. */
struct period_series {
    struct date from, to;
    int weekday, weeks;
    const char *word;
};
NODISCARD enum err period_series_make(struct arena *a, const struct period_series *s,
                                      struct period **out, size_t *out_n);
/* How a period lies to the one before it, in order of their beginnings. */
enum period_fit { PERIOD_FITS, PERIOD_OVERLAPS, PERIOD_GAP };
enum period_fit period_fit(const struct period *before, const struct period *p);

NODISCARD enum err period_add(struct tx *tx, const char *municipality, const struct period *p);
NODISCARD enum err period_change(struct tx *tx, const char *municipality, const struct period *p,
                                 const struct period *seen);
/* ERR_CONFLICT: a published picture tells of it, or levels, focus or an adopted picture do. */
NODISCARD enum err period_delete(struct tx *tx, struct arena *a, const char *municipality,
                                 struct id id);

/* "Vecka 45–46 2026", of the ISO weeks of both days. */
const char *period_week_name(struct arena *a, const char *word, struct date first,
                             struct date last);

/* --- Rhythm: periods that open by themselves --- */

/* name in the database, text settings_step_NAME */
#define RHYTHM_STEPS(S)                                                                            \
    S(WEEK, week)                                                                                  \
    S(FORTNIGHT, fortnight)                                                                        \
    S(FOUR_WEEKS, four_weeks)                                                                      \
    S(MONTH, month)

enum rhythm_step {
#define S(id, name) RHYTHM_##id,
    RHYTHM_STEPS(S)
#undef S
        RHYTHM_STEP_COUNT
};

struct rhythm {
    const char *name; /* what the municipality calls the work: "EST", "VEST" */
    enum rhythm_step step;
    struct date first;  /* the first period begins then; months begin on the first of theirs */
    int cutoff_days;    /* reports are awaited so many days after the last day of a period ... */
    int cutoff_minutes; /* ... until this time of that day, on a Swedish clock */
    bool active;        /* periods are opened */
    msec opened_to;     /* those that begin before this have been */
    int64_t version;
};

#define RHYTHM_NAME_MOST 20
#define RHYTHM_CUTOFF_DAYS 14
#define RHYTHM_BACK_DAYS 400 /* how long ago the first period may begin */
#define RHYTHM_AT_ONCE 120   /* periods opened in one go */

const char *rhythm_step_name(enum rhythm_step s); /* "fortnight" */
bool rhythm_step_parse(const char *name, enum rhythm_step *out);
/* The first day from `from` on that a rhythm can begin: its `weekday`, or the first of a month. */
struct date rhythm_first(enum rhythm_step s, struct date from, int weekday);
/* Until when reports of a period that ends at `ends_at` are awaited. */
msec rhythm_cutoff(const struct rhythm *r, msec ends_at);
/* What rhythm_due() finds. */
struct rhythm_due {
    struct period *periods;
    size_t n;
    msec opened_to; /* what the rhythm's own shall become */
};
/* The periods that have begun at `now` and are not open yet. Those in `have` (in order of their
 * beginnings; they may be irregular) are left alone: where they lie nothing is opened, and what is
 * left of a step before and after them is a shorter period. At most RHYTHM_AT_ONCE, the rest the
 * next time. In the arena. */
NODISCARD enum err rhythm_due(struct arena *a, const struct rhythm *r, const struct period *have,
                              size_t n, msec now, struct rhythm_due *out);
/* ERR_NOTFOUND: the municipality has set none. */
NODISCARD enum err rhythm_get(struct tx *tx, struct arena *a, const char *municipality,
                              struct rhythm *out);
/* r->version is what the person saw (0: none). ERR_CONFLICT: somebody has changed it since.
 * ERR_INVALID: not a name, a day or a time. When the first day is moved back, what then lies before
 * the old one is opened; what was opened since is left as it stands. */
NODISCARD enum err rhythm_set(struct tx *tx, const char *municipality, const struct rhythm *r,
                              struct id by);
/* Opens what is due; any number of servers may at once, each period is opened once. Cheap when
 * nothing is due. Never inside a transaction. *opened (may be NULL): how many. */
NODISCARD enum err rhythm_open(struct app *app, const char *municipality, msec now, size_t *opened);

/* --- Days when school is out --- */

struct school_break {
    struct id id;
    const char *name;
    msec starts_at, ends_at; /* ends_at: the first moment after it */
};

/* The latest first. */
NODISCARD enum err school_breaks(struct tx *tx, struct arena *a, const char *municipality,
                                 struct school_break **out, size_t *out_n);

/* --- Types --- */

/* label NULL or "": the default word. ERR_NOTFOUND: no such code. */
NODISCARD enum err type_word_set(struct tx *tx, const char *municipality, const char *code,
                                 const char *label, bool hidden);

/* --- Areas --- */

#define AREAS_MOST 300
#define AREA_VERTICES_MOST 200000

enum area_doubt {
    AREA_SOUND = 0,
    AREA_OUTSIDE = 1,  /* lies wholly outside the municipality's outline and 3 km around it */
    AREA_OVERLAPS = 2, /* shares more than a hundredth with another of the same file */
    AREA_REPLACES = 4, /* there is one of that name and kind: it gets this shape */
    AREA_DOUBLE = 8,   /* the same name earlier in the file: it is left out */
    AREA_NAMELESS = 16,
};

struct area {
    const char *name;
    const struct geo_shape *shape; /* GEO_POLYGON */
    unsigned doubts;
    size_t other; /* AREA_OVERLAPS: with which */
};

bool area_kind_known(const char *kind); /* "district", "school", "other" */
/* Fills in the doubts. `outline` NULL: the municipality's is not known. */
void areas_judge(struct area *areas, size_t n, const struct geo_shape *outline);
/* Those that are not double or nameless are added, or replace the shape of the one with that name;
 * then, for districts, the events get their areas anew. */
struct area_result {
    size_t added, replaced, moved; /* moved: events that got another area */
};
/* Where a change of areas happens: the cache is told in the same breath. */
struct area_scene {
    struct tx *tx;
    struct arena *a;
    struct event_areas *cache;
    const char *municipality;
};
struct area_list {
    const char *kind, *source; /* source: what the file is called */
    const struct area *areas;
    size_t n;
};
NODISCARD enum err areas_save(const struct area_scene *s, const struct area_list *list,
                              struct area_result *out);
struct area_words {
    const char *name, *kind;
};
NODISCARD enum err area_change(const struct area_scene *s, struct id id,
                               const struct area_words *words, const struct area_words *seen);
NODISCARD enum err area_delete(const struct area_scene *s, struct id id);

/* --- Places --- */

struct place {
    struct id id;
    const char *kind, *name; /* "own", "street", "area" */
    const char *locality;    /* NULL */
    double east, north;
};

bool place_kind_known(const char *kind);
/* Metres or degrees, in either order as long as it is clear which is which. ERR_INVALID: no
 * position in Sweden. */
NODISCARD enum err place_position(double a, double b, struct geo_point *out);
/* "2,1 km nordost om Lugnås" or "i Mariestad": the nearest locality of the municipality. */
const char *place_words(struct arena *a, enum lang lang, const char *municipality,
                        struct geo_point p);
/* The same name and kind twice: ERR_CONFLICT. */
NODISCARD enum err place_add(struct tx *tx, struct arena *a, const char *municipality,
                             const struct place *p, const char *source);
NODISCARD enum err place_change(struct tx *tx, struct arena *a, const char *municipality,
                                const struct place *p, const char *name_seen);
NODISCARD enum err place_delete(struct tx *tx, const char *municipality, struct id id);
