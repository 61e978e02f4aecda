/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Areas from a file: sent, looked at with what is doubtful, saved. */
#include <stdio.h>

#include "base/mem.h"
#include "base/str.h"
#include "geo/geo_data.h"
#include "geo/wkb.h"
#include "parts/event/event.h"
#include "parts/settings/settings_file.h"
#include "parts/settings/settings_web.h"
#include "settings_sql.h"
#include "tmpl/format.h"

#define DRAFT "omraden"

static const struct settings_up up = {"/omraden", T_settings_areas};

const struct field_spec settings_area_upload_fields[] = {
    {.name = "file", .kind = FIELD_FILE, .required = true, .max = 40 << 20},
    {0},
};
const struct field_spec settings_area_draft_fields[] = {
    {.name = "column", .kind = FIELD_TEXT, .max = 200},
    {.name = "kind", .kind = FIELD_CODE},
    {.name = "look", .kind = FIELD_BOOL},
    {0},
};

struct gathering {
    struct settings_file file;
    const char *file_name;
    struct area *areas;
    const char *const **cells; /* of each area */
    size_t n, passed;          /* passed: rows without an area */
    int column;
    const char *kind;
    struct q_settings_areas_row *have;
    size_t n_have;
};

static enum err copy_cells(struct gathering *g, const struct convert_item *item)
{
    size_t n = g->file.n_names;
    const char **cells = ARENA_ARRAY(g->file.rq->arena, n + 1, const char *);
    if (!cells)
        return ERR_NOMEM;
    for (size_t i = 0; i < n; i++)
        if (item->cells[i]) {
            cells[i] = str_trim(g->file.rq->arena, item->cells[i]);
            if (!cells[i])
                return ERR_NOMEM;
        }
    g->cells[g->n] = cells;
    return ERR_OK;
}

static enum err take_row(void *arg, const struct convert_item *item)
{
    struct gathering *g = arg;
    struct geo_shape *shape;
    if (item->kind != CONVERT_ROW || !item->wkb) {
        g->passed++;
        return ERR_OK;
    }
    if (g->n == AREAS_MOST)
        return ERR_LIMIT;
    TRY(geo_wkb_read(g->file.rq->arena, item->wkb, item->wkb_len, AREA_VERTICES_MOST, &shape));
    if (shape->kind != GEO_POLYGON) {
        g->passed++;
        return ERR_OK;
    }
    TRY(copy_cells(g, item));
    g->areas[g->n++] = (struct area){.shape = shape};
    return ERR_OK;
}

static int find_column(const struct gathering *g, const char *chosen)
{
    static const char *const usual[] = {"namn", "name", "omrade", "område", "benamning"};
    if (chosen)
        return settings_file_column(&g->file, &chosen, 1);
    int c = settings_file_column(&g->file, usual, ARRAY_LEN(usual));
    return c < 0 && g->file.n_names ? 0 : c;
}

static enum err read_have(struct tx *tx, void *arg)
{
    struct gathering *g = arg;
    struct q_settings_areas_in in = {web_municipality(g->file.rq)};
    return q_settings_areas_all(tx, g->file.rq->arena, &in, &g->have, &g->n_have);
}

static enum err judge(struct req *rq, struct gathering *g)
{
    const struct geo_municipality *m = geo_municipality_by_code(web_municipality(rq));
    struct geo_shape *outline;
    TRY(geo_wkb_read(rq->arena, m->outline.wkb, m->outline.wkb_len, AREA_VERTICES_MOST, &outline));
    TRY(web_read(rq, read_have, g));
    for (size_t i = 0; i < g->n; i++) {
        const char *name = g->column < 0 ? NULL : g->cells[i][g->column];
        bool good = name && utf8_len(name) <= 100 && !utf8_has_control(name);
        g->areas[i].name = good ? name : NULL;
        for (size_t j = 0; j < g->n_have; j++)
            if (str_eq(g->have[j].name, g->areas[i].name) && str_eq(g->have[j].kind, g->kind))
                g->areas[i].doubts |= AREA_REPLACES;
    }
    areas_judge(g->areas, g->n, outline);
    return ERR_OK;
}

