/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* What a reviewer finds: whether an event counts, and which rows tell of the same happening. */
#include "base/mem.h"
#include "base/str.h"
#include "event_sql.h"
#include "parts/event/event_inner.h"

enum err event_same(struct tx *tx, struct arena *a, const char *municipality, struct id main,
                    struct id **out, size_t *out_n)
{
    struct q_event_same_list_in in = {municipality, main};
    struct q_event_same_list_row *rows;
    size_t n;
    TRY(q_event_same_list_all(tx, a, &in, &rows, &n));
    struct id *list = ARENA_ARRAY(a, n + 1, struct id);
    if (!list)
        return ERR_NOMEM;
    for (size_t i = 0; i < n; i++)
        list[i] = rows[i].id;
    *out = list;
    *out_n = n;
    return ERR_OK;
}

static enum err set_same(struct tx *tx, const char *municipality, struct id id, struct id main)
{
    struct q_event_same_set_in in = {municipality, id, main};
    return q_event_same_set_run(tx, &in, NULL);
}

enum err event__let_go(struct tx *tx, struct arena *a, const char *municipality, struct id main)
{
    struct id *list;
    size_t n;
    TRY(event_same(tx, a, municipality, main, &list, &n));
    for (size_t i = 0; i < n; i++)
        TRY(set_same(tx, municipality, list[i], (struct id){{0}}));
    return ERR_OK;
}

/* Chains have one link: the main row counts for itself. */
static enum err check_main(struct tx *tx, struct arena *a, const char *municipality, struct id id,
                           struct id main)
{
    struct event e;
    if (id_is_none(main))
        return ERR_OK;
    if (id_eq(id, main))
        return ERR_INVALID;
    TRY(event_get(tx, a, municipality, main, &e));
    return e.state == EVENT_REJECTED || !id_is_none(e.same_as) ? ERR_INVALID : ERR_OK;
}

/* An inhabitant's report that waits counts as little as a rejected one: those linked to it would
 * count nowhere. */
static bool counts_itself(const struct event *e, const struct event_judgement *j)
{
    bool waits = j->state == EVENT_SUBMITTED && str_eq(e->source, EVENT_SOURCE_CITIZEN);
    return j->state != EVENT_REJECTED && !waits;
}

static enum err judge(struct tx *tx, struct arena *a, const struct event *old,
                      const struct event_judgement *j, const struct event_edit *edit,
                      int64_t *version)
{
    struct id *linked;
    size_t n;
    struct event next = *old;
    if ((old->state == EVENT_REDACTED) != (j->state == EVENT_REDACTED))
        return ERR_INVALID;
    if (edit->version && edit->version != old->version)
        return ERR_CONFLICT;
    TRY(check_main(tx, a, old->municipality, old->id, j->same_as));
    TRY(event_same(tx, a, old->municipality, old->id, &linked, &n));
    if (n && (!counts_itself(old, j) || !id_is_none(j->same_as)))
        return ERR_CONFLICT;
    *version = old->version;
    if (old->state == j->state && id_eq(old->same_as, j->same_as))
        return ERR_OK;
    TRY(event__keep(tx, old, old->municipality, edit, old->state != EVENT_REDACTED));
    next.state = j->state;
    *version = ++next.version;
    TRY(event__put_over(tx, &next));
    return set_same(tx, old->municipality, old->id, j->same_as);
}

enum err event_judge(struct tx *tx, const char *municipality, struct id id,
                     const struct event_judgement *j, const struct event_edit *edit,
                     int64_t *version)
{
    AUTO(arena_freep) struct arena *a = arena_new(EVENT_SCRATCH);
    struct event old;
    int64_t now;
    if (!a)
        return ERR_NOMEM;
    TRY(event_get(tx, a, municipality, id, &old));
    TRY(judge(tx, a, &old, j, edit, &now));
    if (version)
        *version = now;
    return ERR_OK;
}
