/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "parts/analysis/scan_words.h"

#include <math.h>
#include <string.h>

#include "base/mem.h"
#include "base/str.h"
#include "parts/analysis/number_words.h"
#include "stats/compare.h"
#include "tmpl/format.h"

struct columns {
    const char **place, **places, **from, **to, **rate;
    double *x, *y, *radius, *expected, *ratio, *relative_risk, *llr, *p, *p_gumbel, *recurrence,
        *population;
    int64_t *number, *members, *observed;
};

struct member_columns {
    int64_t *cluster;
    const char **place;
    double *x, *y, *distance;
};

static const char *date_of(struct analysis *an, struct date d)
{
    char text[TIME_TEXT];
    date_text(d, text);
    return arena_strdup(an->arena, text);
}

/* Of an arc on the sphere when its chord is given. */
static double length(const struct scan_told *told, double metres)
{
    return told->wish->sphere ? 2 * SCAN_EARTH * asin(fmin(metres / (2 * SCAN_EARTH), 1)) : metres;
}

/* Days between two prospective analyses, if one is made when each period has ended. */
static double recurrence(const struct scan_told *told, double p)
{
    const double *bound = told->table->clock.bound;
    uint32_t n = told->table->clock.periods;
    return (bound[n] - bound[n - 1]) / p;
}

static bool make_columns(struct arena *a, size_t n, struct columns *c)
{
    const char ***texts[] = {&c->place, &c->places, &c->from, &c->to, &c->rate};
    double **reals[] = {
        &c->x,   &c->y, &c->radius,   &c->expected,   &c->ratio,     &c->relative_risk,
        &c->llr, &c->p, &c->p_gumbel, &c->recurrence, &c->population};
    int64_t **ints[] = {&c->number, &c->members, &c->observed};
    for (size_t i = 0; i < ARRAY_LEN(texts); i++)
        if (!(*texts[i] = ARENA_ARRAY(a, n, const char *)))
            return false;
    for (size_t i = 0; i < ARRAY_LEN(reals); i++)
        if (!(*reals[i] = ARENA_ARRAY(a, n, double)))
            return false;
    for (size_t i = 0; i < ARRAY_LEN(ints); i++)
        if (!(*ints[i] = ARENA_ARRAY(a, n, int64_t)))
            return false;
    return true;
}

/* Names of the members, nearest first: "37, 133, 437". */
static const char *member_names(struct analysis *an, const struct scan_told *told,
                                const struct scan_cluster *c)
{
    struct buf b = buf_init(1 << 20);
    for (uint32_t i = 0; i < c->n_members; i++) {
        const char *name = told->table->place[c->members[i]];
        buf_puts(&b, i ? ", " : "");
        buf_puts(&b, name ? name : "?");
    }
    const char *text = buf_err(&b) ? NULL : arena_strdup(an->arena, buf_text(&b));
    buf_done(&b);
    return text;
}

static bool fill(struct analysis *an, const struct scan_told *told, size_t i, struct columns *to)
{
    const struct scan_cluster *c = &told->result->clusters[i];
    const struct scan_table *t = told->table;
    to->number[i] = (int64_t)i + 1;
    to->members[i] = c->n_members;
    to->observed[i] = (int64_t)c->cases;
    to->x[i] = t->x[c->centre];
    to->y[i] = t->y[c->centre];
    to->radius[i] = length(told, c->radius);
    to->expected[i] = c->expected;
    to->ratio[i] = c->ratio;
    to->relative_risk[i] = c->relative_risk;
    to->llr[i] = c->llr;
    to->p[i] = c->p;
    to->p_gumbel[i] = c->p_gumbel;
    to->population[i] = c->population;
    to->recurrence[i] = recurrence(told, c->p);
    to->rate[i] = c->high ? "high" : "low";
    if (t->day) {
        to->from[i] = date_of(an, scan_clock_first(&t->clock, c->from));
        to->to[i] = date_of(an, scan_clock_last(&t->clock, c->to));
    }
    if (!t->place)
        return true;
    to->place[i] = t->place[c->centre];
    to->places[i] = member_names(an, told, c);
    return to->places[i] != NULL;
}

