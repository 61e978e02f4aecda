/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Imports as jobs: starting, progress, report, cancelling. */
#include <jansson.h>
#include <string.h>

#include "base/jsonw.h"
#include "base/mem.h"
#include "base/str.h"
#include "import_html.h"
#include "parts/import/import_batch.h"
#include "parts/import/import_persons.h"
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

struct parameters {
    struct id upload; /* none: nothing more can be done with it */
    enum import_mode mode;
};

static struct parameters parameters_of(const char *json)
{
    struct parameters p = {.mode = IMPORT_LEAVE_OUT};
    json_t *o = json_loads(json, 0, NULL);
    const char *text = json_string_value(json_object_get(o, "upload"));
    if (!text || id_parse(text, &p.upload) != ERR_OK)
        p.upload = (struct id){{0}};
    if (json_is_true(json_object_get(o, "dry_run")))
        p.mode = IMPORT_TRY;
    else if (json_is_true(json_object_get(o, "whole")))
        p.mode = IMPORT_WHOLE;
    json_decref(o);
    return p;
}

enum err import_job(struct job_call *c, struct buf *report)
{
    struct parameters p = parameters_of(c->parameters);
    struct import_upload u;
    TRY(import_upload_load(c->app, c->a, c->municipality, p.upload, &u));
    struct import_request rq = {
        .format = u.format,
        .path = import_upload_path(c->app, c->a, p.upload),
        .file_name = u.name,
        .municipality = str_eq(c->municipality, "0000") ? NULL : c->municipality,
        .profile = u.profile,
        .profile_id = u.profile_id,
        .by = c->by,
        .dry_run = p.mode == IMPORT_TRY,
        .leave_out = p.mode != IMPORT_WHOLE,
    };
    struct import_report r = {0};
    enum err e = rq.path ? import_file(c->app, c->a, &rq, tell, c, &r) : ERR_NOMEM;
    import_report_json(report, &r);
    if (r.fault)
        c->problem = r.fault;
    if (e == ERR_OK && !rq.dry_run)
        import_upload_remove(c->app, c->a, p.upload);
    return e;
}

struct start {
    struct req *rq;
    const struct import_upload *u;
    enum import_mode mode;
    struct id job;
};

static enum err start_in(struct tx *tx, void *arg)
{
    static const char *const detail[] = {NULL, NULL, "{\"persons\":\"kept\"}"};
    struct start *s = arg;
    bool dry_run = s->mode == IMPORT_TRY;
    char upload[ID_TEXT];
    id_text(s->u->id, upload);
    const char *parameters =
        arena_printf(s->rq->arena, "{\"upload\":\"%s\",\"dry_run\":%s,\"whole\":%s}", upload,
                     dry_run ? "true" : "false", s->mode == IMPORT_WHOLE ? "true" : "false");
    const char *title = dry_run ? TXF(s->rq, import_job_dry_title, s->u->name)
                                : TXF(s->rq, import_job_title, s->u->name);
    if (!parameters || !title)
        return ERR_NOMEM;
    struct job job = {.municipality = web_municipality(s->rq),
                      .kind = "import",
                      .title = title,
                      .parameters = parameters,
                      .created_by = web_who(s->rq)->account};
    TRY(job_add(tx, &job, &s->job));
    return web_audit(s->rq, tx, dry_run ? "import.try" : "import.start", "job", s->job,
                     detail[s->mode]);
}

enum err import_web_start(struct req *rq, const struct import_upload *u, enum import_mode mode)
{
    struct start s = {.rq = rq, .u = u, .mode = mode};
    TRY(web_write(rq, start_in, &s));
    jobs_wake(web_app(rq));
    return resp_redirect(rq, import_web_path(rq, "jobb/", s.job, ""));
}

const struct field_spec import_start_fields[] = {
    {.name = "persons", .kind = FIELD_CODE},
    {0},
};

