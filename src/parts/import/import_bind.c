/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Which column of the file is what. */
#include <string.h>

#include "base/buf.h"
#include "base/hash.h"
#include "base/mem.h"
#include "base/str.h"
#include "parts/import/import_mapper.h"

static int find_column(struct arena *a, const struct convert_header *h, const char *name)
{
    for (size_t i = 0; i < h->columns; i++)
        if (str_eq(h->names[i], name))
            return (int)i;
    const char *want = str_fold(a, str_trim(a, name));
    for (size_t i = 0; want && i < h->columns; i++) {
        const char *have = str_fold(a, str_trim(a, h->names[i]));
        if (have && str_eq(have, want))
            return (int)i;
    }
    return NONE;
}

static enum err bind_columns(struct arena *a, struct import_mapper *m,
                             const struct convert_header *h, const char **problem)
{
    const struct profile *p = m->p;
    const struct {
        const char *name;
        int *to;
    } columns[] = {
        {p->type_column, &m->type},
        {p->from.column, &m->from},
        {p->from.clock, &m->from_clock},
        {p->to.column, &m->to},
        {p->to.clock, &m->to_clock},
        {p->north, &m->north},
        {p->east, &m->east},
        {p->both, &m->both},
        {p->place, &m->place},
        {p->organisation_column, &m->organisation},
        {p->title, &m->title},
        {p->description, &m->description},
        {p->url, &m->url},
        {p->municipality_column, &m->town},
        {p->area_name, &m->area_name},
        {p->area_population, &m->area_population},
    };
    for (size_t i = 0; i < ARRAY_LEN(columns) + p->n_keys; i++) {
        bool key = i >= ARRAY_LEN(columns);
        const char *name = key ? p->keys[i - ARRAY_LEN(columns)] : columns[i].name;
        int *to = key ? &m->keys[i - ARRAY_LEN(columns)] : columns[i].to;
        *to = name ? find_column(a, h, name) : NONE;
        if (!name || *to != NONE)
            continue;
        *problem = name;
        return ERR_INVALID;
    }
    return ERR_OK;
}

/* Names with commas between; NULL: none. */
static const char *listed(struct arena *a, const char *const *names, size_t n)
{
    struct buf b = buf_init(64 * 1024);
    for (size_t i = 0; i < n; i++)
        buf_printf(&b, "%s”%s”", i ? ", " : "", names[i]);
    const char *s = b.len && !buf_err(&b) ? arena_strdup(a, buf_text(&b)) : NULL;
    buf_done(&b);
    return s;
}

const char *import_missing_columns(struct arena *a, const struct profile *p,
                                   const struct convert_header *h)
{
    const char *const all[] = {
        p->from.column,    p->from.clock,  p->to.column, p->to.clock,  p->type_column,
        p->north,          p->east,        p->both,      p->place,     p->organisation_column,
        p->title,          p->description, p->url,       p->area_name, p->municipality_column,
        p->area_population};
    const char *gone[ARRAY_LEN(all) + PROFILE_KEYS_MOST];
    size_t n = 0;
    for (size_t i = 0; i < p->n_keys; i++)
        if (find_column(a, h, p->keys[i]) == NONE)
            gone[n++] = p->keys[i];
    for (size_t i = 0; i < ARRAY_LEN(all); i++)
        if (all[i] && find_column(a, h, all[i]) == NONE)
            gone[n++] = all[i];
    return listed(a, gone, n);
}

static enum err put_word(struct arena *a, struct map *words, const char *said, int type)
{
    const char *folded = str_fold(a, said);
    int64_t have;
    if (!folded)
        return ERR_NOMEM;
    return map_get(words, folded, &have) ? ERR_OK : map_put(words, folded, type);
}

/* The profile's own words first, then our codes and names in both languages. */
static enum err fill_words(struct arena *a, struct import_mapper *m)
{
    for (size_t i = 0; i < m->p->n_words; i++)
        TRY(put_word(a, m->words, m->p->words[i].said, event_type_index(m->p->words[i].code)));
    for (int i = 0; i < EVENT_TYPE_COUNT; i++) {
        TRY(put_word(a, m->words, event_types[i].code, i));
        TRY(put_word(a, m->words, event_type_name(LANG_SV, i), i));
        TRY(put_word(a, m->words, event_type_name(LANG_EN, i), i));
    }
    return ERR_OK;
}

enum err import_mapper_new(struct arena *a, const struct import_binding *b,
                           struct import_mapper **out, const char **problem)
{
    struct import_mapper *m = ARENA_NEW(a, struct import_mapper);
    if (!m)
        return ERR_NOMEM;
    *m = (struct import_mapper){.p = b->p, .names = b->names, .columns = b->h->columns};
    m->latest = time_now() + CLOCK_SLACK;
    m->municipality = b->p->municipality ? b->p->municipality : b->municipality;
    TRY(bind_columns(a, m, b->h, problem));
    AUTO(map_freep) struct map *words = map_new();
    if (!words)
        return ERR_NOMEM;
    m->words = words;
    TRY(fill_words(a, m));
    m->words = TAKE(words);
    *out = m;
    return ERR_OK;
}

void import_mapper_done(struct import_mapper *m)
{
    if (m)
        map_free(TAKE(m->words));
}

bool import_column_used(const struct import_mapper *m, size_t column)
{
    const int used[] = {m->type,         m->from,        m->from_clock, m->to,
                        m->to_clock,     m->north,       m->east,       m->both,
                        m->place,        m->url,         m->town,       m->title,
                        m->organisation, m->description, m->area_name,  m->area_population};
    for (size_t i = 0; i < ARRAY_LEN(used); i++)
        if (used[i] == (int)column)
            return true;
    for (size_t i = 0; i < m->p->n_keys; i++)
        if (m->keys[i] == (int)column)
            return true;
    return false;
}

bool import_column_words(const struct import_mapper *m, size_t column)
{
    const int other[] = {m->from,  m->from_clock, m->to,   m->to_clock,
                         m->north, m->east,       m->both, m->area_population};
    for (size_t i = 0; i < ARRAY_LEN(other); i++)
        if (other[i] == (int)column)
            return false;
    for (size_t i = 0; i < m->p->n_keys; i++)
        if (m->keys[i] == (int)column)
            return false;
    return true;
}
