/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The feed of the Police, by the rules of its source: an own user agent, at least ten seconds
 * between calls and at most sixty an hour (over all processes: what was done stands in the
 * database), stop on 404 until somebody resets, and back off when asked to. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/err.h"

struct app;
struct arena;

#define FETCH_URL "https://polisen.se/api/events"
#define FETCH_APART (10 * MSEC_SECOND)
#define FETCH_AN_HOUR 60
#define FETCH_ANSWER_MOST ((size_t)32 << 20)
#define FETCH_BACK_OFF (5 * MSEC_MINUTE) /* after the first refusal; doubles up to a day */

enum fetch_outcome {
    FETCH_GOT,     /* a new answer */
    FETCH_SAME,    /* nothing new since last time */
    FETCH_WAIT,    /* too early: see `until` */
    FETCH_STOPPED, /* the address was gone; an operator must reset */
    FETCH_REFUSED, /* 403 or 429: see `until` */
    FETCH_FAILED,  /* network or server: again later */
};

struct fetch_result {
    enum fetch_outcome outcome;
    long status; /* HTTP; 0: no answer */
    msec until;  /* not before */
};

/* One call, if the rules let us. FETCH_GOT fills *body (made by the caller). The call is booked
 * before it is made, so a process that dies has still used it. `contact` (may be NULL) stands in
 * the user agent. ERR_USAGE: no http(s) address. */
NODISCARD enum err fetch_police(struct app *app, struct arena *a, const char *url,
                                const char *version, struct buf *body, struct fetch_result *out);
/* After the answer has been imported: what to say next time so that the same is not sent again. */
NODISCARD enum err fetch_police_done(struct app *app);
/* Forgets a stop and a wait. */
NODISCARD enum err fetch_police_reset(struct app *app);

/* --- The rules alone, without network or database; for tests --- */

struct fetch_state {
    msec until;                /* nothing before */
    msec calls[FETCH_AN_HOUR]; /* the latest ones, the oldest first */
    int n_calls;
    int refused; /* times in a row */
    bool stopped;
    char etag[200], modified[64];           /* of the last answer that was imported */
    char next_etag[200], next_modified[64]; /* of the one that is being imported */
};

/* May it call now? Books the call when it may. */
enum fetch_outcome fetch_may(struct fetch_state *s, msec now, msec *until);
/* What an answer means. retry_after: milliseconds, or -1. */
enum fetch_outcome fetch_answered(struct fetch_state *s, msec now, long status, msec retry_after);
bool fetch_state_read(const char *json, struct fetch_state *out);
void fetch_state_write(struct buf *out, const struct fetch_state *s);
/* "120" (seconds) or an HTTP date; -1 when it is neither. */
msec fetch_retry_after(const char *header, msec now);
