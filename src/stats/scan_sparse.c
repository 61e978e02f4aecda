/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Few cases at each location, many periods: then a circle that grows changes few windows. A window
 * can only be better than all before if it holds a case that has just entered, and if it begins and
 * ends with a period that has cases (a shorter one would expect no more and hold as many). So only
 * those are looked at. For permutations, retrospective, high rates. */
#include <math.h>
#include <string.h>

#include "stats/scan_inner.h"

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

enum err scan_sparse_make(const struct scan *s, int lane, struct scan_sparse *p)
{
    struct arena *a = s->work->arena;
    *p = (struct scan_sparse){.ladder = &s->ladder[lane]};
    p->count = ARENA_ARRAY(a, s->periods, uint32_t);
    p->entered = ARENA_ARRAY(a, (size_t)s->cases, uint16_t);
    p->times = ARENA_ARRAY(a, (size_t)s->cases, uint16_t);
    p->held = ARENA_ARRAY(a, s->periods, bool);
    return p->count && p->entered && p->times && p->held ? ERR_OK : ERR_LIMIT;
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

/* Windows that hold period t; all of them have more than `least` cases to beat. */
static void look_round(const struct scan *s, struct scan_sparse *p, uint32_t t, uint32_t least)
{
    uint32_t low = t + 1 > s->max_len ? t + 1 - s->max_len : 0, before = 0, all = 0;
    uint32_t high = s->periods - t > s->max_len ? t + s->max_len : s->periods;
    for (uint32_t i = low; i < high; i++)
        all += p->count[i];
    if (all <= least)
        return;
    for (uint32_t begin = t + 1; begin-- > low;) {
        if (!p->count[begin])
            continue;
        before += p->count[begin];
        uint32_t c = before, end = high - begin > s->max_len ? begin + s->max_len : high;
        for (uint32_t last = t; last < end; last++) {
            c += last > t ? p->count[last] : 0;
            if (p->count[last] && c > least)
                raise(s, p, c, begin, last + 1);
        }
    }
}

/* The circle is complete: what entered since the last one? */
static void look(const struct scan *s, struct scan_sparse *p)
{
    double least_measure = p->margin * s->least_period;
    uint32_t least = (uint32_t)scan_limit_high(s, p->ladder, p->level, least_measure);
    for (size_t i = 0; i < p->n_entered; i++)
        look_round(s, p, p->entered[i], least);
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
    p->margin = 0;
    p->n_entered = 0;
    for (uint32_t k = 0; k < s->n_member[centre]; k++) {
        uint32_t m = s->member[centre][k], location = m & ~SCAN_LAST;
        for (uint32_t i = src->begin[location]; i < src->begin[location + 1]; i++) {
            p->count[p->times[i]]++;
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
