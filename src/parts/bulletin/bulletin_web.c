/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The group's variant: read, taken home as a file, made, handed out. */
#include "parts/bulletin/bulletin_web.h"

#include <string.h>

#include "base/mem.h"
#include "base/str.h"
#include "bulletin_html.h"
#include "core/textguard.h"
#include "geo/geo_data.h"
#include "tmpl/format.h"

const struct field_spec bulletin_out_fields[] = {{.name = "to", .kind = FIELD_CODE}, {0}};
const struct field_spec bulletin_press_fields[] = {{.name = "csrf", .kind = FIELD_TEXT}, {0}};

/* --- Loading --- */

static enum err read_all(struct tx *tx, void *arg)
{
    struct bulletin_page *p = arg;
    struct arena *a = p->rq->arena;
    const char *m = web_municipality(p->rq), *content;
    struct adopted_head *head = &p->group.head;
    p->newest = (struct adopted_head){.period = p->period};
    TRY(adopted_get(tx, a, m, &p->newest, &content));
    enum err e = q_bulletin_get_one(tx, a, &(struct q_bulletin_get_in){m, p->period}, &p->row);
    if (e == ERR_NOTFOUND)
        return ERR_OK;
    TRY(e);
    p->has = true;
    *head = (struct adopted_head){.period = p->period, .version = p->row.adopted_version};
    TRY(adopted_get(tx, a, m, head, &content));
    TRY(adopted_read(content, a, &p->group.adopted));
    e = q_bulletin_public_of_one(tx, a, &(struct q_bulletin_public_of_in){m, p->period},
                                 &p->public);
    p->live = e == ERR_OK;
    return e == ERR_NOTFOUND ? ERR_OK : e;
}

enum err bulletin_load(struct req *rq, struct bulletin_page **out)
{
    struct bulletin_page *p = ARENA_NEW(rq->arena, struct bulletin_page);
    if (!p)
        return ERR_NOMEM;
    p->rq = rq;
    if (!geo_municipality_by_code(web_municipality(rq)) ||
        id_parse(req_param(rq, "id"), &p->period) != ERR_OK)
        return ERR_NOTFOUND;
    TRY(web_read(rq, read_all, p));
    if (p->has) {
        struct bulletin_group *g = &p->group;
        enum err e =
            bulletin_frozen_read(p->row.content, g->adopted.n_areas, rq->arena, &g->frozen);
        if (e && e != ERR_CORRUPT)
            return e;
        p->unfit = e == ERR_CORRUPT;
        e = bulletin_words_read(p->row.words, rq->arena, &g->words);
        if (e && e != ERR_CORRUPT)
            return e;
        p->unfit = p->unfit || e == ERR_CORRUPT;
        g->municipality = web_municipality_name(rq);
        g->draft = p->row.handed_at == DB_NO_INT;
        g->places = web_may(rq, PERM_EVENT_READ);
        g->actions = web_may(rq, PERM_ACTION_READ);
    }
    *out = p;
    return ERR_OK;
}

enum err bulletin_load_made(struct req *rq, struct bulletin_page **out)
{
    TRY(bulletin_load(rq, out));
    return (*out)->has && !(*out)->unfit ? ERR_OK : ERR_NOTFOUND;
}

/* A draft is for those who write it. */
static bool may_see(const struct bulletin_page *p)
{
    return p->has && !p->unfit && (!p->group.draft || web_may(p->rq, PERM_LEVEL_EDIT));
}

const char *bulletin_at(struct req *rq, struct id period, const char *tail)
{
    char id[ID_TEXT];
    id_text(period, id);
    return web_address(rq, arena_printf(rq->arena, "/lagesbrev/%s%s", id, tail));
}

enum err bulletin_crumbs(struct req *rq, struct page *p, struct id period)
{
    struct page_link *list = ARENA_ARRAY(rq->arena, 2, struct page_link);
    if (!list)
        return ERR_NOMEM;
    list[0] = (struct page_link){TX(rq, bulletin_all), web_address(rq, "/lagesbrev"), false};
    list[1] = (struct page_link){TX(rq, bulletin_one), bulletin_at(rq, period, ""), false};
    p->crumbs = list;
    p->n_crumbs = id_is_none(period) ? 1 : 2;
    return ERR_OK;
}

void bulletin_guard(struct req *rq, const char *field)
{
    const char *text = req_field(rq, field);
    struct guard_span at;
    if (!text || !guard_find(text, strlen(text), &at, 1))
        return;
    const char *found = arena_strndup(rq->arena, text + at.at, at.len);
    req_problem(rq, field, found ? TXF(rq, picture_note_person, found) : TX(rq, err_nomem));
}

/* --- Reading --- */

static enum err say_state(struct bulletin_page *p, struct bulletin_read_view *v)
{
    struct req *rq = p->rq;
    char handed[FORMAT_TEXT], changed[FORMAT_TEXT];
    if (p->group.draft) {
        v->state = TX(rq, bulletin_is_draft);
        return ERR_OK;
    }
    format_datetime(handed, rq->lang, p->row.handed_at);
    format_datetime(changed, rq->lang, p->row.changed_at);
    v->state = p->row.changed_at > p->row.handed_at ? TXF(rq, bulletin_handed_new, handed, changed)
                                                    : TXF(rq, bulletin_handed, handed);
    return v->state ? ERR_OK : ERR_NOMEM;
}

