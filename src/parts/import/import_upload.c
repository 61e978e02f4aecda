/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "parts/import/import_upload.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/hash.h"
#include "base/jsonw.h"
#include "base/mem.h"
#include "base/str.h"

#define STATE_MOST ((size_t)512 << 10)
#define WEEK (7 * 24 * 3600)
#define WORD_ROWS 200000

enum convert_format import_format_of(const char *name)
{
    static const struct {
        const char *end;
        enum convert_format format;
    } ends[] = {
        {".csv", CONVERT_CSV},
        {".txt", CONVERT_CSV},
        {".tsv", CONVERT_CSV},
        {".xlsx", CONVERT_XLSX},
        {".geojson", CONVERT_GEOJSON},
        {".gpx", CONVERT_GPX},
        {".gpkg", CONVERT_GDAL},
        {".zip", CONVERT_GDAL},
        {".jsonl", CONVERT_POLICE_ARCHIVE},
        {".json", CONVERT_POLICE_API},
    };
    size_t n = strlen(name);
    if (n > 4 && strcasecmp(name + n - 4, ".zst") == 0)
        n -= 4;
    else if (n > 3 && strcasecmp(name + n - 3, ".gz") == 0)
        n -= 3;
    for (size_t i = 0; i < ARRAY_LEN(ends); i++) {
        size_t k = strlen(ends[i].end);
        if (n > k && strncasecmp(name + n - k, ends[i].end, k) == 0)
            return ends[i].format;
    }
    return CONVERT_NONE;
}

static const char *path_of(struct app *app, struct arena *a, struct id id, const char *end)
{
    char text[ID_TEXT];
    id_text(id, text);
    return arena_printf(a, "%s/imports/%s.%s", app->data_dir, text, end);
}

const char *import_upload_path(struct app *app, struct arena *a, struct id id)
{
    return path_of(app, a, id, "data");
}

static enum err write_whole(const char *path, const void *data, size_t n)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);
    const char *s = data;
    if (fd < 0)
        return ERR_IO;
    while (n) {
        ssize_t w = write(fd, s, n);
        if (w < 0 && errno == EINTR)
            continue;
        if (w <= 0)
            break;
        s += w;
        n -= (size_t)w;
    }
    bool ok = n == 0;
    return close(fd) == 0 && ok ? ERR_OK : ERR_IO;
}

static void remove_old(const char *dir)
{
    DIR *d = opendir(dir);
    struct stat st;
    if (!d)
        return;
    for (struct dirent *e = readdir(d); e; e = readdir(d))
        if (e->d_name[0] != '.' && fstatat(dirfd(d), e->d_name, &st, AT_SYMLINK_NOFOLLOW) == 0 &&
            S_ISREG(st.st_mode) && time(NULL) - st.st_mtime > WEEK)
            unlinkat(dirfd(d), e->d_name, 0);
    closedir(d);
}

enum err import_upload_save(struct app *app, struct arena *a, const struct import_upload *u)
{
    const char *path = path_of(app, a, u->id, "json");
    struct buf b = buf_init(STATE_MOST);
    struct jsonw w = jsonw_init(&b);
    char profile[ID_TEXT];
    id_text(u->profile_id, profile);
    jsonw_object(&w);
    jsonw_key_text(&w, "municipality", u->municipality);
    jsonw_key_text(&w, "name", u->name);
    jsonw_key_text(&w, "format", convert_format_name(u->format));
    jsonw_key_text(&w, "profile", u->profile);
    jsonw_key_text(&w, "profile_id", profile);
    jsonw_key_text(&w, "sheet", u->sheet);
    jsonw_key_int(&w, "names_row", u->names_row);
    jsonw_end(&w);
    enum err e = buf_err(&b);
    if (e == ERR_OK)
        e = path ? write_whole(path, b.data, b.len) : ERR_NOMEM;
    buf_done(&b);
    return e;
}

