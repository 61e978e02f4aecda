/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "parts/import/import_mapper.h"

#include <math.h>
#include <string.h>

#include "base/hash.h"
#include "base/mem.h"
#include "base/str.h"
#include "geo/geo_data.h"
#include "geo/wkb.h"
#include "parts/import/import_position.h"
#include "parts/import/import_time.h"

#define VERTICES_MOST 200000

/* --- Texts --- */

bool import_is_missing(const struct profile *p, const char *s)
{
    if (!s || !*s)
        return true;
    if (!p || p->n_missing == 0)
        return str_eq(s, "..") || str_eq(s, "-");
    for (size_t i = 0; i < p->n_missing; i++)
        if (str_eq(s, p->missing[i]))
            return true;
    return false;
}

const char *import_clean(struct arena *a, const char *s, size_t most, bool lines, bool *cut)
{
    size_t n = strlen(s), w = 0, chars = 0;
    char *out = arena_alloc(a, n + 4);
    if (!out)
        return NULL;
    for (const char *p = s; *p;) {
        const char *start = p;
        uint32_t c = utf8_next(&p);
        bool newline = c == '\n' && lines;
        if (c == '\r' && *p == '\n')
            continue;
        if (chars == most) {
            *cut = true;
            break;
        }
        if ((c < 0x20 && !newline) || (c >= 0x7F && c < 0xA0))
            out[w++] = ' ';
        else
            for (const char *b = start; b < p; b++)
                out[w++] = *b;
        chars++;
    }
    out[w] = 0;
    return out;
}

static const char *cell(const struct import_mapper *m, const struct convert_item *it, int column)
{
    if (column == NONE)
        return NULL;
    const char *s = it->cells[column];
    while (s && (*s == ' ' || *s == '\t'))
        s++;
    return import_is_missing(m->p, s) ? NULL : s;
}

static enum err refuse(struct import_row *r, const char *reason, const char *field)
{
    r->reason = reason;
    r->field = field;
    return ERR_OK;
}

static void note(struct import_row *r, enum import_note n)
{
    r->notes |= 1u << n;
}

static enum err put_texts(const struct import_mapper *m, struct arena *a,
                          const struct convert_item *it, struct import_row *r)
{
    const struct {
        const char *s;
        const char **to;
        size_t most;
        bool lines;
    } texts[] = {
        {cell(m, it, m->title), &r->e.title, EVENT_TITLE_MOST, false},
        {cell(m, it, m->description), &r->e.description, EVENT_DESCRIPTION_MOST, true},
        {cell(m, it, m->place), &r->e.place_name, EVENT_PLACE_MOST, false},
        {cell(m, it, m->type), &r->e.type_said, EVENT_KEY_MOST, false},
    };
    bool cut = false;
    for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
        if (!texts[i].s)
            continue;
        if (!(*texts[i].to = import_clean(a, texts[i].s, texts[i].most, texts[i].lines, &cut)))
            return ERR_NOMEM;
    }
    if (cut)
        note(r, NOTE_CUT);
    const char *url = cell(m, it, m->url);
    if (!url || (!str_starts(url, "https://") && !str_starts(url, "http://")))
        return ERR_OK;
    r->e.url = arena_strdup(a, url);
    return r->e.url ? ERR_OK : ERR_NOMEM;
}

/* --- What, when, where --- */

static enum err put_type(const struct import_mapper *m, struct arena *a,
                         const struct convert_item *it, struct import_row *r)
{
    const char *said = cell(m, it, m->type);
    r->e.type_code = m->p->type_default ? m->p->type_default : "other";
    if (!said)
        return ERR_OK;
    const char *trimmed = str_trim(a, said), *folded = trimmed ? str_fold(a, trimmed) : NULL;
    int64_t type;
    if (!folded)
        return ERR_NOMEM;
    const char *police = event_type_of_police(trimmed);
    if (map_get(m->words, folded, &type))
        r->e.type_code = event_types[type].code;
    else if (police)
        r->e.type_code = police;
    else
        note(r, NOTE_TYPE);
    return ERR_OK;
}

