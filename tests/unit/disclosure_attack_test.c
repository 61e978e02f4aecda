/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Somebody keeps every publication and reckons: lists that share a sum, a period told twice, halves
 * and the whole. Without noise, so that only the hiding protects. */
#include "test.h"

#include <math.h>
#include <string.h>

#include "base/mem.h"
#include "core/disclose_span.h"
#include "core/disclosure.h"
#include "db_fixture.h"

#define CHECK_OK(x) CHECK_INT((x), ERR_OK)
#define TOWN "1493"

static const uint8_t key[DISCLOSE_KEY] = "a key for tests only, 32 bytes.";
static const struct disclose_rules rules = {
    .min_count = 5, .noise = 0, .square = 1000, .min_inhabitants = 200, .delay_days = 14};

static uint64_t seed = 7;
static uint32_t dice(uint32_t n)
{
    seed = seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (uint32_t)(seed >> 33) % n;
}

/* --- Lists that share a sum --- */

#define ROOM 5

struct lists {
    struct disclosure_number x[2 * ROOM + 1];
    struct disclosure_list lists[2];
    struct disclosure d;
};

/* Types 0 .. ROOM-1, areas after them, the sum last. */
static void set_lists(struct lists *l, const int64_t *types, const int64_t *areas)
{
    *l = (struct lists){.lists = {{0, ROOM, 2 * ROOM}, {ROOM, ROOM, 2 * ROOM}}};
    for (int i = 0; i < ROOM; i++) {
        l->x[i].exact.count = types[i];
        l->x[ROOM + i].exact.count = areas[i];
    }
    l->d = (struct disclosure){.numbers = l->x, .n = 2 * ROOM + 1, .lists = l->lists, .n_lists = 2};
}

/* Hidden numbers of a list, and what is left for them of a sum. */
static int64_t left_of(const struct disclosure_number *x, int64_t sum, int64_t *hidden)
{
    *hidden = 0;
    for (int i = 0; i < ROOM; i++)
        if (x[i].shown < 0)
            ++*hidden;
        else
            sum -= x[i].shown;
    return sum;
}

/* Is there a sum that fits both lists in which a hidden number of the list (or, list -1, the sum)
 * is 5 or more? Each hidden one is at least 1; nothing else is known. */
static bool may_be_large(const struct lists *l, int list)
{
    int64_t shown = l->x[2 * ROOM].shown;
    for (int64_t sum = shown < 0 ? 0 : shown; sum <= (shown < 0 ? 400 : shown); sum++) {
        int64_t n[2], left[2];
        bool fits = true;
        for (int i = 0; i < 2; i++) {
            left[i] = left_of(&l->x[i * ROOM], sum, &n[i]);
            fits = fits && (n[i] ? left[i] >= n[i] : left[i] == 0);
        }
        if (fits && (list < 0 ? sum : left[list] - (n[list] - 1)) >= 5)
            return true;
    }
    return false;
}

static void draw(int64_t *out, int64_t sum)
{
    memset(out, 0, ROOM * sizeof *out);
    uint32_t parts = 1 + dice(ROOM);
    for (; sum > 0; sum--)
        out[dice(parts)]++;
}

TEST(lists_of_the_same_sum_do_not_give_each_other_away)
{
    int sums_hidden = 0, hidden = 0;
    for (int round = 0; round < 20000; round++) {
        int64_t types[ROOM], areas[ROOM], sum = dice(round % 2 ? 12 : 60);
        struct lists l;
        draw(types, sum);
        draw(areas, sum);
        set_lists(&l, types, areas);
        CHECK_OK(disclosure_hide(&l.d, key, &rules));
        for (int i = 0; i < 2 * ROOM + 1; i++) {
            const struct disclosure_number *x = &l.x[i];
            CHECK(x->shown < 0 || x->shown == x->exact.count);
            CHECK(x->shown <= 0 || x->shown >= 5);
            if (x->exact.count > 0 && x->exact.count < 5)
                CHECK(may_be_large(&l, i == 2 * ROOM ? -1 : i / ROOM));
            hidden += x->shown < 0;
        }
        sums_hidden += l.x[2 * ROOM].shown < 0;
    }
    CHECK(sums_hidden > 100 && hidden > 1000);
}

