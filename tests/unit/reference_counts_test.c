/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Counts against ptools 2.0.0 and R 4.2.2: every column and every figure (see reference.h). */
#include "reference.h"

#include "stats/before_after.h"
#include "stats/binrates.h"
#include "stats/compare.h"
#include "stats/etest.h"
#include "stats/pai.h"
#include "stats/road_eb.h"

#define DATA TEST_DATA "/analysis"

static struct work work_of(void)
{
    return (struct work){.seed = 3, .threads = 1, .arena = arena_new((size_t)64 << 20)};
}

TEST(two_counts_are_compared_as_by_r_and_ptools)
{
    struct ref *r = ref_open("count_tests.csv");
    CHECK(r != NULL);
    for (size_t row = 0; row < r->t->rows; row++) {
        struct count now = {(int64_t)ref_at(r, row, "k1"), ref_at(r, row, "n1")};
        struct count then = {(int64_t)ref_at(r, row, "k2"), ref_at(r, row, "n2")};
        struct comparison c;
        struct etest e;
        struct interval one;
        CHECK_INT(compare_counts(now, then, &c), ERR_OK);
        CHECK_INT(etest(now, then, &e), ERR_OK);
        CHECK_INT(count_interval(now.n, 0.95, &one), ERR_OK);
        ref_like(r, row, "ptools_e_test", e.pooled, 1e-9);
        ref_like(r, row, "full_sum_pooled", e.pooled, 1e-9);
        ref_like(r, row, "full_sum_wald", e.unpooled, 1e-9);
        ref_like(r, row, "poisson.test_p", c.p, 1e-9);
        ref_like(r, row, "ratio", c.ratio, 1e-12);
        ref_like(r, row, "ratio_low95", c.ratio_low, 1e-9);
        ref_like(r, row, "ratio_high95", c.ratio_high, 1e-9);
        ref_like(r, row, "k1_low95", one.low, 1e-9);
        ref_like(r, row, "k1_high95", one.high, 1e-9);
    }
    ref_close(r);
}

/* --- Weighted displacement difference --- */

static double arg(struct ref *r, int i, const char *name, int k, double otherwise)
{
    char path[80];
    snprintf(path, sizeof path, "[%d].args.%s[%d]", i, name, k);
    return refj_has(r, path) ? refj(r, "%s", path) : otherwise;
}

static struct wdd_area area(struct ref *r, int i, const char *name, int size)
{
    return (struct wdd_area){{arg(r, i, name, 0, 0), arg(r, i, name, 1, 0)},
                             arg(r, i, "area_weights", size, 1)};
}

TEST(displacement_differences_are_those_of_ptools)
{
    struct ref *r = ref_open("wdd.json");
    CHECK(r != NULL);
    for (int i = 0; i < 5; i++) {
        char alpha[40], near[40];
        snprintf(alpha, sizeof alpha, "[%d].args.alpha", i);
        snprintf(near, sizeof near, "[%d].args.disp_treated[0]", i);
        struct wdd_case c = {.control = area(r, i, "control", 0),
                             .treated = area(r, i, "treated", 1),
                             .displacement = refj_has(r, near),
                             .near_control = area(r, i, "disp_control", 2),
                             .near_treated = area(r, i, "disp_treated", 3),
                             .time_before = arg(r, i, "time_weights", 0, 1),
                             .time_after = arg(r, i, "time_weights", 1, 1),
                             .level = refj_has(r, alpha) ? 1 - refj(r, "%s", alpha) : 0.9};
        struct wdd w;
        CHECK_INT(wdd(&c, &w), ERR_OK);
        refj_near(r, w.local, 1e-9, "[%d].result.Est_Local", i);
        refj_near(r, w.local_se, 1e-9, "[%d].result.SE_Local", i);
        refj_near(r, w.displacement, 1e-9, "[%d].result.Est_Displace", i);
        refj_near(r, w.displacement_se, 1e-9, "[%d].result.SE_Displace", i);
        refj_near(r, w.total, 1e-9, "[%d].result.Est_Total", i);
        refj_near(r, w.se, 1e-9, "[%d].result.SE_Total", i);
        refj_near(r, w.z, 1e-9, "[%d].result.Z", i);
        refj_near(r, w.low, -1e-9, "[%d].result.LowCI", i);
        refj_near(r, w.high, -1e-9, "[%d].result.HighCI", i);
        refj_near(r, w.p, -1e-9, "[%d].two_sided_p", i);
    }
    ref_close(r);
}

