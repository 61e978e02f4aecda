/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Shared by the files of core/chart.h and nobody else. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "tmpl/text.h"

struct arena;
struct buf;

/* NaN, or finite and not negative. */
bool chart_value_ok(double v);
bool chart_values_ok(const double *v, size_t n); /* v may be NULL */
/* The largest of `most` and the values that are not NaN. */
double chart_max(double most, const double *v, size_t n);
/* "14", "12 345", "3,4"; an en dash for NaN. NULL when out of memory. */
const char *chart_number(struct arena *a, enum lang lang, double v);
/* "x,y", after a space when not the first. */
void chart_point(struct buf *b, double x, double y);
/* The text of b in the arena; NULL when out of memory or b failed. */
const char *chart_keep(struct arena *a, struct buf *b);
