/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "geo/geo_data.h"

#include <stdlib.h>
#include <string.h>

#include "base/str.h"

#define NAME_MOST 128

/* The tables begin with the code, so that one comparison serves all that are sorted by it. */
static int compare_code(const void *key, const void *row)
{
    return strcmp(key, *(const char *const *)row);
}

const struct geo_county *geo_county_by_code(const char *code)
{
    char two[3];
    if (!code)
        return NULL;
    size_t len = strlen(code);
    if (len != 2 && !(len == 4 && str_ends(code, "00")))
        return NULL;
    str_copy(two, sizeof two, code);
    return bsearch(two, geo_counties, GEO_COUNTY_COUNT, sizeof *geo_counties, compare_code);
}

static const struct geo_municipality *in_table(const struct geo_municipality *table,
                                               const char *code)
{
    return code ? bsearch(code, table, GEO_MUNICIPALITY_COUNT, sizeof *table, compare_code) : NULL;
}

const struct geo_municipality *geo_municipality_by_code(const char *code)
{
    const struct geo_municipality *m = in_table(geo_municipalities, code);
    return m ? m : in_table(geo_twins, code);
}

bool geo_is_exercise(const char *code)
{
    return in_table(geo_twins, code) != NULL;
}

const struct geo_municipality *geo_exercise_of(const char *code)
{
    const struct geo_municipality *m = in_table(geo_municipalities, code);
    return m ? &geo_twins[m - geo_municipalities] : NULL;
}

const struct geo_municipality *geo_real_of(const char *code)
{
    const struct geo_municipality *m = in_table(geo_twins, code);
    return m ? &geo_municipalities[m - geo_twins] : in_table(geo_municipalities, code);
}

const struct geo_municipality *geo_municipality_by_slug(const char *slug)
{
    for (size_t i = 0; slug && i < GEO_MUNICIPALITY_COUNT; i++)
        if (str_eq(geo_municipalities[i].slug, slug))
            return &geo_municipalities[i];
    return NULL;
}

/* A copy without outer spaces and with single ones inside; false when it is too long or empty. */
static bool tidy(const char *name, char out[NAME_MOST])
{
    size_t n = 0;
    bool space = false;
    while (name && *name) {
        const char *from = name;
        uint32_t cp = utf8_next(&name);
        if (cp == ' ' || cp == '\t' || cp == '\n' || cp == '\r' || cp == 0xA0) {
            space = n > 0;
            continue;
        }
        size_t len = (size_t)(name - from);
        if (n + len + 2 > NAME_MOST)
            return false;
        if (space)
            out[n++] = ' ';
        space = false;
        memcpy(out + n, from, len);
        n += len;
    }
    out[n] = 0;
    return n > 0;
}

/* Takes `word` (with its space) off the end. */
static bool cut_end(char *name, const char *word)
{
    size_t n = strlen(name), w = strlen(word);
    if (n <= w || str_compare_sv(name + n - w, word) != 0)
        return false;
    name[n - w] = 0;
    return true;
}

static const struct geo_municipality *exact_municipality(const char *name)
{
    for (size_t i = 0; i < GEO_MUNICIPALITY_COUNT; i++)
        if (str_compare_sv(geo_municipalities[i].name, name) == 0)
            return &geo_municipalities[i];
    return NULL;
}

const struct geo_municipality *geo_municipality_by_name(const char *name)
{
    char text[NAME_MOST];
    if (!tidy(name, text))
        return NULL;
    if (str_compare_sv(text, "Region Gotland") == 0)
        return geo_municipality_by_code("0980");
    if (!cut_end(text, " kommun"))
        cut_end(text, " stad");
    /* "Borås" ends in s by itself, so the whole word comes first. */
    const struct geo_municipality *m = exact_municipality(text);
    return !m && cut_end(text, "s") ? exact_municipality(text) : m;
}

static const struct geo_county *exact_county(const char *name)
{
    for (size_t i = 0; i < GEO_COUNTY_COUNT; i++) {
        char stem[NAME_MOST];
        str_copy(stem, sizeof stem, geo_counties[i].name);
        cut_end(stem, " län");
        if (str_compare_sv(stem, name) == 0)
            return &geo_counties[i];
        if (cut_end(stem, "s") && str_compare_sv(stem, name) == 0)
            return &geo_counties[i];
    }
    return NULL;
}

const struct geo_county *geo_county_by_name(const char *name)
{
    char text[NAME_MOST];
    if (!tidy(name, text))
        return NULL;
    cut_end(text, " län");
    return exact_county(text);
}

const struct geo_locality *geo_localities_of(const char *municipality_code, size_t *out_count)
{
    size_t low = 0, high = GEO_LOCALITY_COUNT;
    const struct geo_municipality *real = geo_real_of(municipality_code);
    municipality_code = real ? real->code : municipality_code;
    *out_count = 0;
    while (municipality_code && low < high) {
        size_t mid = (low + high) / 2;
        if (strcmp(geo_localities[mid].municipality, municipality_code) < 0)
            low = mid + 1;
        else
            high = mid;
    }
    size_t end = low;
    while (municipality_code && end < GEO_LOCALITY_COUNT &&
           str_eq(geo_localities[end].municipality, municipality_code))
        end++;
    *out_count = end - low;
    return end > low ? &geo_localities[low] : NULL;
}

const struct geo_locality *geo_locality_by_name(const char *municipality_code, const char *name)
{
    char text[NAME_MOST];
    size_t n = GEO_LOCALITY_COUNT;
    const struct geo_locality *from = geo_localities, *best = NULL;
    if (!tidy(name, text))
        return NULL;
    if (municipality_code)
        from = geo_localities_of(municipality_code, &n);
    for (size_t i = 0; i < n; i++)
        if (str_compare_sv(from[i].name, text) == 0 &&
            (!best || from[i].population > best->population))
            best = &from[i];
    return best;
}
