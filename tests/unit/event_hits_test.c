/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "test.h"

#include <pthread.h>
#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "base/str.h"
#include "db_fixture.h"
#include "event_sql.h"
#include "parts/event/event.h"

#define START INT64_C(1735689600000) /* 2025-01-01 */
#define ROWS 330

static const char *const towns[] = {"1493", "1473", "1447"};
static const char *const words[] = {"muren", "kiosken", "bron", "skolan", "stationen"};

/* Event i says words[k] when bit k of i is set. */
static struct event nth(int i, char text[200])
{
    struct event e = event_blank();
    char name[32];
    snprintf(name, sizeof name, "hit %d", i);
    text[0] = 0;
    for (size_t k = 0; k < ARRAY_LEN(words); k++)
        if (i >> k & 1)
            snprintf(text + strlen(text), 200 - strlen(text), "%s ", words[k]);
    e.municipality = towns[i % 3];
    e.id = id_from_name("event hits test", name);
    e.source = "report";
    e.type_code = event_types[EVENT_TYPE_alcohol].code;
    e.occurred_from = e.occurred_to = START + (i * 7919 % 1000) * MSEC_HOUR;
    e.description = text;
    return e;
}

static enum err add_all(struct tx *tx, void *arg)
{
    (void)arg;
    struct event list[ROWS];
    char texts[ROWS][200];
    for (int i = 0; i < ROWS; i++)
        list[i] = nth(i, texts[i]);
    return event_add_batch(tx, NULL, list, ROWS, NULL, NULL);
}

static enum err delete_one(struct tx *tx, void *arg)
{
    const struct event *e = arg;
    return event_delete(tx, e->municipality, e->id);
}

static enum err add_one(struct tx *tx, void *arg)
{
    return event_add(tx, NULL, arg, NULL, &(struct event_problem){0});
}

struct seen {
    struct id ids[ROWS + 10];
    size_t n;
};

static bool see(void *arg, const struct event_rows *rows, uint32_t row)
{
    struct seen *s = arg;
    s->ids[s->n++] = rows->id[row];
    return true;
}

/* What a list with these words shows. */
static void find(struct columns *c, const char *town, const char *text, struct seen *out)
{
    struct columns_view *v;
    struct event_selection *s;
    struct event_filter filter = {0};
    out->n = 0;
    CHECK(columns_take(c, town, &v) == ERR_OK);
    CHECK(event_hits_take(c, v, town, text, &filter.hits) == ERR_OK);
    CHECK(columns_select(v, &filter, &s) == ERR_OK);
    columns_each(s, see, out);
    CHECK_INT(out->n, s->count);
    event_hits_give(filter.hits);
    columns_selection_free(s);
    columns_give(v);
}

static bool has(const struct seen *s, struct id id)
{
    for (size_t i = 0; i < s->n; i++)
        if (id_eq(s->ids[i], id))
            return true;
    return false;
}

/* `town` NULL: everywhere; gone: the one that has been deleted, or -1. */
static void check_mask(struct columns *c, const char *town, int mask, int gone)
{
    char text[200], query[200];
    struct seen seen;
    size_t want = 0;
    nth(mask, query);
    find(c, town, query, &seen);
    for (int i = 0; i < ROWS; i++) {
        struct event e = nth(i, text);
        bool hit = i != gone && (i & mask) == mask && (!town || str_eq(e.municipality, town));
        want += hit;
        CHECK(hit == has(&seen, e.id));
    }
    CHECK_INT(seen.n, want);
}

DB_TEST(words_find_the_rows_that_hold_all_of_them)
{
    CHECK(db_write(f->db, DB_NATIONAL, add_all, NULL) == ERR_OK);
    struct columns *c = columns_new(f->db, 0);
    for (int again = 0; again < 2; again++) /* the second time from what was kept */
        for (int mask = 0; mask < 1 << ARRAY_LEN(words); mask++) {
            check_mask(c, NULL, mask, -1);
            for (size_t t = 0; t < ARRAY_LEN(towns); t++)
                check_mask(c, towns[t], mask, -1);
        }
    columns_free(c);
}

