/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "test.h"

#include "base/random.h"
#include "stats/draws.h"
#include "stats/gistar.h"
#include "stats/neighbours.h"
#include "table_file.h"

#define DATA TEST_DATA "/analysis"

static struct work work_of(int threads)
{
    return (struct work){.seed = 7, .threads = threads, .arena = arena_new((size_t)1 << 30)};
}

static struct neighbours queen(const struct work *w, uint32_t columns, uint32_t rows)
{
    struct neighbours nb;
    CHECK_INT(neighbours_lattice(w, columns, rows, CONTIGUITY_QUEEN, NULL, &nb), ERR_OK);
    return nb;
}

static struct gistar found(const struct work *w, const struct neighbours *nb, const double *y,
                           struct gistar_plan plan)
{
    struct gistar g = {0};
    CHECK_INT(gistar(w, nb, y, &plan, &g), ERR_OK);
    return g;
}

/* Small whole values, most of them 0, as counts in squares are. */
static void some_counts(double *y, size_t n, uint64_t seed)
{
    struct rng r = rng_make(seed, 0);
    for (size_t i = 0; i < n; i++)
        y[i] = (double)rng_negbin(&r, 1.3, 0.4);
}

/* --- Against the definition --- */

TEST(worked_example_of_gistar)
{
    const double y[9] = {0, 0, 0, 0, 1, 2, 0, 2, 4}; /* row by row from the south-west */
    struct work w = work_of(1);
    struct neighbours nb = queen(&w, 3, 3);
    struct gistar g = found(&w, &nb, y, (struct gistar_plan){0});
    /* north-east corner: 4 + 2 + 2 + 1 = 9 in four squares; mean 1, s = sqrt(16 / 9) */
    CHECK_NEAR(g.mean, 1, 1e-15);
    CHECK_NEAR(g.deviation, 4.0 / 3, 1e-15);
    CHECK_NEAR(g.sum[8], 9, 0);
    CHECK_INT(g.count[8], 3);
    CHECK_NEAR(g.z[8], 5 / (4.0 / 3 * sqrt((9 * 4 - 16) / 8.0)), 1e-14);
    CHECK_NEAR(g.z[8], 2.3717, 5e-5);
    CHECK_NEAR(g.p[8], 0.0177, 5e-5);
    CHECK(isnan(g.z[4])); /* its neighbourhood is everything */
    struct gistar e = found(&w, &nb, y, (struct gistar_plan){.inference = INFERENCE_EXACT});
    /* of 56 ways to take three of the others (0 0 0 0 0 1 2 2), one makes 5 */
    CHECK_NEAR(e.more[8], 1.0 / 56, 1e-15);
    CHECK_NEAR(e.fewer[8], 1, 1e-15);
    arena_free(w.arena);
}

/* Sums over all pairs, with a matrix of weights: nothing in common with the code under test. */
static double brute_z(const double *y, int columns, int rows, int at, bool self)
{
    double mean = 0, s2 = 0, wy = 0, w1 = 0, n = 0;
    for (int j = 0; j < columns * rows; j++) {
        if (!self && j == at)
            continue;
        mean += y[j];
        s2 += y[j] * y[j];
        n++;
    }
    mean /= n;
    s2 = s2 / n - mean * mean;
    for (int j = 0; j < columns * rows; j++) {
        int dx = abs(j % columns - at % columns), dy = abs(j / columns - at / columns);
        if (dx > 1 || dy > 1 || (!self && j == at))
            continue;
        wy += y[j];
        w1++;
    }
    return (wy - w1 * mean) / sqrt(s2 * (n * w1 - w1 * w1) / (n - 1));
}

TEST(z_is_the_definition)
{
    double y[91];
    some_counts(y, 91, 3);
    struct work w = work_of(1);
    struct neighbours nb = queen(&w, 13, 7);
    struct gistar a = found(&w, &nb, y, (struct gistar_plan){0});
    struct gistar b = found(&w, &nb, y, (struct gistar_plan){.without_self = true});
    for (int i = 0; i < 91; i++) {
        CHECK_NEAR(a.z[i], brute_z(y, 13, 7, i, true), 1e-12);
        CHECK_NEAR(b.z[i], brute_z(y, 13, 7, i, false), 1e-12);
    }
    arena_free(w.arena);
}

/* --- Against a peer --- */

