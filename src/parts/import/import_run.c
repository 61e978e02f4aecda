/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* One file from beginning to end: reading, batches, resuming, report. */
#include <string.h>

#include "base/buf.h"
#include "base/hash.h"
#include "base/jsonw.h"
#include "base/mem.h"
#include "base/str.h"
#include "import_sql.h"
#include "parts/import/import_persons.h"
#include "parts/import/import_run.h"

#define BATCH_ARENA ((size_t)192 << 20)
#define RAW_MOST ((size_t)2 << 20)
#define TRIES 3 /* of a batch beside other imports */

static enum err next_item(struct run *r, const struct convert_item **out)
{
    if (r->at_ahead < r->n_ahead) {
        *out = &r->ahead[r->at_ahead++];
        return ERR_OK;
    }
    if (r->ended) {
        *out = NULL;
        return ERR_OK;
    }
    enum err e = convert_next(r->job, out);
    return e ? import_file_fault(r, e) : ERR_OK;
}

/* --- The run in the database --- */

static enum err begin_run(struct tx *tx, void *arg)
{
    struct run *r = arg;
    const char *format = convert_format_name(r->rq->format);
    struct q_import_run_unfinished_in find = {import_home(r->rq), format, r->file_hash};
    struct q_import_run_unfinished_row had;
    /* areas are stored together at the end: there is nothing to go on from */
    enum err e = r->areas ? ERR_NOTFOUND : q_import_run_unfinished_one(tx, r->a, &find, &had);
    if (e == ERR_OK) {
        r->store.id = had.id;
        r->report->resumed = r->report->read = had.rows_read;
        r->report->added = had.rows_new;
        r->report->same = had.rows_same;
        r->report->changed = had.rows_changed;
        r->report->refused = had.rows_refused;
        return ERR_OK;
    }
    if (e != ERR_NOTFOUND)
        return e;
    r->store.id = id_new();
    struct q_import_run_put_in put = {
        .municipality = import_home(r->rq),
        .id = r->store.id,
        .format = format,
        .file_name = import_base_name(r->rq),
        .file_hash = r->file_hash,
        .profile_id = r->rq->profile_id,
        .at = time_now(),
        .by = r->rq->by,
    };
    return q_import_run_put_run(tx, &put, NULL);
}

struct end {
    struct run *r;
    const char *state;
};

static enum err end_run(struct tx *tx, void *arg)
{
    struct end *end = arg;
    struct q_import_run_end_in in = {import_home(end->r->rq), end->r->store.id, end->state,
                                     time_now()};
    return q_import_run_end_run(tx, &in, NULL);
}

/* --- Batches --- */

static void batch_clear(struct run *r)
{
    arena_reset(r->batch.a);
    r->batch.n = r->batch.n_refused = r->batch.items = 0;
}

static enum err batch_new(struct run *r)
{
    struct import_batch *b = &r->batch;
    r->batch_most = r->rq->batch ? r->rq->batch : IMPORT_BATCH;
    b->a = arena_new(BATCH_ARENA);
    b->rows = mem_array(r->batch_most, sizeof *b->rows);
    b->turn = mem_array(r->batch_most, sizeof *b->turn);
    b->refused = mem_array(r->batch_most, sizeof *b->refused);
    return b->a && b->rows && b->turn && b->refused ? ERR_OK : ERR_NOMEM;
}

/* An answer of the API does not say when it was given: the newest notice in it tells. */
static void date_answer(struct run *r)
{
    msec now = time_now();
    if (r->rq->format != CONVERT_POLICE_API)
        return;
    for (size_t i = 0; i < r->batch.n; i++)
        if (r->batch.rows[i].seen > r->newest)
            r->newest = r->batch.rows[i].seen;
    if (r->newest > now)
        r->newest = now;
    for (size_t i = 0; i < r->batch.n; i++)
        r->batch.rows[i].seen = r->newest;
}

static void count_batch(struct run *r)
{
    struct import_report *p = r->report;
    const struct import_counts *c = &r->store.counts;
    p->read += (int64_t)r->batch.items;
    p->added += c->added;
    p->same += c->same;
    p->changed += c->changed;
    p->refused += (int64_t)r->batch.n_refused;
    for (size_t i = 0; i < NOTE_COUNT; i++)
        p->notes[i] += c->notes[i];
    for (size_t i = 0; i < r->batch.n_refused && p->n_first < IMPORT_FIRST; i++) {
        const struct import_refusal *f = &r->batch.refused[i];
        const char *field = f->field ? arena_strdup(r->a, f->field) : NULL;
        p->first[p->n_first++] = (struct import_first){f->row, f->reason, field};
    }
}

