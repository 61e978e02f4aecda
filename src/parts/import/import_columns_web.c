/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* A person says what the columns of a file mean, by looking at its first rows. */
#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "base/str.h"
#include "import_html.h"
#include "import_sql.h"
#include "parts/import/import_columns.h"
#include "parts/import/import_map.h"
#include "parts/import/import_view.h"

#define ROWS_SHOWN 10
#define COLUMNS_SHOWN 400 /* a form has at most REQ_FIELDS_MOST fields */
#define GUESS_ROWS 50
#define CELL_SHOWN 60

const struct field_spec import_columns_fields[] = {
    {.name = "col", .kind = FIELD_CODE, .many = true},
    {.name = "saved", .kind = FIELD_ID},
    {.name = "format", .kind = FIELD_INT, .min = 0, .max = 99},
    {.name = "precision", .kind = FIELD_CODE},
    {.name = "outside", .kind = FIELD_CODE},
    {.name = "source", .kind = FIELD_TEXT, .max = 60},
    {.name = "name", .kind = FIELD_TEXT, .max = 80},
    {0},
};

const struct field_spec import_again_fields[] = {
    {.name = "sheet", .kind = FIELD_TEXT, .max = (int64_t)CONVERT_SHEET_NAME_MOST},
    {.name = "row", .kind = FIELD_INT, .min = 1, .max = 1000},
    {0},
};

const char *const import_time_formats[IMPORT_TIME_FORMATS] = {
    "auto",
    "yyyy-mm-dd hh:mm",
    "dd/mm/yyyy hh:mm",
    "mm/dd/yyyy hh:mm",
    "dd.mm.yyyy hh:mm",
    "yyyy-mm-dd",
    "dd/mm/yyyy",
    "mm/dd/yyyy",
    "dd.mm.yyyy",
    "yyyymmdd",
    "excel",
    "epoch",
};

const struct import_role import_roles[IMPORT_ROLES] = {
    {"key", T_import_role_key, offsetof(struct profile, keys)},
    {"when", T_import_role_when, offsetof(struct profile, from.column)},
    {"clock", T_import_role_clock, offsetof(struct profile, from.clock)},
    {"until", T_import_role_until, offsetof(struct profile, to.column)},
    {"until_clock", T_import_role_until_clock, offsetof(struct profile, to.clock)},
    {"type", T_import_role_type, offsetof(struct profile, type_column)},
    {"north", T_import_role_north, offsetof(struct profile, north)},
    {"east", T_import_role_east, offsetof(struct profile, east)},
    {"both", T_import_role_both, offsetof(struct profile, both)},
    {"place", T_import_role_place, offsetof(struct profile, place)},
    {"title", T_import_role_title, offsetof(struct profile, title)},
    {"text", T_import_role_text, offsetof(struct profile, description)},
    {"url", T_import_role_url, offsetof(struct profile, url)},
    {"town", T_import_role_town, offsetof(struct profile, municipality_column)},
    {"body", T_import_role_body, offsetof(struct profile, organisation_column)},
    {"area", T_import_role_area, offsetof(struct profile, area_name)},
};

const char **import_role_member(struct profile *p, const struct import_role *r)
{
    return (const char **)((char *)p + r->at);
}

enum err import_web_upload(struct req *rq, struct import_upload *u)
{
    struct id id;
    if (id_parse(req_param(rq, "id"), &id) != ERR_OK)
        return ERR_NOTFOUND;
    return import_upload_load(web_app(rq), rq->arena, web_municipality(rq), id, u);
}

/* --- The page --- */

struct saved {
    struct req *rq;
    struct q_import_profile_list_row *rows;
    size_t n;
};

static enum err load_saved(struct tx *tx, void *arg)
{
    struct saved *s = arg;
    struct q_import_profile_list_in in = {web_municipality(s->rq)};
    return q_import_profile_list_all(tx, s->rq->arena, &in, &s->rows, &s->n);
}

