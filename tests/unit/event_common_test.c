/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Words that many events hold are known in memory: whatever happens to the events, a search finds
 * what a look at each of them finds. */
#include "event_common.h"

#include <pthread.h>

DB_TEST(searches_find_what_a_look_at_each_event_finds)
{
    struct world *w = begin(f, FIRST);
    check_some(w, 20); /* before the words are found, or while they are */
    columns_words_wait(w->c);
    CHECK(is_known(w, NULL, "vid") && is_known(w, "1447", "vid") && !is_known(w, NULL, "magasin"));
    check_some(w, 60);
    for (int round = 0; round < 25; round++) {
        uint32_t n = roll(w, 12);
        for (uint32_t i = 0; i < n; i++)
            change(w);
        add(w, roll(w, 10));
        check_some(w, 6);
        if (roll(w, 3) == 0)
            columns_words_wait(w->c);
    }
    CHECK(is_known(w, NULL, "vid"));
    end(w);
}

DB_TEST(what_has_changed_is_read_by_the_search_that_comes_after)
{
    struct world *w = begin(f, 400);
    struct asked q = {.terms = {{{0}, 1, false}}, .n = 1, .town = "1493", .text = "vid"};
    wait_for_words(w);
    CHECK(is_known(w, "1493", "vid"));
    for (int i = 0; i < 30; i++) {
        change(w);
        check(w, &q);
        CHECK(is_known(w, "1493", "vid")); /* at once: no thread is waited for */
    }
    end(w);
}

DB_TEST(more_changes_than_a_search_reads_are_read_by_the_thread)
{
    struct world *w = begin(f, 1200);
    wait_for_words(w);
    add(w, 900); /* about 440 in each of two towns */
    check_some(w, 5);
    columns_words_wait(w->c);
    CHECK(is_known(w, NULL, "vid"));
    check_some(w, 20);
    add(w, 3500); /* so many that all is read anew */
    check_some(w, 5);
    columns_words_wait(w->c);
    CHECK(is_known(w, NULL, "vid"));
    check_some(w, 20);
    end(w);
}

DB_TEST(a_redacted_word_is_gone_from_memory_too)
{
    struct world *w = begin(f, 300);
    wait_for_words(w);
    struct asked q = {.terms = {{{0}, 1, false}}, .n = 1, .town = "1493", .text = "vid"};
    for (size_t i = 0; i < 40; i++) {
        struct changing c = {w, i, REDACT, 0};
        CHECK(db_write(f->db, towns[w->list[i].town], change_one, &c) == ERR_OK);
        w->list[i].redacted = true;
        w->list[i].n = 0;
    }
    check(w, &q);
    CHECK(is_known(w, "1493", "vid"));
    end(w);
}

/* --- Several at once, too little memory, the end in the middle --- */

struct looker {
    struct columns *c;
    bool all_right;
};

static void *look(void *arg)
{
    struct looker *l = arg;
    for (int i = 0; i < 60; i++) {
        struct columns_view *v = NULL;
        const struct event_hits *hits = NULL;
        char text[40];
        snprintf(text, sizeof text, "vid muren %s", words[i % (int)ARRAY_LEN(words)]);
        const char *town = i % 3 ? towns[i % 2] : NULL;
        l->all_right = l->all_right && columns_take(l->c, town, &v) == ERR_OK;
        l->all_right = l->all_right && event_hits_take(l->c, v, town, text, &hits) == ERR_OK;
        event_hits_give(hits);
        columns_give(v);
    }
    return NULL;
}

DB_TEST(events_change_while_others_search)
{
    struct world *w = begin(f, 800);
    struct looker lookers[3];
    pthread_t threads[ARRAY_LEN(lookers)];
    for (size_t i = 0; i < ARRAY_LEN(lookers); i++) {
        lookers[i] = (struct looker){w->c, true};
        CHECK(pthread_create(&threads[i], NULL, look, &lookers[i]) == 0);
    }
    for (int i = 0; i < 40; i++) {
        change(w);
        add(w, i % 10 == 0 ? 300 : 1);
    }
    for (size_t i = 0; i < ARRAY_LEN(lookers); i++) {
        CHECK(pthread_join(threads[i], NULL) == 0 && lookers[i].all_right);
    }
    columns_words_wait(w->c);
    check_some(w, 30);
    end(w);
}

