/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* What everybody is told: chosen, in fixed words, and through the door. Nothing that a person wrote
 * for the group is read here but names of areas, and those only of areas with enough people. */
#include <stdlib.h>

#include "base/jsonw.h"
#include "base/mem.h"
#include "base/str.h"
#include "core/disclose_rules.h"
#include "parts/action/action_kinds.h"
#include "parts/bulletin/bulletin_inner.h"
#include "tmpl/format.h"

#define TD(d, key) text_get((d)->lang, T_##key)
#define TDF(d, key, ...) bulletin_must((d), text_fmt((d)->a, (d)->lang, T_##key, __VA_ARGS__))
#define SAY(d, ...) bulletin_must((d), arena_printf((d)->a, __VA_ARGS__))
#define JSON_MOST (4 << 20)

/* --- Making --- */

static bool chosen(const uint16_t *list, size_t n, size_t what)
{
    for (size_t i = 0; i < n; i++)
        if (list[i] == what)
            return true;
    return false;
}

static bool may_name(const struct bulletin_group *g, size_t area)
{
    return area < g->frozen.n_people && g->frozen.people[area];
}

static bool may_name_called(const struct bulletin_group *g, const char *name)
{
    for (size_t i = 0; name && i < g->adopted.n_areas; i++)
        if (str_eq(g->adopted.areas[i].name, name))
            return may_name(g, i);
    return false;
}

static enum err make_levels(struct arena *a, const struct bulletin_group *g,
                            struct bulletin_public *p)
{
    const struct bulletin_map *from = &g->frozen.map;
    p->levels = ARENA_ARRAY(a, g->adopted.n_areas + 1, struct bulletin_level);
    p->map.shapes = ARENA_ARRAY(a, from->n_shapes + 1, struct bulletin_shape);
    if (!p->levels || !p->map.shapes)
        return ERR_NOMEM;
    p->map.outline = from->outline;
    p->map.height = from->height;
    p->map.names = from->names;
    p->map.n_names = from->n_names;
    for (size_t i = 0; i < g->adopted.n_areas; i++) {
        const struct adopted_row *r = &g->adopted.areas[i];
        if (!may_name(g, i))
            continue;
        bool told = chosen(g->words.levels, g->words.n_levels, i);
        enum page_level_no level = told ? r->level : PAGE_NO_LEVEL;
        p->levels[p->n_levels++] = (struct bulletin_level){r->name, level};
        for (size_t k = 0; k < from->n_shapes; k++) {
            if (!str_eq(from->shapes[k].name, r->name))
                continue;
            p->map.shapes[p->map.n_shapes] = from->shapes[k];
            p->map.shapes[p->map.n_shapes].no = (int)p->n_levels;
            p->map.shapes[p->map.n_shapes++].level = (int)level;
            break;
        }
    }
    if (!p->map.n_shapes)
        p->map = (struct bulletin_map){0};
    return ERR_OK;
}

enum err bulletin_public_make(struct arena *a, const struct bulletin_group *g, const char *figures,
                              struct bulletin_public *out)
{
    struct bulletin_public p = {.work = g->adopted.work,
                                .period =
                                    g->adopted.period ? g->adopted.period : g->head.period_name,
                                .from = g->adopted.from,
                                .to = g->adopted.to,
                                .figures = figures,
                                .exercise = g->frozen.exercise};
    const struct bulletin_words *w = &g->words;
    for (int i = 0; i < BULLETIN_SECTIONS; i++)
        p.words[i] = w->public[i];
    TRY(make_levels(a, g, &p));
    p.focus = ARENA_ARRAY(a, FOCUS_MOST, const char *);
    p.actions = ARENA_ARRAY(a, g->frozen.n_actions + 1, struct bulletin_deed);
    if (!p.focus || !p.actions)
        return ERR_NOMEM;
    for (size_t i = 0; i < g->adopted.focus.n; i++)
        if (chosen(w->focus, w->n_focus, i) && may_name_called(g, g->adopted.focus_areas[i]))
            p.focus[p.n_focus++] = g->adopted.focus_areas[i];
    for (size_t i = 0; i < g->frozen.n_actions; i++) {
        const struct bulletin_action *x = &g->frozen.actions[i];
        if (chosen(w->actions, w->n_actions, i))
            p.actions[p.n_actions++] =
                (struct bulletin_deed){x->kind, x->where_known ? x->where : NULL, x->state};
    }
    *out = p;
    return ERR_OK;
}

