/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Attacks on what is published: subtraction, totals, repetition, windows, nested areas. */
#include "test.h"

#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "core/disclose_ledger.h"
#include "core/disclose_rules.h"

static const uint8_t key[DISCLOSE_KEY] = "a key for tests only, 32 bytes.";

static uint64_t seed = 7;
static uint32_t dice(uint32_t n)
{
    seed = seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (uint32_t)(seed >> 33) % n;
}

static struct disclose_cell cell_of(int64_t count, int first)
{
    struct disclose_cell c = {0};
    for (int i = 0; i < count; i++) {
        char name[32];
        snprintf(name, sizeof name, "%d", first + i);
        disclose_add(&c, key, id_from_name("event", name));
    }
    return c;
}

TEST(noise_is_fixed_by_the_records_and_the_key)
{
    const struct disclose_rules *r = &disclose_rules_default;
    struct disclose_cell a = cell_of(10, 0), b = {0}, lower = cell_of(4, 0), upper = cell_of(6, 4);
    disclose_merge(&b, &upper);
    disclose_merge(&b, &lower);
    CHECK(a.mark == b.mark && a.count == b.count);
    CHECK_INT(disclose_noisy(&a, key, r), disclose_noisy(&b, key, r));
    uint8_t other[DISCLOSE_KEY] = "another key for tests, 32 bytes";
    int differ = 0;
    for (int i = 0; i < 100; i++) {
        struct disclose_cell c = {.count = 20, .mark = (uint64_t)i};
        differ += disclose_noisy(&c, key, r) != disclose_noisy(&c, other, r);
    }
    CHECK(differ > 40);
}

TEST(noise_is_bounded_and_right_on_average)
{
    for (int most = 0; most <= 5; most++) {
        struct disclose_rules r = disclose_rules_default;
        r.noise = most;
        for (int count = 0; count <= 9; count++) {
            double sum = 0;
            int exact = 0, n = 20000;
            for (int i = 0; i < n; i++) {
                struct disclose_cell c = {.count = count, .mark = (uint64_t)i * 77};
                int64_t v = disclose_noisy(&c, key, &r);
                CHECK(v >= 0 && v >= count - most && v <= count + most);
                sum += (double)v;
                exact += v == count;
            }
            CHECK_NEAR(sum / n, count, 0.09);
            CHECK(count == 0 || most == 0 ? exact == n : exact < 0.55 * n);
        }
    }
}

#define ROWS 4
#define COLS 4
struct attack {
    int64_t shown[ROWS * COLS], rows[ROWS], cols[COLS], total;
};

/* All tables an attacker can believe in: does one exist where hidden cell k is at least `want`?
 * Plain search, nothing in common with the code under test. */
static bool search(int64_t *x, const struct attack *a, int at, int64_t row_left, int64_t *col_left)
{
    if (at == ROWS * COLS)
        return true;
    int i = at / COLS, j = at % COLS;
    if (j == 0)
        row_left = a->rows[i];
    int64_t lo = x[at], hi = x[at];
    if (x[at] < 0) {
        lo = 1;
        hi = row_left < col_left[j] ? row_left : col_left[j];
    }
    for (int64_t v = lo; v <= hi; v++) {
        if (v > row_left || v > col_left[j])
            break;
        if (j == COLS - 1 && v != row_left)
            continue;
        if (i == ROWS - 1 && v != col_left[j])
            continue;
        col_left[j] -= v;
        bool found = search(x, a, at + 1, row_left - v, col_left);
        col_left[j] += v;
        if (found)
            return true;
    }
    return false;
}

static bool believable(const struct attack *a, int k, int64_t value)
{
    int64_t x[ROWS * COLS], cols[COLS];
    memcpy(x, a->shown, sizeof x);
    memcpy(cols, a->cols, sizeof cols);
    x[k] = value;
    return search(x, a, 0, 0, cols);
}

