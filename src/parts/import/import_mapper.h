/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Inside src/parts/import: a profile bound to the columns of a file. */
#pragma once

#include "parts/import/import_map.h"

#define NONE (-1)
#define CLOCK_SLACK (10 * MSEC_MINUTE) /* clocks that are fast */

/* The profile's columns as numbers. */
struct import_mapper {
    const struct profile *p;
    const struct import_names *names;
    const char *municipality;
    msec latest;       /* what has happened has begun by then */
    struct map *words; /* folded word -> index of event_types */
    size_t columns;
    int keys[PROFILE_KEYS_MOST];
    int type, from, from_clock, to, to_clock, north, east, both, place, organisation, title,
        description, url, town;
    int area_name, area_population;
};
