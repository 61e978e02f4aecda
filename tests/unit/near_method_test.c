/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* samsyn analyse knox, near-repeat-chains, mantel, aoristic, weekday-hour, season, stl: options,
 * fields, sentences. The figures themselves are tested in knox_test.c and its neighbours. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/str.h"
#include "parts/analysis/analysis.h"
#include "test.h"

#define ROWS_MOST 64

static struct arena *arena;
static struct analysis *an;
static struct buf json;

/* A row for each event: x, y, time, end ("" when there is none), value. */
struct row {
    double x, y;
    const char *t, *end;
    double value;
};

static void fill(const struct row *rows, size_t n)
{
    double *x = ARENA_ARRAY(arena, n, double), *y = ARENA_ARRAY(arena, n, double);
    double *value = ARENA_ARRAY(arena, n, double);
    msec *t = ARENA_ARRAY(arena, n, msec), *end = ARENA_ARRAY(arena, n, msec);
    uint64_t *line = ARENA_ARRAY(arena, n, uint64_t);
    for (size_t i = 0; i < n; i++) {
        x[i] = rows[i].x;
        y[i] = rows[i].y;
        value[i] = rows[i].value;
        line[i] = i + 2;
        end[i] = ANALYSIS_NO_TIME;
        CHECK_INT(time_parse(rows[i].t, &t[i]), ERR_OK);
        if (rows[i].end && *rows[i].end)
            CHECK_INT(time_parse(rows[i].end, &end[i]), ERR_OK);
    }
    an->table = (struct analysis_table){.n = n, .t = t, .t_end = end, .line = line};
    an->table.number[COLUMN_X] = x;
    an->table.number[COLUMN_Y] = y;
    an->table.number[COLUMN_VALUE] = value;
    an->table.has = COLUMN_BIT(COLUMN_X) | COLUMN_BIT(COLUMN_Y) | COLUMN_BIT(COLUMN_T) |
                    COLUMN_BIT(COLUMN_T_END) | COLUMN_BIT(COLUMN_VALUE);
}

/* Options as "days=0,7 closed=". Answers what the run answered; the result is in json. */
static enum err ran(const char *method, const struct row *rows, size_t n, const char *options)
{
    char text[300], *left = NULL;
    arena_free(arena);
    arena = arena_new((size_t)16 << 20);
    CHECK(arena && str_copy(text, sizeof text, options));
    CHECK_INT(analysis_begin(analysis_method_find(method), arena, LANG_SV, &an), ERR_OK);
    for (char *o = strtok_r(text, " ", &left); o; o = strtok_r(NULL, " ", &left)) {
        char *equals = strchr(o, '=');
        *equals = 0;
        CHECK_INT(analysis_set(an, o, arena_strdup(arena, equals + 1)), ERR_OK);
    }
    fill(rows, n);
    enum err e = analysis_run(an);
    buf_done(&json);
    json = buf_init((size_t)1 << 20);
    if (e == ERR_OK)
        CHECK_INT(analysis_write_json(an, &json), ERR_OK);
    return e;
}

static bool says(const char *part)
{
    if (strstr(buf_text(&json), part))
        return true;
    print_message("no %s in: %.3000s\n", part, buf_text(&json));
    return false;
}

static bool refused(const char *sentence)
{
    if (an->problem && strstr(an->problem, sentence))
        return true;
    print_message("said: %s\n", an->problem ? an->problem : "nothing");
    return false;
}

static const struct row burglaries[] = {
    {1000, 1000, "2026-01-01", "", 0}, {1030, 1040, "2026-01-02", "", 0},
    {1040, 1000, "2026-01-06", "", 0}, {6000, 1000, "2026-02-09", "", 0},
    {9000, 1000, "2026-02-13", "", 0},
};
#define BURGLARIES burglaries, ARRAY_LEN(burglaries)

TEST(knox_answers_with_its_fields)
{
    CHECK_INT(ran("knox", BURGLARIES, "distances=0,100 days=0,7 permutations=99"), ERR_OK);
    CHECK(says("\"pairs\":10,"));
    CHECK(says("\"cells\":[{\"distance_from\":0,\"distance_to\":100,\"days_from\":0,\"days_to\":7,"
               "\"observed\":3,\"expected\":"));
    CHECK(says("\"ratio\":") && says("\"ratio_median\":") && says("\"p_low\":"));
    CHECK(says("\"expected_analytic\":1.2"));
    CHECK(says("\"day_bands\":[{\"from\":0,\"to\":7,\"pairs\":4}]"));
    CHECK(says("3 par händelser ligger inom 100 meter och 7 dygn från varandra. Av en slump "
               "väntas omkring 1,2."));
    CHECK(says("Av en slump väntas så få par"));
}

