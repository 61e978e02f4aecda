/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "parts/settings/settings_json.h"

#include <stdio.h>
#include <string.h>

#include <jansson.h>

#include "base/mem.h"
#include "base/str.h"
#include "core/web.h"
#include "tmpl/format.h"

#define WORDS_MOST 4096

static const char *key_text(struct req *rq, const char *key)
{
    char name[100];
    snprintf(name, sizeof name, "settings_key_%s", key);
    enum text_key k = text_lookup(name);
    return k < TEXT_COUNT ? text_get(rq->lang, k) : key;
}

/* A stable code of a kind in words: "own" is "Plats". */
static const char *kind_text(struct req *rq, const char *code)
{
    static const char *const families[] = {"settings_org_", "settings_place_", "settings_area_"};
    char name[100];
    for (size_t i = 0; i < ARRAY_LEN(families); i++) {
        snprintf(name, sizeof name, "%s%s", families[i], code);
        enum text_key k = text_lookup(name);
        if (k < TEXT_COUNT)
            return text_get(rq->lang, k);
    }
    return code;
}

static void put_value(struct req *rq, struct buf *b, json_t *v)
{
    char text[FORMAT_TEXT];
    if (json_is_string(v)) {
        buf_puts(b, json_string_value(v));
    } else if (json_is_integer(v)) {
        buf_puts(b, format_number(text, json_integer_value(v)));
    } else if (json_is_real(v)) {
        buf_puts(b, format_decimal(text, rq->lang, json_real_value(v), 2));
    } else if (json_is_boolean(v)) {
        buf_puts(b, json_is_true(v) ? TX(rq, yes) : TX(rq, no));
    } else if (json_is_array(v)) {
        for (size_t i = 0; i < json_array_size(v) && i < 20; i++) {
            buf_puts(b, i ? ", " : "");
            if (!json_is_object(json_array_get(v, i)) && !json_is_array(json_array_get(v, i)))
                put_value(rq, b, json_array_get(v, i));
        }
    } else {
        buf_puts(b, "–");
    }
}

const char *settings_json_words(struct req *rq, const char *json)
{
    json_t *root = json ? json_loads(json, 0, NULL) : NULL;
    AUTO(buf_done) struct buf b = buf_init(WORDS_MOST);
    const char *key;
    json_t *value;
    json_object_foreach(root, key, value)
    {
        buf_puts(&b, b.len ? "; " : "");
        buf_printf(&b, "%s: ", key_text(rq, key));
        if (str_eq(key, "kind") && json_is_string(value))
            buf_puts(&b, kind_text(rq, json_string_value(value)));
        else
            put_value(rq, &b, value);
    }
    json_decref(root);
    /* What is too long is cut: the file that can be downloaded has all of it. */
    const char *s = arena_strdup(rq->arena, buf_text(&b));
    return s ? s : "";
}
