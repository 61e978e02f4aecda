/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "test.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/str.h"
#include "db_fixture.h"
#include "parts/event/event.h"

#define START INT64_C(1735689600000) /* 2025-01-01 */
#define ROWS 1500
#define PAGE 37

static const char *const towns[] = {"1493", "1473", "1447"};

static uint32_t mix(uint32_t i)
{
    return (i * 2654435761u) >> 8;
}

/* Names with long common beginnings, the same name in several towns and in two cases, and none. */
static struct event nth(int i, char name[60])
{
    struct event e = event_blank();
    uint32_t r = mix((uint32_t)i);
    char key[32];
    snprintf(key, sizeof key, "page %d", i);
    snprintf(name, 60, r % 3 ? "%s %u" : "%s", r % 2 ? "Övre Långgatan" : "övre långgatan",
             r / 64 % (i % 2 ? 9 : 700));
    e.municipality = towns[r % 7 % 3];
    e.id = id_from_name("event page test", key);
    e.source = "report";
    e.type_code = event_types[r % EVENT_TYPE_COUNT].code;
    e.occurred_from = e.occurred_to = START + i * MSEC_HOUR; /* no two at the same time */
    e.place_name = r % 11 ? name : NULL;
    return e;
}

static enum err add_all(struct tx *tx, void *arg)
{
    struct event *list = arg;
    for (int i = 0; i < ROWS; i += 500)
        TRY(event_add_batch(tx, NULL, list + i, 500, NULL, NULL));
    return ERR_OK;
}

static enum event_sort sort_by;
static bool descending;

/* The slow definition: newest first inside a place or type. */
static int slow(const void *pa, const void *pb)
{
    const struct event *a = pa, *b = pb;
    int c;
    if (sort_by == EVENT_SORT_TYPE) {
        c = event_type_index(a->type_code) - event_type_index(b->type_code);
    } else {
        c = (a->place_name == NULL) - (b->place_name == NULL);
        if (!c && a->place_name)
            c = str_compare_sv(a->place_name, b->place_name);
        c = c ? c : strcmp(a->municipality, b->municipality);
        if (!c && a->place_name)
            c = strcmp(a->place_name, b->place_name);
    }
    if (c)
        return descending ? -c : c;
    return a->occurred_from > b->occurred_from ? -1 : 1;
}

static void check_pages(const struct event_selection *s, const struct event *want, size_t n)
{
    CHECK_INT(s->count, n);
    for (size_t at = 0; at < n + PAGE; at += PAGE) {
        AUTO(arena_freep) struct arena *a = arena_new(1 << 20);
        struct event_key *keys;
        size_t got;
        struct event_order order = {sort_by, descending, at, PAGE};
        CHECK(columns_page(s, &order, a, &keys, &got) == ERR_OK);
        CHECK_INT(got, at >= n ? 0 : n - at < PAGE ? n - at : PAGE);
        for (size_t i = 0; i < got; i++)
            CHECK(id_eq(keys[i].id, want[at + i].id));
    }
}

static void check_list(struct columns *c, const char *town, const struct event *all)
{
    AUTO(columns_givep) struct columns_view *v = NULL;
    AUTO(columns_selection_freep) struct event_selection *s = NULL;
    AUTO(mem_freep) struct event *want = mem_array(ROWS, sizeof *want);
    struct event_filter none = {0};
    size_t n = 0;
    CHECK(columns_take(c, town, &v) == ERR_OK);
    CHECK(columns_select(v, &none, &s) == ERR_OK);
    for (int i = 0; i < ROWS; i++)
        if (!town || str_eq(all[i].municipality, town))
            want[n++] = all[i];
    qsort(want, n, sizeof *want, slow);
    check_pages(s, want, n);
}

DB_TEST(pages_by_place_and_type_are_the_whole_list_in_its_order)
{
    AUTO(mem_freep) struct event *all = mem_array(ROWS, sizeof *all);
    char(*names)[60] = mem_array(ROWS, sizeof *names);
    for (int i = 0; i < ROWS; i++)
        all[i] = nth(i, names[i]);
    CHECK(db_write(f->db, DB_NATIONAL, add_all, all) == ERR_OK);
    struct columns *c = columns_new(f->db, 0);
    for (int which = 0; which < 4; which++) {
        sort_by = which / 2 ? EVENT_SORT_PLACE : EVENT_SORT_TYPE;
        descending = which % 2;
        check_list(c, NULL, all);
        for (size_t t = 0; t < ARRAY_LEN(towns); t++)
            check_list(c, towns[t], all);
    }
    columns_free(c);
    mem_free(names);
}

