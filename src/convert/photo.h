/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* A photo that somebody took: foreign bytes go in, a new JPEG comes out.
 *
 * The bytes are decoded by another program, samsyn-photo, which can neither open files nor reach a
 * network, and which ends with the picture. It hands back pixels only: upright, at most PHOTO_SIDE
 * on the longer side, encoded anew. Place and time are read from the metadata on the way and told
 * beside the picture; they are a proposal, and no byte of the metadata follows. What comes back is
 * looked through here as if a stranger had sent it. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

#define PHOTO_BYTES_MOST ((size_t)16 << 20)     /* of what comes in */
#define PHOTO_PIXELS_MOST ((uint64_t)110 << 20) /* of a JPEG: a telephone's 108 megapixels */
#define PHOTO_PNG_PIXELS_MOST ((uint64_t)40 << 20)
#define PHOTO_SIDE_MOST 30000u /* of what comes in */
#define PHOTO_SIDE 1600u       /* of what goes out */
#define PHOTO_OUT_MOST ((size_t)4 << 20)

enum photo_fault {
    PHOTO_FINE,
    PHOTO_UNKNOWN, /* not a picture that is read here */
    PHOTO_HEIC,    /* HEIC or AVIF: the telephone can be told to make JPEG instead */
    PHOTO_WEBP,
    PHOTO_BROKEN, /* cut off, or not what it says it is */
    PHOTO_LARGE,  /* too many bytes or pixels */
    PHOTO_FAILED, /* the program could not be started, was stopped, or took too long */
    PHOTO_BUSY,   /* others are being decoded, and it waited long enough; nothing was done */
    PHOTO_FAULTS
};

/* What the metadata said. Nobody has checked it. */
struct photo_said {
    bool has_place;
    double lon, lat; /* WGS 84 */
    bool has_time;
    int year, month, day, hour, minute, second; /* as the camera's clock showed them */
};

struct photo {
    uint32_t width, height;
    uint8_t *jpeg; /* mem_free() */
    size_t n;
    struct photo_said said;
    uint32_t sandbox; /* CONVERT_SANDBOX_ bits */
};

/* How long a picture waits for its turn. */
#define PHOTO_PATIENCE 10000 /* milliseconds */

/* Decodes n bytes in the child. ERR_OK with *fault other than PHOTO_FINE when no picture came of
 * it; then out holds nothing. ERR_NOMEM, ERR_IO. */
NODISCARD enum err photo_make(const void *data, size_t n, struct photo *out,
                              enum photo_fault *fault);
void photo_done(struct photo *p);
/* For tests: takes a turn, and gives it back. False: no turn came in so many milliseconds. */
bool photo_come_in(int64_t most);
void photo_go_out(void);

/* Is this a JPEG of only the segments that our encoder writes, from the first byte to the last?
 * Then there is no room for anything else. */
bool photo_is_bare(const uint8_t *jpeg, size_t n);
