/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Numbers in sentences, for all methods: digits that mean something, spaces between thousands, and
 * words in the right number ("en händelse", "3 händelser"). All answer NULL when out of memory. */
#pragma once

#include "parts/analysis/analysis.h"

/* At most so many decimals, without trailing zeros: "1,9", "200". */
const char *number_decimals(struct analysis *an, double v, int decimals);
/* So many digits that mean something, but whole numbers are never rounded: 0,29 and 12 345 with 2;
 * what is nearer 0 than a millionth is "mindre än 0,000001". */
const char *number_figures(struct analysis *an, double v, int digits);
/* What is expected, never a rounded nothing: "omkring 8,5", "omkring 0,29", "mindre än 0,01",
 * "0". */
const char *number_expected(struct analysis *an, double v);

const char *number_events(struct analysis *an, int64_t n); /* inga händelser, en händelse, ... */
const char *number_days(struct analysis *an, double v);    /* 1 day, 7 days */
const char *number_metres(struct analysis *an, double v);  /* 1 metre, 2.5 metres */
const char *number_of_mean(struct analysis *an, double v); /* 1,3 gånger genomsnittet */
/* "en minskning med {amount}", "en ökning med {amount}", "ingen skillnad" by the sign. */
const char *number_change(struct analysis *an, int sign, const char *amount);
/* In words that a reader says: "7 januari 2020", "vecka 4 2026". */
const char *number_date(struct analysis *an, struct date d);
