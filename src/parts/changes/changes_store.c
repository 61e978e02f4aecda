/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Levels, focus and adopted pictures in the database: rows are only added. */
#include "base/mem.h"
#include "base/str.h"
#include "changes_sql.h"
#include "db/db.h"
#include "parts/changes/changes.h"

static enum page_level_no level_from(int64_t n)
{
    return n >= PAGE_GREEN && n <= PAGE_RED ? (enum page_level_no)n : PAGE_NO_LEVEL;
}

/* --- Levels --- */

static struct area_level level_of_row(const struct q_changes_levels_row *r)
{
    return (struct area_level){.area = r->area,
                               .version = r->version,
                               .level = level_from(r->level),
                               .suggested = level_from(r->suggested),
                               .reason = r->reason,
                               .set_at = r->set_at,
                               .set_by = r->set_by,
                               .set_by_name = r->set_by_name};
}

enum err levels_of(struct tx *tx, struct arena *a, const char *municipality, struct id period,
                   struct area_level **out, size_t *out_n)
{
    struct q_changes_levels_in in = {municipality, period};
    struct q_changes_levels_row *rows;
    size_t n;
    TRY(q_changes_levels_all(tx, a, &in, &rows, &n));
    struct area_level *list = ARENA_ARRAY(a, n + 1, struct area_level);
    if (!list)
        return ERR_NOMEM;
    for (size_t i = 0; i < n; i++)
        list[i] = level_of_row(&rows[i]);
    *out = list;
    *out_n = n;
    return ERR_OK;
}

enum err level_history(struct tx *tx, struct arena *a, const struct level_of *of,
                       struct area_level **out, size_t *out_n)
{
    struct q_changes_level_history_in in = {of->municipality, of->period, of->area};
    struct q_changes_level_history_row *rows;
    size_t n;
    TRY(q_changes_level_history_all(tx, a, &in, &rows, &n));
    struct area_level *list = ARENA_ARRAY(a, n + 1, struct area_level);
    if (!list)
        return ERR_NOMEM;
    for (size_t i = 0; i < n; i++) {
        const struct q_changes_level_history_row *r = &rows[i];
        struct q_changes_levels_row same = {r->area,   r->version, r->level,  r->suggested,
                                            r->reason, r->set_at,  r->set_by, r->set_by_name};
        list[i] = level_of_row(&same);
    }
    *out = list;
    *out_n = n;
    return ERR_OK;
}

enum err level_set(struct tx *tx, const char *municipality, struct id period,
                   const struct area_level *l)
{
    int64_t n;
    if (l->level < PAGE_NO_LEVEL || l->level > PAGE_RED || str_empty(l->reason) || l->version < 0)
        return ERR_INVALID;
    struct q_changes_level_add_in in = {
        .municipality = municipality,
        .period = period,
        .area = l->area,
        .seen = l->version,
        .version = l->version + 1,
        .level = l->level,
        .suggested = l->suggested ? (int64_t)l->suggested : DB_NO_INT,
        .reason = l->reason,
        .at = time_now(),
        .by = l->set_by,
    };
    TRY(q_changes_level_add_run(tx, &in, &n));
    return n ? ERR_OK : ERR_CONFLICT;
}

/* --- Focus --- */

enum err focus_of(struct tx *tx, struct arena *a, const char *municipality, struct id period,
                  struct focus *out)
{
    struct q_changes_focus_in in = {municipality, period};
    struct q_changes_focus_row list;
    struct q_changes_focus_places_row *rows;
    size_t n;
    *out = (struct focus){0};
    enum err e = q_changes_focus_one(tx, a, &in, &list);
    if (e == ERR_NOTFOUND)
        return ERR_OK;
    TRY(e);
    struct q_changes_focus_places_in places = {municipality, period, list.version};
    TRY(q_changes_focus_places_all(tx, a, &places, &rows, &n));
    *out = (struct focus){
        .version = list.version, .set_at = list.set_at, .set_by_name = list.set_by_name};
    for (size_t i = 0; i < n && i < FOCUS_MOST; i++)
        out->places[out->n++] = (struct focus_place){rows[i].name, rows[i].area, (int)rows[i].need,
                                                     (int)rows[i].influence, rows[i].reason};
    return ERR_OK;
}

