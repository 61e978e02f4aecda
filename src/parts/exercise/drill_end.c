/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The end of an exercise: everything goes, in one transaction. */
#include "base/mem.h"
#include "core/audit.h"
#include "drill_clear_sql.h"
#include "exercise_sql.h"
#include "geo/geo_data.h"
#include "parts/exercise/drill.h"
#include "parts/photo/photo.h"

/* Each event by itself, so that the change log tells all programs what is gone; the rest table by
 * table, as tools/cleargen.py found them in the schema: the first of them is the words of events.
 */
enum err drill_clear(struct tx *tx, struct arena *a, const char *twin)
{
    struct q_drill_event_ids_in of = {twin};
    struct q_drill_event_ids_row *ids;
    size_t n;
    const struct {
        const char *municipality;
    } in = {twin};
    TRY(q_drill_event_ids_all(tx, a, &of, &ids, &n));
    struct q_drill_event_remove_in *gone = ARENA_ARRAY(a, n + 1, struct q_drill_event_remove_in);
    if (!gone)
        return ERR_NOMEM;
    for (size_t i = 0; i < n; i++)
        gone[i] = (struct q_drill_event_remove_in){twin, ids[i].id};
    TRY(db_run(tx, &q_drill_clear_event_words, &in, NULL));
    TRY(q_drill_event_remove_run_batch(tx, gone, n));
    for (size_t i = 1; drill_clear_queries[i]; i++)
        TRY(db_run(tx, drill_clear_queries[i], &in, NULL));
    return ERR_OK;
}

struct ending {
    struct drill_end *x;
    const char *twin;
    struct arena *a;
    struct photo_row *photos;
    size_t n_photos;
};

static enum err list_photos(struct tx *tx, struct ending *w)
{
    struct q_drill_photos_in in = {w->twin};
    struct q_drill_photos_row *rows;
    TRY(q_drill_photos_all(tx, w->a, &in, &rows, &w->n_photos));
    w->photos = ARENA_ARRAY(w->a, w->n_photos + 1, struct photo_row);
    if (!w->photos)
        return ERR_NOMEM;
    for (size_t i = 0; i < w->n_photos; i++)
        w->photos[i] =
            (struct photo_row){.id = rows[i].id, .hash = rows[i].hash, .bytes = rows[i].bytes};
    return ERR_OK;
}

static enum err end(struct tx *tx, void *arg)
{
    struct ending *w = arg;
    struct q_drill_town_remove_in town = {w->twin};
    struct q_drill_counts_in of = {w->twin};
    struct q_drill_counts_row n;
    int64_t was = 0;
    arena_reset(w->a);
    TRY(q_drill_town_remove_run(tx, &town, &was));
    if (!was)
        return ERR_NOTFOUND;
    TRY(q_drill_counts_one(tx, w->a, &of, &n));
    TRY(list_photos(tx, w));
    TRY(drill_clear(tx, w->a, w->twin));
    w->x->reports = n.reports;
    w->x->actions = n.actions;
    struct audit_note note = {
        .municipality = w->x->municipality,
        .actor = w->x->by,
        .action = "drill.end",
        .object_kind = "municipality",
        .detail = arena_printf(w->a, "{\"reports\":%lld,\"actions\":%lld,\"photos\":%lld}",
                               (long long)n.reports, (long long)n.actions, (long long)n.photos),
    };
    return note.detail ? audit_add(tx, &note) : ERR_NOMEM;
}

enum err drill_end(struct app *app, struct drill_end *x)
{
    const struct geo_municipality *twin = geo_exercise_of(x->municipality);
    AUTO(arena_freep) struct arena *a = arena_new(64 * 1024 * 1024);
    if (!twin || !a)
        return twin ? ERR_NOMEM : ERR_NOTFOUND;
    struct ending w = {.x = x, .twin = twin->code, .a = a};
    TRY(db_write(app->db, DB_NATIONAL, end, &w));
    photo_unlink(app, twin->code, w.photos, w.n_photos);
    photo_forget(app, twin->code);
    event_areas_forget(app->areas, twin->code);
    return ERR_OK;
}
