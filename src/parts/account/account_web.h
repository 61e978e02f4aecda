/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Inside parts/account only: handlers and what they share. */
#pragma once

#include "core/account.h"
#include "core/mailer.h"
#include "core/web.h"

#define TICKET_COOKIE "samsyn-kod"   /* between password and code */
#define DEVICE_COOKIE "samsyn-enhet" /* this device has logged in before */

/* Where to go afterwards: the field `till` if it is an address of our own, else "/". */
const char *account_where_to(const struct req *rq);
/* Opens a session, sets the cookies, and goes there. */
NODISCARD enum err account_let_in(struct req *rq, struct id account, bool second_factor,
                                  const char *where);
/* The choice to stay logged in on this device; account_let_in() reads it. */
NODISCARD enum err account_remember_box(struct req *rq, struct page_field *f);
/* Is the account's device ticket of this browser for `account`? */
bool account_known_device(struct req *rq, struct id account);
/* A problem with a new password becomes one of the form's; false if there is any. */
bool account_password_good(struct req *rq, const char *field, const char *email);
/* Letters need an address that nobody else can set: the configured one, or in development the
 * request's own. NULL: there is none. */
const char *account_letter_address(struct req *rq, const char *path);
enum mail_way account_letter_way(const struct req *rq);
/* *sent: a letter with the invitation waits to be sent; else the link is handed over by hand. */
NODISCARD enum err account_send_invitation(struct tx *tx, struct req *rq, const char *token,
                                           const char *to, bool *sent);

/* Sets a problem at the field unless it holds the person's own password. */
NODISCARD enum err account_own_confirm(struct req *rq, const char *field);
NODISCARD enum err account_load_own(struct req *rq, struct account *out);
NODISCARD enum err account_tabs(struct req *rq, struct page *p, const char *current);
/* A new session with the second factor for whoever asks, and the page drawn as its holder. */
NODISCARD enum err account_renew_session(struct req *rq);

http_handler account_login_page, account_login_post, account_code_page, account_code_post,
    account_logout_post;
http_handler account_start_page, account_home_page, account_letters_page;
http_handler account_own_page, account_own_post, account_own_password_page,
    account_own_password_post, account_sessions_page, account_sessions_end_post;
http_handler account_factor_page, account_factor_post, account_recovery_post,
    account_factor_remove_post;
http_handler account_invited_page, account_invited_post, account_invited_accept_post,
    account_forgotten_page, account_forgotten_post, account_new_password_page,
    account_new_password_post;
http_handler account_members_page, account_invite_page, account_invite_post, account_member_page,
    account_member_post, account_invitation_post;
http_handler account_many_page, account_many_post, account_sheet_withdraw_post;
http_handler account_slip_ask_page, account_slip_ask_post, account_slip_page, account_slip_post,
    account_slip_take_post;

extern const struct field_spec account_login_fields[], account_code_fields[], account_to_fields[],
    account_own_fields[], account_own_password_fields[], account_own_end_fields[],
    account_factor_fields[], account_recovery_fields[], account_factor_remove_fields[],
    account_invited_fields[], account_forgotten_fields[], account_new_password_fields[],
    account_invite_fields[], account_member_fields[], account_invitation_fields[],
    account_many_fields[], account_slip_ask_fields[], account_slip_fields[];
