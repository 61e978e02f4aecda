/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Counts -> the geometry of a picture (the chart structs of core/page.h), which the templates
 * core_bars, core_timeline, core_hourweek and core_spark draw and the PDF draws too.
 *
 * Scales begin at zero. Texts of the input are borrowed by the output; what is made lies in the
 * arena. Values are finite and not negative, NaN where something is missing; anything else is
 * ERR_INVALID. ERR_NOMEM when the arena is full. Outputs are untouched on failure. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "core/page.h"
#include "tmpl/text.h"

struct arena;

#define CHART_MOST 2000 /* points or rows in one picture */

/* A scale from zero to at least `max` in steps of 1, 2 or 5 times a power of ten, of at most
 * `steps` (1..20) steps and never finer than 1. Returns the top and puts the step in *step. */
double chart_scale(double max, int steps, double *step);

struct chart_bar_in {
    const char *label;
    const char *href; /* of the number `now` */
    double now;
    double was;       /* NaN: no comparison for this row */
    double low, high; /* interval round `now`; NaN: none */
    const char *verdict;
    bool unsure;
    const double *course; /* for a sparkline, or NULL */
    size_t n_course;
    const char *course_label; /* "Från 6 till 14 på tolv veckor" */
    const char *was_href;     /* of the number `was` in the table; NULL: none */
};

struct chart_bars_in {
    const char *id, *title, *desc;
    const char *label_head, *now_head, *was_head; /* was_head NULL: no comparison */
    enum lang lang;
    double max; /* of the scale, to compare several pictures; 0: the largest value */
    const struct chart_bar_in *rows;
    size_t n_rows;
};

NODISCARD enum err chart_bars_make(struct arena *a, const struct chart_bars_in *in,
                                   struct chart_bars *out);

struct chart_timeline_in {
    const char *id, *title, *desc;
    const char *now_label, *was_label; /* "i år", "förra året" */
    const char *fit_label;
    const char *when_head; /* heading of the table's first column: "Vecka" */
    enum lang lang;
    const double *now;         /* NaN: nothing known there, the line stops */
    const double *was;         /* NULL: no comparison */
    const double *fit;         /* what a model makes of them; NULL: none */
    const double *low, *high;  /* NULL: no band */
    const char *const *labels; /* n of them */
    const char *const *ticks;  /* the same, shorter, for the axis; NULL: the labels */
    /* NULL, or n links (each may be NULL) for the numbers of the table. */
    const char *const *now_hrefs, *const *was_hrefs;
    size_t n;               /* 2 .. CHART_MOST */
    int height;             /* of the drawing in pixels; 0 = 200 */
    bool small;             /* one of many small pictures: first and last named only */
    const char *mark_label; /* NULL: none */
    double mark;            /* index, may be between two points */
};

NODISCARD enum err chart_timeline_make(struct arena *a, const struct chart_timeline_in *in,
                                       struct chart_timeline *out);

/* Links for the numbers of the table; those that show nothing get none. */
struct chart_hourweek_links {
    const char *cell[7][24], *day[7], *hour[24], *all;
};

struct chart_hourweek_in {
    const char *id, *title, *desc;
    enum lang lang;
    const double (*weight)[24];               /* 7 rows from Monday, as struct hourweek has them */
    const struct chart_hourweek_links *links; /* NULL: none */
    const char *note;                         /* over the table; NULL: none */
};

NODISCARD enum err chart_hourweek_make(struct arena *a, const struct chart_hourweek_in *in,
                                       struct chart_hourweek *out);

/* `label` says in words what the line shows. At least two values. */
NODISCARD enum err chart_spark_make(struct arena *a, const char *label, const double *v, size_t n,
                                    struct chart_spark *out);

/* Step 0..6 of the scale for v out of max: 0 only for nothing, 6 for the largest. */
int chart_step(double v, double max);

/* modules: size x size bytes, non-zero = dark, no quiet zone. */
NODISCARD enum err chart_qr_make(struct arena *a, const char *label, const uint8_t *modules,
                                 int size, struct page_qr *out);
