/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Every method against what no method wants: numbers that are none, nothing at all, one row, all
 * the same, counts of thousands of millions, degrees, times turned round. The answer is a result
 * that holds together, or a named error that says in words what to change. HOSTILE_SHOW=1 prints
 * all of them. */
#include "every_method.h"

static struct every_table table;

/* --- What is done to the table --- */

static void one_nan(double *v)
{
    v[ROWS / 2] = NAN;
}
static void all_nan(double *v)
{
    for (int i = 0; i < ROWS; i++)
        v[i] = NAN;
}
static void one_inf(double *v)
{
    v[ROWS / 2] = INFINITY;
}
static void one_minus_inf(double *v)
{
    v[ROWS / 2] = -INFINITY;
}
static void one_enormous(double *v)
{
    v[ROWS / 2] = 1e300;
}
static void one_tiny(double *v)
{
    v[ROWS / 2] = 1e-300;
}
static void one_negative(double *v)
{
    v[ROWS / 2] = -5;
}
static void one_part(double *v)
{
    v[ROWS / 2] = 2.5;
}
static void all_set(double *v, double to)
{
    for (int i = 0; i < ROWS; i++)
        v[i] = to;
}
static void all_zero(double *v)
{
    all_set(v, 0);
}
static void all_three(double *v)
{
    all_set(v, 3);
}
static void all_thousand_million(double *v)
{
    all_set(v, 1e9);
}
static void one_thousand_million(double *v)
{
    v[ROWS / 2] = 1e9;
}
static void beyond_counting(double *v)
{
    v[ROWS / 2] = 0x1p62;
}

static const struct {
    const char *name;
    void (*change)(double *v);
    bool counts; /* says nothing of coordinates */
} number_changes[] = {
    {"one NaN", one_nan, false},
    {"all NaN", all_nan, false},
    {"one infinite", one_inf, false},
    {"one minus infinite", one_minus_inf, false},
    {"one 1e300", one_enormous, false},
    {"one 1e-300", one_tiny, true},
    {"one negative", one_negative, true},
    {"one 2.5", one_part, true},
    {"all 0", all_zero, true},
    {"all 3", all_three, true},
    {"all 1e9", all_thousand_million, false},
    {"one 1e9", one_thousand_million, false},
    {"one 2^62", beyond_counting, false},
};

static void all_at_once(int64_t *t)
{
    for (int i = 0; i < ROWS; i++)
        t[i] = t[0];
}
static void one_missing(int64_t *t)
{
    t[ROWS / 2] = SAMSYN_NO_TIME;
}
static void all_missing(int64_t *t)
{
    for (int i = 0; i < ROWS; i++)
        t[i] = SAMSYN_NO_TIME;
}
static void turned(int64_t *t)
{
    for (int i = 0; i < ROWS / 2; i++) {
        int64_t other = t[i];
        t[i] = t[ROWS - 1 - i];
        t[ROWS - 1 - i] = other;
    }
}
static void one_last_of_all(int64_t *t)
{
    t[ROWS / 2] = INT64_MAX;
}
static void one_first_of_all(int64_t *t)
{
    t[ROWS / 2] = INT64_MIN + 1;
}
static void one_in_year_9999(int64_t *t)
{
    t[ROWS / 2] = date_days((struct date){9999, 12, 31}) * DAY;
}
static void one_in_year_1(int64_t *t)
{
    t[ROWS / 2] = date_days((struct date){1, 1, 1}) * DAY;
}
static void before_all(int64_t *t)
{
    for (int i = 0; i < ROWS; i++)
        t[i] -= 400 * DAY;
}

static const struct {
    const char *name;
    void (*change)(int64_t *t);
} time_changes[] = {
    {"all at once", all_at_once},        {"one missing", one_missing},
    {"all missing", all_missing},        {"order turned", turned},
    {"one at the end", one_last_of_all}, {"one at the beginning", one_first_of_all},
    {"one in 9999", one_in_year_9999},   {"one in year 1", one_in_year_1},
    {"400 days earlier", before_all},
};

/* --- What may be answered --- */

static void check_text(const struct every_case *c, const char *what, const char *json)
{
    static const char *const not_json[] = {":nan", ":-nan", ":inf", ":-inf", "{1}", "(null)"};
    for (size_t i = 0; i < ARRAY_LEN(not_json); i++)
        if (strstr(json, not_json[i]))
            fail_msg("%s, %s: %s in the answer", c->method, what, not_json[i]);
}

