/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "parts/import/import_time.h"

#include <ctype.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/str.h"

#define NO_CLOCK (-1)

/* What a text says: a date, and perhaps seconds after midnight. */
struct said {
    struct date date;
    int second; /* of the day, up to 86400; NO_CLOCK */
    bool hour_only;
};

static const char *const months[12] = {"jan", "feb", "mar", "apr", "maj", "jun",
                                       "jul", "aug", "sep", "okt", "nov", "dec"};

static bool span_of(const struct said *s, struct import_span *out)
{
    if (!date_valid(s->date) || s->date.year < 1900 || s->date.year > 2200)
        return false;
    if (s->second == NO_CLOCK) {
        *out = (struct import_span){date_start(s->date), date_start(date_add(s->date, 1)), false};
        return true;
    }
    struct date day = s->second >= 86400 ? date_add(s->date, 1) : s->date;
    int second = s->second % 86400;
    struct civil c = {day.year, day.month, day.day, second / 3600, second / 60 % 60, second % 60};
    msec from;
    if (civil_to_msec(&c, &from) != ERR_OK)
        return false;
    *out = (struct import_span){from, s->hour_only ? from + MSEC_HOUR : from, true};
    return true;
}

/* --- A time of day --- */

/* Digits at *p, `least` to `most` of them. */
static bool digits(const char **p, int least, int most, int *out)
{
    int n = 0, v = 0;
    while (n < most && isdigit((unsigned char)**p)) {
        v = v * 10 + *(*p)++ - '0';
        n++;
    }
    if (n < least)
        return false;
    *out = v;
    return true;
}

static const char *skip_words(const char *s)
{
    while (*s == ' ')
        s++;
    if ((s[0] == 'k' || s[0] == 'K') && (s[1] == 'l' || s[1] == 'L'))
        for (s += 2; *s == '.' || *s == ':' || *s == ' '; s++)
            ;
    return s;
}

/* "pm" and the like after a time; false when something else stands there. */
static bool half_of_day(const char *s, int *hour)
{
    while (*s == ' ')
        s++;
    bool pm = strncasecmp(s, "pm", 2) == 0, am = strncasecmp(s, "am", 2) == 0;
    if (pm || am) {
        if (*hour < 1 || *hour > 12)
            return false;
        *hour = *hour % 12 + (pm ? 12 : 0);
        s += 2;
    }
    while (*s == ' ')
        s++;
    return *s == 0;
}

/* "0.0625" is 01:30 in a spreadsheet. */
static bool clock_of_fraction(const char *s, struct said *out)
{
    double v;
    char text[32];
    if (strlen(s) >= sizeof text || (s[0] != '0' || (s[1] != '.' && s[1] != ',')) || strlen(s) < 5)
        return false;
    (void)str_copy(text, sizeof text, s);
    text[1] = '.';
    if (!str_to_double(text, &v) || v < 0 || v >= 1)
        return false;
    out->second = (int)lround(v * 86400);
    return true;
}

static bool check_clock(int h, int m, int s, struct said *out)
{
    if (h > 24 || m > 59 || s > 59 || (h == 24 && (m || s)))
        return false;
    out->second = h * 3600 + m * 60 + s;
    return true;
}

/* "0130" and "130": the last two digits are minutes. */
static bool clock_of_digits(const char *s, size_t n, struct said *out)
{
    int v = 0;
    for (size_t i = 0; i < n; i++)
        v = v * 10 + s[i] - '0';
    out->hour_only = n <= 2;
    if (n <= 2)
        return check_clock(v, 0, 0, out);
    return n <= 4 ? check_clock(v / 100, v % 100, 0, out)
                  : check_clock(v / 10000, v / 100 % 100, v % 100, out);
}

static bool read_clock(const char *s, struct said *out)
{
    s = skip_words(s);
    size_t n = strspn(s, "0123456789");
    out->hour_only = false;
    if (n == 0)
        return false;
    int h = 0, m = 0, sec = 0;
    if (s[n] == 0)
        return n <= 6 && n != 5 && clock_of_digits(s, n, out);
    if (clock_of_fraction(s, out))
        return true;
    if (!digits(&s, 1, 2, &h))
        return false;
    if (*s != ':' && *s != '.') {
        out->hour_only = true;
        return half_of_day(s, &h) && check_clock(h, 0, 0, out);
    }
    s++;
    if (!digits(&s, 2, 2, &m))
        return false;
    if ((*s == ':' || *s == '.') && isdigit((unsigned char)s[1])) {
        s++;
        if (!digits(&s, 2, 2, &sec))
            return false;
        if (*s == '.' || *s == ',')
            s += 1 + strspn(s + 1, "0123456789");
    }
    return half_of_day(s, &h) && check_clock(h, m, sec, out);
}

