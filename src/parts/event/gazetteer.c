/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "parts/event/gazetteer.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/str.h"
#include "event_sql.h"
#include "geo/geo_data.h"

#define LOCALITY_METRES 10000.0

/* How well a name fits; smaller is better. */
enum fit { FIT_EXACT, FIT_BEGINNING, FIT_WORD, FIT_INSIDE, FIT_NONE };

struct candidate {
    struct gazetteer_place place;
    enum fit fit;
    bool numbered; /* one address of a street */
    int population;
};

struct search {
    struct arena *a;
    char *folded, *squeezed;
    struct candidate *list;
    size_t n, cap;
};

static uint32_t plain(uint32_t c)
{
    switch (c) {
    case 0xE0:
    case 0xE1:
    case 0xE2:
        return 'a';
    case 0xE8:
    case 0xE9:
    case 0xEA:
    case 0xEB:
        return 'e';
    case 0xFC:
        return 'u';
    default:
        return c;
    }
}

static bool is_gap(uint32_t c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == 0xA0;
}

/* Lower case; gaps become `gap` (0: nothing), hyphens too when there is none. */
static char *fold(struct arena *a, const char *name, char gap)
{
    const char *p = str_fold(a, name);
    char *out = p ? arena_alloc(a, strlen(p) + 1) : NULL;
    size_t n = 0;
    uint32_t c;
    while (out && (c = utf8_next(&p))) {
        if (is_gap(c) || (!gap && c == '-')) {
            if (gap && n && out[n - 1] != gap)
                out[n++] = gap;
            continue;
        }
        n += utf8_put(plain(c), out + n);
    }
    while (out && gap && n && out[n - 1] == gap)
        n--;
    if (out)
        out[n] = 0;
    return out;
}

char *gazetteer_fold(struct arena *a, const char *name)
{
    return fold(a, name, ' ');
}

static bool begins_a_word(const char *name, const char *text)
{
    for (const char *p = strstr(name, text); p; p = strstr(p + 1, text))
        if (p == name || p[-1] == ' ' || p[-1] == '-')
            return true;
    return false;
}

static enum err fit_of(struct search *s, const char *folded, enum fit *out)
{
    char *squeezed = fold(s->a, folded, 0);
    if (!squeezed)
        return ERR_NOMEM;
    *out = str_eq(squeezed, s->squeezed)           ? FIT_EXACT
           : str_starts(squeezed, s->squeezed)     ? FIT_BEGINNING
           : begins_a_word(folded, s->folded)      ? FIT_WORD
           : strstr(squeezed, s->squeezed) != NULL ? FIT_INSIDE
                                                   : FIT_NONE;
    return ERR_OK;
}

/* "Storgatan 12", "Storgatan 12B", "Storgatan 12 B": a later word begins with a digit. */
static bool is_numbered(const char *name)
{
    for (const char *p = strchr(name, ' '); p; p = strchr(p + 1, ' '))
        if (p[1] >= '0' && p[1] <= '9')
            return true;
    return false;
}

static enum err add(struct search *s, struct candidate c)
{
    if (s->n == s->cap) {
        size_t cap = s->cap ? s->cap * 2 : 32;
        struct candidate *more = ARENA_ARRAY(s->a, cap, struct candidate);
        if (!more)
            return ERR_NOMEM;
        if (s->n)
            memcpy(more, s->list, s->n * sizeof *more);
        s->list = more;
        s->cap = cap;
    }
    s->list[s->n++] = c;
    return ERR_OK;
}

static struct gazetteer_place from_locality(const struct geo_locality *l)
{
    return (struct gazetteer_place){
        .kind = GAZETTEER_LOCALITY,
        .name = l->name,
        .east = l->east,
        .north = l->north,
        .precision = GEO_AREA,
    };
}

static enum err from_row(struct arena *a, const struct q_gazetteer_places_row *r,
                         struct gazetteer_place *out)
{
    enum geo_precision precision;
    if (!geo_precision_parse(r->precision, &precision))
        return ERR_CORRUPT;
    const char *name = arena_strdup(a, r->name);
    const char *locality = r->locality ? arena_strdup(a, r->locality) : NULL;
    if (!name || (r->locality && !locality))
        return ERR_NOMEM;
    *out = (struct gazetteer_place){
        .id = r->id,
        .kind = str_eq(r->kind, "street")     ? GAZETTEER_STREET
                : str_eq(r->kind, "area")     ? GAZETTEER_AREA
                : str_eq(r->kind, "locality") ? GAZETTEER_LOCALITY
                                              : GAZETTEER_OWN,
        .name = name,
        .locality = locality,
        .east = r->east,
        .north = r->north,
        .precision = precision,
    };
    return ERR_OK;
}

