/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Events out of the house, in four formats: exactly what a query finds, however many. Nothing is
 * kept in memory but a batch of rows. */
#pragma once

#include "parts/event/event_web_query.h"

enum event_format { EVENT_CSV, EVENT_XLSX, EVENT_GEOJSON, EVENT_JSON, EVENT_FORMATS };

/* "csv", "xlsx", "geojson", "json". False for anything else. */
bool event_format_parse(const char *name, enum event_format *out);
const char *event_format_name(enum event_format f);
const char *event_format_type(enum event_format f); /* the media type */

struct event_export {
    const struct app *app;
    const struct event_query *query;
    enum event_format format;
    enum lang lang;      /* of headings and names of types */
    bool bom;            /* CSV: for spreadsheets that ask for it */
    const char *tmp_dir; /* where parts of a spreadsheet may be written meanwhile */
};

/* Writes to the open file; *count (may be NULL) gets the number of events. ERR_IO, ERR_INVALID as
 * event_query_find(). What had been written stays on failure. */
NODISCARD enum err event_export_write(const struct event_export *x, int fd, size_t *count);
