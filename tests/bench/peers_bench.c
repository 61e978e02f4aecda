/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Our half of a run beside other programs: makes the input of each case from a seed, answers it,
 * and writes both, and the CPU seconds of one thread, where peers.R and peers.py find them.
 *
 *     peers_bench DIRECTORY */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/mem.h"
#include "base/random.h"
#include "stats/breaks.h"
#include "stats/ears.h"
#include "stats/farrington.h"
#include "stats/gistar.h"
#include "stats/harmonic.h"
#include "stats/kde.h"
#include "stats/knox.h"
#include "stats/mantel.h"
#include "stats/moran.h"
#include "stats/stl.h"

#define MEMORY ((size_t)4 << 30)
#define SHORT 0.3 /* seconds: a shorter case is repeated until then */
#define WEEKS 521
#define JUDGED 52
#define EDGE 12800.0 /* metres: the square that all points lie in */
#define SIDE 100u    /* of the lattice */

static const char *directory;
static FILE *ours;

static void must(enum err e)
{
    if (e) {
        fprintf(stderr, "peers_bench: %s\n", err_name(e));
        exit(1);
    }
}

static FILE *open_file(const char *name, const char *end)
{
    char path[1024];
    if (snprintf(path, sizeof path, "%s/%s%s", directory, name, end) >= (int)sizeof path)
        must(ERR_INVALID);
    FILE *f = fopen(path, "wb");
    if (!f) {
        perror(path);
        exit(1);
    }
    return f;
}

static void save(const char *name, const double *v, size_t n)
{
    FILE *f = open_file(name, ".bin");
    if (fwrite(v, sizeof *v, n, f) != n || fclose(f) != 0)
        must(ERR_IO);
}

