/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Minutes as JSON: what was said and decided, word for word as it stood when the meeting closed. */
#include <jansson.h>

#include "base/jsonw.h"
#include "base/mem.h"
#include "base/str.h"
#include "parts/meeting/meeting.h"

#define CONTENT_MOST (1 << 20)

enum err meeting_minutes_write(struct arena *a, const struct meeting_minutes *m, const char **out)
{
    AUTO(buf_done) struct buf b = buf_init(CONTENT_MOST);
    struct jsonw w = jsonw_init(&b);
    jsonw_object(&w);
    jsonw_key_int(&w, "version", 1);
    jsonw_key_text(&w, "lang", lang_code(m->lang));
    jsonw_key_text(&w, "work", m->work);
    jsonw_key_text(&w, "period", m->period);
    jsonw_key_int(&w, "starts_at", m->starts_at);
    jsonw_key_int(&w, "opened_at", m->opened_at);
    jsonw_key_int(&w, "closed_at", m->closed_at);
    if (m->struck_at)
        jsonw_key_int(&w, "struck_at", m->struck_at);
    jsonw_key_array(&w, "items");
    for (int i = 0; i < MEETING_ITEM_COUNT; i++) {
        const struct meeting_section *s = &m->sections[i];
        jsonw_object(&w);
        jsonw_key_text(&w, "item", meeting_item_code(s->item));
        jsonw_key_bool(&w, "done", s->done);
        jsonw_key_text(&w, "note", s->note);
        jsonw_key_array(&w, "lines");
        for (size_t k = 0; k < s->n_lines; k++)
            jsonw_text(&w, s->lines[k]);
        jsonw_end(&w);
        jsonw_end(&w);
    }
    jsonw_end(&w);
    jsonw_end(&w);
    TRY(buf_err(&b));
    *out = arena_strdup(a, buf_text(&b));
    return *out ? ERR_OK : ERR_NOMEM;
}

/* --- Back --- */

static const char *text_of(const json_t *o, const char *key, struct arena *a)
{
    const char *s = json_string_value(json_object_get(o, key));
    return s ? arena_strdup(a, s) : NULL;
}

static enum err read_section(const json_t *o, struct arena *a, struct meeting_section *out)
{
    const json_t *lines = json_object_get(o, "lines");
    size_t n = json_array_size(lines);
    const char **list = ARENA_ARRAY(a, n + 1, const char *);
    if (!list)
        return ERR_NOMEM;
    if (!meeting_item_parse(json_string_value(json_object_get(o, "item")), &out->item) ||
        !json_is_array(lines) || n > MEETING_LINES_MOST)
        return ERR_CORRUPT;
    for (size_t i = 0; i < n; i++) {
        const char *s = json_string_value(json_array_get(lines, i));
        if (!s)
            return ERR_CORRUPT;
        list[i] = arena_strdup(a, s);
        if (!list[i])
            return ERR_NOMEM;
    }
    out->lines = list;
    out->n_lines = n;
    out->note = text_of(o, "note", a);
    out->done = json_is_true(json_object_get(o, "done"));
    return ERR_OK;
}

static enum err read_all(const json_t *o, struct arena *a, struct meeting_minutes *m)
{
    const json_t *list = json_object_get(o, "items");
    if (!lang_from_code(json_string_value(json_object_get(o, "lang")), &m->lang) ||
        json_array_size(list) != MEETING_ITEM_COUNT)
        return ERR_CORRUPT;
    m->work = text_of(o, "work", a);
    m->period = text_of(o, "period", a);
    m->starts_at = json_integer_value(json_object_get(o, "starts_at"));
    m->opened_at = json_integer_value(json_object_get(o, "opened_at"));
    m->closed_at = json_integer_value(json_object_get(o, "closed_at"));
    m->struck_at = json_integer_value(json_object_get(o, "struck_at"));
    for (int i = 0; i < MEETING_ITEM_COUNT; i++)
        TRY(read_section(json_array_get(list, (size_t)i), a, &m->sections[i]));
    return ERR_OK;
}

enum err meeting_minutes_read(const char *json, struct arena *a, struct meeting_minutes *out)
{
    *out = (struct meeting_minutes){0};
    json_t *o = json ? json_loads(json, 0, NULL) : NULL;
    if (!o)
        return ERR_CORRUPT;
    enum err e = json_is_object(o) ? read_all(o, a, out) : ERR_CORRUPT;
    json_decref(o);
    return e;
}
