/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Pages of named places. */
#include <math.h>

#include "base/jsonw.h"
#include "base/mem.h"
#include "base/str.h"
#include "geo/geo_data.h"
#include "parts/settings/settings_web.h"
#include "settings_sql.h"
#include "tmpl/format.h"

#define PAGE_ROWS 50

static const struct settings_up up = {"/platser", T_settings_places};

const struct field_spec settings_place_query[] = {
    {.name = "sok", .kind = FIELD_TEXT, .max = 100},
    {.name = "slag", .kind = FIELD_CODE},
    {.name = "sida", .kind = FIELD_INT, .min = 1, .max = 100000},
    {0},
};
const struct field_spec settings_place_fields[] = {
    {.name = "name", .kind = FIELD_TEXT, .required = true, .max = 100},
    {.name = "kind", .kind = FIELD_CODE, .required = true},
    {.name = "locality", .kind = FIELD_TEXT, .max = 100},
    {.name = "north", .kind = FIELD_REAL, .required = true},
    {.name = "east", .kind = FIELD_REAL, .required = true},
    {.name = "name_seen", .kind = FIELD_TEXT, .max = 100},
    {0},
};
const struct field_spec settings_say_query[] = {
    {.name = "lon", .kind = FIELD_REAL, .required = true},
    {.name = "lat", .kind = FIELD_REAL, .required = true},
    {0},
};

struct reading {
    struct req *rq;
    struct id id;
    const char *pattern, *kind;
    int64_t page;
    struct q_settings_places_row *rows;
    size_t n;
    int64_t count;
    struct q_settings_place_row one;
};

static enum err read_page(struct tx *tx, void *arg)
{
    struct reading *r = arg;
    const char *municipality = web_municipality(r->rq);
    struct q_settings_place_count_in count = {municipality, r->pattern, r->kind};
    struct q_settings_place_count_row n;
    TRY(q_settings_place_count_one(tx, r->rq->arena, &count, &n));
    r->count = n.n;
    struct q_settings_places_in in = {municipality, r->pattern, r->kind, PAGE_ROWS,
                                      (r->page - 1) * PAGE_ROWS};
    return q_settings_places_all(tx, r->rq->arena, &in, &r->rows, &r->n);
}

/* Part of a name, with the signs that mean something to LIKE made harmless. */
static const char *pattern_of(struct req *rq, const char *typed)
{
    const char *folded = typed ? str_fold(rq->arena, typed) : NULL;
    if (!folded)
        return NULL;
    AUTO(buf_done) struct buf b = buf_init(2048);
    buf_putc(&b, '%');
    for (const char *p = folded; *p; p++) {
        if (*p == '%' || *p == '_' || *p == '!')
            buf_putc(&b, '!');
        buf_putc(&b, *p);
    }
    buf_putc(&b, '%');
    return buf_err(&b) ? NULL : arena_strdup(rq->arena, buf_text(&b));
}

static const char *kind_text(struct req *rq, const char *kind)
{
    if (str_eq(kind, "own"))
        return TX(rq, settings_place_own);
    if (str_eq(kind, "street"))
        return TX(rq, settings_place_street);
    if (str_eq(kind, "locality"))
        return TX(rq, settings_place_locality);
    return str_eq(kind, "area") ? TX(rq, settings_place_area) : kind;
}

static struct page_choice *kind_choices(struct req *rq, const char *first)
{
    static const char *const kinds[] = {"own", "street", "area"};
    struct page_choice *c = ARENA_ARRAY(rq->arena, 4, struct page_choice);
    if (c)
        c[0] = (struct page_choice){.value = "", .label = first};
    for (size_t i = 0; c && i < 3; i++)
        c[i + 1] = (struct page_choice){.value = kinds[i], .label = kind_text(rq, kinds[i])};
    return c;
}

static void fill_row(struct req *rq, const struct q_settings_places_row *p, struct settings_cell *c)
{
    c[0].text = p->name;
    c[0].href = settings_at_id(rq, "/platser/", p->id, "");
    c[0].sub = p->locality;
    c[1].text = kind_text(rq, p->kind);
    c[2].text = place_words(rq->arena, rq->lang, web_municipality(rq),
                            (struct geo_point){p->east, p->north});
}

static void fill_pager(struct req *rq, struct settings_list_view *v, const struct reading *r)
{
    int64_t from = (r->page - 1) * PAGE_ROWS + 1, to = from + (int64_t)r->n - 1;
    v->has_pager = r->count > PAGE_ROWS;
    v->pager.sentence = TXF(rq, settings_rows_of, from, to, r->count);
    if (r->page > 1)
        v->pager.prev_href =
            req_address_with(rq, "sida", arena_printf(rq->arena, "%lld", (long long)r->page - 1));
    if (to < r->count)
        v->pager.next_href =
            req_address_with(rq, "sida", arena_printf(rq->arena, "%lld", (long long)r->page + 1));
}

