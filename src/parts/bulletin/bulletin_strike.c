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

/* Actions and places as they were called when it was made. ERR_CORRUPT: cannot be read, and then
 * nothing was struck. */
static enum err strike_frozen(struct event_striking *s, int64_t version, struct id period,
                              const char **content)
{
    struct adopted_head head = {.period = period, .version = version};
    struct bulletin_frozen f;
    struct adopted adopted;
    const char *picture;
    enum err e = adopted_get(s->tx, s->a, s->municipality, &head, &picture);
    if (e)
        return e == ERR_NOTFOUND ? ERR_CORRUPT : e;
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

/* The same of what people wrote. */
static enum err strike_written(struct event_striking *s, const char **json)
{
    struct bulletin_words words;
    TRY(bulletin_words_read(*json, s->a, &words));
    TRY(strike_sections(s, words.group));
    TRY(strike_sections(s, words.public));
    return bulletin_words_write(s->a, &words, json);
}

/* What cannot be read is told of, and stays as it is. */
static enum err told(struct event_striking *s, enum err e, const char *kind, struct id period)
{
    if (e == ERR_CORRUPT)
        event_strike_unread(s, kind, period);
    return e == ERR_CORRUPT ? ERR_OK : e;
}

static enum err strike_group(struct event_striking *s, struct id period, struct id by)
{
    struct q_bulletin_get_in in = {s->municipality, period};
    struct q_bulletin_get_row row;
    size_t before = s->struck;
    enum err e = q_bulletin_get_one(s->tx, s->a, &in, &row);
    if (e == ERR_NOTFOUND) /* none was made */
        return ERR_OK;
    TRY(e);
    e = strike_frozen(s, row.adopted_version, period, &row.content);
    TRY(told(s, e, "bulletin", period));
    TRY(told(s, strike_written(s, &row.words), "bulletin", period));
    struct q_bulletin_put_words_in put = {s->municipality, period,     row.content,
                                          row.words,       time_now(), by};
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
        struct q_bulletin_public_update_in put = {s->municipality, rows[i].id, NULL, time_now(),
                                                  by};
        enum err e = bulletin_public_read(rows[i].content, s->a, &p);
        TRY(told(s, e, "bulletin_public", period));
        if (e)
            continue;
        TRY(strike_sections(s, p.words));
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
