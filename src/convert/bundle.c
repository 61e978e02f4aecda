/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "convert/bundle.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <unistd.h>

const char *const bundle_parts[BUNDLE_PARTS] = {".shp", ".dbf", ".shx", ".prj", ".cpg"};

static void close_fd(int *fd)
{
    if (*fd >= 0)
        close(*fd);
}

static bool write_all(int fd, const void *data, size_t n)
{
    return write(fd, data, n) == (ssize_t)n;
}

static enum err copy(int out, int in, uint64_t n)
{
    while (n) {
        ssize_t got = sendfile(out, in, NULL, n < 1 << 30 ? (size_t)n : 1 << 30);
        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0)
            return ERR_IO; /* also when the file grew shorter meanwhile */
        n -= (uint64_t)got;
    }
    return ERR_OK;
}

/* The sibling with that ending, in lower or upper case. */
static int open_part(const char *stem, const char *ending, struct stat *st)
{
    char path[PATH_MAX], upper[8] = {0};
    for (size_t i = 0; ending[i] && i < sizeof upper - 1; i++)
        upper[i] = (char)toupper((unsigned char)ending[i]);
    for (int i = 0; i < 2; i++) {
        int n = snprintf(path, sizeof path, "%s%s", stem, i ? upper : ending);
        int fd = n < PATH_MAX ? open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK) : -1;
        if (fd >= 0 && fstat(fd, st) == 0 && S_ISREG(st->st_mode))
            return fd;
        if (fd >= 0)
            close(fd);
    }
    return -1;
}

static enum err add_part(int out, const char *stem, size_t i, uint64_t *total)
{
    struct stat st;
    AUTO(close_fd) int fd = open_part(stem, bundle_parts[i], &st);
    if (fd < 0)
        return i < 2 ? ERR_NOTFOUND : ERR_OK;
    uint64_t n = (uint64_t)st.st_size;
    *total += n;
    if (*total > BUNDLE_MOST)
        return ERR_LIMIT;
    unsigned char length[8];
    for (int k = 0; k < 8; k++)
        length[k] = (unsigned char)(n >> 8 * k);
    if (!write_all(out, bundle_parts[i], 4) || !write_all(out, length, 8))
        return ERR_IO;
    return copy(out, fd, n);
}

enum err bundle_shapefile(const char *path, int *out_fd)
{
    char stem[PATH_MAX];
    size_t n = strlen(path);
    if (n < 4 || n >= sizeof stem)
        return ERR_NOTFOUND;
    memcpy(stem, path, n - 4);
    stem[n - 4] = 0;
    AUTO(close_fd) int fd = memfd_create("shapefile", MFD_CLOEXEC);
    if (fd < 0 || !write_all(fd, BUNDLE_MAGIC, BUNDLE_MAGIC_LEN))
        return ERR_IO;
    uint64_t total = 0;
    for (size_t i = 0; i < BUNDLE_PARTS; i++)
        TRY(add_part(fd, stem, i, &total));
    if (lseek(fd, 0, SEEK_SET) != 0)
        return ERR_IO;
    *out_fd = fd;
    fd = -1;
    return ERR_OK;
}
