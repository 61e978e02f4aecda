/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Guessing how a file is read: by the names of its columns in Swedish and English, and by what
 * stands in the first rows. */
#include <string.h>

#include "base/mem.h"
#include "base/str.h"
#include "parts/event/event.h"
#include "parts/import/import_map.h"
#include "parts/import/import_profile.h"
#include "parts/import/import_time.h"

enum role {
    KEY,
    WHEN,
    DATE,
    CLOCK,
    UNTIL,
    UNTIL_CLOCK,
    NORTH,
    EAST,
    BOTH,
    PLACE,
    TYPE,
    TITLE,
    TEXT,
    URL,
    TOWN,
    BODY,
    ROLES
};

/* Names of columns for each, the best first; folded, with a space after each. */
static const char *const names[ROLES] = {
    [KEY] = "id event_id incident_id ärendenummer ärendenr ärende_id diarienummer diarienr nr "
            "nummer number löpnummer case_number case_id objectid fid uuid ",
    [WHEN] = "datetime date_time datum_tid datumtid tidpunkt tidsstämpel timestamp händelsetid "
             "händelsetidpunkt från from start starttid occurred occurred_from start_time created "
             "skapad inträffade ",
    [DATE] = "datum date händelsedatum brottsdatum dag från_datum startdatum ",
    [CLOCK] = "tid time klockslag kl timme hour klockan från_tid starttid ",
    [UNTIL] = "till to slut sluttid occurred_to end end_time till_datum slutdatum ",
    [UNTIL_CLOCK] = "till_tid sluttid till_klockslag ",
    [NORTH] = "lat latitude latitud breddgrad n north northing nord y y_koordinat sweref_n ",
    [EAST] = "lon lng long longitude longitud längdgrad e east easting ost öst x x_koordinat "
             "sweref_e ",
    [BOTH] = "latlon lat_lon latlng koordinat koordinater coordinates position gps location_gps ",
    [PLACE] = "plats var place platsnamn adress address gata gatunamn street location område area "
              "stadsdel ort locality ",
    [TYPE] = "typ type händelsetyp händelse event event_type brottstyp ärendetyp problem kategori "
             "category vad vad_hände "
             "brottskod rubricering underkategori ",
    [TITLE] = "rubrik title titel name namn ",
    [TEXT] = "beskrivning description desc beskr text sammanfattning summary kommentar comment "
             "anmärkning notering fritext ",
    [URL] = "url länk link adress_url webbadress ",
    [TOWN] = "kommun municipality kommunkod municipality_code kommunnamn ",
    [BODY] = "organisation rapportör avsändare förvaltning organisation_name ",
};

struct guess {
    struct arena *a;
    const struct convert_header *h;
    const char *const *cells;
    size_t rows;
    const char **folded; /* of the columns */
    int at[ROLES];       /* column, or -1 */
};

static const char *cell(const struct guess *g, size_t row, int column)
{
    return g->cells[row * g->h->columns + (size_t)column];
}

/* "Händelse datum" and "HÄNDELSE-DATUM" are händelse_datum. */
static const char *fold_name(struct arena *a, const char *name)
{
    char *trimmed = str_trim(a, name), *s = trimmed ? str_fold(a, trimmed) : NULL;
    for (char *c = s; c && *c; c++)
        if (*c == ' ' || *c == '-' || *c == '.' || *c == '/')
            *c = '_';
    return s;
}

static bool taken(const struct guess *g, int column)
{
    for (int r = 0; r < ROLES; r++)
        if (g->at[r] == column)
            return true;
    return false;
}

typedef bool fits_fn(const char *s);

/* How many of the filled cells of the first rows fit; *seen: of how many. */
static size_t how_many_fit(const struct guess *g, int column, fits_fn *fits, size_t *seen)
{
    size_t good = 0;
    *seen = 0;
    for (size_t i = 0; i < g->rows; i++) {
        const char *s = cell(g, i, column);
        if (import_is_missing(NULL, s))
            continue;
        ++*seen;
        good += fits(s);
    }
    return good;
}

/* Do most of them? Without any: `otherwise`. */
static bool most_fit(const struct guess *g, int column, fits_fn *fits, bool otherwise)
{
    size_t seen, good = how_many_fit(g, column, fits, &seen);
    return seen ? 2 * good > seen : otherwise;
}

static bool all_filled(const struct guess *g, int column)
{
    for (size_t i = 0; i < g->rows; i++)
        if (import_is_missing(NULL, cell(g, i, column)))
            return false;
    return true;
}

#define DBF_NAME 10

