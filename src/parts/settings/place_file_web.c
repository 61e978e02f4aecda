/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Named places from a file: sent, looked at, saved. */
#include <math.h>
#include <stdio.h>

#include "base/mem.h"
#include "base/str.h"
#include "parts/settings/settings_file.h"
#include "parts/settings/settings_web.h"
#include "settings_sql.h"

#define ROWS_MOST 20000
#define SHOWN 50
#define DRAFT "platser"

static const struct settings_up up = {"/platser", T_settings_places};

const struct field_spec settings_place_upload_fields[] = {
    {.name = "file", .kind = FIELD_FILE, .required = true, .max = 20 << 20},
    {0},
};

struct row {
    struct place place;
    uint64_t number;
    enum text_key wrong; /* TEXT_COUNT: nothing */
};

struct gathering {
    struct settings_file file;
    struct row *rows;
    size_t n, wrong;
    int name, kind, locality, east, north;
};

static void find_columns(struct gathering *g)
{
    static const char *const name[] = {"namn", "name", "plats"};
    static const char *const kind[] = {"slag", "kind", "typ"};
    static const char *const locality[] = {"ort", "tätort", "locality"};
    static const char *const east[] = {"east", "e", "öst", "ost", "lon", "longitud", "lng"};
    static const char *const north[] = {"north", "n", "nord", "norr", "lat", "latitud"};
    g->name = settings_file_column(&g->file, name, ARRAY_LEN(name));
    g->kind = settings_file_column(&g->file, kind, ARRAY_LEN(kind));
    g->locality = settings_file_column(&g->file, locality, ARRAY_LEN(locality));
    g->east = settings_file_column(&g->file, east, ARRAY_LEN(east));
    g->north = settings_file_column(&g->file, north, ARRAY_LEN(north));
}

static const char *cell(struct gathering *g, const struct convert_item *item, int column)
{
    const char *s = column < 0 ? NULL : item->cells[column];
    return s ? str_trim(g->file.rq->arena, s) : NULL;
}

static double number(struct gathering *g, const struct convert_item *item, int column)
{
    const char *s = cell(g, item, column);
    char *copy = s ? arena_strdup(g->file.rq->arena, s) : NULL;
    double v;
    for (char *p = copy; p && *p; p++)
        if (*p == ',')
            *p = '.';
    return copy && str_to_double(copy, &v) ? v : NAN;
}

static const char *kind_of(const char *said)
{
    if (str_empty(said) || str_eq(said, "plats") || str_eq(said, "own"))
        return "own";
    if (str_eq(said, "gata") || str_eq(said, "street"))
        return "street";
    if (str_eq(said, "område") || str_eq(said, "area"))
        return "area";
    return NULL;
}

static enum text_key judge(const struct row *r, struct geo_point *at, double east, double north)
{
    if (str_empty(r->place.name))
        return T_settings_file_no_name;
    if (utf8_len(r->place.name) > 100 || utf8_has_control(r->place.name))
        return T_settings_file_long_name;
    if (!r->place.kind)
        return T_settings_kind_unknown;
    if (place_position(east, north, at))
        return T_settings_place_nowhere;
    return TEXT_COUNT;
}

static enum err take_row(void *arg, const struct convert_item *item)
{
    struct gathering *g = arg;
    if (g->n == ROWS_MOST)
        return ERR_LIMIT;
    if (g->n == 0)
        find_columns(g);
    struct row *r = &g->rows[g->n++];
    r->number = item->number;
    r->wrong = T_settings_file_row_broken;
    if (item->kind == CONVERT_ROW) {
        struct geo_point at = {NAN, NAN};
        r->place.id = id_new();
        r->place.name = cell(g, item, g->name);
        r->place.kind = kind_of(cell(g, item, g->kind));
        r->place.locality = cell(g, item, g->locality);
        r->wrong = judge(r, &at, number(g, item, g->east), number(g, item, g->north));
        r->place.east = at.east;
        r->place.north = at.north;
    }
    g->wrong += r->wrong != TEXT_COUNT;
    return ERR_OK;
}

/* Reads the draft. What is wrong with the file as a whole becomes a problem of the request. */
static enum err gather(struct req *rq, struct id id, struct gathering *g)
{
    const char *path, *name;
    TRY(settings_draft_path(rq, DRAFT, id, &path, &name));
    *g = (struct gathering){.file.rq = rq, .name = -1, .east = -1, .north = -1};
    g->rows = ARENA_ARRAY(rq->arena, ROWS_MOST, struct row);
    if (!g->rows)
        return ERR_NOMEM;
    enum err e = settings_file_read(&g->file, path, settings_file_format(name), take_row, g);
    if (e == ERR_INVALID)
        req_problem(rq, "file", settings_file_why(&g->file));
    else if (e == ERR_LIMIT)
        req_problem(rq, "file", TXF(rq, settings_file_rows, ROWS_MOST));
    else if (e)
        return e;
    else if (g->n == 0)
        req_problem(rq, "file", TX(rq, settings_file_empty));
    else if (g->name < 0 || g->east < 0 || g->north < 0)
        req_problem(rq, "file", TX(rq, settings_places_columns));
    else if (g->n == g->wrong)
        req_problem(rq, "file",
                    TXF(rq, settings_places_all_wrong, g->rows[0].number,
                        text_get(rq->lang, g->rows[0].wrong)));
    return ERR_OK;
}

