/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "near_fixture.h"

#include <math.h>

#include "stats/aoristic.h"

typedef double week[HOURWEEK_DAYS][HOURWEEK_HOURS];

static struct work nothing;

static msec at(const char *text)
{
    msec t;
    CHECK_INT(time_parse(text, &t), ERR_OK);
    return t;
}

static struct aoristic summed(const struct aoristic_input *in)
{
    struct aoristic a;
    CHECK_INT(aoristic_sum(&nothing, in, &a), ERR_OK);
    return a;
}

static double total(const week w)
{
    double sum = 0;
    for (int d = 0; d < HOURWEEK_DAYS; d++)
        for (int h = 0; h < HOURWEEK_HOURS; h++)
            sum += w[d][h];
    return sum;
}

/* The definition, minute by minute on the given clock. */
static void brute(enum hour_clock clock, msec from, msec to, week out)
{
    double n = (double)((to - from) / MSEC_MINUTE);
    for (msec t = from; t < to; t += MSEC_MINUTE)
        (&out[0][0])[hourweek_at(clock, t)] += 1 / n;
}

TEST(worked_example_of_aoristic)
{
    const msec from[] = {at("2026-11-13 22:00"), at("2026-11-13 23:30"), at("2026-11-14 09:00"),
                         at("2026-11-09 00:00")};
    const msec to[] = {at("2026-11-14 02:00"), AORISTIC_NONE, at("2026-11-14 08:00"),
                       at("2026-11-17 00:00")};
    struct aoristic_input in = {.n = 4, .from = from, .to = to};
    struct aoristic a = summed(&in);
    CHECK_NEAR(a.weight[4][22], 0.25, 1e-15);
    CHECK_NEAR(a.weight[4][23], 1.25, 1e-15);
    CHECK_NEAR(a.weight[5][0], 0.25, 1e-15);
    CHECK_NEAR(a.weight[5][1], 0.25, 1e-15);
    CHECK(a.events == 2 && a.left_out == 2 && a.moments == 1);
    CHECK(a.reversed == 1 && a.over_week == 1 && a.over_day == 0);
    in.rules = AORISTIC_R; /* the reversed one is a moment, the eight days are spread evenly */
    a = summed(&in);
    CHECK_NEAR(a.weight[5][9], 1 + 1.0 / 168, 1e-14);
    CHECK_NEAR(total(a.weight), 4, 1e-12);
    CHECK(a.events == 4 && a.left_out == 0 && a.over_day == 1);
}

TEST(every_event_is_spread_minute_by_minute)
{
    struct rng r = rng_make(4, 0);
    for (int i = 0; i < 400; i++) {
        /* around both changes of the clock in 2026 */
        msec base = i % 2 ? at("2026-03-27 00:00") : at("2026-10-23 00:00");
        msec from = base + rng_below(&r, 5 * 1440) * MSEC_MINUTE;
        msec to = from + (1 + rng_below(&r, 7 * 1440 - 1)) * MSEC_MINUTE;
        for (int clock = 0; clock < 2; clock++) {
            week mine = {0}, definition = {0};
            struct aoristic_input in = {
                .n = 1, .from = &from, .to = &to, .clock = (enum hour_clock)clock};
            CHECK(aoristic_event(&in, 0, mine));
            brute((enum hour_clock)clock, from, to, definition);
            for (int k = 0; k < AORISTIC_WEEK_HOURS; k++)
                CHECK_NEAR((&mine[0][0])[k], (&definition[0][0])[k], 1e-12);
        }
    }
}

/* In the missing hour nothing happens; the doubled hour takes two hours' share. */
TEST(the_clock_that_is_moved_is_followed)
{
    const msec from[] = {at("2026-03-29 00:00"), at("2026-10-25 00:00")};
    const msec to[] = {at("2026-03-29 04:00"), at("2026-10-25 04:00")};
    week spring = {0}, autumn = {0};
    struct aoristic_input in = {.n = 2, .from = from, .to = to};
    CHECK(aoristic_event(&in, 0, spring) && aoristic_event(&in, 1, autumn));
    CHECK_NEAR(spring[6][1], 1.0 / 3, 1e-15);
    CHECK_NEAR(spring[6][2], 0, 0);
    CHECK_NEAR(autumn[6][2], 0.4, 1e-15);
    CHECK_NEAR(autumn[6][3], 0.2, 1e-15);
    in.rules = AORISTIC_R; /* the face of the clock: four hours each */
    week face = {0};
    CHECK(aoristic_event(&in, 0, face));
    CHECK_NEAR(face[6][2], 0.25, 1e-15);
}

