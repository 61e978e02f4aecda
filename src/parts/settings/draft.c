/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Files that wait between two steps: sent, looked at, then saved. They lie in the data directory
 * under the municipality's and the person's name, and go after an hour. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/str.h"
#include "parts/settings/settings_web.h"

#define DRAFT_AGE 3600 /* seconds */

static const char *folder(struct req *rq)
{
    return arena_printf(rq->arena, "%s/drafts", web_app(rq)->data_dir);
}

/* "places-1493-ACCOUNT-ID-" and then the file's own name. */
static const char *beginning(struct req *rq, const char *what, struct id id)
{
    char person[ID_TEXT], own[ID_TEXT];
    id_text(web_who(rq)->account, person);
    id_text(id, own);
    return arena_printf(rq->arena, "%s-%s-%s-%s-", what, web_municipality(rq), person, own);
}

static void drop_old(const char *dir)
{
    DIR *d = opendir(dir);
    struct dirent *e;
    while (d && (e = readdir(d))) {
        struct stat st;
        if (e->d_name[0] != '.' && fstatat(dirfd(d), e->d_name, &st, AT_SYMLINK_NOFOLLOW) == 0 &&
            S_ISREG(st.st_mode) && st.st_mtime < time_now() / MSEC_SECOND - DRAFT_AGE)
            unlinkat(dirfd(d), e->d_name, 0);
    }
    if (d)
        closedir(d);
}

static enum err write_all(int fd, const char *data, size_t n)
{
    while (n) {
        ssize_t w = write(fd, data, n);
        if (w < 0 && errno == EINTR)
            continue;
        if (w <= 0)
            return ERR_IO;
        data += w;
        n -= (size_t)w;
    }
    return ERR_OK;
}

/* Letters, digits, dot and hyphen of the name, at most 60: enough to know it by. */
static const char *plain_name(struct req *rq, const char *name)
{
    size_t n = strlen(name);
    char *s = arena_strdup(rq->arena, n > 60 ? name + n - 60 : name);
    for (char *p = s; p && *p; p++)
        if (!strchr("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-_", *p))
            *p = '_';
    return s;
}

enum err settings_draft_keep(struct req *rq, const struct file_part *file, const char *what,
                             struct id *out)
{
    const char *dir = folder(rq);
    struct id id = id_new();
    const char *begin = beginning(rq, what, id), *name = plain_name(rq, file->filename);
    const char *path =
        dir && begin && name ? arena_printf(rq->arena, "%s/%s%s", dir, begin, name) : NULL;
    if (!path)
        return ERR_NOMEM;
    mkdir(dir, 0700); /* it may be there; if it cannot be made, opening fails */
    drop_old(dir);
    int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (fd < 0)
        return ERR_IO;
    enum err e = write_all(fd, file->data, file->n);
    if (close(fd) != 0 && e == ERR_OK)
        e = ERR_IO;
    if (e) {
        unlink(path);
        return e;
    }
    *out = id;
    return ERR_OK;
}

enum err settings_draft_path(struct req *rq, const char *what, struct id id, const char **path,
                             const char **name)
{
    const char *dir = folder(rq), *begin = beginning(rq, what, id);
    DIR *d = dir && begin ? opendir(dir) : NULL;
    struct dirent *e;
    enum err answer = ERR_NOTFOUND;
    while (d && answer == ERR_NOTFOUND && (e = readdir(d)))
        if (str_starts(e->d_name, begin)) {
            *path = arena_printf(rq->arena, "%s/%s", dir, e->d_name);
            *name = arena_strdup(rq->arena, e->d_name + strlen(begin));
            answer = *path && *name ? ERR_OK : ERR_NOMEM;
        }
    if (d)
        closedir(d);
    return answer;
}

void settings_draft_drop(struct req *rq, const char *what, struct id id)
{
    const char *path, *name;
    if (settings_draft_path(rq, what, id, &path, &name) == ERR_OK)
        unlink(path);
}
