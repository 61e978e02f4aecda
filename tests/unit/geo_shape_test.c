/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "test.h"

#include <math.h>
#include <string.h>

#include "base/hash.h"
#include "base/mem.h"
#include "geo/shape.h"
#include "geo/wkb.h"

static double uniform(uint64_t i)
{
    return (double)(hash64(&i, sizeof i, 11) >> 11) * 0x1p-53;
}

/* A star round (east, north): never crosses itself, seldom convex. */
static void star(struct arena *a, struct geo_shape *s, uint32_t path, uint64_t seed, double radius)
{
    uint32_t n = 5 + (uint32_t)(uniform(seed) * 40);
    struct geo_point *p = geo_shape_path(a, s, path, n + 1, path > 0);
    CHECK(p);
    for (uint32_t i = 0; i < n; i++) {
        double angle = 2 * M_PI * i / n, r = radius * (0.4 + 0.6 * uniform(seed + i + 1));
        p[i] = (struct geo_point){450000 + r * cos(angle), 6500000 + r * sin(angle)};
    }
    p[n] = p[0];
}

static struct geo_shape *star_with_hole(struct arena *a, uint64_t seed)
{
    struct geo_shape *s = geo_shape_new(a, GEO_POLYGON, 2);
    CHECK(s);
    star(a, s, 0, seed, 1000);
    star(a, s, 1, seed + 500, 350);
    CHECK(geo_shape_finish(s) == ERR_OK);
    return s;
}

/* Winding number by angles: slow, and nothing in common with the code under test. */
static bool brute_inside(const struct geo_path *r, double east, double north)
{
    double turn = 0;
    for (uint32_t i = 0; i + 1 < r->count; i++) {
        double ax = r->points[i].east - east, ay = r->points[i].north - north;
        double bx = r->points[i + 1].east - east, by = r->points[i + 1].north - north;
        turn += atan2(ax * by - bx * ay, ax * bx + ay * by);
    }
    return fabs(turn) > M_PI;
}

TEST(point_in_polygon_agrees_with_the_winding_number)
{
    struct arena *a = arena_new(1 << 20);
    int inside = 0;
    for (uint64_t k = 0; k < 50; k++) {
        struct geo_shape *s = star_with_hole(a, k * 1000);
        for (uint64_t i = 0; i < 200; i++) {
            double e = 449000 + 2000 * uniform(k * 7000 + i);
            double n = 6499000 + 2000 * uniform(k * 7000 + i + 3000);
            bool want = brute_inside(&s->paths[0], e, n) && !brute_inside(&s->paths[1], e, n);
            CHECK(geo_shape_contains(s, e, n) == want);
            inside += want;
        }
        arena_reset(a);
    }
    CHECK(inside > 1000);
    arena_free(a);
}

TEST(a_ring_is_a_circle)
{
    struct arena *a = arena_new(1 << 16);
    struct geo_point middle = {450000, 6500000};
    struct geo_shape *s = geo_shape_ring(a, middle, 400);
    CHECK(s && s->path_count == 1);
    CHECK(fabs(geo_shape_area(s) - M_PI * 400 * 400) < 0.01 * M_PI * 400 * 400);
    CHECK(geo_shape_contains(s, 450000 + 395, 6500000));
    CHECK(!geo_shape_contains(s, 450000 + 300, 6500000 + 300));
    CHECK(!geo_shape_ring(a, middle, 0) && !geo_shape_ring(a, middle, (double)NAN));
    arena_free(a);
}