static void compare_with_peer(struct table_file *values, struct table_file *peer)
{
    double *y = table_file_column(values, "value");
    uint32_t columns = 1 + (uint32_t)table_file_cell(values, values->rows - 1, "col");
    uint32_t rows = 1 + (uint32_t)table_file_cell(values, values->rows - 1, "row");
    CHECK_INT(columns * rows, values->rows);
    struct work w = work_of(1);
    struct neighbours nb = queen(&w, columns, rows);
    struct gistar a = found(&w, &nb, y, (struct gistar_plan){0});
    struct gistar b = found(&w, &nb, y, (struct gistar_plan){.without_self = true});
    for (size_t r = 0; r < peer->rows; r++) {
        size_t i =
            (size_t)(table_file_cell(peer, r, "row") * columns + table_file_cell(peer, r, "col"));
        CHECK_NEAR(a.z[i] / table_file_cell(peer, r, "gistar_B"), 1, 1e-10);
        CHECK_NEAR(b.z[i] / table_file_cell(peer, r, "g_B"), 1, 1e-10);
        CHECK_NEAR(a.p[i] / table_file_cell(peer, r, "gistar_p_two"), 1, 1e-9);
        CHECK_NEAR(a.q[i] / table_file_cell(peer, r, "gistar_p_BH"), 1, 1e-9);
    }
    mem_free(y);
    arena_free(w.arena);
}

TEST(squares_of_a_town_agree_with_spdep)
{
    struct table_file *values = table_file_open(DATA, "lattice_values.csv");
    struct table_file *peer = table_file_open(DATA, "lattice_spdep.csv");
    CHECK(values && peer);
    compare_with_peer(values, peer);
    table_file_free(values);
    table_file_free(peer);
}

TEST(whole_reference_agrees_with_spdep)
{
    static const char *const files[] = {"out/lattice_cincinnati500.csv",
                                        "out/lattice_lancashire2000.csv"};
    for (size_t k = 0; k < ARRAY_LEN(files); k++) {
        struct table_file *t = table_file_open(reference_folder(), files[k]);
        if (!t)
            skip();
        compare_with_peer(t, t);
        table_file_free(t);
    }
}

/* --- Exact and random draws --- */

/* All ways to take k of the n - 1 others. */
static void brute_tails(const double *y, int n, int own, int k, double sum, double *more,
                        double *fewer)
{
    int all = 0, as_much = 0, as_little = 0;
    for (unsigned set = 0; set < 1u << n; set++) {
        double s = 0;
        if (__builtin_popcount(set) != k || set >> own & 1)
            continue;
        for (int i = 0; i < n; i++)
            s += set >> i & 1 ? y[i] : 0;
        all++;
        as_much += s >= sum;
        as_little += s <= sum;
    }
    *more = (double)as_much / all;
    *fewer = (double)as_little / all;
}

TEST(exact_tails_count_every_way)
{
    static const double sets[][12] = {{0, 0, 0, 0, 0, 0, 1, 1, 2, 3, 7, 40},
                                      {-3, -3, 0, 2, 2, 2, 5, 5, 5, 5, 5, 9},
                                      {4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4},
                                      {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12}};
    struct work w = work_of(1);
    for (size_t set = 0; set < ARRAY_LEN(sets); set++)
        for (int k = 1; k <= 11; k++) {
            const double *y = sets[set];
            uint32_t count[12];
            double sum[12], more[12], fewer[12];
            for (int i = 0; i < 12; i++) {
                count[i] = (uint32_t)(i % 5 == 4 ? 0 : k);
                sum[i] = 0;
                for (uint32_t j = 1; j <= count[i]; j++)
                    sum[i] += y[((uint32_t)i + j) % 12];
            }
            const struct draws d = {12, y, count, sum};
            CHECK(draws_exact_fits(&d));
            CHECK_INT(draws_exact(&w, &d, &(struct draws_tails){more, fewer}), ERR_OK);
            for (int i = 0; i < 12; i++) {
                double a = 1, b = 1;
                if (count[i])
                    brute_tails(y, 12, i, k, sum[i], &a, &b);
                CHECK_NEAR(more[i], a, 1e-13);
                CHECK_NEAR(fewer[i], b, 1e-13);
            }
        }
    arena_free(w.arena);
}

TEST(random_draws_come_near_the_exact_tails)
{
    double y[150], z[150];
    some_counts(y, 150, 11);
    for (int i = 0; i < 150; i++)
        z[i] = y[i] * 0.1; /* sums of tenths tie only to rounding */
    struct work w = work_of(2);
    struct neighbours nb = queen(&w, 15, 10);
    struct gistar e = found(&w, &nb, y, (struct gistar_plan){.inference = INFERENCE_EXACT});
    struct gistar_plan plan = {.inference = INFERENCE_RANDOM, .runs = 20000};
    struct gistar r = found(&w, &nb, z, plan);
    for (int i = 0; i < 150; i++) {
        CHECK_NEAR(r.more[i], e.more[i], 1e-4 + 5 * sqrt(e.more[i] * (1 - e.more[i]) / 20000));
        CHECK_NEAR(r.fewer[i], e.fewer[i], 1e-4 + 5 * sqrt(e.fewer[i] * (1 - e.fewer[i]) / 20000));
    }
    arena_free(w.arena);
}

