/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "core/textguard.h"

#include <assert.h>
#include <stdbool.h>
#include <string.h>

#include "core/textguard_inner.h"

/* Letters of any script: every byte of a UTF-8 sequence counts, except the no-break space and
 * dashes, which are looked at as signs. */
static bool is_word(unsigned char c)
{
    return is_digit(c) || is_upper(c) || (c >= 'a' && c <= 'z') || c >= 0x80;
}

/* Bytes of a blank here: space, tab, no-break and narrow no-break space. */
size_t guard_blank(const struct scan *t, size_t i)
{
    if (at(t, i) == ' ' || at(t, i) == '\t')
        return 1;
    if (at(t, i) == 0xc2 && at(t, i + 1) == 0xa0)
        return 2;
    return at(t, i) == 0xe2 && at(t, i + 1) == 0x80 && at(t, i + 2) == 0xaf ? 3 : 0;
}

/* Bytes of a hyphen or dash: - U+2010..U+2015 U+2212. */
size_t guard_dash(const struct scan *t, size_t i)
{
    if (at(t, i) == '-')
        return 1;
    if (at(t, i) == 0xe2 && at(t, i + 1) == 0x80 && at(t, i + 2) >= 0x90 && at(t, i + 2) <= 0x95)
        return 3;
    return at(t, i) == 0xe2 && at(t, i + 1) == 0x88 && at(t, i + 2) == 0x92 ? 3 : 0;
}

bool guard_word_before(const struct scan *t, size_t i)
{
    if (i == 0)
        return false;
    bool nbsp = i >= 2 && at(t, i - 2) == 0xc2 && at(t, i - 1) == 0xa0;
    bool sign = i >= 3 && at(t, i - 3) == 0xe2 && at(t, i - 2) == 0x80;
    return !nbsp && !sign && is_word(at(t, i - 1));
}

bool guard_word_at(const struct scan *t, size_t i)
{
    bool sign = at(t, i) == 0xe2 && at(t, i + 1) == 0x80; /* quotation marks, dots, bullets */
    return is_word(at(t, i)) && !sign && !guard_blank(t, i) && !guard_dash(t, i);
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
    size_t n = 0;
    for (size_t b; (b = guard_blank(t, i + n)) && n < 3;)
        n += b;
    size_t sign = guard_dash(t, i + n);
    if (!sign && (at(t, i + n) == '/' || at(t, i + n) == '.'))
        sign = 1;
    if (!sign && at(t, i + n) == '+') {
        sign = 1;
        *plus = true;
    }
    n += sign;
    for (size_t b; sign && (b = guard_blank(t, i + n)) && n < 6;)
        n += b;
    return n;
}

