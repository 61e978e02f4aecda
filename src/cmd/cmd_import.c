/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* samsyn import: files become events, in the foreground, with a line of progress. Stopping it with
 * Ctrl+C ends it between two batches; the same command goes on from there. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/mem.h"
#include "base/str.h"
#include "cmd/cmd.h"
#include "parts/import/import.h"

#define REPORT_MOST ((size_t)4 << 20)
#define REJECTS_MOST ((size_t)512 << 20)
#define PROFILE_MOST ((size_t)256 << 10)

static volatile sig_atomic_t stopped;

static void stop(int which)
{
    (void)which;
    stopped = 1;
}

static void listen_for_stop(void)
{
    struct sigaction act = {.sa_handler = stop, .sa_flags = (int)SA_RESETHAND};
    sigaction(SIGINT, &act, NULL);
    sigaction(SIGTERM, &act, NULL);
}

static bool progress(void *arg, int64_t rows, uint64_t bytes, uint64_t of_bytes)
{
    /* rows are known, how many there will be is told by the bytes */
    int64_t total =
        bytes && of_bytes ? (int64_t)((double)rows / (double)bytes * (double)of_bytes) : 0;
    cmd_progress(arg, rows, total < rows ? rows : total);
    return !stopped;
}

/* DIR/rejects/IMPORTID.csv, for its owner only. */
static int write_rejects(struct cmd_call *c, struct app *app, const char *municipality,
                         const struct import_report *r)
{
    char id[ID_TEXT];
    struct buf csv = buf_init(REJECTS_MOST);
    size_t n = 0;
    id_text(r->id, id);
    const char *dir = arena_printf(c->a, "%s/rejects", app->data_dir);
    const char *path = arena_printf(c->a, "%s/%s.csv", dir, id);
    enum err e = import_rejects_csv(app, municipality, r->id, c->lang, &csv, &n);
    if (e == ERR_OK && dir && path && mkdir(dir, 0700) != 0 && errno != EEXIST)
        e = err_of_errno(errno);
    int fd = e || !path ? -1 : open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    if (e == ERR_OK)
        e = fd < 0 ? err_of_errno(errno) : cmd_write_all(fd, csv.data, csv.len);
    if (fd >= 0)
        close(fd);
    buf_done(&csv);
    if (e)
        return cmd_error(c, e, path);
    puts(CTF(c, import_cmd_rejects, path));
    return 0;
}

static int failed(struct cmd_call *c, enum err e, const char *file, const struct import_report *r)
{
    if (e == ERR_CANCELLED)
        return cmd_fail(c, CT(c, import_cmd_cancelled));
    if (r->fault) {
        enum text_key k = text_lookup(r->fault);
        const char *why = k < TEXT_COUNT ? text_get(c->lang, k) : r->fault;
        const char *text = r->fault_row
                               ? CTF(c, import_cmd_fault_row, file, why, (int64_t)r->fault_row)
                               : CTF(c, import_cmd_fault, file, why);
        cmd_fail(c, text);
        return import_report_file_fault(r) ? 2 : 1;
    }
    if (r->problem) {
        cmd_fail(c, import_problem_text(c->a, c->lang, r->problem));
        return 2;
    }
    if (e == ERR_NOTFOUND || e == ERR_FORBIDDEN) {
        cmd_fail(c, CTF(c, import_cmd_no_file, file));
        return 2;
    }
    if (e == ERR_FULL ||
        e == ERR_IO) /* the file was read by another process: this is our own disk */
        file = cmd_value(c, "data");
    return cmd_error(c, e, file);
}

static int import_one(struct cmd_call *c, struct app *app, struct import_request *rq)
{
    struct import_report r;
    const char *what = CTF(c, import_cmd_reading, rq->path);
    const char *whose = rq->municipality ? rq->municipality : "0000";
    enum err e = rq->dry_run ? ERR_OK : cmd_note(app, whose, "import.start", "import");
    if (e)
        return cmd_error(c, e, NULL);
    e = import_file(app, c->a, rq, progress, (void *)what, &r);
    cmd_progress_end();
    if (e == ERR_OK || e == ERR_CANCELLED || r.read) {
        struct buf text = buf_init(REPORT_MOST);
        import_report_text(&text, c->lang, &r, rq->dry_run);
        fputs(buf_text(&text), stdout);
        buf_done(&text);
    }
    int code = 0;
    if (r.refused && !rq->dry_run)
        code = write_rejects(c, app, whose, &r);
    return e ? failed(c, e, rq->path, &r) : code;
}

/* A file with a profile, or the name of a saved one. */
static int find_profile(struct cmd_call *c, struct app *app, struct import_request *rq)
{
    const char *name = cmd_value(c, "profile");
    if (!name)
        return 0;
    if (str_ends(name, ".json")) {
        int code = cmd_need_file(c, name);
        char *text = code ? NULL : arena_alloc(c->a, PROFILE_MOST + 1);
        int fd = text ? open(name, O_RDONLY | O_CLOEXEC) : -1;
        ssize_t n = fd >= 0 ? read(fd, text, PROFILE_MOST) : -1;
        if (n < 0 && code == 0)
            code = cmd_cannot_read(c, errno, name);
        if (fd >= 0)
            close(fd);
        rq->profile = text;
        return code;
    }
    const char *home = rq->municipality ? rq->municipality : "0000";
    enum err e = import_profile_json(app, c->a, home, name, &rq->profile, &rq->profile_id);
    if (e == ERR_NOTFOUND)
        return cmd_misuse(c, CTF(c, import_cmd_no_profile, name));
    return e ? cmd_error(c, e, name) : 0;
}

static int run(struct cmd_call *c)
{
    const char *format = cmd_value(c, "format"), *municipality = cmd_value(c, "municipality");
    struct import_request rq = {
        .format = format ? convert_format_from_name(format) : CONVERT_NONE,
        .municipality = municipality,
        .dry_run = cmd_flag(c, "dry-run"),
        .leave_out = cmd_flag(c, "without-persons"),
    };
    int code = 0;
    if (!format)
        return cmd_misuse(c, CT(c, import_cmd_need_format));
    if (rq.format == CONVERT_NONE)
        return cmd_misuse(c, CTF(c, import_cmd_format, format));
    if (municipality && !cmd_known_municipality(municipality))
        return cmd_bad_municipality(c, municipality);
    for (size_t i = 0; i < c->n_operands; i++)
        if ((code = cmd_need_file(c, c->operands[i])))
            return code;
    struct app *app = cmd_open(c, rq.dry_run ? CMD_READ : CMD_FILES, &code);
    if (!app)
        return code;
    listen_for_stop();
    code = find_profile(c, app, &rq);
    for (size_t i = 0; i < c->n_operands && code == 0 && !stopped; i++) {
        rq.path = c->operands[i];
        code = import_one(c, app, &rq);
    }
    app_close(app);
    return code;
}

static const struct cmd_option options[] = {
    CMD_DATABASE,
    {.name = "format", .arg = "FORMAT", .help = T_opt_import_format},
    {.name = "municipality", .arg = "CODE", .help = T_opt_import_municipality},
    {.name = "profile", .arg = "NAME", .help = T_opt_import_profile},
    {.name = "dry-run", .help = T_opt_import_dry_run},
    {.name = "without-persons", .help = T_opt_import_persons},
    {0},
};

const struct cmd cmd_import = {"import", "FILE...", T_cmd_import, options, 1, SIZE_MAX, run};
