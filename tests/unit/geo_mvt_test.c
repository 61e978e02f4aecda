/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "test.h"

#include <math.h>
#include <string.h>

#include "base/hash.h"
#include "base/mem.h"
#include "geo/mvt.h"

/* A small decoder of its own, by the text of the format: it shares nothing with the encoder. */
struct in {
    const uint8_t *p, *end;
};

static uint64_t varint(struct in *in)
{
    uint64_t v = 0;
    for (int shift = 0; shift < 64; shift += 7) {
        CHECK(in->p < in->end);
        v |= (uint64_t)(*in->p & 0x7F) << shift;
        if (!(*in->p++ & 0x80))
            return v;
    }
    fail_msg("a varint without end");
    return 0;
}

static struct in bytes(struct in *in)
{
    uint64_t n = varint(in);
    CHECK(n <= (uint64_t)(in->end - in->p));
    struct in out = {in->p, in->p + n};
    in->p += n;
    return out;
}

static bool field(struct in *in, unsigned *number, unsigned *wire)
{
    if (in->p == in->end)
        return false;
    uint64_t tag = varint(in);
    *number = (unsigned)(tag >> 3);
    *wire = tag & 7;
    return true;
}

struct feature {
    uint64_t id;
    unsigned type;
    struct in tags, geometry;
};

struct layer {
    char name[40];
    unsigned version, extent;
    struct feature features[64];
    struct in keys[64], values[64];
    size_t feature_count, key_count, value_count;
};

static struct feature decode_feature(struct in in)
{
    struct feature f = {0};
    unsigned n, wire;
    while (field(&in, &n, &wire)) {
        CHECK(wire == (n == 1 || n == 3 ? 0u : 2u));
        if (n == 1)
            f.id = varint(&in);
        else if (n == 2)
            f.tags = bytes(&in);
        else if (n == 3)
            f.type = (unsigned)varint(&in);
        else
            f.geometry = bytes(&in);
    }
    return f;
}

static void decode_layer(struct in in, struct layer *l)
{
    unsigned n, wire;
    memset(l, 0, sizeof *l);
    while (field(&in, &n, &wire)) {
        if (n == 15 || n == 5) {
            *(n == 15 ? &l->version : &l->extent) = (unsigned)varint(&in);
            continue;
        }
        struct in part = bytes(&in);
        CHECK(l->feature_count < 64 && l->key_count < 64 && l->value_count < 64);
        if (n == 1)
            memcpy(l->name, part.p, (size_t)(part.end - part.p));
        else if (n == 2)
            l->features[l->feature_count++] = decode_feature(part);
        else if (n == 3)
            l->keys[l->key_count++] = part;
        else if (n == 4)
            l->values[l->value_count++] = part;
        else
            fail_msg("unknown field %u", n);
    }
}

static size_t decode(const struct buf *b, struct layer *out, size_t most)
{
    struct in in = {(const uint8_t *)b->data, (const uint8_t *)b->data + b->len};
    unsigned n, wire;
    size_t count = 0;
    while (field(&in, &n, &wire)) {
        CHECK(n == 3 && wire == 2 && count < most);
        decode_layer(bytes(&in), &out[count++]);
    }
    return count;
}

struct walked {
    size_t rings, points;
    int64_t area2[16];
    int min, max;
};

static int delta(struct in *in)
{
    uint64_t v = varint(in);
    return (int)((int64_t)(v >> 1) ^ -(int64_t)(v & 1));
}

static struct walked walk(struct feature f)
{
    struct walked w = {.min = INT32_MAX, .max = INT32_MIN};
    int x = 0, y = 0, x0 = 0, y0 = 0;
    while (f.geometry.p < f.geometry.end) {
        uint64_t c = varint(&f.geometry);
        if ((c & 7) == 7) {
            w.area2[w.rings] += (int64_t)x * y0 - (int64_t)x0 * y;
            w.rings++;
            continue;
        }
        CHECK((c & 7) == 1 || (c & 7) == 2);
        for (uint64_t i = 0; i < c >> 3; i++) {
            int px = x, py = y;
            x += delta(&f.geometry);
            y += delta(&f.geometry);
            w.points++;
            w.min = x < w.min ? x : w.min;
            w.min = y < w.min ? y : w.min;
            w.max = x > w.max ? x : w.max;
            w.max = y > w.max ? y : w.max;
            if ((c & 7) == 1)
                x0 = x, y0 = y;
            else if (f.type == 3)
                w.area2[w.rings] += (int64_t)px * y - (int64_t)x * py;
        }
    }
    return w;
}

static const struct mvt_tile tile = {10, 551, 308}; /* between Vänern and Vättern */

