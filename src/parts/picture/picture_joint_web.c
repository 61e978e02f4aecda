/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* "Mina kommuner": what somebody sees who works in several municipalities. Each one's picture is
 * made as on its own page, with the role that the person has there and nothing else. */
#include <string.h>

#include "base/mem.h"
#include "base/str.h"
#include "core/app.h"
#include "core/web.h"
#include "geo/geo_data.h"
#include "parts/picture/picture_inner.h"
#include "parts/picture/picture_web.h"
#include "picture_html.h"
#include "tmpl/format.h"

#define TOWNS_MOST 20    /* on a page */
#define SENTENCES_MOST 4 /* of one municipality */
#define SPOTS_MOST 3

const struct field_spec picture_joint_fields[] = {
    {.name = "period", .kind = FIELD_CODE},
    {.name = "from", .kind = FIELD_DATE},
    {.name = "to", .kind = FIELD_DATE},
    {.name = "type", .kind = FIELD_CODE, .many = true},
    {.name = "sida", .kind = FIELD_INT, .min = 1, .max = 1000},
    {0},
};

struct town {
    struct picture_names names;
    struct picture picture;
    struct picture_words words;
    struct picture_town *view;
};

struct joint {
    struct picture_query query; /* the types, and the days, unless each has its own */
    bool each, apart;           /* each its period under way; and those differ */
    msec now;
    struct town *towns; /* those whose picture one may see */
    size_t n;
    struct picture_joint sum;
    struct picture_town *all; /* with those that are only named */
    size_t n_all;
    bool tell;             /* what waits in each */
    size_t n_member, page; /* all that one works in; 0: the first TOWNS_MOST of them */
};

/* --- One municipality: as if its own page were asked for --- */

/* The days of the period under way there, and which they are in words. */
static enum err own_days(struct req *rq, const struct picture_names *n, struct picture_query *q,
                         const char **out)
{
    const struct picture_row *row = picture_web_current(n);
    struct picture_query own = *q;
    if (row) {
        own.from = row->from;
        own.to = row->to;
    }
    if (picture_query_check(&own) != ERR_OK) /* longer than a picture may be */
        row = NULL;
    else
        *q = own;
    const char *days = picture_period_text(rq->arena, rq->lang, q->from, q->to);
    if (!days)
        return ERR_NOMEM;
    *out = row ? TXF(rq, picture_joint_period, row->name, days)
               : TXF(rq, picture_joint_no_period, days);
    return *out ? ERR_OK : ERR_NOMEM;
}

static enum err look_at_town(struct req *rq, void *arg)
{
    struct joint *j = arg;
    struct picture_town *v = &j->all[j->n_all];
    struct town *t = &j->towns[j->n];
    *v = (struct picture_town){.id = web_municipality(rq),
                               .name = web_municipality_name(rq),
                               .role = role_text(rq->lang, web_who(rq)->here->role)};
    j->n_all++;
    v->home = web_address(rq, "/");
    if (j->tell)
        TRY(web_told(rq, &v->waits, &v->n_waits));
    if (!web_may(rq, PERM_PICTURE_READ)) {
        v->href = v->home;
        v->go = TXF(rq, picture_joint_home, v->name);
        return v->go ? ERR_OK : ERR_NOMEM;
    }
    struct picture_query q = j->query;
    q.municipality = v->id;
    TRY(picture_web_names(rq, &t->names));
    if (j->each)
        TRY(own_days(rq, &t->names, &q, &v->days));
    TRY(picture_of(web_app(rq), &q, j->now, rq->arena, &t->picture));
    if (web_may(rq, PERM_EVENT_READ))
        TRY(picture_look(web_app(rq), true, j->now, rq->arena, &t->picture));
    struct picture_reader r = picture_web_reader(rq);
    TRY(picture_words_make(&t->picture, &t->names, &r, j->now, rq->arena, &t->words));
    v->href = picture_web_address(rq, "/laget", &q);
    v->go = TXF(rq, picture_joint_whole, v->name);
    if (!v->href || !v->go)
        return ERR_NOMEM;
    t->view = v;
    j->n++;
    return web_audit_read(rq, "picture.read", "picture", (struct id){0}, NULL);
}