TEST(knox_without_permutations_is_analytic)
{
    CHECK_INT(ran("knox", BURGLARIES, "distances=0,1,100 days=0,7 permutations=0 same-place=0.5"),
              ERR_OK);
    CHECK(says("\"expected\":null,\"ratio\":null") && says("\"distance_to\":0.5"));
    CHECK(says("Risken för en ny händelse nära inpå en annan är inte tydligt höjd."));
}

TEST(knox_says_what_is_wrong_with_bands)
{
    CHECK_INT(ran("knox", BURGLARIES, "distances=0,200,100"), ERR_USAGE);
    CHECK(refused("--distances ska vara 2 till 64 tal som stiger"));
    CHECK_INT(ran("knox", BURGLARIES, "days=7"), ERR_USAGE);
    CHECK(refused("--days"));
    CHECK_INT(ran("knox", BURGLARIES, "metric=taxi"), ERR_USAGE);
    CHECK(refused("--metric ska vara något av: euclidean|manhattan"));
    CHECK_INT(ran("knox", BURGLARIES, "same-place=100"), ERR_USAGE);
    CHECK(refused("--same-place"));
    CHECK_INT(ran("knox", burglaries, 1, ""), ERR_USAGE);
    CHECK(refused("minst 2 rader"));
}

TEST(chains_answer_with_a_row_each)
{
    CHECK_INT(ran("near-repeat-chains", BURGLARIES, "distance=60 days=7"), ERR_OK);
    CHECK(says("\"components\":3,\"chains_shown\":1,\"events_in_chains\":3,\"links\":3,"));
    CHECK(says("\"chains\":[{\"chain\":1,\"events\":3,\"first\":\"2025-12-31T23:00:00Z\""));
    CHECK(says("\"radius\":") && says("{\"row\":4,\"chain\":2,\"size\":1}"));
    CHECK(says("En kedja med 3 av 5 händelser"));
    CHECK(says("De hände från 1 januari 2026 till 6 januari 2026, alla inom 28 meter"));
    CHECK_INT(ran("near-repeat-chains", BURGLARIES, "distance=1"), ERR_OK);
    CHECK(says("\"chains\":[]") && says("Inga händelser ligger inom 1 meter och 14 dygn"));
}

TEST(mantel_answers_or_says_why_not)
{
    CHECK_INT(ran("mantel", BURGLARIES, "permutations=99"), ERR_OK);
    CHECK(says("\"pairs\":10,\"r\":0.") && says("\"permuted_sd\":") && says("Det är 0,") &&
          says(" fall av 1000."));
    CHECK_INT(ran("mantel", burglaries, 2, ""), ERR_USAGE);
    struct row twice[] = {burglaries[0], burglaries[0], burglaries[1]};
    CHECK_INT(ran("mantel", twice, 3, "space-constant=0"), ERR_USAGE);
    CHECK(refused("oändligt"));
}

static const struct row thefts[] = {
    {0, 0, "2026-11-13 22:00", "2026-11-14 02:00", 0},
    {0, 0, "2026-11-13 23:30", "", 0},
    {0, 0, "2026-11-14 09:00", "2026-11-14 08:00", 0},
    {0, 0, "2026-11-09 00:00", "2026-11-17 00:00", 0},
};
#define THEFTS thefts, ARRAY_LEN(thefts)

TEST(aoristic_answers_by_either_rules)
{
    CHECK_INT(ran("aoristic", THEFTS, ""), ERR_OK);
    CHECK(says("{\"weekday\":5,\"hour\":23,\"hour_of_week\":144,\"weight\":1.25,\"share\":0.625}"));
    CHECK(says("\"left_out\":2,\"moments\":1,\"over_24_hours\":0,\"over_one_week\":1,"
               "\"end_before_start\":1"));
    CHECK(says("\"peak_hour\":22,\"peak_hours\":4,\"peak_share\":1,\"peak_weekday\":5,"));
    CHECK(says("För lite underlag: 4 av de minst 20 rader"));
    CHECK(says("2 rader är inte med"));
    CHECK_INT(ran("aoristic", THEFTS, "rules=r-aoristic"), ERR_OK);
    CHECK(says("\"events\":4,") && says("\"left_out\":0,"));
    CHECK_INT(ran("aoristic", THEFTS, "rules=own"), ERR_USAGE);
    CHECK(refused("--rules ska vara något av"));
}

