/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Names of persons in free text. */
#include <string.h>

#include "base/mem.h"
#include "core/textguard_inner.h"

/* A capital: ASCII, or Å Ä Ö É ... (C3 80..9E). */
size_t guard_capital(const struct scan *t, size_t i)
{
    if (is_upper(at(t, i)))
        return 1;
    return at(t, i) == 0xc3 && at(t, i + 1) >= 0x80 && at(t, i + 1) <= 0x9e ? 2 : 0;
}

size_t guard_word_end(const struct scan *t, size_t i)
{
    size_t from = i;
    while (i - from < LOOK &&
           (guard_word_at(t, i) || (guard_dash(t, i) && guard_word_at(t, i + guard_dash(t, i)))))
        i++;
    return i;
}

/* --- After a cue --- */

/* One to three capitalised words. */
static size_t names_end(const struct scan *t, size_t i)
{
    size_t end = 0;
    for (int k = 0; k < 3 && guard_capital(t, i); k++) {
        end = guard_word_end(t, i);
        i = end + guard_blank(t, end);
        if (i == end)
            break;
    }
    return end;
}

size_t guard_cue(const struct scan *t, size_t i, const char *const *cues)
{
    if (guard_word_before(t, i))
        return 0;
    for (size_t w = 0; cues[w]; w++) {
        size_t n = strlen(cues[w]);
        if (!guard_fold_equal(t, i, cues[w]))
            continue;
        size_t gap = 0;
        if (at(t, i + n) == ':')
            gap++;
        while (guard_blank(t, i + n + gap) && gap < 4)
            gap += guard_blank(t, i + n + gap);
        if (gap)
            return n + gap;
    }
    return 0;
}

size_t guard_match_cue(const struct scan *t, size_t i)
{
    size_t skip = guard_cue(t, i, guard_cue_name);
    size_t end = skip ? names_end(t, i + skip) : 0;
    return end ? end - i : 0;
}

/* "bor på Storgatan 3", "boende i Norrtorp", "hemma hos Exempla". */
size_t guard_match_home(const struct scan *t, size_t i)
{
    size_t skip = guard_cue(t, i, guard_cue_home);
    size_t end = skip ? names_end(t, i + skip) : 0;
    if (!end)
        return 0;
    size_t j = end + guard_blank(t, end);
    if (j > end && is_digit(at(t, j)))
        end = guard_word_end(t, j);
    return end - i;
}

/* --- A given name and a family name --- */

/* A word in lower case, cut at its first hyphen when `first_part`; "" when too long. */
struct word {
    size_t from, end;
    bool capital, all_capital;
    char low[48];
};

static struct word read_word(const struct scan *t, size_t i, bool first_part)
{
    struct word w = {.from = i, .end = guard_word_end(t, i), .capital = guard_capital(t, i) > 0};
    size_t n = 0;
    for (size_t k = i; k < w.end; k++) {
        unsigned char c = at(t, k);
        if (guard_dash(t, k) && first_part)
            break;
        if (n + 1 == sizeof w.low) {
            w.low[0] = 0;
            return w;
        }
        bool latin = k > i && at(t, k - 1) == 0xc3 && c >= 0x80 && c <= 0x9e && c != 0x97;
        w.low[n++] = (char)(is_upper(c) || latin ? c + 0x20 : c);
    }
    w.low[n] = 0;
    return w;
}