/* The column that could not be read: the date, unless it says something by itself. */
static const char *unread(const struct profile_time *t, const char *date)
{
    struct import_span day;
    bool fine = !t->column || (date && import_time_join(t->format, date, NULL, &day));
    return fine && t->clock ? t->clock : t->column;
}

static bool put_until(const struct import_mapper *m, const struct convert_item *it,
                      struct import_row *r)
{
    const char *date = cell(m, it, m->to), *clock = cell(m, it, m->to_clock);
    struct import_span until;
    if (!date && !clock)
        return true;
    bool read = date ? import_time_join(m->p->to.format, date, clock, &until)
                     : import_time_after(clock, r->e.occurred_from, &until);
    if (!read)
        return false;
    r->e.occurred_to = until.to;
    return true;
}

static enum err put_times(const struct import_mapper *m, const struct convert_item *it,
                          struct import_row *r)
{
    const char *date = cell(m, it, m->from), *clock = cell(m, it, m->from_clock);
    struct import_span from;
    if (!date)
        return refuse(r, "import_reason_no_time", m->p->from.column);
    if (!import_time_join(m->p->from.format, date, clock, &from))
        return refuse(r, "import_reason_time", unread(&m->p->from, date));
    r->e.occurred_from = from.from;
    r->e.occurred_to = from.to;
    if (!put_until(m, it, r))
        return refuse(r, "import_reason_time", unread(&m->p->to, cell(m, it, m->to)));
    return ERR_OK;
}

/* Codes and names of municipalities; a county too where it is all that is known. */
const char *import_town(const char *s)
{
    if (str_eq(s, "0000"))
        return "0000";
    const struct geo_municipality *m =
        geo_is_exercise(s) ? NULL : geo_municipality_by_code(s); /* what is real stays out of it */
    if (!m && str_ends(s, "län")) {
        const struct geo_county *county = geo_county_by_name(s);
        return county ? county->pseudo : NULL;
    }
    m = m ? m : geo_municipality_by_name(s);
    if (m)
        return m->code;
    const struct geo_county *c = strlen(s) == 4 ? geo_county_by_code(s) : NULL;
    c = c ? c : geo_county_by_name(s);
    return c ? c->pseudo : NULL;
}

static enum err put_town(const struct import_mapper *m, const struct convert_item *it,
                         struct import_row *r)
{
    const char *said = cell(m, it, m->town);
    char padded[8];
    r->e.municipality = m->municipality;
    if (said && strlen(said) == 3 && strspn(said, "0123456789") == 3) {
        padded[0] = '0'; /* a spreadsheet took the first zero of 0180 away */
        (void)str_copy(padded + 1, sizeof padded - 1, said);
        said = padded;
    }
    const char *code = said ? import_town(said) : NULL;
    if (said && !code)
        return refuse(r, "import_reason_municipality", m->p->municipality_column);
    if (!code && !m->municipality)
        return refuse(r, "import_reason_no_municipality", m->p->municipality_column);
    if (code && m->municipality && !str_eq(code, m->municipality))
        return refuse(r, "import_reason_other_municipality", m->p->municipality_column);
    if (code)
        r->e.municipality = code;
    return ERR_OK;
}

/* A shape of the file: a point is a place; of lines and polygons only the neighbourhood is known.
 */
static enum err read_shape(struct arena *a, const struct convert_item *it, struct geo_point *out,
                           bool *area, enum import_where *where)
{
    struct geo_shape *shape;
    enum err e = geo_wkb_read(a, it->wkb, it->wkb_len, VERTICES_MOST, &shape);
    if (e == ERR_NOMEM)
        return e;
    if (e) {
        *where = WHERE_BROKEN;
        return ERR_OK;
    }
    *area = shape->kind != GEO_POINTS;
    TRY(geo_shape_inside_point(a, shape, out));
    *where = geo_point_in_sweden(out->east, out->north) ? WHERE_FOUND : WHERE_OUTSIDE;
    return ERR_OK;
}

struct found {
    struct geo_point p;
    bool area, swapped;
    enum import_where where;
};

