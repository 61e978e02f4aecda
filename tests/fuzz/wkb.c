/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Any bytes as WKB: what is read can be measured, simplified, drawn and written back the same. */
#include <assert.h>
#include <math.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "base/mem.h"
#include "geo/mvt.h"
#include "geo/wkb.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void use(struct arena *a, const struct geo_shape *s)
{
    struct geo_point in;
    struct geo_shape *simple, *again;
    assert(!(geo_shape_area(s) < 0) && !(geo_shape_length(s) < 0));
    if (geo_shape_inside_point(a, s, &in) == ERR_OK)
        geo_shape_contains(s, in.east, in.north);
    enum err e = geo_shape_simplify(a, s, 50, &simple);
    assert(e == ERR_OK || e == ERR_NOMEM);
    struct buf b = buf_init((size_t)1 << 22), c = buf_init((size_t)1 << 22);
    geo_wkb_write(&b, s);
    e = geo_wkb_read(a, b.data, b.len, 10000, &again);
    assert(e == ERR_OK || e == ERR_NOMEM);
    if (e == ERR_OK) {
        geo_wkb_write(&c, again);
        assert(b.len == c.len && memcmp(b.data, c.data, b.len) == 0);
    }
    buf_clear(&c);
    struct mvt *t = mvt_new((struct mvt_tile){6, 34, 19}, (size_t)1 << 20);
    mvt_layer(t, "s");
    mvt_shape(t, 1, s);
    e = mvt_finish(t, &c);
    assert(e == ERR_OK || e == ERR_LIMIT);
    mvt_free(t);
    buf_done(&b);
    buf_done(&c);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena *a = arena_new((size_t)1 << 23);
    struct geo_shape *s;
    if (geo_wkb_read(a, data, size, 10000, &s) == ERR_OK)
        use(a, s);
    arena_free(a);
    return 0;
}
