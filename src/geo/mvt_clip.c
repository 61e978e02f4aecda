/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "geo/mvt_clip.h"

#include "base/mem.h"
#include "geo/mvt.h"

#define LOW ((double)-MVT_BUFFER)
#define HIGH ((double)(MVT_EXTENT + MVT_BUFFER))

bool mvt_clip_point(struct mvt_at p)
{
    return p.x >= LOW && p.x <= HIGH && p.y >= LOW && p.y <= HIGH;
}

/* Liang and Barsky: narrows [t0, t1] by one border; false when nothing is left. */
static bool narrow(double p, double q, double *t0, double *t1)
{
    if (p == 0)
        return q >= 0;
    double r = q / p;
    if (p < 0) {
        if (r > *t1)
            return false;
        *t0 = r > *t0 ? r : *t0;
    } else {
        if (r < *t0)
            return false;
        *t1 = r < *t1 ? r : *t1;
    }
    return true;
}

bool mvt_clip_segment(struct mvt_at *a, struct mvt_at *b)
{
    double dx = b->x - a->x, dy = b->y - a->y, t0 = 0, t1 = 1;
    if (!narrow(-dx, a->x - LOW, &t0, &t1) || !narrow(dx, HIGH - a->x, &t0, &t1) ||
        !narrow(-dy, a->y - LOW, &t0, &t1) || !narrow(dy, HIGH - a->y, &t0, &t1))
        return false;
    struct mvt_at from = *a;
    *a = (struct mvt_at){from.x + t0 * dx, from.y + t0 * dy};
    if (t1 < 1)
        *b = (struct mvt_at){from.x + t1 * dx, from.y + t1 * dy};
    return true;
}

/* How far inside a border: 0 west, 1 east, 2 north, 3 south. */
static double inside(struct mvt_at p, int side)
{
    switch (side) {
    case 0:
        return p.x - LOW;
    case 1:
        return HIGH - p.x;
    case 2:
        return p.y - LOW;
    default:
        return HIGH - p.y;
    }
}

static size_t cut(const struct mvt_at *in, size_t n, int side, struct mvt_at *out)
{
    size_t k = 0;
    for (size_t i = 0; i < n; i++) {
        struct mvt_at a = in[i ? i - 1 : n - 1], b = in[i];
        double da = inside(a, side), db = inside(b, side);
        if ((da < 0) != (db < 0)) {
            double t = da / (da - db);
            out[k++] = (struct mvt_at){a.x + t * (b.x - a.x), a.y + t * (b.y - a.y)};
        }
        if (db >= 0)
            out[k++] = b;
    }
    return k;
}

struct mvt_at *mvt_clip_ring(struct arena *a, const struct mvt_at *ring, size_t n, size_t *out_n)
{
    struct mvt_at *now = NULL;
    n = n ? n - 1 : 0;
    for (int side = 0; side < 4; side++) {
        struct mvt_at *next = ARENA_ARRAY(a, 2 * n, struct mvt_at);
        if (!next)
            return NULL;
        n = cut(now ? now : ring, n, side, next);
        now = next;
    }
    *out_n = n;
    return now;
}
