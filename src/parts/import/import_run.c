/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* One file from beginning to end: reading, batches, resuming, report. */
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <sodium.h>

#include "base/buf.h"
#include "base/hash.h"
#include "base/jsonw.h"
#include "base/mem.h"
#include "base/str.h"
#include "import_sql.h"
#include "parts/import/import_areas.h"
#include "parts/import/import_batch.h"

#define BATCH_ARENA ((size_t)192 << 20)
#define GUESS_ROWS 50
#define PLACES_MOST 300000
#define RAW_MOST ((size_t)2 << 20)

struct run {
    struct app *app;
    struct arena *a; /* of the whole call */
    const struct import_request *rq;
    struct import_report *report;
    import_progress_fn *progress;
    void *arg;
    struct convert_job *job;
    const struct convert_header *header;
    struct profile profile;
    struct import_names names;
    struct import_mapper *mapper;
    struct import_police *police;
    struct import_areas_run *areas; /* polygons become areas */
    struct import_store store;
    struct import_batch batch;
    size_t batch_most;
    uint64_t last_row;
    msec newest; /* API: the newest notice in the answer tells how new it is */
    char file_hash[2 * crypto_generichash_BYTES + 24];
    const char **first_cells; /* rows read ahead for guessing */
    struct convert_item *ahead;
    size_t n_ahead, at_ahead;
    bool ended;
    struct event_areas *own_areas; /* where the program has none */
};

static bool is_police(const struct import_request *rq)
{
    return rq->format == CONVERT_POLICE_API || rq->format == CONVERT_POLICE_ARCHIVE;
}

static const char *home(const struct import_request *rq)
{
    return rq->municipality ? rq->municipality : "0000";
}

/* Notices of the Police cross municipalities, and so do files that say where each row belongs. */
static const char *scope(const struct import_request *rq)
{
    bool own = rq->municipality && !is_police(rq) && !str_eq(rq->municipality, "0000");
    return own ? rq->municipality : DB_NATIONAL;
}

/* --- The file --- */

