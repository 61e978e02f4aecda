/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Pages of areas: list beside map, one area, download, tiles. */
#include "base/mem.h"
#include "base/str.h"
#include "geo/geo_data.h"
#include "geo/geojson.h"
#include "geo/mvt.h"
#include "geo/wkb.h"
#include "parts/event/event.h"
#include "parts/settings/settings_web.h"
#include "settings_sql.h"
#include "tmpl/format.h"

#define TILE_LIMIT ((size_t)2 << 20)

static const struct settings_up up = {"/omraden", T_settings_areas};

const struct field_spec settings_area_fields[] = {
    {.name = "name", .kind = FIELD_TEXT, .required = true, .max = 100},
    {.name = "kind", .kind = FIELD_CODE, .required = true},
    {.name = "name_seen", .kind = FIELD_TEXT, .max = 100},
    {.name = "kind_seen", .kind = FIELD_CODE},
    {0},
};

struct reading {
    struct req *rq;
    struct id id;
    struct q_settings_areas_row *rows;
    size_t n;
    struct q_settings_area_row one;
    int64_t events, used;
};

static enum err read_all(struct tx *tx, void *arg)
{
    struct reading *r = arg;
    struct q_settings_areas_in in = {web_municipality(r->rq)};
    return q_settings_areas_all(tx, r->rq->arena, &in, &r->rows, &r->n);
}

static enum err read_one(struct tx *tx, void *arg)
{
    struct reading *r = arg;
    struct q_settings_area_in in = {web_municipality(r->rq), r->id};
    TRY(q_settings_area_one(tx, r->rq->arena, &in, &r->one));
    struct q_settings_area_events_in events = {in.municipality, r->id};
    struct q_settings_area_events_row row;
    TRY(q_settings_area_events_one(tx, r->rq->arena, &events, &row));
    r->events = row.n;
    struct q_settings_area_used_in used = {in.municipality, r->id};
    struct q_settings_area_used_row about;
    TRY(q_settings_area_used_one(tx, r->rq->arena, &used, &about));
    r->used = about.n;
    return ERR_OK;
}

static const char *kind_text(struct req *rq, const char *kind)
{
    if (str_eq(kind, "district"))
        return TX(rq, settings_area_district);
    if (str_eq(kind, "school"))
        return TX(rq, settings_area_school);
    return str_eq(kind, "other") ? TX(rq, settings_area_other) : kind;
}

static const char *square_km(struct req *rq, const struct geo_shape *s)
{
    char text[FORMAT_TEXT];
    return format_arena(rq->arena, format_decimal(text, rq->lang, geo_shape_area(s) / 1e6, 2));
}

static const char *bounds(struct req *rq)
{
    const struct geo_municipality *m = geo_municipality_by_code(web_municipality(rq));
    const struct geo_box *b = &m->outline.box;
    struct geo_lonlat sw = geo_to_wgs84((struct geo_point){b->east_min, b->north_min});
    struct geo_lonlat ne = geo_to_wgs84((struct geo_point){b->east_max, b->north_max});
    return arena_printf(rq->arena, "%.4f %.4f %.4f %.4f", sw.lon, sw.lat, ne.lon, ne.lat);
}

static void fill_map(struct req *rq, struct page_map *map)
{
    *map = (struct page_map){.id = "omradeskarta",
                             .label = TX(rq, settings_areas_map),
                             .base_href = settings_at(rq, "/omraden/rutor/{z}/{x}/{y}.mvt"),
                             .bounds = bounds(rq),
                             .attribution = TX(rq, settings_map_source)};
}

enum err settings_areas_page(struct req *rq)
{
    TRY(settings_in_town(rq));
    struct reading r = {.rq = rq};
    TRY(web_read(rq, read_all, &r));
    const struct settings_head heads[] = {{TX(rq, settings_name), false},
                                          {TX(rq, settings_kind), false},
                                          {TX(rq, settings_area_km2), true}};
    struct settings_list_view v = {.heads = heads, .n_heads = ARRAY_LEN(heads), .n_rows = r.n};
    TRY(settings_table(rq, heads, ARRAY_LEN(heads), r.n, &v.rows));
    for (size_t i = 0; i < r.n; i++) {
        struct settings_cell *c = v.rows[i].cells;
        struct geo_shape *shape;
        const struct db_bytes *wkb = &r.rows[i].shape;
        TRY(geo_wkb_read(rq->arena, wkb->data, wkb->n, AREA_VERTICES_MOST, &shape));
        c[0].text = r.rows[i].name;
        c[0].href = settings_at_id(rq, "/omraden/", r.rows[i].id, "");
        c[1].text = kind_text(rq, r.rows[i].kind);
        c[2].text = square_km(rq, shape);
    }
    v.has_map = true;
    fill_map(rq, &v.map);
    v.sentence = r.n ? TXF(rq, settings_n_areas, r.n) : NULL;
    v.page.lead = TX(rq, settings_areas_lead);
    v.page.action =
        (struct page_link){TX(rq, settings_area_new), settings_at(rq, "/omraden/ny"), false};
    if (r.n)
        settings_list_link(&v, TX(rq, settings_areas_download),
                           settings_at(rq, "/omraden.geojson"));
    v.empty = (struct page_empty){.title = TX(rq, settings_areas_none),
                                  .text = TX(rq, settings_areas_none_text)};
    return settings_draw_list(rq, &v, T_settings_areas);
}

