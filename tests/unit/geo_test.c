/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "test.h"

#include <math.h>
#include <proj.h>
#include <stdlib.h>

#include "base/hash.h"
#include "base/mem.h"
#include "geo/cell.h"
#include "geo/precision.h"
#include "geo/sweref.h"

/* 0 <= x < 1, the i-th of a fixed sequence. */
static double uniform(uint64_t i)
{
    return (double)(hash64(&i, sizeof i, 7) >> 11) * 0x1p-53;
}

TEST(sweref_agrees_with_proj_within_a_tenth_of_a_millimetre)
{
    PJ_CONTEXT *ctx = proj_context_create();
    PJ *pj = proj_create(ctx, "+proj=utm +zone=33 +ellps=GRS80");
    CHECK(pj);
    double worst = 0, worst_back = 0;
    for (uint64_t i = 0; i < 100000; i++) {
        struct geo_lonlat p = {GEO_LON_MIN + uniform(2 * i) * (GEO_LON_MAX - GEO_LON_MIN),
                               GEO_LAT_MIN + uniform(2 * i + 1) * (GEO_LAT_MAX - GEO_LAT_MIN)};
        PJ_COORD want =
            proj_trans(pj, PJ_FWD, proj_coord(proj_torad(p.lon), proj_torad(p.lat), 0, 0));
        struct geo_point got = geo_to_sweref(p);
        worst = fmax(worst, hypot(got.east - want.enu.e, got.north - want.enu.n));
        struct geo_lonlat back = geo_to_wgs84((struct geo_point){want.enu.e, want.enu.n});
        worst_back =
            fmax(worst_back,
                 hypot((back.lon - p.lon) * cos(proj_torad(p.lat)), back.lat - p.lat) * 111320);
    }
    proj_destroy(pj);
    proj_context_destroy(ctx);
    CHECK_NEAR(worst, 0, 1e-4);
    CHECK_NEAR(worst_back, 0, 1e-4);
}

TEST(central_meridian_lies_at_500_km_east)
{
    CHECK_NEAR(geo_to_sweref((struct geo_lonlat){15, 60}).east, 500000, 1e-9);
}

TEST(sweden_box_refuses_exchanged_axes)
{
    CHECK(geo_in_sweden(13.82, 58.71));
    CHECK(!geo_in_sweden(58.71, 13.82));
    CHECK(!geo_in_sweden(NAN, 58));
    CHECK(geo_point_in_sweden(431700, 6508000));
    CHECK(!geo_point_in_sweden(6508000, 431700));
}

TEST(mercator_goes_there_and_back_and_stays_below_one)
{
    for (uint64_t i = 0; i < 1000; i++) {
        struct geo_lonlat p = {uniform(2 * i) * 360 - 180, uniform(2 * i + 1) * 170 - 85};
        struct geo_lonlat q = geo_from_mercator(geo_to_mercator(p));
        CHECK_NEAR(p.lon, q.lon, 1e-9);
        CHECK_NEAR(p.lat, q.lat, 1e-9);
    }
    struct geo_mercator end = geo_to_mercator((struct geo_lonlat){180, -90});
    CHECK(end.x < 1 && end.y < 1);
    struct geo_mercator start = geo_to_mercator((struct geo_lonlat){-180, 90});
    CHECK(start.x == 0 && start.y >= 0 && start.y < 1e-9);
}

TEST(precision_names_read_back)
{
    for (int p = GEO_NONE; p <= GEO_COUNTY; p++) {
        enum geo_precision got = GEO_NONE;
        CHECK(geo_precision_parse(geo_precision_name((enum geo_precision)p), &got));
        CHECK_INT(got, p);
    }
    enum geo_precision kept = GEO_AREA;
    CHECK(!geo_precision_parse("Point", &kept) && !geo_precision_parse(NULL, &kept));
    CHECK_INT(kept, GEO_AREA);
}

TEST(only_point_street_and_named_place_are_places)
{
    CHECK(geo_precision_is_place(GEO_POINT) && geo_precision_is_place(GEO_STREET) &&
          geo_precision_is_place(GEO_PLACE));
    CHECK(!geo_precision_is_place(GEO_NONE) && !geo_precision_is_place(GEO_AREA) &&
          !geo_precision_is_place(GEO_MUNICIPALITY) && !geo_precision_is_place(GEO_COUNTY));
}

TEST(cell_holds_its_point)
{
    CHECK(geo_cell(431799.99, 6508000) == INT64_C(65080) * 100000 + 4317);
    CHECK(geo_cell(431800, 6508000) == INT64_C(65080) * 100000 + 4318);
    CHECK(geo_cell(NAN, 6508000) == 0 && geo_cell(431800, NAN) == 0);
    CHECK(geo_cell(-1, 6508000) == 0 && geo_cell(5, 99) == 0 && geo_cell(1e7, 500) == 0);
    for (uint64_t i = 0; i < 1000; i++) {
        double east = uniform(i) * 1e6, north = 6e6 + uniform(i + 5000) * 2e6;
        struct geo_box box = geo_cell_box(geo_cell(east, north));
        CHECK(geo_box_has(&box, east, north));
        CHECK_NEAR(box.east_max - box.east_min, 100, 0);
    }
}

static bool in_ranges(int64_t cell, const struct geo_cell_range *r, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (cell >= r[i].first && cell <= r[i].last)
            return true;
    return false;
}

TEST(ranges_hold_every_point_of_the_box_and_ascend)
{
    for (uint64_t i = 0; i < 300; i++) {
        double e = uniform(4 * i) * 9e5, n = 6e6 + uniform(4 * i + 1) * 1e6;
        struct geo_box box = {e, n, e + uniform(4 * i + 2) * 9000, n + uniform(4 * i + 3) * 9000};
        struct geo_cell_range r[16];
        size_t got = geo_cell_ranges(box, r, 1 + i % 16);
        CHECK(got >= 1 && got <= 1 + i % 16);
        for (size_t k = 1; k < got; k++)
            CHECK(r[k].first > r[k - 1].last);
        CHECK(in_ranges(geo_cell(box.east_max, box.north_max), r, got));
        for (uint64_t k = 0; k < 20; k++) {
            double pe = box.east_min + uniform(i * 50 + k) * (box.east_max - box.east_min);
            double pn = box.north_min + uniform(i * 50 + k + 25) * (box.north_max - box.north_min);
            CHECK(in_ranges(geo_cell(pe, pn), r, got));
        }
    }
}

TEST(ranges_without_coarsening_hold_nothing_else)
{
    struct geo_cell_range r[8];
    struct geo_box box = {1050, 6000050, 1250, 6000250};
    CHECK_INT(geo_cell_ranges(box, r, 8), 3);
    for (int row = 59998; row < 60006; row++)
        for (int col = 5; col < 20; col++) {
            int64_t cell = (int64_t)row * 100000 + col;
            bool want = row >= 60000 && row <= 60002 && col >= 10 && col <= 12;
            CHECK(in_ranges(cell, r, 3) == want);
        }
    CHECK_INT(geo_cell_ranges(geo_box_empty(), r, 8), 0);
    CHECK_INT(geo_cell_ranges((struct geo_box){NAN, 0, 1, 1}, r, 8), 0);
    CHECK_INT(geo_cell_ranges((struct geo_box){-9e9, -9e9, 9e9, 9e9}, r, 8), 8);
}