static enum err try_row(void *arg, const struct q_gazetteer_places_row *row)
{
    struct search *s = arg;
    struct candidate c = {.numbered = is_numbered(row->name_folded)};
    TRY(fit_of(s, row->name_folded, &c.fit));
    if (c.fit == FIT_NONE)
        return ERR_OK;
    TRY(from_row(s->a, row, &c.place));
    return add(s, c);
}

static enum err try_area(void *arg, const struct q_gazetteer_areas_row *row)
{
    struct search *s = arg;
    struct candidate c = {.place = {.area_id = row->id,
                                    .kind = GAZETTEER_AREA,
                                    .name = arena_strdup(s->a, row->name),
                                    .east = row->east,
                                    .north = row->north,
                                    .precision = GEO_AREA}};
    char *folded = c.place.name ? gazetteer_fold(s->a, c.place.name) : NULL;
    if (!folded)
        return ERR_NOMEM;
    TRY(fit_of(s, folded, &c.fit));
    return c.fit == FIT_NONE ? ERR_OK : add(s, c);
}

static bool is_an_area(const struct search *s, const char *name)
{
    for (size_t i = 0; i < s->n; i++)
        if (!id_is_none(s->list[i].place.area_id) && str_eq(s->list[i].place.name, name))
            return true;
    return false;
}

static enum err try_localities(struct search *s, const char *municipality)
{
    size_t n;
    const struct geo_locality *list = geo_localities_of(municipality, &n);
    for (size_t i = 0; i < n; i++) {
        struct candidate c = {.place = from_locality(&list[i]), .population = list[i].population};
        char *folded = gazetteer_fold(s->a, list[i].name);
        if (!folded)
            return ERR_NOMEM;
        TRY(fit_of(s, folded, &c.fit));
        if (c.fit != FIT_NONE && !is_an_area(s, list[i].name))
            TRY(add(s, c));
    }
    return ERR_OK;
}

static int compare(const void *pa, const void *pb)
{
    const struct candidate *a = pa, *b = pb;
    if (a->fit != b->fit)
        return (int)a->fit - (int)b->fit;
    if (a->numbered != b->numbered) /* the street before its numbers */
        return a->numbered ? 1 : -1;
    if (a->place.kind != b->place.kind)
        return (int)a->place.kind - (int)b->place.kind;
    if (a->population != b->population)
        return a->population > b->population ? -1 : 1;
    int c = str_compare_natural(a->place.name, b->place.name);
    return c ? c : memcmp(a->place.id.b, b->place.id.b, sizeof a->place.id.b);
}

/* The first letters in their order, with whatever between them: rows that can fit. */
static char *pattern_of(struct arena *a, const char *squeezed)
{
    char *out = arena_alloc(a, 64);
    const char *p = squeezed;
    size_t n = 0;
    if (!out)
        return NULL;
    out[n++] = '%';
    for (int letters = 0; letters < 8; letters++) {
        uint32_t c = utf8_next(&p);
        if (!c)
            break;
        if (letters)
            out[n++] = '%';
        if (c == '%' || c == '_' || c == '!')
            out[n++] = '!';
        n += utf8_put(c, out + n);
    }
    out[n++] = '%';
    out[n] = 0;
    return out;
}

enum err gazetteer_search(struct tx *tx, struct arena *a, const char *municipality,
                          const char *text, struct gazetteer_list *out)
{
    struct search s = {.a = a};
    bool usable = text && utf8_valid(text, strlen(text)) && utf8_len(text) <= GAZETTEER_TEXT_MOST;
    s.folded = gazetteer_fold(a, usable ? text : "");
    s.squeezed = s.folded ? fold(a, s.folded, 0) : NULL;
    if (!s.squeezed)
        return ERR_NOMEM;
    if (s.squeezed[0]) {
        struct q_gazetteer_places_in in = {municipality, pattern_of(a, s.squeezed)};
        if (!in.pattern)
            return ERR_NOMEM;
        TRY(q_gazetteer_places_each(tx, &in, try_row, &s));
        TRY(q_gazetteer_areas_each(tx, &(struct q_gazetteer_areas_in){municipality}, try_area, &s));
        TRY(try_localities(&s, municipality));
    }
    if (s.n)
        qsort(s.list, s.n, sizeof *s.list, compare);
    size_t n = s.n < GAZETTEER_MOST ? s.n : GAZETTEER_MOST;
    struct gazetteer_place *list = ARENA_ARRAY(a, n, struct gazetteer_place);
    if (!list)
        return ERR_NOMEM;
    for (size_t i = 0; i < n; i++)
        list[i] = s.list[i].place;
    *out = (struct gazetteer_list){list, n, s.n};
    return ERR_OK;
}

/* --- Nearest --- */

