/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "convert/xlsx_date.h"

#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "base/clock.h"

static enum xlsx_kind builtin(unsigned id)
{
    if ((id >= 14 && id <= 17) || id == 22 || (id >= 27 && id <= 36) || (id >= 50 && id <= 58))
        return XLSX_DATE;
    if ((id >= 18 && id <= 21) || id == 45 || id == 47)
        return XLSX_TIME;
    return id == 46 ? XLSX_DURATION : XLSX_NUMBER;
}

/* Passes over what is shown as it stands: "text", \x, _x, *x. Answers where the next code is. */
static const char *skip_literal(const char *p)
{
    if (*p == '"') {
        const char *end = strchr(p + 1, '"');
        return end ? end + 1 : p + strlen(p);
    }
    if (*p == '\\' || *p == '_' || *p == '*')
        return p[1] ? p + 2 : p + 1;
    return NULL;
}

struct codes {
    bool day, month, hour, elapsed;
};

static void count_code(struct codes *c, char ch)
{
    if (strchr("yYdDeE", ch))
        c->day = true;
    else if (strchr("mM", ch))
        c->month = true;
    else if (strchr("hHsS", ch))
        c->hour = true;
}

static const char *skip_bracket(struct codes *c, const char *p)
{
    const char *end = strchr(p, ']');
    if (!end)
        return p + strlen(p);
    size_t n = strspn(p + 1, "hHmMsS");
    if (n > 0 && p + 1 + n == end)
        c->elapsed = true;
    return end + 1;
}

enum xlsx_kind xlsx_format_kind(unsigned id, const char *code)
{
    struct codes c = {0};
    if (!code)
        return builtin(id);
    if (strncasecmp(code, "General", 7) == 0)
        return XLSX_NUMBER;
    for (const char *p = code; *p && *p != ';';) {
        const char *next = skip_literal(p);
        if (next) {
            p = next;
        } else if (*p == '[') {
            p = skip_bracket(&c, p);
        } else if (strncasecmp(p, "AM/PM", 5) == 0) {
            p += 5;
        } else if ((*p == 'E' || *p == 'e') && (p[1] == '+' || p[1] == '-')) {
            return XLSX_NUMBER; /* 0.00E+00 */
        } else {
            count_code(&c, *p++);
        }
    }
    if (c.elapsed)
        return XLSX_DURATION;
    if (c.day || (c.month && !c.hour))
        return XLSX_DATE;
    return c.hour ? XLSX_TIME : XLSX_NUMBER;
}

static int put_clock(char *out, size_t size, int64_t seconds)
{
    int hour = (int)(seconds / 3600), minute = (int)(seconds / 60 % 60),
        second = (int)(seconds % 60);
    return second ? snprintf(out, size, "%02d:%02d:%02d", hour, minute, second)
                  : snprintf(out, size, "%02d:%02d", hour, minute);
}

static void put_date(int64_t day, bool from_1904, char out[XLSX_DATE_TEXT])
{
    if (!from_1904 && day == 60) {
        snprintf(out, XLSX_DATE_TEXT, "1900-02-29");
        return;
    }
    struct date zero = from_1904 ? (struct date){1904, 1, 1} : (struct date){1899, 12, 30};
    if (!from_1904 && day < 60)
        day++;
    struct date d = date_from_days(date_days(zero) + day);
    snprintf(out, XLSX_DATE_TEXT, "%04d-%02d-%02d", d.year, d.month, d.day);
}

bool xlsx_date_text(double serial, enum xlsx_kind kind, bool from_1904, char out[XLSX_DATE_TEXT])
{
    if (kind == XLSX_NUMBER || !(serial >= 0 && serial < 2958466))
        return false;
    int64_t seconds = llround(serial * 86400);
    if (kind == XLSX_DURATION) {
        put_clock(out, XLSX_DATE_TEXT, seconds);
        return true;
    }
    int64_t day = seconds / 86400, rest = seconds % 86400;
    if (day == 0 && (kind == XLSX_TIME || (rest && !from_1904))) {
        put_clock(out, XLSX_DATE_TEXT, rest);
        return true;
    }
    if (day == 0 && !from_1904)
        return false; /* "1900-01-00" */
    put_date(day, from_1904, out);
    if (rest) {
        size_t n = strlen(out);
        out[n++] = 'T';
        put_clock(out + n, XLSX_DATE_TEXT - n, rest);
    }
    return true;
}
