/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* What everybody reads: only rows of bulletin_public, as they were published. */
#include "base/mem.h"
#include "base/str.h"
#include "bulletin_html.h"
#include "parts/bulletin/bulletin_web.h"
#include "parts/site/site.h"

#define PAGE 30 /* bulletins listed at a time */

const struct field_spec bulletin_site_query[] = {
    {.name = "sida", .kind = FIELD_INT, .min = 1, .max = 100000}, {0}};

struct reading {
    struct req *rq;
    struct id id;
    int64_t number; /* of the page, from 1 */
    struct q_bulletin_public_count_row count;
    bool reports;
    struct q_bulletin_public_get_row row;
    struct q_bulletin_public_list_row *rows;
    size_t n;
};

static enum err read_one(struct tx *tx, void *arg)
{
    struct reading *r = arg;
    const char *m = web_municipality(r->rq);
    TRY(site_takes_reports(tx, r->rq->arena, m, &r->reports));
    return q_bulletin_public_get_one(tx, r->rq->arena, &(struct q_bulletin_public_get_in){m, r->id},
                                     &r->row);
}

static enum err read_list(struct tx *tx, void *arg)
{
    struct reading *r = arg;
    const char *m = web_municipality(r->rq);
    TRY(site_takes_reports(tx, r->rq->arena, m, &r->reports));
    struct q_bulletin_public_list_in in = {m, PAGE, (r->number - 1) * PAGE};
    TRY(q_bulletin_public_count_one(tx, r->rq->arena, &(struct q_bulletin_public_count_in){m},
                                    &r->count));
    return q_bulletin_public_list_all(tx, r->rq->arena, &in, &r->rows, &r->n);
}

static enum err open_site(struct req *rq)
{
    bool open;
    TRY(site_is_open(rq, &open));
    return open ? ERR_OK : ERR_NOTFOUND;
}

static enum err load(struct req *rq, struct reading *r, struct bulletin_public *out)
{
    r->rq = rq;
    if (id_parse(req_param(rq, "id"), &r->id) != ERR_OK)
        return ERR_NOTFOUND;
    TRY(open_site(rq));
    TRY(web_read(rq, read_one, r));
    return bulletin_public_read(r->row.content, rq->arena, out);
}

static void document(const struct reading *r, const struct bulletin_public *p, bool dates,
                     struct bulletin_doc *d)
{
    struct bulletin_dates when = {.municipality = web_municipality_name(r->rq)};
    if (dates) {
        when.published_at = r->row.published_at;
        when.updated_at = r->row.updated_at;
    }
    bulletin_begin(d, r->rq->arena, r->rq->lang);
    bulletin_public_doc(d, p, &when);
}

static enum err make_page(struct req *rq)
{
    struct reading r = {0};
    struct bulletin_public p;
    struct bulletin_site_view *v = ARENA_NEW(rq->arena, struct bulletin_site_view);
    if (!v)
        return ERR_NOMEM;
    TRY(load(rq, &r, &p));
    document(&r, &p, false, &v->doc); /* the page says the dates itself */
    TRY(v->doc.err);
    char id[ID_TEXT];
    id_text(r.id, id);
    v->published_at = r.row.published_at;
    v->updated_at = r.row.updated_at;
    const char *at = site_address(rq, arena_printf(rq->arena, "/lagesbrev/%s", id));
    v->files = (struct bulletin_files){arena_printf(rq->arena, "%s.pdf", at),
                                       arena_printf(rq->arena, "%s.odt", at),
                                       arena_printf(rq->arena, "%s.md", at)};
    v->page.lead = v->doc.lead;
    TRY(site_frame(rq, &v->page, v->doc.title, "/lagesbrev/", r.reports));
    struct tmpl t = web_tmpl(rq);
    bulletin_site_html(&t, v);
    return ERR_OK;
}

enum err bulletin_site_page(struct req *rq)
{
    return site_cached(rq, make_page);
}