static void name_columns(struct analysis *an, const struct scan_told *told, struct columns *c)
{
    struct result_table *t = result_table(an, "clusters", told->result->n);
    column_int(t, "cluster", c->number);
    column_text(t, "rate", c->rate);
    if (told->table->place)
        column_text(t, "place", c->place);
    if (told->wish->sphere && told->wish->space) {
        column_real(t, "x", c->x);
        column_real(t, "y", c->y);
        column_real(t, "radius", c->radius);
    } else if (told->wish->space) {
        table_circles(t, c->x, c->y, c->radius);
    }
    if (told->wish->space)
        column_int(t, "members", c->members);
    if (told->table->place)
        column_text(t, "places", c->places);
    column_text(t, "from", c->from);
    column_text(t, "to", c->to);
    column_int(t, "observed", c->observed);
    column_real(t, "expected", c->expected);
    column_real(t, "ratio", c->ratio);
    column_real(t, "relative_risk", c->relative_risk);
    if (told->wish->model == SCAN_BERNOULLI)
        column_real(t, "population", c->population);
    column_real(t, "llr", c->llr);
    column_real(t, "p", c->p);
    column_real(t, "p_gumbel", c->p_gumbel);
    if (told->options->prospective)
        column_real(t, "recurrence_days", c->recurrence);
}

/* --- The members --- */

static enum err tell_members(struct analysis *an, const struct scan_told *told)
{
    const struct scan_result *r = told->result;
    const struct scan_table *t = told->table;
    size_t n = 0, row = 0;
    for (size_t i = 0; i < r->n; i++)
        n += r->clusters[i].n_members;
    struct member_columns c = {ARENA_ARRAY(an->arena, n, int64_t),
                               ARENA_ARRAY(an->arena, n, const char *),
                               ARENA_ARRAY(an->arena, n, double), ARENA_ARRAY(an->arena, n, double),
                               ARENA_ARRAY(an->arena, n, double)};
    if (!c.cluster || !c.place || !c.x || !c.y || !c.distance)
        return ERR_NOMEM;
    for (size_t i = 0; i < r->n; i++) {
        for (uint32_t k = 0; k < r->clusters[i].n_members; k++, row++) {
            uint32_t m = r->clusters[i].members[k], centre = r->clusters[i].centre;
            double dx = t->in.x[m] - t->in.x[centre], dy = t->in.y[m] - t->in.y[centre];
            double dz = t->in.z ? t->in.z[m] - t->in.z[centre] : 0;
            c.cluster[row] = (int64_t)i + 1;
            c.place[row] = t->place ? t->place[m] : NULL;
            c.x[row] = t->x[m];
            c.y[row] = t->y[m];
            c.distance[row] = length(told, sqrt(dx * dx + dy * dy + dz * dz));
        }
    }
    struct result_table *table = result_table(an, "members", n);
    column_int(table, "cluster", c.cluster);
    if (t->place)
        column_text(table, "place", c.place);
    column_real(table, "x", c.x);
    column_real(table, "y", c.y);
    column_real(table, "distance", c.distance);
    return ERR_OK;
}

/* --- Sentences --- */

static const char *where(struct analysis *an, const struct scan_told *told,
                         const struct scan_cluster *c)
{
    const struct scan_table *t = told->table;
    const char *name = t->place ? t->place[c->centre] : NULL;
    int decimals = told->wish->sphere ? 4 : 0;
    if (!name)
        name = analysis_place(an, t->x[c->centre], t->y[c->centre]);
    const char *spot =
        name ? name
             : analysis_say(an, analysis_scan_spot, number_decimals(an, t->x[c->centre], decimals),
                            number_decimals(an, t->y[c->centre], decimals));
    if (c->n_members == 1)
        return name ? analysis_say(an, analysis_scan_at, name)
                    : analysis_say(an, analysis_scan_at_spot, spot);
    return analysis_say(an, analysis_scan_within, number_metres(an, ceil(length(told, c->radius))),
                        spot);
}

