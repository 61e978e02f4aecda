/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Rows of the database become columns. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "base/mem.h"
#include "base/str.h"
#include "event_sql.h"
#include "geo/sweref.h"
#include "parts/event/columns_inner.h"
#include "parts/event/columns_words.h"

#define ROWS_MOST 20000000u
#define NAMES16_MOST (COLUMNS_NONE16 - 1)

/* --- Sets of ids --- */

struct id_set {
    size_t mask;
    struct id *slots; /* none: free */
};

static size_t id_hash(struct id id)
{
    uint64_t a, b;
    memcpy(&a, id.b, 8);
    memcpy(&b, id.b + 8, 8);
    return (size_t)((a ^ b * UINT64_C(0x9E3779B97F4A7C15)) * UINT64_C(0xD6E8FEB86659FD93) >> 20);
}

struct id_set *id_set_new(const struct id *ids, size_t n)
{
    struct id_set *s = mem_alloc(sizeof *s);
    size_t size = 16;
    while (size < n * 2)
        size *= 2;
    struct id *slots = mem_array(size, sizeof *slots);
    if (!s || !slots) {
        mem_free(s);
        mem_free(slots);
        return NULL;
    }
    *s = (struct id_set){size - 1, slots};
    for (size_t i = 0; i < n; i++) {
        size_t at = id_hash(ids[i]) & s->mask;
        while (!id_is_none(slots[at]) && !id_eq(slots[at], ids[i]))
            at = (at + 1) & s->mask;
        slots[at] = ids[i];
    }
    return s;
}

bool id_set_has(const struct id_set *s, struct id id)
{
    for (size_t at = id_hash(id) & s->mask; !id_is_none(s->slots[at]); at = (at + 1) & s->mask)
        if (id_eq(s->slots[at], id))
            return true;
    return false;
}

void id_set_free(struct id_set *s)
{
    if (s)
        mem_free(s->slots);
    mem_free(s);
}

/* --- Names --- */

static enum err source_index(struct sources *s, const char *name, uint8_t *out)
{
    for (size_t i = 0; i < s->n; i++)
        if (str_eq(s->names[i], name)) {
            *out = (uint8_t)i;
            return ERR_OK;
        }
    if (s->n == SOURCES_MOST)
        return ERR_LIMIT;
    char *copy = mem_strdup(name);
    if (!copy)
        return ERR_NOMEM;
    *out = (uint8_t)s->n;
    s->names[s->n++] = copy;
    return ERR_OK;
}

static enum err id_index(struct id **list, size_t *n, struct id id, uint16_t *out)
{
    if (id_is_none(id)) {
        *out = COLUMNS_NONE16;
        return ERR_OK;
    }
    for (size_t i = *n; i-- > 0;)
        if (id_eq((*list)[i], id)) {
            *out = (uint16_t)i;
            return ERR_OK;
        }
    if (*n == NAMES16_MOST)
        return ERR_LIMIT;
    if (*n % 32 == 0) {
        struct id *more = mem_realloc(*list, (*n + 32) * sizeof *more);
        if (!more)
            return ERR_NOMEM;
        *list = more;
    }
    *out = (uint16_t)*n;
    (*list)[(*n)++] = id;
    return ERR_OK;
}

static enum err place_index(struct builder *b, const char *name, uint32_t *out)
{
    int64_t known;
    if (!name) {
        *out = COLUMNS_NONE32;
        return ERR_OK;
    }
    if (!b->place_index && !(b->place_index = map_new()))
        return ERR_NOMEM;
    if (map_get(b->place_index, name, &known)) {
        *out = (uint32_t)known;
        return ERR_OK;
    }
    if (b->n_places == b->cap_places) {
        size_t cap = b->cap_places ? b->cap_places * 2 : 64;
        char **more = mem_realloc(b->places, cap * sizeof *more);
        if (!more)
            return ERR_NOMEM;
        b->places = more;
        b->cap_places = cap;
    }
    char *copy = mem_strdup(name);
    if (!copy)
        return ERR_NOMEM;
    if (map_put(b->place_index, name, (int64_t)b->n_places) != ERR_OK) {
        mem_free(copy);
        return ERR_NOMEM;
    }
    *out = (uint32_t)b->n_places;
    b->places[b->n_places++] = copy;
    return ERR_OK;
}