/* Texts that may point at somebody come in only when a person has said so. */
enum err import_start_post(struct req *rq)
{
    struct import_upload u;
    TRY(import_web_upload(rq, &u));
    bool whole = str_eq(req_field(rq, "persons"), "keep");
    return import_web_start(rq, &u, whole ? IMPORT_WHOLE : IMPORT_LEAVE_OUT);
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

/* What the job was told; without the upload when its file is gone. */
static struct parameters find_upload(struct req *rq, const struct job *j, struct import_upload *u)
{
    struct parameters p = parameters_of(j->parameters);
    *u = (struct import_upload){0};
    if (import_upload_load(web_app(rq), rq->arena, web_municipality(rq), p.upload, u) != ERR_OK)
        p.upload = (struct id){{0}};
    return p;
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

static enum err text_lines(struct req *rq, struct buf *text, const struct import_line **out,
                           size_t *n)
{
    enum err e = buf_err(text);
    if (e == ERR_OK)
        e = split(rq->arena, buf_text(text), out, n);
    buf_clear(text);
    return e;
}

/* Refused rows and persons have lists of their own. */
static enum err put_report(struct req *rq, const struct import_report *r, bool dry_run,
                           struct import_job_view *v)
{
    struct import_report rest = *r;
    struct buf text = buf_init(REPORT_MOST);
    rest.n_first = 0;
    rest.guessed = NULL;
    if (dry_run)
        rest.persons.rows = 0;
    import_report_text(&text, rq->lang, &rest, dry_run);
    enum err e = text_lines(rq, &text, &v->lines, &v->n_lines);
    import_report_refused(&text, rq->lang, r);
    if (e == ERR_OK)
        e = text_lines(rq, &text, &v->refused, &v->n_refused);
    v->persons = dry_run && r->persons.rows > 0;
    if (v->persons)
        import_persons_text(&text, rq->lang, &r->persons, true);
    if (e == ERR_OK)
        e = text_lines(rq, &text, &v->person_lines, &v->n_person_lines);
    buf_done(&text);
    if (e == ERR_OK && v->n_person_lines) {
        v->person_lead = v->person_lines++->text;
        v->n_person_lines--;
    }
    return e;
}

static enum err fill_report(struct req *rq, const struct job *j, bool dry_run,
                            struct import_job_view *v)
{
    struct import_report r = {0};
    if (!j->report || import_report_parse(rq->arena, j->report, &r) != ERR_OK)
        return ERR_OK;
    TRY(put_report(rq, &r, dry_run, v));
    v->file_fault = import_report_file_fault(&r);
    v->words_unknown = r.notes[NOTE_TYPE] > 0;
    if (r.refused && !dry_run && !id_is_none(r.id))
        v->rejects_href = import_web_path(rq, "", r.id, "/avvisade.csv");
    if (j->state == JOB_FAILED && r.problem)
        v->problem = import_problem_text(rq->arena, rq->lang, r.problem);
    return ERR_OK;
}

static void fill_next(struct req *rq, const struct job *j, const struct parameters *p,
                      const struct import_upload *u, struct import_job_view *v)
{
    bool police = u->format == CONVERT_POLICE_API || u->format == CONVERT_POLICE_ARCHIVE;
    bool dry_run = p->mode == IMPORT_TRY;
    if (id_is_none(p->upload) || v->running)
        return;
    if (dry_run && !police)
        v->columns_href = import_web_path(rq, "fil/", p->upload, "");
    if (dry_run && v->words_unknown && u->profile)
        v->types_href = import_web_path(rq, "fil/", p->upload, "/typer");
    if (dry_run && j->state == JOB_DONE)
        v->start_action = import_web_path(rq, "fil/", p->upload, "/starta");
    else if (!dry_run && j->state != JOB_DONE && !v->file_fault)
        v->again_action = import_web_path(rq, "jobb/", j->id, "/fortsatt");
}

enum err import_job_page(struct req *rq)
{
    struct import_job_view v = {0};
    struct load l;
    struct import_upload u;
    TRY(load_job(rq, &l));
    struct parameters p = find_upload(rq, &l.job, &u);
    v.running = is_running(&l.job);
    v.page.refresh = v.running;
    v.list_href = web_address(rq, "/importera");
    if (l.job.state == JOB_CANCELLED)
        v.problem = TX(rq, import_job_cancelled);
    if (l.job.state == JOB_FAILED && l.job.problem) {
        enum text_key k = text_lookup(l.job.problem);
        v.problem = k < TEXT_COUNT ? text_get(rq->lang, k) : l.job.problem;
    }
    TRY(fill_report(rq, &l.job, p.mode == IMPORT_TRY, &v));
    fill_next(rq, &l.job, &p, &u, &v);
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
    TRY(load_job(rq, &l));
    struct parameters p = find_upload(rq, &l.job, &u);
    if (is_running(&l.job))
        return ERR_CONFLICT;
    return id_is_none(p.upload) ? ERR_NOTFOUND : import_web_start(rq, &u, p.mode);
}
