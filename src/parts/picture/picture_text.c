/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The sentences of a picture. They say how many, against what, and how often chance alone makes
 * such a difference; never why. */
#include <assert.h>
#include <math.h>
#include <string.h>

#include "base/mem.h"
#include "base/str.h"
#include "parts/picture/picture_inner.h"
#include "tmpl/format.h"

#define TR(w, key) text_get((w)->r->lang, T_##key)
#define TRF(w, key, ...) text_fmt((w)->a, (w)->r->lang, T_##key, __VA_ARGS__)

/* Above this many times of a hundred, a figure says less than a word. */
#define OFTEN 50

const char *picture_number(struct arena *a, int64_t v)
{
    char out[FORMAT_TEXT];
    return format_arena(a, format_number(out, v));
}

const char *picture_about(struct arena *a, enum lang lang, double v)
{
    char out[FORMAT_TEXT];
    int decimals = v >= 1.95 || !(v > 0) ? 0 : 1;
    while (v > 0 && decimals && decimals < 6 && v < 0.95 * pow(10, -decimals))
        decimals++; /* one digit that means something */
    return format_arena(a, format_decimal(out, lang, v, decimals));
}

static const char *month(enum lang lang, int m)
{
    return text_get(lang,
                    (enum text_key)(text_lookup((const char *const[]){
                        "month_1", "month_2", "month_3", "month_4", "month_5", "month_6", "month_7",
                        "month_8", "month_9", "month_10", "month_11", "month_12"}[m - 1])));
}

const char *picture_period_text(struct arena *a, enum lang lang, struct date from, struct date to)
{
    struct date last = date_add(to, -1);
    char b[FORMAT_TEXT];
    if (date_days(from) == date_days(last))
        return format_arena(a, format_date(b, lang, from));
    format_date(b, lang, last);
    if (from.year != last.year) {
        char f[FORMAT_TEXT];
        return arena_printf(a, "%s–%s", format_date(f, lang, from), b);
    }
    if (from.month != last.month)
        return arena_printf(a, "%d %s–%s", from.day, month(lang, from.month), b);
    return arena_printf(a, "%d–%s", from.day, b);
}

const char *picture_certainty_text(enum lang lang, enum certainty c)
{
    static const enum text_key keys[CERTAINTY_COUNT] = {
        [CERTAINTY_TOO_FEW] = T_picture_too_few,
        [CERTAINTY_CLEARLY_FEWER] = T_picture_clearly_fewer,
        [CERTAINTY_LIKELY_FEWER] = T_picture_likely_fewer,
        [CERTAINTY_NO_SURE_DIFFERENCE] = T_picture_no_sure_difference,
        [CERTAINTY_LIKELY_MORE] = T_picture_likely_more,
        [CERTAINTY_CLEARLY_MORE] = T_picture_clearly_more,
    };
    assert((unsigned)c < CERTAINTY_COUNT);
    return text_get(lang, keys[c]);
}

const char *picture_chance_text(struct arena *a, enum lang lang, const struct comparison *c,
                                enum certainty said)
{
    if (said == CERTAINTY_TOO_FEW)
        return text_get(lang, T_picture_chance_too_few);
    if (c->ratio == 1)
        return text_get(lang, T_picture_chance_same);
    if (c->chance_in_100 >= OFTEN)
        return text_get(lang, T_picture_chance_often);
    if (c->chance_in_100 == 0)
        return text_get(lang, T_picture_chance_rare);
    return text_fmt(a, lang, T_picture_chance, c->chance_in_100);
}

const char *picture_type_label(const struct picture_names *n, enum lang lang, int type)
{
    const char *own = n ? n->types[type] : NULL;
    return own ? own : event_type_name(lang, type);
}

const struct picture_name *picture_area_named(const struct picture_names *n, struct id id)
{
    for (size_t i = 0; n && i < n->n_areas; i++)
        if (id_eq(n->areas[i].id, id))
            return &n->areas[i];
    return NULL;
}

struct picture_target picture_target_now(const struct picture *p)
{
    return (struct picture_target){
        .from = p->query.from, .to = p->query.to, .type = -1, .hour = -1};
}

const char *picture_link(const struct picture_writer *w, const struct picture_target *t)
{
    return w->r->link ? w->r->link(w->r->link_arg, w->p, t) : NULL;
}

const char *picture_ask(const struct picture_writer *w, const struct picture_finding *f)
{
    return w->r->ask ? w->r->ask(w->r->link_arg, w->p, f) : NULL;
}