/* --- Gathering --- */

static enum err flags_of(const struct q_event_rows_all_row *row, uint8_t *out)
{
    enum event_state state;
    enum geo_precision precision;
    if (!event_state_parse(row->state, &state) || !geo_precision_parse(row->precision, &precision))
        return ERR_CORRUPT;
    *out = (uint8_t)((unsigned)state | (unsigned)precision << 2 | (row->origin ? 32u : 0u) |
                     (id_is_none(row->same_as) ? 0u : 64u) |
                     (str_eq(row->source, EVENT_SOURCE_CITIZEN) ? 128u : 0u));
    return ERR_OK;
}

static enum err fill(struct builder *b, struct sources *s, const struct q_event_rows_all_row *row,
                     struct raw_row *r)
{
    int type = event_type_index(row->type_code);
    int64_t seconds = (row->occurred_to - row->occurred_from + 999) / 1000;
    r->from = row->occurred_from;
    r->id = row->id;
    r->seconds = seconds < 0 ? 0 : seconds > UINT32_MAX ? UINT32_MAX : (uint32_t)seconds;
    r->type = (uint8_t)(type < 0 ? EVENT_TYPE_other : type);
    r->hour = (uint8_t)((row->local_weekday - 1) * 24 + row->local_hour);
    r->east = (float)row->east;
    r->north = (float)row->north;
    r->x = r->y = 0;
    TRY(flags_of(row, &r->flags));
    if (!isnan(row->east) && !isnan(row->north)) {
        struct geo_mercator m =
            geo_to_mercator(geo_to_wgs84((struct geo_point){row->east, row->north}));
        r->x = (uint32_t)(m.x * 4294967296.0);
        r->y = (uint32_t)(m.y * 4294967296.0);
    }
    TRY(source_index(s, row->source, &r->source));
    TRY(id_index(&b->organisations, &b->n_organisations, row->organisation_id, &r->organisation));
    TRY(id_index(&b->areas, &b->n_areas, row->area_id, &r->area));
    if (row->rid < 0 || row->rid > UINT32_MAX)
        return ERR_LIMIT;
    r->rid = (uint32_t)row->rid;
    return place_index(b, row->place_name, &r->place);
}

enum err builder_add(struct builder *b, struct sources *s, const struct q_event_rows_all_row *row)
{
    if (b->n == b->cap) {
        size_t cap = b->cap ? b->cap * 2 : 64;
        if (cap > ROWS_MOST)
            return ERR_LIMIT;
        struct raw_row *more = mem_realloc(b->list, cap * sizeof *more);
        if (!more)
            return ERR_NOMEM;
        b->list = more;
        b->cap = cap;
    }
    TRY(fill(b, s, row, &b->list[b->n]));
    b->n++;
    return ERR_OK;
}

void builder_forget(struct builder *b)
{
    mem_free(b->list);
    b->list = NULL;
    b->n = b->cap = 0;
}

void builder_done(struct builder *b)
{
    builder_forget(b);
    for (size_t i = 0; i < b->n_places; i++)
        mem_free(b->places[i]);
    mem_free(b->places);
    map_free(b->place_index);
    mem_free(b->organisations);
    mem_free(b->areas);
    char code[sizeof b->municipality];
    memcpy(code, b->municipality, sizeof code);
    memset(b, 0, sizeof *b);
    memcpy(b->municipality, code, sizeof code);
}

/* --- Columns --- */

struct town_rows *rows_ref(struct town_rows *r)
{
    if (r)
        atomic_fetch_add(&r->refs, 1);
    return r;
}

void rows_unref(struct town_rows *r)
{
    if (!r || atomic_fetch_sub(&r->refs, 1) != 1)
        return;
    word_rows_unref(r->words);
    mem_free(r);
}

