/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Whatever is written as a time: it is understood or not, and never ends before it begins. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "parts/event/event.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char *text = malloc(size + 1), word[EVENT_WHEN_WORD];
    struct event_when w;
    if (!text)
        return 0;
    if (size)
        memcpy(text, data, size);
    text[size] = 0;
    if (event_when_read(text, INT64_C(1763629200000), &w, word) == ERR_OK && w.to < w.from)
        abort();
    struct event_when_fields f = {text, text, NULL, text};
    if (event_when_read_fields(&f, INT64_C(1763629200000), &w, word) == ERR_OK && w.to < w.from)
        abort();
    free(text);
    return 0;
}
