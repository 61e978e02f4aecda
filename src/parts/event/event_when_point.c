/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* What words say of one end of a time: day, clock, part of the day. */
#include <stdio.h>
#include <string.h>

#include "base/str.h"
#include "parts/event/event_when_inner.h"

/* --- Words --- */

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static void put_word(struct words *w, size_t start, size_t *len)
{
    while (*len > start &&
           (w->text[*len - 1] == '.' || w->text[*len - 1] == ',' || w->text[*len - 1] == ';'))
        (*len)--;
    if (*len > start && w->n < WORDS_MOST) {
        w->text[(*len)++] = 0;
        w->list[w->n++] = w->text + start;
    } else {
        *len = start;
    }
}

/* Lower case; words at blanks and commas; long dashes as words of their own. False when too long.
 */
bool when__split(struct words *w, const char *text)
{
    size_t len = 0, start = 0;
    w->n = 0;
    if (strlen(text) > EVENT_WHEN_MOST)
        return false;
    for (const char *p = text; *p;) {
        const char *from = p;
        uint32_t c = utf8_next(&p);
        bool dash = c == 0x2013 || c == 0x2014 || c == 0x2212;
        if (c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == ',' || c == 0xA0 || dash) {
            put_word(w, start, &len);
            start = len;
            if (dash && w->n < WORDS_MOST)
                w->list[w->n++] = "-";
            continue;
        }
        if (c == 0xC5 || c == 0xC4 || c == 0xD6 || (c >= 'A' && c <= 'Z')) {
            len += utf8_put(c + 32, w->text + len);
            continue;
        }
        while (from < p)
            w->text[len++] = *from++;
    }
    put_word(w, start, &len);
    return w->n < WORDS_MOST;
}

static int word_index(const char *const *list, size_t n, const char *word)
{
    for (size_t i = 0; i < n; i++)
        if (str_eq(list[i], word))
            return (int)i;
    return -1;
}

#define INDEX(list, word) word_index(list, ARRAY_LEN(list), word)

size_t when__digits(const char *s)
{
    size_t n = strspn(s, "0123456789");
    return s[n] ? 0 : n;
}

static int number(const char *s, size_t n)
{
    int v = 0;
    for (size_t i = 0; i < n && is_digit(s[i]); i++)
        v = v * 10 + (s[i] - '0');
    return v;
}

/* --- Clock and calendar --- */

static bool time_ok(int h, int m, int s)
{
    return h >= 0 && m >= 0 && m < 60 && s >= 0 && s < 60 && (h < 24 || (h == 24 && !m && !s));
}

bool when__time(const char *s, bool hour_alone, struct point *p)
{
    int h = 0, m = 0, sec = 0, used = 0;
    size_t n = when__digits(s);
    if (n == 4 || (n == 3 && s[0] != '0')) {
        h = number(s, n - 2);
        m = number(s + n - 2, 2);
    } else if ((n == 1 || n == 2) && hour_alone) {
        h = number(s, n);
    } else if (n == 0 && strlen(s) <= 8) {
        char sep = 0;
        if (sscanf(s, "%2d%c%2d%n", &h, &sep, &m, &used) != 3 || (sep != '.' && sep != ':'))
            return false;
        if (!is_digit(s[used - 1]) || !is_digit(s[used - 2]))
            return false;
        if (s[used] == sep && is_digit(s[used + 1]) && is_digit(s[used + 2]) && !s[used + 3])
            sec = number(s + used + 1, 2);
        else if (s[used])
            return false;
    } else {
        return false;
    }
    if (!is_digit(s[0]) || !time_ok(h, m, sec))
        return false;
    p->hour = h;
    p->minute = m;
    p->second = sec;
    p->has_time = true;
    return true;
}

static bool set_date(struct point *p, int y, int m, int d)
{
    struct date date = {y, m, d};
    if (y < 1900 || y > 2199 || !date_valid(date))
        return false;
    p->date = date;
    p->has_date = true;
    return true;
}

/* The last such day that is not after today. */
static bool set_day(struct point *p, int m, int d, struct date today)
{
    for (int back = 0; back < 5; back++) { /* 29 February may be four years ago */
        struct date date = {today.year - back, m, d};
        if (date_valid(date) && date_days(date) <= date_days(today))
            return set_date(p, date.year, m, d);
    }
    return false;
}

