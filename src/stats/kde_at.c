/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include <math.h>

#include "base/mem.h"
#include "stats/bins.h"
#include "stats/kde_inner.h"

#define PLACES_A_PART 512

struct at {
    const struct points *at;
    const struct bins *bins;
    const double *x, *y, *weight; /* of the points, in the order of the bins */
    const struct kde_plan *plan;
    double reach, peak;
    bool leave_out;
    double *out;
};

static double kernel_of(const struct kde_plan *plan, double d2)
{
    double t = d2 / (plan->bandwidth * plan->bandwidth);
    switch (plan->kernel) {
    case KERNEL_GAUSS:
        return 0.5 * exp(-0.5 * t);
    case KERNEL_QUARTIC:
        return t < 1 ? 3 * (1 - t) * (1 - t) : 0;
    case KERNEL_EPANECHNIKOV:
        return t < 1 ? 2 * (1 - t) : 0;
    case KERNEL_UNIFORM:
        return t < 1 ? 1 : 0;
    }
    return NAN;
}

static double sum_at(const struct at *s, size_t i)
{
    double x = s->at->x[i], y = s->at->y[i], sum = 0, far = s->reach * s->reach;
    for (int row = -1; row <= 1; row++) {
        uint32_t k, end;
        if (!bins_beside(s->bins, x, y, row, &k, &end))
            continue;
        for (; k < end; k++) {
            double dx = s->x[k] - x, dy = s->y[k] - y, d2 = dx * dx + dy * dy;
            if (d2 > far || (s->leave_out && s->bins->unit[k] == i))
                continue;
            sum += s->weight[k] * kernel_of(s->plan, d2);
        }
    }
    return sum * s->peak;
}

static enum err sum_part(void *arg, size_t part, int lane)
{
    const struct at *s = arg;
    (void)lane;
    for (size_t i = part * PLACES_A_PART; i < s->at->n && i / PLACES_A_PART == part; i++)
        s->out[i] = sum_at(s, i);
    return ERR_OK;
}

enum err kde_at(const struct work *w, const struct points *p, const struct kde_plan *plan,
                const struct points *at, bool leave_out, double *out)
{
    struct bins bins;
    double *x = ARENA_ARRAY(w->arena, p->n, double), *y = ARENA_ARRAY(w->arena, p->n, double);
    double *weight = ARENA_ARRAY(w->arena, p->n, double);
    TRY(points_check(p));
    TRY(points_check(at));
    if (p->n == 0 || !(plan->bandwidth > 0 && plan->bandwidth <= GEO_METRES_MOST))
        return ERR_INVALID;
    if (!x || !y || !weight)
        return ERR_NOMEM;
    struct at s = {.at = at, .bins = &bins, .plan = plan, .leave_out = leave_out, .out = out};
    s.reach = kde__reach(plan, p->n);
    s.peak = 1 / (M_PI * plan->bandwidth * plan->bandwidth);
    TRY(bins_make(w->arena, p->n, p->x, p->y, s.reach, &bins));
    for (size_t k = 0; k < p->n; k++) {
        uint32_t i = bins.unit[k];
        x[k] = p->x[i];
        y[k] = p->y[i];
        weight[k] = p->weight ? p->weight[i] : 1;
    }
    s.x = x;
    s.y = y;
    s.weight = weight;
    return work_parts(w, (at->n + PLACES_A_PART - 1) / PLACES_A_PART, sum_part, &s);
}
