/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* What has changed, and what people decide about it: the start page of those who work with the
 * picture, a level for each area, the places that come first in the next period, and the picture of
 * a period as the group adopted it.
 *
 * Nothing that a person wrote is ever changed or overwritten: levels and focus are rows that are
 * only added, with a version. Who saves has seen a version, and ERR_CONFLICT means that there is a
 * newer one. Everything works inside a transaction in the municipality's scope. doc/changes.md. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/clock.h"
#include "base/err.h"
#include "base/id.h"
#include "core/page.h"
#include "parts/picture/picture.h"
#include "stats/compare.h"

struct arena;
struct part;
struct tx;

extern const struct part changes_part;

/* --- The level that the program suggests: doc/methods/levels.md --- */

/* What is known of an area in a period. */
struct level_signs {
    int64_t n, before; /* incidents; -1: not counted (areas beyond PICTURE_AREAS) */
    bool has_before;   /* there is a period to compare with */
    enum certainty certainty;
    bool fresh; /* a new gathering there */
    bool step;  /* its level has risen, beside the rest of the municipality */
    bool chain; /* near repeats in a chain there */
};

struct level_signs level_signs_of(const struct picture *p, struct id area);
/* PAGE_NO_LEVEL: too little to go on. */
enum page_level_no level_suggest(const struct level_signs *s);
/* "18 mot 16", in the arena; of a period that goes on, what is compared is as long: "18 mot ungefär
 * 16". NULL: not counted. */
const char *level_count(struct req *rq, const struct picture *p, const struct level_signs *s);

/* --- Levels that people set --- */

#define LEVEL_REASON_MOST 500

struct area_level {
    struct id area;
    int64_t version;
    enum page_level_no level;     /* PAGE_NO_LEVEL: taken back */
    enum page_level_no suggested; /* by the program, when it was set */
    const char *reason;
    msec set_at;
    struct id set_by;
    const char *set_by_name; /* NULL: not known */
};

/* The newest of each area that has one. */
NODISCARD enum err levels_of(struct tx *tx, struct arena *a, const char *municipality,
                             struct id period, struct area_level **out, size_t *out_n);
/* All of one area, the newest first. */
struct level_of {
    const char *municipality;
    struct id period, area;
};
NODISCARD enum err level_history(struct tx *tx, struct arena *a, const struct level_of *of,
                                 struct area_level **out, size_t *out_n);
/* Is what stands what this person has just set, as when a form is sent twice? now NULL: nothing. */
bool level_same(const struct area_level *now, const struct area_level *mine);
/* l->version is what the person saw (0: none). ERR_CONFLICT. ERR_INVALID: no reason is given. */
NODISCARD enum err level_set(struct tx *tx, const char *municipality, struct id period,
                             const struct area_level *l);

/* --- Places that come first in the next period --- */

#define FOCUS_MOST 3
#define FOCUS_NAME_MOST 80

struct focus_place {
    const char *name;
    struct id area;      /* none: not said */
    int need, influence; /* 1..3: small, medium, great */
    const char *reason;
};

struct focus {
    int64_t version; /* 0: nobody has chosen any */
    struct focus_place places[FOCUS_MOST];
    size_t n;
    msec set_at;
    const char *set_by_name;
};

NODISCARD enum err focus_of(struct tx *tx, struct arena *a, const char *municipality,
                            struct id period, struct focus *out);
/* f->version is what the person saw. ERR_CONFLICT. ERR_INVALID: a place without name or reason. */
NODISCARD enum err focus_set(struct tx *tx, const char *municipality, struct id period,
                             const struct focus *f, struct id by);

/* --- The adopted picture --- */

struct adopted_row { /* a number as it was, with its phrase as it was */
    const char *name;
    struct id area;
    bool below;        /* a type of the second level */
    int64_t n, before; /* before -1: there was nothing to compare with */
    enum certainty certainty;
    enum page_level_no level, suggested; /* of areas */
    const char *reason;
};

struct adopted {
    const char *work, *period;                    /* "EST", "Vecka 45–46 2026" */
    struct date from, to, before_from, before_to; /* to is not included */
    bool ongoing;                                 /* the period had not ended */
    msec until; /* and so far it was counted; 0: it had ended, or nobody wrote it down */
    struct adopted_row all, *types, *areas;
    size_t n_types, n_areas;
    struct focus focus;
    const char *focus_areas[FOCUS_MOST]; /* names of their areas; NULL: none */
};