/* --- JSON --- */

static void put_day(struct jsonw *w, const char *key, struct date d)
{
    char day[TIME_TEXT];
    date_text(d, day);
    jsonw_key_text(w, key, day);
}

static void put_lists(struct jsonw *w, const struct bulletin_public *p)
{
    jsonw_key_array(w, "levels");
    for (size_t i = 0; i < p->n_levels; i++) {
        jsonw_object(w);
        jsonw_key_text(w, "area", p->levels[i].area);
        jsonw_key_int(w, "level", p->levels[i].level);
        jsonw_end(w);
    }
    jsonw_end(w);
    jsonw_key_array(w, "focus");
    for (size_t i = 0; i < p->n_focus; i++)
        jsonw_text(w, p->focus[i]);
    jsonw_end(w);
    jsonw_key_array(w, "actions");
    for (size_t i = 0; i < p->n_actions; i++) {
        jsonw_object(w);
        jsonw_key_text(w, "kind", p->actions[i].kind);
        jsonw_key_text(w, "where", p->actions[i].where);
        jsonw_key_int(w, "state", p->actions[i].state);
        jsonw_end(w);
    }
    jsonw_end(w);
}

enum err bulletin_public_write(struct arena *a, const struct bulletin_public *p, const char **out)
{
    struct buf b = buf_init(JSON_MOST);
    struct jsonw w = jsonw_init(&b);
    jsonw_object(&w);
    jsonw_key_int(&w, "version", 1);
    jsonw_key_text(&w, "work", p->work);
    jsonw_key_text(&w, "period", p->period);
    put_day(&w, "from", p->from);
    put_day(&w, "to", p->to);
    jsonw_key_bool(&w, "exercise", p->exercise);
    jsonw_key_text(&w, "figures", p->figures);
    bulletin_sections_write(&w, "words", p->words);
    put_lists(&w, p);
    bulletin_map_write(&w, &p->map);
    jsonw_end(&w);
    return bulletin_json_done(&b, a, out);
}

static void read_day(const json_t *o, const char *key, struct bulletin_reading *r, struct date *out)
{
    const json_t *v = json_object_get(o, key);
    if (!json_is_string(v) || date_parse(json_string_value(v), out) != ERR_OK)
        r->err = ERR_CORRUPT;
}

static void read_levels(const json_t *o, struct bulletin_reading *r, struct bulletin_public *p)
{
    const json_t *list;
    size_t n = bulletin_json_list(o, "levels", BULLETIN_SHAPES_MOST, r, &list);
    p->levels = ARENA_ARRAY(r->a, n + 1, struct bulletin_level);
    if (!p->levels)
        r->err = ERR_NOMEM;
    for (size_t i = 0; i < n && !r->err; i++) {
        const json_t *x = json_array_get(list, i);
        p->levels[p->n_levels++] = (struct bulletin_level){
            bulletin_json_text(x, "area", r),
            (enum page_level_no)bulletin_json_int(x, "level", PAGE_NO_LEVEL, PAGE_RED)};
    }
}

static void read_focus(const json_t *o, struct bulletin_reading *r, struct bulletin_public *p)
{
    const json_t *list;
    size_t n = bulletin_json_list(o, "focus", FOCUS_MOST, r, &list);
    p->focus = ARENA_ARRAY(r->a, n + 1, const char *);
    if (!p->focus)
        r->err = ERR_NOMEM;
    for (size_t i = 0; i < n && !r->err; i++) {
        const char *s = json_string_value(json_array_get(list, i));
        p->focus[p->n_focus++] = arena_strdup(r->a, s ? s : "");
    }
}

static void read_deeds(const json_t *o, struct bulletin_reading *r, struct bulletin_public *p)
{
    const json_t *list;
    size_t n = bulletin_json_list(o, "actions", BULLETIN_ACTIONS_MOST, r, &list);
    p->actions = ARENA_ARRAY(r->a, n + 1, struct bulletin_deed);
    if (!p->actions)
        r->err = ERR_NOMEM;
    for (size_t i = 0; i < n && !r->err; i++) {
        const json_t *x = json_array_get(list, i);
        p->actions[p->n_actions++] = (struct bulletin_deed){
            bulletin_json_text(x, "kind", r), bulletin_json_text(x, "where", r),
            (enum bulletin_state)bulletin_json_int(x, "state", 0, BULLETIN_STATES - 1)};
    }
}