static struct geo_point inside_tile(double fx, double fy)
{
    struct geo_mercator nw, se;
    mvt_tile_bounds(tile, &nw, &se);
    struct geo_mercator m = {nw.x + fx * (se.x - nw.x), nw.y + fy * (se.y - nw.y)};
    return geo_to_sweref(geo_from_mercator(m));
}

/* A polygon with its corners at those fractions of the tile, turned either way. */
static void ring(struct arena *a, struct geo_shape *s, uint32_t i, double low, double high,
                 bool back)
{
    const double c[5][2] = {{low, low}, {high, low}, {high, high}, {low, high}, {low, low}};
    struct geo_point *p = geo_shape_path(a, s, i, 5, i > 0);
    for (int k = 0; k < 5; k++)
        p[k] = inside_tile(c[back ? 4 - k : k][0], c[back ? 4 - k : k][1]);
}

static struct geo_shape *square(struct arena *a, double low, double high, double hole_low,
                                double hole_high, bool back)
{
    struct geo_shape *s = geo_shape_new(a, GEO_POLYGON, 2);
    ring(a, s, 0, low, high, back);
    ring(a, s, 1, hole_low, hole_high, back);
    CHECK(geo_shape_finish(s) == ERR_OK);
    return s;
}

TEST(points_and_tags_are_decoded_by_another_reader)
{
    struct layer l[2];
    struct buf out = buf_init(1 << 16);
    struct mvt *t = mvt_new(tile, 1 << 16);
    mvt_layer(t, "events");
    for (uint64_t i = 1; i <= 3; i++) {
        struct geo_point p = inside_tile(0.25 * (double)i, 0.5);
        CHECK(mvt_point(t, i, p.east, p.north));
        mvt_tag_text(t, "type", i == 2 ? "theft" : "damage");
        mvt_tag_int(t, "n", -5);
        mvt_tag_double(t, "share", 0.5);
        mvt_tag_bool(t, "own", true);
    }
    mvt_layer(t, "empty");
    CHECK(mvt_finish(t, &out) == ERR_OK);
    CHECK_INT(decode(&out, l, 2), 1);
    CHECK_TEXT(l[0].name, "events");
    CHECK(l[0].version == 2 && l[0].extent == 4096);
    CHECK(l[0].feature_count == 3 && l[0].key_count == 4 && l[0].value_count == 5);
    for (size_t i = 0; i < 3; i++) {
        struct feature f = l[0].features[i];
        CHECK(f.id == i + 1 && f.type == 1);
        CHECK_INT(varint(&f.geometry), 9);
        CHECK_INT(delta(&f.geometry), 1024 * (int)(i + 1));
        CHECK_INT(delta(&f.geometry), 2048);
        CHECK_INT(varint(&f.tags), 0);
        struct in v = l[0].values[varint(&f.tags)];
        CHECK_INT(v.p[0], 1 << 3 | 2);
        CHECK(memcmp(v.p + 2, i == 1 ? "theft" : "damage", i == 1 ? 5 : 6) == 0);
        CHECK_INT(varint(&f.tags), 1);
        v = l[0].values[varint(&f.tags)];
        CHECK(v.p[0] == 6 << 3 && v.p[1] == 9); /* zigzag of -5 */
        CHECK_INT(varint(&f.tags), 2);
        v = l[0].values[varint(&f.tags)];
        double d;
        memcpy(&d, v.p + 1, sizeof d);
        CHECK(v.p[0] == (3 << 3 | 1) && d == 0.5);
    }
    mvt_free(t);
    buf_done(&out);
}

TEST(points_outside_the_buffer_are_left_out)
{
    struct layer l[1];
    struct buf out = buf_init(1 << 16);
    struct mvt *t = mvt_new(tile, 1 << 16);
    mvt_layer(t, "p");
    const double at[] = {-0.01, 1.01, -0.02, 1.02, 50};
    for (size_t i = 0; i < ARRAY_LEN(at); i++) {
        struct geo_point p = inside_tile(at[i] > 2 ? 0.5 : at[i], 0.5);
        double north = at[i] > 2 ? 1e300 : p.north;
        CHECK(mvt_point(t, i, p.east, north) == (i < 2));
        mvt_tag_int(t, "n", 1);
    }
    CHECK(!mvt_point(t, 9, NAN, 1));
    CHECK(mvt_finish(t, &out) == ERR_OK);
    CHECK(decode(&out, l, 1) == 1 && l[0].feature_count == 2);
    mvt_free(t);
    buf_done(&out);
}

