/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The rules of an event, without a database. */
#include <math.h>
#include <string.h>

#include "base/jsonw.h"
#include "base/mem.h"
#include "base/str.h"
#include "geo/cell.h"
#include "geo/sweref.h"
#include "parts/event/event_inner.h"

static const char *const state_names[EVENT_STATES] = {
    [EVENT_INCLUDED] = "included",
    [EVENT_SUBMITTED] = "submitted",
    [EVENT_REDACTED] = "redacted",
    [EVENT_REJECTED] = "rejected",
};

const char *event_state_name(enum event_state s)
{
    return state_names[s];
}

bool event_state_parse(const char *name, enum event_state *out)
{
    for (int i = 0; i < EVENT_STATES; i++)
        if (str_eq(name, state_names[i])) {
            *out = (enum event_state)i;
            return true;
        }
    return false;
}

struct event event_blank(void)
{
    return (struct event){.east = NAN, .north = NAN};
}

static enum err wrong(struct event_problem *p, const char *field, enum text_key text)
{
    if (p)
        *p = (struct event_problem){field, text};
    return ERR_INVALID;
}

static enum err check_text(struct event_problem *p, const char *field, const char *s, size_t most)
{
    if (!s)
        return ERR_OK;
    size_t n = strlen(s);
    if (n > most * 4)
        return wrong(p, field, T_event_rule_long);
    if (!utf8_valid(s, n) || utf8_has_control(s))
        return wrong(p, field, T_event_rule_characters);
    return utf8_len(s) > most ? wrong(p, field, T_event_rule_long) : ERR_OK;
}

static enum err check_texts(const struct event *e, struct event_problem *p)
{
    const struct {
        const char *field, *text;
        size_t most;
    } texts[] = {
        {"title", e->title, EVENT_TITLE_MOST},
        {"description", e->description, EVENT_DESCRIPTION_MOST},
        {"place_name", e->place_name, EVENT_PLACE_MOST},
        {"url", e->url, EVENT_URL_MOST},
        {"type_said", e->type_said, EVENT_KEY_MOST},
        {"source", e->source, EVENT_KEY_MOST},
        {"source_key", e->source_key, EVENT_KEY_MOST},
        {"source_hash", e->source_hash, EVENT_KEY_MOST},
        {"origin", e->origin, EVENT_KEY_MOST},
    };
    for (size_t i = 0; i < ARRAY_LEN(texts); i++)
        TRY(check_text(p, texts[i].field, texts[i].text, texts[i].most));
    if (!str_empty(e->url) && !str_starts(e->url, "https://") && !str_starts(e->url, "http://"))
        return wrong(p, "url", T_event_rule_url);
    return str_empty(e->source) ? wrong(p, "source", T_event_rule_source) : ERR_OK;
}

static enum err check_place(const struct event *e, struct event_problem *p)
{
    bool any = !isnan(e->east) || !isnan(e->north);
    if (geo_precision_is_place(e->precision) && !geo_point_in_sweden(e->east, e->north))
        return wrong(p, "east", T_event_rule_position);
    if (!geo_precision_is_place(e->precision) && any)
        return wrong(p, "precision", T_event_rule_precision);
    return ERR_OK;
}

static enum err check_time(const struct event *e, struct event_problem *p)
{
    static const struct date first = {1900, 1, 1}, last = {2200, 1, 1};
    if (e->occurred_from < date_start(first) || e->occurred_from >= date_start(last))
        return wrong(p, "occurred_from", T_event_rule_time);
    if (e->occurred_to < e->occurred_from)
        return wrong(p, "occurred_to", T_event_rule_order);
    if (e->occurred_to - e->occurred_from > EVENT_LONGEST)
        return wrong(p, "occurred_to", T_event_rule_interval);
    return ERR_OK;
}

static bool is_code(const char *s)
{
    return s && strlen(s) == 4 && strspn(s, "0123456789") == 4;
}

