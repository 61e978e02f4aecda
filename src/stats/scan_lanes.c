/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Sixteen simulated data sets in one vector. Counts are 16 bits where no window can hold more than
 * 32767 cases, otherwise 32. On x86-64 the same loops are compiled once more for AVX2; sums and
 * comparisons of whole numbers are the same on both. */
#include <string.h>

#include "stats/scan_inner.h"

#define ENDS 8u /* intervals' ends between two looks at what passed */

#define PASTE_(a, b) a##_##b
#define PASTE(a, b) PASTE_(a, b)
#define NAME(x) PASTE(WIDTH, x)

#define WIDTH narrow
#define COUNT int16_t
#define CELL uint8_t
#define CELLS narrow_cells
#include "stats/scan_lanes_body.h"
#undef WIDTH
#undef COUNT
#undef CELL
#undef CELLS

#define WIDTH wide
#define COUNT int32_t
#define CELL int32_t
#define CELLS wide_cells
#include "stats/scan_lanes_body.h"
#undef WIDTH
#undef COUNT
#undef CELL
#undef CELLS

#define KERNELS(width, suffix, attributes)                                                         \
    attributes static void width##_add_##suffix(const struct scan *s, struct scan_lane *l,         \
                                                uint32_t location)                                 \
    {                                                                                              \
        width##_add(s, l, location);                                                               \
    }                                                                                              \
    attributes static void width##_high_##suffix(const struct scan *s, struct scan_lane *l)        \
    {                                                                                              \
        width##_look(s, l, false);                                                                 \
    }                                                                                              \
    attributes static void width##_both_##suffix(const struct scan *s, struct scan_lane *l)        \
    {                                                                                              \
        width##_look(s, l, true);                                                                  \
    }

KERNELS(narrow, plain, )
KERNELS(wide, plain, )

#if defined(__x86_64__)
KERNELS(narrow, avx2, __attribute__((target("avx2"))))
KERNELS(wide, avx2, __attribute__((target("avx2"))))
#endif

struct scan_kernel scan_kernel_pick(bool wide, bool low)
{
#if defined(__x86_64__)
    if (__builtin_cpu_supports("avx2")) {
        static const struct scan_kernel fast[2][2] = {
            {{narrow_add_avx2, narrow_high_avx2}, {narrow_add_avx2, narrow_both_avx2}},
            {{wide_add_avx2, wide_high_avx2}, {wide_add_avx2, wide_both_avx2}}};
        return fast[wide][low];
    }
#endif
    static const struct scan_kernel plain[2][2] = {
        {{narrow_add_plain, narrow_high_plain}, {narrow_add_plain, narrow_both_plain}},
        {{wide_add_plain, wide_high_plain}, {wide_add_plain, wide_both_plain}}};
    return plain[wide][low];
}
