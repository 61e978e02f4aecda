/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Inside the export of events only. */
#pragma once

#include "base/jsonw.h"
#include "parts/event/event_export.h"

/* One event with what its columns need; texts live until the next row. */
struct export_row {
    const struct event *e;
    const char *type_name, *main_code, *main_name;
    const char *area, *organisation, *source;
    bool placed; /* it has a position of its own */
    double lon, lat;
};

/* The columns of CSV and XLSX, in order. */
enum export_column {
    EXPORT_ID,
    EXPORT_MUNICIPALITY,
    EXPORT_FROM,
    EXPORT_TO,
    EXPORT_MAIN,
    EXPORT_TYPE,
    EXPORT_TYPE_CODE,
    EXPORT_KIND,
    EXPORT_PLACE,
    EXPORT_AREA,
    EXPORT_PRECISION,
    EXPORT_EAST,
    EXPORT_NORTH,
    EXPORT_LON,
    EXPORT_LAT,
    EXPORT_SOURCE,
    EXPORT_ORGANISATION,
    EXPORT_TITLE,
    EXPORT_TEXT,
    EXPORT_URL,
    EXPORT_STATE,
    EXPORT_REPORTED,
    EXPORT_COLUMNS
};
extern const enum text_key export_heads[EXPORT_COLUMNS];
/* The text of a column ("" for none), in `room` where it must be made. Numbers are the caller's. */
const char *export_text(const struct export_row *r, enum export_column c, char room[64]);
/* NaN when the column is no number or there is none. */
double export_number(const struct export_row *r, enum export_column c);

struct export_writer;
struct export_format {
    enum err (*begin)(struct export_writer *w);
    enum err (*row)(struct export_writer *w, const struct export_row *r);
    enum err (*end)(struct export_writer *w);
    void (*drop)(struct export_writer *w); /* after a failure; NULL: nothing to do */
};
extern const struct export_format export_csv, export_xlsx, export_geojson, export_json;

struct export_writer {
    const struct event_export *x;
    int fd;
    struct buf out; /* what has not been written yet */
    struct jsonw json;
    struct xlsx *xlsx;
};

/* Hands the buffer on to the file when it is large, or when it must. */
enum err export_flush(struct export_writer *w, bool all);
/* The members of an event, inside an object that is open. */
void export_members(struct jsonw *j, const struct export_row *r);
