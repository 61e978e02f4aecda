/* SPDX-License-Identifier: AGPL-3.0-or-later */
#pragma once

#include <stddef.h>

#include "base/err.h"
#include "geo/shape.h"

struct arena;

/* The lakes of the base map as areas with their islands as holes, from its lines: water[i] is the
 * shape of geo_basemap[i]. Everything lies in the arena. */
NODISCARD enum err event_web_lakes(struct arena *a, struct geo_shape *const *water,
                                   struct geo_shape ***out, size_t *out_n);
