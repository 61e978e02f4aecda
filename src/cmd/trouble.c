/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* What the system, the disk or the database said, as a plain sentence in the reader's language that
 * says what to do. What they said themselves is English, or in the language of another machine; it
 * follows on a line of its own where it helps a technician and we have no better words. */
#include <errno.h>
#include <pwd.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/str.h"
#include "cmd/cmd.h"

static void technical(const struct cmd_call *c, const char *raw)
{
    if (!raw || !*raw)
        return;
    char *line = arena_strdup(c->a, raw);
    if (line) {
        line[strcspn(line, "\n")] = 0;
        fprintf(stderr, "%s\n", CTF(c, trouble_technical, line));
    }
}

/* --- Files --- */

static const char *user_name(const struct cmd_call *c, uid_t uid)
{
    const struct passwd *p = getpwuid(uid);
    return p ? arena_strdup(c->a, p->pw_name) : arena_printf(c->a, "%u", (unsigned)uid);
}

/* Of the path, or of the nearest directory above it that can be looked at. */
static bool owner_of(const struct cmd_call *c, const char *path, uid_t *out)
{
    char *p = arena_strdup(c->a, path);
    struct stat st;
    while (p && stat(p, &st) != 0) {
        char *slash = strrchr(p, '/');
        if (!slash || slash == p)
            return false;
        *slash = 0;
    }
    if (p)
        *out = st.st_uid;
    return p != NULL;
}

static int denied(const struct cmd_call *c, const char *path)
{
    uid_t owner = 0;
    const char *me = user_name(c, geteuid());
    if (owner_of(c, path, &owner) && owner != geteuid())
        return cmd_fail(c, CTF(c, trouble_denied_owner, path, me, user_name(c, owner)));
    return cmd_fail(c, CTF(c, trouble_denied, path, me));
}

static const struct {
    int error;
    enum text_key key;
} os_texts[] = {
    {ENOENT, T_trouble_missing},
    {ENOTDIR, T_trouble_under_a_file},
    {EISDIR, T_trouble_is_directory},
    {EROFS, T_trouble_read_only},
    {ENOSPC, T_trouble_full},
    {EDQUOT, T_trouble_quota},
    {EFBIG, T_trouble_file_size},
    {ENAMETOOLONG, T_trouble_name_long},
    {ELOOP, T_trouble_loop},
    {EMFILE, T_trouble_files},
    {ENFILE, T_trouble_files},
    {EIO, T_trouble_device},
    {EADDRINUSE, T_trouble_port_taken},
    {EADDRNOTAVAIL, T_trouble_no_such_address},
    {EPIPE, T_trouble_reader_gone},
};

static int os_trouble(const struct cmd_call *c, int error, const char *path)
{
    if (error == EACCES || error == EPERM)
        return denied(c, path);
    if (error == ENOMEM)
        return cmd_error(c, ERR_NOMEM, NULL);
    for (size_t i = 0; i < ARRAY_LEN(os_texts); i++)
        if (os_texts[i].error == error)
            return cmd_fail(c, text_fmt(c->a, c->lang, os_texts[i].key, path));
    cmd_fail(c, CTF(c, trouble_other, path));
    technical(c, error ? strerror(error) : NULL);
    return 1;
}

int cmd_cannot_read(const struct cmd_call *c, int error, const char *path)
{
    return os_trouble(c, error, path);
}

int cmd_cannot_write(const struct cmd_call *c, int error, const char *path)
{
    if (error == ENOENT)
        return cmd_fail(c, CTF(c, trouble_no_directory_for, path));
    return os_trouble(c, error, path);
}

int cmd_need_file(const struct cmd_call *c, const char *path)
{
    struct stat st;
    int error = stat(path, &st) != 0      ? errno
                : S_ISDIR(st.st_mode)     ? EISDIR
                : access(path, R_OK) != 0 ? errno
                                          : 0;
    if (!error)
        return 0;
    os_trouble(c, error, path);
    return 2;
}

int cmd_need_place(const struct cmd_call *c, const char *path)
{
    char *dir = arena_strdup(c->a, path), *slash = dir ? strrchr(dir, '/') : NULL;
    struct stat st;
    if (!dir)
        return cmd_error(c, ERR_NOMEM, NULL);
    if (stat(path, &st) == 0 && S_ISDIR(st.st_mode))
        return cmd_cannot_write(c, EISDIR, path);
    if (slash)
        slash[slash == dir] = 0;
    if (access(slash ? dir : ".", W_OK | X_OK) != 0)
        return cmd_cannot_write(c, errno, path);
    return 0;
}

/* --- Errors of our own --- */

/* The errors that are about a file, as what the system would have said of it. */
static int as_errno(enum err e)
{
    switch (e) {
    case ERR_FULL:
        return ENOSPC;
    case ERR_DENIED:
        return EACCES;
    case ERR_IO:
        return EIO;
    default:
        return 0;
    }
}