/* ERR_CORRUPT when it is no such JSON; texts in the arena. */
NODISCARD enum err adopted_read(const char *json, struct arena *a, struct adopted *out);
NODISCARD enum err adopted_write(struct arena *a, const struct adopted *d, const char **out);

/* In words, in the arena; NULL: no memory. What was adopted before the period's end is compared
 * with as long a time, as on the start page; what does not say how far it counts, with all of it.
 */
bool adopted_so_far(const struct adopted *d);
/* "ungefär 81", "139"; NULL also when there is nothing to compare with. */
const char *adopted_before(struct arena *a, enum lang lang, const struct adopted *d,
                           const struct adopted_row *r);
/* "67 händelser hittills, mot ungefär 81 på lika lång tid förra perioden." Of rows with a `before`.
 */
const char *adopted_against(struct arena *a, enum lang lang, const struct adopted *d,
                            const struct adopted_row *r);
/* Which days the figures are of, and what they are compared with. */
const char *adopted_figures(struct arena *a, enum lang lang, const struct adopted *d);
/* Of one that was adopted before its period's end: that it was. */
const char *adopted_was_on(struct arena *a, enum lang lang, const struct adopted *d);

/* What was decided about the picture's period. */
struct adopted_of {
    const char *work, *period; /* work NULL: the municipality has no name for it */
    const struct area_level *levels;
    size_t n_levels;
    const struct focus *focus;
};
/* The figures of the picture and what was decided, as what adopt() stores; in the arena. Names of
 * types are the municipality's, in Swedish. */
NODISCARD enum err adopted_make(struct arena *a, const struct picture *p,
                                const struct picture_names *n, const struct adopted_of *of,
                                const char **out);

struct adopted_head {
    struct id period;
    const char *period_name;
    msec starts_at, ends_at;
    int64_t version, drafts;
    msec adopted_at;
    const char *adopted_by_name;
};

/* The newest version of each period, the newest period first; at most 200. */
NODISCARD enum err adopted_list(struct tx *tx, struct arena *a, const char *municipality,
                                struct adopted_head **out, size_t *out_n);
/* The one that head's period and version (0: the newest) say. ERR_NOTFOUND. */
NODISCARD enum err adopted_get(struct tx *tx, struct arena *a, const char *municipality,
                               struct adopted_head *head, const char **content);
/* Is there a bulletin of the period, and has the group got it? */
struct adopted_bulletin {
    bool made, handed;
};
NODISCARD enum err adopted_bulletin(struct tx *tx, struct arena *a, const char *municipality,
                                    struct id period, struct adopted_bulletin *out);
/* How many versions of levels and focus a period has: grows with every change. */
NODISCARD enum err drafts_of(struct tx *tx, struct arena *a, const char *municipality,
                             struct id period, int64_t *out);
/* `drafts`: what the person saw. ERR_CONFLICT: levels or focus have changed since, or somebody
 * adopted at the same moment. */
struct adopting {
    const char *municipality;
    struct id period, by;
    int64_t drafts;
    const char *content;
};
NODISCARD enum err adopt(struct tx *tx, const struct adopting *d);

/* Words go for good: in the reasons of levels and focus places of a period, in every version, and
 * in the pictures adopted of it. Figures stay. */
NODISCARD enum err changes_strike(struct event_striking *s, struct id period);

/* --- What is coming --- */

#define HOLIDAY_YEAR 19 /* days in a year */

struct holiday {
    struct date day;
    const char *key; /* text changes_day_KEY */
};
/* The public holidays of a year, and the eves on which Sweden is free, in order. */
void holidays_of(int year, struct holiday out[HOLIDAY_YEAR], size_t *n);

/* --- Which period --- */

struct changes_period {
    struct id id;
    const char *name;
    msec starts_at, ends_at;
    bool adopted;
};
/* Which of the periods that have begun (the newest first) the start page shows: the ongoing one,
 * but the one before it as long as it is not adopted and less than half of the new one, at most
 * seven days, has passed. n: there is none. */
size_t changes_current(const struct changes_period *p, size_t n, msec now);
