/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Inside the library only. */
#pragma once

#include "lib/samsyn_analysis.h"
#include "parts/analysis/analysis_inner.h"

/* Which options may be given shapes or a table instead of a file. */
enum library_option { LIBRARY_STREETS, LIBRARY_BOUNDARY, LIBRARY_AREAS, LIBRARY_SHAPES };

/* Given one by one, the newest first. */
struct library_shape {
    struct library_shape *before;
    const char *name; /* NULL for lines */
    struct geo_shape *shape;
};

struct samsyn_analysis {
    struct arena *arena;
    struct analysis *frame;
    bool filled; /* n is known */
    struct library_shape *shapes[LIBRARY_SHAPES];
    size_t n_shapes[LIBRARY_SHAPES];
    struct samsyn_analysis *people; /* --population-file */
};

enum samsyn_answer library_answer(enum err e);
/* Rows have numbers in sentences even when they come from no file. */
NODISCARD enum err library_number_rows(struct analysis *an);
