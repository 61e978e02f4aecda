/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* samsyn init: a data directory with the registers in it. Running it again brings the schema up to
 * date and switches on more municipalities; it never takes anything away. */
#include <stdint.h>
#include <stdio.h>

#include "base/mem.h"
#include "cmd/cmd.h"
#include "geo/geo_data.h"

/* --municipality 1493 1447, or the option again before each code. */
static const char *code_at(const struct cmd_call *c, size_t i)
{
    size_t n = 0;
    while (cmd_nth(c, "municipality", n))
        n++;
    if (i < n)
        return cmd_nth(c, "municipality", i);
    return i - n < c->n_operands ? c->operands[i - n] : NULL;
}

static int run(struct cmd_call *c)
{
    if (c->n_operands && !cmd_value(c, "municipality"))
        return cmd_misuse(c, CTF(c, cmd_extra_operand, c->operands[0]));
    for (size_t i = 0; code_at(c, i); i++)
        if (!geo_municipality_by_code(code_at(c, i)) || geo_is_exercise(code_at(c, i)))
            return cmd_misuse(c, CTF(c, cmd_no_municipality, code_at(c, i)));
    int code = 0;
    struct app *app = cmd_open(c, CMD_CREATE, &code);
    if (!app)
        return code;
    for (size_t i = 0; code == 0 && code_at(c, i); i++) {
        enum err e = municipality_activate(app, code_at(c, i));
        if (e)
            code = cmd_error(c, e, code_at(c, i));
    }
    app_close(app);
    if (code == 0)
        puts(CT(c, cmd_init_done));
    return code;
}

static const struct cmd_option options[] = {
    CMD_DATABASE,
    {.name = "municipality", .arg = "CODE", .help = T_opt_municipality_on, .many = true},
    {0},
};

const struct cmd cmd_init = {"init", "", T_cmd_init, options, 0, SIZE_MAX, run};

static int run_migrate(struct cmd_call *c)
{
    int code = 0;
    struct app *app = cmd_open(c, CMD_MIGRATE, &code);
    if (!app)
        return code;
    app_close(app);
    puts(CT(c, cmd_migrate_done));
    return 0;
}

static const struct cmd_option migrate_options[] = {CMD_DATABASE, {0}};

const struct cmd cmd_migrate = {"migrate", "", T_cmd_migrate, migrate_options, 0, 0, run_migrate};
