/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Numbers of persons and telephones in free text. */
#include <string.h>

#include "base/mem.h"
#include "core/textguard_inner.h"

/* Digits that people's keyboards make: 0-9, Arabic, Persian, Devanagari, Bengali, Thai, full width
 * and those of mathematics. */
size_t guard_digit_value(const struct scan *t, size_t i, int *value)
{
    static const struct {
        unsigned char lead[4], zero;
        int count;
    } others[] = {{"\xd9", 0xa0, 10},        {"\xdb", 0xb0, 10},     {"\xef\xbc", 0x90, 10},
                  {"\xe0\xa5", 0xa6, 10},    {"\xe0\xa7", 0xa6, 10}, {"\xe0\xb9", 0x90, 10},
                  {"\xf0\x9d\x9f", 0x8e, 50}};
    *value = -1;
    if (at(t, i) < 0x80) {
        if (is_digit(at(t, i)))
            *value = at(t, i) - '0';
        return *value >= 0;
    }
    for (size_t k = 0; k < ARRAY_LEN(others); k++) {
        size_t n = 0;
        while (others[k].lead[n] && others[k].lead[n] == at(t, i + n))
            n++;
        if (others[k].lead[n])
            continue;
        int v = (int)at(t, i + n) - others[k].zero;
        if (v < 0 || v >= others[k].count)
            return 0;
        *value = v % 10;
        return n + 1;
    }
    return 0;
}

size_t guard_digit(const struct scan *t, size_t i)
{
    int value;
    return guard_digit_value(t, i, &value);
}

static bool digit_is(const struct scan *t, size_t i, int wanted)
{
    int value;
    return guard_digit_value(t, i, &value) && value == wanted;
}

/* A run of digits with single separators between groups. */
struct digits {
    char d[16];
    int count;
    int groups[16]; /* length of each group */
    int group_count;
    size_t end;
    bool plus_inside; /* "YYMMDD+NNNN": over a hundred years old */
};

static size_t separator(const struct scan *t, size_t i, bool *plus)
{
    size_t n = at(t, i) == ')';
    n += guard_blanks(t, i + n, 3);
    size_t sign = guard_dash(t, i + n);
    unsigned char c = at(t, i + n);
    if (!sign && (c == '/' || c == '.' || c == '_' || c == '+'))
        sign = 1;
    *plus = c == '+';
    n += sign;
    return sign ? n + guard_blanks(t, i + n, 3) : n;
}

static struct digits read_digits(const struct scan *t, size_t i, int most)
{
    struct digits r = {.end = i};
    for (;;) {
        int run = 0, value;
        for (size_t b; r.count < most && (b = guard_digit_value(t, i, &value)); i += b) {
            r.d[r.count++] = (char)('0' + value);
            run++;
        }
        r.groups[r.group_count++] = run;
        r.end = i;
        bool plus = false;
        size_t gap = separator(t, i, &plus);
        if (r.count == most || gap == 0 || !guard_digit(t, i + gap))
            return r;
        r.plus_inside = r.plus_inside || plus;
        i += gap;
    }
}

static int two(const char *d)
{
    return (d[0] - '0') * 10 + d[1] - '0';
}

/* Month and day of a personal or coordination number (day + 60). No checksum is asked for: a
 * mistyped number still points at somebody, and a real one never hides behind a typo. */
