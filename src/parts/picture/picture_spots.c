/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Findings about places, in sentences: where, how many, against what, how sure. They say nothing
 * about who or why. */
#include <math.h>
#include <string.h>

#include "base/mem.h"
#include "base/str.h"
#include "parts/picture/picture_inner.h"
#include "tmpl/format.h"

#define TR(w, key) text_get((w)->r->lang, T_##key)
#define TRF(w, key, ...) text_fmt((w)->a, (w)->r->lang, T_##key, __VA_ARGS__)

uint64_t picture_group_types(enum findings_group group)
{
    struct event_filter f = {0};
    switch (group) {
    case FINDINGS_BURGLARY:
        event_filter_type(&f, EVENT_TYPE_theft_dwelling);
        event_filter_type(&f, EVENT_TYPE_theft_storeroom);
        break;
    case FINDINGS_VEHICLE:
        event_filter_type(&f, EVENT_TYPE_theft_vehicle);
        break;
    case FINDINGS_DAMAGE:
        event_filter_type(&f, EVENT_TYPE_damage);
        break;
    case FINDINGS_GROUPS:
        break;
    }
    return f.types;
}

static const char *group_text(const struct picture_writer *w, enum findings_group g)
{
    static const enum text_key keys[] = {[FINDINGS_BURGLARY] = T_picture_group_burglary,
                                         [FINDINGS_VEHICLE] = T_picture_group_vehicle,
                                         [FINDINGS_DAMAGE] = T_picture_group_damage,
                                         [FINDINGS_GROUPS] = T_picture_group_all};
    return text_get(w->r->lang, keys[g]);
}

/* "Stora torget, Centrum", "Norra Exempelby", "ett ställe utanför Lugnås". */
static const char *where(const struct picture_writer *w, const struct picture_finding *f)
{
    const struct picture_name *area = picture_area_named(w->n, f->area);
    if (f->place && area)
        return arena_printf(w->a, "%s, %s", f->place, area->name);
    if (f->place || area)
        return f->place ? f->place : area->name;
    if (!f->locality)
        return TR(w, picture_spot_somewhere);
    return f->in_locality ? TRF(w, picture_spot_in, f->locality)
                          : TRF(w, picture_spot_near, f->locality);
}

/* And how much ground is meant: two methods may tell of one place with a number each. */
static const char *where_within(const struct picture_writer *w, const struct picture_finding *f)
{
    const struct findings_spot *s = f->spot;
    const char *place = where(w, f);
    if (!place)
        return NULL;
    if (s->circle.radius > 0)
        return TRF(w, picture_spot_within, place, (int64_t)llround(s->circle.radius));
    return s->squares.n
               ? TRF(w, picture_spot_squares, (int64_t)s->squares.n, place, (int64_t)EVENT_SQUARE)
               : place;
}

static const char *about(const struct picture_writer *w, double v)
{
    return picture_about(w->a, w->r->lang, v);
}

/* Of 100; 0: less than one. */
static int64_t times_of(double p)
{
    return p < 0.01 ? 0 : (int64_t)ceil(p * 100 - 1e-9);
}

static const char *chance(const struct picture_writer *w, double p)
{
    int64_t times = times_of(p);
    return times ? TRF(w, picture_spot_chance, times) : TR(w, picture_spot_rare);
}

static const char *days_text(const struct picture_writer *w, const struct findings_spot *s)
{
    return picture_period_text(w->a, w->r->lang, date_from_days(s->from), date_from_days(s->to));
}

static const char *rows_of(const struct picture_writer *w, const struct findings_spot *s)
{
    struct picture_target t = picture_target_now(w->p);
    uint64_t own = w->p->query.types, group = picture_group_types(s->group);
    t.from = date_from_days(s->from);
    t.to = date_from_days(s->to);
    if (s->circle.radius > 0)
        t.circle = &s->circle;
    else
        t.squares = &s->squares;
    t.types = own && group ? own & group : group;
    return picture_link(w, &t);
}

/* Dense beside the rest of the municipality, and more than there was before. */
static bool more_than_usual(const struct findings_spot *s)
{
    return !isnan(s->usual) && s->usual_q <= FINDINGS_SURE && (double)s->n > s->usual;
}

static const char *usual(const struct picture_writer *w, const struct findings_spot *s)
{
    if (isnan(s->usual))
        return TR(w, picture_spot_usual_unknown);
    const char *n = about(w, s->usual);
    if (!n)
        return NULL;
    if (more_than_usual(s))
        return TRF(w, picture_spot_usual_more, n);
    return TRF(w, picture_spot_usual, n);
}

static enum err say_hot(const struct picture_writer *w, const struct picture_finding *f,
                        struct picture_sentence *out)
{
    const struct findings_spot *s = f->spot;
    const char *place = where_within(w, f), *n = TRF(w, picture_n_events, s->n);
    const char *expected = about(w, s->expected), *before = usual(w, s);
    const char *low = about(w, s->low), *high = about(w, s->high);
    if (!place || !n || !expected || !before || !low || !high)
        return ERR_NOMEM;
    out->strong = arena_printf(w->a, "%s: %s.", place, n);
    const char *even = TRF(w, picture_spot_even, expected, low, high);
    out->rest = even ? arena_printf(w->a, "%s %s", even, before) : NULL;
    return ERR_OK;
}

