/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "parts/event/event_when.h"

#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "base/str.h"

#define WORDS_MOST 24

enum part {
    PART_NONE,
    PART_MORNING,
    PART_FORENOON,
    PART_NOON,
    PART_AFTERNOON,
    PART_EVENING,
    PART_NIGHT,
    PART_DAY
};

/* From which hour, and to which (over 24: of the next day). */
static const int part_hours[][2] = {
    [PART_NONE] = {0, 24},   [PART_MORNING] = {5, 9},     [PART_FORENOON] = {9, 12},
    [PART_NOON] = {11, 13},  [PART_AFTERNOON] = {12, 17}, [PART_EVENING] = {17, 22},
    [PART_NIGHT] = {22, 30}, [PART_DAY] = {8, 17}};

/* One end of a time, as far as it has been said. */
struct point {
    bool has_date, has_time, has_moment, is_weekday, is_weekend;
    bool night_to; /* "natten till lördag": the night before */
    bool this_night;
    struct date date;
    int hour, minute, second;
    enum part part;
    msec moment;
};

struct words {
    char text[EVENT_WHEN_MOST * 2 + 8];
    const char *list[WORDS_MOST];
    size_t n;
};

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
static bool split(struct words *w, const char *text)
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

/* All digits? Then how many, else 0. */
static size_t digits(const char *s)
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

