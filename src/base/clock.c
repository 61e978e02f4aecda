/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "base/clock.h"

#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

static atomic_llong frozen = -1;

msec time_now(void)
{
    long long f = atomic_load_explicit(&frozen, memory_order_relaxed);
    if (f >= 0)
        return f;
    struct timespec ts;
    clock_gettime(CLOCK_REALTIME, &ts);
    return ts.tv_sec * MSEC_SECOND + ts.tv_nsec / 1000000;
}

void time_freeze(msec t)
{
    atomic_store(&frozen, t);
}

int64_t time_monotonic(void)
{
    struct timespec ts;
    clock_gettime(CLOCK_MONOTONIC, &ts);
    return ts.tv_sec * MSEC_SECOND + ts.tv_nsec / 1000000;
}

static bool leap(int y)
{
    return (y % 4 == 0 && y % 100 != 0) || y % 400 == 0;
}

bool date_valid(struct date d)
{
    static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    if (d.year < 1900 || d.year > 2200 || d.month < 1 || d.month > 12 || d.day < 1)
        return false;
    return d.day <= days[d.month - 1] + (d.month == 2 && leap(d.year));
}

/* Days from civil and back: the era method (400-year cycles that begin in March). */
int64_t date_days(struct date d)
{
    int64_t y = d.year - (d.month <= 2);
    int64_t era = (y >= 0 ? y : y - 399) / 400;
    int64_t yoe = y - era * 400;
    int64_t doy = (153 * (d.month + (d.month > 2 ? -3 : 9)) + 2) / 5 + d.day - 1;
    int64_t doe = yoe * 365 + yoe / 4 - yoe / 100 + doy;
    return era * 146097 + doe - 719468;
}

struct date date_from_days(int64_t days)
{
    days += 719468;
    int64_t era = (days >= 0 ? days : days - 146096) / 146097;
    int64_t doe = days - era * 146097;
    int64_t yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
    int64_t doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
    int64_t mp = (5 * doy + 2) / 153;
    struct date d;
    d.day = (int)(doy - (153 * mp + 2) / 5 + 1);
    d.month = (int)(mp < 10 ? mp + 3 : mp - 9);
    d.year = (int)(yoe + era * 400 + (d.month <= 2));
    return d;
}

int date_weekday(struct date d)
{
    int64_t w = (date_days(d) + 3) % 7; /* 1970-01-01 was a Thursday */
    return (int)(w < 0 ? w + 7 : w) + 1;
}

struct date date_add(struct date d, int days)
{
    return date_from_days(date_days(d) + days);
}

/* 01:00 UTC on the last Sunday of a month. */
static msec switch_hour(int year, int month)
{
    struct date last = {year, month, 31};
    if (month == 9)
        last.day = 30;
    int back = date_weekday(last) % 7;
    return (date_days(last) - back) * MSEC_DAY + MSEC_HOUR;
}

/* Summer time in Sweden: none before 1980; March to September until 1995, since then to October.
 * 1980 began on 6 April. */
static bool summer(msec t, int year)
{
    if (year < 1980)
        return false;
    msec start = year == 1980 ? date_days((struct date){1980, 4, 6}) * MSEC_DAY + MSEC_HOUR
                              : switch_hour(year, 3);
    return t >= start && t < switch_hour(year, year < 1996 ? 9 : 10);
}

static int64_t floor_div(int64_t a, int64_t b)
{
    return a / b - (a % b < 0);
}

static int offset_at(msec t)
{
    int year = date_from_days(floor_div(t, MSEC_DAY)).year;
    return summer(t, year) ? 120 : 60;
}

enum clock_turn clock_turn(msec t)
{
    int offset = offset_at(t);
    if (offset > offset_at(t + MSEC_HOUR))
        return CLOCK_FIRST;
    return offset < offset_at(t - MSEC_HOUR) ? CLOCK_SECOND : CLOCK_ONCE;
}

static void set_week(struct civil *c, int64_t days)
{
    int64_t thursday = days + 4 - c->weekday;
    c->iso_year = date_from_days(thursday).year;
    int64_t first = date_days((struct date){c->iso_year, 1, 1});
    c->iso_week = (int)((thursday - first) / 7) + 1;
}

struct civil civil_from_msec(msec t)
{
    struct civil c = {.offset = offset_at(t)};
    msec local = t + c.offset * MSEC_MINUTE;
    int64_t days = floor_div(local, MSEC_DAY);
    int64_t rest = local - days * MSEC_DAY;
    struct date d = date_from_days(days);
    c.year = d.year;
    c.month = d.month;
    c.day = d.day;
    c.hour = (int)(rest / MSEC_HOUR);
    c.minute = (int)(rest / MSEC_MINUTE % 60);
    c.second = (int)(rest / MSEC_SECOND % 60);
    c.milli = (int)(rest % MSEC_SECOND);
    c.weekday = date_weekday(d);
    set_week(&c, days);
    return c;
}

/* The moment a Swedish clock shows `local`, which counts as if there were no time zones. The
 * doubled hour: summer time, the first of the two, wins. The missing hour has neither. */
static msec from_local(msec local)
{
    msec as_summer = local - 120 * MSEC_MINUTE;
    return offset_at(as_summer) == 120 ? as_summer : local - 60 * MSEC_MINUTE;
}

