/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The published picture: as JSON, and in words and charts. */
#include <jansson.h>
#include <math.h>
#include <string.h>

#include "base/jsonw.h"
#include "base/mem.h"
#include "base/str.h"
#include "core/chart.h"
#include "core/disclose_rules.h"
#include "parts/picture/picture_inner.h"

#define ROWS_MOST 1000

/* --- JSON --- */

static void put_day(struct jsonw *w, const char *key, struct date d)
{
    char day[TIME_TEXT];
    date_text(d, day);
    jsonw_key_text(w, key, day);
}

static void put_shown(struct jsonw *w, const char *key, int64_t v)
{
    jsonw_key(w, key);
    if (v == DISCLOSE_HIDDEN)
        jsonw_null(w);
    else
        jsonw_int(w, v);
}

void picture_public_write(struct buf *out, const struct picture_public *p)
{
    struct jsonw w = jsonw_init(out);
    jsonw_object(&w);
    jsonw_key_int(&w, "version", 1);
    put_day(&w, "from", p->from);
    put_day(&w, "to", p->to);
    put_day(&w, "before_from", p->before_from);
    put_day(&w, "before_to", p->before_to);
    put_shown(&w, "n", p->now);
    put_shown(&w, "before", p->before);
    jsonw_key_array(&w, "types");
    for (size_t i = 0; i < p->n_types; i++) {
        jsonw_object(&w);
        jsonw_key_text(&w, "code", p->types[i].code);
        jsonw_key_text(&w, "name", p->types[i].label);
        put_shown(&w, "n", p->types[i].now);
        put_shown(&w, "before", p->types[i].before);
        jsonw_end(&w);
    }
    jsonw_end(&w);
    jsonw_key_array(&w, "areas");
    for (size_t i = 0; i < p->n_areas; i++) {
        jsonw_object(&w);
        jsonw_key_text(&w, "name", p->areas[i].label); /* null: the rest of the municipality */
        put_shown(&w, "n", p->areas[i].now);
        jsonw_end(&w);
    }
    jsonw_end(&w);
    jsonw_key_int(&w, "min_count", p->min_count);
    jsonw_key_int(&w, "noise", p->noise);
    jsonw_key_bool(&w, "exercise", p->exercise);
    if (p->incidents)
        jsonw_key_text(&w, "counted", event_kind_name(EVENT_INCIDENT));
    jsonw_end(&w);
}

static int64_t shown(const json_t *o, const char *key)
{
    const json_t *v = json_object_get(o, key);
    return json_is_integer(v) && json_integer_value(v) >= 0 ? json_integer_value(v)
                                                            : DISCLOSE_HIDDEN;
}

static enum err text(const json_t *o, const char *key, struct arena *a, const char **out)
{
    const json_t *v = json_object_get(o, key);
    *out = json_is_string(v) ? arena_strdup(a, json_string_value(v)) : NULL;
    return json_is_string(v) && !*out ? ERR_NOMEM : ERR_OK;
}

static enum err read_day(const json_t *o, const char *key, struct date *out)
{
    const json_t *v = json_object_get(o, key);
    if (!json_is_string(v) || date_parse(json_string_value(v), out) != ERR_OK)
        return ERR_CORRUPT;
    return ERR_OK;
}

static enum err read_rows(const json_t *list, struct arena *a, struct picture_public_row **out,
                          size_t *out_n)
{
    size_t n = json_array_size(list);
    if (!json_is_array(list) || n > ROWS_MOST)
        return ERR_CORRUPT;
    struct picture_public_row *rows = ARENA_ARRAY(a, n + 1, struct picture_public_row);
    if (!rows)
        return ERR_NOMEM;
    for (size_t i = 0; i < n; i++) {
        const json_t *o = json_array_get(list, i);
        TRY(text(o, "code", a, &rows[i].code));
        TRY(text(o, "name", a, &rows[i].label));
        rows[i].now = shown(o, "n");
        rows[i].before = shown(o, "before");
    }
    *out = rows;
    *out_n = n;
    return ERR_OK;
}

static enum err read_all(const json_t *o, struct arena *a, struct picture_public *p)
{
    TRY(read_day(o, "from", &p->from));
    TRY(read_day(o, "to", &p->to));
    TRY(read_day(o, "before_from", &p->before_from));
    TRY(read_day(o, "before_to", &p->before_to));
    p->now = shown(o, "n");
    p->before = shown(o, "before");
    p->min_count = (int)shown(o, "min_count");
    p->noise = (int)shown(o, "noise");
    p->exercise = json_is_true(json_object_get(o, "exercise"));
    p->incidents = json_is_string(json_object_get(o, "counted"));
    TRY(read_rows(json_object_get(o, "types"), a, &p->types, &p->n_types));
    return read_rows(json_object_get(o, "areas"), a, &p->areas, &p->n_areas);
}

