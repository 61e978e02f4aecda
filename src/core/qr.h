/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* QR codes (ISO/IEC 18004): bytes, error correction level M, versions 1 to 10. For the address that
 * an authenticator app reads; the template draws the squares. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

#define QR_MAX_SIDE 57  /* version 10 */
#define QR_MAX_TEXT 213 /* bytes in version 10 at level M */
#define QR_QUIET 4      /* squares that must be left light on each side when it is drawn */

struct qr {
    int side;                               /* 21, 25 .. 57 */
    uint8_t dark[QR_MAX_SIDE][QR_MAX_SIDE]; /* [row][column], 1 = dark */
};

/* The smallest version that holds n bytes. ERR_LIMIT above QR_MAX_TEXT. */
NODISCARD enum err qr_make(const char *text, size_t n, struct qr *out);
