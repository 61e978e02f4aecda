/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* A circle on SWEREF 99 TM as a filter: what lies within so many metres of a place. Where a method
 * counted by squares, a square counts when its middle lies in the circle. */
#pragma once

#include <math.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"

#define EVENT_CIRCLE_LEAST 0.1 /* metres: one position */
#define EVENT_CIRCLE_MOST 50000.0
#define EVENT_CIRCLE_SQUARE_MOST 5000
#define EVENT_CIRCLE_TEXT 64

struct event_circle {
    double east, north;
    double radius;   /* 0: no circle */
    uint32_t square; /* side of the squares that were counted by, metres; 0: by the places */
};

static inline double event_circle_middle(const struct event_circle *c, double v)
{
    return c->square ? (floor(v / c->square) + 0.5) * c->square : v;
}

/* False for NaN. */
static inline bool event_circle_has(const struct event_circle *c, double east, double north)
{
    double x = event_circle_middle(c, east) - c->east, y = event_circle_middle(c, north) - c->north;
    return x * x + y * y <= c->radius * c->radius;
}

/* A circle that holds what one of this radius does, as it can be written; no circle when it cannot
 * be. */
struct event_circle event_circle_round(double east, double north, double radius, uint32_t square);
/* "430125-6505125-300", "430125-6505125-354-250", "430125.25-6505125.5-300.1". */
void event_circle_text(const struct event_circle *c, char out[EVENT_CIRCLE_TEXT]);
/* ERR_INVALID: anything else, a place outside Sweden's range, a radius out of bounds. */
NODISCARD enum err event_circle_parse(const char *text, struct event_circle *out);
