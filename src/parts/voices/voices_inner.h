/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Inside src/parts/voices only: what is gathered, what is stored. Functions with a tx work inside
 * a transaction of the municipality. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/clock.h"
#include "core/disclosure.h"
#include "parts/citizen/citizen.h"
#include "voices_sql.h"

#define VOICES_REPORTS_MOST 50000
#define VOICES_PUBLICATIONS_MOST 200
#define VOICES_MONTHS_MOST 12 /* in one publication */
#define VOICES_DONE_MOST 1000

enum voices_kind { VOICES_AREA, VOICES_LOCALITY, VOICES_REST, VOICES_KINDS };

struct voices_cluster {
    const char *key; /* in its publication and in addresses: "unsafe-rest" */
    enum voices_kind kind;
    struct id area;    /* of the ledger; none: the rest */
    const char *place; /* "" of the rest */
    bool unsafe;
    struct disclose_cell cell, reasons[CITIZEN_REASONS]; /* in the order of citizen_reasons */
    bool shown;                                          /* may be published, or is */
    const char *themes; /* what enough of them named: codes with a blank between */
    const char *done;   /* NULL: nobody has written anything */
    struct id action;   /* none: none */
    int64_t version;    /* of what is written; 0: nothing */
};

struct voices_set {
    struct voices_cluster *list;
    size_t n;
    int64_t waiting; /* reports that nobody has looked at: in none of them */
    bool exercise;
    enum ledger_fault refused; /* the door lets nothing of it out */
};

struct voices_publication {
    const char *municipality;
    struct id id;
    msec from, to;
    msec published_at, updated_at, withdrawn_at; /* 0: not */
};

/* Gathers the accepted reports of the time, with the publication's key. Pure but for reading. */
NODISCARD enum err voices_gather(struct tx *tx, struct arena *a, const struct voices_publication *p,
                                 const uint8_t key[DISCLOSE_KEY], struct voices_set *out);
/* Through the door: fills in `shown` and `themes`. ERR_CONFLICT: `refused` says why. With `record`
 * the ledger remembers it. */
NODISCARD enum err voices_door(struct tx *tx, struct arena *a, const struct voices_publication *p,
                               const uint8_t key[DISCLOSE_KEY], bool record,
                               struct voices_set *set);

NODISCARD enum err voices_get(struct tx *tx, struct arena *a, const char *municipality,
                              struct id id, struct voices_publication *out);
/* ERR_CONFLICT: another one has days of these months. */
NODISCARD enum err voices_begin(struct tx *tx, struct arena *a, const struct voices_publication *p,
                                msec now);
/* All of a publication: a draft is gathered and joined with what is written; what is published
 * stands as it was. */
NODISCARD enum err voices_load(struct tx *tx, struct arena *a, const struct voices_publication *p,
                               struct voices_set *out);
/* What is written about one. ERR_CONFLICT: somebody else wrote after `seen`. */
NODISCARD enum err voices_write(struct tx *tx, const struct voices_publication *p,
                                const struct voices_cluster *c, int64_t seen);

enum voices_step {
    VOICES_PUBLISHED,
    VOICES_EARLY,   /* the period has not been over for long enough */
    VOICES_NONE,    /* no place that enough have told of */
    VOICES_LACKING, /* a place where nobody has said what is done */
    VOICES_REFUSED, /* by the ledger */
};
/* What stands in the way of publishing, first. */
enum voices_step voices_ready(const struct voices_publication *p, const struct voices_set *set,
                              msec now);
/* Counts, decides, stores and writes down. *step tells what stood in the way; then nothing is
 * stored. */
NODISCARD enum err voices_publish(struct tx *tx, struct arena *a,
                                  const struct voices_publication *p, struct id by, msec now,
                                  enum voices_step *step);
