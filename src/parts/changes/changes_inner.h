/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Inside src/parts/changes only: what its pages begin with. */
#pragma once

#include "changes_sql.h"
#include "core/web.h"
#include "parts/changes/changes.h"
#include "parts/settings/settings.h"

#define CHANGES_AHEAD 35 /* days in which what is coming is told: a month and some */

#define CHANGES_FALLBACK 14 /* days that are shown where there is no period: today and before */

/* What a page about a period knows, read in one transaction. */
struct changes {
    struct req *rq;
    msec now;
    struct id wanted; /* the period asked for; none: the current one */
    bool has_rhythm, has_period;
    struct rhythm rhythm;
    struct changes_period *periods; /* that have begun, the newest first */
    size_t n_periods, at;           /* at == n_periods: the one shown is not among them */
    struct changes_period period;   /* the one shown */
    struct area_level *levels, *levels_before;
    size_t n_levels, n_levels_before;
    struct focus focus, focus_before;
    struct adopted_head *adopted; /* the newest of each period */
    size_t n_adopted;
    int64_t drafts;
    struct adopted_bulletin bulletin; /* of the period shown */
    struct school_break *breaks;
    size_t n_breaks;
    struct q_changes_reporters_row *reporters;
    size_t n_reporters;
    struct q_changes_planned_row *planned;
    size_t n_planned;
};

/* Opens what is due first. ERR_NOTFOUND: no municipality, or no such period. */
NODISCARD enum err changes_load(struct req *rq, struct id wanted, struct changes *out);
/* The same with the period of the address (":id"). */
NODISCARD enum err changes_load_named(struct req *rq, struct changes *out);
struct picture_query changes_query(const struct changes *c);
const struct area_level *changes_level(const struct area_level *list, size_t n, struct id area);
const struct adopted_head *changes_adopted(const struct changes *c, struct id period);

/* "/1493/nu?period=..." and "/1493/nu/ID" + tail; in the arena. */
const char *changes_at_period(struct req *rq, struct id period);
const char *changes_at(struct req *rq, struct id period, const char *tail);
/* "Vecka 45–46 2026 (26 oktober–8 november 2026)" */
const char *changes_period_text(struct req *rq, const struct changes_period *p);
const char *changes_word(struct req *rq, enum page_level_no l);    /* "gul"; "inte bedömd" */
const char *changes_weight(struct req *rq, int n, bool influence); /* 1..3 in words */
/* Personal data in a field becomes a problem of the form. */
void changes_guard(struct req *rq, const char *field);
/* What the form says that the person has seen: what stands now, or, when the form comes back for
 * another reason than a change that is `told`, what it said already. */
const char *changes_seen(struct req *rq, const char *field, int64_t now, bool told);
/* The way to the bulletin of an adopted period, when there is one that the reader may see; NULL. */
const char *changes_bulletin_href(struct req *rq, const struct adopted_bulletin *b,
                                  struct id period);
/* The way to make it, for those who may and when there is none; NULL. */
const char *changes_bulletin_make(struct req *rq, const struct adopted_bulletin *b,
                                  struct id period);
/* The way back to the page of the period. */
NODISCARD enum err changes_crumbs(struct req *rq, struct page *p, struct id period);
/* "för lite underlag" and the like, joined: what a suggestion rests on. */
const char *changes_signs(struct req *rq, const struct level_signs *s);

extern const struct field_spec changes_now_fields[], changes_level_fields[], changes_focus_fields[],
    changes_adopt_fields[], changes_adopted_fields[];
http_handler changes_now_page;
http_handler changes_level_page, changes_level_post;
http_handler changes_focus_page, changes_focus_post;
http_handler changes_adopt_page, changes_adopt_post, changes_adopted_page,
    changes_adopted_list_page;