/* Without noise, so that only the hiding protects. */
TEST(subtraction_from_totals_gives_no_small_count)
{
    struct disclose_rules r = disclose_rules_default;
    r.noise = 0;
    int dropped = 0, besides = 0, searched = 0;
    for (int round = 0; round < 400; round++) {
        struct disclose_cell cells[ROWS * COLS];
        for (int k = 0; k < ROWS * COLS; k++)
            cells[k] = (struct disclose_cell){.count = dice(3) ? dice(round % 2 ? 14 : 30) : 0,
                                              .mark = dice(99)};
        struct attack a;
        struct disclose_table t = {ROWS, COLS, cells, a.shown, a.rows, a.cols, 0};
        struct disclose_result res;
        CHECK_INT(disclose_table(&t, key, &r, &res), ERR_OK);
        dropped += res.totals_dropped;
        besides += res.hidden_besides;
        bool line_hidden = t.total < 0;
        /* a hidden small total is never the only one hidden in its line */
        int hidden_totals = t.total < 0, small_totals = 0;
        for (int i = 0; i < ROWS; i++) {
            int64_t sum = 0;
            for (int j = 0; j < COLS; j++)
                sum += cells[i * COLS + j].count;
            hidden_totals += a.rows[i] < 0;
            small_totals += sum > 0 && sum < 5;
            CHECK(sum == 0 || sum >= 5 || a.rows[i] < 0);
        }
        CHECK(res.totals_dropped || small_totals == 0 || hidden_totals > 1);
        a.total = t.total;
        for (int i = 0; i < ROWS; i++)
            line_hidden = line_hidden || a.rows[i] < 0 || a.cols[i] < 0;
        for (int k = 0; k < ROWS * COLS; k++) {
            bool is_small = cells[k].count > 0 && cells[k].count < 5;
            CHECK(a.shown[k] == DISCLOSE_HIDDEN || (!is_small && a.shown[k] == cells[k].count));
            if (is_small && !line_hidden) {
                bool could_be_large = false;
                for (int64_t v = 5; v < 30 && !could_be_large; v++)
                    could_be_large = believable(&a, k, v);
                CHECK(could_be_large);
                searched++;
            }
        }
    }
    CHECK(searched > 100 && besides > 100 && dropped < 40);
}

/* With noise: the attacker adds up what is shown and subtracts; the remainder is right no oftener
 * than a coin would make it. */
TEST(remainders_of_noisy_totals_are_guesses)
{
    int right = 0, tried = 0;
    for (int round = 0; round < 3000; round++) {
        struct disclose_cell cells[3] = {cell_of(1 + dice(4), round * 100),
                                         cell_of(5 + dice(20), round * 100 + 10),
                                         cell_of(5 + dice(20), round * 100 + 50)};
        struct disclose_cell all = {0};
        int64_t rest = 0;
        for (int k = 0; k < 3; k++)
            disclose_merge(&all, &cells[k]);
        rest = disclose_noisy(&all, key, &disclose_rules_default);
        for (int k = 1; k < 3; k++)
            rest -= disclose_noisy(&cells[k], key, &disclose_rules_default);
        tried++;
        right += rest == cells[0].count;
    }
    CHECK(right < 0.40 * tried);
}

TEST(publishing_again_teaches_nothing)
{
    struct disclose_cell cells[4] = {cell_of(9, 0), cell_of(30, 100), cell_of(2, 200),
                                     cell_of(12, 300)};
    int64_t first[4], rows[2], cols[2], again[4];
    struct disclose_table t = {2, 2, cells, first, rows, cols, 0};
    struct disclose_result res;
    CHECK_INT(disclose_table(&t, key, &disclose_rules_default, &res), ERR_OK);
    CHECK(res.hidden == 1 && res.cells == 4 && res.noise == 2);
    t.shown = again;
    for (int i = 0; i < 50; i++) {
        CHECK_INT(disclose_table(&t, key, &disclose_rules_default, &res), ERR_OK);
        CHECK(memcmp(first, again, sizeof first) == 0);
    }
}

