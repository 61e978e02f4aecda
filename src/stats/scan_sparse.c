/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Few cases at each location, many periods: then a circle that grows changes few windows. A window
 * can only be better than all before if it holds a case that has just entered, and if it begins and
 * ends with a period that has cases (a shorter one would expect no more and hold as many). So only
 * those are looked at. For permutations, retrospective, high rates. */
#include <math.h>
#include <string.h>

#include "stats/scan_inner.h"

#define BREATH 32 /* lengths between two looks at whether somebody wants an end */

/* Rough costs in nanoseconds of a case that enters and of a window, here, and of a period and a
 * window among sixteen lanes. They decide which way is taken, never what is found. */
#define COST_CASE 30.0
#define COST_WINDOW 2.0
#define COST_LANE_PERIOD 0.4
#define COST_LANE_WINDOW 0.12

bool scan_is_sparse(const struct scan *s)
{
    double members = 0, margins = 0;
    if (!s->margin || s->first > 0 || s->end_least > 0 || s->o->rates != SCAN_HIGH)
        return false;
    for (uint32_t i = 0; i < s->n; i++) {
        members += s->n_member[i];
        for (uint32_t k = 0; k < s->n_member[i]; k++)
            margins += s->margin[s->member[i][k] & ~SCAN_LAST];
    }
    double entering = margins / fmax(members, 1), circle = margins / s->n / 2;
    double near = fmin(circle * s->max_len / s->periods, s->max_len);
    double here = entering * (COST_CASE + COST_WINDOW * near * near);
    return here < s->periods * (COST_LANE_PERIOD + COST_LANE_WINDOW * s->max_len);
}

/* The least measure, for a margin of 1, of an interval of each length that begins and ends with
 * cases. */
static enum err measure_intervals(const struct scan *s, double share, double *interval)
{
    for (uint32_t len = 1; len <= s->max_len; len++) {
        double least = INFINITY;
        if (len % BREATH == 0)
            TRY(work_tick(s->work, share));
        for (uint32_t t = 0; t + len <= s->periods; t++)
            least = fmin(least, s->period_sum[t + len] - s->period_sum[t]);
        interval[len] = fmax(least, (len > 1 ? 2 : 1) * s->least_period);
    }
    return ERR_OK;
}

static enum err make_rows(const struct scan *s, struct scan_sparse *p)
{
    struct arena *a = s->work->arena;
    p->row = ARENA_ARRAY(a, SCAN_SPARSE_ROWS, struct scan_sparse_row);
    for (size_t i = 0; i < SCAN_SPARSE_ROWS && p->row; i++) {
        p->row[i].level = -1;
        p->row[i].least = ARENA_ARRAY(a, s->max_len + 1, int32_t);
        if (!p->row[i].least)
            return ERR_NOMEM;
    }
    return p->row ? ERR_OK : ERR_NOMEM;
}

enum err scan_sparse_make(const struct scan *s, int lane, double share, struct scan_sparse *p)
{
    struct arena *a = s->work->arena;
    *p = (struct scan_sparse){.ladder = &s->ladder[lane]};
    p->count = ARENA_ARRAY(a, s->periods, uint32_t);
    p->some = ARENA_ARRAY(a, s->periods / 64 + 1, uint64_t);
    p->entered = ARENA_ARRAY(a, (size_t)s->cases, uint16_t);
    p->times = ARENA_ARRAY(a, (size_t)s->cases, uint16_t);
    p->held = ARENA_ARRAY(a, s->periods, bool);
    p->interval = ARENA_ARRAY(a, s->max_len + 1, double);
    p->day = ARENA_ARRAY(a, s->max_len, uint32_t);
    p->upto = ARENA_ARRAY(a, s->max_len, uint32_t);
    if (!p->count || !p->some || !p->entered || !p->times || !p->held || !p->interval || !p->day ||
        !p->upto)
        return ERR_NOMEM;
    TRY(make_rows(s, p)); /* first, since the next takes long when there is much of it */
    return measure_intervals(s, share, p->interval);
}

void scan_sparse_reset(struct scan_sparse *p)
{
    p->best = (struct scan_best){0};
    p->level = 0;
    p->next_level = scan_level_value(1);
}

static void raise(const struct scan *s, struct scan_sparse *p, uint32_t c, uint32_t begin,
                  uint32_t end)
{
    double measure = p->margin * (s->period_sum[end] - s->period_sum[begin]);
    if ((int32_t)c <= scan_limit_high(s, p->ladder, p->level, measure))
        return;
    double llr = scan_llr(s, c, measure);
    if (llr <= p->best.llr)
        return;
    for (uint32_t t = begin; p->any_held && t < end; t++)
        if (p->held[t])
            return;
    p->best = (struct scan_best){.llr = llr,
                                 .measure = measure,
                                 .cases = c,
                                 .n_members = p->n_members,
                                 .begin = begin,
                                 .len = end - begin};
}

