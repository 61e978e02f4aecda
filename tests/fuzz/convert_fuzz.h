/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* A reader fed with anything: whatever it writes must be sound for the reading side. */
#pragma once

#include <stdint.h>
#include <stdlib.h>

#include "convert/readers.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Ends the process when the stream breaks its own rules. */
static inline void fuzz_stream(const char *data, size_t n, bool own)
{
    const struct convert_item *it = NULL;
    struct stream_in *in = stream_in_new(-1, data, n);
    enum err e = in ? stream_in_next(in, &it) : ERR_NOMEM;
    while (!e && it)
        e = stream_in_next(in, &it);
    if (own && e == ERR_INVALID) {
        enum convert_fault fault = stream_in_error(in)->fault;
        if (fault == CONVERT_FAULT_STREAM || fault == CONVERT_FAULT_CRASHED)
            abort();
    }
    stream_in_free(in);
}

static inline void fuzz_format(enum convert_format f, const uint8_t *data, size_t size)
{
    struct convert_options o = {.format = f};
    struct reader_input input = {.fd = -1, .data = data, .n = size};
    struct stream_out out;
    struct buf memory = buf_init(64u << 20);
    if (stream_out_init(&out, -1, &memory))
        return;
    (void)reader_run(&o, 0, &input, &out);
    if (!buf_err(&memory))
        fuzz_stream(buf_text(&memory), memory.len, true);
    stream_out_done(&out);
    buf_done(&memory);
}