/* A year behind the last `sign`: 2026, or 26. 0: neither. */
static int year_behind(const char *s, char sign)
{
    const char *last = strrchr(s, sign) + 1;
    size_t n = when__digits(last);
    return n == 4 ? number(last, 4) : n == 2 ? 2000 + number(last, 2) : 0;
}

/* 2025-11-14, 20251114, 251114, 14/11, 14/11-2025, 14.11.2025, 14.11.25, 14/11-25 */
static bool read_date(const char *s, struct date today, struct point *p)
{
    int a, b, c, used = 0;
    char x, y;
    size_t n = when__digits(s);
    if (n == 8)
        return set_date(p, number(s, 4), number(s + 4, 2), number(s + 6, 2));
    if (n == 6)
        return set_date(p, 2000 + number(s, 2), number(s + 2, 2), number(s + 4, 2));
    if (n || !is_digit(s[0]))
        return false;
    if (sscanf(s, "%4d%c%2d%c%4d%n", &a, &x, &b, &y, &c, &used) == 5 && !s[used]) {
        if (x == '-' && y == '-' && a >= 1900 && c <= 31)
            return set_date(p, a, b, c);
        if ((x == '/' || x == '.') && (y == x || y == '-'))
            return set_date(p, year_behind(s, y), b, a);
        return false;
    }
    if (sscanf(s, "%2d%c%2d%n", &a, &x, &b, &used) == 3 && x == '/' && !s[used])
        return set_day(p, b, a, today);
    return false;
}

static const char *const months[] = {
    "januari",   "februari", "mars",     "april",    "maj", "juni", "juli", "augusti",
    "september", "oktober",  "november", "december", "jan", "feb",  "mar",  "apr",
    "may",       "jun",      "jul",      "aug",      "sep", "okt",  "nov",  "dec"};

static int read_month(const char *s)
{
    int i = INDEX(months, s);
    return i < 0 ? str_eq(s, "sept") ? 9 : 0 : i % 12 + 1;
}

/* 1 = Monday; takes "fredag", "fredagen", "fredags", "fre". */
static int read_weekday(const char *s)
{
    static const char *const names[] = {"måndag", "tisdag", "onsdag", "torsdag",
                                        "fredag", "lördag", "söndag"};
    static const char *const few[] = {"mån", "tis", "ons", "tors", "fre", "lör", "sön", "tor"};
    for (int i = 0; i < 7; i++) {
        size_t n = strlen(names[i]);
        if (strncmp(s, names[i], n) == 0 &&
            (!s[n] || str_eq(s + n, "en") || str_eq(s + n, "s") || str_eq(s + n, "ens")))
            return i + 1;
    }
    int i = INDEX(few, s);
    return i == 7 ? 4 : i + 1;
}

static enum part read_part(const char *s)
{
    static const struct {
        const char *word;
        enum part part;
    } table[] = {
        {"morgon", PART_MORNING},
        {"morgonen", PART_MORNING},
        {"morse", PART_MORNING},
        {"morron", PART_MORNING},
        {"förmiddag", PART_FORENOON},
        {"förmiddagen", PART_FORENOON},
        {"middag", PART_NOON},
        {"lunch", PART_NOON},
        {"lunchtid", PART_NOON},
        {"eftermiddag", PART_AFTERNOON},
        {"eftermiddagen", PART_AFTERNOON},
        {"kväll", PART_EVENING},
        {"kvällen", PART_EVENING},
        {"kvällstid", PART_EVENING},
        {"natt", PART_NIGHT},
        {"natten", PART_NIGHT},
        {"nattetid", PART_NIGHT},
        {"dagtid", PART_DAY},
    };
    for (size_t i = 0; i < ARRAY_LEN(table); i++)
        if (str_eq(table[i].word, s))
            return table[i].part;
    return PART_NONE;
}

/* --- One end --- */

struct reading {
    const struct words *w;
    size_t at, end;
    msec now;
    struct date today;
    const char *bad;
};

static const char *word_at(const struct reading *r, size_t i)
{
    return i < r->end ? r->w->list[i] : "";
}

