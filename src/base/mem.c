/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "base/mem.h"

#include <assert.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static atomic_bool fail_armed;
static atomic_long fail_countdown;
static atomic_bool fail_happened;

void mem_fail_at(long n)
{
    atomic_store(&fail_happened, false);
    atomic_store(&fail_countdown, n);
    atomic_store(&fail_armed, n >= 0);
}

bool mem_failed(void)
{
    return atomic_load(&fail_happened);
}

static bool refuse(void)
{
    if (!atomic_load_explicit(&fail_armed, memory_order_relaxed))
        return false;
    if (atomic_fetch_sub(&fail_countdown, 1) > 0)
        return false;
    atomic_store(&fail_happened, true);
    return true;
}

void *mem_alloc(size_t n)
{
    return refuse() ? NULL : calloc(1, n ? n : 1);
}

void *mem_realloc(void *p, size_t n)
{
    return refuse() ? NULL : realloc(p, n ? n : 1);
}

void *mem_array(size_t count, size_t size)
{
    size_t n;
    if (__builtin_mul_overflow(count, size, &n))
        return NULL;
    return mem_alloc(n);
}

char *mem_strdup(const char *s)
{
    size_t n = strlen(s) + 1;
    char *p = mem_alloc(n);
    return p ? memcpy(p, s, n) : NULL;
}

void mem_free(void *p)
{
    free(p);
}

void mem_freep(void *pp)
{
    void **p = pp;
    free(*p);
    *p = NULL;
}

#define BLOCK_FIRST 8192
#define BLOCK_MOST (1024 * 1024)
#define ALIGN _Alignof(max_align_t)

struct block {
    struct block *next;
    size_t size; /* bytes in data */
    size_t used;
    max_align_t data[];
};

struct arena {
    struct block *first; /* kept over arena_reset() */
    struct block *last;
    size_t limit;
    size_t used;
    struct mem_source source;
};

static void *take_own(void *arg, size_t n)
{
    (void)arg;
    return mem_alloc(n);
}

static void give_own(void *arg, void *p)
{
    (void)arg;
    free(p);
}

static struct block *block_new(const struct mem_source *source, size_t size)
{
    struct block *b = source->take(source->arg, sizeof *b + size);
    if (b && source->take != take_own)
        memset(b, 0, sizeof *b + size);
    if (b)
        b->size = size;
    return b;
}

struct arena *arena_new_from(size_t limit, const struct mem_source *source)
{
    struct arena *a = source->take(source->arg, sizeof *a);
    if (!a)
        return NULL;
    *a = (struct arena){.limit = limit, .source = *source};
    a->first = a->last = block_new(source, BLOCK_FIRST);
    if (!a->first) {
        source->give(source->arg, a);
        return NULL;
    }
    return a;
}

struct arena *arena_new(size_t limit)
{
    static const struct mem_source own = {take_own, give_own, NULL};
    return arena_new_from(limit, &own);
}

static void free_from(const struct mem_source *source, struct block *b)
{
    while (b) {
        struct block *next = b->next;
        source->give(source->arg, b);
        b = next;
    }
}

void arena_free(struct arena *a)
{
    if (!a)
        return;
    struct mem_source source = a->source;
    free_from(&source, a->first);
    source.give(source.arg, a);
}

void arena_freep(struct arena **a)
{
    arena_free(*a);
    *a = NULL;
}

void arena_reset(struct arena *a)
{
    free_from(&a->source, a->first->next);
    a->first->next = NULL;
    memset(a->first->data, 0, a->first->used);
    a->first->used = 0;
    a->last = a->first;
    a->used = 0;
}

struct arena_mark arena_mark(const struct arena *a)
{
    return (struct arena_mark){a->last, a->last->used, a->used};
}

void arena_rewind(struct arena *a, struct arena_mark m)
{
    struct block *last = m.block;
    free_from(&a->source, last->next);
    last->next = NULL;
    memset((char *)last->data + m.in_block, 0, last->used - m.in_block);
    last->used = m.in_block;
    a->last = last;
    a->used = m.used;
}

size_t arena_used(const struct arena *a)
{
    return a->used;
}

void *arena_alloc(struct arena *a, size_t n)
{
    assert(a);
    if (n > SIZE_MAX / 2)
        return NULL;
    n = (n + ALIGN - 1) / ALIGN * ALIGN;
    if (n > a->limit - a->used)
        return NULL;
    struct block *b = a->last;
    if (n > b->size - b->used) {
        size_t size = b->size < BLOCK_MOST ? b->size * 2 : BLOCK_MOST;
        struct block *fresh = block_new(&a->source, n > size ? n : size);
        if (!fresh)
            return NULL;
        b->next = fresh;
        a->last = b = fresh;
    } else if (refuse()) {
        return NULL;
    }
    void *p = (char *)b->data + b->used;
    b->used += n;
    a->used += n;
    return p;
}

void *arena_array(struct arena *a, size_t count, size_t size)
{
    size_t n;
    if (__builtin_mul_overflow(count, size, &n))
        return NULL;
    return arena_alloc(a, n);
}

char *arena_strndup(struct arena *a, const char *s, size_t n)
{
    char *p = arena_alloc(a, n + 1);
    if (p && n)
        memcpy(p, s, n);
    return p;
}

char *arena_strdup(struct arena *a, const char *s)
{
    return arena_strndup(a, s, strlen(s));
}

char *arena_printf(struct arena *a, const char *fmt, ...)
{
    va_list ap;
    va_start(ap, fmt);
    int n = vsnprintf(NULL, 0, fmt, ap);
    va_end(ap);
    if (n < 0)
        return NULL;
    char *p = arena_alloc(a, (size_t)n + 1);
    if (!p)
        return NULL;
    va_start(ap, fmt);
    vsnprintf(p, (size_t)n + 1, fmt, ap);
    va_end(ap);
    return p;
}
