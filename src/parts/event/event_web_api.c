/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Events for programs: the same filters and the same walls as the pages. */
#include <jansson.h>
#include <math.h>
#include <string.h>

#include "base/jsonw.h"
#include "base/mem.h"
#include "base/str.h"
#include "core/textguard.h"
#include "parts/event/event_web_form.h"

#define SIZE_DEFAULT 100

static void key_some(struct jsonw *j, const char *key, const char *s)
{
    if (!str_empty(s))
        jsonw_key_text(j, key, s);
}

static void key_id(struct jsonw *j, const char *key, struct id id)
{
    char text[ID_TEXT];
    if (id_is_none(id))
        return;
    id_text(id, text);
    jsonw_key_text(j, key, text);
}

static void key_time(struct jsonw *j, const char *key, msec t)
{
    char text[TIME_TEXT];
    time_iso_utc(t, text);
    jsonw_key_text(j, key, text);
}

static void put_event(struct jsonw *j, const struct event *e)
{
    jsonw_object(j);
    key_id(j, "id", e->id);
    jsonw_key_text(j, "municipality", e->municipality);
    jsonw_key_text(j, "type", e->type_code);
    jsonw_key_text(j, "kind", event_kind_of_code(e->type_code));
    key_some(j, "type_said", e->type_said);
    key_time(j, "occurred_from", e->occurred_from);
    key_time(j, "occurred_to", e->occurred_to);
    jsonw_key_text(j, "precision", geo_precision_name(e->precision));
    key_some(j, "place_name", e->place_name);
    if (geo_precision_is_place(e->precision) && !isnan(e->east)) {
        jsonw_key(j, "east");
        jsonw_fixed(j, e->east, 1);
        jsonw_key(j, "north");
        jsonw_fixed(j, e->north, 1);
    }
    key_id(j, "area", e->area_id);
    jsonw_key_text(j, "source", e->source);
    key_id(j, "organisation", e->organisation_id);
    key_some(j, "title", e->title);
    key_some(j, "description", e->description);
    key_some(j, "url", e->url);
    jsonw_key_text(j, "state", event_state_name(e->state));
    key_some(j, "origin", e->origin);
    jsonw_key_int(j, "version", e->version);
    key_time(j, "reported_at", e->reported_at);
    key_time(j, "changed_at", e->changed_at);
    jsonw_end(j);
}

/* --- Reading --- */

struct rows {
    struct req *rq;
    const struct event_key *keys;
    size_t n;
    struct event *events;
    bool *found;
};

static enum err load(struct tx *tx, void *arg)
{
    struct rows *r = arg;
    return event_get_many(tx, r->rq->arena, r->keys, r->n, r->events, r->found);
}

static const char *page_link(struct req *rq, int64_t page)
{
    return req_address_with(rq, "page", arena_printf(rq->arena, "%lld", (long long)page));
}

static void put_links(struct req *rq, struct jsonw *j, int64_t page, int64_t last)
{
    jsonw_key_object(j, "links");
    jsonw_key_text(j, "self", page_link(rq, page));
    if (page > 1)
        jsonw_key_text(j, "prev", page_link(rq, page - 1));
    if (page < last)
        jsonw_key_text(j, "next", page_link(rq, page + 1));
    jsonw_end(j);
}

static enum err put_page(struct req *rq, const struct event_query *q, const struct event_found *f)
{
    int64_t size = req_int(rq, "size", SIZE_DEFAULT);
    struct event_key *keys;
    struct rows r = {.rq = rq};
    const struct event_order order = {q->sort, !q->ascending, (size_t)((q->page - 1) * size),
                                      (size_t)size};
    TRY(columns_page(f->sel, &order, rq->arena, &keys, &r.n));
    r.keys = keys;
    r.events = ARENA_ARRAY(rq->arena, r.n + 1, struct event);
    r.found = ARENA_ARRAY(rq->arena, r.n + 1, bool);
    if (!r.events || !r.found)
        return ERR_NOMEM;
    TRY(web_read(rq, load, &r));
    struct jsonw j = jsonw_init(&rq->out);
    jsonw_object(&j);
    jsonw_key_int(&j, "count", (int64_t)f->sel->count);
    jsonw_key_int(&j, "page", q->page);
    jsonw_key_int(&j, "size", size);
    put_links(rq, &j, q->page, ((int64_t)f->sel->count + size - 1) / size);
    jsonw_key_array(&j, "events");
    for (size_t i = 0; i < r.n; i++)
        if (r.found[i])
            put_event(&j, &r.events[i]);
    jsonw_end(&j);
    jsonw_end(&j);
    return ERR_OK;
}

enum err event_api_list(struct req *rq)
{
    struct event_query q = event_web_query(rq);
    struct event_found found;
    if (rq->problems)
        return ERR_INVALID;
    TRY(event_query_find(web_app(rq), &q, &found));
    enum err e = put_page(rq, &q, &found);
    size_t count = found.sel->count;
    event_found_done(&found);
    TRY(e);
    resp_type(rq, "application/json");
    return web_audit_read(rq, "event.list", "event", (struct id){0},
                          arena_printf(rq->arena, "{\"count\":%zu,\"api\":true}", count));
}

enum err event_api_one(struct req *rq)
{
    struct event_one one;
    TRY(event_web_one(rq, &one));
    struct jsonw j = jsonw_init(&rq->out);
    put_event(&j, &one.e);
    resp_type(rq, "application/json");
    return web_audit_read(rq, "event.read", "event", one.id, NULL);
}