enum err import_upload_keep(struct app *app, struct arena *a, struct import_upload *u,
                            const void *data, size_t n)
{
    const char *dir = arena_printf(a, "%s/imports", app->data_dir);
    if (!dir)
        return ERR_NOMEM;
    if (mkdir(dir, 0700) != 0 && errno != EEXIST)
        return ERR_IO;
    remove_old(dir);
    u->id = id_new();
    const char *path = import_upload_path(app, a, u->id);
    if (!path)
        return ERR_NOMEM;
    TRY(write_whole(path, data, n));
    return import_upload_save(app, a, u);
}

static const char *text_of(struct arena *a, const json_t *o, const char *key)
{
    const char *s = json_string_value(json_object_get(o, key));
    return s ? arena_strdup(a, s) : NULL;
}

enum err import_upload_load(struct app *app, struct arena *a, const char *municipality,
                            struct id id, struct import_upload *out)
{
    const char *path = path_of(app, a, id, "json");
    json_t *o = path && !id_is_none(id) ? json_load_file(path, 0, NULL) : NULL;
    if (!o)
        return ERR_NOTFOUND;
    struct import_upload u = {.id = id};
    const char *format = json_string_value(json_object_get(o, "format"));
    const char *profile_id = json_string_value(json_object_get(o, "profile_id"));
    u.municipality = text_of(a, o, "municipality");
    u.name = text_of(a, o, "name");
    u.profile = text_of(a, o, "profile");
    u.sheet = text_of(a, o, "sheet");
    u.names_row = json_integer_value(json_object_get(o, "names_row"));
    u.format = format ? convert_format_from_name(format) : CONVERT_NONE;
    if (profile_id && id_parse(profile_id, &u.profile_id) != ERR_OK)
        u.profile_id = (struct id){{0}};
    json_decref(o);
    if (!str_eq(u.municipality, municipality) || !u.name || u.format == CONVERT_NONE)
        return ERR_NOTFOUND;
    *out = u;
    return ERR_OK;
}

void import_upload_remove(struct app *app, struct arena *a, struct id id)
{
    const char *data = import_upload_path(app, a, id), *state = path_of(app, a, id, "json");
    if (data)
        unlink(data);
    if (state)
        unlink(state);
}

/* --- Looking into it --- */

struct convert_options import_upload_options(struct app *app, struct arena *a,
                                             const struct import_upload *u)
{
    struct profile p = {0};
    const char *problem;
    if (u->profile && profile_read(a, u->profile, &p, &problem) != ERR_OK)
        p = (struct profile){0};
    struct convert_options o = {
        .format = u->format,
        .path = import_upload_path(app, a, u->id),
        .delimiter = p.delimiter,
        .header = p.header,
        .encoding = p.encoding,
        .sheet = u->sheet ? u->sheet : p.sheet,
        .skip = p.skip,
    };
    if (u->names_row > 0) {
        o.skip = (unsigned)u->names_row - 1;
        o.header = CONVERT_YES;
    }
    return o;
}

static enum err open_upload(struct app *app, struct arena *a, const struct import_upload *u,
                            struct convert_job **job, const struct convert_header **h)
{
    struct convert_options o = import_upload_options(app, a, u);
    if (!o.path)
        return ERR_NOMEM;
    TRY(convert_start(&o, job));
    return convert_header(*job, h);
}

static enum err copy_header(struct arena *a, const struct convert_header *h,
                            const struct convert_header **out)
{
    struct convert_header *copy = ARENA_NEW(a, struct convert_header);
    const char **names = ARENA_ARRAY(a, h->columns + h->n_sheets + 1, const char *);
    if (!copy || !names)
        return ERR_NOMEM;
    for (size_t i = 0; i < h->columns + h->n_sheets; i++) {
        const char *name = i < h->columns ? h->names[i] : h->sheets[i - h->columns];
        if (!(names[i] = arena_strdup(a, name)))
            return ERR_NOMEM;
    }
    *copy = *h;
    copy->names = names;
    copy->sheets = names + h->columns;
    *out = copy;
    return ERR_OK;
}

