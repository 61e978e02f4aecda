/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Imports as jobs: starting, progress, report, cancelling. */
#include <jansson.h>
#include <string.h>

#include "base/jsonw.h"
#include "base/mem.h"
#include "base/str.h"
#include "import_html.h"
#include "parts/import/import_batch.h"
#include "parts/import/import_view.h"
#include "parts/import/import_web.h"

#define REPORT_MOST ((size_t)4 << 20)

/* --- The work --- */

static bool tell(void *arg, int64_t rows, uint64_t bytes, uint64_t of_bytes)
{
    int64_t total =
        bytes && of_bytes ? (int64_t)((double)rows / (double)bytes * (double)of_bytes) : 0;
    return job_tell(arg, rows, total < rows ? rows : total);
}

enum err import_job(struct job_call *c, struct buf *report)
{
    json_t *o = json_loads(c->parameters, 0, NULL);
    const char *text = json_string_value(json_object_get(o, "upload"));
    bool dry_run = json_is_true(json_object_get(o, "dry_run"));
    struct id id = {{0}};
    struct import_upload u;
    enum err e = text ? id_parse(text, &id) : ERR_INVALID;
    json_decref(o);
    if (e == ERR_OK)
        e = import_upload_load(c->app, c->a, c->municipality, id, &u);
    if (e)
        return e;
    struct import_request rq = {
        .format = u.format,
        .path = import_upload_path(c->app, c->a, id),
        .file_name = u.name,
        .municipality = str_eq(c->municipality, "0000") ? NULL : c->municipality,
        .profile = u.profile,
        .profile_id = u.profile_id,
        .by = c->by,
        .dry_run = dry_run,
    };
    struct import_report r;
    e = rq.path ? import_file(c->app, c->a, &rq, tell, c, &r) : ERR_NOMEM;
    import_report_json(report, &r);
    if (r.fault)
        c->problem = r.fault;
    if (e == ERR_OK && !dry_run)
        import_upload_remove(c->app, c->a, id);
    return e;
}

struct start {
    struct req *rq;
    const struct import_upload *u;
    bool dry_run;
    struct id job;
};

static enum err start_in(struct tx *tx, void *arg)
{
    struct start *s = arg;
    char upload[ID_TEXT];
    id_text(s->u->id, upload);
    const char *parameters = arena_printf(s->rq->arena, "{\"upload\":\"%s\",\"dry_run\":%s}",
                                          upload, s->dry_run ? "true" : "false");
    const char *title = s->dry_run ? TXF(s->rq, import_job_dry_title, s->u->name)
                                   : TXF(s->rq, import_job_title, s->u->name);
    if (!parameters || !title)
        return ERR_NOMEM;
    struct job job = {.municipality = web_municipality(s->rq),
                      .kind = "import",
                      .title = title,
                      .parameters = parameters,
                      .created_by = web_who(s->rq)->account};
    TRY(job_add(tx, &job, &s->job));
    return web_audit(s->rq, tx, s->dry_run ? "import.try" : "import.start", "job", s->job, NULL);
}

enum err import_web_start(struct req *rq, const struct import_upload *u, bool dry_run)
{
    struct start s = {.rq = rq, .u = u, .dry_run = dry_run};
    TRY(web_write(rq, start_in, &s));
    jobs_wake(web_app(rq));
    return resp_redirect(rq, import_web_path(rq, "jobb/", s.job, ""));
}

enum err import_start_post(struct req *rq)
{
    struct import_upload u;
    TRY(import_web_upload(rq, &u));
    return import_web_start(rq, &u, false);
}

/* --- Its page --- */

struct load {
    struct req *rq;
    struct id id;
    struct job job;
};

static enum err load(struct tx *tx, void *arg)
{
    struct load *l = arg;
    TRY(job_get(tx, l->rq->arena, web_municipality(l->rq), l->id, &l->job));
    return str_eq(l->job.kind, "import") ? ERR_OK : ERR_NOTFOUND;
}

static enum err load_job(struct req *rq, struct load *l)
{
    *l = (struct load){.rq = rq};
    if (id_parse(req_param(rq, "id"), &l->id) != ERR_OK)
        return ERR_NOTFOUND;
    return web_read(rq, load, l);
}

static bool is_running(const struct job *j)
{
    return j->state == JOB_WAITING || j->state == JOB_RUNNING;
}

static int percent(const struct job *j)
{
    if (j->total <= 0)
        return -1;
    int64_t p = j->done * 100 / j->total;
    return p > 100 ? 100 : (int)p;
}

enum err import_job_status(struct req *rq)
{
    struct load l;
    TRY(load_job(rq, &l));
    struct jsonw w = jsonw_init(&rq->out);
    jsonw_object(&w);
    jsonw_key_int(&w, "percent", percent(&l.job));
    jsonw_key_text(&w, "far", TXF(rq, import_job_far, l.job.done));
    jsonw_key_bool(&w, "running", is_running(&l.job));
    jsonw_end(&w);
    resp_type(rq, "application/json");
    return ERR_OK;
}

static void read_parameters(struct req *rq, const struct job *j, struct id *upload, bool *dry_run)
{
    json_t *o = json_loads(j->parameters, 0, NULL);
    const char *text = json_string_value(json_object_get(o, "upload"));
    *dry_run = json_is_true(json_object_get(o, "dry_run"));
    struct import_upload u;
    if (!text || id_parse(text, upload) != ERR_OK ||
        import_upload_load(web_app(rq), rq->arena, web_municipality(rq), *upload, &u) != ERR_OK)
        *upload = (struct id){{0}}; /* gone: nothing more can be done with it */
    json_decref(o);
}

