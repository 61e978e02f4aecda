/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Inside src/parts/picture only: what the templates show. */
#pragma once

#include "core/page.h"
#include "http/http.h"
#include "parts/picture/picture.h"

struct picture_page {
    struct page page;
    struct page_filter filter;
    struct page_field period, from, to, area, type;
    struct page_said said;
    struct picture_words words;
    bool mapped; /* something that was found is on the map */
    const char *pdf_href, *csv_href, *json_href, *publish_href, *published_href;
    const char *start_href; /* the way of a new municipality; NULL: not for this person */
};

/* picture_joint_web.c */
struct picture_town {
    const char *id, *name, *role, *href; /* href: Läget there, of the same days */
    const char *days;                    /* which they are, when each has its own; else NULL */
    const char *go;                      /* what the link to it says */
    const char *home;
    const struct page_link *waits; /* for this person, the most needed first */
    size_t n_waits;
    struct picture_sentence all;
    const struct picture_sentence *sentences;
    size_t n_sentences;
    const char *quiet, *no_before, *looking;
    const struct picture_sentence *spots; /* the first that stand out; each has its number there */
    size_t n_spots;
    const char *spots_href, *more; /* more: how many places there are besides */
};

struct picture_joint_cell {
    const char *town, *now, *before, *href;
};

struct picture_joint_line {
    const char *label, *now, *before, *certainty;
    struct picture_joint_cell *cells;
    size_t n_cells;
};

struct picture_joint_page {
    struct page page;
    struct page_filter filter;
    struct page_field period, from, to, type;
    struct page_empty empty;
    const char *title, *about, *ongoing;
    const char *apart;           /* they have different days: nothing is added up; else NULL */
    struct page_pager pager;     /* without a sentence: all of them are on this page */
    struct picture_sentence all; /* of all municipalities together */
    struct picture_town *towns;
    size_t n_towns;
    const struct picture_joint_line *lines;
    size_t n_lines;
    struct picture_joint_line total;
    bool none, together; /* together: there is a table */
    const char *csv_href;
};

struct picture_alone { /* a file of its own */
    const char *lang;
    struct picture_words words;
};

struct picture_sure {
    struct page page;
};

struct picture_publish_view {
    struct page page;
    const char *waiting, *review_href; /* reports that are not in it yet; NULL: none */
    const char *refused;               /* NULL: it may be published */
    bool can;
    const char *action, *from, *to, *back_href;
    struct page_field title, note;
    const char *const *held;
    size_t n_held;
    const char *shown_title;
    struct picture_public_words words;
};

struct picture_published_line {
    const char *title, *period, *href, *withdraw_href;
    msec at;
    bool withdrawn;
};

struct picture_published_view {
    struct page page;
    const struct picture_published_line *rows;
    size_t n_rows;
};

/* picture_query.c */
extern const struct field_spec picture_fields[];
/* What the address asks for; faults are added to the request's problems, and then it is the last
 * 14 days. `preset` is what stands in the field. */
struct picture_query picture_web_query(struct req *rq, const struct picture_names *n,
                                       const char **preset);
/* The period under way; NULL: none is. */
const struct picture_row *picture_web_current(const struct picture_names *n);
struct page_field picture_web_day(struct req *rq, const char *name, enum text_key label,
                                  struct date d);
NODISCARD enum err picture_web_period(struct req *rq, const struct picture_names *n,
                                      const char *preset, struct page_field *out);
NODISCARD enum err picture_web_type(struct req *rq, const struct picture_query *q,
                                    const struct picture_names *n, struct page_field *out);
NODISCARD enum err picture_web_fields(struct req *rq, const struct picture_query *q,
                                      const struct picture_names *n, const char *preset,
                                      struct picture_page *v);
const char *picture_web_address(struct req *rq, const char *path, const struct picture_query *q);
const char *picture_web_link(void *arg, const struct picture *p, const struct picture_target *t);
const char *picture_web_act(void *arg, const struct picture *p, const struct picture_finding *f);
const char *picture_web_ask(void *arg, const struct picture *p, const struct picture_finding *f);
struct picture_reader picture_web_reader(struct req *rq);
NODISCARD enum err picture_web_names(struct req *rq, struct picture_names *out);

/* picture_tile.c: what was found, as a map tile. */
NODISCARD enum err picture_tile_page(struct req *rq);

/* picture_publish.c */
NODISCARD enum err picture_publish_page(struct req *rq);
NODISCARD enum err picture_publish_now(struct req *rq);
NODISCARD enum err picture_published_page(struct req *rq);
NODISCARD enum err picture_withdraw_now(struct req *rq);
extern const struct field_spec picture_publish_fields[], picture_withdraw_fields[];

/* picture_joint_web.c: the municipalities that one works in, side by side. */
NODISCARD enum err picture_joint_show(struct req *rq);
NODISCARD enum err picture_joint_csv(struct req *rq);
extern const struct field_spec picture_joint_fields[];
