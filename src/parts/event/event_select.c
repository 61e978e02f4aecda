/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Which rows a filter lets through. Rows are looked at in blocks of 64, one column after the
 * other, so that each step is a short loop over neighbours in memory. */
#include <math.h>
#include <string.h>

#include "base/mem.h"
#include "base/str.h"
#include "parts/event/columns_inner.h"
#include "stats/hourweek.h"

#define BLOCK 64

_Static_assert(EVENT_TYPE_COUNT <= 64, "a filter has a bit for each type");

void event_filter_type(struct event_filter *f, int type)
{
    for (int i = 0; i < EVENT_TYPE_COUNT; i++)
        if (event_type_within(i, type))
            f->types |= UINT64_C(1) << i;
}

void event_filter_hour(struct event_filter *f, int weekday, int hour)
{
    unsigned bit = (unsigned)((weekday - 1) * 24 + hour) % 168;
    f->hours[bit / 64] |= UINT64_C(1) << bit % 64;
}

/* A filter made ready for one part. */
struct match {
    const struct event_filter *f;
    uint32_t first, last; /* rows [first, last) by time */
    bool by_type, by_hour, by_area, by_organisation, by_wall, by_source, by_place;
    uint16_t area, organisation, wall;
    uint8_t source;
    uint32_t place;
    uint8_t type[256], flags[256];
    struct hourweek_asked hours;
};

/* The first row at or after t. */
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

static bool find_id(const struct id *list, size_t n, struct id id, uint16_t *out)
{
    for (size_t i = 0; i < n; i++)
        if (id_eq(list[i], id)) {
            *out = (uint16_t)i;
            return true;
        }
    return false;
}

static bool find_source(const struct event_rows *r, const char *name, uint8_t *out)
{
    for (size_t i = 0; i < SOURCES_MOST && r->sources[i]; i++)
        if (str_eq(r->sources[i], name)) {
            *out = (uint8_t)i;
            return true;
        }
    return false;
}

static bool find_place(const struct event_rows *r, const char *name, uint32_t *out)
{
    for (uint32_t i = 0; i < r->n_places; i++)
        if (str_eq(r->places[i], name)) {
            *out = i;
            return true;
        }
    return false;
}

static bool asked_for(const struct event_filter *f, unsigned flags)
{
    enum event_state state = COLUMNS_STATE(flags);
    if (f->states)
        return f->states >> state & 1;
    struct event_standing s = {state == EVENT_SUBMITTED, state == EVENT_REJECTED,
                               COLUMNS_LINKED(flags), COLUMNS_CITIZEN(flags)};
    return event_counts(s, f->counting);
}

static void make_tables(struct match *m, const struct event_filter *f)
{
    for (unsigned i = 0; i < 256; i++) {
        m->type[i] = i < EVENT_TYPE_COUNT && (!f->types || (f->types >> i & 1)) &&
                     (!f->kinds || (f->kinds >> event_types[i].kind & 1));
        m->flags[i] =
            asked_for(f, i) && (!f->precisions || (f->precisions >> COLUMNS_PRECISION(i) & 1));
    }
    m->by_type = f->types || f->kinds;
    m->by_hour = f->hours[0] || f->hours[1] || f->hours[2];
    hourweek_ask(&m->hours, f->hours);
}

/* False when no row of the part can match. */
static bool prepare(struct match *m, const struct event_filter *f, const struct event_rows *r)
{
    m->first = row_at(r, f->from);
    m->last = f->to ? row_at(r, f->to) : r->n;
    if (f->from == 0)
        m->first = 0;
    m->by_area = f->no_area || !id_is_none(f->area);
    m->by_organisation = f->no_organisation || !id_is_none(f->organisation);
    m->area = m->organisation = COLUMNS_NONE16;
    m->by_wall = !id_is_none(f->only_organisation);
    m->by_source = f->source != NULL;
    m->by_place = f->place != NULL;
    return m->first < m->last &&
           (!m->by_area || f->no_area || find_id(r->areas, r->n_areas, f->area, &m->area)) &&
           (!m->by_organisation || f->no_organisation ||
            find_id(r->organisations, r->n_organisations, f->organisation, &m->organisation)) &&
           (!m->by_wall ||
            find_id(r->organisations, r->n_organisations, f->only_organisation, &m->wall)) &&
           (!m->by_source || find_source(r, f->source, &m->source)) &&
           (!m->by_place || find_place(r, f->place, &m->place));
}

/* Does the interval tell the hour of the week? An inhabitant's is when the report was sent, not
 * when the place is as it is felt. */
static bool tells_hour(const struct event_rows *r, uint32_t i)
{
    return r->seconds[i] * MSEC_SECOND <= HOURWEEK_LONGEST && !COLUMNS_CITIZEN(r->flags[i]);
}

