/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Starting one of our own programs for foreign bytes: with three descriptors and nothing else of
 * ours. */
#pragma once

#include <limits.h>
#include <stdbool.h>
#include <sys/types.h>

#include "base/err.h"

/* Where the program is: what the environment says (with `tail` after it), beside this program, in
 * the build tree, or in libexecdir. */
bool child_find(const char *variable, const char *tail, const char *name, char path[PATH_MAX]);
/* fds become 0, 1 and 2; all are above 2. ERR_INTERNAL when it cannot be started. */
NODISCARD enum err child_spawn(const char *path, char *const argv[], const int fds[3], pid_t *pid);
/* Both ends above 2, closed on exec. */
NODISCARD enum err child_pipe(int *read_end, int *write_end);
