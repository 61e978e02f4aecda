/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Charts and tables of a picture, with the words around them. */
#include <math.h>
#include <string.h>

#include "base/mem.h"
#include "base/str.h"
#include "core/chart.h"
#include "geo/geo_data.h"
#include "parts/picture/picture_inner.h"
#include "tmpl/format.h"

#define TR(w, key) text_get((w)->r->lang, T_##key)
#define TRF(w, key, ...) text_fmt((w)->a, (w)->r->lang, T_##key, __VA_ARGS__)

static const char *verdict(const struct picture_writer *w, const struct picture_change *c)
{
    return w->p->has_before ? picture_certainty_text(w->r->lang, c->certainty) : NULL;
}

static struct chart_bar_in bar(const struct picture_writer *w, const char *label,
                               const struct picture_change *c)
{
    return (struct chart_bar_in){
        .label = label,
        .now = (double)c->now,
        .was = (double)c->before,
        .low = NAN,
        .high = NAN,
        .verdict = verdict(w, c),
        .unsure = w->p->has_before && c->certainty == CERTAINTY_TOO_FEW,
    };
}

/* The same rows of the period before. */
static const char *link_before(const struct picture_writer *w, struct picture_target t,
                               int64_t before)
{
    t.from = w->p->before_from;
    t.to = w->p->before_to;
    return w->p->has_before && before ? picture_link(w, &t) : NULL;
}

static enum err set_course(const struct picture_writer *w, const struct picture_type *t,
                           struct chart_bar_in *b)
{
    size_t n = w->p->n_course;
    if (!n)
        return ERR_OK;
    double *v = ARENA_ARRAY(w->a, n, double);
    if (!v)
        return ERR_NOMEM;
    for (size_t i = 0; i < n; i++)
        v[i] = t->course[i];
    b->course = v;
    b->n_course = n;
    b->course_label = TRF(w, picture_course, t->course[0], t->course[n - 1], (int64_t)n);
    return b->course_label ? ERR_OK : ERR_NOMEM;
}

static enum err type_bars(struct picture_writer *w)
{
    const struct picture *p = w->p;
    struct chart_bar_in *rows = ARENA_ARRAY(w->a, p->n_types + 1, struct chart_bar_in);
    if (!rows)
        return ERR_NOMEM;
    size_t n = 0;
    for (size_t i = 0; i < p->n_types; i++) {
        const struct picture_type *t = &p->types[i];
        if (event_types[t->type].parent >= 0)
            continue;
        struct picture_target target = picture_target_now(p);
        target.type = t->type;
        rows[n] = bar(w, picture_type_label(w->n, w->r->lang, t->type), &t->change);
        rows[n].href = t->change.now ? picture_link(w, &target) : NULL;
        rows[n].was_href = link_before(w, target, t->change.before);
        TRY(set_course(w, t, &rows[n]));
        n++;
    }
    struct chart_bars_in in = {
        .id = "typer",
        .title = TR(w, picture_types_title),
        .desc = p->has_before ? TR(w, picture_types_desc) : NULL,
        .label_head = TR(w, picture_type),
        .now_head = TR(w, picture_now),
        .was_head = p->has_before ? TR(w, picture_before) : NULL,
        .lang = w->r->lang,
        .rows = rows,
        .n_rows = n,
    };
    TRY(chart_bars_make(w->a, &in, &w->w->types));
    w->w->types.verdicts = p->has_before;
    return ERR_OK;
}

/* --- Areas and places --- */

static const char *group_label(const struct picture_writer *w, const struct picture_group *g)
{
    const struct geo_municipality *m =
        g->municipality ? geo_municipality_by_code(g->municipality) : NULL;
    if (m)
        return m->name;
    if (g->municipality)
        return geo_county_by_code(g->municipality) ? geo_county_by_code(g->municipality)->name
                                                   : TR(w, whole_country);
    if (g->none)
        return TR(w, picture_no_area);
    if (g->name)
        return g->name;
    const struct picture_name *a = picture_area_named(w->n, g->id);
    return a ? a->name : TR(w, picture_area_gone);
}

static enum err group_bars(struct picture_writer *w, const struct picture_groups *g,
                           const struct chart_bars_in *head, struct chart_bars *out)
{
    struct chart_bar_in *rows = ARENA_ARRAY(w->a, g->n + 1, struct chart_bar_in);
    if (!rows)
        return ERR_NOMEM;
    for (size_t i = 0; i < g->n; i++) {
        const struct picture_group *x = &g->rows[i];
        struct picture_target t = picture_target_now(w->p);
        t.area = x->id;
        t.place = x->name;
        t.municipality = x->municipality;
        t.no_area = x->none;
        rows[i] = bar(w, group_label(w, x), &x->change);
        rows[i].href = x->change.now ? picture_link(w, &t) : NULL;
        rows[i].was_href = link_before(w, t, x->change.before);
    }
    struct chart_bars_in in = *head;
    in.lang = w->r->lang;
    in.now_head = TR(w, picture_now);
    in.was_head = w->p->has_before ? TR(w, picture_before) : NULL;
    in.rows = rows;
    in.n_rows = g->n;
    TRY(chart_bars_make(w->a, &in, out));
    out->verdicts = w->p->has_before;
    return ERR_OK;
}

