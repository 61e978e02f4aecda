/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* A file becomes a table: by the same sandboxed reader that imports use. Nothing is analysed while
 * a row cannot be read. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/hash.h"
#include "base/mem.h"
#include "base/str.h"
#include "convert/convert.h"
#include "geo/sweref.h"
#include "parts/analysis/analysis_inner.h"

#define BAD_ROWS_TOLD 5

struct names {
    struct map *map;
    const char **name;
    uint32_t n, cap;
    uint32_t *index;
};

struct reading {
    struct analysis *an;
    struct convert_job *job;
    int at[COLUMN_COUNT]; /* of a row; -1: the file has no such column */
    size_t n, cap;
    double *number[COLUMN_COUNT];
    msec *t, *t_end;
    uint64_t *line;
    struct names place, group;
    bool times; /* some time has a time of day */
    size_t bad;
    struct buf told;
};

static bool is_number(int c)
{
    return c != COLUMN_T && c != COLUMN_T_END && c != COLUMN_PLACE && c != COLUMN_GROUP;
}

/* --- Room --- */

static bool grow(struct arena *a, void **p, size_t n, size_t cap, size_t size)
{
    void *more = arena_array(a, cap, size);
    if (more && n)
        memcpy(more, *p, n * size);
    if (more)
        *p = more;
    return more != NULL;
}

static enum err make_room(struct reading *r)
{
    if (r->n < r->cap)
        return ERR_OK;
    if (r->n >= ANALYSIS_ROWS_MOST)
        return ERR_LIMIT;
    size_t cap = r->cap ? r->cap * 2 : 1024;
    struct arena *a = r->an->arena;
    bool ok = grow(a, (void **)&r->line, r->n, cap, sizeof *r->line);
    for (int c = 0; c < COLUMN_COUNT && ok; c++)
        if (r->at[c] >= 0 && is_number(c))
            ok = grow(a, (void **)&r->number[c], r->n, cap, sizeof(double));
    if (ok && r->at[COLUMN_T] >= 0)
        ok = grow(a, (void **)&r->t, r->n, cap, sizeof *r->t);
    if (ok && r->at[COLUMN_T_END] >= 0)
        ok = grow(a, (void **)&r->t_end, r->n, cap, sizeof *r->t_end);
    if (ok && r->at[COLUMN_PLACE] >= 0)
        ok = grow(a, (void **)&r->place.index, r->n, cap, sizeof(uint32_t));
    if (ok && r->at[COLUMN_GROUP] >= 0)
        ok = grow(a, (void **)&r->group.index, r->n, cap, sizeof(uint32_t));
    r->cap = ok ? cap : r->cap;
    return ok ? ERR_OK : ERR_NOMEM;
}

/* --- Cells --- */

/* One of the first bad rows is told, all are counted. */
static void bad_row(struct reading *r, uint64_t line, int c, const char *cell)
{
    struct arena *a = r->an->arena;
    const char *column = r->an->columns[c];
    double v;
    bool degrees =
        r->an->lonlat && (c == COLUMN_X || c == COLUMN_Y) && cell && str_to_double(cell, &v);
    enum text_key key = !degrees        ? T_analysis_bad_cell
                        : c == COLUMN_X ? T_analysis_no_longitude
                                        : T_analysis_no_latitude;
    char part[48];
    r->bad++;
    if (r->bad > BAD_ROWS_TOLD)
        return;
    str_copy(part, sizeof part, cell ? cell : "");
    const char *s = cell ? text_fmt(a, r->an->lang, key, line, column, (const char *)part)
                         : text_fmt(a, r->an->lang, T_analysis_empty_cell, line, column);
    buf_puts(&r->told, r->told.len ? " " : "");
    buf_puts(&r->told, s);
}

