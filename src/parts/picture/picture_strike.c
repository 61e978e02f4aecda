/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Words that are struck out of published pictures: what the coordinator wrote to them. Figures
 * stay. */
#include "base/mem.h"
#include "parts/picture/picture.h"
#include "picture_sql.h"

#define SCRATCH ((size_t)64 << 20) /* of one picture */

static enum err strike_one(struct event_striking *s, const struct q_picture_every_row *row)
{
    size_t before = s->struck;
    struct q_picture_put_words_in put = {s->municipality, row->id, row->title, row->note,
                                         time_now()};
    TRY(event_strike_in(s, &put.title));
    TRY(event_strike_in(s, &put.note));
    return s->look || s->struck == before ? ERR_OK : q_picture_put_words_run(s->tx, &put, NULL);
}

enum err picture_strike(struct event_striking *s)
{
    struct q_picture_every_row *all;
    struct arena *before = s->a;
    size_t n;
    enum err e =
        q_picture_every_all(s->tx, s->a, &(struct q_picture_every_in){s->municipality}, &all, &n);
    for (size_t i = 0; !e && i < n; i++) {
        AUTO(arena_freep) struct arena *a = arena_new(SCRATCH);
        s->a = a;
        e = a ? strike_one(s, &all[i]) : ERR_NOMEM;
    }
    s->a = before;
    return e;
}
