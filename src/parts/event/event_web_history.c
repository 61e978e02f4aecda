/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "parts/event/event_web_history.h"

#include <jansson.h>
#include <math.h>
#include <string.h>

#include "base/mem.h"
#include "base/str.h"

#define CHANGES_MOST 10

/* --- Stored versions as events --- */

static const char *text_of(struct arena *a, const json_t *o, const char *key)
{
    const char *s = json_string_value(json_object_get(o, key));
    return s ? arena_strdup(a, s) : NULL;
}

static struct id id_of(const json_t *o, const char *key)
{
    struct id id;
    const char *s = json_string_value(json_object_get(o, key));
    return s && id_parse(s, &id) == ERR_OK ? id : (struct id){0};
}

static msec time_of(const json_t *o, const char *key)
{
    msec t;
    const char *s = json_string_value(json_object_get(o, key));
    return s && time_parse(s, &t) == ERR_OK ? t : 0;
}

static void read_content(struct arena *a, const json_t *o, struct event *e)
{
    e->municipality = text_of(a, o, "municipality_code");
    e->type_code = text_of(a, o, "type_code");
    e->organisation_id = id_of(o, "organisation_id");
    e->area_id = id_of(o, "area_id");
    e->same_as = id_of(o, "same_as");
    e->occurred_from = time_of(o, "occurred_from");
    e->occurred_to = time_of(o, "occurred_to");
    e->changed_at = time_of(o, "changed_at");
    (void)geo_precision_parse(json_string_value(json_object_get(o, "precision")), &e->precision);
    const char *state = json_string_value(json_object_get(o, "state"));
    if (state)
        (void)event_state_parse(state, &e->state);
    const json_t *east = json_object_get(o, "east"), *north = json_object_get(o, "north");
    e->east = json_is_number(east) ? json_number_value(east) : NAN;
    e->north = json_is_number(north) ? json_number_value(north) : NAN;
}

/* ERR_CORRUPT: it is not what event_versions() promises. */
static enum err read_version(struct arena *a, const struct event_version *v, struct event *out)
{
    json_t *o = json_loads(v->content, 0, NULL);
    if (!o)
        return ERR_CORRUPT;
    *out = event_blank();
    read_content(a, o, out);
    json_decref(o);
    if (!v->texts)
        return ERR_OK;
    o = json_loads(v->texts, 0, NULL);
    if (!o)
        return ERR_CORRUPT;
    out->title = text_of(a, o, "title");
    out->description = text_of(a, o, "description");
    out->url = text_of(a, o, "url");
    out->place_name = text_of(a, o, "place_name");
    json_decref(o);
    return ERR_OK;
}

/* --- What differs --- */

struct changes {
    struct req *rq;
    struct page_change *list;
    size_t n;
};

static void differ(struct changes *c, enum text_key label, const char *before, const char *after)
{
    before = str_empty(before) ? NULL : before;
    after = str_empty(after) ? NULL : after;
    if (!str_eq(before, after) && c->n < CHANGES_MOST)
        c->list[c->n++] = (struct page_change){text_get(c->rq->lang, label), before, after};
}

static const char *place_said(struct req *rq, const struct event_names *names,
                              const struct event *e)
{
    const char *s = arena_printf(rq->arena, "%s (%s)", event_place_text(names, e),
                                 event_precision_text(rq->lang, e->precision));
    return s ? s : "";
}

static const char *state_said(struct req *rq, const struct event *e)
{
    if (!id_is_none(e->same_as))
        return TX(rq, event_state_linked);
    return e->state == EVENT_SUBMITTED  ? TX(rq, event_state_submitted)
           : e->state == EVENT_REJECTED ? TX(rq, event_state_rejected)
                                        : TX(rq, event_state_included);
}

enum err event_web_changes(struct req *rq, const struct event_names *names,
                           const struct event *before, const struct event *after,
                           struct page_change **out, size_t *out_n)
{
    struct changes c = {rq, ARENA_ARRAY(rq->arena, CHANGES_MOST, struct page_change), 0};
    if (!c.list)
        return ERR_NOMEM;
    msec now = time_now();
    differ(&c, T_event_fact_type, event_names_type(names, before->type_code),
           event_names_type(names, after->type_code));
    differ(&c, T_event_fact_when,
           event_time_text(rq->arena, rq->lang, before->occurred_from, before->occurred_to, now),
           event_time_text(rq->arena, rq->lang, after->occurred_from, after->occurred_to, now));
    differ(&c, T_event_fact_place, place_said(rq, names, before), place_said(rq, names, after));
    differ(&c, T_event_fact_organisation, event_names_organisation(names, before->organisation_id),
           event_names_organisation(names, after->organisation_id));
    differ(&c, T_event_fact_state, state_said(rq, before), state_said(rq, after));
    differ(&c, T_event_field_title, before->title, after->title);
    differ(&c, T_event_field_description, before->description, after->description);
    differ(&c, T_event_field_url, before->url, after->url);
    *out = c.list;
    *out_n = c.n;
    return ERR_OK;
}

static const char *reason_text(struct req *rq, const char *reason)
{
    if (str_eq(reason, "revised"))
        return TX(rq, event_reason_revised);
    if (str_eq(reason, "moved"))
        return TX(rq, event_reason_moved);
    if (str_eq(reason, "redacted"))
        return TX(rq, event_reason_redacted);
    if (str_eq(reason, "struck"))
        return TX(rq, event_reason_struck);
    if (str_eq(reason, "reviewed"))
        return TX(rq, event_reason_reviewed);
    return TX(rq, event_reason_edited);
}

enum err event_web_history(struct req *rq, const struct event_names *names,
                           const struct event_one *one, struct page_history *out)
{
    struct page_history_row *rows =
        ARENA_ARRAY(rq->arena, one->n_versions + 1, struct page_history_row);
    if (!rows)
        return ERR_NOMEM;
    struct event after = one->e, before;
    bool texts_known = one->e.state != EVENT_REDACTED;
    for (size_t i = 0; i < one->n_versions; i++) {
        const struct event_version *v = &one->versions[i];
        struct page_change *changes;
        size_t n;
        TRY(read_version(rq->arena, v, &before));
        struct event left = before, right = after;
        if (!v->texts || !texts_known) /* nothing to compare: they were taken away */
            left.title = right.title = left.description = right.description = left.url = right.url =
                left.place_name = right.place_name = NULL;
        TRY(event_web_changes(rq, names, &left, &right, &changes, &n));
        rows[i] =
            (struct page_history_row){v->replaced_at, NULL, reason_text(rq, v->reason), changes, n};
        texts_known = v->texts != NULL;
        after = before;
    }
    rows[one->n_versions] =
        (struct page_history_row){.at = one->e.reported_at, .what = TX(rq, event_reason_first)};
    out->rows = rows;
    out->n_rows = one->n_versions + 1;
    return ERR_OK;
}
