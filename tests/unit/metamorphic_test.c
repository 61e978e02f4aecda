/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* What must follow for the answer when the table is changed in a known way: moved, turned, measured
 * in other units, later, in another order, with every event twice, or a part of the time alone.
 * metamorphic_laws.h has a line for each method and each change. */
#include "metamorphic.h"
#include "metamorphic_laws.h"

#define YEARS_LATER                                                                                \
    (4018 * DAY) /* eleven: the same weekdays, and clocks moved on the same dates                  \
                  */

static struct every_table table, changed;
static uint32_t order[ROWS];

static struct json_flat *answer(const struct every_case *c, struct every_table *t)
{
    enum samsyn_answer r;
    const char *json;
    size_t bytes;
    struct samsyn_analysis *an = every_begin(c, t, &r);
    if (!an)
        fail_msg("%s (%s): answer %d", c->method, c->options, r);
    if (samsyn_analysis_run(an) != SAMSYN_OK)
        fail_msg("%s (%s): %s", c->method, c->options, samsyn_analysis_problem(an));
    CHECK(samsyn_analysis_write(an, "json", &json, &bytes) == SAMSYN_OK);
    struct json_flat *j = json_flat_of(json);
    samsyn_analysis_free(an);
    return j;
}

/* --- The changes --- */

static void move(double *x, double *y)
{
    *x += 4000; /* whole cells */
    *y -= 8000;
}

static void turn(double *x, double *y)
{
    double was = *x;
    *x = 430000 + (6510000 - *y); /* a quarter, round a corner of the cells */
    *y = 6508000 + (was - 430000);
}

static void enlarge(double *x, double *y)
{
    *x *= 2;
    *y *= 2;
}

static void move_all(struct every_table *t, void (*how)(double *x, double *y))
{
    every_moved = how;
    for (size_t i = 0; i < t->n; i++)
        how(&t->number[COLUMN_X][i], &t->number[COLUMN_Y][i]);
}

static void times_two(struct every_table *t, int column)
{
    for (size_t i = 0; i < t->n; i++)
        t->number[column][i] *= 2;
}

/* Options in metres are measured in the new unit too. */
static void scale_options(struct every_case *c)
{
    static const char *const metres[] = {"cell",       "distance",       "distances",  "sigma",
                                         "step",       "snap",           "join",       "bandwidth",
                                         "max-radius", "space-constant", "same-place", "within"};
    static char out[400];
    char options[400], *left = NULL;
    size_t used = 0;
    out[0] = 0;
    str_copy(options, sizeof options, c->options);
    for (char *o = strtok_r(options, " ", &left); o; o = strtok_r(NULL, " ", &left)) {
        char *value = strchr(o, '='), *rest = NULL;
        bool scaled = false;
        for (size_t i = 0; i < ARRAY_LEN(metres); i++)
            scaled |= strlen(metres[i]) == (size_t)(value - o) &&
                      strncmp(o, metres[i], strlen(metres[i])) == 0;
        if (!scaled || !strchr("0123456789", value[1])) { /* "bandwidth=likelihood" */
            used += (size_t)snprintf(out + used, sizeof out - used, "%s ", o);
            continue;
        }
        used += (size_t)snprintf(out + used, sizeof out - used, "%.*s", (int)(value - o), o);
        for (char *part = strtok_r(value, "=,", &rest); part; part = strtok_r(NULL, ",", &rest))
            used += (size_t)snprintf(out + used, sizeof out - used, "%c%.10g",
                                     part == value + 1 ? '=' : ',', 2 * strtod(part, NULL));
        used += (size_t)snprintf(out + used, sizeof out - used, " ");
    }
    c->options = out;
}

static void scale(struct every_case *c, struct every_table *t)
{
    move_all(t, enlarge);
    times_two(t, COLUMN_POPULATION);
    times_two(t, COLUMN_TRAFFIC);
    times_two(t, COLUMN_TRAFFIC_AFTER);
    times_two(t, COLUMN_LENGTH);
    scale_options(c);
}

static void make_later(struct every_case *c, struct every_table *t)
{
    static char out[400];
    for (size_t i = 0; i < t->n; i++) {
        t->t[i] += YEARS_LATER;
        t->t_end[i] += YEARS_LATER;
    }
    str_copy(out, sizeof out, c->options);
    char *at = strstr(out, "at=2022");
    if (at)
        memcpy(at, "at=2033", 7);
    c->options = out;
}

/* Row i of `from` becomes row order[i]. */
static void shuffle(const struct every_table *from, struct every_table *to)
{
    struct rng r = rng_make(3, 3);
    for (uint32_t i = 0; i < from->n; i++)
        order[i] = i;
    for (uint32_t i = (uint32_t)from->n - 1; i > 0; i--) {
        uint32_t k = (uint32_t)(rng_unit(&r) * (i + 1)), keep = order[i];
        order[i] = order[k];
        order[k] = keep;
    }
    for (size_t i = 0; i < from->n; i++) {
        for (int c = 0; c < COLUMN_COUNT; c++)
            to->number[c][order[i]] = from->number[c][i];
        to->t[order[i]] = from->t[i];
        to->t_end[order[i]] = from->t_end[i];
        to->index[order[i]] = from->index[i];
        to->place[order[i]] = from->place[i];
    }
}

