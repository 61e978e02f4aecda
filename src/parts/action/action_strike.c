/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Words that are struck out of an action for good: also of its history, plans and effects. */
#include "base/jsonw.h"
#include "base/mem.h"
#include "base/str.h"
#include "parts/action/action_inner.h"
#include "parts/event/event.h"

#define CHANGES_MOST (64 * 1024)

/* --- What was told of changes --- */

static bool in_words(const char *field)
{
    return str_eq(field, "title") || str_eq(field, "problem") || str_eq(field, "place") ||
           str_eq(field, "partners");
}

static enum err strike_changes(struct event_striking *s, const char **json)
{
    struct action_said *said;
    size_t n;
    AUTO(buf_done) struct buf b = buf_init(CHANGES_MOST);
    struct jsonw w = jsonw_init(&b);
    TRY(action_changes_read(s->a, *json, &said, &n));
    jsonw_array(&w);
    for (size_t i = 0; i < n; i++) {
        if (in_words(said[i].field)) {
            TRY(event_strike_in(s, &said[i].before));
            TRY(event_strike_in(s, &said[i].after));
        }
        jsonw_array(&w);
        jsonw_text(&w, said[i].field);
        jsonw_text(&w, said[i].before);
        jsonw_text(&w, said[i].after);
        jsonw_end(&w);
    }
    jsonw_end(&w);
    TRY(buf_err(&b));
    *json = arena_strdup(s->a, buf_text(&b));
    return *json ? ERR_OK : ERR_NOMEM;
}

static enum err strike_history(struct event_striking *s, struct id action)
{
    struct q_action_history_words_in in = {s->municipality, action};
    struct q_action_history_words_row *rows;
    size_t n;
    TRY(q_action_history_words_all(s->tx, s->a, &in, &rows, &n));
    for (size_t i = 0; i < n; i++) {
        size_t before = s->struck;
        struct q_action_history_put_in put = {s->municipality, action, rows[i].version,
                                              rows[i].note, rows[i].changes};
        TRY(event_strike_in(s, &put.note));
        TRY(strike_changes(s, &put.changes));
        if (!s->look && s->struck > before)
            TRY(q_action_history_put_run(s->tx, &put, NULL));
    }
    return ERR_OK;
}

/* --- Plans and effects --- */

static enum err strike_plans(struct event_striking *s, struct id action)
{
    struct q_action_plan_words_in in = {s->municipality, action};
    struct q_action_plan_words_row *rows;
    size_t n;
    TRY(q_action_plan_words_all(s->tx, s->a, &in, &rows, &n));
    for (size_t i = 0; i < n; i++) {
        size_t before = s->struck;
        struct q_action_plan_put_in put = {s->municipality, action, rows[i].version,
                                           rows[i].place_name, rows[i].reason};
        TRY(event_strike_in(s, &put.place_name));
        TRY(event_strike_in(s, &put.reason));
        if (!s->look && s->struck > before)
            TRY(q_action_plan_put_run(s->tx, &put, NULL));
    }
    return ERR_OK;
}

static enum err strike_effects(struct event_striking *s, struct id action)
{
    struct q_action_effects_in in = {s->municipality, action};
    struct q_action_effects_row *rows;
    size_t n;
    TRY(q_action_effects_all(s->tx, s->a, &in, &rows, &n));
    for (size_t i = 0; i < n; i++) {
        size_t before = s->struck;
        struct q_action_effect_put_in put = {s->municipality, action, rows[i].plan_version,
                                             rows[i].words_sv, rows[i].words_en};
        TRY(event_strike_in(s, &put.words_sv));
        TRY(event_strike_in(s, &put.words_en));
        if (!s->look && s->struck > before)
            TRY(q_action_effect_put_run(s->tx, &put, NULL));
    }
    return ERR_OK;
}

/* --- The action --- */

/* A form that was open with the words in it is not taken afterwards: the version has grown. */
static enum err put(struct event_striking *s, const struct q_action_one_row *row,
                    const struct q_action_put_words_in *words, struct id by)
{
    struct q_action_tell_in tell = {.municipality = s->municipality,
                                    .action = row->id,
                                    .version = row->version + 1,
                                    .at = words->at,
                                    .by = by,
                                    .what = "edited",
                                    .state = row->state,
                                    .note = text_get(LANG_SV, T_action_words_struck),
                                    .changes = "[]"};
    TRY(q_action_put_words_run(s->tx, words, NULL));
    return q_action_tell_run(s->tx, &tell, NULL);
}

enum err action_strike(struct event_striking *s, struct id action, struct id by)
{
    struct q_action_one_in in = {s->municipality, action};
    struct q_action_one_row row;
    size_t before = s->struck;
    TRY(q_action_one_one(s->tx, s->a, &in, &row));
    struct q_action_put_words_in words = {s->municipality, action,       row.title,  row.problem,
                                          row.place_name,  row.partners, time_now(), by};
    TRY(event_strike_in(s, &words.title));
    TRY(event_strike_in(s, &words.problem));
    TRY(event_strike_in(s, &words.place_name));
    TRY(event_strike_in(s, &words.partners));
    TRY(strike_history(s, action));
    TRY(strike_plans(s, action));
    TRY(strike_effects(s, action));
    return s->look || s->struck == before ? ERR_OK : put(s, &row, &words, by);
}
