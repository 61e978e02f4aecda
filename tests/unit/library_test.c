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