/* --- Names that come in an order that is hard to sort --- */

#define PLACES 40000

struct many {
    struct event_rows rows;
    msec from[PLACES];
    struct id id[PLACES];
    uint32_t place[PLACES];
    char names[PLACES][12];
    const char *places[PLACES];
    uint64_t bits[PLACES / 64];
    int at[PLACES]; /* the row of each name in order */
};

/* Down to the middle and up again, or from the middle on and then from the beginning: place p's
 * number in the order of names. */
static int number_of(int p, bool valley)
{
    if (valley)
        return p < PLACES / 2 ? PLACES - 1 - 2 * p : 2 * p - PLACES;
    return (p + PLACES / 3) % PLACES;
}

static void fill_many(struct many *m, bool valley)
{
    for (int p = 0; p < PLACES; p++) {
        int number = number_of(p, valley);
        snprintf(m->names[p], sizeof m->names[p], "%08d", number);
        m->places[p] = m->names[p];
        m->place[p] = (uint32_t)p;
        m->from[p] = START + p;
        memcpy(m->id[p].b, &p, sizeof p);
        m->at[number] = p;
    }
    memset(m->bits, 0xFF, sizeof m->bits);
    m->rows = (struct event_rows){.municipality = "1493",
                                  .n = PLACES,
                                  .from = m->from,
                                  .id = m->id,
                                  .place = m->place,
                                  .n_places = PLACES,
                                  .places = m->places};
}

static void *page_through(void *arg)
{
    struct many *m = arg;
    const struct event_rows *parts[] = {&m->rows};
    const struct columns_view view = {1, parts};
    uint64_t *bits[] = {m->bits};
    uint32_t counts[] = {PLACES};
    const struct event_selection s = {&view, PLACES, bits, counts};
    for (size_t at = 0; at < PLACES; at += PLACES / 4) {
        AUTO(arena_freep) struct arena *a = arena_new(1 << 20);
        struct event_order order = {EVENT_SORT_PLACE, false, at, PAGE};
        struct event_key *keys;
        size_t n;
        CHECK(columns_page(&s, &order, a, &keys, &n) == ERR_OK);
        CHECK_INT(n, PAGE);
        for (size_t i = 0; i < n; i++)
            CHECK(id_eq(keys[i].id, m->id[m->at[at + i]]));
    }
    return NULL;
}

TEST(no_order_of_names_takes_much_stack)
{
    static struct many m;
    pthread_attr_t small;
    pthread_t t;
    CHECK(pthread_attr_init(&small) == 0 && pthread_attr_setstacksize(&small, 256 * 1024) == 0);
    for (int valley = 0; valley < 2; valley++) {
        fill_many(&m, valley);
        CHECK(pthread_create(&t, &small, page_through, &m) == 0);
        CHECK(pthread_join(t, NULL) == 0);
    }
    pthread_attr_destroy(&small);
}

TEST(the_number_of_a_name_orders_as_the_name_does)
{
    static const char *const names[] = {
        "",     "a",       "A",        "Z",          "z",         "å",   "Ä",  "ö",    "é",
        "e",    "Gatan 1", "Gatan 10", "Gatan 100",  "gatan 101", "Ж",   "я",  "日本", "Ångstigen",
        "\xff", "ÿ",       "a\xc3",    "aaaaaaaa日", "aaaaaaaaa", "日a", "日b"};
    for (size_t i = 0; i < ARRAY_LEN(names); i++)
        for (size_t k = 0; k < ARRAY_LEN(names); k++) {
            uint64_t a = str_order_sv(names[i]), b = str_order_sv(names[k]);
            int c = str_compare_sv(names[i], names[k]);
            CHECK(a == b || (a < b) == (c < 0));
            CHECK(c != 0 || a == b);
        }
}
