/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Inside parts/exercise: rows that are not drawn but follow from the dates. */
#pragma once

#include "db/db.h"
#include "parts/exercise/exercise.h"

/* The Monday on which the fortnight of a day begins. */
struct date exercise_monday(const struct exercise *x, struct date day);
/* Id and name of the fortnight that begins on a Monday. */
NODISCARD enum err exercise_period_of(struct arena *a, const char *municipality, struct date monday,
                                      struct id *id, const char **name);
NODISCARD enum err exercise_put_breaks(struct tx *tx, struct arena *a, const struct exercise *x,
                                       msec now);
/* Fortnights from Monday to Monday over all of the exercise's days, and the rhythm that goes on
 * with them. */
NODISCARD enum err exercise_put_periods(struct tx *tx, struct arena *a, const struct exercise *x,
                                        msec now);
/* Two contacts by function for each municipality, with numbers that lead nowhere. */
NODISCARD enum err exercise_put_contacts(struct tx *tx, struct arena *a, const struct exercise *x,
                                         msec now);
/* Marks the events that nobody has reviewed: one for each, false to begin with. */
void exercise_waiting(const struct exercise *x, bool *waiting);
/* Somebody of the organisation that reported it; none: nobody is known. */
struct id exercise_reporter(const struct exercise *x, const struct exercise_event *e);
/* A handful of actions round what is planted. Their effects come with action_settle(). */
NODISCARD enum err exercise_put_actions(struct tx *tx, const struct exercise *x);
