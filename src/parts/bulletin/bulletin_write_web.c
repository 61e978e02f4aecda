/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The words of the group's variant. */
#include "base/mem.h"
#include "base/str.h"
#include "bulletin_html.h"
#include "parts/bulletin/bulletin_web.h"

const struct field_spec bulletin_write_fields[] = {BULLETIN_WORD_FIELDS, {0}};

static const char *const names[BULLETIN_SECTIONS] = {"intro", "changes", "levels", "focus",
                                                     "actions"};
static const enum text_key labels[BULLETIN_SECTIONS] = {
    T_bulletin_words_intro, T_bulletin_words_changes, T_bulletin_words_levels,
    T_bulletin_words_focus, T_bulletin_words_actions};

enum err bulletin_fields(struct req *rq, const char *const *words, bool public,
                         const struct page_field **out)
{
    struct page_field *f = ARENA_ARRAY(rq->arena, BULLETIN_SECTIONS, struct page_field);
    if (!f)
        return ERR_NOMEM;
    for (int i = 0; i < BULLETIN_SECTIONS; i++) {
        enum text_key hint = i        ? TEXT_COUNT
                             : public ? T_bulletin_hint_public
                                      : T_bulletin_hint_group;
        f[i] = web_field(rq, names[i], labels[i], hint, words[i]);
        f[i].rows = i ? 3 : 5;
        f[i].max = BULLETIN_WORDS_MOST;
    }
    *out = f;
    return ERR_OK;
}

void bulletin_read_fields(struct req *rq, const char **words)
{
    for (int i = 0; i < BULLETIN_SECTIONS; i++) {
        words[i] = req_field(rq, names[i]);
        bulletin_guard(rq, names[i]);
        int64_t n = (int64_t)bulletin_lines(words[i]), most = BULLETIN_LINES_MOST;
        if (n > most && !req_problem_of(rq, names[i]))
            req_problem(rq, names[i], TXF(rq, bulletin_many_lines, n, most));
    }
}

enum err bulletin_theirs(struct req *rq, const char *const *words, const struct page_fact **out,
                         size_t *out_n)
{
    struct page_fact *list = ARENA_ARRAY(rq->arena, BULLETIN_SECTIONS, struct page_fact);
    if (!list)
        return ERR_NOMEM;
    for (int i = 0; i < BULLETIN_SECTIONS; i++)
        if (!str_empty(words[i]))
            list[(*out_n)++] =
                (struct page_fact){.label = text_get(rq->lang, labels[i]), .value = words[i]};
    *out = list;
    return ERR_OK;
}

struct doing {
    struct bulletin_page *p;
    struct bulletin_words mine;
    const char *json;
    int64_t seen;
    bool out; /* hand it out too */
};

static enum err draw(struct doing *w, bool conflict)
{
    struct req *rq = w->p->rq;
    struct bulletin_write_view v = {0};
    TRY(bulletin_fields(rq, w->mine.group, false, &v.fields));
    v.n_fields = BULLETIN_SECTIONS;
    v.version =
        arena_printf(rq->arena, "%lld", (long long)(conflict ? w->p->row.version : w->seen));
    v.action = bulletin_at(rq, w->p->period, "/skriv");
    v.cancel_href = bulletin_at(rq, w->p->period, "");
    if (conflict) {
        v.conflict = TX(rq, bulletin_conflict);
        TRY(bulletin_theirs(rq, w->p->group.words.group, &v.theirs, &v.n_theirs));
    }
    v.page.part = TX(rq, picture_title);
    v.page.lead = TX(rq, bulletin_write_lead);
    TRY(bulletin_crumbs(rq, &v.page, w->p->period));
    TRY(web_page(rq, &v.page, T_bulletin_write));
    struct tmpl t = web_tmpl(rq);
    bulletin_write_html(&t, &v);
    return v.version ? ERR_OK : ERR_NOMEM;
}

enum err bulletin_write_page(struct req *rq)
{
    struct doing w = {0};
    TRY(bulletin_load_made(rq, &w.p));
    w.mine = w.p->group.words;
    w.seen = w.p->row.version;
    return draw(&w, false);
}

static enum err save(struct tx *tx, void *arg)
{
    struct doing *w = arg;
    struct req *rq = w->p->rq;
    int64_t n = 0;
    struct q_bulletin_save_in in = {web_municipality(rq), w->p->period,        w->seen, w->json,
                                    time_now(),           web_who(rq)->account};
    TRY(q_bulletin_save_run(tx, &in, &n));
    if (!n)
        return ERR_CONFLICT;
    TRY(web_audit(rq, tx, "bulletin.save", "period", w->p->period, NULL));
    if (!w->out)
        return ERR_OK;
    struct q_bulletin_hand_out_in out = {in.municipality, w->p->period, in.at};
    TRY(q_bulletin_hand_out_run(tx, &out, NULL));
    return web_audit(rq, tx, "bulletin.handout", "period", w->p->period, NULL);
}

enum err bulletin_write_post(struct req *rq)
{
    struct doing w = {0};
    TRY(bulletin_load_made(rq, &w.p));
    w.mine = w.p->group.words;
    w.seen = req_int(rq, "version", 0);
    w.out = str_eq(req_field(rq, "do"), "out") && w.p->group.draft;
    bulletin_read_fields(rq, w.mine.group);
    if (rq->problems) {
        web_invalid(rq);
        return draw(&w, false);
    }
    TRY(bulletin_words_write(rq->arena, &w.mine, &w.json));
    enum err e = web_write(rq, save, &w);
    if (e == ERR_CONFLICT) {
        TRY(bulletin_load_made(rq, &w.p));
        req_problem(rq, "intro", TX(rq, bulletin_conflict_problem));
        web_invalid(rq);
        return draw(&w, true);
    }
    TRY(e);
    return web_done(rq, bulletin_at(rq, w.p->period, ""),
                    w.out ? T_done_bulletin_out : T_done_bulletin_saved);
}