static int compare_raw(const void *pa, const void *pb)
{
    const struct raw_row *a = pa, *b = pb;
    if (a->from != b->from)
        return a->from < b->from ? -1 : 1;
    return memcmp(a->id.b, b->id.b, sizeof a->id.b);
}

static void sort_rows(struct builder *b)
{
    for (size_t i = 1; i < b->n; i++)
        if (compare_raw(&b->list[i - 1], &b->list[i]) > 0) {
            qsort(b->list, b->n, sizeof *b->list, compare_raw);
            return;
        }
}

/* Cuts the next n * size bytes off a block, 16 bytes aligned; counts only when base is NULL. */
static void *cut(char *base, size_t *used, size_t n, size_t size)
{
    size_t at = (*used + 15) & ~(size_t)15;
    *used = at + n * size;
    return base ? base + at : NULL;
}

struct layout {
    msec *from;
    struct id *id;
    uint32_t *seconds, *x, *y, *place, *rid;
    float *east, *north;
    uint16_t *organisation, *area;
    uint8_t *type, *source, *hour, *flags;
    char **places;
    struct id *organisations, *areas;
    char *pool;
};

static size_t lay_out(char *base, const struct builder *b, size_t n, size_t pool, struct layout *l)
{
    size_t used = sizeof(struct town_rows);
    l->from = cut(base, &used, n, sizeof *l->from);
    l->id = cut(base, &used, n, sizeof *l->id);
    l->seconds = cut(base, &used, n, sizeof *l->seconds);
    l->x = cut(base, &used, n, sizeof *l->x);
    l->y = cut(base, &used, n, sizeof *l->y);
    l->place = cut(base, &used, n, sizeof *l->place);
    l->rid = cut(base, &used, n, sizeof *l->rid);
    l->east = cut(base, &used, n, sizeof *l->east);
    l->north = cut(base, &used, n, sizeof *l->north);
    l->organisation = cut(base, &used, n, sizeof *l->organisation);
    l->area = cut(base, &used, n, sizeof *l->area);
    l->type = cut(base, &used, n, 1);
    l->source = cut(base, &used, n, 1);
    l->hour = cut(base, &used, n, 1);
    l->flags = cut(base, &used, n, 1);
    l->places = cut(base, &used, b->n_places, sizeof *l->places);
    l->organisations = cut(base, &used, b->n_organisations, sizeof(struct id));
    l->areas = cut(base, &used, b->n_areas, sizeof(struct id));
    l->pool = cut(base, &used, pool, 1);
    return used;
}

static void put_raw(const struct layout *l, size_t i, const struct raw_row *r)
{
    l->from[i] = r->from;
    l->id[i] = r->id;
    l->seconds[i] = r->seconds;
    l->x[i] = r->x;
    l->y[i] = r->y;
    l->place[i] = r->place;
    l->rid[i] = r->rid;
    l->east[i] = r->east;
    l->north[i] = r->north;
    l->organisation[i] = r->organisation;
    l->area[i] = r->area;
    l->type[i] = r->type;
    l->source[i] = r->source;
    l->hour[i] = r->hour;
    l->flags[i] = r->flags;
}

static void put_old(const struct layout *l, size_t at, const struct event_rows *o, size_t from,
                    size_t n)
{
    memcpy(l->from + at, o->from + from, n * sizeof *l->from);
    memcpy(l->id + at, o->id + from, n * sizeof *l->id);
    memcpy(l->seconds + at, o->seconds + from, n * sizeof *l->seconds);
    memcpy(l->x + at, o->x + from, n * sizeof *l->x);
    memcpy(l->y + at, o->y + from, n * sizeof *l->y);
    memcpy(l->place + at, o->place + from, n * sizeof *l->place);
    memcpy(l->rid + at, o->rid + from, n * sizeof *l->rid);
    memcpy(l->east + at, o->east + from, n * sizeof *l->east);
    memcpy(l->north + at, o->north + from, n * sizeof *l->north);
    memcpy(l->organisation + at, o->organisation + from, n * sizeof *l->organisation);
    memcpy(l->area + at, o->area + from, n * sizeof *l->area);
    memcpy(l->type + at, o->type + from, n);
    memcpy(l->source + at, o->source + from, n);
    memcpy(l->hour + at, o->hour + from, n);
    memcpy(l->flags + at, o->flags + from, n);
}