enum err settings_places_page(struct req *rq)
{
    TRY(settings_in_town(rq));
    struct reading r = {.rq = rq,
                        .pattern = pattern_of(rq, req_field(rq, "sok")),
                        .kind = req_field(rq, "slag"),
                        .page = req_int(rq, "sida", 1)};
    if (r.page < 1)
        r.page = 1;
    TRY(web_read(rq, read_page, &r));
    const struct settings_head heads[] = {{TX(rq, settings_name), false},
                                          {TX(rq, settings_kind), false},
                                          {TX(rq, settings_place_where), false}};
    struct settings_list_view v = {.heads = heads, .n_heads = ARRAY_LEN(heads), .n_rows = r.n};
    TRY(settings_table(rq, heads, ARRAY_LEN(heads), r.n, &v.rows));
    for (size_t i = 0; i < r.n; i++)
        fill_row(rq, &r.rows[i], v.rows[i].cells);
    struct page_field *f = settings_filter(rq, &v, SETTINGS_TEXT, "sok", T_settings_place_find);
    f->type = "search";
    f = settings_filter(rq, &v, SETTINGS_SELECT, "slag", T_settings_kind);
    settings_choose(f, kind_choices(rq, TX(rq, settings_all_kinds)), 4);
    v.sentence = TXF(rq, settings_n_places, r.count);
    fill_pager(rq, &v, &r);
    v.page.lead = TX(rq, settings_places_lead);
    v.page.action =
        (struct page_link){TX(rq, settings_place_new), settings_at(rq, "/platser/ny"), false};
    settings_list_link(&v, TX(rq, settings_places_upload), settings_at(rq, "/platser/fran-fil"));
    v.empty = (struct page_empty){.title = TX(rq, settings_places_none),
                                  .text = TX(rq, settings_places_none_text)};
    return settings_draw_list(rq, &v, T_settings_places);
}

/* --- One place --- */

static const char *bounds(struct req *rq)
{
    const struct geo_municipality *m = geo_municipality_by_code(web_municipality(rq));
    if (!m)
        return "10.5 55 24.2 69.1";
    const struct geo_box *b = &m->outline.box;
    struct geo_lonlat sw = geo_to_wgs84((struct geo_point){b->east_min, b->north_min});
    struct geo_lonlat ne = geo_to_wgs84((struct geo_point){b->east_max, b->north_max});
    return arena_printf(rq->arena, "%.4f %.4f %.4f %.4f", sw.lon, sw.lat, ne.lon, ne.lat);
}

static const char *metres(struct req *rq, double v)
{
    return isfinite(v) ? arena_printf(rq->arena, "%.0f", v) : NULL;
}

static enum err fill_form(struct req *rq, struct settings_form_view *v,
                          const struct q_settings_place_row *p)
{
    struct page_field *f =
        settings_field(rq, v, SETTINGS_TEXT, "name", T_settings_name, p ? p->name : NULL);
    f->hint = TX(rq, settings_place_name_hint);
    f = settings_field(rq, v, SETTINGS_SELECT, "kind", T_settings_kind, p ? p->kind : "own");
    struct page_choice *c = kind_choices(rq, TX(rq, settings_choose));
    if (!c)
        return ERR_NOMEM;
    settings_choose(f, c, 4);
    f = settings_field(rq, v, SETTINGS_TEXT, "locality", T_settings_place_in_locality,
                       p ? p->locality : NULL);
    f->required = false;
    f = settings_field(rq, v, SETTINGS_TEXT, "north", T_settings_place_north,
                       p ? metres(rq, p->north) : NULL);
    f->hint = TX(rq, settings_place_position_hint);
    f->inputmode = "decimal";
    f->width = "w-half";
    f = settings_field(rq, v, SETTINGS_TEXT, "east", T_settings_place_east,
                       p ? metres(rq, p->east) : NULL);
    f->inputmode = "decimal";
    f->width = "w-half";
    v->has_map = true;
    v->map = (struct page_map){.id = "karta",
                               .label = TX(rq, settings_place_map),
                               .base_href = web_address(rq, "/tiles/base/{z}/{x}/{y}.mvt"),
                               .bounds = bounds(rq),
                               .attribution = TX(rq, settings_map_source),
                               .pick_east = "east",
                               .pick_north = "north",
                               .pick_say = settings_at(rq, "/platser/sag")};
    return ERR_OK;
}

static enum err draw_new(struct req *rq)
{
    struct settings_form_view v = {.action = settings_at(rq, "/platser/ny"),
                                   .submit = TX(rq, settings_place_add)};
    TRY(fill_form(rq, &v, NULL));
    return settings_draw_form(rq, &v, &up, TX(rq, settings_place_new));
}

enum err settings_place_new_page(struct req *rq)
{
    TRY(settings_in_town(rq));
    return draw_new(rq);
}

struct writing {
    struct settings_write w;
    struct place now;
    const char *seen;
};

static void read_form(struct req *rq, struct place *p)
{
    p->name = req_field(rq, "name");
    p->kind = req_field(rq, "kind");
    p->locality = req_field(rq, "locality");
    if (p->kind && !place_kind_known(p->kind))
        req_problem(rq, "kind", TX(rq, settings_kind_unknown));
    struct geo_point at;
    if (req_problem_of(rq, "north") || req_problem_of(rq, "east"))
        return;
    if (place_position(req_real(rq, "east", NAN), req_real(rq, "north", NAN), &at))
        req_problem(rq, "north", TX(rq, settings_place_nowhere));
    else
        *p = (struct place){p->id, p->kind, p->name, p->locality, at.east, at.north};
}

