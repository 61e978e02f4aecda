/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Finds what points at a person in free text, before it is stored or published: a warning while
 * writing, a stop before publication. Pure; time grows linearly with the text. It prefers a false
 * alarm to a miss for numbers and addresses. A full name is a given name that at least 50 people in
 * Sweden bear (data/names) before a word that can be a family name, or any capitalised word before
 * one that only is a family name; a given name alone is not enough. */
#pragma once

#include <stddef.h>

#include "base/err.h"

enum guard_kind {
    GUARD_PERSONAL_NUMBER, /* personal identity or coordination number, also mistyped ones */
    GUARD_PHONE,
    GUARD_EMAIL,
    GUARD_PLATE,     /* car registration */
    GUARD_NAME,      /* after "heter", "vid namn"; and full names */
    GUARD_HOME,      /* "bor på Storgatan 3": street and number */
    GUARD_APARTMENT, /* "lgh 1203", "3 tr", "i 3B" */
    GUARD_KIND_COUNT
};

struct guard_span {
    size_t at, len; /* bytes */
    enum guard_kind kind;
};

/* Finds at most `max` spans, in order and without overlap, into `out`; returns how many were found
 * in all (which may be more than max). `text` of n bytes need not be valid UTF-8. */
size_t guard_find(const char *text, size_t n, struct guard_span *out, size_t max);

/* The key of the word for a person: "guard_phone". */
const char *guard_kind_key(enum guard_kind k);
