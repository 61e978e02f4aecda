/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* What is stored of a bulletin, as JSON: what was frozen, and what people wrote. */
#include <jansson.h>

#include "base/jsonw.h"
#include "base/mem.h"
#include "base/str.h"
#include "parts/bulletin/bulletin_inner.h"

#define JSON_MOST (4 << 20)

/* --- Reading --- */

const char *bulletin_json_text(const json_t *o, const char *key, struct bulletin_reading *r)
{
    const json_t *v = json_object_get(o, key);
    if (!json_is_string(v))
        return NULL;
    const char *s = arena_strdup(r->a, json_string_value(v));
    if (!s)
        r->err = ERR_NOMEM;
    return s;
}

int64_t bulletin_json_int(const json_t *o, const char *key, int64_t least, int64_t most)
{
    const json_t *v = json_object_get(o, key);
    int64_t n = json_is_integer(v) ? json_integer_value(v) : least;
    return n < least || n > most ? least : n;
}

size_t bulletin_json_list(const json_t *o, const char *key, size_t most, struct bulletin_reading *r,
                          const json_t **out)
{
    const json_t *v = json_object_get(o, key);
    *out = v;
    if (!json_is_array(v) || json_array_size(v) > most) {
        r->err = ERR_CORRUPT;
        return 0;
    }
    return json_array_size(v);
}

static const char *need_text(const json_t *o, const char *key, struct bulletin_reading *r)
{
    const char *s = bulletin_json_text(o, key, r);
    if (!s && !r->err)
        r->err = ERR_CORRUPT;
    return s ? s : "";
}

static void *room(struct bulletin_reading *r, size_t n, size_t size)
{
    void *p = arena_array(r->a, n + 1, size);
    if (!p)
        r->err = ERR_NOMEM;
    return p;
}

static void read_marks(const json_t *o, struct bulletin_reading *r, struct bulletin_map *m)
{
    const json_t *list;
    size_t n = bulletin_json_list(o, "marks", BULLETIN_SPOTS_MOST, r, &list);
    m->marks = room(r, n, sizeof *m->marks);
    for (size_t i = 0; i < n && !r->err; i++) {
        const json_t *x = json_array_get(list, i);
        m->marks[m->n_marks++] =
            (struct bulletin_mark){.at_x = (int)bulletin_json_int(x, "at_x", -9999, 9999),
                                   .at_y = (int)bulletin_json_int(x, "at_y", -9999, 9999),
                                   .r = (int)bulletin_json_int(x, "r", 1, 9999),
                                   .x = (int)bulletin_json_int(x, "x", -9999, 9999),
                                   .y = (int)bulletin_json_int(x, "y", -9999, 9999),
                                   .letter = need_text(x, "letter", r)};
    }
}

/* Bulletins made before the map had names have none. */
static void read_names(const json_t *o, struct bulletin_reading *r, struct bulletin_map *m)
{
    const json_t *list;
    if (r->err || !json_object_get(o, "names"))
        return;
    size_t n = bulletin_json_list(o, "names", BULLETIN_NAMES_MOST, r, &list);
    m->names = room(r, n, sizeof *m->names);
    for (size_t i = 0; i < n && !r->err; i++) {
        const json_t *x = json_array_get(list, i);
        m->names[m->n_names++] =
            (struct bulletin_name){.x = (int)bulletin_json_int(x, "x", -9999, 9999),
                                   .y = (int)bulletin_json_int(x, "y", -9999, 9999),
                                   .text = need_text(x, "text", r)};
    }
}

void bulletin_map_read(const json_t *o, struct bulletin_reading *r, struct bulletin_map *m)
{
    const json_t *list;
    size_t n = bulletin_json_list(o, "shapes", BULLETIN_SHAPES_MOST, r, &list);
    m->height = (int)bulletin_json_int(o, "height", 0, 3000);
    m->outline = bulletin_json_text(o, "outline", r);
    m->shapes = room(r, n, sizeof *m->shapes);
    for (size_t i = 0; i < n && !r->err; i++) {
        const json_t *x = json_array_get(list, i);
        m->shapes[m->n_shapes++] =
            (struct bulletin_shape){.path = need_text(x, "path", r),
                                    .name = need_text(x, "name", r),
                                    .no = (int)bulletin_json_int(x, "no", 0, 9999),
                                    .level = (int)bulletin_json_int(x, "level", 0, PAGE_RED),
                                    .x = (int)bulletin_json_int(x, "x", -9999, 9999),
                                    .y = (int)bulletin_json_int(x, "y", -9999, 9999),
                                    .at_x = (int)bulletin_json_int(x, "at_x", -9999, 9999),
                                    .at_y = (int)bulletin_json_int(x, "at_y", -9999, 9999)};
    }
    read_marks(o, r, m);
    read_names(o, r, m);
}

