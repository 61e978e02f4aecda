/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "parts/event/event_circle.h"

#include <stdio.h>

#include "geo/sweref.h"

/* Hundredths of a metre, so that reading and writing give the same number. */
static double hundredths(double v)
{
    return floor(v * 100 + 0.5) / 100;
}

static bool in_bounds(const struct event_circle *c)
{
    return geo_point_in_sweden(c->east, c->north) && c->radius >= EVENT_CIRCLE_LEAST &&
           c->radius <= EVENT_CIRCLE_MOST && c->square <= EVENT_CIRCLE_SQUARE_MOST;
}

struct event_circle event_circle_round(double east, double north, double radius, uint32_t square)
{
    struct event_circle c = {hundredths(east), hundredths(north), NAN, square};
    double moved = hypot(c.east - east, c.north - north);
    c.radius = square ? ceil(radius + moved) : ceil((radius + moved) * 10 + 0.01) / 10;
    c.radius = fmax(c.radius, EVENT_CIRCLE_LEAST);
    return in_bounds(&c) ? c : (struct event_circle){0};
}

static size_t put_number(char *out, size_t room, double v)
{
    int decimals = v == floor(v) ? 0 : v * 10 == floor(v * 10) ? 1 : 2;
    return (size_t)snprintf(out, room, "%.*f", decimals, v);
}

void event_circle_text(const struct event_circle *c, char out[EVENT_CIRCLE_TEXT])
{
    const double part[] = {c->east, c->north, c->radius};
    size_t used = 0;
    for (int i = 0; i < 3; i++) {
        if (i)
            out[used++] = '-';
        used += put_number(out + used, EVENT_CIRCLE_TEXT - used - 1, part[i]);
    }
    if (c->square)
        snprintf(out + used, EVENT_CIRCLE_TEXT - used, "-%u", c->square);
}

/* At most seven digits, and two after a point. */
static bool number(const char **text, double *out)
{
    double v = 0, unit = 1;
    int digits = 0, decimals = 0;
    for (; **text >= '0' && **text <= '9' && digits < 8; (*text)++, digits++)
        v = v * 10 + (**text - '0');
    if (digits < 1 || digits > 7)
        return false;
    if (**text == '.') {
        for (++*text; **text >= '0' && **text <= '9' && decimals < 3; (*text)++, decimals++) {
            v = v * 10 + (**text - '0');
            unit *= 10;
        }
        if (decimals < 1 || decimals > 2)
            return false;
    }
    *out = v / unit;
    return true;
}

enum err event_circle_parse(const char *text, struct event_circle *out)
{
    struct event_circle c = {0};
    double *part[] = {&c.east, &c.north, &c.radius}, square = 0;
    for (int i = 0; i < 3; i++)
        if ((i && *text++ != '-') || !number(&text, part[i]))
            return ERR_INVALID;
    if (*text == '-') {
        text++;
        if (!number(&text, &square) || square < 1 || square != floor(square) ||
            square > EVENT_CIRCLE_SQUARE_MOST)
            return ERR_INVALID;
        c.square = (uint32_t)square;
    }
    if (*text || !in_bounds(&c))
        return ERR_INVALID;
    *out = c;
    return ERR_OK;
}
