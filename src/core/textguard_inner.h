/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Inside the guard of free text only: reading signs and words, and the matchers of names. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

/* Every matcher looks at most LOOK bytes ahead and behind, which keeps the whole linear. */
#define LOOK 96

/* The text and where we are; bytes outside it read as 0. */
struct scan {
    const char *s;
    size_t n;
};

static inline unsigned char at(const struct scan *t, size_t i)
{
    return i < t->n ? (unsigned char)t->s[i] : 0;
}

static inline bool is_digit(unsigned char c)
{
    return c >= '0' && c <= '9';
}

static inline bool is_upper(unsigned char c)
{
    return c >= 'A' && c <= 'Z';
}

size_t guard_blank(const struct scan *t, size_t i); /* bytes of a blank here */
size_t guard_blanks(const struct scan *t, size_t i, int most);
bool guard_is_word(unsigned char c);
size_t guard_digit(const struct scan *t, size_t i); /* bytes of a digit of any script here */
size_t guard_digit_value(const struct scan *t, size_t i, int *value);
size_t guard_dash(const struct scan *t, size_t i);      /* bytes of a hyphen or dash here */
bool guard_word_before(const struct scan *t, size_t i); /* does a word go on here? */
bool guard_word_at(const struct scan *t, size_t i);     /* a letter or digit */
size_t guard_capital(const struct scan *t, size_t i);   /* bytes of a capital here */
size_t guard_word_end(const struct scan *t, size_t i);  /* hyphens inside a word belong to it */
bool guard_fold_equal(const struct scan *t, size_t i, const char *word);

/* The cue at i, with the blanks after it; 0 when none of the cues (NULL ends them) stands here. */
size_t guard_cue(const struct scan *t, size_t i, const char *const *cues);

bool guard_said_before(const struct scan *t, size_t i, const char *const *words);
bool guard_just_said(const struct scan *t, size_t i, const char *const *words);

/* Bytes of what stands at i and names a person, or 0. */
size_t guard_match_number(const struct scan *t, size_t i); /* 900101-1237 */
size_t guard_match_born(const struct scan *t, size_t i);   /* after "född" */
size_t guard_match_phone(const struct scan *t, size_t i);
size_t guard_match_local(const struct scan *t, size_t i); /* after "tel" */
size_t guard_match_plate(const struct scan *t, size_t i);
size_t guard_match_email(const struct scan *t, size_t i);
size_t guard_match_email_said(const struct scan *t, size_t i); /* "(at)", "punkt" */
size_t guard_match_cue(const struct scan *t, size_t i);        /* after "heter", "vid namn" */
size_t guard_match_home(const struct scan *t, size_t i);       /* "bor på Storgatan 3" */
size_t guard_match_full(const struct scan *t, size_t i);       /* a given name and a family name */

/* The most borne names, in lower case, in the order of their bytes (data/names). */
extern const char *const guard_given[], *const guard_family[];
extern const size_t guard_given_count, guard_family_count;

/* Words and endings, each list ended by NULL: data/README.md says what they mean. */
typedef const char *const guard_list[];
extern guard_list guard_only_family_end, guard_family_end, guard_place_end, guard_place_word,
    guard_word_ends, guard_own, guard_doubtful, guard_little, guard_particle, guard_vehicle,
    guard_no_plate, guard_no_plate_blank, guard_no_plate_before, guard_unit, guard_email_at,
    guard_email_dot, guard_tld, guard_cue_phone, guard_cue_born, guard_cue_name, guard_cue_home,
    guard_cue_floor, guard_floor, guard_floor_number, guard_cue_flat, guard_cue_door, guard_stairs;
