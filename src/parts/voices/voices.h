/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* What inhabitants have told of unsafe and safe places, published by neighbourhood with what is
 * done about it (/mariestad/otrygga-platser).
 *
 * The coordinator chooses whole months, sees the accepted reports gathered by district, locality or
 * the rest of the municipality, writes for each what is done or why nothing is, and publishes. The
 * public sees a place only when as many have told of it as core/disclosure asks for; no number, no
 * point, nobody's words. Each report is in one publication at most: doc/decisions/025. */
#pragma once

#include "base/err.h"

struct event_striking;
struct part;

extern const struct part voices_part;

/* Words go for good from what is written about places, published or not. The places are told
 * again as changed, and s->a is the caller's. */
NODISCARD enum err voices_strike(struct event_striking *s);
