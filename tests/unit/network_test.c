/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "network_fixture.h"

/* --- The graph --- */

TEST(streets_become_chains_between_crossings)
{
    /* a cross with one bent arm, a ring by itself, one street drawn twice, one of no length */
    static const struct street s[] = {
        {0, 0, 100, 0},    {100, 0, 150, 50}, {150, 50, 150, 90}, {0, 0, -60, 0},
        {0, 0, 0, 80},     {0, -70, 0, 0},    {900, 0, 910, 0},   {910, 0, 910, 10},
        {910, 10, 900, 0}, {0, 0, 100, 0},    {5, 5, 5, 5},       {-60, 0, 0, 0},
    };
    struct work w = work_of(1);
    struct network net = streets(&w, s, ARRAY_LEN(s), 0);
    CHECK_INT(net.chains, 5);
    CHECK_INT(net.crossings, 6);
    CHECK_INT(net.dropped, 3);
    CHECK_INT(net.parts, 2);
    CHECK_NEAR(net.total, 100 + 50 * sqrt(2) + 40 + 60 + 80 + 70 + 20 + 10 * sqrt(2), 1e-9);
    CHECK_INT(net.chain[0], net.chain[1]);
    CHECK_INT(net.chain[1], net.chain[2]);
    CHECK(net.chain[9] == NETWORK_NONE && net.chain[10] == NETWORK_NONE);
    double x, y;
    network_point(&net, net.chain[2], net.turned[2] ? 0 : net.chain_length[net.chain[2]], &x, &y);
    CHECK_NEAR(hypot(x - 150, y - 90), 0, 1e-9);
    network_point(&net, net.chain[1], network_along(&net, (struct network_place){1, 10}), &x, &y);
    CHECK_NEAR(x, 100 + 10 / sqrt(2), 1e-9);
    CHECK_NEAR(y, 10 / sqrt(2), 1e-9);
    arena_free(w.arena);
}

TEST(ends_within_the_join_meet)
{
    static const struct street s[] = {{0, 0, 100, 0}, {100.3, 0.4, 200, 0}, {200, 0.6, 300, 0}};
    struct work w = work_of(1);
    CHECK_INT(streets(&w, s, 3, 0).parts, 3);
    CHECK_INT(streets(&w, s, 3, 0.4999).parts, 3);
    CHECK_INT(streets(&w, s, 3, 0.5000001).parts, 2);
    CHECK_INT(streets(&w, s, 3, 0.61).parts, 1);
    arena_free(w.arena);
}

/* --- Snapping --- */

static struct network_place brute_nearest(const struct network *net, double x, double y,
                                          double *distance)
{
    struct network_place best = {NETWORK_NONE, 0};
    *distance = INFINITY;
    for (uint32_t i = 0; i < net->segments; i++) {
        if (net->chain[i] == NETWORK_NONE)
            continue;
        double ax = net->x[net->a[i]], ay = net->y[net->a[i]];
        double dx = net->x[net->b[i]] - ax, dy = net->y[net->b[i]] - ay;
        double t = ((x - ax) * dx + (y - ay) * dy) / (dx * dx + dy * dy);
        t = fmin(fmax(t, 0), 1);
        double d = hypot(x - ax - t * dx, y - ay - t * dy);
        if (d < *distance) {
            *distance = d;
            best = (struct network_place){i, t * net->length[i]};
        }
    }
    return best;
}

TEST(points_are_put_on_the_nearest_street)
{
    struct work w = work_of(1);
    struct network net = town(&w, 14, 3);
    struct rng r = rng_make(5, 0);
    double x[600], y[600], d;
    struct network_place p[600];
    size_t off = 0;
    for (int i = 0; i < 600; i++) {
        x[i] = rng_between(&r, -900, 2300);
        y[i] = rng_between(&r, -900, 2300);
    }
    for (double snap = 5; snap < 1e8; snap *= 7) {
        CHECK_INT(network_snap(&w, &net, &(struct points){600, x, y, NULL}, snap, p), ERR_OK);
        for (int i = 0; i < 600; i++) {
            struct network_place b = brute_nearest(&net, x[i], y[i], &d);
            off += d > snap;
            CHECK_INT(p[i].segment == NETWORK_NONE, d > snap);
            if (d > snap)
                continue;
            double px, py, bx, by;
            network_point(&net, net.chain[p[i].segment], network_along(&net, p[i]), &px, &py);
            network_point(&net, net.chain[b.segment], network_along(&net, b), &bx, &by);
            CHECK_NEAR(hypot(px - x[i], py - y[i]), d, 1e-7);
            CHECK_NEAR(hypot(px - bx, py - by), 0, 1e-6);
        }
    }
    CHECK(off > 600);
    x[0] = 1e8;
    y[0] = -1e8;
    CHECK_INT(network_snap(&w, &net, &(struct points){1, x, y, NULL}, 1e9, p), ERR_OK);
    CHECK(p[0].segment != NETWORK_NONE);
    arena_free(w.arena);
}

