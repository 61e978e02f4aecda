/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* What an import tells afterwards: a report, the refused rows, and how to take it back. */
#include <jansson.h>
#include <string.h>

#include "base/buf.h"
#include "base/jsonw.h"
#include "base/mem.h"
#include "base/str.h"
#include "core/audit.h"
#include "import_sql.h"
#include "parts/import/import_batch.h"
#include "parts/import/import_persons.h"
#include "parts/import/import_web.h"

#define LINE_ARENA ((size_t)1 << 20)
#define REJECT_PAGE 500
#define UNDO_BATCH 2000

_Static_assert((int)NOTE_COUNT == IMPORT_NOTES, "the report has room for each note");

static const struct {
    enum text_key text;
    const char *name;
} notes[NOTE_COUNT] = {
    [NOTE_SWAPPED] = {T_import_note_swapped, "swapped"},
    [NOTE_OUTSIDE] = {T_import_note_outside, "outside"},
    [NOTE_UNPLACED] = {T_import_note_unplaced, "unplaced"},
    [NOTE_PLACE] = {T_import_note_place, "place_unknown"},
    [NOTE_TYPE] = {T_import_note_type, "type_unknown"},
    [NOTE_BODY] = {T_import_note_body, "organisation_unknown"},
    [NOTE_CUT] = {T_import_note_cut, "cut"},
    [NOTE_TOWN] = {T_import_note_town, "municipality_unknown"},
    [NOTE_MASKED] = {T_import_note_masked, "redacted"},
    [NOTE_OLDER] = {T_import_note_older, "older"},
};

enum text_key import_note_text(int note)
{
    return notes[note].text;
}

const char *import_reason_text(enum lang lang, const char *key)
{
    enum text_key k = text_lookup(key);
    return k < TEXT_COUNT ? text_get(lang, k) : key;
}

bool import_report_file_fault(const struct import_report *r)
{
    return r->fault && !str_starts(r->fault, "fault_program") &&
           !str_eq(r->fault, IMPORT_FAULT_BESIDE);
}

/* --- As text --- */

#define SAY(key, ...)                                                                              \
    do {                                                                                           \
        buf_puts(out, text_fmt(a, lang, key, __VA_ARGS__));                                        \
        buf_putc(out, '\n');                                                                       \
    } while (0)

static void say_first(struct buf *out, struct arena *a, enum lang lang,
                      const struct import_report *r)
{
    for (size_t i = 0; i < r->n_first; i++) {
        const struct import_first *f = &r->first[i];
        const char *why = import_reason_text(lang, f->reason);
        if (f->field)
            SAY(T_import_say_row_field, (int64_t)f->row, f->field, why);
        else
            SAY(T_import_say_row, (int64_t)f->row, why);
    }
    if ((int64_t)r->n_first < r->refused && r->n_first == IMPORT_FIRST)
        SAY(T_import_say_more, r->refused - (int64_t)r->n_first);
}

static void say_counts(struct buf *out, struct arena *a, enum lang lang,
                       const struct import_report *r, bool dry_run)
{
    if (dry_run)
        SAY(T_import_say_dry, r->read, r->added, r->same, r->changed, r->refused);
    else
        SAY(T_import_say_done, r->read, r->added, r->same, r->changed, r->refused);
    if (r->resumed)
        SAY(T_import_say_resumed, r->resumed);
    if (r->resumed && r->read > r->resumed)
        SAY(T_import_say_later_part, r->read - r->resumed);
    if (r->passed)
        SAY(T_import_say_passed, r->passed);
    if (r->areas)
        SAY(T_import_say_areas, r->areas);
}

/* A fault in the middle of the file: what is in, and what to do about it. */
static void say_stopped(struct buf *out, struct arena *a, enum lang lang,
                        const struct import_report *r)
{
    int64_t in = r->added + r->same + r->changed;
    if (in)
        SAY(T_import_say_stopped, in);
    else
        buf_printf(out, "%s\n", text_get(lang, T_import_say_stopped_empty));
}

