/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* What holds robots off without telling anybody else who comes: a signed token that the form
 * carries, and work that the browser does with it. Nothing is kept about who asked for a token. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/clock.h"
#include "base/err.h"

struct accounts;

#define CITIZEN_TOKEN_TEXT 160
#define CITIZEN_TOKEN_LASTS (4 * MSEC_HOUR)
/* A form that was filled in by hand is older than this: with the work done, and without. */
#define CITIZEN_LEAST (3 * MSEC_SECOND)
#define CITIZEN_LEAST_PLAIN (20 * MSEC_SECOND)
#define CITIZEN_BITS 17 /* half a second on a slow phone */
#define CITIZEN_BITS_MOST 30

/* What a form brings. */
struct citizen_form {
    const char *municipality;
    const char *token; /* NULL: none */
    const char *work;  /* what the browser found; NULL or wrong when it found nothing */
};

struct citizen_token {
    msec at;
    int bits;       /* how much work it asks for */
    char nonce[33]; /* 128 random bits */
    bool worked;    /* the work is done */
    msec wait;      /* CITIZEN_EARLY: so much longer */
};

/* A fresh one for the municipality's form. */
void citizen_token_make(const struct accounts *s, const char *municipality, msec now, int bits,
                        char out[CITIZEN_TOKEN_TEXT]);

enum citizen_gate {
    CITIZEN_PASS,
    CITIZEN_FORGED, /* not ours, or another municipality's */
    CITIZEN_OLD,
    CITIZEN_EARLY,
};
/* Judges a form at `now`. Whether its token was used before, the store knows. */
enum citizen_gate citizen_token_judge(const struct accounts *s, const struct citizen_form *f,
                                      msec now, struct citizen_token *out);
/* SHA-256 of "token.work" begins with so many zero bits. */
bool citizen_work_done(const char *token, const char *work, int bits);

/* --- How many come from one network --- */

/* A bucket for each prefix (/24 of IPv4, /48 of IPv6), in memory only: the prefix is held as a
 * keyed hash whose key dies with the process, and never written anywhere. */
struct citizen_limits;

enum citizen_what {
    CITIZEN_TRY,    /* a form is sent, whatever comes of it */
    CITIZEN_WORKED, /* a report is stored; the browser has worked for it */
    CITIZEN_PLAIN,  /* the same without the work */
    CITIZEN_GUESS,  /* words of a receipt that does not exist */
    CITIZEN_WHATS
};

struct citizen_limits *citizen_limits_new(void); /* NULL when out of memory */
void citizen_limits_free(struct citizen_limits *l);
/* Is there one left at `now` (time_monotonic())? False: *out_wait tells seconds. */
bool citizen_limits_ask(struct citizen_limits *l, const char *client, enum citizen_what w,
                        int64_t now, int *out_wait);
/* Asks, and takes it. */
bool citizen_limits_take(struct citizen_limits *l, const char *client, enum citizen_what w,
                         int64_t now, int *out_wait);
