/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* A profile as JSON, and back. */
#include "parts/import/import_profile.h"

#include <jansson.h>
#include <string.h>

#include "base/jsonw.h"
#include "base/mem.h"
#include "base/str.h"
#include "parts/event/event.h"
#include "parts/import/import.h"
#include "parts/import/import_time.h"

#define NAME_MOST 300
#define FORMATS "auto, iso, excel, epoch, yyyy-mm-dd, dd/mm/yyyy hh:mm"

struct reading {
    struct arena *a;
    const char **problem;
};

/* The key of a sentence and what fills it, with tabs between: the words are chosen by who reads. */
static enum err wrong(struct reading *r, const char *key, const char *one, const char *two,
                      const char *three)
{
    const char *s = arena_printf(r->a, "%s\t%s\t%s\t%s", key, one, two, three);
    if (!s)
        return ERR_NOMEM;
    *r->problem = s;
    return ERR_INVALID;
}

/* "a b " as "a, b". */
static const char *listed(struct arena *a, const char *names)
{
    size_t n = 0;
    char *out = arena_alloc(a, 2 * strlen(names) + 1);
    for (const char *s = names; out && s[0]; s++) {
        if (s[0] == ' ' && !s[1])
            break;
        if (s[0] == ' ')
            out[n++] = ',';
        out[n++] = s[0];
    }
    return out ? out : names;
}

static enum err wrong_value(struct reading *r, const char *member, const char *value,
                            const char *known)
{
    return wrong(r, "import_profile_value", member, value, known);
}

const char *import_problem_text(struct arena *a, enum lang lang, const char *problem)
{
    const char *part[4] = {problem, "", "", ""};
    char *s = arena_strdup(a, problem);
    for (size_t i = 0; s && i < ARRAY_LEN(part); i++) {
        char *tab = strchr(part[i] = s, '\t');
        if (tab)
            *tab = 0;
        s = tab ? tab + 1 : NULL;
    }
    enum text_key key = text_lookup(part[0]);
    const char *text = key == TEXT_COUNT ? text_fmt(a, lang, T_import_column_gone, problem)
                                         : text_fmt(a, lang, key, part[1], part[2], part[3]);
    return text ? text : problem;
}

/* Which members an object may have: names with a space after each. */
static enum err known_only(struct reading *r, const json_t *object, const char *where,
                           const char *names)
{
    bool root = str_eq(where, "profile");
    if (!json_is_object(object))
        return wrong(r, root ? "import_profile_root" : "import_profile_object", where, "", "");
    void *it = json_object_iter((json_t *)object);
    for (; it; it = json_object_iter_next((json_t *)object, it)) {
        const char *key = json_object_iter_key(it), *hit = strstr(names, key);
        size_t n = strlen(key);
        bool known = n && hit && hit[n] == ' ' && (hit == names || hit[-1] == ' ');
        if (!known)
            return wrong(r, root ? "import_profile_unknown_root" : "import_profile_unknown", where,
                         key, listed(r->a, names));
    }
    return ERR_OK;
}

static enum err take_text(struct reading *r, const json_t *object, const char *key,
                          const char **out)
{
    const json_t *v = json_object_get(object, key);
    if (!v || json_is_null(v))
        return ERR_OK;
    if (!json_is_string(v) || json_string_length(v) > NAME_MOST || !*json_string_value(v))
        return wrong(r, "import_profile_text", key, "", "");
    *out = arena_strdup(r->a, json_string_value(v));
    return *out ? ERR_OK : ERR_NOMEM;
}

/* {"column": "Kommun"}, or the value itself. */
static enum err take_either(struct reading *r, const json_t *object, const char *key,
                            const char **fixed, const char **column)
{
    const json_t *v = json_object_get(object, key);
    if (!json_is_object(v))
        return take_text(r, object, key, fixed);
    TRY(known_only(r, v, key, "column "));
    return take_text(r, v, "column", column);
}

