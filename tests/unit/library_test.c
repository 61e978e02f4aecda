/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* libsamsyn-analysis as another program uses it: its own header, its own memory, nothing else. */
#include "test.h"

#include <stdlib.h>
#include <string.h>

#include "lib/samsyn_analysis.h"

struct lender {
    long out, most;
};

static void *lend(void *arg, size_t n)
{
    struct lender *l = arg;
    l->out++;
    l->most = l->out > l->most ? l->out : l->most;
    return malloc(n);
}

static void take_back(void *arg, void *p)
{
    struct lender *l = arg;
    l->out--;
    free(p);
}

static const double before[] = {6, 20}, after[] = {14, 3};

TEST(the_library_compares_counts)
{
    struct lender l = {0};
    struct samsyn_memory memory = {lend, take_back, &l, 1 << 24};
    struct samsyn_analysis *an = samsyn_analysis_new("compare-counts", &memory);
    CHECK(samsyn_analysis_numbers(an, "before", before, 2) == SAMSYN_OK);
    CHECK(samsyn_analysis_numbers(an, "after", after, 2) == SAMSYN_OK);
    CHECK(samsyn_analysis_run(an) == SAMSYN_OK);
    size_t rows;
    const double *p = samsyn_analysis_reals(an, "comparisons", "p", &rows);
    CHECK_INT(rows, 2);
    CHECK(p[0] > 0.1153 && p[0] < 0.1154);
    CHECK(!samsyn_analysis_reals(an, "comparisons", "no such", &rows));
    const char *text;
    size_t bytes;
    CHECK(samsyn_analysis_write(an, "json", &text, &bytes) == SAMSYN_OK);
    CHECK(strlen(text) == bytes && strstr(text, "\"method\":\"compare-counts\""));
    CHECK(samsyn_analysis_write(an, "geojson", &text, &bytes) == SAMSYN_USAGE);
    CHECK(l.most > 1);
    samsyn_analysis_free(an);
    CHECK_INT(l.out, 0);
}

TEST(the_library_says_what_is_wrong)
{
    struct samsyn_analysis *an = samsyn_analysis_new("compare-counts", NULL);
    CHECK(!samsyn_analysis_new("no such method", NULL));
    CHECK(samsyn_analysis_language(an, "en") == SAMSYN_OK);
    CHECK(samsyn_analysis_language(an, "xx") == SAMSYN_USAGE);
    CHECK(samsyn_analysis_set(an, "no-such", "1") == SAMSYN_USAGE);
    CHECK(strstr(samsyn_analysis_problem(an), "no-such"));
    CHECK(samsyn_analysis_set(an, "exposure-before", "-1") == SAMSYN_USAGE);
    CHECK(samsyn_analysis_numbers(an, "x", before, 2) == SAMSYN_USAGE);
    CHECK(samsyn_analysis_numbers(an, "before", before, 2) == SAMSYN_OK);
    CHECK(samsyn_analysis_run(an) == SAMSYN_USAGE); /* no column after */
    CHECK(samsyn_analysis_numbers(an, "after", after, 1) == SAMSYN_USAGE);
    CHECK(samsyn_analysis_numbers(an, "after", after, 2) == SAMSYN_OK);
    CHECK(samsyn_analysis_run(an) == SAMSYN_OK);
    samsyn_analysis_free(an);
}

TEST(the_library_ends_at_its_ceiling)
{
    struct samsyn_memory memory = {.take = lend, .give = take_back, .most = 2000};
    struct lender l = {0};
    memory.arg = &l;
    struct samsyn_analysis *an = samsyn_analysis_new("compare-counts", &memory);
    CHECK(!an);
    CHECK_INT(l.out, 0);
}

/* --- Shapes --- */

#define PATH(x, y, hole) ((struct samsyn_path){x, y, sizeof(x) / sizeof *(x), hole})

