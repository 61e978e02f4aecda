/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The doors: "/" and "/1493/". */
#include <stdlib.h>

#include "account_html.h"
#include "base/mem.h"
#include "base/str.h"
#include "core_sql.h"
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

/* Where the person worked last, if that is still theirs; else their first place. */
static const struct membership *usual(const struct who *w)
{
    for (size_t i = 0; i < w->n_memberships; i++)
        if (str_eq(w->memberships[i].municipality, w->last_municipality))
            return &w->memberships[i];
    return w->n_memberships ? &w->memberships[0] : NULL;
}

enum err account_start_page(struct req *rq)
{
    const struct who *w = web_who(rq);
    if (id_is_none(w->account))
        return draw_start(rq);
    const struct membership *m = usual(w);
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
