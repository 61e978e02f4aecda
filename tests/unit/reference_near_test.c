/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Near in place and time, and when in the week, against NearRepeat 0.1.1, surveillance 1.20.3,
 * vegan 2.6-4, ade4 1.7-22, pointpats 2.3.0, ptools 2.0.0 and aoristic 1.1.1 (see reference.h). */
#include "reference.h"

#include <zlib.h>

#include "base/clock.h"
#include "stats/aoristic.h"
#include "stats/chains.h"
#include "stats/knox.h"
#include "stats/mantel.h"
#include "stats/special.h"

#define DATA TEST_DATA "/analysis"

struct events {
    struct work w;
    size_t n;
    double *x, *y, *t;
};

/* x, y and days; a column "date" is no number. */
static struct events events_of(const char *folder, const char *file, const char *day)
{
    struct events e = {.w = {.seed = 5, .threads = 2, .arena = arena_new((size_t)2 << 30)}};
    struct table_file *t = table_file_open(folder, file);
    if (!t)
        return e;
    e.n = t->rows;
    e.x = ARENA_ARRAY(e.w.arena, e.n, double);
    e.y = ARENA_ARRAY(e.w.arena, e.n, double);
    e.t = ARENA_ARRAY(e.w.arena, e.n, double);
    for (size_t i = 0; i < e.n; i++) {
        struct date d;
        e.x[i] = table_file_cell(t, i, "x");
        e.y[i] = table_file_cell(t, i, "y");
        e.t[i] = table_file_cell(t, i, day);
        if (date_parse(table_file_text(t, i, day), &d) == ERR_OK)
            e.t[i] = (double)date_days(d);
    }
    table_file_free(t);
    return e;
}

/* --- Knox --- */

struct table {
    const char *name, *meta;
    enum near_metric metric;
};

static void check_table(struct ref *r, struct ref *meta, const struct table *s, struct events *e)
{
    double space[8], time[8], theirs = refj(meta, "%s.nrep", s->meta);
    struct knox_input in = {.n = e->n,
                            .x = e->x,
                            .y = e->y,
                            .t = e->t,
                            .space = space,
                            .time = time,
                            .metric = s->metric,
                            .same_place = NAN,
                            .runs = 999};
    char path[60];
    for (; snprintf(path, sizeof path, "%s.sds[%zu]", s->meta, in.n_space) && refj_has(meta, path);)
        space[in.n_space++] = refj(meta, "%s", path);
    for (; snprintf(path, sizeof path, "%s.tds[%zu]", s->meta, in.n_time) && refj_has(meta, path);)
        time[in.n_time++] = refj(meta, "%s", path);
    struct knox_table k;
    refj_near(meta, (double)e->n, 0, "%s.n", s->meta);
    CHECK_INT(knox_count(&e->w, &in, &k), ERR_OK);
    CHECK_INT(k.rows * k.columns, r->t->rows);
    for (size_t row = 0; row < r->t->rows; row++) { /* distance by distance, time by time */
        size_t a = row % k.rows, b = row / k.rows, c = a * k.columns + b;
        double mean = k.analytic[c], ratio = (double)k.observed[c] / mean;
        double off = k.observed[c] ? 4 * sqrt(2 / (theirs * mean)) + 0.01 : 1e-9;
        ref_near(r, row, "s_from", k.space_from[a], 0);
        ref_near(r, row, "s_to", k.space_to[a], 0);
        ref_near(r, row, "t_from", k.time_from[b], 0);
        ref_near(r, row, "t_to", k.time_to[b], 0);
        ref_near(r, row, "observed", (double)k.observed[c], 0);
        ref_near(r, row, "knox_ratio_mean", ratio, off * fmax(ratio, 1));
        /* a median of few is a whole number, or half of one */
        double steps = k.observed[c] ? ratio / fmax(1, mean) : 0;
        ref_near(r, row, "knox_ratio_median", k.ratio_median[c], 2 * off * fmax(ratio, 1) + steps);
        double p = ref_at(r, row, "p");
        ref_near(r, row, "p", k.p[c], chance(p, theirs) + chance(p, 999) - 0.02);
    }
}

