/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* A few squares of 250 m on SWEREF 99 TM: the ground that a finding is about, and the filter of its
 * rows. A square is column << 16 | row, column = floor(east / 250), row = floor(north / 250). */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

#define EVENT_SQUARE 250.0
#define EVENT_SQUARES_MOST 16
#define EVENT_SQUARES_TEXT (EVENT_SQUARES_MOST * 12 + 1)

struct event_squares {
    uint32_t at[EVENT_SQUARES_MOST];
    uint32_t n;
};

/* 0 for NaN and for what lies outside Sweden's range. */
static inline uint32_t event_square(double east, double north)
{
    if (!(east >= EVENT_SQUARE && east < 1e7 && north >= EVENT_SQUARE && north < 1e7))
        return 0;
    return (uint32_t)(east / EVENT_SQUARE) << 16 | (uint32_t)(north / EVENT_SQUARE);
}

static inline double event_square_east(uint32_t square)
{
    return ((square >> 16) + 0.5) * EVENT_SQUARE;
}

static inline double event_square_north(uint32_t square)
{
    return ((square & 0xffff) + 0.5) * EVENT_SQUARE;
}

static inline bool event_squares_has(const struct event_squares *s, double east, double north)
{
    uint32_t at = event_square(east, north);
    for (uint32_t i = 0; i < s->n; i++)
        if (s->at[i] == at)
            return at != 0;
    return false;
}

/* "1720-26032_1721-26032". */
void event_squares_text(const struct event_squares *s, char out[EVENT_SQUARES_TEXT]);
/* ERR_INVALID for anything else, and for none or too many. */
NODISCARD enum err event_squares_parse(const char *text, struct event_squares *out);
