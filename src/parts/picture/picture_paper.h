/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Inside src/parts/picture only: an A4 document with a structure that a screen reader follows.
 * Points from the upper left corner; faults stick and are asked for once, at the end. */
#pragma once

#include <cairo.h>
#include <pango/pango.h>

#include "base/buf.h"
#include "tmpl/text.h"

#define PAPER_WIDTH 595.28
#define PAPER_HEIGHT 841.89
#define PAPER_MARGIN 51.0
#define PAPER_ROOM (PAPER_WIDTH - 2 * PAPER_MARGIN)

struct paper_column {
    double width;
    bool right;
};

/* The head of the table that is being drawn: borrowed from who drew it. */
struct paper_head {
    const struct paper_column *columns;
    const char *const *cells;
    size_t n;
};

struct paper {
    cairo_surface_t *surface;
    cairo_t *cr;
    PangoLayout *layout;
    double y;
    int page, pages; /* pages 0: not known yet */
    enum lang lang;
    const char *foot;    /* at the bottom of each page, left of its number */
    const char *alts[8]; /* what each figure shows, in order */
    size_t n_alts;
    struct paper_head head;
    double indent; /* of the first cell of the rows that come */
};

enum paper_style {
    PAPER_PLAIN,
    PAPER_SMALL,
    PAPER_BOLD,
    PAPER_H1,
    PAPER_H2,
    PAPER_H3,
    PAPER_SOFT,
    PAPER_CELL
};

/* Writes to `out` (NULL: nowhere, to count pages). ERR_NOMEM. */
NODISCARD enum err paper_begin(struct paper *p, struct buf *out, enum lang lang, const char *foot);
/* ERR_INTERNAL when drawing failed. Frees everything. */
NODISCARD enum err paper_end(struct paper *p);

/* Height that a text takes in that width. */
double paper_height(struct paper *p, enum paper_style style, const char *s, double width);
/* Draws at (x, p->y) without moving on; returns the height. */
double paper_put(struct paper *p, enum paper_style style, const char *s, double x, double width,
                 bool right);
/* A new page when less than `height` is left. */
void paper_need(struct paper *p, double height);
/* Heading or paragraph as a tag of its own ("H1", "P"), and on below it. */
void paper_text(struct paper *p, const char *tag, enum paper_style style, const char *s);

void paper_table_begin(struct paper *p);
void paper_table_end(struct paper *p);
/* The first cell of a row and all of a head row are headings. NULL is an empty cell. A head row is
 * drawn again on each page that the table goes on to: it and its columns live until
 * paper_table_end(). Returns where the row begins on its page. */
double paper_row(struct paper *p, const struct paper_column *c, const char *const *cells, size_t n,
                 bool head);
/* A figure of that height with its description; drawing is relative to (PAPER_MARGIN, p->y). */
void paper_figure_begin(struct paper *p, double height, const char *alt);
void paper_figure_end(struct paper *p, double height);
void paper_colour(struct paper *p, unsigned rgb);

/* Marks the document as tagged, with language, title shown and descriptions of figures, by an
 * incremental update (cairo 1.16 writes the structure but not these). ERR_INTERNAL when the file is
 * not as cairo writes it. */
NODISCARD enum err paper_mark(struct buf *pdf, enum lang lang, const char *const *alts,
                              size_t n_alts);