/* "från 7 juli till 9 juli", "den 7 juli" */
static const char *when(struct analysis *an, const struct scan_told *told,
                        const struct scan_cluster *c)
{
    const struct scan_clock *clock = &told->table->clock;
    const char *from = number_date(an, scan_clock_first(clock, c->from));
    const char *to = number_date(an, scan_clock_last(clock, c->to));
    if (!from || !to)
        return NULL;
    return strcmp(from, to) == 0 ? analysis_say(an, number_on, from)
                                 : analysis_say(an, number_from_to, from, to);
}

static void say_best(struct analysis *an, const struct scan_told *told,
                     const struct scan_cluster *c)
{
    const char *events = number_events(an, (int64_t)c->cases);
    const char *expected = number_expected(an, c->expected);
    const char *place = told->wish->space ? where(an, told, c) : NULL;
    const char *time = told->wish->time ? when(an, told, c) : NULL;
    const char *spot = place && time ? analysis_say(an, analysis_scan_place_time, place, time)
                       : place       ? place
                                     : time;
    result_sentence(an, c->high ? analysis_say(an, analysis_scan_more, spot, events, expected)
                                : analysis_say(an, analysis_scan_fewer, spot, events, expected));
}

static void say_chance(struct analysis *an, const struct scan_told *told)
{
    const struct scan_result *r = told->result;
    double p = r->clusters[0].p;
    int64_t of_100 = (int64_t)round(p * 100), others = 0;
    if (p <= COMPARE_CLEAR)
        result_sentence(an, text_get(an->lang, T_analysis_scan_clear));
    else if (p <= COMPARE_LIKELY)
        result_sentence(an, analysis_say(an, analysis_scan_likely, of_100));
    else if (of_100 >= 99)
        result_sentence(an, text_get(an->lang, T_analysis_scan_always));
    else
        result_sentence(an, analysis_say(an, analysis_scan_chance, of_100));
    for (size_t i = 1; i < r->n; i++)
        others += r->clusters[i].p <= COMPARE_LIKELY;
    if (others)
        result_sentence(an, analysis_say(an, analysis_scan_others, others));
    if (told->options->prospective)
        result_sentence(
            an, analysis_say(an, analysis_scan_recurrence, (int64_t)round(recurrence(told, p))));
}

static void warn(struct analysis *an, const struct scan_told *told)
{
    if (told->table->outside)
        result_warning(an, analysis_say(an, analysis_scan_outside, told->table->outside));
    if (told->result->runs && told->result->runs < 99 && !told->result->stopped)
        result_warning(an, text_get(an->lang, T_analysis_scan_few_runs));
}

enum err scan_tell(struct analysis *an, const struct scan_told *told)
{
    const struct scan_result *r = told->result;
    const struct scan_table *t = told->table;
    struct columns c;
    if (!make_columns(an->arena, r->n, &c))
        return ERR_NOMEM;
    for (size_t i = 0; i < r->n; i++)
        if (!fill(an, told, i, &c))
            return ERR_NOMEM;
    result_int(an, "cases", (int64_t)r->cases);
    result_int(an, "locations", t->locations);
    result_int(an, "periods", t->clock.periods);
    if (t->day) {
        result_text(an, "study_from", date_of(an, scan_clock_first(&t->clock, 0)));
        result_text(an, "study_to", date_of(an, scan_clock_last(&t->clock, t->clock.periods - 1)));
    }
    result_int(an, "simulations", r->runs);
    result_bool(an, "stopped_early", r->stopped);
    name_columns(an, told, &c);
    if (told->wish->space)
        TRY(tell_members(an, told));
    if (r->n == 0)
        result_sentence(an, text_get(an->lang, T_analysis_scan_none));
    else
        say_best(an, told, &r->clusters[0]);
    if (r->n && r->runs)
        say_chance(an, told);
    warn(an, told);
    return ERR_OK;
}
