/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Data sets as they would be by chance, given the margins of the real one.
 *
 * Permutation: every case keeps its place and gets the period of some case. Bernoulli: as many of
 * all individuals become cases. Poisson: every case falls in a cell with a chance proportional to
 * what is expected there. Run r is a function of (seed, r) alone. */
#include <string.h>

#include "stats/scan_inner.h"

#define WORDS 64
#define NOWHERE UINT32_MAX
#define ALIAS_MOST 10000000u

/* The sequence (seed, run + 1) of base/random.h, some blocks at a time. */
struct words {
    uint32_t word[WORDS];
    uint32_t used;
    uint64_t seed, run, block;
};

static void refill(struct words *w)
{
    const uint32_t key[2] = {(uint32_t)w->seed, (uint32_t)(w->seed >> 32)};
    uint64_t stream = w->run + 1;
    for (int i = 0; i < WORDS; i += 4, w->block++) {
        const uint32_t counter[4] = {(uint32_t)w->block, (uint32_t)(w->block >> 32),
                                     (uint32_t)stream, (uint32_t)(stream >> 32)};
        philox4x32(counter, key, w->word + i);
    }
    w->used = 0;
}

static inline uint32_t next_word(struct words *w)
{
    if (w->used == WORDS)
        refill(w);
    return w->word[w->used++];
}

/* 0 .. n-1 without bias (Lemire 2019). */
static inline uint32_t below(struct words *w, uint32_t n)
{
    uint64_t m = (uint64_t)next_word(w) * n;
    if ((uint32_t)m < n) {
        uint32_t least = (0u - n) % n;
        while ((uint32_t)m < least)
            m = (uint64_t)next_word(w) * n;
    }
    return (uint32_t)(m >> 32);
}

/* --- What is drawn from --- */

static enum err source_of_times(const struct scan *s, struct scan_source *src)
{
    uint16_t *times = ARENA_ARRAY(s->work->arena, src->n_drawn, uint16_t);
    uint32_t *begin = ARENA_ARRAY(s->work->arena, s->n + 1, uint32_t);
    if (!times || !begin)
        return ERR_NOMEM;
    uint32_t k = 0;
    for (uint32_t i = 0; i < s->n; i++) {
        begin[i] = k;
        for (uint32_t t = 0; t < s->periods; t++)
            for (uint32_t c = s->in->cases[(size_t)i * s->periods + t]; c > 0; c--)
                times[k++] = (uint16_t)t;
    }
    begin[s->n] = k;
    src->times = times;
    src->begin = begin;
    return ERR_OK;
}

/* Of individuals (cases and controls) the cell, or NOWHERE before the windows; of cases the
 * location, whenever they were. */
static enum err source_of_places(const struct scan *s, struct scan_source *src, bool by_cell)
{
    src->n_places = (uint32_t)(by_cell ? s->individuals : s->cases);
    uint32_t *places = ARENA_ARRAY(s->work->arena, src->n_places, uint32_t);
    if (!places)
        return ERR_NOMEM;
    uint32_t k = 0, all = s->in->periods;
    for (uint32_t i = 0; i < s->n; i++) {
        for (uint32_t t = 0; t < all; t++) {
            size_t from = (size_t)i * all + t;
            uint32_t c = s->in->cases[from] + (by_cell ? s->in->controls[from] : 0);
            uint32_t cell = t < s->first ? NOWHERE : i * s->periods + t - s->first;
            for (; c > 0; c--)
                places[k++] = by_cell ? cell : i;
        }
    }
    src->places = places;
    return ERR_OK;
}

static enum err source_of_chances(const struct scan *s, struct scan_source *src)
{
    uint32_t cells = s->n * s->periods;
    double *chance = ARENA_ARRAY(s->work->arena, cells + 1, double), sum = 0;
    if (cells >= ALIAS_MOST)
        return ERR_LIMIT;
    if (!chance)
        return ERR_NOMEM;
    for (uint32_t i = 0; i < cells; i++)
        sum += chance[i] = s->cell[i];
    /* Nothing lies before the windows when they may begin at once: no chance by rounding. */
    chance[cells] = s->first > 0 && s->cases > sum ? s->cases - sum : 0;
    src->alias_rest = cells;
    return alias_make(s->work->arena, chance, cells + 1, &src->alias);
}