TEST(points_on_shared_edges_belong_to_exactly_one_square)
{
    struct arena *a = arena_new(1 << 16);
    struct geo_shape *sq[4];
    for (int i = 0; i < 4; i++) {
        double e = 450000 + (i % 2) * 100, n = 6500000 + (i / 2) * 100;
        sq[i] = geo_shape_rect(a, (struct geo_box){e, n, e + 100, n + 100});
    }
    const struct geo_point on[] = {{450100, 6500050}, {450050, 6500100}, {450100, 6500100},
                                   {450100, 6500000}, {450000, 6500100}, {450150, 6500100}};
    for (size_t p = 0; p < ARRAY_LEN(on); p++) {
        int owners = 0;
        for (int i = 0; i < 4; i++)
            owners += geo_shape_contains(sq[i], on[p].east, on[p].north);
        CHECK_INT(owners, 1);
    }
    CHECK(geo_shape_contains(sq[0], 450000, 6500000));
    CHECK(!geo_shape_contains(sq[3], 450200, 6500200));
    arena_free(a);
}

TEST(points_on_a_slanting_shared_edge_belong_to_exactly_one_triangle)
{
    struct arena *a = arena_new(1 << 16);
    struct geo_point c[4] = {
        {450000, 6500000}, {450333, 6500017}, {450311, 6500290}, {450007, 6500301}};
    struct geo_shape *s[2];
    const int corner[2][4] = {{0, 1, 2, 0}, {0, 3, 2, 0}}; /* the diagonal in both directions */
    for (int k = 0; k < 2; k++) {
        s[k] = geo_shape_new(a, GEO_POLYGON, 1);
        struct geo_point *p = geo_shape_path(a, s[k], 0, 4, false);
        for (int i = 0; i < 4; i++)
            p[i] = c[corner[k][i]];
        CHECK(geo_shape_finish(s[k]) == ERR_OK);
    }
    for (int i = 1; i < 1000; i++) {
        double t = i / 1000.0, e = c[0].east + t * (c[2].east - c[0].east),
               n = c[0].north + t * (c[2].north - c[0].north);
        CHECK_INT(geo_shape_contains(s[0], e, n) + geo_shape_contains(s[1], e, n), 1);
    }
    arena_free(a);
}

/* The same shape moved by (de, dn) and then enlarged k times. */
static struct geo_shape *changed(struct arena *a, const struct geo_shape *s, double de, double dn,
                                 double k)
{
    struct geo_shape *t = geo_shape_new(a, s->kind, s->path_count);
    for (uint32_t i = 0; i < s->path_count; i++) {
        struct geo_point *p = geo_shape_path(a, t, i, s->paths[i].count, s->paths[i].hole);
        for (uint32_t n = 0; n < s->paths[i].count; n++)
            p[n] = (struct geo_point){(s->paths[i].points[n].east + de) * k,
                                      (s->paths[i].points[n].north + dn) * k};
    }
    CHECK(geo_shape_finish(t) == ERR_OK);
    return t;
}

TEST(moving_and_scaling_change_measures_as_they_should)
{
    struct arena *a = arena_new(1 << 20);
    for (uint64_t seed = 0; seed < 40; seed++) {
        struct geo_shape *s = star_with_hole(a, seed * 900);
        struct geo_shape *t = changed(a, s, 12345, -54321, 1);
        struct geo_shape *u = changed(a, s, 0, 0, 3);
        double area = geo_shape_area(s), length = geo_shape_length(s);
        struct geo_point c = geo_shape_centroid(s), ct = geo_shape_centroid(t);
        CHECK(area > 0);
        CHECK_NEAR(geo_shape_area(t), area, area * 1e-9);
        CHECK_NEAR(geo_shape_area(u), 9 * area, area * 1e-7);
        CHECK_NEAR(geo_shape_length(t), length, 1e-5);
        CHECK_NEAR(geo_shape_length(u), 3 * length, 1e-4);
        CHECK_NEAR(ct.east - c.east, 12345, 1e-5);
        CHECK_NEAR(ct.north - c.north, -54321, 1e-5);
        arena_reset(a);
    }
    arena_free(a);
}

