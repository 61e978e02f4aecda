/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* samsyn analyse scan: rows, options, periods, sentences. */
#include <math.h>
#include <string.h>

#include "base/mem.h"
#include "base/str.h"
#include "parts/analysis/analysis_inner.h"
#include "parts/analysis/scan_table.h"
#include "test.h"

#define ROWS_MOST 64

struct row {
    double x, y;
    const char *t;
    double value, population;
    const char *place, *group;
};

struct rows {
    double number[COLUMN_COUNT][ROWS_MOST];
    msec t[ROWS_MOST];
    uint64_t line[ROWS_MOST];
    uint32_t index[2][ROWS_MOST];
    const char *name[2][ROWS_MOST];
};

static struct arena *arena;
static struct rows event_rows, people_rows;
static struct analysis_table people_table;

/* Columns that the first row has. */
static struct analysis_table table_of(struct rows *r, const struct row *row, size_t n)
{
    struct analysis_table t = {.n = n, .t = r->t, .line = r->line};
    memset(r, 0, sizeof *r);
    for (size_t i = 0; i < n; i++) {
        const char *names[2] = {row[i].place, row[i].group};
        double numbers[COLUMN_COUNT] = {[COLUMN_X] = row[i].x,
                                        [COLUMN_Y] = row[i].y,
                                        [COLUMN_VALUE] = row[i].value,
                                        [COLUMN_POPULATION] = row[i].population};
        for (int c = 0; c < COLUMN_COUNT; c++)
            r->number[c][i] = numbers[c];
        r->line[i] = i + 2;
        r->t[i] = ANALYSIS_NO_TIME;
        if (row[i].t)
            CHECK_INT(time_parse(row[i].t, &r->t[i]), ERR_OK);
        for (int k = 0; k < 2; k++) { /* a name for each row: the same text may come twice */
            r->name[k][i] = names[k] ? names[k] : "";
            r->index[k][i] = names[k] ? (uint32_t)i : UINT32_MAX;
        }
    }
    for (int c = 0; c < COLUMN_COUNT; c++)
        t.number[c] = r->number[c];
    t.place = (struct analysis_names){(uint32_t)n, r->name[0], r->index[0]};
    t.group = (struct analysis_names){(uint32_t)n, r->name[1], r->index[1]};
    t.has = COLUMN_BIT(COLUMN_X) | COLUMN_BIT(COLUMN_Y) | COLUMN_BIT(COLUMN_VALUE) |
            (n && row->t ? COLUMN_BIT(COLUMN_T) : 0) |
            (n && row->population > 0 ? COLUMN_BIT(COLUMN_POPULATION) : 0) |
            (n && row->place ? COLUMN_BIT(COLUMN_PLACE) : 0) |
            (n && row->group ? COLUMN_BIT(COLUMN_GROUP) : 0);
    return t;
}

static enum err read_people(struct analysis *an, const char *path, int fd)
{
    (void)fd;
    CHECK_TEXT(path, "people.csv");
    an->table = people_table;
    return ERR_OK;
}

/* Options as "model=poisson type=spatial". */
static struct analysis *begin(const struct row *row, size_t n, const char *asked)
{
    struct analysis *an;
    char text[400], *left = NULL;
    arena_free(arena);
    arena = arena_new((size_t)64 << 20);
    CHECK_INT(analysis_begin(analysis_method_find("scan"), arena, LANG_EN, &an), ERR_OK);
    str_copy(text, sizeof text, asked);
    for (char *o = strtok_r(text, " ", &left); o; o = strtok_r(NULL, " ", &left)) {
        char *value = strchr(o, '=');
        *value = 0;
        CHECK_INT(analysis_set(an, o, arena_strdup(arena, value + 1)), ERR_OK);
    }
    an->table = table_of(&event_rows, row, n);
    an->read_table = read_people;
    return an;
}

static char *answer(const struct row *row, size_t n, const char *asked)
{
    struct analysis *an = begin(row, n, asked);
    struct buf out = buf_init(1 << 20);
    CHECK_INT(analysis_run(an), ERR_OK);
    CHECK_INT(analysis_write_json(an, &out), ERR_OK);
    char *text = arena_strdup(arena, buf_text(&out));
    buf_done(&out);
    return text;
}

static void refused(const struct row *row, size_t n, const char *asked, const char *part)
{
    struct analysis *an = begin(row, n, asked);
    CHECK_INT(analysis_run(an), ERR_USAGE);
    if (!strstr(an->problem, part))
        fail_msg("%s: %s", asked, an->problem);
}

static bool says(const char *json, const char *part)
{
    if (!strstr(json, part))
        print_message("# not there: %s in %s\n", part, json);
    return strstr(json, part) != NULL;
}

#define VILLAGES(people)                                                                           \
    {                                                                                              \
        {0, 0, NULL, 2, people, "Alby", NULL}, {1000, 0, NULL, 9, people, "By", NULL},             \
            {1900, 0, NULL, 8, people, "Carlstorp", NULL},                                         \
        {                                                                                          \
            3000, 0, NULL, 1, people, "Dal", NULL                                                  \
        }                                                                                          \
    }