TEST(polygons_turn_as_the_format_wants_whichever_way_they_came)
{
    struct arena *a = arena_new(1 << 16);
    struct layer l[1];
    struct buf out = buf_init(1 << 16);
    struct mvt *t = mvt_new(tile, 1 << 16);
    mvt_layer(t, "areas");
    CHECK(mvt_shape(t, 0, square(a, 0.2, 0.8, 0.4, 0.6, false)));
    CHECK(mvt_shape(t, 0, square(a, 0.2, 0.8, 0.4, 0.6, true)));
    CHECK(mvt_finish(t, &out) == ERR_OK);
    CHECK(decode(&out, l, 1) == 1 && l[0].feature_count == 2);
    for (int i = 0; i < 2; i++) {
        struct walked w = walk(l[0].features[i]);
        CHECK_INT(w.rings, 2);
        CHECK_NEAR((double)w.area2[0] / 2, 0.36 * 4096 * 4096, 20000);
        CHECK_NEAR((double)w.area2[1] / 2, -0.04 * 4096 * 4096, 10000);
    }
    mvt_free(t);
    buf_done(&out);
    arena_free(a);
}

TEST(areas_are_cut_at_the_buffer)
{
    struct arena *a = arena_new(1 << 16);
    struct layer l[1];
    struct buf out = buf_init(1 << 16);
    struct mvt *t = mvt_new(tile, 1 << 16);
    mvt_layer(t, "areas");
    CHECK(mvt_shape(t, 1, square(a, -3, 4, 0.25, 0.75, false))); /* all round the tile */
    CHECK(mvt_shape(t, 2, square(a, 0.5, 4, 2, 3, false)));      /* hole outside */
    CHECK(!mvt_shape(t, 3, square(a, 2, 4, 2.5, 3, false)));     /* all outside */
    CHECK(!mvt_shape(t, 4, square(a, 0.5, 0.50001, 0.500001, 0.500002, false))); /* too small */
    CHECK(mvt_finish(t, &out) == ERR_OK);
    CHECK(decode(&out, l, 1) == 1 && l[0].feature_count == 2);
    struct walked w = walk(l[0].features[0]);
    CHECK(w.rings == 2 && w.min == -64 && w.max == 4160);
    CHECK_NEAR((double)w.area2[0] / 2, 4224.0 * 4224, 1);
    w = walk(l[0].features[1]);
    CHECK(w.rings == 1 && w.max == 4160);
    CHECK_NEAR((double)w.area2[0] / 2, (4160.0 - 2048) * (4160 - 2048), 20000);
    mvt_free(t);
    buf_done(&out);
    arena_free(a);
}

TEST(a_line_that_leaves_and_returns_becomes_two_parts)
{
    struct arena *a = arena_new(1 << 16);
    struct layer l[1];
    struct buf out = buf_init(1 << 16);
    struct mvt *t = mvt_new(tile, 1 << 16);
    struct geo_shape *s = geo_shape_new(a, GEO_LINES, 1);
    struct geo_point *p = geo_shape_path(a, s, 0, 4, false);
    p[0] = inside_tile(0.5, 0.2);
    p[1] = inside_tile(1.5, 0.2);
    p[2] = inside_tile(1.5, 0.8);
    p[3] = inside_tile(0.5, 0.8);
    CHECK(geo_shape_finish(s) == ERR_OK);
    mvt_layer(t, "lines");
    CHECK(mvt_shape(t, 0, s));
    CHECK(mvt_finish(t, &out) == ERR_OK);
    CHECK(decode(&out, l, 1) == 1 && l[0].features[0].type == 2);
    struct in g = l[0].features[0].geometry;
    int moves = 0;
    while (g.p < g.end) {
        uint64_t c = varint(&g);
        moves += (c & 7) == 1;
        for (uint64_t i = 0; i < 2 * (c >> 3); i++)
            varint(&g);
    }
    CHECK_INT(moves, 2);
    struct walked w = walk(l[0].features[0]);
    CHECK(w.points == 4 && w.max == 4160);
    mvt_free(t);
    buf_done(&out);
    arena_free(a);
}

TEST(the_highest_zoom_keeps_numbers_small)
{
    struct arena *a = arena_new(1 << 16);
    struct layer l[1];
    struct buf out = buf_init(1 << 16);
    struct mvt_tile deep = mvt_tile_at((struct geo_lonlat){13.8, 58.7}, 22);
    struct mvt *t = mvt_new(deep, 1 << 16);
    mvt_layer(t, "areas");
    CHECK(mvt_shape(t, 0, geo_shape_rect(a, (struct geo_box){300000, 6400000, 600000, 6600000})));
    CHECK(mvt_finish(t, &out) == ERR_OK && decode(&out, l, 1) == 1);
    struct walked w = walk(l[0].features[0]);
    CHECK(w.rings == 1 && w.min == -64 && w.max == 4160);
    mvt_free(t);
    buf_done(&out);
    arena_free(a);
}

