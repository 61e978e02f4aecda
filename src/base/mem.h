/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Memory: the three kinds of ownership start here.
 *
 * arena   made for one reply (or one command), freed whole
 * scope   AUTO(mem_freep) char *p = mem_alloc(n);
 * new/free  objects that are kept; their header says who frees
 *
 * Every allocation of the house passes mem_alloc(), so that a test can make the
 * n-th one fail (mem_fail_at). An arena is used by one thread at a time. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"

/* Zeroed memory of n bytes (n may be 0), or NULL. Freed with mem_free(). */
void *mem_alloc(size_t n);
/* Like realloc: new bytes are not zeroed; on NULL the old block still stands. */
void *mem_realloc(void *p, size_t n);
/* Zeroed array with the product checked, or NULL. */
void *mem_array(size_t count, size_t size);
char *mem_strdup(const char *s);
void mem_free(void *p);
/* For AUTO(mem_freep) on any pointer variable. */
void mem_freep(void *pp);

/* Tests: the n-th allocation from now (0 = the next) and all after it fail; n < 0 ends it. */
void mem_fail_at(long n);
/* Tests: has an allocation been refused since mem_fail_at()? */
bool mem_failed(void);

struct arena;

/* An arena that may hold at most `limit` bytes; NULL when out of memory. */
struct arena *arena_new(size_t limit);
/* The same with memory that somebody else hands out: take() answers n bytes aligned for any type,
 * or NULL; give() takes them back. Both are called on the threads that use the arena. */
struct mem_source {
    void *(*take)(void *arg, size_t n);
    void (*give)(void *arg, void *p);
    void *arg;
};
struct arena *arena_new_from(size_t limit, const struct mem_source *source);
void arena_free(struct arena *a);
void arena_freep(struct arena **a);
/* Forget everything, keep the first block for reuse. */
void arena_reset(struct arena *a);
/* Forget what was handed out since the mark was taken. Marks are gone back to in reverse order. */
struct arena_mark {
    void *block;
    size_t in_block, used;
};
struct arena_mark arena_mark(const struct arena *a);
void arena_rewind(struct arena *a, struct arena_mark m);
size_t arena_used(const struct arena *a);

/* Zeroed, aligned for any type; NULL past the limit or out of memory. */
void *arena_alloc(struct arena *a, size_t n);
void *arena_array(struct arena *a, size_t count, size_t size);
char *arena_strdup(struct arena *a, const char *s);
char *arena_strndup(struct arena *a, const char *s, size_t n);
char *arena_printf(struct arena *a, const char *fmt, ...) PRINTF(2, 3);

#define ARENA_NEW(a, type) ((type *)arena_alloc((a), sizeof(type)))
#define ARENA_ARRAY(a, n, type) ((type *)arena_array((a), (n), sizeof(type)))
