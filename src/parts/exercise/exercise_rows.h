/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Inside parts/exercise: rows that are not drawn but follow from the dates. */
#pragma once

#include "db/db.h"
#include "parts/exercise/exercise.h"

/* Fortnights from Monday to Monday over all of the exercise's days. */
NODISCARD enum err exercise_put_periods(struct tx *tx, struct arena *a, const struct exercise *x,
                                        msec now);
/* Two contacts by function for each municipality, with numbers that lead nowhere. */
NODISCARD enum err exercise_put_contacts(struct tx *tx, struct arena *a, const struct exercise *x,
                                         msec now);
/* A handful of actions round what is planted. Their effects come with action_settle(). */
NODISCARD enum err exercise_put_actions(struct tx *tx, const struct exercise *x);