static bool good_focus(const struct focus *f)
{
    for (size_t i = 0; i < f->n; i++) {
        const struct focus_place *p = &f->places[i];
        if (str_empty(p->name) || str_empty(p->reason) || p->need < 1 || p->need > 3 ||
            p->influence < 1 || p->influence > 3)
            return false;
    }
    return f->n <= FOCUS_MOST && f->version >= 0;
}

enum err focus_set(struct tx *tx, const char *municipality, struct id period, const struct focus *f,
                   struct id by)
{
    int64_t n;
    if (!good_focus(f))
        return ERR_INVALID;
    struct q_changes_focus_add_in in = {municipality,   period,     f->version,
                                        f->version + 1, time_now(), by};
    TRY(q_changes_focus_add_run(tx, &in, &n));
    if (n == 0)
        return ERR_CONFLICT;
    for (size_t i = 0; i < f->n; i++) {
        const struct focus_place *p = &f->places[i];
        struct q_changes_focus_place_add_in place = {municipality,   period,       f->version + 1,
                                                     (int64_t)i + 1, p->name,      p->area,
                                                     p->need,        p->influence, p->reason};
        TRY(q_changes_focus_place_add_run(tx, &place, NULL));
    }
    return ERR_OK;
}

/* --- Adopted --- */

enum err drafts_of(struct tx *tx, struct arena *a, const char *municipality, struct id period,
                   int64_t *out)
{
    struct q_changes_drafts_in in = {municipality, period};
    struct q_changes_drafts_row row;
    TRY(q_changes_drafts_one(tx, a, &in, &row));
    *out = row.n;
    return ERR_OK;
}

enum err adopted_list(struct tx *tx, struct arena *a, const char *municipality,
                      struct adopted_head **out, size_t *out_n)
{
    struct q_changes_adopted_list_in in = {municipality};
    struct q_changes_adopted_list_row *rows;
    size_t n;
    TRY(q_changes_adopted_list_all(tx, a, &in, &rows, &n));
    struct adopted_head *list = ARENA_ARRAY(a, n + 1, struct adopted_head);
    if (!list)
        return ERR_NOMEM;
    for (size_t i = 0; i < n; i++)
        list[i] = (struct adopted_head){.period = rows[i].period,
                                        .period_name = rows[i].period_name,
                                        .starts_at = rows[i].starts_at,
                                        .ends_at = rows[i].ends_at,
                                        .version = rows[i].version,
                                        .drafts = rows[i].drafts,
                                        .adopted_at = rows[i].adopted_at,
                                        .adopted_by_name = rows[i].adopted_by_name};
    *out = list;
    *out_n = n;
    return ERR_OK;
}

enum err adopted_get(struct tx *tx, struct arena *a, const char *municipality,
                     struct adopted_head *head, const char **content)
{
    struct q_changes_adopted_get_in in = {municipality, head->period, head->version};
    struct q_changes_adopted_get_row row;
    TRY(q_changes_adopted_get_one(tx, a, &in, &row));
    *head = (struct adopted_head){.period = head->period,
                                  .period_name = row.period_name,
                                  .starts_at = row.starts_at,
                                  .ends_at = row.ends_at,
                                  .version = row.version,
                                  .drafts = row.drafts,
                                  .adopted_at = row.adopted_at,
                                  .adopted_by_name = row.adopted_by_name};
    *content = row.content;
    return ERR_OK;
}

enum err adopted_bulletin(struct tx *tx, struct arena *a, const char *municipality,
                          struct id period, struct adopted_bulletin *out)
{
    struct q_changes_bulletin_in in = {municipality, period};
    struct q_changes_bulletin_row row;
    enum err e = q_changes_bulletin_one(tx, a, &in, &row);
    *out = (struct adopted_bulletin){e == ERR_OK, e == ERR_OK && row.handed_at != DB_NO_INT};
    return e == ERR_NOTFOUND ? ERR_OK : e;
}

enum err adopt(struct tx *tx, const struct adopting *d)
{
    int64_t n;
    struct q_changes_adopt_in in = {d->municipality, d->period,  d->drafts,
                                    d->content,      time_now(), d->by};
    TRY(q_changes_adopt_run(tx, &in, &n));
    return n ? ERR_OK : ERR_CONFLICT;
}
