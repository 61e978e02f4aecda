/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The adopted picture as JSON: what was decided, with the figures as they were. */
#include <jansson.h>
#include <string.h>

#include "base/jsonw.h"
#include "base/mem.h"
#include "base/str.h"
#include "parts/changes/changes.h"

#define CONTENT_MOST (1 << 20)
#define ROWS_MOST 1000

/* --- Out --- */

static void put_day(struct jsonw *w, const char *key, struct date d)
{
    char day[TIME_TEXT];
    date_text(d, day);
    jsonw_key_text(w, key, day);
}

static void put_row(struct jsonw *w, const struct adopted_row *r)
{
    char id[ID_TEXT];
    jsonw_object(w);
    jsonw_key_text(w, "name", r->name);
    if (!id_is_none(r->area)) {
        id_text(r->area, id);
        jsonw_key_text(w, "area", id);
    }
    if (r->below)
        jsonw_key_bool(w, "below", true);
    jsonw_key_int(w, "n", r->n);
    jsonw_key_int(w, "before", r->before);
    jsonw_key_text(w, "certainty", certainty_name(r->certainty));
    if (r->level || r->suggested || r->reason) {
        jsonw_key_int(w, "level", r->level);
        jsonw_key_int(w, "suggested", r->suggested);
        jsonw_key_text(w, "reason", r->reason);
    }
    jsonw_end(w);
}

static void put_rows(struct jsonw *w, const char *key, const struct adopted_row *rows, size_t n)
{
    jsonw_key_array(w, key);
    for (size_t i = 0; i < n; i++)
        put_row(w, &rows[i]);
    jsonw_end(w);
}

static void put_focus(struct jsonw *w, const struct adopted *d)
{
    jsonw_key_array(w, "focus");
    for (size_t i = 0; i < d->focus.n; i++) {
        const struct focus_place *p = &d->focus.places[i];
        jsonw_object(w);
        jsonw_key_text(w, "name", p->name);
        jsonw_key_text(w, "area", d->focus_areas[i]);
        jsonw_key_int(w, "need", p->need);
        jsonw_key_int(w, "influence", p->influence);
        jsonw_key_text(w, "reason", p->reason);
        jsonw_end(w);
    }
    jsonw_end(w);
}

enum err adopted_write(struct arena *a, const struct adopted *d, const char **out)
{
    AUTO(buf_done) struct buf b = buf_init(CONTENT_MOST);
    struct jsonw w = jsonw_init(&b);
    jsonw_object(&w);
    jsonw_key_int(&w, "version", 1);
    jsonw_key_text(&w, "work", d->work);
    jsonw_key_text(&w, "period", d->period);
    put_day(&w, "from", d->from);
    put_day(&w, "to", d->to);
    put_day(&w, "before_from", d->before_from);
    put_day(&w, "before_to", d->before_to);
    jsonw_key_bool(&w, "ongoing", d->ongoing);
    if (d->until)
        jsonw_key_int(&w, "until", d->until);
    put_rows(&w, "all", &d->all, 1);
    put_rows(&w, "types", d->types, d->n_types);
    put_rows(&w, "areas", d->areas, d->n_areas);
    put_focus(&w, d);
    jsonw_key_text(&w, "method", "compare-counts, findings, levels");
    jsonw_end(&w);
    TRY(buf_err(&b));
    *out = arena_strdup(a, buf_text(&b));
    return *out ? ERR_OK : ERR_NOMEM;
}

/* --- In --- */

static const char *text(const json_t *o, const char *key, struct arena *a)
{
    const json_t *v = json_object_get(o, key);
    return json_is_string(v) ? arena_strdup(a, json_string_value(v)) : NULL;
}

static enum err read_day(const json_t *o, const char *key, struct date *out)
{
    const json_t *v = json_object_get(o, key);
    return json_is_string(v) && date_parse(json_string_value(v), out) == ERR_OK ? ERR_OK
                                                                                : ERR_CORRUPT;
}

