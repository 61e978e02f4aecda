/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The picture as data: JSON for programs, CSV for spreadsheets. */
#include <math.h>
#include <string.h>

#include "base/jsonw.h"
#include "base/str.h"
#include "parts/picture/picture_inner.h"

static void put_day(struct jsonw *w, const char *key, struct date d)
{
    char day[TIME_TEXT];
    date_text(d, day);
    jsonw_key_text(w, key, day);
}

static void put_span(struct jsonw *w, const char *key, struct date from, struct date to)
{
    jsonw_key_object(w, key);
    put_day(w, "from", from);
    put_day(w, "to", date_add(to, -1)); /* the last day */
    jsonw_end(w);
}

static void put_comparison(struct jsonw *w, const char *key, int64_t was,
                           const struct comparison *c, enum certainty said)
{
    jsonw_key_object(w, key);
    jsonw_key_int(w, "n", was);
    jsonw_key_text(w, "certainty", certainty_name(said));
    jsonw_key(w, "p");
    jsonw_fixed(w, c->p, 6);
    jsonw_key_int(w, "chance_in_100", c->chance_in_100);
    jsonw_key(w, "ratio"); /* null when there was none before */
    jsonw_fixed(w, c->ratio, 4);
    jsonw_key(w, "ratio_low");
    jsonw_fixed(w, c->ratio_low, 4);
    jsonw_key(w, "ratio_high");
    jsonw_fixed(w, c->ratio_high, 4);
    jsonw_end(w);
}

static void put_change(struct jsonw *w, const struct picture *p, const struct picture_change *c)
{
    jsonw_key_int(w, "n", c->now);
    if (p->has_before)
        put_comparison(w, "before", c->before, &c->with_before, c->certainty);
    if (p->has_year)
        put_comparison(w, "year_before", c->year, &c->with_year, c->certainty_year);
}

static void put_id(struct jsonw *w, const char *key, struct id id)
{
    char text[ID_TEXT];
    id_text(id, text);
    jsonw_key_text(w, key, id_is_none(id) ? NULL : text);
}

static void put_types(struct jsonw *w, const struct picture *p, const struct picture_names *n,
                      enum lang lang)
{
    jsonw_key_array(w, "types");
    for (size_t i = 0; i < p->n_types; i++) {
        const struct picture_type *t = &p->types[i];
        int up = event_types[t->type].parent;
        jsonw_object(w);
        jsonw_key_text(w, "code", event_types[t->type].code);
        jsonw_key_text(w, "parent", up < 0 ? NULL : event_types[up].code);
        jsonw_key_text(w, "name", picture_type_label(n, lang, t->type));
        put_change(w, p, &t->change);
        jsonw_key_array(w, "course");
        for (size_t k = 0; k < p->n_course; k++)
            jsonw_int(w, t->course[k]);
        jsonw_end(w);
        jsonw_end(w);
    }
    jsonw_end(w);
}

static void put_areas(struct jsonw *w, const struct picture *p, const struct picture_names *n)
{
    jsonw_key_array(w, p->country ? "municipalities" : "areas");
    for (size_t i = 0; i < p->areas.n; i++) {
        const struct picture_group *g = &p->areas.rows[i];
        const struct picture_name *name = picture_area_named(n, g->id);
        jsonw_object(w);
        if (p->country) {
            jsonw_key_text(w, "code", g->municipality);
        } else {
            put_id(w, "id", g->id);
            jsonw_key_text(w, "name", name ? name->name : NULL);
        }
        put_change(w, p, &g->change);
        jsonw_end(w);
    }
    jsonw_end(w);
}

static void put_places(struct jsonw *w, const struct picture *p, const struct picture_words *words)
{
    if (!words->has_places)
        return;
    jsonw_key_array(w, "places");
    for (size_t i = 0; i < p->places.n; i++) {
        jsonw_object(w);
        jsonw_key_text(w, "name", p->places.rows[i].name);
        put_change(w, p, &p->places.rows[i].change);
        jsonw_end(w);
    }
    jsonw_end(w);
}

