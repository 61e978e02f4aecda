/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The key, the tickets it signs, and the memory of failed attempts. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <sodium.h>

#include "base/mem.h"
#include "base/str.h"
#include "core/account_inner.h"
#include "core/app.h"

#define GATE_PLACES 4

/* --- The key --- */

/* It lies beside the database and never in it, so that whoever gets hold of a copy or a backup of
 * the database cannot make tickets. */
static bool read_key(const char *path, uint8_t key[32])
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    bool whole = fd >= 0 && read(fd, key, 32) == 32;
    if (fd >= 0)
        close(fd);
    return whole;
}

/* Written under another name first: two processes that start at once end up with the same key. */
static bool make_key(const char *path, uint8_t key[32])
{
    char part[4096];
    if (snprintf(part, sizeof part, "%s.%ld", path, (long)getpid()) >= (int)sizeof part)
        return false;
    int fd = open(part, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    bool ok = fd >= 0 && write(fd, key, 32) == 32 && fsync(fd) == 0;
    if (fd >= 0)
        close(fd);
    ok = ok && (link(part, path) == 0 || errno == EEXIST);
    unlink(part);
    return ok && read_key(path, key);
}

/* Without a place to keep it the key lasts as long as the process. */
static void load_key(const char *path, uint8_t key[32])
{
    if (path && read_key(path, key))
        return;
    random_bytes(key, 32);
    if (path)
        (void)make_key(path, key);
}

enum err accounts_new(const char *key_path, struct password_cost cost, struct accounts **out)
{
    if (sodium_init() < 0)
        return ERR_INTERNAL;
    struct accounts *s = mem_alloc(sizeof *s);
    if (!s)
        return ERR_NOMEM;
    pthread_mutex_init(&s->lock, NULL);
    s->cost = cost;
    s->gate = password_gate_new(GATE_PLACES);
    load_key(key_path, s->key);
    if (!s->gate) {
        accounts_free(s);
        return ERR_NOMEM;
    }
    *out = s;
    return ERR_OK;
}

void accounts_free(struct accounts *s)
{
    if (!s)
        return;
    password_gate_free(s->gate);
    pthread_mutex_destroy(&s->lock);
    sodium_memzero(s->key, sizeof s->key);
    mem_free(s);
}

/* --- Tickets: account.until.mac --- */

void ticket_sign(const struct accounts *s, const char *purpose, const char *what, size_t n,
                 char out[65])
{
    uint8_t mac[32];
    crypto_generichash_state st;
    crypto_generichash_init(&st, s->key, sizeof s->key, sizeof mac);
    crypto_generichash_update(&st, (const uint8_t *)purpose, strlen(purpose) + 1);
    crypto_generichash_update(&st, (const uint8_t *)what, n);
    crypto_generichash_final(&st, mac, sizeof mac);
    sodium_bin2hex(out, 65, mac, sizeof mac);
}

void ticket_make(const struct accounts *s, const char *purpose, struct id account, msec until,
                 char out[TICKET_TEXT])
{
    char id[ID_TEXT], mac[65];
    id_text(account, id);
    int n = snprintf(out, TICKET_TEXT, "%s.%lld", id, (long long)until);
    ticket_sign(s, purpose, out, (size_t)n, mac);
    snprintf(out + n, TICKET_TEXT - (size_t)n, ".%s", mac);
}

enum err ticket_read(const struct accounts *s, const char *purpose, const char *text,
                     struct id *out_account)
{
    char copy[TICKET_TEXT], mac[65];
    struct id id;
    int64_t until;
    if (!text || !str_copy(copy, sizeof copy, text))
        return ERR_UNAUTHENTICATED;
    char *last = strrchr(copy, '.');
    char *dot = strchr(copy, '.');
    if (!last || last == dot || strlen(last + 1) != 64)
        return ERR_UNAUTHENTICATED;
    ticket_sign(s, purpose, copy, (size_t)(last - copy), mac);
    if (sodium_memcmp(mac, last + 1, 64) != 0)
        return ERR_UNAUTHENTICATED;
    *last = *dot = 0;
    if (id_parse(copy, &id) || !str_to_int(dot + 1, &until) || time_now() >= until)
        return ERR_UNAUTHENTICATED;
    *out_account = id;
    return ERR_OK;
}

/* --- Failed attempts --- */

/* Kept for addresses without an account too: otherwise the waiting would tell who has one. */
uint64_t miss_key(const struct accounts *s, const char *email, bool known_device)
{
    uint64_t key;
    crypto_generichash_state st;
    crypto_generichash_init(&st, s->key, sizeof s->key, 16);
    crypto_generichash_update(&st, (const uint8_t *)(known_device ? "known" : "other"), 5);
    crypto_generichash_update(&st, (const uint8_t *)email, strlen(email));
    uint8_t hash[16];
    crypto_generichash_final(&st, hash, sizeof hash);
    memcpy(&key, hash, sizeof key);
    return key ? key : 1;
}

static struct miss *slot(struct accounts *s, uint64_t key)
{
    struct miss *set = &s->misses[key % (MISS_SLOTS / MISS_WAYS) * MISS_WAYS], *oldest = set;
    for (int i = 0; i < MISS_WAYS; i++) {
        if (set[i].key == key)
            return &set[i];
        if (set[i].at < oldest->at)
            oldest = &set[i];
    }
    return oldest;
}

int miss_wait(struct accounts *s, uint64_t key, msec now)
{
    pthread_mutex_lock(&s->lock);
    struct miss m = *slot(s, key);
    pthread_mutex_unlock(&s->lock);
    if (m.key != key || m.count < MISS_FREE || now - m.at > MISS_FORGET)
        return 0;
    int64_t over = m.count - MISS_FREE;
    int64_t seconds = over >= 5 ? MISS_WAIT_MOST : INT64_C(1) << over;
    int64_t left = m.at + seconds * MSEC_SECOND - now;
    return left <= 0 ? 0 : (int)((left + MSEC_SECOND - 1) / MSEC_SECOND);
}

void miss_add(struct accounts *s, uint64_t key, msec now)
{
    pthread_mutex_lock(&s->lock);
    struct miss *m = slot(s, key);
    if (m->key != key || now - m->at > MISS_FORGET)
        *m = (struct miss){.key = key};
    m->count++;
    m->at = now;
    pthread_mutex_unlock(&s->lock);
}

struct miss miss_clear(struct accounts *s, uint64_t key)
{
    struct miss was = {0};
    pthread_mutex_lock(&s->lock);
    struct miss *m = slot(s, key);
    if (m->key == key) {
        was = *m;
        *m = (struct miss){0};
    }
    pthread_mutex_unlock(&s->lock);
    return was;
}
