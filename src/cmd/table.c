/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The parts and subcommands that this program is made of. A new one is one line here. */
#include <stddef.h>

#include "cmd/cmd.h"

const struct part *const all_parts[] = {
    NULL,
};

const struct cmd *const all_cmds[] = {
    &cmd_init,    &cmd_serve,  &cmd_audit,   &cmd_backup, &cmd_exercise,
    &cmd_restore, &cmd_doctor, &cmd_migrate, NULL,
};
