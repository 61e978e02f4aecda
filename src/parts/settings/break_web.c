/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Pages of school breaks: what is soon to come is told on the start page. */
#include "base/mem.h"
#include "base/str.h"
#include "parts/settings/settings_web.h"
#include "settings_sql.h"

#define BREAK_DAYS_MOST 120

static const struct settings_up up = {"/lov", T_settings_breaks};

const struct field_spec settings_break_fields[] = {
    {.name = "name", .kind = FIELD_TEXT, .required = true, .max = PERIOD_NAME_MOST},
    {.name = "first", .kind = FIELD_DATE, .required = true},
    {.name = "last", .kind = FIELD_DATE, .required = true},
    {.name = "name_seen", .kind = FIELD_TEXT, .max = PERIOD_NAME_MOST},
    {.name = "starts_seen", .kind = FIELD_INT},
    {.name = "ends_seen", .kind = FIELD_INT},
    {0},
};

struct reading {
    struct req *rq;
    struct id id;
    struct school_break *rows;
    size_t n;
    struct q_settings_break_row one;
};

static enum err read_all(struct tx *tx, void *arg)
{
    struct reading *r = arg;
    return school_breaks(tx, r->rq->arena, web_municipality(r->rq), &r->rows, &r->n);
}

static enum err read_one(struct tx *tx, void *arg)
{
    struct reading *r = arg;
    struct q_settings_break_in in = {web_municipality(r->rq), r->id};
    return q_settings_break_one(tx, r->rq->arena, &in, &r->one);
}

enum err settings_breaks_page(struct req *rq)
{
    struct reading r = {.rq = rq};
    TRY(settings_in_town(rq));
    TRY(web_read(rq, read_all, &r));
    const struct settings_head heads[] = {{TX(rq, settings_name), false},
                                          {TX(rq, settings_period_first), false},
                                          {TX(rq, settings_period_last), false}};
    struct settings_list_view v = {.heads = heads, .n_heads = ARRAY_LEN(heads), .n_rows = r.n};
    TRY(settings_table(rq, heads, ARRAY_LEN(heads), r.n, &v.rows));
    for (size_t i = 0; i < r.n; i++) {
        struct settings_cell *c = v.rows[i].cells;
        c[0].text = r.rows[i].name;
        c[0].href = settings_at_id(rq, "/lov/", r.rows[i].id, "");
        c[1].text = settings_date_text(rq, r.rows[i].starts_at);
        c[2].text = settings_date_text(rq, r.rows[i].ends_at - 1);
    }
    v.page.lead = TX(rq, settings_breaks_what);
    v.page.action =
        (struct page_link){TX(rq, settings_break_new), settings_at(rq, "/lov/ny"), false};
    v.empty = (struct page_empty){.title = TX(rq, settings_breaks_none),
                                  .text = TX(rq, settings_breaks_none_text)};
    return settings_draw_list(rq, &v, T_settings_breaks);
}

static const char *day(struct req *rq, msec t)
{
    char text[TIME_TEXT];
    date_text(date_of_msec(t), text);
    return arena_strdup(rq->arena, text);
}

static void fill(struct req *rq, struct settings_form_view *v, const struct q_settings_break_row *b)
{
    struct page_field *f =
        settings_field(rq, v, SETTINGS_TEXT, "name", T_settings_name, b ? b->name : NULL);
    f->hint = TX(rq, settings_break_name_hint);
    f = settings_field(rq, v, SETTINGS_DATE, "first", T_settings_period_first,
                       b ? day(rq, b->starts_at) : NULL);
    web_date(rq, f);
    f = settings_field(rq, v, SETTINGS_DATE, "last", T_settings_period_last,
                       b ? day(rq, b->ends_at - 1) : NULL);
    web_date(rq, f);
}

static enum err draw_new(struct req *rq)
{
    struct settings_form_view v = {.action = settings_at(rq, "/lov/ny"),
                                   .submit = TX(rq, settings_break_add)};
    fill(rq, &v, NULL);
    return settings_draw_form(rq, &v, &up, TX(rq, settings_break_new));
}

enum err settings_break_new_page(struct req *rq)
{
    TRY(settings_in_town(rq));
    return draw_new(rq);
}

struct writing {
    struct settings_write w;
    struct school_break now, seen;
};

static void read_form(struct req *rq, struct school_break *b)
{
    struct date first, last;
    b->name = req_field(rq, "name");
    if (rq->problems || date_parse(req_field(rq, "first"), &first) ||
        date_parse(req_field(rq, "last"), &last))
        return;
    int64_t days = date_days(last) - date_days(first) + 1;
    b->starts_at = date_start(first);
    b->ends_at = date_start(date_add(last, 1));
    if (days < 1 || days > BREAK_DAYS_MOST)
        req_problem(rq, "last", TXF(rq, settings_period_days, BREAK_DAYS_MOST));
}

