/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Inside src/parts/event only. */
#pragma once

#include "parts/event/event.h"

/* Fills what the store computes: local time, cell, the area; empty texts become NULL. */
NODISCARD enum err event__complete(struct event_areas *areas, struct tx *tx, struct event *e);

/* Makes the version that a change leaves behind: fields and texts as JSON. */
void event__content_json(struct buf *out, const struct event *e);
void event__texts_json(struct buf *out, const struct event *e);

/* The words of an event, after `out` is cleared. */
void event__words(struct event_words *w, struct buf *out, enum db_engine engine,
                  const struct event *e);