static bool old_before(const struct event_rows *o, size_t i, const struct raw_row *r)
{
    if (o->from[i] != r->from)
        return o->from[i] < r->from;
    return memcmp(o->id[i].b, r->id.b, sizeof r->id.b) < 0;
}

/* Both are sorted. Stretches of old rows between gone or new ones are copied whole. */
static size_t merge(const struct layout *l, const struct builder *b, const struct event_rows *o,
                    const struct id_set *gone)
{
    size_t at = 0, next = 0, start = 0;
    size_t n_old = o ? o->n : 0;
    for (size_t i = 0; i <= n_old; i++) {
        bool end = i == n_old;
        bool drop = !end && id_set_has(gone, o->id[i]);
        bool insert = next < b->n && (end || old_before(o, i, &b->list[next]) == false);
        if (!end && !drop && !insert)
            continue;
        if (i > start)
            put_old(l, at, o, start, i - start);
        at += i - start;
        start = drop ? i + 1 : i;
        while (next < b->n && (end || !old_before(o, i, &b->list[next])))
            put_raw(l, at++, &b->list[next++]);
    }
    return at;
}

static void put_names(const struct layout *l, const struct builder *b)
{
    char *pool = l->pool;
    for (size_t i = 0; i < b->n_places; i++) {
        size_t n = strlen(b->places[i]) + 1;
        memcpy(pool, b->places[i], n);
        l->places[i] = pool;
        pool += n;
    }
    if (b->n_organisations)
        memcpy(l->organisations, b->organisations, b->n_organisations * sizeof(struct id));
    if (b->n_areas)
        memcpy(l->areas, b->areas, b->n_areas * sizeof(struct id));
}

static void publish(struct town_rows *t, const struct layout *l, const struct builder *b,
                    const struct sources *s)
{
    struct event_rows *r = &t->rows;
    str_copy(r->municipality, sizeof r->municipality, b->municipality);
    r->from = l->from;
    r->id = l->id;
    r->seconds = l->seconds;
    r->x = l->x;
    r->y = l->y;
    r->place = l->place;
    r->rid = l->rid;
    r->east = l->east;
    r->north = l->north;
    r->organisation = l->organisation;
    r->area = l->area;
    r->type = l->type;
    r->source = l->source;
    r->hour = l->hour;
    r->flags = l->flags;
    r->places = (const char *const *)l->places;
    r->organisations = l->organisations;
    r->areas = l->areas;
    r->n_places = (uint32_t)b->n_places;
    r->n_organisations = (uint16_t)b->n_organisations;
    r->n_areas = (uint16_t)b->n_areas;
    r->sources = s->names;
}

enum err builder_finish(struct builder *b, const struct sources *s, int64_t seq,
                        const struct builder_base *base, struct town_rows **out)
{
    const struct event_rows *old = base->old;
    size_t pool = 0, most = b->n + (old ? old->n : 0);
    if (most > ROWS_MOST)
        return ERR_LIMIT;
    for (size_t i = 0; i < b->n_places; i++)
        pool += strlen(b->places[i]) + 1;
    struct layout l;
    size_t bytes = lay_out(NULL, b, most, pool, &l);
    struct id_set *set = id_set_new(base->gone, base->n_gone);
    struct town_rows *t = set ? mem_alloc(bytes) : NULL;
    if (!t) {
        id_set_free(set);
        return ERR_NOMEM;
    }
    lay_out((char *)t, b, most, pool, &l);
    sort_rows(b);
    size_t n = merge(&l, b, old, set);
    put_names(&l, b);
    publish(t, &l, b, s);
    t->rows.n = (uint32_t)n;
    t->rows.seq = seq;
    t->rows.changed = old && !base->n_gone && !b->n ? old->changed : seq;
    t->rows.bytes = bytes;
    atomic_init(&t->refs, 1);
    id_set_free(set);
    builder_forget(b);
    *out = t;
    return ERR_OK;
}
