/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Slips: printed invitations for reporters whose e-mail address nobody knows beforehand.
 *
 * Whoever holds a slip may use it, once, within 14 days, to become a reporter of one organisation
 * and nothing else. The code is shown when the sheet is made and stored as a hash only. Sheets are
 * withdrawn whole; a slip also ends when its organisation or municipality sleeps, and after
 * SLIP_TRIES addresses that could not be used: a slip is no way to ask who has an account. */
#pragma once

#include "core/account.h"

#define SLIPS_MOST 60 /* on a sheet */
#define SLIP_TRIES 5
/* "1447-k7mq-2f9d-0xyz-3abc-d4ef": the municipality, and 100 random bits in an alphabet without
 * i, l, o and u. */
#define SLIP_CODE 30

struct slip_sheet_new {
    const char *municipality;
    struct id organisation;
    int n; /* 1..SLIPS_MOST */
    struct id by;
    enum role giver;
    struct id id; /* of the form that asks for it: a form is one sheet; none: a fresh one */
};
/* Fills in n codes. In the municipality's scope or DB_NATIONAL. ERR_FORBIDDEN: above the giver's
 * rights; ERR_INVALID: no such number; ERR_CONFLICT: the form's sheet is made already. */
NODISCARD enum err slip_sheet_make(struct tx *tx, struct arena *a, const struct slip_sheet_new *n,
                                   char (*codes)[SLIP_CODE], struct id *out_id);
/* ERR_NOTFOUND: no such one, or withdrawn already. */
NODISCARD enum err slip_sheet_withdraw(struct tx *tx, const char *municipality, struct id id,
                                       struct id by);

struct slip {
    char code[SLIP_CODE]; /* as it is printed */
    char municipality[5];
    struct id id, sheet, organisation;
    const char *organisation_name;
    msec expires_at;
};
/* The code as it was typed: in any case, with or without hyphens and blanks, o for 0 and i or l for
 * 1. Reads; needs DB_NATIONAL. ERR_NOTFOUND: no such one, used, withdrawn, or too old. */
NODISCARD enum err slip_find(struct tx *tx, struct arena *a, const char *typed, struct slip *out);
/* Makes an account and a reporter of it. ERR_CONFLICT: the address has an account; the slip stays.
 */
struct slip_person {
    const char *email, *name, *password_hash;
    enum lang lang;
};
NODISCARD enum err slip_take_new(struct tx *tx, struct arena *a, const char *typed,
                                 const struct slip_person *p, struct id *out_account);
/* For somebody with an account. ERR_CONFLICT: has or has had a role there; the slip stays. */
NODISCARD enum err slip_take(struct tx *tx, struct arena *a, const char *typed, struct id account);
/* After ERR_CONFLICT of slip_take_new(), in a transaction of its own. */
NODISCARD enum err slip_tried(struct tx *tx, struct arena *a, const char *typed);
