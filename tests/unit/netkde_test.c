/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "network_fixture.h"
#include "stats/netkde.h"

static struct netkde spread(const struct work *w, const struct network *net,
                            const struct network_place *p, const double *weight, size_t n,
                            struct netkde_plan plan)
{
    struct netkde k = {0};
    CHECK_INT(netkde(w, net, &(struct netkde_events){n, p, weight}, &plan, &k), ERR_OK);
    return k;
}

static double mass(const struct network *net, const struct netkde *k)
{
    double sum = 0;
    for (size_t c = 0; c < net->chains; c++)
        for (uint32_t i = k->piece_first[c]; i < k->piece_first[c + 1]; i++)
            sum += k->density[i] * k->length[c];
    return sum;
}

static double most(const struct netkde *k)
{
    double out = 0;
    for (size_t i = 0; i < k->pieces; i++)
        out = fmax(out, k->density[i]);
    return out;
}

static double gauss(double x, double s)
{
    return exp(-x * x / (2 * s * s)) / (s * sqrt(2 * M_PI));
}

/* --- Where the answer is known --- */

TEST(worked_example_of_network_kde)
{
    /* a crossing of four long streets, an event 50 m into one of them, sigma 100 m */
    static const struct street s[] = {
        {0, 0, 2000, 0}, {0, 0, -2000, 0}, {0, 0, 0, 2000}, {0, 0, 0, -2000}};
    struct work w = work_of(1);
    struct network net = streets(&w, s, 4, 0);
    struct network_place event = {0, 50}, across = {2, 50}, same = {0, 100};
    struct netkde k = spread(&w, &net, &event, NULL, 1, (struct netkde_plan){100, 2});
    CHECK_NEAR(netkde_at(&net, &k, event) * 1000, 3.989 - 0.5 * 2.420, 0.002);
    CHECK_NEAR(netkde_at(&net, &k, across) * 1000, 0.5 * 2.420, 0.002);
    CHECK_NEAR(netkde_at(&net, &k, same) * 1000, 3.521 - 0.5 * 1.295, 0.002);
    arena_free(w.arena);
}

/* On a star of d long arms the density is g(x - y) + (2 / d - 1) g(x + y) on the event's own arm,
 * and 2 / d g(x + y) on the others. A dead end is a star of one arm, a bend one of two. */
TEST(a_star_has_its_closed_form)
{
    struct work w = work_of(1);
    for (int d = 1; d <= 6; d++)
        for (double s = 40; s < 200; s *= 2) {
            struct street arm[6];
            for (int i = 0; i < d; i++)
                arm[i] = (struct street){0, 0, 3000 * cos(i), 3000 * sin(i)};
            struct network net = streets(&w, arm, (size_t)d, 0);
            struct network_place event = {0, 43.21};
            struct netkde k = spread(&w, &net, &event, NULL, 1, (struct netkde_plan){s, s / 10});
            double peak = gauss(0, s);
            CHECK_NEAR(mass(&net, &k), 1, 1e-12);
            for (int i = 0; i < d; i++)
                for (double x = 0; x < 800; x += 3.7) {
                    double got = netkde_at(&net, &k, (struct network_place){(uint32_t)i, x});
                    double far = gauss(x + event.along, s);
                    double wanted =
                        i ? 2.0 / d * far : gauss(x - event.along, s) + (2.0 / d - 1) * far;
                    CHECK_NEAR(got, wanted, 0.005 * peak);
                }
        }
    arena_free(w.arena);
}

TEST(the_error_falls_with_the_square_of_the_step)
{
    static const struct street s[] = {{0, 0, 4000, 0}};
    struct work w = work_of(1);
    struct network net = streets(&w, s, 1, 0);
    double error[3] = {0};
    for (int i = 0; i < 3; i++) {
        struct network_place event = {0, 2000};
        struct netkde k =
            spread(&w, &net, &event, NULL, 1, (struct netkde_plan){100, 20.0 / (1 << i)});
        for (double x = 0; x <= 4000; x += 20)
            error[i] = fmax(error[i], fabs(netkde_at(&net, &k, (struct network_place){0, x}) -
                                           gauss(x - 2000, 100)));
    }
    CHECK(error[0] < 0.01 * gauss(0, 100));
    CHECK_NEAR(error[0] / error[1], 4, 0.3);
    CHECK_NEAR(error[1] / error[2], 4, 0.3);
    arena_free(w.arena);
}

