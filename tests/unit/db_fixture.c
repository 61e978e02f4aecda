/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "test.h"

#include "db_fixture.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <libpq-fe.h>

#include "schema.h"

int fixture_has(enum db_engine engine)
{
    return engine == DB_SQLITE || getenv("SAMSYN_TEST_PG") != NULL;
}

static void quiet(void *arg, const PGresult *r)
{
    (void)arg;
    (void)r;
}

void fixture_pg(const char *text)
{
    PGconn *pg = PQconnectdb(getenv("SAMSYN_TEST_PG"));
    PQsetNoticeReceiver(pg, quiet, NULL);
    PGresult *r = PQexec(pg, text);
    CHECK(PQresultStatus(r) == PGRES_COMMAND_OK);
    PQclear(r);
    PQfinish(pg);
}

void fixture_open(struct fixture *f, enum db_engine engine)
{
    memset(f, 0, sizeof *f);
    f->engine = engine;
    f->a = arena_new(64 << 20);
    snprintf(f->dir, sizeof f->dir, "/tmp/samsyn-test-XXXXXX");
    CHECK(mkdtemp(f->dir));
    char path[128], text[256];
    snprintf(path, sizeof path, "%s/test.db", f->dir);
    struct db_options o = {.create = true, .readers = 4};
    if (engine == DB_SQLITE) {
        o.path = path;
    } else {
        const char *base = getenv("SAMSYN_TEST_PG"), *name = f->dir + strlen("/tmp/samsyn-test-");
        snprintf(text, sizeof text, "CREATE SCHEMA \"t_%s\"", name);
        fixture_pg(text);
        snprintf(f->url, sizeof f->url, "%s%coptions=-csearch_path%%3D%%22t_%s%%22", base,
                 strchr(base, '?') ? '&' : '?', name);
        o.url = f->url;
    }
    const char *problem = "";
    if (db_open(&o, f->a, &f->db, &problem) ||
        db_migrate(f->db, schema_list, schema_count, &schema_walls, f->a, &problem)) {
        print_message("# %s\n", problem);
        CHECK(!"the database opens");
    }
}

static void remove_dir(const char *dir)
{
    DIR *d = opendir(dir);
    struct dirent *e;
    while (d && (e = readdir(d))) {
        char path[512];
        snprintf(path, sizeof path, "%s/%s", dir, e->d_name);
        if (e->d_name[0] != '.')
            unlink(path);
    }
    if (d)
        closedir(d);
    rmdir(dir);
}

void fixture_close(struct fixture *f)
{
    db_close(f->db);
    arena_free(f->a);
    if (f->engine == DB_POSTGRES) {
        char text[256];
        snprintf(text, sizeof text, "DROP SCHEMA \"t_%s\" CASCADE",
                 f->dir + strlen("/tmp/samsyn-test-"));
        fixture_pg(text);
    }
    remove_dir(f->dir);
}
