/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "core/password.h"

#include <assert.h>
#include <pthread.h>
#include <sodium.h>
#include <string.h>
#include <time.h>

#include "base/mem.h"
#include "base/str.h"

_Static_assert(PASSWORD_HASH_TEXT >= crypto_pwhash_STRBYTES, "the hash must fit");

const struct password_cost password_cost_default = {3, 64u << 20};
const struct password_cost password_cost_tests = {1, 8192};

/* What people choose first, in small letters. Years and signs around a word do not help, so they
 * are not listed. */
static const char *const common[] = {
#include "core/password_words.inc"
};

/* Small letters for ASCII and for the Latin-1 part of UTF-8 (Å Ä Ö É); same length. */
static void lower(char *out, const char *s, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        unsigned char c = (unsigned char)s[i];
        bool latin = i > 0 && (unsigned char)s[i - 1] == 0xc3 && c >= 0x80 && c <= 0x9e;
        out[i] = (char)((c >= 'A' && c <= 'Z') || latin ? c + 0x20 : c);
    }
    out[n] = 0;
}

static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (unsigned char)c >= 0x80;
}

static bool is_common_word(const char *s, size_t n)
{
    for (size_t i = 0; i < ARRAY_LEN(common); i++)
        if (strlen(common[i]) == n && memcmp(common[i], s, n) == 0)
            return true;
    return false;
}

/* One common word, or two after each other. */
static bool is_common_pair(const char *s, size_t n)
{
    if (is_common_word(s, n))
        return true;
    for (size_t i = 1; i < n; i++)
        if (is_common_word(s, i) && is_common_word(s + i, n - i))
            return true;
    return false;
}

/* "121212121212", "aaaaaaaaaaaa", "123456789012", "abcdefghijkl": at most two different characters,
 * or each the neighbour of the one before. */
static bool is_row(const char *s, size_t n)
{
    size_t up = 0, down = 0, different = 0;
    for (size_t i = 0; i < n; i++)
        different += memchr(s, s[i], i) == NULL;
    for (size_t i = 1; i < n; i++) {
        up += s[i] == s[i - 1] + 1 || (s[i] == '0' && s[i - 1] == '9');
        down += s[i] == s[i - 1] - 1 || (s[i] == '9' && s[i - 1] == '0');
    }
    return different <= 2 || up + 1 >= n - 1 || down + 1 >= n - 1;
}

static bool is_common(const char *password, size_t n)
{
    char s[PASSWORD_MAX_BYTES + 1], letters[PASSWORD_MAX_BYTES + 1];
    lower(s, password, n);
    size_t m = 0;
    for (size_t i = 0; i < n; i++)
        if (is_letter(s[i]))
            letters[m++] = s[i];
    bool found = is_row(s, n) || is_common_word(s, n);
    if (m > 0 && m <= 40)
        found = found || is_common_pair(letters, m);
    sodium_memzero(s, sizeof s);
    sodium_memzero(letters, sizeof letters);
    return found;
}

static bool is_address(const char *password, size_t n, const char *email)
{
    size_t all = email ? strlen(email) : 0;
    if (all == 0 || all > PASSWORD_MAX_BYTES)
        return false;
    char p[PASSWORD_MAX_BYTES + 1], e[PASSWORD_MAX_BYTES + 1];
    lower(p, password, n);
    lower(e, email, all);
    bool same = strcmp(p, e) == 0;
    char *at = strchr(e, '@');
    if (at)
        *at = 0;
    same = same || strcmp(p, e) == 0;
    sodium_memzero(p, sizeof p);
    return same;
}

enum password_problem password_check(const char *password, const char *email)
{
    assert(password);
    size_t n = strlen(password);
    if (n > PASSWORD_MAX_BYTES)
        return PASSWORD_LONG;
    if (!utf8_valid(password, n) || utf8_has_control(password) || strpbrk(password, "\n\t"))
        return PASSWORD_INVALID;
    if (utf8_len(password) < PASSWORD_MIN_CHARS)
        return PASSWORD_SHORT;
    if (is_address(password, n, email))
        return PASSWORD_EMAIL;
    return is_common(password, n) ? PASSWORD_COMMON : PASSWORD_OK;
}