const char *picture_act(const struct picture_writer *w, const struct picture_finding *f)
{
    bool fewer = f->certainty == CERTAINTY_CLEARLY_FEWER ||
                 f->certainty == CERTAINTY_LIKELY_FEWER || (f->step && f->step->ratio < 1);
    return w->r->act && !fewer ? w->r->act(w->r->link_arg, w->p, f) : NULL; /* a fall needs none */
}

static bool is_sure(enum certainty c)
{
    return c != CERTAINTY_TOO_FEW && c != CERTAINTY_NO_SURE_DIFFERENCE;
}

const char *picture_so_far(struct arena *a, enum lang lang, const struct picture *p, int64_t before)
{
    double as_long = (double)before * p->passed / p->days;
    const char *about = picture_number(a, before ? (int64_t)fmax(1, round(as_long)) : 0);
    return before && about ? text_fmt(a, lang, T_picture_roughly, about) : about;
}

int64_t picture_days_passed(const struct picture *p)
{
    return llround(p->passed);
}

/* The first day of a period is too short to compare with. */
static bool just_begun(const struct picture *p)
{
    return p->ongoing && p->passed < 1;
}

/* "Samma period förra året: 9." Of a period that goes on: "Lika lång tid förra året: ungefär 4." */
static const char *year_words(const struct picture_writer *w, const struct picture_change *c)
{
    if (!w->p->has_year || just_begun(w->p))
        return "";
    if (w->p->ongoing)
        return TRF(w, picture_year_so_far, picture_so_far(w->a, w->r->lang, w->p, c->year));
    if (is_sure(c->certainty_year))
        return TRF(w, picture_year_sure, c->year,
                   picture_certainty_text(w->r->lang, c->certainty_year));
    return TRF(w, picture_year, c->year);
}

/* How a comparison is made. */
static const char *counts_page(const struct picture_writer *w)
{
    return w->r->methods && w->p->has_before ? "/metoder/compare-counts" : NULL;
}

static const char *all_words(struct arena *a, enum lang lang, const struct picture *p,
                             const struct picture_change *c)
{
    const char *count = text_fmt(a, lang, T_picture_n_events, c->now);
    if (!count)
        return NULL;
    if (just_begun(p))
        return text_fmt(a, lang, T_picture_all_begun, count, c->before);
    if (!p->ongoing)
        return text_fmt(a, lang, T_picture_all_sentence, count, c->before);
    const char *before = picture_so_far(a, lang, p, c->before);
    return before ? text_fmt(a, lang, T_picture_all_so_far, count, before) : NULL;
}

/* What is compared is as long: a week is not set beside a fortnight. */
const char *picture_against(struct arena *a, enum lang lang, const struct picture *p,
                            const char *label, const struct picture_change *c)
{
    if (!label)
        return all_words(a, lang, p, c);
    if (just_begun(p))
        return text_fmt(a, lang, T_picture_type_begun, label, c->now, c->before);
    if (!p->ongoing)
        return text_fmt(a, lang, T_picture_type_sentence, label, c->now, c->before);
    const char *before = picture_so_far(a, lang, p, c->before);
    return before ? text_fmt(a, lang, T_picture_type_so_far, label, c->now, before) : NULL;
}

static enum err say_type(const struct picture_writer *w, const struct picture_type *t,
                         struct picture_sentence *out)
{
    const struct picture_change *c = &t->change;
    const char *label = picture_type_label(w->n, w->r->lang, t->type);
    struct picture_target target = picture_target_now(w->p);
    target.type = t->type;
    out->href = picture_link(w, &target);
    out->method_href = counts_page(w);
    const char *year = year_words(w, c);
    if (!year)
        return ERR_NOMEM;
    if (!w->p->has_before) {
        out->strong = TRF(w, picture_type_alone, label, c->now);
        out->rest = year;
        out->plain = true;
    } else {
        out->strong = picture_against(w->a, w->r->lang, w->p, label, c);
        const char *chance = picture_chance_text(w->a, w->r->lang, &c->with_before, c->certainty);
        out->rest = chance ? arena_printf(w->a, "%s%s%s", chance, *year ? " " : "", year) : NULL;
        out->verdict = picture_certainty_text(w->r->lang, c->certainty);
        out->plain = !is_sure(c->certainty);
    }
    return out->strong && out->rest ? ERR_OK : ERR_NOMEM;
}

