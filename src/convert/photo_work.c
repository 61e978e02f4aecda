/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "convert/photo_work.h"

#include <string.h>

static bool is_brand(const uint8_t *p, const char *brand)
{
    return memcmp(p, brand, 4) == 0;
}

static enum photo_fault format_fault(const uint8_t *p, size_t n)
{
    static const char *const heic[] = {"heic", "heix", "hevc", "heim",
                                       "heis", "mif1", "msf1", "avif"};
    if (n >= 12 && memcmp(p + 4, "ftyp", 4) == 0)
        for (size_t i = 0; i < sizeof heic / sizeof *heic; i++)
            if (is_brand(p + 8, heic[i]))
                return PHOTO_HEIC;
    if (n >= 12 && memcmp(p, "RIFF", 4) == 0 && memcmp(p + 8, "WEBP", 4) == 0)
        return PHOTO_WEBP;
    return PHOTO_UNKNOWN;
}

static enum photo_fault read_any(const uint8_t *p, size_t n, struct photo_shrink *s,
                                 struct photo_exif *exif)
{
    *exif = (struct photo_exif){.orientation = 1};
    if (n > PHOTO_BYTES_MOST)
        return PHOTO_LARGE;
    if (n >= 8 && memcmp(p, "\x89PNG\r\n\x1a\n", 8) == 0)
        return photo_png_read(p, n, s);
    if (n < 4 || memcmp(p, "\xff\xd8\xff", 3) != 0)
        return format_fault(p, n);
    photo_exif_read(p, n, exif);
    return photo_jpeg_read(p, n, s);
}

enum photo_fault photo_work(const uint8_t *data, size_t n, struct photo *out)
{
    struct photo_shrink s = {0};
    struct photo_exif exif;
    *out = (struct photo){0};
    enum photo_fault f = read_any(data, n, &s, &exif);
    if (f == PHOTO_FINE && photo_turn(&s, exif.orientation))
        f = PHOTO_FAILED;
    if (f == PHOTO_FINE)
        f = photo_jpeg_write(&s, &out->jpeg, &out->n);
    out->width = s.w;
    out->height = s.h;
    out->said = exif.said;
    photo_shrink_done(&s);
    return f;
}
