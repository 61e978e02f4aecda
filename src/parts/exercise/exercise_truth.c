/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "parts/exercise/exercise_inner.h"

#include <math.h>

#include "base/jsonw.h"
#include "base/str.h"
#include "geo/geo_data.h"

static void key_date(struct jsonw *w, const char *key, struct date d)
{
    char text[TIME_TEXT];
    date_text(d, text);
    jsonw_key_text(w, key, text);
}

static void key_id(struct jsonw *w, const char *key, struct id id)
{
    char text[ID_TEXT];
    id_text(id, text);
    jsonw_key_text(w, key, text);
}

static void area_write(struct jsonw *w, const struct exercise *x, const char *key, int32_t area)
{
    const struct exercise_area *a = &x->areas[area];
    jsonw_key_object(w, key);
    key_id(w, "id", a->id);
    jsonw_key_text(w, "key", a->key);
    jsonw_key_text(w, "name", a->name);
    jsonw_key(w, "box");
    jsonw_array(w);
    jsonw_fixed(w, a->shape->box.east_min, 1);
    jsonw_fixed(w, a->shape->box.north_min, 1);
    jsonw_fixed(w, a->shape->box.east_max, 1);
    jsonw_fixed(w, a->shape->box.north_max, 1);
    jsonw_end(w);
    jsonw_end(w);
}

/* Events of the type in the area, from one moment to before another. */
static int64_t area_count(const struct exercise *x, int32_t area, int type, msec from, msec to)
{
    int64_t n = 0;
    for (uint32_t i = 0; i < x->event_count; i++) {
        const struct exercise_event *e = &x->events[i];
        n += e->area == area && (type < 0 || (int)e->type == type) && e->occurred_from >= from &&
             e->occurred_from < to;
    }
    return n;
}

static void counts_write(struct jsonw *w, const struct exercise *x, const char *key, int32_t area,
                         const struct exercise_truth *t)
{
    int type = exercise_type_index(t->types[0]);
    msec start = date_start(x->first), step = date_start(t->from);
    jsonw_key_object(w, key);
    jsonw_key_int(w, "before", area_count(x, area, type, start, step));
    jsonw_key_int(w, "after", area_count(x, area, type, step, INT64_MAX));
    jsonw_end(w);
}

static void step_write(struct jsonw *w, const struct exercise *x, const struct exercise_truth *t)
{
    area_write(w, x, "comparison_area", t->comparison);
    jsonw_key_int(w, "days_before", date_days(t->from) - date_days(x->first));
    jsonw_key_int(w, "days_after", date_days(t->to) - date_days(t->from) + 1);
    counts_write(w, x, "count", t->area, t);
    counts_write(w, x, "comparison_count", t->comparison, t);
    jsonw_key_object(w, "action");
    key_id(w, "id", x->action.id);
    jsonw_key_text(w, "title", x->action.title);
    key_date(w, "start", x->action.start);
    jsonw_end(w);
}

static void ids_write(struct jsonw *w, const struct exercise *x, enum exercise_plant kind)
{
    int64_t n = 0;
    jsonw_key_array(w, "ids");
    for (uint32_t i = 0; i < x->event_count; i++) {
        if (x->events[i].plant != kind)
            continue;
        char text[ID_TEXT];
        id_text(x->events[i].id, text);
        jsonw_text(w, text);
        n++;
    }
    jsonw_end(w);
    jsonw_key_int(w, "planted", n);
}

static void truth_write(struct jsonw *w, const struct exercise *x, const struct exercise_truth *t)
{
    jsonw_object(w);
    jsonw_key_text(w, "kind", exercise_plant_name(t->kind));
    jsonw_key_text(w, "municipality", t->municipality);
    area_write(w, x, "area", t->area);
    jsonw_key_array(w, "types");
    for (size_t i = 0; i < ARRAY_LEN(t->types) && t->types[i]; i++)
        jsonw_text(w, t->types[i]);
    jsonw_end(w);
    key_date(w, "from", t->from);
    key_date(w, "to", t->to);
    if (t->radius > 0) {
        jsonw_key(w, "east");
        jsonw_fixed(w, t->point.east, 1);
        jsonw_key(w, "north");
        jsonw_fixed(w, t->point.north, 1);
        jsonw_key_double(w, "radius_m", t->radius);
    }
    if (t->kind == EXERCISE_STEP)
        step_write(w, x, t);
    if (t->kind == EXERCISE_NOTHING)
        jsonw_key_int(w, "count", area_count(x, t->area, -1, INT64_MIN, INT64_MAX));
    else
        ids_write(w, x, t->kind);
    jsonw_end(w);
}

