/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Words that are struck out of what people decided about a period, in every version, and out of
 * the pictures that were adopted of it. Figures stay. */
#include "base/mem.h"
#include "changes_sql.h"
#include "parts/changes/changes.h"
#include "parts/event/event.h"

static enum err strike_levels(struct event_striking *s, struct id period)
{
    struct q_changes_level_words_in in = {s->municipality, period};
    struct q_changes_level_words_row *rows;
    size_t n;
    TRY(q_changes_level_words_all(s->tx, s->a, &in, &rows, &n));
    for (size_t i = 0; i < n; i++) {
        size_t before = s->struck;
        struct q_changes_level_put_in put = {s->municipality, period, rows[i].area, rows[i].version,
                                             rows[i].reason};
        TRY(event_strike_in(s, &put.reason));
        if (!s->look && s->struck > before)
            TRY(q_changes_level_put_run(s->tx, &put, NULL));
    }
    return ERR_OK;
}

static enum err strike_focus(struct event_striking *s, struct id period)
{
    struct q_changes_focus_words_in in = {s->municipality, period};
    struct q_changes_focus_words_row *rows;
    size_t n;
    TRY(q_changes_focus_words_all(s->tx, s->a, &in, &rows, &n));
    for (size_t i = 0; i < n; i++) {
        size_t before = s->struck;
        struct q_changes_focus_put_in put = {s->municipality,  period,       rows[i].version,
                                             rows[i].place_no, rows[i].name, rows[i].reason};
        TRY(event_strike_in(s, &put.name));
        TRY(event_strike_in(s, &put.reason));
        if (!s->look && s->struck > before)
            TRY(q_changes_focus_put_run(s->tx, &put, NULL));
    }
    return ERR_OK;
}

static enum err strike_content(struct event_striking *s, const char **content)
{
    struct adopted d;
    TRY(adopted_read(*content, s->a, &d));
    for (size_t i = 0; i < d.n_areas; i++)
        TRY(event_strike_in(s, &d.areas[i].reason));
    for (size_t i = 0; i < d.focus.n; i++) {
        TRY(event_strike_in(s, &d.focus.places[i].name));
        TRY(event_strike_in(s, &d.focus.places[i].reason));
    }
    return adopted_write(s->a, &d, content);
}

static enum err strike_adopted(struct event_striking *s, struct id period)
{
    struct q_changes_adopted_words_in in = {s->municipality, period};
    struct q_changes_adopted_words_row *rows;
    size_t n;
    TRY(q_changes_adopted_words_all(s->tx, s->a, &in, &rows, &n));
    for (size_t i = 0; i < n; i++) {
        size_t before = s->struck;
        struct q_changes_adopted_put_in put = {s->municipality, period, rows[i].version,
                                               rows[i].content};
        TRY(strike_content(s, &put.content));
        if (!s->look && s->struck > before)
            TRY(q_changes_adopted_put_run(s->tx, &put, NULL));
    }
    return ERR_OK;
}

enum err changes_strike(struct event_striking *s, struct id period)
{
    TRY(strike_levels(s, period));
    TRY(strike_focus(s, period));
    return strike_adopted(s, period);
}