static enum err where_bars(struct picture_writer *w)
{
    const struct picture *p = w->p;
    struct picture_words *o = w->w;
    bool country = p->country;
    o->areas_title = country ? TR(w, picture_municipalities) : TR(w, picture_areas);
    struct chart_bars_in areas = {
        .id = "omraden",
        .title = o->areas_title,
        .label_head = country ? TR(w, picture_municipality) : TR(w, picture_area),
    };
    struct chart_bars_in places = {.id = "platser",
                                   .title = TR(w, picture_places),
                                   .desc = TR(w, picture_places_desc),
                                   .label_head = TR(w, picture_place)};
    bool only_none = p->areas.n == 1 && p->areas.rows[0].none;
    o->has_areas = p->areas.n > 0 && !only_none && id_is_none(p->query.area);
    o->has_places = w->r->places && p->places.n > 0;
    if (o->has_areas)
        TRY(group_bars(w, &p->areas, &areas, &o->areas));
    return o->has_places ? group_bars(w, &p->places, &places, &o->places) : ERR_OK;
}

enum err picture_charts(struct picture_writer *w)
{
    TRY(type_bars(w));
    TRY(where_bars(w));
    TRY(picture_timeline(w));
    return picture_hourweek(w);
}

/* --- Tables --- */

/* A line of the table without its name: three numbers, each with the rows behind it. */
static enum err line_of(const struct picture_writer *w, const struct picture_change *c,
                        const struct picture_target *now, struct picture_line *l)
{
    const struct picture *p = w->p;
    struct picture_target year = *now;
    year.from = p->year_from;
    year.to = p->year_to;
    *l = (struct picture_line){
        .now = picture_number(w->a, c->now),
        .before = p->has_before ? picture_number(w->a, c->before) : "–",
        .year = p->has_year ? picture_number(w->a, c->year) : "–",
        .certainty = verdict(w, c),
        .certainty_year =
            p->has_year ? picture_certainty_text(w->r->lang, c->certainty_year) : NULL,
        .now_href = c->now ? picture_link(w, now) : NULL,
        .before_href = link_before(w, *now, c->before),
        .year_href = p->has_year && c->year ? picture_link(w, &year) : NULL,
        .n_now = c->now,
        .n_before = c->before,
        .n_year = c->year,
        .c_before = c->certainty,
        .c_year = c->certainty_year,
        .p_before = c->with_before.p,
        .p_year = c->with_year.p,
    };
    return l->now && l->before && l->year ? ERR_OK : ERR_NOMEM;
}

static enum err lines(struct picture_writer *w)
{
    size_t n = w->p->n_types;
    struct picture_line *l = ARENA_ARRAY(w->a, n + 1, struct picture_line);
    struct picture_target t = picture_target_now(w->p);
    if (!l)
        return ERR_NOMEM;
    TRY(line_of(w, &w->p->all, &t, &w->w->total));
    for (size_t i = 0; i < n; i++) {
        t.type = w->p->types[i].type;
        TRY(line_of(w, &w->p->types[i].change, &t, &l[i]));
        l[i].label = picture_type_label(w->n, w->r->lang, t.type);
        l[i].code = event_types[t.type].code;
        l[i].below = event_types[t.type].parent >= 0;
    }
    w->w->lines = l;
    w->w->n_lines = n;
    return ERR_OK;
}

static const char *source_name(const struct picture_writer *w, const char *source)
{
    if (str_eq(source, EVENT_SOURCE_POLICE))
        return TR(w, picture_source_police);
    if (str_eq(source, EVENT_SOURCE_REPORT))
        return TR(w, picture_source_report);
    if (str_eq(source, "import"))
        return TR(w, picture_source_import);
    return source;
}

/* "14 (förra perioden 6)": both lead to their rows. */
static enum err fact(const struct picture_writer *w, const char *label,
                     const struct picture_change *c, const struct picture_target *t,
                     struct page_fact *out)
{
    *out = (struct page_fact){.label = label, .value = picture_number(w->a, c->now)};
    out->href = c->now ? picture_link(w, t) : NULL;
    if (w->p->has_before) {
        out->more = TRF(w, picture_against, c->before);
        out->more_href = link_before(w, *t, c->before);
    }
    return out->value && (out->more || !w->p->has_before) ? ERR_OK : ERR_NOMEM;
}