static void read_spots(const json_t *o, struct bulletin_reading *r, struct bulletin_frozen *f)
{
    const json_t *list;
    size_t n = bulletin_json_list(o, "spots", BULLETIN_SPOTS_MOST, r, &list);
    f->spots = room(r, n, sizeof *f->spots);
    for (size_t i = 0; i < n && !r->err; i++) {
        const json_t *x = json_array_get(list, i);
        f->spots[f->n_spots++] =
            (struct bulletin_spot){.said = {need_text(x, "sv", r), need_text(x, "en", r)},
                                   .letter = bulletin_json_text(x, "letter", r)};
    }
}

static void read_actions(const json_t *o, struct bulletin_reading *r, struct bulletin_frozen *f)
{
    const json_t *list;
    size_t n = bulletin_json_list(o, "actions", BULLETIN_ACTIONS_MOST, r, &list);
    f->actions = room(r, n, sizeof *f->actions);
    for (size_t i = 0; i < n && !r->err; i++) {
        const json_t *x = json_array_get(list, i);
        f->actions[f->n_actions++] = (struct bulletin_action){
            .title = need_text(x, "title", r),
            .kind = need_text(x, "kind", r),
            .owner = bulletin_json_text(x, "owner", r),
            .where = bulletin_json_text(x, "where", r),
            .where_known = json_is_true(json_object_get(x, "where_known")),
            .ends_at = bulletin_json_int(x, "ends_at", 0, INT64_MAX),
            .state = (enum bulletin_state)bulletin_json_int(x, "state", 0, BULLETIN_STATES - 1)};
    }
}

static void read_people(const json_t *o, struct bulletin_reading *r, struct bulletin_frozen *f)
{
    const json_t *list;
    size_t n = bulletin_json_list(o, "people", BULLETIN_SHAPES_MOST, r, &list);
    bool *people = room(r, n, sizeof *people);
    for (size_t i = 0; i < n && !r->err; i++)
        people[f->n_people++] = json_is_true(json_array_get(list, i));
    f->people = people;
}

enum err bulletin_frozen_read(const char *json, size_t n_areas, struct arena *a,
                              struct bulletin_frozen *out)
{
    json_error_t why;
    json_t *o = json_loads(json, JSON_REJECT_DUPLICATES, &why);
    struct bulletin_reading r = {a, json_is_object(o) ? ERR_OK : ERR_CORRUPT};
    struct bulletin_frozen f = {0};
    if (!r.err) {
        f.made_at = bulletin_json_int(o, "made_at", 0, INT64_MAX);
        f.looked = json_is_true(json_object_get(o, "looked"));
        f.exercise = json_is_true(json_object_get(o, "exercise"));
        bulletin_map_read(json_object_get(o, "map"), &r, &f.map);
        read_spots(o, &r, &f);
        read_actions(o, &r, &f);
        read_people(o, &r, &f);
    }
    json_decref(o);
    if (!r.err && f.n_people != (n_areas < BULLETIN_SHAPES_MOST ? n_areas : BULLETIN_SHAPES_MOST))
        r.err = ERR_CORRUPT;
    if (!r.err)
        *out = f;
    return r.err;
}

/* --- Writing --- */

void bulletin_map_write(struct jsonw *w, const struct bulletin_map *m)
{
    jsonw_key_object(w, "map");
    jsonw_key_int(w, "height", m->height);
    jsonw_key_text(w, "outline", m->outline);
    jsonw_key_array(w, "shapes");
    for (size_t i = 0; i < m->n_shapes; i++) {
        const struct bulletin_shape *s = &m->shapes[i];
        jsonw_object(w);
        jsonw_key_text(w, "path", s->path);
        jsonw_key_text(w, "name", s->name);
        jsonw_key_int(w, "no", s->no);
        jsonw_key_int(w, "level", s->level);
        jsonw_key_int(w, "x", s->x);
        jsonw_key_int(w, "y", s->y);
        jsonw_key_int(w, "at_x", s->at_x);
        jsonw_key_int(w, "at_y", s->at_y);
        jsonw_end(w);
    }
    jsonw_end(w);
    jsonw_key_array(w, "marks");
    for (size_t i = 0; i < m->n_marks; i++) {
        jsonw_object(w);
        jsonw_key_int(w, "at_x", m->marks[i].at_x);
        jsonw_key_int(w, "at_y", m->marks[i].at_y);
        jsonw_key_int(w, "x", m->marks[i].x);
        jsonw_key_int(w, "y", m->marks[i].y);
        jsonw_key_int(w, "r", m->marks[i].r);
        jsonw_key_text(w, "letter", m->marks[i].letter);
        jsonw_end(w);
    }
    jsonw_end(w);
    jsonw_key_array(w, "names");
    for (size_t i = 0; i < m->n_names; i++) {
        jsonw_object(w);
        jsonw_key_int(w, "x", m->names[i].x);
        jsonw_key_int(w, "y", m->names[i].y);
        jsonw_key_text(w, "text", m->names[i].text);
        jsonw_end(w);
    }
    jsonw_end(w);
    jsonw_end(w);
}

