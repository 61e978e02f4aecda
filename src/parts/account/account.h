/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The pages of accounts: log-in, one's own account, invitations, forgotten passwords, the accounts
 * of a municipality, and the two doors into the program ("/" and "/1493/"). The rules are in
 * core/account.h. */
#pragma once

#include "core/app.h"

extern const struct part account_part;