/* What makes this import this import: the bytes of the file and how they are read. */
static enum err hash_file(struct run *r)
{
    crypto_generichash_state st;
    unsigned char sum[crypto_generichash_BYTES], block[65536];
    const char *how = r->rq->profile ? r->rq->profile : "";
    struct stat about;
    int fd = open(r->rq->path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return ERR_NOTFOUND;
    if (fstat(fd, &about) != 0 || !S_ISREG(about.st_mode)) {
        close(fd); /* a pipe can be read once only: nothing to resume */
        random_bytes(sum, sizeof sum);
        sodium_bin2hex(r->file_hash, sizeof r->file_hash, sum, sizeof sum);
        return ERR_OK;
    }
    ssize_t n;
    crypto_generichash_init(&st, NULL, 0, sizeof sum);
    while ((n = read(fd, block, sizeof block)) > 0)
        crypto_generichash_update(&st, block, (size_t)n);
    close(fd);
    if (n < 0)
        return ERR_IO;
    crypto_generichash_update(&st, (const unsigned char *)how, strlen(how));
    crypto_generichash_final(&st, sum, sizeof sum);
    sodium_bin2hex(r->file_hash, sizeof r->file_hash, sum, sizeof sum);
    return ERR_OK;
}

static const char *base_name(const struct import_request *rq)
{
    const char *s = rq->file_name ? rq->file_name : rq->path, *slash = strrchr(s, '/');
    return slash ? slash + 1 : s;
}

/* "Larm 2025.csv.zst" becomes the source larm-2025. */
static const char *stem(struct arena *a, const struct import_request *rq)
{
    const char *name = base_name(rq), *dot = strchr(name, '.');
    char *cut = arena_strndup(a, name, dot ? (size_t)(dot - name) : strlen(name));
    char *slug = cut ? str_slug(a, cut) : NULL;
    if (str_empty(slug) || strlen(slug) > 60 || str_eq(slug, EVENT_SOURCE_POLICE) ||
        str_eq(slug, EVENT_SOURCE_REPORT))
        return "import";
    return slug;
}

static enum err file_fault(struct run *r, enum err e)
{
    const struct convert_error *why = e == ERR_INVALID ? convert_error(r->job) : NULL;
    if (why) {
        r->report->fault = convert_fault_key(why->fault);
        r->report->fault_row = why->position;
    }
    return e;
}

static enum err open_file(struct run *r)
{
    const struct profile *p = &r->profile;
    struct convert_options o = {
        .format = r->rq->format,
        .path = r->rq->path,
        .delimiter = p->delimiter,
        .header = p->header,
        .encoding = p->encoding,
        .sheet = p->sheet,
        .skip = p->skip,
    };
    TRY(convert_start(&o, &r->job));
    enum err e = convert_header(r->job, &r->header);
    return e ? file_fault(r, e) : ERR_OK;
}

/* --- Names that the municipality knows --- */

static enum err load_places(struct tx *tx, struct run *r)
{
    struct q_import_places_in in = {home(r->rq), PLACES_MOST};
    struct q_import_places_row *rows;
    size_t n;
    TRY(q_import_places_all(tx, r->a, &in, &rows, &n));
    struct import_place *list = ARENA_ARRAY(r->a, n, struct import_place);
    map_free(r->names.places);
    r->names.places = map_new();
    if (!list || !r->names.places)
        return ERR_NOMEM;
    for (size_t i = 0; i < n; i++) {
        int64_t have;
        bool twice = map_get(r->names.places, rows[i].name_folded, &have);
        list[i] = (struct import_place){rows[i].id, rows[i].east, rows[i].north, GEO_NONE};
        if (!geo_precision_parse(rows[i].precision, &list[i].precision))
            continue;
        TRY(map_put(r->names.places, rows[i].name_folded, twice ? -1 : (int64_t)i));
    }
    r->names.place = list;
    return ERR_OK;
}

static enum err load_bodies(struct tx *tx, struct run *r)
{
    struct q_import_bodies_in in = {home(r->rq)};
    struct q_import_bodies_row *rows;
    size_t n;
    TRY(q_import_bodies_all(tx, r->a, &in, &rows, &n));
    struct id *list = ARENA_ARRAY(r->a, n, struct id);
    map_free(r->names.organisations);
    r->names.organisations = map_new();
    if (!list || !r->names.organisations)
        return ERR_NOMEM;
    for (size_t i = 0; i < n; i++) {
        const char *folded = str_fold(r->a, rows[i].name);
        list[i] = rows[i].id;
        if (!folded)
            return ERR_NOMEM;
        TRY(map_put(r->names.organisations, folded, (int64_t)i));
    }
    r->names.organisation = list;
    return ERR_OK;
}

static enum err load_names(struct tx *tx, void *arg)
{
    TRY(load_places(tx, arg));
    return load_bodies(tx, arg);
}

/* --- Reading ahead for a guess --- */

static enum err copy_item(struct arena *a, size_t columns, const struct convert_item *it,
                          struct convert_item *out)
{
    *out = *it;
    out->raw = it->raw ? arena_strdup(a, it->raw) : NULL;
    if (it->kind != CONVERT_ROW)
        return ERR_OK;
    const char **cells = ARENA_ARRAY(a, columns, const char *);
    uint8_t *wkb = it->wkb ? arena_alloc(a, it->wkb_len) : NULL;
    if (!cells || (it->wkb && !wkb))
        return ERR_NOMEM;
    for (size_t i = 0; i < columns; i++)
        if (it->cells[i] && !(cells[i] = arena_strdup(a, it->cells[i])))
            return ERR_NOMEM;
    if (wkb)
        memcpy(wkb, it->wkb, it->wkb_len);
    out->cells = cells;
    out->wkb = wkb;
    return ERR_OK;
}

static enum err look_ahead(struct run *r, const char *const **cells, size_t *rows)
{
    size_t columns = r->header->columns;
    const char **all = ARENA_ARRAY(r->a, GUESS_ROWS * columns, const char *);
    r->ahead = ARENA_ARRAY(r->a, GUESS_ROWS, struct convert_item);
    if (!all || !r->ahead)
        return ERR_NOMEM;
    *rows = 0;
    while (r->n_ahead < GUESS_ROWS) {
        const struct convert_item *it;
        enum err e = convert_next(r->job, &it);
        if (e == ERR_INVALID)
            break; /* the error stays: it comes again after these rows */
        TRY(e);
        if (!it) {
            r->ended = true;
            break;
        }
        struct convert_item *copy = &r->ahead[r->n_ahead++];
        TRY(copy_item(r->a, columns, it, copy));
        if (copy->kind == CONVERT_ROW)
            memcpy(all + columns * (*rows)++, copy->cells, columns * sizeof *all);
    }
    *cells = all;
    return ERR_OK;
}

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
    return e ? file_fault(r, e) : ERR_OK;
}

static enum err guess(struct run *r)
{
    const char *const *cells;
    size_t rows;
    TRY(look_ahead(r, &cells, &rows));
    TRY(profile_guess(r->a, r->header, cells, rows, stem(r->a, r->rq), &r->profile));
    struct buf json = buf_init(PROFILE_JSON_MOST);
    profile_write(&json, &r->profile);
    r->report->guessed = buf_err(&json) ? NULL : arena_strdup(r->a, buf_text(&json));
    buf_done(&json);
    if (!r->report->guessed)
        return ERR_NOMEM;
    if (r->profile.from.column || rows == 0)
        return ERR_OK;
    r->report->problem = "import_no_time_column";
    return ERR_INVALID;
}

