/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Several queries in one trip, savepoints that wait for the first query, and rows as a stream. */
#include "test.h"

#include <pthread.h>
#include <stdio.h>
#include <string.h>

#include "base/str.h"
#include "db_fixture.h"
#include "db_test_sql.h"

struct find {
    const char *key;
    struct arena *a;
    size_t n, stop_after;
};

static enum err add_row(void *arg, const struct q_t_get_row *row)
{
    struct find *f = arg;
    (void)row;
    f->n++;
    return f->stop_after && f->n == f->stop_after ? ERR_CANCELLED : ERR_OK;
}

static enum err each(struct tx *tx, void *arg)
{
    struct find *f = arg;
    struct q_t_get_in in = {f->key};
    f->n = 0;
    return q_t_get_each(tx, &in, add_row, f);
}

static size_t count_of(struct fixture *f, const char *key)
{
    struct find find = {.key = key, .a = f->a};
    CHECK(db_read(f->db, DB_NATIONAL, each, &find) == ERR_OK);
    return find.n;
}

struct rows {
    struct q_t_put_in settings[300];
    char keys[300][16];
    struct q_t_organisation_put_in houses[300];
    size_t n;
};

static void fill(struct rows *r, size_t n)
{
    r->n = n;
    for (size_t i = 0; i < n; i++) {
        snprintf(r->keys[i], sizeof r->keys[i], "k%zu", i);
        r->settings[i] = (struct q_t_put_in){"1493", r->keys[i], "v"};
        r->houses[i] = (struct q_t_organisation_put_in){"1493", id_new(), "Hus", 1, "exempel"};
    }
}

static enum err put_both(struct tx *tx, void *arg)
{
    struct rows *r = arg;
    struct db_batch both[] = {{&q_t_put, r->settings, r->n},
                              {&q_t_organisation_put, r->houses, r->n}};
    return db_run_batches(tx, both, 2);
}

static enum err count_changes(struct tx *tx, void *arg)
{
    struct find *f = arg;
    struct q_t_changes_in in = {"1493"};
    struct q_t_changes_row *rows;
    return q_t_changes_all(tx, f->a, &in, &rows, &f->n);
}

/* 600 queries: more than one trip. */
DB_TEST(batches_of_two_tables_arrive_whole)
{
    static struct rows r;
    fill(&r, 300);
    CHECK(db_write(f->db, "1493", put_both, &r) == ERR_OK);
    CHECK_INT(count_of(f, "k0"), 1);
    CHECK_INT(count_of(f, "k299"), 1);
    struct find find = {.a = f->a};
    CHECK(db_read(f->db, "1493", count_changes, &find) == ERR_OK);
    CHECK_INT(find.n, 300); /* the organisations are told, the settings are not */
}

DB_TEST(a_fault_in_the_second_batch_takes_the_first_along)
{
    static struct rows r;
    fill(&r, 300);
    r.houses[299].id = r.houses[0].id;
    CHECK(db_write(f->db, "1493", put_both, &r) == ERR_CONFLICT);
    CHECK_INT(count_of(f, "k0"), 0);
    struct find find = {.a = f->a};
    CHECK(db_read(f->db, "1493", count_changes, &find) == ERR_OK);
    CHECK_INT(find.n, 0);
}

/* --- Neighbours in a group --- */

enum kind { GOOD, ASKS_NOTHING, FAILS_FIRST, FAILS_LAST, DOUBLE, KINDS };

struct one {
    enum kind kind;
    char key[32];
    const char *town;
};

static enum err work(struct tx *tx, void *arg)
{
    struct one *o = arg;
    if (o->kind == ASKS_NOTHING)
        return ERR_OK;
    if (o->kind == FAILS_FIRST)
        return ERR_INVALID;
    struct q_t_put_in in = {o->town, o->key, "v"};
    TRY(q_t_put_run(tx, &in, NULL));
    if (o->kind == DOUBLE)
        return q_t_put_run(tx, &in, NULL);
    return o->kind == FAILS_LAST ? ERR_INVALID : ERR_OK;
}

struct worker {
    struct fixture *f;
    int number;
    int wrong;
};

static void *run_worker(void *arg)
{
    static const enum err expected[] = {ERR_OK, ERR_OK, ERR_INVALID, ERR_INVALID, ERR_CONFLICT};
    struct worker *w = arg;
    for (int i = 0; i < 100; i++) {
        struct one o = {(enum kind)((i + w->number) % KINDS), "", i % 3 ? "1493" : "1473"};
        snprintf(o.key, sizeof o.key, "%s%d.%d", o.kind == GOOD ? "good" : "bad", w->number, i);
        w->wrong += db_write(w->f->db, i % 2 ? o.town : DB_NATIONAL, work, &o) != expected[o.kind];
    }
    return NULL;
}

