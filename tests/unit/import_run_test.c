/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Whole imports into a database, on both engines: the same again, killed, cancelled, refused. */
#include "test.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/str.h"
#include "import_fixture.h"
#include "import_test_sql.h"
#include "parts/import/import_profile.h"

struct counts {
    struct fixture *f;
    struct q_import_test_counts_row row;
    const char *key;
    struct q_import_test_event_row event;
    bool found;
};

static enum err count_in(struct tx *tx, void *arg)
{
    struct counts *c = arg;
    struct q_import_test_event_in in = {c->key ? c->key : ""};
    enum err e = q_import_test_event_one(tx, c->f->a, &in, &c->event);
    c->found = e == ERR_OK;
    if (e != ERR_OK && e != ERR_NOTFOUND)
        return e;
    return q_import_test_counts_one(tx, c->f->a, &c->row);
}

static struct counts counted(struct fixture *f, const char *key)
{
    struct counts c = {.f = f, .key = key};
    CHECK_INT(db_read(f->db, DB_NATIONAL, count_in, &c), ERR_OK);
    return c;
}

DB_TEST(the_same_file_twice_creates_no_doubles)
{
    struct import_report r;
    write_file("rader.csv", ROWS);
    CHECK_INT(load(f, mariestad, NULL, NULL, &r), ERR_OK);
    CHECK_INT(r.added, 3);
    CHECK_INT(r.refused, 1);
    CHECK_INT(r.first[0].row, 4);
    CHECK_TEXT(r.first[0].reason, "import_reason_time");
    CHECK_INT(load(f, mariestad, NULL, NULL, &r), ERR_OK);
    CHECK_INT(r.same, 3);
    CHECK_INT(r.added + r.changed, 0);
    CHECK_INT(counted(f, NULL).row.events, 3);
    CHECK_INT(counted(f, NULL).row.versions, 0);
}

DB_TEST(rows_without_a_number_are_known_by_what_they_say)
{
    struct import_report r;
    write_file("utan.csv", "datum;typ\n2025-03-27;Klotter\n2025-03-27;Klotter\n2025-03-28;Brand\n");
    CHECK_INT(load(f, mariestad, NULL, NULL, &r), ERR_OK);
    CHECK_INT(r.added, 2);
    CHECK_INT(r.same, 1);
    CHECK_INT(load(f, mariestad, NULL, NULL, &r), ERR_OK);
    CHECK_INT(r.same, 3);
}

DB_TEST(a_changed_row_keeps_what_it_said)
{
    struct import_report r;
    write_file("rader.csv", ROWS);
    CHECK_INT(load(f, mariestad, NULL, NULL, &r), ERR_OK);
    write_file("rader.csv", "id;datum;tid;typ;n;e;plats\n1;2025-03-27;0200;Klotter;;;\n");
    CHECK_INT(load(f, mariestad, NULL, NULL, &r), ERR_OK);
    CHECK_INT(r.changed, 1);
    struct counts c = counted(f, "1");
    CHECK_INT(c.row.versions, 1);
    CHECK_INT(c.row.events, 3);
    CHECK_INT(c.event.version, 2);
}

DB_TEST(a_dry_run_tells_and_writes_nothing)
{
    struct import_request rq = mariestad;
    struct import_report r;
    rq.dry_run = true;
    write_file("rader.csv", ROWS "1;2025-03-27;0200;Klotter;;;\n");
    CHECK_INT(load(f, rq, NULL, NULL, &r), ERR_OK);
    CHECK_INT(r.added, 3);
    CHECK_INT(r.changed, 1);
    CHECK_INT(r.refused, 1);
    CHECK_INT(counted(f, NULL).row.events + counted(f, NULL).row.runs, 0);
}

DB_TEST(refused_rows_are_kept_whole)
{
    struct import_report r;
    struct app app = {.db = f->db};
    struct buf csv = buf_init(65536);
    size_t n = 0;
    write_file("rader.csv", ROWS "5;\"\n");
    CHECK_INT(load(f, mariestad, NULL, NULL, &r), ERR_INVALID); /* a quotation mark stays open */
    CHECK_TEXT(r.fault, "fault_quote_open");
    CHECK_INT(import_rejects_csv(&app, "1493", r.id, LANG_SV, &csv, &n), ERR_OK);
    CHECK_INT(n, r.refused);
    CHECK(strstr(buf_text(&csv), "i förrgår"));
    CHECK(strstr(buf_text(&csv), "Tiden går inte att läsa."));
    buf_done(&csv);
}

