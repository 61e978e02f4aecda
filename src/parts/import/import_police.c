/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Notices of the Police: as their API answers, and as archives keep them. The position of a notice
 * is only the middle of its municipality and is never taken; places stand in its text. */
#include <string.h>

#include "base/hash.h"
#include "base/mem.h"
#include "base/str.h"
#include "geo/geo_data.h"
#include "parts/import/import_map.h"
#include "parts/import/import_time.h"

#define SITE "https://polisen.se"
#define NONE (-1)

struct import_police {
    int id, at, title, summary, type, place, url, seen;
};

static int column(const struct convert_header *h, const char *first, const char *second)
{
    for (size_t i = 0; i < h->columns; i++)
        if (str_eq(h->names[i], first) || (second && str_eq(h->names[i], second)))
            return (int)i;
    return NONE;
}

enum err import_police_new(struct arena *a, const struct convert_header *h,
                           struct import_police **out)
{
    struct import_police *p = ARENA_NEW(a, struct import_police);
    if (!p)
        return ERR_NOMEM;
    p->id = column(h, "id", NULL);
    p->at = column(h, "datetime", "published");
    p->title = column(h, "name", "title");
    p->summary = column(h, "summary", NULL);
    p->type = column(h, "type", NULL);
    p->place = column(h, "location_name", "api_location");
    p->url = column(h, "url", NULL);
    p->seen = column(h, "last_seen", "seen");
    if (p->id == NONE || p->at == NONE || p->title == NONE || p->type == NONE || p->place == NONE)
        return ERR_INVALID;
    *out = p;
    return ERR_OK;
}

/* The text without spaces at the ends and doubled ones inside. */
static const char *tidy(struct arena *a, const char *s, size_t most, bool lines, bool *cut)
{
    const char *clean = s ? import_clean(a, s, most, lines, cut) : NULL;
    char *out = clean ? str_trim(a, clean) : NULL, *w = out;
    for (const char *r = out; r && *r; r++)
        if (*r != ' ' || r[1] != ' ')
            *w++ = *r;
    if (w)
        *w = 0;
    return out && *out ? out : NULL;
}

/* "27 mars 10:25, ..." and "10.36": the moment nearest before (or, announced, at most a month
 * after) the publication. False when the title begins otherwise. */
static bool moment_of_title(const char *title, msec published, msec *out)
{
    const char *comma = strchr(title, ',');
    char text[48];
    size_t n = comma ? (size_t)(comma - title) : 0;
    if (n == 0 || n > 24)
        return false;
    struct civil c = civil_from_msec(published);
    for (int back = -1; back < 2; back++) {
        char *t = text;
        memcpy(t, title, n);
        t[n] = 0;
        char *clock = strrchr(t, ' ');
        if (!clock)
            return false;
        char year[8] = "";
        int y = c.year - back;
        for (int i = 3; i >= 0; i--, y /= 10)
            year[i] = (char)('0' + y % 10);
        memmove(clock + 6, clock + 1, strlen(clock + 1) + 1);
        clock[5] = ' ';
        memcpy(clock + 1, year, 4);
        struct import_span span;
        if (import_time_read("dd month yyyy hh:mm", text, &span) &&
            span.from <= published + 30 * MSEC_DAY) {
            *out = span.from;
            return true;
        }
    }
    return false;
}

/* Where it was, as far as the notice says: the municipality of its place; a county, unless the last
 * part of the title names a municipality in that county. */
static const char *town_of(struct arena *a, const char *place, const char *title)
{
    const char *said = place ? import_town(place) : NULL;
    const char *comma = strrchr(title, ','), *last = comma ? str_trim(a, comma + 1) : NULL;
    const char *named = last ? import_town(last) : NULL;
    if (!said)
        return named ? named : "0000";
    bool county = str_ends(said, "00") && !geo_municipality_by_code(said);
    bool inside = named && strncmp(said, named, 2) == 0 && geo_municipality_by_code(named);
    return county && inside ? named : said;
}

