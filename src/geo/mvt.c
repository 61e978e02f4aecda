/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "geo/mvt.h"

#include <assert.h>
#include <math.h>
#include <string.h>

#include "base/hash.h"
#include "base/mem.h"
#include "geo/mvt_clip.h"

enum { /* field numbers of the format */
       TILE_LAYER = 3,
       LAYER_NAME = 1,
       LAYER_FEATURE = 2,
       LAYER_KEY = 3,
       LAYER_VALUE = 4,
       LAYER_EXTENT = 5,
       LAYER_VERSION = 15,
       FEATURE_ID = 1,
       FEATURE_TAGS = 2,
       FEATURE_TYPE = 3,
       FEATURE_GEOMETRY = 4,
       VALUE_TEXT = 1,
       VALUE_DOUBLE = 3,
       VALUE_SINT = 6,
       VALUE_BOOL = 7,
       WIRE_VARINT = 0,
       WIRE_64 = 1,
       WIRE_BYTES = 2,
       MOVE_TO = 1,
       LINE_TO = 2,
       CLOSE_PATH = 7,
};

/* Things numbered in order of first appearance, already encoded as fields of the layer. */
struct dict {
    struct buf bytes;
    struct entry {
        uint64_t hash;
        size_t at, len;
    } * entries;
    uint32_t *slots;      /* index + 1; 0 is free */
    uint32_t count, room; /* room is a power of two; slots has twice as many */
};

struct mvt {
    struct mvt_tile tile;
    double scale;       /* from Mercator to units of the tile */
    struct geo_box box; /* of the tile in SWEREF 99 TM; empty outside its domain */
    enum err err;
    struct buf layers, features, name, tags, geometry, scratch;
    struct dict keys, values;
    struct arena *arena; /* emptied after each shape */
    bool open;           /* a feature takes tags */
    uint64_t id;
    enum geo_kind kind;
    struct mvt_unit pen;
};

static void put_varint(struct buf *b, uint64_t v)
{
    char bytes[10];
    size_t n = 0;
    do {
        bytes[n++] = (char)((v & 0x7F) | (v > 0x7F ? 0x80 : 0));
        v >>= 7;
    } while (v);
    buf_add(b, bytes, n);
}

static void put_field(struct buf *b, unsigned field, unsigned wire)
{
    put_varint(b, field << 3 | wire);
}

static void put_bytes(struct buf *b, unsigned field, const void *data, size_t n)
{
    put_field(b, field, WIRE_BYTES);
    put_varint(b, n);
    buf_add(b, data, n);
}

static uint64_t zigzag(int64_t v)
{
    return (uint64_t)v << 1 ^ (uint64_t)(v >> 63);
}

static void dict_clear(struct dict *d)
{
    buf_clear(&d->bytes);
    d->count = 0;
    if (d->slots)
        memset(d->slots, 0, 2 * d->room * sizeof *d->slots);
}

static void dict_done(struct dict *d)
{
    buf_done(&d->bytes);
    mem_free(d->entries);
    mem_free(d->slots);
}

static enum err dict_grow(struct dict *d)
{
    uint32_t room = d->room ? d->room * 2 : 32;
    struct entry *entries = mem_realloc(d->entries, room * sizeof *entries);
    if (!entries)
        return ERR_NOMEM;
    d->entries = entries;
    uint32_t *slots = mem_array(2 * (size_t)room, sizeof *slots);
    if (!slots)
        return ERR_NOMEM;
    mem_free(d->slots);
    d->slots = slots;
    d->room = room;
    for (uint32_t i = 0; i < d->count; i++) {
        uint32_t at = (uint32_t)d->entries[i].hash & (2 * room - 1);
        while (slots[at])
            at = (at + 1) & (2 * room - 1);
        slots[at] = i + 1;
    }
    return ERR_OK;
}

/* The number of the encoded bytes, which are added as `field` if they are new. The ceiling is
 * that of the bytes' buffer. */
static enum err dict_index(struct dict *d, unsigned field, const char *data, size_t n,
                           uint32_t *out)
{
    if (d->count == d->room)
        TRY(dict_grow(d));
    uint64_t hash = hash64(data, n, 0);
    uint32_t at = (uint32_t)hash & (2 * d->room - 1);
    for (; d->slots[at]; at = (at + 1) & (2 * d->room - 1)) {
        const struct entry *e = &d->entries[d->slots[at] - 1];
        if (e->hash == hash && e->len == n && memcmp(d->bytes.data + e->at, data, n) == 0) {
            *out = d->slots[at] - 1;
            return ERR_OK;
        }
    }
    put_bytes(&d->bytes, field, data, n);
    TRY(buf_err(&d->bytes));
    d->entries[d->count] = (struct entry){hash, d->bytes.len - n, n};
    d->slots[at] = d->count + 1;
    *out = d->count++;
    return ERR_OK;
}

