/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "parts/review/review_group.h"

#include <math.h>

#include "base/str.h"
#include "parts/event/event.h"

#define MIX true
#define APART false

static const struct {
    bool is;
    struct review_limit limit;
} limits[EVENT_TYPE_COUNT] = {
#define LIMIT(type, metres, time, mix, why) [EVENT_TYPE_##type] = {true, {(metres), (time), (mix)}},
#include "parts/review/review_limit_table.h"
#undef LIMIT
};

struct review_limit review_limit_of(int type)
{
    if (!limits[type].is && event_types[type].parent >= 0)
        type = event_types[type].parent;
    return limits[type].limit;
}

static int upper(int type)
{
    return event_types[type].parent < 0 ? type : event_types[type].parent;
}

static bool types_fit(int a, int b, const struct review_limit *la, const struct review_limit *lb)
{
    if (upper(a) != upper(b))
        return false;
    return a == b || a == upper(a) || b == upper(b) || (la->mix && lb->mix);
}

/* What lies between two intervals; 0 when they meet. */
static msec apart(const struct review_item *a, const struct review_item *b)
{
    msec gap = a->from > b->to ? a->from - b->to : b->from - a->to;
    return gap > 0 ? gap : 0;
}

/* Is its place no smaller than a street, or a name that nobody found? */
static bool is_coarse(const struct review_item *x)
{
    return x->precision != GEO_NONE && x->precision != GEO_POINT && x->precision != GEO_PLACE;
}

static bool places_fit(const struct review_item *a, const struct review_item *b, double metres)
{
    bool points = a->precision == GEO_POINT && b->precision == GEO_POINT;
    if (!points && !str_empty(a->place) && !str_empty(b->place) &&
        str_compare_sv(a->place, b->place) == 0)
        return true;
    return hypot(a->east - b->east, a->north - b->north) <= metres; /* NaN is never near */
}

bool review_may_be_same(const struct review_item *a, const struct review_item *b)
{
    struct review_limit la = review_limit_of(a->type), lb = review_limit_of(b->type);
    double metres = fmin(la.metres, lb.metres);
    msec time = la.time < lb.time ? la.time : lb.time;
    if ((is_coarse(a) || is_coarse(b)) && time > MSEC_DAY)
        time = MSEC_DAY;
    return time > 0 && !id_eq(a->id, b->id) && types_fit(a->type, b->type, &la, &lb) &&
           a->to - a->from <= REVIEW_LONGEST && b->to - b->from <= REVIEW_LONGEST &&
           apart(a, b) <= time && places_fit(a, b, metres);
}

void review_group(const struct review_item *items, size_t n, size_t *leader)
{
    for (size_t i = 0; i < n; i++) {
        leader[i] = i;
        for (size_t k = 0; k < i && leader[i] == i; k++)
            if (leader[k] == k && review_may_be_same(&items[k], &items[i]))
                leader[i] = k;
    }
}

/* --- Among what counts already --- */

static bool counts(uint8_t flags)
{
    enum event_state state = COLUMNS_STATE(flags);
    return event_counts((struct event_standing){state == EVENT_SUBMITTED, state == EVENT_REJECTED,
                                                COLUMNS_LINKED(flags), COLUMNS_CITIZEN(flags)},
                        EVENT_COUNT_REVIEWED);
}

static struct review_item item_of(const struct event_rows *r, uint32_t i)
{
    return (struct review_item){
        .id = r->id[i],
        .type = r->type[i],
        .from = r->from[i],
        .to = r->from[i] + r->seconds[i] * MSEC_SECOND,
        .east = (double)r->east[i],
        .north = (double)r->north[i],
        .place = r->place[i] == COLUMNS_NONE32 ? NULL : r->places[r->place[i]],
        .precision = COLUMNS_PRECISION(r->flags[i]),
    };
}

static uint32_t row_at(const struct event_rows *r, msec t)
{
    uint32_t low = 0, high = r->n;
    while (low < high) {
        uint32_t mid = low + (high - low) / 2;
        if (r->from[mid] < t)
            low = mid + 1;
        else
            high = mid;
    }
    return low;
}

/* Puts row i among the n nearest so far. */
static size_t put_near(const struct event_rows *r, const struct review_item *x, uint32_t i,
                       uint32_t *out, size_t n, size_t most)
{
    struct review_item item = item_of(r, i);
    msec gap = apart(&item, x);
    size_t at = n;
    for (; at > 0; at--) {
        struct review_item other = item_of(r, out[at - 1]);
        if (apart(&other, x) <= gap)
            break;
        if (at < most)
            out[at] = out[at - 1];
    }
    if (at < most)
        out[at] = i;
    return n < most ? n + 1 : n;
}

size_t review_near(const struct event_rows *r, const struct review_item *x, uint32_t *out,
                   size_t most)
{
    msec time = review_limit_of(x->type).time;
    msec last = x->to + time;
    size_t n = 0;
    for (uint32_t i = row_at(r, x->from - time - REVIEW_LONGEST); i < r->n && r->from[i] <= last;
         i++) {
        if (!counts(r->flags[i]))
            continue;
        struct review_item item = item_of(r, i);
        if (review_may_be_same(&item, x))
            n = put_near(r, x, i, out, n, most);
    }
    return n;
}
