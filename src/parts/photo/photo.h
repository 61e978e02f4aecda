/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Photos that belong to events: what is kept of them, where, and for how long.
 *
 * DIR/photos/1493/ID-HASH.jpg is the picture and table photo what is known of it. The file is on
 * the disk before the row, and the row is gone before the file: a crash between leaves a file that
 * photo_sweep() takes. A photo is sent before or with its report, and waits for it a while. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "base/clock.h"
#include "base/id.h"
#include "convert/photo.h"
#include "core/app.h"

extern const struct part photo_part;

#define PHOTO_REPORT_MOST 3   /* in one report */
#define PHOTO_EVENT_MOST 10   /* of one event */
#define PHOTO_WAITING_MOST 30 /* of one account, without a report */
#define PHOTO_ALT_MOST 200
#define PHOTO_WAIT (2 * MSEC_DAY) /* for a report, or for the rest of the bytes */
#define PHOTO_SETTING "photos"    /* "1": the municipality takes photos; else it does not */

struct photo_row {
    struct id id, event_id; /* event_id none: waits for its report */
    int64_t sort, bytes, width, height;
    const char *hash;
    const char *alt; /* NULL */
    msec created_at;
    struct id created_by;
};

/* Does the municipality take photos? No, until it says so. */
NODISCARD enum err photo_allowed(struct tx *tx, struct arena *a, const char *municipality,
                                 bool *out);

struct photo_owner {
    const char *municipality;
    struct id account;
    const char *origin; /* "exempel" for exercise data; NULL */
};
/* Keeps a picture under that id; it waits for its report. Once more is fine. ERR_LIMIT: the account
 * has too many that wait. ERR_CONFLICT: the id is somebody else's. */
NODISCARD enum err photo_keep(struct app *app, const struct photo_owner *o, struct id id,
                              const struct photo *made);
/* Texts in the arena. ERR_NOTFOUND. */
NODISCARD enum err photo_get(struct tx *tx, struct arena *a, const char *municipality, struct id id,
                             struct photo_row *out);
NODISCARD enum err photo_of_event(struct tx *tx, struct arena *a, const char *municipality,
                                  struct id event, struct photo_row **out, size_t *n);
/* Which municipality's; ERR_NOTFOUND. Scope DB_NATIONAL. */
NODISCARD enum err photo_find_home(struct tx *tx, struct arena *a, struct id id, const char **out);

/* A photo that waits becomes the event's. Once more is fine. ERR_NOTFOUND: there is no such one of
 * that account, or it is another event's. ERR_LIMIT: the event has enough. */
struct photo_attach {
    struct id id, event, account;
    const char *alt; /* NULL */
};
NODISCARD enum err photo_attach(struct tx *tx, struct arena *a, const char *municipality,
                                const struct photo_attach *p);

/* The rows go; after the commit photo_unlink() takes the files, or the sweep does. */
NODISCARD enum err photo_remove(struct tx *tx, const char *municipality, struct id id);
NODISCARD enum err photo_remove_waiting(struct tx *tx, const struct photo_owner *o, struct id id);
void photo_unlink(const struct app *app, const char *municipality, const struct photo_row *rows,
                  size_t n);

/* The picture, open for reading; the caller closes it. ERR_NOTFOUND: the file is not there. */
NODISCARD enum err photo_open(const struct app *app, const char *municipality,
                              const struct photo_row *p, int *out_fd);
/* DIR/photos/1493/ID-HASH.jpg; false: too long. */
bool photo_path(const char *data_dir, const char *municipality, struct id id, const char *hash,
                char *out, size_t room);

/* --- Sent in parts --- */

struct photo_parts {
    struct id id, account;
    size_t total;
    const char *exercise; /* its code, when it is sent in one: it goes with it. NULL */
};
/* How much has come. 0: nothing, or nothing any more. */
size_t photo_part_received(const struct app *app, const struct photo_parts *p);
/* Writes n bytes at `offset`; what is there already is left alone. *received is how much has come
 * now. ERR_CONFLICT: there would be a hole. ERR_LIMIT: more than `total`, or too many at once. */
NODISCARD enum err photo_part_put(const struct app *app, const struct photo_parts *p, size_t offset,
                                  const void *data, size_t n, size_t *received);
/* All of it, to be freed with mem_free(). */
NODISCARD enum err photo_part_read(const struct app *app, const struct photo_parts *p,
                                   uint8_t **out);
void photo_part_drop(const struct app *app, const struct photo_parts *p);

/* --- Care --- */

/* Takes away photos that no report came for, parts that nobody went on with, files without a row.
 */
NODISCARD enum err photo_sweep(struct app *app, msec now);
/* Does that now, and every quarter of an hour until photo_sweeper_stop(). */
struct photo_sweeper;
NODISCARD enum err photo_sweeper_start(struct app *app, struct photo_sweeper **out);
void photo_sweeper_stop(struct photo_sweeper *s); /* NULL is fine */

/* An exercise has ended: takes every file of it that has no row, its folder, and what came
 * of photos that are not whole. */
void photo_forget(struct app *app, const char *exercise);

/* How the files agree with the rows. */
struct photo_state {
    size_t photos;  /* rows */
    size_t missing; /* rows whose file is not there, or has another size */
    size_t open;    /* files that others than the owner may read */
};
NODISCARD enum err photo_look(struct app *app, struct photo_state *out);
/* Copies every row's file to the folder `to` (made when there is one), named as by photo_path().
 * *missing: rows whose file is not there any more. */
NODISCARD enum err photo_copy_all(struct app *app, const char *to, size_t *copied, size_t *missing);
/* A restore in two steps, so that one that fails half-way changes nothing: the photos of such a
 * copy are brought beside those in `dir` (`from` need not exist: then there are none) ... */
NODISCARD enum err photo_bring(const char *from, const char *dir);
/* ... and take their place; those that were there get another name (photos.before-restore).
 * When that fails, as for a folder mounted by itself, they are as they were. */
NODISCARD enum err photo_put_in_place(const char *dir);
/* Takes away what was brought and not put in place. */
NODISCARD enum err photo_bring_undo(const char *dir);
