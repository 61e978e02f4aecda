/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "stats/hourweek.h"

#include <assert.h>
#include <string.h>

#define LONGEST_PERIOD (INT64_C(36525) * MSEC_DAY)
#define MOVED MSEC_HOUR /* clocks are moved at 01:00 UTC */

enum { WEEK = HOURWEEK_DAYS * HOURWEEK_HOURS };

/* Swedish clocks are moved at whole UTC hours and are whole hours off, so a clock hour is always a
 * UTC hour. */
static msec hour_begin(msec t)
{
    msec rest = t % MSEC_HOUR;
    return t - (rest < 0 ? rest + MSEC_HOUR : rest);
}

static unsigned hour_of_week(msec t)
{
    struct civil c = civil_from_msec(t);
    return (unsigned)((c.weekday - 1) * HOURWEEK_HOURS + c.hour);
}

/* The part of [from, to) that lies in each hour of the week, divided by `unit`. The calendar is
 * asked for the first hour and then once a day, at the hour when clocks are moved. */
static void spread(msec from, msec to, msec unit, double out[HOURWEEK_DAYS][HOURWEEK_HOURS])
{
    msec hour = hour_begin(from);
    unsigned at = hour_of_week(hour);
    for (; hour < to; hour += MSEC_HOUR, at = (at + 1) % WEEK) {
        msec a = hour < from ? from : hour;
        msec b = hour + MSEC_HOUR > to ? to : hour + MSEC_HOUR;
        if ((hour - MOVED) % MSEC_DAY == 0)
            at = hour_of_week(hour);
        out[at / HOURWEEK_HOURS][at % HOURWEEK_HOURS] += (double)(b - a) / (double)unit;
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
        spread(from, to, to - from, h->weight);
    }
    h->events++;
    return ERR_OK;
}

static bool is_asked(const uint64_t hours[3], unsigned i)
{
    return hours[i % WEEK / 64] >> i % WEEK % 64 & 1;
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
    first %= WEEK;
    if (to < from || to - from > HOURWEEK_LONGEST)
        return false;
    msec begin = hour_begin(from);
    unsigned n = to == from ? 1 : (unsigned)((hour_begin(to - 1) - begin) / MSEC_HOUR) + 1;
    if (n == 1)
        return any(a, first, 1);
    if (!any(a, first, n + 1))
        return false;
    if (hour_of_week(begin + (n - 1) * MSEC_HOUR) == (first + n - 1) % WEEK)
        return any(a, first, n);
    for (unsigned i = 0; i < n; i++)
        if (any(a, hour_of_week(begin + i * MSEC_HOUR), 1))
            return true;
    return false;
}

enum err hourweek_exposure(msec from, msec to, double out[HOURWEEK_DAYS][HOURWEEK_HOURS])
{
    assert(out);
    if (to < from || to - from > LONGEST_PERIOD)
        return ERR_INVALID;
    memset(out, 0, sizeof(double[HOURWEEK_DAYS][HOURWEEK_HOURS]));
    spread(from, to, MSEC_HOUR, out);
    return ERR_OK;
}