static bool listed(const char *const *list, size_t n, const char *word)
{
    size_t low = 0, high = n;
    while (low < high) {
        size_t middle = (low + high) / 2;
        int order = strcmp(list[middle], word);
        if (order == 0)
            return true;
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return false;
}

static bool one_of(const char *word, const char *const *list)
{
    for (; *list; list++)
        if (strcmp(word, *list) == 0)
            return true;
    return false;
}

static bool ends_as(const char *word, const char *const *ends)
{
    size_t n = strlen(word);
    for (; *ends; ends++) {
        size_t k = strlen(*ends);
        if (n >= k && strcmp(word + n - k, *ends) == 0)
            return true;
    }
    return false;
}

static bool only_family(const char *word)
{
    return ends_as(word, guard_only_family_end) && strlen(word) >= 6;
}

static bool family_shaped(const char *word)
{
    return only_family(word) || (ends_as(word, guard_family_end) && strlen(word) >= 6);
}

/* Streets, buildings and firms: "Karl Johans gata", "Maria Kyrka". */
static bool place_like(const char *word)
{
    return ends_as(word, guard_place_end) || one_of(word, guard_place_word);
}

/* The next word must then be a family name beyond doubt. */
static bool doubtful(const char *word)
{
    return strlen(word) <= 3 || one_of(word, guard_doubtful);
}

static bool sure_family(const char *word)
{
    return family_shaped(word) || listed(guard_family, guard_family_count, word);
}

static bool makes_a_name(const struct word *first, const struct word *last)
{
    if (!*first->low || !*last->low)
        return false;
    if (place_like(last->low) && !listed(guard_family, guard_family_count, last->low))
        return false;
    bool known = listed(guard_given, guard_given_count, first->low), sure = sure_family(last->low);
    if (!first->capital || !last->capital) /* written in haste, without capitals */
        return known && !first->capital && !last->capital && !doubtful(first->low) &&
               only_family(last->low);
    if (known)
        return sure || (!doubtful(first->low) && strlen(last->low) >= 3);
    return only_family(last->low) && !one_of(first->low, guard_little) && !place_like(first->low);
}

/* The word after a name: "Karl Johans gata" and "Maria Magdalena kyrka" are places. */
static bool place_follows(const struct scan *t, size_t end)
{
    size_t gap = guard_blank(t, end);
    if (!gap || !guard_word_at(t, end + gap))
        return false;
    struct word next = read_word(t, end + gap, false);
    return place_like(next.low);
}

/* Other given names, an initial or a particle between the two. */
static size_t skip_between(const struct scan *t, size_t i)
{
    struct word w = read_word(t, i, true);
    bool initial = w.capital && w.end - i <= 2 && at(t, w.end) == '.';
    bool given = w.capital && listed(guard_given, guard_given_count, w.low);
    if (!initial && !given && !one_of(w.low, guard_particle))
        return 0;
    size_t end = w.end + (initial ? 1 : 0), gap = guard_blank(t, end);
    return gap && guard_word_at(t, end + gap) ? end + gap - i : 0;
}

/* "Anna Exempelsson", "Anna-Maria Exempelsson", "Anna E. Exempelsson", "Anna von Exempel",
 * "Exempelsson, Anna". */
size_t guard_match_full(const struct scan *t, size_t i)
{
    if (!guard_word_at(t, i) || is_digit(at(t, i)) || guard_word_before(t, i))
        return 0;
    struct word first = read_word(t, i, true);
    size_t j = first.end;
    bool comma = at(t, j) == ',';
    j += comma ? 1 : 0;
    size_t gap = guard_blank(t, j);
    if (!gap || !guard_word_at(t, j + gap) || is_digit(at(t, j + gap)))
        return 0;
    j += gap;
    if (comma) {
        struct word given = read_word(t, j, true);
        bool both = first.capital && given.capital && family_shaped(first.low);
        return both && !doubtful(given.low) && listed(guard_given, guard_given_count, given.low)
                   ? given.end - i
                   : 0;
    }
    for (int between = 0; between < 3; between++) {
        struct word last = read_word(t, j, false);
        if (makes_a_name(&first, &last) && !place_follows(t, last.end)) {
            size_t more = guard_blank(t, last.end);
            struct word next = read_word(t, last.end + more, false);
            bool goes_on =
                more && next.capital && sure_family(next.low) && !place_follows(t, next.end);
            return (goes_on ? next.end : last.end) - i;
        }
        size_t skip = skip_between(t, j);
        if (!skip)
            return 0;
        j += skip;
    }
    return 0;
}