DB_TEST(neighbours_in_a_group_do_not_touch_each_other)
{
    struct worker w[8];
    pthread_t t[8];
    for (int i = 0; i < 8; i++) {
        w[i] = (struct worker){f, i, 0};
        CHECK(pthread_create(&t[i], NULL, run_worker, &w[i]) == 0);
    }
    for (int i = 0; i < 8; i++) {
        pthread_join(t[i], NULL);
        CHECK_INT(w[i].wrong, 0);
    }
    for (int n = 0; n < 8; n++) {
        for (int i = 0; i < 100; i++) {
            char key[32];
            bool good = (i + n) % KINDS == GOOD;
            snprintf(key, sizeof key, "%s%d.%d", good ? "good" : "bad", n, i);
            CHECK_INT(count_of(f, key), good ? 1 : 0);
        }
    }
}

/* --- Streams --- */

DB_TEST(a_stream_can_be_left_and_the_connection_goes_on)
{
    struct one o = {GOOD, "many", "1493"};
    CHECK(db_write(f->db, "1493", work, &o) == ERR_OK);
    o.town = "1473";
    CHECK(db_write(f->db, "1473", work, &o) == ERR_OK);
    struct find find = {.key = "many", .stop_after = 1};
    CHECK(db_read(f->db, DB_NATIONAL, each, &find) == ERR_CANCELLED);
    CHECK_INT(find.n, 1);
    CHECK_INT(count_of(f, "many"), 2);
}

static enum err ask_inside(void *arg, const struct q_t_get_row *row)
{
    struct tx *tx = arg;
    struct q_t_get_in in = {row->value};
    struct find again = {.n = 0};
    return q_t_get_each(tx, &in, add_row, &again);
}

static enum err each_and_ask(struct tx *tx, void *arg)
{
    struct q_t_get_in in = {arg};
    CHECK(q_t_get_each(tx, &in, ask_inside, tx) == ERR_INTERNAL);
    struct find again = {.n = 0};
    return q_t_get_each(tx, &in, add_row, &again);
}

DB_TEST(a_query_inside_a_stream_is_refused_on_both_engines)
{
    static char key[] = "many";
    struct one o = {GOOD, "many", "1493"};
    CHECK(db_write(f->db, "1493", work, &o) == ERR_OK);
    CHECK(db_read(f->db, "1493", each_and_ask, key) == ERR_OK);
}

/* --- Answers that wait for the end of a group --- */

struct many_puts {
    size_t n;
    size_t again; /* a key that is put a second time; n = none */
    size_t seen;
    int64_t changes;
};

static enum err put_n(struct tx *tx, struct many_puts *m)
{
    char key[32];
    for (size_t i = 0; i < m->n; i++) {
        snprintf(key, sizeof key, "w%zu", i);
        struct q_t_put_in in = {"1493", key, "v"};
        TRY(q_t_put_run(tx, &in, NULL));
        if (i == m->again)
            TRY(q_t_put_run(tx, &in, NULL));
    }
    return ERR_OK;
}

static enum err put_and_look(struct tx *tx, void *arg)
{
    struct many_puts *m = arg;
    TRY(put_n(tx, m));
    struct q_t_put_in last = {"1493", "last", "v"};
    TRY(q_t_put_run(tx, &last, &m->changes));
    struct q_t_get_in in = {"w0"};
    struct find find = {.n = 0};
    TRY(q_t_get_each(tx, &in, add_row, &find));
    m->seen = find.n;
    return ERR_OK;
}

static enum err put_only(struct tx *tx, void *arg)
{
    return put_n(tx, arg);
}

DB_TEST(a_function_sees_what_it_wrote)
{
    struct many_puts m = {.n = 3, .again = 3};
    CHECK(db_write(f->db, "1493", put_and_look, &m) == ERR_OK);
    CHECK_INT(m.seen, 1);
    CHECK_INT(m.changes, 1);
}

DB_TEST(more_answers_than_may_wait_are_read_on_the_way)
{
    struct many_puts m = {.n = 5000, .again = 5000};
    CHECK(db_write(f->db, "1493", put_only, &m) == ERR_OK);
    CHECK_INT(count_of(f, "w0"), 1);
    CHECK_INT(count_of(f, "w4999"), 1);
}

DB_TEST(an_early_fault_in_a_long_function_is_told_and_takes_all_of_it)
{
    struct many_puts m = {.n = 5000, .again = 1};
    CHECK(db_write(f->db, "1493", put_only, &m) == ERR_CONFLICT);
    CHECK_INT(count_of(f, "w0"), 0);
    m.again = 4999;
    CHECK(db_write(f->db, "1493", put_only, &m) == ERR_CONFLICT);
    CHECK_INT(count_of(f, "w4998"), 0);
}
