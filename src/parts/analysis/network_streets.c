/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "parts/analysis/network_streets.h"

#include <math.h>

#include "base/mem.h"
#include "parts/analysis/where.h"

static enum err read_lines(struct analysis *an, struct where_areas *out)
{
    const char *path = analysis_text(an, "streets");
    struct where_areas got = {0};
    if (!path)
        return analysis_refuse(an, analysis_say(an, analysis_needs_option, "streets", "FILE"));
    if (!an->read_areas)
        return analysis_refuse(an, analysis_say(an, analysis_where_no_files, "streets"));
    enum err e = an->read_areas(an, path, NULL, &got);
    if (e == ERR_USAGE)
        return analysis_refuse(an, analysis_say(an, analysis_network_in_file, path, an->problem));
    if (e == ERR_INVALID || e == ERR_NOTFOUND || e == ERR_FORBIDDEN || e == ERR_DENIED ||
        e == ERR_IO)
        return analysis_refuse(an, analysis_say(an, analysis_network_bad_file, path));
    TRY(e);
    if (got.lines == 0)
        return analysis_refuse(an, analysis_say(an, analysis_network_no_lines, path));
    *out = got;
    return ERR_OK;
}

static size_t count_segments(const struct where_areas *areas)
{
    size_t n = 0;
    for (size_t i = 0; i < areas->lines; i++)
        for (uint32_t k = 0; k < areas->line[i]->path_count; k++)
            n += areas->line[i]->paths[k].count - 1;
    return n;
}

static enum err make_segments(struct analysis *an, const struct where_areas *areas,
                              struct segments *out, uint32_t *street)
{
    size_t n = out->n, at = 0;
    double *end = ARENA_ARRAY(an->arena, 4 * n, double);
    if (!end)
        return ERR_NOMEM;
    for (size_t i = 0; i < areas->lines; i++)
        for (uint32_t k = 0; k < areas->line[i]->path_count; k++) {
            const struct geo_path *path = &areas->line[i]->paths[k];
            for (uint32_t j = 0; j + 1 < path->count; j++, at++) {
                end[at] = path->points[j].east;
                end[n + at] = path->points[j].north;
                end[2 * n + at] = path->points[j + 1].east;
                end[3 * n + at] = path->points[j + 1].north;
                street[at] = (uint32_t)(i + 1);
            }
        }
    *out = (struct segments){n, end, end + n, end + 2 * n, end + 3 * n};
    return ERR_OK;
}

/* The network's crossings have dead ends among them, and rings a beginning. */
static int64_t true_crossings(const struct network *net)
{
    int64_t n = 0;
    for (size_t j = 0; j < net->crossings; j++)
        n += net->at_first[j + 1] - net->at_first[j] >= 3;
    return n;
}

static void tell(struct analysis *an, const struct network *net)
{
    result_int(an, "segments", (int64_t)(net->segments - net->dropped));
    result_int(an, "dropped_segments", (int64_t)net->dropped);
    result_int(an, "crossings", true_crossings(net));
    result_int(an, "parts", (int64_t)net->parts);
    result_real(an, "total_length", net->total);
    if (net->parts > 1)
        result_warning(an, analysis_say(an, analysis_network_parts, net->parts));
}

enum err streets_read(struct analysis *an, struct streets *out)
{
    struct where_areas areas = {0};
    TRY(read_lines(an, &areas));
    struct segments s = {.n = count_segments(&areas)};
    if (s.n > NETWORK_SEGMENTS_MOST)
        return ERR_LIMIT;
    uint32_t *street = ARENA_ARRAY(an->arena, s.n, uint32_t);
    if (!street)
        return ERR_NOMEM;
    TRY(make_segments(an, &areas, &s, street));
    enum err e = network_make(&an->work, &s, analysis_real(an, "join"), &out->net);
    if (e == ERR_INVALID)
        return analysis_refuse(
            an, analysis_say(an, analysis_network_no_lines, analysis_text(an, "streets")));
    TRY(e);
    out->street = street;
    tell(an, &out->net);
    return ERR_OK;
}

/* --- Pieces --- */

struct stretch {
    uint32_t chain;
    double from, to; /* metres along it */
};

/* Its line, with the bends between its ends; *at is the first segment of the chain that may have
 * one, and moves on. */
static enum err piece_line(struct analysis *an, const struct network *net,
                           const struct stretch *part, uint32_t *at, const struct geo_shape **out)
{
    uint32_t n = 2, c = part->chain, last = net->first[c + 1];
    while (*at < last && net->start[net->order[*at]] <= part->from)
        ++*at;
    uint32_t begin = *at;
    while (*at < last && net->start[net->order[*at]] < part->to)
        ++*at;
    n += *at - begin;
    struct geo_shape *s = geo_shape_new(an->arena, GEO_LINES, 1);
    struct geo_point *p = s ? geo_shape_path(an->arena, s, 0, n, false) : NULL;
    if (!p)
        return ERR_NOMEM;
    network_point(net, c, part->from, &p[0].east, &p[0].north);
    for (uint32_t i = begin; i < *at; i++) {
        uint32_t k = net->order[i], v = net->turned[k] ? net->b[k] : net->a[k];
        p[1 + i - begin] = (struct geo_point){net->x[v], net->y[v]};
    }
    network_point(net, c, part->to, &p[n - 1].east, &p[n - 1].north);
    TRY(geo_shape_finish(s));
    *out = s;
    return ERR_OK;
}

/* The segment at `along` metres of chain c; *at moves on. */
static uint32_t segment_at(const struct network *net, uint32_t c, double along, uint32_t *at)
{
    while (*at + 1 < net->first[c + 1] && net->start[net->order[*at + 1]] <= along)
        ++*at;
    return net->order[*at];
}

static enum err chain_pieces(struct analysis *an, const struct streets *s, const struct netkde *k,
                             uint32_t c, struct street_pieces *out)
{
    uint32_t first = k->piece_first[c], bend = s->net.first[c], at = s->net.first[c];
    double h = k->length[c];
    for (uint32_t i = first; i < k->piece_first[c + 1]; i++) {
        double from = (i - first) * h, middle = from + h / 2;
        double to = i + 1 == k->piece_first[c + 1] ? s->net.chain_length[c] : from + h;
        network_point(&s->net, c, middle, &out->x[i], &out->y[i]);
        out->length[i] = h;
        out->street[i] = s->street[segment_at(&s->net, c, middle, &at)];
        TRY(piece_line(an, &s->net, &(struct stretch){c, from, to}, &bend, &out->line[i]));
    }
    return ERR_OK;
}

enum err streets_pieces(struct analysis *an, const struct streets *s, const struct netkde *k,
                        struct street_pieces *out)
{
    struct arena *a = an->arena;
    struct street_pieces p = {.x = ARENA_ARRAY(a, k->pieces, double),
                              .y = ARENA_ARRAY(a, k->pieces, double),
                              .length = ARENA_ARRAY(a, k->pieces, double),
                              .street = ARENA_ARRAY(a, k->pieces, int64_t),
                              .line = ARENA_ARRAY(a, k->pieces, const struct geo_shape *)};
    if (!p.x || !p.y || !p.length || !p.street || !p.line)
        return ERR_NOMEM;
    for (uint32_t c = 0; c < s->net.chains; c++)
        TRY(chain_pieces(an, s, k, c, &p));
    *out = p;
    return ERR_OK;
}