enum err picture_public_read(const char *json, struct arena *a, struct picture_public *out)
{
    json_error_t why;
    json_t *o = json_loads(json, JSON_REJECT_DUPLICATES, &why);
    struct picture_public p = {0};
    enum err e = o ? read_all(o, a, &p) : ERR_CORRUPT;
    json_decref(o);
    if (e == ERR_OK)
        *out = p;
    return e;
}

/* --- Words --- */

struct saying {
    const struct picture_public *p;
    enum lang lang;
    struct arena *a;
    struct picture_public_words *w;
    struct picture_change *changes; /* of each type, from the numbers that are shown */
    bool *told, any;                /* may the two be compared? */
    double days, days_before;
    bool compared; /* is any number of the earlier period shown? */
};

static const char *label_of(const struct saying *s, const struct picture_public_row *r)
{
    int type = event_type_index(r->code);
    if (r->label)
        return r->label;
    if (r->code)
        return type < 0 ? r->code : event_type_name(s->lang, type);
    return text_get(s->lang, T_picture_rest_of_town);
}

static enum err compare(const struct saying *s, int64_t now, int64_t before,
                        struct picture_change *c)
{
    c->now = now;
    c->before = before;
    return compare_counts((struct count){now, s->days}, (struct count){before, s->days_before},
                          &c->with_before);
}

static enum err compare_types(struct saying *s)
{
    size_t n = s->p->n_types;
    double *q = ARENA_ARRAY(s->a, n + 1, double);
    s->changes = ARENA_ARRAY(s->a, n + 1, struct picture_change);
    s->told = ARENA_ARRAY(s->a, n + 1, bool);
    if (!q || !s->changes || !s->told)
        return ERR_NOMEM;
    for (size_t i = 0; i < n; i++) {
        const struct picture_public_row *r = &s->p->types[i];
        q[i] = NAN;
        s->told[i] = r->now >= 0 && r->before >= 0;
        if (!s->told[i])
            continue;
        s->any = true;
        TRY(compare(s, r->now, r->before, &s->changes[i]));
        if (s->changes[i].with_before.certainty != CERTAINTY_TOO_FEW)
            q[i] = s->changes[i].with_before.p;
    }
    TRY(fdr_adjust(q, n, q));
    for (size_t i = 0; i < n; i++)
        s->changes[i].certainty =
            isnan(q[i]) ? CERTAINTY_TOO_FEW
                        : certainty_of((struct count){s->changes[i].now, s->days},
                                       (struct count){s->changes[i].before, s->days_before}, q[i]);
    return ERR_OK;
}

static enum err say_types(struct saying *s)
{
    struct picture_sentence *out = ARENA_ARRAY(s->a, s->p->n_types + 1, struct picture_sentence);
    if (!out)
        return ERR_NOMEM;
    for (size_t i = 0; i < s->p->n_types; i++) {
        const struct picture_change *c = &s->changes[i];
        if (!s->told[i] || c->certainty == CERTAINTY_TOO_FEW ||
            c->certainty == CERTAINTY_NO_SURE_DIFFERENCE)
            continue;
        struct picture_sentence *x = &out[s->w->n_sentences++];
        x->strong = text_fmt(s->a, s->lang, T_picture_type_sentence, label_of(s, &s->p->types[i]),
                             c->now, c->before);
        x->rest = picture_chance_text(s->a, s->lang, &c->with_before, c->certainty);
        x->verdict = picture_certainty_text(s->lang, c->certainty);
        if (!x->strong || !x->rest)
            return ERR_NOMEM;
    }
    s->w->sentences = out;
    if (!s->w->n_sentences && s->any)
        s->w->quiet = text_get(s->lang, T_picture_no_finding);
    return ERR_OK;
}

static enum err say_all(struct saying *s)
{
    const struct picture_public *p = s->p;
    struct picture_sentence *x = &s->w->all;
    if (p->now == DISCLOSE_HIDDEN) {
        x->strong = text_get(s->lang, T_picture_total_hidden);
        x->rest = "";
        return ERR_OK;
    }
    const char *n = text_fmt(s->a, s->lang, T_picture_n_events, p->now);
    if (!n)
        return ERR_NOMEM;
    x->rest = "";
    if (p->before == DISCLOSE_HIDDEN) {
        x->strong = arena_printf(s->a, "%s.", n);
    } else {
        struct picture_change c = {0};
        TRY(compare(s, p->now, p->before, &c));
        x->strong = text_fmt(s->a, s->lang, T_picture_all_sentence, n, p->before);
        x->rest = picture_chance_text(s->a, s->lang, &c.with_before, c.with_before.certainty);
        x->verdict = picture_certainty_text(s->lang, c.with_before.certainty);
    }
    return x->strong && x->rest ? ERR_OK : ERR_NOMEM;
}

static double number(int64_t v)
{
    return v == DISCLOSE_HIDDEN ? (double)NAN : (double)v;
}