static enum err take_list(struct reading *r, const json_t *object, const char *key,
                          const char **out, size_t most, size_t *n)
{
    const json_t *v = json_object_get(object, key);
    if (!v)
        return ERR_OK;
    if (!json_is_array(v) || json_array_size(v) > most)
        return wrong(r, "import_profile_list", key, arena_printf(r->a, "%zu", most), "");
    for (size_t i = 0; i < json_array_size(v); i++) {
        const json_t *one = json_array_get(v, i);
        if (!json_is_string(one) || json_string_length(one) > NAME_MOST)
            return wrong(r, "import_profile_list", key, arena_printf(r->a, "%zu", most), "");
        if (!(out[i] = arena_strdup(r->a, json_string_value(one))))
            return ERR_NOMEM;
    }
    *n = json_array_size(v);
    return ERR_OK;
}

static enum err take_time(struct reading *r, const json_t *object, const char *key,
                          struct profile_time *out)
{
    const json_t *v = json_object_get(object, key);
    if (!v)
        return ERR_OK;
    TRY(known_only(r, v, key, "column clock format "));
    TRY(take_text(r, v, "column", &out->column));
    TRY(take_text(r, v, "clock", &out->clock));
    out->format = "auto";
    TRY(take_text(r, v, "format", &out->format));
    if (!import_format_valid(out->format))
        return wrong_value(r, arena_printf(r->a, "%s.format", key), out->format, FORMATS);
    if (!out->column && !out->clock)
        return wrong(r, "import_profile_column", key, "", "");
    return ERR_OK;
}

static enum err take_words(struct reading *r, const json_t *values, struct profile *p)
{
    size_t n = json_object_size(values), i = 0;
    if (n > PROFILE_WORDS_MOST)
        return wrong(r, "import_profile_words", "type.values", "", "");
    struct profile_word *words = ARENA_ARRAY(r->a, n, struct profile_word);
    if (!words)
        return ERR_NOMEM;
    void *it = json_object_iter((json_t *)values);
    for (; it; it = json_object_iter_next((json_t *)values, it), i++) {
        const char *code = json_string_value(json_object_iter_value(it));
        int type = event_type_index(code);
        words[i].said = arena_strdup(r->a, json_object_iter_key(it));
        if (type < 0)
            return wrong(r, "import_profile_type", "type.values", code ? code : words[i].said, "");
        words[i].code = event_types[type].code;
        if (!words[i].said)
            return ERR_NOMEM;
    }
    p->words = words;
    p->n_words = n;
    return ERR_OK;
}

static enum err take_type(struct reading *r, const json_t *root, struct profile *p)
{
    const json_t *v = json_object_get(root, "type"), *values = json_object_get(v, "values");
    if (!v)
        return ERR_OK;
    TRY(known_only(r, v, "type", "column values default "));
    TRY(take_text(r, v, "column", &p->type_column));
    TRY(take_text(r, v, "default", &p->type_default));
    if (p->type_default && event_type_index(p->type_default) < 0)
        return wrong(r, "import_profile_type", "type.default", p->type_default, "");
    if (!values)
        return ERR_OK;
    return json_is_object(values) ? take_words(r, values, p)
                                  : wrong(r, "import_profile_object", "type.values", "", "");
}

static enum err take_position(struct reading *r, const json_t *root, struct profile *p)
{
    const json_t *v = json_object_get(root, "position");
    const char *precision = NULL, *outside = NULL;
    if (!v)
        return ERR_OK;
    TRY(known_only(r, v, "position", "north east both place precision outside "));
    TRY(take_text(r, v, "north", &p->north));
    TRY(take_text(r, v, "east", &p->east));
    TRY(take_text(r, v, "both", &p->both));
    TRY(take_text(r, v, "place", &p->place));
    TRY(take_text(r, v, "precision", &precision));
    TRY(take_text(r, v, "outside", &outside));
    if (precision && !geo_precision_parse(precision, &p->precision))
        return wrong_value(r, "position.precision", precision, "point, street, place, area");
    if (!p->north != !p->east)
        return wrong(r, "import_profile_axes", "position", p->north ? "east" : "north", "");
    if (outside && !str_eq(outside, "refuse") && !str_eq(outside, "unplaced"))
        return wrong_value(r, "position.outside", outside, "unplaced, refuse");
    p->refuse_outside = str_eq(outside, "refuse");
    return ERR_OK;
}

