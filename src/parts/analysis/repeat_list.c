/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "parts/analysis/repeat_list.h"

#include <math.h>
#include <stdlib.h>

#include "base/mem.h"
#include "stats/compare.h"

#define LEVEL 0.95

const char *repeat_name(const struct analysis *an, const struct repeat *r, size_t k)
{
    const struct analysis_names *names = &an->table.place;
    if (!r->places.name)
        return NULL;
    return names->name[names->index[r->row[r->places.order[r->places.start[k]]]]];
}

static int rising(const void *left, const void *right)
{
    double a = *(const double *)left, b = *(const double *)right;
    return (a > b) - (a < b);
}

/* The events of a place lie by time, those without one last. */
static size_t timed(const struct repeat *r, size_t k)
{
    size_t n = r->places.start[k + 1] - r->places.start[k];
    while (n && isnan(r->in.t[r->places.order[r->places.start[k] + n - 1]]))
        n--;
    return n;
}

/* Days from each event at place k to the next, rising. */
static size_t gaps_of(const struct repeat *r, size_t k, double *gap)
{
    size_t n = r->in.t ? timed(r, k) : 0;
    const uint32_t *at = r->places.order + r->places.start[k];
    for (size_t i = 1; i < n; i++)
        gap[i - 1] = r->in.t[at[i]] - r->in.t[at[i - 1]];
    if (n < 2)
        return 0;
    qsort(gap, n - 1, sizeof *gap, rising);
    return n - 1;
}

static double median(const double *v, size_t n)
{
    return n == 0 ? (double)NAN : n % 2 ? v[n / 2] : (v[n / 2 - 1] + v[n / 2]) / 2;
}

static double within(const double *v, size_t n, double most)
{
    size_t low = 0, high = n;
    while (low < high) {
        size_t mid = low + (high - low) / 2;
        if (v[mid] <= most)
            low = mid + 1;
        else
            high = mid;
    }
    return n ? (double)low / (double)n : (double)NAN;
}

double repeat_soon(const struct repeat *r, double days)
{
    return within(r->gap, r->n_gaps, days);
}

enum err repeat_count(struct analysis *an, struct repeat *r)
{
    const struct places *p = &r->places;
    struct places_chance c = {(int64_t)r->n, r->all, r->whole};
    size_t n = p->n;
    r->count = ARENA_ARRAY(an->arena, n, int64_t);
    r->with = ARENA_ARRAY(an->arena, n, int64_t);
    r->gap = ARENA_ARRAY(an->arena, r->n, double);
    if (!r->count || !r->with || !r->gap)
        return ERR_NOMEM;
    for (size_t k = 0; k < n; k++) {
        int64_t events = p->start[k + 1] - p->start[k];
        if (r->kinds == 0 || r->count[r->kinds - 1] != events)
            r->count[r->kinds++] = events;
        r->with[r->kinds - 1]++;
        r->n_gaps += gaps_of(r, k, r->gap + r->n_gaps);
    }
    if (r->n_gaps)
        qsort(r->gap, r->n_gaps, sizeof *r->gap, rising);
    TRY(concentration_of(r->count, r->with, r->kinds, r->all, &r->how));
    r->chance.mean.gini = r->chance.p = NAN;
    if (r->sized)
        return ERR_OK;
    return concentration_by_chance(&an->work, &c, (uint32_t)analysis_int(an, "permutations"),
                                   r->how.gini, &r->chance);
}

/* --- Sizes --- */

/* Every row of a place says how large it is, and all the same. */
static enum err size_of(struct analysis *an, const struct repeat *r, size_t k, double *out)
{
    const double *size = an->table.number[COLUMN_POPULATION];
    uint32_t first = r->row[r->places.order[r->places.start[k]]];
    for (uint32_t i = r->places.start[k]; i < r->places.start[k + 1]; i++) {
        uint32_t row = r->row[r->places.order[i]];
        if (!(size[row] > 0) || isinf(size[row]))
            return analysis_refuse(an, analysis_say(an, treated_not_positive,
                                                    table_row(&an->table, row),
                                                    an->columns[COLUMN_POPULATION]));
        if (size[row] != size[first])
            return analysis_refuse(
                an, analysis_say(an, analysis_repeat_two_sizes, an->columns[COLUMN_POPULATION],
                                 table_row(&an->table, row), table_row(&an->table, first)));
    }
    *out = size[first];
    return ERR_OK;
}

