/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* samsyn account: the first accounts of an installation, and the way back in for somebody who is
 * locked out. Everything else is done on the accounts page. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/str.h"
#include "cmd/cmd.h"
#include "core/account.h"
#include "core/mime.h"
#include "core_sql.h"

struct work {
    struct cmd_call *c;
    const char *email, *name, *municipality;
    enum role role;
    char hash[PASSWORD_HASH_TEXT];
    struct q_account_list_row *rows;
    size_t n;
};

/* --- Passwords are asked for, or read from standard input; never from the command line --- */

static const char *read_line(struct cmd_call *c)
{
    char line[PASSWORD_MAX_BYTES + 2];
    if (!fgets(line, sizeof line, stdin))
        return NULL;
    line[strcspn(line, "\r\n")] = 0;
    return arena_strdup(c->a, line);
}

static const char *ask_password(struct cmd_call *c)
{
    struct termios old;
    bool person = tcgetattr(STDIN_FILENO, &old) == 0;
    if (person) {
        struct termios quiet = old;
        quiet.c_lflag &= ~(tcflag_t)ECHO;
        fprintf(stderr, "%s: ", CT(c, account_ask_password));
        tcsetattr(STDIN_FILENO, TCSAFLUSH, &quiet);
    }
    const char *line = read_line(c);
    if (person) {
        tcsetattr(STDIN_FILENO, TCSAFLUSH, &old);
        fputc('\n', stderr);
    }
    return line;
}

/* 0, or the exit code when the password cannot be used. */
static int read_password(struct work *w)
{
    const char *password = ask_password(w->c);
    enum password_problem p = password_check(password ? password : "", w->email);
    if (p != PASSWORD_OK) {
        enum text_key key = text_lookup(password_problem_key(p));
        return cmd_misuse(w->c, text_get(w->c->lang, key));
    }
    enum err e = password_hash(password, password_cost_default, w->hash);
    return e ? cmd_error(w->c, e, NULL) : 0;
}

/* --- What is done --- */

static enum err add(struct tx *tx, void *arg)
{
    struct work *w = arg;
    struct account_new n = {.email = w->email, .name = w->name, .password_hash = w->hash};
    struct id id;
    TRY(account_create(tx, &n, &id));
    struct account_membership m = {w->municipality, id, w->role, {{0}}, "active"};
    return account_membership_set(tx, &m, (struct id){0});
}

static enum err give_role(struct tx *tx, void *arg)
{
    struct work *w = arg;
    struct account who;
    TRY(account_by_email(tx, w->c->a, w->email, &who));
    struct account_membership m = {w->municipality, who.id, w->role, {{0}}, "active"};
    return account_membership_set(tx, &m, (struct id){0});
}

static enum err set_password(struct tx *tx, void *arg)
{
    struct work *w = arg;
    struct account who;
    TRY(account_by_email(tx, w->c->a, w->email, &who));
    return account_set_password(tx, who.id, w->hash, (struct id){0}, (struct id){0});
}

static enum err reset_factor(struct tx *tx, void *arg)
{
    struct work *w = arg;
    struct account who;
    TRY(account_by_email(tx, w->c->a, w->email, &who));
    return factor_remove(tx, who.id, (struct id){0}, (struct id){0});
}

static enum err close_account(struct tx *tx, void *arg)
{
    struct work *w = arg;
    struct account who;
    TRY(account_by_email(tx, w->c->a, w->email, &who));
    return account_close(tx, who.id, (struct id){0});
}

static enum err read_list(struct tx *tx, void *arg)
{
    struct work *w = arg;
    return q_account_list_all(tx, w->c->a, &w->rows, &w->n);
}

/* --- Reading the command line --- */

