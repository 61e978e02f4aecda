/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "stats/hourweek.h"

#include <assert.h>
#include <string.h>

#define LONGEST_PERIOD (INT64_C(36525) * MSEC_DAY)

/* Swedish clocks are moved at whole UTC hours and are whole hours off, so a clock hour is always a
 * UTC hour. */
static msec hour_begin(msec t)
{
    msec rest = t % MSEC_HOUR;
    return t - (rest < 0 ? rest + MSEC_HOUR : rest);
}

/* The part of [from, to) that lies in each hour of the week, divided by `unit`. Civil time is
 * asked once an hour; within a long period whole weeks without a clock change would be quicker, but
 * a hundred years are under a million hours. */
static void spread(msec from, msec to, msec unit, double out[HOURWEEK_DAYS][HOURWEEK_HOURS])
{
    for (msec hour = hour_begin(from); hour < to; hour += MSEC_HOUR) {
        msec a = hour < from ? from : hour;
        msec b = hour + MSEC_HOUR > to ? to : hour + MSEC_HOUR;
        struct civil c = civil_from_msec(hour);
        out[c.weekday - 1][c.hour] += (double)(b - a) / (double)unit;
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

enum err hourweek_exposure(msec from, msec to, double out[HOURWEEK_DAYS][HOURWEEK_HOURS])
{
    assert(out);
    if (to < from || to - from > LONGEST_PERIOD)
        return ERR_INVALID;
    memset(out, 0, sizeof(double[HOURWEEK_DAYS][HOURWEEK_HOURS]));
    spread(from, to, MSEC_HOUR, out);
    return ERR_OK;
}
