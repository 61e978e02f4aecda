/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Several municipalities as one: sums of what each one's picture holds, and nothing that is not in
 * it. Comparisons are made on the sums, types corrected for being many, as in one municipality. */
#include <assert.h>
#include <stdlib.h>

#include "base/mem.h"
#include "parts/picture/picture_inner.h"

static void add(struct picture_change *sum, const struct picture_change *c)
{
    sum->now += c->now;
    sum->before += c->before;
    sum->year += c->year;
}

static const struct picture_change *change_of(const struct picture *p, int type)
{
    for (size_t i = 0; i < p->n_types; i++)
        if (p->types[i].type == type)
            return &p->types[i].change;
    return NULL;
}

struct summed {
    int type;
    struct picture_change change;
};

static int most_first(const void *pa, const void *pb)
{
    const struct summed *a = pa, *b = pb;
    if (a->change.now != b->change.now)
        return a->change.now > b->change.now ? -1 : 1;
    if (a->change.before != b->change.before)
        return a->change.before > b->change.before ? -1 : 1;
    return (a->type > b->type) - (a->type < b->type);
}

static size_t sum_types(const struct picture *const *towns, size_t n, struct summed *out)
{
    size_t rows = 0;
    for (int type = 0; type < EVENT_TYPE_COUNT; type++) {
        struct summed s = {.type = type};
        bool some = false;
        for (size_t k = 0; k < n && event_types[type].parent < 0; k++) {
            const struct picture_change *c = change_of(towns[k], type);
            if (c)
                add(&s.change, c);
            some = some || c;
        }
        if (some)
            out[rows++] = s;
    }
    qsort(out, rows, sizeof *out, most_first);
    return rows;
}

enum err picture_joint_make(const struct picture *const *towns, size_t n, struct arena *a,
                            struct picture_joint *out)
{
    assert(towns && n && a && out);
    struct picture_joint j = {.n_towns = n, .frame = *towns[0]};
    struct summed *rows = ARENA_ARRAY(a, EVENT_TYPE_COUNT, struct summed);
    j.types = ARENA_ARRAY(a, EVENT_TYPE_COUNT, int);
    j.rows.rows = ARENA_ARRAY(a, EVENT_TYPE_COUNT, struct picture_group);
    j.of = ARENA_ARRAY(a, EVENT_TYPE_COUNT * n, const struct picture_change *);
    if (!rows || !j.types || !j.rows.rows || !j.of)
        return ERR_NOMEM;
    j.frame.all = (struct picture_change){0};
    for (size_t k = 0; k < n; k++) {
        add(&j.frame.all, &towns[k]->all);
        j.frame.has_before = j.frame.has_before && towns[k]->has_before;
        j.frame.has_year = j.frame.has_year && towns[k]->has_year;
    }
    j.rows.n = sum_types(towns, n, rows);
    for (size_t i = 0; i < j.rows.n; i++) {
        j.types[i] = rows[i].type;
        j.rows.rows[i] = (struct picture_group){.change = rows[i].change};
        for (size_t k = 0; k < n; k++)
            j.of[i * n + k] = change_of(towns[k], rows[i].type);
    }
    TRY(picture_compare(&j.frame, &j.frame.all));
    TRY(picture_correct_groups(&j.frame, &j.rows, a));
    *out = j;
    return ERR_OK;
}
