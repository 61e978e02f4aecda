/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Every query of the program, prepared on the engine and compared with what its file declares; and
 * the rules that the texts of queries follow. */
#include "test.h"

#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "base/str.h"
#include "cmd/cmd.h"
#include "core_sql.h"
#include "db_fixture.h"

static void each_query(void (*fn)(void *, const struct sql *), void *arg)
{
    for (size_t i = 0; core_queries[i]; i++)
        fn(arg, core_queries[i]);
    for (size_t p = 0; all_parts[p]; p++)
        for (size_t i = 0; all_parts[p]->queries && all_parts[p]->queries[i]; i++)
            fn(arg, all_parts[p]->queries[i]);
}

struct check {
    struct fixture *f;
    struct buf problems;
    size_t n;
};

static void prepare(void *arg, const struct sql *q)
{
    struct check *c = arg;
    c->n++;
    CHECK(db_check_query(c->f->db, q, &c->problems) == ERR_OK);
}

DB_TEST(every_query_is_what_its_file_declares)
{
    struct check c = {f, buf_init(1 << 20), 0};
    each_query(prepare, &c);
    if (c.problems.len)
        print_message("# %s", c.problems.data);
    CHECK(c.n > 20);
    CHECK_INT(c.problems.len, 0);
    buf_done(&c.problems);
}

/* Tables that cross the walls, and why: accounts and what hangs on them follow a person; registers
 * are the same for everybody. All others name the municipality in each query that reads or writes
 * them. */
static const char *const tenant_tables[] = {"setting",
                                            "organisation",
                                            "membership",
                                            "invitation",
                                            "job",
                                            "audit",
                                            "event_type_label",
                                            "area",
                                            "place",
                                            "period",
                                            "photo",
                                            "event",
                                            "event_version",
                                            "import_profile",
                                            "import_run",
                                            "import_reject",
                                            "contact",
                                            "published_picture",
                                            "disclosure_ledger",
                                            "drill_letter",
                                            "rhythm",
                                            "school_break",
                                            "area_level",
                                            "focus_list",
                                            "focus_place",
                                            "review_act",
                                            "review_question",
                                            "review_forward",
                                            "feedback_answer",
                                            "feedback_action",
                                            "feedback_template",
                                            "feedback_seen",
                                            "action",
                                            "action_history",
                                            "action_plan",
                                            "action_effect",
                                            "citizen_report",
                                            "citizen_email",
                                            "citizen_sent",
                                            "voices_publication",
                                            "voices_cluster",
                                            "slip_sheet",
                                            "slip",
                                            "adopted_picture",
                                            "meeting",
                                            "meeting_present",
                                            "meeting_guest",
                                            "meeting_note",
                                            "meeting_item",
                                            "meeting_tick",
                                            "meeting_decision",
                                            "bulletin",
                                            "bulletin_public",
                                            "meeting_message"};

static bool names_table(const char *text, const char *table)
{
    static const char *const before[] = {"FROM ", "JOIN ", "INTO ", "UPDATE "};
    char look[64];
    for (size_t i = 0; i < ARRAY_LEN(before); i++) {
        snprintf(look, sizeof look, "%s%s", before[i], table);
        for (const char *p = text; (p = strstr(p, look)); p++) {
            char next = p[strlen(look)];
            if (next == ' ' || next == '\n' || next == '(' || next == ';' || next == 0)
                return true;
        }
    }
    return false;
}

static void look(void *arg, const struct sql *q)
{
    struct check *c = arg;
    for (int engine = 0; engine < DB_ENGINES; engine++)
        for (size_t t = 0; t < ARRAY_LEN(tenant_tables); t++)
            if (names_table(q->text[engine], tenant_tables[t]) &&
                !strstr(q->text[engine], "municipality_code"))
                buf_printf(&c->problems, "%s reads or writes %s and never says whose\n", q->name,
                           tenant_tables[t]);
}

