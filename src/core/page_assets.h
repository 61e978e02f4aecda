/* SPDX-License-Identifier: AGPL-3.0-or-later */
#pragma once

#include <stdbool.h>

#include "core/page.h"

/* Fills in the addresses of style, scripts and icon; those of the map only on pages with one. */
void page_assets(struct page *p, bool with_map);
/* What a form with photos fetches. */
void page_photo_asset(const char **js_href);
/* The map's, for a page that fetches it only when it is opened. */
void page_map_assets(const char **js_href, const char **css_href);
