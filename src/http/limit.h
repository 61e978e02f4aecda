/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* How often a client may call: a bucket for each network prefix (/24 of IPv4, /56 of IPv6) and
 * class of route. Addresses are held only as a keyed hash, in memory, for as long as the bucket
 * lasts. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "http/http.h"

struct limiter;

struct limiter *limiter_new(void); /* NULL when out of memory */
void limiter_free(struct limiter *l);
/* Takes one call at `now` (time_monotonic()); false: too many, *wait_seconds says how long to wait.
 */
bool limiter_take(struct limiter *l, const char *client, enum rate_class c, int64_t now,
                  int *wait_seconds);