/* Queries that cross the walls on purpose, in scope DB_NATIONAL. */
static const char *const national[] = {
    "exercise_anything",  /* is the installation empty? */
    "citizen_old_emails", /* what has had its time goes everywhere */
    "citizen_old_sent",   /* the same */
    "citizen_old_codes",  /* the same */
    "event_words_search", /* the national list */
    "job_interrupted",    /* nobody is working on them any more */
    "job_renew",          /* what this program runs, wherever */
};

TEST(every_query_says_whose_rows_it_means)
{
    struct check c = {NULL, buf_init(1 << 20), 0};
    bool all_allowed = true;
    each_query(look, &c);
    for (char *line = c.problems.data, *end; line && *line; line = end + 1) {
        end = strchr(line, '\n');
        *end = 0;
        bool allowed = false;
        for (size_t i = 0; i < ARRAY_LEN(national); i++)
            allowed =
                allowed || (str_starts(line, national[i]) && line[strlen(national[i])] == ' ');
        if (!allowed)
            print_message("# %s\n", line);
        all_allowed = all_allowed && allowed;
    }
    buf_done(&c.problems);
    CHECK(all_allowed);
}

TEST(the_rule_finds_a_query_that_forgets)
{
    static const struct sql forgetful = {
        .name = "bad", .text = {"SELECT id FROM event WHERE id = ?1", "SELECT id FROM event\n"}};
    struct check c = {NULL, buf_init(1000), 0};
    look(&c, &forgetful);
    CHECK(c.problems.len > 0);
    buf_done(&c.problems);
}

/* --- Plans --- */

struct plan_row {
    int64_t id, parent, unused;
    const char *detail;
};
static const struct sql_field plan_columns[] = {
    {"id", SQL_INT, false, offsetof(struct plan_row, id)},
    {"parent", SQL_INT, false, offsetof(struct plan_row, parent)},
    {"notused", SQL_INT, false, offsetof(struct plan_row, unused)},
    {"detail", SQL_TEXT, false, offsetof(struct plan_row, detail)},
};

struct plans {
    struct arena *a;
    struct tx *tx;
    struct buf found; /* names of the queries that read the index */
    const char *index;
    size_t n;
};

/* How SQLite means to read what a query asks for; it keeps what it has prepared, as does the arena.
 */
static void plan(void *arg, const struct sql *q)
{
    struct plans *p = arg;
    struct plan_row *rows;
    size_t n;
    struct sql *x = ARENA_NEW(p->a, struct sql);
    if (!q->n_out)
        return;
    CHECK(x);
    x->name = q->name;
    x->text[DB_SQLITE] = arena_printf(p->a, "EXPLAIN QUERY PLAN %s", q->text[DB_SQLITE]);
    x->out = plan_columns;
    x->n_out = ARRAY_LEN(plan_columns);
    x->row_size = sizeof(struct plan_row);
    CHECK_INT(db_all(p->tx, x, NULL, p->a, (void **)&rows, &n), ERR_OK);
    for (size_t i = 0; i < n; i++)
        if (strstr(rows[i].detail, p->index))
            buf_printf(&p->found, "%s\n", q->name);
    p->n++;
}

static enum err plan_all(struct tx *tx, void *arg)
{
    struct plans *p = arg;
    p->tx = tx;
    each_query(plan, p);
    return buf_err(&p->found);
}

/* The index by time holds all that was ever reviewed in the municipality. Of reports one by one, as
 * on every page of who may report, it is never the way: not even to the first or the last of them.
 */
TEST(only_what_was_reviewed_today_is_looked_for_by_time)
{
    struct fixture f;
    fixture_open(&f, DB_SQLITE);
    struct plans p = {.a = f.a, .found = buf_init(1 << 16), .index = "review_act_at "};
    CHECK_INT(db_read(f.db, "1493", plan_all, &p), ERR_OK);
    CHECK(p.n > 20);
    CHECK_TEXT(buf_text(&p.found), "feedback_news\nreview_handled\n"); /* the week's letter: all */
    buf_done(&p.found);
    fixture_close(&f);
}
