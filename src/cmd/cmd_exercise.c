/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* samsyn exercise: fills an empty installation with invented data to practise on. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/mem.h"
#include "base/str.h"
#include "cmd/cmd.h"
#include "core/password.h"
#include "parts/exercise/exercise_store.h"

static enum err write_file(struct arena *a, const char *dir, const char *name, const struct buf *b)
{
    const char *path = arena_printf(a, "%s/%s", dir, name);
    TRY(buf_err(b));
    if (!path)
        return ERR_NOMEM;
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    if (fd < 0)
        return err_of_errno(errno);
    enum err e = cmd_write_all(fd, b->data, b->len);
    if (e == ERR_OK && fsync(fd) != 0)
        e = err_of_errno(errno);
    close(fd);
    return e;
}

/* What lies beside the data: the planted truths, and how to log in. */
static enum err write_beside(struct cmd_call *c, struct app *app, const struct exercise *x)
{
    struct buf truth = buf_init(4 << 20), accounts = buf_init(1 << 20);
    exercise_truth_json(x, &truth);
    exercise_accounts_text(x, c->lang, &accounts);
    enum err e = write_file(c->a, app->data_dir, "exercise-truth.json", &truth);
    if (e == ERR_OK)
        e = write_file(c->a, app->data_dir, "exercise-accounts.txt", &accounts);
    buf_done(&truth);
    buf_done(&accounts);
    return e;
}

static int store(struct cmd_call *c, struct app *app, const struct exercise *x)
{
    char hash[PASSWORD_HASH_TEXT];
    enum err e = password_hash(EXERCISE_PASSWORD, password_cost_default, hash);
    cmd_progress(CT(c, exercise_writing), 0, 0);
    if (e == ERR_OK)
        e = exercise_store(app, x, hash);
    if (e == ERR_OK)
        e = exercise_decide(app, x);
    cmd_progress_end();
    if (e == ERR_CONFLICT)
        return cmd_fail(c, CT(c, exercise_not_empty));
    if (e == ERR_OK)
        e = write_beside(c, app, x);
    if (e)
        return cmd_error(c, e, app->data_dir);
    puts(CTF(c, exercise_done, (int64_t)x->event_count, app->data_dir));
    return 0;
}

static int run(struct cmd_call *c)
{
    struct exercise_options o = {.seed = 1, .years = 2};
    const char *seed = cmd_value(c, "seed"), *end = cmd_value(c, "end");
    int64_t n = 1;
    o.end = date_add(date_of_msec(time_now()), -1);
    if (seed && (!str_to_int(seed, &n) || n < 0))
        return cmd_misuse(c, CTF(c, exercise_bad_seed, seed));
    if (end && date_parse(end, &o.end))
        return cmd_misuse(c, CTF(c, exercise_bad_end, end));
    o.seed = (uint64_t)n;
    AUTO(exercise_freep) struct exercise *x = NULL;
    enum err e = exercise_make(&o, &x);
    if (e == ERR_INVALID)
        return cmd_misuse(c, CTF(c, exercise_bad_end, end ? end : ""));
    if (e)
        return cmd_error(c, e, NULL);
    int code = 0;
    struct app *app = cmd_open(c, CMD_CREATE_FILES, &code);
    if (!app)
        return code;
    code = store(c, app, x);
    app_close(app);
    return code;
}

static const struct cmd_option options[] = {
    CMD_DATABASE,
    {.name = "seed", .arg = "N", .help = T_opt_seed},
    {.name = "end", .arg = "DATE", .help = T_opt_end},
    {0},
};

const struct cmd cmd_exercise = {"exercise", "", T_cmd_exercise, options, 0, 0, run};