int cmd_error(const struct cmd_call *c, enum err e, const char *what)
{
    if (what && *what && as_errno(e))
        return os_trouble(c, as_errno(e), what);
    enum text_key key = text_lookup(err_key(e));
    const char *text = key < TEXT_COUNT ? text_get(c->lang, key) : err_name(e);
    if (what && *what)
        fprintf(stderr, "samsyn %s: %s (%s)\n", c->cmd->name, text, what);
    else
        cmd_fail(c, text);
    return err_exit(e);
}

/* --- Opening --- */

static int postgres_trouble(const struct cmd_call *c, enum err e, const char *raw)
{
    bool at_the_door = str_starts(raw, "PostgreSQL:"); /* otherwise we were inside */
    enum text_key key = T_trouble_pg_other;
    if (e == ERR_USAGE)
        return cmd_misuse(c, CT(c, trouble_pg_address));
    if (e == ERR_NOTFOUND && !at_the_door)
        return cmd_fail(c, CT(c, trouble_pg_empty));
    if (e == ERR_FULL || e == ERR_NOMEM)
        return cmd_error(c, e, NULL);
    if (e == ERR_NOTFOUND)
        key = T_trouble_pg_no_database;
    else if (e == ERR_UNREACHABLE)
        key = T_trouble_pg_down;
    else if (e == ERR_STARTING)
        key = T_trouble_pg_starting;
    else if (e == ERR_LOGIN)
        key = T_trouble_pg_login;
    else if (e == ERR_FORBIDDEN)
        key = T_trouble_pg_rights;
    else if (e == ERR_BUSY)
        key = T_trouble_pg_busy;
    cmd_fail(c, text_get(c->lang, key));
    technical(c, raw);
    return 1;
}

/* What can be seen of the directory from outside; 0 when nothing is wrong there. */
static int directory_trouble(const struct cmd_call *c, enum err e, const char *dir)
{
    struct stat st;
    struct statvfs fs;
    if (stat(dir, &st) != 0 && errno != ENOENT)
        return cmd_cannot_read(c, errno, dir);
    if (stat(dir, &st) == 0 && !S_ISDIR(st.st_mode))
        return cmd_misuse(c, CTF(c, trouble_no_directory, dir));
    if (e == ERR_DENIED && statvfs(dir, &fs) == 0 && fs.f_flag & ST_RDONLY)
        return cmd_cannot_write(c, EROFS, dir);
    return 0;
}

static int file_trouble(const struct cmd_call *c, enum err e, const char *dir, const char *raw)
{
    const char *file = arena_printf(c->a, "%s/samsyn.db", dir);
    int code = directory_trouble(c, e, dir);
    if (code || !file)
        return code ? code : cmd_error(c, ERR_NOMEM, NULL);
    switch (e) {
    case ERR_NOTFOUND:
        return cmd_fail(c, CTF(c, cmd_not_initialised, dir));
    case ERR_BUSY:
        return cmd_fail(c, CTF(c, cmd_in_use, dir));
    case ERR_NOTADB:
        return cmd_fail(c, CTF(c, trouble_not_a_database, file, dir));
    case ERR_CORRUPT:
        return cmd_fail(c, CTF(c, trouble_damaged, file, dir));
    case ERR_FULL:
    case ERR_DENIED:
        return cmd_error(c, e, access(file, F_OK) == 0 && access(file, W_OK) != 0 ? file : dir);
    case ERR_IO:
        code = cmd_error(c, e, file);
        break;
    default:
        code = cmd_error(c, e, NULL);
    }
    technical(c, raw);
    return code;
}

int cmd_open_trouble(const struct cmd_call *c, const struct app_options *o, enum err e,
                     const char *raw)
{
    if (e == ERR_NEWER)
        return cmd_fail(c, CT(c, trouble_newer));
    if (e == ERR_SCHEMA && !o->migrate)
        return cmd_fail(c, CT(c, trouble_older));
    if (e == ERR_SCHEMA) {
        cmd_fail(c, CT(c, trouble_other_steps));
        technical(c, raw);
        return 1;
    }
    if (o->database_url)
        return postgres_trouble(c, e, raw);
    if (e == ERR_NOTFOUND && o->create)
        return cmd_fail(c, CTF(c, cmd_cannot_make, o->data_dir));
    return file_trouble(c, e, o->data_dir, raw);
}

int cmd_copy_trouble(const struct cmd_call *c, const char *path, enum err e, const char *raw)
{
    switch (e) {
    case ERR_NEWER:
        return cmd_fail(c, CTF(c, trouble_copy_newer, path));
    case ERR_SCHEMA:
        return cmd_fail(c, CTF(c, trouble_copy_older, path));
    case ERR_NOTFOUND:
    case ERR_NOTADB:
        return cmd_fail(c, CTF(c, trouble_copy_not_ours, path));
    case ERR_CORRUPT:
        cmd_fail(c, CTF(c, trouble_copy_damaged, path));
        technical(c, raw);
        return 1;
    default:
        return cmd_error(c, e, path);
    }
}
