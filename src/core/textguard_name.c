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
    unsigned char c = at(t, i), low = (unsigned char)(is_upper(c) ? c + 0x20 : c);
    for (size_t w = 0; cues[w]; w++) {
        if ((unsigned char)cues[w][0] != low || !guard_fold_equal(t, i, cues[w]))
            continue;
        size_t n = strlen(cues[w]);
        size_t colon = at(t, i + n) == ':', gap = colon + guard_blanks(t, i + n + colon, 3);
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

/* "trean", "översta våningen", "3:an", "plan 2": the floor that somebody lives on. */
static size_t floor_end(const struct scan *t, size_t i)
{
    for (size_t w = 0; guard_floor[w]; w++) {
        size_t end = i + strlen(guard_floor[w]);
        if (guard_fold_equal(t, i, guard_floor[w]) && !guard_word_at(t, end))
            return end;
    }
    size_t number = guard_cue(t, i, guard_floor_number), j = i + number;
    if (!guard_digit(t, j))
        return 0;
    for (int k = 0; k < 3 && guard_digit(t, j); k++)
        j += guard_digit(t, j);
    if (number)
        return guard_word_end(t, j);
    j += at(t, j) == ':';
    return at(t, j) == 'a' && at(t, j + 1) == 'n' && !guard_word_at(t, j + 2) ? j + 2 : 0;
}

/* "bor på Storgatan 3", "boende i Norrtorp", "hemma hos Exempla", "bor på trean". */
size_t guard_match_home(const struct scan *t, size_t i)
{
    size_t skip = guard_cue(t, i, guard_cue_home), lives = guard_cue(t, i, guard_cue_floor);
    size_t end = skip ? names_end(t, i + skip) : 0;
    if (!end) {
        end = lives ? floor_end(t, i + lives) : 0;
        return end ? end - i : 0;
    }
    size_t j = end + guard_blank(t, end);
    if (j > end && guard_digit(t, j))
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

/* "Karlssons" is "Karlsson" whose something it is. */
static bool either(const char *word, bool (*what)(const char *))
{
    size_t n = strlen(word);
    char base[48];
    if (what(word))
        return true;
    if (n < 3 || n >= sizeof base || word[n - 1] != 's')
        return false;
    memcpy(base, word, n - 1);
    base[n - 1] = 0;
    return what(base);
}

static bool makes_a_name(const struct word *first, const struct word *last, bool over_lines)
{
    if (!*first->low || !*last->low)
        return false;
    if (place_like(last->low) && !listed(guard_family, guard_family_count, last->low))
        return false;
    bool known = listed(guard_given, guard_given_count, first->low);
    bool sure = either(last->low, sure_family), only = either(last->low, only_family);
    bool nobody = one_of(first->low, guard_little) || place_like(first->low);
    if (over_lines) /* a line begins with a capital whatever it says */
        return first->capital && last->capital && (known ? sure : only && !nobody);
    if (!first->capital || !last->capital) /* written in haste, without capitals */
        return known && !first->capital && !last->capital && !doubtful(first->low) && only;
    if (known)
        return sure || (!doubtful(first->low) && strlen(last->low) >= 3);
    return only && !nobody;
}

/* The word after a name: "Karl Johans gata" and "Maria Magdalena kyrka" are places; "Anna
 * Exempelssons hus" is where she lives. */
static bool place_follows(const struct scan *t, const struct word *last)
{
    size_t gap = guard_blanks(t, last->end, 3);
    if (!gap || !guard_word_at(t, last->end + gap))
        return false;
    struct word next = read_word(t, last->end + gap, false);
    size_t n = strlen(last->low);
    if (n && last->low[n - 1] == 's' && !next.capital && one_of(next.low, guard_own))
        return false;
    return place_like(next.low);
}

/* Blanks between two words of a name, also where a line is broken. */
static size_t name_gap(const struct scan *t, size_t i, bool *line)
{
    size_t n = guard_blanks(t, i, 3), cr = at(t, i + n) == '\r';
    *line = at(t, i + n + cr) == '\n';
    return *line ? n + cr + 1 + guard_blanks(t, i + n + cr + 1, 3) : n;
}

/* "K. Exempelsson", "K.E. Exempelsson", "K. Exempelssons": an initial and a family name. */
static size_t after_initial(const struct scan *t, const struct word *first)
{
    size_t j = first->end;
    for (int more = 0; more < 3; more++) {
        if (at(t, j) != '.')
            return 0;
        j += 1 + guard_blanks(t, j + 1, 3);
        if (!guard_capital(t, j))
            return 0;
        struct word last = read_word(t, j, false);
        bool sure = either(last.low, sure_family) && !one_of(last.low, guard_doubtful) &&
                    !ends_as(last.low, guard_word_ends);
        if (sure && !place_like(last.low) && !place_follows(t, &last))
            return last.end;
        if (last.end - j > 2)
            return 0;
        j = last.end;
    }
    return 0;
}

/* Other given names, an initial or a particle between the two. */
static size_t skip_between(const struct scan *t, size_t i)
{
    struct word w = read_word(t, i, true);
    bool initial = w.capital && w.end - i <= 2 && at(t, w.end) == '.';
    bool given = w.capital && listed(guard_given, guard_given_count, w.low);
    if (!initial && !given && !one_of(w.low, guard_particle))
        return 0;
    size_t end = w.end + (initial ? 1 : 0), gap = guard_blanks(t, end, 3);
    return gap && guard_word_at(t, end + gap) ? end + gap - i : 0;
}

/* "Exempelsson, Anna" */
static size_t family_first(const struct scan *t, const struct word *family, size_t i)
{
    struct word given = read_word(t, i, true);
    bool both = family->capital && given.capital && family_shaped(family->low);
    bool known = !doubtful(given.low) && listed(guard_given, guard_given_count, given.low);
    return both && known ? given.end : 0;
}

/* Where a name that has come to `last` ends: a second family name goes along. */
static size_t name_end(const struct scan *t, const struct word *last)
{
    size_t more = guard_blank(t, last->end);
    struct word next = read_word(t, last->end + more, false);
    bool goes_on = more && next.capital && sure_family(next.low) && !place_follows(t, &next);
    return goes_on ? next.end : last->end;
}

/* "Anna Exempelsson", "Anna-Maria Exempelsson", "Anna E. Exempelsson", "Anna von Exempel",
 * "Exempelsson, Anna", "A. Exempelsson", each with a genitive s too. */
size_t guard_match_full(const struct scan *t, size_t i)
{
    if (!guard_word_at(t, i) || is_digit(at(t, i)) || guard_word_before(t, i))
        return 0;
    struct word first = read_word(t, i, true);
    if (first.end - i == guard_capital(t, i) && at(t, first.end) == '.') {
        size_t end = after_initial(t, &first);
        return end ? end - i : 0;
    }
    size_t j = first.end;
    bool comma = at(t, j) == ',', line;
    j += comma ? 1 : 0;
    size_t gap = name_gap(t, j, &line);
    if (!gap || !guard_word_at(t, j + gap) || is_digit(at(t, j + gap)))
        return 0;
    j += gap;
    if (comma) {
        size_t end = line ? 0 : family_first(t, &first, j);
        return end ? end - i : 0;
    }
    for (int between = 0; between < 3; between++) {
        struct word last = read_word(t, j, false);
        if (makes_a_name(&first, &last, line) && !place_follows(t, &last))
            return name_end(t, &last) - i;
        size_t skip = skip_between(t, j);
        if (!skip)
            return 0;
        j += skip;
    }
    return 0;
}
