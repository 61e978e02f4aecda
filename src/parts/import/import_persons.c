/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "parts/import/import_persons.h"

#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "base/str.h"

#define SPANS 64
#define LINE_ARENA ((size_t)1 << 20)

unsigned import_persons_in(const char *s)
{
    struct guard_span spans[SPANS];
    size_t n = s ? guard_find(s, strlen(s), spans, SPANS) : 0;
    unsigned kinds = 0;
    for (size_t i = 0; i < n && i < SPANS; i++)
        kinds |= 1u << spans[i].kind;
    return kinds;
}

unsigned import_persons_of(const struct event *e)
{
    return import_persons_in(e->title) | import_persons_in(e->description) |
           import_persons_in(e->place_name) | import_persons_in(e->type_said);
}

enum err import_persons_leave_out(struct arena *a, struct event *e)
{
    const char **const texts[] = {&e->title, &e->description, &e->place_name, &e->type_said};
    for (size_t i = 0; i < ARRAY_LEN(texts); i++)
        if (import_persons_in(*texts[i]))
            *texts[i] = NULL;
    return import_hash(a, e);
}

void import_persons_count(struct import_persons *p, uint64_t row, unsigned kinds)
{
    p->rows += kinds != 0;
    for (size_t i = 0; i < GUARD_KIND_COUNT; i++) {
        struct import_person_kind *k = &p->kinds[i];
        if (!(kinds >> i & 1))
            continue;
        if (k->rows < IMPORT_FIRST)
            k->first[k->rows] = row;
        k->rows++;
    }
}

static const char *row_numbers(struct arena *a, enum lang lang, const struct import_person_kind *k)
{
    struct buf b = buf_init(1024);
    for (int64_t i = 0; i < k->rows && i < IMPORT_FIRST; i++)
        buf_printf(&b, "%s%llu", i ? ", " : "", (unsigned long long)k->first[i]);
    if (k->rows > IMPORT_FIRST)
        buf_puts(&b, text_get(lang, T_import_persons_more));
    const char *s = buf_err(&b) ? NULL : arena_strdup(a, buf_text(&b));
    buf_done(&b);
    return s ? s : "";
}

void import_persons_text(struct buf *out, enum lang lang, const struct import_persons *p,
                         bool dry_run)
{
    AUTO(arena_freep) struct arena *a = arena_new(LINE_ARENA);
    if (!a || p->rows == 0)
        return;
    buf_printf(out, "%s\n",
               p->left_out && !dry_run ? text_fmt(a, lang, T_import_persons_left_out, p->rows)
                                       : text_fmt(a, lang, T_import_persons_found, p->rows));
    for (size_t i = 0; i < GUARD_KIND_COUNT; i++) {
        enum text_key kind = text_lookup(guard_kind_key((enum guard_kind)i));
        if (p->kinds[i].rows && kind < TEXT_COUNT)
            buf_printf(out, "%s\n",
                       text_fmt(a, lang, T_import_persons_line, p->kinds[i].rows,
                                text_get(lang, kind), row_numbers(a, lang, &p->kinds[i])));
    }
}

void import_persons_write(struct jsonw *w, const struct import_persons *p)
{
    if (p->rows == 0)
        return;
    jsonw_key_object(w, "persons");
    jsonw_key_int(w, "rows", p->rows);
    jsonw_key_bool(w, "left_out", p->left_out);
    for (size_t i = 0; i < GUARD_KIND_COUNT; i++) {
        const struct import_person_kind *k = &p->kinds[i];
        if (!k->rows)
            continue;
        jsonw_key_object(w, guard_kind_key((enum guard_kind)i));
        jsonw_key_int(w, "rows", k->rows);
        jsonw_key_array(w, "first");
        for (int64_t j = 0; j < k->rows && j < IMPORT_FIRST; j++)
            jsonw_int(w, (int64_t)k->first[j]);
        jsonw_end(w);
        jsonw_end(w);
    }
    jsonw_end(w);
}

void import_persons_read(const json_t *o, struct import_persons *p)
{
    *p = (struct import_persons){
        .rows = json_integer_value(json_object_get(o, "rows")),
        .left_out = json_is_true(json_object_get(o, "left_out")),
    };
    for (size_t i = 0; i < GUARD_KIND_COUNT; i++) {
        const json_t *k = json_object_get(o, guard_kind_key((enum guard_kind)i));
        const json_t *first = json_object_get(k, "first");
        p->kinds[i].rows = json_integer_value(json_object_get(k, "rows"));
        for (size_t j = 0; j < json_array_size(first) && j < IMPORT_FIRST; j++)
            p->kinds[i].first[j] = (uint64_t)json_integer_value(json_array_get(first, j));
    }
}