static enum err sized_chances(struct analysis *an, struct repeat *r, double *size, double *p,
                              double *q)
{
    int64_t *events = ARENA_ARRAY(an->arena, r->places.n, int64_t);
    if (!events)
        return ERR_NOMEM;
    for (size_t k = 0; k < r->places.n; k++) {
        events[k] = r->places.start[k + 1] - r->places.start[k];
        TRY(size_of(an, r, k, &size[k]));
    }
    TRY(places_sized_tails(events, size, r->places.n, p));
    return fdr_adjust(p, r->places.n, q);
}

/* --- Chances --- */

/* Places with as many events have the same p: q (Benjamini-Hochberg over all places) is how many
 * would have as many by chance, over how many have. */
static enum err equal_chances(struct analysis *an, const struct repeat *r, double *tail, double *q)
{
    struct places_chance c = {(int64_t)r->n, r->all, r->whole};
    double places = (double)r->all, cumulative = 0, least = 1;
    (void)an;
    TRY(places_tails(&c, r->count, r->kinds, tail));
    for (size_t i = 0; i < r->kinds; i++)
        cumulative += (double)r->with[i];
    for (size_t i = r->kinds; i-- > 0;) {
        least = fmin(least, tail[i] * places / cumulative);
        q[i] = least;
        cumulative -= (double)r->with[i];
    }
    return ERR_OK;
}

/* --- The list --- */

static bool make_rows(struct arena *a, const struct repeat *r, struct repeat_rows *l)
{
    double **reals[] = {&l->share,     &l->cumulative, &l->low,  &l->high, &l->expected,
                        &l->p,         &l->q,          &l->size, &l->rate, &l->rate_low,
                        &l->rate_high, &l->median,     &l->week, &l->month};
    for (size_t i = 0; i < ARRAY_LEN(reals); i++) {
        bool size = reals[i] == &l->size || reals[i] == &l->rate || reals[i] == &l->rate_low ||
                    reals[i] == &l->rate_high;
        bool time = reals[i] == &l->median || reals[i] == &l->week || reals[i] == &l->month;
        if ((size && !r->sized) || (time && !r->in.t))
            continue;
        if (!(*reals[i] = ARENA_ARRAY(a, l->n + 1, double)))
            return false;
    }
    l->rank = ARENA_ARRAY(a, l->n + 1, int64_t);
    l->events = ARENA_ARRAY(a, l->n + 1, int64_t);
    l->name = ARENA_ARRAY(a, l->n + 1, const char *);
    l->more = ARENA_ARRAY(a, l->n + 1, bool);
    l->first = r->in.t ? ARENA_ARRAY(a, l->n + 1, msec) : NULL;
    l->last = r->in.t ? ARENA_ARRAY(a, l->n + 1, msec) : NULL;
    return l->rank && l->events && l->name && l->more && (!r->in.t || (l->first && l->last));
}

static void fill_times(const struct analysis *an, const struct repeat *r, size_t k, double *gap)
{
    const struct repeat_rows *l = &r->list;
    size_t n = timed(r, k), gaps = gaps_of(r, k, gap);
    const uint32_t *at = r->places.order + r->places.start[k];
    l->first[k] = n ? an->table.t[r->row[at[0]]] : ANALYSIS_NO_TIME;
    l->last[k] = n ? an->table.t[r->row[at[n - 1]]] : ANALYSIS_NO_TIME;
    l->median[k] = median(gap, gaps);
    l->week[k] = within(gap, gaps, REPEAT_WEEK);
    l->month[k] = within(gap, gaps, REPEAT_MONTH);
}

