/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "test.h"

#include <string.h>
#include <zlib.h>

#include "assets.h"
#include "base/err.h"
#include "base/mem.h"

TEST(assets_are_found_by_their_address)
{
    size_t n = 0;
    const struct asset *all = asset_list(&n);
    CHECK(n >= 6);
    for (size_t i = 0; i < n; i++) {
        CHECK(asset_find(all[i].path) == &all[i]);
        CHECK_TEXT(asset_url(all[i].name), all[i].path);
        if (i)
            CHECK(strcmp(all[i - 1].path, all[i].path) < 0);
    }
    CHECK(!asset_find("/_/site.css"));
    CHECK(!asset_find(""));
    CHECK(!asset_url("nothing.css"));
}

TEST(assets_carry_their_hash_in_the_address)
{
    size_t n = 0;
    const struct asset *all = asset_list(&n);
    for (size_t i = 0; i < n; i++) {
        const char *dot = strchr(all[i].path, '.');
        CHECK(dot && strncmp(dot + 1, all[i].hash, 8) == 0);
        CHECK_INT(strlen(all[i].hash), 64);
    }
}

static void unpacks_to_the_same(const struct asset *a)
{
    unsigned char *out = mem_alloc(a->n + 1);
    z_stream z = {.next_in = (unsigned char *)(uintptr_t)a->gz,
                  .avail_in = (uInt)a->n_gz,
                  .next_out = out,
                  .avail_out = (uInt)a->n + 1};
    CHECK(out && inflateInit2(&z, 16 + MAX_WBITS) == Z_OK);
    CHECK_INT(inflate(&z, Z_FINISH), Z_STREAM_END);
    CHECK_INT(z.total_out, a->n);
    CHECK(memcmp(out, a->data, a->n) == 0);
    inflateEnd(&z);
    mem_free(out);
}

TEST(assets_unpack_to_the_same_bytes)
{
    size_t n = 0, packed = 0;
    const struct asset *all = asset_list(&n);
    for (size_t i = 0; i < n; i++) {
        if (!all[i].gz)
            continue;
        CHECK(all[i].n_gz < all[i].n);
        unpacks_to_the_same(&all[i]);
        packed++;
    }
    CHECK(packed >= 4);
}

TEST(style_stays_small)
{
    const struct asset *css = asset_find(asset_url("site.css"));
    CHECK(css && css->gz && css->n_gz < 11500); /* on the wire */
}