TEST(sums_are_those_of_the_r_package)
{
    struct arena *a = arena_most((size_t)8 << 20);
    struct numbers rows = numbers_read(a, "aoristic_newyork.csv");
    struct numbers sums = numbers_read(a, "aoristic_newyork_sums.csv");
    msec *from = ARENA_ARRAY(a, rows.n, msec), *to = ARENA_ARRAY(a, rows.n, msec);
    for (size_t i = 0; i < rows.n; i++) {
        from[i] = (msec)rows.column[0][i] * MSEC_MINUTE;
        to[i] = rows.column[1][i] < 0 ? AORISTIC_NONE : (msec)rows.column[1][i] * MSEC_MINUTE;
    }
    struct aoristic_input in = {
        .n = rows.n, .from = from, .to = to, .rules = AORISTIC_R, .clock = HOUR_CLOCK_PLAIN};
    struct aoristic got = summed(&in);
    CHECK_INT(sums.n, AORISTIC_WEEK_HOURS);
    for (size_t i = 0; i < sums.n; i++) { /* theirs begins on Sunday */
        size_t mine = (i + 6 * HOURWEEK_HOURS) % AORISTIC_WEEK_HOURS;
        CHECK_NEAR((&got.weight[0][0])[mine] / sums.column[1][i], 1, 1e-9);
    }
    CHECK_INT(got.over_week, 213);
    CHECK_NEAR(total(got.weight), 3000, 1e-9);
    in.rules = AORISTIC_STANDARD;
    got = summed(&in);
    CHECK_INT(got.left_out, 213);
    CHECK_NEAR(total(got.weight), 3000 - 213, 1e-9);
    arena_free(a);
}

TEST(weights_and_order_only_scale)
{
    msec from[50], to[50], from2[50], to2[50];
    double weight[50];
    struct rng r = rng_make(5, 0);
    for (int i = 0; i < 50; i++) {
        from[i] = at("2026-05-01 00:00") + rng_below(&r, 100000) * MSEC_MINUTE;
        to[i] = from[i] + rng_below(&r, 3000) * MSEC_MINUTE;
        from2[49 - i] = from[i];
        to2[49 - i] = to[i];
        weight[i] = 3;
    }
    struct aoristic_input in = {.n = 50, .from = from, .to = to};
    struct aoristic once = summed(&in);
    in.from = from2;
    in.to = to2;
    in.weight = weight;
    struct aoristic thrice = summed(&in);
    for (int k = 0; k < AORISTIC_WEEK_HOURS; k++)
        CHECK_NEAR((&thrice.weight[0][0])[k], 3 * (&once.weight[0][0])[k], 1e-12);
    CHECK_NEAR(thrice.total, 150, 0);
    from2[0] += 52 * 7 * MSEC_DAY; /* whole weeks later is the same hour, on a clock not moved */
    to2[0] += 52 * 7 * MSEC_DAY;
    in.clock = HOUR_CLOCK_PLAIN;
    struct aoristic later = summed(&in);
    from2[0] -= 52 * 7 * MSEC_DAY;
    to2[0] -= 52 * 7 * MSEC_DAY;
    struct aoristic plain = summed(&in);
    for (int k = 0; k < AORISTIC_WEEK_HOURS; k++)
        CHECK_NEAR((&later.weight[0][0])[k], (&plain.weight[0][0])[k], 1e-12);
}

TEST(what_is_no_interval_is_refused_or_left_out)
{
    msec from = at("2026-05-01 00:00"), to = INT64_MAX;
    double weight = 1;
    struct aoristic a;
    struct aoristic_input in = {.n = 1, .from = &from, .to = &to, .weight = &weight};
    CHECK_INT(aoristic_sum(&nothing, &in, &a), ERR_INVALID);
    to = from;
    const double bad[] = {-1, NAN, INFINITY};
    for (int i = 0; i < 3; i++) {
        weight = bad[i];
        CHECK_INT(aoristic_sum(&nothing, &in, &a), ERR_INVALID);
    }
    weight = 0;
    CHECK_NEAR(total(summed(&in).weight), 0, 0);
    from = AORISTIC_NONE;
    CHECK_INT(summed(&in).left_out, 1);
    in.n = 0;
    CHECK_INT(summed(&in).events, 0);
    in.n = 1;
    CHECK_INT(aoristic_sum(&(struct work){.tick = stop_at_once}, &in, &a), ERR_CANCELLED);
}
