/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* What the methods of before and after share: which rows had the measure, and words for numbers. */
#pragma once

#include "parts/analysis/analysis.h"

enum treated { TREATED, CONTROL, NEAR_TREATED, NEAR_CONTROL, TREATED_COUNT };

/* The word in the column group: treated (or insats, 1, yes, ja), control (kontroll, 0, no, nej),
 * near-treated (intill), near-control (intill-kontroll). ERR_USAGE with a sentence for another. */
NODISCARD enum err treated_of(struct analysis *an, size_t row, enum treated *out);
/* True for treated, false for control; ERR_USAGE with a sentence for the others. */
NODISCARD enum err treated_or_not(struct analysis *an, size_t row, bool *out);
/* A number above 0, else ERR_USAGE with a sentence. */
NODISCARD enum err treated_positive(struct analysis *an, enum analysis_column c, size_t row,
                                    double *out);
/* A whole number from 0 to 1e9, else ERR_USAGE with a sentence. */
NODISCARD enum err treated_count(struct analysis *an, enum analysis_column c, size_t row,
                                 double *out);
uint64_t treated_line(const struct analysis *an, size_t row);
/* What a reader is told of a ratio with its interval. {1} is the change, {2} and {3} its limits. */
struct treated_words {
    enum text_key fewer, more; /* per cent, the smallest limit first */
    enum text_key times;       /* more, as so many times: 40 */
    enum text_key unsure;      /* each "en minskning med 5 procent" */
};
/* One sentence. Too wide to be of use (a halving and a doubling are both inside) is told as that,
 * and an interval without width as what it is. */
void treated_say(struct analysis *an, const struct treated_words *w, double ratio, double low,
                 double high);