static const struct {
    const char *name;
    enum convert_encoding value;
} encodings[] = {
    {"auto", CONVERT_ENC_AUTO},           {"utf-8", CONVERT_ENC_UTF8},
    {"windows-1252", CONVERT_ENC_CP1252}, {"utf-16le", CONVERT_ENC_UTF16LE},
    {"utf-16be", CONVERT_ENC_UTF16BE},
};

static enum err take_reading(struct reading *r, const json_t *root, struct profile *p)
{
    const json_t *v = json_object_get(root, "read");
    const char *delimiter = NULL, *encoding = NULL;
    if (!v)
        return ERR_OK;
    TRY(known_only(r, v, "read", "delimiter encoding sheet skip header "));
    TRY(take_text(r, v, "delimiter", &delimiter));
    TRY(take_text(r, v, "encoding", &encoding));
    TRY(take_text(r, v, "sheet", &p->sheet));
    if (delimiter && (strlen(delimiter) != 1 || !strchr(";,\t|", delimiter[0])))
        return wrong_value(r, "read.delimiter", delimiter, "; , | \\t");
    p->delimiter = delimiter ? delimiter[0] : 0;
    bool found = !encoding;
    for (size_t i = 0; i < ARRAY_LEN(encodings); i++) {
        if (!str_eq(encoding, encodings[i].name))
            continue;
        p->encoding = encodings[i].value;
        found = true;
    }
    if (!found)
        return wrong_value(r, "read.encoding", encoding,
                           "auto, utf-8, windows-1252, utf-16le, utf-16be");
    json_int_t skip = json_integer_value(json_object_get(v, "skip"));
    if (skip < 0 || skip > 1000)
        return wrong(r, "import_profile_skip", "read.skip", "", "");
    p->skip = (unsigned)skip;
    const json_t *header = json_object_get(v, "header");
    if (header)
        p->header = json_is_true(header) ? CONVERT_YES : CONVERT_NO;
    return ERR_OK;
}

static enum err take_areas(struct reading *r, const json_t *root, struct profile *p)
{
    const json_t *v = json_object_get(root, "areas");
    if (!v)
        return ERR_OK;
    TRY(known_only(r, v, "areas", "kind name population "));
    p->area_kind = "district";
    TRY(take_text(r, v, "kind", &p->area_kind));
    TRY(take_text(r, v, "name", &p->area_name));
    TRY(take_text(r, v, "population", &p->area_population));
    return p->area_name ? ERR_OK : wrong(r, "import_profile_lacks", "areas", "name", "");
}

static enum err read_root(struct reading *r, const json_t *root, struct profile *p)
{
    TRY(known_only(r, root, "profile",
                   "source municipality key type time to position organisation title description "
                   "url exercise missing areas read "));
    TRY(take_text(r, root, "source", &p->source));
    if (str_eq(p->source, EVENT_SOURCE_POLICE) || str_eq(p->source, EVENT_SOURCE_REPORT))
        return wrong(r, "import_profile_source", "source", p->source, "");
    TRY(take_either(r, root, "municipality", &p->municipality, &p->municipality_column));
    TRY(take_list(r, root, "key", p->keys, PROFILE_KEYS_MOST, &p->n_keys));
    TRY(take_type(r, root, p));
    TRY(take_time(r, root, "time", &p->from));
    TRY(take_time(r, root, "to", &p->to));
    TRY(take_position(r, root, p));
    TRY(take_either(r, root, "organisation", &p->organisation, &p->organisation_column));
    TRY(take_text(r, root, "title", &p->title));
    TRY(take_text(r, root, "description", &p->description));
    TRY(take_text(r, root, "url", &p->url));
    TRY(take_list(r, root, "missing", p->missing, PROFILE_MISSING_MOST, &p->n_missing));
    TRY(take_areas(r, root, p));
    TRY(take_reading(r, root, p));
    p->exercise = json_is_true(json_object_get(root, "exercise"));
    return p->area_kind || p->from.column ? ERR_OK
                                          : wrong(r, "import_profile_no_time", "time", "", "");
}

