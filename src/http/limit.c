/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "http/limit.h"

#include <arpa/inet.h>
#include <pthread.h>
#include <string.h>

#include "base/hash.h"
#include "base/id.h"
#include "base/mem.h"

#define BUCKETS 65536
#define LOOK 8 /* places tried for a key before the fullest is reused */

/* Calls that may come at once, and calls a second that refill. */
static const struct {
    double most, per_second;
} rules[RATE_CLASSES] = {
    [RATE_PAGE] = {300, 30},   [RATE_WRITE] = {60, 2},    [RATE_LOGIN] = {20, 0.2},
    [RATE_EXPORT] = {20, 0.5}, [RATE_TILE] = {1200, 120},
};

struct bucket {
    uint64_t key; /* 0 = free */
    int64_t at;
    float left;
};

struct limiter {
    pthread_mutex_t lock;
    uint64_t secret;
    struct bucket buckets[BUCKETS];
};

struct limiter *limiter_new(void)
{
    struct limiter *l = mem_alloc(sizeof *l);
    if (!l)
        return NULL;
    pthread_mutex_init(&l->lock, NULL);
    random_bytes(&l->secret, sizeof l->secret);
    return l;
}

void limiter_free(struct limiter *l)
{
    if (!l)
        return;
    pthread_mutex_destroy(&l->lock);
    mem_free(l);
}

static uint64_t key_of(const struct limiter *l, const char *client, enum rate_class c)
{
    unsigned char a[16] = {0};
    size_t n = 7; /* /56 */
    if (inet_pton(AF_INET, client, a) == 1)
        n = 3; /* /24 */
    else if (inet_pton(AF_INET6, client, a) != 1)
        return hash64(client, strlen(client), l->secret + c) | 1;
    return hash64(a, n, l->secret + (uint64_t)c) | 1;
}

static struct bucket *find(struct limiter *l, uint64_t key, enum rate_class c, int64_t now)
{
    struct bucket *best = NULL;
    for (uint64_t i = 0; i < LOOK; i++) {
        struct bucket *b = &l->buckets[(key + i) % BUCKETS];
        if (b->key == key)
            return b;
        if (!best || b->key == 0 || (best->key && b->at < best->at))
            best = b;
    }
    *best = (struct bucket){key, now, (float)rules[c].most};
    return best;
}

bool limiter_take(struct limiter *l, const char *client, enum rate_class c, int64_t now,
                  int *wait_seconds)
{
    uint64_t key = key_of(l, client, c);
    pthread_mutex_lock(&l->lock);
    struct bucket *b = find(l, key, c, now);
    double left = b->left + (double)(now - b->at) / 1000 * rules[c].per_second;
    if (left > rules[c].most)
        left = rules[c].most;
    bool ok = left >= 1;
    b->left = (float)(ok ? left - 1 : left);
    b->at = now;
    pthread_mutex_unlock(&l->lock);
    if (!ok)
        *wait_seconds = (int)((1 - left) / rules[c].per_second) + 1;
    return ok;
}
