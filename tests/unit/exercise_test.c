/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The ordinary promises of doc/exercise.md, each counted over several seeds. */
#include "exercise_seeds.h"

static double people_of(const char *code)
{
    return geo_municipality_by_code(code)->population;
}

static double count_of(const struct exercise *x, const char *code, enum exercise_source source)
{
    double n = 0;
    EACH_EVENT(x, e)
    n += str_eq(e->municipality, code) && e->source == source && !is_nothing(e);
    return n;
}

static uint64_t print_of(const struct exercise *x)
{
    uint64_t h = 0;
    EACH_EVENT(x, e)
    {
        const int64_t f[] = {e->occurred_from, e->occurred_to, e->reported, e->type,
                             e->place,         e->area,        e->street,   e->organisation};
        h = hash64(f, sizeof f, h);
        h = hash64(e->id.b, 16, h);
        h = hash64(e->label, strlen(e->label), h);
        h = hash64(e->external_key, strlen(e->external_key), h);
        h = hash64(e->text ? e->text : "", e->text ? strlen(e->text) : 0, h);
    }
    for (uint32_t i = 0; i < x->place_count; i++) {
        h = hash64(&x->places[i].east, sizeof(double), h);
        h = hash64(x->places[i].name, strlen(x->places[i].name), h);
    }
    return h;
}

TEST(same_seed_gives_the_same_and_another_seed_another)
{
    struct exercise *again;
    CHECK_INT(exercise_make(&seed(1)->options, &again), ERR_OK);
    struct buf a = buf_init(1 << 22), b = buf_init(1 << 22);
    exercise_truth_json(seed(1), &a);
    exercise_truth_json(again, &b);
    CHECK_INT(buf_err(&a), ERR_OK);
    CHECK_TEXT(buf_text(&a), buf_text(&b));
    CHECK(print_of(again) == print_of(seed(1)));
    CHECK(print_of(seed(2)) != print_of(seed(1)));
    buf_done(&a);
    buf_done(&b);
    exercise_free(again);
}

TEST(reported_crimes_are_eight_to_ten_per_hundred_and_year)
{
    EACH_SEED(x)
    for (int m = 0; m < EXERCISE_MUNICIPALITIES; m++) {
        const char *code = exercise_municipalities[m];
        double rate = count_of(x, code, EXERCISE_POLICE) / 2 / people_of(code) * 100;
        CHECK(rate >= 8 && rate <= 10);
    }
}

TEST(mariestad_sends_about_25_reports_a_week_and_the_others_by_population)
{
    EACH_SEED(x)
    {
        double weeks = 2 * 365.25 / 7;
        double mariestad = count_of(x, "1493", EXERCISE_EST) / weeks;
        CHECK(mariestad > 22 && mariestad < 28);
        for (int m = 1; m < EXERCISE_MUNICIPALITIES; m++) {
            const char *code = exercise_municipalities[m];
            double expected = 25 * people_of(code) / people_of("1493");
            double got = count_of(x, code, EXERCISE_EST) / weeks;
            CHECK(got > expected * 0.8 && got < expected * 1.25);
        }
    }
}

static int by_count_down(const void *a, const void *b)
{
    return *(const int *)b - *(const int *)a;
}

TEST(one_place_in_a_hundred_holds_a_tenth_of_the_events)
{
    EACH_SEED(x)
    {
        int *n = mem_array(x->place_count, sizeof *n), top = 0, all = 0;
        EACH_EVENT(x, e)
        {
            all += !is_nothing(e);
            if (e->place >= 0)
                n[e->place]++;
        }
        qsort(n, x->place_count, sizeof *n, by_count_down);
        for (uint32_t i = 0; i < (x->place_count + 50) / 100; i++)
            top += n[i];
        CHECK(top > all * 0.08 && top < all * 0.13);
        mem_free(n);
    }
}