static void put_who(struct jsonw *w, const struct picture *p, const struct picture_words *words)
{
    jsonw_key_array(w, "sources");
    for (size_t i = 0; i < p->sources.n; i++) {
        jsonw_object(w);
        jsonw_key_text(w, "source", p->sources.rows[i].name);
        put_change(w, p, &p->sources.rows[i].change);
        jsonw_end(w);
    }
    jsonw_end(w);
    jsonw_key_array(w, "organisations");
    for (size_t i = 0; i < p->organisations.n; i++) {
        jsonw_object(w);
        put_id(w, "id", p->organisations.rows[i].id);
        jsonw_key_text(w, "name",
                       p->organisations.rows[i].none ? NULL : words->organisations.rows[i].label);
        put_change(w, p, &p->organisations.rows[i].change);
        jsonw_end(w);
    }
    jsonw_end(w);
}

static void put_time(struct jsonw *w, const struct picture *p)
{
    jsonw_key_array(w, "timeline");
    for (size_t i = 0; i < p->n_steps; i++) {
        jsonw_object(w);
        put_day(w, "from", p->steps[i].from);
        jsonw_key_int(w, "n", p->steps[i].now);
        if (p->has_before)
            jsonw_key_int(w, "before", p->steps[i].before);
        jsonw_end(w);
    }
    jsonw_end(w);
    jsonw_key_array(w, "weekday_hour"); /* 7 rows from Monday */
    for (int d = 0; d < HOURWEEK_DAYS; d++) {
        jsonw_array(w);
        for (int h = 0; h < HOURWEEK_HOURS; h++)
            jsonw_fixed(w, p->week.weight[d][h], 3);
        jsonw_end(w);
    }
    jsonw_end(w);
}

static void put_sentence(struct jsonw *w, const struct picture_sentence *s)
{
    jsonw_object(w);
    jsonw_key_text(w, "head", s->strong);
    jsonw_key_text(w, "text", s->rest);
    jsonw_key_text(w, "certainty", s->verdict);
    jsonw_end(w);
}

static void put_said(struct jsonw *w, const struct picture_words *words)
{
    jsonw_key_text(w, "besides_text", words->besides_text);
    jsonw_key_array(w, "sentences");
    const struct picture_sentence *groups[] = {&words->all, words->sentences, words->rest};
    const size_t n[] = {1, words->n_sentences, words->n_rest};
    for (size_t g = 0; g < 3; g++)
        for (size_t i = 0; i < n[g]; i++)
            put_sentence(w, &groups[g][i]);
    jsonw_end(w);
}

static void put_figure(struct jsonw *w, const char *key, double v, int decimals)
{
    jsonw_key(w, key);
    jsonw_fixed(w, v, decimals); /* null when it is not known */
}

static void put_ground(struct jsonw *w, const struct picture_finding *f,
                       const struct picture_names *n)
{
    const struct findings_spot *s = f->spot;
    const struct picture_name *area = picture_area_named(n, f->area);
    char squares[EVENT_SQUARES_TEXT], circle[EVENT_CIRCLE_TEXT];
    bool round = s->circle.radius > 0;
    event_squares_text(&s->squares, squares);
    event_circle_text(&s->circle, circle);
    jsonw_key_text(w, "place", f->place);
    jsonw_key_text(w, "area", area ? area->name : NULL);
    jsonw_key_text(w, "locality", f->locality);
    put_span(w, "days", date_from_days(s->from), date_from_days(s->to));
    put_figure(w, "east", s->east, 0);
    put_figure(w, "north", s->north, 0);
    /* as in the address of the list of events */
    jsonw_key_text(w, "squares", round ? NULL : squares); /* of 250 m */
    jsonw_key_text(w, "circle", round ? circle : NULL);   /* east-north-radius, metres */
    jsonw_key_int(w, "n", s->n);
    put_figure(w, "expected", s->expected, 3);
    put_figure(w, "ratio", (double)s->n / s->expected, 3);
    put_figure(w, "ratio_low", s->low, 3);
    put_figure(w, "ratio_high", s->high, 3);
    put_figure(w, "z", s->z, 3);
    put_figure(w, "p", s->p, 6);
    put_figure(w, "usual", s->usual, 3);
    put_figure(w, "usual_q", s->usual_q, 6);
}