/* A cross of two streets, events on each and one far away. */
TEST(events_spread_along_streets_that_are_given)
{
    static const double x1[] = {-1000, 0, 1000}, y1[] = {0, 0, 0}, x2[] = {0, 0, 0},
                        y2[] = {-900, 0, 900};
    static const double x[] = {-300, 0, 0, 5000}, y[] = {5, 200, 210, 5000};
    struct lender l = {0};
    struct samsyn_memory memory = {lend, take_back, &l, 1 << 26};
    struct samsyn_analysis *an = samsyn_analysis_new("network-kde", &memory);
    struct samsyn_path cross[] = {PATH(x1, y1, false), PATH(x2, y2, false)};
    double v;
    CHECK(samsyn_analysis_numbers(an, "x", x, 4) == SAMSYN_OK);
    CHECK(samsyn_analysis_numbers(an, "y", y, 4) == SAMSYN_OK);
    CHECK(samsyn_analysis_run(an) == SAMSYN_USAGE); /* no streets yet */
    CHECK(strstr(samsyn_analysis_problem(an), "streets"));
    CHECK(samsyn_analysis_lines(an, "streets", &cross[0], 1) == SAMSYN_OK);
    CHECK(samsyn_analysis_lines(an, "streets", &cross[1], 1) == SAMSYN_OK);
    CHECK(samsyn_analysis_run(an) == SAMSYN_OK);
    CHECK(samsyn_analysis_figure(an, "total_length", &v) && v > 3799.9 && v < 3800.1);
    CHECK(samsyn_analysis_figure(an, "snapped", &v) && v == 3);
    CHECK(samsyn_analysis_figure(an, "crossings", &v));
    CHECK_INT(v, 1);
    size_t rows;
    const double *street = samsyn_analysis_reals(an, "pieces", "street", &rows);
    CHECK(rows > 100 && street[0] == 1 && street[rows - 1] == 2);
    CHECK(samsyn_analysis_sentence(an, 0) && !samsyn_analysis_sentence(an, 99));
    samsyn_analysis_free(an);
    CHECK_INT(l.out, 0);
}

static const double square_x[] = {0, 100, 100, 0}, square_y[] = {0, 0, 100, 100};
static const double hole_x[] = {40, 60, 60, 40, 40}, hole_y[] = {40, 40, 60, 60, 40};

TEST(a_boundary_that_is_given_leaves_out_its_hole_and_what_lies_beyond)
{
    static const double x[] = {10, 50, 90, 150, 20}, y[] = {10, 50, 90, 50, 30};
    struct samsyn_path rings[] = {PATH(square_x, square_y, false), PATH(hole_x, hole_y, true)};
    struct samsyn_analysis *an = samsyn_analysis_new("kde", NULL);
    double outside;
    samsyn_analysis_language(an, "en");
    CHECK(samsyn_analysis_set(an, "cell", "5") == SAMSYN_OK);
    CHECK(samsyn_analysis_set(an, "bandwidth", "10") == SAMSYN_OK);
    CHECK(samsyn_analysis_numbers(an, "x", x, 5) == SAMSYN_OK);
    CHECK(samsyn_analysis_numbers(an, "y", y, 5) == SAMSYN_OK);
    CHECK(samsyn_analysis_polygon(an, "boundary", NULL, rings, 2) == SAMSYN_OK);
    CHECK(samsyn_analysis_run(an) == SAMSYN_OK);
    CHECK(samsyn_analysis_figure(an, "outside", &outside) && outside == 2);
    CHECK(samsyn_analysis_warning(an, 0) != NULL);
    samsyn_analysis_free(an);
}

TEST(areas_that_are_given_are_counted_by_name)
{
    static const double next_x[] = {100, 200, 200, 100, 100}, next_y[] = {0, 0, 100, 100, 0};
    static const double x[] = {10, 150, 160, 170}, y[] = {10, 50, 50, 50};
    static const double last_x[] = {200, 300, 250};
    struct samsyn_path ring = PATH(square_x, square_y, false), next = PATH(next_x, next_y, false);
    struct samsyn_path last = {last_x, square_y, 3, false};
    struct samsyn_analysis *an = samsyn_analysis_new("gistar", NULL);
    size_t rows;
    CHECK(samsyn_analysis_numbers(an, "x", x, 4) == SAMSYN_OK);
    CHECK(samsyn_analysis_numbers(an, "y", y, 4) == SAMSYN_OK);
    CHECK(samsyn_analysis_polygon(an, "areas", "West", &ring, 1) == SAMSYN_OK);
    CHECK(samsyn_analysis_polygon(an, "areas", NULL, &next, 1) == SAMSYN_OK);
    CHECK(samsyn_analysis_polygon(an, "areas", "East", &last, 1) == SAMSYN_OK);
    if (samsyn_analysis_run(an) != SAMSYN_OK)
        fail_msg("%s", samsyn_analysis_problem(an));
    const double *value = samsyn_analysis_reals(an, "areas", "value", &rows);
    CHECK(rows == 3 && value[0] == 1 && value[1] == 3 && value[2] == 0);
    const char *const *name = samsyn_analysis_texts(an, "areas", "name", &rows);
    CHECK_INT(rows, 3);
    CHECK_TEXT(name[0], "West");
    CHECK_TEXT(name[1], "2");
    CHECK(!samsyn_analysis_texts(an, "areas", "value", &rows));
    samsyn_analysis_free(an);
}

