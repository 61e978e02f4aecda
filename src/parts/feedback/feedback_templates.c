/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Templates for answers: the program's, what the municipality has made of them, and its own. */
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "base/str.h"
#include "feedback_sql.h"
#include "parts/feedback/feedback.h"

static const struct {
    const char *key;
    enum text_key name, text;
} ours[] = {
    {"done", T_feedback_done_name, T_feedback_done_text},
    {"planned", T_feedback_planned_name, T_feedback_planned_text},
    {"known", T_feedback_known_name, T_feedback_known_text},
    {"forwarded", T_feedback_forwarded_name, T_feedback_forwarded_text},
    {"picture", T_feedback_picture_name, T_feedback_picture_text},
};

static bool is_ours(const char *key)
{
    for (size_t i = 0; i < ARRAY_LEN(ours); i++)
        if (str_eq(ours[i].key, key))
            return true;
    return false;
}

static const struct q_feedback_templates_row *row_of(const struct q_feedback_templates_row *rows,
                                                     size_t n, const char *key)
{
    for (size_t i = 0; i < n; i++)
        if (str_eq(rows[i].key, key))
            return &rows[i];
    return NULL;
}

enum err feedback_templates(struct tx *tx, struct arena *a, const char *municipality,
                            enum lang lang, struct feedback_template **out, size_t *out_n)
{
    struct q_feedback_templates_in in = {municipality};
    struct q_feedback_templates_row *rows;
    size_t n, n_out = 0;
    TRY(q_feedback_templates_all(tx, a, &in, &rows, &n));
    struct feedback_template *t = ARENA_ARRAY(a, n + ARRAY_LEN(ours), struct feedback_template);
    if (!t)
        return ERR_NOMEM;
    for (size_t i = 0; i < ARRAY_LEN(ours); i++) {
        const struct q_feedback_templates_row *r = row_of(rows, n, ours[i].key);
        if (!r)
            t[n_out++] = (struct feedback_template){ours[i].key, text_get(lang, ours[i].name),
                                                    text_get(lang, ours[i].text), 0, false};
        else if (!r->removed)
            t[n_out++] = (struct feedback_template){r->key, r->name, r->text, r->version, false};
    }
    for (size_t i = 0; i < n; i++)
        if (!rows[i].removed && !is_ours(rows[i].key))
            t[n_out++] = (struct feedback_template){rows[i].key, rows[i].name, rows[i].text,
                                                    rows[i].version, true};
    *out = t;
    *out_n = n_out;
    return ERR_OK;
}

enum err feedback_template_save(struct tx *tx, struct arena *a, const struct feedback_template *t,
                                const struct feedback_edit *e)
{
    struct feedback_template *list;
    size_t n;
    int64_t changed = 0;
    char fresh[ID_TEXT];
    TRY(feedback_templates(tx, a, e->municipality, LANG_SV, &list, &n));
    for (size_t i = 0; !t->key && i < n; i++)
        if (list[i].own && str_eq(list[i].name, t->name) && str_eq(list[i].text, t->text))
            return ERR_OK; /* the form was sent twice */
    if (!t->key && n >= FEEDBACK_TEMPLATES_MOST)
        return ERR_LIMIT;
    const struct feedback_template *was = NULL;
    for (size_t i = 0; t->key && i < n; i++)
        if (str_eq(list[i].key, t->key))
            was = &list[i];
    if (t->key && !was)
        return ERR_NOTFOUND;
    if (was && was->version != t->version)
        return ERR_CONFLICT;
    id_text(id_new(), fresh);
    if (!was || was->version == 0) {
        struct q_feedback_template_add_in in = {e->municipality,
                                                t->key ? t->key : fresh,
                                                t->name,
                                                t->text,
                                                e->remove,
                                                time_now(),
                                                e->by};
        TRY(q_feedback_template_add_run(tx, &in, &changed));
    } else {
        struct q_feedback_template_set_in in = {e->municipality, t->key,     t->name,    t->text,
                                                e->remove,       t->version, time_now(), e->by};
        TRY(q_feedback_template_set_run(tx, &in, &changed));
    }
    return changed ? ERR_OK : ERR_CONFLICT;
}

/* --- Places in brackets --- */

static const struct {
    const char *word;
    size_t at;
} words[] = {
    {"[plats]", offsetof(struct feedback_places, place)},
    {"[place]", offsetof(struct feedback_places, place)},
    {"[datum]", offsetof(struct feedback_places, date)},
    {"[date]", offsetof(struct feedback_places, date)},
    {"[typ]", offsetof(struct feedback_places, type)},
    {"[type]", offsetof(struct feedback_places, type)},
    {"[åtgärd]", offsetof(struct feedback_places, action)},
    {"[action]", offsetof(struct feedback_places, action)},
};

/* The word in brackets that the text begins with, or -1. */
static int word_at(const char *text)
{
    for (size_t i = 0; *text == '[' && i < ARRAY_LEN(words); i++)
        if (str_starts(text, words[i].word))
            return (int)i;
    return -1;
}

const char *feedback_fill(struct arena *a, const char *text, const struct feedback_places *p,
                          bool *missing)
{
    struct buf b = buf_init(64 * 1024);
    bool none = false;
    while (*text) {
        int w = word_at(text);
        if (w < 0) {
            buf_add(&b, text++, 1);
            continue;
        }
        const char *value = *(const char *const *)((const char *)p + words[w].at);
        buf_puts(&b, value ? value : words[w].word);
        none = none || (!value && words[w].at == offsetof(struct feedback_places, action));
        text += strlen(words[w].word);
    }
    const char *out = buf_err(&b) ? NULL : arena_strdup(a, b.len ? buf_text(&b) : "");
    buf_done(&b);
    if (missing)
        *missing = none;
    return out;
}