struct nearest {
    struct arena *a;
    double east, north, metres;
    struct gazetteer_place best;
    bool found;
};

static enum err nearer(void *arg, const struct q_gazetteer_near_row *row)
{
    struct nearest *n = arg;
    double d = hypot(row->east - n->east, row->north - n->north);
    if (d > n->metres || (n->found && d >= n->best.metres) || str_eq(row->kind, "area"))
        return ERR_OK;
    struct q_gazetteer_places_row r = {row->id,       row->kind, row->name,  row->name_folded,
                                       row->locality, row->east, row->north, row->precision};
    TRY(from_row(n->a, &r, &n->best));
    n->best.metres = d;
    n->found = true;
    return ERR_OK;
}

static void nearest_locality(struct nearest *n, const char *municipality)
{
    size_t count;
    const struct geo_locality *list = geo_localities_of(municipality, &count);
    double best = LOCALITY_METRES;
    for (size_t i = 0; i < count; i++) {
        double d = hypot(list[i].east - n->east, list[i].north - n->north);
        if (d > best)
            continue;
        best = d;
        n->best = from_locality(&list[i]);
        n->best.metres = d;
        n->found = true;
    }
}

enum err gazetteer_nearest(struct tx *tx, struct arena *a, const char *municipality,
                           struct geo_point at, double metres, struct gazetteer_place *out)
{
    struct nearest n = {.a = a, .east = at.east, .north = at.north, .metres = metres};
    struct q_gazetteer_near_in in = {municipality, at.east, at.north, metres};
    if (!isfinite(at.east) || !isfinite(at.north) || !(metres >= 0))
        return ERR_INVALID;
    TRY(q_gazetteer_near_each(tx, &in, nearer, &n));
    if (!n.found)
        nearest_locality(&n, municipality);
    if (!n.found)
        return ERR_NOTFOUND;
    *out = n.best;
    return ERR_OK;
}

/* --- Around --- */

struct around {
    struct arena *a;
    struct geo_point at;
    double metres;
    struct gazetteer_place *list;
    size_t n, most, found;
};

static enum err put_in_order(void *arg, const struct q_gazetteer_near_row *row)
{
    struct around *r = arg;
    double d = hypot(row->east - r->at.east, row->north - r->at.north);
    if (d > r->metres || str_eq(row->kind, "area"))
        return ERR_OK;
    r->found++;
    if (r->n == r->most && (r->n == 0 || d >= r->list[r->n - 1].metres))
        return ERR_OK;
    struct q_gazetteer_places_row p = {row->id,       row->kind, row->name,  row->name_folded,
                                       row->locality, row->east, row->north, row->precision};
    struct gazetteer_place place;
    TRY(from_row(r->a, &p, &place));
    place.metres = d;
    size_t i = r->n < r->most ? r->n++ : r->n - 1;
    for (; i && r->list[i - 1].metres > d; i--)
        r->list[i] = r->list[i - 1];
    r->list[i] = place;
    return ERR_OK;
}

enum err gazetteer_around(struct tx *tx, struct arena *a, const char *municipality,
                          const struct gazetteer_circle *c, struct gazetteer_list *out)
{
    size_t room = c->most < GAZETTEER_MOST ? c->most : GAZETTEER_MOST;
    struct around r = {.a = a, .at = c->at, .metres = c->metres, .most = room};
    struct q_gazetteer_near_in in = {municipality, c->at.east, c->at.north, c->metres};
    if (!isfinite(c->at.east) || !isfinite(c->at.north) || !(c->metres >= 0))
        return ERR_INVALID;
    r.list = ARENA_ARRAY(a, room + 1, struct gazetteer_place);
    if (!r.list)
        return ERR_NOMEM;
    TRY(q_gazetteer_near_each(tx, &in, put_in_order, &r));
    *out = (struct gazetteer_list){r.list, r.n, r.found};
    return ERR_OK;
}

char *gazetteer_text(struct arena *a, enum lang lang, const struct gazetteer_place *p)
{
    static const enum text_key kinds[] = {
        [GAZETTEER_OWN] = T_gazetteer_own,
        [GAZETTEER_LOCALITY] = T_gazetteer_locality,
        [GAZETTEER_AREA] = T_gazetteer_area,
        [GAZETTEER_STREET] = T_gazetteer_street,
    };
    enum text_key how = p->precision == GEO_POINT    ? T_gazetteer_exact
                        : p->precision == GEO_STREET ? T_gazetteer_along
                                                     : T_gazetteer_about;
    bool inside = !str_empty(p->locality) && !str_eq(p->locality, p->name);
    return arena_printf(a, "%s%s%s, %s, %s", p->name, inside ? ", " : "", inside ? p->locality : "",
                        text_get(lang, kinds[p->kind]), text_get(lang, how));
}
