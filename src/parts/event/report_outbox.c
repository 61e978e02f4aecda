/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Reports that have waited in a telephone: proof of who sends, and receipts that may be asked for
 * again. */
#include "parts/event/report_outbox.h"

#include <stdio.h>

#include "base/buf.h"
#include "base/jsonw.h"
#include "base/mem.h"
#include "base/str.h"
#include "geo/geo_data.h"
#include "parts/event/report_many.h"

bool report_waited(const struct req *rq)
{
    return req_has(rq, "age");
}

bool report_as_json(const struct req *rq)
{
    return web_asks_json(rq);
}

msec report_written(struct req *rq)
{
    return time_now() - req_int(rq, "age", 0);
}

struct id report_line_id(struct req *rq, int line)
{
    char base[ID_TEXT], name[16];
    id_text(req_id(rq, "id"), base);
    snprintf(name, sizeof name, "line %d", line);
    return id_from_name(base, name);
}

/* --- Receipts --- */

struct looking {
    struct req *rq;
    const struct id *ids;
    size_t n;
    struct id found[REPORT_LINES_MOST];
    size_t n_found;
    msec received;
};

static enum err look(struct tx *tx, void *arg)
{
    struct looking *l = arg;
    l->n_found = 0;
    for (size_t i = 0; i < l->n; i++) {
        struct event e;
        enum err err = event_get(tx, l->rq->arena, web_municipality(l->rq), l->ids[i], &e);
        if (err == ERR_NOTFOUND)
            continue;
        TRY(err);
        if (!id_eq(e.created_by, web_who(l->rq)->account))
            return ERR_CONFLICT;
        l->found[l->n_found++] = l->ids[i];
        l->received = e.reported_at;
    }
    return ERR_OK;
}

static const char *receipt_href(const struct looking *l)
{
    struct buf b = buf_init(4096);
    char id[ID_TEXT];
    bool one = !str_ends(l->rq->path, "/flera");
    id_text(l->found[0], id);
    if (one)
        buf_printf(&b, "%s/%s", web_address(l->rq, "/rapportera/kvitto"), id);
    else
        buf_puts(&b, web_address(l->rq, "/rapportera/flera/kvitto"));
    for (size_t i = 0; i < l->n_found && !one; i++) {
        id_text(l->found[i], id);
        buf_printf(&b, "%sid=%s", i ? "&" : "?", id);
    }
    const char *href = buf_err(&b) ? NULL : arena_strdup(l->rq->arena, buf_text(&b));
    buf_done(&b);
    return href;
}

/* {"id", "received_at", "events": [...], "href"}; the id is that of the form. */
static enum err answer(const struct looking *l)
{
    struct req *rq = l->rq;
    char id[ID_TEXT], at[TIME_TEXT];
    const char *href = receipt_href(l);
    if (!href)
        return ERR_NOMEM;
    if (!report_as_json(rq))
        return resp_redirect(rq, href);
    struct jsonw j = jsonw_init(&rq->out);
    id_text(req_id(rq, "id"), id);
    time_iso_utc(l->received, at);
    jsonw_object(&j);
    jsonw_key_text(&j, "id", id);
    jsonw_key_text(&j, "received_at", at);
    jsonw_key_text(&j, "href", href);
    jsonw_key_array(&j, "events");
    for (size_t i = 0; i < l->n_found; i++) {
        id_text(l->found[i], id);
        jsonw_text(&j, id);
    }
    jsonw_end(&j);
    jsonw_end(&j);
    resp_type(rq, "application/json");
    return ERR_OK;
}

enum err report_receipt(struct req *rq, const struct id *ids, size_t n, bool *done)
{
    struct looking *l = ARENA_NEW(rq->arena, struct looking);
    if (!l)
        return ERR_NOMEM;
    *l = (struct looking){.rq = rq, .ids = ids, .n = n};
    TRY(web_read(rq, look, l));
    *done = l->n_found > 0;
    return *done ? answer(l) : ERR_OK;
}

/* --- Who sends --- */

/* The token of the session that is open now, and with it whose session it is: a page that has been
 * open since before the log-in, or came from the telephone, has none or an old one. Only a page of
 * our own can read the answer. */
enum err report_outbox_page(struct req *rq)
{
    struct jsonw j = jsonw_init(&rq->out);
    if (!report_possible(rq))
        return ERR_NOTFOUND;
    jsonw_object(&j);
    jsonw_key_text(&j, "csrf", web_who(rq)->csrf);
    jsonw_end(&j);
    resp_type(rq, "application/json");
    return ERR_OK;
}

/* --- Forms for when there is no network --- */

const struct field_spec report_shell_fields[] = {{.name = "sprak", .kind = FIELD_CODE}, {0}};

bool report_shell(const struct req *rq)
{
    return rq->route && (rq->route->flags & ROUTE_PUBLIC_CACHE);
}

/* The telephone asks without cookies, so the language stands in the address. */
static enum err shell(struct req *rq, enum err (*draw)(struct req *rq))
{
    const char *lang = req_field(rq, "sprak");
    if (!geo_municipality_by_code(web_municipality(rq)))
        return ERR_NOTFOUND;
    if (lang)
        (void)lang_from_code(lang, &rq->lang);
    return draw(rq);
}

enum err report_shell_page(struct req *rq)
{
    return shell(rq, report_page);
}

enum err report_shell_calm_page(struct req *rq)
{
    return shell(rq, report_calm_page);
}

enum err report_shell_many_page(struct req *rq)
{
    return shell(rq, report_many_page);
}
