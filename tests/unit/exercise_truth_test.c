/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The planted promises of doc/exercise.md, each counted over several seeds. */
#include "exercise_seeds.h"

static double knox_ratio(const struct exercise *x, int type, int32_t only_area)
{
    double place = 0, time = 0, both = 0, n = 0;
    EACH_EVENT(x, a)
    {
        if ((int)a->type != type || a->place < 0 || (only_area >= 0 && a->area != only_area))
            continue;
        n++;
        for (const struct exercise_event *b = x->events; b < a; b++) {
            if ((int)b->type != type || b->place < 0 || (only_area >= 0 && b->area != only_area))
                continue;
            bool near = hypot(a->east - b->east, a->north - b->north) <= 100;
            bool soon = llabs(local_day(a->occurred_from) - local_day(b->occurred_from)) <= 7;
            place += near;
            time += soon;
            both += near && soon;
        }
    }
    return both * (n * (n - 1) / 2) / (place * time);
}

TEST(burglaries_repeat_nearby)
{
    int dwelling = exercise_type_index("theft.dwelling");
    EACH_SEED(x)
    {
        double ratio = knox_ratio(x, dwelling, -1);
        CHECK(ratio >= 1.4 && ratio <= 2.1);
    }
}

/* Variance / mean of the weekly counts in an area: 1 for Poisson. */
static double dispersion(const struct exercise *x, int32_t area)
{
    enum { WEEKS = 104 };
    double n[WEEKS] = {0}, sum = 0, squares = 0;
    int64_t first = date_days(x->first);
    EACH_EVENT(x, e)
    {
        int64_t week = (local_day(e->occurred_from) - first) / 7;
        if (e->area == area && e->plant == EXERCISE_BASE && week < WEEKS)
            n[week]++;
    }
    for (int w = 0; w < WEEKS; w++)
        sum += n[w];
    for (int w = 0; w < WEEKS; w++)
        squares += pow(n[w] - sum / WEEKS, 2);
    return squares / (WEEKS - 1) / (sum / WEEKS);
}

static const struct exercise_truth *truth_of(const struct exercise *x, enum exercise_plant kind)
{
    for (uint32_t i = 0; i < x->truth_count; i++)
        if (x->truths[i].kind == kind)
            return &x->truths[i];
    return NULL;
}

TEST(counts_are_overdispersed_but_not_where_nothing_is_to_be_found)
{
    double usual = 0, calm = 0;
    EACH_SEED(x)
    {
        usual += dispersion(x, truth_of(x, EXERCISE_STEP)->comparison) / SEEDS;
        double here = dispersion(x, truth_of(x, EXERCISE_NOTHING)->area);
        CHECK(here > 0.5 && here < 1.6);
        calm += here / SEEDS;
    }
    CHECK(usual > 1.6);
    CHECK(calm > 0.85 && calm < 1.15);
}

TEST(nothing_is_planted_where_nothing_is_to_be_found)
{
    EACH_SEED(x)
    {
        const struct exercise_truth *t = truth_of(x, EXERCISE_NOTHING);
        int n = 0, *at = mem_array(x->place_count, sizeof *at);
        EACH_EVENT(x, e)
        {
            if (e->area != t->area)
                continue;
            CHECK_INT(e->plant, EXERCISE_BASE);
            n++;
            if (e->place >= 0)
                at[e->place]++;
        }
        CHECK(n > 300);
        for (uint32_t i = 0; i < x->place_count; i++) {
            CHECK(at[i] < n / 25); /* no place stands out */
            CHECK(!x->places[i].hot || x->places[i].area != t->area);
        }
        mem_free(at);
    }
}

static bool within(const struct exercise_event *e, const struct exercise_truth *t)
{
    return hypot(e->east - t->point.east, e->north - t->point.north) <= t->radius;
}

static bool during(const struct exercise_event *e, const struct exercise_truth *t)
{
    int64_t day = local_day(e->occurred_from);
    return day >= date_days(t->from) && day <= date_days(t->to);
}

static bool of_type(const struct exercise_event *e, const struct exercise_truth *t)
{
    for (size_t i = 0; i < ARRAY_LEN(t->types) && t->types[i]; i++)
        if (str_eq(exercise_types[e->type].code, t->types[i]))
            return true;
    return false;
}

TEST(what_is_planted_lies_where_the_truth_says)
{
    static const struct {
        enum exercise_plant kind;
        int least, most;
    } parts[] = {{EXERCISE_HOTSPOT, 25, 75}, {EXERCISE_SERIES, 6, 6}, {EXERCISE_CLUSTER, 14, 14}};
    EACH_SEED(x)
    for (size_t p = 0; p < ARRAY_LEN(parts); p++) {
        const struct exercise_truth *t = truth_of(x, parts[p].kind);
        int planted = 0, others = 0;
        EACH_EVENT(x, e)
        {
            if (e->plant == parts[p].kind) {
                CHECK(within(e, t) && during(e, t) && of_type(e, t));
                CHECK(e->area == t->area && str_eq(e->municipality, t->municipality));
                planted++;
            } else {
                others += within(e, t) && during(e, t) && of_type(e, t);
            }
        }
        CHECK(planted >= parts[p].least && planted <= parts[p].most);
        CHECK(others * 3 < planted);
    }
}

TEST(the_step_is_seen_in_its_area_and_not_beside_it)
{
    EACH_SEED(x)
    {
        const struct exercise_truth *t = truth_of(x, EXERCISE_STEP);
        double n[2][2] = {{0}}; /* area, after */
        EACH_EVENT(x, e)
        if (of_type(e, t) && e->area >= 0 && (e->area == t->area || e->area == t->comparison))
            n[e->area == t->comparison][during(e, t)]++;
        double before = (double)(date_days(t->from) - date_days(x->first));
        double after = (double)(date_days(t->to) - date_days(t->from) + 1);
        CHECK(after > 180 && before > after);
        CHECK(n[0][1] / after < 0.65 * n[0][0] / before);
        double beside = n[1][1] / after / (n[1][0] / before);
        CHECK(beside > 0.65 && beside < 1.5);
        CHECK(x->action.area == t->area && date_days(x->action.start) == date_days(t->from));
    }
}

TEST(all_is_freed)
{
    seeds_free();
    exercise_free(NULL);
}
