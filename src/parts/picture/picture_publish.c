/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Publishing a picture: what the public would see, what is held back and why, and the door. */
#include <stdatomic.h>
#include <string.h>

#include "base/jsonw.h"
#include "base/mem.h"
#include "base/str.h"
#include "core/textguard.h"
#include "core/web.h"
#include "geo/geo_data.h"
#include "parts/picture/picture_inner.h"
#include "parts/picture/picture_web.h"
#include "picture_html.h"
#include "picture_sql.h"
#include "tmpl/format.h"

const struct field_spec picture_publish_fields[] = {
    {.name = "from", .kind = FIELD_DATE, .required = true},
    {.name = "to", .kind = FIELD_DATE, .required = true},
    {.name = "title", .kind = FIELD_TEXT, .required = true, .min = 3, .max = 120},
    {.name = "note", .kind = FIELD_LINES, .max = 4000},
    {.name = "do", .kind = FIELD_CODE},
    {0},
};
const struct field_spec picture_withdraw_fields[] = {{.name = "csrf", .kind = FIELD_TEXT}, {0}};

struct publishing {
    struct req *rq;
    struct picture_query query;
    struct picture_release *release;
    const char *refused, *content, *title, *note;
    struct id id;
};

/* All up to what the public would see, or the reason why it may not. */
static enum err prepare(struct publishing *p)
{
    TRY(picture_release_new(p->rq, &p->query, &p->release));
    p->refused = picture_release_refused(p->release);
    return ERR_OK;
}

/* --- The page --- */

static const char *iso(struct req *rq, struct date d)
{
    char day[TIME_TEXT];
    date_text(d, day);
    return arena_strdup(rq->arena, day);
}

static enum err show(struct publishing *p)
{
    struct req *rq = p->rq;
    struct picture_publish_view *v = ARENA_NEW(rq->arena, struct picture_publish_view);
    const char *period = picture_period_text(rq->arena, rq->lang, p->query.from, p->query.to);
    if (!v || !period)
        return ERR_NOMEM;
    const char *title = TXF(rq, picture_default_title, period);
    v->refused = p->refused;
    v->action = web_address(rq, "/laget/publicera");
    v->from = iso(rq, p->query.from);
    v->to = iso(rq, date_add(p->query.to, -1));
    v->back_href = picture_web_address(rq, "/laget", &p->query);
    v->title = web_field(rq, "title", T_picture_publish_name, TEXT_COUNT, title);
    v->title.required = true;
    v->note = web_field(rq, "note", T_picture_publish_note, T_picture_publish_note_hint, NULL);
    v->note.rows = 6;
    v->shown_title = req_field(rq, "title") ? req_field(rq, "title") : title;
    if (!p->refused) {
        int64_t waiting = picture_release_waiting(p->release);
        TRY(picture_public_words_make(picture_release_public(p->release), req_field(rq, "note"),
                                      rq->lang, rq->arena, &v->words));
        TRY(picture_release_held(p->release, &v->held, &v->n_held));
        if (waiting)
            v->waiting = TXF(rq, picture_publish_waiting, waiting);
        v->review_href = web_address(rq, "/granska");
    }
    v->page.part = TX(rq, picture_title);
    v->page.lead = TX(rq, picture_publish_lead);
    const char *name = TXF(rq, picture_publish_title, period);
    if (!name)
        return ERR_NOMEM;
    TRY(web_page_named(rq, &v->page, name));
    struct tmpl t = web_tmpl(rq);
    picture_publish_html(&t, v);
    return ERR_OK;
}

enum err picture_publish_page(struct req *rq)
{
    struct publishing *p = ARENA_NEW(rq->arena, struct publishing);
    struct picture_names names;
    const char *preset;
    if (!p)
        return ERR_NOMEM;
    p->rq = rq;
    TRY(picture_web_names(rq, &names));
    p->query = picture_web_query(rq, &names, &preset);
    p->query.area = (struct id){0}; /* the public sees the whole municipality, all types */
    p->query.types = 0;
    rq->problems = NULL;
    TRY(prepare(p));
    return show(p);
}

/* --- Publishing --- */

static void guard(struct req *rq, const char *field)
{
    const char *text = req_field(rq, field);
    struct guard_span at;
    if (!text || !guard_find(text, strlen(text), &at, 1))
        return;
    const char *found = arena_strndup(rq->arena, text + at.at, at.len);
    req_problem(rq, field, found ? TXF(rq, picture_note_person, found) : TX(rq, err_nomem));
}

