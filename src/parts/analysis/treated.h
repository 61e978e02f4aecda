/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* What the methods of before and after share: which rows had the measure, and words for numbers. */
#pragma once

#include "parts/analysis/analysis.h"

enum treated { TREATED, CONTROL, NEAR_TREATED, NEAR_CONTROL, TREATED_COUNT };

/* The word in the column group: treated (or insats, 1, yes, ja), control (kontroll, 0, no, nej),
 * near-treated (intill), near-control (intill-kontroll). ERR_USAGE with a sentence for another. */
NODISCARD enum err treated_of(struct analysis *an, size_t row, enum treated *out);
/* A whole number from 0 to 1e9, else ERR_USAGE with a sentence. */
NODISCARD enum err treated_count(struct analysis *an, enum analysis_column c, size_t row,
                                 double *out);
uint64_t treated_line(const struct analysis *an, size_t row);
/* 12.5 as "12,5" or "12.5", three digits. */
const char *treated_number(struct analysis *an, double v);
/* A ratio as whole per cent up or down: 0.8 is -20. */
int64_t treated_percent(double ratio);
/* The sentence of a ratio with its interval. keys: fewer, more, unsure; {1} the change in per cent,
 * {2} and {3} its limits. For fewer and more they are positive, the smallest first. */
void treated_say(struct analysis *an, const enum text_key keys[3], double ratio, double low,
                 double high);
