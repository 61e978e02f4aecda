/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Photos as files: for the owner alone, and never under a name that somebody chose. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/str.h"
#include "parts/photo/photo_inner.h"

bool photo_path(const char *data_dir, const char *municipality, struct id id, const char *hash,
                char *out, size_t room)
{
    char text[ID_TEXT];
    id_text(id, text);
    int n = snprintf(out, room, "%s/photos/%s/%s-%.*s.jpg", data_dir, municipality, text,
                     PHOTO_NAME_HASH, hash);
    return n > 0 && (size_t)n < room;
}

static enum err make_folder(const char *path)
{
    return mkdir(path, 0700) == 0 || errno == EEXIST ? ERR_OK : err_of_errno(errno);
}

enum err photo_folder(const char *data_dir, const char *name, char *out, size_t room)
{
    int n = snprintf(out, room, "%s/photos", data_dir);
    if (n < 0 || (size_t)n + strlen(name) + 2 > room)
        return ERR_LIMIT;
    TRY(make_folder(out));
    snprintf(out + n, room - (size_t)n, "/%s", name);
    return make_folder(out);
}

static enum err write_all(int fd, const uint8_t *p, size_t n)
{
    while (n) {
        ssize_t put = write(fd, p, n);
        if (put < 0 && errno != EINTR)
            return err_of_errno(errno);
        p += put > 0 ? put : 0;
        n -= put > 0 ? (size_t)put : 0;
    }
    return fsync(fd) == 0 ? ERR_OK : err_of_errno(errno);
}

static enum err sync_folder(const char *path)
{
    int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0)
        return err_of_errno(errno);
    enum err e = fsync(fd) == 0 ? ERR_OK : err_of_errno(errno);
    close(fd);
    return e;
}

enum err photo_file_write(const char *data_dir, const char *municipality, struct id id,
                          const char *hash, const struct photo *made)
{
    char folder[PHOTO_PATH_MOST - ID_TEXT - 8], path[PHOTO_PATH_MOST], fresh[PHOTO_PATH_MOST];
    char text[ID_TEXT];
    TRY(photo_folder(data_dir, municipality, folder, sizeof folder));
    if (!photo_path(data_dir, municipality, id, hash, path, sizeof path))
        return ERR_LIMIT;
    id_text(id_new(), text);
    int n = snprintf(fresh, sizeof fresh, "%s/%s.new", folder, text);
    if (n < 0 || (size_t)n >= sizeof fresh)
        return ERR_LIMIT;
    int fd = open(fresh, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (fd < 0)
        return err_of_errno(errno);
    enum err e = write_all(fd, made->jpeg, made->n);
    close(fd);
    if (!e && rename(fresh, path) != 0)
        e = err_of_errno(errno);
    if (e) {
        unlink(fresh);
        return e;
    }
    return sync_folder(folder);
}

void photo_unlink(const struct app *app, const char *municipality, const struct photo_row *rows,
                  size_t n)
{
    char path[PHOTO_PATH_MOST];
    for (size_t i = 0; i < n; i++)
        if (photo_path(app->data_dir, municipality, rows[i].id, rows[i].hash, path, sizeof path))
            unlink(path);
}

void photo_folder_drop(const struct app *app, const char *municipality)
{
    char path[PHOTO_PATH_MOST];
    int n = snprintf(path, sizeof path, "%s/photos/%s", app->data_dir, municipality);
    if (n > 0 && (size_t)n < sizeof path)
        rmdir(path);
}

enum err photo_open(const struct app *app, const char *municipality, const struct photo_row *p,
                    int *out_fd)
{
    char path[PHOTO_PATH_MOST];
    struct stat st;
    if (!photo_path(app->data_dir, municipality, p->id, p->hash, path, sizeof path))
        return ERR_LIMIT;
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    if (fd < 0)
        return errno == ENOENT ? ERR_NOTFOUND : err_of_errno(errno);
    if (fstat(fd, &st) != 0 || !S_ISREG(st.st_mode) || st.st_size != p->bytes) {
        close(fd);
        return ERR_NOTFOUND;
    }
    *out_fd = fd;
    return ERR_OK;
}