/* Counts of the Police's notices, copied here so that a slip in the generator's table shows. */
static void hours_fit(const char *code, const double profile[24])
{
    double seen[24] = {0}, n = 0, sum = 0, chi = 0;
    for (int h = 0; h < 24; h++)
        sum += profile[h];
    EACH_SEED(x)
    EACH_EVENT(x, e)
    {
        if (!str_eq(exercise_types[e->type].code, code) || e->plant != EXERCISE_BASE ||
            e->occurred_from != e->occurred_to)
            continue;
        seen[civil_from_msec(e->occurred_from).hour]++;
        n++;
    }
    CHECK(n > 1000);
    for (int h = 0; h < 24; h++)
        chi += pow(seen[h] - n * profile[h] / sum, 2) / (n * profile[h] / sum);
    CHECK(chi < 23 + 5 * sqrt(46)); /* chi-square with 23 degrees of freedom */
}

TEST(hours_follow_the_profile_of_the_type)
{
    static const double assault[24] = {251, 221, 166, 125, 68,  42,  118, 75,  68,  92,  92,  95,
                                       134, 152, 168, 174, 160, 207, 229, 196, 157, 136, 165, 131};
    static const double damage[24] = {111, 113, 96, 80, 56, 35, 24, 44, 39, 43, 33, 35,
                                      28,  38,  37, 36, 48, 42, 50, 61, 46, 28, 46, 51};
    static const double theft[24] = {62,  64,  72,  67,  43,  38,  42,  69,  99, 109, 137, 226,
                                     234, 183, 236, 232, 204, 184, 147, 113, 56, 28,  20,  17};
    hours_fit("violence.assault", assault);
    hours_fit("damage.other", damage);
    hours_fit("theft.shop", theft);
}

TEST(a_third_of_property_crimes_have_an_interval)
{
    EACH_SEED(x)
    {
        double all = 0, interval = 0, weekend = 0;
        EACH_EVENT(x, e)
        {
            bool wide = e->occurred_from != e->occurred_to;
            CHECK(e->occurred_from <= e->occurred_to);
            CHECK(!wide || exercise_types[e->type].property);
            all += exercise_types[e->type].property;
            interval += wide;
            struct civil a = civil_from_msec(e->occurred_from), b = civil_from_msec(e->occurred_to);
            weekend += wide && a.weekday == 5 && b.weekday == 1;
        }
        CHECK(interval / all > 0.29 && interval / all < 0.38);
        CHECK(weekend / interval > 0.12);
    }
}

TEST(every_event_lies_in_its_municipality_and_area)
{
    struct arena *a = arena_new(10 << 20);
    for (int m = 0; m < EXERCISE_MUNICIPALITIES; m++) {
        const char *code = exercise_municipalities[m];
        const struct geo_outline *o = &geo_municipality_by_code(code)->outline;
        struct geo_shape *outline;
        CHECK_INT(geo_wkb_read(a, o->wkb, o->wkb_len, 10000, &outline), ERR_OK);
        EACH_SEED(x)
        EACH_EVENT(x, e)
        {
            if (!str_eq(e->municipality, code) || e->precision == GEO_NONE)
                continue;
            CHECK(geo_shape_contains(outline, e->east, e->north));
            if (e->area < 0)
                continue;
            CHECK(geo_shape_distance(x->areas[e->area].shape,
                                     (struct geo_point){e->east, e->north}) <= 25);
        }
    }
    arena_free(a);
}

TEST(positions_carry_the_precision_they_have)
{
    EACH_SEED(x)
    {
        double n[GEO_COUNTY + 1] = {0};
        EACH_EVENT(x, e)
        {
            n[e->precision]++;
            bool exact = e->precision == GEO_POINT || e->precision == GEO_PLACE;
            CHECK(exact == (e->place >= 0));
            CHECK((e->precision == GEO_NONE) == isnan(e->east));
            CHECK((e->precision == GEO_NONE) == is_nothing(e));
            CHECK(e->precision != GEO_STREET || e->street >= 0);
            CHECK(!exact || e->east == x->places[e->place].east);
        }
        CHECK(n[GEO_POINT] > 0.3 * x->event_count && n[GEO_PLACE] > 0.2 * x->event_count);
        CHECK(n[GEO_STREET] > 0.04 * x->event_count && n[GEO_AREA] > 0.04 * x->event_count);
        CHECK(n[GEO_MUNICIPALITY] > 0.015 * x->event_count && n[GEO_COUNTY] == 0);
    }
}

