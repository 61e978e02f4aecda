/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Every query of the program, prepared on the engine and compared with what its file declares; and
 * the rules that the texts of queries follow. */
#include "test.h"

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
