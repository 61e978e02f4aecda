/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "parts/import/import_position.h"

#include <math.h>
#include <string.h>

#include "base/mem.h"
#include "base/str.h"
#include "parts/import/import_map.h"

bool import_number(const char *s, double *out)
{
    char text[48];
    size_t n = 0, commas = 0, points = 0;
    for (; *s; s++) {
        if (*s == ' ')
            continue;
        if ((unsigned char)s[0] == 0xC2 && (unsigned char)s[1] == 0xA0) {
            s++; /* no-break space */
            continue;
        }
        if (n == sizeof text - 1)
            return false;
        commas += *s == ',';
        points += *s == '.';
        text[n++] = *s == ',' ? '.' : *s;
    }
    text[n] = 0;
    return commas + points <= 1 && str_to_double(text, out);
}

static bool rt90(double north, double east)
{
    return north >= 6.1e6 && north <= 7.7e6 && east >= 1.2e6 && east <= 1.9e6;
}

static enum import_where place(double north, double east, struct geo_point *out, bool *swapped)
{
    if (north == 0 && east == 0)
        return WHERE_NONE;
    for (int turn = 0; turn < 2; turn++) {
        double n = turn ? east : north, e = turn ? north : east;
        bool degrees = geo_in_sweden(e, n);
        if (!degrees && !geo_point_in_sweden(e, n))
            continue;
        *out = degrees ? geo_to_sweref((struct geo_lonlat){e, n}) : (struct geo_point){e, n};
        *swapped = turn == 1;
        /* the corners of the box in degrees may lie beyond the box in metres */
        return geo_point_in_sweden(out->east, out->north) ? WHERE_FOUND : WHERE_OUTSIDE;
    }
    return rt90(north, east) || rt90(east, north) ? WHERE_RT90 : WHERE_OUTSIDE;
}

enum import_where import_position(const char *north, const char *east, struct geo_point *out,
                                  bool *swapped)
{
    double n, e;
    if (!north && !east)
        return WHERE_NONE;
    if (!north || !east || !import_number(north, &n) || !import_number(east, &e))
        return WHERE_BROKEN;
    return place(n, e, out, swapped);
}

/* Where the second number begins; the first is cut off there. */
static char *second(char *s)
{
    char *cut = strpbrk(s, ";|/");
    if (!cut && (cut = strstr(s, ", ")) == NULL && strchr(s, ',') == strrchr(s, ','))
        cut = strchr(s, ','); /* 58.71,13.82 */
    if (!cut)
        cut = strchr(s, ' ');
    if (!cut)
        return NULL;
    *cut = 0;
    return cut + 1;
}

enum import_where import_position_both(struct arena *a, const char *s, struct geo_point *out,
                                       bool *swapped)
{
    char *text = str_trim(a, s);
    if (!text)
        return WHERE_BROKEN;
    char *open = strchr(text, '('), *close = strrchr(text, ')');
    bool point = open && close && close > open;
    if (point) {
        *close = 0;
        text = str_trim(a, open + 1);
    }
    char *other = text ? second(text) : NULL;
    if (!other)
        return WHERE_BROKEN;
    /* WKT says x before y */
    return point ? import_position(other, text, out, swapped)
                 : import_position(text, other, out, swapped);
}
