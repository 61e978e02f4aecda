/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "parts/citizen/citizen_words.h"

#include <assert.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include <sodium.h>

#include "base/mem.h"
#include "base/str.h"
#include "core/account.h"

static const char *const words[] = {
#include "parts/citizen/citizen_words.inc"
};
_Static_assert(ARRAY_LEN(words) == CITIZEN_WORD_COUNT, "four words are forty bits");

#define FOLDED 16 /* our longest has eight letters */

const char *citizen_word(size_t i)
{
    assert(i < CITIZEN_WORD_COUNT);
    return words[i];
}

void citizen_words_of(const uint8_t bits[5], char out[CITIZEN_CODE_TEXT])
{
    uint64_t all = 0;
    size_t n = 0;
    for (int i = 0; i < 5; i++)
        all = all << 8 | bits[i];
    for (int i = 0; i < CITIZEN_WORDS; i++)
        n += (size_t)snprintf(out + n, CITIZEN_CODE_TEXT - n, "%s%s", i ? " " : "",
                              words[all >> (10 * (CITIZEN_WORDS - 1 - i)) & 1023]);
}

/* --- Reading --- */

static bool is_letter(uint32_t c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
           (c >= 0xC0 && c < 0x250 && c != 0xD7 && c != 0xF7) || (c >= 0x300 && c <= 0x36F);
}

/* "Ö" and "ö" as o, "Å" and "ä" as a; letters that no word of ours has stay something else. */
static char fold_letter(uint32_t c)
{
    if (c >= 'A' && c <= 'Z')
        return (char)(c + 'a' - 'A');
    if (c < 0x80)
        return (char)c;
    switch (c) {
    case 0xC4: /* Ä */
    case 0xC5: /* Å */
    case 0xE4:
    case 0xE5:
        return 'a';
    case 0xD6: /* Ö */
    case 0xF6:
        return 'o';
    default:
        return '?';
    }
}

/* Takes the next word, and where it stands; false: there is none. A combining ring or dots belong
 * to the letter before. */
static bool next_word(const char **at, char folded[FOLDED], const char **from, size_t *len)
{
    const char *p = *at, *before = p;
    uint32_t c;
    size_t n = 0;
    while ((c = utf8_next(&p)) && !is_letter(c))
        before = p;
    if (!c)
        return false;
    *from = before;
    for (; c && is_letter(c); before = p, c = utf8_next(&p))
        if ((c < 0x300 || c > 0x36F) && n < FOLDED - 1)
            folded[n++] = fold_letter(c);
    folded[n] = 0;
    *at = before;
    *len = (size_t)(before - *from);
    return true;
}

static void fold_own(const char *word, char out[FOLDED])
{
    size_t n = 0;
    uint32_t c;
    while ((c = utf8_next(&word)) && n < FOLDED - 1)
        out[n++] = fold_letter(c);
    out[n] = 0;
}

/* One letter too many, too few, another, or two that have changed places. */
static bool almost(const char *a, const char *b)
{
    size_t n = 0, m = 0, la = strlen(a), lb = strlen(b);
    if (la > lb + 1 || lb > la + 1)
        return false;
    while (a[n] && a[n] == b[n])
        n++;
    while (m < la - n && m < lb - n && a[la - 1 - m] == b[lb - 1 - m])
        m++;
    size_t ra = la - n - m, rb = lb - n - m;
    return (ra <= 1 && rb <= 1) || (ra == 2 && rb == 2 && a[n] == b[n + 1] && a[n + 1] == b[n]);
}

static const char *find_word(const char *folded, const char **near)
{
    char own[FOLDED];
    *near = NULL;
    for (size_t i = 0; i < CITIZEN_WORD_COUNT; i++) {
        fold_own(words[i], own);
        if (str_eq(own, folded))
            return words[i];
        if (!*near && almost(own, folded))
            *near = words[i];
    }
    return NULL;
}

enum err citizen_words_read(const char *typed, char out[CITIZEN_CODE_TEXT],
                            char bad[CITIZEN_BAD_TEXT], const char **near)
{
    char folded[FOLDED], found[CITIZEN_CODE_TEXT] = "";
    const char *from, *at = typed ? typed : "";
    size_t len, n = 0, used = 0;
    *bad = 0;
    *near = NULL;
    while (next_word(&at, folded, &from, &len)) {
        const char *word = find_word(folded, near);
        if (!word) {
            size_t keep = len < CITIZEN_BAD_TEXT ? len : CITIZEN_BAD_TEXT - 1;
            while (keep && keep < len && ((unsigned char)from[keep] & 0xC0) == 0x80)
                keep--; /* not in the middle of a letter */
            memcpy(bad, from, keep);
            bad[keep] = 0;
            return ERR_INVALID;
        }
        if (n == CITIZEN_WORDS)
            return ERR_LIMIT;
        used += (size_t)snprintf(found + used, sizeof found - used, "%s%s", n++ ? " " : "", word);
    }
    if (n != CITIZEN_WORDS)
        return ERR_LIMIT;
    memcpy(out, found, sizeof found);
    return ERR_OK;
}

/* --- Keys --- */

static void sign(const struct accounts *s, const char *purpose, const char *municipality,
                 const char *what, char out[CITIZEN_HASH_TEXT])
{
    char text[160];
    int n = snprintf(text, sizeof text, "%.4s %.140s", municipality, what);
    ticket_sign(s, purpose, text, (size_t)n, out);
}

void citizen_words_make(const struct accounts *s, const char *municipality, const char *nonce,
                        int round, char out[CITIZEN_CODE_TEXT])
{
    char what[64], mac[CITIZEN_HASH_TEXT];
    uint8_t bits[32];
    snprintf(what, sizeof what, "%.40s.%d", nonce, round);
    sign(s, "citizen-words", municipality, what, mac);
    if (sodium_hex2bin(bits, sizeof bits, mac, 64, NULL, NULL, NULL) != 0)
        assert(!"a signature is hexadecimal");
    citizen_words_of(bits, out);
}

void citizen_words_hash(const struct accounts *s, const char *municipality, const char *code,
                        char out[CITIZEN_HASH_TEXT])
{
    sign(s, "citizen-code", municipality, code, out);
}
