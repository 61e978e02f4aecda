/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "test.h"

#include <math.h>
#include <string.h>

#include "base/mem.h"
#include "core/chart.h"

static const char *const labels[] = {"v. 1", "v. 2", "v. 3", "v. 4", "v. 5", "v. 6"};

static struct chart_timeline_in timeline(const double *now, const double *was, size_t n)
{
    return (struct chart_timeline_in){.id = "t",
                                      .title = "T",
                                      .now_label = "i år",
                                      .was_label = "förra året",
                                      .now = now,
                                      .was = was,
                                      .labels = labels,
                                      .n = n};
}

TEST(scale_begins_at_zero_in_round_steps)
{
    double step = 0;
    CHECK_NEAR(chart_scale(19, 4, &step), 20, 1e-9);
    CHECK_NEAR(step, 5, 1e-9);
    CHECK_NEAR(chart_scale(20, 4, &step), 20, 1e-9);
    CHECK_NEAR(chart_scale(21, 4, &step), 30, 1e-9);
    CHECK_NEAR(step, 10, 1e-9);
    CHECK_NEAR(chart_scale(1234567, 4, &step), 1500000, 1e-6);
    CHECK_NEAR(chart_scale(0, 4, &step), 1, 1e-9);
    CHECK_NEAR(chart_scale(3, 4, &step), 3, 1e-9);
    CHECK_NEAR(step, 1, 1e-9);
}

TEST(scale_step_tells_nothing_from_little)
{
    CHECK_INT(chart_step(0, 100), 0);
    CHECK_INT(chart_step(0.1, 100), 1);
    CHECK_INT(chart_step(100, 100), 6);
    CHECK_INT(chart_step(50, 100), 3);
    CHECK_INT(chart_step(5, 0), 0);
}

TEST(timeline_draws_zero_at_the_bottom)
{
    const double now[] = {0, 10, 20};
    struct arena *a = arena_new(1 << 20);
    struct chart_timeline_in in = timeline(now, NULL, 3);
    struct chart_timeline c;
    CHECK_INT(chart_timeline_make(a, &in, &c), ERR_OK);
    CHECK_TEXT(c.now_points, "0,200 500,111 1000,22");
    CHECK(!c.was_points && !c.was_label && !c.band_points);
    CHECK_INT(c.n_rows, 3);
    CHECK_TEXT(c.rows[2].now_text, "20");
    CHECK_TEXT(c.x_ticks[0].label, "v. 1");
    CHECK_TEXT(c.x_ticks[c.n_x_ticks - 1].label, "v. 3");
    arena_free(a);
}

TEST(timeline_line_stops_where_nothing_is_known)
{
    const double now[] = {4, 3, 2, NAN, NAN, NAN};
    const double was[] = {1, 1, 1, 1, 1, 1};
    struct arena *a = arena_new(1 << 20);
    struct chart_timeline_in in = timeline(now, was, 6);
    struct chart_timeline c;
    CHECK_INT(chart_timeline_make(a, &in, &c), ERR_OK);
    CHECK(strstr(c.now_points, "400,") && !strstr(c.now_points, "600,"));
    CHECK(strstr(c.was_points, "1000,"));
    CHECK_TEXT(c.rows[5].now_text, "–");
    arena_free(a);
}

TEST(timeline_names_never_lie_on_each_other)
{
    struct arena *a = arena_new(1 << 20);
    for (double end = 0; end <= 10; end++) {
        const double now[] = {10, 5}, was[] = {3, end};
        struct chart_timeline_in in = timeline(now, was, 2);
        struct chart_timeline c;
        CHECK_INT(chart_timeline_make(a, &in, &c), ERR_OK);
        CHECK(fabs(c.now_label_y - c.was_label_y) > 16);
    }
    arena_free(a);
}

TEST(timeline_refuses_what_it_cannot_draw)
{
    const double bad[] = {1, -1}, huge[] = {1, INFINITY}, fine[] = {1, 2};
    struct arena *a = arena_new(1 << 20);
    struct chart_timeline c = {.id = "untouched"};
    struct chart_timeline_in in = timeline(bad, NULL, 2);
    CHECK_INT(chart_timeline_make(a, &in, &c), ERR_INVALID);
    in = timeline(huge, NULL, 2);
    CHECK_INT(chart_timeline_make(a, &in, &c), ERR_INVALID);
    in = timeline(fine, NULL, 1);
    CHECK_INT(chart_timeline_make(a, &in, &c), ERR_INVALID);
    in = timeline(fine, NULL, 2);
    in.mark_label = "x";
    in.mark = 7;
    CHECK_INT(chart_timeline_make(a, &in, &c), ERR_INVALID);
    CHECK_TEXT(c.id, "untouched");
    arena_free(a);
}

TEST(bars_share_one_scale_from_zero)
{
    const struct chart_bar_in rows[] = {
        {.label = "a", .now = 14, .was = 6, .low = 8, .high = 28},
        {.label = "b", .now = 7, .was = NAN, .low = NAN, .high = NAN}};
    const struct chart_bars_in in = {.was_head = "Förra", .rows = rows, .n_rows = 2};
    struct arena *a = arena_new(1 << 20);
    struct chart_bars c;
    CHECK_INT(chart_bars_make(a, &in, &c), ERR_OK);
    CHECK_NEAR(c.rows[0].now, 50, 1e-9);
    CHECK_NEAR(c.rows[0].high, 100, 1e-9);
    CHECK_NEAR(c.rows[1].now, 25, 1e-9);
    CHECK_NEAR(c.rows[1].was, 0, 1e-9);
    CHECK_TEXT(c.rows[1].was_text, "–");
    CHECK(c.rows[1].high <= 0 && !c.sparks);
    arena_free(a);
}

