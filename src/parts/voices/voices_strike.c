/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Words that are struck out of what is written about unsafe and safe places. */
#include "base/mem.h"
#include "parts/event/event.h"
#include "parts/voices/voices.h"
#include "voices_sql.h"

#define SCRATCH ((size_t)64 << 20) /* of one publication */

static enum err strike_one(struct event_striking *s, struct id publication)
{
    struct q_voices_words_in in = {s->municipality, publication};
    struct q_voices_touch_in touch = {s->municipality, publication, time_now()};
    struct q_voices_words_row *rows;
    size_t n, first = s->struck;
    TRY(q_voices_words_all(s->tx, s->a, &in, &rows, &n));
    for (size_t i = 0; i < n; i++) {
        size_t before = s->struck;
        struct q_voices_words_put_in put = {s->municipality, publication, rows[i].cluster,
                                            rows[i].done};
        TRY(event_strike_in(s, &put.done));
        if (!s->look && s->struck > before)
            TRY(q_voices_words_put_run(s->tx, &put, NULL));
    }
    return s->look || s->struck == first ? ERR_OK : q_voices_touch_run(s->tx, &touch, NULL);
}

enum err voices_strike(struct event_striking *s)
{
    struct q_voices_every_row *all;
    struct arena *before = s->a;
    size_t n;
    enum err e =
        q_voices_every_all(s->tx, s->a, &(struct q_voices_every_in){s->municipality}, &all, &n);
    for (size_t i = 0; !e && i < n; i++) {
        AUTO(arena_freep) struct arena *a = arena_new(SCRATCH);
        s->a = a;
        e = a ? strike_one(s, all[i].id) : ERR_NOMEM;
    }
    s->a = before;
    return e;
}
