/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The page of answers: what it reads, and how it is drawn. */
#include "base/mem.h"
#include "base/str.h"
#include "feedback_html.h"
#include "parts/feedback/feedback_web.h"
#include "parts/review/review.h"
#include "tmpl/format.h"

#define WAITS_LONGEST (183 * MSEC_DAY) /* nobody awaits an answer after half a year */
#define ACTION_LATELY (183 * MSEC_DAY)
#define PERIOD_ELSE (28 * MSEC_DAY)
#define COUNT_MOST 1000 /* more than so many are only "more" */

/* --- Reading --- */

/* Those that were chosen, whether they still stand on the page or not. */
static enum err read_chosen(struct tx *tx, struct feedback_desk *d, struct feedback_reports *out)
{
    struct id *ids = ARENA_ARRAY(d->rq->arena, FEEDBACK_ONCE, struct id);
    size_t n = 0;
    if (!ids)
        return ERR_NOMEM;
    for (size_t i = 0; n < FEEDBACK_ONCE && req_nth(d->rq, "rapport", i); i++)
        n += id_parse(req_nth(d->rq, "rapport", i), &ids[n]) == ERR_OK;
    return feedback_of_ids(tx, d->rq->arena, web_municipality(d->rq), ids, n, out);
}

static bool among(const struct feedback_reports *list, struct id id)
{
    for (size_t i = 0; i < list->n; i++)
        if (id_eq(list->list[i].id, id))
            return true;
    return false;
}

/* A page of the long list; before it what was chosen and no longer stands on that page. */
static enum err read_open(struct tx *tx, struct feedback_desk *d)
{
    struct arena *a = d->rq->arena;
    const char *code = web_municipality(d->rq);
    msec from = time_now() - WAITS_LONGEST;
    struct q_feedback_open_in in = {code, from, FEEDBACK_PAGE, (d->number - 1) * FEEDBACK_PAGE};
    struct q_feedback_open_count_in count_in = {code, from, COUNT_MOST + 1};
    struct q_feedback_open_count_row count;
    struct q_feedback_open_row *rows;
    struct feedback_reports chosen = {0}, page = {0};
    size_t n;
    TRY(q_feedback_open_all(tx, a, &in, &rows, &n));
    TRY(q_feedback_open_count_one(tx, a, &count_in, &count));
    d->beyond = count.n > COUNT_MOST;
    d->count = d->beyond ? COUNT_MOST : count.n;
    struct id *ids = ARENA_ARRAY(a, n + 1, struct id);
    if (!ids)
        return ERR_NOMEM;
    for (size_t i = 0; i < n; i++)
        ids[i] = rows[i].id;
    TRY(feedback_of_ids(tx, a, code, ids, n, &page));
    if (d->rq->method == HTTP_POST)
        TRY(read_chosen(tx, d, &chosen));
    d->events = ARENA_ARRAY(a, page.n + chosen.n + 1, struct event);
    if (!d->events)
        return ERR_NOMEM;
    for (size_t i = 0; i < chosen.n; i++)
        if (!among(&page, chosen.list[i].id))
            d->events[d->n_events++] = chosen.list[i];
    for (size_t i = 0; i < page.n; i++)
        d->events[d->n_events++] = page.list[i];
    d->n_listed = page.n;
    return ERR_OK;
}

static enum err read_events(struct tx *tx, struct feedback_desk *d)
{
    struct arena *a = d->rq->arena;
    const char *code = web_municipality(d->rq);
    struct feedback_reports found = {0};
    d->n_events = 0;
    if (!id_is_none(d->about)) {
        TRY(feedback_of_group(tx, a, code, d->about, &found));
    } else if (!id_is_none(d->from)) {
        TRY(action_get(tx, a, code, d->from, &d->action));
        TRY(feedback_of_action(tx, a, code, &d->action, &found));
    } else {
        TRY(read_open(tx, d));
    }
    if (found.list) {
        d->events = found.list;
        d->n_events = found.n;
        d->n_tied = found.n_tied;
    }
    d->fates = ARENA_ARRAY(a, d->n_events + 1, struct feedback_fate);
    if (!d->fates)
        return ERR_NOMEM;
    for (size_t i = 0; i < d->n_events; i++)
        TRY(feedback_fate(tx, a, &d->events[i], &d->fates[i]));
    return ERR_OK;
}