/* What the page is made of. */
struct asking {
    struct req *rq;
    const struct import_upload *u;
    struct import_look look;
    struct profile p;
    bool from_saved;
    size_t *shown; /* columns */
    size_t n_shown, filled;
};

/* The profile chosen before, or a guess. */
static enum err current(struct req *rq, const struct import_upload *u,
                        const struct import_look *look, struct profile *p)
{
    const char *problem;
    if (u->profile && profile_read(rq->arena, u->profile, p, &problem) == ERR_OK)
        return ERR_OK;
    const char *source = profile_source(rq->arena, u->name);
    if (!source)
        return ERR_NOMEM;
    return profile_guess(rq->arena, look->header, look->cells, look->rows, source, p);
}

/* What was chosen for this column in the form that comes back; NULL: nothing was sent. */
static const char *sent_role(struct req *rq, size_t column)
{
    const char *number = arena_printf(rq->arena, "%zu:", column), *sent;
    for (size_t i = 0; number && (sent = req_nth(rq, "col", i)); i++)
        if (str_starts(sent, number))
            return sent;
    return NULL;
}

static enum err role_choices(struct asking *q, size_t column, struct page_field *f)
{
    struct req *rq = q->rq;
    const char *name = q->look.header->names[column];
    struct page_choice *c = ARENA_ARRAY(rq->arena, IMPORT_ROLES + 1, struct page_choice);
    const char *sent = q->from_saved ? NULL : sent_role(rq, column);
    if (!c)
        return ERR_NOMEM;
    c[0] = (struct page_choice){
        .value = arena_printf(rq->arena, "%zu:none", column),
        .label = TX(rq, import_role_none),
    };
    for (size_t i = 0; i < IMPORT_ROLES; i++) {
        const char *value = arena_printf(rq->arena, "%zu:%s", column, import_roles[i].code);
        if (!value)
            return ERR_NOMEM;
        c[i + 1] = (struct page_choice){
            .value = value,
            .label = text_get(rq->lang, import_roles[i].text),
            .chosen = sent ? str_eq(sent, value)
                           : str_eq(*import_role_member(&q->p, &import_roles[i]), name),
        };
    }
    *f = (struct page_field){
        .name = "col",
        .prefix = arena_printf(rq->arena, "%zu-", column),
        .label = name,
        .required = true,
        .choices = c,
        .n_choices = IMPORT_ROLES + 1,
    };
    return ERR_OK;
}

static bool has_role(struct asking *q, const char *name)
{
    for (size_t i = 0; i < IMPORT_ROLES; i++)
        if (str_eq(*import_role_member(&q->p, &import_roles[i]), name))
            return true;
    return false;
}

/* A column without a name and without anything in it, as spreadsheets have at the left. */
static bool is_void(const struct asking *q, size_t column)
{
    const struct import_look *look = &q->look;
    char number[24];
    snprintf(number, sizeof number, "%zu", column + 1);
    if (!str_eq(look->header->names[column], number))
        return false;
    for (size_t i = 0; i < look->rows; i++)
        if (look->cells[i * look->header->columns + column])
            return false;
    return true;
}

/* As many as a form can hold; those that are read come along wherever they stand. */
static enum err choose_shown(struct asking *q)
{
    size_t columns = q->look.header->columns, room = COLUMNS_SHOWN - IMPORT_ROLES;
    q->shown = ARENA_ARRAY(q->rq->arena, columns + 1, size_t);
    if (!q->shown)
        return ERR_NOMEM;
    for (size_t i = 0; i < columns; i++) {
        if (is_void(q, i))
            continue;
        q->filled++;
        if (q->n_shown < room || has_role(q, q->look.header->names[i]))
            q->shown[q->n_shown++] = i;
    }
    return ERR_OK;
}

