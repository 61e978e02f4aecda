/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "stats/scan_population.h"

#include <math.h>
#include <stdlib.h>

#include "base/mem.h"
#include "stats/work.h"

/* Ascending; what has no day comes first. */
static int by_time(const void *pa, const void *pb)
{
    const struct scan_census *a = pa, *b = pb;
    if (a->location != b->location)
        return a->location < b->location ? -1 : 1;
    if (a->group != b->group)
        return a->group < b->group ? -1 : 1;
    if (isnan(a->day) || isnan(b->day))
        return isnan(b->day) - isnan(a->day);
    if (a->day != b->day)
        return a->day < b->day ? -1 : 1;
    return a->people < b->people ? -1 : a->people > b->people;
}

/* People at a moment; the censuses of one location and group, each day once. */
static double people_at(const struct scan_census *c, size_t n, double day)
{
    size_t i = 0;
    while (i < n && c[i].day <= day)
        i++;
    if (i == 0)
        return c[0].people;
    if (i == n || isnan(c[0].day))
        return c[n - 1].people;
    double share = (day - c[i - 1].day) / (c[i].day - c[i - 1].day);
    return c[i - 1].people + share * (c[i].people - c[i - 1].people);
}

/* Person-days: exact, because the number is linear between the days where it bends. */
static double person_days(const struct scan_census *c, size_t n, double from, double to)
{
    double sum = 0, at = from, now = people_at(c, n, from);
    for (size_t i = 0; i <= n; i++) {
        double next = i == n ? to : c[i].day;
        if (!(next > at) || next > to)
            continue;
        double then = people_at(c, n, next);
        sum += (now + then) / 2 * (next - at);
        at = next;
        now = then;
    }
    return sum;
}

/* The censuses of one location and group, with those of one day added up. */
static size_t same_days(struct scan_census *c, size_t n)
{
    size_t kept = 0;
    for (size_t i = 0; i < n; i++) {
        if (kept && (c[i].day == c[kept - 1].day || isnan(c[i].day)))
            c[kept - 1].people += c[i].people;
        else
            c[kept++] = c[i];
    }
    return kept;
}

static size_t one_series(const struct scan_census *c, size_t n)
{
    size_t i = 1;
    while (i < n && c[i].location == c[0].location && c[i].group == c[0].group)
        i++;
    return i;
}

static enum err check(const struct scan_study *s, const struct scan_census *c, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (!(c[i].people >= 0) || isinf(c[i].people) || isinf(c[i].day) ||
            c[i].location >= s->locations || c[i].group >= s->groups)
            return ERR_INVALID;
    return n == 0 ? ERR_INVALID : ERR_OK;
}

struct series {
    const struct scan_census *census;
    size_t n;
};

static void add_series(const struct scan_study *s, const struct series *c, double rate,
                       double *expected, double *at_risk)
{
    double *row = expected + (size_t)c->census->location * s->periods, all = 0;
    for (uint32_t t = 0; t < s->periods; t++) {
        double days = person_days(c->census, c->n, s->bound[t], s->bound[t + 1]);
        row[t] += days * rate;
        all += days;
    }
    at_risk[c->census->location] += all / (s->bound[s->periods] - s->bound[0]);
}

enum err scan_expect(const struct work *w, const struct scan_study *study,
                     struct scan_census *census, size_t n, double *expected, double *at_risk)
{
    double *group = ARENA_ARRAY(w->arena, study->groups, double);
    struct series *series = ARENA_ARRAY(w->arena, n, struct series);
    if (!group || !series)
        return ERR_NOMEM;
    TRY(check(study, census, n));
    qsort(census, n, sizeof *census, by_time);
    size_t n_series = 0;
    for (size_t i = 0, len; i < n; i += len) {
        len = one_series(census + i, n - i);
        struct series *s = &series[n_series++];
        *s = (struct series){census + i, same_days(census + i, len)};
        group[census[i].group] +=
            person_days(s->census, s->n, study->bound[0], study->bound[study->periods]);
    }
    for (uint32_t g = 0; g < study->groups; g++)
        if (study->cases_of_group[g] && !(group[g] > 0))
            return ERR_INVALID;
    for (size_t i = 0; i < n_series; i++) {
        uint32_t g = series[i].census->group;
        double rate = group[g] > 0 ? (double)study->cases_of_group[g] / group[g] : 0;
        add_series(study, &series[i], rate, expected, at_risk);
    }
    return ERR_OK;
}
