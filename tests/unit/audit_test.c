/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The audit log while many write at once: one chain in each municipality, nothing lost. */
#include "test.h"

#include <pthread.h>
#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "core/audit.h"
#include "core_sql.h"
#include "db_fixture.h"

#define THREADS 8
#define EACH 40

struct clerk {
    struct fixture *f;
    bool national; /* writes as imports do: through the wall */
    int failed;
    pthread_t thread;
};

static const struct audit_note notes[] = {
    {.municipality = "1493", .action = "event.read", .object_kind = "event"},
    {.municipality = "1473", .action = "event.read", .object_kind = "event"},
};

static enum err note_both(struct tx *tx, void *arg)
{
    const bool *turned = arg; /* in either order, so that they can stand in each other's way */
    TRY(audit_add(tx, &notes[*turned]));
    return audit_add(tx, &notes[!*turned]);
}

static void *write_notes(void *arg)
{
    struct clerk *c = arg;
    for (int i = 0; i < EACH; i++) {
        bool turned = i % 2;
        if (c->national)
            c->failed += db_write(c->f->db, DB_NATIONAL, note_both, &turned) != ERR_OK;
        else
            c->failed += audit_write(c->f->db, &notes[turned]) != ERR_OK;
    }
    return NULL;
}

DB_TEST(many_clerks_write_one_chain)
{
    struct clerk clerks[THREADS];
    int64_t expected = 0, entries = 0;
    for (int i = 0; i < THREADS; i++) {
        clerks[i] = (struct clerk){.f = f, .national = i % 2};
        expected += EACH * (clerks[i].national ? 2 : 1);
        CHECK(pthread_create(&clerks[i].thread, NULL, write_notes, &clerks[i]) == 0);
    }
    int failed = 0;
    for (int i = 0; i < THREADS; i++) {
        pthread_join(clerks[i].thread, NULL);
        failed += clerks[i].failed;
    }
    struct buf report = buf_init(10000);
    CHECK_INT(failed, 0);
    CHECK(audit_check_all(f->db, f->a, LANG_SV, &report, &entries) == ERR_OK);
    CHECK_TEXT(buf_text(&report), "");
    CHECK_INT(entries, expected);
    buf_done(&report);
}
