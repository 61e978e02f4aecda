/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Events in the database: adding and reading. */
#include <string.h>

#include "base/mem.h"
#include "base/str.h"
#include "event_sql.h"
#include "parts/event/event_inner.h"

#define WORDS_LIMIT ((size_t)64 << 20)
#define CHUNK 500

static struct q_event_put_in put_row(const struct event *e)
{
    return (struct q_event_put_in){
        .municipality = e->municipality,
        .id = e->id,
        .source = e->source,
        .source_key = e->source_key,
        .source_hash = e->source_hash,
        .import_id = e->import_id,
        .organisation_id = e->organisation_id,
        .type_code = e->type_code,
        .type_said = e->type_said,
        .occurred_from = e->occurred_from,
        .occurred_to = e->occurred_to,
        .local_weekday = e->local_weekday,
        .local_hour = e->local_hour,
        .local_week = e->local_week,
        .precision = geo_precision_name(e->precision),
        .east = e->east,
        .north = e->north,
        .cell = e->cell ? e->cell : DB_NO_INT,
        .place_name = e->place_name,
        .place_id = e->place_id,
        .area_id = e->area_id,
        .state = event_state_name(e->state),
        .version = e->version,
        .reported_at = e->reported_at,
        .changed_at = e->changed_at,
        .created_by = e->created_by,
        .origin = e->origin,
        .title = e->title,
        .description = e->description,
        .url = e->url,
    };
}

/* What a new event gets before it is stored. */
static enum err begin_event(struct tx *tx, struct event_areas *areas, struct event *e)
{
    if (id_is_none(e->id))
        e->id = id_new();
    e->version = 1;
    e->changed_at = time_now();
    if (e->reported_at == 0)
        e->reported_at = e->changed_at;
    return event__complete(areas, tx, e);
}

/* What a chunk is sent in. Made as large as it needs to be: most events come one at a time. */
struct rows {
    struct event_words *stems;
    struct q_event_put_in *event;
    struct q_event_words_put_in *words;
    size_t *at;
};

static enum err put_chunk(struct tx *tx, struct event_areas *areas, const struct rows *r,
                          const struct event *list, size_t n)
{
    struct buf text = buf_init(WORDS_LIMIT);
    enum err e = ERR_OK;
    for (size_t i = 0; i < n && e == ERR_OK; i++) {
        struct event one = list[i];
        e = begin_event(tx, areas, &one);
        r->event[i] = put_row(&one);
        r->at[i] = text.len;
        event__words(r->stems, &text, tx_engine(tx), &one);
        buf_putc(&text, 0);
    }
    if (e == ERR_OK)
        e = buf_err(&text);
    for (size_t i = 0; i < n && e == ERR_OK; i++)
        r->words[i] = (struct q_event_words_put_in){r->event[i].municipality, r->event[i].id,
                                                    buf_text(&text) + r->at[i]};
    struct db_batch both[] = {{&q_event_put, r->event, n}, {&q_event_words_put, r->words, n}};
    if (e == ERR_OK)
        e = db_run_batches(tx, both, ARRAY_LEN(both));
    buf_done(&text);
    return e;
}

enum err event_add_batch(struct tx *tx, struct event_areas *areas, const struct event *list,
                         size_t n, size_t *bad, struct event_problem *problem)
{
    if (n > EVENT_BATCH_MOST)
        return ERR_LIMIT;
    for (size_t i = 0; i < n; i++) {
        if (event_check(&list[i], problem) == ERR_OK)
            continue;
        if (bad)
            *bad = i;
        return ERR_INVALID;
    }
    size_t most = n < CHUNK ? n : CHUNK;
    AUTO(event_words_freep) struct event_words *stems = event_words_new();
    AUTO(mem_freep) struct q_event_put_in *event = mem_array(most, sizeof *event);
    AUTO(mem_freep) struct q_event_words_put_in *words = mem_array(most, sizeof *words);
    AUTO(mem_freep) size_t *at = mem_array(most, sizeof *at);
    if (!stems || !event || !words || !at)
        return ERR_NOMEM;
    struct rows r = {stems, event, words, at};
    for (size_t i = 0; i < n; i += CHUNK)
        TRY(put_chunk(tx, areas, &r, list + i, n - i < CHUNK ? n - i : CHUNK));
    return ERR_OK;
}

enum err event_add(struct tx *tx, struct event_areas *areas, const struct event *e,
                   struct id *out_id, struct event_problem *problem)
{
    struct event one = *e;
    if (id_is_none(one.id))
        one.id = id_new();
    TRY(event_add_batch(tx, areas, &one, 1, NULL, problem));
    if (out_id)
        *out_id = one.id;
    return ERR_OK;
}

/* --- Reading --- */

