/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* XML in pieces, without document types, entities of its own or deep nesting. Names are given
 * without their prefix. */
#pragma once

#include "convert/stream.h"

struct xml;

struct xml_handler {
    /* attributes: name, value, name, value, ..., NULL */
    void (*start)(void *arg, const char *name, const char **attributes);
    void (*end)(void *arg, const char *name);
    void (*text)(void *arg, const char *s, size_t n); /* in pieces; NULL if not wanted */
    void *arg;
};

/* NULL when out of memory. The handler is copied. Faults go to `out`. */
struct xml *xml_new(const struct xml_handler *h, struct stream_out *out);
void xml_free(struct xml *x);
void xml_freep(struct xml **x);
/* ERR_INVALID with the fault sent (XML, ENTITY), ERR_NOMEM, or what xml_stop() was given. */
NODISCARD enum err xml_feed(struct xml *x, const char *s, size_t n, bool last);
/* Within a handler: end here; xml_feed() answers e. The first counts. */
void xml_stop(struct xml *x, enum err e);
uint64_t xml_line(const struct xml *x);

/* The value of an attribute (without regard to its prefix), or NULL. */
const char *xml_attribute(const char **attributes, const char *name);