static const struct row moments[] = {
    {0, 0, "2026-11-13 22:00", "2026-11-13 22:40", 0},
    {0, 0, "2026-11-13 23:30", "", 0},
    {0, 0, "2026-11-14 09:00", "2026-11-14 09:00", 0},
    {0, 0, "2026-11-09 00:00", "2026-11-09 01:00", 0},
};
#define MOMENTS moments, ARRAY_LEN(moments)

TEST(weekday_hour_divides_by_how_many_there_were)
{
    CHECK_INT(ran("weekday-hour", MOMENTS, "from=2026-11-01 to=2026-11-30"), ERR_OK);
    CHECK(says("\"events\":4,\"total_weight\":4,\"left_out\":0,\"outside_period\":0,\"days\":30,"));
    CHECK(says("{\"weekday\":5,\"hour\":23,\"count\":1,\"hours\":4,\"rate\":0.25,\"rate_low\":"));
    CHECK(says("{\"weekday\":1,\"count\":1,\"days\":5,\"rate\":0.2,"));
    CHECK(says("\"weekday_test\":\"exact\""));
    CHECK(says("Ingen timme i veckan sticker ut"));
    CHECK_INT(ran("weekday-hour", MOMENTS, "from=2026-11-14"), ERR_OK);
    CHECK(says("3 rader ligger utanför perioden"));
    CHECK_INT(ran("weekday-hour", MOMENTS, "from=2026-11-31"), ERR_USAGE);
    CHECK(refused("--from ska vara ett datum"));
    CHECK_INT(ran("weekday-hour", MOMENTS, "from=2027-01-01"), ERR_USAGE);
    CHECK(refused("Perioden har inga dagar"));
}

/* As the page does: the first moment of a long interval says nothing about the hour. */
TEST(intervals_are_in_no_hour_and_told)
{
    CHECK_INT(ran("weekday-hour", THEFTS, "from=2026-11-01 to=2026-11-30"), ERR_OK);
    CHECK(says("\"events\":1,\"total_weight\":1,\"left_out\":3,\"outside_period\":0,"));
    CHECK(says("3 rader är inte med: man vet bara mellan vilka tider de hände"));
    CHECK_INT(ran("season", THEFTS, "by=hour from=2026-11-01 to=2026-11-30"), ERR_OK);
    CHECK(says("\"total_weight\":1,\"left_out\":3,"));
    static const struct row days[] = {
        {0, 0, "2026-11-13 10:00", "2026-11-13 18:00", 0}, /* one day */
        {0, 0, "2026-11-12 00:00", "2026-11-13 00:00", 0}, /* the whole of one */
        {0, 0, "2026-11-13 10:00", "2026-11-14 18:00", 0},
    };
    CHECK_INT(ran("season", days, 3, "by=weekday from=2026-11-01 to=2026-11-30"), ERR_OK);
    CHECK(says("\"total_weight\":2,\"left_out\":1,"));
    CHECK(says("En rad är inte med: man vet bara mellan vilka tider"));
    CHECK_INT(ran("season", THEFTS, "by=month from=2026-11-01 to=2026-11-30"), ERR_OK);
    CHECK(says("\"total_weight\":4,\"left_out\":0,"));
}

/* In the nights when the clock is moved the day has 23 and 25 hours. */
TEST(a_moved_clock_makes_23_and_25_hours)
{
    CHECK_INT(ran("weekday-hour", THEFTS, "from=2026-03-29 to=2026-11-17"), ERR_OK);
    CHECK(says("{\"weekday\":7,\"hour\":2,\"count\":0,\"hours\":34,")); /* 34 - 1 + 1 */
    CHECK_INT(ran("weekday-hour", THEFTS, "from=2026-10-25 to=2026-11-17"), ERR_OK);
    CHECK(says("{\"weekday\":7,\"hour\":2,\"count\":0,\"hours\":5,"));
    CHECK(says("{\"weekday\":7,\"hour\":3,\"count\":0,\"hours\":4,"));
}

