/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Inside of the GeoJSON reader: walking over JSON in memory. After a fault every call fails. */
#pragma once

#include "geo/geojson.h"

struct scan {
    const char *data;
    size_t len, at;
    unsigned depth, depth_limit;
    struct geojson_error error;
};

/* A slice of the document. */
struct slice {
    size_t from, len;
};

/* Keeps the first fault; always false. */
bool scan_fail(struct scan *s, enum geojson_fault fault, size_t offset);
/* The next byte after white space, not taken; 0 at the end. */
char scan_peek(struct scan *s);
/* Takes white space and c, or fails. */
bool scan_take(struct scan *s, char c);

/* Walk an object or array:
 *     bool first = true;
 *     if (!scan_open(s, '{')) return false;
 *     while (scan_next(s, '}', &first)) { scan_key(...); scan_value(...); }
 * scan_next tells whether there is an element, and takes the comma or the closing bracket. It is
 * false at the end and on a fault: look at s->error afterwards. */
bool scan_open(struct scan *s, char bracket);
bool scan_next(struct scan *s, char closing, bool *first);
/* A key with its colon, quotes not included in the slice, escapes left as they are. */
bool scan_key(struct scan *s, struct slice *out);

bool scan_text(struct scan *s, struct slice *out); /* likewise */
bool scan_number(struct scan *s, double *out);
/* Passes over one value of any kind, checking it; its extent in *out (may be NULL). */
bool scan_value(struct scan *s, struct slice *out);

bool slice_is(const struct scan *s, struct slice t, const char *word);
/* The text with its escapes resolved; NULL when the arena is full. t came from scan_text(). */
char *slice_text(const struct scan *s, struct slice t, struct arena *a);
