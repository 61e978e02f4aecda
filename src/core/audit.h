/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The audit log: every change and every reading of protected rows, in a chain for each
 * municipality. Entries are added in the transaction of what they tell of; nothing is ever removed.
 * The method is in core/auditchain.h. */
#pragma once

#include "base/id.h"
#include "db/db.h"
#include "tmpl/text.h"

struct arena;
struct buf;

/* What happened. Texts are borrowed. */
struct audit_note {
    const char *municipality;
    struct id actor;         /* none: the program itself */
    const char *action;      /* "event.read", "event.add", "account.invite" ... */
    const char *object_kind; /* "event" */
    struct id object;        /* none: several */
    const char *detail;      /* JSON, never what people wrote; NULL: {} */
};

/* Inside a writing transaction that may write in that municipality. */
NODISCARD enum err audit_add(struct tx *tx, const struct audit_note *n);
/* In a transaction of its own: for readings. */
NODISCARD enum err audit_write(struct db *db, const struct audit_note *n);

/* Checks every municipality's chain; a sentence for each fault goes to `report`. ERR_CORRUPT if
 * any. */
NODISCARD enum err audit_check_all(struct db *db, struct arena *a, enum lang lang,
                                   struct buf *report, int64_t *out_entries);
/* Checks one municipality's chain, from inside a reading transaction. ERR_OK: *out tells how many
 * entries are sound. ERR_CORRUPT: *out tells the first that is not. */
struct audit_report;
NODISCARD enum err audit_check_one(struct tx *tx, const char *municipality,
                                   struct audit_report *out);
