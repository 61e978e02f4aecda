/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* A result on the map: squares and circles in one scale from sand to deep blue, as vector tiles
 * under the permission of the page. */
#include <math.h>

#include "base/mem.h"
#include "base/str.h"
#include "parts/explore/explore_inner.h"

#define TILE_MOST ((size_t)4 << 20)
#define DARKEST 6

double explore_shade_most(const struct explore_method *m, const struct result_table *t)
{
    const struct result_column *c = explore_result_column(t, m->shade);
    double most = 0;
    for (size_t i = 0; c && i < t->n; i++) {
        double v = explore_result_number(c, i);
        most = isfinite(v) && v > most ? v : most;
    }
    return most;
}

/* Where a method says what is sure, only that is dark; else the share of the highest. */
int explore_step(const struct explore_method *m, const struct result_table *t, size_t i,
                 double most)
{
    const struct result_column *class = explore_result_column(t, "class");
    const struct result_column *value = explore_result_column(t, "value");
    if (class && class->kind == RESULT_TEXT) {
        const char *word = ((const char *const *)class->values)[i];
        if (str_eq(word, "hot") || str_eq(word, "high_high"))
            return DARKEST;
        if (str_eq(word, "high_low"))
            return DARKEST - 1;
        return explore_result_number(value, i) > 0 ? 1 : 0;
    }
    double v = explore_result_number(explore_result_column(t, m->shade), i);
    if (!(most > 0) || !(v > 0))
        return 0;
    return (int)ceil(DARKEST * v / most - (v < most / 50 ? 1 : 0));
}

static const struct geo_shape *shape_of(const struct result_table *t, size_t i, struct arena *a)
{
    double x = t->x[i], y = t->y[i];
    if (t->shape == SHAPE_SQUARES) {
        double h = t->size / 2;
        return geo_shape_rect(a, (struct geo_box){x - h, y - h, x + h, y + h});
    }
    double least = 75; /* metres: a circle round one place is seen, too */
    double r = t->r && t->r[i] > least ? t->r[i] : least;
    return geo_shape_ring(a, (struct geo_point){x, y}, r);
}

/* "Lekparken: Händelser 14. Bedömning fler än väntat." */
static const char *label_of(struct req *rq, const struct explore_answer *x,
                            const struct explore_ask *ask, const struct result_table *t, size_t i)
{
    struct buf b = buf_init(2048);
    const char *place = explore_place_name(&x->places, t->x[i], t->y[i]);
    int n = 0;
    buf_puts(&b, place);
    for (const struct explore_column *k = ask->method->columns; k->key && n < 4; k++) {
        const struct result_column *c = explore_result_column(t, k->key);
        const char *text = c ? explore_column_text(rq, k, c, i) : NULL;
        if (!text)
            continue;
        buf_puts(&b, n == 0 ? (place ? ": " : "") : ", ");
        buf_printf(&b, "%s %s", text_get(rq->lang, k->label), text);
        n++;
    }
    const char *out = buf_err(&b) ? NULL : arena_strdup(rq->arena, buf_text(&b));
    buf_done(&b);
    return out;
}

static enum err put_rows(struct req *rq, const struct explore_answer *x,
                         const struct explore_ask *ask, const struct result_table *t,
                         struct mvt *tile)
{
    AUTO(arena_freep) struct arena *a = arena_new(1 << 20);
    if (!a)
        return ERR_NOMEM;
    double most = explore_shade_most(ask->method, t);
    mvt_layer(tile, t->shape == SHAPE_SQUARES ? "result" : "ring");
    for (size_t i = 0; i < t->n; i++) {
        int step = explore_step(ask->method, t, i, most);
        if (step == 0 && t->shape == SHAPE_SQUARES)
            continue;
        arena_reset(a);
        const struct geo_shape *s = shape_of(t, i, a);
        if (!s)
            return ERR_NOMEM;
        if (!mvt_shape(tile, i + 1, s))
            continue;
        mvt_tag_int(tile, "step", step);
        mvt_tag_text(tile, "label", label_of(rq, x, ask, t, i));
    }
    return ERR_OK;
}

/* Where the measure was taken, what it is compared with, and the rings round them. */
static enum err put_ground(const struct explore_rows *o, struct mvt *tile)
{
    mvt_layer(tile, "ground");
    for (int i = SIDE_TREATED; i <= SIDE_CONTROL; i++)
        if (o->side[i].shape && mvt_shape(tile, (uint64_t)i + 1, o->side[i].shape))
            mvt_tag_bool(tile, "treated", i == SIDE_TREATED);
    mvt_layer(tile, "near");
    for (int i = SIDE_NEAR_TREATED; i < SIDE_COUNT; i++)
        if (o->side[i].shape)
            mvt_shape(tile, (uint64_t)i + 1, o->side[i].shape);
    return ERR_OK;
}

enum err explore_tile(struct req *rq, const struct explore_answer *x, const struct explore_ask *ask,
                      struct mvt_tile at)
{
    AUTO(mvt_freep) struct mvt *tile = mvt_new(at, TILE_MOST);
    const struct result_table *t = explore_result_table(&x->an, ask->method->table);
    if (!tile)
        return ERR_NOMEM;
    if (t && t->x && t->y && t->shape != SHAPE_NONE)
        TRY(put_rows(rq, x, ask, t, tile));
    if (ask->method->rows == ROWS_TREATED)
        TRY(put_ground(&x->rows, tile));
    return mvt_finish(tile, &rq->out);
}