static enum err add(struct tx *tx, void *arg)
{
    struct writing *x = arg;
    struct q_settings_break_add_in in = {x->w.municipality, x->now.id,      x->now.name,
                                         x->now.starts_at,  x->now.ends_at, time_now()};
    TRY(q_settings_break_add_run(tx, &in, NULL));
    return settings_audit(&x->w, tx, "school_break.add", x->now.name, NULL, NULL);
}

enum err settings_break_add_post(struct req *rq)
{
    struct id id = id_new();
    struct writing x = {.w = {rq, web_municipality(rq), id}, .now = {.id = id}};
    TRY(settings_in_town(rq));
    read_form(rq, &x.now);
    if (rq->problems) {
        web_invalid(rq);
        return draw_new(rq);
    }
    TRY(web_write(rq, add, &x));
    return web_done(rq, settings_at(rq, "/lov"), T_done_settings_break);
}

static enum err draw_one(struct req *rq, struct id id)
{
    struct reading r = {.rq = rq, .id = id};
    TRY(web_read(rq, read_one, &r));
    struct settings_form_view v = {.action = settings_at_id(rq, "/lov/", id, ""),
                                   .submit = TX(rq, settings_save)};
    fill(rq, &v, &r.one);
    settings_seen(rq, &v, "name_seen", r.one.name);
    settings_seen(rq, &v, "starts_seen",
                  arena_printf(rq->arena, "%lld", (long long)r.one.starts_at));
    settings_seen(rq, &v, "ends_seen", arena_printf(rq->arena, "%lld", (long long)r.one.ends_at));
    settings_button(&v, (struct settings_button){settings_at_id(rq, "/lov/", id, "/ta-bort"),
                                                 TX(rq, settings_break_delete), NULL, NULL, true});
    return settings_draw_form(rq, &v, &up, r.one.name);
}

enum err settings_break_page(struct req *rq)
{
    struct id id;
    TRY(settings_in_town(rq));
    TRY(settings_id(rq, &id));
    return draw_one(rq, id);
}

static enum err change(struct tx *tx, void *arg)
{
    struct writing *x = arg;
    int64_t n;
    struct q_settings_break_set_in in = {x->w.municipality, x->w.id,           x->now.name,
                                         x->now.starts_at,  x->now.ends_at,    time_now(),
                                         x->seen.name,      x->seen.starts_at, x->seen.ends_at};
    TRY(q_settings_break_set_run(tx, &in, &n));
    if (n == 0)
        return ERR_CONFLICT;
    return settings_audit(&x->w, tx, "school_break.change", x->now.name, "before", x->seen.name);
}

enum err settings_break_post(struct req *rq)
{
    struct id id;
    TRY(settings_in_town(rq));
    TRY(settings_id(rq, &id));
    struct reading r = {.rq = rq, .id = id};
    TRY(web_read(rq, read_one, &r));
    struct writing x = {.w = {rq, web_municipality(rq), id}};
    x.seen = (struct school_break){id, req_field(rq, "name_seen"), req_int(rq, "starts_seen", 0),
                                   req_int(rq, "ends_seen", 0)};
    read_form(rq, &x.now);
    if (!rq->problems) {
        if (!x.seen.name)
            return ERR_USAGE;
        enum err e = web_write(rq, change, &x);
        if (e == ERR_OK)
            return web_done(rq, settings_at(rq, "/lov"), T_done_settings_break);
        TRY(settings_conflict(rq, e, NULL, T_settings_conflict_other));
    }
    web_invalid(rq);
    return draw_one(rq, id);
}

static enum err remove_it(struct tx *tx, void *arg)
{
    struct writing *x = arg;
    int64_t n;
    struct q_settings_break_delete_in in = {x->w.municipality, x->w.id};
    TRY(q_settings_break_delete_run(tx, &in, &n));
    if (n == 0)
        return ERR_NOTFOUND;
    return settings_audit(&x->w, tx, "school_break.delete", NULL, NULL, NULL);
}

enum err settings_break_delete_post(struct req *rq)
{
    struct id id;
    TRY(settings_in_town(rq));
    TRY(settings_id(rq, &id));
    struct writing x = {.w = {rq, web_municipality(rq), id}};
    TRY(web_write(rq, remove_it, &x));
    return web_done(rq, settings_at(rq, "/lov"), T_done_settings_deleted);
}