static enum err say_all(const struct picture_writer *w)
{
    const struct picture_change *c = &w->p->all;
    struct picture_sentence *out = &w->w->all;
    struct picture_target target = picture_target_now(w->p);
    out->href = picture_link(w, &target);
    out->method_href = counts_page(w);
    const char *year = year_words(w, c), *count = TRF(w, picture_n_events, c->now);
    if (!year || !count)
        return ERR_NOMEM;
    if (!w->p->has_before) {
        out->strong = arena_printf(w->a, "%s.", count);
        out->rest = year;
        return out->strong ? ERR_OK : ERR_NOMEM;
    }
    out->strong = picture_against(w->a, w->r->lang, w->p, NULL, c);
    const char *chance = picture_chance_text(w->a, w->r->lang, &c->with_before, c->certainty);
    out->rest = chance ? arena_printf(w->a, "%s%s%s", chance, *year ? " " : "", year) : NULL;
    out->verdict = picture_certainty_text(w->r->lang, c->certainty);
    return out->strong && out->rest ? ERR_OK : ERR_NOMEM;
}

/* "Dessutom: 12 rapporter om att inget har hänt och 3 rapporter om ..." */
static enum err say_besides(const struct picture_writer *w)
{
    struct picture_besides *list = ARENA_ARRAY(w->a, EVENT_KINDS, struct picture_besides);
    const char *text = TR(w, picture_besides);
    size_t n = 0;
    if (!list)
        return ERR_NOMEM;
    for (int k = 0; k < EVENT_KINDS; k++) {
        int64_t count = w->p->besides[k];
        struct picture_target t = picture_target_now(w->p);
        if (!count)
            continue;
        t.kind = (enum event_kind)k;
        list[n] = (struct picture_besides){
            .code = event_kind_name(t.kind),
            .before = n ? TR(w, picture_besides_and) : "",
            .text = event_kind_count(w->a, w->r->lang, t.kind, count),
            .href = picture_link(w, &t),
            .n = count,
        };
        text = arena_printf(w->a, "%s%s%s", text, n ? list[n].before : " ", list[n].text);
        if (!list[n++].text || !text)
            return ERR_NOMEM;
    }
    w->w->besides = list;
    w->w->n_besides = n;
    if (n && !(w->w->besides_text =
                   arena_printf(w->a, "%s. %s", text, TR(w, picture_besides_uncounted))))
        return ERR_NOMEM;
    return ERR_OK;
}

static const struct picture_type *type_of(const struct picture *p, int type)
{
    for (size_t i = 0; i < p->n_types; i++)
        if (p->types[i].type == type)
            return &p->types[i];
    return NULL;
}

static enum err say_types(const struct picture_writer *w)
{
    const struct picture *p = w->p;
    struct picture_sentence *s = ARENA_ARRAY(w->a, p->n_findings + 1, struct picture_sentence);
    struct picture_sentence *rest = ARENA_ARRAY(w->a, p->n_types + 1, struct picture_sentence);
    if (!s || !rest)
        return ERR_NOMEM;
    for (size_t i = 0; i < p->n_findings; i++) {
        const struct picture_type *t = type_of(p, p->findings[i].type);
        if (!t || !str_eq(p->findings[i].method, "compare_counts"))
            continue; /* the others are told later */
        s[w->w->n_sentences].ask_href = picture_ask(w, &p->findings[i]);
        s[w->w->n_sentences].act_href = picture_act(w, &p->findings[i]);
        TRY(say_type(w, t, &s[w->w->n_sentences++]));
    }
    for (size_t i = 0; i < p->n_types; i++)
        if (event_types[p->types[i].type].parent < 0 &&
            !(p->has_before && is_sure(p->types[i].change.certainty)))
            TRY(say_type(w, &p->types[i], &rest[w->w->n_rest++]));
    w->w->sentences = s;
    w->w->rest = rest;
    if (p->has_before && w->w->n_sentences == 0 && p->n_types)
        w->w->quiet = TR(w, picture_no_finding);
    return ERR_OK;
}

/* --- How good the data are --- */

const char *picture_percent(struct arena *a, enum lang lang, int64_t part, int64_t whole)
{
    int64_t rounded = whole ? (200 * part + whole) / (2 * whole) : 0;
    if (part > 0 && rounded == 0)
        return text_fmt(a, lang, T_picture_less_than, 1);
    if (part < whole && rounded == 100)
        return text_fmt(a, lang, T_picture_more_than, 99);
    return picture_number(a, rounded);
}

static const char *percent(const struct picture_writer *w, int64_t part)
{
    return picture_percent(w->a, w->r->lang, part, w->p->all.now);
}

