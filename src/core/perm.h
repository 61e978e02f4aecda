/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Who may do what: roles, permissions and the one table that joins them. A route names a
 * permission; a role has it or not; nothing else decides. */
#pragma once

#include <stdbool.h>

#include "tmpl/text.h"

/* name in the database, text key */
#define ROLES(R)                                                                                   \
    R(ADMINISTRATOR, "administrator", T_role_administrator) /* of the installation */              \
    R(COORDINATOR, "prevention_coordinator", T_role_coordinator)                                   \
    R(OFFICER, "community_officer", T_role_officer) /* the police's */                             \
    R(MEMBER, "group_member", T_role_member)        /* of the EST group */                         \
    R(REPORTER, "reporter", T_role_reporter)                                                       \
    R(LIBRARIAN, "librarian", T_role_librarian) /* the desk */                                     \
    R(WALK_LEADER, "walk_leader", T_role_walk_leader)                                              \
    R(WATCH_CONTACT, "watch_contact", T_role_watch_contact)                                        \
    R(POLITICIAN, "politician", T_role_politician)                                                 \
    R(REGISTRAR, "registrar", T_role_registrar) /* and data-protection officer */

enum role {
    ROLE_NONE,
#define R(id, name, key) ROLE_##id,
    ROLES(R)
#undef R
        ROLE_COUNT
};

enum perm {
    PERM_NONE,           /* never a route's */
    PERM_ANYONE,         /* the public pages */
    PERM_SESSION,        /* log-out and the way to a second factor, before it is in place */
    PERM_LOGGED_IN,      /* one's own account */
    PERM_EVENT_READ,     /* all events of the municipality */
    PERM_EVENT_READ_OWN, /* those of one's own organisation */
    PERM_EVENT_ADD,
    PERM_EVENT_EDIT,
    PERM_EVENT_EXPORT,
    PERM_EVENT_IMPORT,
    PERM_PICTURE_READ,
    PERM_PICTURE_PUBLISH,
    PERM_LEVEL_READ, /* levels and focus before they are adopted */
    PERM_LEVEL_EDIT, /* sets and adopts them */
    PERM_SETTINGS,   /* organisations, types, areas, places, periods */
    PERM_ACCOUNTS,   /* accounts and roles in the municipality */
    PERM_AUDIT_READ,
    PERM_ACTION_READ,  /* actions of the municipality */
    PERM_ACTION_STATE, /* say how it goes with those of one's own organisation */
    PERM_ACTION_EDIT,
    PERM_INSTALLATION, /* municipalities, jobs of the installation */
    PERM_REVIEW,       /* what reporters send in */
    PERM_COUNT
};

const char *role_name(enum role r);                 /* "prevention_coordinator" */
enum role role_from_name(const char *name);         /* ROLE_NONE for anything else */
const char *role_text(enum lang lang, enum role r); /* "Samordnare" */
const char *perm_name(enum perm p); /* "event_read": for tests and the API description */
/* PERM_ANYONE is everybody's; ROLE_NONE (not logged in) has nothing else. */
bool role_may(enum role r, enum perm p);
/* Does the role report, and see nothing but its own organisation's reports? */
bool role_only_reports(enum role r);
