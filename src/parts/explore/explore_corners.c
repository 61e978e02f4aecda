/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Ground that a person has drawn: its corners, in whole metres of SWEREF 99 TM. In an address
 * "430000-6505000_430500-6505000_430500-6505600"; typed with whatever signs between the numbers. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/str.h"
#include "parts/explore/explore_inner.h"

#define AREA_LEAST 1e3 /* square metres */
#define AREA_MOST 1e10

/* Whole numbers; false for a letter, a decimal, or too many of them. */
static bool read_numbers(const char *text, double v[2 * EXPLORE_CORNERS_MOST + 2], size_t *n)
{
    static const char between[] = " \t\r\n,;_-/";
    *n = 0;
    for (const char *p = text; *p;) {
        size_t skip = strspn(p, between), digits = strspn(p + skip, "0123456789");
        if (digits > 7 || (!digits && p[skip]) || *n > 2 * EXPLORE_CORNERS_MOST)
            return false;
        p += skip;
        if (digits)
            v[(*n)++] = strtod(p, NULL);
        p += digits;
    }
    return true;
}

static double turn(struct geo_point a, struct geo_point b, struct geo_point c)
{
    return (b.east - a.east) * (c.north - a.north) - (b.north - a.north) * (c.east - a.east);
}

static bool within(struct geo_point a, struct geo_point b, struct geo_point p)
{
    return fmin(a.east, b.east) <= p.east && p.east <= fmax(a.east, b.east) &&
           fmin(a.north, b.north) <= p.north && p.north <= fmax(a.north, b.north);
}

/* Do the sides a-b and c-d meet? Whole metres: the products are exact. */
static bool meet(struct geo_point a, struct geo_point b, struct geo_point c, struct geo_point d)
{
    double t1 = turn(a, b, c), t2 = turn(a, b, d), t3 = turn(c, d, a), t4 = turn(c, d, b);
    if (((t1 > 0 && t2 < 0) || (t1 < 0 && t2 > 0)) && ((t3 > 0 && t4 < 0) || (t3 < 0 && t4 > 0)))
        return true;
    return (t1 == 0 && within(a, b, c)) || (t2 == 0 && within(a, b, d)) ||
           (t3 == 0 && within(c, d, a)) || (t4 == 0 && within(c, d, b));
}

/* p[n] is p[0]. Sides next to each other share a corner and may share no more. */
static bool is_plain(const struct geo_point *p, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        struct geo_point after = p[(i + 2) % n];
        if (turn(p[i], p[i + 1], after) == 0 &&
            (within(p[i], p[i + 1], after) || within(p[i + 1], after, p[i])))
            return false; /* it goes back on itself */
        for (size_t k = i + 2; k < n && (i > 0 || k < n - 1); k++)
            if (meet(p[i], p[i + 1], p[k], p[k + 1]))
                return false;
    }
    return true;
}

struct geo_shape *explore_corners_read(const char *text, struct arena *a)
{
    double v[2 * EXPLORE_CORNERS_MOST + 2];
    size_t n;
    if (!read_numbers(text, v, &n) || n % 2 || n < 6 || n > 2 * EXPLORE_CORNERS_MOST)
        return NULL;
    n /= 2;
    struct geo_shape *s = geo_shape_new(a, GEO_POLYGON, 1);
    struct geo_point *p = s ? geo_shape_path(a, s, 0, (uint32_t)n + 1, false) : NULL;
    for (size_t i = 0; p && i < n; i++)
        p[i] = (struct geo_point){v[2 * i], v[2 * i + 1]};
    for (size_t i = 0; p && i < n; i++)
        if (!geo_point_in_sweden(p[i].east, p[i].north))
            return NULL;
    if (!p)
        return NULL;
    p[n] = p[0];
    if (!is_plain(p, n) || geo_shape_finish(s) != ERR_OK)
        return NULL;
    double area = geo_shape_area(s);
    return area >= AREA_LEAST && area <= AREA_MOST ? s : NULL;
}

const char *explore_corners_plain(const char *typed, struct arena *a)
{
    const struct geo_shape *s = explore_corners_read(typed, a);
    struct buf b = buf_init(EXPLORE_CORNERS_TEXT);
    for (uint32_t i = 0; s && i + 1 < s->paths[0].count; i++)
        buf_printf(&b, "%s%.0f-%.0f", i ? "_" : "", s->paths[0].points[i].east,
                   s->paths[0].points[i].north);
    const char *out = s && !buf_err(&b) ? arena_strdup(a, buf_text(&b)) : NULL;
    buf_done(&b);
    return out;
}