/* The same notice gives the same hash whichever way it came: the address may be missing. */
static enum err put_hash(struct arena *a, struct event *e, const char *place, msec published)
{
    const char *const texts[] = {e->type_said, e->title, e->description, place};
    uint64_t h = hash64(&published, sizeof published, 7);
    for (size_t i = 0; i < ARRAY_LEN(texts); i++)
        h = hash64(texts[i] ? texts[i] : "\1", texts[i] ? strlen(texts[i]) + 1 : 1, h);
    e->source_hash = arena_printf(a, "%016llx", (unsigned long long)h);
    return e->source_hash ? ERR_OK : ERR_NOMEM;
}

static const char *get(const struct convert_item *it, int at)
{
    return at == NONE ? NULL : it->cells[at];
}

static enum err put_url(const struct convert_item *it, int at, struct arena *a, struct event *e)
{
    const char *s = get(it, at);
    if (!s || (s[0] != '/' && !str_starts(s, "https://") && !str_starts(s, "http://")))
        return ERR_OK;
    if (utf8_len(s) > EVENT_URL_MOST - strlen(SITE) || utf8_has_control(s))
        return ERR_OK;
    e->url = arena_printf(a, "%s%s", s[0] == '/' ? SITE : "", s);
    return e->url ? ERR_OK : ERR_NOMEM;
}

static enum err put_place(struct arena *a, struct event *e, const char *place, unsigned *notes)
{
    e->municipality = town_of(a, place, e->title);
    bool county = str_ends(e->municipality, "00") && !geo_municipality_by_code(e->municipality);
    e->precision = county ? GEO_COUNTY : GEO_MUNICIPALITY;
    if (str_eq(e->municipality, "0000")) {
        e->precision = GEO_NONE;
        *notes |= 1u << NOTE_TOWN;
    }
    return ERR_OK;
}

static enum err refuse(struct import_row *r, const char *reason, const char *field)
{
    r->reason = reason;
    r->field = field;
    return ERR_OK;
}

enum err import_police_row(const struct import_police *p, struct arena *a,
                           const struct convert_item *it, struct import_row *out)
{
    *out = (struct import_row){.e = event_blank()};
    struct event *e = &out->e;
    bool cut = false;
    msec published;
    e->source = EVENT_SOURCE_POLICE;
    e->source_key = get(it, p->id);
    if (!e->source_key || utf8_len(e->source_key) > EVENT_KEY_MOST)
        return refuse(out, "fault_no_id", "id");
    if (!(e->source_key = arena_strdup(a, e->source_key)))
        return ERR_NOMEM;
    if (!get(it, p->at) || time_parse(get(it, p->at), &published) != ERR_OK)
        return refuse(out, "import_reason_time", "datetime");
    e->title = tidy(a, get(it, p->title), EVENT_TITLE_MOST, false, &cut);
    e->description = tidy(a, get(it, p->summary), EVENT_DESCRIPTION_MOST, true, &cut);
    e->type_said = tidy(a, get(it, p->type), EVENT_KEY_MOST, false, &cut);
    const char *place = tidy(a, get(it, p->place), EVENT_PLACE_MOST, false, &cut);
    if (!e->title)
        return refuse(out, "import_reason_no_title", "name");
    const char *code = event_type_of_police(e->type_said);
    e->type_code = code ? code : "other";
    out->notes |= (code ? 0 : 1u << NOTE_TYPE) | (cut ? 1u << NOTE_CUT : 0);
    e->occurred_from = published;
    if (!moment_of_title(e->title, published, &e->occurred_from))
        e->occurred_from = published;
    e->occurred_to = e->occurred_from;
    e->reported_at = published;
    if (get(it, p->seen) && time_parse(get(it, p->seen), &out->seen) != ERR_OK)
        out->seen = 0;
    if (p->seen == NONE)
        out->seen = published;
    TRY(put_url(it, p->url, a, e));
    TRY(put_place(a, e, place, &out->notes));
    TRY(put_hash(a, e, place, published));
    struct event_problem problem;
    if (event_check(e, &problem) == ERR_OK)
        return ERR_OK;
    return refuse(out, text_entries[problem.text].key, problem.field);
}
