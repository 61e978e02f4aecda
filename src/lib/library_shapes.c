/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Streets, boundaries, areas and a table of population: what the command reads from files. */
#include <string.h>

#include "base/mem.h"
#include "base/str.h"
#include "lib/library.h"
#include "parts/analysis/where.h"

#define SHAPES_MOST 4000000u
#define PATHS_MOST 1000000u
#define POINTS_MOST 2000000u

static const char *const names[LIBRARY_SHAPES] = {
    [LIBRARY_STREETS] = "streets",
    [LIBRARY_BOUNDARY] = "boundary",
    [LIBRARY_AREAS] = "areas",
};

static int option_of(const char *name)
{
    for (int i = 0; i < LIBRARY_SHAPES; i++)
        if (str_eq(names[i], name))
            return i;
    return -1;
}

/* --- What the frame asks for --- */

static enum err copy_lines(struct arena *a, const struct library_shape *s, size_t n,
                           struct where_areas *out)
{
    const struct geo_shape **line = ARENA_ARRAY(a, n, const struct geo_shape *);
    uint64_t *number = ARENA_ARRAY(a, n, uint64_t);
    if (!line || !number)
        return ERR_NOMEM;
    for (size_t i = n; i-- > 0; s = s->before) {
        line[i] = s->shape;
        number[i] = i + 1;
    }
    *out = (struct where_areas){.lines = n, .line = line, .line_number = number};
    return ERR_OK;
}

static enum err copy_areas(struct arena *a, const struct library_shape *s, size_t n,
                           struct where_areas *out)
{
    struct where_areas got = {.n = n,
                              .shape = ARENA_ARRAY(a, n, const struct geo_shape *),
                              .name = ARENA_ARRAY(a, n, const char *)};
    if (!got.shape || !got.name)
        return ERR_NOMEM;
    for (size_t i = n; i-- > 0; s = s->before) {
        got.shape[i] = s->shape;
        got.name[i] = s->name ? s->name : arena_printf(a, "%zu", i + 1);
        if (!got.name[i])
            return ERR_NOMEM;
    }
    TRY(where_join(a, &got));
    *out = got;
    return ERR_OK;
}

/* The path is the option's name, as add_shape() set it. */
static enum err given_shapes(struct analysis *frame, const char *path, const char *name_column,
                             struct where_areas *out)
{
    const struct samsyn_analysis *an = frame->given;
    int k = option_of(path);
    (void)name_column;
    if (k < 0 || !an->n_shapes[k])
        return ERR_DENIED;
    if (k == LIBRARY_STREETS)
        return copy_lines(an->arena, an->shapes[k], an->n_shapes[k], out);
    return copy_areas(an->arena, an->shapes[k], an->n_shapes[k], out);
}

static enum err given_table(struct analysis *other, const char *path, int fd)
{
    const struct samsyn_analysis *an = other->given;
    (void)path;
    (void)fd;
    if (!an->people)
        return ERR_DENIED;
    other->table = an->people->frame->table;
    if (analysis_has(other, COLUMN_POPULATION))
        return ERR_OK;
    return analysis_refuse(other,
                           analysis_say(other, analysis_no_column, "population", "population"));
}

/* --- What is given --- */

static struct geo_shape *copy_shape(struct arena *a, enum geo_kind kind,
                                    const struct samsyn_path *paths, size_t n)
{
    struct geo_shape *s = geo_shape_new(a, kind, (uint32_t)n);
    for (size_t k = 0; s && k < n; k++) {
        const struct samsyn_path *from = &paths[k];
        size_t last = from->n - 1;
        bool open =
            kind == GEO_POLYGON && (from->x[0] != from->x[last] || from->y[0] != from->y[last]);
        struct geo_point *p =
            geo_shape_path(a, s, (uint32_t)k, (uint32_t)(from->n + open), from->hole);
        if (!p)
            return NULL;
        for (size_t i = 0; i < from->n; i++)
            p[i] = (struct geo_point){from->x[i], from->y[i]};
        if (open)
            p[from->n] = p[0];
    }
    return s;
}

static enum samsyn_answer add_shape(struct samsyn_analysis *an, const char *option,
                                    struct library_shape shape)
{
    int k = option_of(option);
    enum err e = geo_shape_finish(shape.shape);
    if (e == ERR_OK)
        e = analysis_set(an->frame, option, names[k]);
    struct library_shape *kept = e ? NULL : ARENA_NEW(an->arena, struct library_shape);
    if (!kept)
        return e ? library_answer(e) : SAMSYN_NO_MEMORY;
    *kept = shape;
    kept->before = an->shapes[k];
    an->shapes[k] = kept;
    an->n_shapes[k]++;
    an->frame->given = an;
    an->frame->read_areas = given_shapes;
    return SAMSYN_OK;
}

static enum samsyn_answer check(struct samsyn_analysis *an, int k, const struct samsyn_path *paths,
                                size_t n)
{
    size_t points = 0;
    if (k < 0)
        return library_answer(
            analysis_refuse(an->frame, text_get(an->frame->lang, T_analysis_no_shapes)));
    if (n == 0)
        return SAMSYN_INVALID;
    if (n > PATHS_MOST || an->n_shapes[k] >= SHAPES_MOST)
        return SAMSYN_LIMIT;
    for (size_t i = 0; i < n; i++) {
        if (paths[i].n == 0)
            return SAMSYN_INVALID;
        points += paths[i].n;
        if (paths[i].n > POINTS_MOST || points > POINTS_MOST)
            return SAMSYN_LIMIT;
    }
    return SAMSYN_OK;
}

enum samsyn_answer samsyn_analysis_lines(struct samsyn_analysis *an, const char *option,
                                         const struct samsyn_path *paths, size_t n)
{
    int k = option_of(option);
    enum samsyn_answer r = check(an, k == LIBRARY_STREETS ? k : -1, paths, n);
    if (r != SAMSYN_OK)
        return r;
    struct library_shape s = {.shape = copy_shape(an->arena, GEO_LINES, paths, n)};
    return s.shape ? add_shape(an, option, s) : SAMSYN_NO_MEMORY;
}

enum samsyn_answer samsyn_analysis_polygon(struct samsyn_analysis *an, const char *option,
                                           const char *name, const struct samsyn_path *rings,
                                           size_t n)
{
    int k = option_of(option);
    enum samsyn_answer r = check(an, k == LIBRARY_STREETS ? -1 : k, rings, n);
    if (r != SAMSYN_OK)
        return r;
    struct library_shape s = {.shape = copy_shape(an->arena, GEO_POLYGON, rings, n),
                              .name = name ? arena_strdup(an->arena, name) : NULL};
    if (!s.shape || (name && !s.name))
        return SAMSYN_NO_MEMORY;
    return add_shape(an, option, s);
}

enum samsyn_answer samsyn_analysis_people(struct samsyn_analysis *an,
                                          struct samsyn_analysis *people)
{
    enum err e = analysis_set(an->frame, "population-file", "population");
    if (e == ERR_OK)
        e = library_number_rows(people->frame);
    if (e)
        return library_answer(e);
    an->people = people;
    an->frame->given = an;
    an->frame->read_table = given_table;
    return SAMSYN_OK;
}