/* Reads the draft; what is wrong with the file as a whole becomes a problem of the request. */
static enum err gather(struct req *rq, struct id id, struct gathering *g)
{
    const char *path;
    *g = (struct gathering){.file.rq = rq, .column = -1};
    TRY(settings_draft_path(rq, DRAFT, id, &path, &g->file_name));
    g->areas = ARENA_ARRAY(rq->arena, AREAS_MOST, struct area);
    g->cells = ARENA_ARRAY(rq->arena, AREAS_MOST, const char *const *);
    if (!g->areas || !g->cells)
        return ERR_NOMEM;
    enum err e =
        settings_file_read(&g->file, path, settings_file_format(g->file_name), take_row, g);
    if (e == ERR_INVALID)
        req_problem(rq, "file", settings_file_why(&g->file));
    else if (e == ERR_LIMIT)
        req_problem(rq, "file", TXF(rq, settings_areas_many, AREAS_MOST));
    else if (e)
        return e;
    else if (g->n == 0)
        req_problem(rq, "file", TX(rq, settings_areas_no_shapes));
    if (rq->problems)
        return ERR_OK;
    const char *kind = req_field(rq, "kind");
    g->kind = area_kind_known(kind) ? kind : "district";
    g->column = find_column(g, req_field(rq, "column"));
    return judge(rq, g);
}

static enum err draw_upload(struct req *rq)
{
    struct settings_form_view v = {.action = settings_at(rq, "/omraden/ny"),
                                   .submit = TX(rq, settings_file_look),
                                   .upload = true};
    struct page_field *f = settings_field(rq, &v, SETTINGS_FILE, "file", T_settings_file, NULL);
    f->hint = TX(rq, settings_areas_file_hint);
    f->accept = ".geojson,.json,.gpkg,.zip";
    v.page.lead = TX(rq, settings_areas_upload_lead);
    return settings_draw_form(rq, &v, &up, TX(rq, settings_area_new));
}

enum err settings_area_upload_page(struct req *rq)
{
    TRY(settings_in_town(rq));
    return draw_upload(rq);
}

enum err settings_area_upload_post(struct req *rq)
{
    TRY(settings_in_town(rq));
    const struct file_part *file = req_file(rq, "file");
    enum convert_format format = file ? settings_file_format(file->filename) : CONVERT_NONE;
    if (!rq->problems && format != CONVERT_GEOJSON && format != CONVERT_GDAL)
        req_problem(rq, "file", TX(rq, settings_areas_file_kind));
    if (!rq->problems) {
        struct id id;
        struct gathering g;
        TRY(settings_draft_keep(rq, file, DRAFT, &id));
        TRY(gather(rq, id, &g));
        if (!rq->problems)
            return resp_redirect(rq, settings_at_id(rq, "/omraden/utkast/", id, ""));
        settings_draft_drop(rq, DRAFT, id);
    }
    web_invalid(rq);
    return draw_upload(rq);
}

/* The first doubt that matters, in words. */
static const char *doubt_text(struct req *rq, const struct gathering *g, const struct area *a)
{
    if (a->doubts & AREA_NAMELESS)
        return TX(rq, settings_area_nameless);
    if (a->doubts & AREA_DOUBLE)
        return TX(rq, settings_area_double);
    if (a->doubts & AREA_OUTSIDE)
        return TX(rq, settings_area_outside);
    if (a->doubts & AREA_OVERLAPS)
        return TXF(rq, settings_area_overlaps, g->areas[a->other].name);
    return a->doubts & AREA_REPLACES ? TX(rq, settings_area_replaces) : TX(rq, settings_area_added);
}