/* --- Adding --- */

static const char *text_of(struct req *rq, const json_t *o, const char *key)
{
    const json_t *v = json_object_get(o, key);
    if (!v || json_is_null(v))
        return NULL;
    const char *s = json_string_value(v);
    if (!s) {
        req_problem(rq, key, TX(rq, event_api_text));
        return NULL;
    }
    return arena_strdup(rq->arena, s);
}

static void read_id(struct req *rq, const json_t *o, const char *key, struct id *out)
{
    const char *s = text_of(rq, o, key);
    if (s && id_parse(s, out) != ERR_OK)
        req_problem(rq, key, TX(rq, event_api_id));
}

static void read_time(struct req *rq, const json_t *o, const char *key, bool required, msec *out)
{
    const char *s = text_of(rq, o, key);
    if (s ? time_parse(s, out) != ERR_OK : required && !req_problem_of(rq, key))
        req_problem(rq, key, TX(rq, event_api_time));
}

static double read_number(struct req *rq, const json_t *o, const char *key)
{
    const json_t *v = json_object_get(o, key);
    if (v && !json_is_null(v) && !json_is_number(v))
        req_problem(rq, key, TX(rq, event_api_number));
    return json_is_number(v) ? json_number_value(v) : NAN;
}

static void check_keys(struct req *rq, const json_t *o)
{
    static const char *const known[] = {
        "id",   "type",  "occurred_from", "occurred_to",  "precision",
        "east", "north", "place_name",    "organisation", "description"};
    const char *key;
    json_t *value;
    json_object_foreach((json_t *)o, key, value)
    {
        bool ok = false;
        for (size_t i = 0; i < ARRAY_LEN(known); i++)
            ok = ok || str_eq(known[i], key);
        if (!ok)
            req_problem(rq, arena_strdup(rq->arena, key), TX(rq, event_api_unknown));
    }
}

static enum err read_who(struct req *rq, const json_t *o, struct event *e)
{
    const struct who *w = web_who(rq);
    read_id(rq, o, "organisation", &e->organisation_id);
    TRY(event_web_known_organisation(rq, e->organisation_id));
    if (!web_may(rq, PERM_EVENT_EDIT))
        e->organisation_id = w->here ? w->here->organisation : (struct id){0};
    return ERR_OK;
}

static enum err read_event(struct req *rq, const json_t *o, struct event *e)
{
    struct guard_span span;
    const char *type = text_of(rq, o, "type"), *precision = text_of(rq, o, "precision");
    check_keys(rq, o);
    read_id(rq, o, "id", &e->id);
    e->municipality = web_municipality(rq);
    e->source = EVENT_SOURCE_REPORT;
    e->type_code = type;
    if (event_type_index(type) < 0 && !req_problem_of(rq, "type"))
        req_problem(rq, "type", TX(rq, event_filter_type));
    read_time(rq, o, "occurred_from", true, &e->occurred_from);
    e->occurred_to = e->occurred_from;
    if (e->occurred_from > time_now() && event_type_index(type) != EVENT_TYPE_planned_event)
        req_problem(rq, "occurred_from", TX(rq, event_form_future));
    read_time(rq, o, "occurred_to", false, &e->occurred_to);
    e->east = read_number(rq, o, "east");
    e->north = read_number(rq, o, "north");
    e->precision = isnan(e->east) ? GEO_MUNICIPALITY : GEO_POINT;
    if (precision && !geo_precision_parse(precision, &e->precision))
        req_problem(rq, "precision", TX(rq, event_api_precision));
    e->place_name = text_of(rq, o, "place_name");
    e->description = text_of(rq, o, "description");
    if (e->description && guard_find(e->description, strlen(e->description), &span, 1))
        req_problem(rq, "description", TX(rq, event_form_guard));
    return read_who(rq, o, e);
}

static enum err answer_added(struct req *rq, const struct event *e)
{
    char id[ID_TEXT];
    id_text(e->id, id);
    resp_status(rq, 201);
    resp_header(rq, "Location",
                arena_printf(rq->arena, "/api/v1/%s/events/%s", e->municipality, id));
    struct jsonw j = jsonw_init(&rq->out);
    jsonw_object(&j);
    jsonw_key_text(&j, "id", id);
    jsonw_end(&j);
    resp_type(rq, "application/json");
    return ERR_OK;
}

enum err event_api_add(struct req *rq)
{
    struct event e = event_blank();
    struct event_problem wrong;
    if (str_ends(web_municipality(rq), "00"))
        return ERR_NOTFOUND;
    if (!http_type_is(req_header(rq, "Content-Type"), "application/json"))
        return ERR_MEDIA;
    json_t *o = json_loadb(rq->body, rq->n_body, JSON_REJECT_DUPLICATES, NULL);
    if (!json_is_object(o)) {
        json_decref(o);
        req_problem(rq, NULL, TX(rq, event_api_object));
        return ERR_USAGE;
    }
    enum err read = read_event(rq, o, &e);
    json_decref(o);
    TRY(read);
    if (!rq->problems && event_check(&e, &wrong) != ERR_OK) {
        req_problem(rq, wrong.field, text_get(rq->lang, wrong.text));
    }
    if (rq->problems)
        return ERR_INVALID;
    if (id_is_none(e.id))
        e.id = id_new();
    TRY(event_add_once(rq, &e, NULL, false));
    return answer_added(rq, &e);
}