static void put_finding(struct jsonw *w, const struct picture_finding *f,
                        const struct picture_names *n)
{
    static const char *const groups[] = {[FINDINGS_BURGLARY] = "burglary",
                                         [FINDINGS_VEHICLE] = "vehicle",
                                         [FINDINGS_DAMAGE] = "damage",
                                         [FINDINGS_GROUPS] = "all"};
    jsonw_object(w);
    jsonw_key_text(w, "method", f->method);
    jsonw_key_text(w, "of", groups[f->group]);
    jsonw_key_text(w, "certainty", isnan(f->p) ? NULL : certainty_name(f->certainty));
    put_figure(w, "q", f->p, 6);
    if (f->spot)
        put_ground(w, f, n);
    if (f->week) {
        jsonw_key_text(w, "type", event_types[f->type].code);
        put_span(w, "days", f->week->from, f->week->to);
        jsonw_key_int(w, "n", f->week->n);
        put_figure(w, "expected", f->week->expected, 3);
        put_figure(w, "upper", f->week->upper, 3);
        put_figure(w, "p", f->week->p, 6);
        jsonw_key_int(w, "years", f->week->years);
    }
    if (f->step) {
        const struct findings_step *s = f->step;
        const struct picture_name *area = picture_area_named(n, f->area);
        jsonw_key_text(w, "area", area ? area->name : NULL);
        put_span(w, "days_before", date_from_days(s->first), date_from_days(s->from));
        put_span(w, "days", date_from_days(s->from), date_from_days(s->to));
        jsonw_key_int(w, "n", s->n_after);
        jsonw_key_int(w, "n_before", s->n_before);
        jsonw_key_int(w, "rest", s->rest_after);
        jsonw_key_int(w, "rest_before", s->rest_before);
        put_figure(w, "ratio", s->ratio, 3);
        put_figure(w, "ratio_low", s->low, 3);
        put_figure(w, "ratio_high", s->high, 3);
        put_figure(w, "p", s->p, 6);
    }
    if (f->near) {
        jsonw_key_int(w, "pairs", f->near->n);
        put_figure(w, "expected", f->near->expected, 3);
        put_figure(w, "ratio", f->near->ratio, 3);
        put_figure(w, "p", f->near->p, 6);
        jsonw_key_int(w, "n", f->near->events);
    }
    jsonw_end(w);
}

static const char *state_name(enum findings_state s)
{
    return s == FINDINGS_SOME ? "found" : s == FINDINGS_NOTHING ? "nothing" : "too_few";
}

static void put_spots(struct jsonw *w, const struct picture *p, const struct picture_names *n,
                      const struct picture_words *words)
{
    if (!words->has_spots || words->looking)
        return;
    jsonw_key_object(w, "around");
    jsonw_key_int(w, "placed", p->placed);
    jsonw_key_text(w, "hot", state_name(p->hot_state));
    jsonw_key_text(w, "new", state_name(p->new_state));
    jsonw_key_text(w, "near_repeats", state_name(p->near_state));
    jsonw_key_text(w, "level", state_name(p->step_state));
    jsonw_key_array(w, "findings");
    for (size_t i = 0; i < p->n_findings; i++)
        if (!str_eq(p->findings[i].method, "compare_counts"))
            put_finding(w, &p->findings[i], n);
    jsonw_end(w);
    const struct picture_spots *s[] = {&words->fresh,  &words->hot,   &words->near,
                                       &words->chains, &words->steps, &words->season};
    jsonw_key_array(w, "sentences");
    for (size_t g = 0; g < ARRAY_LEN(s); g++)
        for (size_t i = 0; i < s[g]->n_rows; i++)
            put_sentence(w, &s[g]->rows[i]);
    jsonw_end(w);
    jsonw_end(w);
}