static void check_answer(const struct every_case *c, const char *what)
{
    enum samsyn_answer r;
    const char *json = "";
    size_t bytes;
    struct samsyn_analysis *an = every_begin(c, &table, &r);
    if (r == SAMSYN_OK)
        r = samsyn_analysis_run(an);
    const char *said = r == SAMSYN_OK      ? samsyn_analysis_sentence(an, 0)
                       : r == SAMSYN_USAGE ? samsyn_analysis_problem(an)
                                           : "";
    if (getenv("HOSTILE_SHOW"))
        printf("# %s (%s), %s: %d %s\n", c->method, c->options, what, r,
               said ? said : "SAYS NOTHING");
    if (r != SAMSYN_OK && r != SAMSYN_USAGE && r != SAMSYN_LIMIT)
        fail_msg("%s (%s), %s: answer %d", c->method, c->options, what, r);
    if (r != SAMSYN_LIMIT && (!said || !*said))
        fail_msg("%s (%s), %s: says nothing", c->method, c->options, what);
    if (r == SAMSYN_OK) {
        CHECK(samsyn_analysis_write(an, "json", &json, &bytes) == SAMSYN_OK);
        check_text(c, what, json);
    }
    samsyn_analysis_free(an);
}

static void try_numbers(const struct every_case *c)
{
    char what[80];
    for (int k = 0; k < COLUMN_COUNT; k++) {
        if (!every_uses(c, k) || k == COLUMN_T || k == COLUMN_T_END || k == COLUMN_PLACE ||
            k == COLUMN_GROUP)
            continue;
        for (size_t i = 0; i < ARRAY_LEN(number_changes); i++) {
            if (k <= COLUMN_Y && number_changes[i].counts)
                continue;
            every_fill(c, &table);
            number_changes[i].change(table.number[k]);
            if (number_changes[i].change == all_thousand_million)
                table.n = 6; /* each row takes long, by an exact sum */
            snprintf(what, sizeof what, "%s: %s", analysis_column_name((enum analysis_column)k),
                     number_changes[i].name);
            check_answer(c, what);
        }
    }
}

static void try_times(const struct every_case *c)
{
    char what[80];
    for (int k = COLUMN_T; k <= COLUMN_T_END; k++)
        for (size_t i = 0; i < ARRAY_LEN(time_changes) && every_uses(c, k); i++) {
            every_fill(c, &table);
            time_changes[i].change(k == COLUMN_T ? table.t : table.t_end);
            snprintf(what, sizeof what, "%s: %s", analysis_column_name((enum analysis_column)k),
                     time_changes[i].name);
            check_answer(c, what);
        }
}

static void try_sizes(const struct every_case *c)
{
    char what[80];
    for (size_t n = 0; n <= 6; n++) {
        every_fill(c, &table);
        table.n = n;
        snprintf(what, sizeof what, "%zu rows", n);
        check_answer(c, what);
    }
}

static void try_places(const struct every_case *c)
{
    every_fill(c, &table);
    all_set(table.number[COLUMN_X], 430000);
    all_set(table.number[COLUMN_Y], 6507000);
    check_answer(c, "all in one place");
    every_fill(c, &table);
    all_set(table.number[COLUMN_Y], 6507000);
    check_answer(c, "all on one line");
    for (int i = 0; i < ROWS; i++) {
        table.number[COLUMN_X][i] = 13.8 + i * 1e-4;
        table.number[COLUMN_Y][i] = 58.7 + (i * 7 % ROWS) * 1e-4;
    }
    check_answer(c, "degrees");
    every_fill(c, &table);
    for (int i = 0; i < ROWS; i++)
        table.index[i] = 0;
    check_answer(c, "one group only");
    for (int i = 0; i < ROWS; i++)
        table.index[i] = table.place[i] = SAMSYN_NO_NAME;
    check_answer(c, "no names");
}

static void try_all(size_t from, size_t to)
{
    for (size_t i = from; i < to && i < ARRAY_LEN(every_cases); i++) {
        every_fill(&every_cases[i], &table);
        check_answer(&every_cases[i], "as it should be");
        try_numbers(&every_cases[i]);
        try_times(&every_cases[i]);
        try_sizes(&every_cases[i]);
        try_places(&every_cases[i]);
    }
}

TEST(methods_of_where_answer_or_say_why_not)
{
    try_all(0, 8);
}

TEST(methods_of_near_and_clusters_answer_or_say_why_not)
{
    try_all(8, 14);
}

TEST(methods_of_when_and_change_answer_or_say_why_not)
{
    try_all(14, ARRAY_LEN(every_cases));
}

/* --- What must be refused, by its row --- */

