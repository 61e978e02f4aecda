/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Organisations and the municipality's own words for types. */
#include <stdio.h>

#include "base/str.h"
#include "parts/event/event.h"
#include "parts/settings/settings.h"
#include "settings_sql.h"

static const struct {
    const char *code;
    enum text_key key;
} kinds[] = {
#define K(name) {#name, T_settings_org_##name},
    ORGANISATION_KINDS(K)
#undef K
};

bool organisation_kind_known(const char *kind)
{
    for (size_t i = 0; i < ARRAY_LEN(kinds); i++)
        if (str_eq(kinds[i].code, kind))
            return true;
    return false;
}

const char *organisation_kind_text(enum lang lang, const char *kind)
{
    for (size_t i = 0; i < ARRAY_LEN(kinds); i++)
        if (str_eq(kinds[i].code, kind))
            return text_get(lang, kinds[i].key);
    return kind;
}

/* Is the name free, or its own? */
static enum err name_free(struct tx *tx, struct arena *a, const char *municipality,
                          const struct organisation *o)
{
    struct q_settings_organisation_named_in in = {municipality, o->name};
    struct q_settings_organisation_named_row *rows;
    size_t n;
    TRY(q_settings_organisation_named_all(tx, a, &in, &rows, &n));
    for (size_t i = 0; i < n; i++)
        if (!id_eq(rows[i].id, o->id))
            return ERR_CONFLICT;
    return ERR_OK;
}

enum err organisation_add(struct tx *tx, struct arena *a, const char *municipality,
                          const struct organisation *o)
{
    if (str_empty(o->name) || !organisation_kind_known(o->kind))
        return ERR_INVALID;
    TRY(name_free(tx, a, municipality, o));
    struct q_settings_organisation_add_in in = {municipality, o->id, o->name, o->kind, time_now()};
    return q_settings_organisation_add_run(tx, &in, NULL);
}

enum err organisation_change(struct tx *tx, struct arena *a, const char *municipality,
                             const struct organisation *o, const struct organisation *seen)
{
    if (str_empty(o->name) || !organisation_kind_known(o->kind))
        return ERR_INVALID;
    TRY(name_free(tx, a, municipality, o));
    struct q_settings_organisation_set_in in = {municipality, o->id,      o->name,
                                                o->kind,      seen->name, seen->kind};
    int64_t n;
    TRY(q_settings_organisation_set_run(tx, &in, &n));
    return n ? ERR_OK : ERR_CONFLICT;
}

enum err organisation_set_active(struct tx *tx, const char *municipality, struct id id, bool active,
                                 int64_t *ended)
{
    struct q_settings_organisation_active_in in = {municipality, id, active};
    int64_t n, accounts = 0;
    TRY(q_settings_organisation_active_run(tx, &in, &n));
    if (!n)
        return ERR_CONFLICT;
    if (!active) {
        struct q_settings_organisation_end_access_in end = {municipality, id, time_now()};
        struct q_settings_organisation_end_invitations_in letters = {municipality, id, time_now()};
        struct q_settings_organisation_end_slips_in slips = {municipality, id, time_now()};
        TRY(q_settings_organisation_end_access_run(tx, &end, &accounts));
        TRY(q_settings_organisation_end_invitations_run(tx, &letters, NULL));
        TRY(q_settings_organisation_end_slips_run(tx, &slips, NULL));
    }
    if (ended)
        *ended = accounts;
    return ERR_OK;
}

enum err organisation_delete(struct tx *tx, struct arena *a, const char *municipality, struct id id)
{
    struct q_settings_organisation_used_in used = {municipality, id};
    struct q_settings_organisation_used_row row;
    TRY(q_settings_organisation_used_one(tx, a, &used, &row));
    if (row.n)
        return ERR_CONFLICT;
    struct q_settings_organisation_delete_in in = {municipality, id};
    int64_t n;
    TRY(q_settings_organisation_delete_run(tx, &in, &n));
    return n ? ERR_OK : ERR_NOTFOUND;
}

enum err type_word_set(struct tx *tx, const char *municipality, const char *code, const char *label,
                       bool hidden)
{
    if (event_type_index(code) < 0)
        return ERR_NOTFOUND;
    if (str_empty(label) && !hidden) {
        struct q_settings_type_clear_in in = {municipality, code};
        return q_settings_type_clear_run(tx, &in, NULL);
    }
    struct q_settings_type_put_in in = {municipality, code, str_empty(label) ? NULL : label,
                                        hidden};
    return q_settings_type_put_run(tx, &in, NULL);
}
