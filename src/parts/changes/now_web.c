/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The start page: what has changed, in sentences; the parts below it are made in now_parts.c. */
#include <string.h>

#include "base/mem.h"
#include "base/str.h"
#include "changes_html.h"
#include "geo/geo_data.h"
#include "parts/changes/now.h"
#include "tmpl/format.h"

const struct field_spec changes_now_fields[] = {
    {.name = "period", .kind = FIELD_ID},
    {0},
};

/* --- What stands out --- */

static void group(struct changes_now_view *v, const char *id, const char *title,
                  const struct picture_spots *s)
{
    if (s->n_rows)
        v->groups[v->n_groups++] = (struct changes_group){id, title, s->rows, s->n_rows};
}

/* A level that changed before the periods that are compared is no news: told, but not counted. */
static enum err split_steps(struct req *rq, const struct picture_told *told,
                            struct picture_spots *fresh, struct picture_spots *old)
{
    const struct picture_spots *all = &told->words.steps;
    const struct picture *p = &told->picture;
    struct picture_sentence *a = ARENA_ARRAY(rq->arena, all->n_rows + 1, struct picture_sentence);
    struct picture_sentence *b = ARENA_ARRAY(rq->arena, all->n_rows + 1, struct picture_sentence);
    int64_t since = date_days(p->has_before ? p->before_from : p->query.from);
    size_t k = 0;
    if (!a || !b)
        return ERR_NOMEM;
    *fresh = (struct picture_spots){.rows = a};
    *old = (struct picture_spots){.rows = b};
    for (size_t i = 0; i < p->n_findings && k < all->n_rows; i++) {
        if (!p->findings[i].step)
            continue;
        if (p->findings[i].step->from >= since)
            a[fresh->n_rows++] = all->rows[k];
        else
            b[old->n_rows++] = all->rows[k];
        k++;
    }
    return ERR_OK;
}

/* What was looked for and not found, as one sentence. */
static const char *nothing(struct req *rq, const struct picture_words *w)
{
    const char *names[4];
    size_t n = 0;
    if (!w->fresh.n_rows)
        names[n++] = TX(rq, changes_no_fresh);
    if (!w->steps.n_rows)
        names[n++] = TX(rq, changes_no_steps);
    if (!w->near.n_rows && !w->chains.n_rows)
        names[n++] = TX(rq, changes_no_near);
    if (!w->hot.n_rows)
        names[n++] = TX(rq, changes_no_hot);
    if (n == 0)
        return NULL;
    const char *list = names[0];
    for (size_t i = 1; i < n && list; i++)
        list = arena_printf(rq->arena, "%s%s%s", list, i + 1 == n ? TX(rq, changes_list_or) : ", ",
                            names[i]);
    return list ? TXF(rq, changes_nothing, list) : NULL;
}

static enum err stand_out(struct req *rq, const struct picture_told *told,
                          struct changes_now_view *v)
{
    const struct picture_words *w = &told->words;
    struct picture_spots steps, before;
    if (!w->has_spots || w->looking || w->empty)
        return ERR_OK;
    TRY(split_steps(rq, told, &steps, &before));
    group(v, "fresh", TX(rq, changes_fresh), &w->fresh);
    group(v, "steps", TX(rq, changes_steps), &steps);
    group(v, "season", TX(rq, changes_season), &w->season);
    group(v, "near", TX(rq, changes_near), &w->near);
    group(v, "chains", TX(rq, changes_chains), &w->chains);
    group(v, "hot", TX(rq, changes_hot), &w->hot);
    const struct picture *p = &told->picture;
    bool thin = p->new_state == FINDINGS_TOO_FEW && p->hot_state == FINDINGS_TOO_FEW;
    v->nothing = thin && v->n_groups == 0 ? TX(rq, changes_thin) : nothing(rq, w);
    v->repeat_href = w->repeat_href;
    v->lasting =
        (struct changes_group){"lasting", TX(rq, changes_steps_before), before.rows, before.n_rows};
    return ERR_OK;
}

/* --- The head --- */

static enum err notice(struct req *rq, struct changes_now_view *v, struct page_notice n)
{
    struct page_notice *list = ARENA_ARRAY(rq->arena, v->n_notices + 1, struct page_notice);
    if (!list)
        return ERR_NOMEM;
    for (size_t i = 0; i < v->n_notices; i++)
        list[i] = v->notices[i];
    list[v->n_notices++] = n;
    v->notices = list;
    return ERR_OK;
}

static enum err periods(const struct changes *c, struct changes_now_view *v)
{
    struct req *rq = c->rq;
    struct page_choice *list = ARENA_ARRAY(rq->arena, c->n_periods + 2, struct page_choice);
    char id[ID_TEXT];
    size_t n = 0;
    if (!list)
        return ERR_NOMEM;
    if (c->has_period && c->at == c->n_periods) { /* one further away than those of the list */
        id_text(c->period.id, id);
        list[n++] = (struct page_choice){
            .value = arena_strdup(rq->arena, id), .label = c->period.name, .chosen = true};
    }
    for (size_t i = 0; i < c->n_periods; i++) {
        id_text(c->periods[i].id, id);
        list[n++] = (struct page_choice){.value = arena_strdup(rq->arena, id),
                                         .label = changes_period_text(rq, &c->periods[i]),
                                         .chosen = i == c->at};
    }
    v->choose = web_field(rq, "period", T_changes_period, TEXT_COUNT, NULL);
    v->choose.in_filter = true;
    v->choose.required = true;
    v->choose.choices = list;
    v->choose.n_choices = n;
    v->choose_action = web_address(rq, "/nu");
    return ERR_OK;
}

