/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Named places that the municipality brings. */
#include <math.h>

#include "base/mem.h"
#include "base/str.h"
#include "geo/geo_data.h"
#include "parts/settings/settings.h"
#include "settings_sql.h"
#include "tmpl/format.h"

bool place_kind_known(const char *kind)
{
    return str_eq(kind, "own") || str_eq(kind, "street") || str_eq(kind, "area");
}

static const char *precision_of(const char *kind)
{
    return str_eq(kind, "own") ? "place" : kind;
}

enum err place_position(double a, double b, struct geo_point *out)
{
    if (!isfinite(a) || !isfinite(b))
        return ERR_INVALID;
    if (geo_point_in_sweden(a, b))
        *out = (struct geo_point){a, b};
    else if (geo_point_in_sweden(b, a))
        *out = (struct geo_point){b, a};
    else if (geo_in_sweden(a, b))
        *out = geo_to_sweref((struct geo_lonlat){a, b});
    else if (geo_in_sweden(b, a))
        *out = geo_to_sweref((struct geo_lonlat){b, a});
    else
        return ERR_INVALID;
    return ERR_OK;
}

/* 0 north, clockwise. */
static const char *direction(enum lang lang, double east, double north)
{
    static const enum text_key keys[8] = {T_settings_dir_n,  T_settings_dir_ne, T_settings_dir_e,
                                          T_settings_dir_se, T_settings_dir_s,  T_settings_dir_sw,
                                          T_settings_dir_w,  T_settings_dir_nw};
    double turn = atan2(east, north) / (2 * M_PI) * 8;
    return text_get(lang, keys[((int)lround(turn) + 8) % 8]);
}

const char *place_words(struct arena *a, enum lang lang, const char *municipality,
                        struct geo_point p)
{
    size_t n;
    const struct geo_locality *list = geo_localities_of(municipality, &n), *best = NULL;
    double least = INFINITY;
    for (size_t i = 0; i < n; i++) {
        double d = hypot(p.east - list[i].east, p.north - list[i].north);
        if (d < least) {
            least = d;
            best = &list[i];
        }
    }
    char east[FORMAT_TEXT], north[FORMAT_TEXT], far[FORMAT_TEXT];
    const char *s;
    if (!best) {
        s = text_fmt(a, lang, T_settings_place_at, format_decimal(north, lang, p.north, 0),
                     format_decimal(east, lang, p.east, 0));
    } else if (least < sqrt(best->area_ha * 1e4 / M_PI)) {
        s = text_fmt(a, lang, T_settings_place_in, best->name);
    } else {
        s = text_fmt(a, lang, T_settings_place_from, format_decimal(far, lang, least / 1000, 1),
                     direction(lang, p.east - best->east, p.north - best->north), best->name);
    }
    return s ? s : "";
}

static enum err name_free(struct tx *tx, struct arena *a, const char *municipality,
                          const struct place *p)
{
    if (str_empty(p->name) || !place_kind_known(p->kind) || !geo_point_in_sweden(p->east, p->north))
        return ERR_INVALID;
    struct q_settings_place_named_in in = {municipality, p->kind, p->name};
    struct q_settings_place_named_row row;
    enum err e = q_settings_place_named_one(tx, a, &in, &row);
    if (e == ERR_OK)
        return id_eq(row.id, p->id) ? ERR_OK : ERR_CONFLICT;
    return e == ERR_NOTFOUND ? ERR_OK : e;
}

enum err place_add(struct tx *tx, struct arena *a, const char *municipality, const struct place *p,
                   const char *source)
{
    TRY(name_free(tx, a, municipality, p));
    const char *folded = str_fold(a, p->name);
    if (!folded)
        return ERR_NOMEM;
    struct q_settings_place_add_in in = {
        municipality,          p->id,  p->kind,   p->name, folded, p->locality, p->east, p->north,
        precision_of(p->kind), source, time_now()};
    return q_settings_place_add_run(tx, &in, NULL);
}

enum err place_change(struct tx *tx, struct arena *a, const char *municipality,
                      const struct place *p, const char *name_seen)
{
    TRY(name_free(tx, a, municipality, p));
    const char *folded = str_fold(a, p->name);
    if (!folded)
        return ERR_NOMEM;
    struct q_settings_place_set_in in = {
        municipality,          p->id,    p->kind, p->name, folded, p->locality, p->east, p->north,
        precision_of(p->kind), name_seen};
    int64_t n;
    TRY(q_settings_place_set_run(tx, &in, &n));
    return n ? ERR_OK : ERR_CONFLICT;
}

enum err place_delete(struct tx *tx, const char *municipality, struct id id)
{
    struct q_settings_place_delete_in in = {municipality, id};
    int64_t n;
    TRY(q_settings_place_delete_run(tx, &in, &n));
    return n ? ERR_OK : ERR_NOTFOUND;
}
