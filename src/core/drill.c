/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "core/drill.h"

#include "base/clock.h"
#include "base/id.h"
#include "base/mem.h"
#include "base/str.h"
#include "core/web.h"
#include "core/web_inner.h"
#include "core_sql.h"
#include "geo/geo_data.h"

bool drill_lacks(const struct req *rq, enum perm p)
{
    return (p == PERM_EVENT_IMPORT || p == PERM_ACCOUNTS) && geo_is_exercise(web_municipality(rq));
}

/* --- Before a handler --- */

enum err drill_refuse(struct req *rq, enum text_key what)
{
    if (web_asks_json(rq)) {
        req_problem(rq, NULL, text_get(rq->lang, what));
        return ERR_CONFLICT;
    }
    return web_refused_page(rq, err_http(ERR_CONFLICT), what);
}

enum err drill_gate(struct req *rq)
{
    enum perm p = (enum perm)rq->route->permission;
    if (p == PERM_ANYONE || !geo_is_exercise(req_param(rq, "municipality")))
        return ERR_OK;
    if (!web_who(rq)->here)
        return ERR_GONE;
    if (p == PERM_EVENT_IMPORT && role_may(web_who(rq)->here->role, p))
        return drill_refuse(rq, T_drill_no_import);
    if (p == PERM_ACCOUNTS && role_may(web_who(rq)->here->role, p))
        return drill_refuse(rq, T_drill_no_accounts);
    if (p == PERM_PICTURE_PUBLISH && rq->method != HTTP_GET && web_may(rq, p))
        return drill_refuse(rq, T_drill_no_publishing);
    return ERR_OK;
}

enum err drill_hold(struct tx *tx, const char *municipality)
{
    if (!geo_is_exercise(municipality))
        return ERR_OK;
    struct q_drill_hold_in in = {municipality};
    AUTO(arena_freep) struct arena *a = arena_new(4096);
    struct q_drill_hold_row row;
    if (!a)
        return ERR_NOMEM;
    enum err e = q_drill_hold_one(tx, a, &in, &row);
    return e == ERR_NOTFOUND ? ERR_GONE : e;
}

enum err drill_goes_on(struct tx *tx, const char *municipality)
{
    struct q_drill_goes_on_in in = {municipality};
    AUTO(arena_freep) struct arena *a = arena_new(4096);
    struct q_drill_goes_on_row row;
    if (!geo_is_exercise(municipality))
        return ERR_OK;
    enum err e = a ? q_drill_goes_on_one(tx, a, &in, &row) : ERR_NOMEM;
    return e == ERR_NOTFOUND ? ERR_GONE : e;
}

static enum err look(struct tx *tx, void *arg)
{
    return drill_goes_on(tx, arg);
}

enum err drill_open(struct req *rq)
{
    char code[8];
    if (!geo_is_exercise(req_param(rq, "municipality")))
        return ERR_OK;
    str_copy(code, sizeof code, req_param(rq, "municipality"));
    return db_read(web_app(rq)->db, code, look, code);
}

enum err drill_letter(struct tx *tx, const char *to, const char *subject, const char *body,
                      bool *out)
{
    const char *town = tx_municipality(tx);
    *out = geo_is_exercise(town);
    if (!*out)
        return ERR_OK;
    struct q_drill_letter_put_in in = {town, id_new(), to, subject, body, time_now()};
    return q_drill_letter_put_run(tx, &in, NULL);
}

/* --- The line at the top --- */

static enum err inside(struct req *rq, struct page_drill *d)
{
    const struct geo_municipality *real = geo_real_of(web_municipality(rq));
    bool reports = web_may(rq, PERM_EVENT_ADD) || !web_who(rq)->here;
    d->inside = true;
    d->text = TX(rq, drill_inside);
    d->label = reports ? TXF(rq, drill_real_report, real->name) : TXF(rq, drill_real, real->name);
    d->href = arena_printf(rq->arena, "/%s%s", real->code, reports ? "/rapportera" : "/");
    if (web_may(rq, PERM_SETTINGS)) {
        d->end_label = TX(rq, drill_end);
        d->end_href = web_address(rq, "/installningar/ovning/avsluta");
    } else {
        d->who_ends = TX(rq, drill_who_ends);
    }
    return d->label && d->href ? ERR_OK : ERR_NOMEM;
}

enum err drill_banner(struct req *rq, struct page *p)
{
    const char *here = web_municipality(rq);
    const struct geo_municipality *twin = geo_exercise_of(here);
    const struct who *w = web_who(rq);
    if (p->drill || (!twin && !geo_is_exercise(here)))
        return ERR_OK;
    struct page_drill *d = ARENA_NEW(rq->arena, struct page_drill);
    if (!d)
        return ERR_NOMEM;
    if (!twin) {
        TRY(inside(rq, d));
        p->drill = d;
        return ERR_OK;
    }
    for (size_t i = 0; p->kind == PAGE_STAFF && i < w->n_memberships; i++) {
        if (!str_eq(w->memberships[i].municipality, twin->code))
            continue;
        d->text = TX(rq, drill_beside);
        d->label = TX(rq, drill_go);
        d->href = arena_printf(rq->arena, "/%s/", twin->code);
        p->drill = d;
        return d->href ? ERR_OK : ERR_NOMEM;
    }
    return ERR_OK;
}
