/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Are the planted truths of exercise data found? Shared by the test over a few seeds and the long
 * one over many. */
#pragma once

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/str.h"
#include "parts/event/event_types.h"
#include "parts/exercise/exercise.h"
#include "parts/picture/findings.h"

#define TRUTH_PERIOD 14
#define TRUTH_AREAS 256

static inline uint8_t truth_group(const char *code)
{
    if (str_eq(code, "theft.dwelling") || str_eq(code, "theft.storeroom"))
        return FINDINGS_BURGLARY;
    if (str_eq(code, "theft.vehicle"))
        return FINDINGS_VEHICLE;
    return strncmp(code, "damage", 6) == 0 ? FINDINGS_DAMAGE : FINDINGS_GROUPS;
}

/* The day of an incident of the truth's municipality that is known as a place; false: another
 * event. */
static inline bool truth_place(const struct exercise *x, const struct exercise_truth *t, uint32_t i,
                               int32_t *on)
{
    const struct exercise_event *e = &x->events[i];
    *on = (int32_t)date_days(date_of_msec(e->occurred_from));
    return str_eq(e->municipality, t->municipality) && geo_precision_is_place(e->precision) &&
           event_types[event_type_index(exercise_types[e->type].code)].kind == EVENT_INCIDENT;
}

/* The picture of the fortnight that ends with the last day of the truth. */
static inline enum err truth_look(const struct exercise *x, const struct exercise_truth *t,
                                  struct arena *a, struct findings *out)
{
    int32_t end = (int32_t)date_days(t->to) + 1;
    double *east = ARENA_ARRAY(a, x->event_count, double);
    double *north = ARENA_ARRAY(a, x->event_count, double);
    int32_t *day = ARENA_ARRAY(a, x->event_count, int32_t);
    uint8_t *group = ARENA_ARRAY(a, x->event_count, uint8_t);
    uint16_t *area = ARENA_ARRAY(a, x->event_count, uint16_t);
    struct findings_events ev = {.east = east,
                                 .north = north,
                                 .day = day,
                                 .group = group,
                                 .area = area,
                                 .n_areas = (uint16_t)x->area_count};
    struct work w = {.seed = 1, .threads = 1, .arena = a};
    if (!east || !north || !day || !group || !area)
        return ERR_NOMEM;
    for (uint32_t i = 0; i < x->event_count; i++) {
        const struct exercise_event *e = &x->events[i];
        int32_t on;
        if (!truth_place(x, t, i, &on) || on >= end || on < end - FINDINGS_DAYS)
            continue;
        east[ev.n] = e->east;
        north[ev.n] = e->north;
        day[ev.n] = on;
        area[ev.n] = (uint16_t)(e->area < 0 ? (int32_t)x->area_count : e->area);
        group[ev.n++] = truth_group(exercise_types[e->type].code);
    }
    return findings_make(&w, &ev, (struct findings_span){end - TRUTH_PERIOD, end}, out);
}

static inline bool truth_near(const struct exercise_truth *t, const struct findings_spot *s,
                              size_t n, double metres)
{
    for (size_t i = 0; i < n; i++)
        if (hypot(s[i].east - t->point.east, s[i].north - t->point.north) <= metres)
            return true;
    return false;
}

/* Is the change named: the kind, the area, fewer, and since when within five weeks? */
static inline bool truth_step(const struct exercise_truth *t, const struct findings *f)
{
    for (size_t i = 0; i < f->n_step; i++)
        if (f->step[i].group == FINDINGS_VEHICLE && f->step[i].area == (uint32_t)t->area &&
            f->step[i].high < 1 && llabs(f->step[i].from - date_days(t->from)) <= 35)
            return true;
    return false;
}

/* Is anything told of the level of the area? */
static inline bool truth_shift(const struct exercise_truth *t, const struct findings *f)
{
    for (size_t i = 0; i < f->n_step; i++)
        if (f->step[i].area == (uint32_t)t->area)
            return true;
    return false;
}

/* Is the place among those shown? */
static inline bool truth_found(const struct exercise_truth *t, const struct findings *f)
{
    double within = FINDINGS_RADIUS;
    return truth_near(t, f->fresh, f->n_fresh, within) ||
           (t->kind == EXERCISE_HOTSPOT && truth_near(t, f->hot, f->n_hot, within)) ||
           (t->kind == EXERCISE_SERIES && truth_near(t, f->chain, f->n_chain, within));
}

/* Does the middle of one of them lie in the area? Its squares may reach into the next one. */
static inline bool truth_inside(const struct exercise *x, const struct exercise_truth *t,
                                const struct findings_spot *s, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (geo_shape_contains(x->areas[t->area].shape, s[i].east, s[i].north))
            return true;
    return false;
}

/* The area that a place is told as: the one that most of its events lie in. -1: none. */
static inline int32_t truth_area(const struct exercise *x, const struct exercise_truth *t,
                                 const struct findings_spot *s)
{
    uint32_t n[TRUTH_AREAS] = {0}, most = 0;
    int32_t best = -1, on;
    for (uint32_t i = 0; i < x->event_count; i++) {
        const struct exercise_event *e = &x->events[i];
        if (e->area < 0 || e->area >= TRUTH_AREAS || !truth_place(x, t, i, &on) || on < s->from ||
            on >= s->to ||
            (s->group != FINDINGS_GROUPS &&
             truth_group(exercise_types[e->type].code) != s->group) ||
            !findings_spot_has(s, e->east, e->north))
            continue;
        if (++n[e->area] > most) {
            most = n[e->area];
            best = e->area;
        }
    }
    return best;
}

/* Is one of them told as a place in the truth's area? */
static inline bool truth_told(const struct exercise *x, const struct exercise_truth *t,
                              const struct findings_spot *s, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (truth_area(x, t, &s[i]) == t->area)
            return true;
    return false;
}
