/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Pages of reporting periods. */
#include "base/mem.h"
#include "base/str.h"
#include "parts/settings/settings_web.h"
#include "settings_sql.h"

static const struct settings_up up = {"/perioder", T_settings_periods};

const struct field_spec settings_period_fields[] = {
    {.name = "name", .kind = FIELD_TEXT, .required = true, .max = PERIOD_NAME_MOST},
    {.name = "first", .kind = FIELD_DATE, .required = true},
    {.name = "last", .kind = FIELD_DATE, .required = true},
    {.name = "name_seen", .kind = FIELD_TEXT, .max = PERIOD_NAME_MOST},
    {.name = "starts_seen", .kind = FIELD_INT},
    {.name = "ends_seen", .kind = FIELD_INT},
    {0},
};
const struct field_spec settings_series_fields[] = {
    {.name = "weeks", .kind = FIELD_INT, .required = true, .min = 1, .max = 2},
    {.name = "weekday", .kind = FIELD_INT, .required = true, .min = 1, .max = 7},
    {.name = "first", .kind = FIELD_DATE, .required = true},
    {.name = "last", .kind = FIELD_DATE, .required = true},
    {0},
};

struct reading {
    struct req *rq;
    struct id id;
    struct q_settings_periods_row *rows;
    size_t n;
    struct q_settings_period_row one;
    int64_t used;
};

static enum err read_all(struct tx *tx, void *arg)
{
    struct reading *r = arg;
    struct q_settings_periods_in in = {web_municipality(r->rq)};
    return q_settings_periods_all(tx, r->rq->arena, &in, &r->rows, &r->n);
}

static enum err read_one(struct tx *tx, void *arg)
{
    struct reading *r = arg;
    struct q_settings_period_in in = {web_municipality(r->rq), r->id};
    TRY(q_settings_period_one(tx, r->rq->arena, &in, &r->one));
    struct q_settings_period_used_in used = {in.municipality, in.id, r->one.starts_at,
                                             r->one.ends_at};
    struct q_settings_period_used_row row;
    TRY(q_settings_period_used_one(tx, r->rq->arena, &used, &row));
    r->used = row.n;
    return ERR_OK;
}

static msec last_day(msec ends_at)
{
    return ends_at - 12 * MSEC_HOUR;
}

/* What stands between this period and the one before it in time. */
static const char *fit_words(struct req *rq, const struct reading *r, size_t i)
{
    if (i == 0)
        return NULL;
    const struct q_settings_periods_row *b = &r->rows[i - 1];
    struct period before = {b->id, b->name, b->starts_at, b->ends_at};
    struct period p = {r->rows[i].id, r->rows[i].name, r->rows[i].starts_at, r->rows[i].ends_at};
    switch (period_fit(&before, &p)) {
    case PERIOD_OVERLAPS:
        return TXF(rq, settings_period_overlaps, b->name);
    case PERIOD_GAP:
        return TXF(rq, settings_period_gap, b->name);
    case PERIOD_FITS:
        break;
    }
    return NULL;
}

enum err settings_periods_page(struct req *rq)
{
    TRY(settings_in_town(rq));
    struct reading r = {.rq = rq};
    TRY(web_read(rq, read_all, &r));
    const struct settings_head heads[] = {{TX(rq, settings_name), false},
                                          {TX(rq, settings_period_first), false},
                                          {TX(rq, settings_period_last), false}};
    struct settings_list_view v = {.heads = heads, .n_heads = ARRAY_LEN(heads), .n_rows = r.n};
    TRY(settings_table(rq, heads, ARRAY_LEN(heads), r.n, &v.rows));
    size_t doubts = 0;
    for (size_t i = 0; i < r.n; i++) {
        const struct q_settings_periods_row *p = &r.rows[i];
        struct settings_cell *c = v.rows[r.n - 1 - i].cells; /* the latest on top */
        c[0].text = p->name;
        c[0].href = settings_at_id(rq, "/perioder/", p->id, "");
        c[0].sub = fit_words(rq, &r, i);
        doubts += c[0].sub != NULL;
        c[1].text = settings_date_text(rq, p->starts_at);
        c[2].text = settings_date_text(rq, last_day(p->ends_at));
    }
    if (doubts)
        TRY(settings_notice(rq, &v.notices, &v.n_notices,
                            (struct page_notice){.tone = PAGE_WARNING,
                                                 .text = TXF(rq, settings_period_doubts, doubts)}));
    v.page.lead = TX(rq, settings_periods_lead);
    v.page.action =
        (struct page_link){TX(rq, settings_period_new), settings_at(rq, "/perioder/ny"), false};
    settings_list_link(&v, TX(rq, settings_series_new), settings_at(rq, "/perioder/serie"));
    v.empty = (struct page_empty){.title = TX(rq, settings_periods_none),
                                  .text = TX(rq, settings_periods_none_text)};
    return settings_draw_list(rq, &v, T_settings_periods);
}

