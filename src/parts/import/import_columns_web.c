/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* A person says what the columns of a file mean, by looking at its first rows. */
#include <string.h>

#include "base/mem.h"
#include "base/str.h"
#include "import_html.h"
#include "import_sql.h"
#include "parts/import/import_view.h"
#include "parts/import/import_web.h"

#define ROWS_SHOWN 10
#define COLUMNS_SHOWN 100
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

static const char *const formats[] = {
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

/* What a column may be, and where the profile keeps it. */
static const struct column_role {
    const char *code;
    enum text_key text;
    size_t at; /* in struct profile */
} roles[] = {
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

static const char **member(struct profile *p, const struct column_role *r)
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

/* The profile chosen before, or a guess. */
static enum err current(struct req *rq, const struct import_upload *u,
                        const struct import_look *look, struct profile *p)
{
    const char *problem, *dot = strchr(u->name, '.');
    if (u->profile && profile_read(rq->arena, u->profile, p, &problem) == ERR_OK)
        return ERR_OK;
    char *stem = arena_strndup(rq->arena, u->name, dot ? (size_t)(dot - u->name) : strlen(u->name));
    const char *source = stem ? str_slug(rq->arena, stem) : NULL;
    return profile_guess(rq->arena, look->header, look->cells, look->rows,
                         str_empty(source) ? "import" : source, p);
}

static enum err role_choices(struct req *rq, struct profile *p, size_t column, const char *name,
                             struct page_field *f)
{
    struct page_choice *c = ARENA_ARRAY(rq->arena, ARRAY_LEN(roles) + 1, struct page_choice);
    const char *typed = req_nth(rq, "col", column);
    if (!c)
        return ERR_NOMEM;
    c[0] = (struct page_choice){
        .value = arena_printf(rq->arena, "%zu:none", column),
        .label = TX(rq, import_role_none),
    };
    for (size_t i = 0; i < ARRAY_LEN(roles); i++) {
        const char *value = arena_printf(rq->arena, "%zu:%s", column, roles[i].code);
        if (!value)
            return ERR_NOMEM;
        c[i + 1] = (struct page_choice){
            .value = value,
            .label = text_get(rq->lang, roles[i].text),
            .chosen = typed ? str_eq(typed, value) : str_eq(*member(p, &roles[i]), name),
        };
    }
    *f = (struct page_field){
        .name = "col",
        .prefix = arena_printf(rq->arena, "%zu-", column),
        .label = name,
        .required = true,
        .choices = c,
        .n_choices = ARRAY_LEN(roles) + 1,
    };
    return ERR_OK;
}

static enum err fill_columns(struct req *rq, const struct import_look *look, struct profile *p,
                             struct import_columns_view *v)
{
    size_t n = look->header->columns < COLUMNS_SHOWN ? look->header->columns : COLUMNS_SHOWN;
    struct page_field *fields = ARENA_ARRAY(rq->arena, n + 1, struct page_field);
    if (!fields)
        return ERR_NOMEM;
    for (size_t i = 0; i < n; i++)
        TRY(role_choices(rq, p, i, look->header->names[i], &fields[i]));
    v->columns = fields;
    v->n_columns = n;
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

static enum err fill_rows(struct req *rq, const struct import_look *look,
                          struct import_columns_view *v)
{
    size_t n = look->rows < ROWS_SHOWN ? look->rows : ROWS_SHOWN;
    struct import_cells *rows = ARENA_ARRAY(rq->arena, n + 1, struct import_cells);
    if (!rows)
        return ERR_NOMEM;
    for (size_t i = 0; i < n; i++) {
        struct import_cell *cells = ARENA_ARRAY(rq->arena, v->n_columns + 1, struct import_cell);
        if (!cells)
            return ERR_NOMEM;
        for (size_t k = 0; k < v->n_columns; k++)
            cells[k].text = shorten(rq->arena, look->cells[i * look->header->columns + k]);
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
    const char *numbers[ARRAY_LEN(formats)], *labels[ARRAY_LEN(formats)], *chosen = "0";
    static const char *const precisions[] = {"point", "street", "place", "area"};
    static const char *const outside[] = {"unplaced", "refuse"};
    const char *const precision_labels[] = {
        TX(rq, import_precision_point), TX(rq, import_precision_street),
        TX(rq, import_precision_place), TX(rq, import_precision_area)};
    const char *const outside_labels[] = {TX(rq, import_outside_unplaced),
                                          TX(rq, import_outside_refuse)};
    for (size_t i = 0; i < ARRAY_LEN(formats); i++) {
        numbers[i] = arena_printf(rq->arena, "%zu", i);
        labels[i] = i ? formats[i] : TX(rq, import_format_auto);
        if (str_eq(p->from.format, formats[i]))
            chosen = numbers[i];
    }
    v->format = web_field(rq, "format", T_import_time_format, TEXT_COUNT, chosen);
    v->precision = web_field(rq, "precision", T_import_precision, TEXT_COUNT,
                             geo_precision_name(p->precision ? p->precision : GEO_POINT));
    v->outside = web_field(rq, "outside", T_import_outside, TEXT_COUNT,
                           p->refuse_outside ? "refuse" : "unplaced");
    v->source = web_field(rq, "source", T_import_source, T_import_source_hint, p->source);
    v->name = web_field(rq, "name", T_import_name, T_import_name_hint, NULL);
    TRY(put_select(rq, &v->format, numbers, labels, ARRAY_LEN(formats)));
    TRY(put_select(rq, &v->precision, precisions, precision_labels, ARRAY_LEN(precisions)));
    return put_select(rq, &v->outside, outside, outside_labels, ARRAY_LEN(outside));
}

static enum err fill_saved(struct req *rq, struct import_columns_view *v)
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
    return put_select(rq, &v->saved, values, labels, s.n + 1);
}

enum err import_columns_page(struct req *rq)
{
    struct import_columns_view v = {0};
    struct import_upload u;
    struct import_look look;
    struct profile p;
    const char *fault;
    TRY(import_web_upload(rq, &u));
    TRY(import_look(web_app(rq), rq->arena, &u, GUESS_ROWS, &look, &fault));
    TRY(current(rq, &u, &look, &p));
    TRY(fill_columns(rq, &look, &p, &v));
    TRY(fill_rows(rq, &look, &v));
    TRY(fill_choices(rq, &p, &v));
    TRY(fill_saved(rq, &v));
    v.action = import_web_path(rq, "fil/", u.id, "");
    v.page.lead = u.name;
    TRY(web_page(rq, &v.page, T_import_columns_title));
    struct tmpl t = web_tmpl(rq);
    import_columns_html(&t, &v);
    return ERR_OK;
}

/* --- What was chosen --- */

static void take_column(struct profile *p, const struct import_look *look, const char *value)
{
    const char *colon = strchr(value, ':');
    char number[16];
    int64_t at;
    if (!colon || (size_t)(colon - value) >= sizeof number)
        return;
    memcpy(number, value, (size_t)(colon - value));
    number[colon - value] = 0;
    if (!str_to_int(number, &at) || at < 0 || (size_t)at >= look->header->columns)
        return;
    for (size_t i = 0; i < ARRAY_LEN(roles); i++)
        if (str_eq(colon + 1, roles[i].code))
            *member(p, &roles[i]) = look->header->names[at];
}

static bool check_choice(struct req *rq, const struct profile *p)
{
    if (!p->from.column && !p->area_name)
        req_problem(rq, NULL, TX(rq, import_columns_no_time));
    if (!p->north != !p->east)
        req_problem(rq, NULL, TX(rq, import_columns_axes));
    return !rq->problems;
}

static void take_choices(struct req *rq, const struct import_look *look, struct profile *p)
{
    int64_t format = req_int(rq, "format", 0);
    const char *source = req_field(rq, "source");
    for (size_t i = 0; req_nth(rq, "col", i); i++)
        take_column(p, look, req_nth(rq, "col", i));
    p->n_keys = p->keys[0] != NULL;
    p->from.format = p->to.format =
        formats[format >= 0 && (size_t)format < ARRAY_LEN(formats) ? format : 0];
    if (!geo_precision_parse(req_field(rq, "precision"), &p->precision))
        p->precision = GEO_POINT;
    p->refuse_outside = str_eq(req_field(rq, "outside"), "refuse");
    source = source ? str_slug(rq->arena, source) : NULL;
    bool reserved = str_eq(source, EVENT_SOURCE_POLICE) || str_eq(source, EVENT_SOURCE_REPORT);
    p->source = str_empty(source) || reserved ? "import" : source;
    p->type_default = "other";
    p->area_kind = p->area_name ? "district" : NULL;
}

struct keep {
    struct req *rq;
    struct import_upload *u;
    const char *name;
};

static enum err keep_profile(struct tx *tx, void *arg)
{
    struct keep *k = arg;
    const char *here = web_municipality(k->rq);
    struct q_import_profile_put_in in = {here,
                                         id_new(),
                                         k->name,
                                         convert_format_name(k->u->format),
                                         k->u->profile,
                                         time_now(),
                                         web_who(k->rq)->account};
    struct q_import_profile_by_name_in find = {here, k->name};
    struct q_import_profile_by_name_row row;
    TRY(q_import_profile_put_run(tx, &in, NULL));
    TRY(q_import_profile_by_name_one(tx, k->rq->arena, &find, &row));
    k->u->profile_id = row.id;
    return web_audit(k->rq, tx, "import.profile", "import_profile", row.id, NULL);
}

enum err import_web_write_profile(struct req *rq, struct import_upload *u, const struct profile *p)
{
    struct buf json = buf_init(PROFILE_JSON_MOST);
    profile_write(&json, p);
    enum err e = buf_err(&json);
    if (e == ERR_OK && !(u->profile = arena_strdup(rq->arena, buf_text(&json))))
        e = ERR_NOMEM;
    buf_done(&json);
    return e;
}

struct chosen {
    struct req *rq;
    struct q_import_profile_by_id_row row;
};

static enum err load_chosen(struct tx *tx, void *arg)
{
    struct chosen *c = arg;
    struct q_import_profile_by_id_in in = {web_municipality(c->rq), req_id(c->rq, "saved")};
    return q_import_profile_by_id_one(tx, c->rq->arena, &in, &c->row);
}

static enum err use_saved(struct req *rq, struct import_upload *u)
{
    struct chosen c = {.rq = rq};
    TRY(web_read(rq, load_chosen, &c));
    u->profile = c.row.mapping;
    u->profile_id = c.row.id;
    TRY(import_upload_save(web_app(rq), rq->arena, u));
    return import_web_start(rq, u, true);
}

enum err import_columns_post(struct req *rq)
{
    struct import_upload u;
    struct import_look look;
    struct profile p = {0};
    const char *fault, *name = req_field(rq, "name");
    TRY(import_web_upload(rq, &u));
    if (!id_is_none(req_id(rq, "saved")))
        return use_saved(rq, &u);
    TRY(import_look(web_app(rq), rq->arena, &u, 1, &look, &fault));
    take_choices(rq, &look, &p);
    if (!check_choice(rq, &p)) {
        web_invalid(rq);
        return import_columns_page(rq);
    }
    TRY(import_web_write_profile(rq, &u, &p));
    u.profile_id = (struct id){{0}};
    struct keep k = {rq, &u, name};
    if (name)
        TRY(web_write(rq, keep_profile, &k));
    TRY(import_upload_save(web_app(rq), rq->arena, &u));
    if (p.type_column && !p.area_name)
        return resp_redirect(rq, import_web_path(rq, "fil/", u.id, "/typer"));
    return import_web_start(rq, &u, true);
}