enum err bulletin_public_read(const char *json, struct arena *a, struct bulletin_public *out)
{
    json_error_t why;
    json_t *o = json_loads(json, JSON_REJECT_DUPLICATES, &why);
    struct bulletin_reading r = {a, json_is_object(o) ? ERR_OK : ERR_CORRUPT};
    struct bulletin_public p = {0};
    if (!r.err) {
        p.work = bulletin_json_text(o, "work", &r);
        p.period = bulletin_json_text(o, "period", &r);
        p.figures = bulletin_json_text(o, "figures", &r);
        p.exercise = json_is_true(json_object_get(o, "exercise"));
        read_day(o, "from", &r, &p.from);
        read_day(o, "to", &r, &p.to);
        bulletin_sections_read(json_object_get(o, "words"), &r, p.words);
        read_levels(o, &r, &p);
        read_focus(o, &r, &p);
        read_deeds(o, &r, &p);
        bulletin_map_read(json_object_get(o, "map"), &r, &p.map);
        if (!r.err && !p.period)
            r.err = ERR_CORRUPT;
    }
    json_decref(o);
    if (!r.err)
        *out = p;
    return r.err;
}

/* --- The document --- */

static const char *said(struct bulletin_doc *d, const struct picture_sentence *s)
{
    return SAY(d, "%s %s%s%s%s", s->strong, s->rest ? s->rest : "", s->verdict ? " (" : "",
               s->verdict ? s->verdict : "", s->verdict ? ")" : "");
}

static void put_bars(struct bulletin_doc *d, const struct chart_bars *b)
{
    struct bulletin_column columns[4] = {{b->label_head, false, 45}, {b->now_head, true, 15}};
    size_t n = 2;
    if (b->was_head)
        columns[n++] = (struct bulletin_column){b->was_head, true, 18};
    if (b->verdicts)
        columns[n++] = (struct bulletin_column){TD(d, picture_verdict_before), false, 22};
    struct bulletin_table *t = bulletin_table(d, b->label_head, columns, n);
    for (size_t i = 0; i < b->n_rows; i++) {
        const char *cells[4] = {b->rows[i].label, b->rows[i].now_text};
        size_t k = 2;
        if (b->was_head)
            cells[k++] = b->rows[i].was_text;
        if (b->verdicts)
            cells[k++] = b->rows[i].verdict;
        bulletin_row(d, t, cells, false);
    }
}

static void put_figures(struct bulletin_doc *d, const struct bulletin_public *p,
                        struct picture_public_words *w)
{
    bulletin_head(d, TD(d, bulletin_happened));
    if (!p->figures) {
        bulletin_text(d, TD(d, bulletin_no_figures));
        bulletin_words(d, p->words[BULLETIN_CHANGES]);
        return;
    }
    bulletin_text(d, said(d, &w->all));
    bulletin_text(d, w->compared);
    for (size_t i = 0; i < w->n_sentences; i++)
        bulletin_item(d, said(d, &w->sentences[i]));
    bulletin_text(d, w->quiet);
    bulletin_words(d, p->words[BULLETIN_CHANGES]);
    bulletin_head(d, TD(d, bulletin_types));
    put_bars(d, &w->types);
    if (w->has_areas) {
        bulletin_head(d, TD(d, picture_areas));
        put_bars(d, &w->areas);
    }
}

