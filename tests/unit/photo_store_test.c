/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Photos as files and rows: one order, whatever stops in between. */
#include "test.h"

#include <dirent.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <unistd.h>

#include "base/str.h"
#include "db_fixture.h"
#include "parts/photo/photo_inner.h"

#define TOWN "1493"

struct house {
    struct fixture *f;
    struct app app;
    char dir[64];
    struct photo_owner me;
    struct photo picture;
    uint8_t bytes[300];
};

static void open_house(struct house *h, struct fixture *f)
{
    memset(h, 0, sizeof *h);
    h->f = f;
    snprintf(h->dir, sizeof h->dir, "/tmp/samsyn-photo-XXXXXX");
    CHECK(mkdtemp(h->dir));
    h->app.db = f->db;
    h->app.data_dir = h->dir;
    h->me = (struct photo_owner){TOWN, id_new(), NULL};
    memset(h->bytes, 'p', sizeof h->bytes);
    h->picture = (struct photo){.width = 4, .height = 3, .jpeg = h->bytes, .n = sizeof h->bytes};
}

static size_t empty(const char *path)
{
    size_t n = 0;
    DIR *d = opendir(path);
    for (const struct dirent *e; d && (e = readdir(d));) {
        char one[512];
        struct stat st;
        if (e->d_name[0] == '.')
            continue;
        snprintf(one, sizeof one, "%s/%s", path, e->d_name);
        if (lstat(one, &st) == 0 && S_ISDIR(st.st_mode))
            n += empty(one);
        else
            n += unlink(one) == 0;
    }
    if (d)
        closedir(d);
    rmdir(path);
    return n;
}

static size_t files_in(const struct house *h, const char *folder)
{
    char path[256];
    size_t n = 0;
    snprintf(path, sizeof path, "%s/photos/%s", h->dir, folder);
    DIR *d = opendir(path);
    for (const struct dirent *e; d && (e = readdir(d));)
        n += e->d_name[0] != '.';
    if (d)
        closedir(d);
    return n;
}

/* As if it were that many milliseconds older. */
static void age(const struct house *h, const char *folder, msec by)
{
    char path[512];
    snprintf(path, sizeof path, "%s/photos/%s", h->dir, folder);
    DIR *d = opendir(path);
    struct timespec t[2] = {{(time_now() - by) / 1000, 0}, {(time_now() - by) / 1000, 0}};
    for (const struct dirent *e; d && (e = readdir(d));)
        if (e->d_name[0] != '.')
            CHECK(utimensat(dirfd(d), e->d_name, t, 0) == 0);
    if (d)
        closedir(d);
}

enum what { GET, ATTACH, OF_EVENT, REMOVE, REMOVE_WAITING, ALLOWED, ALLOW };

struct work {
    enum what what;
    struct house *h;
    struct id id, event, account;
    struct photo_row row, *rows;
    size_t n;
    bool allowed;
};

static enum err work_in(struct tx *tx, void *arg)
{
    struct work *w = arg;
    struct arena *a = w->h->f->a;
    const struct photo_attach attach = {w->id, w->event, w->account, "Porten"};
    switch (w->what) {
    case GET:
        return photo_get(tx, a, TOWN, w->id, &w->row);
    case ATTACH:
        return photo_attach(tx, a, TOWN, &attach);
    case OF_EVENT:
        return photo_of_event(tx, a, TOWN, w->event, &w->rows, &w->n);
    case REMOVE:
        return photo_remove(tx, TOWN, w->id);
    case REMOVE_WAITING:
        return photo_remove_waiting(tx, &w->h->me, w->id);
    case ALLOWED:
        return photo_allowed(tx, a, TOWN, &w->allowed);
    case ALLOW:
        return setting_put(tx, TOWN, PHOTO_SETTING, "1");
    }
    return ERR_INTERNAL;
}

static enum err run(struct work *w, enum what what)
{
    w->what = what;
    return db_write(w->h->f->db, TOWN, work_in, w);
}

DB_TEST(no_municipality_takes_photos_until_it_says_so)
{
    struct house h;
    open_house(&h, f);
    struct work w = {.h = &h, .allowed = true};
    CHECK(run(&w, ALLOWED) == ERR_OK && !w.allowed);
    CHECK(run(&w, ALLOW) == ERR_OK && run(&w, ALLOWED) == ERR_OK && w.allowed);
    empty(h.dir);
}

