/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* What a municipality calls the types of events. Codes are the same everywhere; the words may be
 * the municipality's own, and a type that it does not use may be hidden from its forms. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"
#include "tmpl/text.h"

struct arena;
struct tx;

/* All zeros: nobody's own words. */
struct type_labels {
    const struct q_type_labels_row *rows;
    size_t n;
};

/* At most one short query; in the arena. "0000" and counties have none of their own. */
NODISCARD enum err type_labels_read(struct tx *tx, struct arena *a, const char *municipality,
                                    struct type_labels *out);
/* The municipality's own word, else the default in that language, else the code itself. `l` may be
 * NULL. */
const char *type_label(const struct type_labels *l, enum lang lang, const char *code);
/* Its own word only, or NULL. */
const char *type_label_own(const struct type_labels *l, const char *code);
/* Not offered in forms; events that have it keep it. */
bool type_label_hidden(const struct type_labels *l, const char *code);
