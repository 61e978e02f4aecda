/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Lattices against spdep 1.2-7 and esda 2.4.3: every column (see reference.h). */
#include "reference.h"

#include "base/random.h"
#include "stats/gistar.h"
#include "stats/moran.h"
#include "stats/neighbours.h"

#define DATA TEST_DATA "/analysis"
#define RUNS 999 /* the peers' */

struct lattice {
    const char *name, *values; /* of all units, in tests/data */
    uint32_t columns, rows;
};

static const struct lattice lattices[] = {
    {"cincinnati500", "lattice_values.csv", 58, 35},
    {"lancashire2000", "lattice_lancashire_values.csv", 32, 39},
};

struct answers {
    struct work w;
    size_t n;
    const double *y;
    struct neighbours nb;
    double total, squares;
    struct gistar star, plain, drawn;
    struct moran m, all, sample, runs;
    double lags; /* mean */
    size_t off;  /* units whose drawn p is another */
};

static void answer(const struct lattice *l, struct answers *a)
{
    struct table_file *t = table_file_open(DATA, l->values);
    CHECK(t != NULL);
    *a = (struct answers){.w = {.seed = 7, .threads = 2, .arena = arena_new((size_t)1 << 30)}};
    a->n = t->rows;
    double *y = ARENA_ARRAY(a->w.arena, a->n, double);
    for (size_t i = 0; i < a->n; i++) {
        y[i] = table_file_cell(t, i, "value");
        a->total += y[i];
        a->squares += y[i] * y[i];
    }
    a->y = y;
    table_file_free(t);
    CHECK_INT(neighbours_lattice(&a->w, l->columns, l->rows, CONTIGUITY_QUEEN, NULL, &a->nb),
              ERR_OK);
    struct gistar_plan g[] = {
        {0}, {.without_self = true}, {.inference = INFERENCE_RANDOM, .runs = 4999}};
    struct moran_plan p[] = {
        {0}, {.total = true}, {.sample = true}, {.inference = INFERENCE_RANDOM, .runs = 4999}};
    CHECK_INT(gistar(&a->w, &a->nb, y, &g[0], &a->star), ERR_OK);
    CHECK_INT(gistar(&a->w, &a->nb, y, &g[1], &a->plain), ERR_OK);
    CHECK_INT(gistar(&a->w, &a->nb, y, &g[2], &a->drawn), ERR_OK);
    CHECK_INT(moran(&a->w, &a->nb, y, &p[0], &a->m), ERR_OK);
    CHECK_INT(moran(&a->w, &a->nb, y, &p[1], &a->all), ERR_OK);
    CHECK_INT(moran(&a->w, &a->nb, y, &p[2], &a->sample), ERR_OK);
    CHECK_INT(moran(&a->w, &a->nb, y, &p[3], &a->runs), ERR_OK);
    for (size_t i = 0; i < a->n; i++)
        a->lags += a->m.lag[i] / (double)a->n;
}

static double two_sided(double z)
{
    double more, fewer;
    normal_tails(z, &more, &fewer);
    return 2 * fmin(more, fewer);
}

/* Mean and variance of the share of all that k of the others, drawn by chance, have; `own` besides.
 */
static void drawn_share(const struct answers *a, size_t i, double k, double own, double out[2])
{
    double n = (double)a->n - 1, mean = (a->total - a->y[i]) / n;
    double variance = (a->squares - a->y[i] * a->y[i]) / n - mean * mean;
    out[0] = (own + k * mean) / a->total;
    out[1] = k * variance * (n - k) / (n - 1) / (a->total * a->total);
}

/* How often k of the others have at least, and at most, what unit i and its neighbours have. spdep
 * draws one more than there are neighbours, where the own value should be held: peers.md. */
static void drawn_tails(const struct answers *a, size_t i, uint32_t k, double tails[2])
{
    struct rng r = rng_make(11, i);
    uint32_t taken[10];
    tails[0] = tails[1] = 0;
    CHECK(k <= 10);
    for (int run = 0; run < RUNS; run++) {
        double sum = 0;
        for (uint32_t d = 0; d < k; d++) {
            bool again = true;
            while (again) {
                taken[d] = rng_below(&r, (uint32_t)a->n);
                again = taken[d] == i;
                for (uint32_t e = 0; e < d; e++)
                    again |= taken[e] == taken[d];
            }
            sum += a->y[taken[d]];
        }
        tails[0] += (sum >= a->star.sum[i]) / (double)RUNS;
        tails[1] += (sum <= a->star.sum[i]) / (double)RUNS;
    }
}

/* The peers' smaller tail, in which ties count on one side only (doc/methods/peers.md): true where
 * it is further off than chance and ties explain. */
static bool folded_off(struct ref *r, size_t row, const char *column, const double tails[2])
{
    double p = fmin(tails[0], tails[1]), tied = fmax(0, tails[0] + tails[1] - 1);
    double theirs = ref_at(r, row, column);
    double off = 1.5 * chance(p, RUNS); /* of draws on both sides */
    double least = fmax(0, p - tied) - off, most = fmin(0.5, p) + off;
    return theirs < least || theirs > most;
}

