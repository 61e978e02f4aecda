/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Inside the scan only (scan*.c).
 *
 * The measure of a window is what its expected number of cases is proportional to, and it is the
 * same in every simulated data set: for permutations (cases of the circle) x (cases of the
 * interval), a whole number; for Bernoulli cases and controls; for Poisson what is expected.
 * So the smallest count with which a window could beat the present maximum is looked up by its
 * measure, and logarithms are taken only of the few windows that have it. */
#pragma once

#include "base/mem.h"
#include "base/random.h"
#include "stats/scan.h"
#include "stats/work.h"

#define SCAN_LANES 16                  /* simulated data sets side by side */
#define SCAN_LAST UINT32_C(0x80000000) /* of a member: here the circle is complete */
#define SCAN_LEVELS 256
#define SCAN_SHARE_BEST 0.1 /* of the time is told to be the real data's */

struct scan_ladder;
struct scan_source;

struct scan {
    const struct scan_input *in;
    const struct scan_options *o;
    const struct work *work;
    uint32_t n;              /* locations */
    uint32_t first, periods; /* the periods that a window may have */
    uint32_t max_len;
    uint32_t end_least;        /* windows end after period end_least .. periods - 1 */
    double cases, individuals; /* individuals: cases and controls */
    double divisor;            /* expected cases of a window = measure / divisor */
    double mu_least, mu_most;  /* smallest and largest expected cases of any window */
    double interval_most;      /* largest expected cases of an interval, in the whole area */
    /* Circles. member[i] holds the circles round i, growing. */
    const uint32_t *order; /* of the centres: neighbours come soon after each other */
    uint32_t *n_member;
    uint32_t **member;
    /* Measures: by margins (permutation), or by cell [location * periods + period]. */
    const double *at_risk;
    const double *margin;     /* cases of a location in the whole study */
    const double *period_sum; /* [periods + 1]: cases before each period */
    const double *cell;
    /* No window holds more than 32767 cases, now or by chance: limits are then at most that. */
    bool small_windows;
    double least_period;        /* permutation: fewest cases of a period that has some */
    bool sparse;                /* scan_sparse.c instead of scan_best.c and scan_lanes.c */
    struct scan_source *real;   /* sparse: the data as they are */
    double null_term;           /* Bernoulli: what is the same in all ratios */
    struct scan_ladder *ladder; /* [lanes]: each used by one thread at a time */
};

/* Checks in, o and work of *s, which the caller has set, and fills the rest (scan.c). */
NODISCARD enum err scan_prepare(struct scan *s);

/* --- Likelihood ratio (scan_llr.c) --- */

double scan_expected(const struct scan *s, double measure);
/* 0 for a window on a side that is not asked for, or with fewer than min_cases. */
double scan_llr(const struct scan *s, double cases, double measure);

/* Level k stands for a likelihood ratio of scan_level_value(k): a window can be above it only with
 * more cases than high[], or fewer than low[], at its expected number. */
struct scan_ladder {
    uint32_t cells, base; /* base: bits of the smallest expected number */
    bool built[SCAN_LEVELS];
    int32_t *high, *low; /* [level * cells + cell]; low only when low rates are wanted */
};
/* One for each lane. */
NODISCARD enum err scan_ladders_make(struct scan *s);
int scan_level(double llr); /* the highest level not above it */
double scan_level_value(int level);

/* Smallest and largest counts of every window of one circle: high[(len - 1) * periods + begin]. */
struct scan_limits {
    int32_t *high, *low;
};
/* prefix[t]: measure of the circle before period t. */
void scan_limits_find(const struct scan *s, struct scan_ladder *l, int level, const double *prefix,
                      struct scan_limits *out);

/* Windows of that measure with no more cases are not above the level. */
int32_t scan_limit_high(const struct scan *s, struct scan_ladder *l, int level, double measure);

/* --- Circles (scan_circle.c) --- */

NODISCARD enum err scan_circles_make(struct scan *s);
double scan_distance2(const struct scan_input *in, uint32_t a, uint32_t b);

/* The measure of a circle that grows. */
struct scan_growth {
    double margin;
    double *period; /* [periods] */
    double *prefix; /* [periods + 1] */
};
NODISCARD enum err scan_growth_make(const struct scan *s, struct scan_growth *g);
void scan_growth_begin(const struct scan *s, struct scan_growth *g);
/* False when the location adds nothing to be scanned. */
bool scan_growth_add(const struct scan *s, struct scan_growth *g, uint32_t location);
void scan_growth_prefix(const struct scan *s, struct scan_growth *g);

/* The measure of periods begin .. end - 1 of a circle. After scan_growth_prefix(), or, for
 * permutations, at once. */
static inline double scan_window(const struct scan *s, const struct scan_growth *g, uint32_t begin,
                                 uint32_t end)
{
    if (s->margin)
        return g->margin * (s->period_sum[end] - s->period_sum[begin]);
    return g->prefix[end] - g->prefix[begin];
}

/* --- Limits that circles share (scan_cache.c) --- */

struct scan_slot;
struct scan_cache {
    struct scan_slot *slot; /* NULL: nothing is shared */
};
NODISCARD enum err scan_cache_make(const struct scan *s, struct scan_cache *c);
/* False: find them with scan_limits_find(). What out->high points at changes with the next call. */
bool scan_cache_limits(const struct scan *s, struct scan_cache *c, struct scan_ladder *l, int level,
                       struct scan_growth *g, struct scan_limits *out);

/* --- The best window round each centre (scan_best.c) --- */

