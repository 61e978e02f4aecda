/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "parts/settings/settings_file.h"

#include <string.h>
#include <strings.h>

#include "base/mem.h"
#include "base/str.h"

enum convert_format settings_file_format(const char *name)
{
    static const struct {
        const char *end;
        enum convert_format format;
    } ends[] = {
        {".geojson", CONVERT_GEOJSON}, {".json", CONVERT_GEOJSON}, {".gpkg", CONVERT_GDAL},
        {".zip", CONVERT_GDAL},        {".csv", CONVERT_CSV},      {".txt", CONVERT_CSV},
        {".xlsx", CONVERT_XLSX},
    };
    for (size_t i = 0; i < ARRAY_LEN(ends); i++) {
        size_t n = strlen(name), m = strlen(ends[i].end);
        if (n > m && strcasecmp(name + n - m, ends[i].end) == 0)
            return ends[i].format;
    }
    return CONVERT_NONE;
}

static enum err copy_names(struct settings_file *f, const struct convert_header *h)
{
    const char **names = ARENA_ARRAY(f->rq->arena, h->columns + 1, const char *);
    if (!names)
        return ERR_NOMEM;
    for (size_t i = 0; i < h->columns; i++) {
        names[i] = arena_strdup(f->rq->arena, h->names[i]);
        if (!names[i])
            return ERR_NOMEM;
    }
    f->names = names;
    f->n_names = h->columns;
    return ERR_OK;
}

static enum err read_rows(struct settings_file *f, struct convert_job *job, settings_row_fn *fn,
                          void *arg)
{
    const struct convert_header *header;
    const struct convert_item *item;
    TRY(convert_header(job, &header));
    TRY(copy_names(f, header));
    for (;;) {
        TRY(convert_next(job, &item));
        if (!item)
            return ERR_OK;
        TRY(fn(arg, item));
    }
}

enum err settings_file_read(struct settings_file *f, const char *path, enum convert_format format,
                            settings_row_fn *fn, void *arg)
{
    AUTO(convert_freep) struct convert_job *job = NULL;
    struct convert_options o = {.format = format, .path = path};
    TRY(convert_start(&o, &job));
    enum err e = read_rows(f, job, fn, arg);
    if (e == ERR_INVALID && convert_error(job)) {
        f->error = *convert_error(job);
        f->error.detail = "";
    }
    return e;
}

const char *settings_file_why(const struct settings_file *f)
{
    enum text_key key = text_lookup(convert_fault_key(f->error.fault));
    return key < TEXT_COUNT ? text_get(f->rq->lang, key)
                            : text_get(f->rq->lang, T_settings_file_unreadable);
}

int settings_file_column(const struct settings_file *f, const char *const *names, size_t n)
{
    for (size_t j = 0; j < n; j++)
        for (size_t i = 0; i < f->n_names; i++)
            if (strcasecmp(f->names[i], names[j]) == 0)
                return (int)i;
    return -1;
}