static enum err put_name(struct names *names, struct arena *a, size_t row, const char *cell)
{
    int64_t i;
    if (!cell) {
        names->index[row] = UINT32_MAX;
        return ERR_OK;
    }
    if (!map_get(names->map, cell, &i)) {
        i = names->n;
        if (names->n == names->cap) {
            uint32_t cap = names->cap ? names->cap * 2 : 64;
            if (!grow(a, (void **)&names->name, names->n, cap, sizeof *names->name))
                return ERR_NOMEM;
            names->cap = cap;
        }
        names->name[names->n] = arena_strdup(a, cell);
        if (!names->name[names->n])
            return ERR_NOMEM;
        TRY(map_put(names->map, cell, i));
        names->n++;
    }
    names->index[row] = (uint32_t)i;
    return ERR_OK;
}

static bool read_number(struct reading *r, int c, const char *cell, double *out)
{
    bool needed = r->an->method->needs & COLUMN_BIT(c);
    if (!cell || str_eq(cell, "NA")) {
        *out = NAN;
        return !needed;
    }
    if (!str_to_double(cell, out))
        return false;
    if (c == COLUMN_X || c == COLUMN_Y)
        return !r->an->lonlat || fabs(*out) <= (c == COLUMN_X ? 180 : 90);
    return c == COLUMN_VALUE || *out >= 0;
}

/* A clock that is never moved: what is written is read as if it were UTC. */
static bool read_as_written(const char *cell, msec *out)
{
    char text[TIME_TEXT + 8];
    struct date d;
    if (date_parse(cell, &d) == ERR_OK) {
        *out = date_days(d) * MSEC_DAY;
        return true;
    }
    if (snprintf(text, sizeof text, "%sZ", cell) >= (int)sizeof text)
        return false;
    return time_parse(text, out) == ERR_OK || time_parse(cell, out) == ERR_OK;
}

static bool read_time(struct reading *r, int c, const char *cell, msec *out)
{
    bool needed = r->an->method->needs & COLUMN_BIT(c);
    *out = ANALYSIS_NO_TIME;
    if (!cell || str_eq(cell, "NA"))
        return !needed;
    struct date d;
    if (date_parse(cell, &d) != ERR_OK)
        r->times = true;
    if (str_eq(analysis_text(r->an, "clock"), "as-written"))
        return read_as_written(cell, out);
    return time_parse(cell, out) == ERR_OK;
}

static enum err add_row(struct reading *r, const struct convert_item *it)
{
    size_t bad = r->bad;
    TRY(make_room(r));
    for (int c = 0; c < COLUMN_COUNT && r->bad == bad; c++) {
        const char *cell = r->at[c] < 0 ? NULL : it->cells[r->at[c]];
        bool fine = true;
        if (r->at[c] < 0)
            continue;
        if (c == COLUMN_T || c == COLUMN_T_END)
            fine = read_time(r, c, cell, c == COLUMN_T ? &r->t[r->n] : &r->t_end[r->n]);
        else if (is_number(c))
            fine = read_number(r, c, cell, &r->number[c][r->n]);
        else
            TRY(put_name(c == COLUMN_PLACE ? &r->place : &r->group, r->an->arena, r->n, cell));
        if (!fine)
            bad_row(r, it->number, c, cell);
    }
    r->line[r->n] = it->number;
    r->n += r->bad == bad;
    return ERR_OK;
}

/* --- The file --- */

static enum err find_columns(struct reading *r, const struct convert_header *h)
{
    struct analysis *an = r->an;
    uint32_t known = an->method->needs | an->method->may;
    if (h->columns == 0)
        return analysis_refuse(an, text_get(an->lang, T_analysis_empty_file));
    for (int c = 0; c < COLUMN_COUNT; c++) {
        r->at[c] = -1;
        const char *own = analysis_column_name((enum analysis_column)c);
        bool asked = !str_eq(an->columns[c], own);
        if (!(known & COLUMN_BIT(c))) {
            if (asked)
                return analysis_refuse(an,
                                       analysis_say(an, analysis_no_use, an->method->name, own));
            continue;
        }
        for (size_t i = 0; i < h->columns; i++)
            if (str_eq(h->names[i], an->columns[c]) ||
                (!asked && c == COLUMN_T_END && str_eq(h->names[i], "t_end")))
                r->at[c] = (int)i;
        if (r->at[c] < 0 && (asked || (an->method->needs & COLUMN_BIT(c))))
            return analysis_refuse(an, analysis_say(an, analysis_no_column, an->columns[c], own));
    }
    return ERR_OK;
}

