/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Is the last week of the period more than the same weeks of earlier years make likely (Farrington
 * flexible)? Asked of each upper type, when there are three years of history or more. */
#include <math.h>

#include "base/mem.h"
#include "parts/picture/picture_inner.h"
#include "stats/farrington.h"
#include "stats/work.h"

#define YEARS_LEAST 3
#define YEARS_MOST 5
#define WEEK 7

struct weekly {
    double *y; /* [type][weeks] */
    size_t weeks;
    int32_t to;
    int row[EVENT_TYPE_COUNT]; /* of the upper type of each; -1: is not counted */
};

static bool count_row(void *arg, const struct event_rows *r, uint32_t i)
{
    struct weekly *k = arg;
    int row = k->row[r->type[i]];
    int64_t ago = k->to - 1 - date_days(date_of_msec(r->from[i]));
    size_t week = (size_t)(ago / WEEK);
    if (row >= 0 && ago >= 0 && week < k->weeks)
        k->y[(size_t)row * k->weeks + k->weeks - 1 - week] += 1;
    return true;
}

/* As many years as there are, three to five; false when there are fewer. */
static bool choose(const struct columns_view *v, int32_t to, struct farrington_setting *s)
{
    int64_t first = v->n && v->parts[0]->n ? date_days(date_of_msec(v->parts[0]->from[0])) : to;
    size_t weeks = first < to ? (size_t)((to - first) / WEEK) : 0;
    *s = farrington_noufaily();
    for (s->years = YEARS_MOST; s->years >= YEARS_LEAST; s->years--)
        if (weeks > farrington_history(s))
            return true;
    return false;
}

static enum err count_weeks(const struct columns_view *v, const struct work *w,
                            const struct picture_query *q, struct weekly *k, size_t rows)
{
    struct event_filter f = {
        .from = date_start(date_from_days(k->to - (int64_t)k->weeks * WEEK)),
        .to = date_start(date_from_days(k->to)),
        .types = q->types,
        .kinds = 1u << EVENT_INCIDENT,
        .area = q->area,
    };
    AUTO(columns_selection_freep) struct event_selection *s = NULL;
    k->y = ARENA_ARRAY(w->arena, rows * k->weeks, double);
    if (!k->y)
        return ERR_NOMEM;
    TRY(columns_select(v, &f, &s));
    columns_each(s, count_row, k);
    return ERR_OK;
}

enum err picture_season_ask(const struct columns_view *v, const struct work *w,
                            const struct picture_query *q, int32_t to, struct picture_season *out)
{
    struct farrington_setting s;
    struct weekly k = {.to = to};
    size_t n = 0;
    out->n = 0;
    if (!choose(v, to, &s))
        return ERR_OK;
    for (int i = 0; i < EVENT_TYPE_COUNT; i++) {
        int up = event_types[i].parent;
        bool counts = event_types[i].kind == EVENT_INCIDENT;
        k.row[i] = up >= 0 ? k.row[up] : counts ? (int)n : -1;
        if (up < 0 && counts)
            out->type[n++] = i;
    }
    k.weeks = farrington_history(&s) + 1;
    TRY(count_weeks(v, w, q, &k, n));
    struct farrington_week *weeks = ARENA_ARRAY(w->arena, n, struct farrington_week);
    struct farrington_series in = {.series = n, .weeks = k.weeks, .y = k.y};
    if (!weeks)
        return ERR_NOMEM;
    TRY(farrington(w, &s, &in, k.weeks - 1, weeks));
    for (size_t i = 0; i < n; i++) {
        out->p[i] = weeks[i].state == FARRINGTON_FINE ? weeks[i].p : (double)NAN;
        out->week[i] = (struct picture_week){.from = date_from_days(to - WEEK),
                                             .to = date_from_days(to),
                                             .n = (int64_t)k.y[(i + 1) * k.weeks - 1],
                                             .expected = weeks[i].expected,
                                             .upper = weeks[i].upper,
                                             .p = weeks[i].p,
                                             .years = s.years};
    }
    out->n = n;
    return ERR_OK;
}
