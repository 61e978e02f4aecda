/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* A publication in words, as the public reads it. */
#include <string.h>

#include "base/mem.h"
#include "base/str.h"
#include "parts/action/action.h"
#include "parts/voices/voices_view.h"
#include "tmpl/format.h"

static const enum text_key months[12] = {T_month_1, T_month_2,  T_month_3,  T_month_4,
                                         T_month_5, T_month_6,  T_month_7,  T_month_8,
                                         T_month_9, T_month_10, T_month_11, T_month_12};

const char *voices_months(struct req *rq, msec from, msec to)
{
    struct date first = date_of_msec(from), last = date_add(date_of_msec(to), -1);
    const char *a = text_get(rq->lang, months[first.month - 1]);
    const char *b = text_get(rq->lang, months[last.month - 1]);
    if (first.year != last.year)
        return arena_printf(rq->arena, "%s %d–%s %d", a, first.year, b, last.year);
    return first.month == last.month ? arena_printf(rq->arena, "%s %d", a, first.year)
                                     : arena_printf(rq->arena, "%s–%s %d", a, b, first.year);
}

const char *voices_place_name(struct req *rq, const struct voices_cluster *c)
{
    return c->kind == VOICES_REST       ? TX(rq, voices_rest)
           : c->kind == VOICES_LOCALITY ? TXF(rq, voices_locality, c->place)
                                        : c->place;
}

const char *voices_feeling(struct req *rq, bool unsafe)
{
    return unsafe ? TX(rq, voices_unsafe) : TX(rq, voices_safe);
}

/* How an action goes, without a word of what is written in it. */
static enum err measure(struct tx *tx, struct req *rq, struct id id, const char **out)
{
    struct action x;
    char day[FORMAT_TEXT];
    *out = NULL;
    if (id_is_none(id))
        return ERR_OK;
    enum err e = action_get(tx, rq->arena, web_municipality(rq), id, &x);
    if (e)
        return e == ERR_NOTFOUND ? ERR_OK : e;
    const char *last = format_date(day, rq->lang, date_add(date_of_msec(x.ends_at), -1));
    if (action_overdue(&x, time_now()))
        *out = TXF(rq, voices_action_overdue, last);
    else if (action_open(x.state))
        *out = x.state == ACTION_PLANNED ? TXF(rq, voices_action_planned, last)
                                         : TXF(rq, voices_action_ongoing, last);
    else
        *out = x.state == ACTION_DONE ? TXF(rq, voices_action_done,
                                            format_date(day, rq->lang, date_of_msec(x.state_at)))
                                      : TX(rq, voices_action_dropped);
    return *out ? ERR_OK : ERR_NOMEM;
}

static enum err paragraphs(struct req *rq, const char *text, struct voices_told *out)
{
    char *copy = arena_strdup(rq->arena, text ? text : "");
    const char **list = ARENA_ARRAY(rq->arena, VOICES_DONE_MOST + 1, const char *);
    if (!copy || !list)
        return ERR_NOMEM;
    for (char *p = copy; p && *p && out->n_done < VOICES_DONE_MOST;) {
        char *end = strchr(p, '\n');
        if (end)
            *end = 0;
        const char *line = str_trim(rq->arena, p);
        if (!line)
            return ERR_NOMEM;
        if (*line)
            list[out->n_done++] = line;
        p = end ? end + 1 : NULL;
    }
    out->done = list;
    return ERR_OK;
}

static enum err tell(struct tx *tx, struct req *rq, const struct voices_cluster *c,
                     struct voices_told *out)
{
    const char *themes = citizen_reason_words(rq->arena, rq->lang, c->themes);
    out->place = voices_place_name(rq, c);
    out->feeling = voices_feeling(rq, c->unsafe);
    if (!themes || !out->place)
        return ERR_NOMEM;
    out->themes = *themes ? TXF(rq, voices_themes, themes) : TX(rq, voices_themes_none);
    TRY(paragraphs(rq, c->done, out));
    return out->themes ? measure(tx, rq, c->action, &out->action) : ERR_NOMEM;
}

enum err voices_told(struct tx *tx, struct req *rq, const struct voices_publication *p,
                     const struct voices_set *set, struct voices_period *out)
{
    char id[ID_TEXT];
    struct voices_told *places = ARENA_ARRAY(rq->arena, set->n + 1, struct voices_told);
    id_text(p->id, id);
    struct voices_period v = {
        .id = arena_printf(rq->arena, "p-%s", id),
        .title = voices_months(rq, p->from, p->to),
        .published_at = p->published_at,
        .updated_at = p->updated_at,
        .updated = p->published_at && p->updated_at > p->published_at,
        .places = places,
    };
    if (!places || !v.title || !v.id)
        return ERR_NOMEM;
    for (size_t i = 0; i < set->n; i++)
        if (set->list[i].shown)
            TRY(tell(tx, rq, &set->list[i], &places[v.n_places++]));
    *out = v;
    return ERR_OK;
}

enum err voices_care(struct req *rq, struct voices_care *out)
{
    const struct disclose_rules *r = &disclose_rules_default;
    out->small = TXF(rq, voices_care_small, r->min_count, r->min_inhabitants);
    return out->small ? ERR_OK : ERR_NOMEM;
}