/* Without the dots and rings over letters, which many leave out. */
static size_t flatten(const char *s, size_t n, char out[64])
{
    size_t w = 0;
    for (size_t i = 0; i < n && w < 63; i++) {
        bool two = (unsigned char)s[i] == 0xC3 && i + 1 < n;
        unsigned char c = two ? (unsigned char)s[i + 1] : 0;
        out[w++] = c == 0xA5 || c == 0xA4 ? 'a' : c == 0xB6 ? 'o' : s[i];
        i += c == 0xA5 || c == 0xA4 || c == 0xB6;
    }
    out[w] = 0;
    return w;
}

/* A DBF cuts names after ten characters. */
static bool same_name(const char *column, const char *name, size_t n)
{
    char have[64], want[64];
    size_t h = flatten(column, strlen(column), have), w = flatten(name, n, want);
    return str_eq(have, want) || (h == DBF_NAME && w > h && memcmp(have, want, h) == 0);
}

static int find(const struct guess *g, enum role role, fits_fn *fits)
{
    for (const char *name = names[role]; *name; name += strcspn(name, " ") + 1) {
        size_t n = strcspn(name, " ");
        for (size_t i = 0; i < g->h->columns; i++) {
            bool same = same_name(g->folded[i], name, n);
            if (same && !taken(g, (int)i) && (!fits || most_fit(g, (int)i, fits, true)))
                return (int)i;
        }
    }
    return -1;
}

static bool fits_moment(const char *s)
{
    struct import_span span;
    return import_time_read("auto", s, &span) && span.clock;
}

static bool fits_date(const char *s)
{
    struct import_span span;
    return import_time_read("auto", s, &span);
}

static bool fits_american(const char *s)
{
    struct import_span span;
    return import_time_read("mm/dd/yyyy", s, &span) ||
           import_time_read("mm/dd/yyyy hh:mm", s, &span) ||
           import_time_read("mm/dd/yyyy hh:mm:ss", s, &span);
}

static bool fits_clock(const char *s)
{
    struct import_span span;
    return import_time_after(s, 0, &span);
}

static bool fits_number(const char *s)
{
    double v;
    return import_number(s, &v);
}

/* A column of any name most of whose cells are dates with a time, or dates. */
static int find_by_cells(const struct guess *g, fits_fn *fits)
{
    for (size_t i = 0; i < g->h->columns; i++)
        if (!taken(g, (int)i) && !most_fit(g, (int)i, fits_number, true) &&
            most_fit(g, (int)i, fits, false))
            return (int)i;
    return -1;
}

/* A column with the right name in which at least one cell fits: the others are faults in their
 * rows, which are refused one by one. */
static int find_faulty(const struct guess *g, enum role role, fits_fn *fits)
{
    for (const char *name = names[role]; *name; name += strcspn(name, " ") + 1) {
        size_t n = strcspn(name, " "), seen;
        for (size_t i = 0; i < g->h->columns; i++)
            if (same_name(g->folded[i], name, n) && !taken(g, (int)i) &&
                how_many_fit(g, (int)i, fits, &seen))
                return (int)i;
    }
    return -1;
}

static void guess_faulty_times(struct guess *g)
{
    g->at[DATE] = find_faulty(g, DATE, fits_date);
    if (g->at[DATE] < 0)
        g->at[DATE] = find_faulty(g, WHEN, fits_date);
    if (g->at[DATE] < 0)
        g->at[WHEN] = find_faulty(g, CLOCK, fits_moment);
    else if (!how_many_fit(g, g->at[DATE], fits_moment, &(size_t){0}))
        g->at[CLOCK] = find(g, CLOCK, fits_clock);
}

static void guess_times(struct guess *g)
{
    g->at[WHEN] = find(g, WHEN, fits_moment);
    if (g->at[WHEN] < 0)
        g->at[WHEN] = find(g, DATE, fits_moment);
    if (g->at[WHEN] < 0)
        g->at[WHEN] = find(g, CLOCK, fits_moment); /* "time" with date and time in it */
    if (g->at[WHEN] < 0) {
        g->at[DATE] = find(g, DATE, fits_date);
        if (g->at[DATE] < 0)
            g->at[DATE] = find(g, WHEN, fits_date);
        g->at[CLOCK] = g->at[DATE] < 0 ? -1 : find(g, CLOCK, fits_clock);
    }
    if (g->at[WHEN] < 0 && g->at[DATE] < 0) {
        g->at[WHEN] = find_by_cells(g, fits_moment);
        if (g->at[WHEN] < 0)
            g->at[DATE] = find_by_cells(g, fits_date);
    }
    if (g->at[WHEN] < 0 && g->at[DATE] < 0)
        g->at[DATE] = find(g, DATE, fits_american);
    if (g->at[WHEN] < 0 && g->at[DATE] < 0)
        g->at[DATE] = find(g, WHEN, fits_american);
    if (g->at[WHEN] < 0 && g->at[DATE] < 0)
        guess_faulty_times(g);
    g->at[UNTIL] = find(g, UNTIL, fits_date);
    g->at[UNTIL_CLOCK] = find(g, UNTIL_CLOCK, fits_clock);
}

