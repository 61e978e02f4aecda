/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Routes of the part. */
#include "parts/account/account_part.h"

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
          .flags = ROUTE_NO_TOKEN, .rate = RATE_LOGIN, .summary = "Log in with a password."),
    ROUTE(GET, "/logga-in/kod", PERM_ANYONE, account_code_page, .fields = account_to_fields,
          .summary = "The form for the second factor."),
    ROUTE(POST, "/logga-in/kod", PERM_ANYONE, account_code_post, .fields = account_code_fields,
          .flags = ROUTE_NO_TOKEN, .rate = RATE_LOGIN,
          .summary = "The second step: a code or a recovery code."),
    ROUTE(POST, "/logga-ut", PERM_SESSION, account_logout_post, .rate = RATE_WRITE,
          .summary = "Log out."),
    ROUTES_END,
};

static enum err start(struct app *app)
{
    return accounts_new(app->db, password_cost_default, &app->accounts);
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
