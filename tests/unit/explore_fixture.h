/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* A question of Analys, made of fields. */
#pragma once

#include "base/mem.h"
#include "parts/explore/explore_inner.h"

#define TOWN "1493"

static const struct date first = {2026, 1, 5}, last = {2026, 6, 28};

static inline struct req request(struct arena *a, struct pair *fields, size_t n)
{
    return (struct req){.arena = a, .fields = fields, .n_fields = n, .lang = LANG_SV};
}

static inline struct explore_ask ask_of(struct req *rq)
{
    struct explore_ask ask = {.q = event_query_blank(TOWN)};
    ask.q.has_from = ask.q.has_to = true;
    ask.q.from = first;
    ask.q.to = last;
    explore_ask_choose(rq, &ask);
    return ask;
}
