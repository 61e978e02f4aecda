/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "stats/before_after.h"

#include <assert.h>
#include <math.h>

#include "stats/normal.h"

static bool is_count(double v)
{
    return v >= 0 && v <= 1e9 && v == floor(v);
}

static bool counts(struct before_after c)
{
    return is_count(c.before) && is_count(c.after);
}

static bool positive(double v)
{
    return v > 0 && isfinite(v);
}

/* --- Weighted displacement difference --- */

struct change {
    double by, variance;
};

static struct change change_of(const struct wdd_case *c, const struct wdd_area *a)
{
    double after = 1 / (c->time_after * a->size), before = 1 / (c->time_before * a->size);
    return (struct change){a->count.after * after - a->count.before * before,
                           a->count.after * after * after + a->count.before * before * before};
}

static bool usable_area(const struct wdd_area *a)
{
    return counts(a->count) && positive(a->size);
}

enum err wdd(const struct wdd_case *c, struct wdd *out)
{
    assert(c && out);
    if (!usable_area(&c->treated) || !usable_area(&c->control) || !positive(c->time_before) ||
        !positive(c->time_after) || !(c->level > 0 && c->level < 1))
        return ERR_INVALID;
    if (c->displacement && (!usable_area(&c->near_treated) || !usable_area(&c->near_control)))
        return ERR_INVALID;
    struct change t = change_of(c, &c->treated), k = change_of(c, &c->control);
    struct change nt = {0, 0}, nk = {0, 0};
    if (c->displacement) {
        nt = change_of(c, &c->near_treated);
        nk = change_of(c, &c->near_control);
    }
    struct wdd w = {.local = t.by - k.by, .displacement = nt.by - nk.by};
    double near = nt.variance + nk.variance, variance = t.variance + k.variance + near;
    double z = normal_quantile((1 + c->level) / 2);
    w.local_se = sqrt(t.variance + k.variance);
    w.displacement_se = sqrt(near);
    w.total = w.local + w.displacement;
    w.se = sqrt(variance);
    w.z = variance > 0 ? w.total / w.se : NAN;
    w.p = variance > 0 ? normal_two_sided(w.z) : NAN;
    w.low = w.total - z * w.se;
    w.high = w.total + z * w.se;
    *out = w;
    return ERR_OK;
}

/* --- Difference in differences --- */

static bool sum_up(const struct did_place *p, size_t n, struct did *d)
{
    size_t treated = 0;
    for (size_t i = 0; i < n; i++) {
        struct before_after *s = p[i].treated ? &d->treated : &d->control;
        if (!counts(p[i].count))
            return false;
        s->before += p[i].count.before;
        s->after += p[i].count.after;
        treated += p[i].treated;
    }
    return treated > 0 && treated < n;
}

static double share_after(const struct before_after *s)
{
    return s->after / (s->before + s->after);
}

/* Given its total, a place's count afterwards is binomial with its group's share. */
static double dispersion(const struct did_place *p, size_t n, const struct did *d, double *df)
{
    double sum = 0, places = 0;
    for (size_t i = 0; i < n; i++) {
        double share = share_after(p[i].treated ? &d->treated : &d->control);
        double all = p[i].count.before + p[i].count.after;
        if (all == 0)
            continue;
        double rest = p[i].count.after - all * share;
        sum += rest * rest / (all * share * (1 - share));
        places++;
    }
    *df = places - 2;
    return *df > 0 ? fmax(1, sum / *df) : NAN;
}

enum err did(const struct did_place *places, size_t n, struct did *out)
{
    assert((places || n == 0) && out);
    struct did d = {.log_se = NAN, .z = NAN, .p = NAN, .low = NAN, .high = NAN, .dispersion = NAN};
    d.p_dispersed = d.low_dispersed = d.high_dispersed = NAN;
    if (!sum_up(places, n, &d))
        return ERR_INVALID;
    const struct before_after t = d.treated, c = d.control;
    d.ratio = t.after / t.before / (c.after / c.before);
    d.prevented = t.before * c.after / c.before - t.after;
    if (t.before > 0 && t.after > 0 && c.before > 0 && c.after > 0) {
        double df, b = log(d.ratio), z95 = normal_quantile(0.975);
        d.log_se = sqrt(1 / t.before + 1 / t.after + 1 / c.before + 1 / c.after);
        d.z = b / d.log_se;
        d.p = normal_two_sided(d.z);
        d.low = exp(b - z95 * d.log_se);
        d.high = exp(b + z95 * d.log_se);
        d.dispersion = dispersion(places, n, &d, &df);
        if (df > 0) {
            double se = d.log_se * sqrt(d.dispersion), t95 = student_two_sided_quantile(0.05, df);
            d.p_dispersed = student_two_sided(b / se, df);
            d.low_dispersed = exp(b - t95 * se);
            d.high_dispersed = exp(b + t95 * se);
        }
    }
    *out = d;
    return ERR_OK;
}
