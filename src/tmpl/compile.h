/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The template compiler: HTML files in, one C file and its header out. The language is described
 * in doc/templates.md. Used by tools/tmplc at build time; nothing of it is in the server. */
#pragma once

#include <stddef.h>

#include "base/buf.h"

struct tmpl_source {
    const char *path; /* for messages and #line; its last part without .html names the function */
    const char *text;
    size_t len; /* at most TMPL_SOURCE_MOST */
};
#define TMPL_SOURCE_MOST (256 * 1024)

struct tmpl_set {
    const char *name;            /* "event": functions event_NAME_html, header event_html.h */
    const char *const *includes; /* headers of other sets, "core_html.h"; as many as n_includes */
    size_t n_includes;
};

/* Writes the set's C file to `c` and its header to `h`. ERR_INVALID when a template is refused:
 * then `problems` holds "file:line: sentence\n" a refused file, and c and h mean nothing.
 * ERR_NOMEM and ERR_LIMIT are those of the buffers. */
NODISCARD enum err tmpl_compile(const struct tmpl_set *set, const struct tmpl_source *files,
                                size_t n, struct buf *c, struct buf *h, struct buf *problems);
