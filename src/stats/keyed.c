/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "stats/keyed.h"

#include <math.h>
#include <string.h>

/* Byte by byte; a byte that all share is passed by. */
struct keyed *keyed_sort(struct keyed *from, struct keyed *to, size_t n)
{
    for (int shift = 0; shift < 64; shift += 8) {
        size_t count[257] = {0};
        for (size_t i = 0; i < n; i++)
            count[(from[i].key >> shift & 255) + 1]++;
        if (n == 0 || count[(from[0].key >> shift & 255) + 1] == n)
            continue;
        for (int k = 0; k < 256; k++)
            count[k + 1] += count[k];
        for (size_t i = 0; i < n; i++)
            to[count[from[i].key >> shift & 255]++] = from[i];
        struct keyed *swap = from;
        from = to;
        to = swap;
    }
    return from;
}

uint64_t keyed_number(double v)
{
    uint64_t bits;
    if (isnan(v))
        return UINT64_MAX;
    v += 0.0;
    memcpy(&bits, &v, sizeof bits);
    return bits >> 63 ? ~bits : bits | UINT64_C(1) << 63;
}