enum err event_check(const struct event *e, struct event_problem *p)
{
    if (!is_code(e->municipality))
        return wrong(p, "municipality", T_event_rule_municipality);
    if (event_type_index(e->type_code) < 0)
        return wrong(p, "type_code", T_event_rule_type);
    TRY(check_time(e, p));
    TRY(check_place(e, p));
    return check_texts(e, p);
}

static const char *some(const char *s)
{
    return str_empty(s) ? NULL : s;
}

enum err event__complete(struct event_areas *areas, struct tx *tx, struct event *e)
{
    struct civil c = civil_from_msec(e->occurred_from);
    e->local_weekday = c.weekday;
    e->local_hour = c.hour;
    e->local_week = c.iso_year * 100 + c.iso_week;
    bool place = geo_precision_is_place(e->precision);
    e->cell = place ? geo_cell(e->east, e->north) : 0;
    e->source_key = some(e->source_key);
    e->source_hash = some(e->source_hash);
    e->type_said = some(e->type_said);
    e->place_name = some(e->place_name);
    e->title = some(e->title);
    e->description = some(e->description);
    e->url = some(e->url);
    e->origin = some(e->origin);
    if (place && id_is_none(e->area_id) && areas)
        return event_areas_find(areas, tx, e->municipality, e->east, e->north, &e->area_id);
    return ERR_OK;
}

static void key_id(struct jsonw *w, const char *key, struct id id)
{
    char text[ID_TEXT];
    if (id_is_none(id))
        return;
    id_text(id, text);
    jsonw_key_text(w, key, text);
}

static void key_time(struct jsonw *w, const char *key, msec t)
{
    char text[TIME_TEXT];
    time_iso_utc(t, text);
    jsonw_key_text(w, key, text);
}

static void key_some(struct jsonw *w, const char *key, const char *s)
{
    if (s)
        jsonw_key_text(w, key, s);
}

void event__content_json(struct buf *out, const struct event *e)
{
    struct jsonw w = jsonw_init(out);
    jsonw_object(&w);
    jsonw_key_text(&w, "municipality_code", e->municipality);
    key_some(&w, "source_hash", e->source_hash);
    key_id(&w, "import_id", e->import_id);
    key_id(&w, "organisation_id", e->organisation_id);
    jsonw_key_text(&w, "type_code", e->type_code);
    key_some(&w, "type_said", e->type_said);
    key_time(&w, "occurred_from", e->occurred_from);
    key_time(&w, "occurred_to", e->occurred_to);
    jsonw_key_text(&w, "precision", geo_precision_name(e->precision));
    if (geo_precision_is_place(e->precision)) {
        jsonw_key(&w, "east");
        jsonw_fixed(&w, e->east, 2);
        jsonw_key(&w, "north");
        jsonw_fixed(&w, e->north, 2);
    }
    key_id(&w, "place_id", e->place_id);
    key_id(&w, "area_id", e->area_id);
    jsonw_key_text(&w, "state", event_state_name(e->state));
    key_id(&w, "same_as", e->same_as);
    key_time(&w, "changed_at", e->changed_at);
    jsonw_end(&w);
}

void event__texts_json(struct buf *out, const struct event *e)
{
    struct jsonw w = jsonw_init(out);
    jsonw_object(&w);
    key_some(&w, "title", e->title);
    key_some(&w, "description", e->description);
    key_some(&w, "url", e->url);
    key_some(&w, "place_name", e->place_name);
    jsonw_end(&w);
}

/* The type's Swedish name too, so that "klotter" finds what was only ticked in a list. */
void event__words(struct event_words *w, struct buf *out, enum db_engine engine,
                  const struct event *e)
{
    int type = event_type_index(e->type_code);
    const char *texts[] = {
        e->title,
        e->description,
        e->place_name,
        e->type_said,
        type < 0 ? NULL : event_type_name(LANG_SV, type),
    };
    event_words_write(w, out, engine, texts, ARRAY_LEN(texts));
}