/* A window of the circle at hand and so long must have more cases than this. */
static uint32_t least_of(const struct scan *s, const struct scan_sparse *p, uint32_t len)
{
    if (p->least[len] < 0)
        p->least[len] = scan_limit_high(s, p->ladder, p->level, p->margin * p->interval[len]);
    return (uint32_t)p->least[len];
}

static void choose_row(const struct scan *s, struct scan_sparse *p)
{
    struct scan_sparse_row *r = &p->row[(uint64_t)p->margin % SCAN_SPARSE_ROWS];
    if (r->margin != p->margin || r->level != p->level) {
        r->margin = p->margin;
        r->level = p->level;
        memset(r->least, 0xff, (s->max_len + 1) * sizeof *r->least);
    }
    p->least = r->least;
}

/* The first period from i on that has cases, or one not before end. */
static uint32_t next_with(const uint64_t *some, uint32_t i, uint32_t end)
{
    while (i < end) {
        uint64_t word = some[i / 64] >> i % 64;
        if (word)
            return i + (uint32_t)__builtin_ctzll(word);
        i = (i / 64 + 1) * 64;
    }
    return end;
}

/* The last before i that has cases and is not before low, or i when there is none. */
static uint32_t last_with(const uint64_t *some, uint32_t i, uint32_t low)
{
    for (uint32_t at = i; at > low; at = (at - 1) / 64 * 64) {
        uint64_t word = some[(at - 1) / 64] << (63 - (at - 1) % 64);
        if (word) {
            uint32_t found = at - 1 - (uint32_t)__builtin_clzll(word);
            return found >= low ? found : i;
        }
    }
    return i;
}

/* Periods from t on that have cases, into day and upto; how many they are. */
static size_t list_days(struct scan_sparse *p, uint32_t t, uint32_t end)
{
    size_t n = 0;
    uint32_t c = 0;
    for (uint32_t i = next_with(p->some, t, end); i < end; i = next_with(p->some, i + 1, end)) {
        c += p->count[i];
        p->day[n] = i;
        p->upto[n++] = c;
    }
    return n;
}

/* Windows that begin with a period, hold the n that are listed or some of them, and `before` more
 * cases. */
static void look_from(const struct scan *s, struct scan_sparse *p, uint32_t begin, uint32_t before,
                      size_t n)
{
    if (before + p->upto[n - 1] <= least_of(s, p, p->day[0] + 1 - begin))
        return;
    for (size_t k = 0; k < n && p->day[k] - begin < s->max_len; k++) {
        uint32_t c = before + p->upto[k];
        if (c > least_of(s, p, p->day[k] + 1 - begin))
            raise(s, p, c, begin, p->day[k] + 1);
    }
}

/* Windows that hold period t. */
static void look_round(const struct scan *s, struct scan_sparse *p, uint32_t t)
{
    uint32_t low = t + 1 > s->max_len ? t + 1 - s->max_len : 0, before = 0, all = 0;
    uint32_t high = s->periods - t > s->max_len ? t + s->max_len : s->periods;
    for (uint32_t i = low; i < high; i++)
        all += p->count[i];
    if (all <= least_of(s, p, 1))
        return;
    size_t n = list_days(p, t, high);
    look_from(s, p, t, 0, n);
    for (uint32_t at = t, begin; (begin = last_with(p->some, at, low)) < at; at = begin) {
        before += p->count[begin];
        look_from(s, p, begin, before, n);
    }
}

/* The circle is complete: what entered since the last one? */
static void look(const struct scan *s, struct scan_sparse *p)
{
    choose_row(s, p);
    for (size_t i = 0; i < p->n_entered; i++)
        look_round(s, p, p->entered[i]);
    p->n_entered = 0;
    if (p->best.llr >= p->next_level) {
        p->level = scan_level(p->best.llr);
        p->next_level = scan_level_value(p->level + 1);
    }
}

void scan_sparse_round(const struct scan *s, struct scan_sparse *p, const struct scan_source *src,
                       uint32_t centre, const struct scan_hold *const *hold)
{
    memset(p->count, 0, s->periods * sizeof *p->count);
    memset(p->some, 0, (s->periods / 64 + 1) * sizeof *p->some);
    p->margin = 0;
    p->n_entered = 0;
    for (uint32_t k = 0; k < s->n_member[centre]; k++) {
        uint32_t m = s->member[centre][k], location = m & ~SCAN_LAST;
        for (uint32_t i = src->begin[location]; i < src->begin[location + 1]; i++) {
            p->count[p->times[i]]++;
            p->some[p->times[i] / 64] |= UINT64_C(1) << p->times[i] % 64;
            p->entered[p->n_entered++] = p->times[i];
        }
        for (const struct scan_hold *h = hold ? hold[location] : NULL; h; h = h->next) {
            p->any_held = true;
            memset(p->held + h->begin, true, (h->end - h->begin) * sizeof *p->held);
        }
        p->margin += s->margin[location];
        p->n_members = k + 1;
        if (p->n_entered && (m & SCAN_LAST))
            look(s, p);
    }
    if (p->any_held)
        memset(p->held, 0, s->periods * sizeof *p->held);
    p->any_held = false;
}
