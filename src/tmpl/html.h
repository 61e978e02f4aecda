/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Where in an HTML page are we? Follows the literal text of a template so that the compiler knows
 * how a value must be escaped, and refuses markup in which it would not know. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"

#define HTML_NAME 40  /* longest name of an element or attribute, with its NUL */
#define HTML_DEPTH 64 /* open elements */

enum html_place {
    HTML_TEXT,
    HTML_RCDATA,    /* in title and textarea: only the end tag is markup */
    HTML_RAW,       /* in script and style */
    HTML_TAG,       /* in a tag, where an attribute may begin */
    HTML_TAG_AFTER, /* in a tag, where a blank must come first */
    HTML_VALUE,     /* in a double-quoted attribute */
};

enum html_attr { HTML_ATTR_PLAIN, HTML_ATTR_URL, HTML_ATTR_REFUSED };

struct html_state {
    enum html_place place;
    enum html_attr attr;
    bool url_rest; /* something stands before us in the address already */
    int depth;     /* open elements */
    int pre;       /* the depth at which the outermost <pre> is open; 0 outside */
};

struct html {
    struct html_state s;
    int floor;      /* elements below this may not be closed here */
    bool may_close; /* the file may close elements that another one opened */
    bool line_start;
    bool has_alt, has_src, has_equiv, has_content;
    char tag[HTML_NAME], attr[HTML_NAME];
    char head[16]; /* how an address begins */
    size_t head_n;
    const char *at; /* where html_feed() found what it refused */
    char stack[HTML_DEPTH][HTML_NAME];
    char problem[200];
};

void html_init(struct html *h);
/* Follow the literal text p..end and add what is to be written to `lit`. false: h->problem is the
 * sentence, h->at the place. */
bool html_feed(struct html *h, const char *p, const char *end, struct buf *lit);
/* What a value here needs: "text", "attr", "url" or "part"; NULL with h->problem where none may
 * stand. An address counts as begun afterwards. */
const char *html_value(struct html *h);
/* Two ways through a section must meet: joins `b` into `*a`; false when they cannot. */
bool html_join(struct html_state *a, const struct html_state *b);
/* Words for a person: "in a tag". */
const char *html_place_text(enum html_place place);