static enum err say_quality(const struct picture_writer *w)
{
    const struct picture *p = w->p;
    struct picture_quality *q = ARENA_ARRAY(w->a, 6, struct picture_quality);
    struct picture_target no_place = picture_target_now(p), untimed = no_place;
    no_place.no_place = true;
    untimed.untimed = true;
    if (!q)
        return ERR_NOMEM;
    size_t n = 0;
    int64_t all = p->all.now;
    q[n++].text = TRF(w, picture_quality_n, all);
    if (all) {
        q[n++].text = TRF(w, picture_quality_interval, percent(w, p->intervals));
        q[n].href = p->no_place ? picture_link(w, &no_place) : NULL;
        q[n++].text = TRF(w, picture_quality_place, percent(w, p->no_place));
    }
    if (p->week.unknown) {
        q[n].href = picture_link(w, &untimed);
        q[n++].text = TRF(w, picture_quality_unknown, p->week.unknown);
    }
    if (p->exercise)
        q[n++].text = TRF(w, picture_quality_exercise, p->exercise);
    for (size_t i = 0; i < n; i++)
        if (!q[i].text)
            return ERR_NOMEM;
    w->w->quality = q;
    w->w->n_quality = n;
    w->w->no_place_href = p->no_place ? picture_link(w, &no_place) : NULL;
    if (p->no_place && !(w->w->no_place = TRF(w, picture_no_place, p->no_place)))
        return ERR_NOMEM;
    return ERR_OK;
}

static const char *where_words(const struct picture_writer *w)
{
    const struct picture_name *area = picture_area_named(w->n, w->p->query.area);
    return area ? arena_printf(w->a, "%s, %s", w->r->municipality, area->name) : w->r->municipality;
}

/* Names of the chosen types, the upper one for a whole family; "alla typer" when all. */
static const char *what_words(const struct picture_writer *w)
{
    uint64_t types = w->p->query.types;
    if (!types)
        return TR(w, picture_all_types);
    struct buf b = buf_init(8192);
    for (int i = 0; i < EVENT_TYPE_COUNT; i++) {
        int up = event_types[i].parent;
        if (!(types >> i & 1) || (up >= 0 && (types >> up & 1)))
            continue;
        buf_printf(&b, "%s%s", b.len ? ", " : "", picture_type_label(w->n, w->r->lang, i));
    }
    const char *s = buf_err(&b) ? NULL : arena_strdup(w->a, buf_text(&b));
    buf_done(&b);
    return s;
}

enum err picture_sentences(struct picture_writer *w)
{
    const struct picture *p = w->p;
    struct picture_words *o = w->w;
    enum lang lang = w->r->lang;
    o->period_text = picture_period_text(w->a, lang, p->query.from, p->query.to);
    o->before_text = picture_period_text(w->a, lang, p->before_from, p->before_to);
    o->year_text = picture_period_text(w->a, lang, p->year_from, p->year_to);
    if (!o->period_text || !o->before_text || !o->year_text)
        return ERR_NOMEM;
    o->title = TRF(w, picture_title_of, o->period_text);
    const char *where = where_words(w), *what = what_words(w);
    if (!where || !what)
        return ERR_NOMEM;
    o->lead = TRF(w, picture_lead, where, what);
    o->has_before = p->has_before;
    o->has_year = p->has_year;
    o->about = p->has_year ? TRF(w, picture_about_both, o->before_text, o->year_text)
                           : TRF(w, picture_about_before, o->before_text);
    if (!p->has_before)
        o->about = o->no_before = TRF(w, picture_no_before, o->before_text);
    if (p->ongoing)
        o->ongoing = !p->has_before ? TRF(w, picture_ongoing_alone, picture_days_passed(p), p->days)
                     : just_begun(p) ? TRF(w, picture_begun, p->days)
                                     : TRF(w, picture_ongoing, picture_days_passed(p), p->days);
    if (p->waiting) {
        struct picture_target unread = picture_target_now(p);
        unread.unreviewed = true;
        if (!(o->waiting = TRF(w, picture_waiting, p->waiting)))
            return ERR_NOMEM;
        o->waiting_href = picture_link(w, &unread);
    }
    o->empty = p->all.now == 0 && p->all.before == 0;
    o->exercise = p->exercise > 0 || p->besides_exercise;
    if (!o->title || !o->lead || !o->about)
        return ERR_NOMEM;
    TRY(say_all(w));
    TRY(say_besides(w));
    TRY(say_types(w));
    return say_quality(w);
}