/* --- Patterns --- */

struct pattern {
    const char *f, *s; /* where in the format, and in the text */
    int year, month, day, hour, minute, second;
    bool hours;
};

/* Is the token next to another one without anything between? Then its digits are exact. */
static bool tight(const char *format, const char *f, size_t n)
{
    return (f > format && isalpha((unsigned char)f[-1])) || isalpha((unsigned char)f[n]);
}

static bool month_name(const char **s, int *out)
{
    for (int i = 0; i < 12; i++) {
        bool english = (i == 4 && strncasecmp(*s, "may", 3) == 0) ||
                       (i == 9 && strncasecmp(*s, "oct", 3) == 0);
        if (!english && strncasecmp(*s, months[i], 3) != 0)
            continue;
        while (isalpha((unsigned char)**s) || **s == '.')
            (*s)++;
        *out = i + 1;
        return true;
    }
    return false;
}

/* 1: read; 0: no token here; -1: the text does not fit. */
static int token(const char *format, struct pattern *p)
{
    const struct {
        const char *name;
        int *to;
        int exact;
    } tokens[] = {
        {"yyyy", &p->year, 4}, {"yy", &p->year, 2}, {"mm", p->hours ? &p->minute : &p->month, 2},
        {"dd", &p->day, 2},    {"hh", &p->hour, 2}, {"ss", &p->second, 2},
    };
    if (strncmp(p->f, "month", 5) == 0) {
        p->f += 5;
        return month_name(&p->s, &p->month) ? 1 : -1;
    }
    for (size_t i = 0; i < ARRAY_LEN(tokens); i++) {
        size_t n = strlen(tokens[i].name);
        if (strncmp(p->f, tokens[i].name, n) != 0)
            continue;
        bool exact = i < 2 || tight(format, p->f, n);
        if (!digits(&p->s, exact ? tokens[i].exact : 1, tokens[i].exact, tokens[i].to))
            return -1;
        if (i == 1)
            p->year += p->year < 70 ? 2000 : 1900;
        p->hours = p->hours || i == 4;
        p->f += n;
        return 1;
    }
    return 0;
}

static bool literal(struct pattern *p)
{
    char f = *p->f++;
    if (f == ' ') {
        size_t n = strspn(p->s, " ,T");
        p->s += n;
        return n > 0;
    }
    if (f == ':' && *p->s == '.')
        f = '.';
    return *p->s && *p->s++ == f;
}

static bool pattern_read(const char *format, const char *s, struct said *out)
{
    struct pattern p = {.f = format, .s = s};
    while (*p.f) {
        int t = token(format, &p);
        if (t < 0 || (t == 0 && !literal(&p)))
            return false;
    }
    if (p.hours && *p.s == '.')
        p.s += 1 + strspn(p.s + 1, "0123456789");
    if (p.hours ? !half_of_day(p.s, &p.hour) : *p.s != 0)
        return false;
    *out = (struct said){{p.year, p.month, p.day}, NO_CLOCK, false};
    return !p.hours || check_clock(p.hour, p.minute, p.second, out);
}

bool import_format_valid(const char *format)
{
    static const char *const named[] = {"auto", "iso", "excel", "epoch", "epoch-ms"};
    for (size_t i = 0; i < ARRAY_LEN(named); i++)
        if (str_eq(format, named[i]))
            return true;
    bool month = strstr(format, "month") || strstr(format, "mm");
    return strlen(format) < 40 && strstr(format, "yy") && month && strstr(format, "dd");
}

/* --- Numbers --- */

static bool number(const char *s, double *out)
{
    char text[40];
    if (!str_copy(text, sizeof text, s))
        return false;
    for (char *c = text; *c; c++)
        if (*c == ',')
            *c = '.';
    return str_to_double(text, out);
}

