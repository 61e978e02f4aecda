/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "stats/hourweek.h"

#include <assert.h>
#include <stdbool.h>
#include <string.h>

#define LONGEST_PERIOD (INT64_C(36525) * MSEC_DAY)

#define WEEK_HOURS (HOURWEEK_DAYS * HOURWEEK_HOURS)
#define THURSDAY 3 /* 1970-01-01 */

/* Swedish clocks are moved at whole UTC hours and are whole hours off, so a clock hour is always a
 * UTC hour. */
static msec hour_begin(msec t)
{
    msec rest = t % MSEC_HOUR;
    return t - (rest < 0 ? rest + MSEC_HOUR : rest);
}

int hourweek_at(enum hour_clock clock, msec t)
{
    if (clock == HOUR_CLOCK_SWEDISH) {
        struct civil c = civil_from_msec(t);
        return (c.weekday - 1) * HOURWEEK_HOURS + c.hour;
    }
    int64_t hour = hour_begin(t) / MSEC_HOUR + THURSDAY * HOURWEEK_HOURS;
    int64_t rest = hour % WEEK_HOURS;
    return (int)(rest < 0 ? rest + WEEK_HOURS : rest);
}

#define LONGEST_DAY (25 * MSEC_HOUR)

bool hourweek_unsure(enum hour_clock clock, enum hour_close close, msec from, msec to)
{
    if (close == HOUR_CLOSE_NONE || (to >= from && to - from <= MSEC_HOUR))
        return false;
    if (close == HOUR_CLOSE_HOUR || to < from || to - from > LONGEST_DAY)
        return true;
    return hourweek_at(clock, from) / HOURWEEK_HOURS != hourweek_at(clock, to - 1) / HOURWEEK_HOURS;
}

/* At most a week, in which the clock is moved at most once: then it is asked every hour. */
static void spread_week(enum hour_clock clock, msec from, msec to, double unit, double *out)
{
    bool moved = clock == HOUR_CLOCK_SWEDISH &&
                 civil_from_msec(from).offset != civil_from_msec(to - 1).offset;
    int at = hourweek_at(clock, from);
    for (msec hour = hour_begin(from); hour < to; hour += MSEC_HOUR) {
        msec a = hour < from ? from : hour;
        msec b = hour + MSEC_HOUR > to ? to : hour + MSEC_HOUR;
        if (moved)
            at = hourweek_at(clock, hour);
        out[at] += (double)(b - a) / unit;
        at = at + 1 < WEEK_HOURS ? at + 1 : 0;
    }
}

void hourweek_spread(enum hour_clock clock, msec from, msec to, double unit,
                     double out[HOURWEEK_DAYS][HOURWEEK_HOURS])
{
    while (from < to) {
        msec end = hour_begin(from) + 7 * MSEC_DAY;
        end = end < to ? end : to;
        spread_week(clock, from, end, unit, &out[0][0]);
        from = end;
    }
}

enum err hourweek_add(struct hourweek *h, msec from, msec to)
{
    assert(h);
    if (to < from)
        return ERR_INVALID;
    if (to - from > HOURWEEK_LONGEST) {
        h->unknown++;
        return ERR_OK;
    }
    if (to == from) {
        struct civil c = civil_from_msec(from);
        h->weight[c.weekday - 1][c.hour] += 1;
    } else {
        hourweek_spread(HOUR_CLOCK_SWEDISH, from, to, (double)(to - from), h->weight);
    }
    h->events++;
    return ERR_OK;
}

static bool is_asked(const uint64_t hours[3], unsigned i)
{
    return hours[i % WEEK_HOURS / 64] >> i % WEEK_HOURS % 64 & 1;
}

void hourweek_ask(struct hourweek_asked *a, const uint64_t hours[3])
{
    assert(a && hours);
    a->before[0] = 0;
    for (unsigned i = 0; i + 1 < sizeof a->before / sizeof a->before[0]; i++)
        a->before[i + 1] = (uint16_t)(a->before[i] + is_asked(hours, i));
}

/* Is one of the n hours from `first` on asked for? */
static bool any(const struct hourweek_asked *a, unsigned first, unsigned n)
{
    return a->before[first + n] > a->before[first];
}

/* Clocks are moved by one hour at most in a week: an interval reaches one hour of the clock further
 * than it is long, or less far. Only when that matters is the calendar asked. */
bool hourweek_may(const struct hourweek_asked *a, unsigned first, msec from, msec to)
{
    assert(a);
    first %= WEEK_HOURS;
    if (to < from || to - from > HOURWEEK_LONGEST)
        return false;
    msec begin = hour_begin(from);
    unsigned n = to == from ? 1 : (unsigned)((hour_begin(to - 1) - begin) / MSEC_HOUR) + 1;
    if (n == 1)
        return any(a, first, 1);
    if (!any(a, first, n + 1))
        return false;
    if (hourweek_at(HOUR_CLOCK_SWEDISH, begin + (n - 1) * MSEC_HOUR) ==
        (int)((first + n - 1) % WEEK_HOURS))
        return any(a, first, n);
    for (unsigned i = 0; i < n; i++)
        if (any(a, (unsigned)hourweek_at(HOUR_CLOCK_SWEDISH, begin + i * MSEC_HOUR), 1))
            return true;
    return false;
}

enum err hourweek_passed(enum hour_clock clock, msec from, msec to,
                         double out[HOURWEEK_DAYS][HOURWEEK_HOURS])
{
    assert(out);
    if (to < from || to - from > LONGEST_PERIOD)
        return ERR_INVALID;
    memset(out, 0, sizeof(double[HOURWEEK_DAYS][HOURWEEK_HOURS]));
    hourweek_spread(clock, from, to, (double)MSEC_HOUR, out);
    return ERR_OK;
}

enum err hourweek_exposure(msec from, msec to, double out[HOURWEEK_DAYS][HOURWEEK_HOURS])
{
    return hourweek_passed(HOUR_CLOCK_SWEDISH, from, to, out);
}