TEST(shapes_that_are_none_are_refused)
{
    static const double far[] = {1e9, 0, 1}, ok[] = {0, 1, 1}, none[] = {0, __builtin_nan(""), 1};
    struct samsyn_path line = PATH(ok, ok, false), point = {ok, ok, 1, false};
    struct samsyn_path beyond = PATH(far, ok, false), nan = PATH(none, ok, false);
    struct samsyn_path empty = {ok, ok, 0, false}, lone_hole = PATH(hole_x, hole_y, true);
    struct samsyn_analysis *an = samsyn_analysis_new("network-kde", NULL);
    CHECK(samsyn_analysis_lines(an, "streets", &point, 1) == SAMSYN_INVALID);
    CHECK(samsyn_analysis_lines(an, "streets", &beyond, 1) == SAMSYN_INVALID);
    CHECK(samsyn_analysis_lines(an, "streets", &nan, 1) == SAMSYN_INVALID);
    CHECK(samsyn_analysis_lines(an, "streets", &empty, 1) == SAMSYN_INVALID);
    CHECK(samsyn_analysis_lines(an, "streets", &line, 0) == SAMSYN_INVALID);
    CHECK(samsyn_analysis_lines(an, "boundary", &line, 1) == SAMSYN_USAGE);
    CHECK(samsyn_analysis_lines(an, "x", &line, 1) == SAMSYN_USAGE);
    samsyn_analysis_free(an);
    an = samsyn_analysis_new("kde", NULL);
    CHECK(samsyn_analysis_lines(an, "streets", &line, 1) == SAMSYN_USAGE); /* kde has none */
    CHECK(samsyn_analysis_polygon(an, "streets", NULL, &line, 1) == SAMSYN_USAGE);
    CHECK(samsyn_analysis_polygon(an, "boundary", NULL, &lone_hole, 1) == SAMSYN_INVALID);
    CHECK(samsyn_analysis_set(an, "boundary", "/etc/hostname") == SAMSYN_OK);
    static const double x[] = {1, 2}, y[] = {1, 2};
    CHECK(samsyn_analysis_numbers(an, "x", x, 2) == SAMSYN_OK);
    CHECK(samsyn_analysis_numbers(an, "y", y, 2) == SAMSYN_OK);
    CHECK(samsyn_analysis_run(an) == SAMSYN_USAGE); /* no file is opened */
    samsyn_analysis_free(an);
}

TEST(people_of_a_scan_are_a_table_of_their_own)
{
    static const double x[] = {0, 0, 1000, 2000}, y[] = {0, 0, 0, 0}, value[] = {9, 8, 2, 1};
    static const double px[] = {0, 1000, 2000}, py[] = {0, 0, 0}, population[] = {100, 900, 1000};
    struct samsyn_analysis *an = samsyn_analysis_new("scan", NULL);
    struct samsyn_analysis *people = samsyn_analysis_new("scan", NULL);
    struct samsyn_analysis *other = samsyn_analysis_new("kde", NULL);
    size_t rows;
    CHECK(samsyn_analysis_set(an, "model", "poisson") == SAMSYN_OK);
    CHECK(samsyn_analysis_set(an, "type", "spatial") == SAMSYN_OK);
    CHECK(samsyn_analysis_numbers(an, "x", x, 4) == SAMSYN_OK);
    CHECK(samsyn_analysis_numbers(an, "y", y, 4) == SAMSYN_OK);
    CHECK(samsyn_analysis_numbers(an, "value", value, 4) == SAMSYN_OK);
    CHECK(samsyn_analysis_numbers(people, "x", px, 3) == SAMSYN_OK);
    CHECK(samsyn_analysis_numbers(people, "y", py, 3) == SAMSYN_OK);
    CHECK(samsyn_analysis_people(an, people) == SAMSYN_OK);
    CHECK(samsyn_analysis_run(an) == SAMSYN_USAGE); /* nobody is counted */
    CHECK(samsyn_analysis_numbers(people, "population", population, 3) == SAMSYN_OK);
    CHECK(samsyn_analysis_run(an) == SAMSYN_OK);
    const double *expected = samsyn_analysis_reals(an, "clusters", "expected", &rows);
    CHECK(rows >= 1 && expected[0] > 0.999 && expected[0] < 1.001); /* 20 cases, 100 of 2000 */
    CHECK(samsyn_analysis_people(other, people) == SAMSYN_USAGE);
    samsyn_analysis_free(other);
    samsyn_analysis_free(an);
    samsyn_analysis_free(people);
}

TEST(every_method_can_be_named)
{
    size_t n = 0;
    for (const char *name; (name = samsyn_analysis_method(n)); n++) {
        struct samsyn_analysis *an = samsyn_analysis_new(name, NULL);
        CHECK(an);
        samsyn_analysis_free(an);
    }
    CHECK(n >= 1);
}