/* Theirs divide by the deviation of 999 draws, whose fourth moment they give. */
static double off_by_chance(double z, double kurtosis)
{
    return 5 * sqrt(1.0 / RUNS + z * z * (fmax(kurtosis, 0) + 2) / (4 * RUNS)) + 1e-9;
}

static void check_gistar(struct ref *r, size_t row, size_t i, struct answers *a)
{
    double moment[2], tails[2], harmonic = 0, kurtosis = ref_at(r, row, "gperm_Kurtosis");
    for (size_t k = 1; k <= a->n; k++)
        harmonic += 1.0 / (double)k;
    ref_near(r, row, "value", a->y[i], 0);
    ref_near(r, row, "nneigh", a->star.count[i], 0);
    ref_like(r, row, "gistar_B", a->star.z[i], 1e-9);
    ref_like(r, row, "gistar_W", a->star.z[i], 1e-9);
    ref_like(r, row, "g_B", a->plain.z[i], 1e-9);
    ref_like(r, row, "gistar_p_two", a->star.p[i], 1e-9);
    ref_like(r, row, "gistar_p_BH", a->star.q[i], 1e-9);
    ref_like(r, row, "gistar_p_BY", fmin(1, harmonic * a->star.q[i]), 1e-9);
    /* corrected by the unit's neighbours, which is no correction over the map: peers.md */
    ref_like(r, row, "gistar_p_bonf_nb", fmin(1, a->star.p[i] * (a->star.count[i] + 2)), 1e-9);
    drawn_share(a, i, a->star.count[i] + 1, 0, moment);
    drawn_tails(a, i, a->star.count[i] + 1, tails);
    ref_near(r, row, "gperm_Gi", a->star.sum[i] / a->total, 1e-15);
    ref_near(r, row, "gperm_E.Gi", moment[0], 5 * sqrt(moment[1] / RUNS));
    ref_near(r, row, "gperm_Var.Gi", moment[1],
             5 * moment[1] * sqrt((fmax(kurtosis, 0) + 2) / RUNS));
    double z = (a->star.sum[i] / a->total - ref_at(r, row, "gperm_E.Gi")) /
               sqrt(ref_at(r, row, "gperm_Var.Gi"));
    ref_like(r, row, "gperm_Pr.z....E.Gi..", two_sided(z), 1e-9);
    a->off +=
        folded_off(r, row, "gperm_Pr.folded..Sim", (double[]){a->drawn.more[i], a->drawn.fewer[i]});
}

static void check_moran(struct ref *r, size_t row, size_t i, struct answers *a)
{
    const struct moran *m = &a->m, *all = &a->all;
    double kurtosis = ref_at(r, row, "mperm_Kurtosis");
    ref_near(r, row, "Ii_W", m->i[i], 1e-10 * fmax(1, fabs(m->i[i])));
    ref_like(r, row, "E_cond", m->expected[i], 1e-9);
    ref_like(r, row, "Var_cond", m->variance[i], 1e-9);
    ref_near(r, row, "Z_cond", m->z[i], 1e-9 * fmax(1, fabs(m->z[i])));
    ref_near(r, row, "p_cond", m->p[i], 1e-9);
    ref_like(r, row, "E_rand", all->expected[i], 1e-9);
    ref_like(r, row, "Var_rand", all->variance[i], 1e-9);
    ref_near(r, row, "Z_rand", all->z[i], 1e-9 * fmax(1, fabs(all->z[i])));
    ref_near(r, row, "p_rand", all->p[i], 1e-9);
    ref_near(r, row, "mperm_Ii", m->i[i], 1e-10 * fmax(1, fabs(m->i[i])));
    ref_near(r, row, "mperm_E.Ii", m->expected[i], 5 * sqrt(m->variance[i] / RUNS));
    ref_near(r, row, "mperm_Var.Ii", m->variance[i],
             5 * m->variance[i] * sqrt((fmax(kurtosis, 0) + 2) / RUNS));
    double z = (m->i[i] - ref_at(r, row, "mperm_E.Ii")) / sqrt(ref_at(r, row, "mperm_Var.Ii"));
    ref_near(r, row, "mperm_Z.Ii", z, 1e-9 * fmax(1, fabs(z)));
    ref_near(r, row, "mperm_Pr.z....E.Ii..", two_sided(z), 1e-9);
    a->off +=
        folded_off(r, row, "mperm_Pr.folded..Sim", (double[]){a->runs.more[i], a->runs.fewer[i]});
    /* this peer divides the neighbours at the mean of their means: peers.md */
    char quadrant[16];
    snprintf(quadrant, sizeof quadrant, "%s-%s", a->y[i] > m->mean ? "High" : "Low",
             m->lag[i] > a->lags ? "High" : "Low");
    CHECK_TEXT(quadrant, ref_text(r, row, "quadrant"));
}

