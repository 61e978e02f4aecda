/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Events that change: each change leaves a version of what stood there before. */
#include <math.h>
#include <string.h>

#include "base/mem.h"
#include "base/str.h"
#include "event_sql.h"
#include "geo/geo_data.h"
#include "parts/event/event_inner.h"

static bool same_number(double a, double b)
{
    return (isnan(a) && isnan(b)) || a == b;
}

/* Does the event say the same? What only the import knows (hash, run) does not count. */
static bool same_event(const struct event *a, const struct event *b)
{
    return str_eq(a->municipality, b->municipality) && str_eq(a->type_code, b->type_code) &&
           str_eq(a->type_said, b->type_said) && a->occurred_from == b->occurred_from &&
           a->occurred_to == b->occurred_to && a->precision == b->precision &&
           same_number(a->east, b->east) && same_number(a->north, b->north) &&
           str_eq(a->place_name, b->place_name) && id_eq(a->place_id, b->place_id) &&
           id_eq(a->area_id, b->area_id) && id_eq(a->organisation_id, b->organisation_id) &&
           a->state == b->state && str_eq(a->title, b->title) &&
           str_eq(a->description, b->description) && str_eq(a->url, b->url);
}

enum err event__keep(struct tx *tx, const struct event *old, const char *municipality,
                     const struct event_edit *edit, bool texts)
{
    struct buf content = buf_init(1 << 20), said = buf_init(1 << 20);
    event__content_json(&content, old);
    event__texts_json(&said, old);
    enum err e = buf_err(&content) ? buf_err(&content) : buf_err(&said);
    struct q_event_version_put_in in = {
        .municipality = municipality,
        .event_id = old->id,
        .version = old->version,
        .replaced_at = time_now(),
        .replaced_by = edit->by,
        .reason = edit->reason,
        .content = buf_text(&content),
        .texts = texts ? buf_text(&said) : NULL,
    };
    if (e == ERR_OK)
        e = q_event_version_put_run(tx, &in, NULL);
    buf_done(&content);
    buf_done(&said);
    return e;
}

static enum err put_words(struct tx *tx, const struct event *e)
{
    AUTO(event_words_freep) struct event_words *w = event_words_new();
    struct buf text = buf_init(1 << 20);
    if (!w)
        return ERR_NOMEM;
    event__words(w, &text, tx_engine(tx), e);
    struct q_event_words_put_in in = {e->municipality, e->id, buf_text(&text)};
    enum err err = buf_err(&text);
    if (err == ERR_OK)
        err = q_event_words_put_run(tx, &in, NULL);
    buf_done(&text);
    return err;
}

static enum err remove_words(struct tx *tx, const char *municipality, struct id id)
{
    struct q_event_words_remove_in in = {municipality, id};
    return q_event_words_remove_run(tx, &in, NULL);
}

enum err event__put_over(struct tx *tx, const struct event *e)
{
    struct q_event_set_in in = {
        .municipality = e->municipality,
        .id = e->id,
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
        .changed_at = time_now(),
        .title = e->title,
        .description = e->description,
        .url = e->url,
    };
    TRY(remove_words(tx, e->municipality, e->id));
    TRY(q_event_set_run(tx, &in, NULL));
    return put_words(tx, e);
}

/* What the row becomes: the new content, and what stays of the old row. */
static enum err next_of(struct tx *tx, struct event_areas *areas, const struct event *old,
                        const struct event *e, struct event *out)
{
    *out = *e;
    out->source = old->source;
    out->source_key = old->source_key;
    out->reported_at = old->reported_at;
    out->created_by = old->created_by;
    out->origin = old->origin;
    out->version = old->version + 1;
    return event__complete(areas, tx, out);
}

enum err event__may_change(const struct event *old, const struct event_edit *edit)
{
    bool other = edit->version && edit->version != old->version;
    return other || old->state == EVENT_REDACTED ? ERR_CONFLICT : ERR_OK;
}

static enum err check_edit(const struct event *e, struct event_problem *problem)
{
    struct event known = *e;
    if (!known.source)
        known.source = EVENT_SOURCE_REPORT; /* the stored one stays */
    if (known.state == EVENT_REDACTED)
        return ERR_INVALID;
    return event_check(&known, problem);
}

static enum err update(struct tx *tx, struct arena *a, struct event_areas *areas,
                       const struct event *e, const struct event_edit *edit, bool *changed)
{
    struct event old, next;
    TRY(event_get(tx, a, e->municipality, e->id, &old));
    TRY(event__may_change(&old, edit));
    TRY(next_of(tx, areas, &old, e, &next));
    bool differs = !same_event(&old, &next);
    bool told = differs || !str_eq(old.source_hash, next.source_hash);
    if (differs)
        TRY(event__keep(tx, &old, old.municipality, edit, true));
    else
        next.version = old.version;
    if (told)
        TRY(event__put_over(tx, &next));
    if (changed)
        *changed = differs;
    return ERR_OK;
}