struct mvt *mvt_new(struct mvt_tile tile, size_t limit)
{
    assert(mvt_tile_valid(tile.z, tile.x, tile.y));
    AUTO(mvt_freep) struct mvt *t = mem_alloc(sizeof *t);
    if (!t)
        return NULL;
    t->tile = tile;
    t->scale = ldexp(MVT_EXTENT, (int)tile.z);
    if (!mvt_tile_box(tile, &t->box))
        t->box = geo_box_empty();
    t->layers = t->features = t->name = buf_init(limit);
    t->tags = t->geometry = t->scratch = buf_init(limit);
    t->keys.bytes = t->values.bytes = buf_init(limit);
    t->arena = arena_new((size_t)64 << 20);
    return t->arena ? TAKE(t) : NULL;
}

void mvt_free(struct mvt *t)
{
    if (!t)
        return;
    struct buf *all[] = {&t->layers, &t->features, &t->name, &t->tags, &t->geometry, &t->scratch};
    for (size_t i = 0; i < ARRAY_LEN(all); i++)
        buf_done(all[i]);
    dict_done(&t->keys);
    dict_done(&t->values);
    arena_free(t->arena);
    mem_free(t);
}

void mvt_freep(struct mvt **t)
{
    mvt_free(*t);
    *t = NULL;
}

/* Keeps the first error. */
static bool fine(struct mvt *t, enum err e)
{
    if (t->err == ERR_OK)
        t->err = e;
    return t->err == ERR_OK;
}

static void end_feature(struct mvt *t)
{
    static const unsigned types[] = {[GEO_POINTS] = 1, [GEO_LINES] = 2, [GEO_POLYGON] = 3};
    if (!t->open)
        return;
    t->open = false;
    struct buf *b = &t->scratch;
    buf_clear(b);
    if (t->id) {
        put_field(b, FEATURE_ID, WIRE_VARINT);
        put_varint(b, t->id);
    }
    if (t->tags.len)
        put_bytes(b, FEATURE_TAGS, t->tags.data, t->tags.len);
    put_field(b, FEATURE_TYPE, WIRE_VARINT);
    put_varint(b, types[t->kind]);
    put_bytes(b, FEATURE_GEOMETRY, t->geometry.data, t->geometry.len);
    if (fine(t, buf_err(&t->tags)) && fine(t, buf_err(&t->geometry)) && fine(t, buf_err(b)))
        put_bytes(&t->features, LAYER_FEATURE, b->data, b->len);
    fine(t, buf_err(&t->features));
}

static void end_layer(struct mvt *t)
{
    end_feature(t);
    if (t->features.len && fine(t, buf_err(&t->name))) {
        struct buf *b = &t->scratch;
        buf_clear(b);
        put_field(b, LAYER_VERSION, WIRE_VARINT);
        put_varint(b, 2);
        put_bytes(b, LAYER_NAME, t->name.data, t->name.len);
        buf_add(b, t->features.data, t->features.len);
        buf_add(b, t->keys.bytes.data, t->keys.bytes.len);
        buf_add(b, t->values.bytes.data, t->values.bytes.len);
        put_field(b, LAYER_EXTENT, WIRE_VARINT);
        put_varint(b, MVT_EXTENT);
        if (fine(t, buf_err(b)))
            put_bytes(&t->layers, TILE_LAYER, b->data, b->len);
        fine(t, buf_err(&t->layers));
    }
    buf_clear(&t->features);
    dict_clear(&t->keys);
    dict_clear(&t->values);
}

void mvt_layer(struct mvt *t, const char *name)
{
    assert(name && *name);
    end_layer(t);
    buf_clear(&t->name);
    buf_puts(&t->name, name);
}

static void begin_feature(struct mvt *t, uint64_t id, enum geo_kind kind)
{
    assert(t->name.len || t->name.err); /* mvt_layer() comes first */
    end_feature(t);
    buf_clear(&t->tags);
    buf_clear(&t->geometry);
    t->id = id;
    t->kind = kind;
    t->pen = (struct mvt_unit){0, 0};
}

