/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* samsyn backup, restore, doctor, audit: care of a running installation. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/mem.h"
#include "base/str.h"
#include "cmd/cmd.h"
#include "core/audit.h"
#include "parts/photo/photo.h"
#include "schema.h"

/* --- backup --- */

/* The copy is made under another name and gets its own only when it is whole and on the disk. */
static enum err copy_whole(struct app *app, struct arena *a, const char *path)
{
    const char *part = arena_printf(a, "%s.part", path);
    if (!part)
        return ERR_NOMEM;
    unlink(part);
    enum err e = db_copy_to(app->db, part);
    if (e) {
        unlink(part);
        return e;
    }
    int fd = open(part, O_RDONLY | O_CLOEXEC);
    bool ok = fd >= 0 && fsync(fd) == 0 && fchmod(fd, 0600) == 0;
    int why = errno;
    if (fd >= 0)
        close(fd);
    if (ok && rename(part, path) == 0)
        return ERR_OK;
    why = ok ? errno : why;
    unlink(part);
    return err_of_errno(why);
}

/* The photos come beside the copy, in FILE.files. Which there are is asked after the copy was made:
 * so none is missing but what was taken away meanwhile, and what is too many goes with the first
 * sweep after a restore. */
static enum err copy_photos(struct cmd_call *c, struct app *app, const char *path)
{
    const char *to = arena_printf(c->a, "%s.files", path);
    size_t copied, missing;
    if (!to)
        return ERR_NOMEM;
    TRY(photo_copy_all(app, to, &copied, &missing));
    if (copied)
        puts(CTF(c, cmd_backup_photos, (int64_t)copied, to));
    if (missing)
        puts(CTF(c, cmd_backup_photos_missing, (int64_t)missing));
    return ERR_OK;
}

static int run_backup(struct cmd_call *c)
{
    const char *path = c->operands[0];
    if (cmd_value(c, "database"))
        return cmd_misuse(c, CT(c, cmd_backup_postgres));
    const char *files = arena_printf(c->a, "%s.files", path);
    if (access(path, F_OK) == 0)
        return cmd_fail(c, CTF(c, cmd_exists, path));
    if (files && access(files, F_OK) == 0)
        return cmd_fail(c, CTF(c, cmd_exists, files));
    int code = cmd_need_place(c, path);
    struct app *app = code ? NULL : cmd_open(c, CMD_WRITE, &code);
    if (!app)
        return code;
    enum err e = cmd_note(app, "0000", "installation.backup", "installation");
    if (e == ERR_OK)
        e = copy_whole(app, c->a, path);
    if (e == ERR_OK)
        e = copy_photos(c, app, path);
    app_close(app);
    if (e)
        return cmd_error(c, e, path);
    puts(CTF(c, cmd_backup_done, path));
    return 0;
}

static const struct cmd_option database_only[] = {CMD_DATABASE, {0}};

const struct cmd cmd_backup = {"backup", "FILE", T_cmd_backup, database_only, 1, 1, run_backup};

/* --- restore --- */

/* Opens the copy by itself and looks through it, before anything is put in its place. */
static enum err check_copy(struct cmd_call *c, const char *path, const char **problem)
{
    struct db_options o = {.path = path, .read_only = true};
    struct db *db;
    TRY(db_open(&o, c->a, &db, problem));
    struct buf found = buf_init(64 * 1024);
    int64_t entries;
    enum err e = db_schema_check(db, schema_list, schema_count, c->a, problem);
    if (e == ERR_OK)
        e = db_verify(db, &found);
    if (e == ERR_OK && found.len == 0)
        e = audit_check_all(db, c->a, c->lang, &found, &entries);
    if (e == ERR_OK && found.len)
        e = ERR_CORRUPT;
    if (found.len)
        *problem = arena_strdup(c->a, buf_text(&found));
    buf_done(&found);
    db_close(db);
    return e;
}

static enum err copy_blocks(int in, int out)
{
    char block[65536];
    ssize_t n;
    while ((n = read(in, block, sizeof block)) > 0)
        TRY(cmd_write_all(out, block, (size_t)n));
    return n == 0 && fsync(out) == 0 ? ERR_OK : err_of_errno(errno);
}