TEST(table_limits_and_failures)
{
    struct disclose_cell cells[4] = {{3, 1}, {8, 2}, {9, 3}, {-1, 4}};
    int64_t shown[4], rows[2], cols[2];
    struct disclose_table t = {2, 2, cells, shown, rows, cols, 0};
    struct disclose_result res;
    struct disclose_rules r = disclose_rules_default;
    CHECK_INT(disclose_table(&t, key, &r, &res), ERR_INVALID);
    cells[3].count = 7;
    r.min_count = 1;
    CHECK_INT(disclose_table(&t, key, &r, &res), ERR_INVALID);
    t.rows = 5000;
    CHECK_INT(disclose_table(&t, key, &disclose_rules_default, &res), ERR_LIMIT);
    t.rows = 2;
    for (int n = 0;; n++) {
        mem_fail_at(n);
        enum err e = disclose_table(&t, key, &disclose_rules_default, &res);
        bool failed = mem_failed();
        mem_fail_at(-1);
        if (!failed)
            break;
        CHECK_INT(e, ERR_NOMEM);
    }
    /* one small cell alone: nothing to hide behind, so the totals are hidden too */
    t.rows = t.cols = 1;
    CHECK_INT(disclose_table(&t, key, &disclose_rules_default, &res), ERR_OK);
    CHECK(rows[0] == DISCLOSE_HIDDEN && shown[0] == DISCLOSE_HIDDEN && t.total == DISCLOSE_HIDDEN);
}

TEST(places_periods_and_localities_are_coarsened)
{
    const struct disclose_rules *r = &disclose_rules_default;
    CHECK(disclose_square(424123.4, 6506999.9, r) == 6506LL * 100000 + 424);
    CHECK(disclose_square(424999.9, 6506000.1, r) == disclose_square(424000, 6506500, r));
    CHECK(disclose_square(NAN, 6506000, r) == 0);
    CHECK(!disclose_locality(199, r) && disclose_locality(200, r));
    struct date last = {2026, 10, 31};
    CHECK(!disclose_period_ready(last, date_start((struct date){2026, 11, 15}) - 1, r));
    CHECK(disclose_period_ready(last, date_start((struct date){2026, 11, 15}), r));
}

static const uint32_t units[] = {1, 2, 3, 4, 5, 6};

static struct ledger_cell number(int first, int n, int64_t from, int64_t to, int64_t count)
{
    return (struct ledger_cell){"damage", units + first, (size_t)n, from, to, count, count};
}

static enum ledger_fault fault_of(const struct ledger_cell *e, size_t n, struct ledger_cell c)
{
    struct ledger_answer a = {0};
    enum err err = ledger_check(e, n, &c, 5, &a);
    CHECK((err == ERR_OK) == (a.fault == LEDGER_FINE));
    return a.fault;
}

TEST(windows_that_differ_by_a_small_count_are_refused)
{
    struct ledger_cell e[] = {number(0, 1, 0, 30, 20), number(0, 1, 0, 10, 8)};
    CHECK_INT(fault_of(e, 2, number(0, 1, 0, 37, 23)), LEDGER_WINDOW);
    CHECK_INT(fault_of(e, 2, number(0, 1, 0, 37, 27)), LEDGER_FINE);
    CHECK_INT(fault_of(e, 2, number(0, 1, 0, 37, 20)), LEDGER_FINE);
    CHECK_INT(fault_of(e, 2, number(1, 1, 0, 37, 23)), LEDGER_FINE); /* another area */
    /* the rolling window: its dropped part was published, so its new part comes out */
    CHECK_INT(fault_of(e, 2, number(0, 1, 10, 40, 15)), LEDGER_WINDOW);
    CHECK_INT(fault_of(e, 1, number(0, 1, 10, 40, 15)), LEDGER_FINE);
    CHECK_INT(fault_of(e, 2, number(0, 1, 0, 30, 21)), LEDGER_REVISED);
    CHECK_INT(fault_of(e, 2, number(0, 1, 0, 30, 20)), LEDGER_FINE);
    e[0].shown = -1; /* hidden then: tells nothing */
    CHECK_INT(fault_of(e, 2, number(0, 1, 0, 37, 23)), LEDGER_FINE);
}

