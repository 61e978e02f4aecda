/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The beginning of an import: the file, its profile, the names that the municipality knows. */
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/hash.h"
#include "base/mem.h"
#include "base/str.h"
#include "import_sql.h"
#include "parts/import/import_run.h"

#define GUESS_ROWS 50
#define PLACES_MOST 300000

bool import_is_police(const struct import_request *rq)
{
    return rq->format == CONVERT_POLICE_API || rq->format == CONVERT_POLICE_ARCHIVE;
}

const char *import_home(const struct import_request *rq)
{
    return rq->municipality ? rq->municipality : "0000";
}

/* Notices of the Police cross municipalities, and so do files that say where each row belongs. */
const char *import_scope(const struct import_request *rq)
{
    bool own = rq->municipality && !import_is_police(rq) && !str_eq(rq->municipality, "0000");
    return own ? rq->municipality : DB_NATIONAL;
}

/* --- The file --- */

/* What makes this import this import: the bytes of the file and how they are read. */
enum err import_hash_file(struct run *r)
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
    if (r->rq->leave_out)
        crypto_generichash_update(&st, (const unsigned char *)"-", 1);
    crypto_generichash_final(&st, sum, sizeof sum);
    sodium_bin2hex(r->file_hash, sizeof r->file_hash, sum, sizeof sum);
    return ERR_OK;
}

const char *import_base_name(const struct import_request *rq)
{
    const char *s = rq->file_name ? rq->file_name : rq->path, *slash = strrchr(s, '/');
    return slash ? slash + 1 : s;
}

enum err import_file_fault(struct run *r, enum err e)
{
    const struct convert_error *why = e == ERR_INVALID ? convert_error(r->job) : NULL;
    if (why) {
        r->report->fault = convert_fault_key(why->fault);
        r->report->fault_row = why->position;
    }
    return e;
}

enum err import_open_file(struct run *r)
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
    return e ? import_file_fault(r, e) : ERR_OK;
}

/* --- Names that the municipality knows --- */

static enum err load_places(struct tx *tx, struct run *r)
{
    struct q_import_places_in in = {import_home(r->rq), PLACES_MOST};
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
    struct q_import_bodies_in in = {import_home(r->rq)};
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

static enum err guess(struct run *r)
{
    const char *const *cells;
    size_t rows;
    TRY(look_ahead(r, &cells, &rows));
    const char *source = profile_source(r->a, import_base_name(r->rq));
    if (!source)
        return ERR_NOMEM;
    TRY(profile_guess(r->a, r->header, cells, rows, source, &r->profile));
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

enum err import_prepare(struct run *r)
{
    const char *problem = NULL;
    if (import_is_police(r->rq)) {
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
    TRY(db_read(r->app->db, import_scope(r->rq), load_names, r));
    const char *fixed = str_eq(r->rq->municipality, "0000") ? NULL : r->rq->municipality;
    struct import_binding b = {&r->profile, &r->names, r->header, fixed};
    if (!fixed && !r->profile.municipality && !r->profile.municipality_column) {
        r->report->problem = "import_reason_no_municipality";
        return ERR_INVALID; /* every row would be refused */
    }
    enum err e = import_mapper_new(r->a, &b, &r->mapper, &problem);
    if (e == ERR_INVALID && problem)
        r->report->problem = problem;
    TRY(e);
    if (r->profile.area_kind)
        TRY(import_areas_new(r->a, &r->profile, r->header, import_home(r->rq), &r->areas));
    return note_unused(r);
}