/* The hour that a Swedish clock skips is there on a clock that is never moved. */
TEST(times_are_read_as_written_when_asked)
{
    static const char rows[] = "t\n2026-03-29 02:30\n2026-03-29\n2026-03-30T02:00:00Z\n";
    static const char *const clocks[] = {"swedish", "as-written"};
    char path[] = "/tmp/near-method-XXXXXX";
    int fd = mkstemp(path);
    CHECK(fd >= 0 && write(fd, rows, sizeof rows - 1) == (ssize_t)sizeof rows - 1);
    close(fd);
    setenv("SAMSYN_CONVERT", CONVERT_PROGRAM, 1);
    for (int i = 0; i < 2; i++) {
        arena_free(arena);
        arena = arena_new((size_t)16 << 20);
        CHECK_INT(analysis_begin(analysis_method_find("weekday-hour"), arena, LANG_SV, &an),
                  ERR_OK);
        CHECK_INT(analysis_set(an, "clock", clocks[i]), ERR_OK);
        CHECK_INT(analysis_read(an, path, -1), ERR_OK);
        CHECK_INT(analysis_run(an), ERR_OK);
        buf_done(&json);
        json = buf_init((size_t)1 << 20);
        CHECK_INT(analysis_write_json(an, &json), ERR_OK);
        CHECK(says("{\"weekday\":7,\"hour\":0,\"count\":1,\"hours\":1,"));
        CHECK(says(i ? "{\"weekday\":7,\"hour\":2,\"count\":1,\"hours\":1,"
                     : "{\"weekday\":7,\"hour\":3,\"count\":1,\"hours\":1,"));
        CHECK(says(i ? "{\"weekday\":1,\"hour\":2,\"count\":1,"
                     : "{\"weekday\":1,\"hour\":4,\"count\":1,"));
    }
    unlink(path);
}

TEST(season_counts_by_the_day)
{
    CHECK_INT(ran("season", BURGLARIES, "from=2026-01-01 to=2026-12-31"), ERR_OK);
    CHECK(says("\"bins\":[{\"month\":1,\"name\":\"januari\",\"count\":3,\"days\":31,"));
    CHECK(says("{\"month\":2,\"name\":\"februari\",\"count\":2,\"days\":28,"));
    CHECK(says("\"test\":\"exact\"") && says("Mest per dag: januari, 7,1 gånger genomsnittet."));
    CHECK(!strstr(buf_text(&json), "hela år"));
    CHECK_INT(ran("season", BURGLARIES, "by=weekday statistic=kuiper"), ERR_OK);
    CHECK(says("{\"weekday\":1,\"name\":\"måndag\",\"count\":1,\"days\":6,"));
    CHECK_INT(ran("season", BURGLARIES, ""), ERR_OK);
    CHECK(says("inte hela år"));
    CHECK_INT(ran("season", BURGLARIES, "by=week"), ERR_USAGE);
}

TEST(stl_answers_value_by_value)
{
    struct row quarters[20];
    static const double season[] = {3, -1, -4, 2};
    for (int i = 0; i < 20; i++)
        quarters[i] = (struct row){0, 0, "2026-01-01", "", 100 + 2 * i + season[i % 4]};
    CHECK_INT(ran("stl", quarters, 20, "period=4"), ERR_OK);
    CHECK(says("\"trend\":7,") && says("\"outer\":0") && says("\"seasonal_strength\":0.9"));
    CHECK(says(
        "\"values\":[{\"row\":1,\"t\":\"2025-12-31T23:00:00Z\",\"observed\":103,\"seasonal\":"));
    CHECK(says("Det finns en säsong"));
    CHECK_INT(ran("stl", quarters, 20, "period=4 seasonal=7 robust="), ERR_OK);
    CHECK(says("\"inner\":1,\"outer\":15"));
    CHECK_INT(ran("stl", quarters, 20, ""), ERR_USAGE);
    CHECK(refused("--period"));
    CHECK_INT(ran("stl", quarters, 8, "period=4"), ERR_USAGE);
    CHECK(refused("minst 9 rader"));
    CHECK_INT(ran("stl", quarters, 20, "period=4 seasonal=6"), ERR_USAGE);
    CHECK_INT(ran("stl", quarters, 20, "period=4 trend=8"), ERR_USAGE);
    quarters[3].value = -5;
    CHECK_INT(ran("stl", quarters, 20, "period=4 log="), ERR_USAGE);
    CHECK(refused("Rad 5"));
}
