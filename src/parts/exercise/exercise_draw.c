/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The ordinary weeks: how many events in each area and week, and of which types.
 *
 * The expectation of an area and week is multiplied by a gamma variable with mean 1 (so that counts
 * are negative binomial), and all of them are scaled so that a municipality's expectation over the
 * whole period is exactly the recipe's. The area with nothing has neither season nor gamma. */
#include "parts/exercise/exercise_inner.h"

#include <math.h>
#include <string.h>

#include "base/mem.h"
#include "geo/geo_data.h"

/* Reported crimes per 100 inhabitants and year. Mariestad gets 0.6 more from what is planted. */
const double exercise_police_rate[EXERCISE_MUNICIPALITIES] = {8.4, 9.0, 9.0};
#define DAYS_A_YEAR 365.25

static const double gamma_size[2] = {
    [EXERCISE_POLICE] = 6,
    [EXERCISE_EST] = 4,
};
#define NIL_SHARE 0.3 /* of the silent weeks of an organisation bring "nothing to report" */

#define FLAT_MONTH 12
#define SPOTS_MAX (EXERCISE_AREAS_MAX + 1)

struct draw {
    struct exercise_gen *g;
    struct rng rng;
    int municipality;
    enum exercise_source source;
    int32_t area[SPOTS_MAX]; /* -1: countryside */
    double share[SPOTS_MAX];
    uint32_t spots;
    int64_t monday; /* of the first week */
    uint32_t weeks;
    struct alias types[FLAT_MONTH + 1]; /* a month each, and without season */
    double season[FLAT_MONTH + 1];      /* of all types together; mean about 1 */
    double *expected;                   /* spot x week */
};

static enum err types_weigh(struct draw *d)
{
    double w[EXERCISE_TYPE_COUNT], plain = 0;
    for (int m = FLAT_MONTH; m >= 0; m--) {
        double sum = 0;
        for (int t = 0; t < EXERCISE_TYPE_COUNT; t++) {
            const struct exercise_recipe *k = &exercise_recipes[t];
            w[t] = d->source == EXERCISE_POLICE ? k->police : k->est;
            w[t] *= m == FLAT_MONTH ? 1 : exercise_seasons[k->season][m];
            sum += w[t];
        }
        if (m == FLAT_MONTH)
            plain = sum;
        d->season[m] = sum / plain;
        TRY(alias_make(d->g->scratch, w, EXERCISE_TYPE_COUNT, &d->types[m]));
    }
    return ERR_OK;
}

static void spots_list(struct draw *d)
{
    const struct exercise *x = d->g->x;
    double sum = d->g->rural[d->municipality];
    d->area[0] = -1;
    d->share[0] = sum;
    d->spots = 1;
    for (uint32_t i = 0; i < x->area_count; i++) {
        if (exercise_municipality_index(x->areas[i].municipality) != d->municipality)
            continue;
        d->area[d->spots] = (int32_t)i;
        d->share[d->spots++] = x->areas[i].weight;
        sum += x->areas[i].weight;
    }
    for (uint32_t s = 0; s < d->spots; s++)
        d->share[s] /= sum;
}

/* Days of the week that lie in the period: the first and last weeks may be cut. */
static void week_days(const struct draw *d, uint32_t week, int64_t *from, int64_t *to)
{
    *from = d->monday + 7 * (int64_t)week;
    *to = *from + 6;
    if (*from < d->g->first_day)
        *from = d->g->first_day;
    if (*to > d->g->last_day)
        *to = d->g->last_day;
}

static int week_month(const struct draw *d, uint32_t week, int32_t area)
{
    int64_t from, to;
    if (area == d->g->nothing_area)
        return FLAT_MONTH;
    week_days(d, week, &from, &to);
    return date_from_days((from + to) / 2).month - 1;
}

static double total_of(const struct draw *d)
{
    const char *code = exercise_municipalities[d->municipality];
    double people = geo_municipality_by_code(code)->population;
    double years = (double)(d->g->last_day - d->g->first_day + 1) / DAYS_A_YEAR;
    if (d->source == EXERCISE_POLICE)
        return people * exercise_police_rate[d->municipality] / 100 * years;
    double largest = geo_municipality_by_code(exercise_municipalities[0])->population;
    return EXERCISE_EST_A_WEEK * (DAYS_A_YEAR / 7) * years * people / largest;
}

static enum err expectations_set(struct draw *d)
{
    d->expected = ARENA_ARRAY(d->g->scratch, (size_t)d->spots * d->weeks, double);
    if (!d->expected)
        return ERR_NOMEM;
    double sum = 0, size = gamma_size[d->source];
    for (uint32_t s = 0; s < d->spots; s++) {
        bool calm = d->area[s] >= 0 && d->area[s] == d->g->nothing_area;
        for (uint32_t w = 0; w < d->weeks; w++) {
            int64_t from, to;
            week_days(d, w, &from, &to);
            double e = d->share[s] * (double)(to - from + 1);
            e *= calm ? 1 : d->season[week_month(d, w, d->area[s])];
            e *= calm ? 1 : rng_gamma(&d->rng, size, 1 / size);
            d->expected[s * d->weeks + w] = e;
            sum += e;
        }
    }
    double scale = total_of(d) / sum;
    for (size_t i = 0; i < (size_t)d->spots * d->weeks; i++)
        d->expected[i] *= scale;
    return ERR_OK;
}

