/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Days of a spreadsheet. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

enum xlsx_kind {
    XLSX_NUMBER,
    XLSX_DATE,     /* shows a date, perhaps with a time */
    XLSX_TIME,     /* shows a time of day */
    XLSX_DURATION, /* shows hours beyond 24: [h]:mm */
};

/* What a number format shows; `code` is NULL for a format that stands only as its number. */
enum xlsx_kind xlsx_format_kind(unsigned id, const char *code);

#define XLSX_DATE_TEXT 40
/* A serial number as ISO 8601 text: "2024-02-29", "2024-02-29T13:30", "13:30", "27:30", with
 * seconds when there are some (rounded to whole ones). False when it is no date there is; the
 * number itself is then the best text. Day 60 of the 1900 system is 1900-02-29, which never was,
 * but is what the sheet shows. */
bool xlsx_date_text(double serial, enum xlsx_kind kind, bool from_1904, char out[XLSX_DATE_TEXT]);
