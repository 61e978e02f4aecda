/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "core/perm.h"

#include <assert.h>

#include "base/str.h"

static const struct {
    const char *name;
    enum text_key key;
} roles[ROLE_COUNT] = {{"none", T_role_none},
#define R(id, name, key) {name, key},
                       ROLES(R)
#undef R
};

static const char *const perms[PERM_COUNT] = {
    "none",           "anyone",          "session",     "logged_in",    "event_read",
    "event_read_own", "event_add",       "event_edit",  "event_export", "event_import",
    "picture_read",   "picture_publish", "level_read",  "level_edit",   "settings",
    "accounts",       "audit_read",      "action_read", "action_state", "action_edit",
    "installation",   "review",
};

#define BIT(p) (UINT32_C(1) << PERM_##p)
#define STAFF (BIT(ANYONE) | BIT(SESSION) | BIT(LOGGED_IN))

/* The table. What is not here is not allowed. */
static const uint32_t may[ROLE_COUNT] = {
    [ROLE_NONE] = BIT(ANYONE),
    [ROLE_ADMINISTRATOR] = STAFF | BIT(INSTALLATION) | BIT(SETTINGS) | BIT(ACCOUNTS) |
                           BIT(AUDIT_READ) | BIT(EVENT_IMPORT) | BIT(EVENT_READ) |
                           BIT(EVENT_READ_OWN) | BIT(EVENT_EXPORT) | BIT(PICTURE_READ) |
                           BIT(LEVEL_READ),
    [ROLE_COORDINATOR] = STAFF | BIT(EVENT_READ) | BIT(EVENT_READ_OWN) | BIT(EVENT_ADD) |
                         BIT(EVENT_EDIT) | BIT(EVENT_EXPORT) | BIT(EVENT_IMPORT) | BIT(REVIEW) |
                         BIT(PICTURE_READ) | BIT(PICTURE_PUBLISH) | BIT(LEVEL_READ) |
                         BIT(LEVEL_EDIT) | BIT(SETTINGS) | BIT(ACCOUNTS) | BIT(AUDIT_READ) |
                         BIT(ACTION_READ) | BIT(ACTION_STATE) | BIT(ACTION_EDIT),
    [ROLE_OFFICER] = STAFF | BIT(EVENT_READ) | BIT(EVENT_READ_OWN) | BIT(EVENT_ADD) |
                     BIT(EVENT_EXPORT) | BIT(EVENT_IMPORT) | BIT(PICTURE_READ) | BIT(LEVEL_READ) |
                     BIT(ACTION_READ) | BIT(ACTION_STATE),
    [ROLE_MEMBER] = STAFF | BIT(EVENT_READ) | BIT(EVENT_READ_OWN) | BIT(EVENT_ADD) |
                    BIT(PICTURE_READ) | BIT(LEVEL_READ) | BIT(ACTION_READ) | BIT(ACTION_STATE),
    [ROLE_REPORTER] = STAFF | BIT(EVENT_READ_OWN) | BIT(EVENT_ADD),
    [ROLE_LIBRARIAN] = STAFF | BIT(EVENT_READ_OWN) | BIT(EVENT_ADD),
    [ROLE_WALK_LEADER] = STAFF | BIT(EVENT_READ_OWN) | BIT(EVENT_ADD),
    [ROLE_WATCH_CONTACT] = STAFF | BIT(EVENT_READ_OWN) | BIT(EVENT_ADD),
    [ROLE_POLITICIAN] = STAFF | BIT(PICTURE_READ) | BIT(ACTION_READ),
    [ROLE_REGISTRAR] = STAFF | BIT(EVENT_READ) | BIT(EVENT_READ_OWN) | BIT(EVENT_EXPORT) |
                       BIT(PICTURE_READ) | BIT(LEVEL_READ) | BIT(AUDIT_READ) | BIT(ACTION_READ),
};

const char *role_name(enum role r)
{
    assert((unsigned)r < ROLE_COUNT);
    return roles[r].name;
}

enum role role_from_name(const char *name)
{
    for (int r = 1; r < ROLE_COUNT; r++)
        if (str_eq(roles[r].name, name))
            return (enum role)r;
    return ROLE_NONE;
}

const char *role_text(enum lang lang, enum role r)
{
    assert((unsigned)r < ROLE_COUNT);
    return text_get(lang, roles[r].key);
}

const char *perm_name(enum perm p)
{
    assert((unsigned)p < PERM_COUNT);
    return perms[p];
}

bool role_may(enum role r, enum perm p)
{
    assert((unsigned)r < ROLE_COUNT && p > PERM_NONE && p < PERM_COUNT);
    return (may[r] >> p & 1) != 0;
}

bool role_only_reports(enum role r)
{
    return r != ROLE_NONE && role_may(r, PERM_EVENT_ADD) && !role_may(r, PERM_EVENT_READ) &&
           !role_may(r, PERM_PICTURE_READ);
}