static void fill_days(struct req *rq, struct settings_form_view *v, const char *first,
                      const char *last)
{
    struct page_field *f =
        settings_field(rq, v, SETTINGS_DATE, "first", T_settings_period_first, first);
    web_date(rq, f);
    f = settings_field(rq, v, SETTINGS_DATE, "last", T_settings_period_last, last);
    f->hint = TX(rq, settings_period_last_hint);
    web_date(rq, f);
}

static const char *date_value(struct req *rq, msec t)
{
    char text[TIME_TEXT];
    date_text(date_of_msec(t), text);
    return arena_strdup(rq->arena, text);
}

static void fill_form(struct req *rq, struct settings_form_view *v,
                      const struct q_settings_period_row *p)
{
    struct page_field *f =
        settings_field(rq, v, SETTINGS_TEXT, "name", T_settings_name, p ? p->name : NULL);
    f->hint = TX(rq, settings_period_name_hint);
    fill_days(rq, v, p ? date_value(rq, p->starts_at) : NULL,
              p ? date_value(rq, last_day(p->ends_at)) : NULL);
}

static enum err draw_new(struct req *rq)
{
    struct settings_form_view v = {.action = settings_at(rq, "/perioder/ny"),
                                   .submit = TX(rq, settings_period_add)};
    fill_form(rq, &v, NULL);
    return settings_draw_form(rq, &v, &up, TX(rq, settings_period_new));
}

enum err settings_period_new_page(struct req *rq)
{
    TRY(settings_in_town(rq));
    return draw_new(rq);
}

struct writing {
    struct settings_write w;
    struct period now, seen;
    struct period *series;
    size_t n;
};

/* The two dates of the form; what is wrong becomes a problem. */
static void read_days(struct req *rq, struct period *p)
{
    struct date first, last;
    if (rq->problems || date_parse(req_field(rq, "first"), &first) ||
        date_parse(req_field(rq, "last"), &last))
        return;
    if (period_from_days(first, last, p))
        req_problem(rq, "last", TXF(rq, settings_period_days, PERIOD_DAYS_MOST));
}

static enum err add(struct tx *tx, void *arg)
{
    struct writing *x = arg;
    TRY(period_add(tx, x->w.municipality, &x->now));
    return settings_audit(&x->w, tx, "period.add", x->now.name, NULL, NULL);
}

enum err settings_period_add_post(struct req *rq)
{
    TRY(settings_in_town(rq));
    struct id id = id_new();
    struct writing x = {.w = {rq, web_municipality(rq), id}, .now = {.id = id}};
    x.now.name = req_field(rq, "name");
    read_days(rq, &x.now);
    if (rq->problems) {
        web_invalid(rq);
        return draw_new(rq);
    }
    TRY(web_write(rq, add, &x));
    return web_done(rq, settings_at(rq, "/perioder"), T_done_settings_period);
}

static enum err draw_one(struct req *rq, struct id id)
{
    struct reading r = {.rq = rq, .id = id};
    TRY(web_read(rq, read_one, &r));
    struct settings_form_view v = {.action = settings_at_id(rq, "/perioder/", id, ""),
                                   .submit = TX(rq, settings_save)};
    fill_form(rq, &v, &r.one);
    settings_seen(rq, &v, "name_seen", r.one.name);
    settings_seen(rq, &v, "starts_seen",
                  arena_printf(rq->arena, "%lld", (long long)r.one.starts_at));
    settings_seen(rq, &v, "ends_seen", arena_printf(rq->arena, "%lld", (long long)r.one.ends_at));
    if (!r.used)
        settings_button(&v, (struct settings_button){
                                settings_at_id(rq, "/perioder/", id, "/ta-bort"),
                                TX(rq, settings_period_delete), TX(rq, settings_period_delete_text),
                                TX(rq, settings_period_delete_ask), true});
    else
        TRY(settings_notice(rq, &v.notices, &v.n_notices,
                            (struct page_notice){.text = TX(rq, settings_period_used)}));
    return settings_draw_form(rq, &v, &up, r.one.name);
}

enum err settings_period_page(struct req *rq)
{
    struct id id;
    TRY(settings_in_town(rq));
    TRY(settings_id(rq, &id));
    return draw_one(rq, id);
}

static enum err change(struct tx *tx, void *arg)
{
    struct writing *x = arg;
    TRY(period_change(tx, x->w.municipality, &x->now, &x->seen));
    return settings_audit(&x->w, tx, "period.change", x->now.name, "before", x->seen.name);
}