static enum err write_down(struct tx *tx, void *arg)
{
    struct publishing *p = arg;
    struct req *rq = p->rq;
    msec now = time_now();
    TRY(picture_release_again(tx, p->release)); /* somebody else may have published since */
    struct buf b = buf_init(1 << 20);
    picture_public_write(&b, picture_release_public(p->release));
    p->content = buf_err(&b) ? NULL : arena_strdup(rq->arena, buf_text(&b));
    buf_done(&b);
    if (!p->content)
        return ERR_NOMEM;
    struct q_picture_publish_in in = {
        .municipality = p->query.municipality,
        .id = p->id,
        .title = p->title,
        .period_from = date_start(p->query.from),
        .period_to = date_start(p->query.to),
        .content = p->content,
        .note = p->note ? p->note : "",
        .at = now,
        .by = web_who(rq)->account,
        .origin = picture_release_public(p->release)->exercise ? "exempel" : NULL,
    };
    TRY(q_picture_publish_run(tx, &in, NULL));
    size_t numbers;
    TRY(picture_release_record(tx, p->release, p->id, &numbers));
    const char *detail = arena_printf(rq->arena, "{\"from\":\"%s\",\"to\":\"%s\",\"numbers\":%zu}",
                                      iso(rq, p->query.from), iso(rq, p->query.to), numbers);
    return web_audit(rq, tx, "picture.publish", "published_picture", p->id, detail);
}

static enum err read_dates(struct req *rq, struct picture_query *q)
{
    const char *from = req_field(rq, "from"), *to = req_field(rq, "to");
    struct date last;
    if (!from || !to || date_parse(from, &q->from) || date_parse(to, &last))
        return ERR_INVALID;
    q->municipality = web_municipality(rq);
    q->to = date_add(last, 1);
    return picture_query_check(q);
}

enum err picture_publish_now(struct req *rq)
{
    struct publishing *p = ARENA_NEW(rq->arena, struct publishing);
    if (!p)
        return ERR_NOMEM;
    p->rq = rq;
    TRY(read_dates(rq, &p->query));
    TRY(prepare(p));
    guard(rq, "title");
    guard(rq, "note");
    if (rq->problems || p->refused) {
        web_invalid(rq);
        return show(p);
    }
    if (!str_eq(req_field(rq, "do"), "publish"))
        return show(p);
    p->title = req_field(rq, "title");
    p->note = req_field(rq, "note");
    p->id = id_new();
    enum err e = web_write(rq, write_down, p);
    if (e == ERR_CONFLICT || e == ERR_LIMIT) {
        p->refused = picture_release_reason(p->release, e);
        web_invalid(rq);
        return show(p);
    }
    TRY(e);
    atomic_fetch_add(&web_app(rq)->public_changes, 1);
    return web_done(rq, web_address(rq, "/laget/publicerat"), T_done_picture_published);
}

/* --- What is published --- */

struct listing {
    struct req *rq;
    struct picture_published *rows;
    size_t n;
};

static enum err list(struct tx *tx, void *arg)
{
    struct listing *l = arg;
    return picture_published_list(tx, l->rq->arena, web_municipality(l->rq), &l->rows, &l->n);
}

enum err picture_published_page(struct req *rq)
{
    struct listing l = {.rq = rq};
    struct picture_published_view v = {0};
    const struct geo_municipality *m = geo_municipality_by_code(web_municipality(rq));
    TRY(web_read(rq, list, &l));
    struct picture_published_line *rows =
        ARENA_ARRAY(rq->arena, l.n + 1, struct picture_published_line);
    if (!rows)
        return ERR_NOMEM;
    for (size_t i = 0; i < l.n; i++) {
        const struct picture_published *x = &l.rows[i];
        char id[ID_TEXT];
        id_text(x->id, id);
        rows[i] = (struct picture_published_line){
            .title = x->title,
            .period = picture_period_text(rq->arena, rq->lang, x->from, x->to),
            .href =
                m && !x->withdrawn ? arena_printf(rq->arena, "/%s/laget/%s", m->slug, id) : NULL,
            .withdraw_href = arena_printf(rq->arena, "%s/%s/dra-tillbaka",
                                          web_address(rq, "/laget/publicerat"), id),
            .at = x->published_at,
            .withdrawn = x->withdrawn,
        };
        if (!rows[i].period || !rows[i].withdraw_href)
            return ERR_NOMEM;
    }
    v.rows = rows;
    v.n_rows = l.n;
    const char *public = arena_printf(rq->arena, "/%s/", m ? m->slug : "");
    v.page.part = TX(rq, picture_title);
    v.page.lead = public ? TXF(rq, picture_published_lead, web_absolute(rq, public)) : NULL;
    TRY(web_page(rq, &v.page, T_picture_published_title));
    struct tmpl t = web_tmpl(rq);
    picture_published_html(&t, &v);
    return ERR_OK;
}

struct withdrawal {
    struct req *rq;
    struct id id;
};

static enum err withdraw(struct tx *tx, void *arg)
{
    struct withdrawal *w = arg;
    int64_t n = 0;
    struct q_picture_withdraw_in in = {web_municipality(w->rq), w->id, time_now()};
    TRY(q_picture_withdraw_run(tx, &in, &n));
    if (n == 0)
        return ERR_NOTFOUND;
    return web_audit(w->rq, tx, "picture.withdraw", "published_picture", w->id, NULL);
}

enum err picture_withdraw_now(struct req *rq)
{
    struct withdrawal w = {.rq = rq};
    if (id_parse(req_param(rq, "id"), &w.id) != ERR_OK)
        return ERR_NOTFOUND;
    TRY(web_write(rq, withdraw, &w));
    atomic_fetch_add(&web_app(rq)->public_changes, 1);
    return web_done(rq, web_address(rq, "/laget/publicerat"), T_done_picture_withdrawn);
}