/* Days since 30 December 1899, as spreadsheets count. */
static bool excel_read(const char *s, struct said *out)
{
    double v;
    if (!number(s, &v) || v < 1 || v > 110000)
        return false;
    double day = floor(v);
    *out = (struct said){date_from_days((int64_t)day - 25569), NO_CLOCK, false};
    if (v > day)
        out->second = (int)lround((v - day) * 86400);
    return true;
}

static bool epoch_read(const char *s, double unit, struct import_span *out)
{
    double v;
    if (!number(s, &v) || v * unit < -2.2e12 || v * unit > 7.2e12)
        return false;
    msec t = (msec)llround(v * unit);
    *out = (struct import_span){t, t, true};
    return true;
}

/* --- Whole texts --- */

static bool iso_read(const char *s, struct import_span *out)
{
    msec t;
    if (time_parse(s, &t) != ERR_OK)
        return false;
    struct date d;
    bool alone = date_parse(s, &d) == ERR_OK;
    *out = (struct import_span){t, alone ? date_start(date_add(d, 1)) : t, !alone};
    return true;
}

static bool auto_number(const char *s, size_t n, struct import_span *out)
{
    struct said said;
    if (s[n] == 0 && (n == 10 || n == 13))
        return epoch_read(s, n == 10 ? 1000 : 1, out);
    bool fraction = n == 5 && (s[n] == '.' || s[n] == ',');
    if ((n == 5 && s[n] == 0) || fraction)
        return excel_read(s, &said) && span_of(&said, out);
    return false;
}

static bool auto_read(const char *s, struct import_span *out)
{
    static const char *const patterns[] = {
        "yyyy-mm-dd hh:mm:ss",
        "yyyy-mm-dd hh:mm",
        "yyyy-mm-dd hhmm",
        "yyyy-mm-dd hh",
        "yyyymmdd hhmmss",
        "yyyymmdd hhmm",
        "yyyymmdd hh:mm:ss",
        "yyyymmdd hh:mm",
        "yyyymmddhhmmss",
        "yyyymmddhhmm",
        "yyyymmdd",
        "yymmdd hhmm",
        "yymmdd hh:mm",
        "yymmdd",
        "yyyy/mm/dd hh:mm:ss",
        "yyyy/mm/dd hh:mm",
        "yyyy/mm/dd",
        "yyyy.mm.dd hh:mm",
        "yyyy.mm.dd",
        "dd/mm/yyyy hh:mm:ss",
        "dd/mm/yyyy hh:mm",
        "dd/mm/yyyy",
        "dd.mm.yyyy hh:mm:ss",
        "dd.mm.yyyy hh:mm",
        "dd.mm.yyyy",
        "dd-mm-yyyy hh:mm",
        "dd-mm-yyyy",
        "dd month yyyy kl hh:mm",
        "dd month yyyy kl. hh:mm",
        "dd month yyyy hh:mm",
        "dd month yyyy",
    };
    struct said said;
    if (auto_number(s, strspn(s, "0123456789"), out) || iso_read(s, out))
        return true;
    for (size_t i = 0; i < ARRAY_LEN(patterns); i++)
        if (pattern_read(patterns[i], s, &said) && span_of(&said, out))
            return true;
    return false;
}

bool import_time_read(const char *format, const char *s, struct import_span *out)
{
    struct said said;
    if (str_eq(format, "auto"))
        return auto_read(s, out);
    if (str_eq(format, "iso"))
        return iso_read(s, out);
    if (str_eq(format, "epoch"))
        return epoch_read(s, 1000, out);
    if (str_eq(format, "epoch-ms"))
        return epoch_read(s, 1, out);
    bool read = str_eq(format, "excel") ? excel_read(s, &said) : pattern_read(format, s, &said);
    return read && span_of(&said, out);
}

bool import_time_join(const char *format, const char *date, const char *clock,
                      struct import_span *out)
{
    struct import_span day, whole;
    if (!import_time_read(format, date, &day))
        return false;
    whole = day;
    if (clock) {
        struct said said = {date_of_msec(day.from), NO_CLOCK, false};
        if (!read_clock(clock, &said) || !span_of(&said, &whole))
            return false;
    }
    *out = whole;
    return true;
}

bool import_time_after(const char *clock, msec after, struct import_span *out)
{
    struct said said = {date_of_msec(after), NO_CLOCK, false};
    if (!read_clock(clock, &said) || !span_of(&said, out))
        return false;
    if (out->to >= after)
        return true;
    said.date = date_add(said.date, 1);
    return span_of(&said, out);
}