/* --- Small samples --- */

/* Its "KS" is the largest share of a bin, no distance (doc/methods/peers.md). */
TEST(small_samples_are_those_of_ptools)
{
    struct ref *r = ref_open("small_sample_tests.json");
    CHECK(r != NULL);
    for (int i = 0; i < 3; i++) {
        double count[8], exposure[8], most = 0, all = 0;
        char path[40];
        size_t n = 0;
        for (; snprintf(path, sizeof path, "[%d].counts[%zu]", i, n) && refj_has(r, path); n++) {
            count[n] = refj(r, "%s", path);
            exposure[n] = refj(r, "[%d].tests.G.probabilities[%zu]", i, n);
            most = fmax(most, count[n]);
            all += count[n];
            static const char *const tests[] = {"G", "Chi", "KS"};
            for (int k = 0; k < 3; k++) {
                refj_near(r, count[n], 0, "[%d].tests.%s.data[%zu]", i, tests[k], n);
                refj_near(r, exposure[n], 0, "[%d].tests.%s.probabilities[%zu]", i, tests[k], n);
            }
        }
        struct work w = work_of();
        struct bin_test g, chi;
        CHECK_INT(bin_test(&w, count, exposure, n, BIN_G, &g), ERR_OK);
        CHECK_INT(bin_test(&w, count, exposure, n, BIN_CHI, &chi), ERR_OK);
        refj_near(r, g.statistic, -1e-9, "[%d].tests.G.test_stat", i);
        refj_near(r, g.p, -1e-9, "[%d].tests.G.p_value", i);
        refj_near(r, chi.statistic, -1e-9, "[%d].tests.Chi.test_stat", i);
        refj_near(r, chi.p, -1e-9, "[%d].tests.Chi.p_value", i);
        refj_near(r, most / all, 1e-12, "[%d].tests.KS.test_stat", i);
        arena_free(w.arena);
    }
    ref_close(r);
}

/* --- Places --- */

TEST(accuracy_by_rank_is_that_of_ptools)
{
    struct ref *r = ref_open("pai.csv");
    struct table_file *t = table_file_open(DATA, "pai_cincinnati.csv");
    CHECK(r && t);
    struct work w = work_of();
    struct pai_place *places = ARENA_ARRAY(w.arena, t->rows, struct pai_place);
    struct pai_point *out = ARENA_ARRAY(w.arena, t->rows, struct pai_point);
    size_t *order = ARENA_ARRAY(w.arena, t->rows, size_t);
    double *count = ARENA_ARRAY(w.arena, t->rows + 1, double);
    double *pred = ARENA_ARRAY(w.arena, t->rows + 1, double);
    for (size_t i = 0; i < t->rows; i++) {
        places[i] =
            (struct pai_place){table_file_cell(t, i, "Pred"), table_file_cell(t, i, "Count"), 0.25};
        count[i + 1] = count[i] + places[i].events;
        pred[i + 1] = pred[i] + places[i].predicted;
    }
    CHECK_INT(pai_by_rank(&w, places, t->rows, order, out), ERR_OK);
    for (size_t row = 0; row < r->t->rows; row++) {
        size_t i = (size_t)ref_at(r, row, "Order");
        const struct pai_point *p = &out[i - 1];
        ref_near(r, row, "Count", count[i] - count[i - 1], 0);
        ref_near(r, row, "CumCount", p->events, 1e-9);
        ref_like(r, row, "PCumCount", p->event_share, 1e-12);
        ref_like(r, row, "Pred", places[i - 1].predicted, 1e-12);
        ref_like(r, row, "CumPred", pred[i], 1e-12);
        ref_near(r, row, "Area", places[i - 1].area, 0);
        ref_like(r, row, "CumArea", 0.25 * (double)i, 1e-12);
        ref_like(r, row, "PCumArea", p->area_share, 1e-12);
        ref_like(r, row, "PAI", p->pai, 1e-12);
        ref_like(r, row, "PEI", p->pei, 1e-12);
        ref_like(r, row, "RRI", p->rri, 1e-11);
        /* the peer ranks with a millionth of the cell's number taken off */
        double below = ceil(places[i - 1].predicted) - places[i - 1].predicted;
        ref_near(r, row, "cell", round(below * 1e9) - 1, 0);
    }
    ref_close(r);
    table_file_free(t);
    arena_free(w.arena);
}

