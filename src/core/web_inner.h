/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Inside core only. */
#pragma once

#include "core/web.h"

struct error_view {
    struct page page;
    int status;
    const char *what;    /* what happened, and what to do */
    const char *request; /* for whoever is asked for help */
    const char *home_href;
    const struct pair *typed; /* what was sent and not saved, for copying */
    size_t n_typed;
};

void web_error_page(struct req *rq, enum err e);
