/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Cars and e-mail addresses in free text, also as they are said: "kalle (at) example punkt se". */
#include <string.h>

#include "core/textguard_inner.h"

static unsigned char upper(unsigned char c)
{
    return c >= 'a' && c <= 'z' ? (unsigned char)(c - 32) : c;
}

/* --- Cars --- */

static bool three_of(const struct scan *t, size_t i, const char *const *words)
{
    for (; *words; words++)
        if (upper(at(t, i)) == (unsigned char)(*words)[0] &&
            upper(at(t, i + 1)) == (unsigned char)(*words)[1] &&
            upper(at(t, i + 2)) == (unsigned char)(*words)[2])
            return true;
    return false;
}

/* What stands after "SKF 620" when it is a number of something: a unit, or more digits. */
static bool counts_something(const struct scan *t, size_t i)
{
    if (at(t, i) && strchr("-/.,:", at(t, i)) && is_digit(at(t, i + 1)))
        return true;
    i += guard_blanks(t, i, 3);
    for (size_t w = 0; guard_unit[w]; w++)
        if (guard_fold_equal(t, i, guard_unit[w]) && !guard_word_at(t, i + strlen(guard_unit[w])))
            return true;
    return false;
}

/* Other things are called by three letters and digits: "MAX 120", "rum ABC 123". */
static bool other_code(const struct scan *t, size_t i, size_t end)
{
    return three_of(t, i, guard_no_plate_blank) || guard_just_said(t, i, guard_no_plate_before) ||
           counts_something(t, end);
}

/* ABC 123 or ABC 12D. I, Q, V are not used in plates, nor O as the last letter. With a last letter,
 * or in capitals in one word, it is nearly always a plate; in other writings nothing else may be
 * meant, and in small letters with a blank ("abc 123") a car must have been spoken of. */
size_t guard_match_plate(const struct scan *t, size_t i)
{
    bool capitals = true;
    for (size_t k = 0; k < 3; k++) {
        unsigned char up = upper(at(t, i + k));
        capitals = capitals && at(t, i + k) == up;
        if (!is_upper(up) || strchr("IQV", up))
            return 0;
    }
    size_t j = i + 3, gap = guard_blank(t, j) ? guard_blank(t, j) : guard_dash(t, j);
    j += gap;
    if (!guard_digit(t, j) || guard_word_before(t, i))
        return 0;
    j += guard_digit(t, j);
    size_t second = guard_digit(t, j), third = guard_digit(t, j + second);
    unsigned char last = upper(at(t, j + second));
    bool letter = is_upper(last) && !strchr("IQVO", last);
    if (!second || (!third && !letter))
        return 0;
    j += second + (letter ? 1 : third);
    if (guard_word_at(t, j) || three_of(t, i, guard_no_plate))
        return 0;
    if (capitals && (gap == 0 || letter))
        return j - i;
    bool car = guard_said_before(t, i, guard_vehicle);
    if (!capitals && gap)
        return car && !other_code(t, i, j) ? j - i : 0;
    return car || !other_code(t, i, j) ? j - i : 0;
}

/* --- E-mail --- */

static bool local_at(const struct scan *t, size_t i)
{
    unsigned char c = at(t, i);
    return guard_word_at(t, i) || (c && strchr(".!#$%&'*+/=?^_`{|}~-", c));
}

/* A word that no address goes on in from before. */
static bool begins(const struct scan *t, size_t i)
{
    if (!guard_word_at(t, i) || guard_word_before(t, i))
        return false;
    return i == 0 || at(t, i - 1) >= 0x80 || !local_at(t, i - 1);
}

size_t guard_match_email(const struct scan *t, size_t i)
{
    if (!begins(t, i))
        return 0;
    size_t j = i, end = 0;
    while (local_at(t, j) && j - i < LOOK)
        j++;
    if (j == i || at(t, j) != '@' || !guard_word_at(t, j + 1))
        return 0;
    size_t start = ++j;
    while ((guard_word_at(t, j) || at(t, j) == '.' || at(t, j) == '-') && j - start < LOOK) {
        if (at(t, j) == '.' && guard_word_at(t, j + 1))
            end = j;
        j++;
    }
    if (end == 0)
        return 0;
    while (j > end && !guard_word_before(t, j))
        j--;
    return j - i;
}

/* One of the words with the blanks about it: signs may stand close, words may not. */
static size_t said(const struct scan *t, size_t i, const char *const *words)
{
    size_t gap = guard_blanks(t, i, 2);
    unsigned char c = at(t, i + gap);
    if (c < 0x80 && !strchr("([{<@asdpASDP", c))
        return 0;
    for (; *words; words++) {
        if (!guard_fold_equal(t, i + gap, *words))
            continue;
        size_t end = i + gap + strlen(*words), after = guard_blanks(t, end, 2);
        bool word = (*words)[0] >= 'a' && (*words)[0] <= 'z';
        if (!word || (gap && after))
            return end + after - i;
    }
    return 0;
}

/* U+FF20, an @ of full width */
static bool wide_at(const struct scan *t, size_t i)
{
    return at(t, i) == 0xef && at(t, i + 1) == 0xbc && at(t, i + 2) == 0xa0;
}

static size_t label_end(const struct scan *t, size_t i)
{
    size_t from = i;
    while (i - from < LOOK / 2 && !wide_at(t, i) &&
           (guard_word_at(t, i) || at(t, i) == '_' || at(t, i) == '-'))
        i++;
    return i;
}

/* Letters only, two or more; of the known ones when the sign before was no sure one. */
static bool top_level(const struct scan *t, size_t from, size_t end, bool sure)
{
    for (size_t k = from; k < end; k++)
        if (!is_upper(upper(at(t, k))))
            return false;
    if (sure)
        return end - from >= 2 && !guard_word_at(t, end);
    for (size_t w = 0; guard_tld[w]; w++)
        if (strlen(guard_tld[w]) == end - from && guard_fold_equal(t, from, guard_tld[w]))
            return !guard_word_at(t, end);
    return false;
}

/* A word, and more of them with dots between; 0 when nothing goes on after a dot. */
static size_t dotted(const struct scan *t, size_t i)
{
    size_t dot = at(t, i) == '.' ? 1 : said(t, i, guard_email_dot);
    return dot && label_end(t, i + dot) > i + dot ? dot : 0;
}

size_t guard_match_email_said(const struct scan *t, size_t i)
{
    if (!begins(t, i))
        return 0;
    size_t j = label_end(t, i), sign = 0, end = 0;
    for (int k = 0; k < 4; k++) {
        sign = said(t, j, guard_email_at);
        size_t dot = sign ? 0 : dotted(t, j);
        if (!dot)
            break;
        j = label_end(t, j + dot);
    }
    if (!sign)
        return 0;
    unsigned char how = at(t, j + guard_blanks(t, j, 2));
    bool sure = how && strchr("([{<", how);
    j = label_end(t, j + sign);
    for (int k = 0; k < 4; k++) {
        size_t dot = dotted(t, j), from = j + dot;
        if (!dot)
            break;
        j = label_end(t, from);
        if (top_level(t, from, j, sure))
            end = j;
    }
    return end ? end - i : 0;
}
