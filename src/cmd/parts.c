/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The parts that this program is made of. A new one is one line here. */
#include <stddef.h>

#include "cmd/cmd.h"
#include "parts/exercise/exercise_store.h"
#include "parts/import/import.h"

const struct part *const all_parts[] = {
    &exercise_part,
    &import_part,
    NULL,
};