static enum err draw_upload(struct req *rq)
{
    struct settings_form_view v = {.action = settings_at(rq, "/platser/fran-fil"),
                                   .submit = TX(rq, settings_file_look),
                                   .upload = true};
    struct page_field *f = settings_field(rq, &v, SETTINGS_FILE, "file", T_settings_file, NULL);
    f->hint = TX(rq, settings_places_file_hint);
    f->accept = ".csv,.xlsx,.txt";
    f->preview = true;
    v.page.lead = TX(rq, settings_places_upload_lead);
    return settings_draw_form(rq, &v, &up, TX(rq, settings_places_upload));
}

enum err settings_place_upload_page(struct req *rq)
{
    TRY(settings_in_town(rq));
    return draw_upload(rq);
}

enum err settings_place_upload_post(struct req *rq)
{
    TRY(settings_in_town(rq));
    const struct file_part *file = req_file(rq, "file");
    enum convert_format format = file ? settings_file_format(file->filename) : CONVERT_NONE;
    if (!rq->problems && format != CONVERT_CSV && format != CONVERT_XLSX)
        req_problem(rq, "file", TX(rq, settings_places_file_kind));
    if (!rq->problems) {
        struct id id;
        struct gathering g;
        TRY(settings_draft_keep(rq, file, DRAFT, &id));
        TRY(gather(rq, id, &g));
        if (!rq->problems)
            return resp_redirect(rq, settings_at_id(rq, "/platser/utkast/", id, ""));
        settings_draft_drop(rq, DRAFT, id);
    }
    web_invalid(rq);
    return draw_upload(rq);
}

static enum err fill_preview(struct req *rq, const struct gathering *g,
                             struct settings_form_view *v, struct settings_head *heads)
{
    heads[0] = (struct settings_head){TX(rq, settings_name), false};
    heads[1] = (struct settings_head){TX(rq, settings_place_where), false};
    heads[2] = (struct settings_head){TX(rq, settings_file_row), true};
    v->heads = heads;
    v->n_heads = 3;
    v->n_rows = g->n < SHOWN ? g->n : SHOWN;
    TRY(settings_table(rq, heads, 3, v->n_rows, &v->rows));
    size_t shown = 0;
    for (int pass = 0; pass < 2; pass++) /* what is refused stands first */
        for (size_t i = 0; i < g->n && shown < v->n_rows; i++) {
            const struct row *r = &g->rows[i];
            bool wrong = r->wrong != TEXT_COUNT;
            if (wrong != (pass == 0))
                continue;
            struct settings_cell *c = v->rows[shown++].cells;
            c[0].text = str_empty(r->place.name) ? "–" : r->place.name;
            c[0].tag = wrong ? TX(rq, settings_file_refused) : NULL;
            c[1].text = wrong ? text_get(rq->lang, r->wrong)
                              : place_words(rq->arena, rq->lang, web_municipality(rq),
                                            (struct geo_point){r->place.east, r->place.north});
            c[2].text = settings_number(rq, (int64_t)r->number);
        }
    return ERR_OK;
}

static enum err draw_draft(struct req *rq, struct id id, const struct gathering *g)
{
    struct settings_form_view v = {.action = settings_at_id(rq, "/platser/utkast/", id, "")};
    struct settings_head heads[3];
    v.submit = TXF(rq, settings_places_save, g->n - g->wrong);
    v.page.lead = TXF(rq, settings_places_draft, g->n - g->wrong, g->wrong);
    TRY(fill_preview(rq, g, &v, heads));
    return settings_draw_form(rq, &v, &up, TX(rq, settings_places_upload));
}

enum err settings_place_draft_page(struct req *rq)
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
    const struct gathering *g;
    struct arena *a;
    size_t added, moved;
};

static enum err save_row(struct tx *tx, struct saving *s, const struct place *p)
{
    struct q_settings_place_named_in in = {s->w.municipality, p->kind, p->name};
    struct q_settings_place_named_row have;
    enum err e = q_settings_place_named_one(tx, s->a, &in, &have);
    if (e == ERR_NOTFOUND) {
        s->added++;
        return place_add(tx, s->a, s->w.municipality, p, "file");
    }
    TRY(e);
    struct place same = *p;
    same.id = have.id;
    s->moved++;
    return place_change(tx, s->a, s->w.municipality, &same, p->name);
}

static enum err save(struct tx *tx, void *arg)
{
    struct saving *s = arg;
    s->added = s->moved = 0;
    AUTO(arena_freep) struct arena *a = arena_new(1 << 20);
    if (!a)
        return ERR_NOMEM;
    s->a = a;
    for (size_t i = 0; i < s->g->n; i++) {
        arena_reset(a);
        if (s->g->rows[i].wrong == TEXT_COUNT)
            TRY(save_row(tx, s, &s->g->rows[i].place));
    }
    char more[80];
    snprintf(more, sizeof more, "%zu + %zu", s->added, s->moved);
    return settings_audit(&s->w, tx, "place.import", NULL, "count", more);
}

enum err settings_place_draft_post(struct req *rq)
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
    struct saving s = {.w = {rq, web_municipality(rq), {{0}}}, .g = &g};
    TRY(web_write(rq, save, &s));
    settings_draft_drop(rq, DRAFT, id);
    return web_done(rq, settings_at(rq, "/platser"), T_done_settings_places);
}