static enum err take_rows(struct arena *a, struct convert_job *job, size_t most,
                          struct import_look *out)
{
    size_t columns = out->header->columns;
    const char **cells = ARENA_ARRAY(a, most * columns + 1, const char *);
    const struct convert_item *it;
    if (!cells)
        return ERR_NOMEM;
    out->cells = cells; /* the rows before a fault count, too */
    while (out->rows < most) {
        TRY(convert_next(job, &it));
        if (!it)
            break;
        for (size_t i = 0; it->kind == CONVERT_ROW && i < columns; i++)
            if (it->cells[i] && !(cells[out->rows * columns + i] = arena_strdup(a, it->cells[i])))
                return ERR_NOMEM;
        out->rows += it->kind == CONVERT_ROW;
    }
    return ERR_OK;
}

enum err import_look(struct app *app, struct arena *a, const struct import_upload *u, size_t rows,
                     struct import_look *out, const char **fault)
{
    struct convert_job *job = NULL;
    const struct convert_header *h;
    struct import_look look = {0};
    enum err e = open_upload(app, a, u, &job, &h);
    if (e == ERR_OK)
        e = copy_header(a, h, &look.header);
    if (e == ERR_OK)
        e = take_rows(a, job, rows, &look);
    if (e == ERR_INVALID && look.rows)
        e = ERR_OK;
    const struct convert_error *why = e == ERR_INVALID ? convert_error(job) : NULL;
    *fault = why ? convert_fault_key(why->fault) : NULL;
    convert_free(job);
    if (e == ERR_OK)
        *out = look;
    return e;
}

static int by_count(const void *a, const void *b)
{
    const struct import_word *x = a, *y = b;
    return x->n != y->n ? (x->n < y->n ? 1 : -1) : strcmp(x->said, y->said);
}

struct words {
    struct map *index;
    struct import_word *list;
    size_t n;
};

static enum err count_word(struct arena *a, struct words *w, const char *s)
{
    int64_t at;
    if (!s || strlen(s) > EVENT_KEY_MOST)
        return ERR_OK;
    if (map_get(w->index, s, &at)) {
        w->list[at].n++;
        return ERR_OK;
    }
    if (w->n == PROFILE_WORDS_MOST)
        return ERR_OK;
    w->list[w->n] = (struct import_word){arena_strdup(a, s), 1};
    if (!w->list[w->n].said)
        return ERR_NOMEM;
    TRY(map_put(w->index, s, (int64_t)w->n));
    w->n++;
    return ERR_OK;
}

static enum err count_words(struct arena *a, struct convert_job *job, size_t column,
                            struct words *w)
{
    const struct convert_item *it;
    for (size_t i = 0; i < WORD_ROWS; i++) {
        enum err e = convert_next(job, &it);
        if (e == ERR_INVALID)
            return ERR_OK; /* the dry run tells of it */
        TRY(e);
        if (!it)
            return ERR_OK;
        if (it->kind == CONVERT_ROW)
            TRY(count_word(a, w, it->cells[column]));
    }
    return ERR_OK;
}

enum err import_look_words(struct app *app, struct arena *a, const struct import_upload *u,
                           const char *column, struct import_word **out, size_t *out_n)
{
    struct convert_job *job = NULL;
    const struct convert_header *h;
    struct words w = {map_new(), ARENA_ARRAY(a, PROFILE_WORDS_MOST, struct import_word), 0};
    enum err e = w.index && w.list ? open_upload(app, a, u, &job, &h) : ERR_NOMEM;
    for (size_t i = 0; e == ERR_OK && i < h->columns; i++)
        if (str_eq(h->names[i], column)) {
            e = count_words(a, job, i, &w);
            break;
        }
    convert_free(job);
    map_free(w.index);
    TRY(e);
    qsort(w.list, w.n, sizeof *w.list, by_count);
    *out = w.list;
    *out_n = w.n < IMPORT_WORDS_SHOWN ? w.n : IMPORT_WORDS_SHOWN;
    return ERR_OK;
}