/* --- Did it help --- */

static struct road_site *sites_of(const struct work *w, struct table_file *t)
{
    struct road_site *s = ARENA_ARRAY(w->arena, t->rows, struct road_site);
    for (size_t i = 0; i < t->rows; i++)
        s[i] = (struct road_site){
            table_file_cell(t, i, "before"), table_file_cell(t, i, "after"),
            table_file_cell(t, i, "aadt"),   table_file_cell(t, i, "aadt_after"),
            table_file_cell(t, i, "km"),     table_file_cell(t, i, "treated") == 1};
    return s;
}

static void check_site(struct ref *r, size_t row, const struct road_site *s,
                       const struct road_expectation *e)
{
    ref_near(r, row, "aadt", s->traffic_before, 0);
    ref_near(r, row, "aadt_after", s->traffic_after, 0);
    ref_like(r, row, "km", s->length, 1e-12);
    ref_near(r, row, "years_before", 5, 0);
    ref_near(r, row, "years_after", 3, 0);
    ref_near(r, row, "treated", s->treated, 0);
    ref_near(r, row, "before", s->before, 0);
    ref_near(r, row, "after", s->after, 0);
    ref_like(r, row, "spf_before", e->normal, 1e-6);
    ref_like(r, row, "weight", e->weight, 1e-6);
    ref_like(r, row, "eb_before", e->eb, 1e-6);
    ref_like(r, row, "var_eb", e->eb_variance, 2e-6);
    ref_like(r, row, "expected_after", e->after, 1e-6);
    ref_like(r, row, "var_expected_after", e->after_variance, 2e-6);
}

static void check_did(struct ref *meta)
{
    struct did_place places[2] = {0};
    for (int i = 0; i < 4; i++) {
        bool post = refj(meta, "did_loglinear.counts[%d].post", i) == 1;
        int k = (int)refj(meta, "did_loglinear.counts[%d].treated", i);
        double y = refj(meta, "did_loglinear.counts[%d].y", i);
        places[k].treated = k;
        *(post ? &places[k].count.after : &places[k].count.before) = y;
    }
    struct did d;
    CHECK_INT(did(places, 2, &d), ERR_OK);
    refj_near(meta, d.ratio, -1e-9, "did_loglinear.rate_ratio");
    refj_near(meta, d.log_se, -1e-6, "did_loglinear.log_se");
    refj_near(meta, d.z, -1e-6, "did_loglinear.z");
}

TEST(roads_and_differences_are_those_of_r)
{
    struct ref *r = ref_open("road_eb.csv"), *meta = ref_open("misc_meta.json");
    struct table_file *t = table_file_open(DATA, "road_sites.csv");
    CHECK(r && meta && t);
    struct work w = work_of();
    struct road_site *sites = sites_of(&w, t);
    struct road_expectation *each = ARENA_ARRAY(w.arena, t->rows, struct road_expectation);
    struct road_setting s = {5, 3, true};
    struct road_eb o;
    CHECK_INT(road_eb(&w, &s, sites, t->rows, each, &o), ERR_OK);
    for (size_t row = 0; row < r->t->rows; row++) {
        size_t i = (size_t)ref_at(r, row, "site") - 1;
        check_site(r, row, &sites[i], &each[i]);
    }
    refj_near(meta, o.intercept, -1e-6, "road_eb.intercept");
    refj_near(meta, o.traffic_power, -1e-6, "road_eb.b_log_aadt");
    refj_near(meta, 1 / o.overdispersion, -1e-6, "road_eb.theta");
    refj_near(meta, o.overdispersion, -1e-6, "road_eb.overdispersion_k");
    refj_near(meta, (double)o.treated, 0, "road_eb.treated_sites");
    refj_near(meta, o.observed, 0, "road_eb.observed_after");
    refj_near(meta, o.expected, -1e-6, "road_eb.expected_after");
    refj_near(meta, o.effect, -1e-6, "road_eb.theta_effect");
    refj_near(meta, o.se, -1e-6, "road_eb.se_theta");
    refj_near(meta, o.naive, -1e-9, "road_eb.naive_ratio");
    check_did(meta);
    ref_close(r);
    ref_close(meta);
    table_file_free(t);
    arena_free(w.arena);
}
