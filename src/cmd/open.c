/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/file.h>
#include <unistd.h>

#include "base/mem.h"
#include "cmd/cmd.h"
#include "core/audit.h"

struct app *cmd_open(struct cmd_call *c, enum cmd_open how, int *exit_code)
{
    const char *dir = cmd_value(c, "data"), *url = cmd_value(c, "database");
    if (!dir && !url) {
        dir = getenv("SAMSYN_DATA");
        url = dir ? NULL : getenv("SAMSYN_DATABASE");
    }
    if (!dir && !url) {
        *exit_code = cmd_misuse(c, CT(c, cmd_no_database));
        return NULL;
    }
    struct app_options o = {
        .data_dir = dir,
        .database_url = url,
        .create = how == CMD_CREATE,
        .migrate = how == CMD_CREATE,
        .read_only = how == CMD_READ,
        .parts = all_parts,
    };
    struct app *app;
    const char *problem = "";
    enum err e = app_open(&o, c->a, &app, &problem);
    if (e == ERR_OK)
        return app;
    if (e == ERR_NOTFOUND && dir && how == CMD_CREATE)
        *exit_code = cmd_fail(c, CTF(c, cmd_cannot_make, dir));
    else if (e == ERR_NOTFOUND)
        *exit_code = cmd_fail(c, CTF(c, cmd_not_initialised, dir ? dir : url));
    else if (e == ERR_BUSY)
        *exit_code = cmd_fail(c, CTF(c, cmd_in_use, dir ? dir : url));
    else if (e == ERR_SCHEMA)
        *exit_code = cmd_fail(c, CTF(c, cmd_other_schema, problem));
    else
        *exit_code = cmd_error(c, e, problem);
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
