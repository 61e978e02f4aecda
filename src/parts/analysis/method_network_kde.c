/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* samsyn analyse network-kde: how close together do events lie, along the streets? */
#include <math.h>
#include <stdlib.h>

#include "base/mem.h"
#include "base/str.h"
#include "parts/analysis/analysis_methods.h"
#include "parts/analysis/network_streets.h"
#include "parts/analysis/number_words.h"
#include "parts/analysis/where.h"

#define KM 1e3
#define STEPS_OF_SIGMA 10

struct asked {
    struct points p;
    struct streets s;
    struct network_place *place;
    struct netkde_plan plan;
    struct netkde k;
    size_t snapped;
};

static enum err read_plan(struct analysis *an, struct netkde_plan *out)
{
    struct netkde_plan p = {analysis_real(an, "sigma"), analysis_real(an, "step")};
    if (isnan(p.step)) {
        p.step = p.sigma / STEPS_OF_SIGMA;
        TRY(analysis_chose(an, "step", p.step));
    }
    if (p.step > p.sigma / 2)
        return analysis_refuse(an, analysis_say(an, analysis_network_step));
    *out = p;
    return ERR_OK;
}

static enum err snap(struct analysis *an, struct asked *q)
{
    double most = analysis_real(an, "snap");
    q->place = ARENA_ARRAY(an->arena, q->p.n, struct network_place);
    if (!q->place)
        return ERR_NOMEM;
    TRY(network_snap(&an->work, &q->s.net, &q->p, most, q->place));
    for (size_t i = 0; i < q->p.n; i++)
        q->snapped += q->place[i].segment != NETWORK_NONE;
    result_int(an, "snapped", (int64_t)q->snapped);
    result_int(an, "unsnapped", (int64_t)(q->p.n - q->snapped));
    if (q->snapped == 0)
        return analysis_refuse(
            an, analysis_say(an, analysis_network_far, number_decimals(an, most, 1)));
    if (q->snapped < q->p.n)
        result_warning(an, analysis_say(an, analysis_network_unsnapped, q->p.n - q->snapped,
                                        number_decimals(an, most, 1)));
    return ERR_OK;
}

/* --- Pieces --- */

struct weighed {
    double density, length;
};

static int order_falling(const void *left, const void *right)
{
    const struct weighed *a = left, *b = right;
    if (a->density != b->density)
        return a->density > b->density ? -1 : 1;
    return a->length < b->length ? -1 : a->length > b->length;
}

/* The share of all density on the densest tenth of the length of the streets. */
static double in_top_tenth(struct arena *a, const struct netkde *k, const double *length)
{
    struct weighed *v = ARENA_ARRAY(a, k->pieces, struct weighed);
    double all = 0, metres = 0, top = 0;
    if (!v)
        return NAN;
    for (size_t i = 0; i < k->pieces; i++) {
        v[i] = (struct weighed){k->density[i], length[i]};
        all += k->density[i] * length[i];
        metres += length[i];
    }
    qsort(v, k->pieces, sizeof *v, order_falling);
    double left = metres / 10;
    for (size_t i = 0; i < k->pieces && left > 0; i++) {
        top += v[i].density * fmin(v[i].length, left);
        left -= v[i].length;
    }
    return all > 0 ? top / all : NAN;
}

static enum err show_pieces(struct analysis *an, const struct asked *q)
{
    struct street_pieces p;
    const struct netkde *k = &q->k;
    size_t most = 0;
    double integral = 0, *per_km = ARENA_ARRAY(an->arena, k->pieces, double);
    if (!per_km)
        return ERR_NOMEM;
    TRY(streets_pieces(an, &q->s, k, &p));
    for (size_t i = 0; i < k->pieces; i++) {
        per_km[i] = k->density[i] * KM;
        integral += k->density[i] * p.length[i];
        most = k->density[i] > k->density[most] ? i : most;
    }
    double top = in_top_tenth(an->arena, k, p.length);
    result_real(an, "integral", integral);
    result_real(an, "max_density", k->density[most]);
    result_real(an, "max_per_km", per_km[most]);
    result_real(an, "max_x", p.x[most]);
    result_real(an, "max_y", p.y[most]);
    result_real(an, "share_in_top_tenth", top);
    struct result_table *t = result_table(an, "pieces", k->pieces);
    table_areas(t, p.x, p.y, p.line);
    column_int(t, "street", p.street);
    column_real(t, "length", p.length);
    column_real(t, "density", k->density);
    column_real(t, "per_km", per_km);
    if (!(per_km[most] > 0)) {
        result_sentence(an, text_get(an->lang, T_analysis_kde_nothing));
        return ERR_OK;
    }
    result_sentence(an, analysis_say(an, analysis_network_peak, number_decimals(an, p.x[most], 0),
                                     number_decimals(an, p.y[most], 0),
                                     number_decimals(an, per_km[most], per_km[most] < 10 ? 1 : 0)));
    result_sentence(an, analysis_say(an, analysis_network_top, number_decimals(an, top * 100, 0)));
    return ERR_OK;
}

/* --- Events --- */

struct events {
    double *x, *y, *offset, *density, *nearest;
    double *distance; /* from the event asked for; NULL: none was */
    bool *snapped;
};

