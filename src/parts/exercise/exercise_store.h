/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Puts exercise data into a database, and the truths and the accounts beside it. */
#pragma once

#include "core/app.h"
#include "parts/exercise/exercise.h"

/* The password of all exercise accounts. Not a secret: such an installation holds nothing real. */
#define EXERCISE_PASSWORD "samsyn-exempel-2026"

/* Everything in one transaction, or nothing. ERR_CONFLICT when the installation already has events
 * or organisations: exercise data are never mixed with anything. `password_hash` is of
 * EXERCISE_PASSWORD. Also marks the installation as an exercise and switches its municipalities on.
 */
NODISCARD enum err exercise_store(struct app *app, const struct exercise *x,
                                  const char *password_hash);

/* After it: levels, focus places and adopted pictures of the latest periods, as invented groups
 * would have decided from these events. */
NODISCARD enum err exercise_decide(struct app *app, const struct exercise *x);

/* Lines "role, municipality, e-mail" and the password, for people. Errors stay in the buffer. */
void exercise_accounts_text(const struct exercise *x, enum lang lang, struct buf *out);

extern const struct part exercise_part;
