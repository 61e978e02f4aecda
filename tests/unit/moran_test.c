/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "test.h"

#include "base/random.h"
#include "stats/moran.h"
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

static struct moran found(const struct work *w, const struct neighbours *nb, const double *y,
                          struct moran_plan plan)
{
    struct moran m = {0};
    CHECK_INT(moran(w, nb, y, &plan, &m), ERR_OK);
    return m;
}

static void some_counts(double *y, size_t n, uint64_t seed)
{
    struct rng r = rng_make(seed, 0);
    for (size_t i = 0; i < n; i++)
        y[i] = (double)rng_negbin(&r, 1.3, 0.4);
}

TEST(worked_example_of_moran)
{
    const double y[9] = {0, 0, 0, 0, 1, 2, 0, 2, 4};
    struct work w = work_of(1);
    struct neighbours nb = queen(&w, 3, 3);
    struct moran m = found(&w, &nb, y, (struct moran_plan){0});
    /* north-east: d = 3; neighbours' d = 1, 0, 1, mean 2/3; m2 = 16/9 */
    CHECK_NEAR(m.i[8], 3 * (2.0 / 3) / (16.0 / 9), 1e-14);
    CHECK_NEAR(m.i[8], 1.125, 1e-14);
    CHECK_INT(m.quadrant[8], QUADRANT_HH);
    CHECK_INT(m.quadrant[0], QUADRANT_LL);
    /* given its own 4: three of the others (0 0 0 0 0 1 2 2) sum to 5 in one of 56 ways */
    m = found(&w, &nb, y, (struct moran_plan){.inference = INFERENCE_EXACT});
    CHECK_NEAR(m.more[8], 1.0 / 56, 1e-15);
    CHECK_NEAR(m.p[8], 2.0 / 56, 1e-15);
    arena_free(w.arena);
}

/* --- Peers --- */

