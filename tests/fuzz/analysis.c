/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Any numbers at all as the table of any method of analysis: an answer that can be written, or a
 * named error. The first byte chooses the method, the next what it is asked, the third whether the
 * frame's own check of the table is passed by; the rest are doubles, one column after another. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/str.h"
#include "geo/shape.h"
#include "parts/analysis/analysis_inner.h"
#include "parts/analysis/where.h"

#define MOST 240 /* numbers */
#define ROWS_MOST 48u
#define CHOICES 3

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define XY (COLUMN_BIT(COLUMN_X) | COLUMN_BIT(COLUMN_Y))
#define XYT (XY | COLUMN_BIT(COLUMN_T))
#define TV (COLUMN_BIT(COLUMN_T) | COLUMN_BIT(COLUMN_VALUE))
#define TWO (COLUMN_BIT(COLUMN_BEFORE) | COLUMN_BIT(COLUMN_AFTER))
#define GROUP COLUMN_BIT(COLUMN_GROUP)
#define WEIGHT COLUMN_BIT(COLUMN_WEIGHT)
#define GRID "columns=12 rows=9 "

/* Four ways to ask each; options are parted by blanks. */
static const struct {
    const char *method;
    uint32_t columns;
    const char *ways[4];
} subjects[] = {
    {"kde",
     XY | WEIGHT,
     {GRID, GRID "edge=diggle", GRID "kernel=quartic bandwidth=likelihood",
      GRID "exact= edge=uniform kernel=uniform bandwidth=3"}},
    {"dual-kde",
     XY | GROUP | WEIGHT,
     {GRID, GRID "edge=uniform", GRID "kernel=epanechnikov", GRID "bandwidth=diggle exact="}},
    {"network-kde",
     XY | WEIGHT,
     {"", "sigma=30 step=15", "snap=100000 from-event=1", "join=1 sigma=500"}},
    {"gistar",
     XY,
     {GRID, GRID "inference=exact", GRID "inference=permutation permutations=9",
      GRID "neighbours=rook without-self="}},
    {"gistar",
     XY | COLUMN_BIT(COLUMN_VALUE),
     {"neighbours=distance distance=50", "neighbours=distance distance=50 inference=exact",
      "cell=100", "cell=100 inference=permutation permutations=9"}},
    {"moran",
     XY,
     {GRID, GRID "weights=binary variance=n-1", GRID "inference=permutation permutations=9",
      GRID "moments=total"}},
    {"moran",
     XY | COLUMN_BIT(COLUMN_VALUE),
     {"neighbours=distance distance=50", "cell=100",
      "neighbours=distance distance=50 moments=total",
      "neighbours=distance distance=50 inference=permutation permutations=9"}},
    {"knox",
     XYT,
     {"permutations=9", "permutations=9 closed= same-place=0", "permutations=9 metric=manhattan",
      "permutations=0 whole-days="}},
    {"near-repeat-chains", XYT, {"", "open=", "metric=manhattan", "whole-days= least=3"}},
    {"repeat-places",
     XYT,
     {"permutations=9", "permutations=9 within=100", "permutations=9 places=1000", "least=1"}},
    {"repeat-places",
     XY | COLUMN_BIT(COLUMN_POPULATION),
     {"permutations=9", "within=10000", "per=1", "level=0.5"}},
    {"mantel",
     XYT,
     {"permutations=9", "permutations=9 space-power=1", "permutations=9 time-constant=0",
      "permutations=0"}},
    {"scan",
     XYT,
     {"permutations=9", "permutations=9 ties=order rates=both",
      "permutations=9 mode=prospective time-unit=week", "permutations=99 stop-at=5 type=temporal"}},
    {"scan",
     XY | COLUMN_BIT(COLUMN_VALUE) | COLUMN_BIT(COLUMN_POPULATION),
     {"model=poisson type=spatial permutations=9",
      "model=poisson type=spatial permutations=9 rates=low",
      "model=poisson type=spatial permutations=9 secondary=none",
      "model=poisson type=spatial permutations=9 metric=sphere"}},
    {"scan",
     XYT | GROUP,
     {"model=bernoulli permutations=9", "model=bernoulli type=spatial permutations=9 rates=both",
      "model=bernoulli permutations=9 time-unit=month",
      "model=bernoulli type=temporal permutations=9"}},
    {"aoristic",
     COLUMN_BIT(COLUMN_T) | COLUMN_BIT(COLUMN_T_END) | WEIGHT,
     {"", "rules=r-aoristic", "clock=as-written", "rules=r-aoristic clock=as-written"}},
    {"weekday-hour",
     COLUMN_BIT(COLUMN_T) | WEIGHT,
     {"", "clock=as-written", "from=2020-01-01", "to=2021-01-01"}},
    {"season",
     COLUMN_BIT(COLUMN_T) | WEIGHT,
     {"", "by=weekday statistic=kuiper", "by=hour statistic=g", "by=month statistic=g"}},
    {"stl",
     COLUMN_BIT(COLUMN_VALUE),
     {"period=4", "period=4 robust=", "period=2 seasonal=7 jump=1", "period=7 log="}},
    {"compare-counts", TWO, {"", "exposure-before=2.5", "exposure-after=0.001", ""}},
    {"farrington",
     TV,
     {"weeks=3 years-back=1", "weeks=3 years-back=1 by=day",
      "weeks=2 years-back=1 limit=negbin trend=always",
      "weeks=2 years-back=1 setting=noufaily periods=2"}},
    {"ears",
     TV,
     {"steps=5 baseline=3", "steps=5 method=c3", "steps=5 least-sigma=0", "steps=5 by=day"}},
    {"cusum",
     TV,
     {"baseline=4", "baseline=4 kind=rossi", "baseline=4 kind=standard relearn=0",
      "baseline=4 reset=no kind=poisson"}},
    {"breaks", TV, {"", "kind=poisson", "least-share=0.4", "most=1 by=day"}},
    {"wdd", TWO | GROUP | WEIGHT, {"", "time-before=3", "level=0.5", "time-after=0.01"}},
    {"did", TWO | GROUP, {"", "", "", ""}},
    {"its",
     TV,
     {"at=2020-01-06", "at=2020-01-06 family=negbin", "at=2020-01-06 slope=no harmonics=0",
      "at=2020-01-06 by=day period=7"}},
    {"road-eb",
     TWO | GROUP | COLUMN_BIT(COLUMN_TRAFFIC) | COLUMN_BIT(COLUMN_LENGTH),
     {"", "fit=untreated", "years-before=3", "years-after=0.5"}},
    {"pai",
     COLUMN_BIT(COLUMN_VALUE) | COLUMN_BIT(COLUMN_AFTER) | WEIGHT,
     {"", "shares=0.5", "shares=0.001,1", ""}},
    {"rates",
     COLUMN_BIT(COLUMN_VALUE) | COLUMN_BIT(COLUMN_POPULATION),
     {"", "per=1", "level=0.5", "fdr=0.2"}},
    {"farrington",
     TV | COLUMN_BIT(COLUMN_POPULATION),
     {"weeks=3 years-back=1", "weeks=2 years-back=1 trend=always",
      "weeks=2 years-back=1 limit=negbin-upper",
      "weeks=2 years-back=1 setting=noufaily periods=3"}},
    {"harmonic",
     TV,
     {"", "by=day harmonics=auto", "family=negbin harmonics=2 trend=yes", "by=month harmonics=5"}},
    {"harmonic",
     TV | COLUMN_BIT(COLUMN_POPULATION),
     {"", "family=poisson by=day", "family=negbin harmonics=auto", "by=month level=0.6"}},
};