/* "EST. Rapporter tas emot till 10 november 2026 kl. 09.00." */
static const char *awaited(const struct changes *c)
{
    struct req *rq = c->rq;
    char at[FORMAT_TEXT];
    if (!c->has_rhythm)
        return NULL;
    msec until = rhythm_cutoff(&c->rhythm, c->period.ends_at);
    format_datetime(at, rq->lang, until);
    return until > c->now ? TXF(rq, changes_until, c->rhythm.name, at)
                          : TXF(rq, changes_until_past, c->rhythm.name, at);
}

static enum err head(const struct changes *c, struct changes_now_view *v)
{
    struct req *rq = c->rq;
    bool may = web_may(rq, PERM_SETTINGS);
    v->has_period = c->has_period;
    TRY(periods(c, v));
    if (c->has_period) {
        v->title = changes_period_text(rq, &c->period);
        v->when = awaited(c);
        if (c->at == 1 && id_is_none(c->wanted))
            TRY(notice(
                rq, v,
                (struct page_notice){.text = TXF(rq, changes_is_before, c->periods[0].name),
                                     .href = changes_at_period(rq, c->periods[0].id),
                                     .label = TXF(rq, changes_show_new, c->periods[0].name)}));
    } else {
        v->title = TX(rq, changes_last_days);
        v->words.ongoing =
            v->words.has_before ? TX(rq, changes_today_too) : TX(rq, changes_today_alone);
    }
    if (!c->has_rhythm || !c->rhythm.active)
        TRY(notice(rq, v,
                   (struct page_notice){.title = TX(rq, changes_no_rhythm),
                                        .text = may ? TX(rq, changes_no_rhythm_do)
                                                    : TX(rq, changes_no_rhythm_ask),
                                        .href = may ? web_address(rq, "/installningar/rytm") : NULL,
                                        .label = may ? TX(rq, changes_set_rhythm) : NULL}));
    return ERR_OK;
}

/* --- The page --- */

static enum err levels_state(const struct changes *c, struct changes_now_view *v)
{
    struct req *rq = c->rq;
    const struct adopted_head *h = c->has_period ? changes_adopted(c, c->period.id) : NULL;
    bool may = web_may(rq, PERM_LEVEL_EDIT);
    if (!c->has_period)
        return ERR_OK;
    if (h) {
        char at[FORMAT_TEXT];
        format_datetime(at, rq->lang, h->adopted_at);
        v->adopted_href = changes_at(rq, c->period.id, "/faststalld");
        v->bulletin_href = changes_bulletin_href(rq, &c->bulletin, c->period.id);
        v->bulletin_make = changes_bulletin_make(rq, &c->bulletin, c->period.id);
        v->levels_state = h->drafts == c->drafts || !v->inside ? TXF(rq, changes_is_adopted, at)
                                                               : TXF(rq, changes_changed_since, at);
    } else {
        v->levels_state = v->inside ? TX(rq, changes_is_draft) : TX(rq, changes_not_adopted);
    }
    if (may && (!h || h->drafts != c->drafts))
        v->adopt_href = changes_at(rq, c->period.id, "/faststall");
    if (v->inside)
        v->focus_href = changes_at(rq, c->period.id, "/fokus");
    v->may_edit = may;
    return ERR_OK;
}

enum err changes_now_page(struct req *rq)
{
    struct changes c;
    struct picture_told *told = ARENA_NEW(rq->arena, struct picture_told);
    struct changes_now_view *v = ARENA_NEW(rq->arena, struct changes_now_view);
    if (!told || !v)
        return ERR_NOMEM;
    if (!geo_municipality_by_code(web_municipality(rq)))
        return req_has(rq, "period") ? ERR_NOTFOUND : resp_redirect(rq, web_address(rq, "/laget"));
    TRY(changes_load(rq, req_problem_of(rq, "period") ? (struct id){{0}} : req_id(rq, "period"),
                     &c));
    struct picture_query q = changes_query(&c);
    TRY(picture_tell(rq, &q, true, told));
    v->inside = web_may(rq, PERM_LEVEL_READ);
    v->words = told->words;
    TRY(head(&c, v));
    TRY(stand_out(rq, told, v));
    TRY(levels_state(&c, v));
    TRY(now_parts(&c, told, v));
    TRY(now_actions(rq, time_now(), v));
    TRY(now_brief(rq, told, v));
    TRY(web_line(rq, &v->line));
    v->figures_href = picture_address(rq, &q);
    v->report_href = web_may(rq, PERM_EVENT_ADD) ? web_address(rq, "/rapportera") : NULL;
    v->page.refresh = v->words.looking != NULL;
    TRY(web_audit_read(rq, "changes.read", "period", c.period.id, NULL));
    TRY(picture_tabs(rq, &v->page, PICTURE_TAB_NOW,
                     c.has_period ? changes_at_period(rq, c.period.id) : NULL, v->figures_href));
    v->page.part = TX(rq, picture_title);
    TRY(web_page(rq, &v->page, T_changes_title));
    struct tmpl t = web_tmpl(rq);
    changes_now_html(&t, v);
    return ERR_OK;
}
