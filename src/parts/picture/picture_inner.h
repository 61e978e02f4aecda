/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Inside src/parts/picture only. */
#pragma once

#include "parts/picture/picture.h"

struct picture_count {
    uint32_t now, before, year;
};

/* What is counted while the rows are walked; one counter a group, the last of each is "none". */
struct picture_tally {
    const struct columns_view *view;
    struct picture_count types[EVENT_TYPE_COUNT];
    uint32_t course[EVENT_TYPE_COUNT][PICTURE_COURSE];
    struct picture_count sources[256];
    struct picture_count *areas, *organisations, *places; /* NULL: not asked for */
    size_t n_areas, n_organisations, n_places;
    bool *calm; /* organisations that reported something that is no incident; NULL: not asked for */
};

NODISCARD enum err picture_tally_begin(struct picture_tally *t, const struct columns_view *v,
                                       bool country, struct arena *a);
NODISCARD enum err picture_groups_make(struct picture *p, const struct picture_tally *t,
                                       struct arena *a);
NODISCARD enum err picture_compare(const struct picture *p, struct picture_change *c);
NODISCARD enum err picture_correct_groups(struct picture *p, struct picture_groups *g,
                                          struct arena *a);

/* picture_text.c */
const char *picture_number(struct arena *a, int64_t v);
/* "0,04", "0,4", "3", "12": as much of a number as is worth reading, and nothing rounded to none.
 * In the arena; NULL when out of memory. */
const char *picture_about(struct arena *a, enum lang lang, double v);
/* "12", "mindre än 1", "mer än 99": per cent, where only none is 0 and only all are 100. */
const char *picture_percent(struct arena *a, enum lang lang, int64_t part, int64_t whole);
/* picture_words.c: charts and tables of the words. */
struct picture_writer {
    const struct picture *p;
    const struct picture_names *n;
    const struct picture_reader *r;
    struct arena *a;
    struct picture_words *w;
};
NODISCARD enum err picture_sentences(struct picture_writer *w);
NODISCARD enum err picture_charts(struct picture_writer *w);
NODISCARD enum err picture_tables(struct picture_writer *w);
/* picture_season.c: a question a type, p NaN where there is too little to ask. */
struct picture_season {
    int type[EVENT_TYPE_COUNT];
    double p[EVENT_TYPE_COUNT];
    struct picture_week week[EVENT_TYPE_COUNT];
    size_t n;
};
NODISCARD enum err picture_season_ask(const struct columns_view *v, const struct work *w,
                                      const struct picture_query *q, int32_t to,
                                      struct picture_season *out);
/* picture_spots.c */
NODISCARD enum err picture_spots_make(struct picture_writer *w);
/* A bit a type; 0: all. */
uint64_t picture_group_types(enum findings_group group);
/* picture_when.c */
NODISCARD enum err picture_timeline(struct picture_writer *w);
NODISCARD enum err picture_hourweek(struct picture_writer *w);
const char *picture_ask(const struct picture_writer *w, const struct picture_finding *f);
const char *picture_link(const struct picture_writer *w, const struct picture_target *t);
struct picture_target picture_target_now(const struct picture *p);

/* picture_json.c: a quoted text, or ';' and a number (nothing when it is not known). `before` is
 * what stands in front; 0: nothing. */
void picture_csv_cell(struct buf *b, const char *s, char before);
void picture_csv_number(struct buf *b, bool known, int64_t v);

/* picture_joint.c: the pictures of several municipalities, of one and the same period, as one. */
struct picture_joint {
    struct picture frame;       /* its periods, its sum, and whether all had something before */
    int *types;                 /* upper types with an event in any of them, the most first */
    struct picture_groups rows; /* one for each type */
    const struct picture_change **of; /* row * n_towns + town; NULL: none there */
    size_t n_towns;
};
/* n >= 1. All lie in the arena, and `towns` must stay. */
NODISCARD enum err picture_joint_make(const struct picture *const *towns, size_t n, struct arena *a,
                                      struct picture_joint *out);