enum err settings_period_post(struct req *rq)
{
    struct id id;
    TRY(settings_in_town(rq));
    TRY(settings_id(rq, &id));
    struct writing x = {.w = {rq, web_municipality(rq), id}, .now = {.id = id}};
    x.now.name = req_field(rq, "name");
    x.seen = (struct period){id, req_field(rq, "name_seen"), req_int(rq, "starts_seen", 0),
                             req_int(rq, "ends_seen", 0)};
    read_days(rq, &x.now);
    if (!rq->problems) {
        if (!x.seen.name)
            return ERR_USAGE;
        enum err e = web_write(rq, change, &x);
        if (e == ERR_OK)
            return web_done(rq, settings_at(rq, "/perioder"), T_done_settings_period);
        TRY(settings_conflict(rq, e, NULL, T_settings_conflict_other));
    }
    web_invalid(rq);
    return draw_one(rq, id);
}

static enum err remove_it(struct tx *tx, void *arg)
{
    struct writing *x = arg;
    TRY(period_delete(tx, x->w.rq->arena, x->w.municipality, x->w.id));
    return settings_audit(&x->w, tx, "period.delete", NULL, NULL, NULL);
}

enum err settings_period_delete_post(struct req *rq)
{
    struct id id;
    TRY(settings_in_town(rq));
    TRY(settings_id(rq, &id));
    struct writing x = {.w = {rq, web_municipality(rq), id}};
    enum err e = web_write(rq, remove_it, &x);
    if (e == ERR_OK)
        return web_done(rq, settings_at(rq, "/perioder"), T_done_settings_deleted);
    TRY(settings_conflict(rq, e, NULL, T_settings_period_used));
    web_invalid(rq);
    return draw_one(rq, id);
}

/* --- Many by a rule --- */

static enum err draw_series(struct req *rq)
{
    static const enum text_key days[7] = {T_weekday_1, T_weekday_2, T_weekday_3, T_weekday_4,
                                          T_weekday_5, T_weekday_6, T_weekday_7};
    struct settings_form_view v = {.action = settings_at(rq, "/perioder/serie"),
                                   .submit = TX(rq, settings_series_add)};
    struct page_choice *c = ARENA_ARRAY(rq->arena, 9, struct page_choice);
    if (!c)
        return ERR_NOMEM;
    c[0] = (struct page_choice){.value = "1", .label = TX(rq, settings_weekly)};
    c[1] = (struct page_choice){.value = "2", .label = TX(rq, settings_fortnightly)};
    struct page_field *f =
        settings_field(rq, &v, SETTINGS_RADIO, "weeks", T_settings_series_weeks, "2");
    settings_choose(f, c, 2);
    for (int i = 0; i < 7; i++)
        c[2 + i] = (struct page_choice){.value = arena_printf(rq->arena, "%d", i + 1),
                                        .label = text_get(rq->lang, days[i])};
    f = settings_field(rq, &v, SETTINGS_SELECT, "weekday", T_settings_series_weekday, "1");
    settings_choose(f, c + 2, 7);
    struct page_field *first = settings_field(rq, &v, SETTINGS_DATE, "first",
                                              T_settings_series_first, date_value(rq, time_now()));
    web_date(rq, first);
    struct page_field *last =
        settings_field(rq, &v, SETTINGS_DATE, "last", T_settings_series_last, NULL);
    last->hint = TX(rq, settings_series_last_hint);
    web_date(rq, last);
    v.page.lead = TX(rq, settings_series_lead);
    return settings_draw_form(rq, &v, &up, TX(rq, settings_series_new));
}

enum err settings_series_page(struct req *rq)
{
    TRY(settings_in_town(rq));
    return draw_series(rq);
}

static enum err make_series(struct req *rq, struct writing *x)
{
    struct period_series s = {.weekday = (int)req_int(rq, "weekday", 1),
                              .weeks = (int)req_int(rq, "weeks", 1),
                              .word = TX(rq, settings_week_word)};
    if (rq->problems || date_parse(req_field(rq, "first"), &s.from) ||
        date_parse(req_field(rq, "last"), &s.to))
        return ERR_OK;
    enum err e = period_series_make(rq->arena, &s, &x->series, &x->n);
    if (e == ERR_LIMIT)
        req_problem(rq, "last", TXF(rq, settings_series_many, PERIOD_SERIES_MOST));
    else if (e == ERR_INVALID)
        req_problem(rq, "last", TX(rq, settings_series_short));
    else
        return e;
    return ERR_OK;
}

static enum err add_series(struct tx *tx, void *arg)
{
    struct writing *x = arg;
    for (size_t i = 0; i < x->n; i++)
        TRY(period_add(tx, x->w.municipality, &x->series[i]));
    return settings_audit(&x->w, tx, "period.add_series", x->series[0].name, "last",
                          x->series[x->n - 1].name);
}

enum err settings_series_post(struct req *rq)
{
    TRY(settings_in_town(rq));
    struct writing x = {.w = {rq, web_municipality(rq), {{0}}}};
    TRY(make_series(rq, &x));
    if (rq->problems) {
        web_invalid(rq);
        return draw_series(rq);
    }
    TRY(web_write(rq, add_series, &x));
    return web_done(rq, settings_at(rq, "/perioder"), T_done_settings_series);
}
