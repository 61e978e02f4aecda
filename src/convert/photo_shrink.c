/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Making a picture smaller: each new pixel is the mean of the area it covers. One row of the large
 * picture is in memory at a time. */
#include <math.h>
#include <string.h>

#include "base/mem.h"
#include "convert/photo_work.h"

static void choose_size(struct photo_shrink *s)
{
    uint32_t longer = s->sw > s->sh ? s->sw : s->sh;
    s->w = s->sw;
    s->h = s->sh;
    if (longer <= PHOTO_SIDE)
        return;
    s->w = (uint32_t)((uint64_t)s->sw * PHOTO_SIDE / longer);
    s->h = (uint32_t)((uint64_t)s->sh * PHOTO_SIDE / longer);
    s->w = s->w ? s->w : 1;
    s->h = s->h ? s->h : 1;
}

enum err photo_shrink_init(struct photo_shrink *s, uint32_t sw, uint32_t sh)
{
    *s = (struct photo_shrink){.sw = sw, .sh = sh};
    choose_size(s);
    s->line = mem_array((size_t)s->w * 3, sizeof *s->line);
    s->sum = mem_array((size_t)s->w * 3, sizeof *s->sum);
    s->pixels = mem_array((size_t)s->w * 3, s->h);
    return s->line && s->sum && s->pixels ? ERR_OK : ERR_NOMEM;
}

void photo_shrink_done(struct photo_shrink *s)
{
    mem_free(s->line);
    mem_free(s->sum);
    mem_free(s->pixels);
    *s = (struct photo_shrink){0};
}

/* How much of the stretch [a, a + 1) lies before `edge`. */
static float share(double a, double edge)
{
    double part = edge - a;
    return part >= 1 ? 1.0f : part <= 0 ? 0.0f : (float)part;
}

static void narrow(struct photo_shrink *s, const uint8_t *rgb)
{
    double step = (double)s->sw / s->w;
    memset(s->line, 0, (size_t)s->w * 3 * sizeof *s->line);
    uint32_t to = 0;
    for (uint32_t x = 0; x < s->sw; x++, rgb += 3) {
        float here = to + 1 < s->w ? share(x, (to + 1) * step) : 1.0f;
        for (int c = 0; c < 3; c++) {
            s->line[3 * to + (uint32_t)c] += here * rgb[c];
            if (here < 1.0f)
                s->line[3 * (to + 1) + (uint32_t)c] += (1.0f - here) * rgb[c];
        }
        if (to + 1 < s->w && x + 1 >= (to + 1) * step)
            to++;
    }
}

static void put_row(struct photo_shrink *s)
{
    double area = (double)s->sw / s->w * s->sh / s->h;
    uint8_t *out = s->pixels + (size_t)s->out_row * s->w * 3;
    for (size_t i = 0; i < (size_t)s->w * 3; i++) {
        double v = s->sum[i] / area + 0.5;
        out[i] = v >= 255 ? 255 : v <= 0 ? 0 : (uint8_t)v;
    }
    s->out_row++;
}

void photo_shrink_row(struct photo_shrink *s, const uint8_t *rgb)
{
    size_t n = (size_t)s->w * 3;
    if (s->row >= s->sh)
        return;
    double edge = (s->out_row + 1) * ((double)s->sh / s->h);
    bool last = s->out_row + 1 >= s->h;
    float here = last ? 1.0f : share(s->row, edge);
    narrow(s, rgb);
    for (size_t i = 0; i < n; i++)
        s->sum[i] += here * s->line[i];
    s->row++;
    if (s->row < s->sh && (last || s->row < edge))
        return;
    put_row(s);
    for (size_t i = 0; i < n; i++)
        s->sum[i] = (1.0f - here) * s->line[i];
}

/* From where in the old picture pixel (x, y) of the upright one comes. */
static size_t source(const struct photo_shrink *s, int orientation, uint32_t x, uint32_t y)
{
    uint32_t r = s->w - 1, b = s->h - 1;
    switch (orientation) {
    case 2:
        return (size_t)y * s->w + (r - x);
    case 3:
        return (size_t)(b - y) * s->w + (r - x);
    case 4:
        return (size_t)(b - y) * s->w + x;
    case 5:
        return (size_t)x * s->w + y;
    case 6:
        return (size_t)(b - x) * s->w + y;
    case 7:
        return (size_t)(b - x) * s->w + (r - y);
    case 8:
        return (size_t)x * s->w + (r - y);
    default:
        return (size_t)y * s->w + x;
    }
}

enum err photo_turn(struct photo_shrink *s, int orientation)
{
    if (orientation <= 1 || orientation > 8)
        return ERR_OK;
    uint32_t w = orientation >= 5 ? s->h : s->w, h = orientation >= 5 ? s->w : s->h;
    uint8_t *out = mem_array((size_t)w * 3, h);
    if (!out)
        return ERR_NOMEM;
    for (uint32_t y = 0; y < h; y++)
        for (uint32_t x = 0; x < w; x++)
            memcpy(out + 3 * ((size_t)y * w + x), s->pixels + 3 * source(s, orientation, x, y), 3);
    mem_free(s->pixels);
    s->pixels = out;
    s->w = w;
    s->h = h;
    return ERR_OK;
}
