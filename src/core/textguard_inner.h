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

size_t guard_blank(const struct scan *t, size_t i);     /* bytes of a blank here */
size_t guard_dash(const struct scan *t, size_t i);      /* bytes of a hyphen or dash here */
bool guard_word_before(const struct scan *t, size_t i); /* does a word go on here? */
bool guard_word_at(const struct scan *t, size_t i);     /* a letter or digit */
size_t guard_capital(const struct scan *t, size_t i);   /* bytes of a capital here */
size_t guard_word_end(const struct scan *t, size_t i);  /* hyphens inside a word belong to it */
bool guard_fold_equal(const struct scan *t, size_t i, const char *word);

/* The cue at i, with the blanks after it; 0 when none of the cues (NULL ends them) stands here. */
size_t guard_cue(const struct scan *t, size_t i, const char *const *cues);

/* Bytes of what stands at i and names a person, or 0. */
size_t guard_match_cue(const struct scan *t, size_t i);  /* after "heter", "vid namn" */
size_t guard_match_home(const struct scan *t, size_t i); /* "bor på Storgatan 3" */
size_t guard_match_full(const struct scan *t, size_t i); /* a given name and a family name */

/* The most borne names, in lower case, in the order of their bytes (data/names). */
extern const char *const guard_given[], *const guard_family[];
extern const size_t guard_given_count, guard_family_count;

/* Words and endings, each list ended by NULL: see data/names/README.md for what they mean. */
extern const char *const guard_only_family_end[],
    *const guard_family_end[], *const guard_place_end[],
                                   *const guard_place_word[],
                                       *const guard_doubtful[],
                                           *const guard_little[],
                                               *const guard_particle[],
                                                   *const guard_vehicle[],
                                                       *const guard_no_plate[],
                                                           *const guard_cue_name[],
                                                               *const guard_cue_home[],
                                                                   *const guard_cue_flat[],
                                                                       *const guard_cue_door[],
                                                                           *const guard_stairs[];
