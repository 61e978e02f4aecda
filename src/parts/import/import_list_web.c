/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The list of imports, sending a file, refused rows, taking an import away. */
#include <string.h>

#include "base/mem.h"
#include "base/str.h"
#include "import_html.h"
#include "import_sql.h"
#include "parts/import/import_view.h"
#include "parts/import/import_web.h"

#define LIST_MOST 100
#define JOBS_SHOWN 10
#define UPLOAD_MOST ((size_t)200 << 20)
#define CSV_MOST ((size_t)256 << 20)

const struct field_spec import_upload_fields[] = {
    {.name = "file", .kind = FIELD_FILE, .required = true, .max = (int64_t)UPLOAD_MOST},
    {0},
};

const char *import_web_path(struct req *rq, const char *middle, struct id id, const char *end)
{
    char text[ID_TEXT];
    id_text(id, text);
    return arena_printf(rq->arena, "/%s/importera/%s%s%s", web_municipality(rq), middle, text, end);
}

const char *import_state_text(enum lang lang, const char *state)
{
    static const struct {
        const char *name;
        enum text_key text;
    } states[] = {
        {"running", T_import_state_running}, {"done", T_import_state_done},
        {"failed", T_import_state_failed},   {"cancelled", T_import_state_cancelled},
        {"waiting", T_import_state_waiting},
    };
    for (size_t i = 0; i < ARRAY_LEN(states); i++)
        if (str_eq(state, states[i].name))
            return text_get(lang, states[i].text);
    return state;
}

struct load {
    struct req *rq;
    struct q_import_run_list_row *runs;
    size_t n_runs;
    struct job *jobs;
    size_t n_jobs;
};

static enum err load(struct tx *tx, void *arg)
{
    struct load *l = arg;
    struct arena *a = l->rq->arena;
    struct q_import_run_list_in in = {web_municipality(l->rq), LIST_MOST};
    TRY(q_import_run_list_all(tx, a, &in, &l->runs, &l->n_runs));
    return job_list(tx, a, web_municipality(l->rq), "import", &l->jobs, &l->n_jobs);
}

static enum err fill_runs(struct req *rq, const struct load *l, struct import_list_view *v)
{
    struct import_list_row *rows = ARENA_ARRAY(rq->arena, l->n_runs + 1, struct import_list_row);
    if (!rows)
        return ERR_NOMEM;
    for (size_t i = 0; i < l->n_runs; i++) {
        const struct q_import_run_list_row *r = &l->runs[i];
        rows[i] = (struct import_list_row){
            .name = r->file_name,
            .state = import_state_text(rq->lang, r->state),
            .result =
                TXF(rq, import_counts, r->rows_new, r->rows_same, r->rows_changed, r->rows_refused),
            .rejects_href =
                r->rows_refused ? import_web_path(rq, "", r->id, "/avvisade.csv") : NULL,
            .undo_href = import_web_path(rq, "", r->id, "/ta-bort"),
            .at = r->started_at,
            .added = r->rows_new,
        };
    }
    v->rows = rows;
    v->n_rows = l->n_runs;
    return ERR_OK;
}

static enum err fill_jobs(struct req *rq, const struct load *l, struct import_list_view *v)
{
    static const char *const states[] = {"waiting", "running", "done", "failed", "cancelled"};
    size_t n = l->n_jobs < JOBS_SHOWN ? l->n_jobs : JOBS_SHOWN;
    struct import_job_line *rows = ARENA_ARRAY(rq->arena, n + 1, struct import_job_line);
    if (!rows)
        return ERR_NOMEM;
    for (size_t i = 0; i < n; i++)
        rows[i] = (struct import_job_line){
            .title = l->jobs[i].title,
            .state = import_state_text(rq->lang, states[l->jobs[i].state]),
            .href = import_web_path(rq, "jobb/", l->jobs[i].id, ""),
            .at = l->jobs[i].created_at,
        };
    v->jobs = rows;
    v->n_jobs = n;
    return ERR_OK;
}

enum err import_list_page(struct req *rq)
{
    struct import_list_view v = {0};
    struct load l = {.rq = rq};
    TRY(web_read(rq, load, &l));
    TRY(fill_runs(rq, &l, &v));
    TRY(fill_jobs(rq, &l, &v));
    v.file = web_field(rq, "file", T_import_file, T_import_file_hint, NULL);
    v.file.required = true;
    v.file.accept = ".csv,.txt,.tsv,.xlsx,.geojson,.gpx,.gpkg,.zip,.json,.jsonl,.zst,.gz";
    v.file.preview = true;
    v.action = web_address(rq, "/importera");
    v.page.lead = TX(rq, import_lead);
    TRY(web_page(rq, &v.page, T_import_title));
    struct tmpl t = web_tmpl(rq);
    import_list_html(&t, &v);
    return ERR_OK;
}

static enum err refused(struct req *rq, const char *text)
{
    if (!req_problem_of(rq, "file"))
        req_problem(rq, "file", text);
    web_invalid(rq);
    return import_list_page(rq);
}

/* ".json" is what the Police's interface answers, a list, and what many call GeoJSON, an object. */
static enum convert_format format_of(const struct file_part *f, const char *name)
{
    enum convert_format format = import_format_of(name);
    const char *s = f->data;
    size_t i = 0;
    if (format != CONVERT_POLICE_API)
        return format;
    if (f->n >= 3 && memcmp(s, "\xEF\xBB\xBF", 3) == 0)
        i = 3;
    while (i < f->n && strchr(" \t\r\n", s[i]) && s[i])
        i++;
    return i < f->n && s[i] == '{' ? CONVERT_GEOJSON : format;
}