static void fill_rate(const struct analysis *an, struct repeat_rows *l, size_t k, double size)
{
    double per = analysis_real(an, "per") / size;
    l->size[k] = size;
    l->rate[k] = (double)l->events[k] * per;
    l->rate_low[k] = l->low[k] * per;
    l->rate_high[k] = l->high[k] * per;
}

/* What depends on the number of events alone is worked out once for each. */
static enum err fill_counts(const struct analysis *an, struct repeat *r)
{
    struct repeat_rows *l = &r->list;
    double before = 0;
    int64_t rank = 1;
    for (size_t k = 0; k < l->n; k++) {
        struct interval i;
        l->name[k] = repeat_name(an, r, k);
        l->events[k] = r->places.start[k + 1] - r->places.start[k];
        bool same = k > 0 && l->events[k] == l->events[k - 1];
        rank = same ? rank : (int64_t)k + 1;
        l->rank[k] = rank;
        l->share[k] = (double)l->events[k] / (double)r->n;
        before += (double)l->events[k];
        l->cumulative[k] = before / (double)r->n;
        l->low[k] = same ? l->low[k - 1] : 0;
        l->high[k] = same ? l->high[k - 1] : 0;
        if (same)
            continue;
        TRY(count_interval(l->events[k], LEVEL, &i));
        l->low[k] = i.low;
        l->high[k] = i.high;
    }
    return ERR_OK;
}

static enum err fill_chances(struct analysis *an, struct repeat *r)
{
    struct repeat_rows *l = &r->list;
    size_t n = r->sized ? r->places.n : r->kinds, kind = 0;
    double *tail = ARENA_ARRAY(an->arena, n, double), *q = ARENA_ARRAY(an->arena, n, double);
    double *size = ARENA_ARRAY(an->arena, n, double), least = 1;
    if (!tail || !q || !size)
        return ERR_NOMEM;
    TRY(r->sized ? sized_chances(an, r, size, tail, q) : equal_chances(an, r, tail, q));
    for (size_t i = 0; i < n; i++)
        least = fmin(least, tail[i]);
    result_real(an, "p_any", fmin(1, least * (double)r->all));
    for (size_t k = 0; k < l->n; k++) {
        kind += k > 0 && l->events[k] != l->events[k - 1];
        size_t i = r->sized ? k : kind;
        l->p[k] = tail[i];
        l->q[k] = q[i];
        l->expected[k] = r->sized ? (double)NAN : tail[i] * (double)r->all;
        l->more[k] = l->events[k] > 1 && q[i] <= analysis_real(an, "level");
        if (r->sized)
            fill_rate(an, l, k, size[k]);
    }
    return ERR_OK;
}

enum err repeat_fill(struct analysis *an, struct repeat *r)
{
    struct repeat_rows *l = &r->list;
    uint32_t least = (uint32_t)analysis_int(an, "least");
    while (l->n < r->places.n) {
        uint32_t events = r->places.start[l->n + 1] - r->places.start[l->n];
        l->shown += events >= least;
        if (events < least && events < 2 && l->n) /* the sentences need the first */
            break;
        l->n++;
    }
    double *gap = ARENA_ARRAY(an->arena, r->n, double);
    if (!gap || !make_rows(an->arena, r, l))
        return ERR_NOMEM;
    TRY(fill_counts(an, r));
    TRY(fill_chances(an, r));
    for (size_t k = 0; l->first && k < l->n; k++)
        fill_times(an, r, k, gap);
    return ERR_OK;
}

/* --- Tables --- */