/* Those that go on, and those that ended lately. */
static enum err read_actions(struct tx *tx, struct feedback_desk *d)
{
    struct action *all;
    size_t n;
    TRY(action_list(tx, d->rq->arena, web_municipality(d->rq), &all, &n));
    d->n_actions = 0;
    for (size_t i = 0; i < n; i++)
        if (action_open(all[i].state) || id_eq(all[i].id, d->from) ||
            all[i].state_at > time_now() - ACTION_LATELY)
            all[d->n_actions++] = all[i];
    d->actions = all;
    return ERR_OK;
}

static enum err read_shares(struct tx *tx, struct feedback_desk *d)
{
    struct arena *a = d->rq->arena;
    const char *code = web_municipality(d->rq);
    msec now = time_now();
    struct q_feedback_period_in in = {code, now};
    enum err e = q_feedback_period_one(tx, a, &in, &d->when);
    if (e && e != ERR_NOTFOUND)
        return e;
    d->has_period = e == ERR_OK;
    if (!d->has_period)
        d->when =
            (struct q_feedback_period_row){.starts_at = now - PERIOD_ELSE, .ends_at = now + 1};
    TRY(feedback_shares(tx, a, code, d->when.starts_at, d->when.ends_at, &d->period));
    return feedback_shares(tx, a, code, now - WAITS_LONGEST, now + MSEC_DAY, &d->all);
}

static enum err load(struct tx *tx, void *arg)
{
    struct feedback_desk *d = arg;
    struct arena *a = d->rq->arena;
    const char *code = web_municipality(d->rq);
    struct q_feedback_done_in done = {code};
    TRY(read_events(tx, d));
    TRY(read_actions(tx, d));
    TRY(feedback_templates(tx, a, code, d->rq->lang, &d->templates, &d->n_templates));
    if (!id_is_none(d->about) || !id_is_none(d->from))
        return ERR_OK;
    TRY(q_feedback_done_all(tx, a, &done, &d->done, &d->n_done));
    return read_shares(tx, d);
}

/* --- What waits --- */

struct owed {
    struct req *rq;
    int64_t n;
};

static enum err count_owed(struct tx *tx, void *arg)
{
    struct owed *o = arg;
    struct q_feedback_open_count_in in = {web_municipality(o->rq), time_now() - WAITS_LONGEST,
                                          COUNT_MOST + 1};
    struct q_feedback_open_count_row row;
    TRY(q_feedback_open_count_one(tx, o->rq->arena, &in, &row));
    o->n = row.n;
    return ERR_OK;
}

enum err feedback_desk_told(struct req *rq, struct page_link *out)
{
    struct owed o = {.rq = rq};
    if (feedback_in_town(rq))
        return ERR_OK;
    TRY(web_read(rq, count_owed, &o));
    if (o.n)
        *out = (struct page_link){o.n > COUNT_MOST ? TXF(rq, feedback_told_beyond, COUNT_MOST)
                                                   : TXF(rq, feedback_told, o.n),
                                  web_address(rq, "/svar"), false};
    return ERR_OK;
}

enum err feedback_desk_read(struct feedback_desk *d)
{
    TRY(web_read(d->rq, load, d));
    return event_names_load(web_app(d->rq), d->rq->arena, d->rq->lang, web_municipality(d->rq),
                            &d->names);
}

/* --- What is chosen, and what it would say --- */

const struct action *feedback_desk_action(const struct feedback_desk *d)
{
    for (size_t i = 0; !id_is_none(d->tied) && i < d->n_actions; i++)
        if (id_eq(d->actions[i].id, d->tied))
            return &d->actions[i];
    return NULL;
}

const char *feedback_desk_text(const struct feedback_desk *d, const struct event *e,
                               const char *text, bool *missing)
{
    char day[FORMAT_TEXT];
    const struct action *action = feedback_desk_action(d);
    bool named = !str_empty(e->place_name) && !review_points(e->place_name);
    struct feedback_places p = {
        .place = named ? e->place_name : TX(d->rq, feedback_the_place),
        .date = format_date(day, d->rq->lang, date_of_msec(e->occurred_from)),
        .type = event_names_type(&d->names, e->type_code),
        .action = action ? action->title : NULL,
    };
    return feedback_fill(d->rq->arena, text, &p, missing);
}