/* "dag", "går", "förrgår" after "i", or written together. */
static bool read_near(const char *s, struct reading *r, struct point *p)
{
    static const char *const days[] = {"dag", "går", "förrgår"};
    const char *rest = s[0] == 'i' && strlen(s) > 1 ? s + 1 : s;
    int back = INDEX(days, rest);
    if (back < 0)
        back = INDEX(days, s);
    if (back < 0)
        return false;
    p->date = date_add(r->today, -back);
    p->has_date = true;
    return true;
}

/* "i morgon", "imorgon": the day to come (this morning is "i morse"). The caller says no to it. */
static bool read_coming(struct reading *r, struct point *p)
{
    static const char *const days[] = {"morgon", "övermorgon"};
    const char *s = word_at(r, r->at);
    bool together = s[0] == 'i' && s[1];
    const char *day = together ? s + 1 : word_at(r, r->at + 1);
    int ahead = INDEX(days, str_eq(day, "morron") ? days[0] : day);
    if (ahead < 0 || (!together && !str_eq(s, "i")) || p->has_date)
        return false;
    p->date = date_add(r->today, ahead + 1);
    p->has_date = true;
    r->at += together ? 1 : 2;
    return true;
}

/* "för två timmar sedan" from the number on. Days and weeks ago are days, not moments. */
static bool read_ago(struct reading *r, struct point *p)
{
    static const char *const counts[] = {"en", "ett", "två", "tre", "fyra", "fem", "sex"};
    static const int values[] = {1, 1, 2, 3, 4, 5, 6};
    const char *n = word_at(r, r->at + 1), *unit = word_at(r, r->at + 2);
    int i = INDEX(counts, n), v = i < 0 ? 0 : values[i];
    if (when__digits(n) > 0 && when__digits(n) <= 3)
        v = number(n, 3);
    msec step = str_starts(unit, "tim")    ? MSEC_HOUR
                : str_starts(unit, "min")  ? MSEC_MINUTE
                : str_starts(unit, "dag")  ? MSEC_DAY
                : str_starts(unit, "dygn") ? MSEC_DAY
                : str_starts(unit, "veck") ? 7 * MSEC_DAY
                                           : 0;
    if (!str_eq(word_at(r, r->at), "för") || !v || !step)
        return false;
    if (!str_eq(word_at(r, r->at + 3), "sedan") && !str_eq(word_at(r, r->at + 3), "sen"))
        return false;
    if (step >= MSEC_DAY)
        p->date = date_add(r->today, -v * (int)(step / MSEC_DAY));
    else
        p->moment = r->now - v * step;
    p->has_date = step >= MSEC_DAY;
    p->has_moment = step < MSEC_DAY;
    r->at += 4;
    return true;
}

/* "14 november 2025": at the day's number. */
static bool read_day_month(struct reading *r, struct point *p)
{
    const char *day = word_at(r, r->at), *year = word_at(r, r->at + 2);
    size_t n = strspn(day, "0123456789");
    bool order = str_eq(day + n, ":e") || str_eq(day + n, ":a") || !day[n];
    int month = read_month(word_at(r, r->at + 1));
    if (n < 1 || n > 2 || !order || !month)
        return false;
    int y = when__digits(year) == 4 ? number(year, 4) : 0;
    if (y >= 1900 && y <= 2199) {
        r->at += 3;
        return set_date(p, y, month, number(day, n));
    }
    r->at += 2;
    return set_day(p, month, number(day, n), r->today);
}

static bool read_weekday_word(struct reading *r, struct point *p)
{
    int day = read_weekday(word_at(r, r->at));
    if (day < 1)
        return false;
    int back = (date_weekday(r->today) - day + 7) % 7;
    if (!p->has_date) { /* "fredag 14 november": the date decides */
        p->date = date_add(r->today, -back);
        p->has_date = p->is_weekday = true;
    }
    r->at++;
    return true;
}