static int64_t number(const json_t *o, const char *key, int64_t low, int64_t high)
{
    const json_t *v = json_object_get(o, key);
    int64_t n = json_is_integer(v) ? json_integer_value(v) : low;
    return n < low || n > high ? low : n;
}

static enum certainty certainty_named(const json_t *v)
{
    for (int c = 0; json_is_string(v) && c < CERTAINTY_COUNT; c++)
        if (str_eq(json_string_value(v), certainty_name((enum certainty)c)))
            return (enum certainty)c;
    return CERTAINTY_TOO_FEW;
}

static struct adopted_row row(const json_t *o, struct arena *a)
{
    struct adopted_row r = {
        .name = text(o, "name", a),
        .below = json_is_true(json_object_get(o, "below")),
        .n = number(o, "n", -1, INT64_MAX),
        .before = number(o, "before", -1, INT64_MAX),
        .certainty = certainty_named(json_object_get(o, "certainty")),
        .level = (enum page_level_no)number(o, "level", PAGE_NO_LEVEL, PAGE_RED),
        .suggested = (enum page_level_no)number(o, "suggested", PAGE_NO_LEVEL, PAGE_RED),
        .reason = text(o, "reason", a),
    };
    const char *id = json_string_value(json_object_get(o, "area"));
    if (id && id_parse(id, &r.area) != ERR_OK)
        r.area = (struct id){{0}};
    return r;
}

static enum err rows(const json_t *list, struct arena *a, struct adopted_row **out, size_t *out_n)
{
    size_t n = json_array_size(list);
    if (!json_is_array(list) || n > ROWS_MOST)
        return ERR_CORRUPT;
    struct adopted_row *all = ARENA_ARRAY(a, n + 1, struct adopted_row);
    if (!all)
        return ERR_NOMEM;
    for (size_t i = 0; i < n; i++)
        all[i] = row(json_array_get(list, i), a);
    *out = all;
    *out_n = n;
    return ERR_OK;
}

static enum err read_focus(const json_t *list, struct arena *a, struct adopted *d)
{
    if (!json_is_array(list) || json_array_size(list) > FOCUS_MOST)
        return ERR_CORRUPT;
    for (size_t i = 0; i < json_array_size(list); i++) {
        const json_t *o = json_array_get(list, i);
        d->focus_areas[i] = text(o, "area", a);
        d->focus.places[i] = (struct focus_place){.name = text(o, "name", a),
                                                  .need = (int)number(o, "need", 1, 3),
                                                  .influence = (int)number(o, "influence", 1, 3),
                                                  .reason = text(o, "reason", a)};
    }
    d->focus.n = json_array_size(list);
    return ERR_OK;
}

static enum err read_all(const json_t *o, struct arena *a, struct adopted *d)
{
    struct adopted_row *all;
    size_t n;
    TRY(read_day(o, "from", &d->from));
    TRY(read_day(o, "to", &d->to));
    TRY(read_day(o, "before_from", &d->before_from));
    TRY(read_day(o, "before_to", &d->before_to));
    d->work = text(o, "work", a);
    d->period = text(o, "period", a);
    d->ongoing = json_is_true(json_object_get(o, "ongoing"));
    d->until = d->ongoing ? number(o, "until", 0, date_start(d->to)) : 0;
    TRY(rows(json_object_get(o, "all"), a, &all, &n));
    if (n != 1)
        return ERR_CORRUPT;
    d->all = all[0];
    TRY(rows(json_object_get(o, "types"), a, &d->types, &d->n_types));
    TRY(rows(json_object_get(o, "areas"), a, &d->areas, &d->n_areas));
    return read_focus(json_object_get(o, "focus"), a, d);
}

enum err adopted_read(const char *json, struct arena *a, struct adopted *out)
{
    json_error_t why;
    json_t *o = json_loads(json, JSON_REJECT_DUPLICATES, &why);
    struct adopted d = {0};
    enum err e = o ? read_all(o, a, &d) : ERR_CORRUPT;
    json_decref(o);
    if (e == ERR_OK)
        *out = d;
    return e;
}