static enum err note_unused(struct run *r)
{
    struct buf names = buf_init(64 * 1024);
    for (size_t i = 0; i < r->header->columns; i++)
        if (!import_column_used(r->mapper, i))
            buf_printf(&names, "%s%s", names.len ? ", " : "", r->header->names[i]);
    r->report->unused = names.len ? arena_strdup(r->a, buf_text(&names)) : NULL;
    buf_done(&names);
    return ERR_OK;
}

static enum err prepare_reading(struct run *r)
{
    const char *problem = NULL;
    if (is_police(r->rq)) {
        r->store.police = true;
        enum err e = import_police_new(r->a, r->header, &r->police);
        if (e == ERR_INVALID)
            r->report->fault = "fault_shape";
        return e;
    }
    if (!r->rq->profile)
        TRY(guess(r));
    if (r->header->flags & CONVERT_SAW_EMPTY)
        return ERR_OK;
    TRY(db_read(r->app->db, scope(r->rq), load_names, r));
    const char *fixed = str_eq(r->rq->municipality, "0000") ? NULL : r->rq->municipality;
    enum err e =
        import_mapper_new(r->a, &r->profile, &r->names, r->header, fixed, &r->mapper, &problem);
    if (e == ERR_INVALID && problem)
        r->report->problem = problem;
    TRY(e);
    if (r->profile.area_kind)
        TRY(import_areas_new(r->a, &r->profile, r->header, home(r->rq), &r->areas));
    return note_unused(r);
}

/* --- The run in the database --- */

static enum err begin_run(struct tx *tx, void *arg)
{
    struct run *r = arg;
    const char *format = convert_format_name(r->rq->format);
    struct q_import_run_unfinished_in find = {home(r->rq), format, r->file_hash};
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
        .municipality = home(r->rq),
        .id = r->store.id,
        .format = format,
        .file_name = base_name(r->rq),
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
    struct q_import_run_end_in in = {home(end->r->rq), end->r->store.id, end->state, time_now()};
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

static enum err flush(struct run *r)
{
    uint64_t done, total;
    if (r->batch.items == 0)
        return ERR_OK;
    date_answer(r);
    TRY(import_batch_turns(&r->batch));
    enum err e = r->rq->dry_run ? db_read(r->app->db, scope(r->rq), import_store_batch, &r->store)
                                : db_write(r->app->db, scope(r->rq), import_store_batch, &r->store);
    TRY(e);
    count_batch(r);
    batch_clear(r);
    convert_progress(r->job, &done, &total);
    if (r->progress && !r->progress(r->arg, r->report->read, done, total))
        return ERR_CANCELLED;
    return ERR_OK;
}

/* The row as JSON by the names of its columns: kept until a person has mended it. */
static const char *row_json(struct run *r, const struct convert_item *it)
{
    if (it->kind != CONVERT_ROW)
        return arena_strdup(r->batch.a, it->raw ? it->raw : "");
    struct buf b = buf_init(RAW_MOST);
    struct jsonw w = jsonw_init(&b);
    jsonw_object(&w);
    for (size_t i = 0; i < r->header->columns; i++)
        jsonw_key_text(&w, r->header->names[i], it->cells[i]);
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
    r->last_row = row;
    r->batch.n_refused++;
    return f->raw ? ERR_OK : ERR_NOMEM;
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
    r->store.municipality = home(r->rq);
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
        TRY(db_write(r->app->db, scope(r->rq), begin_run, r));
    r->report->id = r->store.id;
    enum err e = read_all(r);
    if (e == ERR_OK)
        e = store_areas(r);
    if (e == ERR_INVALID) /* rows before the fault in the file are sound */
        e = flush(r) == ERR_OK ? ERR_INVALID : ERR_IO;
    const char *state = e == ERR_OK ? "done" : e == ERR_CANCELLED ? "cancelled" : "failed";
    struct end end = {r, state};
    if (!r->rq->dry_run) {
        enum err ended = db_write(r->app->db, scope(r->rq), end_run, &end);
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
    TRY(hash_file(r));
    if (r->rq->profile && !is_police(r->rq)) {
        enum err e = profile_read(r->a, r->rq->profile, &r->profile, &problem);
        if (e == ERR_INVALID)
            r->report->problem = problem;
        TRY(e);
    }
    TRY(open_file(r));
    TRY(prepare_reading(r));
    if (r->header->flags & CONVERT_SAW_EMPTY)
        return ERR_OK;
    return go(r);
}

enum err import_file(struct app *app, struct arena *a, const struct import_request *rq,
                     import_progress_fn *progress, void *arg, struct import_report *report)
{
    struct run r = {
        .app = app, .a = a, .rq = rq, .report = report, .progress = progress, .arg = arg};
    *report = (struct import_report){0};
    enum err e = run(&r);
    if (r.header)
        report->saw = r.job ? convert_totals(r.job).flags | r.header->flags : r.header->flags;
    run_done(&r);
    return e;
}