/* What is wrong with the file, as it looks to somebody who chose no format. */
static const char *fault_words(struct req *rq, const char *fault)
{
    if (str_eq(fault, "fault_format") || str_eq(fault, "fault_binary"))
        return TX(rq, import_file_other);
    enum text_key k = fault ? text_lookup(fault) : TEXT_COUNT;
    return k < TEXT_COUNT ? text_get(rq->lang, k) : NULL;
}

enum err import_upload_post(struct req *rq)
{
    const struct file_part *f = req_file(rq, "file");
    if (f && f->n == 0 && !str_empty(f->filename)) {
        rq->problems = rq->last_problem = NULL; /* "choose a file": one was chosen */
        return refused(rq, TX(rq, import_file_empty));
    }
    if (rq->problems || !f)
        return refused(rq, TX(rq, import_file_missing));
    struct import_upload u = {
        .municipality = web_municipality(rq),
        .name = str_empty(f->filename) ? "fil" : f->filename,
    };
    u.format = format_of(f, u.name);
    if (u.format == CONVERT_NONE)
        return refused(rq, TX(rq, import_file_unknown));
    struct import_look look;
    const char *fault;
    TRY(import_upload_keep(web_app(rq), rq->arena, &u, f->data, f->n));
    enum err e = import_look(web_app(rq), rq->arena, &u, 1, &look, &fault);
    if (e) {
        import_upload_remove(web_app(rq), rq->arena, u.id);
        const char *words = fault_words(rq, fault);
        return words ? refused(rq, words) : e;
    }
    bool police = u.format == CONVERT_POLICE_API || u.format == CONVERT_POLICE_ARCHIVE;
    if (police)
        return import_web_start(rq, &u, IMPORT_TRY);
    return resp_redirect(rq, import_web_path(rq, "fil/", u.id, ""));
}

enum err import_rejects_file(struct req *rq)
{
    struct id id;
    size_t n;
    if (id_parse(req_param(rq, "id"), &id) != ERR_OK)
        return ERR_NOTFOUND;
    struct buf csv = buf_init(CSV_MOST);
    enum err e = import_rejects_csv(web_app(rq), web_municipality(rq), id, rq->lang, &csv, &n);
    if (e == ERR_OK)
        e = web_audit_read(rq, "import.rejects", "import", id, NULL);
    if (e == ERR_OK)
        buf_add(&rq->out, csv.data, csv.len);
    buf_done(&csv);
    TRY(e);
    resp_type(rq, "text/csv; charset=utf-8");
    resp_download(rq, "avvisade-rader.csv");
    return ERR_OK;
}

enum err import_undo_post(struct req *rq)
{
    struct id id;
    int64_t removed;
    if (id_parse(req_param(rq, "id"), &id) != ERR_OK)
        return ERR_NOTFOUND;
    TRY(import_undo(web_app(rq), web_municipality(rq), id, web_who(rq)->account, &removed));
    return web_done(rq, web_address(rq, "/importera"), T_done_import_undone);
}

/* --- Routes --- */

#define HERE "/:municipality/importera"

const struct route import_routes[] = {
    ROUTE(GET, HERE, PERM_EVENT_IMPORT, import_list_page,
          .summary = "Imports, and a form for a file."),
    ROUTE(POST, HERE, PERM_EVENT_IMPORT, import_upload_post, .fields = import_upload_fields,
          .body_limit = UPLOAD_MOST + 65536, .flags = ROUTE_UPLOAD, .rate = RATE_WRITE,
          .summary = "Send a file to import."),
    ROUTE(GET, HERE "/fil/:id", PERM_EVENT_IMPORT, import_columns_page,
          .summary = "What the columns of a sent file mean."),
    ROUTE(POST, HERE "/fil/:id", PERM_EVENT_IMPORT, import_columns_post,
          .fields = import_columns_fields, .rate = RATE_WRITE,
          .summary = "Choose what the columns mean."),
    ROUTE(POST, HERE "/las/:id", PERM_EVENT_IMPORT, import_again_post,
          .fields = import_again_fields, .rate = RATE_WRITE,
          .summary = "Read a sent file from another sheet or row."),
    ROUTE(GET, HERE "/fil/:id/typer", PERM_EVENT_IMPORT, import_types_page,
          .summary = "What the file's words for types mean."),
    ROUTE(POST, HERE "/fil/:id/typer", PERM_EVENT_IMPORT, import_types_post,
          .fields = import_types_fields, .rate = RATE_WRITE,
          .summary = "Translate the file's words for types."),
    ROUTE(POST, HERE "/fil/:id/starta", PERM_EVENT_IMPORT, import_start_post,
          .fields = import_start_fields, .rate = RATE_WRITE, .summary = "Import a sent file."),
    ROUTE(GET, HERE "/jobb/:id", PERM_EVENT_IMPORT, import_job_page,
          .summary = "How far an import or a dry run is, or its report."),
    ROUTE(GET, HERE "/jobb/:id/status", PERM_EVENT_IMPORT, import_job_status,
          .summary = "How far it is, as JSON."),
    ROUTE(POST, HERE "/jobb/:id/avbryt", PERM_EVENT_IMPORT, import_job_cancel_post,
          .rate = RATE_WRITE, .summary = "Cancel an import."),
    ROUTE(POST, HERE "/jobb/:id/fortsatt", PERM_EVENT_IMPORT, import_job_again_post,
          .rate = RATE_WRITE, .summary = "Go on with an import that was interrupted."),
    ROUTE(GET, HERE "/:id/avvisade.csv", PERM_EVENT_IMPORT, import_rejects_file,
          .rate = RATE_EXPORT, .summary = "The refused rows of an import."),
    ROUTE(POST, HERE "/:id/ta-bort", PERM_EVENT_IMPORT, import_undo_post, .rate = RATE_WRITE,
          .summary = "Take an import and its events away."),
    ROUTES_END,
};