/* The thread reads while its rows change, as many as before. */
DB_TEST(what_changes_while_words_are_read_is_read_again)
{
    struct world *w = begin(f, FIRST);
    for (int i = 0; i < 30; i++) {
        columns_free(w->c);
        w->c = columns_new(f->db, 0);
        columns_find_words(w->c);
        look_at_all(w); /* begins it */
        for (int k = 0; k < 4; k++)
            change(w);
        look_at_all(w);
        columns_words_wait(w->c);
        CHECK(is_known(w, NULL, "vid"));
        for (int k = 0; k < 4; k++) {
            struct asked q = {.terms = {{{k}, 1, false}}, .n = 1};
            str_copy(q.text, sizeof q.text, words[k]);
            check(w, &q);
        }
    }
    end(w);
}

DB_TEST(the_store_may_be_left_while_words_are_found)
{
    struct world *w = begin(f, 500);
    for (int i = 0; i < 5; i++) {
        struct columns_view *v;
        CHECK(columns_take(w->c, NULL, &v) == ERR_OK);
        columns_give(v);
        columns_free(w->c);
        w->c = columns_new(f->db, 0);
        columns_find_words(w->c);
    }
    end(w);
}

TEST(words_stay_within_the_budget)
{
    struct fixture f;
    fixture_open(&f, DB_SQLITE);
    struct world *w = begin(&f, 1000);
    columns_free(w->c);
    size_t budget = 1000 * (COLUMNS_ROW_BYTES + 15);
    w->c = columns_new(f.db, budget);
    columns_find_words(w->c);
    for (int i = 0; i < 10; i++) {
        check_some(w, 5);
        columns_words_wait(w->c);
        CHECK(columns_bytes(w->c) <= budget);
        change(w);
    }
    end(w);
    fixture_close(&f);
}

/* A search after a change, with one allocation after another refused. */
TEST(a_search_without_memory_fails_or_is_right)
{
    struct fixture f;
    fixture_open(&f, DB_SQLITE);
    struct world *w = begin(&f, 300);
    struct asked q = {.terms = {{{0}, 1, false}, {{1}, 1, false}}, .n = 2};
    q.town = "1493";
    str_copy(q.text, sizeof q.text, "vid muren");
    bool failed = true;
    for (int n = 0; failed; n++) {
        struct columns_view *v = NULL;
        const struct event_hits *hits = NULL;
        CHECK(n < 1000);
        check(w, &q);
        columns_words_wait(w->c);
        change(w);
        mem_fail_at(n);
        enum err e = columns_take(w->c, "1493", &v);
        if (e == ERR_OK)
            e = event_hits_take(w->c, v, "1493", q.text, &hits);
        failed = mem_failed();
        mem_fail_at(-1);
        CHECK(e == ERR_OK || (failed && e == ERR_NOMEM));
        event_hits_give(hits);
        columns_give(v);
        check(w, &q);
    }
    end(w);
    fixture_close(&f);
}

/* All the words of a municipality, with one allocation after another refused. */
TEST(reading_words_survives_every_allocation_failure)
{
    struct fixture f;
    fixture_open(&f, DB_SQLITE);
    struct world *w = begin(&f, 300);
    atomic_bool stop = false;
    bool failed = true;
    wait_for_words(w);
    struct columns_view *v;
    struct word_rows *known, *read, *again;
    CHECK(columns_take(w->c, "1493", &v) == ERR_OK);
    CHECK(columns_words_take(w->c, v, &known) == ERR_OK && known);
    for (int n = 0; failed; n++) {
        CHECK(n < 1000);
        read = again = NULL;
        mem_fail_at(n);
        enum err e = word_rows_read(f.db, v->parts[0], known->list, &stop, &read);
        if (e == ERR_OK)
            e = word_rows_know(f.db, read, v->parts[0], &again);
        failed = mem_failed();
        mem_fail_at(-1);
        CHECK(e == (failed ? ERR_NOMEM : ERR_OK));
        CHECK(failed || memcmp(again->bits, known->bits, known->bytes - sizeof *known) == 0);
        word_rows_unref(read);
        word_rows_unref(again);
    }
    stop = true; /* the program ends */
    CHECK(word_rows_read(f.db, v->parts[0], known->list, &stop, &read) == ERR_CANCELLED);
    word_rows_unref(known);
    columns_give(v);
    end(w);
    fixture_close(&f);
}