TEST(areas_that_differ_by_a_small_count_are_refused)
{
    struct ledger_cell e[] = {number(0, 1, 0, 30, 10), number(1, 2, 0, 30, 12)};
    CHECK_INT(fault_of(e, 2, number(0, 2, 0, 30, 13)), LEDGER_NESTED);
    CHECK_INT(fault_of(e, 2, number(0, 4, 0, 30, 24)), LEDGER_NESTED); /* minus both */
    CHECK_INT(fault_of(e, 2, number(0, 4, 0, 30, 40)), LEDGER_FINE);
    CHECK_INT(fault_of(e, 2, number(1, 1, 0, 30, 9)), LEDGER_NESTED); /* a part comes later */
    CHECK_INT(fault_of(e, 2, number(0, 2, 0, 29, 13)), LEDGER_FINE);
}

/* A year of rolling windows, month-to-date sums and single months: whatever passed, no difference
 * of two numbers that were shown is a count of 1..4. */
#define WEEKS 1000

TEST(weeks_of_many_years_in_many_areas_are_no_hindrance)
{
    static struct ledger_cell e[6 * WEEKS];
    for (int i = 0; i < 6 * WEEKS; i++)
        e[i] = number(i % 6, 1, i / 6 * 7, i / 6 * 7 + 7, 20);
    CHECK_INT(fault_of(e, ARRAY_LEN(e), number(0, 1, WEEKS * 7, WEEKS * 7 + 7, 20)), LEDGER_FINE);
    CHECK_INT(fault_of(e, ARRAY_LEN(e), number(0, 1, 0, WEEKS * 7 + 1, 20 * WEEKS + 3)),
              LEDGER_WINDOW); /* and nothing of them is forgotten */
}

TEST(no_pair_of_a_long_series_gives_a_small_count)
{
    for (int round = 0; round < 40; round++) {
        int64_t before[41] = {0};
        for (int d = 0; d < 40; d++)
            before[d + 1] = before[d] + dice(4);
        struct ledger_cell e[120];
        size_t n = 0;
        for (int i = 0; i < 120; i++) {
            int64_t from = dice(36), to = from + 1 + dice((uint32_t)(40 - from));
            struct ledger_cell c = number(0, 1, from, to, before[to] - before[from]);
            if (c.count > 0 && c.count < 5)
                continue;
            if (fault_of(e, n, c) == LEDGER_FINE)
                e[n++] = c;
        }
        CHECK(n > 3);
        for (size_t a = 0; a < n; a++)
            for (size_t b = 0; b < n; b++) {
                int64_t v = e[a].count - e[b].count;
                bool tells = e[a].from == e[b].from || e[a].to == e[b].to;
                CHECK(!tells || v <= 0 || v >= 5);
            }
    }
}

TEST(ledger_hash_knows_the_numbers_not_their_order)
{
    struct ledger_cell a[] = {number(0, 1, 0, 30, 10), number(1, 2, 0, 30, 12)};
    struct ledger_cell b[] = {a[1], a[0]};
    uint8_t x[LEDGER_HASH], y[LEDGER_HASH];
    CHECK_INT(ledger_hash(a, 2, x), ERR_OK);
    CHECK_INT(ledger_hash(b, 2, y), ERR_OK);
    CHECK(memcmp(x, y, sizeof x) == 0);
    b[0].shown++;
    CHECK_INT(ledger_hash(b, 2, y), ERR_OK);
    CHECK(memcmp(x, y, sizeof x) != 0);
}
