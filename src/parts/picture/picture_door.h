/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Inside src/parts/picture only: a picture on its way through core/disclosure. */
#pragma once

#include "core/disclosure.h"
#include "parts/picture/picture.h"

struct picture_door {
    struct picture_query query; /* the whole municipality, all types */
    struct date before_from;
    const struct picture_names *names;
    struct disclosure disclosure; /* types now, types before, areas now, total now, total before */
    size_t n_types, n_areas;      /* n_areas with the rest; 0: no table of areas */
    const int *types;             /* all upper types that are incidents: a 0 is told too */
    size_t small_areas;           /* areas that are counted as the rest */
    bool exercise;
    bool no_before; /* the comparison is left out: it would give a small number away */
    int64_t events;
    int64_t waiting; /* reports in the periods that nobody has reviewed: they are not counted */
};

/* Counts with the municipality's key; disclosure_check() decides what is shown. Never inside a
 * transaction. */
NODISCARD enum err picture_door_make(struct app *app, const struct picture_query *q,
                                     const struct picture_names *n, const uint8_t key[DISCLOSE_KEY],
                                     struct arena *a, struct picture_door *out);
/* Withholds all numbers of the earlier period: disclosure_check() must be asked again. */
void picture_door_drop_before(struct picture_door *d);
/* What the public would see, after disclosure_check(). */
NODISCARD enum err picture_door_public(const struct picture_door *d, struct arena *a,
                                       struct picture_public *out);
