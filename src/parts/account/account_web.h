/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Inside parts/account only: handlers and what they share. */
#pragma once

#include "core/account.h"
#include "core/web.h"

#define TICKET_COOKIE "samsyn-kod"   /* between password and code */
#define DEVICE_COOKIE "samsyn-enhet" /* this device has logged in before */

/* Where to go afterwards: the field `till` if it is an address of our own, else "/". */
const char *account_where_to(const struct req *rq);
/* Opens a session, sets the cookies, and goes there. */
NODISCARD enum err account_let_in(struct req *rq, struct id account, bool second_factor,
                                  const char *where);
/* Is the account's device ticket of this browser for `account`? */
bool account_known_device(struct req *rq, struct id account);
/* A problem with a new password becomes one of the form's; false if there is any. */
bool account_password_good(struct req *rq, const char *field, const char *email);
/* Letters need an address that nobody else can set: the configured one, or in development the
 * request's own. NULL: there is none. */
const char *account_letter_address(struct req *rq, const char *path);

http_handler account_login_page, account_login_post, account_code_page, account_code_post,
    account_logout_post;
http_handler account_start_page, account_home_page, account_letters_page;

extern const struct field_spec account_login_fields[], account_code_fields[], account_to_fields[];