static const char *page_href(struct req *rq, int64_t number)
{
    const char *path = arena_printf(rq->arena, SITE_BULLETIN_PATH "?sida=%lld", (long long)number);
    return path ? site_address(rq, path) : NULL;
}

static enum err fill_pager(const struct reading *r, struct page_pager *out)
{
    struct req *rq = r->rq;
    int64_t last = (r->count.n + PAGE - 1) / PAGE, from = (r->number - 1) * PAGE;
    struct page_pager_item *items = ARENA_ARRAY(rq->arena, 3, struct page_pager_item);
    if (last < 2 || !r->n)
        return ERR_OK;
    if (!items)
        return ERR_NOMEM;
    for (int64_t i = r->number - 1; i <= r->number + 1; i++) {
        if (i < 1 || i > last)
            continue;
        const char *label = arena_printf(rq->arena, "%lld", (long long)i);
        const char *href = page_href(rq, i);
        if (!label || !href)
            return ERR_NOMEM;
        items[out->n_items++] = (struct page_pager_item){label, href, i == r->number};
        if (i < r->number)
            out->prev_href = href;
        if (i > r->number)
            out->next_href = href;
    }
    out->items = items;
    out->sentence = TXF(rq, core_pager_of, from + 1, from + (int64_t)r->n, r->count.n);
    return out->sentence ? ERR_OK : ERR_NOMEM;
}

static enum err make_list(struct req *rq)
{
    struct reading r = {.rq = rq, .number = req_int(rq, "sida", 1)};
    struct bulletin_site_list v = {0};
    TRY(open_site(rq));
    if (rq->problems)
        return ERR_USAGE;
    TRY(web_read(rq, read_list, &r));
    struct bulletin_site_line *rows = ARENA_ARRAY(rq->arena, r.n + 1, struct bulletin_site_line);
    if (!rows)
        return ERR_NOMEM;
    for (size_t i = 0; i < r.n; i++) {
        struct bulletin_public p;
        char id[ID_TEXT];
        id_text(r.rows[i].id, id);
        enum err e = bulletin_public_read(r.rows[i].content, rq->arena, &p);
        if (e == ERR_CORRUPT)
            continue; /* the others are listed all the same */
        TRY(e);
        rows[v.n_rows++] = (struct bulletin_site_line){
            .title = bulletin_title(rq->arena, rq->lang, p.work, p.period),
            .href = site_address(rq, arena_printf(rq->arena, "/lagesbrev/%s", id)),
            .period = picture_period_text(rq->arena, rq->lang, p.from, p.to),
            .published_at = r.rows[i].published_at,
            .updated_at = r.rows[i].updated_at};
    }
    v.rows = rows;
    TRY(fill_pager(&r, &v.pager));
    v.page.lead = TX(rq, bulletin_site_lead);
    TRY(site_frame(rq, &v.page, TX(rq, bulletin_all), SITE_BULLETIN_PATH, r.reports));
    struct tmpl t = web_tmpl(rq);
    bulletin_site_list_html(&t, &v);
    return ERR_OK;
}

enum err bulletin_site_list_page(struct req *rq)
{
    return site_cached(rq, make_list);
}

/* Files are made anew: somebody who has one cannot be told that it was withdrawn, but nobody gets
 * one after that. */
static enum err file(struct req *rq, const char *ext)
{
    struct reading r = {0};
    struct bulletin_public p;
    struct bulletin_doc d;
    char day[TIME_TEXT];
    TRY(load(rq, &r, &p));
    document(&r, &p, true, &d);
    date_text(p.from, day);
    const char *name =
        arena_printf(rq->arena, "%s-%s-%s", TX(rq, bulletin_file), req_param(rq, "slug"), day);
    return name ? bulletin_file(rq, &d, ext, name) : ERR_NOMEM;
}

enum err bulletin_site_pdf(struct req *rq)
{
    return file(rq, "pdf");
}

enum err bulletin_site_odt(struct req *rq)
{
    return file(rq, "odt");
}

enum err bulletin_site_md(struct req *rq)
{
    return file(rq, "md");
}
