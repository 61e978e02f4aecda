/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Repeatable random numbers: the counter-based generator Philox4x32-10.
 *
 * Source: Salmon, Moraes, Dror, Shaw: "Parallel random numbers: as easy as 1, 2, 3" (SC 2011),
 * section 4; known answers from the authors' Random123 test vectors.
 *
 * (seed, stream) names a sequence; block i of it is computed directly, so threads that share a seed
 * and own a stream each give the same answer in any order and number. All distributions here use
 * only + - * / sqrt and our own logarithm and exponential: the same bits on every compiler and C
 * library that follows IEEE 754 (no -ffast-math, no contraction).
 * Not for secrets: random_bytes() in id.h is. A struct rng is used by one thread at a time. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

struct arena;

struct rng {
    uint64_t seed, stream, block; /* block: the next one to be computed */
    uint32_t word[4];
    int left; /* words of the block not yet handed out */
    bool has_spare;
    double spare; /* the polar method makes normals in pairs */
};

/* The raw function: ten rounds of `counter` under `key`. */
void philox4x32(const uint32_t counter[4], const uint32_t key[2], uint32_t out[4]);

struct rng rng_make(uint64_t seed, uint64_t stream);
/* Continue at block `block` of four 32-bit words (each stream has 2^64 of them). */
void rng_jump(struct rng *r, uint64_t block);

uint32_t rng_u32(struct rng *r);
uint64_t rng_u64(struct rng *r);
/* [0, 1): a multiple of 2^-53. */
double rng_unit(struct rng *r);
/* (0, 1): never 0, for logarithms. */
double rng_open(struct rng *r);
double rng_between(struct rng *r, double low, double high);
/* 0 .. n-1 without bias (Lemire 2019); n > 0. */
uint32_t rng_below(struct rng *r, uint32_t n);
bool rng_chance(struct rng *r, double p);

/* Mean 0, deviation 1 (Marsaglia's polar method). */
double rng_normal(struct rng *r);
/* Mean 1 / rate; rate > 0. */
double rng_exponential(struct rng *r, double rate);
/* Mean shape * scale; both > 0 (Marsaglia and Tsang 2000). */
double rng_gamma(struct rng *r, double shape, double scale);
/* 0 <= mean <= 1e9: products of uniforms below 10, Hormann's PTRS (1993) from there. */
int64_t rng_poisson(struct rng *r, double mean);
/* Poisson with a gamma mean: variance = mean + mean^2 / size; size > 0. */
int64_t rng_negbin(struct rng *r, double mean, double size);

/* Fisher-Yates over indices; `values` holds any order of ints and leaves in a random one. */
void rng_shuffle(struct rng *r, uint32_t *values, uint32_t n);

/* Choice by weight in constant time (Walker's alias method, built as by Vose 1991). */
struct alias {
    uint32_t n;
    uint32_t *other;
    double *keep;
};
/* Weights are finite, not negative, with a positive sum; else ERR_INVALID. 1 <= n <= 10 million.
 * Memory comes from the arena; ERR_NOMEM past its limit. */
NODISCARD enum err alias_make(struct arena *a, const double *weights, uint32_t n,
                              struct alias *out);
uint32_t alias_pick(const struct alias *t, struct rng *r);

/* The logarithm and exponential behind the distributions: error below 4 units in the last place
 * for x in [1e-300, 1e300] and [-700, 700]. Others who need the same bits everywhere may use them.
 */
double exact_log(double x);
double exact_exp(double x);