DB_TEST(what_was_found_does_not_outlive_a_change)
{
    char text[200];
    struct seen seen;
    CHECK(db_write(f->db, DB_NATIONAL, add_all, NULL) == ERR_OK);
    struct columns *c = columns_new(f->db, 0);
    check_mask(c, "1473", 3, -1);
    check_mask(c, NULL, 3, -1);
    struct event gone = nth(7, text); /* of 1473 */
    CHECK(db_write(f->db, "1473", delete_one, &gone) == ERR_OK);
    check_mask(c, "1473", 3, 7);
    check_mask(c, NULL, 3, 7);
    CHECK(db_write(f->db, "1473", add_one, &gone) == ERR_OK);
    check_mask(c, "1473", 3, -1);
    check_mask(c, NULL, 3, -1);
    struct event one = nth(ROWS, text); /* another town's change, and no word of those */
    one.municipality = "1447";
    one.description = "hamnen";
    find(c, "1447", "hamnen", &seen);
    CHECK_INT(seen.n, 0);
    CHECK(db_write(f->db, "1447", add_one, &one) == ERR_OK);
    find(c, "1447", "hamnen", &seen);
    CHECK_INT(seen.n, 1);
    find(c, NULL, "hamnen", &seen);
    CHECK_INT(seen.n, 1);
    find(c, "1473", "hamnen", &seen);
    CHECK_INT(seen.n, 0);
    columns_free(c);
}

/* The only row of the country goes, and another town gets its first: as many rows, as many changes.
 */
DB_TEST(what_was_found_in_one_municipality_is_not_kept_for_another)
{
    char text[200], other[200];
    struct seen seen;
    struct columns *c = columns_new(f->db, 0);
    struct event first = nth(1, text), second = nth(0, other); /* only the first says it */
    first.municipality = "1473";
    second.municipality = "1493";
    second.description = "hamnen";
    CHECK(db_write(f->db, "1473", add_one, &first) == ERR_OK);
    find(c, NULL, "muren", &seen);
    CHECK_INT(seen.n, 1);
    CHECK(db_write(f->db, "1473", delete_one, &first) == ERR_OK);
    CHECK(db_write(f->db, "1493", add_one, &second) == ERR_OK);
    find(c, NULL, "muren", &seen);
    CHECK_INT(seen.n, 0);
    find(c, NULL, "hamnen", &seen);
    CHECK_INT(seen.n, 1);
    columns_free(c);
}

/* More different searches than are kept, and those that are kept between them. */
DB_TEST(more_searches_than_are_kept_are_all_answered)
{
    CHECK(db_write(f->db, DB_NATIONAL, add_all, NULL) == ERR_OK);
    struct columns *c = columns_new(f->db, 0);
    for (int i = 0; i < 200; i++) {
        char query[40];
        struct seen seen;
        snprintf(query, sizeof query, "kiosken \"bron skolan\" x%d", i);
        find(c, "1493", query, &seen);
        CHECK_INT(seen.n, 0);
        if (i % 20 == 0)
            check_mask(c, "1493", 6, -1);
    }
    columns_free(c);
}

DB_TEST(a_municipality_without_events_has_no_hits)
{
    struct seen seen;
    struct columns *c = columns_new(f->db, 0);
    find(c, "1493", "muren", &seen);
    CHECK_INT(seen.n, 0);
    find(c, NULL, "muren", &seen);
    CHECK_INT(seen.n, 0);
    columns_free(c);
}

TEST(hits_of_one_municipality_are_never_asked_of_another)
{
    struct fixture f;
    fixture_open(&f, DB_SQLITE);
    struct columns *c = columns_new(f.db, 0);
    struct columns_view *v;
    const struct event_hits *hits = NULL;
    CHECK(db_write(f.db, DB_NATIONAL, add_all, NULL) == ERR_OK);
    CHECK(columns_take(c, "1493", &v) == ERR_OK);
    CHECK(event_hits_take(c, v, "1473", "muren", &hits) == ERR_USAGE);
    CHECK(hits == NULL);
    columns_give(v);
    columns_free(c);
    fixture_close(&f);
}

static void *search_all(void *arg)
{
    for (int mask = 0; mask < 1 << ARRAY_LEN(words); mask++) {
        check_mask(arg, "1493", mask, -1);
        check_mask(arg, NULL, mask, -1);
    }
    return NULL;
}

DB_TEST(many_who_search_at_once_find_the_same)
{
    CHECK(db_write(f->db, DB_NATIONAL, add_all, NULL) == ERR_OK);
    struct columns *c = columns_new(f->db, 0);
    pthread_t threads[4];
    for (size_t i = 0; i < ARRAY_LEN(threads); i++)
        CHECK(pthread_create(&threads[i], NULL, search_all, c) == 0);
    for (size_t i = 0; i < ARRAY_LEN(threads); i++)
        CHECK(pthread_join(threads[i], NULL) == 0);
    columns_free(c);
}
