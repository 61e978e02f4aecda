/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Photos as rows. */
#include "parts/photo/photo.h"

#include <sodium.h>
#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "base/str.h"
#include "parts/photo/photo_inner.h"
#include "photo_sql.h"

enum err photo_allowed(struct tx *tx, struct arena *a, const char *municipality, bool *out)
{
    const char *value = NULL;
    enum err e = setting_get(tx, a, municipality, PHOTO_SETTING, &value);
    if (e && e != ERR_NOTFOUND)
        return e;
    *out = e == ERR_OK && str_eq(value, "1");
    return ERR_OK;
}

void photo_hash(const void *data, size_t n, char out[PHOTO_HASH_TEXT])
{
    unsigned char sum[crypto_hash_sha256_BYTES];
    crypto_hash_sha256(sum, data, n);
    sodium_bin2hex(out, PHOTO_HASH_TEXT, sum, sizeof sum);
}

enum err photo_get(struct tx *tx, struct arena *a, const char *municipality, struct id id,
                   struct photo_row *out)
{
    struct q_photo_one_in in = {municipality, id};
    struct q_photo_one_row r;
    TRY(q_photo_one_one(tx, a, &in, &r));
    *out = (struct photo_row){id,       r.event_id, r.sort, r.bytes,      r.width,
                              r.height, r.hash,     r.alt,  r.created_at, r.created_by};
    return ERR_OK;
}

enum err photo_of_event(struct tx *tx, struct arena *a, const char *municipality, struct id event,
                        struct photo_row **out, size_t *n)
{
    struct q_photo_of_event_in in = {municipality, event};
    struct q_photo_of_event_row *rows;
    TRY(q_photo_of_event_all(tx, a, &in, &rows, n));
    struct photo_row *list = ARENA_ARRAY(a, *n + 1, struct photo_row);
    if (!list)
        return ERR_NOMEM;
    for (size_t i = 0; i < *n; i++) {
        const struct q_photo_of_event_row *r = &rows[i];
        list[i] = (struct photo_row){r->id,     event,   r->sort, r->bytes,      r->width,
                                     r->height, r->hash, r->alt,  r->created_at, r->created_by};
    }
    *out = list;
    return ERR_OK;
}

enum err photo_find_home(struct tx *tx, struct arena *a, struct id id, const char **out)
{
    struct q_photo_home_in in = {id};
    struct q_photo_home_row row;
    TRY(q_photo_home_one(tx, a, &in, &row));
    *out = row.municipality;
    return ERR_OK;
}

/* --- Keeping one --- */

struct keeping {
    const struct photo_owner *o;
    struct id id;
    const struct photo *made;
    const char *hash;
    struct arena *a;
    bool there;
};

/* Is there one of that id already, or are there too many? */
static enum err may_keep(struct tx *tx, void *arg)
{
    struct keeping *k = arg;
    struct photo_row was;
    struct q_photo_waiting_row waiting;
    enum err e = photo_get(tx, k->a, k->o->municipality, k->id, &was);
    k->there = e == ERR_OK;
    if (e == ERR_OK)
        return id_eq(was.created_by, k->o->account) ? ERR_OK : ERR_CONFLICT;
    if (e != ERR_NOTFOUND)
        return e;
    struct q_photo_waiting_in of = {k->o->municipality, k->o->account};
    TRY(q_photo_waiting_one(tx, k->a, &of, &waiting));
    return waiting.n < PHOTO_WAITING_MOST ? ERR_OK : ERR_LIMIT;
}

static enum err keep(struct tx *tx, void *arg)
{
    struct keeping *k = arg;
    TRY(may_keep(tx, k));
    if (k->there)
        return ERR_OK;
    struct q_photo_put_in in = {.municipality = k->o->municipality,
                                .id = k->id,
                                .bytes = (int64_t)k->made->n,
                                .width = k->made->width,
                                .height = k->made->height,
                                .hash = k->hash,
                                .created_at = time_now(),
                                .created_by = k->o->account,
                                .origin = k->o->origin};
    return q_photo_put_run(tx, &in, NULL);
}

enum err photo_keep(struct app *app, const struct photo_owner *o, struct id id,
                    const struct photo *made)
{
    char hash[PHOTO_HASH_TEXT];
    photo_hash(made->jpeg, made->n, hash);
    AUTO(arena_freep) struct arena *a = arena_new(1 << 20);
    if (!a)
        return ERR_NOMEM;
    struct keeping k = {.o = o, .id = id, .made = made, .hash = hash, .a = a};
    TRY(db_read(app->db, o->municipality, may_keep, &k));
    if (k.there)
        return ERR_OK;
    TRY(photo_file_write(app->data_dir, o->municipality, id, hash, made));
    enum err e = db_write(app->db, o->municipality, keep, &k); /* refused: the sweep takes it */
    if (e == ERR_GONE) { /* an exercise has ended: nothing of it stays, not even for a while */
        photo_unlink(app, o->municipality, &(struct photo_row){.id = id, .hash = hash}, 1);
        photo_folder_drop(app, o->municipality);
    }
    return e;
}

enum err photo_attach(struct tx *tx, struct arena *a, const char *municipality,
                      const struct photo_attach *p)
{
    struct photo_row row, *others;
    size_t n;
    TRY(photo_get(tx, a, municipality, p->id, &row));
    if (!id_eq(row.created_by, p->account))
        return ERR_NOTFOUND;
    if (!id_is_none(row.event_id))
        return id_eq(row.event_id, p->event) ? ERR_OK : ERR_NOTFOUND;
    TRY(photo_of_event(tx, a, municipality, p->event, &others, &n));
    if (n >= PHOTO_EVENT_MOST)
        return ERR_LIMIT;
    struct q_photo_attach_in in = {
        municipality, p->id, p->event, n ? others[n - 1].sort + 1 : 1, p->alt, p->account};
    return q_photo_attach_run(tx, &in, NULL);
}

enum err photo_remove(struct tx *tx, const char *municipality, struct id id)
{
    struct q_photo_remove_in in = {municipality, id};
    return q_photo_remove_run(tx, &in, NULL);
}

enum err photo_remove_waiting(struct tx *tx, const struct photo_owner *o, struct id id)
{
    struct q_photo_remove_waiting_in in = {o->municipality, id, o->account};
    return q_photo_remove_waiting_run(tx, &in, NULL);
}

const struct part photo_part = {.name = "photo", .queries = photo_queries};
