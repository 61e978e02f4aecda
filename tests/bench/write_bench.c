/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Acknowledged new events a second: threads that each add one event at a time and wait until it is
 * on the disk. The database says how it writes, and how often the disk itself can be waited for is
 * measured beside it; where nothing waits for the disk, nothing is measured.
 *
 *   write_bench sqlite|postgres [SECONDS [CLIENTS]]
 *
 * SQLite in a new folder in TMPDIR (/var/tmp), or the empty database of SAMSYN_TEST_PG
 * (tools/pg --durable makes one). */
#include <fcntl.h>
#include <linux/magic.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/str.h"
#include "bench_sql.h"
#include "parts/event/event.h"
#include "schema.h"

struct bench {
    struct db *db;
    int64_t until;
    _Atomic long done, failed, worst;
};

struct promise {
    struct arena *a;
    struct q_bench_durable_row row;
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

static int open_database(struct bench *b, struct arena *a, bool postgres, const char *dir)
{
    char path[128];
    const char *problem = "";
    snprintf(path, sizeof path, "%s/samsyn.db", dir);
    struct db_options o = {.create = true};
    if (postgres)
        o.url = getenv("SAMSYN_TEST_PG");
    else
        o.path = path;
    if (!o.url && !o.path) {
        fprintf(stderr, "SAMSYN_TEST_PG is not set\n");
        return 1;
    }
    if (db_open(&o, a, &b->db, &problem) ||
        db_migrate(b->db, schema_list, schema_count, &schema_walls, a, &problem)) {
        fprintf(stderr, "%s\n", problem);
        return 1;
    }
    return 0;
}

static enum err ask(struct tx *tx, void *arg)
{
    struct promise *p = arg;
    return q_bench_durable_one(tx, p->a, &p->row);
}

/* On the connection that writes. */
static bool waits_for_disk(struct bench *b, struct arena *a)
{
    struct promise p = {.a = a};
    if (db_write(b->db, "1493", ask, &p)) {
        fprintf(stderr, "the database does not say how it writes\n");
        return false;
    }
    printf("%s\n", p.row.settings);
    if (!p.row.durable)
        fprintf(stderr, "not measured: this database acknowledges before the disk has it (use "
                        "tools/pg --durable)\n");
    return p.row.durable;
}

/* How often in a second 4 kB can be written and waited for, one after the other. */
static bool measure_disk(const char *dir)
{
    char path[160], page[4096] = {0};
    struct statfs fs;
    snprintf(path, sizeof path, "%s/disk", dir);
    if (statfs(dir, &fs) == 0 && (fs.f_type == TMPFS_MAGIC || fs.f_type == RAMFS_MAGIC)) {
        fprintf(stderr, "not measured: %s is memory, not a disk (set TMPDIR)\n", dir);
        return false;
    }
    int fd = open(path, O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0600);
    if (fd < 0)
        return false;
    int64_t from = time_monotonic();
    long n = 0;
    while (time_monotonic() < from + 1000 && write(fd, page, sizeof page) == sizeof page &&
           fdatasync(fd) == 0)
        n++;
    close(fd);
    unlink(path);
    printf("the disk: 4 kB written and waited for %ld times a second\n", n);
    return n > 0;
}

static int measure(struct bench *b, const char *name, int64_t seconds, int64_t clients)
{
    pthread_t threads[256];
    int64_t from = time_monotonic();
    b->until = from + seconds * 1000;
    for (int64_t i = 0; i < clients; i++)
        if (pthread_create(&threads[i], NULL, client, b) != 0)
            return 1;
    for (int64_t i = 0; i < clients; i++)
        pthread_join(threads[i], NULL);
    double took = (double)(time_monotonic() - from) / 1000;
    printf(
        "%s: %ld events from %lld clients in %.1f s: %.0f a second, slowest %ld ms, %ld failed\n",
        name, (long)b->done, (long long)clients, took, (double)b->done / took, (long)b->worst,
        (long)b->failed);
    return b->failed ? 1 : 0;
}

static void remove_files(const char *dir)
{
    static const char *const names[] = {"samsyn.db", "samsyn.db-wal", "samsyn.db-shm",
                                        "samsyn.db-lock", "samsyn.db-want"};
    for (size_t i = 0; i < ARRAY_LEN(names); i++) {
        char path[128];
        snprintf(path, sizeof path, "%s/%s", dir, names[i]);
        unlink(path);
    }
    rmdir(dir);
}

int main(int argc, char **argv)
{
    bool postgres = argc > 1 && str_eq(argv[1], "postgres");
    if (argc < 2 || (!postgres && !str_eq(argv[1], "sqlite")))
        return 2;
    int64_t seconds = 5, clients = 64;
    if (argc > 2)
        (void)str_to_int(argv[2], &seconds);
    if (argc > 3)
        (void)str_to_int(argv[3], &clients);
    if (clients > 256)
        clients = 256;
    const char *tmp = getenv("TMPDIR");
    char dir[96];
    int n = snprintf(dir, sizeof dir, "%s/samsyn-bench-XXXXXX", tmp ? tmp : "/var/tmp");
    struct arena *a = arena_new(1 << 24);
    if (!a || n >= (int)sizeof dir || !mkdtemp(dir))
        return 1;
    struct bench b = {0};
    int code = measure_disk(dir) ? open_database(&b, a, postgres, dir) : 1;
    if (code == 0)
        code = waits_for_disk(&b, a)
                   ? measure(&b, postgres ? "PostgreSQL" : "SQLite", seconds, clients)
                   : 1;
    db_close(b.db);
    arena_free(a);
    remove_files(dir);
    return code;
}