enum err scan_source_make(const struct scan *s, struct scan_source *out)
{
    *out = (struct scan_source){.n_drawn = (uint32_t)s->cases};
    if (s->in->model == SCAN_POISSON)
        return source_of_chances(s, out);
    if (s->in->model == SCAN_BERNOULLI)
        return source_of_places(s, out, true);
    if (s->first == 0)
        return source_of_times(s, out);
    return source_of_places(s, out, false);
}

/* --- Drawing --- */

static inline void count(struct scan_lane *l, size_t cell, int lane)
{
    if (l->wide)
        l->wide_cells[cell * SCAN_LANES + lane]++;
    else if (++l->narrow_cells[cell * SCAN_LANES + lane] == 0)
        l->overflow = true;
}

static void draw_times(const struct scan *s, const struct scan_source *src, struct scan_lane *l,
                       struct words *w, int lane)
{
    uint16_t *times = l->times;
    memcpy(times, src->times, src->n_drawn * sizeof *times);
    for (uint32_t i = 0; i < s->n; i++) {
        for (uint32_t k = src->begin[i]; k < src->begin[i + 1]; k++) {
            uint32_t j = k + below(w, src->n_drawn - k);
            uint16_t t = times[j];
            times[j] = times[k];
            count(l, (size_t)i * s->periods + t, lane);
        }
    }
}

/* The cases of the last periods only: each gets the place of some case. */
static void draw_last_places(const struct scan *s, const struct scan_source *src,
                             struct scan_lane *l, struct words *w, int lane)
{
    uint32_t k = 0;
    memcpy(l->places, src->places, src->n_places * sizeof *l->places);
    for (uint32_t t = 0; t < s->periods; t++) {
        for (double c = s->period_sum[t + 1] - s->period_sum[t]; c > 0; c--, k++) {
            uint32_t j = k + below(w, src->n_places - k), place = l->places[j];
            l->places[j] = l->places[k];
            count(l, (size_t)place * s->periods + t, lane);
        }
    }
}

static void draw_cases(const struct scan_source *src, struct scan_lane *l, struct words *w,
                       int lane)
{
    memcpy(l->places, src->places, src->n_places * sizeof *l->places);
    for (uint32_t k = 0; k < src->n_drawn; k++) {
        uint32_t j = k + below(w, src->n_places - k), cell = l->places[j];
        l->places[j] = l->places[k];
        if (cell != NOWHERE)
            count(l, cell, lane);
    }
}

static void draw_cells(const struct scan *s, const struct scan_source *src, struct scan_lane *l,
                       uint32_t run, int lane)
{
    struct rng r = rng_make(s->work->seed, (uint64_t)run + 1);
    for (uint32_t k = 0; k < src->n_drawn; k++) {
        uint32_t cell = alias_pick(&src->alias, &r);
        if (cell != src->alias_rest)
            count(l, cell, lane);
    }
}

void scan_draw(const struct scan *s, const struct scan_source *src, struct scan_lane *l,
               uint32_t run, int lane)
{
    struct words w = {.used = WORDS, .seed = s->work->seed, .run = run};
    if (s->in->model == SCAN_POISSON)
        draw_cells(s, src, l, run, lane);
    else if (s->in->model == SCAN_BERNOULLI)
        draw_cases(src, l, &w, lane);
    else if (src->times)
        draw_times(s, src, l, &w, lane);
    else
        draw_last_places(s, src, l, &w, lane);
}

void scan_draw_times(const struct scan *s, const struct scan_source *src, uint32_t run,
                     uint16_t *times)
{
    struct words w = {.used = WORDS, .seed = s->work->seed, .run = run};
    memcpy(times, src->times, src->n_drawn * sizeof *times);
    for (uint32_t k = 0; k < src->n_drawn; k++) {
        uint32_t j = k + below(&w, src->n_drawn - k);
        uint16_t t = times[j];
        times[j] = times[k];
        times[k] = t;
    }
}