static enum err look_at_all(struct req *rq, struct joint *j)
{
    const struct who *w = web_who(rq);
    j->towns = ARENA_ARRAY(rq->arena, TOWNS_MOST, struct town);
    j->all = ARENA_ARRAY(rq->arena, TOWNS_MOST, struct picture_town);
    if (!j->towns || !j->all)
        return ERR_NOMEM;
    const char **codes = ARENA_ARRAY(rq->arena, w->n_memberships + 1, const char *);
    if (!codes)
        return ERR_NOMEM;
    for (size_t i = 0; i < w->n_memberships; i++)
        if (geo_municipality_by_code(w->memberships[i].municipality) &&
            !geo_is_exercise(w->memberships[i].municipality))
            codes[j->n_member++] = w->memberships[i].municipality;
    size_t last = j->n_member ? (j->n_member - 1) / TOWNS_MOST : 0;
    size_t asked = req_problem_of(rq, "sida") ? 0 : (size_t)req_int(rq, "sida", 1) - 1;
    j->page = asked < last ? asked : last;
    for (size_t i = j->page * TOWNS_MOST; i < j->n_member && j->n_all < TOWNS_MOST; i++)
        TRY(web_visit(rq, codes[i], look_at_town, j));
    const struct picture **pictures = ARENA_ARRAY(rq->arena, TOWNS_MOST, const struct picture *);
    if (!pictures)
        return ERR_NOMEM;
    for (size_t i = 0; i < j->n; i++) {
        pictures[i] = &j->towns[i].picture;
        const struct picture_query *q = &pictures[i]->query, *first = &pictures[0]->query;
        j->apart = j->apart || (i > 0 && (date_days(q->from) != date_days(first->from) ||
                                          date_days(q->to) != date_days(first->to)));
    }
    if (j->n && j->each && !j->apart) {
        j->query.from = pictures[0]->query.from;
        j->query.to = pictures[0]->query.to;
    }
    return j->n ? picture_joint_make(pictures, j->n, rq->arena, &j->sum) : ERR_OK;
}

static enum err make(struct req *rq, bool tell, struct joint *j, const char **preset)
{
    const struct picture_names none = {0};
    *j = (struct joint){
        .query = picture_web_query(rq, &none, preset), .now = time_now(), .tell = tell};
    if (!req_field(rq, "period") && str_eq(*preset, "14"))
        *preset = "now";
    j->each = str_eq(*preset, "now");
    return look_at_all(rq, j);
}

/* --- What is said of one --- */

/* Those with a number, as the list of Läget has them. */
static enum err say_spots(struct req *rq, const struct town *t)
{
    const struct picture_spots *from[] = {&t->words.fresh, &t->words.hot, &t->words.chains};
    struct picture_sentence *some = ARENA_ARRAY(rq->arena, SPOTS_MOST, struct picture_sentence);
    size_t found = 0;
    if (!some)
        return ERR_NOMEM;
    for (size_t k = 0; k < ARRAY_LEN(from); k++)
        for (size_t i = 0; i < from[k]->n_rows; i++, found++)
            if (found < SPOTS_MOST)
                some[t->view->n_spots++] = from[k]->rows[i];
    t->view->spots = some;
    t->view->spots_href = arena_printf(rq->arena, "%s#sticker-ut", t->view->href);
    if (found > SPOTS_MOST)
        t->view->more = TXF(rq, picture_joint_more, (int64_t)(found - SPOTS_MOST));
    return t->view->spots_href ? ERR_OK : ERR_NOMEM;
}