/* A day of the cut week by the weekdays of the type's profile. */
static int64_t day_pick(struct draw *d, uint32_t week, uint32_t type)
{
    int64_t from, to;
    week_days(d, week, &from, &to);
    const struct exercise_profile *p = &exercise_profiles[exercise_recipes[type].profile];
    int first = date_weekday(date_from_days(from)) - 1, n = (int)(to - from) + 1, sum = 0;
    for (int i = 0; i < n; i++)
        sum += p->weekday[first + i];
    int left = (int)rng_below(&d->rng, (uint32_t)sum), i = 0;
    while (left >= p->weekday[first + i])
        left -= p->weekday[first + i++];
    return from + i;
}

static enum err week_draw(struct draw *d, uint32_t spot, uint32_t week)
{
    struct exercise_spot at = {d->municipality, d->area[spot], -1};
    int month = week_month(d, week, d->area[spot]);
    int64_t n = rng_poisson(&d->rng, d->expected[spot * d->weeks + week]);
    for (int64_t i = 0; i < n; i++) {
        uint32_t type = alias_pick(&d->types[month], &d->rng);
        struct exercise_event *e = exercise_event_add(d->g, &d->rng, at, type, d->source);
        if (!e)
            return d->g->err;
        exercise_event_day(d->g, &d->rng, e, day_pick(d, week, type));
    }
    return ERR_OK;
}

/* Silence and calm are different things: some of the weeks without a report bring a nil report. */
static enum err nil_reports(struct draw *d)
{
    struct exercise *x = d->g->x;
    uint8_t *spoke = arena_array(d->g->scratch, (size_t)ORG_COUNT, d->weeks);
    if (!spoke)
        return ERR_NOMEM;
    for (uint32_t i = 0; i < x->event_count; i++) {
        const struct exercise_event *e = &x->events[i];
        if (e->source != EXERCISE_EST ||
            exercise_municipality_index(e->municipality) != d->municipality)
            continue;
        struct date day = date_of_msec(e->occurred_to);
        spoke[e->organisation % ORG_COUNT * d->weeks + (date_days(day) - d->monday) / 7] = 1;
    }
    uint32_t nothing = (uint32_t)exercise_type_index("nothing");
    struct exercise_spot at = {d->municipality, -1, 0};
    for (uint32_t i = 0; i < ORG_COUNT * d->weeks; i++) {
        int64_t friday = d->monday + 7 * (int64_t)(i % d->weeks) + 4;
        bool outside = friday < d->g->first_day || friday > d->g->last_day;
        if (outside || spoke[i] || i / d->weeks == ORG_POLICE || !rng_chance(&d->rng, NIL_SHARE))
            continue;
        struct exercise_event *e = exercise_event_add(d->g, &d->rng, at, nothing, EXERCISE_EST);
        if (!e)
            return d->g->err;
        e->municipality = exercise_municipalities[d->municipality];
        e->organisation = exercise_org_of(d->g, d->municipality, (enum exercise_org)(i / d->weeks));
        e->precision = GEO_NONE;
        e->east = e->north = NAN;
        e->place = e->street = e->area = -1;
        e->label = geo_municipality_by_code(e->municipality)->name;
        exercise_event_day(d->g, &d->rng, e, friday);
    }
    return ERR_OK;
}

static enum err source_draw(struct draw *d)
{
    d->monday = d->g->first_day - (date_weekday(d->g->x->first) - 1);
    d->weeks = (uint32_t)((d->g->last_day - d->monday) / 7 + 1);
    spots_list(d);
    TRY(types_weigh(d));
    TRY(expectations_set(d));
    d->rng = exercise_rng(d->g, STREAM_EVENTS, d->municipality * 2 + (int)d->source);
    for (uint32_t s = 0; s < d->spots; s++)
        for (uint32_t w = 0; w < d->weeks; w++)
            TRY(week_draw(d, s, w));
    return d->source == EXERCISE_EST ? nil_reports(d) : ERR_OK;
}

enum err exercise_base_draw(struct exercise_gen *g)
{
    for (int m = 0; m < EXERCISE_MUNICIPALITIES; m++) {
        for (int s = EXERCISE_POLICE; s <= EXERCISE_EST; s++) {
            struct draw d = {.g = g, .municipality = m, .source = (enum exercise_source)s};
            d.rng = exercise_rng(g, STREAM_COUNTS, m * 2 + s);
            TRY(source_draw(&d));
        }
    }
    return ERR_OK;
}