enum err profile_read(struct arena *a, const char *json, struct profile *out, const char **problem)
{
    struct reading r = {a, problem};
    struct profile p = {0};
    json_error_t error;
    if (strlen(json) > PROFILE_JSON_MOST)
        return wrong(&r, "import_profile_large", "", "", "");
    json_t *root = json_loads(json, JSON_REJECT_DUPLICATES, &error);
    if (!root)
        return wrong(&r, "import_profile_json", arena_printf(a, "%d", error.line), "", "");
    enum err e = read_root(&r, root, &p);
    json_decref(root);
    if (e == ERR_OK)
        *out = p;
    return e;
}

/* --- Writing --- */

static void key_some(struct jsonw *w, const char *key, const char *s)
{
    if (s)
        jsonw_key_text(w, key, s);
}

static void put_either(struct jsonw *w, const char *key, const char *fixed, const char *column)
{
    if (!column) {
        key_some(w, key, fixed);
        return;
    }
    jsonw_key_object(w, key);
    jsonw_key_text(w, "column", column);
    jsonw_end(w);
}

static void put_list(struct jsonw *w, const char *key, const char *const *list, size_t n)
{
    if (n == 0)
        return;
    jsonw_key_array(w, key);
    for (size_t i = 0; i < n; i++)
        jsonw_text(w, list[i]);
    jsonw_end(w);
}

static void put_time(struct jsonw *w, const char *key, const struct profile_time *t)
{
    if (!t->column && !t->clock)
        return;
    jsonw_key_object(w, key);
    key_some(w, "column", t->column);
    key_some(w, "clock", t->clock);
    key_some(w, "format", t->format);
    jsonw_end(w);
}

static void put_type(struct jsonw *w, const struct profile *p)
{
    jsonw_key_object(w, "type");
    key_some(w, "column", p->type_column);
    key_some(w, "default", p->type_default);
    jsonw_key_object(w, "values");
    for (size_t i = 0; i < p->n_words; i++)
        jsonw_key_text(w, p->words[i].said, p->words[i].code);
    jsonw_end(w);
    jsonw_end(w);
}

static void put_position(struct jsonw *w, const struct profile *p)
{
    jsonw_key_object(w, "position");
    key_some(w, "north", p->north);
    key_some(w, "east", p->east);
    key_some(w, "both", p->both);
    key_some(w, "place", p->place);
    if (p->precision != GEO_NONE)
        jsonw_key_text(w, "precision", geo_precision_name(p->precision));
    jsonw_key_text(w, "outside", p->refuse_outside ? "refuse" : "unplaced");
    jsonw_end(w);
}

static void put_reading(struct jsonw *w, const struct profile *p)
{
    const char delimiter[2] = {p->delimiter, 0};
    jsonw_key_object(w, "read");
    if (p->delimiter)
        jsonw_key_text(w, "delimiter", delimiter);
    for (size_t i = 1; i < ARRAY_LEN(encodings); i++)
        if (encodings[i].value == p->encoding)
            jsonw_key_text(w, "encoding", encodings[i].name);
    key_some(w, "sheet", p->sheet);
    if (p->skip)
        jsonw_key_int(w, "skip", p->skip);
    if (p->header != CONVERT_AUTO)
        jsonw_key_bool(w, "header", p->header == CONVERT_YES);
    jsonw_end(w);
}

void profile_write(struct buf *out, const struct profile *p)
{
    struct jsonw w = jsonw_init(out);
    jsonw_object(&w);
    key_some(&w, "source", p->source);
    put_either(&w, "municipality", p->municipality, p->municipality_column);
    put_list(&w, "key", p->keys, p->n_keys);
    put_type(&w, p);
    put_time(&w, "time", &p->from);
    put_time(&w, "to", &p->to);
    put_position(&w, p);
    put_either(&w, "organisation", p->organisation, p->organisation_column);
    key_some(&w, "title", p->title);
    key_some(&w, "description", p->description);
    key_some(&w, "url", p->url);
    if (p->exercise)
        jsonw_key_bool(&w, "exercise", true);
    put_list(&w, "missing", p->missing, p->n_missing);
    if (p->area_kind) {
        jsonw_key_object(&w, "areas");
        jsonw_key_text(&w, "kind", p->area_kind);
        key_some(&w, "name", p->area_name);
        key_some(&w, "population", p->area_population);
        jsonw_end(&w);
    }
    put_reading(&w, p);
    jsonw_end(&w);
}