TEST(knox_tables_are_those_of_nearrepeat)
{
    static const struct table tables[] = {
        {"knox_NearRepeat_sanfrancisco.csv", "sanfrancisco", NEAR_EUCLIDEAN},
        {"knox_NearRepeat_cincinnati_manhattan.csv", "cincinnati_manhattan", NEAR_MANHATTAN},
        {"knox_NearRepeat_cincinnati.csv", "cincinnati", NEAR_EUCLIDEAN},
    };
    struct ref *meta = ref_open("knox_meta.json");
    for (size_t i = 0; i < ARRAY_LEN(tables); i++) {
        const char *whole = getenv("SAMSYN_REFERENCE");
        struct events e =
            i == 2 ? events_of(whole ? whole : "/none", "data/cincinnati_burglary.csv", "date")
                   : events_of(DATA, i ? "near_cincinnati.csv" : "near_sanfrancisco.csv", "day");
        struct ref *r = ref_open(tables[i].name);
        CHECK(r && meta && (e.n || i == 2));
        if (e.n)
            check_table(r, meta, &tables[i], &e);
        ref_close(r);
        arena_free(e.w.arena);
    }
    ref_close(meta);
}

/* --- One cell, and all pairs --- */

#define CELL(figure) "%s." figure, s

static void check_cell(struct ref *r, const char *s, struct events *e, enum near_metric metric)
{
    double space[] = {0, refj(r, CELL("eps_s"))}, time[] = {0, refj(r, CELL("eps_t"))};
    struct knox_input in = {.n = e->n,
                            .x = e->x,
                            .y = e->y,
                            .t = e->t,
                            .space = space,
                            .time = time,
                            .n_space = 2,
                            .n_time = 2,
                            .metric = metric,
                            .closed = true,
                            .same_place = NAN,
                            .runs = 999};
    struct knox_table k;
    CHECK_INT(knox_count(&e->w, &in, &k), ERR_OK);
    double near = (double)k.observed[0], place = (double)k.pairs_space[0] - near;
    double then = (double)k.pairs_time[0] - near, all = (double)(e->n * (e->n - 1) / 2);
    double mean = k.analytic[0], sd = refj(r, CELL("permstats_sd"));
    refj_near(r, near, 0, CELL("statistic"));
    refj_near(r, near, 0, CELL("table[0][0]"));
    refj_near(r, then, 0, CELL("table[0][1]"));
    refj_near(r, place, 0, CELL("table[1][0]"));
    refj_near(r, all - near - place - then, 0, CELL("table[1][1]"));
    refj_near(r, mean, -1e-12, CELL("expected_poisson"));
    /* P(X > observed), where ours is P(X >= observed): peers.md */
    refj_near(r, gamma_tails(near + 1, mean).lower, -1e-9, CELL("p_poisson"));
    refj_near(r, k.p[0], 0.02, CELL("p_mc"));
    refj_near(r, mean, 4 * sd / sqrt(refj(r, CELL("B"))), CELL("permstats_mean"));
    refj_near(r, mean + 1.645 * sd, 0.3 * sd, CELL("permstats_q95"));
}

static void check_mantel(struct ref *r, const char *s, struct events *e)
{
    struct mantel_form space = {refj(r, CELL("scon")), refj(r, CELL("pow"))};
    struct mantel_form time = {refj(r, CELL("tcon")), refj(r, CELL("pow"))};
    struct mantel_input in = {
        .n = e->n, .x = e->x, .y = e->y, .t = e->t, .space = space, .time = time, .runs = 999};
    struct mantel m;
    double p = refj(r, CELL("vegan_p"));
    CHECK_INT(mantel_test(&e->w, &in, &m), ERR_OK);
    refj_near(r, (double)e->n, 0, CELL("n"));
    refj_near(r, m.r, -1e-10, CELL("vegan_r"));
    refj_near(r, m.r, -1e-10, CELL("ade4_obs"));
    refj_near(r, m.sum, -1e-10, CELL("Z_raw_sum"));
    refj_near(r, m.p, chance(p, 999), CELL("vegan_p"));
    refj_near(r, m.p, chance(p, 999), CELL("ade4_p"));
    refj_near(r, m.deviation, -0.15, CELL("perm_sd"));
}

