/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/file.h>
#include <unistd.h>

#include "base/mem.h"
#include "cmd/cmd.h"
#include "core/audit.h"

static const char *set(const char *variable)
{
    const char *v = getenv(variable);
    return v && *v ? v : NULL;
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
    if ((how == CMD_FILES || how == CMD_CREATE_FILES) &&
        (!dir || !*dir)) { /* never in /tmp, where others can wait for them */
        *exit_code = cmd_misuse(c, CT(c, cmd_no_directory));
        return NULL;
    }
    struct app_options o = {
        .data_dir = dir,
        .database_url = url,
        .create = create,
        .migrate = create,
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
