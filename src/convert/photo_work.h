/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Inside samsyn-photo: from foreign bytes to a new JPEG. */
#pragma once

#include "convert/photo.h"

/* The whole work, in this process. out->jpeg is made with mem_alloc(). */
enum photo_fault photo_work(const uint8_t *data, size_t n, struct photo *out);

/* --- EXIF --- */

struct photo_exif {
    int orientation; /* 1 to 8 */
    struct photo_said said;
};
/* Of a JPEG's first Exif segment. Whatever is odd is as if it were not there. */
void photo_exif_read(const uint8_t *jpeg, size_t n, struct photo_exif *out);

/* --- Shrinking: rows of RGB come in, the mean of each square goes out --- */

struct photo_shrink {
    uint32_t sw, sh, w, h; /* from, to */
    uint32_t row, out_row; /* how many have come, how many are ready */
    float *line;           /* one row, narrowed */
    float *sum;            /* what is gathered of the row that is being made */
    uint8_t *pixels;       /* w * h * 3 */
};
/* Chooses w and h: no side longer than PHOTO_SIDE, never larger than before. ERR_NOMEM. */
NODISCARD enum err photo_shrink_init(struct photo_shrink *s, uint32_t sw, uint32_t sh);
void photo_shrink_row(struct photo_shrink *s, const uint8_t *rgb);
void photo_shrink_done(struct photo_shrink *s);
/* Turns and mirrors as the EXIF number says. ERR_NOMEM. */
NODISCARD enum err photo_turn(struct photo_shrink *s, int orientation);

/* --- Formats --- */

enum photo_fault photo_jpeg_read(const uint8_t *data, size_t n, struct photo_shrink *out);
enum photo_fault photo_png_read(const uint8_t *data, size_t n, struct photo_shrink *out);
/* *out is made with mem_alloc(). */
enum photo_fault photo_jpeg_write(const struct photo_shrink *s, uint8_t **out, size_t *n);

/* --- What is said to the parent, all little-endian --- */

#define PHOTO_MAGIC "SAMSYNP1"
struct photo_reply {
    char magic[8];
    uint32_t fault, sandbox, width, height, n, flags; /* flags: 1 place, 2 time */
    double lon, lat;
    int32_t clock[6];
};
