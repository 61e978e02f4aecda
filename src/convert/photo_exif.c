/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Three things out of a camera's metadata: which way is up, where, and when. Every offset is looked
 * at before it is followed, and none is followed twice. */
#include <math.h>
#include <string.h>

#include "convert/photo_work.h"

struct tiff {
    const uint8_t *p;
    size_t n;
    bool big;
};

static uint32_t get(const struct tiff *t, size_t at, size_t bytes)
{
    uint32_t v = 0;
    for (size_t i = 0; i < bytes; i++) {
        size_t k = t->big ? i : bytes - 1 - i;
        v = v << 8 | t->p[at + k];
    }
    return v;
}

#define ENTRIES_MOST 200

/* Where entry `tag` of the directory at `dir` begins; 0: there is none. */
static size_t entry(const struct tiff *t, size_t dir, uint32_t tag)
{
    if (dir < 8 || dir > t->n || t->n - dir < 2)
        return 0;
    uint32_t count = get(t, dir, 2);
    for (uint32_t i = 0; i < count && i < ENTRIES_MOST; i++) {
        size_t at = dir + 2 + 12 * (size_t)i;
        if (at > t->n || t->n - at < 12)
            return 0;
        if (get(t, at, 2) == tag)
            return at;
    }
    return 0;
}

/* The `want` bytes of an entry of that type and number, in the entry or where it points. NULL. */
static const uint8_t *value(const struct tiff *t, size_t at, uint32_t type, uint32_t count,
                            size_t want)
{
    if (!at || get(t, at + 2, 2) != type || get(t, at + 4, 4) < count)
        return NULL;
    if (want <= 4)
        return t->p + at + 8;
    uint32_t offset = get(t, at + 8, 4);
    return offset <= t->n && t->n - offset >= want ? t->p + offset : NULL;
}

static size_t sub_directory(const struct tiff *t, size_t dir, uint32_t tag)
{
    size_t at = entry(t, dir, tag);
    return value(t, at, 4, 1, 4) ? get(t, at + 8, 4) : 0;
}

static bool number(const char *s, int digits, int *out)
{
    int v = 0;
    for (int i = 0; i < digits; i++) {
        if (s[i] < '0' || s[i] > '9')
            return false;
        v = 10 * v + s[i] - '0';
    }
    *out = v;
    return true;
}

/* "2026:11:23 16:28:01" */
static bool read_clock(const uint8_t *s, struct photo_said *out)
{
    const char *c = (const char *)s;
    struct photo_said q = *out;
    if (!c || !number(c, 4, &q.year) || !number(c + 5, 2, &q.month) || !number(c + 8, 2, &q.day) ||
        !number(c + 11, 2, &q.hour) || !number(c + 14, 2, &q.minute) ||
        !number(c + 17, 2, &q.second))
        return false;
    if (q.year < 1990 || q.month < 1 || q.month > 12 || q.day < 1 || q.day > 31 || q.hour > 23 ||
        q.minute > 59 || q.second > 60)
        return false;
    q.has_time = true;
    *out = q;
    return true;
}

/* Three fractions: degrees, minutes, seconds. NaN when they are none. */
static double degrees(const struct tiff *t, const uint8_t *v)
{
    static const double parts[3] = {1, 60, 3600};
    double sum = 0;
    if (!v)
        return NAN;
    for (size_t i = 0; i < 3; i++) {
        size_t at = (size_t)(v - t->p) + 8 * i;
        double over = get(t, at, 4), under = get(t, at + 4, 4);
        if (under == 0)
            return NAN;
        sum += over / under / parts[i];
    }
    return sum;
}

static void read_place(const struct tiff *t, size_t gps, struct photo_said *out)
{
    const uint8_t *ns = value(t, entry(t, gps, 1), 2, 1, 1);
    const uint8_t *ew = value(t, entry(t, gps, 3), 2, 1, 1);
    double lat = degrees(t, value(t, entry(t, gps, 2), 5, 3, 24));
    double lon = degrees(t, value(t, entry(t, gps, 4), 5, 3, 24));
    if (!ns || !ew || !(lat <= 90) || !(lon <= 180) || (lat == 0 && lon == 0))
        return;
    out->lat = *ns == 'S' ? -lat : lat;
    out->lon = *ew == 'W' ? -lon : lon;
    out->has_place = true;
}

static void read_tiff(const struct tiff *t, struct photo_exif *out)
{
    size_t first = get(t, 4, 4);
    const uint8_t *turn = value(t, entry(t, first, 0x0112), 3, 1, 2);
    if (turn) {
        uint32_t v = get(t, (size_t)(turn - t->p), 2);
        out->orientation = v >= 1 && v <= 8 ? (int)v : 1;
    }
    size_t exif = sub_directory(t, first, 0x8769);
    if (!read_clock(value(t, entry(t, exif, 0x9003), 2, 19, 19), &out->said))
        (void)read_clock(value(t, entry(t, first, 0x0132), 2, 19, 19), &out->said);
    read_place(t, sub_directory(t, first, 0x8825), &out->said);
}

static void read_segment(const uint8_t *p, size_t n, struct photo_exif *out)
{
    struct tiff t = {p + 6, n - 6, false};
    if (t.n < 8)
        return;
    if (memcmp(t.p, "MM\0*", 4) == 0)
        t.big = true;
    else if (memcmp(t.p, "II*\0", 4) != 0)
        return;
    read_tiff(&t, out);
}

void photo_exif_read(const uint8_t *jpeg, size_t n, struct photo_exif *out)
{
    *out = (struct photo_exif){.orientation = 1};
    size_t at = 2;
    while (n >= 4 && at <= n - 4 && jpeg[at] == 0xff) {
        uint8_t marker = jpeg[at + 1];
        if (marker == 0xff) { /* fill */
            at++;
            continue;
        }
        if (marker == 0xda || marker == 0xd9)
            return;
        size_t len = (size_t)jpeg[at + 2] << 8 | jpeg[at + 3];
        if (len < 2 || n - at - 2 < len)
            return;
        if (marker == 0xe1 && len >= 8 && memcmp(jpeg + at + 4, "Exif\0\0", 6) == 0) {
            read_segment(jpeg + at + 4, len - 2, out);
            return;
        }
        at += 2 + len;
    }
}