TEST(tile_numbers_are_checked)
{
    CHECK(mvt_tile_valid(0, 0, 0) && mvt_tile_valid(22, (1 << 22) - 1, 0));
    CHECK(!mvt_tile_valid(23, 0, 0) && !mvt_tile_valid(-1, 0, 0) && !mvt_tile_valid(3, 8, 0));
    CHECK(!mvt_tile_valid(3, 0, 8) && !mvt_tile_valid(3, -1, 0));
    CHECK(!mvt_tile_valid(INT64_MAX, INT64_MAX, INT64_MIN));
}

TEST(tile_box_holds_all_of_the_tile)
{
    for (uint32_t z = 0; z <= 20; z++) {
        struct mvt_tile t = mvt_tile_at((struct geo_lonlat){13.8, 58.7}, z);
        struct geo_mercator nw, se;
        struct geo_box box;
        mvt_tile_bounds(t, &nw, &se);
        CHECK(mvt_tile_box(t, &box));
        for (uint64_t i = 0; i < 500; i++) {
            double fx = (double)(hash64(&i, 8, 1) >> 11) * 0x1p-53;
            double fy = (double)(hash64(&i, 8, 2) >> 11) * 0x1p-53;
            struct geo_lonlat p = geo_from_mercator((struct geo_mercator){
                nw.x + fx * (se.x - nw.x), nw.y + (i % 5 ? fy : (double)(i % 2)) * (se.y - nw.y)});
            struct geo_point q = geo_to_sweref(p);
            if (geo_in_domain(p.lon, p.lat))
                CHECK(geo_box_has(&box, q.east, q.north));
        }
    }
    struct geo_box none;
    CHECK(!mvt_tile_box((struct mvt_tile){3, 0, 7}, &none));
}

TEST(many_keys_and_values_are_kept_apart)
{
    struct buf out = buf_init(1 << 20);
    struct mvt *t = mvt_new(tile, 1 << 20);
    struct geo_point p = inside_tile(0.5, 0.5);
    mvt_layer(t, "many");
    for (int round = 0; round < 2; round++) {
        for (int i = 0; i < 1000; i++) {
            CHECK(mvt_point(t, 0, p.east, p.north));
            mvt_tag_int(t, "n", i);
        }
    }
    CHECK(mvt_finish(t, &out) == ERR_OK);
    size_t values = 0;
    struct in in = {(const uint8_t *)out.data, (const uint8_t *)out.data + out.len};
    unsigned n, wire;
    CHECK(field(&in, &n, &wire));
    struct in layer = bytes(&in);
    while (field(&layer, &n, &wire)) {
        if (wire == 0)
            varint(&layer);
        else
            bytes(&layer);
        values += n == 4;
    }
    CHECK_INT(values, 1000);
    mvt_free(t);
    buf_done(&out);
}

TEST(a_tile_past_its_ceiling_is_an_error_and_can_be_used_again)
{
    struct buf out = buf_init(1 << 20);
    struct mvt *t = mvt_new(tile, 500);
    struct geo_point p = inside_tile(0.5, 0.5);
    mvt_layer(t, "many");
    for (uint64_t i = 1; i < 100; i++)
        mvt_point(t, i, p.east, p.north);
    CHECK(mvt_finish(t, &out) == ERR_LIMIT && out.len == 0);
    mvt_layer(t, "few");
    CHECK(mvt_point(t, 1, p.east, p.north));
    CHECK(mvt_finish(t, &out) == ERR_OK && out.len > 0);
    mvt_free(t);
    buf_done(&out);
}

TEST(encoder_survives_every_allocation_failure)
{
    struct arena *a = arena_new(1 << 16);
    struct geo_shape *s = square(a, -1, 0.8, 0.4, 0.6, false);
    for (long n = 0;; n++) {
        struct buf out = buf_init(1 << 16);
        mem_fail_at(n);
        struct mvt *t = mvt_new(tile, 1 << 16);
        enum err e = ERR_NOMEM;
        if (t) {
            mvt_layer(t, "areas");
            for (int i = 0; i < 40 && mvt_shape(t, 1, s); i++)
                mvt_tag_int(t, "a", i);
            e = mvt_finish(t, &out);
        }
        bool failed = mem_failed();
        mem_fail_at(-1);
        CHECK(e == (failed ? ERR_NOMEM : ERR_OK));
        mvt_free(t);
        buf_done(&out);
        if (!failed)
            break;
    }
    arena_free(a);
}
