/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Small data whose numbers are known by hand, for tests of the picture. */
#pragma once

#include "test.h"

#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "base/str.h"
#include "core/app.h"
#include "db_fixture.h"
#include "parts/picture/picture.h"

#define CHECK_OK(x) CHECK_INT((x), ERR_OK)
#define TOWN "1493"

static const struct picture_query november = {TOWN, {2026, 11, 1}, {2026, 11, 15}, {{0}}, 0};
static struct id area_a, area_b, area_c, guard, school;

static inline void set_ids(void)
{
    area_a = id_from_name("test", "area a");
    area_b = id_from_name("test", "area b");
    area_c = id_from_name("test", "area c");
    guard = id_from_name("test", "guard");
    school = id_from_name("test", "school");
}

/* n events of a type, the first at noon of the day, the others an hour apart. */
struct some {
    const char *type;
    struct date day;
    int n;
    struct id area, by;
    bool interval, placed;
    int days; /* that the interval lasts; 0: an hour */
};

struct adding {
    const struct some *some;
    size_t n;
};

static enum err add_some(struct tx *tx, void *arg)
{
    struct adding *a = arg;
    for (size_t k = 0; k < a->n; k++)
        for (int i = 0; i < a->some[k].n; i++) {
            const struct some *s = &a->some[k];
            struct event e = event_blank();
            e.municipality = TOWN;
            e.source = EVENT_SOURCE_REPORT;
            e.type_code = s->type;
            e.occurred_from = date_start(s->day) + (12 + i % 11) * MSEC_HOUR;
            e.occurred_to = e.occurred_from + (s->days       ? s->days * MSEC_DAY
                                               : s->interval ? MSEC_HOUR
                                                             : 0);
            e.area_id = s->area;
            e.organisation_id = s->by;
            e.precision = s->placed ? GEO_PLACE : GEO_AREA;
            e.place_name = "Stora torget";
            if (s->placed) {
                e.east = 430000;
                e.north = 6508000;
            }
            TRY(event_add(tx, NULL, &e, NULL, NULL));
        }
    return ERR_OK;
}

static inline void add(struct fixture *f, const struct some *some, size_t n)
{
    struct adding a = {some, n};
    CHECK_OK(db_write(f->db, TOWN, add_some, &a));
}

/* 14 against 6 (the worked example of doc/methods/compare-counts.md), 2 against 1, and an event
 * long ago so that both earlier periods are covered. */
static inline void add_november(struct fixture *f)
{
    const struct some some[] = {
        {"damage.graffiti", {2026, 11, 2}, 9, area_a, guard, false, true},
        {"damage.glass", {2026, 11, 6}, 5, area_b, guard, true, false},
        {"theft.shop", {2026, 11, 14}, 2, area_a, school, false, false},
        {"damage.graffiti", {2026, 10, 20}, 6, area_a, school, false, true},
        {"theft.shop", {2026, 10, 31}, 1, area_a, school, false, false},
        {"damage", {2025, 11, 5}, 3, {{0}}, guard, false, false},
        {"other", {2025, 1, 5}, 1, {{0}}, guard, false, false},
        {"damage", {2026, 11, 15}, 4, {{0}}, guard, false, false}, /* the day after */
    };
    add(f, some, ARRAY_LEN(some));
}

static inline void make(struct fixture *f, const struct picture_query *q, struct picture *out)
{
    struct columns *c = columns_new(f->db, 0);
    struct app app = {.db = f->db, .columns = c};
    CHECK(c);
    CHECK_OK(picture_of(&app, q, date_start((struct date){2026, 11, 23}), f->a, out));
    columns_free(c);
}

static inline const struct picture_type *of_code(const struct picture *p, const char *code)
{
    for (size_t i = 0; i < p->n_types; i++)
        if (str_eq(event_types[p->types[i].type].code, code))
            return &p->types[i];
    return NULL;
}

static inline void say(struct fixture *f, const struct picture *p, enum lang lang, bool places,
                       struct picture_words *out)
{
    static const struct picture_names none;
    struct picture_reader r = {.lang = lang, .places = places, .municipality = "Mariestad"};
    CHECK_OK(picture_words_make(p, &none, &r, 0, f->a, out));
}
