/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Keeping files and rows in step: the sweep, the look of `samsyn doctor`, the copy of a backup. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/log.h"
#include "base/mem.h"
#include "base/str.h"
#include "parts/photo/photo_inner.h"
#include "photo_sql.h"

#define ARENA_MOST ((size_t)256 << 20)
#define FRESH MSEC_HOUR /* a file may be this old before its row must be there */
#define EVERY 900       /* seconds between two sweeps */

struct listing {
    struct arena *a;
    const char *municipality;
    msec before;
    struct q_photo_files_row *rows;
    size_t n;
};

static enum err remove_old(struct tx *tx, void *arg)
{
    struct listing *l = arg;
    struct q_photo_remove_old_in in = {l->municipality, l->before};
    return q_photo_remove_old_run(tx, &in, NULL);
}

static enum err list_files(struct tx *tx, void *arg)
{
    struct listing *l = arg;
    struct q_photo_files_in in = {l->municipality};
    return q_photo_files_all(tx, l->a, &in, &l->rows, &l->n);
}

static int by_id(const void *a, const void *b)
{
    const struct q_photo_files_row *x = a, *y = b;
    return memcmp(&x->id, &y->id, sizeof x->id);
}

/* Is the file one that a row names? */
static bool has_row(const struct listing *l, const char *name)
{
    char id[ID_TEXT];
    struct q_photo_files_row key = {0};
    if (strlen(name) != ID_TEXT - 1 + 1 + PHOTO_NAME_HASH + 4)
        return false;
    memcpy(id, name, ID_TEXT - 1);
    id[ID_TEXT - 1] = 0;
    if (id_parse(id, &key.id) != ERR_OK)
        return false;
    const struct q_photo_files_row *r = bsearch(&key, l->rows, l->n, sizeof key, by_id);
    return r && memcmp(name + ID_TEXT, r->hash, PHOTO_NAME_HASH) == 0;
}

static void sweep_folder(DIR *d, const struct listing *l, msec now)
{
    struct stat st;
    for (const struct dirent *e; (e = readdir(d));)
        if (e->d_name[0] != '.' && !has_row(l, e->d_name) &&
            fstatat(dirfd(d), e->d_name, &st, AT_SYMLINK_NOFOLLOW) == 0 &&
            (msec)st.st_mtime * 1000 < now - FRESH)
            unlinkat(dirfd(d), e->d_name, 0);
}

static enum err sweep_town(struct app *app, const char *municipality, const char *path, msec now)
{
    AUTO(arena_freep) struct arena *a = arena_new(ARENA_MOST);
    struct listing l = {a, municipality, now - PHOTO_WAIT, NULL, 0};
    if (!a)
        return ERR_NOMEM;
    enum err old = db_write(app->db, municipality, remove_old, &l);
    if (old && old != ERR_GONE) /* an exercise that has ended has no rows, perhaps files */
        return old;
    DIR *d = opendir(path); /* before the rows: what comes meanwhile is young */
    if (!d)
        return errno == ENOENT ? ERR_OK : err_of_errno(errno);
    enum err e = db_read(app->db, municipality, list_files, &l);
    if (e == ERR_OK) {
        qsort(l.rows, l.n, sizeof *l.rows, by_id);
        sweep_folder(d, &l, now);
    }
    closedir(d);
    return e;
}

void photo_forget(struct app *app, const char *exercise)
{
    char path[PHOTO_PATH_MOST];
    int n = snprintf(path, sizeof path, "%s/photos/%s", app->data_dir, exercise);
    if (n < 0 || (size_t)n >= sizeof path)
        return;
    enum err e = sweep_town(app, exercise, path, time_now() + 2 * FRESH); /* also the youngest */
    if (e)
        LOG(LOG_WARN, "photos of an exercise wait for the sweep", LOG_TEXT("error", err_name(e)));
    photo_folder_drop(app, exercise);
    photo_parts_drop(app, exercise);
}

static bool is_town(const char *name)
{
    return strlen(name) == 4 && strspn(name, "0123456789") == 4;
}

enum err photo_sweep(struct app *app, msec now)
{
    char path[PHOTO_PATH_MOST];
    int n = snprintf(path, sizeof path, "%s/photos", app->data_dir);
    if (n < 0 || (size_t)n + 8 > sizeof path)
        return ERR_LIMIT;
    photo_parts_sweep(app, now - PHOTO_WAIT);
    DIR *d = opendir(path);
    if (!d)
        return errno == ENOENT ? ERR_OK : err_of_errno(errno);
    enum err e = ERR_OK;
    for (const struct dirent *entry; e == ERR_OK && (entry = readdir(d));)
        if (is_town(entry->d_name)) {
            char town[5];
            memcpy(town, entry->d_name, sizeof town);
            snprintf(path + n, sizeof path - (size_t)n, "/%s", town);
            e = sweep_town(app, town, path, now);
        }
    closedir(d);
    return e;
}

/* --- The thread --- */

struct photo_sweeper {
    struct app *app;
    pthread_t thread;
    pthread_mutex_t lock;
    pthread_cond_t leave;
    bool ending;
};