static enum err say_town(struct req *rq, const struct town *t)
{
    struct picture_town *v = t->view;
    const struct picture_words *w = &t->words;
    v->all = w->all;
    v->sentences = w->sentences;
    v->n_sentences = w->n_sentences < SENTENCES_MOST ? w->n_sentences : SENTENCES_MOST;
    v->quiet = w->quiet;
    v->no_before = w->no_before;
    v->looking = w->looking;
    return say_spots(rq, t);
}

/* --- The table --- */

/* The list of events in one municipality, with the filter behind a number. */
struct cell_link {
    const struct town *town;
    int type; /* -1: all */
    const char *href;
};

static enum err link_cell(struct req *rq, void *arg)
{
    struct cell_link *c = arg;
    struct picture_target t = picture_target_now(&c->town->picture);
    t.type = c->type;
    c->href = web_may(rq, PERM_EVENT_READ) ? picture_web_link(rq, &c->town->picture, &t) : NULL;
    return ERR_OK;
}

static enum err fill_cell(struct req *rq, const struct town *t, int type,
                          const struct picture_change *c, struct picture_joint_cell *out)
{
    struct cell_link l = {t, type, NULL};
    if (c && c->now)
        TRY(web_visit(rq, t->view->id, link_cell, &l));
    *out = (struct picture_joint_cell){
        .town = t->view->name,
        .now = picture_number(rq->arena, c ? c->now : 0),
        .before = t->picture.has_before ? picture_number(rq->arena, c ? c->before : 0) : NULL,
        .href = l.href,
    };
    return out->now ? ERR_OK : ERR_NOMEM;
}

static enum err fill_line(struct req *rq, const struct joint *j, int type,
                          const struct picture_change *sum, struct picture_joint_line *out)
{
    struct picture_joint_cell *cells = ARENA_ARRAY(rq->arena, j->n, struct picture_joint_cell);
    if (!cells)
        return ERR_NOMEM;
    *out = (struct picture_joint_line){
        .label = type < 0 ? TX(rq, picture_total) : event_type_name(rq->lang, type),
        .now = picture_number(rq->arena, sum->now),
        .before = j->sum.frame.has_before ? picture_number(rq->arena, sum->before) : NULL,
        .certainty = picture_certainty_text(rq->lang, sum->certainty),
        .cells = cells,
        .n_cells = j->n,
    };
    return out->now ? ERR_OK : ERR_NOMEM;
}

static enum err fill_table(struct req *rq, const struct joint *j, struct picture_joint_page *v)
{
    const struct picture_joint *s = &j->sum;
    struct picture_joint_line *lines =
        ARENA_ARRAY(rq->arena, s->rows.n + 1, struct picture_joint_line);
    if (!lines)
        return ERR_NOMEM;
    for (size_t i = 0; i < s->rows.n; i++) {
        TRY(fill_line(rq, j, s->types[i], &s->rows.rows[i].change, &lines[i]));
        for (size_t k = 0; k < j->n; k++)
            TRY(fill_cell(rq, &j->towns[k], s->types[i], s->of[i * j->n + k], &lines[i].cells[k]));
    }
    TRY(fill_line(rq, j, -1, &s->frame.all, &v->total));
    for (size_t k = 0; k < j->n; k++)
        TRY(fill_cell(rq, &j->towns[k], -1, &j->towns[k].picture.all, &v->total.cells[k]));
    v->lines = lines;
    v->n_lines = s->rows.n;
    v->together = j->n > 1 && s->rows.n > 0;
    return ERR_OK;
}

/* --- The page --- */