static enum err fill_columns(struct asking *q, struct import_columns_view *v)
{
    TRY(choose_shown(q));
    struct page_field *fields = ARENA_ARRAY(q->rq->arena, q->n_shown + 1, struct page_field);
    if (!fields)
        return ERR_NOMEM;
    for (size_t i = 0; i < q->n_shown; i++)
        TRY(role_choices(q, q->shown[i], &fields[i]));
    v->columns = fields;
    v->n_columns = q->n_shown;
    if (q->n_shown < q->filled)
        v->wide = TXF(q->rq, import_columns_wide, (int64_t)q->filled, (int64_t)q->n_shown);
    return ERR_OK;
}

static const char *shorten(struct arena *a, const char *s)
{
    const char *p = s;
    if (!s)
        return "";
    for (size_t i = 0; i < CELL_SHOWN && *p; i++)
        (void)utf8_next(&p);
    return *p ? arena_printf(a, "%.*s…", (int)(p - s), s) : s;
}

static enum err fill_rows(struct asking *q, struct import_columns_view *v)
{
    const struct import_look *look = &q->look;
    struct arena *a = q->rq->arena;
    size_t n = look->rows < ROWS_SHOWN ? look->rows : ROWS_SHOWN;
    struct import_cells *rows = ARENA_ARRAY(a, n + 1, struct import_cells);
    if (!rows)
        return ERR_NOMEM;
    for (size_t i = 0; i < n; i++) {
        struct import_cell *cells = ARENA_ARRAY(a, v->n_columns + 1, struct import_cell);
        if (!cells)
            return ERR_NOMEM;
        for (size_t k = 0; k < v->n_columns; k++)
            cells[k].text = shorten(a, look->cells[i * look->header->columns + q->shown[k]]);
        rows[i] = (struct import_cells){cells, v->n_columns};
    }
    v->rows = rows;
    v->n_rows = n;
    return ERR_OK;
}

/* A select whose values are `values`, and whose labels are `labels`. */
static enum err put_select(struct req *rq, struct page_field *f, const char *const *values,
                           const char *const *labels, size_t n)
{
    struct page_choice *c = ARENA_ARRAY(rq->arena, n + 1, struct page_choice);
    if (!c)
        return ERR_NOMEM;
    for (size_t i = 0; i < n; i++)
        c[i] = (struct page_choice){
            .value = values[i], .label = labels[i], .chosen = str_eq(f->value, values[i])};
    f->choices = c;
    f->n_choices = n;
    f->required = true;
    return ERR_OK;
}

static enum err fill_choices(struct req *rq, const struct profile *p, struct import_columns_view *v)
{
    const char *numbers[IMPORT_TIME_FORMATS], *labels[IMPORT_TIME_FORMATS], *chosen = "0";
    static const char *const precisions[] = {"point", "street", "place", "area"};
    static const char *const outside[] = {"unplaced", "refuse"};
    const char *const precision_labels[] = {
        TX(rq, import_precision_point), TX(rq, import_precision_street),
        TX(rq, import_precision_place), TX(rq, import_precision_area)};
    const char *const outside_labels[] = {TX(rq, import_outside_unplaced),
                                          TX(rq, import_outside_refuse)};
    for (size_t i = 0; i < IMPORT_TIME_FORMATS; i++) {
        numbers[i] = arena_printf(rq->arena, "%zu", i);
        labels[i] = i ? import_time_formats[i] : TX(rq, import_format_auto);
        if (str_eq(p->from.format, import_time_formats[i]))
            chosen = numbers[i];
    }
    v->format = web_field(rq, "format", T_import_time_format, TEXT_COUNT, chosen);
    v->precision = web_field(rq, "precision", T_import_precision, TEXT_COUNT,
                             geo_precision_name(p->precision ? p->precision : GEO_POINT));
    v->outside = web_field(rq, "outside", T_import_outside, TEXT_COUNT,
                           p->refuse_outside ? "refuse" : "unplaced");
    v->source = web_field(rq, "source", T_import_source, T_import_source_hint, p->source);
    v->name = web_field(rq, "name", T_import_name, T_import_name_hint, NULL);
    TRY(put_select(rq, &v->format, numbers, labels, IMPORT_TIME_FORMATS));
    TRY(put_select(rq, &v->precision, precisions, precision_labels, ARRAY_LEN(precisions)));
    return put_select(rq, &v->outside, outside, outside_labels, ARRAY_LEN(outside));
}

