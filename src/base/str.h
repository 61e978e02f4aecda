/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Text: NUL-terminated UTF-8 everywhere. No function here depends on the locale. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

struct arena;

bool str_eq(const char *a, const char *b); /* NULL equals only NULL */
bool str_empty(const char *s);             /* NULL or "" */
bool str_starts(const char *s, const char *prefix);
bool str_ends(const char *s, const char *suffix);
/* Copies as much as fits, always terminates; false when cut. */
bool str_copy(char *out, size_t size, const char *s);
/* A trimmed copy (space, tab, CR, LF, no-break space at both ends); NULL when out of memory. */
char *str_trim(struct arena *a, const char *s);

/* Whole-text numbers: the entire string must be the number. False otherwise or out of range. */
bool str_to_int(const char *s, int64_t *out);
bool str_to_double(const char *s, double *out); /* '.' is the decimal sign; finite only */

/* Well-formed UTF-8 (no overlong forms, no surrogates, at most U+10FFFF) without NUL. */
bool utf8_valid(const char *s, size_t n);
/* Number of code points in valid UTF-8. */
size_t utf8_len(const char *s);
/* The code point at *p, and *p moved past it; 0 at the end. Broken bytes give U+FFFD, one each. */
uint32_t utf8_next(const char **p);
/* Writes 1-4 bytes to out and returns how many. */
size_t utf8_put(uint32_t cp, char out[4]);
/* Control characters other than tab and newline? (They are refused in what people write.) */
bool utf8_has_control(const char *s);

/* The one letter that a Latin letter and the combining mark after it are ("o", U+0308: "ö"); 0:
 * there is none. */
uint32_t utf8_compose(uint32_t base, uint32_t mark);

/* Lower case for Latin letters (ASCII, Latin-1, Latin Extended-A), å ä ö é kept as they are.
 * A letter with its mark beside it becomes one. Used for searching and comparing names. NULL when
 * out of memory. */
char *str_fold(struct arena *a, const char *s);
/* Order of the Swedish alphabet, without case: ... y z å ä ö. Returns <0, 0, >0. */
int str_compare_sv(const char *a, const char *b);
/* Its first eight letters as a number: where two differ, they order as str_compare_sv() does. */
uint64_t str_order_sv(const char *s);
/* The same with numbers by their value: "Storgatan 2" stands before "Storgatan 10". */
int str_compare_natural(const char *a, const char *b);
/* For addresses: "Öster Malma" -> "oster-malma"; letters a-z, digits and single hyphens. */
char *str_slug(struct arena *a, const char *s);