static enum err say_new(const struct picture_writer *w, const struct picture_finding *f,
                        struct picture_sentence *out)
{
    const struct findings_spot *s = f->spot;
    const char *place = where_within(w, f), *days = days_text(w, s), *sure = chance(w, f->p);
    const char *expected = about(w, s->expected), *low = about(w, s->low),
               *high = about(w, s->high);
    if (!place || !days || !sure || !expected || !low || !high)
        return ERR_NOMEM;
    out->strong = TRF(w, picture_spot_new, group_text(w, s->group), place, s->n, days);
    const char *rest = TRF(w, picture_spot_expected, expected, low, high);
    out->rest = rest ? arena_printf(w->a, "%s %s", rest, sure) : NULL;
    return ERR_OK;
}

static enum err say_near(const struct picture_writer *w, const struct picture_finding *f,
                         struct picture_sentence *out)
{
    int64_t times = times_of(f->p);
    const char *expected = about(w, f->near->expected);
    const char *sure = times ? TRF(w, picture_chance, times) : TR(w, picture_chance_rare);
    if (!expected || !sure)
        return ERR_NOMEM;
    out->strong = TRF(w, picture_near_found, group_text(w, f->group));
    const char *rest = TRF(w, picture_near_pairs, f->near->n, expected);
    out->rest = rest ? arena_printf(w->a, "%s %s", rest, sure) : NULL;
    return ERR_OK;
}

static enum err say_chain(const struct picture_writer *w, const struct picture_finding *f,
                          struct picture_sentence *out)
{
    const struct findings_spot *s = f->spot;
    char day[FORMAT_TEXT];
    const char *place = where_within(w, f), *days = days_text(w, s);
    if (!place || !days)
        return ERR_NOMEM;
    format_date(day, w->r->lang, date_from_days(s->to - 1 + FINDINGS_SOON));
    out->strong = TRF(w, picture_near_chain, group_text(w, s->group), place, s->n, days);
    out->rest = TRF(w, picture_near_until, (const char *)day);
    return ERR_OK;
}

static enum err say_season(const struct picture_writer *w, const struct picture_finding *f,
                           struct picture_sentence *out)
{
    const struct picture_week *k = f->week;
    struct picture_target t = picture_target_now(w->p);
    int64_t times = times_of(f->p);
    const char *days = picture_period_text(w->a, w->r->lang, k->from, k->to);
    const char *expected = about(w, k->expected),
               *label = picture_type_label(w->n, w->r->lang, f->type);
    const char *sure = times ? TRF(w, picture_chance, times) : TR(w, picture_chance_rare);
    if (!days || !expected || !sure)
        return ERR_NOMEM;
    t.from = k->from;
    t.to = k->to;
    t.type = f->type;
    out->href = picture_link(w, &t);
    out->strong = TRF(w, picture_season_found, label, k->n, days);
    const char *rest = TRF(w, picture_season_expected, (int64_t)k->years, expected);
    out->rest = rest ? arena_printf(w->a, "%s %s", rest, sure) : NULL;
    return ERR_OK;
}

/* "2,4": events a week. */
static const char *a_week(const struct picture_writer *w, int64_t n, int32_t from, int32_t to)
{
    char text[FORMAT_TEXT];
    double rate = (double)n * 7 / (to - from);
    if (rate < 0.95)
        return about(w, rate);
    return format_arena(w->a, format_decimal(text, w->r->lang, rate, 1));
}

static const char *step_rows(const struct picture_writer *w, const struct picture_finding *f)
{
    struct picture_target t = picture_target_now(w->p);
    uint64_t own = w->p->query.types, group = picture_group_types(f->group);
    t.from = date_from_days(f->step->from);
    t.to = date_from_days(f->step->to);
    t.area = f->area;
    t.types = own && group ? own & group : group;
    return picture_link(w, &t);
}

static enum err say_step(const struct picture_writer *w, const struct picture_finding *f,
                         struct picture_sentence *out)
{
    const struct findings_step *s = f->step;
    const struct picture_name *area = picture_area_named(w->n, f->area);
    char day[FORMAT_TEXT];
    int64_t times = times_of(f->p);
    const char *now = a_week(w, s->n_after, s->from, s->to),
               *was = a_week(w, s->n_before, s->first, s->from),
               *rest = a_week(w, s->rest_after, s->from, s->to),
               *rest_was = a_week(w, s->rest_before, s->first, s->from);
    const char *sure = times ? TRF(w, picture_chance, times) : TR(w, picture_chance_rare);
    if (!now || !was || !rest || !rest_was || !sure)
        return ERR_NOMEM;
    format_date(day, w->r->lang, date_from_days(s->from));
    const char *name = area ? area->name : TR(w, picture_area_gone);
    out->strong = s->ratio < 1
                      ? TRF(w, picture_step_fewer, group_text(w, s->group), name, (const char *)day)
                      : TRF(w, picture_step_more, group_text(w, s->group), name, (const char *)day);
    const char *counts = TRF(w, picture_step_counts, now, was, rest, rest_was);
    out->rest = counts ? arena_printf(w->a, "%s %s", counts, sure) : NULL;
    out->href = step_rows(w, f);
    return ERR_OK;
}