/* --- One area --- */

static enum err draw_one(struct req *rq, struct id id)
{
    struct reading r = {.rq = rq, .id = id};
    TRY(web_read(rq, read_one, &r));
    struct settings_form_view v = {.action = settings_at_id(rq, "/omraden/", id, ""),
                                   .submit = TX(rq, settings_save)};
    struct page_fact *facts = ARENA_ARRAY(rq->arena, 3, struct page_fact);
    struct page_choice *c = ARENA_ARRAY(rq->arena, 3, struct page_choice);
    if (!facts || !c)
        return ERR_NOMEM;
    facts[0] =
        (struct page_fact){TX(rq, settings_type_events), settings_number(rq, r.events), NULL};
    facts[1] = (struct page_fact){TX(rq, settings_source), r.one.source, NULL};
    facts[2] = (struct page_fact){TX(rq, settings_created),
                                  settings_date_text(rq, r.one.created_at), NULL};
    v.facts = (struct page_facts){facts, 3};
    settings_field(rq, &v, SETTINGS_TEXT, "name", T_settings_name, r.one.name);
    static const char *const kinds[] = {"district", "school", "other"};
    for (size_t i = 0; i < 3; i++)
        c[i] = (struct page_choice){.value = kinds[i], .label = kind_text(rq, kinds[i])};
    struct page_field *f =
        settings_field(rq, &v, SETTINGS_SELECT, "kind", T_settings_kind, r.one.kind);
    f->hint = TX(rq, settings_area_kind_hint);
    settings_choose(f, c, 3);
    settings_seen(rq, &v, "name_seen", r.one.name);
    settings_seen(rq, &v, "kind_seen", r.one.kind);
    if (!r.used)
        settings_button(&v, (struct settings_button){
                                settings_at_id(rq, "/omraden/", id, "/ta-bort"),
                                TX(rq, settings_area_delete), TX(rq, settings_area_delete_text),
                                TX(rq, settings_area_delete_ask), true});
    else
        TRY(settings_notice(rq, &v.notices, &v.n_notices,
                            (struct page_notice){.text = TX(rq, settings_area_used)}));
    return settings_draw_form(rq, &v, &up, r.one.name);
}

enum err settings_area_page(struct req *rq)
{
    struct id id;
    TRY(settings_in_town(rq));
    TRY(settings_id(rq, &id));
    return draw_one(rq, id);
}

struct writing {
    struct settings_write w;
    struct event_areas *cache;
    struct area_words now, seen;
};

static struct writing writing(struct req *rq, struct id id)
{
    return (struct writing){
        .w = {rq, web_municipality(rq), id},
        .cache = web_app(rq)->areas,
        .now = {req_field(rq, "name"), req_field(rq, "kind")},
        .seen = {req_field(rq, "name_seen"), req_field(rq, "kind_seen")},
    };
}

static enum err change(struct tx *tx, void *arg)
{
    struct writing *x = arg;
    const struct area_scene s = {tx, x->w.rq->arena, x->cache, x->w.municipality};
    TRY(area_change(&s, x->w.id, &x->now, &x->seen));
    return settings_audit(&x->w, tx, "area.change", x->now.name, "before", x->seen.name);
}

enum err settings_area_post(struct req *rq)
{
    struct id id;
    TRY(settings_in_town(rq));
    TRY(settings_id(rq, &id));
    if (req_field(rq, "kind") && !area_kind_known(req_field(rq, "kind")))
        req_problem(rq, "kind", TX(rq, settings_kind_unknown));
    if (!rq->problems) {
        struct writing x = writing(rq, id);
        if (!x.seen.name || !x.seen.kind)
            return ERR_USAGE;
        enum err e = web_write(rq, change, &x);
        if (e == ERR_OK) {
            event_areas_forget(x.cache, x.w.municipality);
            return web_done(rq, settings_at(rq, "/omraden"), T_done_settings_area);
        }
        TRY(settings_conflict(rq, e, "name", T_settings_conflict));
    }
    web_invalid(rq);
    return draw_one(rq, id);
}

