/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Routes of the part. */
#include "parts/account/account.h"

#include <stdio.h>

#include "core/kept.h"
#include "parts/account/account_web.h"

static const struct route routes[] = {
    ROUTE(GET, "/", PERM_ANYONE, account_start_page,
          .summary = "The public start page; for those who are logged in, their municipality."),
    ROUTE(GET, "/:municipality/", PERM_LOGGED_IN, account_home_page,
          .summary = "The first part that the role may see."),
    ROUTE(GET, "/:municipality", PERM_LOGGED_IN, account_home_page,
          .summary = "The same without the last slash."),
    ROUTE(GET, "/logga-in", PERM_ANYONE, account_login_page, .fields = account_to_fields,
          .summary = "The log-in form."),
    ROUTE(POST, "/logga-in", PERM_ANYONE, account_login_post, .fields = account_login_fields,
          .body_limit = KEPT_TEXT_MOST + 8192, .flags = ROUTE_NO_TOKEN, .rate = RATE_LOGIN,
          .summary = "Log in with a password."),
    ROUTE(GET, "/logga-in/kod", PERM_ANYONE, account_code_page, .fields = account_to_fields,
          .summary = "The form for the second factor."),
    ROUTE(POST, "/logga-in/kod", PERM_ANYONE, account_code_post, .fields = account_code_fields,
          .body_limit = KEPT_TEXT_MOST + 8192, .flags = ROUTE_NO_TOKEN, .rate = RATE_LOGIN,
          .summary = "The second step: a code or a recovery code."),
    ROUTE(POST, "/logga-ut", PERM_SESSION, account_logout_post, .rate = RATE_WRITE,
          .summary = "Log out."),
    ROUTE(GET, "/konto", PERM_LOGGED_IN, account_own_page, .summary = "One's own account."),
    ROUTE(POST, "/konto", PERM_LOGGED_IN, account_own_post, .fields = account_own_fields,
          .rate = RATE_WRITE, .summary = "Change one's name and language."),
    ROUTE(GET, "/konto/losenord", PERM_LOGGED_IN, account_own_password_page,
          .summary = "The form for a new password."),
    ROUTE(POST, "/konto/losenord", PERM_LOGGED_IN, account_own_password_post,
          .fields = account_own_password_fields, .rate = RATE_LOGIN,
          .summary = "Change one's password; other sessions end."),
    ROUTE(GET, "/konto/tvafaktor", PERM_SESSION, account_factor_page,
          .summary = "The second factor: set it up, or what stands."),
    ROUTE(POST, "/konto/tvafaktor", PERM_SESSION, account_factor_post,
          .fields = account_factor_fields, .rate = RATE_LOGIN,
          .summary = "Confirm the second factor with its first code."),
    ROUTE(POST, "/konto/tvafaktor/reservkoder", PERM_LOGGED_IN, account_recovery_post,
          .fields = account_recovery_fields, .rate = RATE_LOGIN, .summary = "New recovery codes."),
    ROUTE(POST, "/konto/tvafaktor/ta-bort", PERM_LOGGED_IN, account_factor_remove_post,
          .fields = account_factor_remove_fields, .rate = RATE_LOGIN,
          .summary = "Take the second factor away."),
    ROUTE(GET, "/konto/inloggningar", PERM_LOGGED_IN, account_sessions_page,
          .summary = "One's own sessions."),
    ROUTE(POST, "/konto/inloggningar/avsluta", PERM_LOGGED_IN, account_sessions_end_post,
          .fields = account_own_end_fields, .rate = RATE_WRITE,
          .summary = "End one session, or all others."),
    ROUTE(GET, "/inbjudan/:token", PERM_ANYONE, account_invited_page, .rate = RATE_LOGIN,
          .summary = "An invitation."),
    ROUTE(POST, "/inbjudan/:token", PERM_ANYONE, account_invited_post,
          .fields = account_invited_fields, .flags = ROUTE_NO_TOKEN, .rate = RATE_LOGIN,
          .summary = "Take up an invitation with a new account."),
    ROUTE(POST, "/inbjudan/:token/tacka-ja", PERM_SESSION, account_invited_accept_post,
          .rate = RATE_LOGIN, .summary = "Take up an invitation with the account one has."),
    ROUTE(GET, "/glomt-losenord", PERM_ANYONE, account_forgotten_page,
          .summary = "The form for a forgotten password."),
    ROUTE(POST, "/glomt-losenord", PERM_ANYONE, account_forgotten_post,
          .fields = account_forgotten_fields, .flags = ROUTE_NO_TOKEN, .rate = RATE_LOGIN,
          .summary = "Ask for a letter with a link; the answer is always the same."),
    ROUTE(GET, "/nytt-losenord/:token", PERM_ANYONE, account_new_password_page, .rate = RATE_LOGIN,
          .summary = "The form that the letter leads to."),
    ROUTE(POST, "/nytt-losenord/:token", PERM_ANYONE, account_new_password_post,
          .fields = account_new_password_fields, .flags = ROUTE_NO_TOKEN, .rate = RATE_LOGIN,
          .summary = "Set a new password; all sessions end."),
    ROUTE(GET, "/demo/post", PERM_ANYONE, account_letters_page,
          .summary = "Letters, in development and demonstrations only."),
    ROUTE(GET, "/:municipality/installningar/konton", PERM_ACCOUNTS, account_members_page,
          .summary = "Accounts of the municipality and open invitations."),
    ROUTE(GET, "/:municipality/installningar/konton/bjud-in", PERM_ACCOUNTS, account_invite_page,
          .summary = "The form for an invitation."),
    ROUTE(POST, "/:municipality/installningar/konton/bjud-in", PERM_ACCOUNTS, account_invite_post,
          .fields = account_invite_fields, .rate = RATE_WRITE, .summary = "Invite somebody."),
    ROUTE(POST, "/:municipality/installningar/konton/inbjudan/:invitation", PERM_ACCOUNTS,
          account_invitation_post, .fields = account_invitation_fields, .rate = RATE_WRITE,
          .summary = "Send an invitation again, or withdraw it."),
    ROUTE(GET, "/:municipality/installningar/konton/flera", PERM_ACCOUNTS, account_many_page,
          .summary = "The form that invites several reporters, and sheets of slips."),
    ROUTE(POST, "/:municipality/installningar/konton/flera", PERM_ACCOUNTS, account_many_post,
          .fields = account_many_fields, .rate = RATE_WRITE,
          .summary = "Invite several reporters by letter, on printed slips, or both."),
    ROUTE(POST, "/:municipality/installningar/konton/lappar/:sheet/dra-tillbaka", PERM_ACCOUNTS,
          account_sheet_withdraw_post, .rate = RATE_WRITE,
          .summary = "Withdraw all slips of a sheet that are not used."),
    ROUTE(GET, "/lapp", PERM_ANYONE, account_slip_ask_page, .rate = RATE_LOGIN,
          .summary = "The form for the code of a slip."),
    ROUTE(POST, "/lapp", PERM_ANYONE, account_slip_ask_post, .fields = account_slip_ask_fields,
          .flags = ROUTE_NO_TOKEN, .rate = RATE_LOGIN, .summary = "Leads to the slip's page."),
    ROUTE(GET, "/lapp/:code", PERM_ANYONE, account_slip_page, .rate = RATE_LOGIN,
          .summary = "A slip that was handed out."),
    ROUTE(POST, "/lapp/:code", PERM_ANYONE, account_slip_post, .fields = account_slip_fields,
          .flags = ROUTE_NO_TOKEN, .rate = RATE_LOGIN,
          .summary = "Take up a slip with a new account."),
    ROUTE(POST, "/lapp/:code/ta", PERM_SESSION, account_slip_take_post, .rate = RATE_LOGIN,
          .summary = "Take up a slip with the account one has."),
    ROUTE(GET, "/:municipality/installningar/konton/:account", PERM_ACCOUNTS, account_member_page,
          .summary = "One account's rights in the municipality."),
    ROUTE(POST, "/:municipality/installningar/konton/:account", PERM_ACCOUNTS, account_member_post,
          .fields = account_member_fields, .rate = RATE_WRITE,
          .summary = "Change role, organisation or state."),
    ROUTES_END,
};

static enum err start(struct app *app)
{
    char path[4096];
    bool fits = snprintf(path, sizeof path, "%s/secret.key", app->data_dir) < (int)sizeof path;
    return accounts_new(fits ? path : NULL, password_cost_default, &app->accounts);
}

static void stop(struct app *app)
{
    accounts_free(app->accounts);
    app->accounts = NULL;
}

const struct part account_part = {
    .name = "account",
    .routes = routes,
    .start = start,
    .stop = stop,
};