/* A ring's density is the Gaussian wound round it. */
TEST(a_ring_winds_the_gaussian_up)
{
    static const struct street s[] = {
        {0, 0, 100, 0}, {100, 0, 100, 100}, {100, 100, 0, 100}, {0, 100, 0, 0}};
    struct work w = work_of(1);
    struct network net = streets(&w, s, 4, 0);
    struct network_place event = {1, 30};
    struct netkde k = spread(&w, &net, &event, NULL, 1, (struct netkde_plan){80, 4});
    for (double x = 0; x < 400; x += 7) {
        uint32_t i = (uint32_t)(x / 100);
        double wanted = 0;
        for (int turn = -5; turn <= 5; turn++)
            wanted += gauss(x - 130 + 400.0 * turn, 80);
        CHECK_NEAR(netkde_at(&net, &k, (struct network_place){i, x - 100.0 * i}), wanted,
                   0.005 * gauss(0, 80));
    }
    CHECK_NEAR(mass(&net, &k), 1, 1e-12);
    arena_free(w.arena);
}

/* --- Any network --- */

TEST(nothing_is_lost_and_nothing_is_negative)
{
    struct work w = work_of(1);
    struct network net = town(&w, 12, 9);
    struct network_place p[80];
    double weight[80], sum = 0;
    struct rng r = rng_make(3, 0);
    some_places(&net, 4, p, 80);
    p[5].segment = NETWORK_NONE;
    for (int i = 0; i < 80; i++) {
        weight[i] = rng_between(&r, 0, 5);
        sum += i == 5 ? 0 : weight[i];
    }
    for (double s = 5; s < 3000; s *= 5) {
        struct netkde k =
            spread(&w, &net, p, weight, 80, (struct netkde_plan){s, fmax(s / 10, 0.5)});
        CHECK_NEAR(mass(&net, &k), sum, 1e-11 * sum);
        for (size_t i = 0; i < k.pieces; i++)
            CHECK(k.density[i] >= 0);
    }
    arena_free(w.arena);
}

/* The same equation by short explicit steps in time, on the vertices of a town cut in pieces: no
 * chains, no series. */
TEST(slow_steps_in_time_agree)
{
    struct work w = work_of(1);
    struct network net = town(&w, 5, 21);
    size_t n = net.vertices, at = n;
    double h = 10, s = 60;
    size_t *first = ARENA_ARRAY(w.arena, net.segments + 1, size_t);
    double *u, *v, *m, *piece = ARENA_ARRAY(w.arena, net.segments, double);
    for (size_t i = 0; i < net.segments; i++) {
        first[i] = at;
        piece[i] = net.length[i] / ceil(net.length[i] / h);
        at += (size_t)ceil(net.length[i] / h) - 1;
    }
    first[net.segments] = at;
    u = ARENA_ARRAY(w.arena, at, double);
    v = ARENA_ARRAY(w.arena, at, double);
    m = ARENA_ARRAY(w.arena, at, double);
    double dt = 2, end = s * s - 100.0 / 6 * 0.9;
    for (size_t i = 0; i < net.segments; i++)
        for (size_t k = first[i]; k <= first[i + 1]; k++) {
            m[k == first[i] ? net.a[i] : k - 1] += piece[i] / 2;
            m[k == first[i + 1] ? net.b[i] : k] += piece[i] / 2;
        }
    struct network_place event = {8, 0.5 * net.length[8]};
    u[net.a[8]] = 0;
    size_t middle = (first[9] - first[8] + 1) / 2;
    bool even = (first[9] - first[8] + 1) % 2 == 0;
    u[first[8] + middle - 1] += even ? 1 / piece[8] : 0.5 / piece[8];
    u[first[8] + middle - (even ? 1 : 0)] += even ? 0 : 0.5 / piece[8];
    for (double t = 0; t < end; t += dt) {
        memset(v, 0, at * sizeof *v);
        for (size_t i = 0; i < net.segments; i++)
            for (size_t k = first[i]; k <= first[i + 1]; k++) {
                size_t a = k == first[i] ? net.a[i] : k - 1, b = k == first[i + 1] ? net.b[i] : k;
                double flow = (u[b] - u[a]) / piece[i];
                v[a] += flow;
                v[b] -= flow;
            }
        for (size_t i = 0; i < at; i++)
            u[i] += dt / 2 * v[i] / m[i];
    }
    struct netkde k = spread(&w, &net, &event, NULL, 1, (struct netkde_plan){s, 2});
    for (size_t i = 0; i < net.segments; i++) {
        struct network_place end_a = {(uint32_t)i, 0};
        CHECK_NEAR(netkde_at(&net, &k, end_a), u[net.a[i]], 0.02 * most(&k));
    }
    arena_free(w.arena);
}

