/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* A photo that comes in parts: DIR/photos/incoming/ACCOUNT-ID.part holds what has come, and its
 * size says how far. In an exercise its code stands last: ACCOUNT-ID.part6493. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/str.h"
#include "parts/photo/photo_inner.h"

static void close_fd(int *fd)
{
    if (*fd >= 0)
        close(*fd);
    *fd = -1;
}

static bool part_path(const struct app *app, const struct photo_parts *p, char *out, size_t room)
{
    char id[ID_TEXT], account[ID_TEXT];
    id_text(p->id, id);
    id_text(p->account, account);
    int n = snprintf(out, room, "%s/photos/incoming/%s-%s.part%s", app->data_dir, account, id,
                     p->exercise ? p->exercise : "");
    return n > 0 && (size_t)n < room;
}

size_t photo_part_received(const struct app *app, const struct photo_parts *p)
{
    char path[PHOTO_PATH_MOST];
    struct stat st;
    if (!part_path(app, p, path, sizeof path) || lstat(path, &st) != 0 || !S_ISREG(st.st_mode))
        return 0;
    return (size_t)st.st_size;
}

/* How many the account has begun. */
static size_t begun(const char *folder, struct id account)
{
    char text[ID_TEXT];
    size_t n = 0;
    id_text(account, text);
    DIR *d = opendir(folder);
    if (!d)
        return 0;
    for (const struct dirent *e; (e = readdir(d));)
        n += str_starts(e->d_name, text);
    closedir(d);
    return n;
}

static enum err open_part(const struct app *app, const struct photo_parts *p, int *out)
{
    char path[PHOTO_PATH_MOST], folder[PHOTO_PATH_MOST];
    if (!part_path(app, p, path, sizeof path))
        return ERR_LIMIT;
    TRY(photo_folder(app->data_dir, "incoming", folder, sizeof folder));
    int fd = open(path, O_RDWR | O_CLOEXEC | O_NOFOLLOW);
    if (fd < 0 && errno == ENOENT) {
        if (begun(folder, p->account) >= PHOTO_WAITING_MOST)
            return ERR_LIMIT;
        fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
    }
    if (fd < 0)
        return err_of_errno(errno);
    *out = fd;
    return ERR_OK;
}

static enum err write_at(int fd, const char *p, size_t n, size_t at)
{
    while (n) {
        ssize_t put = pwrite(fd, p, n, (off_t)at);
        if (put < 0 && errno != EINTR)
            return err_of_errno(errno);
        size_t did = put > 0 ? (size_t)put : 0;
        p += did;
        n -= did;
        at += did;
    }
    return ERR_OK;
}

enum err photo_part_put(const struct app *app, const struct photo_parts *p, size_t offset,
                        const void *data, size_t n, size_t *received)
{
    struct stat st;
    *received = photo_part_received(app, p);
    if (p->total > PHOTO_BYTES_MOST || offset > p->total || n > p->total - offset)
        return ERR_LIMIT;
    if (offset > *received)
        return ERR_CONFLICT;
    AUTO(close_fd) int fd = -1;
    TRY(open_part(app, p, &fd));
    if (flock(fd, LOCK_EX) != 0 || fstat(fd, &st) != 0) /* the same part may come twice at once */
        return err_of_errno(errno);
    size_t have = (size_t)st.st_size;
    *received = have;
    if (have > p->total)
        return ERR_CONFLICT;
    if (offset > have)
        return ERR_CONFLICT;
    if (offset + n <= have)
        return ERR_OK;
    size_t known = have - offset;
    TRY(write_at(fd, (const char *)data + known, n - known, have));
    *received = offset + n;
    return ERR_OK;
}

enum err photo_part_read(const struct app *app, const struct photo_parts *p, uint8_t **out)
{
    char path[PHOTO_PATH_MOST];
    if (!part_path(app, p, path, sizeof path) || p->total > PHOTO_BYTES_MOST)
        return ERR_LIMIT;
    AUTO(close_fd) int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    if (fd < 0)
        return errno == ENOENT ? ERR_NOTFOUND : err_of_errno(errno);
    AUTO(mem_freep) uint8_t *bytes = mem_alloc(p->total + 1);
    if (!bytes)
        return ERR_NOMEM;
    for (size_t at = 0; at < p->total;) {
        ssize_t got = pread(fd, bytes + at, p->total - at, (off_t)at);
        if (got == 0 || (got < 0 && errno != EINTR))
            return ERR_IO;
        at += got > 0 ? (size_t)got : 0;
    }
    *out = TAKE(bytes);
    return ERR_OK;
}

void photo_part_drop(const struct app *app, const struct photo_parts *p)
{
    char path[PHOTO_PATH_MOST];
    if (part_path(app, p, path, sizeof path))
        unlink(path);
}

void photo_parts_drop(const struct app *app, const char *exercise)
{
    char folder[PHOTO_PATH_MOST];
    int n = snprintf(folder, sizeof folder, "%s/photos/incoming", app->data_dir);
    DIR *d = n > 0 && (size_t)n < sizeof folder ? opendir(folder) : NULL;
    if (!d)
        return;
    for (const struct dirent *e; (e = readdir(d));) {
        const char *end = strrchr(e->d_name, '.');
        if (end && str_starts(end, ".part") && str_eq(end + 5, exercise))
            unlinkat(dirfd(d), e->d_name, 0);
    }
    closedir(d);
}

void photo_parts_sweep(const struct app *app, msec before)
{
    char folder[PHOTO_PATH_MOST];
    struct stat st;
    int n = snprintf(folder, sizeof folder, "%s/photos/incoming", app->data_dir);
    DIR *d = n > 0 && (size_t)n < sizeof folder ? opendir(folder) : NULL;
    if (!d)
        return;
    for (const struct dirent *e; (e = readdir(d));)
        if (e->d_name[0] != '.' && fstatat(dirfd(d), e->d_name, &st, AT_SYMLINK_NOFOLLOW) == 0 &&
            (msec)st.st_mtime * 1000 < before)
            unlinkat(dirfd(d), e->d_name, 0);
    closedir(d);
}