static enum err find_where(const struct import_mapper *m, struct arena *a,
                           const struct convert_item *it, struct found *f)
{
    const char *north = cell(m, it, m->north), *east = cell(m, it, m->east);
    const char *both = cell(m, it, m->both);
    if (it->wkb && !north && !east && !both)
        return read_shape(a, it, &f->p, &f->area, &f->where);
    f->where = m->both != NONE && both ? import_position_both(a, both, &f->p, &f->swapped)
                                       : import_position(north, east, &f->p, &f->swapped);
    return ERR_OK;
}

/* By the name of the place, as far as it is known here. */
static enum err put_named(const struct import_mapper *m, struct arena *a, struct import_row *r)
{
    struct event *e = &r->e;
    const char *folded = str_fold(a, e->place_name);
    int64_t i = -1;
    if (!folded)
        return ERR_NOMEM;
    if (m->names && m->names->places && map_get(m->names->places, folded, &i) && i >= 0) {
        const struct import_place *known = &m->names->place[i];
        e->precision = known->precision;
        e->place_id = known->id;
        if (geo_precision_is_place(known->precision)) {
            e->east = known->east;
            e->north = known->north;
        }
    } else if (geo_locality_by_name(e->municipality, e->place_name)) {
        e->precision = GEO_AREA;
    } else {
        note(r, NOTE_PLACE);
    }
    return ERR_OK;
}

static enum geo_precision whole(const char *municipality)
{
    if (str_eq(municipality, "0000"))
        return GEO_NONE;
    return str_ends(municipality, "00") ? GEO_COUNTY : GEO_MUNICIPALITY;
}

static enum err put_position(const struct import_mapper *m, struct arena *a,
                             const struct convert_item *it, struct import_row *r)
{
    struct found f = {.where = WHERE_NONE};
    TRY(find_where(m, a, it, &f));
    r->e.precision = whole(r->e.municipality);
    if (f.where == WHERE_BROKEN)
        return refuse(r, "import_reason_position", m->p->north ? m->p->north : m->p->both);
    if (f.where == WHERE_RT90)
        return refuse(r, "import_reason_rt90", m->p->north ? m->p->north : m->p->both);
    if (f.where == WHERE_OUTSIDE && m->p->refuse_outside)
        return refuse(r, "import_reason_outside", m->p->north ? m->p->north : m->p->both);
    if (f.swapped)
        note(r, NOTE_SWAPPED);
    if (f.where == WHERE_FOUND) {
        enum geo_precision said = m->p->precision ? m->p->precision : GEO_POINT;
        r->e.precision = f.area && geo_precision_is_place(said) ? GEO_AREA : said;
        if (geo_precision_is_place(r->e.precision)) {
            r->e.east = f.p.east;
            r->e.north = f.p.north;
        }
        return ERR_OK;
    }
    if (f.where == WHERE_OUTSIDE)
        note(r, NOTE_OUTSIDE);
    else if (!r->e.place_name)
        note(r, NOTE_UNPLACED);
    return r->e.place_name ? put_named(m, a, r) : ERR_OK;
}

static enum err put_body(const struct import_mapper *m, struct arena *a,
                         const struct convert_item *it, struct import_row *r)
{
    const char *name = m->organisation == NONE ? m->p->organisation : cell(m, it, m->organisation);
    int64_t i;
    if (!name)
        return ERR_OK;
    const char *folded = str_fold(a, name);
    if (!folded)
        return ERR_NOMEM;
    if (m->names && m->names->organisations && map_get(m->names->organisations, folded, &i))
        r->e.organisation_id = m->names->organisation[i];
    else
        note(r, NOTE_BODY);
    return ERR_OK;
}

/* --- Key and hash --- */

