/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The doors: "/" and "/1493/". */
#include <stdlib.h>

#include "account_html.h"
#include "base/mem.h"
#include "base/str.h"
#include "core_sql.h"
#include "geo/geo_data.h"
#include "parts/account/account_view.h"
#include "parts/account/account_web.h"

struct active {
    struct arena *a;
    struct q_municipality_active_row *rows;
    size_t n;
};

static enum err read_active(struct tx *tx, void *arg)
{
    struct active *l = arg;
    return q_municipality_active_all(tx, l->a, &l->rows, &l->n);
}

static int by_name(const void *a, const void *b)
{
    const struct q_municipality_active_row *x = a, *y = b;
    return str_compare_sv(x->name, y->name);
}

static enum err draw_start(struct req *rq)
{
    struct active l = {.a = rq->arena};
    TRY(db_read(web_app(rq)->db, DB_NATIONAL, read_active, &l));
    if (l.n)
        qsort(l.rows, l.n, sizeof *l.rows, by_name);
    struct start_row *rows = ARENA_ARRAY(rq->arena, l.n + 1, struct start_row);
    if (!rows)
        return ERR_NOMEM;
    for (size_t i = 0; i < l.n; i++)
        rows[i] =
            (struct start_row){l.rows[i].name, arena_printf(rq->arena, "/%s/", l.rows[i].slug)};
    struct start_view v = {
        .page = {.kind = PAGE_PUBLIC, .lead = TX(rq, start_lead)}, .rows = rows, .n_rows = l.n};
    TRY(web_page(rq, &v.page, T_start_title));
    struct tmpl t = web_tmpl(rq);
    account_start_html(&t, &v);
    return ERR_OK;
}

static const struct membership *member_of(const struct who *w, const char *municipality)
{
    for (size_t i = 0; municipality && i < w->n_memberships; i++)
        if (str_eq(w->memberships[i].municipality, municipality))
            return &w->memberships[i];
    return NULL;
}

static bool coordinates_several(const struct who *w)
{
    size_t n = 0;
    for (size_t i = 0; i < w->n_memberships; i++)
        n += w->memberships[i].role == ROLE_COORDINATOR &&
             !geo_is_exercise(w->memberships[i].municipality) &&
             geo_municipality_by_code(w->memberships[i].municipality) != NULL;
    return n > 1;
}

/* Within a session: where the person worked last. After log-in: who coordinates several first sees
 * in which of them something has changed; others where they worked last on this device. */
enum err account_start_page(struct req *rq)
{
    const struct who *w = web_who(rq);
    if (id_is_none(w->account))
        return draw_start(rq);
    const struct membership *m = member_of(w, w->last_municipality);
    if (!m && coordinates_several(w))
        return resp_redirect(rq, "/mina-kommuner");
    if (!m)
        m = member_of(w, req_cookie(rq, PLACE_COOKIE));
    if (!m && w->n_memberships)
        m = &w->memberships[0];
    const char *to = m ? arena_printf(rq->arena, "/%s/", m->municipality) : "/konto";
    return to ? resp_redirect(rq, to) : ERR_NOMEM;
}

enum err account_home_page(struct req *rq)
{
    const struct app *app = web_app(rq);
    if (!web_who(rq)->here)
        return ERR_FORBIDDEN;
    for (size_t i = 0; app->parts && app->parts[i]; i++)
        if (app->parts[i]->nav_path && web_may(rq, app->parts[i]->nav_perm))
            return resp_redirect(rq, web_address(rq, app->parts[i]->nav_path));
    return resp_redirect(rq, "/konto");
}
