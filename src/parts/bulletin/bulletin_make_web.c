/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* One press: the bulletin of an adopted period, or the same anew of what stands now. */
#include "base/mem.h"
#include "parts/action/action.h"
#include "parts/bulletin/bulletin_make.h"
#include "parts/bulletin/bulletin_web.h"
#include "parts/event/event.h"

/* again: there is one, and it is made anew; without it the one there is shown. */
const struct field_spec bulletin_make_fields[] = {{.name = "again", .kind = FIELD_BOOL}, {0}};

struct doing {
    struct bulletin_page *p;
    struct bulletin_making making;
    struct adopted_head head; /* of the picture that it is made of */
    struct action *actions;
    size_t n_actions;
    const char *content, *words;
};

static enum err read_rest(struct tx *tx, void *arg)
{
    struct doing *w = arg;
    struct bulletin_making *m = &w->making;
    const char *content;
    w->head = (struct adopted_head){.period = w->p->period};
    TRY(adopted_get(tx, m->a, m->municipality, &w->head, &content));
    TRY(adopted_read(content, m->a, &m->adopted));
    m->shapes = ARENA_ARRAY(m->a, m->adopted.n_areas + 1, struct geo_shape *);
    if (!m->shapes)
        return ERR_NOMEM;
    for (size_t i = 0; i < m->adopted.n_areas; i++) {
        enum err e =
            event_area_shape(tx, m->a, m->municipality, m->adopted.areas[i].area, &m->shapes[i]);
        if (e && e != ERR_NOTFOUND)
            return e;
    }
    return action_list(tx, m->a, m->municipality, &w->actions, &w->n_actions);
}

static enum err write_down(struct tx *tx, void *arg)
{
    struct doing *w = arg;
    struct req *rq = w->p->rq;
    const char *m = web_municipality(rq), *origin = w->making.frozen.exercise ? "exempel" : NULL;
    int64_t n = 0;
    struct q_bulletin_add_in add = {m,        w->p->period,  w->head.version,      w->content,
                                    w->words, w->making.now, web_who(rq)->account, origin};
    struct q_bulletin_remake_in again = {
        m,        w->p->period,  w->p->row.version,    w->head.version, w->content,
        w->words, w->making.now, web_who(rq)->account, origin};
    if (w->p->has)
        TRY(q_bulletin_remake_run(tx, &again, &n));
    else
        TRY(q_bulletin_add_run(tx, &add, &n));
    if (!n)
        return ERR_OK; /* somebody pressed at the same moment: it is made */
    const char *detail = arena_printf(rq->arena, "{\"adopted\":%lld}", (long long)w->head.version);
    return web_audit(rq, tx, "bulletin.make", "period", w->p->period, detail);
}

/* What was chosen for everybody is chosen again: numbers may mean something else now. Words stay.
 */
static enum err words_of(struct doing *w)
{
    struct bulletin_words words = w->p->group.words;
    words.n_levels = words.n_focus = words.n_actions = 0;
    return bulletin_words_write(w->making.a, &words, &w->words);
}

enum err bulletin_make_post(struct req *rq)
{
    struct doing *w = ARENA_NEW(rq->arena, struct doing);
    struct picture_told *told = ARENA_NEW(rq->arena, struct picture_told);
    if (!w || !told)
        return ERR_NOMEM;
    TRY(bulletin_load(rq, &w->p));
    if (w->p->has && !w->p->unfit && !req_has(rq, "again"))
        return resp_redirect(rq, bulletin_at(rq, w->p->period, ""));
    w->making = (struct bulletin_making){.a = rq->arena,
                                         .municipality = web_municipality(rq),
                                         .municipality_name = web_municipality_name(rq),
                                         .now = time_now()};
    TRY(web_read(rq, read_rest, w));
    struct picture_query q = {.municipality = w->making.municipality,
                              .from = w->making.adopted.from,
                              .to = w->making.adopted.to};
    TRY(picture_tell(rq, &q, false, told));
    w->making.picture = told->picture;
    w->making.names = told->names;
    TRY(bulletin_make(&w->making, w->actions, w->n_actions, &w->content));
    TRY(words_of(w));
    TRY(web_write(rq, write_down, w));
    return web_done(rq, bulletin_at(rq, w->p->period, ""), T_done_bulletin_made);
}
