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