static const char *public_address(struct req *rq, struct id public)
{
    const struct geo_municipality *m = geo_municipality_by_code(web_municipality(rq));
    char id[ID_TEXT];
    id_text(public, id);
    return arena_printf(rq->arena, "/%s/lagesbrev/%s", m->slug, id);
}

static enum err show_none(struct bulletin_page *p)
{
    struct req *rq = p->rq;
    struct bulletin_none_view v = {0};
    bool may = web_may(rq, PERM_LEVEL_EDIT);
    v.empty =
        (struct page_empty){.title = TX(rq, bulletin_none_title),
                            .text = may ? TX(rq, bulletin_none_make) : TX(rq, bulletin_none_wait)};
    if (may && p->unfit)
        v.empty.text = TX(rq, bulletin_unfit);
    v.make_href = may ? bulletin_at(rq, p->period, "/gor") : NULL;
    if (p->unfit && p->live && web_may(rq, PERM_PICTURE_PUBLISH)) {
        v.live_href = public_address(rq, p->public.id);
        v.withdraw_href = bulletin_at(rq, p->period, "/dra-tillbaka");
    }
    v.page.part = TX(rq, picture_title);
    TRY(bulletin_crumbs(rq, &v.page, (struct id){{0}}));
    const char *title = bulletin_title(rq->arena, rq->lang, NULL, p->newest.period_name);
    if (!title)
        return ERR_NOMEM;
    TRY(web_page_named(rq, &v.page, title));
    struct tmpl t = web_tmpl(rq);
    bulletin_none_html(&t, &v);
    return ERR_OK;
}

static void links(struct bulletin_page *p, struct bulletin_read_view *v)
{
    struct req *rq = p->rq;
    v->files = (struct bulletin_files){bulletin_at(rq, p->period, ".pdf"),
                                       bulletin_at(rq, p->period, ".odt"),
                                       bulletin_at(rq, p->period, ".md")};
    v->back_href = web_address(rq, "/lagesbrev");
    if (p->newest.version != p->row.adopted_version)
        v->old = TX(rq, bulletin_old);
    v->draft = p->group.draft;
    v->may = web_may(rq, PERM_LEVEL_EDIT);
    if (v->may) {
        v->write_href = bulletin_at(rq, p->period, "/skriv");
        v->make_href = bulletin_at(rq, p->period, "/gor");
        v->out_href = bulletin_at(rq, p->period, "/lamna-ut");
    }
    if (web_may(rq, PERM_PICTURE_PUBLISH))
        v->public_href = bulletin_at(rq, p->period, "/allmanheten");
}

enum err bulletin_read_page(struct req *rq)
{
    struct bulletin_page *p;
    struct bulletin_read_view *v = ARENA_NEW(rq->arena, struct bulletin_read_view);
    if (!v)
        return ERR_NOMEM;
    TRY(bulletin_load(rq, &p));
    if (!may_see(p))
        return show_none(p);
    p->group.draft = false; /* the page says so above the document */
    bulletin_begin(&v->doc, rq->arena, rq->lang);
    bulletin_group_doc(&v->doc, &p->group);
    TRY(v->doc.err);
    p->group.draft = p->row.handed_at == DB_NO_INT;
    TRY(say_state(p, v));
    links(p, v);
    TRY(web_audit_read(rq, "bulletin.read", "period", p->period, NULL));
    v->page.part = TX(rq, picture_title);
    v->page.lead = v->doc.lead;
    TRY(bulletin_crumbs(rq, &v->page, (struct id){{0}}));
    TRY(web_page_named(rq, &v->page, v->doc.title));
    struct tmpl t = web_tmpl(rq);
    bulletin_read_html(&t, v);
    return ERR_OK;
}

/* --- Files --- */

enum err bulletin_file(struct req *rq, const struct bulletin_doc *d, const char *ext,
                       const char *name)
{
    TRY(d->err);
    if (str_eq(ext, "pdf")) {
        TRY(bulletin_pdf(&rq->out, d));
        resp_type(rq, "application/pdf");
    } else if (str_eq(ext, "odt")) {
        TRY(bulletin_odt(&rq->out, d));
        resp_type(rq, "application/vnd.oasis.opendocument.text");
    } else {
        TRY(bulletin_markdown(&rq->out, d));
        resp_type(rq, "text/markdown; charset=utf-8");
    }
    const char *file = arena_printf(rq->arena, "%s.%s", name, ext);
    if (!file)
        return ERR_NOMEM;
    resp_download(rq, file);
    return ERR_OK;
}