void import_report_refused(struct buf *out, enum lang lang, const struct import_report *r)
{
    AUTO(arena_freep) struct arena *a = arena_new(LINE_ARENA);
    if (a)
        say_first(out, a, lang, r);
}

void import_report_text(struct buf *out, enum lang lang, const struct import_report *r,
                        bool dry_run)
{
    AUTO(arena_freep) struct arena *a = arena_new(LINE_ARENA);
    if (!a)
        return;
    if (r->saw & CONVERT_SAW_EMPTY) {
        buf_printf(out, "%s\n", text_get(lang, T_import_say_empty));
        return;
    }
    say_counts(out, a, lang, r, dry_run);
    if (import_report_file_fault(r) && !dry_run)
        say_stopped(out, a, lang, r);
    for (int i = 0; i < NOTE_COUNT; i++)
        if (r->notes[i])
            SAY(notes[i].text, r->notes[i]);
    import_persons_text(out, lang, &r->persons, dry_run);
    if (r->saw & CONVERT_SAW_REPLACED)
        buf_printf(out, "%s\n", text_get(lang, T_import_say_broken_text));
    if (r->guessed)
        SAY(T_import_say_guessed, r->guessed);
    if (r->unused)
        SAY(T_import_say_unused, r->unused);
    say_first(out, a, lang, r);
}

/* --- As JSON --- */

void import_report_json(struct buf *out, const struct import_report *r)
{
    struct jsonw w = jsonw_init(out);
    char id[ID_TEXT];
    id_text(r->id, id);
    jsonw_object(&w);
    if (!id_is_none(r->id))
        jsonw_key_text(&w, "import", id);
    jsonw_key_int(&w, "read", r->read);
    jsonw_key_int(&w, "new", r->added);
    jsonw_key_int(&w, "same", r->same);
    jsonw_key_int(&w, "changed", r->changed);
    jsonw_key_int(&w, "refused", r->refused);
    jsonw_key_int(&w, "passed", r->passed);
    jsonw_key_int(&w, "resumed", r->resumed);
    jsonw_key_int(&w, "areas", r->areas);
    jsonw_key_object(&w, "notes");
    for (int i = 0; i < NOTE_COUNT; i++)
        if (r->notes[i])
            jsonw_key_int(&w, notes[i].name, r->notes[i]);
    jsonw_end(&w);
    import_persons_write(&w, &r->persons);
    jsonw_key_array(&w, "first");
    for (size_t i = 0; i < r->n_first; i++) {
        jsonw_object(&w);
        jsonw_key_int(&w, "row", (int64_t)r->first[i].row);
        jsonw_key_text(&w, "reason", r->first[i].reason);
        jsonw_key_text(&w, "field", r->first[i].field);
        jsonw_end(&w);
    }
    jsonw_end(&w);
    jsonw_key_bool(&w, "empty", r->saw & CONVERT_SAW_EMPTY);
    jsonw_key_text(&w, "guessed", r->guessed);
    jsonw_key_text(&w, "unused", r->unused);
    jsonw_key_text(&w, "fault", r->fault);
    jsonw_key_int(&w, "fault_row", (int64_t)r->fault_row);
    jsonw_key_text(&w, "problem", r->problem);
    jsonw_end(&w);
}

static const char *take_text(struct arena *a, const json_t *o, const char *key)
{
    const char *s = json_string_value(json_object_get(o, key));
    return s ? arena_strdup(a, s) : NULL;
}

static int64_t take_int(const json_t *o, const char *key)
{
    return json_integer_value(json_object_get(o, key));
}

static void take_first(struct arena *a, const json_t *list, struct import_report *r)
{
    for (size_t i = 0; i < json_array_size(list) && r->n_first < IMPORT_FIRST; i++) {
        const json_t *o = json_array_get(list, i);
        const char *reason = take_text(a, o, "reason");
        if (reason)
            r->first[r->n_first++] = (struct import_first){(uint64_t)take_int(o, "row"), reason,
                                                           take_text(a, o, "field")};
    }
}