static enum err add(struct tx *tx, void *arg)
{
    struct writing *x = arg;
    TRY(place_add(tx, x->w.rq->arena, x->w.municipality, &x->now, "page"));
    return settings_audit(&x->w, tx, "place.add", x->now.name, "kind", x->now.kind);
}

enum err settings_place_add_post(struct req *rq)
{
    TRY(settings_in_town(rq));
    struct id id = id_new();
    struct writing x = {.w = {rq, web_municipality(rq), id}, .now = {.id = id}};
    read_form(rq, &x.now);
    if (!rq->problems) {
        enum err e = web_write(rq, add, &x);
        if (e == ERR_OK)
            return web_done(rq, settings_at_id(rq, "/platser/", id, ""), T_done_settings_place);
        TRY(settings_conflict(rq, e, "name", T_settings_name_taken));
    }
    web_invalid(rq);
    return draw_new(rq);
}

static enum err read_one(struct tx *tx, void *arg)
{
    struct reading *r = arg;
    struct q_settings_place_in in = {web_municipality(r->rq), r->id};
    return q_settings_place_one(tx, r->rq->arena, &in, &r->one);
}

static enum err draw_one(struct req *rq, struct id id)
{
    struct reading r = {.rq = rq, .id = id};
    TRY(web_read(rq, read_one, &r));
    struct settings_form_view v = {.action = settings_at_id(rq, "/platser/", id, ""),
                                   .submit = TX(rq, settings_save)};
    struct page_fact *fact = ARENA_NEW(rq->arena, struct page_fact);
    if (!fact)
        return ERR_NOMEM;
    *fact = (struct page_fact){TX(rq, settings_place_where),
                               place_words(rq->arena, rq->lang, web_municipality(rq),
                                           (struct geo_point){r.one.east, r.one.north}),
                               NULL};
    v.facts = (struct page_facts){fact, 1};
    TRY(fill_form(rq, &v, &r.one));
    settings_seen(rq, &v, "name_seen", r.one.name);
    settings_button(&v, (struct settings_button){settings_at_id(rq, "/platser/", id, "/ta-bort"),
                                                 TX(rq, settings_place_delete),
                                                 TX(rq, settings_place_delete_text),
                                                 TX(rq, settings_place_delete_ask), true});
    return settings_draw_form(rq, &v, &up, r.one.name);
}

enum err settings_place_page(struct req *rq)
{
    struct id id;
    TRY(settings_in_town(rq));
    TRY(settings_id(rq, &id));
    return draw_one(rq, id);
}

static enum err change(struct tx *tx, void *arg)
{
    struct writing *x = arg;
    TRY(place_change(tx, x->w.rq->arena, x->w.municipality, &x->now, x->seen));
    return settings_audit(&x->w, tx, "place.change", x->now.name, "before", x->seen);
}

enum err settings_place_post(struct req *rq)
{
    struct id id;
    TRY(settings_in_town(rq));
    TRY(settings_id(rq, &id));
    struct writing x = {
        .w = {rq, web_municipality(rq), id}, .now = {.id = id}, .seen = req_field(rq, "name_seen")};
    read_form(rq, &x.now);
    if (!rq->problems) {
        if (!x.seen)
            return ERR_USAGE;
        enum err e = web_write(rq, change, &x);
        if (e == ERR_OK)
            return web_done(rq, settings_at_id(rq, "/platser/", id, ""), T_done_settings_place);
        TRY(settings_conflict(rq, e, "name", T_settings_conflict));
    }
    web_invalid(rq);
    return draw_one(rq, id);
}

static enum err remove_it(struct tx *tx, void *arg)
{
    struct writing *x = arg;
    TRY(place_delete(tx, x->w.municipality, x->w.id));
    return settings_audit(&x->w, tx, "place.delete", NULL, NULL, NULL);
}

enum err settings_place_delete_post(struct req *rq)
{
    struct id id;
    TRY(settings_in_town(rq));
    TRY(settings_id(rq, &id));
    struct writing x = {.w = {rq, web_municipality(rq), id}};
    TRY(web_write(rq, remove_it, &x));
    return web_done(rq, settings_at(rq, "/platser"), T_done_settings_deleted);
}

/* The map asks what the place under its cross is called. */
enum err settings_place_say(struct req *rq)
{
    TRY(settings_in_town(rq));
    struct geo_point at;
    if (rq->problems || place_position(req_real(rq, "lon", NAN), req_real(rq, "lat", NAN), &at))
        return ERR_INVALID;
    struct jsonw w = jsonw_init(&rq->out);
    jsonw_object(&w);
    jsonw_key_text(&w, "text", place_words(rq->arena, rq->lang, web_municipality(rq), at));
    jsonw_end(&w);
    resp_type(rq, "application/json");
    return ERR_OK;
}
