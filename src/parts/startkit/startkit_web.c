/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Kom igång: the list of steps. */
#include "base/mem.h"
#include "base/str.h"
#include "geo/geo_data.h"
#include "parts/startkit/startkit_inner.h"
#include "startkit_html.h"
#include "startkit_sql.h"

const struct field_spec startkit_list_fields[] = {
    {.name = "steg", .kind = FIELD_CODE, .required = true},
    {.name = "gor", .kind = FIELD_CODE, .required = true},
    {0},
};

enum err startkit_crumbs(struct req *rq, struct page *p, bool below)
{
    struct page_link *list = ARENA_ARRAY(rq->arena, 2, struct page_link);
    if (!list)
        return ERR_NOMEM;
    list[p->n_crumbs++] =
        (struct page_link){TX(rq, settings_title), web_address(rq, "/installningar"), false};
    if (below)
        list[p->n_crumbs++] =
            (struct page_link){TX(rq, startkit_title), startkit_address(rq), false};
    p->crumbs = list;
    p->part = TX(rq, settings_title);
    return ERR_OK;
}

struct loading {
    struct req *rq;
    struct startkit_step steps[STARTKIT_STEPS];
};

static enum err load(struct tx *tx, void *arg)
{
    struct loading *l = arg;
    return startkit_steps(tx, l->rq, l->steps);
}

enum err startkit_list_page(struct req *rq)
{
    TRY(startkit_in_town(rq));
    struct loading l = {.rq = rq};
    TRY(web_read(rq, load, &l));
    struct startkit_list_view v = {
        .steps = l.steps, .n_steps = STARTKIT_STEPS, .action = startkit_address(rq)};
    int64_t done = 0;
    for (int i = 0; i < STARTKIT_STEPS; i++) {
        done += l.steps[i].done;
        if (!l.steps[i].done && !v.next.href) {
            l.steps[i].next = true;
            v.next = l.steps[i];
        }
    }
    v.drill_href = web_address(rq, "/installningar/ovning");
    v.progress = TXF(rq, startkit_progress, done, (int64_t)STARTKIT_STEPS);
    (void)web_address_notice(rq, &v.notice);
    v.page.lead = TX(rq, startkit_lead);
    TRY(startkit_crumbs(rq, &v.page, false));
    TRY(web_page(rq, &v.page, T_startkit_title));
    struct tmpl t = web_tmpl(rq);
    startkit_list_html(&t, &v);
    return ERR_OK;
}

struct left {
    struct req *rq;
    struct startkit_progress p;
};

static enum err count_left(struct tx *tx, void *arg)
{
    struct left *l = arg;
    return startkit_progress(tx, l->rq, &l->p);
}

enum err startkit_line(struct req *rq, struct page_link *out)
{
    struct left l = {.rq = rq};
    if (!web_may(rq, PERM_SETTINGS) || startkit_in_town(rq) != ERR_OK ||
        geo_is_exercise(web_municipality(rq)))
        return ERR_OK;
    TRY(web_read(rq, count_left, &l));
    if (l.p.done == l.p.all)
        return ERR_OK;
    out->label = TXF(rq, startkit_told, (int64_t)(l.p.all - l.p.done));
    out->href = startkit_address(rq);
    return out->label && out->href ? ERR_OK : ERR_NOMEM;
}

struct saying {
    struct req *rq;
    const char *key;
    bool done;
};

static enum err say(struct tx *tx, void *arg)
{
    struct saying *s = arg;
    const char *here = web_municipality(s->rq);
    const char *key = arena_printf(s->rq->arena, "startkit.%s", s->key);
    const char *detail = arena_printf(s->rq->arena, "{\"step\":\"%s\"}", s->key);
    if (!key || !detail)
        return ERR_NOMEM;
    if (s->done)
        TRY(setting_put(tx, here, key, "1"));
    else
        TRY(q_startkit_said_remove_run(tx, &(struct q_startkit_said_remove_in){here, key}, NULL));
    return web_audit(s->rq, tx, s->done ? "startkit.done" : "startkit.undone", "startkit",
                     (struct id){{0}}, detail);
}

enum err startkit_list_post(struct req *rq)
{
    static const char *const keys[] = {"types", "areas", "posters"};
    struct saying s = {.rq = rq, .done = str_eq(req_field(rq, "gor"), "klart")};
    TRY(startkit_in_town(rq));
    for (size_t i = 0; i < ARRAY_LEN(keys); i++)
        if (str_eq(req_field(rq, "steg"), keys[i]))
            s.key = keys[i];
    if (rq->problems || !s.key || (!s.done && !str_eq(req_field(rq, "gor"), "kvar")))
        return ERR_INVALID;
    TRY(web_write(rq, say, &s));
    return web_done(rq, startkit_address(rq),
                    s.done ? T_done_startkit_said : T_done_startkit_unsaid);
}