static bool told_of(const struct feedback_fate *f, const struct action *x)
{
    for (size_t i = 0; i < f->n_answers; i++)
        if (id_eq(f->answers[i].action_id, x->id) && f->answers[i].at >= x->state_at)
            return true;
    return false;
}

/* At first: the report itself and those of its group without an answer, or those who have not been
 * told of the action as it stands; in the long list nobody. */
static bool chosen_at_first(const struct feedback_desk *d, size_t i)
{
    if (!id_is_none(d->about))
        return i == 0 || !d->fates[i].n_answers;
    if (!id_is_none(d->from))
        return (i < d->n_tied || d->everything) && !told_of(&d->fates[i], &d->action);
    return d->everything;
}

bool feedback_desk_chosen(const struct feedback_desk *d, const struct event *e)
{
    if (d->rq->method == HTTP_GET)
        return chosen_at_first(d, (size_t)(e - d->events));
    for (size_t i = 0; req_nth(d->rq, "rapport", i); i++) {
        struct id id;
        if (id_parse(req_nth(d->rq, "rapport", i), &id) == ERR_OK && id_eq(id, e->id))
            return true;
    }
    return false;
}

/* --- Drawing --- */

static enum err fill_answers(const struct feedback_desk *d, size_t i, struct feedback_pick *p)
{
    struct req *rq = d->rq;
    const struct feedback_fate *f = &d->fates[i];
    struct feedback_said *list = ARENA_ARRAY(rq->arena, f->n_answers + 1, struct feedback_said);
    if (!list)
        return ERR_NOMEM;
    for (size_t k = 0; k < f->n_answers; k++) {
        const struct q_feedback_answer_of_row *x = &f->answers[k];
        list[k] = (struct feedback_said){
            .text = x->text ? x->text : TX(rq, review_words_gone),
            .head = TXF(rq, feedback_answer_by, feedback_when(rq, x->at), x->name ? x->name : "–"),
        };
        if (!id_is_none(d->about))
            list[k].take_back = web_address(
                rq, arena_printf(rq->arena, "/svar/%s/ta-tillbaka", feedback_id(rq, x->id)));
    }
    p->answers = list;
    p->n_answers = f->n_answers;
    if (f->n_answers)
        p->answered = list[0].head;
    return ERR_OK;
}

static enum err fill_picks(const struct feedback_desk *d, struct feedback_answer_view *v)
{
    struct req *rq = d->rq;
    struct feedback_pick *list = ARENA_ARRAY(rq->arena, d->n_events + 1, struct feedback_pick);
    if (!list)
        return ERR_NOMEM;
    for (size_t i = 0; i < d->n_events; i++) {
        const struct event *e = &d->events[i];
        list[i] = (struct feedback_pick){
            .id = feedback_id(rq, e->id),
            .label = feedback_line(rq, &d->names, e),
            .href = web_address(rq, arena_printf(rq->arena, "/granska/%s", feedback_id(rq, e->id))),
            .text = e->description,
            .state = feedback_state(rq, e, &d->fates[i]),
            .chosen = feedback_desk_chosen(d, e),
            .tied = i < d->n_tied,
            .preview = d->previews ? d->previews[i] : NULL,
        };
        TRY(fill_answers(d, i, &list[i]));
        v->has_preview = v->has_preview || list[i].preview;
    }
    v->picks = list;
    v->n_picks = d->n_events;
    return ERR_OK;
}