static enum err make_events(struct analysis *an, const struct asked *q, struct events *e)
{
    double **reals[] = {&e->x, &e->y, &e->offset, &e->density, &e->nearest};
    for (size_t i = 0; i < ARRAY_LEN(reals); i++)
        if (!(*reals[i] = ARENA_ARRAY(an->arena, q->p.n, double)))
            return ERR_NOMEM;
    e->snapped = ARENA_ARRAY(an->arena, q->p.n, bool);
    return e->snapped ? network_nearest(&an->work, &q->s.net, q->place, q->p.n, e->nearest)
                      : ERR_NOMEM;
}

/* --from-event: the way from one event to each of the others. */
static enum err measure_from(struct analysis *an, const struct asked *q, struct events *e)
{
    int64_t from = analysis_int(an, "from-event");
    if (from == INT64_MIN)
        return ERR_OK;
    if (from > (int64_t)q->p.n)
        return analysis_refuse(an, analysis_say(an, analysis_network_no_event, from, q->p.n));
    if (q->place[from - 1].segment == NETWORK_NONE)
        return analysis_refuse(an, analysis_say(an, analysis_network_event_off, from));
    e->distance = ARENA_ARRAY(an->arena, q->p.n, double);
    if (!e->distance)
        return ERR_NOMEM;
    return network_distances(&an->work, &q->s.net, q->place[from - 1], q->place, q->p.n,
                             e->distance);
}

static void tell_nearest(struct analysis *an, const struct asked *q, const struct events *e)
{
    double sum = 0, offset = 0;
    size_t n = 0;
    for (size_t i = 0; i < q->p.n; i++) {
        offset += e->snapped[i] ? e->offset[i] : 0;
        if (!isfinite(e->nearest[i]))
            continue;
        sum += e->nearest[i];
        n++;
    }
    result_real(an, "mean_offset", offset / (double)q->snapped);
    result_real(an, "mean_nearest_distance", n ? sum / (double)n : NAN);
    result_int(an, "with_nearest", (int64_t)n);
    if (n)
        result_sentence(an, analysis_say(an, analysis_network_nearest,
                                         number_decimals(an, sum / (double)n, 0)));
}

static enum err show_events(struct analysis *an, const struct asked *q)
{
    struct events e = {0};
    TRY(make_events(an, q, &e));
    TRY(measure_from(an, q, &e));
    for (size_t i = 0; i < q->p.n; i++) {
        struct network_place p = q->place[i];
        e.snapped[i] = p.segment != NETWORK_NONE;
        e.density[i] = netkde_at(&q->s.net, &q->k, p);
        e.x[i] = e.y[i] = e.offset[i] = NAN;
        if (!e.snapped[i])
            continue;
        network_point(&q->s.net, q->s.net.chain[p.segment], network_along(&q->s.net, p), &e.x[i],
                      &e.y[i]);
        e.offset[i] = hypot(e.x[i] - q->p.x[i], e.y[i] - q->p.y[i]);
    }
    struct result_table *t = result_table(an, "events", q->p.n);
    column_real(t, "x", q->p.x);
    column_real(t, "y", q->p.y);
    column_bool(t, "snapped", e.snapped);
    column_real(t, "street_x", e.x);
    column_real(t, "street_y", e.y);
    column_real(t, "offset", e.offset);
    column_real(t, "density", e.density);
    column_real(t, "nearest_distance", e.nearest);
    if (e.distance)
        column_real(t, "distance", e.distance);
    tell_nearest(an, q, &e);
    return ERR_OK;
}

static enum err run(struct analysis *an)
{
    struct asked q = {0};
    TRY(where_points(an, &q.p));
    TRY(read_plan(an, &q.plan));
    TRY(streets_read(an, &q.s));
    TRY(snap(an, &q));
    struct netkde_events events = {q.p.n, q.place, q.p.weight};
    enum err e = netkde(&an->work, &q.s.net, &events, &q.plan, &q.k);
    if (e == ERR_LIMIT)
        return analysis_refuse(an, text_get(an->lang, T_analysis_network_many_pieces));
    TRY(e);
    TRY(show_pieces(an, &q));
    TRY(show_events(an, &q));
    result_sentence(an, analysis_say(an, analysis_network_width,
                                     number_decimals(an, q.plan.sigma, q.plan.sigma < 10 ? 1 : 0)));
    return ERR_OK;
}

static const struct analysis_option options[] = {
    {"streets", "FILE", NULL, T_analysis_opt_streets, OPTION_TEXT, 0, 0},
    {"sigma", "METRES", "100", T_analysis_opt_network_sigma, OPTION_REAL, 0.001, 1e6},
    {"step", "METRES", NULL, T_analysis_opt_network_step, OPTION_REAL, 0.0001, 5e5},
    {"snap", "METRES", "50", T_analysis_opt_snap, OPTION_REAL, 0, 1e7},
    {"join", "METRES", "0.01", T_analysis_opt_join, OPTION_REAL, 0, 1e3},
    {"from-event", "N", NULL, T_analysis_opt_from_event, OPTION_INT, 1, ANALYSIS_ROWS_MOST},
    {NULL},
};

const struct analysis_method method_network_kde = {
    .name = "network-kde",
    .summary = T_analysis_network_kde,
    .about = T_analysis_network_kde_about,
    .source = "McSwiggan, Baddeley and Nair 2017; Okabe and Sugihara 2012; Dijkstra 1959",
    .needs = COLUMN_BIT(COLUMN_X) | COLUMN_BIT(COLUMN_Y),
    .may = COLUMN_BIT(COLUMN_WEIGHT),
    .options = options,
    .run = run,
};