static bool may_be_then(const struct match *m, const struct event_rows *r, uint32_t i)
{
    return !COLUMNS_CITIZEN(r->flags[i]) && hourweek_may(&m->hours, r->hour[i], r->from[i],
                                                         r->from[i] + r->seconds[i] * MSEC_SECOND);
}

/* ok[i] stays 1 only where the column agrees. */
#define STEP(condition)                                                                            \
    for (uint32_t i = 0; i < n; i++)                                                               \
        ok[i] = (uint8_t)(ok[i] & (condition));

static uint64_t block_bits(const struct match *m, const struct event_rows *r, uint32_t at,
                           uint32_t n)
{
    uint8_t ok[BLOCK] = {0};
    const struct geo_box *box = &m->f->box;
    for (uint32_t i = 0; i < n; i++)
        ok[i] = m->flags[r->flags[at + i]];
    if (m->by_type)
        STEP(m->type[r->type[at + i]])
    if (m->by_source)
        STEP(r->source[at + i] == m->source)
    if (m->by_area)
        STEP(r->area[at + i] == m->area)
    if (m->by_organisation)
        STEP(r->organisation[at + i] == m->organisation)
    if (m->by_wall)
        STEP(r->organisation[at + i] == m->wall)
    if (m->by_place)
        STEP(r->place[at + i] == m->place)
    if (m->f->by_box)
        STEP((double)r->east[at + i] >= box->east_min && (double)r->east[at + i] <= box->east_max &&
             (double)r->north[at + i] >= box->north_min &&
             (double)r->north[at + i] <= box->north_max)
    if (m->f->squares.n)
        STEP(ok[i] &&
             event_squares_has(&m->f->squares, (double)r->east[at + i], (double)r->north[at + i]))
    if (m->f->circle.radius > 0)
        STEP(event_circle_has(&m->f->circle, (double)r->east[at + i], (double)r->north[at + i]))
    if (m->f->timed || m->f->untimed)
        STEP(tells_hour(r, at + i) != m->f->untimed)
    if (m->by_hour)
        STEP(ok[i] && may_be_then(m, r, at + i))
    uint64_t bits = 0;
    for (uint32_t i = 0; i < n; i++)
        bits |= (uint64_t)ok[i] << i;
    return bits;
}

/* Blocks begin at multiples of 64; what lies outside [first, last) is masked away, and (unless it
 * is NULL) what is not `among`. */
static uint32_t select_part(const struct match *m, const struct event_rows *r,
                            const uint64_t *among, uint64_t *bits)
{
    uint32_t count = 0;
    for (uint32_t at = m->first / BLOCK * BLOCK; at < m->last; at += BLOCK) {
        uint32_t n = m->last - at < BLOCK ? m->last - at : BLOCK;
        if (among && !among[at / BLOCK])
            continue;
        uint64_t w = block_bits(m, r, at, n);
        if (among)
            w &= among[at / BLOCK];
        if (at < m->first)
            w &= ~UINT64_C(0) << (m->first - at);
        bits[at / BLOCK] = w;
        count += (uint32_t)__builtin_popcountll(w);
    }
    return count;
}

static struct event_selection *selection_new(const struct columns_view *v)
{
    struct event_selection *s = mem_alloc(sizeof *s);
    if (!s)
        return NULL;
    s->view = v;
    s->bits = mem_array(v->n, sizeof *s->bits);
    s->counts = mem_array(v->n, sizeof *s->counts);
    size_t words = 0;
    for (size_t i = 0; i < v->n; i++)
        words += v->parts[i]->n / BLOCK + 1;
    uint64_t *all = s->bits && s->counts ? mem_array(words, sizeof *all) : NULL;
    if (!all) {
        mem_free(s->bits);
        mem_free(s->counts);
        mem_free(s);
        return NULL;
    }
    for (size_t i = 0; i < v->n; i++) {
        s->bits[i] = all;
        all += v->parts[i]->n / BLOCK + 1;
    }
    if (v->n == 0)
        mem_free(all);
    return s;
}

void columns_selection_free(struct event_selection *s)
{
    if (!s)
        return;
    if (s->view->n)
        mem_free(s->bits[0]); /* one block for all parts */
    mem_free(s->bits);
    mem_free(s->counts);
    mem_free(s);
}

void columns_selection_freep(struct event_selection **s)
{
    columns_selection_free(*s);
    *s = NULL;
}

enum err columns_select(const struct columns_view *v, const struct event_filter *f,
                        struct event_selection **out)
{
    struct event_selection *s = selection_new(v);
    if (!s)
        return ERR_NOMEM;
    struct match m = {.f = f};
    make_tables(&m, f);
    for (size_t i = 0; i < v->n; i++)
        if (prepare(&m, f, v->parts[i])) {
            s->counts[i] =
                select_part(&m, v->parts[i], f->hits ? f->hits->bits[i] : NULL, s->bits[i]);
            s->count += s->counts[i];
        }
    *out = s;
    return ERR_OK;
}
