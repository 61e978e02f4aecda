/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Inside places_*.c only. */
#pragma once

#include "stats/places.h"

NODISCARD enum err places_chance_check(const struct places_chance *c);
/* The parameter of a Poisson count that is at least 1 and has this mean; 0 for a mean of 1. */
double places_lambda(double mean);
