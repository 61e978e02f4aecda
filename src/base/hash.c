/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "base/hash.h"

#include <string.h>

#include "base/mem.h"

/* Multiply-and-fold over 8-byte words, in the manner of the wyhash family. */
static uint64_t fold(uint64_t a, uint64_t b)
{
    __extension__ unsigned __int128 p = (unsigned __int128)a * b;
    return (uint64_t)p ^ (uint64_t)(p >> 64);
}

uint64_t hash64(const void *data, size_t n, uint64_t seed)
{
    const uint64_t k0 = 0x9E3779B97F4A7C15u, k1 = 0xD1B54A32D192ED03u;
    const unsigned char *p = data;
    uint64_t h = fold(seed ^ k0, n ^ k1);
    for (; n >= 8; n -= 8, p += 8) {
        uint64_t w;
        memcpy(&w, p, 8);
        h = fold(h ^ w, k1);
    }
    uint64_t tail = 0;
    if (n)
        memcpy(&tail, p, n);
    h = fold(h ^ tail, k0 ^ n);
    return fold(h, k1);
}

struct slot {
    char *key; /* NULL = free */
    uint64_t hash;
    int64_t value;
};

struct map {
    struct slot *slots;
    size_t cap; /* a power of two */
    size_t count;
};

struct map *map_new(void)
{
    AUTO(mem_freep) struct map *m = mem_alloc(sizeof *m);
    if (!m)
        return NULL;
    m->cap = 64;
    m->slots = mem_array(m->cap, sizeof *m->slots);
    return m->slots ? TAKE(m) : NULL;
}

void map_free(struct map *m)
{
    if (!m)
        return;
    for (size_t i = 0; i < m->cap; i++)
        mem_free(m->slots[i].key);
    mem_free(m->slots);
    mem_free(m);
}

void map_freep(struct map **m)
{
    map_free(*m);
    *m = NULL;
}

size_t map_count(const struct map *m)
{
    return m->count;
}

static struct slot *find(const struct map *m, const char *key, uint64_t h)
{
    size_t i = h & (m->cap - 1);
    while (m->slots[i].key && (m->slots[i].hash != h || strcmp(m->slots[i].key, key) != 0))
        i = (i + 1) & (m->cap - 1);
    return &m->slots[i];
}

static enum err grow(struct map *m)
{
    struct map bigger = {.cap = m->cap * 2, .count = m->count};
    bigger.slots = mem_array(bigger.cap, sizeof *bigger.slots);
    if (!bigger.slots)
        return ERR_NOMEM;
    for (size_t i = 0; i < m->cap; i++)
        if (m->slots[i].key)
            *find(&bigger, m->slots[i].key, m->slots[i].hash) = m->slots[i];
    mem_free(m->slots);
    *m = bigger;
    return ERR_OK;
}

enum err map_put(struct map *m, const char *key, int64_t value)
{
    if (m->count * 4 >= m->cap * 3)
        TRY(grow(m));
    uint64_t h = hash64(key, strlen(key), 0);
    struct slot *s = find(m, key, h);
    if (!s->key) {
        s->key = mem_strdup(key);
        if (!s->key)
            return ERR_NOMEM;
        s->hash = h;
        m->count++;
    }
    s->value = value;
    return ERR_OK;
}

bool map_get(const struct map *m, const char *key, int64_t *out)
{
    const struct slot *s = find(m, key, hash64(key, strlen(key), 0));
    if (!s->key)
        return false;
    *out = s->value;
    return true;
}