const char *password_problem_key(enum password_problem p)
{
    static const char *const keys[PASSWORD_PROBLEM_COUNT] = {
        [PASSWORD_SHORT] = "password_short",     [PASSWORD_LONG] = "password_long",
        [PASSWORD_INVALID] = "password_invalid", [PASSWORD_EMAIL] = "password_email",
        [PASSWORD_COMMON] = "password_common",
    };
    assert((unsigned)p < PASSWORD_PROBLEM_COUNT);
    return keys[p];
}

enum err password_hash(const char *password, struct password_cost cost,
                       char out[PASSWORD_HASH_TEXT])
{
    assert(password && out);
    size_t n = strlen(password);
    if (n == 0 || n > PASSWORD_MAX_BYTES)
        return ERR_INVALID;
    if (sodium_init() < 0)
        return ERR_INTERNAL;
    char text[crypto_pwhash_STRBYTES] = {0};
    if (crypto_pwhash_str_alg(text, password, n, cost.passes, cost.memory,
                              crypto_pwhash_ALG_ARGON2ID13) != 0)
        return ERR_NOMEM;
    str_copy(out, PASSWORD_HASH_TEXT, text);
    return ERR_OK;
}

bool password_verify(const char *stored, const char *password, struct password_cost cost)
{
    assert(password);
    size_t n = strlen(password);
    if (n > PASSWORD_MAX_BYTES || sodium_init() < 0)
        return false;
    if (stored)
        return crypto_pwhash_str_verify(stored, password, n) == 0;
    static const unsigned char salt[crypto_pwhash_SALTBYTES] = {0};
    unsigned char unused[32];
    int failed = crypto_pwhash(unused, sizeof unused, password, n, salt, cost.passes, cost.memory,
                               crypto_pwhash_ALG_ARGON2ID13);
    sodium_memzero(unused, sizeof unused);
    (void)failed; /* there is no account: false whatever happened */
    return false;
}

bool password_rehash_needed(const char *stored, struct password_cost cost)
{
    return sodium_init() >= 0 &&
           crypto_pwhash_str_needs_rehash(stored, cost.passes, cost.memory) != 0;
}

struct password_gate {
    pthread_mutex_t lock;
    pthread_cond_t left;
    int free;
};

struct password_gate *password_gate_new(int places)
{
    assert(places > 0);
    struct password_gate *g = mem_alloc(sizeof *g);
    if (!g)
        return NULL;
    pthread_condattr_t attr;
    pthread_condattr_init(&attr);
    pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
    pthread_cond_init(&g->left, &attr);
    pthread_condattr_destroy(&attr);
    pthread_mutex_init(&g->lock, NULL);
    g->free = places;
    return g;
}

void password_gate_free(struct password_gate *g)
{
    if (!g)
        return;
    pthread_cond_destroy(&g->left);
    pthread_mutex_destroy(&g->lock);
    mem_free(g);
}

enum err password_gate_enter(struct password_gate *g, int wait_ms)
{
    struct timespec until;
    clock_gettime(CLOCK_MONOTONIC, &until);
    until.tv_sec += wait_ms / 1000;
    until.tv_nsec += (long)(wait_ms % 1000) * 1000000;
    if (until.tv_nsec >= 1000000000) {
        until.tv_sec++;
        until.tv_nsec -= 1000000000;
    }
    pthread_mutex_lock(&g->lock);
    int timed_out = 0;
    while (g->free == 0 && !timed_out)
        timed_out = pthread_cond_timedwait(&g->left, &g->lock, &until);
    bool got = g->free > 0;
    if (got)
        g->free--;
    pthread_mutex_unlock(&g->lock);
    return got ? ERR_OK : ERR_BUSY;
}

void password_gate_leave(struct password_gate *g)
{
    pthread_mutex_lock(&g->lock);
    g->free++;
    pthread_cond_signal(&g->left);
    pthread_mutex_unlock(&g->lock);
}