static void guess_columns(struct guess *g)
{
    for (int r = 0; r < ROLES; r++)
        g->at[r] = -1;
    g->at[KEY] = find(g, KEY, NULL);
    if (g->at[KEY] >= 0 && !all_filled(g, g->at[KEY]))
        g->at[KEY] = -1; /* rows without a number are known by what they say */
    guess_times(g);
    g->at[NORTH] = find(g, NORTH, fits_number);
    g->at[EAST] = g->at[NORTH] < 0 ? -1 : find(g, EAST, fits_number);
    if (g->at[EAST] < 0)
        g->at[NORTH] = -1;
    if (g->at[NORTH] < 0)
        g->at[BOTH] = find(g, BOTH, NULL);
    static const enum role rest[] = {TYPE, TITLE, TEXT, URL, TOWN, PLACE, BODY};
    for (size_t i = 0; i < ARRAY_LEN(rest); i++)
        g->at[rest[i]] = find(g, rest[i], NULL);
}

static const char *column(const struct guess *g, enum role r)
{
    return g->at[r] < 0 ? NULL : g->h->names[g->at[r]];
}

/* Month before day, when that is the only way to read all of the first rows. */
static const char *guess_format(const struct guess *g, int at)
{
    if (at < 0 || most_fit(g, at, fits_date, true) || !most_fit(g, at, fits_american, false))
        return "auto";
    for (size_t i = 0; i < g->rows; i++) {
        const char *s = cell(g, i, at);
        if (s && strchr(s, ':'))
            return strchr(strchr(s, ':') + 1, ':') ? "mm/dd/yyyy hh:mm:ss" : "mm/dd/yyyy hh:mm";
    }
    return "mm/dd/yyyy";
}

/* Without what a browser or a desktop adds to the name of a copy: " (1)", " - kopia". */
static void cut_copy(char *name)
{
    static const char *const marks[] = {"- kopia", "- Kopia", "- copy", "- Copy"};
    for (size_t n = strlen(name), before = n + 1; n < before;) {
        before = n;
        while (n && name[n - 1] == ' ')
            name[--n] = 0;
        size_t at = n;
        if (at && name[at - 1] == ')')
            for (at--; at && name[at - 1] >= '0' && name[at - 1] <= '9';)
                at--;
        if (at && at + 1 < n && name[at - 1] == '(') /* with a number in it */
            name[n = at - 1] = 0;
        for (size_t i = 0; i < ARRAY_LEN(marks); i++)
            if (str_ends(name, marks[i]))
                name[n = strlen(name) - strlen(marks[i])] = 0;
    }
}

char *profile_source(struct arena *a, const char *file_name)
{
    char *name = arena_strndup(a, file_name, strcspn(file_name, "."));
    if (!name)
        return NULL;
    cut_copy(name);
    char *slug = str_slug(a, name);
    if (slug && (!*slug || strlen(slug) > PROFILE_SOURCE_MOST ||
                 str_eq(slug, EVENT_SOURCE_POLICE) || str_eq(slug, EVENT_SOURCE_REPORT)))
        return arena_strdup(a, "import");
    return slug;
}

enum err profile_guess(struct arena *a, const struct convert_header *h, const char *const *cells,
                       size_t rows, const char *stem, struct profile *out)
{
    struct guess g = {a, h, cells, rows, ARENA_ARRAY(a, h->columns, const char *), {0}};
    if (!g.folded)
        return ERR_NOMEM;
    for (size_t i = 0; i < h->columns; i++)
        if (!(g.folded[i] = fold_name(a, h->names[i])))
            return ERR_NOMEM;
    guess_columns(&g);
    struct profile p = {.source = stem, .type_default = "other", .precision = GEO_POINT};
    p.keys[0] = column(&g, KEY);
    p.n_keys = p.keys[0] != NULL;
    int when = g.at[WHEN] >= 0 ? g.at[WHEN] : g.at[DATE];
    p.from.column = when < 0 ? NULL : h->names[when];
    p.from.clock = column(&g, CLOCK);
    p.from.format = p.to.format = guess_format(&g, when);
    p.to.column = column(&g, UNTIL);
    p.to.clock = column(&g, UNTIL_CLOCK);
    p.north = column(&g, NORTH);
    p.east = column(&g, EAST);
    p.both = column(&g, BOTH);
    p.place = column(&g, PLACE);
    p.type_column = column(&g, TYPE);
    p.title = column(&g, TITLE);
    p.description = column(&g, TEXT);
    p.url = column(&g, URL);
    p.municipality_column = column(&g, TOWN);
    p.organisation_column = column(&g, BODY);
    *out = p;
    return ERR_OK;
}
