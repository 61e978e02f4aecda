/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/hash.h"
#include "base/mem.h"
#include "cmd/cmd.h"
#include "core/audit.h"

static const char *set(const char *variable)
{
    const char *v = getenv(variable);
    return v && *v ? v : NULL;
}

/* Makes each directory of the path that is missing, for ourselves only; false when the last one is
 * not a directory of ours. */
static bool make_directories(char *path)
{
    for (char *slash = strchr(path + 1, '/'); slash; slash = strchr(slash + 1, '/')) {
        *slash = 0;
        (void)mkdir(path, 0700); /* what is in the way shows at the end */
        *slash = '/';
    }
    struct stat st;
    return (mkdir(path, 0700) == 0 || errno == EEXIST) && lstat(path, &st) == 0 &&
           S_ISDIR(st.st_mode) && st.st_uid == geteuid();
}

/* With --database alone: where this user's programs keep what they remember, one directory for each
 * database. Never in /tmp, where others can wait for it. The name leaves out user and password. */
static const char *state_directory(struct cmd_call *c, const char *url)
{
    const char *at = strrchr(url, '@'), *state = set("XDG_STATE_HOME"), *home = set("HOME");
    const char *which = at ? at + 1 : url;
    unsigned long long name = (unsigned long long)hash64(which, strlen(which), 0);
    char *path = NULL;
    if (state && *state == '/')
        path = arena_printf(c->a, "%s/samsyn/%016llx", state, name);
    else if (home && *home == '/')
        path = arena_printf(c->a, "%s/.local/state/samsyn/%016llx", home, name);
    if (!path || !make_directories(path))
        return NULL;
    fprintf(stderr, "samsyn: %s\n", CTF(c, cmd_files_in, (const char *)path));
    return path;
}

struct app *cmd_open(struct cmd_call *c, enum cmd_open how, int *exit_code)
{
    const char *dir = cmd_value(c, "data"), *url = cmd_value(c, "database");
    if (!dir && !url) {
        dir = set("SAMSYN_DATA");
        url = dir ? NULL : set("SAMSYN_DATABASE");
    }
    if ((!dir || !*dir) && (!url || !*url)) {
        *exit_code = cmd_misuse(c, CT(c, cmd_no_database));
        return NULL;
    }
    bool create = how == CMD_CREATE || how == CMD_CREATE_FILES;
    bool files = how == CMD_FILES || how == CMD_CREATE_FILES;
    if (files && (!dir || !*dir) && !(dir = state_directory(c, url))) {
        *exit_code = cmd_misuse(c, CT(c, cmd_no_directory));
        return NULL;
    }
    struct app_options o = {
        .data_dir = dir,
        .database_url = url,
        .create = create,
        .migrate = create || how == CMD_MIGRATE,
        .read_only = how == CMD_READ,
        .parts = all_parts,
    };
    struct app *app;
    const char *problem = "";
    enum err e = app_open(&o, c->a, &app, &problem);
    if (e == ERR_OK)
        return app;
    *exit_code = cmd_open_trouble(c, &o, e, problem);
    return NULL;
}

bool cmd_own_directory(const char *dir)
{
    char path[4096];
    if (snprintf(path, sizeof path, "%s/serve-lock", dir) >= (int)sizeof path)
        return true;
    int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (fd < 0)
        return true; /* opening the database will say what is wrong with the directory */
    if (flock(fd, LOCK_EX | LOCK_NB) == 0)
        return true; /* stays open, and so ours */
    close(fd);
    return false;
}

enum err cmd_note(struct app *app, const char *municipality, const char *action, const char *kind)
{
    struct audit_note n = {.municipality = municipality,
                           .action = action,
                           .object_kind = kind,
                           .detail = "{\"command\":true}"};
    return audit_write(app->db, &n);
}

enum err cmd_write_all(int fd, const void *data, size_t n)
{
    const char *s = data;
    while (n) {
        ssize_t wrote = write(fd, s, n);
        if (wrote <= 0)
            return err_of_errno(errno);
        s += wrote;
        n -= (size_t)wrote;
    }
    return ERR_OK;
}
