/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Events at size: adding, loading the columns, filters, pages, words and map tiles.
 *
 *     tile_bench DIRECTORY [EVENTS [MUNICIPALITY]]
 *
 * 1,000,000 events over the whole country, or all in one municipality as an import has them. The
 * database is made if it is not there. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/mem.h"
#include "base/str.h"
#include "db/db.h"
#include "geo/geo_data.h"
#include "parts/event/event.h"
#include "schema.h"

#define BATCH 10000

static double now_ms(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

static void need(enum err e, const char *what)
{
    if (e == ERR_OK)
        return;
    fprintf(stderr, "%s: %s\n", what, err_name(e));
    exit(1);
}

static uint64_t state = 88172645463325252u;

static uint32_t roll(uint32_t n)
{
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    return (uint32_t)(state >> 20) % n;
}

struct batch {
    struct event list[BATCH];
    char text[BATCH][160];
    char key[BATCH][24];
};

/* By population: the first localities of the larger towns get the most. */
static void invent(struct batch *b, size_t first, const char *town)
{
    static const char *const words[] = {"klotter", "vägg",      "skolan", "moped",
                                        "natten",  "fönster",   "parken", "bråk",
                                        "torget",  "belysning", "buller", "ungdomar"};
    for (size_t i = 0; i < BATCH; i++) {
        const struct geo_locality *l = &geo_localities[roll(GEO_LOCALITY_COUNT)];
        for (int k = 0; k < 3; k++) {
            const struct geo_locality *other = &geo_localities[roll(GEO_LOCALITY_COUNT)];
            l = other->population > l->population ? other : l;
        }
        struct event *e = &b->list[i];
        *e = event_blank();
        e->municipality = town ? town : l->municipality;
        e->id = id_new();
        e->source = roll(3) ? "police-file" : EVENT_SOURCE_REPORT;
        snprintf(b->key[i], sizeof b->key[i], "k%u-%zu", roll(1u << 30), first + i);
        e->source_key = b->key[i];
        e->type_code = event_types[roll(EVENT_TYPE_COUNT)].code;
        e->occurred_from = e->occurred_to =
            INT64_C(1577836800000) + (msec)((first + i) * 150000) + roll(100000000);
        e->place_name = l->name;
        e->precision = roll(10) ? GEO_POINT : GEO_MUNICIPALITY;
        if (e->precision == GEO_POINT) {
            e->east = l->east + roll(3000) - 1500.0;
            e->north = l->north + roll(3000) - 1500.0;
        }
        snprintf(b->text[i], sizeof b->text[i], "%s vid %s, %s och %s", words[roll(12)],
                 words[roll(12)], words[roll(12)], words[roll(12)]);
        e->title = b->text[i];
    }
}

static enum err add(struct tx *tx, void *arg)
{
    struct batch *b = arg;
    return event_add_batch(tx, NULL, b->list, BATCH, NULL, NULL);
}

static void fill(struct db *db, size_t n, const char *town)
{
    struct batch *b = mem_alloc(sizeof *b);
    double start = now_ms();
    for (size_t i = 0; i < n; i += BATCH) {
        invent(b, i, town);
        need(db_write(db, DB_NATIONAL, add, b), "add");
    }
    double ms = now_ms() - start;
    printf("add %zu events: %.1f s, %.0f a second\n", n, ms / 1e3, (double)n / ms * 1e3);
    mem_free(b);
}

static int compare(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return x < y ? -1 : x > y;
}

#define TIMES 9
/* Median of several runs of a statement. */
#define MEASURE(text, statement)                                                                   \
    do {                                                                                           \
        double times_[TIMES];                                                                      \
        for (int i_ = 0; i_ < TIMES; i_++) {                                                       \
            double from_ = now_ms();                                                               \
            statement;                                                                             \
            times_[i_] = now_ms() - from_;                                                         \
        }                                                                                          \
        qsort(times_, TIMES, sizeof *times_, compare);                                             \
        printf("%-46s %8.2f ms (most %.2f)\n", text, times_[TIMES / 2], times_[TIMES - 1]);        \
    } while (0)

static void list_page(struct columns *c, const char *town, const struct event_filter *f,
                      enum event_sort sort, size_t offset)
{
    AUTO(arena_freep) struct arena *a = arena_new(256 << 20);
    AUTO(columns_givep) struct columns_view *v = NULL;
    AUTO(columns_selection_freep) struct event_selection *s = NULL;
    struct event_key *keys;
    struct event_count *g;
    size_t n;
    need(columns_take(c, town, &v), "take");
    need(columns_select(v, f, &s), "select");
    need(columns_count_by(s, EVENT_BY_TYPE, a, &g, &n), "count");
    need(columns_page(s, &(struct event_order){sort, true, offset, 50}, a, &keys, &n), "page");
}

static void search(struct columns *c, const char *town)
{
    AUTO(columns_givep) struct columns_view *v = NULL;
    struct event_filter f = {0};
    char text[80];
    static int turn; /* new words each time, or they would be found once */
    snprintf(text, sizeof text, "klotter skolan %d*", turn++ % 10);
    need(columns_take(c, town, &v), "take");
    need(event_hits_take(c, v, town, text, &f.hits), "words");
    list_page(c, town, &f, EVENT_SORT_TIME, 0);
    event_hits_give(f.hits);
}

/* Words that every event has, in another order each time: what was found before is no help. */
static void search_common(struct columns *c, const char *town)
{
    static const char *const some[] = {"vid", "och"};
    static unsigned turn;
    AUTO(columns_givep) struct columns_view *v = NULL;
    struct event_filter f = {0};
    char text[80];
    turn++;
    snprintf(text, sizeof text, "%s %s %s %s %s", some[turn & 1], some[turn >> 1 & 1],
             some[turn >> 2 & 1], some[turn >> 3 & 1], some[turn >> 4 & 1]);
    need(columns_take(c, town, &v), "take");
    need(event_hits_take(c, v, town, text, &f.hits), "words");
    list_page(c, town, &f, EVENT_SORT_TIME, 0);
    event_hits_give(f.hits);
}

static void tiles(struct columns *c)
{
    AUTO(columns_givep) struct columns_view *v = NULL;
    struct event_filter f = {0};
    need(columns_take(c, NULL, &v), "take");
    for (uint32_t z = 0; z <= 16; z += 2) {
        struct mvt_tile t = mvt_tile_at((struct geo_lonlat){18.06, 59.33}, z);
        struct buf out = buf_init(EVENT_TILE_LIMIT);
        struct event_tile_info info = {0};
        char text[80];
        snprintf(text, sizeof text, "tile, zoom %u, filter and all", z);
        MEASURE(text, {
            struct event_selection *s;
            buf_clear(&out);
            need(columns_select(v, &f, &s), "select");
            need(event_tile(s, t, &out, &info), "tile");
            columns_selection_free(s);
        });
        printf("    %zu events as %s, %zu bytes\n", info.inside, info.points ? "points" : "squares",
               out.len);
        buf_done(&out);
    }
}

static void measure(struct db *db)
{
    struct columns *c = columns_new(db, 0);
    struct event_filter all = {0}, some = {.from = INT64_C(1580000000000)};
    event_filter_type(&some, EVENT_TYPE_damage);
    double start = now_ms();
    list_page(c, NULL, &all, EVENT_SORT_TIME, 0);
    printf("load the whole country: %.0f ms, %zu MB\n", now_ms() - start, columns_bytes(c) >> 20);
    MEASURE("national: take, filter, count, first page", list_page(c, NULL, &some, 0, 0));
    MEASURE("national: no filter, first page", list_page(c, NULL, &all, 0, 0));
    MEASURE("national: no filter, page in the middle", list_page(c, NULL, &all, 0, 400000));
    MEASURE("national: by type, first page", list_page(c, NULL, &all, EVENT_SORT_TYPE, 0));
    MEASURE("national: by place, page in the middle",
            list_page(c, NULL, &all, EVENT_SORT_PLACE, 400000));
    MEASURE("Stockholm: take, filter, count, first page", list_page(c, "0180", &some, 0, 0));
    MEASURE("Stockholm: by place", list_page(c, "0180", &all, EVENT_SORT_PLACE, 500));
    MEASURE("Stockholm: words", search(c, "0180"));
    MEASURE("national: words", search(c, NULL));
    MEASURE("national: words that every event has", search_common(c, NULL));
    size_t before = columns_bytes(c);
    start = now_ms();
    columns_find_words(c);
    columns_words_wait(c);
    printf("find the common words: %.0f ms, %zu MB\n", now_ms() - start,
           (columns_bytes(c) - before) >> 20);
    MEASURE("the same words, known in memory", search_common(c, NULL));
    tiles(c);
    columns_free(c);
}

int main(int argc, char **argv)
{
    setvbuf(stdout, NULL, _IOLBF, 0);
    if (argc < 2) {
        fputs("tile_bench DIRECTORY [EVENTS [MUNICIPALITY]]\n", stderr);
        return 2;
    }
    char path[512];
    snprintf(path, sizeof path, "%s/bench.db", argv[1]);
    int64_t n = 1000000;
    if (argc > 2 && !str_to_int(argv[2], &n))
        return 2;
    struct arena *a = arena_new(16 << 20);
    struct db *db;
    const char *problem = "";
    FILE *there = fopen(path, "rb");
    struct db_options o = {.path = path, .create = true};
    need(db_open(&o, a, &db, &problem), "open");
    need(db_migrate(db, schema_list, schema_count, &schema_walls, a, &problem), "migrate");
    if (there)
        fclose(there);
    else
        fill(db, (size_t)n, argc > 3 ? argv[3] : NULL);
    measure(db);
    db_close(db);
    arena_free(a);
    return 0;
}
