/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* How the figures are worked out: a page for each method, with its question, its choices, its
 * formulas and what it cannot tell. Open to everybody, since nothing of it is about anybody. */
#pragma once

#include "core/app.h"

extern const struct part methods_part;