static double cpu(void)
{
    struct timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

/* Fills out, as many as the case has. */
typedef enum err job_fn(const struct work *w, const void *input, double *out);

static void run(const char *name, job_fn *fn, const void *input, size_t answers)
{
    double *out = mem_array(answers, sizeof *out), spent = 0;
    int times = 0;
    if (!out)
        must(ERR_NOMEM);
    do {
        struct work w = {.seed = 1, .arena = arena_new(MEMORY)};
        double from = cpu();
        must(w.arena ? fn(&w, input, out) : ERR_NOMEM);
        spent += cpu() - from;
        arena_free(w.arena);
        times++;
    } while (spent < SHORT);
    fprintf(ours, "%s %.9f\n", name, spent / times);
    save(name, out, answers);
    mem_free(out);
}

/* --- Density --- */

struct density {
    struct points p;
    struct grid g;
    struct kde_plan plan;
};

static enum err job_kde(const struct work *w, const void *input, double *out)
{
    const struct density *d = input;
    return kde(w, &d->p, &d->g, &d->plan, out);
}

/* Nine towns of different size and a thin spread between them, all inside. */
static void make_points(double *x, double *y, size_t n)
{
    struct rng r = rng_make(20261123, 2);
    for (size_t i = 0; i < n;) {
        uint32_t town = rng_below(&r, 10);
        double wide = 300.0 * (1 + town % 4);
        x[i] = town < 9 ? 2000 + 1000.0 * town + wide * rng_normal(&r) : EDGE * rng_unit(&r);
        y[i] =
            town < 9 ? 2000 + 8800 * fabs(sin(town)) + wide * rng_normal(&r) : EDGE * rng_unit(&r);
        i += x[i] > 0 && x[i] < EDGE && y[i] > 0 && y[i] < EDGE;
    }
}

static void densities(struct arena *a)
{
    const struct grid fine = {0, 0, EDGE / 512, 512, 512}, coarse = {0, 0, EDGE / 128, 128, 128};
    size_t most = 1000000;
    double *x = ARENA_ARRAY(a, most, double), *y = ARENA_ARRAY(a, most, double);
    if (!x || !y)
        must(ERR_NOMEM);
    make_points(x, y, most);
    save("points_x", x, most);
    save("points_y", y, most);
    struct density d = {{most, x, y, NULL}, fine, {KERNEL_GAUSS, 400, false, KDE_EDGE_NONE, NULL}};
    run("kde_gauss_1m", job_kde, &d, grid_size(&fine));
    d.p.n = 100000;
    run("kde_gauss_100k", job_kde, &d, grid_size(&fine));
    d.g = coarse;
    d.plan.exact = true;
    run("kde_exact_gauss_100k", job_kde, &d, grid_size(&coarse));
    d.p.n = 10000;
    d.plan.kernel = KERNEL_EPANECHNIKOV;
    run("kde_exact_epanechnikov_10k", job_kde, &d, grid_size(&coarse));
}

/* --- Cells --- */

static enum err job_gistar(const struct work *w, const void *input, double *out)
{
    struct neighbours nb;
    TRY(neighbours_lattice(w, SIDE, SIDE, CONTIGUITY_QUEEN, NULL, &nb));
    return gistar_z(w, &nb, input, false, out);
}

static enum err job_gistar_runs(const struct work *w, const void *input, double *out)
{
    const struct gistar_plan plan = {.inference = INFERENCE_RANDOM, .runs = 999};
    struct neighbours nb;
    struct gistar g;
    TRY(neighbours_lattice(w, SIDE, SIDE, CONTIGUITY_QUEEN, NULL, &nb));
    TRY(gistar(w, &nb, input, &plan, &g));
    memcpy(out, g.z, nb.n * sizeof *out);
    return ERR_OK;
}

static enum err job_moran_runs(const struct work *w, const void *input, double *out)
{
    const struct moran_plan plan = {.inference = INFERENCE_RANDOM, .runs = 999};
    struct neighbours nb;
    struct moran m;
    TRY(neighbours_lattice(w, SIDE, SIDE, CONTIGUITY_QUEEN, NULL, &nb));
    TRY(moran(w, &nb, input, &plan, &m));
    memcpy(out, m.i, nb.n * sizeof *out);
    return ERR_OK;
}

static void cells(struct arena *a)
{
    size_t n = (size_t)SIDE * SIDE;
    double *v = ARENA_ARRAY(a, n, double);
    struct rng r = rng_make(7, 0);
    if (!v)
        must(ERR_NOMEM);
    for (size_t i = 0; i < n; i++)
        v[i] = (double)rng_negbin(&r, 2, 0.5);
    save("cells", v, n);
    run("gistar_10k", job_gistar, v, n);
    run("gistar_999_10k", job_gistar_runs, v, n);
    run("moran_999_10k", job_moran_runs, v, n);
}

/* --- Near in place and time --- */

struct events {
    size_t n;
    double *x, *y, *t;
};

static enum err job_knox(const struct work *w, const void *input, double *out)
{
    const struct events *e = input;
    static const double space[] = {0, 200}, time[] = {0, 14};
    struct knox_input in = {.n = e->n,
                            .x = e->x,
                            .y = e->y,
                            .t = e->t,
                            .space = space,
                            .time = time,
                            .n_space = 2,
                            .n_time = 2,
                            .closed = true,
                            .same_place = NAN,
                            .runs = 99};
    struct knox_table t;
    TRY(knox_count(w, &in, &t));
    *out = (double)t.observed[0];
    return ERR_OK;
}

static enum err job_mantel(const struct work *w, const void *input, double *out)
{
    const struct events *e = input;
    struct mantel_input in = {
        .n = e->n, .x = e->x, .y = e->y, .t = e->t, .space = {1, -1}, .time = {1, -1}, .runs = 99};
    struct mantel m;
    TRY(mantel_test(w, &in, &m));
    *out = m.r;
    return ERR_OK;
}

static void pairs(struct arena *a)
{
    struct events e = {1000, ARENA_ARRAY(a, 1000, double), ARENA_ARRAY(a, 1000, double),
                       ARENA_ARRAY(a, 1000, double)};
    struct rng r = rng_make(11, 0);
    if (!e.x || !e.y || !e.t)
        must(ERR_NOMEM);
    for (size_t i = 0; i < e.n; i++) {
        e.x[i] = 4000 * rng_unit(&r);
        e.y[i] = 4000 * rng_unit(&r);
        e.t[i] = rng_below(&r, 365);
    }
    save("events_x", e.x, e.n);
    save("events_y", e.y, e.n);
    save("events_t", e.t, e.n);
    run("knox_99_1k", job_knox, &e, 1);
    run("mantel_99_1k", job_mantel, &e, 1);
}

/* --- Weeks --- */

struct weekly {
    const double *y, *population;
    struct farrington_setting s;
    enum harmonic_family family;
};

static enum err job_farrington(const struct work *w, const void *input, double *out)
{
    const struct weekly *in = input;
    struct farrington_series series = {
        .series = 1, .weeks = WEEKS, .y = in->y, .population = in->population};
    struct farrington_week week[JUDGED];
    TRY(farrington(w, &in->s, &series, WEEKS - JUDGED, week));
    for (size_t i = 0; i < JUDGED; i++)
        out[i] = week[i].upper;
    return ERR_OK;
}

/* Coefficients, and where a count of each week would come. */
static enum err job_harmonic(const struct work *w, const void *input, double *out)
{
    const struct weekly *in = input;
    static struct harmonic_step step[WEEKS];
    static int64_t day[WEEKS + 1];
    struct harmonic_setting s = {in->family, 2, HARMONIC_TREND_YES, 0.95};
    struct harmonic_series series = {.series = 1, .steps = WEEKS, .day = day, .y = in->y};
    struct harmonic o;
    for (int i = 0; i <= WEEKS; i++)
        day[i] = 16804 + 7 * i;
    TRY(harmonic(w, &s, &series, &o, step));
    memcpy(out, o.coef, 6 * sizeof *out);
    for (int i = 0; i < WEEKS; i++) {
        out[6 + 2 * i] = step[i].low;
        out[7 + 2 * i] = step[i].high;
    }
    return ERR_OK;
}

static enum err job_ears(const struct work *w, const void *input, double *out)
{
    const struct weekly *in = input;
    struct ears_setting s = ears_default(EARS_C2);
    struct ears_series series = {.series = 1, .steps = WEEKS, .y = in->y};
    struct ears_step step[WEEKS];
    s.least_sigma = 0; /* as the other program has it */
    TRY(ears(w, &s, &series, 21, step));
    for (size_t i = 0; i < WEEKS - 21; i++)
        out[i] = step[i].upper;
    return ERR_OK;
}

static enum err job_stl(const struct work *w, const void *input, double *out)
{
    const struct weekly *in = input;
    struct stl_options o = {
        .period = 52, .season = {13, -1, 0}, .trend = {0, -1, 0}, .low_pass = {0, -1, 0}};
    struct stl s;
    stl_defaults(&o, WEEKS, true);
    TRY(stl_split(w, in->y, WEEKS, &o, &s));
    memcpy(out, s.trend, WEEKS * sizeof *out);
    return ERR_OK;
}

static enum err job_breaks(const struct work *w, const void *input, double *out)
{
    const struct weekly *in = input;
    struct breaks_setting s = {BREAKS_NORMAL, 78, 5};
    struct breaks b;
    TRY(breaks_find(w, &s, in->y, WEEKS, &b));
    for (int k = 0; k <= b.tried; k++)
        out[k] = b.cost[k];
    return ERR_OK;
}

/* A season, a step up after six years, and some overdispersion. */
static void weeks(void)
{
    static double y[WEEKS], people[WEEKS];
    struct rng r = rng_make(2026, 0);
    struct weekly in = {.y = y, .s = farrington_original()};
    for (int k = 0; k < WEEKS; k++) {
        double mean = (k < 320 ? 20 : 27) * exp(0.2 * cos(2 * M_PI * k / 52));
        y[k] = (double)rng_negbin(&r, mean, 20);
        people[k] = 20000 + 40 * k;
    }
    save("weeks", y, WEEKS);
    save("people", people, WEEKS);
    in.s.weeks_per_year = 52;
    in.s.reweight_from = 0;
    run("farrington_original", job_farrington, &in, JUDGED);
    in.population = people;
    run("farrington_population", job_farrington, &in, JUDGED);
    in.population = NULL;
    in.s = farrington_noufaily();
    in.s.weeks_per_year = 52;
    run("farrington_noufaily", job_farrington, &in, JUDGED);
    run("harmonic_quasi", job_harmonic, &in, 6 + 2 * WEEKS);
    in.family = HARMONIC_NEGBIN;
    run("harmonic_negbin", job_harmonic, &in, 6 + 2 * WEEKS);
    run("ears_c2", job_ears, &in, WEEKS - 21);
    run("stl_robust", job_stl, &in, WEEKS);
    run("breaks", job_breaks, &in, 6);
}

int main(int argc, char **argv)
{
    struct arena *a = arena_new(MEMORY);
    if (argc != 2 || !a) {
        fprintf(stderr, "peers_bench DIRECTORY\n");
        return 2;
    }
    directory = argv[1];
    ours = open_file("ours", ".txt");
    densities(a);
    cells(a);
    pairs(a);
    weeks();
    arena_free(a);
    return fclose(ours) == 0 ? 0 : 1;
}
