/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Words that are struck out of a period's bulletin, in the group's variant and in everybody's. */
#include "base/mem.h"
#include "bulletin_sql.h"
#include "parts/bulletin/bulletin_inner.h"
#include "parts/event/event.h"

static enum err strike_sections(struct event_striking *s, const char **words)
{
    for (int i = 0; i < BULLETIN_SECTIONS; i++)
        TRY(event_strike_in(s, &words[i]));
    return ERR_OK;
}

/* Actions and places as they were called when it was made. */
static enum err strike_frozen(struct event_striking *s, int64_t version, struct id period,
                              const char **content)
{
    struct adopted_head head = {.period = period, .version = version};
    struct bulletin_frozen f;
    struct adopted adopted;
    const char *picture;
    TRY(adopted_get(s->tx, s->a, s->municipality, &head, &picture));
    TRY(adopted_read(picture, s->a, &adopted));
    TRY(bulletin_frozen_read(*content, adopted.n_areas, s->a, &f));
    for (size_t i = 0; i < f.n_actions; i++) {
        TRY(event_strike_in(s, &f.actions[i].title));
        if (!f.actions[i].where_known) /* else it is an area */
            TRY(event_strike_in(s, &f.actions[i].where));
    }
    for (size_t i = 0; i < f.n_spots; i++)
        for (int k = 0; k < LANG_COUNT; k++)
            TRY(event_strike_in(s, &f.spots[i].said[k]));
    return bulletin_frozen_write(s->a, &f, content);
}

static enum err strike_group(struct event_striking *s, struct id period, struct id by)
{
    struct q_bulletin_get_in in = {s->municipality, period};
    struct q_bulletin_get_row row;
    struct bulletin_words words;
    size_t before = s->struck;
    enum err e = q_bulletin_get_one(s->tx, s->a, &in, &row);
    if (e == ERR_NOTFOUND) /* none was made */
        return ERR_OK;
    TRY(e);
    TRY(strike_frozen(s, row.adopted_version, period, &row.content));
    TRY(bulletin_words_read(row.words, s->a, &words));
    TRY(strike_sections(s, words.group));
    TRY(strike_sections(s, words.public));
    struct q_bulletin_put_words_in put = {s->municipality, period, row.content, NULL,
                                          time_now(),      by};
    TRY(bulletin_words_write(s->a, &words, &put.words));
    return s->look || s->struck == before ? ERR_OK : q_bulletin_put_words_run(s->tx, &put, NULL);
}

static enum err strike_public(struct event_striking *s, struct id period, struct id by)
{
    struct q_bulletin_public_words_in in = {s->municipality, period};
    struct q_bulletin_public_words_row *rows;
    size_t n;
    TRY(q_bulletin_public_words_all(s->tx, s->a, &in, &rows, &n));
    for (size_t i = 0; i < n; i++) {
        struct bulletin_public p;
        size_t before = s->struck;
        TRY(bulletin_public_read(rows[i].content, s->a, &p));
        TRY(strike_sections(s, p.words));
        struct q_bulletin_public_update_in put = {s->municipality, rows[i].id, NULL, time_now(),
                                                  by};
        TRY(bulletin_public_write(s->a, &p, &put.content));
        if (!s->look && s->struck > before)
            TRY(q_bulletin_public_update_run(s->tx, &put, NULL));
    }
    return ERR_OK;
}

enum err bulletin_strike(struct event_striking *s, struct id period, struct id by)
{
    TRY(strike_group(s, period, by));
    return strike_public(s, period, by);
}
