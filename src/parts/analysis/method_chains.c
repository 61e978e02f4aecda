/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* samsyn analyse near-repeat-chains: which events follow upon each other? */
#include <math.h>
#include <string.h>

#include "base/mem.h"
#include "parts/analysis/analysis_methods.h"
#include "parts/analysis/near_words.h"
#include "parts/analysis/number_words.h"
#include "stats/chains.h"

/* One row a chain of the table. */
struct rows {
    size_t n;
    int64_t *chain, *events;
    msec *first, *last;
    double *x, *y, *radius;
};

static bool make_rows(struct arena *a, size_t n, struct rows *r)
{
    *r = (struct rows){.n = n};
    r->chain = ARENA_ARRAY(a, n, int64_t);
    r->events = ARENA_ARRAY(a, n, int64_t);
    r->first = ARENA_ARRAY(a, n, msec);
    r->last = ARENA_ARRAY(a, n, msec);
    r->x = ARENA_ARRAY(a, n, double);
    r->y = ARENA_ARRAY(a, n, double);
    r->radius = ARENA_ARRAY(a, n, double);
    return r->chain && r->events && r->first && r->last && r->x && r->y && r->radius;
}

/* Row of a chain, or UINT32_MAX for the ones that are too short. */
static uint32_t *row_of_chain(struct arena *a, const struct chains *c, uint32_t least, size_t *n)
{
    uint32_t *row = ARENA_ARRAY(a, c->n + 1, uint32_t);
    *n = 0;
    for (size_t k = 0; row && k < c->n; k++)
        row[k] = c->size[k] >= least ? (uint32_t)(*n)++ : UINT32_MAX;
    return row;
}

static void fill_rows(const struct analysis_table *t, const struct chains *c, const uint32_t *row,
                      struct rows *r)
{
    const double *x = t->number[COLUMN_X], *y = t->number[COLUMN_Y];
    for (size_t i = 0; i < t->n; i++) {
        uint32_t k = row[c->chain[i]];
        if (k == UINT32_MAX)
            continue;
        bool begun = r->events[k]++ > 0;
        r->chain[k] = (int64_t)c->chain[i] + 1;
        r->first[k] = begun && r->first[k] < t->t[i] ? r->first[k] : t->t[i];
        r->last[k] = begun && r->last[k] > t->t[i] ? r->last[k] : t->t[i];
        r->x[k] += x[i] / c->size[c->chain[i]];
        r->y[k] += y[i] / c->size[c->chain[i]];
    }
    for (size_t i = 0; i < t->n; i++) {
        uint32_t k = row[c->chain[i]];
        if (k != UINT32_MAX)
            r->radius[k] = fmax(r->radius[k], hypot(x[i] - r->x[k], y[i] - r->y[k]));
    }
}

/* "från 7 januari 2020 till 9 januari 2020", or "den 7 januari 2020" */
static const char *span(struct analysis *an, msec first, msec last)
{
    const char *from = number_date(an, date_of_msec(first));
    const char *to = number_date(an, date_of_msec(last));
    if (!from || !to)
        return NULL;
    return strcmp(from, to) == 0 ? analysis_say(an, number_on, from)
                                 : analysis_say(an, number_from_to, from, to);
}

static void say(struct analysis *an, const struct rows *r, int64_t linked)
{
    const char *metres = number_metres(an, analysis_real(an, "distance"));
    const char *days = number_days(an, analysis_real(an, "days"));
    if (r->n == 0) {
        result_sentence(an, analysis_say(an, analysis_chains_none, metres, days));
        return;
    }
    size_t most = 0;
    for (size_t k = 1; k < r->n; k++)
        most = r->events[k] > r->events[most] ? k : most;
    const char *when = span(an, r->first[most], r->last[most]);
    const char *where =
        r->radius[most] < 1
            ? text_get(an->lang, T_analysis_chains_one_place)
            : analysis_say(an, analysis_chains_width, number_metres(an, ceil(r->radius[most])));
    result_sentence(
        an, analysis_say(an, analysis_chains_found, r->n, linked, an->table.n, metres, days));
    result_sentence(
        an, r->n == 1 ? analysis_say(an, analysis_chains_only, when, where)
                      : analysis_say(an, analysis_chains_longest, r->events[most], when, where));
    result_sentence(an, text_get(an->lang, T_analysis_chains_chance));
}

