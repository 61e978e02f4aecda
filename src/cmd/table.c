/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The subcommands of the program. A new one is one line here; parts stand in parts.c. */
#include <stddef.h>

#include "cmd/cmd.h"

const struct cmd *const all_cmds[] = {
    &cmd_init,    &cmd_serve,   &cmd_audit,   &cmd_backup,  &cmd_exercise,
    &cmd_restore, &cmd_doctor,  &cmd_migrate, &cmd_import,  &cmd_fetch_police,
    &cmd_account, &cmd_picture, &cmd_export,  &cmd_analyse, NULL,
};