static struct digits read_digits(const struct scan *t, size_t i, int most)
{
    struct digits r = {.end = i};
    for (;;) {
        int run = 0;
        while (is_digit(at(t, i)) && r.count < most) {
            r.d[r.count++] = (char)at(t, i++);
            run++;
        }
        r.groups[r.group_count++] = run;
        r.end = i;
        bool plus = false;
        size_t gap = separator(t, i, &plus);
        if (r.count == most || gap == 0 || !is_digit(at(t, i + gap)))
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

static size_t match_personal_number(const struct scan *t, size_t i)
{
    if (!is_digit(at(t, i)) || guard_word_before(t, i))
        return 0;
    if (i > 0 && (at(t, i - 1) == '+' || at(t, i - 1) == ','))
        return 0;
    for (int count = 12; count >= 10; count -= 2) {
        struct digits r = read_digits(t, i, count);
        if (r.count != count || is_digit(at(t, r.end)) || !grouped_as_number(&r, count))
            continue;
        const char *d = r.d;
        if (count == 12) {
            int century = two(d);
            if (century < 18 || century > 20)
                continue;
            d += 2;
        }
        if (!date_shaped(d + 2))
            continue;
        /* ten digits that begin as a mobile number are a telephone unless the checksum says other
         */
        if (count == 10 && d[0] == '0' && d[1] == '7' && r.groups[0] != 6 && !luhn(d))
            continue;
        return r.end - i;
    }
    return 0;
}

/* Swedish numbers: 0 and 7-9 more digits in groups, +46 or 0046 likewise. */
static size_t match_phone(const struct scan *t, size_t i)
{
    if (guard_word_before(t, i))
        return 0;
    size_t start = i;
    bool abroad = false;
    if (at(t, i) == '+' || (at(t, i) == '0' && at(t, i + 1) == '0')) {
        abroad = true;
        i += at(t, i) == '+' ? 1 : 2;
    } else if (at(t, i) != '0') {
        return 0;
    }
    if (abroad && at(t, i) == '4' && at(t, i + 1) == '6') {
        i += 2;
        i += guard_blank(t, i);
        i += guard_dash(t, i);
        if (at(t, i) == '(' && at(t, i + 1) == '0' && at(t, i + 2) == ')')
            i += 3;
        i += guard_blank(t, i);
    }
    struct digits r = read_digits(t, i, 13);
    if (r.count < (abroad ? 7 : 8) || r.count > (abroad ? 12 : 10) || is_digit(at(t, r.end)))
        return 0;
    if (!abroad && (r.d[1] == '0' || r.groups[0] < 2 || r.plus_inside))
        return 0;
    return r.end - start;
}

static bool is_local(unsigned char c)
{
    return is_word(c) || (c && strchr(".!#$%&'*+/=?^_`{|}~-", c));
}

static size_t match_email(const struct scan *t, size_t i)
{
    if (!is_word(at(t, i)) || (i > 0 && is_local(at(t, i - 1))))
        return 0;
    size_t j = i, end = 0;
    while (is_local(at(t, j)) && j - i < LOOK)
        j++;
    if (j == i || at(t, j) != '@' || !is_word(at(t, j + 1)))
        return 0;
    size_t start = ++j;
    while ((is_word(at(t, j)) || at(t, j) == '.' || at(t, j) == '-') && j - start < LOOK) {
        if (at(t, j) == '.' && is_word(at(t, j + 1)))
            end = j;
        j++;
    }
    if (end == 0)
        return 0;
    while (j > end && !is_word(at(t, j - 1)))
        j--;
    return j - i;
}

bool guard_fold_equal(const struct scan *t, size_t i, const char *word)
{
    size_t n = strlen(word);
    if (i + n > t->n)
        return false;
    for (size_t k = 0; k < n; k++) {
        unsigned char c = at(t, i + k), w = (unsigned char)word[k];
        bool latin = i + k > 0 && at(t, i + k - 1) == 0xc3 && c >= 0x80 && c <= 0x9e;
        if ((is_upper(c) || latin ? c + 0x20 : c) != w)
            return false;
    }
    return true;
}

/* Is one of the words, whole, among the last LOOK bytes of the same sentence before i? */
static bool said_before(const struct scan *t, size_t i, const char *const *words)
{
    size_t from = i > LOOK / 2 ? i - LOOK / 2 : 0;
    for (size_t k = i; k > from; k--)
        if (at(t, k - 1) == '\n' || (at(t, k - 1) == '.' && guard_blank(t, k))) {
            from = k;
            break;
        }
    for (size_t k = from; k < i; k++) {
        if (guard_word_before(t, k))
            continue;
        for (size_t w = 0; words[w]; w++)
            if (guard_fold_equal(t, k, words[w]))
                return true;
    }
    return false;
}

/* ABC 123 or ABC 12D. In one word ("ABC123") and with a last letter it is nearly always a plate;
 * with a blank ("EST 100") a car must have been spoken of. I, Q, V are not used in plates, nor O
 * as the last letter. */
static size_t match_plate(const struct scan *t, size_t i)
{
    if (guard_word_before(t, i))
        return 0;
    bool capitals = true;
    for (size_t k = 0; k < 3; k++) {
        unsigned char c = at(t, i + k), up = c >= 'a' && c <= 'z' ? (unsigned char)(c - 32) : c;
        capitals = capitals && c == up;
        if (!is_upper(up) || strchr("IQV", up))
            return 0;
    }
    size_t j = i + 3, gap = guard_blank(t, j) ? guard_blank(t, j) : guard_dash(t, j);
    j += gap;
    if (!is_digit(at(t, j)) || !is_digit(at(t, j + 1)))
        return 0;
    unsigned char last = at(t, j + 2);
    unsigned char up = last >= 'a' && last <= 'z' ? (unsigned char)(last - 32) : last;
    bool letter = is_upper(up) && !strchr("IQVO", up);
    if ((!is_digit(last) && !letter) || guard_word_at(t, j + 3))
        return 0;
    for (size_t w = 0; guard_no_plate[w]; w++)
        if (strncmp(t->s + i, guard_no_plate[w], 3) == 0)
            return 0;
    bool sure = capitals && (gap == 0 || letter);
    return sure || said_before(t, i, guard_vehicle) ? j + 3 - i : 0;
}

/* "i 3B", "från 12A": the number and the letter of a door, A to F. Not "i 3D", which is no door. */
static size_t match_door(const struct scan *t, size_t i)
{
    size_t skip = guard_cue(t, i, guard_cue_door), j = i + skip;
    if (!skip || !is_digit(at(t, j)))
        return 0;
    while (is_digit(at(t, j)) && j < i + skip + 3)
        j++;
    unsigned char letter = at(t, j);
    bool room = j == i + skip + 1 && letter == 'D';
    return letter >= 'A' && letter <= 'F' && !room && !guard_word_at(t, j + 1) ? j + 1 - i : 0;
}

/* "lgh 1203", "lägenhet 12", "lägenhetsnummer 1203", "3 tr", "2 trappor". */
static size_t match_apartment(const struct scan *t, size_t i)
{
    size_t skip = guard_cue(t, i, guard_cue_flat);
    if (skip && is_digit(at(t, i + skip)))
        return guard_word_end(t, i + skip) - i;
    if (match_door(t, i))
        return match_door(t, i);
    if (guard_word_before(t, i) || !is_digit(at(t, i)))
        return 0;
    size_t j = i + 1 + is_digit(at(t, i + 1)), gap = guard_blank(t, j);
    if (!gap)
        return 0;
    j += gap;
    for (size_t w = 0; guard_stairs[w]; w++)
        if (guard_fold_equal(t, j, guard_stairs[w]) &&
            !guard_word_at(t, j + strlen(guard_stairs[w])))
            return j + strlen(guard_stairs[w]) - i;
    return 0;
}

static size_t match(const struct scan *t, size_t i, enum guard_kind *kind)
{
    static const struct {
        size_t (*fn)(const struct scan *, size_t);
        enum guard_kind kind;
    } order[] = {{match_email, GUARD_EMAIL},         {match_personal_number, GUARD_PERSONAL_NUMBER},
                 {match_phone, GUARD_PHONE},         {match_plate, GUARD_PLATE},
                 {guard_match_cue, GUARD_NAME},      {guard_match_home, GUARD_HOME},
                 {match_apartment, GUARD_APARTMENT}, {guard_match_full, GUARD_NAME}};
    for (size_t k = 0; k < ARRAY_LEN(order); k++) {
        size_t len = order[k].fn(t, i);
        if (len) {
            *kind = order[k].kind;
            return len;
        }
    }
    return 0;
}

size_t guard_find(const char *text, size_t n, struct guard_span *out, size_t max)
{
    assert((text || n == 0) && (out || max == 0));
    struct scan t = {text, n};
    size_t found = 0;
    for (size_t i = 0; i < n;) {
        enum guard_kind kind;
        size_t len = match(&t, i, &kind);
        if (!len) {
            i++;
            continue;
        }
        if (found < max)
            out[found] = (struct guard_span){i, len, kind};
        found++;
        i += len;
    }
    return found;
}

const char *guard_kind_key(enum guard_kind k)
{
    static const char *const keys[GUARD_KIND_COUNT] = {
        [GUARD_PERSONAL_NUMBER] = "guard_personal_number",
        [GUARD_PHONE] = "guard_phone",
        [GUARD_EMAIL] = "guard_email",
        [GUARD_PLATE] = "guard_plate",
        [GUARD_NAME] = "guard_name",
        [GUARD_HOME] = "guard_home",
        [GUARD_APARTMENT] = "guard_apartment",
    };
    assert((unsigned)k < GUARD_KIND_COUNT);
    return keys[k];
}
