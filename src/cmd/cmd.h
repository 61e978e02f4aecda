/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The program `samsyn`: one file a subcommand, one table entry each. Options are read by the table,
 * so that --help, the man page test and the reading agree. Exit codes: 0 done, 1 failed, 2 wrong
 * use. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "core/app.h"
#include "tmpl/text.h"

struct arena;

struct cmd_option {
    const char *name; /* "data": --data; NULL ends the list */
    const char *arg;  /* "DIR"; NULL: a flag */
    enum text_key help;
    bool many;
};

struct cmd_call {
    const struct cmd *cmd;
    struct arena *a;
    enum lang lang;
    const char *values[48]; /* of options, in the order they came */
    const struct cmd_option *given[48];
    size_t n_given;
    const struct cmd_option *more; /* what the first operand added */
    char **operands;
    size_t n_operands;
};

struct cmd {
    const char *name;
    const char *operands; /* "FILE...", or "" */
    enum text_key summary;
    const struct cmd_option *options;
    size_t operands_min, operands_max; /* SIZE_MAX: any number */
    int (*run)(struct cmd_call *c);
    /* Options that the first operand brings along ("analyse kde"); also what --help tells of it.
     * NULL: no such operand, told by `run`. */
    const struct cmd_option *(*more)(struct cmd_call *c, const char *operand);
    void (*help)(const struct cmd_call *c,
                 const char *operand); /* after the options; may be NULL */
};

/* The options that open a database. */
#define CMD_DATABASE                                                                               \
    {.name = "data", .arg = "DIR", .help = T_opt_data},                                            \
    {                                                                                              \
        .name = "database", .arg = "URL", .help = T_opt_database                                   \
    }

const char *cmd_value(const struct cmd_call *c, const char *option); /* NULL: not given */
const char *cmd_nth(const struct cmd_call *c, const char *option, size_t i);
bool cmd_flag(const struct cmd_call *c, const char *option);

/* One line to standard error, "samsyn: ..."; answers the exit code. */
int cmd_fail(const struct cmd_call *c, const char *text);   /* 1 */
int cmd_misuse(const struct cmd_call *c, const char *text); /* 2 */

/* trouble.c: what the system or the database said, in a plain sentence that says what to do.
 * `what` is the file or directory it is about, or NULL; the exit code is by the error. */
int cmd_error(const struct cmd_call *c, enum err e, const char *what);
int cmd_cannot_read(const struct cmd_call *c, int error, const char *path);  /* errno; 1 */
int cmd_cannot_write(const struct cmd_call *c, int error, const char *path); /* errno; 1 */
/* Is there a file to read, or a place where one can be made? 0, or the exit code. */
int cmd_need_file(const struct cmd_call *c, const char *path);
int cmd_need_place(const struct cmd_call *c, const char *path);
/* Why an installation cannot be opened, or a copy of one cannot be used; `raw` is what db_open() or
 * its kin gave as the problem. */
int cmd_open_trouble(const struct cmd_call *c, const struct app_options *o, enum err e,
                     const char *raw);
int cmd_copy_trouble(const struct cmd_call *c, const char *path, enum err e, const char *raw);
#define CT(c, key) text_get((c)->lang, T_##key)
#define CTF(c, key, ...) text_fmt((c)->a, (c)->lang, T_##key, __VA_ARGS__)

/* CMD_FILES writes, too, into files beside the database: they need a directory of their own. */
enum cmd_open { CMD_READ, CMD_WRITE, CMD_FILES, CMD_MIGRATE, CMD_CREATE, CMD_CREATE_FILES };
/* Opens the database of --data or --database (or SAMSYN_DATA / SAMSYN_DATABASE). On failure it has
 * said why, and *exit_code is set. The caller closes with app_close(). */
struct app *cmd_open(struct cmd_call *c, enum cmd_open how, int *exit_code);

/* An entry in the municipality's log about what a command read or wrote; the actor is the program.
 */
NODISCARD enum err cmd_note(struct app *app, const char *municipality, const char *action,
                            const char *kind);

/* All of it to a file that is open; what the system said as an error of ours. */
NODISCARD enum err cmd_write_all(int fd, const void *data, size_t n);

/* Takes the right to serve (or to replace) the data directory, until the process ends. False: a
 * server has it. */
bool cmd_own_directory(const char *dir);

/* Progress on standard error when a person watches; overwrites its line. total 0: not known. */
void cmd_progress(const char *what, int64_t done, int64_t total);
void cmd_progress_end(void);
/* Is a municipality code among the 290, a county's pseudo code, or "0000"? */
bool cmd_known_municipality(const char *code);
/* Says that --municipality is missing or names none; exit code 2. */
int cmd_bad_municipality(const struct cmd_call *c, const char *code);

extern const struct part *const all_parts[];
extern const struct cmd *const all_cmds[];
extern const struct cmd cmd_init, cmd_serve, cmd_migrate, cmd_backup, cmd_restore, cmd_doctor,
    cmd_account, cmd_analyse, cmd_audit, cmd_exercise, cmd_import, cmd_fetch_police, cmd_picture,
    cmd_export;