static void copy_row(struct every_table *t, size_t from, size_t to)
{
    for (int c = 0; c < COLUMN_COUNT; c++)
        t->number[c][to] = t->number[c][from];
    t->t[to] = t->t[from];
    t->t_end[to] = t->t_end[from];
    t->index[to] = t->index[from];
    t->place[to] = t->place[from];
}

/* Every event: rows are events, or their counts. */
static void twice(const struct every_case *c, struct every_table *t)
{
    static const int counts[] = {COLUMN_VALUE, COLUMN_BEFORE, COLUMN_AFTER};
    bool counted = false;
    for (size_t i = 0; i < ARRAY_LEN(counts); i++) {
        counted |= every_uses(c, counts[i]);
        times_two(t, counts[i]);
    }
    for (size_t i = 0; i < t->n && !counted; i++)
        copy_row(t, i, t->n + i);
    t->n *= counted ? 1 : 2;
}

static bool is_counted(const struct every_case *c)
{
    return every_uses(c, COLUMN_VALUE) || every_uses(c, COLUMN_BEFORE);
}

static void change(struct every_case *c, enum relation relation)
{
    memcpy(&changed, &table, sizeof table);
    switch (relation) {
    case MOVED:
        move_all(&changed, move);
        break;
    case TURNED:
        move_all(&changed, turn);
        break;
    case SCALED:
        scale(c, &changed);
        break;
    case LATER:
        make_later(c, &changed);
        break;
    case SHUFFLED:
        shuffle(&table, &changed);
        break;
    case TWICE:
        twice(c, &changed);
        break;
    case RELATIONS:
        break;
    }
}

/* --- The table of laws --- */

/* The line of a method's n-th case: its own, or that of all its cases. */
static const char *rules_for(const char *method, int nth, enum relation relation)
{
    const char *all = NULL;
    for (size_t i = 0; i < ARRAY_LEN(laws); i++) {
        if (!str_eq(laws[i].method, method) || !laws[i].rules[relation])
            continue;
        if (laws[i].nth == nth)
            return laws[i].rules[relation];
        if (laws[i].nth < 0)
            all = laws[i].rules[relation];
    }
    if (!all)
        fail_msg("metamorphic_laws.h has no line for %s (case %d): what must follow when it is %s?",
                 method, nth, relation_names[relation]);
    return all;
}

static int number_of_case(size_t i)
{
    int nth = 0;
    for (size_t k = 0; k < i; k++)
        nth += str_eq(every_cases[k].method, every_cases[i].method);
    return nth;
}

static int try_case(size_t i, enum relation relation)
{
    static char label[200], options[400];
    struct every_case c = every_cases[i];
    const char *rules = rules_for(c.method, number_of_case(i), relation);
    if (*rules == '#')
        return 0;
    snprintf(options, sizeof options, "%s %s", c.options, extra_for(c.method, relation));
    snprintf(label, sizeof label, "%s (%s), %s", c.method, c.options, relation_names[relation]);
    c.options = options;
    every_moved = NULL;
    every_fill(&c, &table);
    if (relation == TWICE && !is_counted(&c))
        table.n /= 2;
    struct json_flat *old = answer(&c, &table);
    change(&c, relation);
    struct json_flat *new = answer(&c, &changed);
    const char *runs = strstr(c.options, "permutations=");
    struct held h = {.label = label,
                     .rules = rules,
                     .old = old,
                     .new = new,
                     .row_of = relation == SHUFFLED ? order : NULL,
                     .runs = runs ? strtod(runs + 13, NULL) : 999};
    int faults = hold(&h);
    every_moved = NULL;
    json_flat_free(old);
    json_flat_free(new);
    return faults;
}

static void try_all(enum relation relation)
{
    int faults = 0;
    for (size_t i = 0; i < ARRAY_LEN(every_cases); i++)
        faults += try_case(i, relation);
    CHECK_INT(faults, 0);
}

TEST(the_ground_moved_moves_the_places_and_nothing_else)
{
    try_all(MOVED);
}

TEST(the_ground_turned_turns_the_places_and_nothing_else)
{
    try_all(TURNED);
}

TEST(other_units_change_what_has_a_unit_and_nothing_else)
{
    try_all(SCALED);
}

TEST(eleven_years_later_the_same_is_found)
{
    try_all(LATER);
}

TEST(the_order_of_the_rows_means_nothing)
{
    try_all(SHUFFLED);
}

TEST(every_event_twice_follows_its_law)
{
    try_all(TWICE);
}

/* --- A part of the time --- */