static enum err fill_choices(struct req *rq, const struct gathering *g,
                             struct settings_form_view *v)
{
    size_t n = g->file.n_names;
    struct page_choice *c = ARENA_ARRAY(rq->arena, n + 3, struct page_choice);
    if (!c)
        return ERR_NOMEM;
    for (size_t i = 0; i < n; i++)
        c[i] = (struct page_choice){.value = g->file.names[i], .label = g->file.names[i]};
    struct page_field *f =
        settings_field(rq, v, SETTINGS_SELECT, "column", T_settings_area_column, NULL);
    f->value = g->column < 0 ? NULL : g->file.names[g->column];
    f->hint = TX(rq, settings_area_column_hint);
    f->required = true;
    settings_choose(f, c, n);
    c[n] = (struct page_choice){.value = "district", .label = TX(rq, settings_area_district)};
    c[n + 1] = (struct page_choice){.value = "school", .label = TX(rq, settings_area_school)};
    c[n + 2] = (struct page_choice){.value = "other", .label = TX(rq, settings_area_other)};
    f = settings_field(rq, v, SETTINGS_SELECT, "kind", T_settings_kind, NULL);
    f->value = g->kind;
    f->hint = TX(rq, settings_area_kind_hint);
    f->required = true;
    settings_choose(f, c + n, 3);
    return ERR_OK;
}

static enum err draw_draft(struct req *rq, struct id id, const struct gathering *g)
{
    struct settings_form_view v = {.action = settings_at_id(rq, "/omraden/utkast/", id, "")};
    const struct settings_head heads[] = {{TX(rq, settings_name), false},
                                          {TX(rq, settings_area_what), false},
                                          {TX(rq, settings_area_km2), true}};
    v.heads = heads;
    v.n_heads = ARRAY_LEN(heads);
    v.n_rows = g->n;
    TRY(settings_table(rq, heads, ARRAY_LEN(heads), g->n, &v.rows));
    size_t good = 0;
    for (size_t i = 0; i < g->n; i++) {
        const struct area *a = &g->areas[i];
        struct settings_cell *c = v.rows[i].cells;
        char km2[FORMAT_TEXT];
        c[0].text = a->name ? a->name : "–";
        c[1].text = doubt_text(rq, g, a);
        c[2].text = format_arena(rq->arena,
                                 format_decimal(km2, rq->lang, geo_shape_area(a->shape) / 1e6, 2));
        good += !(a->doubts & (AREA_DOUBLE | AREA_NAMELESS));
    }
    if (good)
        v.submit = TXF(rq, settings_areas_save, good);
    else
        v.submit = TX(rq, settings_area_look);
    v.look = good ? TX(rq, settings_area_look) : NULL;
    v.page.lead = TXF(rq, settings_areas_draft, g->file_name, g->n, g->passed);
    TRY(fill_choices(rq, g, &v));
    return settings_draw_form(rq, &v, &up, TX(rq, settings_area_new));
}

enum err settings_area_draft_page(struct req *rq)
{
    struct id id;
    struct gathering g;
    TRY(settings_in_town(rq));
    TRY(settings_id(rq, &id));
    TRY(gather(rq, id, &g));
    return rq->problems ? draw_upload(rq) : draw_draft(rq, id, &g);
}

struct saving {
    struct settings_write w;
    struct gathering *g;
    struct area_result result;
};

static enum err save(struct tx *tx, void *arg)
{
    struct saving *s = arg;
    const struct gathering *g = s->g;
    struct req *rq = s->w.rq;
    const struct area_scene scene = {tx, rq->arena, web_app(rq)->areas, s->w.municipality};
    const struct area_list list = {g->kind, g->file_name, g->areas, g->n};
    TRY(areas_save(&scene, &list, &s->result));
    char more[80];
    snprintf(more, sizeof more, "%zu + %zu", s->result.added, s->result.replaced);
    return settings_audit(&s->w, tx, "area.import", g->file_name, "count", more);
}

enum err settings_area_draft_post(struct req *rq)
{
    struct id id;
    struct gathering g;
    TRY(settings_in_town(rq));
    TRY(settings_id(rq, &id));
    TRY(gather(rq, id, &g));
    if (rq->problems) {
        web_invalid(rq);
        return draw_upload(rq);
    }
    if (g.column < 0 || req_has(rq, "look")) /* look again with another column or kind */
        return draw_draft(rq, id, &g);
    struct saving s = {.w = {rq, web_municipality(rq), {{0}}}, .g = &g};
    TRY(web_write(rq, save, &s));
    event_areas_forget(web_app(rq)->areas, s.w.municipality);
    settings_draft_drop(rq, DRAFT, id);
    return web_done(rq, settings_at(rq, "/omraden"), T_done_settings_areas);
}
