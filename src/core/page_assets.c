/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "core/page_assets.h"

#include "assets.h"

void page_assets(struct page *p, bool with_map)
{
    p->css_href = asset_url("site.css");
    p->js_href = asset_url("site.js");
    p->guard_js_href = asset_url("guard.js");
    p->icon_href = asset_url("icon.svg");
    p->touch_icon_href = asset_url("icon-180.png");
    p->manifest_href = asset_url("site.webmanifest");
    p->map_js_href = p->map_css_href = NULL;
    if (with_map)
        page_map_assets(&p->map_js_href, &p->map_css_href);
}

void page_photo_asset(const char **js_href)
{
    *js_href = asset_url("photo.js");
}

void page_map_assets(const char **js_href, const char **css_href)
{
    *js_href = asset_url("map.js");
    *css_href = asset_url("map.css");
}
