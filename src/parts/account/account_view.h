/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* What the templates of parts/account draw. Everything is borrowed. */
#pragma once

#include "base/clock.h"
#include "base/id.h"
#include "core/page.h"

struct login_view {
    struct page page;
    struct page_field email, password, remember;
    const char *to;
    const char *kept; /* a form to be put back afterwards (core/kept.h); NULL */
};

struct code_view {
    struct page page;
    struct page_field code;
    const char *to;
    const char *kept; /* as in login_view */
    bool remember;    /* was chosen in the step before */
};

struct start_row {
    const char *name, *href;
};

struct start_view {
    struct page page;
    const struct start_row *rows;
    size_t n_rows;
};

/* A page that only says something, perhaps with one link. */
struct message_view {
    struct page page;
    const char *text;
    const char *href, *label; /* NULL: none */
};

struct own_membership {
    const char *municipality, *role, *organisation, *href;
};

struct own_view {
    struct page page;
    struct page_facts facts;
    struct page_field name, lang;
    const struct own_membership *rows;
    size_t n_rows;
    const char *failed; /* attempts before this log-in; NULL: none */
};

struct own_password_view {
    struct page page;
    struct page_field current, fresh;
    const char *email; /* for password managers */
};

struct factor_view {
    struct page page;
    bool on;
    bool needed;      /* the role asks for it */
    const char *left; /* recovery codes that are left */
    struct page_qr qr;
    struct page_copy secret;
    struct page_field code, password, remove_password;
};

struct codes_view {
    struct page page;
    const char *const *codes;
    size_t n_codes;
};

struct own_session {
    const char *device;
    msec created, seen;
    bool current;
    struct id id;
};

struct sessions_view {
    struct page page;
    const struct own_session *rows;
    size_t n_rows;
    bool others;
};

struct invited_view {
    struct page page;
    struct page_facts facts;
    const char *token;
    const char *email;
    struct page_field name, password;
    bool fresh;               /* makes an account */
    bool mine;                /* logged in as the one who is invited */
    bool somebody_else;       /* logged in as another */
    const char *login_href;   /* not logged in, has an account */
    const char *privacy_href; /* what is done with personal data; NULL: of the installation */
};

struct forgotten_view {
    struct page page;
    struct page_field email;
};

struct new_password_view {
    struct page page;
    struct page_field password;
    const char *token, *email;
};

struct letter_row {
    const char *to, *subject, *body, *href;
    msec at;
};

struct letters_view {
    struct page page;
    const struct letter_row *rows;
    size_t n_rows;
};

struct member_row {
    struct id id;
    const char *name, *email, *role, *organisation, *state, *href;
    bool factor;
    msec last_login; /* DB_NO_INT: never */
    bool has_login;
};

struct invited_row {
    struct id id;
    const char *name, *email, *role, *organisation;
    msec expires;
    bool late;
    const char *action;
};

struct members_view {
    struct page page;
    const struct member_row *rows;
    size_t n_rows;
    const struct invited_row *invited;
    size_t n_invited;
    const char *many_href; /* invite several at once; NULL: not here */
};

struct invite_view {
    struct page page;
    const char *action, *back;
    struct page_field email, name, role, organisation;
};

struct invite_done_view {
    struct page page;
    const char *text, *back;
    struct page_copy link;
};

struct member_view {
    struct page page;
    const char *action, *back;
    struct page_facts facts;
    struct page_field role, organisation, state;
    bool fixed; /* may not be changed by this person */
};

struct sheet_row { /* slips that were printed together */
    const char *organisation, *made, *left, *state;
    const char *action; /* withdraws it; NULL: nothing is left to withdraw */
};

struct many_view {
    struct page page;
    const char *action, *back;
    struct page_notice notice; /* slips would carry a bad address; text NULL: a good one */
    const char *form;          /* its id: a form is one sheet of slips */
    bool again;                /* the slips of the form that was sent are made already */
    bool no_letters;           /* the installation sends none */
    struct page_field organisation, lines, slips;
    const char *organisation_href; /* none is there yet: where to add one; else NULL */
    const char *open;              /* "12 lappar kan fortfarande användas" */
    const struct sheet_row *sheets;
    size_t n_sheets;
};

struct many_sent {
    const char *name, *email;
    const char *link; /* to hand over; NULL: a letter is on its way */
};

struct slip_paper {
    const char *code;
    struct page_qr qr;
};

struct many_done_view {
    struct page page;
    const char *back;
    struct page_notice notice;
    const struct many_sent *sent;
    size_t n_sent;
    const struct slip_paper *slips;
    size_t n_slips;
    const char *title, *organisation, *address, *until; /* on each slip */
};

struct slip_ask_view {
    struct page page;
    struct page_field code;
};

struct slip_view {
    struct page page;
    struct page_facts facts;
    const char *code;
    struct page_field name, email, password, remember;
    bool in; /* somebody is logged in */
    const char *as;
    const char *login_href, *privacy_href;
};