/* 22.40, 22:40, 22:40:10, 2240, 130; after "kl" also 22. */
static bool read_time(const char *s, bool hour_alone, struct point *p)
{
    int h = 0, m = 0, sec = 0, used = 0;
    size_t n = digits(s);
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

/* 2025-11-14, 20251114, 251114, 14/11, 14/11-2025, 14.11.2025 */
static bool read_date(const char *s, struct date today, struct point *p)
{
    int a, b, c, used = 0;
    char x, y;
    size_t n = digits(s);
    if (n == 8)
        return set_date(p, number(s, 4), number(s + 4, 2), number(s + 6, 2));
    if (n == 6)
        return set_date(p, 2000 + number(s, 2), number(s + 2, 2), number(s + 4, 2));
    if (n || !is_digit(s[0]))
        return false;
    if (sscanf(s, "%4d%c%2d%c%4d%n", &a, &x, &b, &y, &c, &used) == 5 && !s[used]) {
        if (x == '-' && y == '-' && a >= 1900 && c <= 31)
            return set_date(p, a, b, c);
        if ((x == '/' || x == '.') && (y == x || y == '-') && c >= 1900)
            return set_date(p, c, b, a);
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

/* "för två timmar sedan" from the number on. */
static bool read_ago(struct reading *r, struct point *p)
{
    static const char *const counts[] = {"en", "ett", "två", "tre", "fyra", "fem", "sex"};
    static const int values[] = {1, 1, 2, 3, 4, 5, 6};
    const char *n = word_at(r, r->at + 1), *unit = word_at(r, r->at + 2);
    int i = INDEX(counts, n), v = i < 0 ? 0 : values[i];
    if (digits(n) > 0 && digits(n) <= 3)
        v = number(n, 3);
    msec step = str_starts(unit, "tim")    ? MSEC_HOUR
                : str_starts(unit, "min")  ? MSEC_MINUTE
                : str_starts(unit, "dag")  ? MSEC_DAY
                : str_starts(unit, "dygn") ? MSEC_DAY
                                           : 0;
    if (!str_eq(word_at(r, r->at), "för") || !v || !step)
        return false;
    if (!str_eq(word_at(r, r->at + 3), "sedan") && !str_eq(word_at(r, r->at + 3), "sen"))
        return false;
    p->moment = r->now - v * step;
    p->has_moment = true;
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
    int y = digits(year) == 4 ? number(year, 4) : 0;
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
    if (read_ago(r, p) || read_night_to(r, p) || read_this_part(r, p))
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
    if (read_day_month(r, p) || read_weekday_word(r, p) || read_now(r, p))
        return true;
    enum part part = read_part(s);
    bool said = part != PART_NONE || (!p->has_date && read_date(s, r->today, p)) ||
                (!p->has_time && read_time(s, clock || p->has_date || r->end - r->at == 1, p)) ||
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

static bool read_point(const struct words *w, size_t from, size_t end, msec now, struct point *p,
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

/* --- From what was said to a time --- */

static bool at_clock(struct date d, int hour, int minute, int second, msec *out)
{
    struct date day = date_add(d, hour / 24);
    struct civil c = {.year = day.year,
                      .month = day.month,
                      .day = day.day,
                      .hour = hour % 24,
                      .minute = minute,
                      .second = second};
    return civil_to_msec(&c, out) == ERR_OK;
}

static bool resolve_part(const struct point *p, msec now, struct event_when *out)
{
    struct date d = p->has_date ? p->date : date_of_msec(now);
    const int *h = part_hours[p->part];
    int hour_now = civil_from_msec(now).hour;
    if (p->night_to || (p->this_night && hour_now < 22))
        d = date_add(d, -1);
    if (!at_clock(d, h[0], 0, 0, &out->from) || !at_clock(d, h[1], 0, 0, &out->to))
        return false;
    if (out->from >= now && (!p->has_date || p->is_weekday)) {
        d = date_add(d, p->is_weekday ? -7 : -1);
        return at_clock(d, h[0], 0, 0, &out->from) && at_clock(d, h[1], 0, 0, &out->to);
    }
    return true;
}

/* A clock within a part of a day: "i natt 0130" is after midnight. */
static struct date day_of_time(const struct point *p, msec now)
{
    struct date d = p->has_date ? p->date : date_of_msec(now);
    if (p->part == PART_NIGHT && p->hour >= 12 &&
        (p->night_to || (p->this_night && civil_from_msec(now).hour < 22)))
        return date_add(d, -1);
    bool dated_night = p->part == PART_NIGHT && p->has_date && !p->night_to && !p->this_night;
    return dated_night && p->hour < 12 ? date_add(d, 1) : d;
}

static bool resolve(const struct point *p, msec now, struct event_when *out)
{
    struct event_when w = {p->moment, p->moment};
    if (p->is_weekend) {
        int back = (date_weekday(date_of_msec(now)) + 2) % 7; /* to Friday */
        struct date friday = date_add(date_of_msec(now), -back);
        if (!at_clock(friday, 17, 0, 0, &w.from) || !at_clock(friday, 72, 0, 0, &w.to))
            return false;
    } else if (p->has_time) {
        struct date d = day_of_time(p, now);
        if (!at_clock(d, p->hour, p->minute, p->second, &w.from))
            return false;
        int step = p->is_weekday ? -7 : !p->has_date ? -1 : 0;
        if (w.from > now && step &&
            !at_clock(date_add(d, step), p->hour, p->minute, p->second, &w.from))
            return false;
        w.to = w.from;
    } else if (!p->has_moment && !resolve_part(p, now, &w)) {
        return false;
    }
    if (w.from < now && w.to > now)
        w.to = now;
    *out = w;
    return true;
}

/* Two ends: the later one first, then the other as seen from it; an end with only a clock is the
 * next such time after the beginning. */
static bool resolve_pair(const struct words *w, size_t from, size_t mid, size_t end, msec now,
                         struct event_when *out, const char **bad)
{
    struct point a, b;
    struct event_when first, last;
    if (!read_point(w, mid + 1, end, now, &b, bad))
        return false;
    bool clock_only = b.has_time && !b.has_date && b.part == PART_NONE;
    if (clock_only) {
        if (!read_point(w, from, mid, now, &a, bad) || !resolve(&a, now, &first))
            return false;
        struct date d = date_of_msec(first.from);
        if (!at_clock(d, b.hour, b.minute, b.second, &last.to) ||
            (last.to < first.from &&
             !at_clock(date_add(d, 1), b.hour, b.minute, b.second, &last.to)))
            return false;
    } else {
        if (!resolve(&b, now, &last) || !read_point(w, from, mid, last.to, &a, bad))
            return false;
        if (a.has_time && !a.has_date && b.has_date) { /* "16 till 18 på fredag": b's day */
            a.date = b.date;
            a.has_date = true;
        }
        if (!resolve(&a, last.to, &first))
            return false;
    }
    *out = (struct event_when){first.from, last.to};
    return out->to >= out->from;
}

static bool is_between(const char *s)
{
    return str_eq(s, "och") || str_eq(s, "till") || str_eq(s, "-") || str_eq(s, "tills");
}

/* "22-23", "22.30-23": times on both sides of a hyphen become three words. */
static void split_hyphens(struct words *w, char *room)
{
    for (size_t i = 0; i < w->n && w->n + 2 <= WORDS_MOST; i++) {
        const char *dash = strchr(w->list[i], '-');
        struct point p = {0};
        size_t left = dash ? (size_t)(dash - w->list[i]) : 0;
        if (!left || left > 8 || strchr(dash + 1, '-'))
            continue;
        memcpy(room, w->list[i], left);
        room[left] = 0;
        if (!read_time(room, true, &p) || !read_time(dash + 1, true, &p))
            continue;
        memmove(w->list + i + 3, w->list + i + 1, (w->n - i - 1) * sizeof *w->list);
        w->list[i] = room;
        w->list[i + 1] = "-";
        w->list[i + 2] = dash + 1;
        w->n += 2;
        return;
    }
}

static bool read_all(struct words *w, msec now, struct event_when *out, const char **bad)
{
    size_t from = 0, mid = 0;
    if (w->n &&
        (str_eq(w->list[0], "mellan") || str_eq(w->list[0], "från") || str_eq(w->list[0], "fr")))
        from = 1;
    for (size_t i = from + 1; i + 1 < w->n && !mid; i++) {
        bool night = str_eq(w->list[i], "till") && str_eq(w->list[i - 1], "natten");
        if (is_between(w->list[i]) && !night)
            mid = i;
    }
    if (mid)
        return resolve_pair(w, from, mid, w->n, now, out, bad);
    struct point p;
    return read_point(w, from, w->n, now, &p, bad) && resolve(&p, now, out);
}

enum err event_when_read(const char *text, msec now, struct event_when *out,
                         char word[EVENT_WHEN_WORD])
{
    struct words w;
    char room[16];
    const char *bad = "";
    struct event_when when;
    word[0] = 0;
    if (!text || !utf8_valid(text, strlen(text)) || !split(&w, text) || w.n == 0)
        return ERR_INVALID;
    split_hyphens(&w, room);
    if (!read_all(&w, now, &when, &bad)) {
        str_copy(word, EVENT_WHEN_WORD, bad);
        if (!utf8_valid(word, strlen(word))) /* cut within a letter */
            word[strlen(word) - 1] = 0;
        return ERR_INVALID;
    }
    *out = when;
    return ERR_OK;
}

/* --- Separate fields --- */

/* "22" -> "22.00"; what has a sign or four digits stays. */
static void clock_text(const char *s, char out[16])
{
    if (digits(s) == 1 || digits(s) == 2)
        snprintf(out, 16, "%.2s.00", s);
    else
        snprintf(out, 16, "%.15s", s);
}

enum err event_when_read_fields(const struct event_when_fields *f, msec now, struct event_when *out,
                                char word[EVENT_WHEN_WORD])
{
    char text[EVENT_WHEN_MOST + 1], clock[16];
    struct event_when from, to;
    bool ends = !str_empty(f->to_date) || !str_empty(f->to_time);
    clock_text(str_empty(f->time) ? "" : f->time, clock);
    if (snprintf(text, sizeof text, "%s %s", f->date ? f->date : "", clock) >= (int)sizeof text)
        return ERR_INVALID;
    TRY(event_when_read(text, now, &from, word));
    if (!ends) {
        *out = from;
        return ERR_OK;
    }
    const char *day = str_empty(f->to_date) ? f->date : f->to_date;
    clock_text(str_empty(f->to_time) ? "" : f->to_time, clock);
    if (snprintf(text, sizeof text, "%s %s", day ? day : "", clock) >= (int)sizeof text)
        return ERR_INVALID;
    TRY(event_when_read(text, now, &to, word));
    if (to.to < from.from && str_empty(f->to_date)) {
        struct civil c = civil_from_msec(to.to);
        struct date next = date_add((struct date){c.year, c.month, c.day}, 1);
        if (!at_clock(next, c.hour, c.minute, c.second, &to.to))
            return ERR_INVALID;
    }
    if (to.to < from.from)
        return ERR_INVALID;
    *out = (struct event_when){from.from, to.to};
    return ERR_OK;
}

/* --- In words --- */

static char *moment_text(struct arena *a, enum lang lang, msec t)
{
    static const enum text_key days[] = {
        T_event_when_monday, T_event_when_tuesday,  T_event_when_wednesday, T_event_when_thursday,
        T_event_when_friday, T_event_when_saturday, T_event_when_sunday};
    static const enum text_key names[] = {
        T_event_when_january, T_event_when_february, T_event_when_march,
        T_event_when_april,   T_event_when_may,      T_event_when_june,
        T_event_when_july,    T_event_when_august,   T_event_when_september,
        T_event_when_october, T_event_when_november, T_event_when_december};
    struct civil c = civil_from_msec(t);
    char day[8], year[8], clock[12];
    snprintf(day, sizeof day, "%d", c.day % 100);
    snprintf(year, sizeof year, "%d", c.year % 10000);
    snprintf(clock, sizeof clock, lang == LANG_SV ? "%02d.%02d" : "%02d:%02d", c.hour % 100,
             c.minute % 100);
    return text_fmt(a, lang, T_event_when_moment, text_get(lang, days[(c.weekday + 6) % 7]), day,
                    text_get(lang, names[(c.month + 11) % 12]), year, clock);
}

char *event_when_text(struct arena *a, enum lang lang, const struct event_when *w)
{
    char *from = moment_text(a, lang, w->from);
    if (!from || w->to == w->from)
        return from;
    char *to = moment_text(a, lang, w->to);
    return to ? text_fmt(a, lang, T_event_when_between, from, to) : NULL;
}