TEST(worked_example_of_scan_by_its_method)
{
    const struct row rows[] = VILLAGES(1000);
    char *json = answer(rows, 4, "model=poisson type=spatial");
    CHECK(says(json, "\"observed\":17,\"expected\":10,\"ratio\":1.7"));
    CHECK(says(json, "\"llr\":5.40876185507"));
    CHECK(says(json, "\"place\":\"By\",\"x\":1000,\"y\":0,\"radius\":900,\"members\":2"));
    CHECK(says(json, "\"places\":\"By, Carlstorp\",\"from\":null,\"to\":null"));
    CHECK(says(json, "17 events within 900 metres of By. Expected: about 10."));
}

/* 6 places x 8 days; many more cases at one of them in the last three. */
static size_t outbreak(struct row *row)
{
    static const char *const days[] = {"2026-03-01", "2026-03-02", "2026-03-03", "2026-03-04",
                                       "2026-03-05", "2026-03-06", "2026-03-07", "2026-03-08"};
    size_t n = 0;
    for (int i = 0; i < 6; i++)
        for (int d = 0; d < 8; d++, n++)
            row[n] = (struct row){.x = 500000 + 1000 * (i % 3),
                                  .y = 6500000 + 1000 * (i / 3),
                                  .t = days[d],
                                  .value = 3 + (i == 0 && d > 4 ? 27 : 0)};
    return n;
}

TEST(a_cluster_that_goes_on_has_dates_and_a_recurrence)
{
    struct row rows[ROWS_MOST];
    size_t n = outbreak(rows);
    char *json = answer(rows, n, "mode=prospective max-duration=4 max-radius=1500");
    CHECK(says(json, "\"from\":\"2026-03-06\",\"to\":\"2026-03-08\",\"observed\":90"));
    CHECK(says(json, "\"p\":0.001,"));
    CHECK(says(json, "\"recurrence_days\":1000"));
    CHECK(says(json, "about once in 1000 days"));
}

TEST(rows_in_any_order_give_the_same_bytes)
{
    struct row rows[ROWS_MOST], other[ROWS_MOST];
    char first[20000];
    size_t n = outbreak(rows);
    str_copy(first, sizeof first, answer(rows, n, "permutations=99"));
    for (size_t i = 0; i < n; i++)
        other[i] = rows[n - 1 - i];
    CHECK_TEXT(answer(other, n, "permutations=99"), first);
}

TEST(periods_are_counted_back_from_the_last_day)
{
    const struct row rows[] = {{.t = "2026-01-05"}, {.t = "2026-03-10"}, {.t = "2026-02-28"}};
    struct analysis *an = begin(rows, 3, "type=temporal model=poisson");
    struct scan_wish w = {
        .model = SCAN_POISSON, .time = true, .days = 7, .from = INT64_MIN, .to = INT64_MAX};
    struct scan_table t = {0};
    char text[TIME_TEXT];
    CHECK_INT(scan_clock_make(an, &w, &t), ERR_OK);
    CHECK_INT(t.clock.periods, 10); /* 65 days */
    date_text(scan_clock_first(&t.clock, 9), text);
    CHECK_TEXT(text, "2026-03-04");
    date_text(scan_clock_first(&t.clock, 0), text);
    CHECK_TEXT(text, "2026-01-05");
    date_text(scan_clock_last(&t.clock, 0), text);
    CHECK_TEXT(text, "2026-01-06");
    w.unit = UNIT_MONTH;
    CHECK_INT(scan_clock_make(an, &w, &t), ERR_OK);
    CHECK_INT(t.clock.periods, 3);
    date_text(scan_clock_last(&t.clock, 1), text);
    CHECK_TEXT(text, "2026-02-28");
    CHECK_INT(scan_clock_period(&t.clock, date_days((struct date){2026, 3, 1})), 2);
    w.unit = UNIT_YEAR;
    CHECK_INT(scan_clock_make(an, &w, &t), ERR_OK);
    CHECK_INT(t.clock.periods, 1);
}

TEST(a_population_file_counts_by_place_and_group)
{
    /* Old people have nine cases of ten, and By has nearly all of them: then nothing is odd. */
    const struct row rows[] = {{0, 0, NULL, 1, 0, "Alby", "young"},
                               {9, 0, NULL, 9, 0, "By", "old"}};
    const struct row people[] = {{.population = 1000, .place = "Alby", .group = "young"},
                                 {.population = 1, .place = "By", .group = "young"},
                                 {.population = 500, .place = "By", .group = "old"},
                                 {.population = 500, .place = "By", .group = "old"},
                                 {.population = 1, .place = "Alby", .group = "old"}};
    people_table = table_of(&people_rows, people, 5);
    people_table.has &= ~(COLUMN_BIT(COLUMN_X) | COLUMN_BIT(COLUMN_Y));
    people_table.t = NULL;
    char *json = answer(rows, 2,
                        "model=poisson type=spatial max-share=1 population-file=people.csv "
                        "permutations=0 min-cases=1");
    CHECK(says(json, "\"expected\":8.99200799"));
    CHECK(says(json, "\"p\":null"));
}