/* A row that somebody else brought in meanwhile is a known one the next time. */
static enum err store_batch(struct run *r)
{
    if (r->rq->dry_run)
        return db_read(r->app->db, import_scope(r->rq), import_store_batch, &r->store);
    enum err e = ERR_CONFLICT;
    for (int tries = 0; e == ERR_CONFLICT && !r->store.overtaken && tries < TRIES; tries++)
        e = db_write(r->app->db, import_scope(r->rq), import_store_batch, &r->store);
    if (r->store.overtaken)
        r->report->fault = IMPORT_FAULT_BESIDE;
    return e;
}

static enum err flush(struct run *r)
{
    uint64_t done, total;
    if (r->batch.items == 0)
        return ERR_OK;
    date_answer(r);
    TRY(import_batch_turns(&r->batch));
    TRY(store_batch(r));
    count_batch(r);
    batch_clear(r);
    convert_progress(r->job, &done, &total);
    if (r->progress && !r->progress(r->arg, r->report->read, done, total))
        return ERR_CANCELLED;
    return ERR_OK;
}

#define LEFT_OUT "…"

/* A refused row is kept whole, so all its words are looked at. */
static unsigned persons_in(struct run *r, const struct convert_item *it)
{
    unsigned kinds = 0;
    if (!r->mapper || r->areas)
        return 0;
    if (it->kind != CONVERT_ROW)
        return import_persons_in(it->raw);
    for (size_t i = 0; i < r->header->columns; i++)
        if (import_column_words(r->mapper, i))
            kinds |= import_persons_in(it->cells[i]);
    return kinds;
}

static const char *kept_cell(struct run *r, const struct convert_item *it, size_t i)
{
    bool out = r->rq->leave_out && r->mapper && import_column_words(r->mapper, i);
    return out && import_persons_in(it->cells[i]) ? LEFT_OUT : it->cells[i];
}

/* The row as JSON by the names of its columns: kept until a person has mended it. */
static const char *row_json(struct run *r, const struct convert_item *it)
{
    if (it->kind != CONVERT_ROW) {
        bool out = r->rq->leave_out && persons_in(r, it);
        return arena_strdup(r->batch.a, out ? LEFT_OUT : it->raw ? it->raw : "");
    }
    struct buf b = buf_init(RAW_MOST);
    struct jsonw w = jsonw_init(&b);
    jsonw_object(&w);
    for (size_t i = 0; i < r->header->columns; i++)
        jsonw_key_text(&w, r->header->names[i], kept_cell(r, it, i));
    jsonw_end(&w);
    const char *s = buf_err(&b) ? NULL : arena_strdup(r->batch.a, buf_text(&b));
    buf_done(&b);
    return s;
}

static enum err refuse(struct run *r, const struct convert_item *it, const char *reason,
                       const char *field)
{
    struct import_refusal *f = &r->batch.refused[r->batch.n_refused];
    uint64_t row = it->number > r->last_row ? it->number : r->last_row + 1;
    *f = (struct import_refusal){row, reason, field, row_json(r, it)};
    import_persons_count(&r->report->persons, row, persons_in(r, it));
    r->last_row = row;
    r->batch.n_refused++;
    return f->raw ? ERR_OK : ERR_NOMEM;
}

static enum err look_for_persons(struct run *r, const struct convert_item *it,
                                 struct import_row *row)
{
    unsigned kinds = import_persons_of(&row->e);
    import_persons_count(&r->report->persons, it->number, kinds);
    return kinds && r->rq->leave_out ? import_persons_leave_out(r->batch.a, &row->e) : ERR_OK;
}

