/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* A result as JSON, CSV or GeoJSON. */
#include <math.h>
#include <string.h>

#include "base/jsonw.h"
#include "base/mem.h"
#include "base/str.h"
#include "geo/geojson.h"
#include "geo/sweref.h"
#include "parts/analysis/analysis_inner.h"

#define CIRCLE_CORNERS 64

/* --- JSON --- */

static void put_time(struct jsonw *w, msec t)
{
    char text[TIME_TEXT];
    if (t == ANALYSIS_NO_TIME) {
        jsonw_null(w);
        return;
    }
    time_iso_utc(t, text);
    jsonw_text(w, text);
}

static void put_cell(struct jsonw *w, const struct result_column *c, size_t i)
{
    switch (c->kind) {
    case RESULT_REAL:
        jsonw_double(w, ((const double *)c->values)[i]);
        break;
    case RESULT_INT:
        jsonw_int(w, ((const int64_t *)c->values)[i]);
        break;
    case RESULT_INDEX:
        jsonw_int(w, ((const uint32_t *)c->values)[i]);
        break;
    case RESULT_TEXT:
        jsonw_text(w, ((const char *const *)c->values)[i]);
        break;
    case RESULT_BOOL:
        jsonw_bool(w, ((const bool *)c->values)[i]);
        break;
    case RESULT_TIME:
        put_time(w, ((const msec *)c->values)[i]);
        break;
    }
}

static void put_figure(struct jsonw *w, const struct result_figure *f)
{
    jsonw_key(w, f->key);
    if (f->kind == RESULT_REAL)
        jsonw_double(w, f->v.real);
    else if (f->kind == RESULT_TEXT)
        jsonw_text(w, f->v.text);
    else if (f->kind == RESULT_BOOL)
        jsonw_bool(w, f->v.truth);
    else
        jsonw_int(w, f->v.whole);
}

static void put_row(struct jsonw *w, const struct result_table *t, size_t i)
{
    for (size_t k = 0; k < t->n_columns; k++) {
        jsonw_key(w, t->columns[k].key);
        put_cell(w, &t->columns[k], i);
    }
}

static void put_results(struct jsonw *w, const struct analysis_result *r)
{
    jsonw_key_object(w, "results");
    for (size_t i = 0; i < r->n_figures; i++)
        put_figure(w, &r->figures[i]);
    for (size_t k = 0; k < r->n_tables; k++) {
        jsonw_key_array(w, r->tables[k].key);
        for (size_t i = 0; i < r->tables[k].n; i++) {
            jsonw_object(w);
            put_row(w, &r->tables[k], i);
            jsonw_end(w);
        }
        jsonw_end(w);
    }
    jsonw_end(w);
}

static void put_parameters(struct jsonw *w, const struct analysis *an)
{
    jsonw_key_object(w, "parameters");
    for (size_t i = 0; an->method->options && an->method->options[i].name; i++) {
        const struct analysis_option *o = &an->method->options[i];
        const char *value = an->values[i];
        int64_t whole;
        double real;
        if (o->kind == OPTION_FLAG)
            jsonw_key_bool(w, o->name, value != NULL);
        else if (value && o->kind == OPTION_INT && str_to_int(value, &whole))
            jsonw_key_int(w, o->name, whole);
        else if (value && o->kind == OPTION_REAL && str_to_double(value, &real))
            jsonw_key_double(w, o->name, real);
        else
            jsonw_key_text(w, o->name, value);
    }
    jsonw_end(w);
}

static void put_texts(struct jsonw *w, const char *key, const char *const *list, size_t n)
{
    jsonw_key_array(w, key);
    for (size_t i = 0; i < n; i++)
        jsonw_text(w, list[i]);
    jsonw_end(w);
}

enum err analysis_write_json(const struct analysis *an, struct buf *out)
{
    const struct analysis_result *r = an->result;
    struct jsonw w = jsonw_init(out);
    jsonw_object(&w);
    jsonw_key_text(&w, "method", an->method->name);
    jsonw_key_text(&w, "version", SAMSYN_VERSION);
    put_parameters(&w, an);
    jsonw_key_int(&w, "n", (int64_t)an->table.n);
    jsonw_key_int(&w, "seed", (int64_t)an->work.seed);
    put_results(&w, r);
    put_texts(&w, "warnings", r->warnings, r->n_warnings);
    jsonw_key_text(&w, "sentence", r->n_sentences ? r->sentences[0] : NULL);
    if (r->n_sentences > 1)
        put_texts(&w, "more", r->sentences + 1, r->n_sentences - 1);
    jsonw_end(&w);
    buf_putc(out, '\n');
    return buf_err(out);
}

/* --- CSV --- */

static void csv_text(struct buf *out, const char *s)
{
    if (!s)
        return;
    if (!strpbrk(s, ",\"\r\n")) {
        buf_puts(out, s);
        return;
    }
    buf_putc(out, '"');
    for (; *s; s++) {
        if (*s == '"')
            buf_putc(out, '"');
        buf_putc(out, *s);
    }
    buf_putc(out, '"');
}

