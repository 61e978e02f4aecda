/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* What is promised of every method: the same bytes on any number of threads and every time it is
 * run, an end when somebody wants one, no crash and no leak whichever allocation is refused, and
 * the same sentence wherever on the map it happens. */
#include "every_method.h"

static struct every_table table;

static char *answer(const struct every_case *c, int threads)
{
    enum samsyn_answer r;
    const char *json;
    size_t bytes;
    struct samsyn_analysis *an = every_begin(c, &table, &r);
    CHECK(an != NULL);
    samsyn_analysis_threads(an, threads);
    if (samsyn_analysis_run(an) != SAMSYN_OK)
        fail_msg("%s (%s): %s", c->method, c->options, samsyn_analysis_problem(an));
    CHECK(samsyn_analysis_write(an, "json", &json, &bytes) == SAMSYN_OK);
    char *copy = strdup(json);
    samsyn_analysis_free(an);
    return copy;
}

TEST(every_answer_is_the_same_bytes_on_one_two_and_four_threads)
{
    for (size_t i = 0; i < ARRAY_LEN(every_cases); i++) {
        every_fill(&every_cases[i], &table);
        char *one = answer(&every_cases[i], 1);
        for (int threads = 2; threads <= 4; threads += 2) {
            char *other = answer(&every_cases[i], threads);
            if (strcmp(one, other) != 0)
                fail_msg("%s (%s): another answer on %d threads", every_cases[i].method,
                         every_cases[i].options, threads);
            free(other);
        }
        free(one);
    }
}

/* --- Cancel --- */

struct patience {
    int left, asked;
};

static bool wait_for_it(void *arg, double share)
{
    struct patience *p = arg;
    CHECK(share >= 0 && share <= 1);
    p->asked++;
    return p->left-- > 0;
}

/* Those whose work grows faster than their rows, or has runs. */
static bool is_long(const char *method)
{
    static const char *const names[] = {
        "kde",    "dual-kde", "network-kde",        "gistar", "moran",     "knox",
        "mantel", "scan",     "near-repeat-chains", "breaks", "farrington"};
    for (size_t i = 0; i < ARRAY_LEN(names); i++)
        if (str_eq(names[i], method))
            return true;
    return false;
}

TEST(every_calculation_ends_when_somebody_wants_it)
{
    for (size_t i = 0; i < ARRAY_LEN(every_cases); i++) {
        const struct every_case *c = &every_cases[i];
        every_fill(c, &table);
        for (int left = 0; left < 3; left++) {
            enum samsyn_answer r;
            struct patience p = {.left = left};
            struct samsyn_analysis *an = every_begin(c, &table, &r);
            CHECK(an != NULL);
            samsyn_analysis_watch(an, wait_for_it, &p);
            r = samsyn_analysis_run(an);
            bool stopped = p.asked > left;
            if (r != (stopped ? SAMSYN_CANCELLED : SAMSYN_OK) ||
                (left == 0 && !stopped && is_long(c->method)))
                fail_msg("%s (%s): answer %d after %d questions", c->method, c->options, r,
                         p.asked);
            samsyn_analysis_free(an);
        }
    }
}

/* --- Memory --- */

/* Allocation n and all after it are refused. */
static bool survives(const struct every_case *c, long n)
{
    enum samsyn_answer r;
    const char *json;
    size_t bytes;
    mem_fail_at(n);
    struct samsyn_analysis *an = every_begin(c, &table, &r);
    if (an)
        r = samsyn_analysis_run(an);
    if (an && r == SAMSYN_OK)
        r = samsyn_analysis_write(an, "json", &json, &bytes);
    bool failed = mem_failed();
    mem_fail_at(-1);
    samsyn_analysis_free(an);
    if (r != (failed ? SAMSYN_NO_MEMORY : SAMSYN_OK))
        fail_msg("%s (%s): answer %d with allocation %ld refused", c->method, c->options, r, n);
    return failed;
}

TEST(every_method_survives_each_refused_allocation)
{
    for (size_t i = 0; i < ARRAY_LEN(every_cases); i++) {
        const struct every_case *c = &every_cases[i];
        every_fill(c, &table);
        table.n = c->weekly ? ROWS : 48;
        long n = 0;
        while (survives(c, n)) /* each of the first hundred, then fewer and fewer */
            n += n < 100 ? 1 : 1 + n / 20;
        CHECK(n > 3);
    }
}

/* --- The map moved --- */

/* The main sentence, with its numbers left out. */
static void sentence_of(const struct every_case *c, char *out, size_t size)
{
    enum samsyn_answer r;
    struct samsyn_analysis *an = every_begin(c, &table, &r);
    CHECK(an != NULL && samsyn_analysis_run(an) == SAMSYN_OK);
    str_copy(out, size, samsyn_analysis_sentence(an, 0));
    samsyn_analysis_free(an);
}

TEST(methods_without_coordinates_in_their_sentence_say_the_same_elsewhere_and_at_another_time)
{
    static const char *const names[] = {"gistar", "moran",    "knox",  "near-repeat-chains",
                                        "mantel", "aoristic", "season"};
    for (size_t i = 0; i < ARRAY_LEN(every_cases); i++) {
        const struct every_case *c = &every_cases[i];
        char here[500], there[500];
        bool apt = false;
        for (size_t k = 0; k < ARRAY_LEN(names); k++)
            apt = apt || (str_eq(names[k], c->method) && !strstr(c->columns, "value"));
        if (!apt)
            continue;
        every_fill(c, &table);
        sentence_of(c, here, sizeof here);
        for (int k = 0; k < ROWS; k++) {
            table.number[COLUMN_X][k] += 4000; /* whole cells */
            table.number[COLUMN_Y][k] -= 8000;
        }
        sentence_of(c, there, sizeof there);
        CHECK_TEXT(here, there);
    }
}
