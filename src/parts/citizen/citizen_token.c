/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "parts/citizen/citizen_token.h"

#include <stdio.h>
#include <string.h>

#include <sodium.h>

#include "base/id.h"
#include "base/str.h"
#include "core/account.h"

#define PURPOSE "citizen-form"
#define MAC_TEXT 64
#define WORK_MOST 20
#define AHEAD MSEC_MINUTE /* clocks of several machines */

/* --- Tokens: municipality.moment.bits.nonce.mac --- */

void citizen_token_make(const struct accounts *s, const char *municipality, msec now, int bits,
                        char out[CITIZEN_TOKEN_TEXT])
{
    uint8_t random[16];
    char nonce[33], mac[MAC_TEXT + 1];
    random_bytes(random, sizeof random);
    sodium_bin2hex(nonce, sizeof nonce, random, sizeof random);
    int n = snprintf(out, CITIZEN_TOKEN_TEXT, "%.4s.%lld.%d.%s", municipality, (long long)now, bits,
                     nonce);
    ticket_sign(s, PURPOSE, out, (size_t)n, mac);
    snprintf(out + n, CITIZEN_TOKEN_TEXT - (size_t)n, ".%s", mac);
}

/* The text up to the next dot, which becomes its end. NULL: there is none. */
static char *piece(char **at)
{
    char *from = *at, *dot = strchr(from, '.');
    if (!dot)
        return NULL;
    *dot = 0;
    *at = dot + 1;
    return from;
}

static bool signed_by_us(const struct accounts *s, const char *text)
{
    char mac[MAC_TEXT + 1];
    const char *last = strrchr(text, '.');
    if (!last || strlen(last + 1) != MAC_TEXT)
        return false;
    ticket_sign(s, PURPOSE, text, (size_t)(last - text), mac);
    return sodium_memcmp(mac, last + 1, MAC_TEXT) == 0;
}

static bool read_token(const struct accounts *s, const char *municipality, const char *text,
                       struct citizen_token *out)
{
    char copy[CITIZEN_TOKEN_TEXT], *at = copy;
    int64_t bits;
    if (!text || !str_copy(copy, sizeof copy, text) || !signed_by_us(s, text))
        return false;
    const char *town = piece(&at), *moment = piece(&at), *asked = piece(&at), *nonce = piece(&at);
    return nonce && str_eq(town, municipality) && str_to_int(moment, &out->at) &&
           str_to_int(asked, &bits) && bits >= 0 && bits <= CITIZEN_BITS_MOST &&
           (out->bits = (int)bits, true) && str_copy(out->nonce, sizeof out->nonce, nonce);
}

enum citizen_gate citizen_token_judge(const struct accounts *s, const struct citizen_form *f,
                                      msec now, struct citizen_token *out)
{
    struct citizen_token t = {0};
    if (!read_token(s, f->municipality, f->token, &t) || t.at > now + AHEAD)
        return CITIZEN_FORGED;
    t.worked = citizen_work_done(f->token, f->work, t.bits);
    t.wait = t.at + (t.worked ? CITIZEN_LEAST : CITIZEN_LEAST_PLAIN) - now;
    *out = t;
    if (now - t.at >= CITIZEN_TOKEN_LASTS)
        return CITIZEN_OLD;
    return t.wait > 0 ? CITIZEN_EARLY : CITIZEN_PASS;
}

/* --- Work --- */

bool citizen_work_done(const char *token, const char *work, int bits)
{
    uint8_t hash[crypto_hash_sha256_BYTES];
    char text[CITIZEN_TOKEN_TEXT + WORK_MOST + 2];
    if (!token || !work || !*work || strlen(work) > WORK_MOST || bits > CITIZEN_BITS_MOST)
        return false;
    int n = snprintf(text, sizeof text, "%s.%s", token, work);
    if (n < 0 || n >= (int)sizeof text)
        return false;
    crypto_hash_sha256(hash, (const uint8_t *)text, (size_t)n);
    for (int i = 0; i < bits; i++)
        if (hash[i / 8] >> (7 - i % 8) & 1)
            return false;
    return true;
}