static void compare_with_peer(struct table_file *values, struct table_file *peer)
{
    double *y = table_file_column(values, "value");
    uint32_t columns = 1 + (uint32_t)table_file_cell(values, values->rows - 1, "col");
    uint32_t rows = 1 + (uint32_t)table_file_cell(values, values->rows - 1, "row");
    struct work w = work_of(1);
    struct neighbours nb = queen(&w, columns, rows);
    struct moran a = found(&w, &nb, y, (struct moran_plan){0});
    struct moran b = found(&w, &nb, y, (struct moran_plan){.total = true});
    struct moran c = found(&w, &nb, y, (struct moran_plan){.sample = true});
    double n = (double)values->rows, lags = 0;
    for (size_t i = 0; i < values->rows; i++)
        lags += a.lag[i] / n;
    for (size_t r = 0; r < peer->rows; r++) {
        size_t i =
            (size_t)(table_file_cell(peer, r, "row") * columns + table_file_cell(peer, r, "col"));
        CHECK_NEAR(a.i[i], table_file_cell(peer, r, "Ii_W"), 1e-10 * fmax(1, fabs(a.i[i])));
        CHECK_NEAR(a.expected[i] / table_file_cell(peer, r, "E_cond"), 1, 1e-9);
        CHECK_NEAR(a.variance[i] / table_file_cell(peer, r, "Var_cond"), 1, 1e-9);
        CHECK_NEAR(a.z[i], table_file_cell(peer, r, "Z_cond"), 1e-9 * fmax(1, fabs(a.z[i])));
        CHECK_NEAR(a.p[i], table_file_cell(peer, r, "p_cond"), 1e-9);
        CHECK_NEAR(b.expected[i] / table_file_cell(peer, r, "E_rand"), 1, 1e-9);
        CHECK_NEAR(b.variance[i] / table_file_cell(peer, r, "Var_rand"), 1, 1e-9);
        CHECK_NEAR(b.z[i], table_file_cell(peer, r, "Z_rand"), 1e-9 * fmax(1, fabs(b.z[i])));
        CHECK_NEAR(b.p[i], table_file_cell(peer, r, "p_rand"), 1e-9);
        CHECK_NEAR(c.i[i], a.i[i] * (n - 1) / n, 1e-12 * fmax(1, fabs(a.i[i])));
        CHECK_NEAR(c.z[i], a.z[i], 1e-9 * fmax(1, fabs(a.z[i])));
        /* this peer divides the neighbours at the mean of their means */
        bool high = y[i] > a.mean, beside = a.lag[i] > lags;
        char quadrant[16];
        snprintf(quadrant, sizeof quadrant, "%s-%s", high ? "High" : "Low",
                 beside ? "High" : "Low");
        CHECK_TEXT(quadrant, table_file_text(peer, r, "quadrant"));
    }
    if (columns == 58) {
        CHECK_NEAR(a.global_i, 0.487901591147498, 1e-12);
        CHECK_NEAR(a.global_expected, -0.000492853622474125, 1e-15);
        CHECK_NEAR(a.global_variance / 0.000125729309866706, 1, 1e-10);
        CHECK_NEAR(a.global_z, 43.5564473465229, 1e-8);
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

TEST(whole_reference_agrees)
{
    static const char *const sets[] = {"cincinnati500", "lancashire2000"};
    for (size_t k = 0; k < ARRAY_LEN(sets); k++) {
        char spdep[64], esda[64];
        snprintf(spdep, sizeof spdep, "out/lattice_%s.csv", sets[k]);
        snprintf(esda, sizeof esda, "out/lattice_esda_%s.csv", sets[k]);
        struct table_file *t = table_file_open(reference_folder(), spdep);
        struct table_file *e = table_file_open(reference_folder(), esda);
        if (!t || !e)
            skip();
        compare_with_peer(t, t);
        double *y = table_file_column(t, "value");
        struct work w = work_of(1);
        struct neighbours nb = queen(&w, k ? 32 : 58, k ? 39 : 35);
        struct moran m = found(&w, &nb, y, (struct moran_plan){.sample = true});
        struct moran r =
            found(&w, &nb, y, (struct moran_plan){.inference = INFERENCE_RANDOM, .runs = 4999});
        for (size_t i = 0; i < t->rows; i++) {
            CHECK_NEAR(m.i[i], table_file_cell(e, i, "moran_I"), 1e-9 * fmax(1, fabs(m.i[i])));
            CHECK_INT(m.quadrant[i], (int)table_file_cell(e, i, "moran_q"));
            /* the peers' 999 runs have the moments that ours are computed from */
            double s = sqrt(r.variance[i]), v = table_file_cell(t, i, "mperm_Var.Ii");
            CHECK_NEAR(r.expected[i], table_file_cell(t, i, "mperm_E.Ii"), 5 * s / sqrt(999));
            CHECK(v > 0.3 * r.variance[i] && v < 3 * r.variance[i]);
        }
        mem_free(y);
        arena_free(w.arena);
        table_file_free(t);
        table_file_free(e);
    }
}

/* --- The definition --- */

TEST(moments_are_those_of_all_orders)
{
    /* all 720 orders of the others, or all 5040, of seven places in a row */
    const double y[7] = {0, 1, 1, 4, 0, 9, 2};
    const double x[7] = {0, 1, 2, 3, 4, 5, 6}, zero[7] = {0};
    struct work w = work_of(1);
    struct neighbours nb;
    CHECK_INT(neighbours_within(&w, 7, x, zero, 1.5, &nb), ERR_OK);
    for (int mode = 0; mode < 4; mode++) {
        struct moran_plan plan = {.total = mode & 1, .binary = mode & 2};
        struct moran m = found(&w, &nb, y, plan);
        for (size_t i = 0; i < 7; i++) {
            double sum = 0, squares = 0, times = 0;
            for (size_t own = 0; own < 7; own++)
                for (size_t a = 0; a < 7; a++)
                    for (size_t b = 0; b < 7; b++) {
                        bool edge = i == 0 || i == 6;
                        if (a == b || a == own || b == own || (!plan.total && own != i))
                            continue;
                        double lag = edge ? y[a] - m.mean : y[a] + y[b] - 2 * m.mean;
                        double v = (y[own] - m.mean) * lag / (m.deviation * m.deviation);
                        v /= plan.binary || edge ? 1 : 2;
                        sum += v;
                        squares += v * v;
                        times++;
                    }
            CHECK_NEAR(m.expected[i], sum / times, 1e-12);
            CHECK_NEAR(m.variance[i], squares / times - sum / times * (sum / times), 1e-12);
        }
    }
    arena_free(w.arena);
}

TEST(random_orders_come_near_the_exact_tails)
{
    double y[120];
    some_counts(y, 120, 21);
    struct work w = work_of(2);
    struct neighbours nb = queen(&w, 12, 10);
    struct moran e = found(&w, &nb, y, (struct moran_plan){.inference = INFERENCE_EXACT});
    struct moran r =
        found(&w, &nb, y, (struct moran_plan){.inference = INFERENCE_RANDOM, .runs = 20000});
    for (int i = 0; i < 120; i++) {
        CHECK_NEAR(r.more[i], e.more[i], 1e-4 + 5 * sqrt(e.more[i] * (1 - e.more[i]) / 20000));
        CHECK_NEAR(r.fewer[i], e.fewer[i], 1e-4 + 5 * sqrt(e.fewer[i] * (1 - e.fewer[i]) / 20000));
    }
    arena_free(w.arena);
}

TEST(scale_and_level_of_the_values_do_not_matter)
{
    double y[120], v[120];
    some_counts(y, 120, 22);
    for (int i = 0; i < 120; i++)
        v[i] = 40 - 0.5 * y[i];
    struct work w = work_of(1);
    struct neighbours nb = queen(&w, 12, 10);
    struct moran a = found(&w, &nb, y, (struct moran_plan){0});
    struct moran b = found(&w, &nb, v, (struct moran_plan){0});
    for (int i = 0; i < 120; i++) {
        CHECK_NEAR(a.i[i], b.i[i], 1e-11);
        CHECK_NEAR(a.z[i], b.z[i], 1e-10);
    }
    CHECK_NEAR(a.global_i, b.global_i, 1e-12);
    arena_free(w.arena);
}

TEST(places_alone_and_values_alike_have_no_answer)
{
    struct work w = work_of(1);
    const double x[5] = {0, 1, 2, 3, 900}, zero[5] = {0}, y[5] = {1, 2, 3, 4, 5};
    const double same[5] = {2, 2, 2, 2, 2};
    struct neighbours nb;
    CHECK_INT(neighbours_within(&w, 5, x, zero, 1, &nb), ERR_OK);
    for (int k = 0; k < 3; k++) {
        struct moran_plan plan = {.inference = (enum inference)k, .runs = 99};
        struct moran m = found(&w, &nb, y, plan);
        CHECK(isnan(m.i[4]) && isnan(m.p[4]) && isnan(m.q[4]) && !isnan(m.p[3]));
        CHECK_INT(m.quadrant[4], QUADRANT_NONE);
        m = found(&w, &nb, same, plan);
        CHECK(isnan(m.i[0]) && isnan(m.p[0]) && isnan(m.global_i));
    }
    double bad[5] = {1, 2, INFINITY, 4, 5};
    struct moran m = {.mean = 42};
    CHECK_INT(moran(&w, &nb, bad, &(struct moran_plan){0}, &m), ERR_INVALID);
    CHECK(m.mean == 42);
    CHECK_TEXT(quadrant_name(QUADRANT_HL), "high_low");
    arena_free(w.arena);
}

TEST(moran_is_the_same_bytes_on_any_threads)
{
    double y[600];
    some_counts(y, 600, 23);
    struct work w[] = {work_of(1), work_of(2), work_of(4)};
    struct moran first = {0};
    for (int t = 0; t < 3; t++) {
        struct neighbours nb = queen(&w[t], 30, 20);
        struct moran m =
            found(&w[t], &nb, y, (struct moran_plan){.inference = INFERENCE_RANDOM, .runs = 999});
        first = t ? first : m;
        CHECK(memcmp(m.p, first.p, sizeof y) == 0);
    }
    for (int t = 0; t < 3; t++)
        arena_free(w[t].arena);
}