static enum err show(struct analysis *an, const struct chains *c, const struct rows *r)
{
    size_t n = an->table.n;
    int64_t *event = ARENA_ARRAY(an->arena, n, int64_t);
    int64_t *chain = ARENA_ARRAY(an->arena, n, int64_t);
    int64_t *size = ARENA_ARRAY(an->arena, n, int64_t);
    if (!event || !chain || !size)
        return ERR_NOMEM;
    for (size_t i = 0; i < n; i++) {
        event[i] = (int64_t)i + 1;
        chain[i] = (int64_t)c->chain[i] + 1;
        size[i] = c->size[c->chain[i]];
    }
    struct result_table *t = result_table(an, "chains", r->n);
    column_int(t, "chain", r->chain);
    column_int(t, "events", r->events);
    column_time(t, "first", r->first);
    column_time(t, "last", r->last);
    table_circles(t, r->x, r->y, r->radius);
    t = result_table(an, "events", n);
    column_int(t, "row", event);
    column_int(t, "chain", chain);
    column_int(t, "size", size);
    return ERR_OK;
}

static enum err run(struct analysis *an)
{
    int metric;
    struct chains c;
    struct rows rows;
    size_t n;
    TRY(near_rows(an, 1));
    TRY(near_word(an, "metric", "euclidean|manhattan", &metric));
    const double *days;
    TRY(near_days(an, &days));
    struct chains_input in = {.n = an->table.n,
                              .x = an->table.number[COLUMN_X],
                              .y = an->table.number[COLUMN_Y],
                              .t = days,
                              .distance = analysis_real(an, "distance"),
                              .days = analysis_real(an, "days"),
                              .metric = metric ? NEAR_MANHATTAN : NEAR_EUCLIDEAN,
                              .open = analysis_flag(an, "open")};
    TRY(chains_find(&an->work, &in, &c));
    const uint32_t *row = row_of_chain(an->arena, &c, (uint32_t)analysis_int(an, "least"), &n);
    if (!row || !make_rows(an->arena, n, &rows))
        return ERR_NOMEM;
    fill_rows(&an->table, &c, row, &rows);
    int64_t linked = 0;
    for (size_t k = 0; k < rows.n; k++)
        linked += rows.events[k];
    result_int(an, "components", (int64_t)c.n);
    result_int(an, "chains_shown", (int64_t)rows.n);
    result_int(an, "events_in_chains", linked);
    result_int(an, "links", c.links);
    TRY(show(an, &c, &rows));
    say(an, &rows, linked);
    return ERR_OK;
}

static const struct analysis_option options[] = {
    {"distance", "METRES", "200", T_analysis_opt_chain_distance, OPTION_REAL, 0.001, 1e9},
    {"days", "DAYS", "14", T_analysis_opt_chain_days, OPTION_REAL, 0, 1e6},
    NEAR_METRIC_OPTION,
    NEAR_WHOLE_DAYS_OPTION,
    {"open", NULL, NULL, T_analysis_opt_open, OPTION_FLAG, 0, 0},
    {"least", "N", "2", T_analysis_opt_least, OPTION_INT, 2, 1e9},
    {NULL},
};

const struct analysis_method method_chains = {
    .name = "near-repeat-chains",
    .summary = T_analysis_chains,
    .about = T_analysis_chains_about,
    .source = "Townsley, Homel and Chaseling 2003; Haberman and Ratcliffe 2012",
    .needs = COLUMN_BIT(COLUMN_X) | COLUMN_BIT(COLUMN_Y) | COLUMN_BIT(COLUMN_T),
    .options = options,
    .run = run,
};
