/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* samsyn-photo: started by samsyn, once for each picture. See photo.h.
 *
 *     samsyn-photo <bytes >reply */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/str.h"
#include "convert/photo_work.h"
#include "convert/sandbox.h"

static bool read_all(uint8_t *to, size_t most, size_t *n)
{
    for (*n = 0; *n < most;) {
        ssize_t got = read(STDIN_FILENO, to + *n, most - *n);
        if (got == 0)
            return true;
        if (got < 0 && errno != EINTR)
            return false;
        *n += got > 0 ? (size_t)got : 0;
    }
    return true;
}

static bool write_all(const void *from, size_t n)
{
    for (const char *p = from; n;) {
        ssize_t put = write(STDOUT_FILENO, p, n);
        if (put < 0 && errno != EINTR)
            return false;
        p += put > 0 ? put : 0;
        n -= put > 0 ? (size_t)put : 0;
    }
    return true;
}

static bool answer(enum photo_fault fault, uint32_t level, const struct photo *p)
{
    const struct photo_said *s = &p->said;
    struct photo_reply r = {
        .magic = PHOTO_MAGIC,
        .fault = (uint32_t)fault,
        .sandbox = level,
        .width = p->width,
        .height = p->height,
        .n = fault == PHOTO_FINE ? (uint32_t)p->n : 0,
        .flags = (s->has_place ? 1u : 0u) | (s->has_time ? 2u : 0u),
        .lon = s->lon,
        .lat = s->lat,
        .clock = {s->year, s->month, s->day, s->hour, s->minute, s->second},
    };
    return write_all(&r, sizeof r) && (!r.n || write_all(p->jpeg, p->n));
}

int main(void)
{
    struct photo made = {0};
    uint32_t level = 0;
    size_t n = 0;
    const char *mode = getenv("SAMSYN_SANDBOX");
    if (sandbox_enter(SANDBOX_PHOTO, CONVERT_NONE, str_eq(mode, "off"), &level))
        _exit(3);
    uint8_t *data = mem_alloc(PHOTO_BYTES_MOST + 1);
    if (!data || !read_all(data, PHOTO_BYTES_MOST + 1, &n))
        _exit(1);
    enum photo_fault fault = photo_work(data, n, &made);
    _exit(answer(fault, level, &made) ? 0 : 1); /* nothing is left to do, and nothing is allowed */
}
