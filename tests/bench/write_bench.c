/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Acknowledged new events a second: threads that each add one event at a time and wait until it is
 * on the disk (synchronous = FULL; PostgreSQL's own default).
 *
 *   write_bench DIR [SECONDS [CLIENTS]]          SQLite in DIR
 *   write_bench postgresql://... [SECONDS [CLIENTS]] */
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/str.h"
#include "parts/event/event.h"
#include "schema.h"

struct bench {
    struct db *db;
    int64_t until;
    _Atomic long done, failed, worst;
};

struct one {
    struct event e;
};

static enum err add(struct tx *tx, void *arg)
{
    struct one *o = arg;
    return event_add(tx, NULL, &o->e, NULL, NULL);
}

static void *client(void *arg)
{
    struct bench *b = arg;
    struct one o = {event_blank()};
    o.e.municipality = "1493";
    o.e.source = EVENT_SOURCE_REPORT;
    o.e.type_code = "damage.graffiti";
    o.e.precision = GEO_PLACE;
    o.e.place_name = "Övningsparken";
    o.e.description = "Klotter på en bänk och på två papperskorgar.";
    o.e.origin = "exempel";
    while (time_monotonic() < b->until) {
        int64_t from = time_monotonic();
        o.e.id = id_new();
        o.e.occurred_from = o.e.occurred_to = time_now();
        o.e.east = 430000 + (o.e.id.b[15] << 4);
        o.e.north = 6507000 + (o.e.id.b[14] << 4);
        if (db_write(b->db, "1493", add, &o) == ERR_OK)
            atomic_fetch_add(&b->done, 1);
        else
            atomic_fetch_add(&b->failed, 1);
        long took = (long)(time_monotonic() - from), worst = atomic_load(&b->worst);
        while (took > worst && !atomic_compare_exchange_weak(&b->worst, &worst, took))
            ;
    }
    return NULL;
}

int main(int argc, char **argv)
{
    if (argc < 2)
        return 2;
    int64_t seconds = 5, clients = 64;
    if (argc > 2)
        (void)str_to_int(argv[2], &seconds);
    if (argc > 3)
        (void)str_to_int(argv[3], &clients);
    struct arena *a = arena_new(1 << 24);
    char path[1024];
    snprintf(path, sizeof path, "%s/samsyn.db", argv[1]);
    struct db_options o = {.create = true};
    if (str_starts(argv[1], "postgres"))
        o.url = argv[1];
    else
        o.path = path;
    struct bench b = {0};
    const char *problem = "";
    if (db_open(&o, a, &b.db, &problem) ||
        db_migrate(b.db, schema_list, schema_count, &schema_walls, a, &problem)) {
        fprintf(stderr, "%s\n", problem);
        return 1;
    }
    pthread_t threads[256];
    if (clients > 256)
        clients = 256;
    int64_t from = time_monotonic();
    b.until = from + seconds * 1000;
    for (int64_t i = 0; i < clients; i++)
        if (pthread_create(&threads[i], NULL, client, &b) != 0)
            return 1;
    for (int64_t i = 0; i < clients; i++)
        pthread_join(threads[i], NULL);
    double took = (double)(time_monotonic() - from) / 1000;
    printf(
        "%s: %ld events from %lld clients in %.1f s: %.0f a second, slowest %ld ms, %ld failed\n",
        o.url ? "PostgreSQL" : "SQLite", (long)b.done, (long long)clients, took,
        (double)b.done / took, (long)b.worst, (long)b.failed);
    db_close(b.db);
    arena_free(a);
    return b.failed ? 1 : 0;
}
