/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* How many come from one network, in memory only. */
#include <arpa/inet.h>
#include <pthread.h>
#include <string.h>

#include "base/hash.h"
#include "base/id.h"
#include "base/mem.h"
#include "parts/citizen/citizen_token.h"

#define BUCKETS 16384
#define LOOK 8 /* places tried for a key before the oldest gives way */

/* How many may come at once, and how many more in an hour. A library or a school is one network. */
static const struct {
    double most, an_hour;
} rules[CITIZEN_WHATS] = {
    [CITIZEN_TRY] = {40, 120},
    [CITIZEN_WORKED] = {12, 24},
    [CITIZEN_PLAIN] = {4, 6},
    [CITIZEN_GUESS] = {12, 24},
};

struct bucket {
    uint64_t key; /* 0: free */
    int64_t at;
    double left;
};

struct citizen_limits {
    pthread_mutex_t lock;
    uint64_t secret;
    struct bucket buckets[BUCKETS];
};

struct citizen_limits *citizen_limits_new(void)
{
    struct citizen_limits *l = mem_alloc(sizeof *l);
    if (!l)
        return NULL;
    pthread_mutex_init(&l->lock, NULL);
    random_bytes(&l->secret, sizeof l->secret);
    return l;
}

void citizen_limits_free(struct citizen_limits *l)
{
    if (!l)
        return;
    pthread_mutex_destroy(&l->lock);
    mem_free(l);
}

static const uint8_t mapped[12] = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};

/* The first bytes of an address that its network shares. What is no address is a network too. */
static uint64_t key_of(const struct citizen_limits *l, const char *client, enum citizen_what w)
{
    uint8_t a[16] = {0};
    uint64_t seed = l->secret + (uint64_t)w;
    if (inet_pton(AF_INET, client ? client : "", a) == 1)
        return hash64(a, 3, seed) | 1;
    if (inet_pton(AF_INET6, client ? client : "", a) != 1)
        return hash64("?", 1, seed) | 1;
    if (memcmp(a, mapped, sizeof mapped) == 0) /* ::ffff:192.0.2.1 */
        return hash64(a + 12, 3, seed) | 1;
    return hash64(a, 6, seed) | 1;
}

static struct bucket *find(struct citizen_limits *l, uint64_t key, enum citizen_what w, int64_t now)
{
    struct bucket *best = NULL;
    for (uint64_t i = 0; i < LOOK; i++) {
        struct bucket *b = &l->buckets[(key + i) % BUCKETS];
        if (b->key == key)
            return b;
        if (!best || (best->key && (b->key == 0 || b->at < best->at)))
            best = b;
    }
    *best = (struct bucket){key, now, rules[w].most};
    return best;
}

static bool ask(struct citizen_limits *l, const char *client, enum citizen_what w, int64_t now,
                int *out_wait, double take)
{
    double each = rules[w].an_hour / (double)MSEC_HOUR;
    pthread_mutex_lock(&l->lock);
    struct bucket *b = find(l, key_of(l, client, w), w, now);
    b->left += (double)(now - b->at) * each;
    if (b->left > rules[w].most)
        b->left = rules[w].most;
    b->at = now;
    double left = b->left;
    bool ok = left >= 1;
    if (ok)
        b->left -= take;
    pthread_mutex_unlock(&l->lock);
    if (!ok)
        *out_wait = (int)((1 - left) / each / MSEC_SECOND) + 1;
    return ok;
}

bool citizen_limits_ask(struct citizen_limits *l, const char *client, enum citizen_what w,
                        int64_t now, int *out_wait)
{
    return ask(l, client, w, now, out_wait, 0);
}

bool citizen_limits_take(struct citizen_limits *l, const char *client, enum citizen_what w,
                         int64_t now, int *out_wait)
{
    return ask(l, client, w, now, out_wait, 1);
}
