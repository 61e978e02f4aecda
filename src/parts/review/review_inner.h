/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Inside src/parts/review only. */
#pragma once

#include "parts/review/review.h"

/* One order under way. */
struct review_doing {
    struct tx *tx;
    struct arena *a;
    const struct review_order *o;
    struct id batch;
};

/* Writes down what was done with an event that stood as *was. */
NODISCARD enum err review__note(const struct review_doing *d, const struct event *was,
                                enum review_kind kind, struct id object, int64_t version);
/* Takes words (s NULL: all of them) out of what was written about an event, for good. */
NODISCARD enum err review__clean(const struct review_doing *d, struct id event,
                                 const struct event_strike *s);