TEST(a_hidden_sum_does_not_come_out_of_another_list)
{
    /* five types of one each: the sum, 5, would tell that each is 1; one area holds them all */
    struct lists l;
    set_lists(&l, (int64_t[ROOM]){1, 1, 1, 1, 1}, (int64_t[ROOM]){5});
    CHECK_OK(disclosure_hide(&l.d, key, &rules));
    CHECK(l.x[2 * ROOM].shown == DISCLOSE_HIDDEN && l.x[ROOM].shown == DISCLOSE_HIDDEN);
    CHECK_INT(l.d.result.hidden_totals, 1);
    /* the other way round: one type, five areas */
    set_lists(&l, (int64_t[ROOM]){5}, (int64_t[ROOM]){1, 1, 1, 1, 1});
    CHECK_OK(disclosure_hide(&l.d, key, &rules));
    CHECK(l.x[2 * ROOM].shown == DISCLOSE_HIDDEN && l.x[0].shown == DISCLOSE_HIDDEN);
}

/* --- From one publication to the next --- */

#define TYPES 4
static const char *const names[TYPES] = {"damage", "theft", "fire", "litter"};

struct publication {
    struct fixture *f;
    struct disclosure_number x[TYPES + 1];
    struct disclosure_list list;
    struct disclosure d;
    struct disclosure_answer answer;
    const char *name;
};

static enum err publish(struct tx *tx, void *arg)
{
    struct publication *p = arg;
    TRY(disclosure_check(tx, p->f->a, &p->d, key, &rules, &p->answer));
    return disclosure_record(tx, p->f->a, &p->d, id_from_name("publication", p->name), 1);
}

static void set(struct publication *p, struct fixture *f, const char *name, int64_t from,
                int64_t to, const int64_t *counts)
{
    *p = (struct publication){.f = f, .name = name, .list = {0, TYPES, TYPES}};
    for (int i = 0; i <= TYPES; i++)
        p->x[i] = (struct disclosure_number){.type = i < TYPES ? names[i] : "incident",
                                             .area = DISCLOSURE_WHOLE,
                                             .from = from,
                                             .to = to,
                                             .exact.count = i < TYPES ? counts[i] : 0};
    p->d = (struct disclosure){
        .municipality = TOWN, .numbers = p->x, .n = TYPES + 1, .lists = &p->list, .n_lists = 1};
}

static enum err try(struct publication *p, struct fixture *f, const char *name, int64_t from,
                    int64_t to, const int64_t *counts)
{
    set(p, f, name, from, to, counts);
    return db_write(f->db, TOWN, publish, p);
}

/* 3 and 6 were hidden beneath a sum of 50. Once 6 is told, 50 - 41 - 6 = 3 is told too. */
DB_TEST(what_was_hidden_stays_hidden_when_reports_come_late)
{
    struct publication p;
    CHECK_OK(try(&p, f, "first", 0, 30, (int64_t[]){3, 6, 20, 21}));
    CHECK(p.x[0].shown < 0 && p.x[1].shown < 0 && p.x[TYPES].shown == 50);
    CHECK_OK(try(&p, f, "second", 0, 30, (int64_t[]){7, 6, 20, 21}));
    CHECK(p.x[0].held && p.x[0].shown < 0);
    CHECK(p.x[1].held && p.x[1].shown < 0);
    CHECK(p.x[2].frozen && p.x[2].shown == 20 && p.x[TYPES].shown == 50);
}

DB_TEST(a_hidden_sum_stays_hidden_too)
{
    struct publication p;
    CHECK_OK(try(&p, f, "first", 0, 30, (int64_t[]){1, 1, 1, 0}));
    CHECK_INT(p.x[TYPES].shown, DISCLOSE_HIDDEN);
    CHECK_OK(try(&p, f, "second", 0, 30, (int64_t[]){1, 1, 1, 9}));
    CHECK_INT(p.x[TYPES].shown, DISCLOSE_HIDDEN);
    CHECK_INT(p.x[3].shown, 0); /* as it was told */
}

/* In the first half 3 of one type is protected by 6 of another, in the second 2 by 7 of a third.
 * The whole shows all: whole less second half gives the 6, and the sum of the first half the 3. */
