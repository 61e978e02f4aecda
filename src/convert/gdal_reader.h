/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* GeoPackage and Shapefile through GDAL, which sees nothing but copies in memory under names that
 * are chosen here. Only samsyn-convert-gdal is linked with it. */
#pragma once

#include "convert/readers.h"

/* Registers the two drivers and opens the register of reference systems. Before the sandbox. */
void gdal_prepare(void);
/* As the readers of readers.h, for CONVERT_GDAL. */
NODISCARD enum err gdal_read(struct reader *r);

/* Inside: puts the files under /vsimem/ and answers the name to open. gdal_mount.c */
NODISCARD enum err gdal_mount(struct reader *r, struct buf *file, char name[64]);
