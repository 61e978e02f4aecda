/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The reader's sandbox. After sandbox_enter() the process can read and write what it has open,
 * use memory and end; nothing else. */
#pragma once

#include <stdint.h>

#include "convert/convert.h"

enum sandbox_kind {
    SANDBOX_READER,
    SANDBOX_PHOTO,
    SANDBOX_GDAL, /* asking for a path is refused instead of deadly: the library looks for itself */
};

/* Sets limits, closes the world. `off`: limits only (SAMSYN_SANDBOX=off).
 * Answers what was reached, CONVERT_SANDBOX_ bits. ERR_FORBIDDEN when the kernel has no seccomp:
 * then nothing hostile may be read. Landlock is used as far as the kernel has it. */
NODISCARD enum err sandbox_enter(enum sandbox_kind kind, enum convert_format format, bool off,
                                 uint32_t *level);
