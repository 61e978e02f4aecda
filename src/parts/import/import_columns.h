/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Inside src/parts/import: what a column may be, shared by the page that asks and the one that
 * takes the answer. */
#pragma once

#include "parts/import/import_profile.h"
#include "parts/import/import_web.h"

/* What a column may be, and where the profile keeps it. */
struct import_role {
    const char *code;
    enum text_key text;
    size_t at; /* in struct profile */
};
#define IMPORT_ROLES 16
extern const struct import_role import_roles[IMPORT_ROLES];
const char **import_role_member(struct profile *p, const struct import_role *r);

#define IMPORT_TIME_FORMATS 12
extern const char *const import_time_formats[IMPORT_TIME_FORMATS];

/* The page for an upload as it stands in *u. `from_saved`: a saved way of reading did not fit, and
 * its columns are shown instead of those that were sent. */
NODISCARD enum err import_columns_show(struct req *rq, const struct import_upload *u,
                                       bool from_saved);
