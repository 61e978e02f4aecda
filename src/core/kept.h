/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* What was typed in a form that was not taken because the session had ended, or because the page
 * was older than the log-in: packed into a hidden field, and put back into the form's own page once
 * the same person is logged in.
 *
 * Nothing is ever sent for the person. The page is drawn by the form's GET handler, which changes
 * nothing. A pack is signed, names the account that typed it, and is made and taken only when the
 * browser says that the form stood on a page of our own; so another site can neither fill in a form
 * here nor have one sent. Passwords, codes, tokens and files are never in it. */
#pragma once

#include "core/web.h"

#define KEPT_MOST (64 * 1024)                    /* bytes of names and values */
#define KEPT_TEXT_MOST (KEPT_MOST / 3 * 4 + 100) /* of the packed text */

/* The form of this request, packed; in the arena. NULL: nothing was typed, it is too much, the form
 * has no page of its own, it is for secrets, or it came from elsewhere. */
const char *kept_pack(struct req *rq);
/* Answers with the form's page, filled in with what is packed; the session must be in rq->user.
 * `said` stands on top of the page. An error of the page itself becomes an error page that shows
 * the texts. ERR_INVALID: no pack of ours, or from elsewhere. ERR_FORBIDDEN: another account typed
 * it, or this one may not see the form any longer. */
NODISCARD enum err kept_put_back(struct req *rq, const char *packed, const char *said);
/* Is the form the person's own, but of an earlier session? */
bool kept_is_older(const struct req *rq);
/* Was a file sent along, which cannot be kept? */
bool kept_had_file(const struct req *rq);