TEST(chicago_is_within_two_percent_of_the_peer)
{
    struct work w = work_of(1);
    struct network_place p[CHICAGO];
    struct network net = chicago(&w, p);
    struct csv c;
    CHECK(csv_open(DATA, "network_answers.csv", &c));
    const double *wanted = csv_column(&c, "heat_at_point");
    for (double step = 3; step < 7; step *= 2) {
        struct netkde k = spread(&w, &net, p, NULL, CHICAGO, (struct netkde_plan){60, step});
        double worst = 0;
        for (int i = 0; i < CHICAGO; i++)
            worst = fmax(worst, fabs(netkde_at(&net, &k, p[i]) - wanted[i]));
        CHECK(worst <= 0.02 * most(&k));
        CHECK_NEAR(mass(&net, &k), CHICAGO, 1e-9);
    }
    csv_done(&c);
    arena_free(w.arena);
}

/* The peer cuts an edge in round(length / dx) pieces, counts each as dx long, and each crossing as
 * one piece however many streets meet there. That alone is 2.4 % of the maximum in one corner. */
REFERENCE_TEST(all_of_chicago_is_near_the_peer)
{
    char dir[512];
    struct work w = work_of(1);
    struct network_place p[CHICAGO];
    struct network net = chicago(&w, p);
    struct csv c;
    snprintf(dir, sizeof dir, "%s/out", reference_dir());
    if (!csv_open(dir, "netkde_heat.csv", &c)) {
        arena_free(w.arena);
        skip();
    }
    const double *seg = csv_column(&c, "seg"), *tp = csv_column(&c, "tp");
    const double *wanted = csv_column(&c, "values");
    struct netkde k = spread(&w, &net, p, NULL, CHICAGO, (struct netkde_plan){60, 3});
    double peak = 0, sum = 0;
    size_t off = 0;
    for (size_t i = 0; i < c.n; i++)
        peak = fmax(peak, wanted[i]);
    for (size_t i = 0; i < c.n; i++) {
        struct network_place at = {(uint32_t)seg[i] - 1, 0};
        at.along = tp[i] * net.length[at.segment];
        double error = fabs(netkde_at(&net, &k, at) - wanted[i]);
        CHECK(error <= 0.025 * peak);
        off += error > 0.02 * peak;
        sum += error;
    }
    CHECK(off <= 2);
    CHECK(sum / (double)c.n <= 0.003 * peak);
    csv_done(&c);
    arena_free(w.arena);
}

/* --- What must not matter --- */

TEST(cutting_a_street_in_two_changes_nothing)
{
    static const struct street whole[] = {{0, 0, 300, 0}, {300, 0, 300, 200}, {300, 0, 500, 0}};
    static const struct street cut[] = {
        {110, 0, 0, 0}, {110, 0, 300, 0}, {300, 0, 300, 200}, {300, 0, 500, 0}};
    struct work w = work_of(1);
    struct network one = streets(&w, whole, 3, 0), two = streets(&w, cut, 4, 0);
    struct network_place p = {0, 90}, q = {0, 20};
    struct netkde a = spread(&w, &one, &p, NULL, 1, (struct netkde_plan){50, 5});
    struct netkde b = spread(&w, &two, &q, NULL, 1, (struct netkde_plan){50, 5});
    CHECK_INT(a.pieces, b.pieces);
    for (double x = 0; x < 190; x += 9) {
        double u = netkde_at(&one, &a, (struct network_place){0, 110 + x});
        CHECK_NEAR(u, netkde_at(&two, &b, (struct network_place){1, x}), 1e-12);
    }
    arena_free(w.arena);
}

TEST(densities_add_up_and_units_scale)
{
    struct work w = work_of(1);
    struct network net = town(&w, 8, 2);
    struct network_place p[40];
    double two[40];
    some_places(&net, 6, p, 40);
    struct netkde_plan plan = {70, 7};
    struct netkde all = spread(&w, &net, p, NULL, 40, plan);
    struct netkde a = spread(&w, &net, p, NULL, 15, plan);
    struct netkde b = spread(&w, &net, p + 15, NULL, 25, plan);
    for (int i = 0; i < 40; i++)
        two[i] = 2;
    struct netkde doubled = spread(&w, &net, p, two, 40, plan);
    for (size_t i = 0; i < all.pieces; i++) {
        CHECK_NEAR(all.density[i], a.density[i] + b.density[i], 1e-13);
        CHECK_NEAR(doubled.density[i], 2 * all.density[i], 1e-13);
    }
    struct street s[400]; /* the same town, moved, and in units of 4 m */
    for (size_t i = 0; i < net.segments; i++) {
        uint32_t v = net.a[i], u = net.b[i];
        s[i] =
            (struct street){net.x[v] / 4 + 1000, net.y[v] / 4, net.x[u] / 4 + 1000, net.y[u] / 4};
    }
    struct network small = streets(&w, s, net.segments, 0);
    for (int i = 0; i < 40; i++)
        p[i].along = fmin(p[i].along / 4, small.length[p[i].segment]);
    struct netkde scaled =
        spread(&w, &small, p, NULL, 40, (struct netkde_plan){plan.sigma / 4, plan.step / 4});
    CHECK_INT(scaled.pieces, all.pieces);
    for (size_t i = 0; i < all.pieces; i++)
        CHECK_NEAR(scaled.density[i], 4 * all.density[i], 1e-9);
    arena_free(w.arena);
}