static void municipality_write(struct jsonw *w, const struct exercise *x, const char *code)
{
    int64_t police = 0, est = 0, nil = 0;
    const struct geo_municipality *m = geo_municipality_by_code(code);
    int nothing = exercise_type_index("nothing");
    for (uint32_t i = 0; i < x->event_count; i++) {
        const struct exercise_event *e = &x->events[i];
        if (!str_eq(e->municipality, code))
            continue;
        police += e->source == EXERCISE_POLICE;
        nil += (int)e->type == nothing;
        est += e->source == EXERCISE_EST && (int)e->type != nothing;
    }
    jsonw_object(w);
    jsonw_key_text(w, "code", code);
    jsonw_key_text(w, "name", m->name);
    jsonw_key_int(w, "population", m->population);
    jsonw_key_int(w, "reported_crimes", police);
    jsonw_key_int(w, "est_reports", est);
    jsonw_key_int(w, "nil_reports", nil);
    jsonw_end(w);
}

static void recipe_write(struct jsonw *w)
{
    jsonw_key_object(w, "recipe");
    jsonw_key_object(w, "reported_crimes_per_100_and_year");
    for (int m = 0; m < EXERCISE_MUNICIPALITIES; m++)
        jsonw_key_double(w, exercise_municipalities[m], exercise_police_rate[m]);
    jsonw_end(w);
    jsonw_key_double(w, "est_reports_a_week_in_mariestad", EXERCISE_EST_A_WEEK);
    jsonw_key(w, "interval_share_of_property_crimes");
    jsonw_fixed(w, EXERCISE_INTERVAL_SHARE, 3);
    jsonw_key_double(w, "knox_metres", EXERCISE_KNOX_METRES);
    jsonw_key_int(w, "knox_days", EXERCISE_KNOX_DAYS);
    jsonw_key_double(w, "knox_ratio_from", EXERCISE_KNOX_LOW);
    jsonw_key_double(w, "knox_ratio_to", EXERCISE_KNOX_HIGH);
    jsonw_end(w);
}

void exercise_truth_json(const struct exercise *x, struct buf *out)
{
    struct jsonw w = jsonw_init(out);
    jsonw_object(&w);
    jsonw_key_text(&w, "what", "exercise data: what was planted");
    jsonw_key_text(&w, "origin", EXERCISE_ORIGIN);
    /* As text: readers of JSON lose digits of large numbers. */
    jsonw_key(&w, "seed");
    struct buf seed = buf_init(32);
    buf_printf(&seed, "%llu", (unsigned long long)x->options.seed);
    jsonw_text(&w, buf_text(&seed));
    if (buf_err(&seed))
        out->err = buf_err(&seed);
    buf_done(&seed);
    key_date(&w, "first_day", x->first);
    key_date(&w, "last_day", x->options.end);
    jsonw_key_int(&w, "years", x->options.years);
    jsonw_key_int(&w, "events", x->event_count);
    jsonw_key_text(&w, "coordinates", "SWEREF 99 TM (EPSG:3006), metres");
    recipe_write(&w);
    jsonw_key_array(&w, "municipalities");
    for (int m = 0; m < EXERCISE_MUNICIPALITIES; m++)
        municipality_write(&w, x, exercise_municipalities[m]);
    jsonw_end(&w);
    jsonw_key_array(&w, "truths");
    for (uint32_t i = 0; i < x->truth_count; i++)
        truth_write(&w, x, &x->truths[i]);
    jsonw_end(&w);
    jsonw_end(&w);
}