DB_TEST(halves_and_the_whole_do_not_give_a_protecting_number_away)
{
    struct publication p;
    CHECK_OK(try(&p, f, "first half", 0, 14, (int64_t[]){3, 6, 25, 30}));
    CHECK(p.x[0].shown < 0 && p.x[1].shown < 0);
    CHECK_OK(try(&p, f, "second half", 14, 28, (int64_t[]){2, 30, 7, 40}));
    CHECK(p.x[0].shown < 0 && p.x[2].shown < 0);
    CHECK_INT(try(&p, f, "whole", 0, 28, (int64_t[]){5, 36, 32, 70}), ERR_CONFLICT);
    CHECK_INT(p.answer.fault, LEDGER_HIDDEN);
    CHECK(p.answer.from == 0 || p.answer.from == 14);
    CHECK_OK(try(&p, f, "elsewhere", 28, 56, (int64_t[]){5, 36, 32, 70}));
}

/* Here the number that comes out is one of the new ones. */
DB_TEST(the_whole_before_its_halves_gives_nothing_away_either)
{
    struct publication p;
    CHECK_OK(try(&p, f, "whole", 0, 28, (int64_t[]){5, 36, 32, 70}));
    CHECK_OK(try(&p, f, "first half", 0, 14, (int64_t[]){3, 6, 25, 30}));
    CHECK_INT(try(&p, f, "second half", 14, 28, (int64_t[]){2, 30, 7, 40}), ERR_CONFLICT);
    CHECK_INT(p.answer.fault, LEDGER_HIDDEN);
}

DB_TEST(what_is_withheld_is_not_written_down)
{
    struct publication p;
    set(&p, f, "first", 0, 30, (int64_t[]){3, 6, 20, 21});
    for (int i = 0; i <= TYPES; i++)
        p.x[i].withheld = true;
    CHECK_OK(db_write(f->db, TOWN, publish, &p));
    CHECK_INT(p.x[TYPES].shown, DISCLOSE_HIDDEN);
    CHECK_OK(try(&p, f, "second", 0, 30, (int64_t[]){8, 6, 20, 21}));
    CHECK(p.x[0].shown == 8 && p.x[TYPES].shown == 55 && !p.x[0].held);
}

/* --- Combinations, against plain elimination over every single type, area and day --- */

#define DAYS 4
#define UNITS 3
#define KINDS 3
#define ATOMS (KINDS * UNITS * DAYS)
#define CELLS 12

static void equation_of(const struct ledger_cell *c, double *v)
{
    memset(v, 0, ATOMS * sizeof *v);
    for (int t = 0; t < KINDS; t++)
        for (size_t u = 0; u < c->unit_count; u++)
            for (int64_t d = c->from; d < c->to; d++)
                if (strcmp(c->type, "incident") == 0 || strcmp(c->type, names[t]) == 0)
                    v[(t * UNITS + (int)c->units[u]) * DAYS + d] = 1;
}

static int rank_of(double m[][ATOMS], int n)
{
    int rank = 0;
    for (int col = 0; col < ATOMS && rank < n; col++) {
        int best = rank;
        for (int i = rank; i < n; i++)
            best = fabs(m[i][col]) > fabs(m[best][col]) ? i : best;
        if (fabs(m[best][col]) < 1e-9)
            continue;
        for (int k = 0; k < ATOMS; k++) {
            double keep = m[rank][k];
            m[rank][k] = m[best][k];
            m[best][k] = keep;
        }
        for (int i = rank + 1; i < n; i++) {
            double times = m[i][col] / m[rank][col];
            for (int k = col; k < ATOMS; k++)
                m[i][k] -= times * m[rank][k];
        }
        rank++;
    }
    return rank;
}

/* Is cells[at] a combination of those shown among the first n? */
static bool known(const struct ledger_cell *cells, int n, int at)
{
    double m[CELLS + 1][ATOMS];
    int rows = 0;
    for (int i = 0; i < n; i++)
        if (cells[i].shown >= 0)
            equation_of(&cells[i], m[rows++]);
    double more[CELLS + 1][ATOMS];
    memcpy(more, m, sizeof m);
    equation_of(&cells[at], more[rows]);
    return rank_of(m, rows) == rank_of(more, rows + 1);
}

static const uint32_t parts[][UNITS] = {{0, 1, 2}, {0}, {1}, {2}, {0, 1}, {1, 2}};
static const size_t sizes[] = {3, 1, 1, 1, 2, 2};

static struct ledger_cell draw_cell(void)
{
    uint32_t type = dice(KINDS + 2), part = type < KINDS ? 0 : dice(6);
    int64_t from = dice(DAYS), to = from + 1 + dice((uint32_t)(DAYS - from));
    return (struct ledger_cell){.type = type < KINDS ? names[type] : "incident",
                                .units = parts[part],
                                .unit_count = sizes[part],
                                .from = from,
                                .to = to,
                                .shown = dice(3) ? 9 : DISCLOSE_HIDDEN};
}

