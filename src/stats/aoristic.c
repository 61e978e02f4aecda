/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "stats/aoristic.h"

#include <math.h>

#define TICK_EVERY 16384
#define WEEK (7 * MSEC_DAY)

/* One event's interval on the clock that the rules count by. */
struct span {
    enum hour_clock clock;
    msec from, to;
    bool moment, over_week, reversed;
};

/* What the Swedish clock shows, as if it were UTC. */
static msec shown(enum hour_clock clock, msec t)
{
    return clock == HOUR_CLOCK_SWEDISH ? t + civil_from_msec(t).offset * MSEC_MINUTE : t;
}

static bool usable(msec t)
{
    return t >= -AORISTIC_TIME_MOST && t <= AORISTIC_TIME_MOST;
}

static struct span span_of(const struct aoristic_input *in, size_t i)
{
    struct span s = {.clock = in->clock, .from = in->from[i]};
    bool ends = in->to && in->to[i] != AORISTIC_NONE;
    s.to = ends ? in->to[i] : s.from;
    if (in->rules == AORISTIC_R) {
        s.from = shown(in->clock, s.from);
        s.to = ends ? shown(in->clock, s.to) : s.from;
        s.clock = HOUR_CLOCK_PLAIN;
    }
    s.reversed = s.to < s.from;
    s.over_week = s.to > s.from && (uint64_t)s.to - (uint64_t)s.from > (uint64_t)WEEK;
    s.moment = s.to == s.from || (s.reversed && in->rules == AORISTIC_R);
    return s;
}

/* Adds weight times the event's shares. False when the rules leave it out. */
static bool add(const struct aoristic_input *in, struct span s, double weight,
                double out[HOURWEEK_DAYS][HOURWEEK_HOURS])
{
    if (s.moment) {
        (&out[0][0])[hourweek_at(s.clock, s.from)] += weight;
        return true;
    }
    if (s.reversed || (s.over_week && in->rules == AORISTIC_STANDARD))
        return false;
    if (s.over_week)
        for (int k = 0; k < AORISTIC_WEEK_HOURS; k++)
            (&out[0][0])[k] += weight / AORISTIC_WEEK_HOURS;
    else if (weight > 0)
        hourweek_spread(s.clock, s.from, s.to, (double)(s.to - s.from) / weight, out);
    return true;
}

bool aoristic_event(const struct aoristic_input *in, size_t i,
                    double out[HOURWEEK_DAYS][HOURWEEK_HOURS])
{
    return in->from[i] != AORISTIC_NONE && add(in, span_of(in, i), 1, out);
}

static void count(struct aoristic *a, struct span s, double weight)
{
    a->events++;
    a->total += weight;
    a->moments += s.moment;
    a->over_day += !s.moment && (s.over_week || s.to - s.from > MSEC_DAY);
}

enum err aoristic_sum(const struct work *w, const struct aoristic_input *in, struct aoristic *out)
{
    struct aoristic a = {0};
    for (size_t i = 0; i < in->n; i++) {
        double weight = in->weight ? in->weight[i] : 1;
        if (!(weight >= 0) || !isfinite(weight))
            return ERR_INVALID;
        if (i % TICK_EVERY == 0)
            TRY(work_tick(w, (double)i / (double)in->n));
        if (in->from[i] == AORISTIC_NONE) {
            a.left_out++;
            continue;
        }
        if (!usable(in->from[i]) || (in->to && in->to[i] != AORISTIC_NONE && !usable(in->to[i])))
            return ERR_INVALID;
        struct span s = span_of(in, i);
        a.reversed += s.reversed;
        a.over_week += s.over_week;
        if (add(in, s, weight, a.weight))
            count(&a, s, weight);
        else
            a.left_out++;
    }
    *out = a;
    return ERR_OK;
}
