/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Sorting by 64-bit keys, in time that grows with the number alone. */
#pragma once

#include <stddef.h>
#include <stdint.h>

struct keyed {
    uint64_t key;
    uint32_t at;
};

/* By rising key; what has equal keys keeps its order. Both have room for n; the sorted ones lie in
 * the one that is returned. */
struct keyed *keyed_sort(struct keyed *from, struct keyed *to, size_t n);
/* Keys that rise as the numbers do; -0 is 0, NaN comes last. */
uint64_t keyed_number(double v);
