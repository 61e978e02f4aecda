/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The agenda and its minutes, and when the group meets next. */
#include "parts/meeting/meeting.h"

#include <assert.h>

#include "base/mem.h"
#include "base/str.h"
#include "parts/changes/changes.h"
#include "parts/settings/settings.h"

static const struct {
    const char *code;
    enum text_key text;
    int minutes;
} items[MEETING_ITEM_COUNT] = {
#define I(id, code, minutes) {#code, T_meeting_item_##code, minutes},
    MEETING_ITEMS(I)
#undef I
};

static const struct {
    const char *code;
    enum text_key text;
} audiences[MEETING_AUDIENCE_COUNT] = {
#define A(id, code) {#code, T_meeting_to_##code},
    MEETING_AUDIENCES(A)
#undef A
};

const char *meeting_item_code(enum meeting_item i)
{
    assert((unsigned)i < MEETING_ITEM_COUNT);
    return items[i].code;
}

bool meeting_item_parse(const char *code, enum meeting_item *out)
{
    for (int i = 0; code && i < MEETING_ITEM_COUNT; i++)
        if (str_eq(items[i].code, code)) {
            *out = (enum meeting_item)i;
            return true;
        }
    return false;
}

const char *meeting_item_text(enum lang lang, enum meeting_item i)
{
    assert((unsigned)i < MEETING_ITEM_COUNT);
    return text_get(lang, items[i].text);
}

int meeting_item_at(enum meeting_item i, int minutes)
{
    int before = 0, all = 0;
    for (int k = 0; k < MEETING_ITEM_COUNT; k++) {
        before += k < (int)i ? items[k].minutes : 0;
        all += items[k].minutes;
    }
    return (before * minutes + all / 2) / all;
}

const char *meeting_audience_code(enum meeting_audience a)
{
    assert((unsigned)a < MEETING_AUDIENCE_COUNT);
    return audiences[a].code;
}

bool meeting_audience_parse(const char *code, enum meeting_audience *out)
{
    for (int i = 0; code && i < MEETING_AUDIENCE_COUNT; i++)
        if (str_eq(audiences[i].code, code)) {
            *out = (enum meeting_audience)i;
            return true;
        }
    return false;
}

const char *meeting_audience_text(enum lang lang, enum meeting_audience a)
{
    assert((unsigned)a < MEETING_AUDIENCE_COUNT);
    return text_get(lang, audiences[a].text);
}

/* --- The next one --- */

static bool is_holiday(struct date d)
{
    struct holiday days[HOLIDAY_YEAR];
    size_t n;
    holidays_of(d.year, days, &n);
    for (size_t i = 0; i < n; i++)
        if (date_days(days[i].day) == date_days(d))
            return true;
    return false;
}

static struct date working_day(struct date day)
{
    while (date_weekday(day) > 5 || is_holiday(day))
        day = date_add(day, 1);
    return day;
}

msec meeting_soon(msec now)
{
    return date_at(working_day(date_add(date_of_msec(now), 1)), 9 * 60);
}

msec meeting_suggest(const struct rhythm *r, msec starts_at)
{
    static const int days[RHYTHM_STEP_COUNT] = {
        [RHYTHM_WEEK] = 7, [RHYTHM_FORTNIGHT] = 14, [RHYTHM_FOUR_WEEKS] = 28, [RHYTHM_MONTH] = 28};
    struct civil c = civil_from_msec(starts_at);
    struct date day = date_add(date_of_msec(starts_at), r ? days[r->step] : 14);
    return date_at(working_day(day), c.hour * 60 + c.minute);
}