static enum err take(struct run *r, const struct convert_item *it)
{
    struct import_row *row = &r->batch.rows[r->batch.n];
    r->batch.items++;
    if (it->kind == CONVERT_PROBLEM) {
        const char *column = it->column >= 0 ? r->header->names[it->column] : NULL;
        return refuse(r, it, convert_fault_key(it->fault), column);
    }
    if (r->areas) {
        const char *reason = NULL;
        TRY(import_areas_row(r->areas, r->batch.a, it, &reason));
        return reason ? refuse(r, it, reason, r->profile.area_name) : ERR_OK;
    }
    if (r->police)
        TRY(import_police_row(r->police, r->batch.a, it, row));
    else
        TRY(import_map_row(r->mapper, r->batch.a, it, row));
    if (row->reason)
        return refuse(r, it, row->reason, row->field);
    if (r->police && r->rq->municipality && !str_eq(r->rq->municipality, "0000") &&
        !str_eq(r->rq->municipality, row->e.municipality)) {
        r->report->passed++;
        return ERR_OK;
    }
    if (!r->police)
        TRY(look_for_persons(r, it, row));
    r->batch.n++;
    return ERR_OK;
}

static enum err read_all(struct run *r)
{
    int64_t skip = r->report->resumed;
    const struct convert_item *it;
    for (;;) {
        TRY(next_item(r, &it));
        if (!it)
            return flush(r);
        if (skip > 0) {
            skip--;
            r->last_row = it->number;
            continue;
        }
        TRY(take(r, it));
        if (r->batch.items == r->batch_most)
            TRY(flush(r));
    }
}

static enum err store_areas(struct run *r)
{
    if (!r->areas || r->rq->dry_run)
        return ERR_OK;
    return import_areas_store(r->areas, r->app->db, r->store.areas, &r->report->areas);
}

static enum err go(struct run *r)
{
    r->store.municipality = import_home(r->rq);
    r->store.by = r->rq->by;
    r->store.dry_run = r->rq->dry_run;
    r->store.batch = &r->batch;
    r->store.so_far = r->report;
    r->own_areas = r->app->areas ? NULL : event_areas_new();
    r->store.areas = r->app->areas ? r->app->areas : r->own_areas;
    r->store.seen = r->rq->dry_run ? map_new() : NULL;
    if (!r->store.areas || (r->rq->dry_run && !r->store.seen))
        return ERR_NOMEM;
    TRY(batch_new(r));
    if (!r->rq->dry_run)
        TRY(db_write(r->app->db, import_scope(r->rq), begin_run, r));
    r->report->id = r->store.id;
    enum err e = read_all(r);
    if (e == ERR_OK)
        e = store_areas(r);
    if (e == ERR_INVALID) /* rows before the fault in the file are sound */
        e = flush(r) == ERR_OK ? ERR_INVALID : ERR_IO;
    const char *state = e == ERR_OK ? "done" : e == ERR_CANCELLED ? "cancelled" : "failed";
    struct end end = {r, state};
    if (!r->rq->dry_run && !r->store.overtaken) {
        enum err ended = db_write(r->app->db, import_scope(r->rq), end_run, &end);
        e = e ? e : ended;
    }
    return e;
}

static void run_done(struct run *r)
{
    convert_free(r->job);
    import_mapper_done(r->mapper);
    import_areas_free(r->areas);
    map_free(r->names.places);
    map_free(r->names.organisations);
    map_free(r->store.seen);
    event_areas_free(r->own_areas);
    arena_free(r->batch.a);
    mem_free(r->batch.rows);
    mem_free(r->batch.turn);
    mem_free(r->batch.refused);
}

static enum err run(struct run *r)
{
    const char *problem = NULL;
    TRY(import_hash_file(r));
    if (r->rq->profile && !import_is_police(r->rq)) {
        enum err e = profile_read(r->a, r->rq->profile, &r->profile, &problem);
        if (e == ERR_INVALID)
            r->report->problem = problem;
        TRY(e);
    }
    TRY(import_open_file(r));
    TRY(import_prepare(r));
    if (r->header->flags & CONVERT_SAW_EMPTY)
        return ERR_OK;
    return go(r);
}

enum err import_file(struct app *app, struct arena *a, const struct import_request *rq,
                     import_progress_fn *progress, void *arg, struct import_report *report)
{
    struct run r = {
        .app = app, .a = a, .rq = rq, .report = report, .progress = progress, .arg = arg};
    *report = (struct import_report){.persons.left_out = rq->leave_out};
    enum err e = run(&r);
    if (r.header)
        report->saw = r.job ? convert_totals(r.job).flags | r.header->flags : r.header->flags;
    run_done(&r);
    return e;
}