/* --- Stopped in the middle --- */

DB_TEST(a_cancelled_import_goes_on_where_it_stopped)
{
    struct import_request rq = mariestad;
    struct import_report r;
    int64_t limit = 20;
    rq.batch = 10;
    many_rows(55);
    CHECK_INT(load(f, rq, stop_after, &limit, &r), ERR_CANCELLED);
    CHECK_INT(r.read, 20);
    CHECK_INT(counted(f, NULL).row.events, 18);
    CHECK_INT(load(f, rq, NULL, NULL, &r), ERR_OK);
    CHECK_INT(r.resumed, 20);
    CHECK_INT(r.added, 50);
    CHECK_INT(r.refused, 5);
    struct counts c = counted(f, NULL);
    CHECK_INT(c.row.events, 50);
    CHECK_INT(c.row.rejects, 5);
    CHECK_INT(c.row.runs, 1);
}

struct beside {
    struct fixture *f;
    struct import_request rq;
    bool begun;
};

static bool another_begins(void *arg, int64_t rows, uint64_t bytes, uint64_t of)
{
    struct beside *b = arg;
    struct import_report r;
    (void)rows, (void)bytes, (void)of;
    if (!b->begun) {
        b->begun = true;
        CHECK_INT(load(b->f, b->rq, NULL, NULL, &r), ERR_OK);
        CHECK_INT(r.resumed, 10);
        CHECK_INT(r.added, 50);
    }
    return true;
}

/* Two windows: the one that is overtaken says so, and takes nothing from the other. */
DB_TEST(the_same_file_beside_itself_is_told_and_comes_in_once)
{
    struct beside b = {f, mariestad, false};
    struct import_report r;
    b.rq.batch = 10;
    many_rows(55);
    CHECK_INT(load(f, b.rq, another_begins, &b, &r), ERR_CONFLICT);
    CHECK_TEXT(r.fault, IMPORT_FAULT_BESIDE);
    CHECK(!import_report_file_fault(&r));
    struct counts c = counted(f, NULL);
    CHECK_INT(c.row.events, 50);
    CHECK_INT(c.row.rejects, 5);
    CHECK_INT(c.row.runs, 1);
    CHECK_INT(load(f, b.rq, NULL, NULL, &r), ERR_OK); /* that run had ended well: a new one */
    CHECK_INT(r.resumed, 0);
    CHECK_INT(r.same, 50);
}

static bool die_after(void *arg, int64_t rows, uint64_t bytes, uint64_t of)
{
    (void)bytes, (void)of;
    if (rows >= *(int64_t *)arg)
        kill(getpid(), SIGKILL);
    return true;
}