/* A neighbourhood of nothing but empty squares, where most squares are empty, is no finding. */
TEST(ties_are_counted_in_both_tails)
{
    struct table_file *values = table_file_open(DATA, "lattice_values.csv");
    CHECK(values);
    double *y = table_file_column(values, "value");
    struct work w = work_of(1);
    struct neighbours nb = queen(&w, 58, 35);
    struct gistar_plan plan = {.inference = INFERENCE_RANDOM, .runs = 999};
    struct gistar e = found(&w, &nb, y, (struct gistar_plan){.inference = INFERENCE_EXACT});
    struct gistar r = found(&w, &nb, y, plan);
    CHECK(e.z[0] < -0.7 && e.more[0] == 1 && e.p[0] > 0.3 && r.p[0] > 0.3);
    int exact = 0, random = 0;
    for (int i = 0; i < 2030; i++) {
        exact += e.p[i] <= 0.05;
        random += r.p[i] <= 0.05;
        CHECK_NEAR(r.p[i], e.p[i], 0.02 + 6 * sqrt(e.p[i] * (1 - fmin(1, e.p[i])) / 999));
    }
    CHECK(exact > 150 && exact < 330); /* peers that fold ties find 1,292 and 1,304 */
    CHECK_NEAR(exact, random, 40);
    mem_free(y);
    table_file_free(values);
    arena_free(w.arena);
}

TEST(threads_do_not_change_a_bit)
{
    double y[1200];
    some_counts(y, 1200, 5);
    struct work w[] = {work_of(1), work_of(2), work_of(4)};
    struct gistar g[3];
    for (int k = 0; k < 3; k++) {
        struct neighbours nb = queen(&w[k], 40, 30);
        struct gistar_plan plan = {.inference = INFERENCE_RANDOM, .runs = 1500};
        g[k] = found(&w[k], &nb, y, plan);
        CHECK(memcmp(g[k].p, g[0].p, sizeof y) == 0);
        CHECK(memcmp(g[k].z, g[0].z, sizeof y) == 0);
    }
    for (int k = 0; k < 3; k++)
        arena_free(w[k].arena);
}

/* --- What must not matter --- */

TEST(scale_and_level_of_the_values_do_not_matter)
{
    double y[120], v[120];
    some_counts(y, 120, 9);
    for (int i = 0; i < 120; i++)
        v[i] = 3 * y[i] + 17;
    struct work w = work_of(1);
    struct neighbours nb = queen(&w, 12, 10);
    struct gistar a = found(&w, &nb, y, (struct gistar_plan){.inference = INFERENCE_EXACT});
    struct gistar b = found(&w, &nb, v, (struct gistar_plan){.inference = INFERENCE_EXACT});
    for (int i = 0; i < 120; i++) {
        CHECK_NEAR(a.z[i], b.z[i], 1e-11);
        CHECK_NEAR(a.p[i], b.p[i], 1e-11);
    }
    arena_free(w.arena);
}

TEST(a_turned_lattice_gives_turned_answers)
{
    double y[120], v[120];
    some_counts(y, 120, 10);
    for (int i = 0; i < 120; i++)
        v[i % 12 * 10 + i / 12] = y[i];
    struct work w = work_of(1);
    struct neighbours across = queen(&w, 12, 10), along = queen(&w, 10, 12);
    struct gistar a = found(&w, &across, y, (struct gistar_plan){0});
    struct gistar b = found(&w, &along, v, (struct gistar_plan){0});
    for (int i = 0; i < 120; i++)
        CHECK_NEAR(a.z[i], b.z[i % 12 * 10 + i / 12], 1e-12);
    arena_free(w.arena);
}

/* --- Neighbours --- */

static void same_neighbours(const struct work *w, const struct neighbours *a,
                            const struct neighbours *b)
{
    double y[200], sa[200], sb[200];
    uint32_t ca[200], cb[200];
    some_counts(y, 200, 4);
    CHECK_INT(a->n, b->n);
    CHECK_INT(neighbours_sum(w, a, y, sa), ERR_OK);
    CHECK_INT(neighbours_sum(w, b, y, sb), ERR_OK);
    CHECK_INT(neighbours_count(w, a, ca), ERR_OK);
    CHECK_INT(neighbours_count(w, b, cb), ERR_OK);
    for (size_t i = 0; i < a->n; i++)
        CHECK(sa[i] == sb[i] && ca[i] == cb[i]);
}