static void put_actions(struct jsonw *w, const struct bulletin_frozen *f)
{
    jsonw_key_array(w, "actions");
    for (size_t i = 0; i < f->n_actions; i++) {
        const struct bulletin_action *x = &f->actions[i];
        jsonw_object(w);
        jsonw_key_text(w, "title", x->title);
        jsonw_key_text(w, "kind", x->kind);
        jsonw_key_text(w, "owner", x->owner);
        jsonw_key_text(w, "where", x->where);
        jsonw_key_bool(w, "where_known", x->where_known);
        jsonw_key_int(w, "ends_at", x->ends_at);
        jsonw_key_int(w, "state", x->state);
        jsonw_end(w);
    }
    jsonw_end(w);
}

enum err bulletin_json_done(struct buf *b, struct arena *a, const char **out)
{
    enum err e = buf_err(b);
    const char *s = e ? NULL : arena_strdup(a, buf_text(b));
    buf_done(b);
    if (!e && !s)
        e = ERR_NOMEM;
    if (!e)
        *out = s;
    return e;
}

enum err bulletin_frozen_write(struct arena *a, const struct bulletin_frozen *f, const char **out)
{
    struct buf b = buf_init(JSON_MOST);
    struct jsonw w = jsonw_init(&b);
    jsonw_object(&w);
    jsonw_key_int(&w, "made_at", f->made_at);
    jsonw_key_bool(&w, "looked", f->looked);
    jsonw_key_bool(&w, "exercise", f->exercise);
    bulletin_map_write(&w, &f->map);
    jsonw_key_array(&w, "spots");
    for (size_t i = 0; i < f->n_spots; i++) {
        jsonw_object(&w);
        jsonw_key_text(&w, "sv", f->spots[i].said[LANG_SV]);
        jsonw_key_text(&w, "en", f->spots[i].said[LANG_EN]);
        jsonw_key_text(&w, "letter", f->spots[i].letter);
        jsonw_end(&w);
    }
    jsonw_end(&w);
    put_actions(&w, f);
    jsonw_key_array(&w, "people");
    for (size_t i = 0; i < f->n_people; i++)
        jsonw_bool(&w, f->people[i]);
    jsonw_end(&w);
    jsonw_end(&w);
    return bulletin_json_done(&b, a, out);
}

/* --- Words --- */

static const char *const sections[] = {"intro", "changes", "levels", "focus", "actions"};

void bulletin_sections_read(const json_t *o, struct bulletin_reading *r, const char **words)
{
    for (int i = 0; i < BULLETIN_SECTIONS; i++)
        words[i] = bulletin_json_text(o, sections[i], r);
}

void bulletin_sections_write(struct jsonw *w, const char *key, const char *const *words)
{
    jsonw_key_object(w, key);
    for (int i = 0; i < BULLETIN_SECTIONS; i++)
        jsonw_key_text(w, sections[i], words[i]);
    jsonw_end(w);
}

static size_t read_told(const json_t *o, const char *key, struct bulletin_reading *r, uint16_t *to,
                        size_t most)
{
    const json_t *list;
    size_t n = bulletin_json_list(o, key, most, r, &list);
    for (size_t i = 0; i < n; i++)
        to[i] = (uint16_t)json_integer_value(json_array_get(list, i));
    return n;
}

enum err bulletin_words_read(const char *json, struct arena *a, struct bulletin_words *out)
{
    json_error_t why;
    json_t *o = json_loads(json, JSON_REJECT_DUPLICATES, &why);
    struct bulletin_reading r = {a, json_is_object(o) ? ERR_OK : ERR_CORRUPT};
    struct bulletin_words w = {0};
    if (!r.err) {
        bulletin_sections_read(json_object_get(o, "group"), &r, w.group);
        bulletin_sections_read(json_object_get(o, "public"), &r, w.public);
        w.n_levels = read_told(o, "levels", &r, w.levels, ARRAY_LEN(w.levels));
        w.n_focus = read_told(o, "focus", &r, w.focus, ARRAY_LEN(w.focus));
        w.n_actions = read_told(o, "actions", &r, w.actions, ARRAY_LEN(w.actions));
    }
    json_decref(o);
    if (!r.err)
        *out = w;
    return r.err;
}

static void put_told(struct jsonw *w, const char *key, const uint16_t *list, size_t n)
{
    jsonw_key_array(w, key);
    for (size_t i = 0; i < n; i++)
        jsonw_int(w, list[i]);
    jsonw_end(w);
}

enum err bulletin_words_write(struct arena *a, const struct bulletin_words *x, const char **out)
{
    struct buf b = buf_init(JSON_MOST);
    struct jsonw w = jsonw_init(&b);
    jsonw_object(&w);
    bulletin_sections_write(&w, "group", x->group);
    bulletin_sections_write(&w, "public", x->public);
    put_told(&w, "levels", x->levels, x->n_levels);
    put_told(&w, "focus", x->focus, x->n_focus);
    put_told(&w, "actions", x->actions, x->n_actions);
    jsonw_end(&w);
    return bulletin_json_done(&b, a, out);
}