DB_TEST(a_photo_is_kept_once_and_for_its_sender)
{
    struct house h;
    open_house(&h, f);
    struct work w = {.h = &h, .id = id_new(), .event = id_new(), .account = h.me.account};
    CHECK(photo_keep(&h.app, &h.me, w.id, &h.picture) == ERR_OK);
    CHECK(photo_keep(&h.app, &h.me, w.id, &h.picture) == ERR_OK);
    CHECK(files_in(&h, TOWN) == 1);
    const struct photo_owner other = {TOWN, id_new(), NULL};
    CHECK(photo_keep(&h.app, &other, w.id, &h.picture) == ERR_CONFLICT);
    CHECK(files_in(&h, TOWN) == 1); /* what another sends under its id leaves it alone */
    int fd = -1;
    struct stat st;
    CHECK(run(&w, GET) == ERR_OK && photo_open(&h.app, TOWN, &w.row, &fd) == ERR_OK);
    CHECK(fstat(fd, &st) == 0 && st.st_size == 300 && (st.st_mode & 0777) == 0600);
    close(fd);
    struct work thief = w;
    thief.account = other.account;
    CHECK(run(&thief, ATTACH) == ERR_NOTFOUND);
    CHECK(run(&w, ATTACH) == ERR_OK && run(&w, ATTACH) == ERR_OK);
    struct work again = w;
    again.event = id_new();
    CHECK(run(&again, ATTACH) == ERR_NOTFOUND); /* it is one event's */
    CHECK(run(&w, REMOVE_WAITING) == ERR_OK && run(&w, OF_EVENT) == ERR_OK && w.n == 1);
    CHECK_TEXT(w.rows[0].alt, "Porten");
    empty(h.dir);
}

DB_TEST(an_event_has_ten_at_most_and_an_account_thirty_that_wait)
{
    struct house h;
    open_house(&h, f);
    struct work w = {.h = &h, .event = id_new(), .account = h.me.account};
    for (int i = 0; i <= PHOTO_EVENT_MOST; i++) {
        w.id = id_new();
        CHECK(photo_keep(&h.app, &h.me, w.id, &h.picture) == ERR_OK);
        CHECK(run(&w, ATTACH) == (i < PHOTO_EVENT_MOST ? ERR_OK : ERR_LIMIT));
    }
    for (int i = 1; i < PHOTO_WAITING_MOST; i++)
        CHECK(photo_keep(&h.app, &h.me, id_new(), &h.picture) == ERR_OK);
    CHECK(photo_keep(&h.app, &h.me, id_new(), &h.picture) == ERR_LIMIT);
    empty(h.dir);
}

/* Stopped between file and row, a file is left; between row and file as well. Never a row alone. */
DB_TEST(what_a_crash_leaves_is_swept_and_nothing_else)
{
    struct house h;
    struct photo_state s;
    char hash[PHOTO_HASH_TEXT];
    open_house(&h, f);
    struct work kept = {.h = &h, .id = id_new(), .event = id_new(), .account = h.me.account};
    struct work removed = kept, waits = kept;
    removed.id = id_new();
    waits.id = id_new();
    photo_hash(h.bytes, sizeof h.bytes, hash);
    CHECK(photo_file_write(h.dir, TOWN, id_new(), hash, &h.picture) ==
          ERR_OK); /* then it stopped */
    CHECK(photo_keep(&h.app, &h.me, kept.id, &h.picture) == ERR_OK && run(&kept, ATTACH) == ERR_OK);
    CHECK(photo_keep(&h.app, &h.me, removed.id, &h.picture) == ERR_OK);
    CHECK(run(&removed, REMOVE) == ERR_OK); /* then it stopped */
    CHECK(photo_keep(&h.app, &h.me, waits.id, &h.picture) == ERR_OK);
    CHECK(photo_look(&h.app, &s) == ERR_OK && s.photos == 2 && !s.missing && !s.open);
    CHECK(photo_sweep(&h.app, time_now()) == ERR_OK && files_in(&h, TOWN) == 4); /* young */
    age(&h, TOWN, 2 * MSEC_HOUR);
    CHECK(photo_sweep(&h.app, time_now()) == ERR_OK && files_in(&h, TOWN) == 2);
    CHECK(run(&kept, GET) == ERR_OK && run(&waits, GET) == ERR_OK &&
          run(&removed, GET) == ERR_NOTFOUND);
    CHECK(photo_sweep(&h.app, time_now() + PHOTO_WAIT + 1000) == ERR_OK);
    CHECK(files_in(&h, TOWN) == 1 && run(&waits, GET) == ERR_NOTFOUND); /* nobody came for it */
    CHECK(run(&kept, GET) == ERR_OK && photo_look(&h.app, &s) == ERR_OK && s.photos == 1);
    age(&h, TOWN, 2 * MSEC_HOUR);
    photo_unlink(&h.app, TOWN, &kept.row, 1);
    CHECK(photo_look(&h.app, &s) == ERR_OK && s.missing == 1);
    empty(h.dir);
}

static enum err put_back(const char *from, const char *dir)
{
    enum err e = photo_bring(from, dir);
    return e ? e : photo_put_in_place(dir);
}