static enum err bars(struct saying *s, const struct picture_public_row *rows, size_t n, bool types,
                     struct chart_bars *out)
{
    struct chart_bar_in *b = ARENA_ARRAY(s->a, n + 1, struct chart_bar_in);
    if (!b)
        return ERR_NOMEM;
    for (size_t i = 0; i < n; i++) {
        b[i] = (struct chart_bar_in){.label = label_of(s, &rows[i]),
                                     .now = number(rows[i].now),
                                     .was = number(rows[i].before),
                                     .low = NAN,
                                     .high = NAN};
        if (types && s->told[i])
            b[i].verdict = picture_certainty_text(s->lang, s->changes[i].certainty);
        s->w->some_hidden |= rows[i].now < 0 || (types && s->compared && rows[i].before < 0);
    }
    struct chart_bars_in in = {
        .id = types ? "typer" : "omraden",
        .label_head = text_get(s->lang, types ? T_picture_type : T_picture_area),
        .now_head = text_get(s->lang, T_picture_now),
        .was_head = types && s->compared ? text_get(s->lang, T_picture_before) : NULL,
        .lang = s->lang,
        .rows = b,
        .n_rows = n,
    };
    TRY(chart_bars_make(s->a, &in, out));
    out->verdicts = types && s->any;
    return ERR_OK;
}

static enum err paragraphs(struct saying *s, const char *note)
{
    char *copy = arena_strdup(s->a, note ? note : "");
    const char **list = ARENA_ARRAY(s->a, 101, const char *);
    if (!copy || !list)
        return ERR_NOMEM;
    for (char *p = copy; p && *p && s->w->n_note < 100;) {
        char *end = strchr(p, '\n');
        if (end)
            *end = 0;
        const char *line = str_trim(s->a, p);
        if (!line)
            return ERR_NOMEM;
        if (*line)
            list[s->w->n_note++] = line;
        p = end ? end + 1 : NULL;
    }
    s->w->note = list;
    return ERR_OK;
}

enum err picture_public_words_make(const struct picture_public *p, const char *note, enum lang lang,
                                   struct arena *a, struct picture_public_words *out)
{
    struct picture_public_words w = {.exercise = p->exercise, .has_areas = p->n_areas > 1};
    struct saying s = {.p = p, .lang = lang, .a = a, .w = &w};
    s.days = (double)(date_days(p->to) - date_days(p->from));
    s.days_before = (double)(date_days(p->before_to) - date_days(p->before_from));
    s.compared = p->before >= 0;
    for (size_t i = 0; i < p->n_types; i++)
        s.compared |= p->types[i].before >= 0;
    const char *before = picture_period_text(a, lang, p->before_from, p->before_to);
    w.period = picture_period_text(a, lang, p->from, p->to);
    if (!before || !w.period)
        return ERR_NOMEM;
    w.compared = s.compared ? text_fmt(a, lang, T_picture_about_before, before)
                            : text_get(lang, T_picture_public_alone);
    w.small = text_fmt(a, lang, T_picture_public_small, p->min_count - 1);
    w.changed = text_fmt(a, lang, T_picture_held_noise, p->noise);
    w.counted = p->incidents ? text_get(lang, T_picture_public_counted) : NULL;
    if (!w.compared || !w.small || !w.changed)
        return ERR_NOMEM;
    TRY(compare_types(&s));
    TRY(say_all(&s));
    TRY(say_types(&s));
    TRY(bars(&s, p->types, p->n_types, true, &w.types));
    TRY(bars(&s, p->areas, p->n_areas, false, &w.areas));
    TRY(paragraphs(&s, note));
    *out = w;
    return ERR_OK;
}

/* --- CSV --- */

static void put_row(struct buf *b, const char *kind, const char *code, const char *name,
                    const int64_t *numbers)
{
    buf_printf(b, "%s;%s;\"", kind, code ? code : "");
    if (name && *name && strchr("=+-@\t\r", *name))
        buf_putc(b, '\'');
    for (; name && *name; name++)
        buf_printf(b, "%s%c", *name == '"' ? "\"" : "", *name);
    buf_putc(b, '"');
    for (int i = 0; i < 2; i++) {
        buf_putc(b, ';');
        if (numbers[i] >= 0)
            buf_int(b, numbers[i]);
    }
    buf_puts(b, "\r\n");
}

void picture_public_csv(struct buf *out, const struct picture_public *p, enum lang lang)
{
    struct saying s = {.p = p, .lang = lang};
    buf_puts(out, "\xef\xbb\xbfkind;code;name;n;before\r\n");
    put_row(out, "all", "", text_get(lang, T_picture_table_sum),
            (const int64_t[]){p->now, p->before});
    for (size_t i = 0; i < p->n_types; i++)
        put_row(out, "type", p->types[i].code, label_of(&s, &p->types[i]),
                (const int64_t[]){p->types[i].now, p->types[i].before});
    for (size_t i = 0; i < p->n_areas; i++)
        put_row(out, "area", "", label_of(&s, &p->areas[i]),
                (const int64_t[]){p->areas[i].now, DISCLOSE_HIDDEN});
}