TEST(area_length_and_centroid_of_a_square_with_a_hole)
{
    struct arena *a = arena_new(1 << 16);
    struct geo_shape *s = geo_shape_new(a, GEO_POLYGON, 2);
    struct geo_shape *outer = geo_shape_rect(a, (struct geo_box){0, 0, 100, 100});
    struct geo_shape *inner = geo_shape_rect(a, (struct geo_box){50, 0, 100, 100});
    s->paths[0] = outer->paths[0];
    s->paths[1] = inner->paths[0];
    s->paths[1].hole = true;
    CHECK(geo_shape_finish(s) == ERR_OK);
    CHECK_NEAR(geo_shape_area(s), 5000, 1e-9);
    CHECK_NEAR(geo_shape_length(s), 700, 1e-9);
    CHECK_NEAR(geo_shape_centroid(s).east, 25, 1e-9);
    CHECK_NEAR(geo_shape_centroid(s).north, 50, 1e-9);
    arena_free(a);
}

TEST(inside_point_lies_inside_even_a_crescent)
{
    struct arena *a = arena_new(1 << 18);
    struct geo_shape *s = geo_shape_new(a, GEO_POLYGON, 1);
    struct geo_point *p = geo_shape_path(a, s, 0, 41, false);
    for (int i = 0; i < 20; i++) {
        double t = M_PI * i / 19;
        p[i] = (struct geo_point){100 * cos(t), 100 * sin(t)};
        p[39 - i] = (struct geo_point){95 * cos(t), 95 * sin(t)};
    }
    p[40] = p[0];
    CHECK(geo_shape_finish(s) == ERR_OK);
    struct geo_point c = geo_shape_centroid(s), in;
    CHECK(!geo_shape_contains(s, c.east, c.north));
    CHECK(geo_shape_inside_point(a, s, &in) == ERR_OK);
    CHECK(geo_shape_contains(s, in.east, in.north));
    for (uint64_t seed = 0; seed < 20; seed++) {
        struct geo_shape *t = star_with_hole(a, seed * 333);
        CHECK(geo_shape_inside_point(a, t, &in) == ERR_OK);
        CHECK(geo_shape_contains(t, in.east, in.north));
    }
    arena_free(a);
}

TEST(unfinished_shapes_are_refused)
{
    struct arena *a = arena_new(1 << 16);
    struct geo_shape *s = geo_shape_rect(a, (struct geo_box){0, 0, 1, 1});
    s->paths[0].points[4].east = 5;
    CHECK(geo_shape_finish(s) == ERR_INVALID); /* open */
    s->paths[0].points[4].east = 0;
    CHECK(geo_shape_finish(s) == ERR_OK);
    s->paths[0].points[2].north = NAN;
    CHECK(geo_shape_finish(s) == ERR_INVALID);
    s->paths[0].points[2].north = 1e9;
    CHECK(geo_shape_finish(s) == ERR_INVALID);
    s->paths[0].points[2].north = 1;
    s->paths[0].hole = true;
    CHECK(geo_shape_finish(s) == ERR_INVALID);
    s->paths[0].hole = false;
    s->paths[0].count = 3;
    CHECK(geo_shape_finish(s) == ERR_INVALID);
    arena_free(a);
}

TEST(distances_to_lines_and_areas)
{
    struct arena *a = arena_new(1 << 16);
    struct geo_point o = {0, 0};
    CHECK_NEAR(geo_distance_segment((struct geo_point){5, 3}, o, (struct geo_point){10, 0}), 3,
               1e-12);
    CHECK_NEAR(geo_distance_segment((struct geo_point){-3, 4}, o, (struct geo_point){10, 0}), 5,
               1e-12);
    CHECK_NEAR(geo_distance_segment((struct geo_point){3, 4}, o, o), 5, 1e-12);
    struct geo_shape *s = geo_shape_rect(a, (struct geo_box){0, 0, 10, 10});
    CHECK_NEAR(geo_shape_distance(s, (struct geo_point){5, 5}), 0, 0);
    CHECK_NEAR(geo_shape_distance(s, (struct geo_point){13, 14}), 5, 1e-12);
    CHECK_NEAR(geo_shape_distance(geo_shape_point(a, 1, 1), (struct geo_point){4, 5}), 5, 1e-12);
    arena_free(a);
}