static enum err copy_file(const char *from, const char *to)
{
    int in = open(from, O_RDONLY | O_CLOEXEC);
    if (in < 0)
        return err_of_errno(errno);
    int out = open(to, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    enum err e = out < 0 ? err_of_errno(errno) : copy_blocks(in, out);
    close(in);
    if (out >= 0)
        close(out);
    return e;
}

/* The database that was there gets another name, together with its log: after a crash the log holds
 * what was written last. */
static enum err set_aside(struct arena *a, const char *dir)
{
    static const char *const ends[] = {"", "-wal"};
    for (size_t i = 0; i < ARRAY_LEN(ends); i++) {
        const char *from = arena_printf(a, "%s/samsyn.db%s", dir, ends[i]);
        const char *to = arena_printf(a, "%s/samsyn.db.before-restore%s", dir, ends[i]);
        if (!from || !to)
            return ERR_NOMEM;
        unlink(to);
        if (rename(from, to) != 0 && errno != ENOENT)
            return err_of_errno(errno);
    }
    const char *index = arena_printf(a, "%s/samsyn.db-shm", dir);
    if (!index)
        return ERR_NOMEM;
    unlink(index); /* SQLite makes it again from the log */
    return ERR_OK;
}

/* First all that can fail for want of room or rights, then the renames. */
static enum err bring_and_replace(struct arena *a, const char *from, const char *dir,
                                  const char *fresh, const char *db)
{
    const char *files = arena_printf(a, "%s.files", from);
    if (!files)
        return ERR_NOMEM;
    TRY(copy_file(from, fresh));
    TRY(photo_bring(files, dir));
    TRY(photo_put_in_place(dir)); /* a folder that cannot be renamed is one mounted by itself */
    TRY(set_aside(a, dir));
    return rename(fresh, db) == 0 ? ERR_OK : err_of_errno(errno);
}

static int put_in_place(struct cmd_call *c, const char *from, const char *dir)
{
    const char *db = arena_printf(c->a, "%s/samsyn.db", dir);
    const char *fresh = arena_printf(c->a, "%s/samsyn.db.restored", dir);
    const char *lock = arena_printf(c->a, "%s/samsyn.db-lock", dir);
    if (!db || !fresh || !lock)
        return cmd_error(c, ERR_NOMEM, NULL);
    if (access(db, F_OK) == 0 && !cmd_flag(c, "replace"))
        return cmd_fail(c, CTF(c, cmd_restore_exists, dir));
    if (mkdir(dir, 0700) != 0 && errno != EEXIST)
        return cmd_cannot_write(c, errno, dir);
    if (!cmd_own_directory(dir))
        return cmd_fail(c, CTF(c, cmd_in_use, dir));
    int fd = open(lock, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (fd < 0)
        return cmd_cannot_write(c, errno, lock);
    if (flock(fd, LOCK_EX | LOCK_NB) != 0) {
        close(fd);
        return cmd_fail(c, CTF(c, cmd_in_use, dir));
    }
    enum err e = bring_and_replace(c->a, from, dir, fresh, db);
    if (e) {
        unlink(fresh);
        (void)!photo_bring_undo(dir); /* what stays of it, the next restore takes away */
    }
    close(fd);
    if (e)
        return cmd_error(c, e, dir);
    puts(CTF(c, cmd_restore_done, dir));
    return 0;
}

static int run_restore(struct cmd_call *c)
{
    const char *dir = cmd_value(c, "data"), *from = c->operands[0], *problem = "";
    if (!dir)
        return cmd_misuse(c, CT(c, cmd_restore_where));
    int code = cmd_need_file(c, from);
    if (code)
        return code;
    enum err e = check_copy(c, from, &problem);
    if (e)
        return cmd_copy_trouble(c, from, e, problem);
    return put_in_place(c, from, dir);
}

static const struct cmd_option restore_options[] = {
    {.name = "data", .arg = "DIR", .help = T_opt_data},
    {.name = "replace", .help = T_opt_replace},
    {0},
};

const struct cmd cmd_restore = {"restore", "FILE", T_cmd_restore, restore_options,
                                1,         1,      run_restore};

/* --- doctor --- */

struct doctor {
    struct cmd_call *c;
    int problems;
};

/* What was looked at, and when it is not well what is wrong and what to do. */
static void tell(struct doctor *d, bool well, const char *good, const char *bad)
{
    struct cmd_call *c = d->c;
    printf("%s %s\n", well ? CT(c, doctor_mark_well) : CT(c, doctor_mark_bad), well ? good : bad);
    if (!well)
        d->problems++;
}

static void look_at_files(struct doctor *d, const char *dir)
{
    struct cmd_call *c = d->c;
    struct stat st;
    struct statvfs fs;
    const char *db = arena_printf(c->a, "%s/samsyn.db", dir);
    if (stat(dir, &st) == 0)
        tell(d, (st.st_mode & 077) == 0, CTF(c, doctor_dir_mode, dir),
             CTF(c, doctor_dir_mode_bad, dir));
    if (db && stat(db, &st) == 0)
        tell(d, (st.st_mode & 077) == 0, CT(c, doctor_file_mode), CTF(c, doctor_file_mode_bad, db));
    if (statvfs(dir, &fs) == 0)
        tell(d, (uint64_t)fs.f_bavail * fs.f_frsize > UINT64_C(512) << 20, CT(c, doctor_space),
             CTF(c, doctor_space_bad, dir));
}

static void look_at_database(struct doctor *d, struct app *app)
{
    struct cmd_call *c = d->c;
    struct buf found = buf_init(64 * 1024);
    int64_t entries = 0;
    enum err e = db_verify(app->db, &found);
    tell(d, e == ERR_OK && found.len == 0, CT(c, doctor_integrity), CT(c, doctor_integrity_bad));
    if (found.len)
        fputs(buf_text(&found), stdout);
    buf_clear(&found);
    e = audit_check_all(app->db, c->a, c->lang, &found, &entries);
    tell(d, e == ERR_OK, CTF(c, doctor_audit, entries), CT(c, cmd_audit_broken));
    if (found.len)
        fputs(buf_text(&found), stdout);
    buf_done(&found);
}

static void look_at_photos(struct doctor *d, struct app *app)
{
    struct cmd_call *c = d->c;
    struct photo_state s = {0};
    bool ok = photo_look(app, &s) == ERR_OK;
    if (ok && !s.photos)
        return;
    tell(d, ok && !s.missing, CTF(c, doctor_photos, (int64_t)s.photos),
         CTF(c, doctor_photos_missing, (int64_t)s.missing));
    tell(d, ok && !s.open, CT(c, doctor_photos_mode), CTF(c, doctor_photos_open, (int64_t)s.open));
}

static int run_doctor(struct cmd_call *c)
{
    int code = 0;
    struct doctor d = {c, 0};
    struct app *app = cmd_open(c, CMD_READ, &code);
    if (!app)
        return code;
    if (db_engine_of(app->db) == DB_SQLITE)
        look_at_files(&d, app->data_dir);
    look_at_database(&d, app);
    look_at_photos(&d, app);
    tell(&d, time_now() > INT64_C(1767225600000), CT(c, doctor_clock), CT(c, doctor_clock_bad));
    app_close(app);
    if (d.problems)
        return cmd_fail(c, CTF(c, doctor_problems, d.problems));
    puts(CT(c, doctor_well));
    return 0;
}

const struct cmd cmd_doctor = {"doctor", "", T_cmd_doctor, database_only, 0, 0, run_doctor};

/* --- audit --- */

static int run_audit(struct cmd_call *c)
{
    if (!str_eq(c->operands[0], "verify"))
        return cmd_misuse(c, CTF(c, cmd_audit_what, c->operands[0]));
    int code = 0;
    struct app *app = cmd_open(c, CMD_READ, &code);
    if (!app)
        return code;
    struct buf found = buf_init(1024 * 1024);
    int64_t entries = 0;
    enum err e = audit_check_all(app->db, c->a, c->lang, &found, &entries);
    app_close(app);
    if (found.len)
        fputs(buf_text(&found), stderr);
    buf_done(&found);
    if (e == ERR_CORRUPT)
        return cmd_fail(c, CT(c, cmd_audit_broken));
    if (e)
        return cmd_error(c, e, NULL);
    puts(CTF(c, cmd_audit_sound, entries));
    return 0;
}

const struct cmd cmd_audit = {"audit", "verify", T_cmd_audit, database_only, 1, 1, run_audit};