/* The rows of one part: before day 100 or from it on. */
static void part_of(const struct every_table *from, bool later, struct every_table *to)
{
    int64_t middle = date_days((struct date){2018, 4, 11}) * DAY;
    memcpy(to, from, sizeof *to);
    to->n = 0;
    for (size_t i = 0; i < from->n; i++)
        if ((from->t[i] >= middle) == later)
            copy_row(to, i, to->n++);
}

static bool is_summed(const char *columns, const struct place_of_leaf *l)
{
    for (const char *p = columns; *p; p += strcspn(p, " "), p += *p == ' ')
        if (name_is(p, strcspn(p, " "), l))
            return true;
    return false;
}

/* The same leaf, by its row or its place on the map. */
static double in_part(struct held *h, size_t i, const struct place_of_leaf *l)
{
    const struct json_leaf *leaf =
        leaf_at(h, l->table, l->row < 0 ? -1 : row_now(h, i, l), l->column);
    return leaf ? leaf->number : 0;
}

static int compare_sums(struct held h[2], const char *columns)
{
    struct place_of_leaf l;
    int faults = 0, compared = 0;
    size_t row = 0;
    const struct json_flat *all = h[0].old;
    for (size_t i = 0; i < all->n; i++) {
        if (!leaf_place(all->leaf[i].path, &l))
            continue;
        if (str_eq(l.column, "col") || l.row < 0)
            row = i;
        if (!is_summed(columns, &l))
            continue;
        double sum = in_part(&h[0], l.row < 0 ? i : row, &l) + in_part(&h[1], row, &l);
        compared++;
        if (!(fabs(sum - all->leaf[i].number) <= 1e-9 * fmax(fabs(sum), 1e-3)))
            faults += printf("# %s: %s is %.12g, and its parts %.12g\n", h[0].label,
                             all->leaf[i].path, all->leaf[i].number, sum) > 0;
    }
    return faults + (compared == 0);
}

static const char *period(const char *method, int part, char *out, size_t size)
{
    static const char *const times[] = {"from=2018-01-01 to=2018-07-31",
                                        "from=2018-01-01 to=2018-04-10",
                                        "from=2018-04-11 to=2018-07-31"};
    bool dated = str_eq(method, "weekday-hour") || str_eq(method, "season");
    str_copy(out, size, dated ? times[part] : "");
    return out;
}

static int try_sum(const struct every_case *base, const char *own, const char *columns)
{
    static char label[100], options[400], when[60];
    struct every_case c = *base;
    struct json_flat *flat[3];
    struct held h[2];
    snprintf(label, sizeof label, "%s in two parts", c.method);
    for (int part = 0; part < 3; part++) {
        snprintf(options, sizeof options, "%s %s", *own ? own : base->options,
                 period(c.method, part, when, sizeof when));
        c.options = options;
        if (part)
            part_of(&table, part == 2, &changed);
        flat[part] = answer(&c, part ? &changed : &table);
    }
    for (int part = 0; part < 2; part++) {
        h[part] = (struct held){.label = label, .rules = "", .old = flat[0], .new = flat[part + 1]};
        measure(&h[part]);
    }
    int faults = compare_sums(h, columns);
    for (int part = 0; part < 3; part++) {
        json_flat_free(flat[part]);
        if (part < 2)
            free(h[part].sorted);
    }
    return faults;
}

/* Five weeks fewer to judge, and five fewer in the series. */
static int try_prefix(const struct every_case *base, const char *rules)
{
    static char label[100];
    struct every_case shorter = *base;
    char options[100];
    str_copy(options, sizeof options, base->options);
    char *judged = strstr(options, "weeks=10"), *steps = strstr(options, "steps=20");
    if (judged)
        memcpy(judged, "weeks=05", 8);
    if (steps)
        memcpy(steps, "steps=15", 8);
    shorter.options = options;
    snprintf(label, sizeof label, "%s (%s) without the last five weeks", base->method,
             base->options);
    struct json_flat *whole = answer(base, &table);
    table.n -= 5;
    struct json_flat *part = answer(&shorter, &table);
    struct held h = {.label = label, .rules = rules, .old = part, .new = whole};
    int faults = hold(&h);
    json_flat_free(whole);
    json_flat_free(part);
    return faults;
}

static int try_split(size_t i)
{
    const struct every_case *c = &every_cases[i];
    size_t k = 0;
    while (k < ARRAY_LEN(splits) && !str_eq(splits[k].method, c->method))
        k++;
    if (k == ARRAY_LEN(splits))
        fail_msg("metamorphic_laws.h: what holds for %s when a period is split?", c->method);
    every_fill(c, &table);
    if (splits[k].kind == PREFIX)
        return try_prefix(c, splits[k].rules);
    if (splits[k].kind == SUM && number_of_case(i) == 0)
        return try_sum(c, splits[k].options, splits[k].rules);
    CHECK(splits[k].kind != NONE || *splits[k].rules);
    return 0;
}

TEST(a_part_of_the_time_agrees_with_the_whole)
{
    int faults = 0;
    for (size_t i = 0; i < ARRAY_LEN(every_cases); i++)
        faults += try_split(i);
    CHECK_INT(faults, 0);
}