static enum err sources(struct picture_writer *w)
{
    const struct picture_groups *g = &w->p->sources;
    struct page_fact *f = ARENA_ARRAY(w->a, g->n + 1, struct page_fact);
    if (!f)
        return ERR_NOMEM;
    for (size_t i = 0; i < g->n; i++) {
        struct picture_target t = picture_target_now(w->p);
        t.source = g->rows[i].name;
        TRY(fact(w, source_name(w, t.source), &g->rows[i].change, &t, &f[i]));
    }
    w->w->sources = (struct page_facts){f, g->n};
    return ERR_OK;
}

static const char *organisation_name(const struct picture_writer *w, const struct picture_group *g)
{
    for (size_t i = 0; !g->none && i < w->n->n_organisations; i++)
        if (id_eq(w->n->organisations[i].id, g->id))
            return w->n->organisations[i].name;
    return g->none ? TR(w, picture_no_organisation) : TR(w, picture_organisation_gone);
}

enum reporting { SILENT, CALM, TELLING };

static enum reporting reporting_of(const struct picture *p, struct id organisation)
{
    const struct picture_groups *g = &p->organisations;
    for (size_t i = 0; i < g->n; i++)
        if (id_eq(g->rows[i].id, organisation) && g->rows[i].change.now)
            return TELLING;
    for (size_t i = 0; i < p->n_calm; i++)
        if (id_eq(p->calm[i], organisation))
            return CALM;
    return SILENT;
}

/* The names of those organisations, in the arena; *out stays NULL when there are none. */
static enum err list_reporting(const struct picture_writer *w, enum reporting how, const char **out)
{
    struct buf b = buf_init(16 * 1024);
    for (size_t i = 0; i < w->n->n_organisations; i++)
        if (reporting_of(w->p, w->n->organisations[i].id) == how)
            buf_printf(&b, "%s%s", b.len ? ", " : "", w->n->organisations[i].name);
    bool any = b.len > 0, bad = buf_err(&b) != ERR_OK;
    if (any && !bad)
        *out = arena_strdup(w->a, buf_text(&b));
    buf_done(&b);
    return bad || (any && !*out) ? ERR_NOMEM : ERR_OK;
}

/* Silence is not calm: who has looked and seen nothing is told apart from who has said nothing. */
static enum err say_silent(struct picture_writer *w)
{
    const char *silent = NULL, *calm = NULL;
    TRY(list_reporting(w, SILENT, &silent));
    TRY(list_reporting(w, CALM, &calm));
    w->w->silent = silent ? TRF(w, picture_silent, silent) : NULL;
    w->w->calm = calm ? TRF(w, picture_calm, calm) : NULL;
    return (silent && !w->w->silent) || (calm && !w->w->calm) ? ERR_NOMEM : ERR_OK;
}

static enum err organisations(struct picture_writer *w)
{
    const struct picture_groups *g = &w->p->organisations;
    struct page_fact *f = ARENA_ARRAY(w->a, g->n + 1, struct page_fact);
    if (!f)
        return ERR_NOMEM;
    for (size_t i = 0; i < g->n; i++) {
        struct picture_target t = picture_target_now(w->p);
        t.organisation = g->rows[i].id;
        t.no_organisation = g->rows[i].none;
        TRY(fact(w, organisation_name(w, &g->rows[i]), &g->rows[i].change, &t, &f[i]));
    }
    w->w->organisations = (struct page_facts){f, g->n};
    return say_silent(w);
}

enum err picture_tables(struct picture_writer *w)
{
    TRY(lines(w));
    TRY(sources(w));
    return organisations(w);
}

enum err picture_words_places(const struct picture *p, const struct picture_names *n,
                              const struct picture_reader *r, struct arena *a,
                              struct picture_words *out)
{
    struct picture_words o = {0};
    struct picture_writer w = {p, n, r, a, &o};
    TRY(picture_spots_make(&w));
    *out = o;
    return ERR_OK;
}

enum err picture_words_make(const struct picture *p, const struct picture_names *n,
                            const struct picture_reader *r, msec now, struct arena *a,
                            struct picture_words *out)
{
    struct picture_words o = {0};
    struct picture_writer w = {p, n, r, a, &o};
    char when[FORMAT_TEXT];
    TRY(picture_sentences(&w));
    TRY(picture_charts(&w));
    TRY(picture_tables(&w));
    TRY(picture_spots_make(&w));
    o.made = text_fmt(a, r->lang, T_picture_made, format_datetime(when, r->lang, now));
    o.method = text_get(r->lang, T_picture_method);
    if (!o.made)
        return ERR_NOMEM;
    *out = o;
    return ERR_OK;
}
