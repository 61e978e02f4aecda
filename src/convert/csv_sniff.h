/* SPDX-License-Identifier: AGPL-3.0-or-later */
#pragma once

#include <stddef.h>

/* The separator of a CSV text, told by its first rows: the one that gives most rows equally many
 * cells, and more than one; ';' when none does. */
char csv_sniff(const char *s, size_t n);