static void check_simplified(const struct geo_shape *s, const struct geo_shape *t, double tolerance)
{
    CHECK(geo_shape_vertices(t) <= geo_shape_vertices(s));
    for (uint32_t i = 0; i < t->path_count; i++) {
        const struct geo_path *p = &t->paths[i];
        CHECK(p->count >= 4);
        CHECK_SAME_BYTES(p->points[0], p->points[p->count - 1], 2 * sizeof(double));
    }
    for (uint32_t k = 0; k < s->paths[0].count; k++) {
        double best = INFINITY;
        const struct geo_path *p = &t->paths[0];
        for (uint32_t i = 0; i + 1 < p->count; i++)
            best = fmin(
                best, geo_distance_segment(s->paths[0].points[k], p->points[i], p->points[i + 1]));
        CHECK(best <= tolerance + 1e-9);
    }
}

TEST(simplified_rings_stay_closed_and_within_the_tolerance)
{
    struct arena *a = arena_new(1 << 20);
    const double tolerance[] = {0, 1, 50, 200};
    for (uint64_t seed = 0; seed < 20; seed++) {
        struct geo_shape *s = star_with_hole(a, seed * 77);
        for (size_t k = 0; k < ARRAY_LEN(tolerance); k++) {
            struct geo_shape *t;
            CHECK(geo_shape_simplify(a, s, tolerance[k], &t) == ERR_OK);
            check_simplified(s, t, tolerance[k]);
        }
        struct geo_shape *t;
        CHECK(geo_shape_simplify(a, s, 1e6, &t) == ERR_OK);
        CHECK_INT(t->path_count, 1); /* the hole is gone, the area a triangle */
        CHECK_INT(t->paths[0].count, 4);
        arena_reset(a);
    }
    arena_free(a);
}

static bool same(const struct geo_shape *s, const struct geo_shape *t)
{
    if (s->kind != t->kind || s->path_count != t->path_count)
        return false;
    for (uint32_t i = 0; i < s->path_count; i++) {
        const struct geo_path *p = &s->paths[i], *q = &t->paths[i];
        if (p->count != q->count || p->hole != q->hole ||
            memcmp(p->points, q->points, p->count * sizeof *p->points) != 0)
            return false;
    }
    return true;
}

/* Two polygons, the first with a hole. */
static struct geo_shape *two_polygons(struct arena *a)
{
    struct geo_shape *s = geo_shape_new(a, GEO_POLYGON, 3);
    struct geo_shape *first = star_with_hole(a, 5);
    s->paths[0] = first->paths[0];
    s->paths[1] = first->paths[1];
    s->paths[2] = geo_shape_rect(a, (struct geo_box){1, 2, 3, 4})->paths[0];
    CHECK(geo_shape_finish(s) == ERR_OK);
    return s;
}

TEST(wkb_reads_back_what_was_written)
{
    struct arena *a = arena_new(1 << 18);
    struct geo_shape *lines = geo_shape_new(a, GEO_LINES, 2),
                     *many = geo_shape_new(a, GEO_POINTS, 1);
    for (uint32_t i = 0; i < 2; i++) {
        struct geo_point *p = geo_shape_path(a, lines, i, 3, false);
        for (int k = 0; k < 3; k++)
            p[k] = (struct geo_point){k, i};
    }
    struct geo_point *p = geo_shape_path(a, many, 0, 2, false);
    p[1] = (struct geo_point){7, 8};
    CHECK(geo_shape_finish(lines) == ERR_OK && geo_shape_finish(many) == ERR_OK);
    const struct geo_shape *all[] = {geo_shape_point(a, 431700.5, 6508000.25), lines, many,
                                     star_with_hole(a, 1), two_polygons(a)};
    for (size_t i = 0; i < ARRAY_LEN(all); i++) {
        struct buf b = buf_init(1 << 16);
        struct geo_shape *got = NULL;
        geo_wkb_write(&b, all[i]);
        CHECK(geo_wkb_read(a, b.data, b.len, 10000, &got) == ERR_OK && same(all[i], got));
        got = NULL;
        for (size_t n = 0; n < b.len; n++)
            CHECK(geo_wkb_read(a, b.data, n, 10000, &got) == ERR_INVALID && !got);
        buf_putc(&b, 0);
        CHECK(geo_wkb_read(a, b.data, b.len, 10000, &got) == ERR_INVALID && !got);
        buf_done(&b);
    }
    arena_free(a);
}