TEST(cases_and_controls_by_name)
{
    const struct row rows[] = {
        {0, 0, NULL, 5, 0, NULL, "case"},    {0, 0, NULL, 1, 0, NULL, "control"},
        {900, 0, NULL, 1, 0, NULL, "fall"},  {900, 0, NULL, 5, 0, NULL, "kontroll"},
        {2000, 0, NULL, 0, 0, NULL, "case"}, {2000, 0, NULL, 9, 0, NULL, "0"}};
    char *json = answer(rows, 6, "model=bernoulli type=spatial");
    CHECK(says(json, "\"observed\":5,"));
    CHECK(says(json, "\"population\":6,"));
    CHECK(says(json, "\"locations\":3,"));
}

TEST(events_outside_the_study_are_told)
{
    struct row rows[ROWS_MOST];
    size_t n = outbreak(rows);
    char *json = answer(rows, n, "from=2026-03-02 to=2026-03-08 permutations=0");
    CHECK(says(json, "\"study_from\":\"2026-03-02\""));
    CHECK(says(json, "18 events lie outside"));
    CHECK(says(json, "\"max-duration\":3"));
}

TEST(distances_on_the_globe)
{
    /* One degree of latitude is 111.195 km. */
    const struct row rows[] = {{15, 59, NULL, 9, 10, NULL, NULL},
                               {15, 60, NULL, 8, 10, NULL, NULL},
                               {15, 62, NULL, 1, 10, NULL, NULL},
                               {15, 66, NULL, 1, 10, NULL, NULL}};
    char *json = answer(rows, 4, "model=poisson type=spatial metric=sphere permutations=0");
    CHECK(says(json, "\"observed\":17,"));
    CHECK(says(json, "\"radius\":111195.0"));
    json = answer(rows, 4,
                  "model=poisson type=spatial metric=sphere max-radius=111000 permutations=0");
    CHECK(says(json, "\"observed\":9,"));
}

TEST(what_cannot_be_scanned_is_told_in_words)
{
    const struct row villages[] = VILLAGES(1000), none[] = VILLAGES(0);
    struct row rows[ROWS_MOST];
    size_t n = outbreak(rows);
    refused(villages, 4, "", "no column “t”");
    refused(villages, 4, "type=spatial", "searches place and time together");
    refused(none, 4, "model=poisson type=spatial", "needs a population");
    refused(none, 4, "model=bernoulli type=spatial", "no column “group”");
    refused(villages, 0, "model=poisson type=spatial", "no rows");
    refused(rows, n, "model=other", "--model must be one of");
    refused(rows, n, "time-unit=fortnight", "--time-unit must be");
    refused(rows, n, "time-unit=0", "--time-unit must be");
    refused(rows, n, "from=yesterday", "--from must be a date");
    refused(rows, n, "from=2026-04-01 to=2026-03-01", "first day is after");
    refused(rows, n, "from=2027-01-01 to=2027-02-01", "No events lie within");
    refused(rows, n, "time-unit=year", "two of each");
    refused(rows, n, "metric=sphere", "Row 2: the position");
    rows[3].value = 1.5;
    refused(rows, n, "", "Row 5: the counts must be whole");
    rows[3].value = 1;
    rows[4].x = NAN;
    refused(rows, n, "", "Row 6: the position");
}

TEST(people_that_do_not_fit_are_told_in_words)
{
    struct row two[] = VILLAGES(1000);
    const struct row people[] = {{.population = 10, .place = "Alby"},
                                 {.population = 10, .place = "X"}};
    two[1].x = 0;
    two[1].population = 5;
    refused(two, 4, "model=poisson type=spatial", "differ in population");
    people_table = table_of(&people_rows, people, 2);
    people_table.has &= ~(COLUMN_BIT(COLUMN_X) | COLUMN_BIT(COLUMN_Y));
    people_table.t = NULL;
    refused(two, 4, "model=poisson type=spatial population-file=people.csv",
            "row 3: the place “X”");
    people_table.n = 1;
    refused(two, 4, "model=poisson type=spatial population-file=people.csv",
            "population is missing");
    two[0].group = "someone";
    refused(two, 4, "model=bernoulli type=spatial", "Row 2: the column group");
    two[0].group = "case";
    refused(two, 1, "model=bernoulli type=spatial", "no controls");
}

TEST(one_day_at_a_nameless_spot_is_told_in_words)
{
    const struct row rows[] = {{.x = 300, .y = -100, .t = "2026-03-03", .value = 6},
                               {.x = 300, .y = -100, .t = "2026-03-01", .value = 1},
                               {.x = 900, .y = 800, .t = "2026-03-01", .value = 4},
                               {.x = 900, .y = 800, .t = "2026-03-02", .value = 4},
                               {.x = 900, .y = 800, .t = "2026-03-04", .value = 4}};
    const char *json = answer(rows, 5, "permutations=9");
    CHECK(says(json, "6 events at position 300, −100, on "));
    CHECK(strstr(json, ", from ") == NULL);
}