/* Streets and roads of the three municipalities that the Police's notices have named. */
static const char *const real_streets[] = {
    "Myrgatan",
    "Vallgatan",
    "Ekedalsgatan",
    "Kårtorpsgatan",
    "Skövdevägen",
    "Drottninggatan",
    "Göteborgsvägen",
    "Hamngatan",
    "Leksbergsvägen",
    "Leverstadsvägen",
    "Lindebäcksvägen",
    "Marieforsleden",
    "Mariegärdes väg",
    "Nygatan",
    "Prästgårdsgatan",
    "Stockholmsvägen",
    "Storegårdsvägen",
    "Åsnevägen",
    "E20",
    "riksväg",
    "länsväg",
};
static const char *const invented[] = {"Exempel", "Övnings", "Påhitts",
                                       "Låtsas",  "Fantasi", "Fiktions"};

static void check_invented(const char *text)
{
    for (size_t i = 0; i < ARRAY_LEN(real_streets); i++)
        CHECK(!strstr(text, real_streets[i]));
}

TEST(no_place_bears_a_real_name)
{
    EACH_SEED(x)
    {
        for (uint32_t i = 0; i < x->street_count; i++) {
            bool known = false;
            for (size_t k = 0; k < ARRAY_LEN(invented); k++)
                known |= str_starts(x->streets[i].name, invented[k]);
            CHECK(known);
        }
        for (uint32_t i = 0; i < x->place_count; i++) {
            bool known = false;
            for (size_t k = 0; k < ARRAY_LEN(invented); k++)
                known |= strstr(x->places[i].name, invented[k]) != NULL;
            CHECK(known);
            check_invented(x->places[i].name);
        }
        EACH_EVENT(x, e)
        if (e->text)
            check_invented(e->text);
    }
}

TEST(names_and_keys_are_unique)
{
    EACH_SEED(x)
    {
        struct map *m = map_new();
        char name[200];
        EACH_EVENT(x, e)
        CHECK_INT(map_put(m, e->external_key, 1), ERR_OK);
        CHECK_INT(map_count(m), x->event_count);
        EACH_EVENT(x, e)
        {
            id_text(e->id, name);
            CHECK_INT(map_put(m, name, 1), ERR_OK);
        }
        CHECK_INT(map_count(m), 2 * x->event_count);
        for (uint32_t i = 0; i < x->place_count; i++) {
            snprintf(name, sizeof name, "%s/%s", x->places[i].municipality, x->places[i].name);
            CHECK_INT(map_put(m, name, 1), ERR_OK);
        }
        for (uint32_t i = 0; i < x->area_count; i++) {
            snprintf(name, sizeof name, "%s/%s", x->areas[i].municipality, x->areas[i].name);
            CHECK_INT(map_put(m, name, 1), ERR_OK);
        }
        for (uint32_t i = 0; i < x->account_count; i++)
            CHECK_INT(map_put(m, x->accounts[i].email, 1), ERR_OK);
        CHECK_INT(map_count(m),
                  2 * x->event_count + x->place_count + x->area_count + x->account_count);
        map_free(m);
    }
}

TEST(times_lie_in_the_period_and_in_order)
{
    EACH_SEED(x)
    {
        msec from = date_start(x->first), to = date_start(date_add(x->options.end, 1));
        EACH_EVENT(x, e)
        {
            CHECK(e->occurred_from >= from && e->occurred_to < to);
            CHECK(e->reported >= e->occurred_to && e->reported < to);
            CHECK(e == x->events || e[-1].occurred_from <= e->occurred_from);
        }
    }
}