TEST(one_cell_and_all_pairs_are_those_of_surveillance_and_vegan)
{
    struct ref *r = ref_open("knox1_mantel_meta.json"), *python = ref_open("python_meta.json");
    struct events san = events_of(DATA, "near_sanfrancisco.csv", "day");
    struct events cin = events_of(DATA, "near_cincinnati.csv", "day");
    CHECK(r && python && san.n && cin.n);
    check_cell(r, "knox1_sanfrancisco", &san, NEAR_EUCLIDEAN);
    check_cell(r, "knox1_cincinnati_manhattan", &cin, NEAR_MANHATTAN);
    check_mantel(r, "mantel_sanfrancisco", &san);
    check_mantel(r, "mantel_sanfrancisco_raw", &san);
    /* pointpats, with the same limits */
    refj_near(python, (double)san.n, 0, "spacetime_sanfrancisco.n");
    CHECK(refj(python, "spacetime_sanfrancisco.knox.stat") ==
          refj(r, "knox1_sanfrancisco.statistic"));
    CHECK(refj(python, "spacetime_sanfrancisco.delta") == refj(r, "knox1_sanfrancisco.eps_s"));
    CHECK(refj(python, "spacetime_sanfrancisco.tau") == refj(r, "knox1_sanfrancisco.eps_t"));
    refj_near(python, refj(r, "knox1_sanfrancisco.p_mc"), 0.02,
              "spacetime_sanfrancisco.knox.pvalue");
    refj_near(python, refj(r, "mantel_sanfrancisco.vegan_r"), -1e-10,
              "spacetime_sanfrancisco.mantel.stat");
    refj_near(python, 0.01, 0, "spacetime_sanfrancisco.mantel.pvalue");
    ref_close(r);
    ref_close(python);
    arena_free(san.w.arena);
    arena_free(cin.w.arena);
}

/* --- Chains --- */

TEST(chains_are_those_of_ptools)
{
    struct ref *r = ref_open("near_strings.csv"), *meta = ref_open("misc_meta.json");
    struct events e = events_of(DATA, "near_cincinnati.csv", "day");
    CHECK(r && meta && e.n == r->t->rows);
    struct chains_input in = {.n = e.n,
                              .x = e.x,
                              .y = e.y,
                              .t = e.t,
                              .distance = refj(meta, "near_strings.dist"),
                              .days = refj(meta, "near_strings.days")};
    struct chains c;
    CHECK_INT(chains_find(&e.w, &in, &c), ERR_OK);
    uint32_t *same = ARENA_ARRAY(e.w.arena, c.n, uint32_t);
    double linked = 0;
    for (size_t i = 0; i < e.n; i++) { /* in the order of the events: ids rise */
        uint32_t theirs = (uint32_t)ref_at(r, i, "component");
        CHECK(i == 0 || ref_at(r, i, "id") > ref_at(r, i - 1, "id"));
        CHECK(!same[c.chain[i]] || same[c.chain[i]] == theirs);
        same[c.chain[i]] = theirs;
        ref_near(r, i, "size", c.size[c.chain[i]], 0);
        linked += c.size[c.chain[i]] > 1;
    }
    refj_near(meta, (double)e.n, 0, "near_strings.n");
    refj_near(meta, (double)c.n, 0, "near_strings.components");
    refj_near(meta, linked, 0, "near_strings.linked");
    ref_close(r);
    ref_close(meta);
    arena_free(e.w.arena);
}

/* --- When in the week --- */

typedef double week[HOURWEEK_DAYS][HOURWEEK_HOURS];

/* Theirs begins on Sunday with hour1. */
static double in_week(const week mine, int hour)
{
    return (&mine[0][0])[(hour - 1 + 6 * HOURWEEK_HOURS) % AORISTIC_WEEK_HOURS];
}

static msec minute_of(const char *text)
{
    msec t;
    char utc[32];
    snprintf(utc, sizeof utc, "%.10sT%.5sZ", text, *text ? text + 11 : "");
    return time_parse(utc, &t) == ERR_OK ? t : AORISTIC_NONE;
}