static void must(bool held)
{
    if (!held)
        abort();
}

static const double *take(const double *v, size_t *at, size_t n)
{
    *at += n;
    return v + *at - n;
}

/* Times as they are, or (most often) within a year round 2020; a scan of every interval of days in
 * a year takes too long here. */
static const msec *times(const struct analysis *an, const double *v, size_t n, bool wild)
{
    struct arena *a = an->arena;
    int64_t span = str_eq(an->method->name, "scan") ? 20 * MSEC_DAY : 400 * MSEC_DAY;
    msec *t = ARENA_ARRAY(a, n, msec);
    for (size_t i = 0; t && i < n; i++) {
        memcpy(&t[i], &v[i], sizeof *t);
        if (!wild && t[i] != ANALYSIS_NO_TIME)
            t[i] = INT64_C(1577836800000) + t[i] % span;
    }
    return t;
}

static bool fill(struct analysis *an, uint32_t columns, const double *v, size_t numbers, bool wild)
{
    static const char *const groups[] = {"treated", "control", "near-treated", "near-control"};
    struct analysis_table *t = &an->table;
    size_t at = 0, k = (size_t)__builtin_popcount(columns);
    *t = (struct analysis_table){.n = numbers / k, .has = columns};
    t->n = t->n > ROWS_MOST ? ROWS_MOST : t->n;
    for (int c = 0; c < COLUMN_COUNT; c++) {
        if (!(columns & COLUMN_BIT(c)))
            continue;
        const double *own = take(v, &at, t->n);
        t->number[c] = own;
        if (c == COLUMN_T)
            t->t = times(an, own, t->n, wild);
        if (c == COLUMN_T_END)
            t->t_end = times(an, own, t->n, wild);
        if (c == COLUMN_GROUP) {
            uint32_t *index = ARENA_ARRAY(an->arena, t->n, uint32_t);
            for (size_t i = 0; index && i < t->n; i++)
                index[i] = signbit(own[i]) ? 1 : isnan(own[i]) ? UINT32_MAX : (own[i] > 3) * 2u;
            t->group = (struct analysis_names){4, groups, index};
        }
    }
    return true;
}

