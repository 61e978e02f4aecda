/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "assets.h"

#include <stdlib.h>
#include <string.h>

#include "assets_table.h"

static int by_path(const void *key, const void *item)
{
    return strcmp(key, ((const struct asset *)item)->path);
}

const struct asset *asset_find(const char *path)
{
    return bsearch(path, asset_table, asset_count, sizeof asset_table[0], by_path);
}

const char *asset_url(const char *name)
{
    for (size_t i = 0; i < asset_count; i++)
        if (strcmp(asset_table[i].name, name) == 0)
            return asset_table[i].path;
    return NULL;
}

const struct asset *asset_list(size_t *n)
{
    *n = asset_count;
    return asset_table;
}