static enum err read_rows(struct reading *r)
{
    const struct convert_header *h;
    const struct convert_item *it;
    TRY(convert_header(r->job, &h));
    TRY(find_columns(r, h));
    for (;;) {
        TRY(convert_next(r->job, &it));
        if (!it)
            return ERR_OK;
        if (it->kind == CONVERT_ROW) {
            TRY(add_row(r, it));
        } else {
            enum text_key key = text_lookup(convert_fault_key(it->fault));
            r->bad++;
            if (r->bad <= BAD_ROWS_TOLD)
                buf_puts(&r->told, text_fmt(r->an->arena, r->an->lang, T_analysis_bad_row,
                                            it->number, text_get(r->an->lang, key)));
        }
    }
}

static void to_sweref(struct reading *r)
{
    double *x = r->number[COLUMN_X], *y = r->number[COLUMN_Y];
    for (size_t i = 0; i < r->n && x && y; i++) {
        struct geo_point p = geo_to_sweref((struct geo_lonlat){x[i], y[i]});
        x[i] = p.east;
        y[i] = p.north;
    }
}

static struct analysis_names names_of(const struct names *n)
{
    return (struct analysis_names){n->n, n->name, n->index};
}

static enum err keep(struct reading *r)
{
    struct analysis *an = r->an;
    struct analysis_table *t = &an->table;
    if (r->bad)
        return analysis_refuse(an, analysis_say(an, analysis_bad_rows, r->bad, buf_text(&r->told)));
    *t = (struct analysis_table){.n = r->n, .t = r->t, .t_end = r->t_end, .line = r->line};
    for (int c = 0; c < COLUMN_COUNT; c++) {
        t->number[c] = r->number[c];
        if (r->at[c] >= 0)
            t->has |= COLUMN_BIT(c);
    }
    t->place = names_of(&r->place);
    t->group = names_of(&r->group);
    t->dates_only = !r->times;
    if (an->lonlat)
        to_sweref(r);
    return ERR_OK;
}

static enum convert_format format_of(const char *path)
{
    static const struct {
        const char *end;
        enum convert_format format;
    } ends[] = {{".xlsx", CONVERT_XLSX}, {".geojson", CONVERT_GEOJSON}, {".gpx", CONVERT_GPX}};
    for (size_t i = 0; path && i < ARRAY_LEN(ends); i++)
        if (str_ends(path, ends[i].end))
            return ends[i].format;
    return CONVERT_CSV;
}

static enum err refuse_file(struct reading *r)
{
    const struct convert_error *why = convert_error(r->job);
    enum text_key key = text_lookup(convert_fault_key(why->fault));
    return analysis_refuse(
        r->an, analysis_say(r->an, analysis_bad_file, why->position, text_get(r->an->lang, key)));
}

enum err analysis_read(struct analysis *an, const char *path, int fd)
{
    AUTO(convert_freep) struct convert_job *job = NULL;
    AUTO(map_freep) struct map *places = map_new();
    AUTO(map_freep) struct map *groups = map_new();
    if (!places || !groups)
        return ERR_NOMEM;
    struct convert_options o = {
        .format = format_of(path), .path = path, .fd = fd, .header = CONVERT_YES};
    if (o.format == CONVERT_CSV)
        o.delimiter = ',';
    an->read_areas = analysis__areas;
    an->read_table = analysis_read;
    TRY(convert_start(&o, &job));
    struct reading r = {.an = an, .job = job, .told = buf_init(4096)};
    r.place.map = places;
    r.group.map = groups;
    enum err e = read_rows(&r);
    if (e == ERR_INVALID)
        e = refuse_file(&r);
    if (e == ERR_OK)
        e = keep(&r);
    buf_done(&r.told);
    return e;
}
