/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include <stdint.h>
#include <stdlib.h>

#include "core/textguard.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Any bytes: spans lie inside the text, in order, without overlap. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct guard_span s[32];
    size_t n = guard_find((const char *)data, size, s, 32), last = 0;
    for (size_t i = 0; i < n && i < 32; i++) {
        if (s[i].at < last || s[i].len == 0 || s[i].at + s[i].len > size)
            abort();
        last = s[i].at + s[i].len;
    }
    return 0;
}