TEST(every_combination_that_tells_a_hidden_number_is_found_and_no_other)
{
    int found = 0, none = 0;
    for (int round = 0; round < 3000; round++) {
        struct ledger_cell cells[CELLS];
        for (int i = 0; i < CELLS; i++)
            cells[i] = draw_cell();
        int n = 4 + (int)dice(CELLS - 3), earlier = (int)dice((uint32_t)n);
        struct span_question q = {cells, (size_t)n, (size_t)earlier, "incident", names,
                                  KINDS, UNITS};
        struct span_answer a = {0};
        bool want = false;
        for (int i = 0; i < n; i++)
            want = want || (cells[i].shown < 0 && known(cells, n, i) && !known(cells, earlier, i));
        enum err e = span_check(&q, &a);
        CHECK_INT(e, want ? ERR_CONFLICT : ERR_OK);
        if (want) { /* and the one that gives it away is the one */
            CHECK(cells[a.hidden].shown < 0 && (int)a.by >= earlier && cells[a.by].shown >= 0);
            CHECK(known(cells, (int)a.by + 1, (int)a.hidden));
            CHECK(!known(cells, (int)a.by, (int)a.hidden));
        }
        found += want;
        none += !want;
    }
    CHECK(found > 100 && none > 100);
}

TEST(running_out_of_memory_gives_no_answer)
{
    struct ledger_cell cells[CELLS];
    for (int i = 0; i < CELLS; i++)
        cells[i] = draw_cell();
    const struct span_question q = {cells, CELLS, 3, "incident", names, KINDS, UNITS};
    for (int n = 0;; n++) {
        struct span_answer a;
        mem_fail_at(n);
        enum err e = span_check(&q, &a);
        bool failed = mem_failed();
        mem_fail_at(-1);
        if (!failed)
            break;
        CHECK_INT(e, ERR_NOMEM);
    }
}

/* Ten years of months, each with its weeks: what a busy municipality publishes. */
TEST(a_long_series_is_answered)
{
    enum { YEARS = 10, PIECES = YEARS * 12 * 5 };
    static struct ledger_cell cells[PIECES * 4];
    size_t n = 0;
    for (int month = 0; month < YEARS * 12; month++)
        for (int piece = 0; piece < 5; piece++) /* the month, and four weeks that cross its end */
            for (int t = 0; t <= KINDS; t++) {
                int64_t from = month * 30 + (piece ? piece * 7 - 3 : 0);
                cells[n++] = (struct ledger_cell){.type = t < KINDS ? names[t] : "incident",
                                                  .units = parts[0],
                                                  .unit_count = UNITS,
                                                  .from = from,
                                                  .to = from + (piece ? 7 : 30),
                                                  .shown = t && piece == 2 ? DISCLOSE_HIDDEN : 9};
            }
    const struct span_question q = {cells, n, n - 4 * 5, "incident", names, KINDS, UNITS};
    struct span_answer a;
    enum err e = span_check(&q, &a);
    CHECK(e == ERR_OK || e == ERR_CONFLICT);
}

/* Weeks that do not meet the new one are not weighed, however many they are. */
TEST(weeks_that_do_not_meet_are_no_hindrance)
{
    enum { WEEKS = 4000, EACH = UNITS + KINDS };
    static struct ledger_cell cells[WEEKS * EACH];
    size_t n = 0;
    for (int week = 0; week < WEEKS; week++)
        for (int i = 0; i < EACH; i++)
            cells[n++] = (struct ledger_cell){.type = i < UNITS ? "incident" : names[i - UNITS],
                                              .units = i < UNITS ? parts[i + 1] : parts[0],
                                              .unit_count = i < UNITS ? 1 : UNITS,
                                              .from = week * 7,
                                              .to = week * 7 + 7,
                                              .shown = i == UNITS ? DISCLOSE_HIDDEN : 9};
    const struct span_question q = {cells, n, n - EACH, "incident", names, KINDS, UNITS};
    struct span_answer a = {0};
    CHECK_INT(span_check(&q, &a), ERR_CONFLICT); /* all areas and all types but one are shown */
    CHECK_INT(a.hidden, n - EACH + UNITS);
}