static enum err fill_fields(const struct feedback_desk *d, struct feedback_answer_view *v)
{
    struct req *rq = d->rq;
    struct page_choice *t = ARENA_ARRAY(rq->arena, d->n_templates + 1, struct page_choice);
    struct page_choice *x = ARENA_ARRAY(rq->arena, d->n_actions + 1, struct page_choice);
    const char *key = req_field(rq, "mall");
    if (!t || !x)
        return ERR_NOMEM;
    t[0] = (struct page_choice){.value = "", .label = TX(rq, feedback_template_none)};
    for (size_t i = 0; i < d->n_templates; i++)
        t[i + 1] = (struct page_choice){.value = d->templates[i].key,
                                        .label = d->templates[i].name,
                                        .chosen = key && str_eq(key, d->templates[i].key)};
    x[0] = (struct page_choice){.value = "", .label = TX(rq, feedback_action_none)};
    for (size_t i = 0; i < d->n_actions; i++)
        x[i + 1] = (struct page_choice){
            .value = feedback_id(rq, d->actions[i].id),
            .label = arena_printf(rq->arena, "%s (%s)", d->actions[i].title,
                                  action_state_text(rq->lang, d->actions[i].state)),
            .chosen = id_eq(d->actions[i].id, d->tied)};
    v->template = web_field(rq, "mall", T_feedback_field_template, TEXT_COUNT, NULL);
    v->template.choices = t;
    v->template.n_choices = d->n_templates + 1;
    v->tied = web_field(rq, "atgard", T_feedback_field_action, T_feedback_field_action_hint, NULL);
    v->tied.choices = x;
    v->tied.n_choices = d->n_actions + 1;
    v->text = web_field(rq, "text", T_feedback_field_text, T_feedback_field_text_hint, NULL);
    v->text.required = true;
    v->text.rows = 5;
    v->text.max = FEEDBACK_TEXT_MOST;
    if (d->text)
        v->text.value = d->text;
    return ERR_OK;
}

static enum err fill_done(const struct feedback_desk *d, struct feedback_answer_view *v)
{
    struct req *rq = d->rq;
    struct page_link *list = ARENA_ARRAY(rq->arena, d->n_done + 1, struct page_link);
    if (!list)
        return ERR_NOMEM;
    for (size_t i = 0; i < d->n_done; i++)
        list[i] = (struct page_link){
            .label = TXF(rq, feedback_done_link, d->done[i].n, d->done[i].title),
            .href = web_address(rq, arena_printf(rq->arena, "/svar?fran=%s",
                                                 feedback_id(rq, d->done[i].action_id)))};
    v->done = list;
    v->n_done = d->n_done;
    return ERR_OK;
}

/* The newest answer that the page shows: any later one has not been seen. */
static msec latest(const struct feedback_desk *d)
{
    msec at = 0;
    for (size_t i = 0; i < d->n_events; i++)
        for (size_t k = 0; k < d->fates[i].n_answers; k++)
            at = d->fates[i].answers[k].at > at ? d->fates[i].answers[k].at : at;
    return at;
}

static void fill_rest(const struct feedback_desk *d, struct feedback_answer_view *v)
{
    struct req *rq = d->rq;
    bool alone = !id_is_none(d->about), action = !id_is_none(d->from);
    struct id batch = id_is_none(d->batch) ? id_new() : d->batch;
    v->action = web_address(rq, "/svar");
    v->batch = feedback_id(rq, batch);
    v->seen = arena_printf(rq->arena, "%lld", (long long)latest(d));
    v->about = alone ? feedback_id(rq, d->about) : NULL;
    v->from = action ? feedback_id(rq, d->from) : NULL;
    v->number = arena_printf(rq->arena, "%lld", (long long)d->number);
    if (web_may(rq, PERM_SETTINGS))
        v->templates_href = web_address(rq, "/installningar/svarsmallar");
    v->all_href =
        d->n_events < 2 || alone || d->everything
            ? NULL
            : web_address(rq, arena_printf(rq->arena, "/svar?alla=1&sida=%s%s%s", v->number,
                                           action ? "&fran=" : "", action ? v->from : ""));
    v->said = alone || !d->n_events ? NULL
              : action    ? TXF(rq, feedback_said_action, (int64_t)d->n_events, d->action.title)
              : d->beyond ? TXF(rq, feedback_said_beyond, d->count)
                          : TXF(rq, feedback_said, d->count);
    v->has_pager = !alone && !action && d->count > FEEDBACK_PAGE;
    feedback_pager(rq, d->number, (int64_t)d->n_listed, d->count, &v->pager);
    if (d->beyond)
        v->pager.sentence = TXF(rq, feedback_pager_beyond, (d->number - 1) * FEEDBACK_PAGE + 1,
                                (d->number - 1) * FEEDBACK_PAGE + (int64_t)d->n_listed, d->count);
    v->empty = (struct page_empty){
        .title = alone    ? TX(rq, feedback_nobody)
                 : action ? TX(rq, feedback_nobody_action)
                          : TX(rq, feedback_nothing),
        .text = alone ? TX(rq, feedback_nobody_more) : NULL,
        .href = alone || action ? web_address(rq, "/svar") : web_address(rq, "/granska"),
        .label = alone || action ? TX(rq, feedback_to_all) : TX(rq, review_title),
    };
}