/* A small town of streets, wherever it is asked for. */
static enum err town(struct analysis *an, const char *path, const char *name,
                     struct where_areas *out)
{
    static const double ends[][4] = {
        {0, 0, 400, 0}, {0, 0, 0, 300}, {0, 300, 400, 0}, {900, 0, 900, 9}};
    static uint64_t numbers[ARRAY_LEN(ends)];
    const struct geo_shape **line =
        ARENA_ARRAY(an->arena, ARRAY_LEN(ends), const struct geo_shape *);
    (void)path;
    (void)name;
    for (size_t i = 0; line && i < ARRAY_LEN(ends); i++) {
        struct geo_shape *s = geo_shape_new(an->arena, GEO_LINES, 1);
        struct geo_point *p = s ? geo_shape_path(an->arena, s, 0, 2, false) : NULL;
        if (!p)
            return ERR_NOMEM;
        p[0] = (struct geo_point){ends[i][0], ends[i][1]};
        p[1] = (struct geo_point){ends[i][2], ends[i][3]};
        TRY(geo_shape_finish(s));
        line[i] = s;
    }
    *out = (struct where_areas){.lines = ARRAY_LEN(ends), .line = line, .line_number = numbers};
    return line ? ERR_OK : ERR_NOMEM;
}

static enum err ask(struct analysis *an, const char *way)
{
    char *copy = arena_strdup(an->arena, way), *left = NULL;
    for (char *o = copy ? strtok_r(copy, " ", &left) : NULL; o; o = strtok_r(NULL, " ", &left)) {
        char *value = strchr(o, '=');
        *value = 0;
        enum err e = analysis_set(an, o, value + 1);
        must(e == ERR_OK || e == ERR_NOMEM);
        TRY(e);
    }
    return copy ? ERR_OK : ERR_NOMEM;
}

static void check_written(struct analysis *an)
{
    struct buf out = buf_init((size_t)64 << 20);
    must(analysis_write_json(an, &out) == ERR_OK);
    must(!strstr(buf_text(&out), ":nan") && !strstr(buf_text(&out), ":inf"));
    buf_done(&out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    double v[MOST] = {0};
    if (size < CHOICES + 8 * sizeof(double))
        return 0;
    size_t n = (size - CHOICES) / sizeof(double), i = data[0] % ARRAY_LEN(subjects);
    n = n > MOST ? MOST : n;
    memcpy(v, data + CHOICES, n * sizeof *v);
    struct arena *a = arena_new((size_t)64 << 20);
    struct analysis *an;
    const struct analysis_method *m = analysis_method_find(subjects[i].method);
    if (a && analysis_begin(m, a, LANG_SV, &an) == ERR_OK &&
        ask(an, subjects[i].ways[data[1] % 4]) == ERR_OK &&
        fill(an, subjects[i].columns, v, n, data[2] & 2)) {
        if (str_eq(m->name, "network-kde")) {
            an->read_areas = town;
            must(analysis_set(an, "streets", "town") == ERR_OK);
        }
        enum err e = data[2] & 1 ? m->run(an) : analysis_run(an);
        must(e == ERR_OK || e == ERR_USAGE || e == ERR_INVALID || e == ERR_LIMIT || e == ERR_NOMEM);
        must(e != ERR_USAGE || (an->problem && *an->problem));
        if (e == ERR_OK && an->result->err == ERR_OK)
            check_written(an);
    }
    arena_free(a);
    return 0;
}