static enum err put_key(const struct import_mapper *m, struct arena *a,
                        const struct convert_item *it, struct import_row *r)
{
    uint64_t h[2] = {1, 2};
    bool any = false;
    struct buf key = buf_init(1024);
    for (size_t i = 0; i < m->p->n_keys; i++) {
        const char *s = cell(m, it, m->keys[i]);
        any = any || s;
        buf_printf(&key, "%s%s", i ? "|" : "", s ? s : "");
    }
    for (size_t i = 0; i < m->columns && !m->p->n_keys; i++) {
        const char *s = it->cells[i] ? it->cells[i] : "";
        for (int k = 0; k < 2; k++)
            h[k] = hash64(s, strlen(s) + 1, h[k]);
    }
    for (int k = 0; it->wkb && !m->p->n_keys && k < 2; k++)
        h[k] = hash64(it->wkb, it->wkb_len, h[k]);
    if (!m->p->n_keys)
        buf_printf(&key, "#%016llx%016llx", (unsigned long long)h[0], (unsigned long long)h[1]);
    enum err e = buf_err(&key);
    bool cut = false;
    if (e == ERR_OK) {
        r->e.source_key = import_clean(a, buf_text(&key), EVENT_KEY_MOST, false, &cut);
        e = r->e.source_key ? ERR_OK : ERR_NOMEM;
    }
    buf_done(&key);
    if ((m->p->n_keys && !any) || cut || e == ERR_LIMIT)
        return refuse(r, "import_reason_key", m->p->keys[0]);
    return e;
}

static uint64_t hash_text(const char *s, uint64_t seed)
{
    return s ? hash64(s, strlen(s) + 1, seed) : hash64("\1", 1, seed);
}

enum err import_hash(struct arena *a, struct event *e)
{
    const char *const texts[] = {e->type_code,   e->type_said, e->place_name, e->title,
                                 e->description, e->url,       e->origin};
    const double numbers[] = {isnan(e->east) ? 0 : e->east, isnan(e->north) ? 0 : e->north};
    const int64_t whole_numbers[] = {e->occurred_from, e->occurred_to, (int64_t)e->precision};
    uint64_t h = 0;
    for (size_t i = 0; i < ARRAY_LEN(texts); i++)
        h = hash_text(texts[i], h);
    h = hash64(numbers, sizeof numbers, h);
    h = hash64(whole_numbers, sizeof whole_numbers, h);
    h = hash64(&e->organisation_id, sizeof e->organisation_id, h);
    h = hash64(&e->place_id, sizeof e->place_id, h);
    e->source_hash = arena_printf(a, "%016llx", (unsigned long long)h);
    return e->source_hash ? ERR_OK : ERR_NOMEM;
}

/* The file's own name for a field of the event; the field's where the file has no column for it. */
static const char *column_of(const struct profile *p, const char *field)
{
    const char *until = p->to.column ? p->to.column : p->to.clock;
    const char *named = str_eq(field, "occurred_from") ? p->from.column
                        : str_eq(field, "occurred_to") ? until ? until : p->from.column
                        : str_eq(field, "east")        ? p->east
                                                       : NULL;
    return named ? named : field;
}

/* Only what is planned may lie ahead, as in the form. */
static bool is_ahead(const struct import_mapper *m, const struct event *e)
{
    return e->occurred_from > m->latest &&
           event_type_index(e->type_code) != EVENT_TYPE_planned_event;
}

enum err import_map_row(const struct import_mapper *m, struct arena *a,
                        const struct convert_item *it, struct import_row *out)
{
    *out = (struct import_row){.e = event_blank()};
    out->e.source = m->p->source ? m->p->source : "import";
    out->e.origin = m->p->exercise ? "exempel" : NULL;
    TRY(put_key(m, a, it, out));
    if (!out->reason)
        TRY(put_town(m, it, out));
    if (!out->reason)
        TRY(put_times(m, it, out));
    if (!out->reason)
        TRY(put_type(m, a, it, out));
    if (!out->reason && is_ahead(m, &out->e))
        return refuse(out, "import_reason_future", column_of(m->p, "occurred_from"));
    if (!out->reason)
        TRY(put_texts(m, a, it, out));
    if (!out->reason)
        TRY(put_position(m, a, it, out));
    if (!out->reason)
        TRY(put_body(m, a, it, out));
    if (out->reason)
        return ERR_OK;
    TRY(import_hash(a, &out->e));
    struct event_problem problem;
    if (event_check(&out->e, &problem) == ERR_OK)
        return ERR_OK;
    return refuse(out, text_entries[problem.text].key, column_of(m->p, problem.field));
}