struct scan_best {
    double llr, measure;
    uint64_t cases;
    uint32_t n_members, begin, len;
};
/* Periods begin .. end - 1 of a location belong to a cluster that has been told. */
struct scan_hold {
    uint32_t begin, end;
    const struct scan_hold *next;
};
/* When each location has few cases (scan_sparse.c): one thread's. */
/* Counts that a window of a circle must beat, by its length; -1: not looked up yet. */
struct scan_sparse_row {
    double margin;
    int level;
    int32_t *least; /* [max_len + 1] */
};

#define SCAN_SPARSE_ROWS 512u

struct scan_sparse {
    double *interval;            /* [max_len + 1]: least measure of an interval so long */
    struct scan_sparse_row *row; /* [SCAN_SPARSE_ROWS], by margin */
    int32_t *least;              /* of the circle at hand */
    uint32_t *day, *upto;        /* from the period at hand on, those with cases, and how many */
    uint32_t *count;             /* [periods] */
    uint64_t *some;              /* a bit for each period that has cases */
    uint16_t *times, *entered;   /* period of each case, by location; of those just entered */
    size_t n_entered;
    double margin;
    uint32_t n_members;
    bool *held, any_held;
    struct scan_ladder *ladder;
    int level;
    double next_level;
    struct scan_best best;
};
bool scan_is_sparse(const struct scan *s);
NODISCARD enum err scan_sparse_make(const struct scan *s, int lane, double share,
                                    struct scan_sparse *p); /* share: of the work that is done */
void scan_sparse_reset(struct scan_sparse *p);
/* Raises p->best by the windows round a centre of the data in p->times. */
void scan_sparse_round(const struct scan *s, struct scan_sparse *p, const struct scan_source *src,
                       uint32_t centre, const struct scan_hold *const *hold);

struct scan_hunter { /* one thread's */
    struct scan_growth growth;
    struct scan_limits limits;
    struct scan_ladder *ladder;
    int32_t *count, *cum; /* of the circle, by period */
    bool *held;           /* [periods] */
    bool any_held;
    struct scan_sparse sparse;
};
NODISCARD enum err scan_hunter_make(const struct scan *s, int lane, double share,
                                    struct scan_hunter *h);
/* hold: what each location's windows must not touch; NULL: nothing. */
void scan_hunt(const struct scan *s, struct scan_hunter *h, uint32_t centre,
               const struct scan_hold *const *hold, struct scan_best *best);
/* All centres. */
NODISCARD enum err scan_best_find(const struct scan *s, struct scan_best *best);

/* --- Which of them are told (scan_choose.c) --- */

struct scan_chosen {
    struct scan_best best;
    uint32_t centre;
};
/* At most o->clusters, best first, in the arena. best[] is changed. */
NODISCARD enum err scan_choose(const struct scan *s, struct scan_best *best,
                               struct scan_chosen **out, size_t *n);

/* --- Simulation (scan_draw.c, scan_simulate.c, scan_lanes.c) --- */

/* What all threads read. */
struct scan_source {
    uint32_t n_drawn;       /* permutation: how many cases get a new place or time */
    const uint16_t *times;  /* retrospective: period of each case, in any order */
    const uint32_t *places; /* prospective: location of each case; Bernoulli: cell of each one */
    const uint32_t *begin;  /* retrospective: first case of each location */
    uint32_t n_places;
    struct alias alias; /* Poisson */
    uint32_t alias_rest;
};
/* One thread's. Cells are [(location * periods + period) * SCAN_LANES + lane]: bytes, or, when
 * wide, 32 bits. */
struct scan_lane {
    bool wide, overflow;
    uint8_t *narrow_cells;
    int32_t *wide_cells;
    void *acc, *cum; /* int16 or int32: [periods + 1][SCAN_LANES] */
    uint16_t *times;
    uint32_t *places;
    struct scan_growth growth;
    struct scan_limits limits, own_limits;
    struct scan_ladder *ladder;
    struct scan_cache cache;
    struct scan_sparse sparse;
    int level;         /* of the limits */
    double next_level; /* from where they are those of a higher one */
    double best[SCAN_LANES];
};
NODISCARD enum err scan_source_make(const struct scan *s, struct scan_source *out);
/* Fills lane `lane` with run number `run`. */
void scan_draw(const struct scan *s, const struct scan_source *src, struct scan_lane *l,
               uint32_t run, int lane);
/* The same as the periods of all cases, by location: permutation, retrospective. */
void scan_draw_times(const struct scan *s, const struct scan_source *src, uint32_t run,
                     uint16_t *times);
/* maxima[run] for every run until stop_at of them have reached `observed`. */
NODISCARD enum err scan_simulate(const struct scan *s, double observed, double *maxima,
                                 uint32_t *runs);

/* The same by counts of one width. ERR_CONFLICT: one was too large for the narrow. */
NODISCARD enum err scan_simulate_in(const struct scan *s, const struct scan_source *src, bool wide,
                                    double observed, double *maxima, uint32_t *runs);

/* Adds one location's counts to acc; then looks at all windows of the circle and raises best[]. */
typedef void scan_add_fn(const struct scan *s, struct scan_lane *l, uint32_t location);
typedef void scan_look_fn(const struct scan *s, struct scan_lane *l);
struct scan_kernel {
    scan_add_fn *add;
    scan_look_fn *look;
};
struct scan_kernel scan_kernel_pick(bool wide, bool low);

/* As extreme as: the same but for rounding. */
static inline bool scan_reaches(double a, double b)
{
    return a >= b - 1e-11 * (b + 1);
}

/* Part of the work, told as a share of the whole. */
struct scan_part {
    const struct work *whole;
    double from, to;
};
bool scan_part_tick(void *arg, double share);
