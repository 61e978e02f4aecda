/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The rule of what counts, in one place (doc/decisions/016): lists, maps, counts, exports, pictures
 * and analyses all select rows by it, and what is published by its stricter form. */
#pragma once

#include <stdbool.h>

enum event_counting {
    EVENT_COUNT_STAFF,    /* what those who work here see: also what nobody has looked at yet */
    EVENT_COUNT_REVIEWED, /* what may be published: looked at by a person */
    EVENT_COUNT_WAITING,  /* in the first and not in the second */
};

/* A row as the rule sees it. */
struct event_standing {
    bool submitted, rejected; /* its state; neither: included, or redacted */
    bool linked;              /* the same happening as another row, which is the one that counts */
    bool citizen;             /* from somebody without an account */
};

/* Rejected reports never count, and of several about the same happening one does. What a trained
 * reporter sends counts at once for staff: the picture of last night must not wait. What a citizen
 * sends waits until somebody has looked. */
static inline bool event_counts(struct event_standing s, enum event_counting by)
{
    if (s.rejected || s.linked || (s.submitted && s.citizen))
        return false;
    return by == EVENT_COUNT_STAFF || s.submitted == (by == EVENT_COUNT_WAITING);
}
