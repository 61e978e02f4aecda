/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* A request without a server behind it. */
#pragma once

#include "base/mem.h"
#include "base/str.h"
#include "http/http.h"

static inline struct req req_blank(void)
{
    struct req rq = {.path = "/", .query = "", .out_fd = -1};
    rq.arena = arena_new(1 << 20);
    rq.out = buf_init(1 << 20);
    return rq;
}

static inline void req_done(struct req *rq)
{
    buf_done(&rq->out);
    arena_free(rq->arena);
}
