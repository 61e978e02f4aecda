/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Drafts and publications: what is written about each place, and what stands when it is out. */
#include <string.h>

#include "base/mem.h"
#include "base/str.h"
#include "parts/voices/voices_inner.h"

static const char *const kinds[VOICES_KINDS] = {"area", "locality", "rest"};

static enum err parse_kind(const char *name, enum voices_kind *out)
{
    for (int i = 0; i < VOICES_KINDS; i++)
        if (str_eq(kinds[i], name)) {
            *out = (enum voices_kind)i;
            return ERR_OK;
        }
    return ERR_CORRUPT;
}

static msec moment(int64_t v)
{
    return v == DB_NO_INT ? 0 : v;
}

enum err voices_get(struct tx *tx, struct arena *a, const char *municipality, struct id id,
                    struct voices_publication *out)
{
    struct q_voices_one_row r;
    TRY(q_voices_one_one(tx, a, &(struct q_voices_one_in){municipality, id}, &r));
    *out = (struct voices_publication){.municipality = municipality,
                                       .id = r.id,
                                       .from = r.period_from,
                                       .to = r.period_to,
                                       .published_at = moment(r.published_at),
                                       .updated_at = r.updated_at,
                                       .withdrawn_at = moment(r.withdrawn_at)};
    return ERR_OK;
}

enum err voices_begin(struct tx *tx, struct arena *a, const struct voices_publication *p, msec now)
{
    struct q_voices_meeting_row meeting;
    struct q_voices_meeting_in in = {p->municipality, p->from, p->to};
    struct q_voices_add_in add = {p->municipality, p->id, p->from, p->to, now};
    TRY(q_voices_meeting_one(tx, a, &in, &meeting));
    return meeting.n ? ERR_CONFLICT : q_voices_add_run(tx, &add, NULL);
}

/* --- Places --- */

static enum err from_row(const struct q_voices_clusters_row *r, struct voices_cluster *out)
{
    *out = (struct voices_cluster){
        .key = r->cluster,
        .place = r->place,
        .unsafe = str_eq(r->feeling, "unsafe"),
        .shown = r->shown == 1,
        .themes = r->themes,
        .done = *r->done ? r->done : NULL,
        .action = r->action,
        .version = r->version,
    };
    return parse_kind(r->kind, &out->kind);
}

/* What is out stands as it was: nothing is counted. */
static enum err load_published(struct arena *a, const struct q_voices_clusters_row *rows, size_t n,
                               struct voices_set *out)
{
    struct voices_set s = {.list = ARENA_ARRAY(a, n + 1, struct voices_cluster)};
    if (!s.list)
        return ERR_NOMEM;
    for (size_t i = 0; i < n; i++)
        if (rows[i].shown == 1)
            TRY(from_row(&rows[i], &s.list[s.n++]));
    *out = s;
    return ERR_OK;
}

static void join_written(const struct q_voices_clusters_row *rows, size_t n, struct voices_set *s)
{
    for (size_t i = 0; i < s->n; i++)
        for (size_t k = 0; k < n; k++)
            if (str_eq(rows[k].cluster, s->list[i].key)) {
                s->list[i].done = *rows[k].done ? rows[k].done : NULL;
                s->list[i].action = rows[k].action;
                s->list[i].version = rows[k].version;
            }
}

/* The municipality's key is made before its first draft is (voices_web.c). */
static enum err count(struct tx *tx, struct arena *a, const struct voices_publication *p,
                      bool record, struct voices_set *out)
{
    uint8_t key[DISCLOSE_KEY];
    TRY(disclosure_key(tx, a, p->municipality, key));
    TRY(voices_gather(tx, a, p, key, out));
    return voices_door(tx, a, p, key, record, out);
}

static enum err load(struct tx *tx, struct arena *a, const struct voices_publication *p,
                     bool record, struct voices_set *out)
{
    struct q_voices_clusters_row *rows;
    size_t n;
    TRY(q_voices_clusters_all(tx, a, &(struct q_voices_clusters_in){p->municipality, p->id}, &rows,
                              &n));
    if (p->published_at)
        return load_published(a, rows, n, out);
    enum err e = count(tx, a, p, record, out);
    if (e && e != ERR_CONFLICT)
        return e;
    join_written(rows, n, out);
    return ERR_OK;
}

enum err voices_load(struct tx *tx, struct arena *a, const struct voices_publication *p,
                     struct voices_set *out)
{
    return load(tx, a, p, false, out);
}

static enum err put(struct tx *tx, const char *municipality, struct id publication,
                    const struct voices_cluster *c, int64_t version)
{
    struct q_voices_cluster_put_in in = {
        .municipality = municipality,
        .publication = publication,
        .cluster = c->key,
        .done = c->done ? c->done : "",
        .action = c->action,
        .shown = c->shown,
        .kind = kinds[c->kind],
        .place = c->place,
        .feeling = c->unsafe ? "unsafe" : "safe",
        .themes = c->themes,
        .version = version,
    };
    return q_voices_cluster_put_run(tx, &in, NULL);
}

enum err voices_write(struct tx *tx, const struct voices_publication *p,
                      const struct voices_cluster *c, int64_t seen)
{
    struct voices_cluster w = *c;
    if (c->version != seen)
        return ERR_CONFLICT;
    if (!p->published_at) { /* not decided before it is out */
        w.shown = false;
        w.themes = "";
    }
    return put(tx, p->municipality, p->id, &w, seen + 1);
}

/* --- Publishing --- */

enum voices_step voices_ready(const struct voices_publication *p, const struct voices_set *set,
                              msec now)
{
    size_t shown = 0, lacking = 0;
    struct date last = date_add(date_of_msec(p->to), -1);
    for (size_t i = 0; i < set->n; i++) {
        shown += set->list[i].shown;
        lacking += set->list[i].shown && set->list[i].unsafe && !set->list[i].done;
    }
    if (set->refused != LEDGER_FINE)
        return VOICES_REFUSED;
    if (!disclose_period_ready(last, now, &disclose_rules_default))
        return VOICES_EARLY;
    return !shown ? VOICES_NONE : lacking ? VOICES_LACKING : VOICES_PUBLISHED;
}

enum err voices_publish(struct tx *tx, struct arena *a, const struct voices_publication *p,
                        struct id by, msec now, enum voices_step *step)
{
    struct voices_set set;
    int64_t n = 0;
    TRY(load(tx, a, p, false, &set));
    *step = voices_ready(p, &set, now);
    if (*step != VOICES_PUBLISHED)
        return ERR_OK;
    TRY(load(tx, a, p, true, &set)); /* the same once more, written down */
    for (size_t i = 0; i < set.n; i++)
        if (set.list[i].shown)
            TRY(put(tx, p->municipality, p->id, &set.list[i], set.list[i].version + 1));
    TRY(q_voices_clusters_drop_run(tx, &(struct q_voices_clusters_drop_in){p->municipality, p->id},
                                   NULL));
    struct q_voices_publish_in in = {p->municipality, p->id, now, by,
                                     set.exercise ? "exempel" : NULL};
    TRY(q_voices_publish_run(tx, &in, &n));
    return n ? ERR_OK : ERR_CONFLICT;
}