TEST(wkb_big_endian_and_heights_are_read)
{
    struct arena *a = arena_new(1 << 16);
    static const uint8_t big[] = {0, 0, 0,    0,    1, 0x40, 0x24, 0, 0, 0, 0,
                                  0, 0, 0x40, 0x34, 0, 0,    0,    0, 0, 0};
    /* PostGIS: point with SRID 3006 and height */
    static const uint8_t ewkb[] = {1, 1,    0,    0, 0xA0, 0xBE, 0x0B, 0, 0, 0, 0,
                                   0, 0,    0,    0, 0x24, 0x40, 0,    0, 0, 0, 0,
                                   0, 0x34, 0x40, 0, 0,    0,    0,    0, 0, 0, 0};
    struct geo_shape *s;
    CHECK(geo_wkb_read(a, big, sizeof big, 1, &s) == ERR_OK);
    CHECK(s->paths[0].points[0].east == 10 && s->paths[0].points[0].north == 20);
    CHECK(geo_wkb_read(a, ewkb, sizeof ewkb, 1, &s) == ERR_OK);
    CHECK(s->paths[0].points[0].east == 10 && s->paths[0].points[0].north == 20);
    uint8_t wrong[sizeof ewkb];
    memcpy(wrong, ewkb, sizeof ewkb);
    wrong[5] = 1; /* another SRID */
    CHECK(geo_wkb_read(a, wrong, sizeof wrong, 1, &s) == ERR_INVALID);
    arena_free(a);
}

TEST(wkb_keeps_its_ceiling_and_is_not_fooled_by_counts)
{
    struct arena *a = arena_new(1 << 16);
    struct geo_shape *s = geo_shape_rect(a, (struct geo_box){0, 0, 1, 1}), *got = NULL;
    struct buf b = buf_init(1 << 12);
    geo_wkb_write(&b, s);
    CHECK(geo_wkb_read(a, b.data, b.len, 4, &got) == ERR_LIMIT);
    CHECK(geo_wkb_read(a, b.data, b.len, 5, &got) == ERR_OK);
    memset(b.data + 5, 0xFF, 4); /* four thousand million rings */
    CHECK(geo_wkb_read(a, b.data, b.len, 5, &got) == ERR_INVALID);
    buf_done(&b);
    arena_free(a);
}

TEST(wkb_survives_every_allocation_failure)
{
    struct buf b = buf_init(1 << 16);
    struct arena *keep = arena_new(1 << 18);
    geo_wkb_write(&b, two_polygons(keep));
    for (long n = 0;; n++) {
        struct arena *a = arena_new(1 << 18);
        struct geo_shape *s = NULL, *t = NULL;
        mem_fail_at(n);
        enum err e = geo_wkb_read(a, b.data, b.len, 1000, &s);
        if (e == ERR_OK)
            e = geo_shape_simplify(a, s, 10, &t);
        bool failed = mem_failed();
        mem_fail_at(-1);
        CHECK(failed ? e == ERR_NOMEM && !t : e == ERR_OK && t);
        arena_free(a);
        if (!failed)
            break;
    }
    arena_free(keep);
    buf_done(&b);
}