enum err import_report_parse(struct arena *a, const char *json, struct import_report *out)
{
    json_t *o = json_loads(json, 0, NULL);
    if (!json_is_object(o)) {
        json_decref(o);
        return ERR_INVALID;
    }
    struct import_report r = {
        .read = take_int(o, "read"),
        .added = take_int(o, "new"),
        .same = take_int(o, "same"),
        .changed = take_int(o, "changed"),
        .refused = take_int(o, "refused"),
        .passed = take_int(o, "passed"),
        .resumed = take_int(o, "resumed"),
        .areas = take_int(o, "areas"),
        .saw = json_is_true(json_object_get(o, "empty")) ? CONVERT_SAW_EMPTY : 0,
        .guessed = take_text(a, o, "guessed"),
        .unused = take_text(a, o, "unused"),
        .fault = take_text(a, o, "fault"),
        .fault_row = (uint64_t)take_int(o, "fault_row"),
        .problem = take_text(a, o, "problem"),
    };
    const char *id = json_string_value(json_object_get(o, "import"));
    if (id && id_parse(id, &r.id) != ERR_OK)
        r.id = (struct id){{0}};
    for (int i = 0; i < NOTE_COUNT; i++)
        r.notes[i] = take_int(json_object_get(o, "notes"), notes[i].name);
    import_persons_read(json_object_get(o, "persons"), &r.persons);
    take_first(a, json_object_get(o, "first"), &r);
    json_decref(o);
    *out = r;
    return ERR_OK;
}

/* --- Refused rows --- */

static void csv_text(struct buf *out, const char *s)
{
    /* A cell that begins like a formula would be run by a spreadsheet. */
    bool formula = s[0] && strchr("=+-@\t\r", s[0]);
    buf_putc(out, '"');
    if (formula)
        buf_putc(out, '\'');
    for (; *s; s++) {
        if (*s == '"')
            buf_putc(out, '"');
        buf_putc(out, *s);
    }
    buf_putc(out, '"');
}

/* Is there such an import here? */
static enum err run_here(struct tx *tx, struct arena *a, const char *municipality, struct id id)
{
    struct q_import_run_one_in in = {municipality, id};
    struct q_import_run_one_row row;
    return q_import_run_one_one(tx, a, &in, &row);
}

struct rejects {
    struct q_import_reject_list_in in;
    enum lang lang;
    struct buf *out;
    size_t n;
};

static enum err reject_page(struct tx *tx, void *arg)
{
    struct rejects *r = arg;
    AUTO(arena_freep) struct arena *a = arena_new((size_t)2 << 30);
    struct q_import_reject_list_row *rows;
    size_t n;
    if (!a)
        return ERR_NOMEM;
    TRY(run_here(tx, a, r->in.municipality, r->in.import_id));
    for (;;) {
        TRY(q_import_reject_list_all(tx, a, &r->in, &rows, &n));
        for (size_t i = 0; i < n; i++) {
            buf_printf(r->out, "%lld,", (long long)rows[i].row_no);
            csv_text(r->out, import_reason_text(r->lang, rows[i].reason));
            buf_putc(r->out, ',');
            csv_text(r->out, rows[i].field ? rows[i].field : "");
            buf_putc(r->out, ',');
            csv_text(r->out, rows[i].raw);
            buf_puts(r->out, "\r\n");
            r->in.after = rows[i].row_no;
        }
        r->n += n;
        TRY(buf_err(r->out));
        if (n < REJECT_PAGE)
            return ERR_OK;
        arena_reset(a);
    }
}