static enum err remove_it(struct tx *tx, void *arg)
{
    struct writing *x = arg;
    struct q_settings_area_in in = {x->w.municipality, x->w.id};
    struct q_settings_area_row row;
    TRY(q_settings_area_one(tx, x->w.rq->arena, &in, &row));
    const struct area_scene s = {tx, x->w.rq->arena, x->cache, x->w.municipality};
    TRY(area_delete(&s, x->w.id));
    return settings_audit(&x->w, tx, "area.delete", row.name, NULL, NULL);
}

enum err settings_area_delete_post(struct req *rq)
{
    struct id id;
    TRY(settings_in_town(rq));
    TRY(settings_id(rq, &id));
    struct writing x = writing(rq, id);
    enum err e = web_write(rq, remove_it, &x);
    if (e == ERR_OK) {
        event_areas_forget(x.cache, x.w.municipality);
        return web_done(rq, settings_at(rq, "/omraden"), T_done_settings_deleted);
    }
    TRY(settings_conflict(rq, e, NULL, T_settings_area_used));
    web_invalid(rq);
    return draw_one(rq, id);
}

/* --- For other programs and for the map --- */

enum err settings_areas_geojson(struct req *rq)
{
    TRY(settings_in_town(rq));
    struct reading r = {.rq = rq};
    TRY(web_read(rq, read_all, &r));
    struct jsonw w = jsonw_init(&rq->out);
    geojson_collection(&w);
    for (size_t i = 0; i < r.n; i++) {
        struct geo_shape *shape;
        char id[ID_TEXT];
        const struct db_bytes *wkb = &r.rows[i].shape;
        TRY(geo_wkb_read(rq->arena, wkb->data, wkb->n, AREA_VERTICES_MOST, &shape));
        id_text(r.rows[i].id, id);
        geojson_feature(&w, id, shape);
        jsonw_key_text(&w, "namn", r.rows[i].name);
        jsonw_key_text(&w, "slag", r.rows[i].kind);
        geojson_feature_end(&w);
    }
    geojson_collection_end(&w);
    resp_type(rq, "application/geo+json");
    resp_download(rq, arena_printf(rq->arena, "omraden-%s.geojson", web_municipality(rq)));
    return web_audit_read(rq, "area.export", "area", (struct id){{0}}, NULL);
}

static enum err draw_tile(struct req *rq, const struct reading *r, struct mvt *tile)
{
    const struct geo_municipality *m = geo_municipality_by_code(web_municipality(rq));
    struct geo_shape *shape;
    TRY(geo_wkb_read(rq->arena, m->outline.wkb, m->outline.wkb_len, AREA_VERTICES_MOST, &shape));
    mvt_layer(tile, "land");
    (void)mvt_shape(tile, 0, shape);
    mvt_layer(tile, "outline");
    (void)mvt_shape(tile, 0, shape);
    mvt_layer(tile, "area");
    for (size_t i = 0; i < r->n; i++) {
        const struct db_bytes *wkb = &r->rows[i].shape;
        TRY(geo_wkb_read(rq->arena, wkb->data, wkb->n, AREA_VERTICES_MOST, &shape));
        if (mvt_shape(tile, i + 1, shape))
            mvt_tag_text(tile, "name", r->rows[i].name);
    }
    mvt_layer(tile, "place");
    for (size_t i = 0; i < r->n; i++) {
        const struct db_bytes *wkb = &r->rows[i].shape;
        struct geo_point at;
        TRY(geo_wkb_read(rq->arena, wkb->data, wkb->n, AREA_VERTICES_MOST, &shape));
        TRY(geo_shape_inside_point(rq->arena, shape, &at));
        if (mvt_point(tile, i + 1, at.east, at.north))
            mvt_tag_text(tile, "name", r->rows[i].name);
    }
    return mvt_finish(tile, &rq->out);
}

enum err settings_area_tile(struct req *rq)
{
    TRY(settings_in_town(rq));
    int64_t z, x, y;
    if (!str_to_int(req_param(rq, "z"), &z) || !str_to_int(req_param(rq, "x"), &x) ||
        !str_to_int(req_param(rq, "y"), &y) || !mvt_tile_valid(z, x, y))
        return ERR_NOTFOUND;
    struct reading r = {.rq = rq};
    TRY(web_read(rq, read_all, &r));
    AUTO(mvt_freep)
    struct mvt *tile =
        mvt_new((struct mvt_tile){(uint32_t)z, (uint32_t)x, (uint32_t)y}, TILE_LIMIT);
    if (!tile)
        return ERR_NOMEM;
    resp_type(rq, "application/vnd.mapbox-vector-tile");
    return draw_tile(rq, &r, tile);
}
