/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* PNG in, by libpng. Its errors come by longjmp: what is changed after setjmp lies in a struct. */
#include <setjmp.h>
#include <string.h>

#include <png.h>

#include "base/mem.h"
#include "convert/photo_work.h"

struct reading {
    png_structp png;
    png_infop info;
    jmp_buf out;
    const uint8_t *p;
    size_t left;
    uint8_t *pixels; /* a row; with interlacing the whole picture */
};

static void fail(png_structp png, png_const_charp text)
{
    (void)text;
    struct reading *r = png_get_error_ptr(png);
    longjmp(r->out, 1);
}

static void quiet(png_structp png, png_const_charp text)
{
    (void)png;
    (void)text;
}

static void take(png_structp png, png_bytep to, size_t n)
{
    struct reading *r = png_get_io_ptr(png);
    if (n > r->left)
        png_error(png, "end");
    memcpy(to, r->p, n);
    r->p += n;
    r->left -= n;
}

static bool open_png(struct reading *r, const uint8_t *data, size_t n)
{
    r->png = png_create_read_struct(PNG_LIBPNG_VER_STRING, r, fail, quiet);
    r->info = r->png ? png_create_info_struct(r->png) : NULL;
    r->p = data;
    r->left = n;
    return r->info != NULL;
}

/* To eight bits of RGB on white, whatever it was. */
static void to_rgb(struct reading *r)
{
    static const png_color_16 white = {.red = 255, .green = 255, .blue = 255, .gray = 255};
    png_set_expand(r->png);
    png_set_scale_16(r->png);
    png_set_gray_to_rgb(r->png);
    png_set_background(r->png, &white, PNG_BACKGROUND_GAMMA_SCREEN, 0, 1.0);
}

static enum photo_fault decode(struct reading *r, struct photo_shrink *out)
{
    png_set_read_fn(r->png, r, take);
    png_set_user_limits(r->png, PHOTO_SIDE_MOST, PHOTO_SIDE_MOST);
    png_set_chunk_cache_max(r->png, 64);
    png_set_chunk_malloc_max(r->png, 4u << 20);
    png_set_keep_unknown_chunks(r->png, PNG_HANDLE_CHUNK_NEVER, NULL, 0);
    png_read_info(r->png, r->info);
    uint32_t w = png_get_image_width(r->png, r->info), h = png_get_image_height(r->png, r->info);
    if ((uint64_t)w * h > PHOTO_PNG_PIXELS_MOST)
        return PHOTO_LARGE;
    to_rgb(r);
    int passes = png_set_interlace_handling(r->png);
    png_read_update_info(r->png, r->info);
    size_t stride = png_get_rowbytes(r->png, r->info);
    if (stride != (size_t)w * 3)
        return PHOTO_BROKEN;
    r->pixels = mem_array(stride, passes > 1 ? h : 1);
    if (photo_shrink_init(out, w, h) || !r->pixels)
        return PHOTO_FAILED;
    for (int pass = 0; pass < passes; pass++)
        for (uint32_t y = 0; y < h; y++) {
            uint8_t *row = r->pixels + (passes > 1 ? y * stride : 0);
            png_read_row(r->png, row, NULL);
            if (pass == passes - 1)
                photo_shrink_row(out, row);
        }
    return PHOTO_FINE;
}

enum photo_fault photo_png_read(const uint8_t *data, size_t n, struct photo_shrink *out)
{
    struct reading *r = mem_alloc(sizeof *r);
    if (!r)
        return PHOTO_FAILED;
    volatile enum photo_fault fault = PHOTO_BROKEN;
    if (setjmp(r->out) == 0)
        fault = open_png(r, data, n) ? decode(r, out) : PHOTO_FAILED;
    png_destroy_read_struct(&r->png, &r->info, NULL);
    mem_free(r->pixels);
    mem_free(r);
    return fault;
}
