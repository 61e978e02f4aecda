/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Long work: how far it is, what it said, and the way to stop it. */
#include "base/jsonw.h"
#include "base/mem.h"
#include "base/str.h"
#include "core/jobs.h"
#include "parts/settings/settings_json.h"
#include "parts/settings/settings_web.h"

static const struct settings_up up = {"/jobb", T_settings_jobs};

struct reading {
    struct req *rq;
    struct id id;
    struct job *rows;
    size_t n;
    struct job one;
};

static enum err read_all(struct tx *tx, void *arg)
{
    struct reading *r = arg;
    return job_list(tx, r->rq->arena, web_municipality(r->rq), "", &r->rows, &r->n);
}

static enum err read_one(struct tx *tx, void *arg)
{
    struct reading *r = arg;
    return job_get(tx, r->rq->arena, web_municipality(r->rq), r->id, &r->one);
}

static const char *state_text(struct req *rq, const struct job *j)
{
    static const enum text_key keys[] = {
        [JOB_WAITING] = T_settings_job_waiting,     [JOB_RUNNING] = T_settings_job_running,
        [JOB_DONE] = T_settings_job_done,           [JOB_FAILED] = T_settings_job_failed,
        [JOB_CANCELLED] = T_settings_job_cancelled,
    };
    return text_get(rq->lang, keys[j->state]);
}

static bool goes_on(const struct job *j)
{
    return j->state == JOB_WAITING || j->state == JOB_RUNNING;
}

static int percent(const struct job *j)
{
    if (j->total <= 0)
        return -1;
    return j->done >= j->total ? 100 : (int)(j->done * 100 / j->total);
}

static const char *far_text(struct req *rq, const struct job *j)
{
    if (j->state == JOB_WAITING)
        return TX(rq, settings_job_waiting);
    return j->total > 0 ? TXF(rq, settings_job_far, j->done, j->total)
                        : TXF(rq, settings_job_done_n, j->done);
}

enum err settings_jobs_page(struct req *rq)
{
    struct reading r = {.rq = rq};
    TRY(web_read(rq, read_all, &r));
    const struct settings_head heads[] = {{TX(rq, settings_job), false},
                                          {TX(rq, settings_job_state), false},
                                          {TX(rq, settings_created), false},
                                          {TX(rq, settings_job_amount), true}};
    struct settings_list_view v = {.heads = heads, .n_heads = ARRAY_LEN(heads), .n_rows = r.n};
    TRY(settings_table(rq, heads, ARRAY_LEN(heads), r.n, &v.rows));
    for (size_t i = 0; i < r.n; i++) {
        struct settings_cell *c = v.rows[i].cells;
        c[0].text = r.rows[i].title;
        c[0].href = settings_at_id(rq, "/jobb/", r.rows[i].id, "");
        c[1].text = state_text(rq, &r.rows[i]);
        c[2].text = settings_time_text(rq, r.rows[i].created_at);
        c[3].text = settings_number(rq, r.rows[i].done);
        v.page.refresh |= goes_on(&r.rows[i]);
    }
    v.page.lead = TX(rq, settings_jobs_lead);
    v.empty = (struct page_empty){.title = TX(rq, settings_jobs_none),
                                  .text = TX(rq, settings_jobs_none_text)};
    return settings_draw_list(rq, &v, T_settings_jobs);
}

static enum err fill_facts(struct req *rq, const struct job *j, struct page_facts *out)
{
    struct page_fact *f = ARENA_ARRAY(rq->arena, 5, struct page_fact);
    size_t n = 0;
    if (!f)
        return ERR_NOMEM;
    f[n++] = (struct page_fact){TX(rq, settings_job_state), state_text(rq, j), NULL};
    f[n++] =
        (struct page_fact){TX(rq, settings_created), settings_time_text(rq, j->created_at), NULL};
    if (j->ended_at)
        f[n++] = (struct page_fact){TX(rq, settings_job_ended), settings_time_text(rq, j->ended_at),
                                    NULL};
    const char *words = settings_json_words(rq, j->report);
    if (*words)
        f[n++] = (struct page_fact){TX(rq, settings_job_report), words, NULL};
    *out = (struct page_facts){f, n};
    return ERR_OK;
}

enum err settings_job_page(struct req *rq)
{
    struct reading r = {.rq = rq};
    TRY(settings_id(rq, &r.id));
    TRY(web_read(rq, read_one, &r));
    const struct job *j = &r.one;
    struct settings_form_view v = {.has_progress = goes_on(j)};
    TRY(fill_facts(rq, j, &v.facts));
    v.progress = (struct page_progress){
        .what = j->title,
        .far = far_text(rq, j),
        .percent = percent(j),
        .running = goes_on(j),
        .status_href = settings_at_id(rq, "/jobb/", r.id, "/lage"),
        .cancel_href = j->cancel ? NULL : settings_at_id(rq, "/jobb/", r.id, "/avbryt"),
        .csrf = web_who(rq)->csrf};
    v.page.refresh = goes_on(j);
    enum text_key problem = j->problem ? text_lookup(j->problem) : TEXT_COUNT;
    if (problem < TEXT_COUNT)
        TRY(settings_notice(
            rq, &v.notices, &v.n_notices,
            (struct page_notice){.tone = PAGE_WARNING, .text = text_get(rq->lang, problem)}));
    return settings_draw_form(rq, &v, &up, j->title);
}

struct writing {
    struct settings_write w;
};

static enum err cancel(struct tx *tx, void *arg)
{
    struct writing *x = arg;
    TRY(job_cancel(tx, x->w.municipality, x->w.id));
    return settings_audit(&x->w, tx, "job.cancel", NULL, NULL, NULL);
}

enum err settings_job_cancel_post(struct req *rq)
{
    struct reading r = {.rq = rq};
    TRY(settings_id(rq, &r.id));
    TRY(web_read(rq, read_one, &r));
    struct writing x = {{rq, web_municipality(rq), r.id}};
    TRY(web_write(rq, cancel, &x));
    return web_done(rq, settings_at_id(rq, "/jobb/", r.id, ""), T_done_settings_cancel);
}

enum err settings_job_state(struct req *rq)
{
    struct reading r = {.rq = rq};
    TRY(settings_id(rq, &r.id));
    TRY(web_read(rq, read_one, &r));
    struct jsonw w = jsonw_init(&rq->out);
    jsonw_object(&w);
    jsonw_key_int(&w, "percent", percent(&r.one));
    jsonw_key_text(&w, "far", far_text(rq, &r.one));
    jsonw_key_bool(&w, "running", goes_on(&r.one));
    jsonw_end(&w);
    resp_type(rq, "application/json");
    return ERR_OK;
}
