/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Inside src/parts/event only. */
#pragma once

#include "parts/event/event.h"

/* Fills what the store computes: local time, cell, the area; empty texts become NULL. */
NODISCARD enum err event__complete(struct event_areas *areas, struct tx *tx, struct event *e);

/* Makes the version that a change leaves behind: fields and texts as JSON. */
void event__content_json(struct buf *out, const struct event *e);
void event__texts_json(struct buf *out, const struct event *e);

#define EVENT_SCRATCH ((size_t)4 << 20)

/* Keeps what stands there as a version; without texts where they are to be gone for good. */
NODISCARD enum err event__keep(struct tx *tx, const struct event *old, const char *municipality,
                               const struct event_edit *edit, bool texts);
/* Writes *e over the row, which stands in e->municipality, and its words with it. */
NODISCARD enum err event__put_over(struct tx *tx, const struct event *e);
/* ERR_CONFLICT: another version than the person saw, or its texts are gone. */
NODISCARD enum err event__may_change(const struct event *old, const struct event_edit *edit);
/* Photos of an event, and what reviewers and reporters have written about it (event_beside.c): all
 * of it goes; photos and words go; the same words are struck out of the photos' words. */
NODISCARD enum err event__beside_gone(struct tx *tx, const char *municipality, struct id event);
NODISCARD enum err event__beside_silent(struct tx *tx, const char *municipality, struct id event);
NODISCARD enum err event__beside_strike(struct tx *tx, struct arena *a, const struct event *e,
                                        const struct event_strike *s, size_t *struck);
/* Nobody is linked to it any longer: each counts for itself. */
NODISCARD enum err event__let_go(struct tx *tx, struct arena *a, const char *municipality,
                                 struct id main);

/* The words of an event, after `out` is cleared. */
void event__words(struct event_words *w, struct buf *out, enum db_engine engine,
                  const struct event *e);
