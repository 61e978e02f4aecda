/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Well-known binary (OGC 06-103r4) of shapes in SWEREF 99 TM, axis order east, north. */
#pragma once

#include "base/buf.h"
#include "geo/shape.h"

/* Reads point, line, polygon and their multi forms, both byte orders. Heights and measures (ISO
 * 1000/2000/3000 or PostGIS flags) are read past. ERR_INVALID for anything else: other types, an
 * empty geometry, open or short rings, numbers that are not finite or beyond 1e8 m, an SRID other
 * than 3006, too few or too many bytes. ERR_LIMIT for more than max_vertices points. */
NODISCARD enum err geo_wkb_read(struct arena *a, const void *data, size_t len, size_t max_vertices,
                                struct geo_shape **out);

/* Little-endian; a multi form only where there are several. Errors stay in the buffer. */
void geo_wkb_write(struct buf *out, const struct geo_shape *s);