static enum err say_together(struct req *rq, const struct joint *j, struct picture_joint_page *v)
{
    const struct picture *p = &j->sum.frame;
    const struct picture_change *c = &p->all;
    const char *count = TXF(rq, picture_n_events, c->now);
    const char *period = picture_period_text(rq->arena, rq->lang, p->query.from, p->query.to);
    const char *before = picture_period_text(rq->arena, rq->lang, p->before_from, p->before_to);
    if (!count || !period || !before)
        return ERR_NOMEM;
    v->title = TXF(rq, picture_joint_of, period);
    v->about =
        p->has_before ? TXF(rq, picture_about_before, before) : TXF(rq, picture_no_before, before);
    if (p->ongoing)
        v->ongoing = TXF(rq, picture_ongoing, picture_days_passed(p), (int64_t)p->days);
    const char *so_far = picture_so_far(rq->arena, rq->lang, p, c->before);
    v->all.strong = !p->has_before || !so_far ? TXF(rq, picture_joint_all_alone, count)
                    : p->ongoing              ? TXF(rq, picture_joint_all_so_far, count, so_far)
                                              : TXF(rq, picture_joint_all, count, c->before);
    v->all.rest = p->has_before
                      ? picture_chance_text(rq->arena, rq->lang, &c->with_before, c->certainty)
                      : "";
    v->all.verdict = p->has_before ? picture_certainty_text(rq->lang, c->certainty) : NULL;
    return v->title && v->about && v->all.strong && v->all.rest ? ERR_OK : ERR_NOMEM;
}

static enum err fill_fields(struct req *rq, const struct joint *j, const char *preset,
                            struct picture_joint_page *v)
{
    const struct picture_names none = {0};
    TRY(picture_web_period(rq, &none, preset, &v->period));
    struct page_choice *c = ARENA_ARRAY(rq->arena, v->period.n_choices + 1, struct page_choice);
    if (!c)
        return ERR_NOMEM;
    c[0] = (struct page_choice){
        .value = "now", .label = TX(rq, picture_joint_current), .chosen = j->each};
    for (size_t i = 0; i < v->period.n_choices; i++)
        c[i + 1] = v->period.choices[i];
    v->period.choices = c;
    v->period.n_choices++;
    v->from = picture_web_day(rq, "from", T_picture_from, j->query.from);
    v->to = picture_web_day(rq, "to", T_picture_to, date_add(j->query.to, -1));
    TRY(picture_web_type(rq, &j->query, &none, &v->type));
    int64_t active = !j->each + (j->query.types != 0);
    v->filter.action = v->filter.reset_href = "/mina-kommuner";
    v->filter.active = active ? TXF(rq, picture_active, active) : NULL;
    v->filter.open = true;
    return ERR_OK;
}

static const char *page_href(struct req *rq, size_t no)
{
    return req_address_with(rq, "sida", arena_printf(rq->arena, "%zu", no));
}

/* What is on other pages is told, and that the sums are without it. */
static enum err fill_pager(struct req *rq, const struct joint *j, struct picture_joint_page *v)
{
    size_t first = j->page * TOWNS_MOST, pages = (j->n_member + TOWNS_MOST - 1) / TOWNS_MOST;
    if (pages < 2)
        return ERR_OK;
    struct page_pager_item *items = ARENA_ARRAY(rq->arena, pages, struct page_pager_item);
    if (!items)
        return ERR_NOMEM;
    for (size_t i = 0; i < pages; i++) {
        items[i] = (struct page_pager_item){arena_printf(rq->arena, "%zu", i + 1),
                                            page_href(rq, i + 1), i == j->page};
        if (!items[i].label)
            return ERR_NOMEM;
    }
    v->pager = (struct page_pager){
        .sentence = TXF(rq, picture_joint_page, (int64_t)first + 1, (int64_t)(first + j->n_all),
                        (int64_t)j->n_member),
        .prev_href = j->page ? page_href(rq, j->page) : NULL,
        .next_href = j->page + 1 < pages ? page_href(rq, j->page + 2) : NULL,
        .items = items,
        .n_items = pages,
    };
    return v->pager.sentence ? ERR_OK : ERR_NOMEM;
}

