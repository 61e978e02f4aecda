/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include <string.h>

#include "base/mem.h"
#include "base/str.h"
#include "core/app.h"
#include "parts/picture/picture_inner.h"
#include "picture_sql.h"

enum err picture_of(struct app *app, const struct picture_query *q, msec now, struct arena *a,
                    struct picture *out)
{
    TRY(picture_query_check(q));
    AUTO(columns_givep) struct columns_view *v = NULL;
    TRY(columns_take(app->columns, str_eq(q->municipality, "0000") ? NULL : q->municipality, &v));
    struct picture p;
    TRY(picture_make(v, q, now, a, &p));
    /* Names of places and sources belong to the view, which is given back. */
    struct picture_groups *g[] = {&p.areas, &p.places, &p.sources};
    for (size_t k = 0; k < ARRAY_LEN(g); k++)
        for (size_t i = 0; i < g[k]->n; i++) {
            struct picture_group *row = &g[k]->rows[i];
            if (row->name && !(row->name = arena_strdup(a, row->name)))
                return ERR_NOMEM;
            if (row->municipality && !(row->municipality = arena_strdup(a, row->municipality)))
                return ERR_NOMEM;
        }
    *out = p;
    return ERR_OK;
}

static enum err load_labels(struct tx *tx, struct picture_names_in *in)
{
    struct q_picture_labels_row *rows;
    size_t n;
    TRY(q_picture_labels_all(tx, in->a, &(struct q_picture_labels_in){in->municipality}, &rows,
                             &n));
    for (size_t i = 0; i < n; i++) {
        int type = event_type_index(rows[i].code);
        if (type >= 0)
            in->out->types[type] = rows[i].label;
    }
    return ERR_OK;
}

static enum err load_areas(struct tx *tx, struct picture_names_in *in)
{
    struct q_picture_areas_row *rows;
    size_t n;
    TRY(q_picture_areas_all(tx, in->a, &(struct q_picture_areas_in){in->municipality}, &rows, &n));
    struct picture_name *out = ARENA_ARRAY(in->a, n + 1, struct picture_name);
    if (!out)
        return ERR_NOMEM;
    for (size_t i = 0; i < n; i++)
        out[i] = (struct picture_name){rows[i].id, rows[i].name, rows[i].population};
    in->out->areas = out;
    in->out->n_areas = n;
    return ERR_OK;
}

static enum err load_organisations(struct tx *tx, struct picture_names_in *in)
{
    struct q_picture_organisations_row *rows;
    size_t n;
    TRY(q_picture_organisations_all(
        tx, in->a, &(struct q_picture_organisations_in){in->municipality}, &rows, &n));
    struct picture_name *out = ARENA_ARRAY(in->a, n + 1, struct picture_name);
    if (!out)
        return ERR_NOMEM;
    for (size_t i = 0; i < n; i++)
        out[i] = (struct picture_name){rows[i].id, rows[i].name, DB_NO_INT};
    in->out->organisations = out;
    in->out->n_organisations = n;
    return ERR_OK;
}

static enum err load_periods(struct tx *tx, struct picture_names_in *in)
{
    struct q_picture_periods_row *rows;
    size_t n;
    TRY(q_picture_periods_all(tx, in->a, &(struct q_picture_periods_in){in->municipality}, &rows,
                              &n));
    struct picture_row *out = ARENA_ARRAY(in->a, n + 1, struct picture_row);
    if (!out)
        return ERR_NOMEM;
    for (size_t i = 0; i < n; i++)
        out[i] = (struct picture_row){rows[i].id, rows[i].name, date_of_msec(rows[i].starts_at),
                                      date_of_msec(rows[i].ends_at)};
    in->out->periods = out;
    in->out->n_periods = n;
    return ERR_OK;
}

enum err picture_names_load(struct tx *tx, void *arg)
{
    struct picture_names_in *in = arg;
    *in->out = (struct picture_names){0};
    if (str_eq(in->municipality, "0000")) /* words of one municipality are not the country's */
        return ERR_OK;
    TRY(load_labels(tx, in));
    TRY(load_areas(tx, in));
    TRY(load_organisations(tx, in));
    return load_periods(tx, in);
}

/* Two queries give the same columns. */
static struct picture_published published_of(const struct q_picture_list_row *r)
{
    return (struct picture_published){
        .id = r->id,
        .title = r->title,
        .content = r->content,
        .note = r->note,
        .from = date_of_msec(r->period_from),
        .to = date_of_msec(r->period_to),
        .published_at = r->published_at,
        .updated_at = r->updated_at,
        .withdrawn = r->withdrawn_at != DB_NO_INT,
    };
}

enum err picture_published_list(struct tx *tx, struct arena *a, const char *municipality,
                                struct picture_published **out, size_t *out_n)
{
    struct q_picture_list_row *rows;
    size_t n;
    TRY(q_picture_list_all(tx, a, &(struct q_picture_list_in){municipality}, &rows, &n));
    struct picture_published *list = ARENA_ARRAY(a, n + 1, struct picture_published);
    if (!list)
        return ERR_NOMEM;
    for (size_t i = 0; i < n; i++)
        list[i] = published_of(&rows[i]);
    *out = list;
    *out_n = n;
    return ERR_OK;
}

enum err picture_published_get(struct tx *tx, struct arena *a, const char *municipality,
                               struct id id, struct picture_published *out)
{
    struct q_picture_by_id_row r;
    struct q_picture_by_id_in in = {municipality, id};
    TRY(q_picture_by_id_one(tx, a, &in, &r));
    struct q_picture_list_row same = {r.id,           r.title,      r.period_from,
                                      r.period_to,    r.content,    r.note,
                                      r.published_at, r.updated_at, r.withdrawn_at};
    *out = published_of(&same);
    return ERR_OK;
}