TEST(threads_put_points_on_the_same_streets)
{
    struct work w = work_of(1);
    struct network net = town(&w, 14, 3);
    struct rng r = rng_make(6, 0);
    size_t n = 20000;
    double *x = ARENA_ARRAY(w.arena, n, double), *y = ARENA_ARRAY(w.arena, n, double);
    struct network_place *one = arena_array(w.arena, n, sizeof *one);
    struct network_place *more = arena_array(w.arena, n, sizeof *more);
    for (size_t i = 0; i < n; i++) {
        x[i] = rng_between(&r, -100, 1500);
        y[i] = rng_between(&r, -100, 1500);
    }
    struct points p = {n, x, y, NULL};
    CHECK_INT(network_snap(&w, &net, &p, 60, one), ERR_OK);
    for (w.threads = 2; w.threads <= 4; w.threads *= 2) {
        CHECK_INT(network_snap(&w, &net, &p, 60, more), ERR_OK);
        for (size_t i = 0; i < n; i++)
            CHECK(one[i].segment == more[i].segment && one[i].along == more[i].along);
    }
    arena_free(w.arena);
}

/* --- Distances --- */

/* Floyd and Warshall over the vertices: another algorithm, on the segments and not the chains. */
static double *all_ways(const struct network *net, struct arena *a)
{
    size_t n = net->vertices;
    double *d = ARENA_ARRAY(a, n * n, double);
    for (size_t i = 0; i < n * n; i++)
        d[i] = i % (n + 1) ? INFINITY : 0;
    for (size_t s = 0; s < net->segments; s++)
        if (net->chain[s] != NETWORK_NONE) {
            size_t i = net->a[s], j = net->b[s];
            d[i * n + j] = d[j * n + i] = fmin(d[i * n + j], net->length[s]);
        }
    for (size_t k = 0; k < n; k++)
        for (size_t i = 0; i < n; i++)
            for (size_t j = 0; j < n; j++)
                d[i * n + j] = fmin(d[i * n + j], d[i * n + k] + d[k * n + j]);
    return d;
}

static double way(const struct network *net, const double *d, struct network_place p,
                  struct network_place q)
{
    size_t n = net->vertices;
    double out = p.segment == q.segment ? fabs(p.along - q.along) : INFINITY;
    for (int i = 0; i < 2; i++)
        for (int j = 0; j < 2; j++) {
            size_t u = i ? net->b[p.segment] : net->a[p.segment];
            size_t v = j ? net->b[q.segment] : net->a[q.segment];
            double first = i ? net->length[p.segment] - p.along : p.along;
            double last = j ? net->length[q.segment] - q.along : q.along;
            out = fmin(out, first + d[u * n + v] + last);
        }
    return out;
}

TEST(distances_are_the_shortest_ways)
{
    struct work w = work_of(1);
    struct network net = town(&w, 7, 11);
    double *d = all_ways(&net, w.arena), out[120], nearest[120];
    struct network_place p[120];
    some_places(&net, 23, p, 120);
    p[7].segment = NETWORK_NONE;
    p[9] = p[8];
    CHECK_INT(network_nearest(&w, &net, p, 120, nearest), ERR_OK);
    CHECK(isnan(nearest[7]) && nearest[8] == 0 && nearest[9] == 0);
    for (int i = 0; i < 120; i++) {
        double least = INFINITY;
        if (i == 7)
            continue;
        CHECK_INT(network_distances(&w, &net, p[i], p, 120, out), ERR_OK);
        CHECK(isnan(out[7]) && out[i] == 0);
        for (int j = 0; j < 120; j++) {
            if (j == 7)
                continue;
            double wanted = way(&net, d, p[i], p[j]);
            CHECK(isinf(wanted) ? isinf(out[j]) : fabs(out[j] - wanted) <= 1e-9);
            least = j == i ? least : fmin(least, wanted);
        }
        CHECK(isinf(least) ? isinf(nearest[i]) : fabs(nearest[i] - least) <= 1e-9);
    }
    CHECK_INT(network_distances(&w, &net, p[7], p, 120, out), ERR_INVALID);
    arena_free(w.arena);
}