TEST(bars_of_nothing_have_no_width)
{
    const struct chart_bar_in rows[] = {{.label = "a", .low = NAN, .high = NAN}};
    const struct chart_bars_in in = {.rows = rows, .n_rows = 1};
    struct arena *a = arena_new(1 << 20);
    struct chart_bars c;
    CHECK_INT(chart_bars_make(a, &in, &c), ERR_OK);
    CHECK(c.rows[0].now <= 0);
    CHECK_TEXT(c.rows[0].now_text, "0");
    arena_free(a);
}

TEST(hourweek_sums_stand_at_both_edges)
{
    static double w[7][24];
    w[0][1] = 2;
    w[4][23] = 5.4;
    w[6][23] = 0.3;
    const struct chart_hourweek_in in = {.lang = LANG_SV, .weight = w};
    struct arena *a = arena_new(1 << 20);
    struct chart_hourweek c;
    CHECK_INT(chart_hourweek_make(a, &in, &c), ERR_OK);
    CHECK_TEXT(c.days[0].label, "mån");
    CHECK_TEXT(c.days[0].text, "2");
    CHECK_TEXT(c.days[4].text, "5");
    CHECK_TEXT(c.hours[23].text, "6");
    CHECK_TEXT(c.sum, "8");
    CHECK_INT(c.cells[4 * 24 + 23].step, 6);
    CHECK_INT(c.cells[6 * 24 + 23].step, 1);
    CHECK_TEXT(c.cells[6 * 24 + 23].text, ""); /* less than half an event */
    CHECK_TEXT(c.rows[23].label, "23–24");
    CHECK_TEXT(c.rows[23].cells[4].now_text, "5");
    w[0][0] = NAN;
    CHECK_INT(chart_hourweek_make(a, &in, &c), ERR_INVALID);
    arena_free(a);
}

TEST(a_number_of_the_hourweek_has_its_link_and_nothing_has_none)
{
    static double w[7][24];
    static struct chart_hourweek_links links = {.all = "all"};
    w[4][23] = 2.5;
    w[6][22] = 0.3;
    links.cell[4][23] = "fri 23";
    links.cell[6][22] = "sun 22";
    links.day[4] = "fri";
    links.day[6] = "sun";
    links.hour[23] = "23";
    const struct chart_hourweek_in in = {.lang = LANG_SV, .weight = w, .links = &links};
    struct arena *a = arena_new(1 << 20);
    struct chart_hourweek c;
    CHECK_INT(chart_hourweek_make(a, &in, &c), ERR_OK);
    CHECK_TEXT(c.rows[23].cells[4].now_text, "3");
    CHECK_TEXT(c.rows[23].cells[4].now_href, "fri 23");
    CHECK_TEXT(c.rows[23].sum_href, "23");
    CHECK_TEXT(c.days[4].href, "fri");
    CHECK_TEXT(c.sum_href, "all");
    CHECK(!c.rows[22].cells[6].now_href && !c.days[6].href); /* less than half an event */
    arena_free(a);
}

TEST(qr_keeps_a_quiet_zone_and_joins_runs)
{
    static uint8_t modules[21 * 21];
    modules[0] = modules[1] = 1;
    modules[21 * 20 + 20] = 1;
    struct arena *a = arena_new(1 << 20);
    struct page_qr q;
    CHECK_INT(chart_qr_make(a, "x", modules, 21, &q), ERR_OK);
    CHECK_INT(q.size, 29);
    CHECK_TEXT(q.path, "M4 4h2v1h-2zM24 24h1v1h-1z");
    CHECK_INT(chart_qr_make(a, "x", modules, 20, &q), ERR_INVALID);
    arena_free(a);
}

TEST(charts_survive_every_allocation_failure)
{
    static const double weight[7][24] = {{1}};
    const double now[] = {1, 2, 3}, was[] = {3, 2, 1};
    const struct chart_bar_in rows[] = {{.label = "a", .now = 1, .course = now, .n_course = 3}};
    const struct chart_bars_in bars = {.was_head = "x", .rows = rows, .n_rows = 1};
    const struct chart_hourweek_in week = {.weight = weight};
    struct chart_timeline_in in = timeline(now, was, 3);
    in.low = in.high = was;
    for (long n = 0;; n++) {
        struct chart_timeline t = {.id = "untouched"};
        struct chart_bars b = {.id = "untouched"};
        struct chart_hourweek w = {.id = "untouched"};
        mem_fail_at(n);
        struct arena *a = arena_new(1 << 20);
        enum err e = a ? chart_timeline_make(a, &in, &t) : ERR_NOMEM;
        enum err f = a ? chart_bars_make(a, &bars, &b) : ERR_NOMEM;
        enum err g = a ? chart_hourweek_make(a, &week, &w) : ERR_NOMEM;
        bool failed = mem_failed();
        mem_fail_at(-1);
        if (!failed)
            CHECK(!e && !f && !g);
        CHECK(!e || (e == ERR_NOMEM && strcmp(t.id, "untouched") == 0));
        CHECK(!f || (f == ERR_NOMEM && strcmp(b.id, "untouched") == 0));
        CHECK(!g || (g == ERR_NOMEM && strcmp(w.id, "untouched") == 0));
        CHECK(!failed || e || f || g);
        arena_free(a);
        if (!failed)
            break;
    }
}