static void put_command(struct mvt *t, unsigned command, size_t count)
{
    put_varint(&t->geometry, command | count << 3);
}

static void put_at(struct mvt *t, struct mvt_unit p)
{
    put_varint(&t->geometry, zigzag((int64_t)p.x - t->pen.x));
    put_varint(&t->geometry, zigzag((int64_t)p.y - t->pen.y));
    t->pen = p;
}

static struct mvt_at place(const struct mvt *t, struct geo_mercator m)
{
    return (struct mvt_at){m.x * t->scale - (double)t->tile.x * MVT_EXTENT,
                           m.y * t->scale - (double)t->tile.y * MVT_EXTENT};
}

static struct mvt_at project(const struct mvt *t, struct geo_point p)
{
    struct geo_mercator m = geo_to_mercator(geo_to_wgs84(p));
    /* Far outside the projection's domain there may be no answer: out of every tile, then. */
    return place(t, isfinite(m.x + m.y) ? m : (struct geo_mercator){-1, -1});
}

static struct mvt_unit rounded(struct mvt_at p)
{
    return (struct mvt_unit){(int32_t)lround(p.x), (int32_t)lround(p.y)};
}

bool mvt_point_mercator(struct mvt *t, uint64_t id, struct geo_mercator m)
{
    begin_feature(t, id, GEO_POINTS);
    struct mvt_at at = place(t, m);
    if (t->err || !mvt_clip_point(at)) /* false for NaN too */
        return false;
    put_command(t, MOVE_TO, 1);
    put_at(t, rounded(at));
    return t->open = true;
}

bool mvt_point(struct mvt *t, uint64_t id, double east, double north)
{
    struct geo_point p = {east, north};
    return mvt_point_mercator(t, id, geo_to_mercator(geo_to_wgs84(p)));
}

static bool same(struct mvt_unit a, struct mvt_unit b)
{
    return a.x == b.x && a.y == b.y;
}

static void put_many(struct mvt *t, const struct geo_path *p)
{
    struct mvt_unit *at = ARENA_ARRAY(t->arena, p->count, struct mvt_unit);
    size_t n = 0;
    if (!at) {
        fine(t, ERR_NOMEM);
        return;
    }
    for (uint32_t i = 0; i < p->count; i++) {
        struct mvt_at u = project(t, p->points[i]);
        if (mvt_clip_point(u))
            at[n++] = rounded(u);
    }
    if (n)
        put_command(t, MOVE_TO, n);
    for (size_t i = 0; i < n; i++)
        put_at(t, at[i]);
}

/* A line of n points; fewer than two different ones are not drawn. */
static void put_line(struct mvt *t, const struct mvt_unit *p, size_t n)
{
    if (n < 2)
        return;
    put_command(t, MOVE_TO, 1);
    put_at(t, p[0]);
    put_command(t, LINE_TO, n - 1);
    for (size_t i = 1; i < n; i++)
        put_at(t, p[i]);
}

/* Segment by segment; where the line leaves the buffer, a new part begins. */
static void put_lines(struct mvt *t, const struct mvt_at *at, size_t n)
{
    struct mvt_unit *part = ARENA_ARRAY(t->arena, n + 1, struct mvt_unit);
    size_t k = 0;
    if (!part) {
        fine(t, ERR_NOMEM);
        return;
    }
    for (size_t i = 0; i + 1 < n; i++) {
        struct mvt_at a = at[i], b = at[i + 1];
        if (!mvt_clip_segment(&a, &b))
            continue;
        struct mvt_unit ua = rounded(a), ub = rounded(b);
        if (k && !same(part[k - 1], ua)) {
            put_line(t, part, k);
            k = 0;
        }
        if (k == 0)
            part[k++] = ua;
        if (!same(part[k - 1], ub))
            part[k++] = ub;
    }
    put_line(t, part, k);
}

/* Twice the area by the surveyor's formula in the tile's own axes: positive is clockwise on the
 * screen, which is how the format wants outer rings. */
static int64_t units_area2(const struct mvt_unit *p, size_t n)
{
    int64_t sum = 0;
    for (size_t i = 0; i < n; i++) {
        struct mvt_unit a = p[i], b = p[i + 1 < n ? i + 1 : 0];
        sum += (int64_t)a.x * b.y - (int64_t)b.x * a.y;
    }
    return sum;
}

