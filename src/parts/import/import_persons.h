/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Inside src/parts/import: texts of a file that look as if they pointed at somebody. */
#pragma once

#include <jansson.h>

#include "base/jsonw.h"
#include "core/app.h"
#include "parts/import/import.h"
#include "parts/import/import_map.h"

/* Bits of enum guard_kind. `s` may be NULL. */
unsigned import_persons_in(const char *s);
/* The same for the texts of an event. Its key, time and place are not looked at. */
unsigned import_persons_of(const struct event *e);
/* Takes away the texts that have something, and marks the event anew. */
NODISCARD enum err import_persons_leave_out(struct arena *a, struct event *e);
/* One row more. */
void import_persons_count(struct import_persons *p, uint64_t row, unsigned kinds);

/* As text, line by line: how many rows, of which kind, which rows. */
void import_persons_text(struct buf *out, enum lang lang, const struct import_persons *p,
                         bool dry_run);
/* As a member "persons" of a JSON object, and back. */
void import_persons_write(struct jsonw *w, const struct import_persons *p);
void import_persons_read(const json_t *o, struct import_persons *p);