TEST(every_weight_is_that_of_aoristic)
{
    struct ref *r = ref_open("aoristic_rows.csv");
    week mine = {0};
    double now = 0, sum = 1;
    CHECK(r != NULL);
    for (size_t row = 0; row < r->t->rows; row++) {
        if (ref_at(r, row, "row") != now) {
            msec from = minute_of(ref_text(r, row, "start"));
            msec to = minute_of(ref_text(r, row, "end"));
            struct aoristic_input in = {
                .n = 1, .from = &from, .to = &to, .rules = AORISTIC_R, .clock = HOUR_CLOCK_PLAIN};
            CHECK_NEAR(sum, 1, 1e-9);
            memset(mine, 0, sizeof mine);
            CHECK(aoristic_event(&in, 0, mine));
            now = ref_at(r, row, "row");
            sum = 0;
        }
        sum += ref_at(r, row, "weight");
        ref_near(r, row, "weight",
                 in_week(mine, (int)strtol(ref_text(r, row, "column") + 4, NULL, 10)), 1e-12);
    }
    ref_close(r);
}

TEST(sums_are_those_of_aoristic)
{
    struct ref *r = ref_open("aoristic_sums.csv"), *meta = ref_open("misc_meta.json");
    struct table_file *t = table_file_open(DATA, "aoristic_newyork.csv");
    struct arena *a = arena_new((size_t)16 << 20);
    CHECK(r && meta && t);
    msec *from = ARENA_ARRAY(a, t->rows, msec), *to = ARENA_ARRAY(a, t->rows, msec);
    double missing = 0, before = 0, over = 0;
    for (size_t i = 0; i < t->rows; i++) {
        double last = table_file_cell(t, i, "to"), first = table_file_cell(t, i, "from");
        from[i] = (msec)first * MSEC_MINUTE;
        to[i] = last < 0 ? AORISTIC_NONE : (msec)last * MSEC_MINUTE;
        missing += last < 0;
        before += last >= 0 && last < first;
        over += last >= 0 && last - first > 7 * 24 * 60;
    }
    struct work w = {.arena = a};
    struct aoristic_input in = {
        .n = t->rows, .from = from, .to = to, .rules = AORISTIC_R, .clock = HOUR_CLOCK_PLAIN};
    struct aoristic got;
    CHECK_INT(aoristic_sum(&w, &in, &got), ERR_OK);
    for (size_t row = 0; row < r->t->rows; row++) {
        int hour = (int)strtol(ref_text(r, row, "hour_of_week") + 4, NULL, 10);
        ref_like(r, row, "weight_sum", in_week(got.weight, hour), 1e-9);
    }
    refj_near(meta, (double)t->rows, 0, "aoristic.rows");
    refj_near(meta, missing, 0, "aoristic.missing_end");
    refj_near(meta, before, 0, "aoristic.end_before_start");
    refj_near(meta, over, 0, "aoristic.over_one_week");
    refj_near(meta, (double)got.over_week, 0, "aoristic.over_one_week");
    ref_close(r);
    ref_close(meta);
    table_file_free(t);
    arena_free(a);
}

/* 148,636 events: with the whole set only. */
REFERENCE_TEST(weekdays_and_hours_of_chicago_are_counted)
{
    char path[512], line[128];
    struct ref *r = ref_open("weekday_hour_chicago.csv");
    double count[HOURWEEK_DAYS * HOURWEEK_HOURS] = {0};
    snprintf(path, sizeof path, "%s/data/chicago_assaults.csv.gz", getenv("SAMSYN_REFERENCE"));
    gzFile f = gzopen(path, "rb");
    CHECK(r && f && gzgets(f, line, sizeof line));
    while (gzgets(f, line, sizeof line))
        count[hourweek_at(HOUR_CLOCK_PLAIN, minute_of(line))]++;
    gzclose(f);
    for (size_t row = 0; row < r->t->rows; row++) {
        int i = (int)(ref_at(r, row, "wd") - 1) * HOURWEEK_HOURS + (int)ref_at(r, row, "hr");
        ref_near(r, row, "count", count[i], 0);
    }
    ref_close(r);
}
