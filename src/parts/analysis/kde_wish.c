/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "parts/analysis/kde_wish.h"

#include <math.h>

#include "base/mem.h"
#include "base/str.h"
#include "parts/analysis/near_words.h"
#include "parts/analysis/number_words.h"
#include "stats/bandwidth.h"

#define BANDWIDTH_MOST 1e7

static enum err select_by(struct analysis *an, int word, const struct points *p,
                          const struct grid *g, double *out)
{
    struct bandwidth axes = {NAN, NAN, NAN};
    enum err e = ERR_OK;
    switch (word) {
    case 0:
        e = bandwidth_scott(p, &axes);
        break;
    case 1:
        e = bandwidth_nrd(&an->work, p, &axes);
        break;
    case 2:
        e = bandwidth_diggle(&an->work, p, grid_box(g), &axes.both);
        break;
    default:
        e = bandwidth_likelihood(&an->work, p, grid_box(g), (int)analysis_int(an, "search-steps"),
                                 &axes.both);
    }
    if (e == ERR_INVALID) {
        *out = 0; /* one point, or all in one place: the floor decides */
        return ERR_OK;
    }
    if (e == ERR_LIMIT)
        return analysis_refuse(
            an, analysis_say(an, analysis_kde_slow_search, BANDWIDTH_LIKELIHOOD_MOST));
    TRY(e);
    if (!isnan(axes.x)) {
        result_real(an, "bandwidth_x", axes.x);
        result_real(an, "bandwidth_y", axes.y);
    }
    *out = axes.both;
    return ERR_OK;
}

/* A chosen bandwidth never falls below the floor: one side of a cell when none was given. */
static enum err choose(struct analysis *an, const struct points *p, struct kde_wish *k)
{
    int word;
    double s, floor = analysis_real(an, "bandwidth-floor");
    const char *text = analysis_text(an, "bandwidth");
    if (str_to_double(text, &s)) {
        if (!(s > 0 && s <= BANDWIDTH_MOST))
            return analysis_refuse(an, analysis_say(an, analysis_kde_bad_bandwidth));
        k->plan.bandwidth = s;
        return ERR_OK;
    }
    if (near_word(an, "bandwidth", "scott|nrd|diggle|likelihood", &word) != ERR_OK)
        return analysis_refuse(an, analysis_say(an, analysis_kde_bad_bandwidth));
    if (isnan(floor)) {
        floor = k->g.cell;
        TRY(analysis_chose(an, "bandwidth-floor", floor));
    }
    TRY(select_by(an, word, p, &k->g, &s));
    result_real(an, "bandwidth_selected", s);
    k->plan.bandwidth = fmax(bandwidth_for(k->plan.kernel, s), floor);
    if (!(k->plan.bandwidth > 0))
        return analysis_refuse(an, text_get(an->lang, T_analysis_kde_no_bandwidth));
    if (k->plan.bandwidth > bandwidth_for(k->plan.kernel, s))
        result_warning(an, analysis_say(an, analysis_kde_floor,
                                        number_decimals(an, bandwidth_for(k->plan.kernel, s), 1),
                                        number_decimals(an, floor, 1)));
    return ERR_OK;
}

enum err kde_wish_read(struct analysis *an, struct points *p, struct kde_wish *out)
{
    static const enum kernel kernels[] = {KERNEL_GAUSS, KERNEL_QUARTIC, KERNEL_EPANECHNIKOV,
                                          KERNEL_UNIFORM};
    static const enum kde_edge edges[] = {KDE_EDGE_NONE, KDE_EDGE_UNIFORM, KDE_EDGE_DIGGLE};
    struct kde_wish k = {0};
    const struct geo_shape *boundary;
    int kernel, edge;
    TRY(near_word(an, "kernel", "gauss|quartic|epanechnikov|uniform", &kernel));
    TRY(near_word(an, "edge", "none|uniform|diggle", &edge));
    TRY(where_boundary(an, &boundary));
    struct geo_box box = boundary ? boundary->box : points_box(p);
    TRY(where_grid(an, box, where_cell(box), &k.g));
    TRY(where_inside(an, boundary, &k.g, p, &k.share));
    k.plan.kernel = kernels[kernel];
    k.plan.edge = edges[edge];
    k.plan.exact = analysis_flag(an, "exact");
    k.plan.window = boundary;
    TRY(choose(an, p, &k));
    *out = k;
    return ERR_OK;
}