static void *sweep_on(void *arg)
{
    struct photo_sweeper *s = arg;
    pthread_mutex_lock(&s->lock);
    while (!s->ending) {
        pthread_mutex_unlock(&s->lock);
        enum err e = photo_sweep(s->app, time_now());
        if (e)
            LOG(LOG_WARN, "photos not swept", LOG_TEXT("error", err_name(e)));
        struct timespec until;
        clock_gettime(CLOCK_MONOTONIC, &until);
        until.tv_sec += EVERY;
        pthread_mutex_lock(&s->lock);
        while (!s->ending && pthread_cond_timedwait(&s->leave, &s->lock, &until) == 0)
            ;
    }
    pthread_mutex_unlock(&s->lock);
    return NULL;
}

enum err photo_sweeper_start(struct app *app, struct photo_sweeper **out)
{
    struct photo_sweeper *s = mem_alloc(sizeof *s);
    pthread_condattr_t attr;
    if (!s)
        return ERR_NOMEM;
    s->app = app;
    pthread_condattr_init(&attr);
    pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
    pthread_mutex_init(&s->lock, NULL);
    pthread_cond_init(&s->leave, &attr);
    pthread_condattr_destroy(&attr);
    if (pthread_create(&s->thread, NULL, sweep_on, s) != 0) {
        mem_free(s);
        return ERR_NOMEM;
    }
    *out = s;
    return ERR_OK;
}

void photo_sweeper_stop(struct photo_sweeper *s)
{
    if (!s)
        return;
    pthread_mutex_lock(&s->lock);
    s->ending = true;
    pthread_cond_signal(&s->leave);
    pthread_mutex_unlock(&s->lock);
    pthread_join(s->thread, NULL);
    pthread_cond_destroy(&s->leave);
    pthread_mutex_destroy(&s->lock);
    mem_free(s);
}

/* --- All photos --- */

struct walking {
    struct app *app;
    struct arena *a;
    struct q_photo_towns_row *towns;
    size_t n_towns;
    enum err (*each)(struct walking *w, const char *municipality,
                     const struct q_photo_files_row *r);
    struct photo_state state;
    const char *to;
    size_t copied;
};

static enum err list_towns(struct tx *tx, void *arg)
{
    struct walking *w = arg;
    return q_photo_towns_all(tx, w->a, &w->towns, &w->n_towns);
}

static enum err walk(struct walking *w)
{
    TRY(db_read(w->app->db, DB_NATIONAL, list_towns, w));
    for (size_t t = 0; t < w->n_towns; t++) {
        struct listing l = {.a = w->a, .municipality = w->towns[t].municipality};
        TRY(db_read(w->app->db, l.municipality, list_files, &l));
        for (size_t i = 0; i < l.n; i++)
            TRY(w->each(w, l.municipality, &l.rows[i]));
    }
    return ERR_OK;
}

static enum err look_at_one(struct walking *w, const char *municipality,
                            const struct q_photo_files_row *r)
{
    char path[PHOTO_PATH_MOST];
    struct stat st;
    w->state.photos++;
    if (!photo_path(w->app->data_dir, municipality, r->id, r->hash, path, sizeof path) ||
        lstat(path, &st) != 0 || !S_ISREG(st.st_mode) || st.st_size != r->bytes)
        w->state.missing++;
    else if (st.st_mode & 077)
        w->state.open++;
    return ERR_OK;
}

enum err photo_look(struct app *app, struct photo_state *out)
{
    AUTO(arena_freep) struct arena *a = arena_new(ARENA_MOST);
    struct walking w = {.app = app, .a = a, .each = look_at_one};
    if (!a)
        return ERR_NOMEM;
    TRY(walk(&w));
    *out = w.state;
    return ERR_OK;
}

static enum err copy_one(struct walking *w, const char *municipality,
                         const struct q_photo_files_row *r)
{
    char to[PHOTO_PATH_MOST], folder[PHOTO_PATH_MOST];
    const struct photo_row row = {.id = r->id, .hash = r->hash, .bytes = r->bytes};
    int in = -1;
    enum err e = photo_open(w->app, municipality, &row, &in);
    if (e == ERR_NOTFOUND) {
        w->state.missing++;
        return ERR_OK;
    }
    TRY(e);
    if (mkdir(w->to, 0700) != 0 && errno != EEXIST)
        e = err_of_errno(errno);
    if (!e)
        e = photo_folder(w->to, municipality, folder, sizeof folder);
    if (!e && !photo_path(w->to, municipality, r->id, r->hash, to, sizeof to))
        e = ERR_LIMIT;
    int out = e ? -1 : open(to, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (!e)
        e = out < 0 ? err_of_errno(errno) : photo_copy_bytes(in, out, (size_t)r->bytes);
    close(in);
    if (out >= 0)
        close(out);
    w->copied += !e;
    return e;
}

enum err photo_copy_all(struct app *app, const char *to, size_t *copied, size_t *missing)
{
    AUTO(arena_freep) struct arena *a = arena_new(ARENA_MOST);
    struct walking w = {.app = app, .a = a, .each = copy_one, .to = to};
    if (!a)
        return ERR_NOMEM;
    enum err e = walk(&w);
    *copied = w.copied;
    *missing = w.state.missing;
    return e;
}
