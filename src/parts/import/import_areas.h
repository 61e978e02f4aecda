/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Inside src/parts/import: polygons of a file become the municipality's areas. */
#pragma once

#include "convert/convert.h"
#include "db/db.h"
#include "parts/event/event.h"
#include "parts/import/import_profile.h"

#define IMPORT_AREAS_MOST 5000
#define IMPORT_AREA_BYTES ((size_t)64 << 20)

struct import_areas_run;

/* The profile is borrowed. ERR_INVALID when the file lacks the column of names. */
NODISCARD enum err import_areas_new(struct arena *a, const struct profile *p,
                                    const struct convert_header *h, const char *municipality,
                                    struct import_areas_run **out);
void import_areas_free(struct import_areas_run *r); /* NULL is fine */
/* Keeps the row for import_areas_store(); *reason is set when it cannot be an area. */
NODISCARD enum err import_areas_row(struct import_areas_run *r, struct arena *scratch,
                                    const struct convert_item *it, const char **reason);
/* All areas in one transaction: those of the same kind and name are replaced; events get their area
 * anew. *changed: how many areas are new or other than before. */
NODISCARD enum err import_areas_store(struct import_areas_run *r, struct db *db,
                                      struct event_areas *areas, int64_t *changed);
