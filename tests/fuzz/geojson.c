/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Any bytes as GeoJSON: no crash, and every shape handed out keeps its promises and can be
 * written and read again. */
#include <assert.h>
#include <stddef.h>
#include <stdint.h>

#include "base/mem.h"
#include "geo/geojson.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static enum err ignore(void *arg, struct arena *a, const struct geojson_feature *f)
{
    (void)arg, (void)a;
    /* Rounded to six decimals a ring may meet itself or a position pass the domain's edge, but the
     * form stays right. */
    assert(f->error.fault == GEOJSON_FINE || f->error.fault == GEOJSON_OUTSIDE);
    return ERR_OK;
}

static enum err on_feature(void *arg, struct arena *a, const struct geojson_feature *f)
{
    (void)a;
    assert(f->error.offset <= *(size_t *)arg && (!f->shape || f->error.fault == GEOJSON_FINE));
    if (!f->shape)
        return ERR_OK;
    assert(geo_shape_finish(f->shape) == ERR_OK);
    struct buf b = buf_init((size_t)1 << 24);
    struct jsonw w = jsonw_init(&b);
    geojson_feature(&w, f->id, f->shape);
    geojson_feature_end(&w);
    enum err e = geojson_read(b.data, b.len, NULL, ignore, NULL, NULL);
    assert(e == ERR_OK);
    buf_done(&b);
    return e;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct geojson_limits limits = {
        .bytes = 1 << 20, .feature_bytes = 1 << 16, .features = 1000, .vertices = 5000};
    struct geojson_error error = {GEOJSON_FINE, 0};
    enum err e = geojson_read((const char *)data, size, &limits, on_feature, &size, &error);
    assert(e == ERR_OK ? error.fault == GEOJSON_FINE : error.offset <= size);
    return 0;
}