TEST(any_number_of_threads_gives_the_same_bytes)
{
    struct netkde_plan plan = {8, 0.35}; /* several blocks */
    struct work w = work_of(1);
    struct network net = town(&w, 16, 8);
    struct network_place p[50];
    some_places(&net, 2, p, 50);
    struct netkde one = spread(&w, &net, p, NULL, 50, plan);
    CHECK(one.pieces > 70000);
    for (int threads = 2; threads <= 4; threads *= 2) {
        w.threads = threads;
        struct netkde k = spread(&w, &net, p, NULL, 50, plan);
        CHECK(memcmp(k.density, one.density, one.pieces * sizeof *one.density) == 0);
    }
    arena_free(w.arena);
}

TEST(very_short_streets_do_no_harm)
{
    /* two long streets with a hundredth of a millimetre between them, where a dead end begins */
    static const struct street s[] = {{-1000, 0, 0, 0},
                                      {0, 0, 1e-5, 0},
                                      {1e-5, 0, 1000, 0},
                                      {0, 0, 0, 0.5},
                                      {1e-5, 0, 1e-5, -0.5}};
    struct work w = work_of(1);
    struct network net = streets(&w, s, 5, 0);
    struct network_place event = {0, 970};
    struct netkde k = spread(&w, &net, &event, NULL, 1, (struct netkde_plan){100, 10});
    for (double x = 20; x < 300; x += 20)
        CHECK_NEAR(netkde_at(&net, &k, (struct network_place){2, x}), gauss(x + 30, 100),
                   0.015 * gauss(0, 100));
    CHECK_NEAR(mass(&net, &k), 1, 1e-11);
    arena_free(w.arena);
}

/* --- Refusals --- */

static bool stop(void *arg, double share)
{
    (void)share;
    return --*(int *)arg > 0;
}

TEST(density_refuses_what_it_cannot_do)
{
    static const struct street s[] = {{0, 0, 1e6, 0}};
    struct work w = work_of(1);
    struct network net = streets(&w, s, 1, 0);
    struct network_place p = {0, 10}, none = {NETWORK_NONE, 0}, off = {7, 0};
    double bad = -1;
    struct netkde k;
    int left = 5;
    static const struct netkde_plan plans[] = {{0, 1},    {-5, 1}, {NAN, 1},       {10, 0},
                                               {10, NAN}, {10, 6}, {INFINITY, 10}, {10, -1}};
    for (size_t i = 0; i < ARRAY_LEN(plans); i++)
        CHECK_INT(netkde(&w, &net, &(struct netkde_events){1, &p, NULL}, &plans[i], &k),
                  ERR_INVALID);
    struct netkde_plan fine = {1000, 100}, tiny = {1, 0.001}, many = {1e7, 10};
    CHECK_INT(netkde(&w, &net, &(struct netkde_events){1, &none, NULL}, &fine, &k), ERR_INVALID);
    CHECK_INT(netkde(&w, &net, &(struct netkde_events){1, &off, NULL}, &fine, &k), ERR_INVALID);
    CHECK_INT(netkde(&w, &net, &(struct netkde_events){0, &p, NULL}, &fine, &k), ERR_INVALID);
    CHECK_INT(netkde(&w, &net, &(struct netkde_events){1, &p, &bad}, &fine, &k), ERR_INVALID);
    CHECK_INT(netkde(&w, &net, &(struct netkde_events){1, &p, NULL}, &tiny, &k), ERR_LIMIT);
    CHECK_INT(netkde(&w, &net, &(struct netkde_events){1, &p, NULL}, &many, &k), ERR_LIMIT);
    CHECK_INT(netkde(&w, &net, &(struct netkde_events){1, &p, NULL}, &fine, &k), ERR_OK);
    CHECK(isnan(netkde_at(&net, &k, none)));
    w.tick = stop;
    w.arg = &left;
    CHECK_INT(netkde(&w, &net, &(struct netkde_events){1, &p, NULL}, &fine, &k), ERR_CANCELLED);
    struct work small = {.threads = 1, .arena = arena_new(65536)};
    struct netkde_plan fit = {1000, 10};
    CHECK_INT(netkde(&small, &net, &(struct netkde_events){1, &p, NULL}, &fit, &k), ERR_NOMEM);
    arena_free(small.arena);
    arena_free(w.arena);
}