static void csv_cell(struct buf *out, const struct result_column *c, size_t i)
{
    char text[TIME_TEXT] = "";
    double v;
    switch (c->kind) {
    case RESULT_REAL:
        v = ((const double *)c->values)[i];
        if (isfinite(v))
            buf_double(out, v);
        break;
    case RESULT_INT:
        buf_int(out, ((const int64_t *)c->values)[i]);
        break;
    case RESULT_INDEX:
        buf_int(out, ((const uint32_t *)c->values)[i]);
        break;
    case RESULT_TEXT:
        csv_text(out, ((const char *const *)c->values)[i]);
        break;
    case RESULT_BOOL:
        buf_putc(out, ((const bool *)c->values)[i] ? '1' : '0');
        break;
    case RESULT_TIME:
        if (((const msec *)c->values)[i] != ANALYSIS_NO_TIME)
            time_iso_utc(((const msec *)c->values)[i], text);
        buf_puts(out, text);
        break;
    }
}

enum err analysis_write_csv(struct analysis *an, struct buf *out)
{
    const struct analysis_result *r = an->result;
    if (r->n_tables == 0)
        return analysis_refuse(an, analysis_say(an, analysis_no_table, an->method->name));
    const struct result_table *t = &r->tables[0];
    for (size_t k = 0; k < t->n_columns; k++) {
        buf_puts(out, k ? "," : "");
        csv_text(out, t->columns[k].key);
    }
    buf_puts(out, "\n");
    for (size_t i = 0; i < t->n; i++) {
        for (size_t k = 0; k < t->n_columns; k++) {
            buf_puts(out, k ? "," : "");
            csv_cell(out, &t->columns[k], i);
        }
        buf_puts(out, "\n");
    }
    return buf_err(out);
}

/* --- GeoJSON: always WGS 84 (RFC 7946) --- */

static void put_position(struct jsonw *w, double x, double y)
{
    struct geo_lonlat p = geo_to_wgs84((struct geo_point){x, y});
    jsonw_array(w);
    jsonw_fixed(w, p.lon, 7);
    jsonw_fixed(w, p.lat, 7);
    jsonw_end(w);
}

static void put_square(struct jsonw *w, double x, double y, double size)
{
    static const double dx[] = {-0.5, 0.5, 0.5, -0.5, -0.5}, dy[] = {-0.5, -0.5, 0.5, 0.5, -0.5};
    for (int i = 0; i < 5; i++)
        put_position(w, x + dx[i] * size, y + dy[i] * size);
}

static void put_circle(struct jsonw *w, double x, double y, double r)
{
    for (int i = 0; i <= CIRCLE_CORNERS; i++) {
        double turn = 2 * M_PI * (i % CIRCLE_CORNERS) / CIRCLE_CORNERS;
        put_position(w, x + r * cos(turn), y + r * sin(turn));
    }
}

static void put_geometry(struct jsonw *w, const struct result_table *t, size_t i)
{
    bool point = t->shape == SHAPE_POINTS || (t->shape == SHAPE_CIRCLES && !(t->r[i] > 0));
    if (t->shape == SHAPE_AREAS) {
        jsonw_key(w, "geometry");
        geojson_shape(w, t->area[i]);
        return;
    }
    jsonw_key_object(w, "geometry");
    jsonw_key_text(w, "type", point ? "Point" : "Polygon");
    jsonw_key(w, "coordinates");
    if (point) {
        put_position(w, t->x[i], t->y[i]);
    } else {
        jsonw_array(w);
        jsonw_array(w);
        if (t->shape == SHAPE_SQUARES)
            put_square(w, t->x[i], t->y[i], t->size);
        else
            put_circle(w, t->x[i], t->y[i], t->r[i]);
        jsonw_end(w);
        jsonw_end(w);
    }
    jsonw_end(w);
}

enum err analysis_write_geojson(struct analysis *an, struct buf *out)
{
    const struct analysis_result *r = an->result;
    const struct result_table *t = NULL;
    for (size_t k = 0; k < r->n_tables && !t; k++)
        if (r->tables[k].shape != SHAPE_NONE)
            t = &r->tables[k];
    if (!t)
        return analysis_refuse(an, analysis_say(an, analysis_no_map, an->method->name));
    for (size_t i = 0; i < t->n; i++) {
        struct geo_lonlat p = geo_to_wgs84((struct geo_point){t->x[i], t->y[i]});
        if (!geo_in_domain(p.lon, p.lat))
            return analysis_refuse(an, analysis_say(an, analysis_not_sweref, i + 1));
    }
    struct jsonw w = jsonw_init(out);
    jsonw_object(&w);
    jsonw_key_text(&w, "type", "FeatureCollection");
    jsonw_key_array(&w, "features");
    for (size_t i = 0; i < t->n; i++) {
        jsonw_object(&w);
        jsonw_key_text(&w, "type", "Feature");
        put_geometry(&w, t, i);
        jsonw_key_object(&w, "properties");
        put_row(&w, t, i);
        jsonw_end(&w);
        jsonw_end(&w);
    }
    jsonw_end(&w);
    jsonw_end(&w);
    buf_putc(out, '\n');
    return buf_err(out);
}