/* The lines of a text. */
static enum err split(struct arena *a, const char *text, const struct import_line **out, size_t *n)
{
    size_t lines = 1, i = 0;
    for (const char *s = text; *s; s++)
        lines += *s == '\n';
    struct import_line *list = ARENA_ARRAY(a, lines, struct import_line);
    if (!list)
        return ERR_NOMEM;
    for (const char *s = text; *s;) {
        size_t k = strcspn(s, "\n");
        if (!(list[i++].text = arena_strndup(a, s, k)))
            return ERR_NOMEM;
        s += k + (s[k] == '\n');
    }
    *out = list;
    *n = i;
    return ERR_OK;
}

static enum err fill_report(struct req *rq, const struct job *j, bool dry_run,
                            struct import_job_view *v)
{
    struct import_report r, short_one;
    if (!j->report || import_report_parse(rq->arena, j->report, &r) != ERR_OK)
        return ERR_OK;
    struct buf text = buf_init(REPORT_MOST);
    short_one = r;
    short_one.n_first = 0; /* they have a list of their own */
    short_one.guessed = NULL;
    import_report_text(&text, rq->lang, &short_one, dry_run);
    enum err e = buf_err(&text);
    if (e == ERR_OK)
        e = split(rq->arena, buf_text(&text), &v->lines, &v->n_lines);
    buf_clear(&text);
    import_report_refused(&text, rq->lang, &r);
    if (e == ERR_OK)
        e = split(rq->arena, buf_text(&text), &v->refused, &v->n_refused);
    buf_done(&text);
    if (r.refused && !dry_run && !id_is_none(r.id))
        v->rejects_href = import_web_path(rq, "", r.id, "/avvisade.csv");
    if (j->state == JOB_FAILED && r.problem) {
        enum text_key k = text_lookup(r.problem);
        v->problem = TXF(rq, import_cmd_column, k < TEXT_COUNT ? text_get(rq->lang, k) : r.problem);
    }
    return e;
}

static void fill_next(struct req *rq, const struct job *j, struct import_job_view *v)
{
    struct id upload = {{0}};
    bool dry_run = false;
    read_parameters(rq, j, &upload, &dry_run);
    if (id_is_none(upload) || v->running)
        return;
    if (dry_run && j->state == JOB_DONE) {
        v->start_action = import_web_path(rq, "fil/", upload, "/starta");
        v->columns_href = import_web_path(rq, "fil/", upload, "");
    } else if (!dry_run && j->state != JOB_DONE) {
        v->again_action = import_web_path(rq, "jobb/", j->id, "/fortsatt");
    }
}

enum err import_job_page(struct req *rq)
{
    struct import_job_view v = {0};
    struct load l;
    struct id upload = {{0}};
    bool dry_run = false;
    TRY(load_job(rq, &l));
    read_parameters(rq, &l.job, &upload, &dry_run);
    v.running = is_running(&l.job);
    v.page.refresh = v.running;
    v.list_href = web_address(rq, "/importera");
    if (l.job.state == JOB_CANCELLED)
        v.problem = TX(rq, import_job_cancelled);
    if (l.job.state == JOB_FAILED && l.job.problem) {
        enum text_key k = text_lookup(l.job.problem);
        v.problem = k < TEXT_COUNT ? text_get(rq->lang, k) : l.job.problem;
    }
    TRY(fill_report(rq, &l.job, dry_run, &v));
    fill_next(rq, &l.job, &v);
    TRY(web_page_named(rq, &v.page, l.job.title));
    v.progress = (struct page_progress){
        .what = l.job.title,
        .far = TXF(rq, import_job_far, l.job.done),
        .percent = percent(&l.job),
        .running = v.running,
        .status_href = import_web_path(rq, "jobb/", l.job.id, "/status"),
        .cancel_href = import_web_path(rq, "jobb/", l.job.id, "/avbryt"),
        .csrf = v.page.csrf,
    };
    struct tmpl t = web_tmpl(rq);
    import_job_html(&t, &v);
    return ERR_OK;
}

static enum err cancel(struct tx *tx, void *arg)
{
    struct load *l = arg;
    TRY(load(tx, arg));
    TRY(job_cancel(tx, web_municipality(l->rq), l->id));
    return web_audit(l->rq, tx, "import.cancel", "job", l->id, NULL);
}

enum err import_job_cancel_post(struct req *rq)
{
    struct load l = {.rq = rq};
    if (id_parse(req_param(rq, "id"), &l.id) != ERR_OK)
        return ERR_NOTFOUND;
    TRY(web_write(rq, cancel, &l));
    return web_done(rq, import_web_path(rq, "jobb/", l.id, ""), T_done_import_cancel);
}

enum err import_job_again_post(struct req *rq)
{
    struct load l;
    struct import_upload u;
    struct id upload = {{0}};
    bool dry_run = false;
    TRY(load_job(rq, &l));
    read_parameters(rq, &l.job, &upload, &dry_run);
    if (is_running(&l.job))
        return ERR_CONFLICT;
    TRY(import_upload_load(web_app(rq), rq->arena, web_municipality(rq), upload, &u));
    return import_web_start(rq, &u, dry_run);
}
