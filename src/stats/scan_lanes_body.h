/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The innermost loops, once for each width: included by scan_lanes.c with COUNT (the type of a
 * count), CELL (of a cell), CELLS (where they are) and NAME() set. No arrays of 16 are summed
 * across lanes, so every lane's answer is the same on any machine. */

typedef COUNT NAME(vec)
    __attribute__((vector_size(SCAN_LANES * sizeof(COUNT)), aligned(2), may_alias));
typedef CELL NAME(cells)
    __attribute__((vector_size(SCAN_LANES * sizeof(CELL)), aligned(1), may_alias));

static inline __attribute__((always_inline)) void NAME(add)(const struct scan *s,
                                                            struct scan_lane *l, uint32_t location)
{
    const NAME(cells) *row = (const void *)(l->CELLS + (size_t)location * s->periods * SCAN_LANES);
    NAME(vec) *acc = l->acc;
    for (uint32_t t = 0; t < s->periods; t++)
        acc[t] += __builtin_convertvector(row[t], NAME(vec));
}

/* The windows that end after period `end`: which lanes pass a limit. */
static inline __attribute__((always_inline)) void NAME(compare)(const struct scan *s,
                                                                const struct scan_lane *l,
                                                                uint32_t end, bool low,
                                                                NAME(vec) * hit)
{
    const NAME(vec) *cum = l->cum;
    const NAME(vec) now = cum[end + 1];
    uint32_t lens = end + 1 < s->max_len ? end + 1 : s->max_len;
    const int32_t *high = l->limits.high + end, *under = low ? l->limits.low + end : NULL;
    size_t stride = s->periods - 1;
    for (uint32_t i = 0; i < lens; i++) {
        NAME(vec) c = now - cum[end - i];
        *hit |= c > (COUNT)high[i * stride];
        if (low)
            *hit |= c < (COUNT)under[i * stride];
    }
}

/* Some lane passed: take its logarithms. */
static __attribute__((noinline)) void NAME(weigh)(const struct scan *s, struct scan_lane *l,
                                                  uint32_t end)
{
    const COUNT *cum = l->cum;
    uint32_t lens = end + 1 < s->max_len ? end + 1 : s->max_len;
    for (uint32_t len = 1; len <= lens; len++) {
        uint32_t begin = end + 1 - len;
        size_t w = (size_t)(len - 1) * s->periods + begin;
        const COUNT *to = cum + (size_t)(end + 1) * SCAN_LANES;
        const COUNT *from = cum + (size_t)begin * SCAN_LANES;
        for (int i = 0; i < SCAN_LANES; i++) {
            int32_t c = (COUNT)(to[i] - from[i]);
            if (c <= l->limits.high[w] && !(l->limits.low && c < l->limits.low[w]))
                continue;
            double llr = scan_llr(s, c, scan_window(s, &l->growth, begin, end + 1));
            if (llr > l->best[i])
                l->best[i] = llr;
        }
    }
}

static inline __attribute__((always_inline)) bool NAME(any)(const NAME(vec) * hit)
{
    uint64_t part[SCAN_LANES * sizeof(COUNT) / 8], any = 0;
    memcpy(part, hit, sizeof part);
    for (size_t i = 0; i < ARRAY_LEN(part); i++)
        any |= part[i];
    return any != 0;
}

/* Sums first, then windows, some ends at a time. */
static inline __attribute__((always_inline)) void NAME(look)(const struct scan *s,
                                                             struct scan_lane *l, bool low)
{
    const NAME(vec) *acc = l->acc;
    NAME(vec) *cum = l->cum;
    NAME(vec) run = {0};
    cum[0] = run;
    for (uint32_t begin = 0; begin < s->periods; begin += ENDS) {
        uint32_t end = begin + ENDS < s->periods ? begin + ENDS : s->periods;
        NAME(vec) hit = {0};
        for (uint32_t t = begin; t < end; t++) {
            run += acc[t];
            cum[t + 1] = run;
            if (t >= s->end_least)
                NAME(compare)(s, l, t, low, &hit);
        }
        if (NAME(any)(&hit))
            for (uint32_t t = begin; t < end; t++)
                if (t >= s->end_least)
                    NAME(weigh)(s, l, t);
    }
}
