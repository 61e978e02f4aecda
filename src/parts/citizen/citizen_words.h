/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Receipts in words: four everyday words of 1024, which are 40 bits. Whoever has them sees what
 * came of the report; they are kept as a keyed hash only. */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

struct accounts;

#define CITIZEN_WORDS 4
#define CITIZEN_WORD_COUNT 1024
#define CITIZEN_CODE_TEXT 64
#define CITIZEN_HASH_TEXT 65

/* i below CITIZEN_WORD_COUNT. */
const char *citizen_word(size_t i);
/* The words for 40 bits: "abborre kanel snö zebra". */
void citizen_words_of(const uint8_t bits[5], char out[CITIZEN_CODE_TEXT]);

/* What was typed as the words of a receipt: capitals, hyphens, commas and blanks do not matter, nor
 * whether å and ä are written as a. ERR_OK: `out` as they were given. ERR_LIMIT: not four words.
 * ERR_INVALID: bad[] is the first that is none of ours (shortened), *near the one of ours that it
 * may be, or NULL. */
#define CITIZEN_BAD_TEXT 48
NODISCARD enum err citizen_words_read(const char *typed, char out[CITIZEN_CODE_TEXT],
                                      char bad[CITIZEN_BAD_TEXT], const char **near);

/* The words of a form: whoever sent it sees the same once more. `round` 0, 1 ...: others. */
void citizen_words_make(const struct accounts *s, const char *municipality, const char *nonce,
                        int round, char out[CITIZEN_CODE_TEXT]);
/* What is stored of them. */
void citizen_words_hash(const struct accounts *s, const char *municipality, const char *words,
                        char out[CITIZEN_HASH_TEXT]);