enum err civil_to_msec(const struct civil *c, msec *out)
{
    struct date d = {c->year, c->month, c->day};
    if (!date_valid(d) || c->hour < 0 || c->hour > 23 || c->minute < 0 || c->minute > 59 ||
        c->second < 0 || c->second > 59 || c->milli < 0 || c->milli > 999)
        return ERR_INVALID;
    *out = from_local(date_days(d) * MSEC_DAY + c->hour * MSEC_HOUR + c->minute * MSEC_MINUTE +
                      c->second * MSEC_SECOND + c->milli);
    return ERR_OK;
}

msec date_start(struct date d)
{
    return date_at(d, 0);
}

msec date_at(struct date d, int minutes)
{
    return from_local(date_days(d) * MSEC_DAY + minutes * MSEC_MINUTE);
}

struct date date_of_msec(msec t)
{
    struct civil c = civil_from_msec(t);
    return (struct date){c.year, c.month, c.day};
}

/* Between least and most digits at *p, moved past them; -1 otherwise. */
static int digits(const char **p, int least, int most)
{
    int v = 0, n = 0;
    while (n < most && **p >= '0' && **p <= '9') {
        v = v * 10 + (*(*p)++ - '0');
        n++;
    }
    return n >= least ? v : -1;
}

static bool take(const char **p, char c)
{
    if (**p != c)
        return false;
    (*p)++;
    return true;
}

static bool parse_date(const char **p, struct date *d)
{
    d->year = digits(p, 4, 4);
    if (!take(p, '-'))
        return false;
    d->month = digits(p, 2, 2);
    if (!take(p, '-'))
        return false;
    d->day = digits(p, 2, 2);
    return date_valid(*d);
}

static int parse_fraction(const char **p)
{
    int milli = 0, scale = 100;
    while (**p >= '0' && **p <= '9') {
        milli += (*(*p)++ - '0') * scale;
        scale /= 10;
    }
    return milli;
}

static bool parse_clock(const char **p, struct civil *c)
{
    c->hour = digits(p, 1, 2);
    if (!take(p, ':'))
        return false;
    c->minute = digits(p, 2, 2);
    if (take(p, ':')) {
        c->second = digits(p, 2, 2);
        if (take(p, '.') || take(p, ','))
            c->milli = parse_fraction(p);
    }
    return c->hour >= 0 && c->minute >= 0 && c->second >= 0;
}

/* "Z", "+02:00", "+0200", "+02"; minutes east of UTC. */
static bool parse_zone(const char **p, int *minutes)
{
    if (take(p, 'Z') || take(p, 'z')) {
        *minutes = 0;
        return true;
    }
    int sign = take(p, '+') ? 1 : take(p, '-') ? -1 : 0;
    int h = sign ? digits(p, 2, 2) : -1;
    if (h < 0 || h > 14)
        return false;
    take(p, ':');
    int m = **p ? digits(p, 2, 2) : 0;
    if (m < 0 || m > 59)
        return false;
    *minutes = sign * (h * 60 + m);
    return true;
}

enum err time_parse(const char *s, msec *out)
{
    struct date d;
    if (!parse_date(&s, &d))
        return ERR_INVALID;
    struct civil c = {.year = d.year, .month = d.month, .day = d.day};
    if (!*s)
        return civil_to_msec(&c, out);
    if (!take(&s, 'T') && !take(&s, 't') && !take(&s, ' '))
        return ERR_INVALID;
    if (!parse_clock(&s, &c))
        return ERR_INVALID;
    take(&s, ' ');
    msec local;
    TRY(civil_to_msec(&c, &local));
    if (!*s) {
        *out = local;
        return ERR_OK;
    }
    int zone;
    if (!parse_zone(&s, &zone) || *s)
        return ERR_INVALID;
    *out = date_days(d) * MSEC_DAY + c.hour * MSEC_HOUR + c.minute * MSEC_MINUTE +
           c.second * MSEC_SECOND + c.milli - zone * MSEC_MINUTE;
    return ERR_OK;
}

enum err date_parse(const char *s, struct date *out)
{
    struct date d;
    if (!parse_date(&s, &d) || *s)
        return ERR_INVALID;
    *out = d;
    return ERR_OK;
}

void time_iso_utc(msec t, char out[TIME_TEXT])
{
    int64_t days = floor_div(t, MSEC_DAY);
    struct date d = date_from_days(days);
    int64_t r = t - days * MSEC_DAY;
    int n =
        snprintf(out, TIME_TEXT, "%04d-%02d-%02dT%02d:%02d:%02d", d.year, d.month, d.day,
                 (int)(r / MSEC_HOUR), (int)(r / MSEC_MINUTE % 60), (int)(r / MSEC_SECOND % 60));
    if (r % MSEC_SECOND)
        n += snprintf(out + n, TIME_TEXT - (size_t)n, ".%03d", (int)(r % MSEC_SECOND));
    snprintf(out + n, TIME_TEXT - (size_t)n, "Z");
}

void time_iso_local(msec t, char out[TIME_TEXT])
{
    struct civil c = civil_from_msec(t);
    snprintf(out, TIME_TEXT, "%04d-%02d-%02dT%02d:%02d:%02d+%02d:00", c.year, c.month, c.day,
             c.hour, c.minute, c.second, c.offset / 60);
}

void date_text(struct date d, char out[TIME_TEXT])
{
    snprintf(out, TIME_TEXT, "%04d-%02d-%02d", d.year, d.month, d.day);
}