TEST(nothing_leads_to_another_part)
{
    static const struct street s[] = {{0, 0, 100, 0}, {0, 50, 100, 50}};
    struct work w = work_of(1);
    struct network net = streets(&w, s, 2, 0);
    struct network_place p[] = {{0, 30}, {1, 30}};
    double out[2];
    CHECK_INT(network_distances(&w, &net, p[0], p, 2, out), ERR_OK);
    CHECK(out[0] == 0 && isinf(out[1]));
    CHECK_INT(network_nearest(&w, &net, p, 2, out), ERR_OK);
    CHECK(isinf(out[0]) && isinf(out[1]));
    arena_free(w.arena);
}

TEST(distances_of_chicago_are_the_peers)
{
    struct work w = work_of(1);
    struct network_place p[CHICAGO];
    struct network net = chicago(&w, p);
    double out[CHICAGO];
    struct csv c;
    CHECK(csv_open(DATA, "network_answers.csv", &c));
    const double *wanted = csv_column(&c, "network_distance");
    CHECK_NEAR(net.total, 31150.2101534059, 1e-9);
    CHECK_INT(network_distances(&w, &net, p[0], p, CHICAGO, out), ERR_OK);
    for (int i = 0; i < CHICAGO; i++)
        CHECK_NEAR(out[i], wanted[i], 1e-12 * fmax(1, wanted[i]));
    csv_done(&c);
    arena_free(w.arena);
}

/* --- Bad input --- */

TEST(bad_streets_have_named_errors)
{
    struct work w = work_of(1);
    struct network net;
    double x[] = {0, 10}, y[] = {0, 0}, bad[] = {NAN, 0}, far[] = {1e9, 0};
    struct segments fine = {1, x, y, x + 1, y + 1};
    CHECK_INT(network_make(&w, &fine, 0, &net), ERR_OK);
    CHECK_INT(network_make(&w, &fine, -1, &net), ERR_INVALID);
    CHECK_INT(network_make(&w, &fine, NAN, &net), ERR_INVALID);
    CHECK_INT(network_make(&w, &fine, 11, &net), ERR_INVALID);
    CHECK_INT(network_make(&w, &(struct segments){0, x, y, x, y}, 0, &net), ERR_INVALID);
    CHECK_INT(network_make(&w, &(struct segments){1, x, y, x, y}, 0, &net), ERR_INVALID);
    CHECK_INT(network_make(&w, &(struct segments){1, bad, y, x, y}, 0, &net), ERR_INVALID);
    CHECK_INT(network_make(&w, &(struct segments){1, x, y, far, y}, 0, &net), ERR_INVALID);
    fine.n = NETWORK_SEGMENTS_MOST + 1ul;
    CHECK_INT(network_make(&w, &fine, 0, &net), ERR_LIMIT);
    CHECK_INT(network_distances(&w, &net, (struct network_place){4, 0}, NULL, 0, x), ERR_INVALID);
    CHECK_INT(network_distances(&w, &net, (struct network_place){0, 99}, NULL, 0, x), ERR_INVALID);
    CHECK_INT(network_snap(&w, &net, &(struct points){1, x, y, NULL}, NAN, NULL), ERR_INVALID);
    CHECK_INT(network_snap(&w, &net, &(struct points){1, bad, y, NULL}, 1, NULL), ERR_INVALID);
    arena_free(w.arena);
}

TEST(the_network_keeps_to_its_arena)
{
    struct work w = work_of(1);
    struct network net = town(&w, 10, 1);
    struct work small = {.threads = 1, .arena = arena_new(20000)};
    double x1[400], y1[400], x2[400], y2[400];
    for (size_t i = 0; i < 400; i++) {
        size_t s = i % net.segments;
        x1[i] = net.x[net.a[s]] + (double)i;
        y1[i] = net.y[net.a[s]];
        x2[i] = net.x[net.b[s]] + (double)i;
        y2[i] = net.y[net.b[s]] + 1;
    }
    struct segments many = {400, x1, y1, x2, y2};
    CHECK_INT(network_make(&small, &many, 0, &net), ERR_NOMEM);
    arena_free(small.arena);
    arena_free(w.arena);
}