/* "i natt": the night that is going on, or the last one. */
static bool read_this_part(struct reading *r, struct point *p)
{
    const char *s = word_at(r, r->at);
    bool together = s[0] == 'i' && s[1];
    enum part part = read_part(together ? s + 1 : word_at(r, r->at + 1));
    if (!together && !str_eq(s, "i"))
        return false;
    if (part == PART_NONE || p->has_date)
        return false;
    p->part = part;
    p->date = r->today;
    p->has_date = true;
    p->this_night = part == PART_NIGHT;
    r->at += together ? 1 : 2;
    return true;
}

static bool is_filler(const char *s)
{
    static const char *const words[] = {"kl",   "klockan", "den",  "på",    "ca",    "cirka",
                                        "runt", "omkring", "vid",  "i",     "under", "tiden",
                                        "om",   "strax",   "hela", "dagen", "år"};
    return INDEX(words, s) >= 0;
}

/* "sommartid", "vintertid", "normaltid": which of the two, in the hour that comes twice. */
static bool read_season(struct reading *r, struct point *p)
{
    static const char *const words[] = {"sommartid", "vintertid", "normaltid"};
    int i = INDEX(words, word_at(r, r->at));
    if (i < 0)
        return false;
    p->winter = i > 0;
    r->at++;
    return true;
}

static bool read_now(struct reading *r, struct point *p)
{
    static const char *const words[] = {"nu", "nyss", "precis", "alldeles", "just"};
    if (INDEX(words, word_at(r, r->at)) < 0)
        return false;
    p->moment = r->now;
    p->has_moment = true;
    r->at++;
    return true;
}

static bool read_night_to(struct reading *r, struct point *p)
{
    const char *to = word_at(r, r->at + 1);
    if (!str_eq(word_at(r, r->at), "natten") || (!str_eq(to, "till") && !str_eq(to, "mot")))
        return false;
    p->part = PART_NIGHT;
    p->night_to = true;
    r->at += 2;
    return true;
}

/* The next piece of an end; false when the word means nothing. */
static bool read_piece(struct reading *r, struct point *p, bool *after_clock)
{
    const char *s = word_at(r, r->at), *next = word_at(r, r->at + 1);
    bool clock = *after_clock;
    *after_clock = str_eq(s, "kl") || str_eq(s, "klockan");
    if (read_ago(r, p) || read_coming(r, p) || read_night_to(r, p) || read_this_part(r, p))
        return true;
    if ((str_eq(s, "i") && read_near(next, r, p)) || read_near(s, r, p)) {
        r->at += str_eq(s, "i") ? 2 : 1;
        return true;
    }
    if (str_eq(s, "helgen") || str_eq(s, "helgens")) {
        p->is_weekend = true;
        r->at++;
        return true;
    }
    if (read_day_month(r, p) || read_weekday_word(r, p) || read_now(r, p) || read_season(r, p))
        return true;
    enum part part = read_part(s);
    bool said = part != PART_NONE || (!p->has_date && !clock && read_date(s, r->today, p)) ||
                (!p->has_time && when__time(s, clock || p->has_date || r->end - r->at == 1, p)) ||
                ((!p->has_date || p->is_weekday) && read_date(s, r->today, p));
    if (part != PART_NONE)
        p->part = part;
    if (said || is_filler(s))
        r->at++;
    else
        return false;
    return true;
}

static bool is_something(const struct point *p)
{
    return p->has_date || p->has_time || p->has_moment || p->part != PART_NONE || p->is_weekend;
}

bool when__point(const struct words *w, size_t from, size_t end, msec now, struct point *p,
                 const char **bad)
{
    struct reading r = {w, from, end, now, date_of_msec(now), NULL};
    bool clock = false;
    msec t;
    memset(p, 0, sizeof *p);
    if (end - from == 1 && strchr(w->list[from], 't') && is_digit(w->list[from][0])) {
        char copy[EVENT_WHEN_MOST + 1]; /* lower case 2025-11-14t22:40z */
        str_copy(copy, sizeof copy, w->list[from]);
        for (char *c = copy; *c; c++)
            *c = *c == 't' ? 'T' : *c == 'z' ? 'Z' : *c;
        if (time_parse(copy, &t) == ERR_OK) {
            p->moment = t;
            return p->has_moment = true;
        }
    }
    while (r.at < r.end)
        if (!read_piece(&r, p, &clock)) {
            *bad = word_at(&r, r.at);
            return false;
        }
    return is_something(p);
}
