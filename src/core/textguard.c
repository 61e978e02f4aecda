/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "core/textguard.h"

#include <assert.h>
#include <stdbool.h>
#include <string.h>

#include "core/textguard_inner.h"

/* Letters of any script: every byte of a UTF-8 sequence counts, except the no-break space and
 * dashes, which are looked at as signs. */
bool guard_is_word(unsigned char c)
{
    return is_digit(c) || is_upper(c) || (c >= 'a' && c <= 'z') || c >= 0x80;
}

/* Bytes of a blank here: space, tab, no-break space and the blanks of typography. */
size_t guard_blank(const struct scan *t, size_t i)
{
    if (at(t, i) == ' ' || at(t, i) == '\t')
        return 1;
    if (at(t, i) == 0xc2 && at(t, i + 1) == 0xa0)
        return 2;
    if (at(t, i) != 0xe2 || at(t, i + 1) != 0x80)
        return 0;
    return (at(t, i + 2) >= 0x80 && at(t, i + 2) <= 0x8d) || at(t, i + 2) == 0xaf ? 3 : 0;
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
    sign = sign || (i >= 3 && guard_dash(t, i - 3) == 3);
    return !nbsp && !sign && guard_is_word(at(t, i - 1));
}

bool guard_word_at(const struct scan *t, size_t i)
{
    bool sign = at(t, i) == 0xe2 && at(t, i + 1) == 0x80; /* quotation marks, dots, bullets */
    return guard_is_word(at(t, i)) && !sign && !guard_blank(t, i) && !guard_dash(t, i);
}

size_t guard_blanks(const struct scan *t, size_t i, int most)
{
    size_t n = 0;
    for (size_t b; most-- > 0 && (b = guard_blank(t, i + n));)
        n += b;
    return n;
}

bool guard_fold_equal(const struct scan *t, size_t i, const char *word)
{
    for (size_t k = 0; word[k]; k++) {
        unsigned char c = at(t, i + k), w = (unsigned char)word[k];
        bool latin = i + k > 0 && at(t, i + k - 1) == 0xc3 && c >= 0x80 && c <= 0x9e;
        if ((is_upper(c) || latin ? c + 0x20 : c) != w)
            return false;
    }
    return true;
}

/* Is one of the words, whole, among the last LOOK / 2 characters of the same sentence before i? */
bool guard_said_before(const struct scan *t, size_t i, const char *const *words)
{
    size_t from = i;
    for (int n = 0; from > 0 && n < LOOK / 2; n++) {
        if (at(t, from - 1) == '\n' || (at(t, from - 1) == '.' && guard_blank(t, from)))
            break;
        from--;
        while (from > 0 && (at(t, from) & 0xc0) == 0x80)
            from--;
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

static size_t blank_before(const struct scan *t, size_t i)
{
    for (size_t n = 1; n <= 3 && n <= i; n++)
        if (guard_blank(t, i - n) == n)
            return n;
    return 0;
}

/* Does one of the words end right before i, with a blank or a colon between? */
bool guard_just_said(const struct scan *t, size_t i, const char *const *words)
{
    size_t j = i;
    for (size_t b, n = 0; n < 3 && (b = blank_before(t, j)); n++)
        j -= b;
    j -= j > 0 && at(t, j - 1) == ':';
    if (j == i && (j == 0 || at(t, j - 1) != '.'))
        return false;
    for (; *words; words++) {
        size_t n = strlen(*words);
        if (n <= j && guard_fold_equal(t, j - n, *words) && !guard_word_before(t, j - n))
            return true;
    }
    return false;
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
    if (skip && guard_digit(t, i + skip))
        return guard_word_end(t, i + skip) - i;
    if (match_door(t, i))
        return match_door(t, i);
    if (guard_word_before(t, i) || !guard_digit(t, i))
        return 0;
    size_t j = i + guard_digit(t, i);
    j += guard_digit(t, j);
    size_t gap = guard_blank(t, j);
    if (!gap)
        return 0;
    j += gap;
    for (size_t w = 0; guard_stairs[w]; w++)
        if (guard_fold_equal(t, j, guard_stairs[w]) &&
            !guard_word_at(t, j + strlen(guard_stairs[w])))
            return j + strlen(guard_stairs[w]) - i;
    return 0;
}

/* What can begin here; a digit may stand right after a letter. */
enum { SIGN = 1, INSIDE = 2, DIGIT = 4, WORD = 8 };

static int begins_here(const struct scan *t, size_t i)
{
    if (!guard_word_at(t, i))
        return at(t, i) == '(' || at(t, i) == '+' ? SIGN : 0;
    if (guard_word_before(t, i))
        return guard_digit(t, i) ? INSIDE : 0;
    return guard_digit(t, i) ? DIGIT : WORD;
}

static size_t match(const struct scan *t, size_t i, enum guard_kind *kind)
{
    static const struct {
        size_t (*fn)(const struct scan *, size_t);
        enum guard_kind kind;
        int where;
    } order[] = {{guard_match_email, GUARD_EMAIL, DIGIT | WORD},
                 {guard_match_email_said, GUARD_EMAIL, DIGIT | WORD},
                 {guard_match_number, GUARD_PERSONAL_NUMBER, INSIDE | DIGIT},
                 {guard_match_phone, GUARD_PHONE, SIGN | INSIDE | DIGIT},
                 {guard_match_local, GUARD_PHONE, DIGIT},
                 {guard_match_born, GUARD_PERSONAL_NUMBER, DIGIT},
                 {guard_match_plate, GUARD_PLATE, WORD},
                 {guard_match_cue, GUARD_NAME, WORD},
                 {guard_match_home, GUARD_HOME, WORD},
                 {match_apartment, GUARD_APARTMENT, DIGIT | WORD},
                 {guard_match_full, GUARD_NAME, WORD}};
    int here = begins_here(t, i);
    for (size_t k = 0; here && k < ARRAY_LEN(order); k++) {
        size_t len = order[k].where & here ? order[k].fn(t, i) : 0;
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