enum err event_update(struct tx *tx, struct event_areas *areas, const struct event *e,
                      const struct event_edit *edit, bool *changed, struct event_problem *problem)
{
    TRY(check_edit(e, problem));
    AUTO(arena_freep) struct arena *a = arena_new(EVENT_SCRATCH);
    return a ? update(tx, a, areas, e, edit, changed) : ERR_NOMEM;
}

static enum err move(struct tx *tx, struct arena *a, struct event_areas *areas, const char *from,
                     const struct event *e, const struct event_edit *edit)
{
    struct event old, next;
    TRY(event_get(tx, a, from, e->id, &old));
    TRY(event__may_change(&old, edit));
    TRY(next_of(tx, areas, &old, e, &next));
    struct q_event_version_move_in versions = {next.municipality, next.id, from};
    TRY(q_event_version_move_run(tx, &versions, NULL));
    TRY(event__keep(tx, &old, next.municipality, edit, true));
    TRY(event__let_go(tx, a, from, next.id));   /* whom it is linked with stays behind */
    TRY(event__beside_gone(tx, from, next.id)); /* theirs, who wrote it */
    struct q_event_remove_in gone = {from, next.id};
    TRY(remove_words(tx, from, next.id));
    TRY(q_event_remove_run(tx, &gone, NULL));
    TRY(event_add(tx, areas, &next, NULL, NULL));
    struct q_event_version_number_in number = {next.municipality, next.id, old.version + 1};
    return q_event_version_number_run(tx, &number, NULL);
}

enum err event_move(struct tx *tx, struct event_areas *areas, const char *from,
                    const struct event *e, const struct event_edit *edit,
                    struct event_problem *problem)
{
    TRY(check_edit(e, problem));
    if (str_eq(from, e->municipality))
        return event_update(tx, areas, e, edit, NULL, problem);
    AUTO(arena_freep) struct arena *a = arena_new(EVENT_SCRATCH);
    return a ? move(tx, a, areas, from, e, edit) : ERR_NOMEM;
}

static enum err set_state(struct tx *tx, struct arena *a, const char *municipality, struct id id,
                          enum event_state state, const struct event_edit *edit)
{
    struct event old;
    TRY(event_get(tx, a, municipality, id, &old));
    TRY(event__may_change(&old, edit));
    if (old.state == state)
        return ERR_OK;
    TRY(event__keep(tx, &old, municipality, edit, true));
    struct event next = old;
    next.state = state;
    next.version++;
    return event__put_over(tx, &next);
}

enum err event_set_state(struct tx *tx, const char *municipality, struct id id,
                         enum event_state state, const struct event_edit *edit)
{
    if (state == EVENT_REDACTED)
        return ERR_INVALID;
    AUTO(arena_freep) struct arena *a = arena_new(EVENT_SCRATCH);
    return a ? set_state(tx, a, municipality, id, state, edit) : ERR_NOMEM;
}

/* A name of the register, so nobody's own words. */
static bool is_public_name(const struct event *e)
{
    return e->place_name &&
           (geo_locality_by_name(e->municipality, e->place_name) ||
            geo_municipality_by_name(e->place_name) || geo_county_by_name(e->place_name));
}

static enum err redact(struct tx *tx, struct arena *a, const char *municipality, struct id id,
                       struct id by)
{
    const struct event_edit edit = {.reason = "redacted", .by = by};
    struct event old;
    TRY(event_get(tx, a, municipality, id, &old));
    TRY(event__beside_silent(tx, municipality, id)); /* also what was written since */
    if (old.state == EVENT_REDACTED)
        return ERR_OK;
    TRY(event__keep(tx, &old, municipality, &edit, false));
    struct q_event_version_redact_in versions = {municipality, id};
    TRY(q_event_version_redact_run(tx, &versions, NULL));
    struct event next = old;
    next.title = next.description = next.url = NULL;
    if (id_is_none(next.place_id) && !is_public_name(&next))
        next.place_name = NULL;
    next.state = EVENT_REDACTED;
    next.version++;
    TRY(event__put_over(tx, &next));
    return q_event_words_purge_run(tx, NULL);
}

enum err event_redact(struct tx *tx, const char *municipality, struct id id, struct id by)
{
    AUTO(arena_freep) struct arena *a = arena_new(EVENT_SCRATCH);
    tx_forget(tx);
    return a ? redact(tx, a, municipality, id, by) : ERR_NOMEM;
}

static enum err delete (struct tx *tx, struct arena *a, const char *municipality, struct id id) {
    TRY(event__let_go(tx, a, municipality, id));
    struct q_event_version_remove_in versions = {municipality, id};
    struct q_event_remove_in in = {municipality, id};
    TRY(q_event_version_remove_run(tx, &versions, NULL));
    TRY(event__beside_gone(tx, municipality, id));
    TRY(remove_words(tx, municipality, id));
    int64_t n = 0;
    TRY(q_event_remove_run(tx, &in, &n));
    return n ? ERR_OK : ERR_NOTFOUND;
}

enum err event_delete(struct tx *tx, const char *municipality, struct id id)
{
    AUTO(arena_freep) struct arena *a = arena_new(EVENT_SCRATCH);
    tx_forget(tx);
    return a ? delete (tx, a, municipality, id) : ERR_NOMEM;
}
