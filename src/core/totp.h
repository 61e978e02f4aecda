/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The second factor: time-based codes (RFC 6238: SHA-1, 30 s, 6 digits), and recovery codes for
 * the day the phone is lost. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/err.h"

#define TOTP_SECRET_BYTES 20
#define TOTP_SECRET_TEXT 33 /* base32 and the NUL */
#define TOTP_STEP_SECONDS 30

/* A fresh secret. */
void totp_secret_new(uint8_t out[TOTP_SECRET_BYTES]);
/* The code of a step, 0..999999. */
uint32_t totp_code(const uint8_t *secret, size_t n, uint64_t step);
/* Six digits, spaces allowed ("123 456"), of this step or one beside it, and of a step later than
 * *last_step: a code works once. On true *last_step is the step used: store it before answering. */
bool totp_verify(const uint8_t *secret, size_t n, const char *typed, msec now, int64_t *last_step);

/* RFC 4648 without padding. out needs (n * 8 + 4) / 5 + 1 bytes. */
void base32_encode(const uint8_t *data, size_t n, char *out);
/* Either case; spaces, hyphens and padding are skipped. ERR_INVALID for other characters, ERR_LIMIT
 * when it does not fit. */
NODISCARD enum err base32_decode(const char *s, uint8_t *out, size_t size, size_t *out_n);

/* otpauth://totp/Samsyn:anna%40example.org?secret=...&issuer=Samsyn for the QR code. */
void totp_uri(struct buf *out, const char *issuer, const char *account,
              const uint8_t secret[TOTP_SECRET_BYTES]);

#define RECOVERY_TEXT 15 /* "abcd-efgh-jkmn", 58 random bits */
#define RECOVERY_HASH 32
void recovery_new(char out[RECOVERY_TEXT]);
/* What is stored instead of the code. `salt` is the account's id, so that equal codes of two
 * accounts differ. Case, spaces and hyphens do not matter. ERR_INVALID when it is no such code. */
NODISCARD enum err recovery_hash(const char *typed, const void *salt, size_t salt_n,
                                 uint8_t out[RECOVERY_HASH]);
/* In constant time. */
bool recovery_equal(const uint8_t a[RECOVERY_HASH], const uint8_t b[RECOVERY_HASH]);