static enum err fill_saved(struct req *rq, bool used, struct import_columns_view *v)
{
    struct saved s = {.rq = rq};
    TRY(web_read(rq, load_saved, &s));
    const char **values = ARENA_ARRAY(rq->arena, s.n + 1, const char *);
    const char **labels = ARENA_ARRAY(rq->arena, s.n + 1, const char *);
    if (!values || !labels)
        return ERR_NOMEM;
    values[0] = "";
    labels[0] = TX(rq, import_saved_none);
    for (size_t i = 0; i < s.n; i++) {
        char text[ID_TEXT];
        id_text(s.rows[i].id, text);
        values[i + 1] = arena_strdup(rq->arena, text);
        labels[i + 1] = s.rows[i].name;
    }
    v->any_saved = s.n > 0;
    v->saved = web_field(rq, "saved", T_import_saved, T_import_saved_hint, NULL);
    if (used)
        v->saved.value = ""; /* it did not fit: the choices below count */
    return put_select(rq, &v->saved, values, labels, s.n + 1);
}

/* Which sheet and which row the names are read from, when the file has such. */
static enum err fill_reading(struct asking *q, struct import_columns_view *v)
{
    const struct convert_header *h = q->look.header;
    struct req *rq = q->rq;
    bool table = h->format == CONVERT_CSV || h->format == CONVERT_XLSX;
    struct convert_options o = import_upload_options(web_app(rq), rq->arena, q->u);
    v->any_sheets = h->n_sheets > 1;
    v->any_row = table;
    v->names_lost = table && (!h->names_row || (!q->p.from.column && !q->p.area_name));
    if (h->names_row > 1)
        v->names_said = TXF(rq, import_names_row, (int64_t)h->names_row);
    v->sheet = web_field(rq, "sheet", T_import_sheet, TEXT_COUNT,
                         o.sheet ? o.sheet : (v->any_sheets ? h->sheets[0] : NULL));
    v->row = web_field(rq, "row", T_import_row, T_import_row_hint,
                       h->names_row ? arena_printf(rq->arena, "%u", h->names_row) : NULL);
    v->row.inputmode = "numeric";
    v->row.width = "short";
    return put_select(rq, &v->sheet, h->sheets, h->sheets, h->n_sheets);
}

enum err import_columns_show(struct req *rq, const struct import_upload *u, bool from_saved)
{
    struct import_columns_view v = {0};
    struct asking q = {.rq = rq, .u = u, .from_saved = from_saved};
    const char *fault;
    TRY(import_look(web_app(rq), rq->arena, u, GUESS_ROWS, &q.look, &fault));
    TRY(current(rq, u, &q.look, &q.p));
    TRY(fill_columns(&q, &v));
    TRY(fill_rows(&q, &v));
    TRY(fill_choices(rq, &q.p, &v));
    TRY(fill_saved(rq, from_saved, &v));
    TRY(fill_reading(&q, &v));
    v.action = import_web_path(rq, "fil/", u->id, "");
    v.again_action = import_web_path(rq, "las/", u->id, "");
    v.page.lead = u->name;
    TRY(web_page(rq, &v.page, T_import_columns_title));
    struct tmpl t = web_tmpl(rq);
    import_columns_html(&t, &v);
    return ERR_OK;
}

enum err import_columns_page(struct req *rq)
{
    struct import_upload u;
    TRY(import_web_upload(rq, &u));
    return import_columns_show(rq, &u, false);
}
