/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* samsyn analyse repeat-places: which places are struck again and again, and how much of all
 * happens there? */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "parts/analysis/analysis_methods.h"
#include "parts/analysis/near_words.h"
#include "parts/analysis/number_words.h"
#include "parts/analysis/repeat_list.h"

/* --- The rows --- */

static int by_name(const void *left, const void *right, void *arg)
{
    const char *const *name = arg;
    return strcmp(name[*(const uint32_t *)left], name[*(const uint32_t *)right]);
}

/* Names as numbers in the order of the alphabet, equal ones as one: then the order of the file has
 * no part in the answer. */
static enum err rank_names(struct analysis *an, uint32_t **out)
{
    const struct analysis_names *names = &an->table.place;
    uint32_t *order = ARENA_ARRAY(an->arena, names->n + 1, uint32_t);
    uint32_t *rank = ARENA_ARRAY(an->arena, names->n + 1, uint32_t), n = 0;
    if (!order || !rank)
        return ERR_NOMEM;
    for (uint32_t k = 0; k < names->n; k++)
        order[k] = k;
    qsort_r(order, names->n, sizeof *order, by_name, (void *)names->name);
    for (uint32_t k = 0; k < names->n; k++) {
        n += k && strcmp(names->name[order[k]], names->name[order[k - 1]]) != 0;
        rank[order[k]] = n;
    }
    *out = rank;
    return ERR_OK;
}

static enum err take_names(struct analysis *an, struct repeat *r)
{
    const struct analysis_names *names = &an->table.place;
    uint32_t *rank, *name = ARENA_ARRAY(an->arena, an->table.n, uint32_t);
    if (!name)
        return ERR_NOMEM;
    TRY(rank_names(an, &rank));
    for (size_t i = 0; i < an->table.n; i++) {
        if (names->index[i] == UINT32_MAX)
            continue;
        name[r->n] = rank[names->index[i]];
        r->row[r->n++] = (uint32_t)i;
    }
    r->in.name = name;
    r->in.names = names->n;
    if (r->n < an->table.n)
        result_warning(an, analysis_say(an, analysis_repeat_no_name, an->table.n - r->n));
    return ERR_OK;
}

static const double *taken(struct analysis *an, const struct repeat *r, const double *v)
{
    double *some = ARENA_ARRAY(an->arena, r->n + 1, double);
    for (size_t i = 0; some && i < r->n; i++)
        some[i] = v[r->row[i]];
    return some;
}

/* Which rows count, and what they are gathered by. */
static enum err take_rows(struct analysis *an, struct repeat *r)
{
    int by;
    bool xy = analysis_has(an, COLUMN_X) && analysis_has(an, COLUMN_Y);
    TRY(near_word(an, "by", "position|place", &by));
    r->row = ARENA_ARRAY(an->arena, an->table.n + 1, uint32_t);
    if (!r->row)
        return ERR_NOMEM;
    if (by && !analysis_has(an, COLUMN_PLACE))
        return analysis_refuse(an, analysis_say(an, analysis_no_column, an->columns[COLUMN_PLACE],
                                                analysis_column_name(COLUMN_PLACE)));
    if (!by && !xy)
        return analysis_refuse(an, text_get(an->lang, T_analysis_repeat_no_position));
    if (by)
        TRY(take_names(an, r));
    for (size_t i = 0; !by && i < an->table.n; i++)
        r->row[r->n++] = (uint32_t)i;
    if (r->n == 0)
        return analysis_refuse(an, analysis_say(an, analysis_no_rows, an->method->name));
    r->in.n = r->n;
    r->in.within = by ? 0 : analysis_real(an, "within");
    if (by && analysis_real(an, "within") > 0)
        return analysis_refuse(an, text_get(an->lang, T_analysis_repeat_within_names));
    for (int c = COLUMN_X; xy && c <= COLUMN_Y; c++) {
        const double **to = c == COLUMN_X ? &r->in.x : &r->in.y;
        *to = taken(an, r, an->table.number[c]);
        if (!*to)
            return ERR_NOMEM;
        for (size_t i = 0; i < r->n; i++)
            if (isnan((*to)[i]))
                return analysis_refuse(an, analysis_say(an, analysis_bad_value,
                                                        table_row(&an->table, r->row[i]),
                                                        an->columns[c]));
    }
    const double *days = analysis_has(an, COLUMN_T) ? analysis_days(an, an->table.t) : NULL;
    if (analysis_has(an, COLUMN_T) && !(days && (r->in.t = taken(an, r, days))))
        return ERR_NOMEM;
    return ERR_OK;
}

/* --- What is said --- */

static const char *named(struct analysis *an, const struct repeat *r, size_t k)
{
    const char *name = repeat_name(an, r, k);
    if (!name && r->places.x)
        name = analysis_place(an, r->places.x[k], r->places.y[k]);
    if (name || !r->places.x)
        return name;
    return analysis_say(an, analysis_repeat_at, number_decimals(an, r->places.x[k], 0),
                        number_decimals(an, r->places.y[k], 0));
}

/* In a short time everything comes soon. */
static bool long_enough(const struct repeat *r)
{
    double first = INFINITY, last = -INFINITY;
    for (size_t i = 0; r->in.t && i < r->n; i++) {
        first = fmin(first, r->in.t[i]); /* NaN is passed by */
        last = fmax(last, r->in.t[i]);
    }
    return last - first >= REPEAT_SPAN;
}