enum err import_rejects_csv(struct app *app, const char *municipality, struct id id, enum lang lang,
                            struct buf *out, size_t *n)
{
    struct rejects r = {{municipality, id, -1, REJECT_PAGE}, lang, out, 0};
    buf_puts(out, "\xEF\xBB\xBF");
    buf_puts(out, text_get(lang, T_import_rejects_head));
    buf_puts(out, "\r\n");
    const char *scope = str_eq(municipality, "0000") ? DB_NATIONAL : municipality;
    TRY(db_read(app->db, scope, reject_page, &r));
    *n = r.n;
    return ERR_OK;
}

/* --- Taking it back --- */

struct undo {
    const char *municipality;
    struct id id, by;
    int64_t removed;
    bool more;
};

static enum err undo_some(struct tx *tx, void *arg)
{
    struct undo *u = arg;
    AUTO(arena_freep) struct arena *a = arena_new((size_t)64 << 20);
    struct q_import_event_some_in some = {u->id, UNDO_BATCH};
    struct q_import_event_some_row *rows;
    size_t n;
    if (!a)
        return ERR_NOMEM;
    TRY(run_here(tx, a, u->municipality, u->id));
    TRY(q_import_event_some_all(tx, a, &some, &rows, &n));
    for (size_t i = 0; i < n; i++)
        TRY(event_delete(tx, rows[i].municipality, rows[i].id));
    u->removed = (int64_t)n;
    u->more = n == UNDO_BATCH;
    return ERR_OK;
}

static enum err undo_end(struct tx *tx, void *arg)
{
    struct undo *u = arg;
    struct q_import_reject_remove_in reject = {u->municipality, u->id};
    struct q_import_run_remove_in run = {u->municipality, u->id};
    struct buf detail = buf_init(256);
    buf_printf(&detail, "{\"events\":%lld}", (long long)u->removed);
    struct audit_note note = {u->municipality, u->by, "import.undo",
                              "import",        u->id, buf_text(&detail)};
    enum err e = q_import_reject_remove_run(tx, &reject, NULL);
    if (e == ERR_OK)
        e = q_import_run_remove_run(tx, &run, NULL);
    if (e == ERR_OK)
        e = audit_add(tx, &note);
    buf_done(&detail);
    return e;
}

enum err import_undo(struct app *app, const char *municipality, struct id id, struct id by,
                     int64_t *removed)
{
    const char *scope = str_eq(municipality, "0000") ? DB_NATIONAL : municipality;
    struct undo u = {.municipality = municipality, .id = id, .by = by};
    int64_t all = 0;
    do {
        TRY(db_write(app->db, scope, undo_some, &u));
        all += u.removed;
    } while (u.more);
    u.removed = all;
    TRY(db_write(app->db, scope, undo_end, &u));
    *removed = all;
    return ERR_OK;
}

/* --- Profiles by name --- */

struct by_name {
    struct arena *a;
    struct q_import_profile_by_name_in in;
    struct q_import_profile_by_name_row row;
};

static enum err find_profile(struct tx *tx, void *arg)
{
    struct by_name *b = arg;
    return q_import_profile_by_name_one(tx, b->a, &b->in, &b->row);
}

enum err import_profile_json(struct app *app, struct arena *a, const char *municipality,
                             const char *name, const char **json, struct id *id)
{
    struct by_name b = {.a = a, .in = {municipality, name}};
    const char *scope = str_eq(municipality, "0000") ? DB_NATIONAL : municipality;
    TRY(db_read(app->db, scope, find_profile, &b));
    *json = b.row.mapping;
    *id = b.row.id;
    return ERR_OK;
}

/* --- The part --- */

static enum err start(struct app *app)
{
    job_register(app, "import", import_job);
    return ERR_OK;
}

const struct part import_part = {
    .name = "import",
    .routes = import_routes,
    .queries = import_queries,
    .nav_path = "/importera",
    .nav_label = T_import_nav,
    .nav_perm = PERM_EVENT_IMPORT,
    .nav_rank = 80,
    .start = start,
};
