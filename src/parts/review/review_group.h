/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Which reports may tell of the same happening. A suggestion for a person: nothing is linked by it.
 * Pure; the limits for each type stand in review_limit_table.h. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/clock.h"
#include "base/id.h"
#include "geo/precision.h"

struct event_rows;

struct review_limit {
    double metres;
    msec time;
    bool mix;
};

/* Of a type or, without a line of its own, of its upper type. */
struct review_limit review_limit_of(int type);

/* A report as far as it matters here. */
struct review_item {
    struct id id;
    int type;
    msec from, to;
    double east, north; /* NaN: no position */
    const char *place;  /* its name, or NULL */
    enum geo_precision precision;
};

/* An interval longer than this says too little about when. */
#define REVIEW_LONGEST (7 * MSEC_DAY)

/* May the two be the same? Their types fit, their intervals are no further apart than the shorter
 * of the two limits, and so are their places. Reports with the same name of a place are there
 * together, but not where both are known as points: a street is long. What is known only as a
 * street, or more coarsely, must besides lie within a day. Symmetric; nothing is the same as
 * itself.
 */
bool review_may_be_same(const struct review_item *a, const struct review_item *b);

/* leader[i] is the first of the n items (the oldest first) that item i may be the same as and that
 * leads itself, or i. So everything in a group is within the limits of its first, and no chain of
 * neighbours joins two ends of a town. */
void review_group(const struct review_item *items, size_t n, size_t *leader);

/* Rows of a municipality that count and may be the same as x, the nearest in time first, at most
 * `most` into out; returns how many. Not x itself. */
size_t review_near(const struct event_rows *r, const struct review_item *x, uint32_t *out,
                   size_t most);
