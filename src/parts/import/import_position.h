/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Inside src/parts/import: positions as files write them. */
#pragma once

#include "geo/sweref.h"

struct arena;

enum import_where {
    WHERE_NONE, /* nothing written, or 0, 0 */
    WHERE_FOUND,
    WHERE_OUTSIDE, /* a position, but not in Sweden */
    WHERE_RT90,    /* the old national grid, which must be converted first */
    WHERE_BROKEN,  /* not numbers */
};

/* Two numbers in either system, told by their size; exchanged axes are put right, and *swapped
 * says so. Decimal comma and point. */
enum import_where import_position(const char *north, const char *east, struct geo_point *out,
                                  bool *swapped);
/* Both in one text: "58.71, 13.82", "58,71; 13,82", "POINT(13.82 58.71)". */
enum import_where import_position_both(struct arena *a, const char *s, struct geo_point *out,
                                       bool *swapped);
