/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "core/type_labels.h"

#include <stdio.h>
#include <string.h>

#include "core_sql.h"

enum err type_labels_read(struct tx *tx, struct arena *a, const char *municipality,
                          struct type_labels *out)
{
    struct q_type_labels_in in = {municipality};
    struct q_type_labels_row *rows;
    size_t n;
    TRY(q_type_labels_all(tx, a, &in, &rows, &n));
    *out = (struct type_labels){rows, n};
    return ERR_OK;
}

/* There are a handful: the order of a database's collation is not relied on. */
static const struct q_type_labels_row *find(const struct type_labels *l, const char *code)
{
    for (size_t i = 0; l && i < l->n; i++)
        if (strcmp(l->rows[i].code, code) == 0)
            return &l->rows[i];
    return NULL;
}

const char *type_label_own(const struct type_labels *l, const char *code)
{
    const struct q_type_labels_row *row = find(l, code);
    return row ? row->label : NULL;
}

bool type_label_hidden(const struct type_labels *l, const char *code)
{
    const struct q_type_labels_row *row = find(l, code);
    return row && row->hidden == 1;
}

const char *type_label(const struct type_labels *l, enum lang lang, const char *code)
{
    const char *own = type_label_own(l, code);
    if (own)
        return own;
    char key[128];
    int n = snprintf(key, sizeof key, "type_%s", code);
    if (n < 0 || (size_t)n >= sizeof key)
        return code;
    for (char *p = key; *p; p++)
        if (*p == '.')
            *p = '_';
    enum text_key k = text_lookup(key);
    return k < TEXT_COUNT ? text_get(lang, k) : code;
}