static enum err group_file(struct req *rq, const char *ext)
{
    struct bulletin_page *p;
    struct bulletin_doc d;
    char day[TIME_TEXT];
    TRY(bulletin_load(rq, &p));
    if (!may_see(p))
        return ERR_NOTFOUND;
    bulletin_begin(&d, rq->arena, rq->lang);
    bulletin_group_doc(&d, &p->group);
    date_text(p->group.adopted.from, day);
    const char *name =
        arena_printf(rq->arena, "%s-%s-%s", TX(rq, bulletin_file_group), web_municipality(rq), day);
    if (!name)
        return ERR_NOMEM;
    TRY(web_audit_read(rq, "bulletin.read", "period", p->period,
                       arena_printf(rq->arena, "{\"file\":\"%s\"}", ext)));
    return bulletin_file(rq, &d, ext, name);
}

enum err bulletin_pdf_file(struct req *rq)
{
    return group_file(rq, "pdf");
}

enum err bulletin_odt_file(struct req *rq)
{
    return group_file(rq, "odt");
}

enum err bulletin_md_file(struct req *rq)
{
    return group_file(rq, "md");
}

/* --- Handing out --- */

struct handing {
    struct bulletin_page *p;
    int64_t at; /* DB_NO_INT: back to a draft */
};

static enum err hand_out(struct tx *tx, void *arg)
{
    struct handing *h = arg;
    struct req *rq = h->p->rq;
    int64_t n = 0;
    struct q_bulletin_hand_out_in in = {web_municipality(rq), h->p->period, h->at};
    TRY(q_bulletin_hand_out_run(tx, &in, &n));
    if (!n)
        return ERR_NOTFOUND;
    return web_audit(rq, tx, h->at == DB_NO_INT ? "bulletin.draft" : "bulletin.handout", "period",
                     h->p->period, NULL);
}

enum err bulletin_out_post(struct req *rq)
{
    struct handing h = {.at = time_now()};
    TRY(bulletin_load_made(rq, &h.p));
    if (str_eq(req_field(rq, "to"), "draft"))
        h.at = DB_NO_INT;
    TRY(web_write(rq, hand_out, &h));
    return web_done(rq, bulletin_at(rq, h.p->period, ""),
                    h.at == DB_NO_INT ? T_done_bulletin_draft : T_done_bulletin_out);
}

/* --- All --- */

struct listing {
    struct req *rq;
    struct q_bulletin_list_row *rows;
    struct q_bulletin_public_live_row *public;
    size_t n, n_public;
};

static enum err read_list(struct tx *tx, void *arg)
{
    struct listing *l = arg;
    const char *m = web_municipality(l->rq);
    TRY(q_bulletin_list_all(tx, l->rq->arena, &(struct q_bulletin_list_in){m}, &l->rows, &l->n));
    return q_bulletin_public_live_all(tx, l->rq->arena, &(struct q_bulletin_public_live_in){m},
                                      &l->public, &l->n_public);
}

static const char *public_href(struct listing *l, struct id period)
{
    for (size_t i = 0; i < l->n_public; i++)
        if (id_eq(l->public[i].period_id, period))
            return public_address(l->rq, l->public[i].id);
    return NULL;
}

enum err bulletin_list_page(struct req *rq)
{
    struct listing l = {.rq = rq};
    struct bulletin_list_view v = {0};
    if (!geo_municipality_by_code(web_municipality(rq)))
        return ERR_NOTFOUND;
    TRY(web_read(rq, read_list, &l));
    struct bulletin_line *rows = ARENA_ARRAY(rq->arena, l.n + 1, struct bulletin_line);
    if (!rows)
        return ERR_NOMEM;
    bool may = web_may(rq, PERM_LEVEL_EDIT);
    for (size_t i = 0; i < l.n; i++) {
        const struct q_bulletin_list_row *r = &l.rows[i];
        bool draft = r->handed_at == DB_NO_INT;
        if (draft && !may)
            continue;
        rows[v.n_rows++] = (struct bulletin_line){
            .name = r->name,
            .period = picture_period_text(rq->arena, rq->lang, date_of_msec(r->starts_at),
                                          date_add(date_of_msec(r->ends_at - 1), 1)),
            .href = bulletin_at(rq, r->period_id, ""),
            .state = draft ? TX(rq, bulletin_draft) : TX(rq, bulletin_out),
            .public_href = public_href(&l, r->period_id),
            .at = r->changed_at};
    }
    v.rows = rows;
    v.empty =
        (struct page_empty){.title = TX(rq, bulletin_empty_title),
                            .text = may ? TX(rq, bulletin_empty_make) : TX(rq, bulletin_empty_wait),
                            .href = web_address(rq, "/nu/faststallda"),
                            .label = TX(rq, bulletin_empty_go)};
    v.page.part = TX(rq, picture_title);
    v.page.lead = TX(rq, bulletin_list_lead);
    TRY(picture_tabs(rq, &v.page, PICTURE_TAB_ADOPTED, NULL, NULL));
    TRY(web_page(rq, &v.page, T_bulletin_all));
    struct tmpl t = web_tmpl(rq);
    bulletin_list_html(&t, &v);
    return ERR_OK;
}