static enum err fill_page(struct req *rq, const struct joint *j, const char *preset,
                          struct picture_joint_page *v)
{
    v->towns = j->all;
    v->n_towns = j->n_all;
    v->none = j->n_all == 0;
    v->empty = (struct page_empty){TX(rq, picture_joint_none), TX(rq, picture_joint_none_text),
                                   "/konto", TX(rq, core_account_settings)};
    TRY(fill_fields(rq, j, preset, v));
    TRY(fill_pager(rq, j, v));
    for (size_t i = 0; i < j->n; i++) {
        TRY(say_town(rq, &j->towns[i]));
        v->page.refresh = v->page.refresh || j->towns[i].words.looking;
    }
    v->csv_href = req_address_with(rq, "/mina-kommuner.csv", NULL);
    v->apart = j->apart ? TX(rq, picture_joint_apart) : NULL;
    if (j->n == 0 || j->apart)
        return ERR_OK;
    TRY(say_together(rq, j, v));
    return fill_table(rq, j, v);
}

enum err picture_joint_show(struct req *rq)
{
    struct joint j;
    const char *preset;
    struct picture_joint_page *v = ARENA_NEW(rq->arena, struct picture_joint_page);
    if (!v)
        return ERR_NOMEM;
    TRY(make(rq, true, &j, &preset));
    TRY(fill_page(rq, &j, preset, v));
    if (rq->problems)
        web_invalid(rq);
    v->page.lead = TX(rq, picture_joint_lead);
    TRY(web_page(rq, &v->page, T_picture_joint_title));
    struct tmpl t = web_tmpl(rq);
    picture_joint_html(&t, v);
    return ERR_OK;
}

/* --- CSV: a row a municipality and type --- */

static void put_row(struct req *rq, const struct town *t, int type, const struct picture_change *c)
{
    picture_csv_cell(&rq->out, t->view->id, 0);
    picture_csv_cell(&rq->out, t->view->name, ';');
    picture_csv_cell(&rq->out, type < 0 ? "" : event_types[type].code, ';');
    picture_csv_cell(&rq->out, type < 0 ? TX(rq, picture_total) : event_type_name(rq->lang, type),
                     ';');
    picture_csv_number(&rq->out, true, c ? c->now : 0);
    picture_csv_number(&rq->out, t->picture.has_before, c ? c->before : 0);
    picture_csv_number(&rq->out, t->picture.has_year, c ? c->year : 0);
    char from[TIME_TEXT], to[TIME_TEXT];
    date_text(t->picture.query.from, from);
    date_text(date_add(t->picture.query.to, -1), to);
    picture_csv_cell(&rq->out, from, ';');
    picture_csv_cell(&rq->out, to, ';');
    buf_puts(&rq->out, "\r\n");
}

enum err picture_joint_csv(struct req *rq)
{
    struct joint j;
    const char *preset;
    TRY(make(rq, false, &j, &preset));
    if (rq->problems)
        return ERR_INVALID;
    const enum text_key heads[] = {T_picture_joint_town, T_picture_joint_code, T_picture_type,
                                   T_picture_now,        T_picture_before,     T_picture_year_head,
                                   T_picture_from,       T_picture_to};
    buf_puts(&rq->out, "\xef\xbb\xbf"); /* spreadsheets ask for it */
    picture_csv_cell(&rq->out, TX(rq, picture_joint_town_code), 0);
    for (size_t i = 0; i < ARRAY_LEN(heads); i++)
        picture_csv_cell(&rq->out, text_get(rq->lang, heads[i]), ';');
    buf_puts(&rq->out, "\r\n");
    for (size_t k = 0; k < j.n; k++) {
        put_row(rq, &j.towns[k], -1, &j.towns[k].picture.all);
        for (size_t i = 0; i < j.sum.rows.n; i++)
            put_row(rq, &j.towns[k], j.sum.types[i], j.sum.of[i * j.n + k]);
    }
    resp_type(rq, "text/csv; charset=utf-8");
    resp_download(rq, "mina-kommuner.csv");
    return buf_err(&rq->out);
}
