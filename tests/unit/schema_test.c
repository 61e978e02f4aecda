/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Steps of the schema that change rows: what an installation from before has comes along. */
#include "test.h"

#include "base/str.h"
#include "db/engine.h"
#include "db_fixture.h"
#include "schema.h"
#include "schema_test_sql.h"

static enum err run_text(struct tx *tx, void *arg)
{
    return tx->db->engine->script(tx->conn, arg);
}

/* The step as it is in the program, once more. */
static enum err run_step(struct fixture *f, const char *name)
{
    for (size_t i = 0; i < schema_count; i++)
        if (str_eq(schema_list[i].name, name)) {
            char *text = arena_strdup(f->a, schema_list[i].text[f->engine]);
            return db_write(f->db, DB_NATIONAL, run_text, text);
        }
    return ERR_NOTFOUND;
}

struct meetings {
    struct arena *a;
    struct q_old_meeting_add_in in[5];
    struct q_old_meeting_list_row *rows;
    size_t n;
};

static enum err put_old(struct tx *tx, void *arg)
{
    struct meetings *m = arg;
    TRY(q_old_meeting_index_drop_run(tx, NULL));
    return q_old_meeting_add_run_batch(tx, m->in, ARRAY_LEN(m->in));
}

static enum err list(struct tx *tx, void *arg)
{
    struct meetings *m = arg;
    return q_old_meeting_list_all(tx, m->a, &m->rows, &m->n);
}

static enum err open_one(struct tx *tx, void *arg)
{
    return q_old_meeting_add_run(tx, arg, NULL);
}

/* Of 1493 the first stays open; what was written in the second is kept, and the third is as if it
 * had never been opened. Another municipality's is left alone, and so is a closed one. */
DB_TEST(where_two_meetings_were_open_the_first_stays_so)
{
    struct id id[6];
    for (size_t i = 0; i < ARRAY_LEN(id); i++)
        id[i] = id_new();
    struct meetings m = {.a = f->a,
                         .in = {{"1493", id[0], 10, "open", 200, 7},
                                {"1493", id[1], 20, "open", 100, 3},
                                {"1493", id[2], 30, "open", 300, 1},
                                {"1493", id[3], 40, "closed", 50, 9},
                                {"1473", id[4], 50, "open", 400, 2}}};
    CHECK_INT(db_write(f->db, DB_NATIONAL, put_old, &m), ERR_OK);
    CHECK_INT(run_step(f, "meeting_open"), ERR_OK);
    CHECK_INT(db_read(f->db, DB_NATIONAL, list, &m), ERR_OK);
    static const char *const state[] = {"planned", "open", "planned", "closed", "open"};
    static const int64_t opened[] = {DB_NO_INT, 100, DB_NO_INT, 50, 400};
    static const int64_t revision[] = {7, 3, 0, 9, 2};
    CHECK_INT((int64_t)m.n, 5);
    for (size_t i = 0; i < m.n; i++) {
        CHECK_TEXT(m.rows[i].state, state[i]);
        CHECK_INT(m.rows[i].opened, opened[i]);
        CHECK_INT(m.rows[i].revision, revision[i]);
    }
    struct q_old_meeting_add_in second = {"1473", id[5], 60, "open", 500, 1};
    CHECK_INT(db_write(f->db, "1473", open_one, &second), ERR_CONFLICT);
}
