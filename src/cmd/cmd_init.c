/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* samsyn init: a data directory with the registers in it. Running it again brings the schema up to
 * date and switches on more municipalities; it never takes anything away. */
#include <stdio.h>

#include "base/mem.h"
#include "cmd/cmd.h"
#include "geo/geo_data.h"

static int run(struct cmd_call *c)
{
    for (size_t i = 0; cmd_nth(c, "municipality", i); i++)
        if (!geo_municipality_by_code(cmd_nth(c, "municipality", i)))
            return cmd_misuse(c, CTF(c, cmd_no_municipality, cmd_nth(c, "municipality", i)));
    int code = 0;
    struct app *app = cmd_open(c, CMD_CREATE, &code);
    if (!app)
        return code;
    for (size_t i = 0; code == 0 && cmd_nth(c, "municipality", i); i++) {
        enum err e = municipality_activate(app, cmd_nth(c, "municipality", i));
        if (e)
            code = cmd_error(c, e, cmd_nth(c, "municipality", i));
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

const struct cmd cmd_init = {"init", "", T_cmd_init, options, 0, 0, run};

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