enum err feedback_desk_draw(struct feedback_desk *d)
{
    struct req *rq = d->rq;
    struct feedback_answer_view *v = ARENA_NEW(rq->arena, struct feedback_answer_view);
    struct page_link *crumbs = ARENA_ARRAY(rq->arena, 2, struct page_link);
    bool whole = id_is_none(d->about) && id_is_none(d->from);
    if (!v || !crumbs)
        return ERR_NOMEM;
    TRY(fill_picks(d, v));
    TRY(fill_fields(d, v));
    fill_rest(d, v);
    if (whole) {
        TRY(fill_done(d, v));
        TRY(feedback_desk_shares(d, v));
    }
    crumbs[0] = whole ? (struct page_link){TX(rq, review_title), web_address(rq, "/granska"), false}
                      : (struct page_link){TX(rq, feedback_desk), web_address(rq, "/svar"), false};
    crumbs[1] =
        (struct page_link){whole ? TX(rq, feedback_desk) : TX(rq, feedback_send), NULL, true};
    v->page.crumbs = crumbs;
    v->page.n_crumbs = 2;
    v->page.lead = TX(rq, feedback_desk_lead);
    TRY(web_page(rq, &v->page, T_feedback_desk));
    struct tmpl t = web_tmpl(rq);
    feedback_answer_html(&t, v);
    return ERR_OK;
}

/* --- Shares --- */

static const char *share_text(struct req *rq, const struct feedback_share *s)
{
    if (!s || s->n < FEEDBACK_FEW)
        return TX(rq, feedback_share_few_reports);
    return TXF(rq, feedback_share_of, s->answered, s->n, (s->answered * 100 + s->n / 2) / s->n);
}

static const char *days_text(struct req *rq, const struct feedback_share *s)
{
    if (!s || s->n < FEEDBACK_FEW || s->median < 0)
        return TX(rq, feedback_share_few_answers);
    return s->median ? TXF(rq, feedback_share_days, s->median) : TX(rq, feedback_share_day);
}

static struct feedback_share_row row_of(struct req *rq, const char *name,
                                        const struct feedback_share *period,
                                        const struct feedback_share *all)
{
    return (struct feedback_share_row){name, share_text(rq, period), days_text(rq, period),
                                       share_text(rq, all), days_text(rq, all)};
}

static const struct feedback_share *share_of(const struct feedback_shares *s,
                                             struct id organisation)
{
    for (size_t i = 0; i < s->n_each; i++)
        if (id_eq(s->each[i].organisation, organisation))
            return &s->each[i];
    return NULL;
}

enum err feedback_desk_shares(const struct feedback_desk *d, struct feedback_answer_view *v)
{
    struct req *rq = d->rq;
    struct feedback_share_row *rows =
        ARENA_ARRAY(rq->arena, d->all.n_each + 1, struct feedback_share_row);
    if (!rows)
        return ERR_NOMEM;
    rows[v->n_shares++] = row_of(rq, TX(rq, feedback_share_all), &d->period.all, &d->all.all);
    for (size_t i = 0; i < d->all.n_each; i++) {
        const struct feedback_share *s = &d->all.each[i];
        const char *name = event_names_organisation(&d->names, s->organisation);
        rows[v->n_shares++] = row_of(rq, name ? name : TX(rq, feedback_share_none),
                                     share_of(&d->period, s->organisation), s);
    }
    v->shares = rows;
    if (web_may(rq, PERM_EVENT_EDIT))
        v->citizen_href = web_address(rq, "/otrygga-platser");
    v->share_period = d->has_period ? d->when.name : TX(rq, feedback_share_month);
    v->share_few = d->all.few ? TXF(rq, feedback_share_left_out, d->all.few, FEEDBACK_FEW) : NULL;
    return ERR_OK;
}