/* A child opens the database by itself and is killed between two batches. */
static void die_at(struct fixture *f, struct import_request rq, int64_t limit)
{
    struct import_report r;
    struct db *db;
    const char *problem;
    char file[128];
    snprintf(file, sizeof file, "%s/test.db", f->dir);
    pid_t child = fork();
    CHECK(child >= 0);
    if (child == 0) {
        bool lite = f->engine == DB_SQLITE;
        struct db_options o = {.path = lite ? file : NULL, .url = lite ? NULL : f->url};
        struct app app = {0};
        if (db_open(&o, f->a, &db, &problem) != ERR_OK)
            _exit(3);
        app.db = db;
        rq.path = path;
        (void)!import_file(&app, f->a, &rq, die_after, &limit, &r);
        _exit(4);
    }
    int status;
    CHECK(waitpid(child, &status, 0) == child);
    CHECK(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
}

DB_TEST(a_killed_import_leaves_whole_batches_and_is_finished_by_running_again)
{
    struct import_request rq = mariestad;
    struct import_report r;
    rq.batch = 10;
    many_rows(55);
    db_close(f->db); /* the child writes alone */
    f->db = NULL;
    die_at(f, rq, 10);
    die_at(f, rq, 30);
    die_at(f, rq, 40);
    char file[128];
    const char *problem;
    snprintf(file, sizeof file, "%s/test.db", f->dir);
    bool lite = f->engine == DB_SQLITE;
    struct db_options o = {.path = lite ? file : NULL, .url = lite ? NULL : f->url};
    CHECK_INT(db_open(&o, f->a, &f->db, &problem), ERR_OK);
    CHECK_INT(counted(f, NULL).row.events, 36);
    CHECK_INT(load(f, rq, NULL, NULL, &r), ERR_OK);
    CHECK_INT(r.resumed, 40);
    struct counts c = counted(f, NULL);
    CHECK_INT(c.row.events, 50);
    CHECK_INT(c.row.rejects, 5);
    CHECK_INT(c.row.runs, 1);
}

DB_TEST(an_import_can_be_taken_back)
{
    struct import_report first, second;
    struct app app = {.db = f->db};
    int64_t removed = 0;
    write_file("rader.csv", ROWS);
    CHECK_INT(load(f, mariestad, NULL, NULL, &first), ERR_OK);
    write_file("rader.csv", "id;datum;tid;typ;n;e;plats\n1;2025-03-27;0200;Klotter;;;\n"
                            "9;2025-03-27;0200;Klotter;;;\n");
    CHECK_INT(load(f, mariestad, NULL, NULL, &second), ERR_OK);
    CHECK_INT(import_undo(&app, "1493", second.id, (struct id){{0}}, &removed), ERR_OK);
    CHECK_INT(removed, 1); /* the changed row belongs to the first import */
    CHECK_INT(import_undo(&app, "1493", first.id, (struct id){{0}}, &removed), ERR_OK);
    CHECK_INT(removed, 3);
    CHECK_INT(counted(f, NULL).row.events, 0);
    CHECK_INT(counted(f, NULL).row.rejects, 0);
}

/* --- Notices of the Police --- */

#define NOTICE(id, at, name, summary, place)                                                       \
    "{\"id\":" id ",\"datetime\":\"" at "\",\"name\":\"" name "\",\"summary\":\"" summary          \
    "\",\"url\":\"/h/" id "/\",\"type\":\"Brand\",\"location\":{\"name\":\"" place                 \
    "\",\"gps\":\"58.7,13.8\"}}"
#define OLD NOTICE("1", "2025-03-27 6:09:30 +01:00", "27 mars 05.10, Brand, Ale", "Rök.", "Ale")
#define NEW                                                                                        \
    NOTICE("1", "2025-03-27 6:09:30 +01:00", "27 mars 05.10, Brand, Mariestad", "Eld.", "Mariestad")
#define OTHER(at) NOTICE("2", at, "27 mars 07.10, Brand, Habo", "Rök.", "Habo")

static struct import_report answer(struct fixture *f, const char *text, const char *municipality)
{
    struct import_request rq = {.format = CONVERT_POLICE_API, .municipality = municipality};
    struct import_report r;
    write_file("svar.json", text);
    CHECK_INT(load(f, rq, NULL, NULL, &r), ERR_OK);
    return r;
}

static const char first_answer[] = "[" OLD "]";
static const char second_answer[] = "[" OTHER("2025-03-27 7:30:00 +01:00") "," NEW "]";

DB_TEST(a_revised_notice_moves_and_keeps_what_it_said)
{
    CHECK_INT(answer(f, first_answer, NULL).added, 1);
    CHECK_INT(answer(f, first_answer, NULL).same, 1);
    struct import_report r = answer(f, second_answer, NULL);
    CHECK_INT(r.added, 1);
    CHECK_INT(r.changed, 1);
    struct counts c = counted(f, "1");
    CHECK_TEXT(c.event.municipality, "1493");
    CHECK_TEXT(c.event.description, "Eld.");
    CHECK_INT(c.row.versions, 1);
}

DB_TEST(an_older_answer_never_overwrites_a_newer_one)
{
    answer(f, first_answer, NULL);
    answer(f, second_answer, NULL);
    struct import_report r = answer(f, first_answer, NULL);
    CHECK_INT(r.same, 1);
    CHECK_INT(r.changed, 0);
    r = answer(f, "[" OTHER("2025-03-27 7:30:00 +01:00") "," OLD "]", NULL);
    CHECK_INT(r.changed, 0); /* as new, but it said so before */
    CHECK_TEXT(counted(f, "1").event.description, "Eld.");
}

DB_TEST(a_newer_answer_alone_is_enough)
{
    answer(f, second_answer, NULL);
    answer(f, first_answer, NULL);
    struct counts c = counted(f, "1");
    CHECK_TEXT(c.event.description, "Eld.");
    CHECK_INT(c.row.versions, 0);
}

DB_TEST(an_empty_answer_is_no_fault)
{
    struct import_report r = answer(f, "", NULL);
    CHECK(r.saw & CONVERT_SAW_EMPTY);
    CHECK_INT(counted(f, NULL).row.runs, 0);
}

DB_TEST(notices_can_be_filtered_by_municipality)
{
    struct import_report r = answer(f, second_answer, "1493");
    CHECK_INT(r.added, 1);
    CHECK_INT(r.passed, 1);
    CHECK(!counted(f, "2").found);
}

DB_TEST(archive_and_revisions_agree_with_the_answers)
{
    struct import_request rq = {.format = CONVERT_POLICE_ARCHIVE};
    struct import_report r;
    answer(f, first_answer, NULL);
    write_file("arkiv.jsonl",
               "{\"id\":1,\"published\":\"2025-03-27T06:09:30+01:00\",\"type\":\"Brand\","
               "\"title\":\"27 mars 05.10, Brand, Ale\",\"summary\":\"Rök.\",\"api_location\":"
               "\"Ale\",\"url\":\"/h/1/\",\"first_seen\":\"2025-03-27T05:30:00+00:00\","
               "\"last_seen\":\"2025-03-28T05:30:00+00:00\"}\n");
    CHECK_INT(load(f, rq, NULL, NULL, &r), ERR_OK);
    CHECK_INT(r.same, 1);
    write_file("rev.jsonl",
               "{\"id\":1,\"revs\":[{\"seen\":\"2025-03-27T05:20:00+00:00\",\"datetime\":"
               "\"2025-03-27 6:09:30 +01:00\",\"name\":\"27 mars 05.10, Brand, Ale\",\"summary\":"
               "\"Ånga.\",\"type\":\"Brand\",\"location\":{\"gps\":\"1,2\",\"name\":\"Ale\"}}]}\n");
    CHECK_INT(load(f, rq, NULL, NULL, &r), ERR_OK);
    CHECK_INT(r.changed, 0);
    CHECK_TEXT(counted(f, "1").event.description, "Rök.");
}

DB_TEST(polygons_become_areas)
{
    struct import_request rq = {.format = CONVERT_GEOJSON, .municipality = "1493"};
    struct import_report r;
    rq.profile = "{\"areas\":{\"kind\":\"district\",\"name\":\"namn\"}}";
    write_file("omraden.geojson",
               "{\"type\":\"FeatureCollection\",\"features\":[{\"type\":\"Feature\",\"properties\":"
               "{\"namn\":\"Norr\"},\"geometry\":{\"type\":\"Polygon\",\"coordinates\":[[[13.7,"
               "58.6],[13.9,58.6],[13.9,58.8],[13.7,58.8],[13.7,58.6]]]}},{\"type\":\"Feature\","
               "\"properties\":{\"namn\":\"Punkt\"},\"geometry\":{\"type\":\"Point\","
               "\"coordinates\":[13.8,58.7]}}]}");
    CHECK_INT(load(f, rq, NULL, NULL, &r), ERR_OK);
    CHECK_INT(r.areas, 1);
    CHECK_INT(r.refused, 1);
    CHECK_INT(load(f, rq, NULL, NULL, &r), ERR_OK);
    CHECK_INT(r.areas, 0);
    CHECK_INT(counted(f, NULL).row.areas, 1);
}

DB_TEST(an_unknown_column_is_named)
{
    struct import_request rq = mariestad;
    struct import_report r;
    rq.profile = "{\"time\":{\"column\":\"När\"}}";
    write_file("rader.csv", ROWS);
    CHECK_INT(load(f, rq, NULL, NULL, &r), ERR_INVALID);
    CHECK_TEXT(r.problem, "När");
}

DB_TEST(rows_must_belong_to_a_municipality)
{
    struct import_request rq = {.format = CONVERT_CSV};
    struct import_report r;
    write_file("rader.csv", ROWS);
    CHECK_INT(load(f, rq, NULL, NULL, &r), ERR_INVALID);
    CHECK_TEXT(r.problem, "import_reason_no_municipality");
    write_file("kommun.csv", "id;datum;kommun\n1;2025-03-27;180\n2;2025-03-27;Gullspång\n");
    CHECK_INT(load(f, rq, NULL, NULL, &r), ERR_OK);
    CHECK_INT(r.added, 2);
    CHECK_TEXT(counted(f, "1").event.municipality, "0180");
    CHECK_TEXT(counted(f, "2").event.municipality, "1447");
}

/* Row 2 has a telephone and an address, row 4 a number of birth in a row that is refused. */
#define NAMED                                                                                      \
    "id;datum;typ;n;e;plats;text;signatur\n"                                                       \
    "1;2025-03-27;Klotter;6507010;431800;Torget;Ring 070-123 45 67 eller a@b.se;x\n"               \
    "2;2025-03-28;Klotter;6507010;431800;Torget;Klotter på 3 m;x\n"                               \
    "3;i förrgår;Klotter;;;Torget;Hej;1985"                                                      \
    "0101-1236\n"

DB_TEST(texts_that_point_at_somebody_are_counted)
{
    struct import_request rq = mariestad;
    struct import_report r;
    write_file("namn.csv", NAMED);
    rq.dry_run = true;
    CHECK_INT(load(f, rq, NULL, NULL, &r), ERR_OK);
    CHECK_INT(r.persons.rows, 2);
    CHECK_INT(r.persons.kinds[GUARD_PHONE].rows, 1);
    CHECK_INT(r.persons.kinds[GUARD_PHONE].first[0], 2);
    CHECK_INT(r.persons.kinds[GUARD_EMAIL].first[0], 2);
    CHECK_INT(r.persons.kinds[GUARD_PERSONAL_NUMBER].first[0], 4);
    CHECK_INT(r.persons.kinds[GUARD_PLATE].rows, 0);
    struct buf text = buf_init(10000);
    import_report_text(&text, LANG_SV, &r, true);
    CHECK(strstr(buf_text(&text), "2 rader har text som ser ut att peka ut en person."));
    CHECK(strstr(buf_text(&text), "Något som ser ut som ett telefonnummer: rad 2."));
    buf_done(&text);
    rq.dry_run = false;
    CHECK_INT(load(f, rq, NULL, NULL, &r), ERR_OK); /* nothing is left out unasked */
    CHECK_TEXT(counted(f, "1").event.description, "Ring 070-123 45 67 eller a@b.se");
}

DB_TEST(texts_that_point_at_somebody_can_be_left_out)
{
    struct import_request rq = mariestad;
    struct import_report r;
    write_file("namn.csv", NAMED);
    rq.leave_out = true;
    CHECK_INT(load(f, rq, NULL, NULL, &r), ERR_OK);
    CHECK_INT(r.added, 2);
    CHECK(r.persons.left_out && r.persons.rows == 2);
    struct counts one = counted(f, "1"), two = counted(f, "2");
    CHECK(one.found && !one.event.description);
    CHECK_TEXT(one.event.place_name, "Torget");
    CHECK_TEXT(two.event.description, "Klotter på 3 m");
    struct app app = {.db = f->db};
    struct buf csv = buf_init(10000);
    size_t n;
    CHECK_INT(import_rejects_csv(&app, "1493", r.id, LANG_SV, &csv, &n), ERR_OK);
    CHECK(n == 1 && strstr(buf_text(&csv), "förrgår") && !strstr(buf_text(&csv), "850101"));
    buf_done(&csv);
    CHECK_INT(load(f, rq, NULL, NULL, &r), ERR_OK);
    CHECK_INT(r.same, 2);
}

TEST(a_copy_of_a_file_is_the_same_source)
{
    static const char *const names[][2] = {{"Larm 2025.csv.zst", "larm-2025"},
                                           {"Larm 2025 (1).csv", "larm-2025"},
                                           {"Larm 2025(12).xlsx", "larm-2025"},
                                           {"Larm 2025 - kopia (2).csv", "larm-2025"},
                                           {"Larm 2025 - Copy.csv", "larm-2025"},
                                           {"Larm (norr).csv", "larm-norr"},
                                           {"(1).csv", "import"},
                                           {"police.csv", "import"},
                                           {".csv", "import"},
                                           {"kopia.csv", "kopia"}};
    struct arena *a = arena_new(1u << 20);
    for (size_t i = 0; i < ARRAY_LEN(names); i++)
        CHECK_TEXT(profile_source(a, names[i][0]), names[i][1]);
    arena_free(a);
}