static bool date_shaped(const char *d)
{
    int month = two(d), day = two(d + 2);
    if (day > 60)
        day -= 60;
    static const int last[] = {31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    return month >= 1 && month <= 12 && day >= 1 && day <= last[month - 1];
}

static bool century(const char *d)
{
    return two(d) >= 18 && two(d) <= 20;
}

static bool luhn(const char *d)
{
    int sum = 0;
    for (int i = 0; i < 10; i++) {
        int v = (d[i] - '0') * (i % 2 ? 1 : 2);
        sum += v > 9 ? v - 9 : v;
    }
    return sum % 10 == 0;
}

/* The groups are cut where people cut such a number: ...NNNN apart, the date whole or in three. */
static bool grouped_as_number(const struct digits *r, int count)
{
    int sum = 0;
    bool cut_before_last_four = false;
    for (int i = 0; i < r->group_count; i++) {
        sum += r->groups[i];
        cut_before_last_four = cut_before_last_four || sum == count - 4;
    }
    return r->group_count == 1 || cut_before_last_four;
}

/* Ten digits that begin as an area code or a mobile number: "0501-75 50 00". Without any sign
 * between them they are a telephone unless the checksum says other. */
static bool rather_phone(const struct scan *t, size_t i, const struct digits *r)
{
    if (r->d[0] != '0' || r->count != 10 || guard_just_said(t, i, guard_cue_born))
        return false;
    return r->groups[0] == 3 || r->groups[0] == 4 || (r->group_count == 1 && !luhn(r->d));
}

/* "pnr850101-1236", "T850101-1236": what stands right after a letter must be written as the number
 * is, for an id or an article has letters and digits too. */
static bool sure_after_letter(const struct scan *t, const struct digits *r)
{
    if (guard_word_at(t, r->end) || guard_dash(t, r->end))
        return false;
    if (r->group_count == 1)
        return r->count == 12 || luhn(r->d);
    return r->group_count == 2 && r->groups[1] == 4;
}

size_t guard_match_number(const struct scan *t, size_t i)
{
    if (!guard_digit(t, i))
        return 0;
    bool letter = guard_word_before(t, i);
    if (i > 0 && (at(t, i - 1) == '+' || at(t, i - 1) == ',' || is_digit(at(t, i - 1))))
        return 0;
    bool minutes = i > 1 && at(t, i - 1) == ':' && is_digit(at(t, i - 2));
    for (int count = 12; count >= 10; count -= 2) {
        struct digits r = read_digits(t, i, count);
        if (minutes && r.groups[0] <= 2) /* "22:00. 0501-75 50 00" */
            return 0;
        if (r.count != count || guard_digit(t, r.end) || !grouped_as_number(&r, count))
            continue;
        if ((count == 12 && !century(r.d)) || !date_shaped(r.d + count - 8))
            continue;
        if (!rather_phone(t, i, &r) && (!letter || sure_after_letter(t, &r)))
            return r.end - i;
    }
    return 0;
}

/* "född 850101", "f. 19850101": the date of birth alone, where it is said that it is one. */
size_t guard_match_born(const struct scan *t, size_t i)
{
    if (!guard_digit(t, i) || guard_word_before(t, i) || !guard_just_said(t, i, guard_cue_born))
        return 0;
    for (int count = 8; count >= 6; count -= 2) {
        struct digits r = read_digits(t, i, count);
        if (r.count != count || guard_digit(t, r.end) || (count == 8 && !century(r.d)))
            continue;
        if (date_shaped(r.d + count - 4))
            return r.end - i;
    }
    return 0;
}

/* Swedish numbers: 0 and 7-9 more digits in groups, +46 or 0046 likewise. */
static size_t whole_phone(const struct scan *t, size_t i)
{
    size_t start = i;
    bool letter = guard_word_before(t, i), plus = at(t, i) == '+';
    if ((!plus && !digit_is(t, i, 0)) || (letter && (plus || is_digit(at(t, i - 1)))))
        return 0;
    size_t first = plus ? 1 : guard_digit(t, i);
    bool abroad = plus || digit_is(t, i + first, 0);
    if (abroad)
        i += plus ? 1 : first + guard_digit(t, i + first);
    if (abroad && !plus && !guard_digit(t, i)) { /* "kl 22:00. 2026-10-01" */
        i += guard_blank(t, i);
        if (!digit_is(t, i, 4))
            return 0;
    }
    if (abroad && digit_is(t, i, 4) && digit_is(t, i + guard_digit(t, i), 6)) {
        i += guard_digit(t, i);
        i += guard_digit(t, i);
        i += guard_blank(t, i);
        i += guard_dash(t, i);
        size_t zero = at(t, i) == '(' && digit_is(t, i + 1, 0) ? guard_digit(t, i + 1) : 0;
        if (zero && at(t, i + 1 + zero) == ')')
            i += zero + 2;
        i += guard_blank(t, i);
    }
    struct digits r = read_digits(t, i, 13);
    if (r.count < (abroad ? 7 : 8) || r.count > (abroad ? 12 : 10) || guard_digit(t, r.end))
        return 0;
    if (!abroad && (r.d[1] == '0' || r.groups[0] < 2 || r.plus_inside))
        return 0;
    /* right after a letter ("tel0701234567") only what looks as a mobile number */
    if (letter && (abroad || r.d[1] != '7' || r.count != 10 || guard_word_at(t, r.end)))
        return 0;
    return r.end - start;
}

/* "(070) 123 45 67": with the parenthesis that belongs to it. */
size_t guard_match_phone(const struct scan *t, size_t i)
{
    if (at(t, i) != '(')
        return whole_phone(t, i);
    size_t len = whole_phone(t, i + 1);
    return len && memchr(t->s + i + 1, ')', len) ? len + 1 : 0;
}

/* "tel 75 50 00": a number of the place, where it is said that it is a telephone. Such numbers
 * begin with none of 0 and 1, which leaves 112, 114 14 and 1177 alone. */
size_t guard_match_local(const struct scan *t, size_t i)
{
    int value;
    if (!guard_digit_value(t, i, &value) || value < 2 || guard_word_before(t, i))
        return 0;
    if (!guard_just_said(t, i, guard_cue_phone))
        return 0;
    struct digits r = read_digits(t, i, 9);
    bool date = r.count == 8 && century(r.d) && date_shaped(r.d + 4);
    if (r.count < 5 || r.count > 8 || date || guard_word_at(t, r.end))
        return 0;
    return r.end - i;
}
