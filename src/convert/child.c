/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "convert/child.h"

#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/str.h"

#define PIPE_SIZE (1024 * 1024)

/* `from` is what stands between the folder of this program and the name. */
static bool beside_self(const char *from, const char *name, char path[PATH_MAX])
{
    ssize_t n = readlink("/proc/self/exe", path, PATH_MAX - 1);
    if (n <= 0)
        return false;
    path[n] = 0;
    char *slash = strrchr(path, '/');
    size_t room = (size_t)(PATH_MAX - (slash + 1 - path));
    int made = snprintf(slash + 1, room, "%s%s", from, name);
    return (size_t)made < room && access(path, X_OK) == 0;
}

bool child_find(const char *variable, const char *tail, const char *name, char path[PATH_MAX])
{
    const char *env = getenv(variable);
    if (env && *env) {
        int n = snprintf(path, PATH_MAX, "%s%s", env, tail);
        return n < PATH_MAX && access(path, X_OK) == 0;
    }
    if (beside_self("", name, path) || beside_self("../convert/", name, path)) /* build tree */
        return true;
    int n = snprintf(path, PATH_MAX, "%s/%s", CONVERT_LIBEXECDIR, name);
    return n < PATH_MAX && access(path, X_OK) == 0;
}

enum err child_spawn(const char *path, char *const argv[], const int fds[3], pid_t *pid)
{
    static char zone[] = "TZ=UTC0", off[] = "SAMSYN_SANDBOX=off";
    char *env[3] = {zone, NULL, NULL};
    if (str_eq(getenv("SAMSYN_SANDBOX"), "off"))
        env[1] = off;
    posix_spawn_file_actions_t files;
    posix_spawnattr_t attr;
    sigset_t all, none;
    sigfillset(&all);
    sigemptyset(&none);
    if (posix_spawn_file_actions_init(&files))
        return ERR_NOMEM;
    if (posix_spawnattr_init(&attr)) {
        posix_spawn_file_actions_destroy(&files);
        return ERR_NOMEM;
    }
    int bad = posix_spawnattr_setflags(&attr, POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK);
    bad |= posix_spawnattr_setsigdefault(&attr, &all);
    bad |= posix_spawnattr_setsigmask(&attr, &none);
    for (int i = 0; i < 3; i++)
        bad |= posix_spawn_file_actions_adddup2(&files, fds[i], i);
    bad |= posix_spawn_file_actions_addclosefrom_np(&files, 3);
    if (!bad)
        bad = posix_spawn(pid, path, &files, &attr, argv, env);
    posix_spawnattr_destroy(&attr);
    posix_spawn_file_actions_destroy(&files);
    return bad ? ERR_INTERNAL : ERR_OK;
}

enum err child_pipe(int *read_end, int *write_end)
{
    int ends[2];
    if (pipe2(ends, O_CLOEXEC) != 0)
        return ERR_IO;
    *read_end = fcntl(ends[0], F_DUPFD_CLOEXEC, 3);
    *write_end = fcntl(ends[1], F_DUPFD_CLOEXEC, 3);
    close(ends[0]);
    close(ends[1]);
    if (*read_end < 0 || *write_end < 0)
        return ERR_IO;
    (void)fcntl(*write_end, F_SETPIPE_SZ, PIPE_SIZE); /* fewer turns; refused is fine */
    return ERR_OK;
}