static const char *page_of(const char *method)
{
    static const char *const pages[][2] = {
        {"gistar", "/metoder/gistar"},
        {"scan", "/metoder/scan"},
        {"knox", "/metoder/knox"},
        {"chains", "/metoder/near-repeat-chains"},
        {"breaks", "/metoder/findings"}, /* shares of the whole, not break points of one series */
        {"farrington", "/metoder/farrington"},
    };
    for (size_t i = 0; i < ARRAY_LEN(pages); i++)
        if (str_eq(pages[i][0], method))
            return pages[i][1];
    return NULL;
}

static enum err say(const struct picture_writer *w, const struct picture_finding *f,
                    struct picture_sentence *out)
{
    bool chain = str_eq(f->method, "chains");
    *out = (struct picture_sentence){.plain = true,
                                     .spot = f->spot,
                                     .method_href = w->r->methods ? page_of(f->method) : NULL,
                                     .ask_href = picture_ask(w, f),
                                     .act_href = picture_act(w, f)};
    if (str_eq(f->method, "gistar"))
        TRY(say_hot(w, f, out));
    else if (str_eq(f->method, "scan"))
        TRY(say_new(w, f, out));
    else if (chain)
        TRY(say_chain(w, f, out));
    else if (f->step)
        TRY(say_step(w, f, out));
    else if (f->week)
        TRY(say_season(w, f, out));
    else
        TRY(say_near(w, f, out));
    if (f->spot)
        out->href = rows_of(w, f->spot);
    out->steady = str_eq(f->method, "gistar") && !more_than_usual(f->spot);
    out->verdict = chain ? NULL
                   : out->steady && !isnan(f->spot->usual)
                       ? TR(w, picture_spot_recurring)
                       : picture_certainty_text(w->r->lang, f->certainty);
    return out->strong && out->rest ? ERR_OK : ERR_NOMEM;
}

/* Places are numbered through all lists, `number` is the last one given: so the map needs no more
 * than a number. */
static enum err say_method(const struct picture_writer *w, const char *method, int *number,
                           struct picture_spots *out)
{
    const struct picture *p = w->p;
    struct picture_sentence *s = ARENA_ARRAY(w->a, p->n_findings + 1, struct picture_sentence);
    if (!s)
        return ERR_NOMEM;
    out->rows = s;
    out->first = *number + 1;
    for (size_t i = 0; i < p->n_findings; i++) {
        if (!str_eq(p->findings[i].method, method))
            continue;
        TRY(say(w, &p->findings[i], &s[out->n_rows]));
        if (p->findings[i].spot)
            s[out->n_rows].number = ++*number;
        out->n_rows++;
    }
    return ERR_OK;
}

/* What is said when there is nothing to show: that there is nothing, or too little to tell. */
static const char *none_text(enum findings_state s, const char *nothing, const char *few)
{
    return s == FINDINGS_SOME ? NULL : s == FINDINGS_NOTHING ? nothing : few;
}

enum err picture_spots_make(struct picture_writer *w)
{
    const struct picture *p = w->p;
    struct picture_words *o = w->w;
    if (!w->r->places || p->looked == PICTURE_NOT_LOOKED)
        return ERR_OK;
    o->has_spots = true;
    if (p->looked == PICTURE_LOOKING) {
        o->looking = TR(w, picture_spots_looking);
        return ERR_OK;
    }
    int number = 0; /* in the order of the page */
    TRY(say_method(w, "scan", &number, &o->fresh));
    TRY(say_method(w, "gistar", &number, &o->hot));
    TRY(say_method(w, "knox", &number, &o->near));
    TRY(say_method(w, "chains", &number, &o->chains));
    TRY(say_method(w, "breaks", &number, &o->steps)); /* nor here */
    TRY(say_method(w, "farrington", &number,
                   &o->season)); /* nothing is said when there is nothing */
    const char *few = TRF(w, picture_spots_few, p->placed, (int64_t)FINDINGS_LEAST);
    if (!few)
        return ERR_NOMEM;
    if (p->hot_state != FINDINGS_TOO_FEW) /* a question, no finding: it is asked on Analys alone */
        o->repeat_href =
            picture_ask(w, &(struct picture_finding){
                               .method = "repeat-places", .group = FINDINGS_GROUPS, .type = -1});
    o->hot.none = none_text(p->hot_state, TR(w, picture_hot_none), few);
    o->fresh.none = none_text(p->new_state, TR(w, picture_new_none), TR(w, picture_new_few));
    o->near.none = none_text(p->near_state, TR(w, picture_near_none), TR(w, picture_near_few));
    return ERR_OK;
}