/* The same squares as cells of a lattice with holes, as places near each other, and as areas. */
TEST(three_ways_to_say_who_is_next_to_whom_agree)
{
    struct work w = work_of(1);
    double x[200], y[200];
    bool inside[200];
    const struct geo_shape *area[200];
    size_t n = 0;
    for (size_t i = 0; i < 200; i++) {
        inside[i] = i % 7 != 3 && i % 20 != 19;
        if (!inside[i])
            continue;
        x[n] = 600000 + 100.0 * (double)(i % 20);
        y[n] = 6600000 + 100.0 * (double)(i / 20);
        area[n] =
            geo_shape_rect(w.arena, (struct geo_box){x[n] - 50, y[n] - 50, x[n] + 50, y[n] + 50});
        n++;
    }
    for (int c = 0; c < 2; c++) {
        struct neighbours lattice, near, touching;
        enum contiguity k = c ? CONTIGUITY_ROOK : CONTIGUITY_QUEEN;
        CHECK_INT(neighbours_lattice(&w, 20, 10, k, inside, &lattice), ERR_OK);
        CHECK_INT(neighbours_within(&w, n, x, y, c ? 100 : 142, &near), ERR_OK);
        CHECK_INT(neighbours_areas(&w, n, area, k, &touching), ERR_OK);
        same_neighbours(&w, &lattice, &near);
        same_neighbours(&w, &lattice, &touching);
    }
    arena_free(w.arena);
}

TEST(places_in_common_and_far_away_are_handled)
{
    struct work w = work_of(1);
    const double x[] = {0, 0, 1e7, -1e7, 3}, y[] = {0, 0, 1e7, 5, 4};
    struct neighbours nb;
    uint32_t count[5];
    CHECK_INT(neighbours_within(&w, 5, x, y, 5, &nb), ERR_OK);
    CHECK_INT(neighbours_count(&w, &nb, count), ERR_OK);
    CHECK(count[0] == 2 && count[1] == 2 && count[2] == 0 && count[3] == 0 && count[4] == 2);
    arena_free(w.arena);
}

/* --- Refusals --- */

static bool never(void *arg, double share)
{
    (void)arg;
    (void)share;
    return false;
}

TEST(nonsense_has_a_named_answer)
{
    struct work w = work_of(1);
    struct neighbours nb = queen(&w, 3, 2);
    struct gistar g = {.mean = 42};
    struct gistar_plan plan = {0}, random = {.inference = INFERENCE_RANDOM};
    double bad[6] = {1, 2, 3, NAN, 5, 6}, huge[6] = {1, 2, 1e16, 1, 1, 1},
           same[6] = {2, 2, 2, 2, 2, 2};
    double fraction[6] = {0.5, 1, 1, 2, 3, 1};
    CHECK_INT(gistar(&w, &nb, bad, &plan, &g), ERR_INVALID);
    CHECK_INT(gistar(&w, &nb, huge, &plan, &g), ERR_INVALID);
    CHECK_INT(gistar(&w, &nb, fraction, &random, &g), ERR_INVALID); /* no runs */
    plan.inference = INFERENCE_EXACT;
    CHECK_INT(gistar(&w, &nb, fraction, &plan, &g), ERR_LIMIT);
    CHECK(g.mean == 42);
    g = found(&w, &nb, same, (struct gistar_plan){0});
    CHECK(g.deviation == 0 && isnan(g.z[0]) && isnan(g.p[5]) && isnan(g.q[5]));
    CHECK_INT(neighbours_lattice(&w, 0, 5, CONTIGUITY_QUEEN, NULL, &nb), ERR_INVALID);
    CHECK_INT(neighbours_lattice(&w, 1u << 20, 1u << 20, CONTIGUITY_QUEEN, NULL, &nb), ERR_LIMIT);
    CHECK_INT(neighbours_within(&w, 6, bad, same, 10, &nb), ERR_INVALID);
    CHECK_INT(neighbours_within(&w, 6, same, same, NAN, &nb), ERR_INVALID);
    w.tick = never;
    nb = queen(&w, 3, 2);
    CHECK_INT(gistar(&w, &nb, same, &plan, &g), ERR_CANCELLED);
    arena_free(w.arena);
}

TEST(small_memory_is_an_error_and_no_crash)
{
    double y[400];
    some_counts(y, 400, 2);
    int done = 0;
    for (size_t limit = 4096; limit < 4000000 && !done; limit += limit / 3) {
        struct work w = {.seed = 1, .arena = arena_new(limit)};
        struct neighbours nb = queen(&w, 20, 20);
        struct gistar g;
        struct gistar_plan plan = {.inference = limit % 2 ? INFERENCE_EXACT : INFERENCE_RANDOM,
                                   .runs = 99};
        enum err e = gistar(&w, &nb, y, &plan, &g);
        CHECK(e == ERR_OK || e == ERR_NOMEM);
        done = e == ERR_OK;
        arena_free(w.arena);
    }
    CHECK(done);
}