/* False if nothing of the ring shows. */
static bool put_ring(struct mvt *t, const struct mvt_at *at, size_t n, bool hole)
{
    size_t cut, k = 0;
    struct mvt_at *c = mvt_clip_ring(t->arena, at, n, &cut);
    struct mvt_unit *p = c ? ARENA_ARRAY(t->arena, cut, struct mvt_unit) : NULL;
    if (!p)
        return fine(t, ERR_NOMEM);
    for (size_t i = 0; i < cut; i++) {
        struct mvt_unit u = rounded(c[i]);
        if (k == 0 || !same(p[k - 1], u))
            p[k++] = u;
    }
    while (k > 1 && same(p[0], p[k - 1]))
        k--;
    int64_t area = units_area2(p, k);
    if (k < 3 || area == 0)
        return false;
    bool back = (area < 0) != hole;
    put_command(t, MOVE_TO, 1);
    put_at(t, p[0]);
    put_command(t, LINE_TO, k - 1);
    for (size_t i = 1; i < k; i++)
        put_at(t, p[back ? k - i : i]);
    put_command(t, CLOSE_PATH, 1);
    return true;
}

/* The path in units of the tile; NULL (and the error kept) when the arena is full. */
static struct mvt_at *project_path(struct mvt *t, const struct geo_path *p)
{
    struct mvt_at *at = ARENA_ARRAY(t->arena, p->count, struct mvt_at);
    if (!at)
        fine(t, ERR_NOMEM);
    for (uint32_t i = 0; at && i < p->count; i++)
        at[i] = project(t, p->points[i]);
    return at;
}

bool mvt_shape(struct mvt *t, uint64_t id, const struct geo_shape *s)
{
    bool outer_shown = false;
    begin_feature(t, id, s->kind);
    bool near = geo_box_meets(&t->box, &s->box);
    for (uint32_t i = 0; near && !t->err && i < s->path_count; i++) {
        const struct geo_path *p = &s->paths[i];
        if (s->kind == GEO_POINTS) {
            put_many(t, p);
            continue;
        }
        struct mvt_at *at = p->hole && !outer_shown ? NULL : project_path(t, p);
        if (!at)
            continue;
        if (s->kind == GEO_LINES)
            put_lines(t, at, p->count);
        else if (p->hole)
            put_ring(t, at, p->count, true);
        else
            outer_shown = put_ring(t, at, p->count, false);
    }
    arena_reset(t->arena);
    return t->open = t->err == ERR_OK && t->geometry.len > 0;
}

static void put_tag(struct mvt *t, const char *key, const struct buf *value)
{
    uint32_t k, v;
    if (!t->open || !fine(t, buf_err(value)) ||
        !fine(t, dict_index(&t->keys, LAYER_KEY, key, strlen(key), &k)) ||
        !fine(t, dict_index(&t->values, LAYER_VALUE, value->data, value->len, &v)))
        return;
    put_varint(&t->tags, k);
    put_varint(&t->tags, v);
}

void mvt_tag_text(struct mvt *t, const char *key, const char *value)
{
    buf_clear(&t->scratch);
    put_bytes(&t->scratch, VALUE_TEXT, value, strlen(value));
    put_tag(t, key, &t->scratch);
}

void mvt_tag_int(struct mvt *t, const char *key, int64_t value)
{
    buf_clear(&t->scratch);
    put_field(&t->scratch, VALUE_SINT, WIRE_VARINT);
    put_varint(&t->scratch, zigzag(value));
    put_tag(t, key, &t->scratch);
}

void mvt_tag_double(struct mvt *t, const char *key, double value)
{
    uint64_t bits;
    memcpy(&bits, &value, sizeof bits);
    buf_clear(&t->scratch);
    put_field(&t->scratch, VALUE_DOUBLE, WIRE_64);
    for (int i = 0; i < 64; i += 8)
        buf_putc(&t->scratch, (char)(bits >> i));
    put_tag(t, key, &t->scratch);
}

void mvt_tag_bool(struct mvt *t, const char *key, bool value)
{
    buf_clear(&t->scratch);
    put_field(&t->scratch, VALUE_BOOL, WIRE_VARINT);
    put_varint(&t->scratch, value);
    put_tag(t, key, &t->scratch);
}

enum err mvt_finish(struct mvt *t, struct buf *out)
{
    end_layer(t);
    enum err e = t->err;
    if (e == ERR_OK) {
        buf_add(out, t->layers.data, t->layers.len);
        e = buf_err(out);
    }
    t->err = ERR_OK;
    buf_clear(&t->layers);
    buf_clear(&t->name);
    return e;
}
