/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Kernels of bounded reach that are at most KDE_NARROW columns wide: what a point is worth across
 * stays in registers while its rows are added. The same steps for each cell as for wide ones, so
 * the same bytes, and the same on any machine. */
#include "stats/kde_inner.h"

#define FOURS_MOST (KDE_NARROW / 4)
#define INLINE static inline __attribute__((always_inline))

typedef double four __attribute__((vector_size(32), aligned(8), may_alias));
typedef int64_t choice __attribute__((vector_size(32)));

/* Four of 1 - (d/h)^2 become the kernel there. */
INLINE void shape(enum kernel kernel, four *t)
{
    const four one = {1, 1, 1, 1}, v = *t;
    *t = (four)((choice)(kernel == KERNEL_UNIFORM ? one : v) & (v > 0));
    if (kernel == KERNEL_QUARTIC)
        *t *= *t;
}

INLINE void lay_fours(const struct kde_narrow *p, enum kernel kernel, const int fours)
{
    const struct kde_narrow k = *p; /* nothing that is written can change it */
    const four step = {0, 1, 2, 3};
    four away[FOURS_MOST];
    for (int j = 0; j < fours; j++) {
        four dx = k.left + (k.column + 4 * j + step) * k.cell;
        away[j] = dx * dx * k.inverse;
    }
    double *out = k.out;
    for (size_t r = 0; r < k.rows; r++, out += k.stride) {
        double dy = k.below + (k.row + (double)r) * k.cell, rest = 1 - dy * dy * k.inverse;
        for (int j = 0; j < fours; j++) {
            four *to = (four *)(out + (size_t)j * 4), t = rest - away[j];
            shape(kernel, &t);
            *to += k.weight * t;
        }
    }
}

/* A number that is known when this is compiled keeps all of them in registers. */
INLINE void lay(const struct kde_narrow *k, enum kernel kernel)
{
    switch (k->fours) {
    case 1:
        lay_fours(k, kernel, 1);
        return;
    case 2:
        lay_fours(k, kernel, 2);
        return;
    case 3:
        lay_fours(k, kernel, 3);
        return;
    case 4:
        lay_fours(k, kernel, 4);
        return;
    case 5:
        lay_fours(k, kernel, 5);
        return;
    default:
        lay_fours(k, kernel, FOURS_MOST);
    }
}

#define KERNELS(suffix, attributes)                                                                \
    attributes static void quartic_##suffix(const struct kde_narrow *k)                            \
    {                                                                                              \
        lay(k, KERNEL_QUARTIC);                                                                    \
    }                                                                                              \
    attributes static void epanechnikov_##suffix(const struct kde_narrow *k)                       \
    {                                                                                              \
        lay(k, KERNEL_EPANECHNIKOV);                                                               \
    }                                                                                              \
    attributes static void uniform_##suffix(const struct kde_narrow *k)                            \
    {                                                                                              \
        lay(k, KERNEL_UNIFORM);                                                                    \
    }                                                                                              \
    static kde_narrow_fn *const kernels_##suffix[] = {                                             \
        [KERNEL_GAUSS] = NULL,                                                                     \
        [KERNEL_QUARTIC] = quartic_##suffix,                                                       \
        [KERNEL_EPANECHNIKOV] = epanechnikov_##suffix,                                             \
        [KERNEL_UNIFORM] = uniform_##suffix,                                                       \
    };

KERNELS(plain, )
#if defined(__x86_64__)
KERNELS(avx2, __attribute__((target("avx2"))))
#endif

kde_narrow_fn *kde__narrow(enum kernel kernel)
{
#if defined(__x86_64__)
    if (__builtin_cpu_supports("avx2"))
        return kernels_avx2[kernel];
#endif
    return kernels_plain[kernel];
}