static int need_role(struct work *w)
{
    struct cmd_call *c = w->c;
    const char *role = cmd_value(c, "role");
    w->municipality = cmd_value(c, "municipality");
    w->role = role ? role_from_name(role) : ROLE_NONE;
    if (w->role == ROLE_NONE) {
        fprintf(stderr, "%s:", CT(c, account_roles));
        for (int r = 1; r < ROLE_COUNT; r++)
            fprintf(stderr, " %s", role_name((enum role)r));
        fputc('\n', stderr);
        return cmd_misuse(c, role ? CTF(c, account_bad_role, role) : CT(c, account_needs_role));
    }
    if (w->role == ROLE_ADMINISTRATOR && !w->municipality)
        w->municipality = "0000";
    if (!w->municipality || !cmd_known_municipality(w->municipality))
        return cmd_bad_municipality(c, w->municipality);
    if ((w->role == ROLE_ADMINISTRATOR) != str_eq(w->municipality, "0000"))
        return cmd_misuse(c, CT(c, account_role_place));
    return 0;
}

static int need_email(struct work *w)
{
    struct cmd_call *c = w->c;
    if (c->n_operands < 2)
        return cmd_misuse(c, CT(c, account_needs_email));
    w->email = c->operands[1];
    return mail_address_valid(w->email) ? 0 : cmd_misuse(c, CTF(c, account_bad_email, w->email));
}

static const struct action {
    const char *name;
    db_fn *fn;
    bool password, role;
    enum text_key done;
} actions[] = {
    {"add", add, true, true, T_account_added},
    {"role", give_role, false, true, T_account_role_set},
    {"password", set_password, true, false, T_account_password_set},
    {"reset-factor", reset_factor, false, false, T_account_factor_reset},
    {"close", close_account, false, false, T_account_closed},
};

static int list(struct cmd_call *c)
{
    int code = 0;
    struct work w = {.c = c};
    struct app *app = cmd_open(c, CMD_READ, &code);
    if (!app)
        return code;
    enum err e = db_read(app->db, DB_NATIONAL, read_list, &w);
    app_close(app);
    if (e)
        return cmd_error(c, e, NULL);
    for (size_t i = 0; i < w.n; i++)
        printf("%-32s %-6s %-24s %s\n", w.rows[i].email,
               w.rows[i].municipality ? w.rows[i].municipality : "-",
               w.rows[i].role ? w.rows[i].role : "-", w.rows[i].state);
    return 0;
}

static int act(struct work *w, const struct action *a)
{
    struct cmd_call *c = w->c;
    int code = need_email(w);
    w->name = cmd_value(c, "name") ? cmd_value(c, "name") : w->email;
    if (code == 0 && a->role)
        code = need_role(w);
    if (code == 0 && a->password)
        code = read_password(w);
    if (code)
        return code;
    struct app *app = cmd_open(c, CMD_WRITE, &code);
    if (!app)
        return code;
    enum err e = db_write(app->db, DB_NATIONAL, a->fn, w);
    if (e == ERR_OK && a->role && w->role != ROLE_ADMINISTRATOR)
        e = municipality_activate(app, w->municipality);
    app_close(app);
    if (e == ERR_CONFLICT)
        return cmd_fail(c, CTF(c, account_exists, w->email));
    if (e == ERR_NOTFOUND)
        return cmd_fail(c, CTF(c, account_unknown, w->email));
    if (e)
        return cmd_error(c, e, NULL);
    puts(text_fmt(c->a, c->lang, a->done, w->email));
    return 0;
}

static int run(struct cmd_call *c)
{
    struct work w = {.c = c};
    if (str_eq(c->operands[0], "list"))
        return list(c);
    for (size_t i = 0; i < ARRAY_LEN(actions); i++)
        if (str_eq(actions[i].name, c->operands[0]))
            return act(&w, &actions[i]);
    return cmd_misuse(c, CTF(c, account_what, c->operands[0]));
}

static const struct cmd_option options[] = {
    CMD_DATABASE,
    {.name = "name", .arg = "NAME", .help = T_opt_account_name},
    {.name = "role", .arg = "ROLE", .help = T_opt_account_role},
    {.name = "municipality", .arg = "CODE", .help = T_opt_account_municipality},
    {0},
};

const struct cmd cmd_account = {
    "account", "add|list|role|password|reset-factor|close [EMAIL]", T_cmd_account, options, 1, 2,
    run};
