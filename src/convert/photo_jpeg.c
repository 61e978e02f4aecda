/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* JPEG in and out by libjpeg-turbo. Its errors come by longjmp: what is changed after setjmp lies
 * in a struct of the caller. */
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jerror.h>
#include <jpeglib.h>

#include "base/mem.h"
#include "convert/photo_work.h"

#define SCANS_MOST 100 /* a progressive picture has about ten */
#define QUALITY 82

struct reading {
    struct jpeg_decompress_struct c;
    struct jpeg_error_mgr errors;
    struct jpeg_progress_mgr progress;
    jmp_buf out;
    uint8_t *row, *rgb;
    bool large;
};

static void fail(j_common_ptr c)
{
    struct reading *r = c->client_data;
    longjmp(r->out, 1);
}

/* A picture that ends too early is no picture; other odd bytes are lived with. */
static void note(j_common_ptr c, int level)
{
    int code = c->err->msg_code;
    if (level < 0 && (code == JWRN_JPEG_EOF || code == JWRN_HIT_MARKER))
        fail(c);
}

static void quiet(j_common_ptr c)
{
    (void)c;
}

static void watch_scans(j_common_ptr c)
{
    struct reading *r = c->client_data;
    if (r->c.input_scan_number > SCANS_MOST)
        fail(c);
}

/* The smallest of the sizes that the decoder makes cheaply which is still large enough. */
static void choose_scale(struct jpeg_decompress_struct *c)
{
    uint32_t longer = c->image_width > c->image_height ? c->image_width : c->image_height;
    c->scale_num = 8;
    c->scale_denom = 8;
    while (c->scale_num > 1 && longer * (c->scale_num / 2) / 8 >= PHOTO_SIDE)
        c->scale_num /= 2;
}

static bool too_large(const struct jpeg_decompress_struct *c)
{
    uint64_t pixels = (uint64_t)c->image_width * c->image_height;
    bool whole = c->progressive_mode; /* all of it must be in memory */
    return c->image_width > PHOTO_SIDE_MOST || c->image_height > PHOTO_SIDE_MOST ||
           pixels > (whole ? PHOTO_PNG_PIXELS_MOST : PHOTO_PIXELS_MOST);
}

static void cmyk_to_rgb(const uint8_t *in, uint8_t *out, uint32_t width, bool inverted)
{
    for (uint32_t x = 0; x < width; x++, in += 4, out += 3)
        for (int i = 0; i < 3; i++) {
            unsigned c = inverted ? in[i] : 255u - in[i], k = inverted ? in[3] : 255u - in[3];
            out[i] = (uint8_t)(c * k / 255);
        }
}

static void read_rows(struct reading *r, struct photo_shrink *out)
{
    struct jpeg_decompress_struct *c = &r->c;
    bool four = c->out_color_space == JCS_CMYK;
    while (c->output_scanline < c->output_height) {
        JSAMPROW rows[1] = {r->row};
        jpeg_read_scanlines(c, rows, 1);
        if (four)
            cmyk_to_rgb(r->row, r->rgb, c->output_width, c->saw_Adobe_marker);
        photo_shrink_row(out, four ? r->rgb : r->row);
    }
}

static enum photo_fault decode(struct reading *r, struct photo_shrink *out)
{
    struct jpeg_decompress_struct *c = &r->c;
    if (jpeg_read_header(c, TRUE) != JPEG_HEADER_OK)
        return PHOTO_BROKEN;
    if (too_large(c))
        return PHOTO_LARGE;
    c->out_color_space =
        c->jpeg_color_space == JCS_CMYK || c->jpeg_color_space == JCS_YCCK ? JCS_CMYK : JCS_RGB;
    c->dct_method = JDCT_ISLOW;
    choose_scale(c);
    jpeg_start_decompress(c);
    if (photo_shrink_init(out, c->output_width, c->output_height))
        return PHOTO_FAILED;
    r->row = mem_array(c->output_width, 4);
    r->rgb = mem_array(c->output_width, 3);
    if (!r->row || !r->rgb)
        return PHOTO_FAILED;
    read_rows(r, out);
    jpeg_finish_decompress(c);
    return PHOTO_FINE;
}

static void prepare(struct reading *r, const uint8_t *data, size_t n)
{
    r->c.err = jpeg_std_error(&r->errors);
    r->errors.error_exit = fail;
    r->errors.emit_message = note;
    r->errors.output_message = quiet;
    r->c.client_data = r;
    jpeg_create_decompress(&r->c);
    r->progress.progress_monitor = watch_scans;
    r->c.progress = &r->progress;
    jpeg_mem_src(&r->c, data, (unsigned long)n);
}

enum photo_fault photo_jpeg_read(const uint8_t *data, size_t n, struct photo_shrink *out)
{
    struct reading *r = mem_alloc(sizeof *r);
    if (!r)
        return PHOTO_FAILED;
    volatile enum photo_fault fault = PHOTO_BROKEN;
    r->c.err = &r->errors;
    if (setjmp(r->out) == 0) {
        prepare(r, data, n);
        fault = decode(r, out);
    }
    jpeg_destroy_decompress(&r->c);
    mem_free(r->row);
    mem_free(r->rgb);
    mem_free(r);
    return fault;
}

/* --- Out --- */

struct writing {
    struct jpeg_compress_struct c;
    struct jpeg_error_mgr errors;
    jmp_buf out;
    unsigned char *bytes;
    unsigned long n;
};

static void fail_writing(j_common_ptr c)
{
    struct writing *w = c->client_data;
    longjmp(w->out, 1);
}

static void encode(struct writing *w, const struct photo_shrink *s)
{
    struct jpeg_compress_struct *c = &w->c;
    c->err = jpeg_std_error(&w->errors);
    w->errors.error_exit = fail_writing;
    w->errors.output_message = quiet;
    c->client_data = w;
    jpeg_create_compress(c);
    jpeg_mem_dest(c, &w->bytes, &w->n);
    c->image_width = s->w;
    c->image_height = s->h;
    c->input_components = 3;
    c->in_color_space = JCS_RGB;
    jpeg_set_defaults(c);
    jpeg_set_quality(c, QUALITY, TRUE);
    c->optimize_coding = TRUE;
    jpeg_start_compress(c, TRUE);
    while (c->next_scanline < c->image_height) {
        JSAMPROW rows[1] = {s->pixels + (size_t)c->next_scanline * s->w * 3};
        jpeg_write_scanlines(c, rows, 1);
    }
    jpeg_finish_compress(c);
}

enum photo_fault photo_jpeg_write(const struct photo_shrink *s, uint8_t **out, size_t *n)
{
    struct writing *w = mem_alloc(sizeof *w);
    if (!w)
        return PHOTO_FAILED;
    w->c.err = &w->errors;
    volatile enum photo_fault fault = PHOTO_FAILED;
    if (setjmp(w->out) == 0) {
        encode(w, s);
        fault = w->n <= PHOTO_OUT_MOST ? PHOTO_FINE : PHOTO_LARGE;
    }
    jpeg_destroy_compress(&w->c);
    uint8_t *copy = fault == PHOTO_FINE ? mem_alloc(w->n) : NULL;
    if (copy) {
        memcpy(copy, w->bytes, w->n);
        *out = copy;
        *n = w->n;
    } else if (fault == PHOTO_FINE) {
        fault = PHOTO_FAILED;
    }
    free(w->bytes);
    mem_free(w);
    return fault;
}