static void check_esda(struct ref *r, size_t row, size_t i, struct answers *a)
{
    double moment[2], more, fewer, share = a->star.sum[i] / a->total;
    drawn_share(a, i, a->star.count[i], a->y[i], moment);
    normal_tails(a->star.z[i], &more, &fewer);
    ref_like(r, row, "gistar_z", a->star.z[i], 1e-9);
    ref_near(r, row, "gistar_raw", share, 1e-15);
    ref_near(r, row, "gistar_p_norm_one_sided", fmin(more, fewer), 1e-9);
    a->off += folded_off(r, row, "gistar_p_sim", (double[]){a->drawn.more[i], a->drawn.fewer[i]});
    double z = (share - moment[0]) / sqrt(moment[1]);
    ref_near(r, row, "gistar_z_sim", z, off_by_chance(z, 30));
    ref_near(r, row, "moran_I", a->sample.i[i], 1e-9 * fmax(1, fabs(a->sample.i[i])));
    ref_near(r, row, "moran_q", a->sample.quadrant[i], 0);
    a->off += folded_off(r, row, "moran_p_sim", (double[]){a->runs.more[i], a->runs.fewer[i]});
    double n = (double)a->n, f = (n - 1) / n;
    ref_near(r, row, "moran_z_sim", a->m.z[i], off_by_chance(a->m.z[i], 30));
    ref_near(r, row, "moran_EI_sim", f * a->m.expected[i], 5 * sqrt(a->m.variance[i] / RUNS));
    ref_near(r, row, "moran_VI_sim", f * f * a->m.variance[i],
             5 * a->m.variance[i] * sqrt(32.0 / RUNS));
}

TEST(lattices_are_those_of_spdep_and_esda)
{
    for (size_t k = 0; k < ARRAY_LEN(lattices); k++) {
        const struct lattice *l = &lattices[k];
        char spdep[64], esda[64];
        struct answers a;
        snprintf(spdep, sizeof spdep, "lattice_%s.csv", l->name);
        snprintf(esda, sizeof esda, "lattice_esda_%s.csv", l->name);
        struct ref *files[] = {ref_open(spdep), ref_open(esda)};
        answer(l, &a);
        for (int f = 0; f < 2; f++) {
            CHECK(files[f] != NULL);
            for (size_t row = 0; row < files[f]->t->rows; row++) {
                size_t i = (size_t)(ref_at(files[f], row, "row") * l->columns +
                                    ref_at(files[f], row, "col"));
                if (f == 0) {
                    check_gistar(files[f], row, i, &a);
                    check_moran(files[f], row, i, &a);
                } else {
                    check_esda(files[f], row, i, &a);
                }
            }
            /* of a hundred units one has a folded p in spdep that its own moments do not explain */
            CHECK(a.off <= 1 + files[f]->t->rows / 100);
            a.off = 0;
            ref_close(files[f]);
        }
        arena_free(a.w.arena);
    }
}

/* --- Of the whole map --- */

static void check_map(const struct lattice *l, const struct answers *a, struct ref *r,
                      struct ref *python)
{
    double links = 0, hot = 0, corrected = 0;
    for (size_t i = 0; i < a->n; i++) {
        links += a->star.count[i];
        hot += a->star.z[i] > 0 && a->star.p[i] <= 0.05;
        corrected += a->star.z[i] > 0 && a->star.q[i] <= 0.05;
    }
    refj_near(r, (double)a->n, 0, "%s.n", l->name);
    refj_near(r, links, 0, "%s.links", l->name);
    refj_near(r, corrected, 0, "%s.gistar_BH_hot_05", l->name);
    refj_near(r, hot, 0, "%s.gistar_raw_hot_05", l->name);
    refj_near(r, a->m.global_i, -1e-11, "%s.global_moran.Moran I statistic", l->name);
    refj_near(r, a->m.global_expected, -1e-12, "%s.global_moran.Expectation", l->name);
    refj_near(r, a->m.global_variance, -1e-10, "%s.global_moran.Variance", l->name);
    refj_near(r, a->m.global_z, -1e-9, "%s.global_moran.z", l->name);
    /* one-sided there */
    refj_near(r, a->m.global_p / 2, 1e-30, "%s.global_moran.p", l->name);
    refj_near(python, a->m.global_i, -1e-9, "lattice_%s.global_moran.I", l->name);
    refj_near(python, a->m.global_expected, -1e-9, "lattice_%s.global_moran.EI", l->name);
    refj_near(python, a->m.global_variance, -1e-9, "lattice_%s.global_moran.VI_rand", l->name);
    refj_near(python, a->m.global_z, -1e-9, "lattice_%s.global_moran.z_rand", l->name);
    refj_near(python, a->m.global_p, 1e-30, "lattice_%s.global_moran.p_rand", l->name);
}

TEST(maps_as_a_whole_are_those_of_spdep_and_esda)
{
    struct ref *r = ref_open("lattice_meta.json"), *python = ref_open("python_meta.json");
    CHECK(r && python);
    for (size_t k = 0; k < ARRAY_LEN(lattices); k++) {
        struct answers a;
        answer(&lattices[k], &a);
        check_map(&lattices[k], &a, r, python);
        arena_free(a.w.arena);
    }
    ref_close(r);
    ref_close(python);
}