TEST(every_role_has_somebody_in_every_municipality)
{
    static const char *const roles[] = {
        "prevention_coordinator",
        "community_officer",
        "reporter",
        "group_member",
        "desk",
        "walk_leader",
        "watch_contact",
        "politician",
        "registrar",
        "dpo",
    };
    const struct exercise *x = seed(1);
    for (int m = 0; m < EXERCISE_MUNICIPALITIES; m++)
        for (size_t r = 0; r < ARRAY_LEN(roles); r++) {
            int n = 0;
            for (uint32_t i = 0; i < x->membership_count; i++) {
                const struct exercise_membership *k = &x->memberships[i];
                CHECK(str_eq(x->organisations[k->organisation].municipality, k->municipality));
                n += str_eq(k->municipality, exercise_municipalities[m]) &&
                     str_eq(k->role, roles[r]);
            }
            CHECK(n >= 1);
        }
    int coordinator = 0, admins = 0;
    for (uint32_t i = 0; i < x->membership_count; i++)
        coordinator += x->memberships[i].account == 1;
    for (uint32_t i = 0; i < x->account_count; i++) {
        CHECK(str_ends(x->accounts[i].email, "@example.se"));
        admins += x->accounts[i].system_admin;
    }
    CHECK_INT(coordinator, 3);
    CHECK_INT(admins, 1);
}

TEST(events_belong_to_an_organisation_of_their_municipality)
{
    EACH_SEED(x)
    EACH_EVENT(x, e)
    {
        const struct exercise_organisation *o = &x->organisations[e->organisation];
        CHECK(str_eq(o->municipality, e->municipality));
        CHECK(e->source != EXERCISE_POLICE || str_eq(o->kind, "police"));
        CHECK(e->text || e->source == EXERCISE_POLICE);
        CHECK(!e->text || (utf8_valid(e->text, strlen(e->text)) && !strchr(e->text, '@')));
    }
}

TEST(every_type_of_the_taxonomy_occurs)
{
    bool seen[EXERCISE_TYPE_COUNT] = {false};
    EACH_SEED(x)
    EACH_EVENT(x, e)
    seen[e->type] = true;
    for (int i = 0; i < EXERCISE_TYPE_COUNT; i++) {
        CHECK(seen[i]);
        CHECK_INT(exercise_type_index(exercise_types[i].code), i);
    }
    CHECK_INT(exercise_type_index("nonsense"), -1);
}

TEST(odd_periods_work_and_bad_ones_are_refused)
{
    static const struct exercise_options good[] = {
        {1, {2024, 2, 29}, 1}, {UINT64_MAX, {2026, 1, 1}, 1}, {0, {2025, 3, 30}, 4}};
    static const struct exercise_options bad[] = {
        {1, {2025, 2, 29}, 2}, {1, {2026, 1, 1}, 0}, {1, {2026, 1, 1}, 11}, {1, {1900, 1, 1}, 2}};
    for (size_t i = 0; i < ARRAY_LEN(good); i++) {
        struct exercise *x;
        CHECK_INT(exercise_make(&good[i], &x), ERR_OK);
        double years = good[i].years;
        double rate = count_of(x, "1493", EXERCISE_POLICE) / years / people_of("1493") * 100;
        CHECK(rate > 8 && rate < 10);
        exercise_free(x);
    }
    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        struct exercise *x = NULL;
        CHECK(exercise_make(&bad[i], &x) == ERR_INVALID && !x);
    }
}

TEST(making_survives_every_allocation_failure)
{
    struct exercise_options o = {5, {2026, 3, 1}, 1};
    for (long n = 0;; n++) {
        struct exercise *x = NULL;
        mem_fail_at(n);
        enum err e = exercise_make(&o, &x);
        bool failed = mem_failed();
        mem_fail_at(-1);
        if (!failed) {
            CHECK_INT(e, ERR_OK);
            exercise_free(x);
            break;
        }
        CHECK(e == ERR_NOMEM && !x);
        n += n / 8; /* thousands of small ones at the end: take larger steps */
    }
}

TEST(all_is_freed)
{
    seeds_free();
    exercise_free(NULL);
}