static void show_list(struct analysis *an, const struct repeat *r)
{
    const struct repeat_rows *l = &r->list;
    struct result_table *t = result_table(an, "places", l->shown);
    column_int(t, "rank", l->rank);
    if (r->places.name)
        column_text(t, "place", l->name);
    if (r->places.x)
        table_circles(t, r->places.x, r->places.y, r->places.radius);
    column_int(t, "events", l->events);
    column_real(t, "share", l->share);
    column_real(t, "cumulative", l->cumulative);
    column_real(t, "low", l->low);
    column_real(t, "high", l->high);
    column_real(t, "expected_places", l->expected);
    column_real(t, "p", l->p);
    column_real(t, "q", l->q);
    column_bool(t, "more", l->more);
    if (l->size) {
        column_real(t, "population", l->size);
        column_real(t, "rate", l->rate);
        column_real(t, "rate_low", l->rate_low);
        column_real(t, "rate_high", l->rate_high);
    }
    if (l->first) {
        column_time(t, "first", l->first);
        column_time(t, "last", l->last);
        column_real(t, "median_days", l->median);
        column_real(t, "within_7", l->week);
        column_real(t, "within_28", l->month);
    }
}

#define FIGURES (2 + PLACES_TOPS + PLACES_PARTS)

static void line_up(const struct concentration *c, double *v)
{
    *v++ = c->gini;
    *v++ = c->general;
    for (int i = 0; i < PLACES_TOPS; i++)
        *v++ = c->top[i];
    for (int i = 0; i < PLACES_PARTS; i++)
        *v++ = c->part[i];
}

static void show_concentration(struct analysis *an, const struct repeat *r)
{
    static const char *const names[FIGURES] = {
        "gini", "gini_generalised", "top_1", "top_5", "top_10", "places_for_25", "places_for_50"};
    const char **name = ARENA_ARRAY(an->arena, FIGURES, const char *);
    double *v = ARENA_ARRAY(an->arena, (size_t)4 * FIGURES, double);
    double *places = ARENA_ARRAY(an->arena, FIGURES, double);
    struct result_table *t = result_table(an, "concentration", FIGURES);
    if (!name || !v || !places)
        v = NULL;
    for (int i = 0; v && i < FIGURES; i++) {
        name[i] = names[i];
        places[i] = i < 2 ? (double)NAN
                    : i < 2 + PLACES_TOPS
                        ? (double)places_share(places_top[i - 2], r->all)
                        : round(r->how.part[i - 2 - PLACES_TOPS] * (double)r->all);
        v[FIGURES + i] = v[2 * FIGURES + i] = v[3 * FIGURES + i] = NAN;
    }
    if (v) {
        line_up(&r->how, v);
        if (!r->sized) {
            line_up(&r->chance.mean, v + FIGURES);
            line_up(&r->chance.low, v + 2 * FIGURES);
            line_up(&r->chance.high, v + 3 * FIGURES);
        }
    }
    column_text(t, "measure", name);
    column_real(t, "places", places);
    column_real(t, "value", v);
    column_real(t, "expected", v ? v + FIGURES : NULL);
    column_real(t, "expected_low", v ? v + 2 * FIGURES : NULL);
    column_real(t, "expected_high", v ? v + 3 * FIGURES : NULL);
}

void repeat_show(struct analysis *an, const struct repeat *r)
{
    size_t single = r->count[r->kinds - 1] == 1 ? (size_t)r->with[r->kinds - 1] : 0;
    result_int(an, "events", (int64_t)r->n);
    result_int(an, "places_with_events", (int64_t)r->places.n);
    result_int(an, "places_repeated", (int64_t)(r->places.n - single));
    result_int(an, "repeats", (int64_t)(r->n - r->places.n));
    result_real(an, "repeated_share", (double)(r->n - r->places.n) / (double)r->n);
    result_real(an, "gini_p", r->chance.p);
    if (r->in.t) {
        result_real(an, "median_days", median(r->gap, r->n_gaps));
        result_real(an, "within_7", repeat_soon(r, REPEAT_WEEK));
        result_real(an, "within_28", repeat_soon(r, REPEAT_MONTH));
    }
    show_list(an, r);
    show_concentration(an, r);
}