static void say_places(struct analysis *an, const struct repeat *r)
{
    size_t more = 0, first = 0;
    if (r->list.events[0] < 2 || r->all == 1) {
        result_sentence(an, r->all == 1 ? analysis_say(an, analysis_repeat_one, r->n)
                                        : analysis_say(an, analysis_repeat_none, r->n));
        return;
    }
    for (size_t k = r->list.n; k-- > 0;) {
        more += r->list.more[k];
        first = r->list.more[k] ? k : first;
    }
    const char *most = named(an, r, first);
    result_int(an, "places_more", (int64_t)more);
    result_sentence(
        an, more ? analysis_say(an, analysis_repeat_found, more, most, r->list.events[first], r->n)
                 : analysis_say(an, analysis_repeat_unsure, most, r->list.events[0], r->n));
    result_sentence(an, analysis_say(an, analysis_repeat_again, r->n - r->places.n, r->n));
    double share = repeat_soon(r, REPEAT_MONTH);
    if (!isnan(share) && long_enough(r))
        result_sentence(
            an, analysis_say(an, analysis_repeat_soon, number_decimals(an, 100 * share, 0)));
}

static const char *percent(struct analysis *an, double share)
{
    return number_decimals(an, 100 * share, share < 0.0995 ? 1 : 0);
}

/* "1 procent av platserna (3 av 294) har 12 procent ... slumpen ger omkring 4". */
static void say_concentration(struct analysis *an, const struct repeat *r)
{
    int top = r->all >= 100 ? 0 : 2;
    if (r->list.events[0] < 2 || r->all < 10)
        return;
    const char *few = number_decimals(an, 100 * places_top[top], 0);
    const char *has = percent(an, r->how.top[top]);
    int64_t places = places_share(places_top[top], r->all);
    if (isnan(r->chance.mean.gini)) {
        result_sentence(an, analysis_say(an, analysis_repeat_top, few, places, r->all, has));
        return;
    }
    result_sentence(an, analysis_say(an, analysis_repeat_top_chance, few, places, r->all, has,
                                     percent(an, r->chance.mean.top[top])));
    result_sentence(
        an, analysis_say(an, analysis_repeat_half, (int64_t)round(r->how.part[1] * (double)r->all),
                         r->all, number_decimals(an, r->chance.mean.part[1] * (double)r->all, 0)));
}

static void say_null(struct analysis *an, const struct repeat *r)
{
    if (r->list.events[0] < 2 || r->all == 1)
        return;
    if (r->sized)
        result_sentence(an, text_get(an->lang, T_analysis_repeat_null_sized));
    else if (r->whole)
        result_sentence(an, analysis_say(an, analysis_repeat_null_all, r->all));
    else
        result_sentence(an, analysis_say(an, analysis_repeat_null_some, r->places.n));
}

/* The middle of an area looks like a place where all that is known no closer has happened. */
static void warn(struct analysis *an, const struct repeat *r)
{
    double share = (double)r->list.events[0] / (double)r->n;
    if (r->in.x && r->n >= REPEAT_CENTRE_EVENTS && share >= REPEAT_CENTRE && r->places.n > 1)
        result_warning(an, analysis_say(an, analysis_repeat_centre, named(an, r, 0),
                                        number_decimals(an, 100 * share, 0)));
    if (r->in.within > 0)
        result_warning(an, text_get(an->lang, T_analysis_repeat_gathered));
}

/* --- All of it --- */

static enum err run(struct analysis *an)
{
    struct repeat r = {.sized = analysis_has(an, COLUMN_POPULATION)};
    TRY(take_rows(an, &r));
    TRY(places_gather(&an->work, &r.in, &r.places));
    int64_t whole = analysis_int(an, "places");
    r.whole = whole != INT64_MIN;
    r.all = r.whole ? whole : (int64_t)r.places.n;
    if (r.all < (int64_t)r.places.n)
        return analysis_refuse(an, analysis_say(an, analysis_repeat_few_places, whole, r.places.n));
    if (r.whole && r.sized)
        return analysis_refuse(an, text_get(an->lang, T_analysis_repeat_two_nulls));
    TRY(repeat_count(an, &r));
    TRY(repeat_fill(an, &r));
    repeat_show(an, &r);
    say_places(an, &r);
    say_concentration(an, &r);
    say_null(an, &r);
    warn(an, &r);
    return ERR_OK;
}

static const struct analysis_option options[] = {
    {"by", "position|place", "position", T_analysis_opt_repeat_by, OPTION_TEXT, 0, 0},
    {"within", "METRES", "0", T_analysis_opt_repeat_within, OPTION_REAL, 0, 10000},
    {"places", "N", NULL, T_analysis_opt_repeat_places, OPTION_INT, 1, 1e9},
    {"least", "N", "2", T_analysis_opt_repeat_least, OPTION_INT, 1, 1e9},
    {"per", "NUMBER", "1000", T_analysis_opt_repeat_per, OPTION_REAL, 1e-6, 1e12},
    {"level", "SHARE", "0.05", T_analysis_opt_repeat_level, OPTION_REAL, 1e-6, 0.5},
    {"permutations", "N", "999", T_analysis_opt_repeat_runs, OPTION_INT, 1, 99999},
    {NULL},
};

const struct analysis_method method_repeat_places = {
    .name = "repeat-places",
    .summary = T_analysis_repeat,
    .about = T_analysis_repeat_about,
    .source =
        "Sherman, Gartin and Buerger 1989; Farrell and Pease 1993; Weisburd 2015; Bernasco and "
        "Steenbeek 2017; Chalfin, Kaplan and Cuellar 2021",
    .may = COLUMN_BIT(COLUMN_X) | COLUMN_BIT(COLUMN_Y) | COLUMN_BIT(COLUMN_T) |
           COLUMN_BIT(COLUMN_PLACE) | COLUMN_BIT(COLUMN_POPULATION),
    .few = 20,
    .options = options,
    .run = run,
};