static void put_levels(struct bulletin_doc *d, const struct bulletin_public *p,
                       const char *municipality)
{
    const struct bulletin_column columns[] = {{TD(d, changes_area), false, 50},
                                              {TD(d, bulletin_no), true, 15},
                                              {TD(d, changes_level), false, 35}};
    size_t told = 0;
    for (size_t i = 0; i < p->n_levels; i++)
        told += p->levels[i].level != PAGE_NO_LEVEL;
    if (!told && !p->words[BULLETIN_LEVELS] && !p->map.height)
        return;
    bulletin_head(d, TD(d, bulletin_areas));
    bulletin_words(d, p->words[BULLETIN_LEVELS]);
    bulletin_map(d, &p->map, TDF(d, bulletin_map_alt, municipality, (int64_t)p->map.n_shapes));
    if (!p->n_levels)
        return;
    struct bulletin_table *t = bulletin_table(d, TD(d, bulletin_areas), columns, told ? 3 : 2);
    for (size_t i = 0; i < p->n_levels; i++) {
        char no[FORMAT_TEXT];
        enum page_level_no l = p->levels[i].level;
        const char *const cells[] = {
            p->levels[i].area, format_arena(d->a, format_number(no, (int64_t)i + 1)),
            l ? bulletin_level_text(d->a, d->lang, l) : TD(d, bulletin_level_untold)};
        bulletin_row(d, t, cells, false);
    }
}

static void put_lists_told(struct bulletin_doc *d, const struct bulletin_public *p)
{
    if (p->n_focus || p->words[BULLETIN_FOCUS]) {
        bulletin_head(d, TD(d, changes_focus_next));
        bulletin_words(d, p->words[BULLETIN_FOCUS]);
    }
    for (size_t i = 0; i < p->n_focus; i++)
        bulletin_item(d, p->focus[i]);
    if (p->n_actions || p->words[BULLETIN_DEEDS]) {
        bulletin_head(d, TD(d, bulletin_actions));
        bulletin_words(d, p->words[BULLETIN_DEEDS]);
    }
    for (size_t i = 0; i < p->n_actions; i++) {
        const struct bulletin_deed *x = &p->actions[i];
        const struct action_kind *kind = x->kind ? action_kind_find(x->kind) : NULL;
        const char *what = kind ? text_get(d->lang, kind->name) : TD(d, bulletin_action);
        const char *state = bulletin_state_text(d->lang, x->state);
        bulletin_item(d, x->where ? SAY(d, "%s, %s: %s", what, x->where, state)
                                  : SAY(d, "%s: %s", what, state));
    }
}

static void put_care(struct bulletin_doc *d, const struct bulletin_public *p,
                     const struct picture_public_words *w)
{
    bulletin_head(d, TD(d, picture_public_care));
    if (p->figures) {
        bulletin_item(d, w->some_hidden ? w->small : NULL);
        bulletin_item(d, w->changed);
        bulletin_item(d, w->counted);
    }
    bulletin_item(d, TD(d, bulletin_care_areas));
    bulletin_item(d, TD(d, picture_sure_cause));
}

static void put_dates(struct bulletin_doc *d, const struct bulletin_dates *when)
{
    char published[FORMAT_TEXT], updated[FORMAT_TEXT];
    if (!when->published_at)
        return;
    format_date(published, d->lang, date_of_msec(when->published_at));
    format_date(updated, d->lang, date_of_msec(when->updated_at));
    bulletin_text(d, TDF(d, bulletin_dates, published, updated));
}

void bulletin_public_doc(struct bulletin_doc *d, const struct bulletin_public *p,
                         const struct bulletin_dates *when)
{
    struct picture_public *figures = ARENA_NEW(d->a, struct picture_public);
    struct picture_public_words *w = ARENA_NEW(d->a, struct picture_public_words);
    const char *days = picture_period_text(d->a, d->lang, p->from, p->to);
    d->title = bulletin_title(d->a, d->lang, p->work, p->period);
    d->lead = days ? TDF(d, bulletin_lead_public, when->municipality, days) : NULL;
    if (!d->err && (!figures || !w || !d->title || !d->lead))
        d->err = ERR_NOMEM;
    if (!d->err && p->figures)
        d->err = picture_public_read(p->figures, d->a, figures);
    if (!d->err && p->figures)
        d->err = picture_public_words_make(figures, NULL, d->lang, d->a, w);
    if (d->err)
        return;
    if (p->exercise || w->exercise)
        bulletin_text(d, SAY(d, "%s %s", TD(d, core_exercise), TD(d, core_exercise_more)));
    put_dates(d, when);
    bulletin_words(d, p->words[BULLETIN_INTRO]);
    put_figures(d, p, w);
    put_levels(d, p, when->municipality);
    put_lists_told(d, p);
    put_care(d, p, w);
}