static enum err from_row(const struct q_event_by_id_row *r, struct event *out)
{
    struct event e = {
        .municipality = r->municipality,
        .id = r->id,
        .source = r->source,
        .source_key = r->source_key,
        .source_hash = r->source_hash,
        .import_id = r->import_id,
        .organisation_id = r->organisation_id,
        .type_code = r->type_code,
        .type_said = r->type_said,
        .occurred_from = r->occurred_from,
        .occurred_to = r->occurred_to,
        .east = r->east,
        .north = r->north,
        .place_name = r->place_name,
        .place_id = r->place_id,
        .area_id = r->area_id,
        .reported_at = r->reported_at,
        .created_by = r->created_by,
        .origin = r->origin,
        .title = r->title,
        .description = r->description,
        .url = r->url,
        .local_weekday = (int)r->local_weekday,
        .local_hour = (int)r->local_hour,
        .local_week = r->local_week,
        .cell = r->cell == DB_NO_INT ? 0 : r->cell,
        .version = r->version,
        .changed_at = r->changed_at,
        .same_as = r->same_as,
    };
    if (!geo_precision_parse(r->precision, &e.precision) || !event_state_parse(r->state, &e.state))
        return ERR_CORRUPT;
    *out = e;
    return ERR_OK;
}

enum err event_get(struct tx *tx, struct arena *a, const char *municipality, struct id id,
                   struct event *out)
{
    struct q_event_by_id_in in = {municipality, id};
    struct q_event_by_id_row row;
    TRY(q_event_by_id_one(tx, a, &in, &row));
    return from_row(&row, out);
}

enum err event_get_many(struct tx *tx, struct arena *a, const struct event_key *keys, size_t n,
                        struct event *out, bool *found)
{
    struct q_event_by_id_in *in = ARENA_ARRAY(a, n, struct q_event_by_id_in);
    struct q_event_by_id_row *rows = ARENA_ARRAY(a, n, struct q_event_by_id_row);
    if (!in || !rows)
        return ERR_NOMEM;
    for (size_t i = 0; i < n; i++)
        in[i] = (struct q_event_by_id_in){keys[i].municipality, keys[i].id};
    TRY(q_event_by_id_batch(tx, a, in, n, rows, found));
    for (size_t i = 0; i < n; i++)
        if (found[i])
            TRY(from_row(&rows[i], &out[i]));
    return ERR_OK;
}

static enum err known_row(const struct q_event_known_by_key_row *r, struct event_known *out)
{
    struct event_known k = {r->municipality, r->id, r->source_hash, r->version, 0};
    if (!event_state_parse(r->state, &k.state))
        return ERR_CORRUPT;
    *out = k;
    return ERR_OK;
}

enum err event_known_many(struct tx *tx, struct arena *a, const struct event_source_keys *keys,
                          struct event_known *out, bool *found)
{
    size_t n = keys->n;
    struct q_event_known_by_key_in *in = ARENA_ARRAY(a, n, struct q_event_known_by_key_in);
    struct q_event_known_by_key_row *rows = ARENA_ARRAY(a, n, struct q_event_known_by_key_row);
    if (!in || !rows)
        return ERR_NOMEM;
    for (size_t i = 0; i < n; i++)
        in[i] = (struct q_event_known_by_key_in){keys->municipality, keys->source, keys->keys[i]};
    TRY(q_event_known_by_key_batch(tx, a, in, n, rows, found));
    for (size_t i = 0; i < n; i++)
        if (found[i])
            TRY(known_row(&rows[i], &out[i]));
    return ERR_OK;
}

enum err event_known_police(struct tx *tx, struct arena *a, const char *const *keys, size_t n,
                            struct event_known *out, bool *found)
{
    struct q_event_known_notice_in *in = ARENA_ARRAY(a, n, struct q_event_known_notice_in);
    struct q_event_known_notice_row *rows = ARENA_ARRAY(a, n, struct q_event_known_notice_row);
    if (!in || !rows)
        return ERR_NOMEM;
    for (size_t i = 0; i < n; i++)
        in[i] = (struct q_event_known_notice_in){keys[i]};
    TRY(q_event_known_notice_batch(tx, a, in, n, rows, found));
    for (size_t i = 0; i < n; i++) {
        if (!found[i])
            continue;
        struct q_event_known_by_key_row r = {rows[i].municipality, rows[i].id, rows[i].source_hash,
                                             rows[i].version, rows[i].state};
        TRY(known_row(&r, &out[i]));
    }
    return ERR_OK;
}

enum err event_versions(struct tx *tx, struct arena *a, const char *municipality, struct id id,
                        struct event_version **out, size_t *out_n)
{
    struct q_event_version_list_in in = {municipality, id};
    struct q_event_version_list_row *rows;
    size_t n;
    TRY(q_event_version_list_all(tx, a, &in, &rows, &n));
    struct event_version *list = ARENA_ARRAY(a, n, struct event_version);
    if (!list)
        return ERR_NOMEM;
    for (size_t i = 0; i < n; i++)
        list[i] = (struct event_version){rows[i].version, rows[i].replaced_at, rows[i].replaced_by,
                                         rows[i].reason,  rows[i].content,     rows[i].texts};
    *out = list;
    *out_n = n;
    return ERR_OK;
}