void picture_json(struct buf *out, const struct picture *p, const struct picture_names *n,
                  const struct picture_words *words, enum lang lang)
{
    struct jsonw w = jsonw_init(out);
    jsonw_object(&w);
    jsonw_key_text(&w, "title", words->title);
    jsonw_key_text(&w, "language", lang_code(lang));
    jsonw_key_text(&w, "municipality", p->query.municipality);
    put_span(&w, "period", p->query.from, p->query.to);
    put_span(&w, "period_before", p->before_from, p->before_to);
    put_span(&w, "period_year_before", p->year_from, p->year_to);
    put_id(&w, "area", p->query.area);
    jsonw_key_bool(&w, "exercise", words->exercise);
    jsonw_key_bool(&w, "ongoing", p->ongoing);
    jsonw_key_object(&w, "all");
    put_change(&w, p, &p->all);
    jsonw_end(&w);
    jsonw_key_object(&w, "besides"); /* reports that are no incidents, and in no other number */
    for (int k = 0; k < EVENT_KINDS; k++)
        if (k != EVENT_INCIDENT)
            jsonw_key_int(&w, event_kind_name((enum event_kind)k), p->besides[k]);
    jsonw_end(&w);
    put_types(&w, p, n, lang);
    put_areas(&w, p, n);
    put_places(&w, p, words);
    put_who(&w, p, words);
    put_time(&w, p);
    put_said(&w, words);
    put_spots(&w, p, n, words);
    jsonw_key_object(&w, "quality");
    jsonw_key_int(&w, "intervals", p->intervals);
    jsonw_key_int(&w, "without_place", p->no_place);
    jsonw_key_int(&w, "without_hour", p->week.unknown);
    jsonw_key_int(&w, "exercise", p->exercise);
    jsonw_end(&w);
    jsonw_key_text(&w, "method", words->method);
    jsonw_end(&w);
    buf_putc(out, '\n');
}

/* --- CSV --- */

void picture_csv_cell(struct buf *b, const char *s, char before)
{
    if (before)
        buf_putc(b, before);
    buf_putc(b, '"');
    if (s && *s && strchr("=+-@\t\r", *s))
        buf_putc(b, '\'');
    for (; s && *s; s++) {
        if (*s == '"')
            buf_putc(b, '"');
        buf_putc(b, *s);
    }
    buf_putc(b, '"');
}

void picture_csv_number(struct buf *b, bool known, int64_t v)
{
    buf_putc(b, ';');
    if (known)
        buf_int(b, v);
}

void picture_csv(struct buf *out, const struct picture_words *w, enum lang lang)
{
    const enum text_key heads[] = {T_picture_type,      T_picture_now,
                                   T_picture_before,    T_picture_verdict_before,
                                   T_picture_year_head, T_picture_verdict_year};
    buf_puts(out, "\xef\xbb\xbf"); /* spreadsheets ask for it */
    picture_csv_cell(out, "code", 0);
    for (size_t i = 0; i < ARRAY_LEN(heads); i++)
        picture_csv_cell(out, text_get(lang, heads[i]), ';');
    buf_puts(out, "\r\n");
    for (size_t i = 0; i < w->n_lines; i++) {
        const struct picture_line *l = &w->lines[i];
        picture_csv_cell(out, l->code, 0);
        picture_csv_cell(out, l->label, ';');
        picture_csv_number(out, true, l->n_now);
        picture_csv_number(out, w->has_before, l->n_before);
        picture_csv_cell(out, l->certainty, ';');
        picture_csv_number(out, w->has_year, l->n_year);
        picture_csv_cell(out, l->certainty_year, ';');
        buf_puts(out, "\r\n");
    }
    for (size_t i = 0; i < w->n_besides; i++) { /* no incidents: compared with nothing */
        picture_csv_cell(out, w->besides[i].code, 0);
        picture_csv_cell(out, w->besides[i].text, ';');
        picture_csv_number(out, true, w->besides[i].n);
        buf_puts(out, ";;\"\";;\"\"\r\n");
    }
}