DB_TEST(a_copy_brings_back_every_photo)
{
    struct house h, other;
    size_t copied, missing;
    char to[128];
    open_house(&h, f);
    open_house(&other, f);
    snprintf(to, sizeof to, "%s/copy.files", other.dir);
    CHECK(photo_keep(&h.app, &h.me, id_new(), &h.picture) == ERR_OK);
    CHECK(photo_keep(&h.app, &h.me, id_new(), &h.picture) == ERR_OK);
    CHECK(photo_copy_all(&h.app, to, &copied, &missing) == ERR_OK && copied == 2 && !missing);
    struct photo_state s;
    CHECK(photo_look(&other.app, &s) == ERR_OK && s.missing == 2);
    CHECK(photo_bring(to, other.dir) == ERR_OK && photo_bring_undo(other.dir) == ERR_OK);
    CHECK(photo_look(&other.app, &s) == ERR_OK && s.missing == 2); /* brought, taken away again */
    CHECK(put_back(to, other.dir) == ERR_OK && put_back(to, other.dir) == ERR_OK);
    CHECK(photo_look(&other.app, &s) == ERR_OK && s.photos == 2 && !s.missing && !s.open);
    CHECK(put_back("/nonexistent", other.dir) == ERR_OK);
    CHECK(photo_look(&other.app, &s) == ERR_OK && s.missing == 2);
    empty(h.dir);
    empty(other.dir);
}

DB_TEST(a_photo_that_is_cut_short_stops_no_backup)
{
    struct house h;
    struct photo_state s;
    size_t copied, missing;
    char to[128], path[PHOTO_PATH_MOST];
    open_house(&h, f);
    snprintf(to, sizeof to, "%s/copy.files", h.dir);
    struct work cut = {.h = &h, .id = id_new()};
    CHECK(photo_keep(&h.app, &h.me, cut.id, &h.picture) == ERR_OK && run(&cut, GET) == ERR_OK);
    CHECK(photo_keep(&h.app, &h.me, id_new(), &h.picture) == ERR_OK);
    CHECK(photo_path(h.dir, TOWN, cut.id, cut.row.hash, path, sizeof path));
    CHECK(truncate(path, 3) == 0);
    CHECK(photo_copy_all(&h.app, to, &copied, &missing) == ERR_OK && copied == 1 && missing == 1);
    CHECK(photo_look(&h.app, &s) == ERR_OK && s.missing == 1);
    empty(h.dir);
}

DB_TEST(parts_fit_together_whatever_comes_twice)
{
    struct house h;
    size_t got;
    open_house(&h, f);
    struct photo_parts p = {id_new(), h.me.account, sizeof h.bytes};
    for (size_t i = 0; i < sizeof h.bytes; i++)
        h.bytes[i] = (uint8_t)i;
    CHECK(photo_part_received(&h.app, &p) == 0);
    CHECK(photo_part_put(&h.app, &p, 5, h.bytes + 5, 5, &got) == ERR_CONFLICT && got == 0);
    CHECK(photo_part_put(&h.app, &p, 0, h.bytes, 100, &got) == ERR_OK && got == 100);
    CHECK(photo_part_put(&h.app, &p, 50, "forged", 6, &got) == ERR_OK &&
          got == 100); /* left alone */
    CHECK(photo_part_put(&h.app, &p, 90, h.bytes + 90, 60, &got) == ERR_OK && got == 150);
    CHECK(photo_part_put(&h.app, &p, 200, h.bytes + 200, 50, &got) == ERR_CONFLICT && got == 150);
    CHECK(photo_part_put(&h.app, &p, 150, h.bytes + 150, 151, &got) == ERR_LIMIT);
    uint8_t *whole = NULL;
    CHECK(photo_part_read(&h.app, &p, &whole) == ERR_IO && !whole); /* not all is here */
    CHECK(photo_part_put(&h.app, &p, 150, h.bytes + 150, 150, &got) == ERR_OK && got == 300);
    CHECK(photo_part_read(&h.app, &p, &whole) == ERR_OK && memcmp(whole, h.bytes, 300) == 0);
    mem_free(whole);
    CHECK(photo_sweep(&h.app, time_now()) == ERR_OK && files_in(&h, "incoming") == 1);
    age(&h, "incoming", PHOTO_WAIT + 5000);
    CHECK(photo_sweep(&h.app, time_now()) == ERR_OK && files_in(&h, "incoming") == 0);
    for (int i = 0; i < PHOTO_WAITING_MOST; i++) {
        p.id = id_new();
        CHECK(photo_part_put(&h.app, &p, 0, h.bytes, 1, &got) == ERR_OK);
    }
    p.id = id_new();
    CHECK(photo_part_put(&h.app, &p, 0, h.bytes, 1, &got) == ERR_LIMIT);
    empty(h.dir);
}
