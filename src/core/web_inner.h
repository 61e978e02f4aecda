/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Inside core only. */
#pragma once

#include "core/web.h"

struct error_view {
    struct page page;
    int status;
    const char *what;    /* what happened, and what to do */
    const char *request; /* for whoever is asked for help; NULL: no fault */
    const char *home_href;
    const char *waiting_href; /* shows what waits in the device, when this page may not; NULL */
    const char *back_href;    /* the page that a form stood on, when that would help; NULL */
    const struct pair *typed; /* what was sent and not saved, for copying */
    size_t n_typed;
    bool login; /* the session has ended: log in here */
    struct page_field email, password;
    const char *to;   /* where to go then */
    const char *kept; /* the form, to be put back (kept.h); NULL */
    bool had_file;
};

/* Where the person stands (who.here), by the request's address. */
void web_stand(struct req *rq);
/* May whoever is logged in use that route here? */
bool web_admits(struct req *rq, const struct route *route);
/* Does the browser say that the request came from a page of ours? */
bool web_from_own_page(const struct req *rq);
/* Answers with 308 to the page's right address, if only its spelling was wrong. Longer addresses
 * than ADDRESS_MOST bytes are not looked into. */
#define ADDRESS_MOST 1000
bool web_canonical(struct req *rq);
void web_error_page(struct req *rq, enum err e);
/* The same page for what is refused with a sentence of its own. */
NODISCARD enum err web_refused_page(struct req *rq, int status, enum text_key what);
/* Fills in the navigation: what the person may enter where they stand. */
NODISCARD enum err web_navigation(struct req *rq, struct page *p);
/* Says of each of nav, in their order, from which width it stands in the row; at least the first
 * always does. */
void web_nav_fit(struct page *p, struct page_nav *nav, size_t n);
