/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "parts/event/event_squares.h"

#include <assert.h>
#include <stdio.h>

void event_squares_text(const struct event_squares *s, char out[EVENT_SQUARES_TEXT])
{
    size_t used = 0;
    assert(s->n <= EVENT_SQUARES_MOST);
    out[0] = 0;
    for (uint32_t i = 0; i < s->n; i++)
        used += (size_t)snprintf(out + used, EVENT_SQUARES_TEXT - used, "%s%u-%u", i ? "_" : "",
                                 s->at[i] >> 16, s->at[i] & 0xffff);
}

/* At most five digits, below 65,536. */
static bool number(const char **text, uint32_t *out)
{
    uint32_t v = 0;
    int digits = 0;
    for (; **text >= '0' && **text <= '9' && digits < 6; (*text)++, digits++)
        v = v * 10 + (uint32_t)(**text - '0');
    *out = v;
    return digits >= 1 && digits <= 5 && v > 0 && v <= UINT16_MAX;
}

enum err event_squares_parse(const char *text, struct event_squares *out)
{
    struct event_squares s = {0};
    for (;;) {
        uint32_t column, row;
        if (s.n == EVENT_SQUARES_MOST || !number(&text, &column) || *text++ != '-' ||
            !number(&text, &row))
            return ERR_INVALID;
        s.at[s.n++] = column << 16 | row;
        if (!*text)
            break;
        if (*text++ != '_')
            return ERR_INVALID;
    }
    *out = s;
    return ERR_OK;
}
