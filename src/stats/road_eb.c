/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "stats/road_eb.h"

#include <assert.h>
#include <math.h>

#include "base/mem.h"
#include "stats/normal.h"

static bool positive(double v)
{
    return v > 0 && isfinite(v);
}

static bool is_count(double v)
{
    return v >= 0 && v <= 1e9 && v == floor(v);
}

static bool usable(const struct road_setting *s, const struct road_site *sites, size_t n)
{
    if (!positive(s->years_before) || !positive(s->years_after))
        return false;
    for (size_t i = 0; i < n; i++)
        if (!is_count(sites[i].before) || !is_count(sites[i].after) ||
            !positive(sites[i].traffic_before) || !positive(sites[i].traffic_after) ||
            !positive(sites[i].length))
            return false;
    return true;
}

/* The normal number of accidents of a site, by traffic and length. */
static enum err fit_normal(const struct work *w, const struct road_setting *s,
                           const struct road_site *sites, size_t n, struct glm_fit *f)
{
    double *one = ARENA_ARRAY(w->arena, n, double), *traffic = ARENA_ARRAY(w->arena, n, double);
    double *offset = ARENA_ARRAY(w->arena, n, double), *y = ARENA_ARRAY(w->arena, n, double);
    const double *const column[] = {one, traffic};
    size_t rows = 0;
    if (!one || !traffic || !offset || !y)
        return ERR_NOMEM;
    for (size_t i = 0; i < n; i++) {
        if (sites[i].treated && !s->fit_all)
            continue;
        one[rows] = 1;
        traffic[rows] = log(sites[i].traffic_before);
        offset[rows] = log(sites[i].length * s->years_before);
        y[rows++] = sites[i].before;
    }
    struct glm_data d = {.rows = rows, .columns = 2, .column = column, .y = y, .offset = offset};
    return glm_fit(w, &d, GLM_NEGBIN, 0, f);
}

static struct road_expectation expect(const struct road_setting *s, const struct road_site *site,
                                      const struct road_eb *o)
{
    struct road_expectation e;
    double change = pow(site->traffic_after / site->traffic_before, o->traffic_power) *
                    s->years_after / s->years_before;
    e.normal = exp(o->intercept + o->traffic_power * log(site->traffic_before)) * site->length *
               s->years_before;
    e.weight = 1 / (1 + o->overdispersion * e.normal);
    e.eb = e.weight * e.normal + (1 - e.weight) * site->before;
    e.eb_variance = (1 - e.weight) * e.eb;
    e.after = e.eb * change;
    e.after_variance = e.eb_variance * change * change;
    return e;
}

static void conclude(const struct road_setting *s, double before, struct road_eb *o)
{
    double pi = o->observed, l = o->expected, spread = o->variance / (l * l);
    o->no_treated = o->treated == 0;
    o->effect = pi / l / (1 + spread);
    o->se = o->effect * sqrt((pi > 0 ? 1 / pi : 0) + spread) / (1 + spread);
    o->low = fmax(0, o->effect - normal_quantile(0.975) * o->se);
    o->high = o->effect + normal_quantile(0.975) * o->se;
    o->naive = pi / (before * s->years_after / s->years_before);
    if (o->no_treated)
        o->effect = o->se = o->low = o->high = o->naive = NAN;
}

enum err road_eb(const struct work *w, const struct road_setting *s, const struct road_site *sites,
                 size_t n, struct road_expectation *each, struct road_eb *out)
{
    assert(w && s && (sites || n == 0) && out);
    if (!usable(s, sites, n))
        return ERR_INVALID;
    struct glm_fit f;
    struct road_eb o = {.effect = NAN, .se = NAN, .low = NAN, .high = NAN, .naive = NAN};
    double before = 0;
    TRY(fit_normal(w, s, sites, n, &f));
    o.fault = f.fault;
    o.intercept = f.coef[0];
    o.traffic_power = f.coef[1];
    o.overdispersion = 1 / f.theta;
    for (size_t i = 0; i < n && f.fault == GLM_FITTED; i++) {
        each[i] = expect(s, &sites[i], &o);
        if (!sites[i].treated)
            continue;
        o.treated++;
        o.observed += sites[i].after;
        o.expected += each[i].after;
        o.variance += each[i].after_variance;
        before += sites[i].before;
    }
    if (f.fault == GLM_FITTED)
        conclude(s, before, &o);
    *out = o;
    return ERR_OK;
}
