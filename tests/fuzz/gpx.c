/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "convert_fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    fuzz_format(CONVERT_GPX, data, size);
    return 0;
}
