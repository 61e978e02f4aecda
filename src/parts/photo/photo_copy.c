/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The photos of a copy, put in the place of those that are there. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <string.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/str.h"
#include "parts/photo/photo_inner.h"

enum err photo_copy_bytes(int in, int out, size_t n)
{
    while (n) {
        ssize_t put = sendfile(out, in, NULL, n);
        if (put == 0)
            return ERR_IO;
        if (put < 0 && errno != EINTR)
            return err_of_errno(errno);
        n -= put > 0 ? (size_t)put : 0;
    }
    return fsync(out) == 0 ? ERR_OK : err_of_errno(errno);
}

static enum err copy_entry(int from, int to, const char *name)
{
    struct stat st;
    int in = openat(from, name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    if (in < 0)
        return err_of_errno(errno);
    if (fstat(in, &st) != 0 || !S_ISREG(st.st_mode)) {
        close(in);
        return ERR_OK; /* nothing of ours */
    }
    int out = openat(to, name, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);
    enum err e = out < 0 ? err_of_errno(errno) : photo_copy_bytes(in, out, (size_t)st.st_size);
    close(in);
    if (out >= 0)
        close(out);
    return e;
}

/* Every file of the open folder `d`, into the folder `path`. */
static enum err copy_folder(DIR *d, const char *path)
{
    int to = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (to < 0)
        return err_of_errno(errno);
    enum err e = ERR_OK;
    for (const struct dirent *entry; e == ERR_OK && (entry = readdir(d));)
        if (str_ends(entry->d_name, ".jpg"))
            e = copy_entry(dirfd(d), to, entry->d_name);
    if (e == ERR_OK && fsync(to) != 0)
        e = err_of_errno(errno);
    close(to);
    return e;
}

static enum err copy_town(DIR *photos, const char *town, const char *dir)
{
    char path[PHOTO_PATH_MOST];
    int fd = openat(dirfd(photos), town, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);
    DIR *d = fd < 0 ? NULL : fdopendir(fd);
    if (!d) {
        enum err why = err_of_errno(errno);
        if (fd >= 0)
            close(fd);
        return why;
    }
    enum err e = photo_folder(dir, town, path, sizeof path);
    if (e == ERR_OK)
        e = copy_folder(d, path);
    closedir(d);
    return e;
}

static bool is_town(const char *name)
{
    return strlen(name) == 4 && strspn(name, "0123456789") == 4;
}

/* Where photos that are brought stand until they are put in place: DIR/photos.restored/photos. */
static enum err brought_path(const char *dir, const char *end, char out[PHOTO_PATH_MOST])
{
    int n = snprintf(out, PHOTO_PATH_MOST, "%s/photos.restored%s", dir, end);
    return n < 0 || n >= PHOTO_PATH_MOST ? ERR_LIMIT : ERR_OK;
}

static int take_away(const char *path, const struct stat *st, int kind, struct FTW *at)
{
    (void)st, (void)kind, (void)at;
    return remove(path);
}

enum err photo_bring_undo(const char *dir)
{
    char path[PHOTO_PATH_MOST];
    TRY(brought_path(dir, "", path));
    return nftw(path, take_away, 8, FTW_DEPTH | FTW_PHYS) == 0 || errno == ENOENT
               ? ERR_OK
               : err_of_errno(errno);
}

enum err photo_bring(const char *from, const char *dir)
{
    char path[PHOTO_PATH_MOST], to[PHOTO_PATH_MOST];
    int n = snprintf(path, sizeof path, "%s/photos", from);
    if (n < 0 || (size_t)n >= sizeof path)
        return ERR_LIMIT;
    TRY(photo_bring_undo(dir));
    DIR *d = opendir(path);
    if (!d)
        return errno == ENOENT ? ERR_OK : err_of_errno(errno);
    enum err e = brought_path(dir, "", to);
    if (e == ERR_OK && mkdir(to, 0700) != 0)
        e = err_of_errno(errno);
    for (const struct dirent *entry; e == ERR_OK && (entry = readdir(d));)
        if (is_town(entry->d_name))
            e = copy_town(d, entry->d_name, to);
    closedir(d);
    return e;
}

/* Under a name that is not taken: photos.before-restore, photos.before-restore-2 ... The name is
 * told,
 * "" when there was nothing. */
static enum err set_aside(const char *from, char to[PHOTO_PATH_MOST])
{
    int n = (int)strlen(from);
    to[0] = '\0';
    if ((size_t)n + 24 > PHOTO_PATH_MOST)
        return ERR_LIMIT;
    if (access(from, F_OK) != 0)
        return ERR_OK;
    snprintf(to, PHOTO_PATH_MOST, "%s.before-restore", from);
    for (int i = 2; access(to, F_OK) == 0 && i < 1000; i++)
        snprintf(to, PHOTO_PATH_MOST, "%s.before-restore-%d", from, i);
    return rename(from, to) == 0 ? ERR_OK : err_of_errno(errno);
}

enum err photo_put_in_place(const char *dir)
{
    char old[PHOTO_PATH_MOST], fresh[PHOTO_PATH_MOST], aside[PHOTO_PATH_MOST];
    int n = snprintf(old, sizeof old, "%s/photos", dir);
    if (n < 0 || (size_t)n >= sizeof old)
        return ERR_LIMIT;
    TRY(brought_path(dir, "/photos", fresh));
    TRY(set_aside(old, aside));
    if (rename(fresh, old) != 0 && errno != ENOENT) {
        enum err why = err_of_errno(errno);
        if (*aside)
            (void)!rename(aside, old);
        return why;
    }
    return photo_bring_undo(dir); /* the folder around them */
}