static enum samsyn_answer answer_of(const char *method, const char *part)
{
    enum samsyn_answer r = SAMSYN_FAILED;
    for (size_t i = 0; i < ARRAY_LEN(every_cases); i++) {
        if (!str_eq(every_cases[i].method, method))
            continue;
        struct samsyn_analysis *an = every_begin(&every_cases[i], &table, &r);
        r = r == SAMSYN_OK ? samsyn_analysis_run(an) : r;
        const char *said =
            r == SAMSYN_OK ? samsyn_analysis_warning(an, 0) : samsyn_analysis_problem(an);
        if (!said || !strstr(said, part))
            fail_msg("%s: no \"%s\" in %s", method, part, said ? said : "nothing");
        samsyn_analysis_free(an);
        break;
    }
    return r;
}

TEST(a_negative_weight_is_told_with_its_row)
{
    static const char *const methods[] = {"weekday-hour", "season", "aoristic", "wdd", "kde"};
    for (size_t i = 0; i < ARRAY_LEN(methods); i++) {
        every_fill(&every_cases[0], &table);
        table.number[COLUMN_WEIGHT][7] = -1;
        CHECK_INT(answer_of(methods[i], "Rad 8: värdet i kolumnen weight"), SAMSYN_USAGE);
    }
}

TEST(a_series_without_any_value_is_no_series_without_alarms)
{
    static const char *const methods[] = {"farrington", "ears", "cusum",
                                          "breaks",     "its",  "harmonic"};
    for (size_t i = 0; i < ARRAY_LEN(methods); i++) {
        every_fill(&(struct every_case){.weekly = true}, &table);
        all_nan(table.number[COLUMN_VALUE]);
        CHECK_INT(answer_of(methods[i], "rad"), SAMSYN_USAGE);
    }
}

TEST(degrees_in_arrays_are_warned_of_as_in_files)
{
    every_fill(&every_cases[0], &table);
    for (int i = 0; i < ROWS; i++) {
        table.number[COLUMN_X][i] = 13.8 + i * 1e-4;
        table.number[COLUMN_Y][i] = 58.7 + (i * 7 % ROWS) * 1e-4;
    }
    CHECK_INT(answer_of("knox", "grader"), SAMSYN_OK);
}

/* --- Options --- */

TEST(bands_out_of_order_and_options_out_of_range_are_told)
{
    static const struct every_case bad[] = {
        {"knox", "distances=0,200,100", "x y t", {0}, false},
        {"knox", "distances=0,0", "x y t", {0}, false},
        {"knox", "days=7", "x y t", {0}, false},
        {"knox", "days=-1,7", "x y t", {0}, false},
        {"weekday-hour", "from=2019-01-01 to=2018-01-01", "t", {0}, false},
        {"season", "from=2019-01-01 to=2018-01-01", "t", {0}, false},
        {"farrington", "from=2024-01-01 to=2018-01-01", "t value", {0}, true},
        {"scan", "from=2019-01-01 to=2018-01-01", "x y t", {0}, false},
        {"its", "at=2010-01-04", "t value", {0}, true},
        {"harmonic", "harmonics=0", "t value", {0}, true},
        {"harmonic", "harmonics=7", "t value", {0}, true},
        {"harmonic", "harmonics=many", "t value", {0}, true},
        {"harmonic", "level=1", "t value", {0}, true},
        {"harmonic", "by=year", "t value", {0}, true},
        {"harmonic", "from=2018-01-01 to=2018-06-01", "t value", {0}, true},
        {"its", "", "t value", {0}, true},
        {"stl", "period=1", "value", {0}, true},
        {"stl", "period=300", "value", {0}, true},
        {"pai", "shares=0.5,2", "value after", {0}, false},
        {"kde", "bandwidth=0", "x y", {0}, false},
        {"kde", "bandwidth=-5", "x y", {0}, false},
        {"kde", "kernel=round", "x y", {0}, false},
        {"network-kde", "sigma=10 step=20", "x y", {0}, false},
        {"gistar", "neighbours=distance", "x y", {0}, false},
        {"gistar", "cell=0.001", "x y", {0}, false},
    };
    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        enum samsyn_answer r;
        every_fill(&bad[i], &table);
        struct samsyn_analysis *an = every_begin(&bad[i], &table, &r);
        if (an)
            r = samsyn_analysis_run(an);
        if (r != SAMSYN_USAGE || (an && !*samsyn_analysis_problem(an)))
            fail_msg("%s (%s): answer %d", bad[i].method, bad[i].options, r);
        samsyn_analysis_free(an);
    }
}

TEST(every_method_is_tried)
{
    for (size_t i = 0; analysis_methods[i]; i++) {
        bool found = false;
        for (size_t k = 0; k < ARRAY_LEN(every_cases); k++)
            found = found || str_eq(every_cases[k].method, analysis_methods[i]->name);
        if (!found)
            fail_msg("no case of %s in every_method.h", analysis_methods[i]->name);
    }
}
