/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The picture on paper: the same words and charts as on the page, drawn with cairo. */
#include <cairo-pdf.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/mem.h"
#include "base/str.h"
#include "parts/picture/picture_inner.h"
#include "parts/picture/picture_paper.h"

#define PDF_MOST (8 << 20)
#define TXT(p, key) text_get((p)->lang, T_##key)

static void set_facts(struct paper *p, const struct picture_words *w)
{
    cairo_pdf_surface_set_metadata(p->surface, CAIRO_PDF_METADATA_TITLE, w->title);
    cairo_pdf_surface_set_metadata(p->surface, CAIRO_PDF_METADATA_SUBJECT, w->lead);
    cairo_pdf_surface_set_metadata(p->surface, CAIRO_PDF_METADATA_CREATOR, "Samsyn");
}

/* --- Sentences --- */

static void put_sentence(struct paper *p, struct arena *a, const struct picture_sentence *s)
{
    const char *all =
        arena_printf(a, "%s %s%s%s%s", s->strong, s->rest ? s->rest : "", s->verdict ? " (" : "",
                     s->verdict ? s->verdict : "", s->verdict ? ")" : "");
    paper_text(p, "P", s->plain ? PAPER_PLAIN : PAPER_BOLD, all);
}

static void put_sentences(struct paper *p, struct arena *a, const struct picture_words *w)
{
    if (w->exercise)
        paper_text(p, "P", PAPER_BOLD,
                   arena_printf(a, "%s %s", TXT(p, core_exercise), TXT(p, core_exercise_more)));
    paper_text(p, "H1", PAPER_H1, w->title);
    paper_text(p, "P", PAPER_PLAIN, w->lead);
    paper_text(p, "P", PAPER_PLAIN, w->about);
    paper_text(p, "P", PAPER_PLAIN, w->ongoing);
    put_sentence(p, a, &w->all);
    paper_text(p, "P", PAPER_PLAIN, w->waiting);
    paper_text(p, "P", PAPER_PLAIN, w->besides_text);
    if (w->n_sentences)
        paper_text(p, "H2", PAPER_H2, TXT(p, picture_changes));
    for (size_t i = 0; i < w->n_sentences; i++)
        put_sentence(p, a, &w->sentences[i]);
    paper_text(p, "P", PAPER_PLAIN, w->quiet);
}

static void put_spots(struct paper *p, struct arena *a, const char *title,
                      const struct picture_spots *s)
{
    paper_text(p, "H3", PAPER_H3, title);
    for (size_t i = 0; i < s->n_rows; i++)
        put_sentence(p, a, &s->rows[i]);
    paper_text(p, "P", PAPER_PLAIN, s->none);
}

static void put_around(struct paper *p, struct arena *a, const struct picture_words *w)
{
    if (!w->has_spots || w->looking)
        return;
    paper_text(p, "H2", PAPER_H2, TXT(p, picture_spots_title));
    put_spots(p, a, TXT(p, picture_new_title), &w->fresh);
    put_spots(p, a, TXT(p, picture_hot_title), &w->hot);
    put_spots(p, a, TXT(p, picture_near_title), &w->near);
    for (size_t i = 0; i < w->chains.n_rows; i++)
        put_sentence(p, a, &w->chains.rows[i]);
    if (w->steps.n_rows)
        put_spots(p, a, TXT(p, picture_step_title), &w->steps);
    if (w->season.n_rows)
        put_spots(p, a, TXT(p, picture_season_title), &w->season);
    paper_text(p, "H3", PAPER_H3, TXT(p, picture_spots_method));
    paper_text(p, "P", PAPER_SMALL, TXT(p, picture_spots_method_new));
    paper_text(p, "P", PAPER_SMALL, TXT(p, picture_spots_method_hot));
    paper_text(p, "P", PAPER_SMALL, TXT(p, picture_spots_method_near));
    if (w->season.n_rows)
        paper_text(p, "P", PAPER_SMALL, TXT(p, picture_season_method));
    paper_text(p, "P", PAPER_SMALL, TXT(p, picture_spots_method_all));
    paper_text(p, "P", PAPER_SMALL, TXT(p, picture_spots_method_limits));
}

/* --- Charts --- */

/* "x,y x,y ..." as the page's SVG has it, scaled. */
static void trace(struct paper *p, const char *points, double x, double y, double sx, double sy)
{
    bool first = true;
    while (points && *points) {
        char *end;
        double px = strtod(points, &end);
        if (*end != ',')
            break;
        double py = strtod(end + 1, &end);
        if (first)
            cairo_move_to(p->cr, x + px * sx, y + py * sy);
        else
            cairo_line_to(p->cr, x + px * sx, y + py * sy);
        first = false;
        points = *end == ' ' ? end + 1 : NULL;
    }
}

static void box(struct paper *p, double x, double y, double w, double h, unsigned rgb)
{
    paper_colour(p, rgb);
    cairo_rectangle(p->cr, x, y, w, h);
    cairo_fill(p->cr);
}

/* A table whose second column is the drawing. */
static void put_bars(struct paper *p, const struct chart_bars *b)
{
    double spark = b->sparks ? 70 : 0, label = 175;
    const struct paper_column c[] = {{label, false},
                                     {PAPER_ROOM - label - 40 - 65 - spark, false},
                                     {40, true},
                                     {65, true},
                                     {spark, false}};
    const char *head[] = {b->label_head, NULL, b->now_head, b->was_head,
                          b->sparks ? TXT(p, core_course) : NULL};
    size_t n = b->sparks ? 5 : 4;
    if (b->desc)
        paper_text(p, "P", PAPER_SMALL, b->desc);
    paper_table_begin(p);
    paper_row(p, c, head, n, true);
    for (size_t i = 0; i < b->n_rows; i++) {
        const struct chart_bar *r = &b->rows[i];
        char text[512];
        snprintf(text, sizeof text, "%s%s%s", r->label, r->verdict ? "\n" : "",
                 r->verdict ? r->verdict : "");
        const char *cells[] = {text, NULL, r->now_text, r->was_text, NULL};
        double x = PAPER_MARGIN + label, width = c[1].width - 12;
        double y = paper_row(p, c, cells, n, false);
        box(p, x, y + 1, width * r->was / 100, 12, 0xd6d3cb);
        box(p, x, y + 3.5, width * r->now / 100, 7, r->unsure ? 0x8fb6c6 : 0x0a4a7a);
        if (r->spark) {
            paper_colour(p, 0x0a4a7a);
            cairo_set_line_width(p->cr, 1);
            trace(p, r->spark, PAPER_MARGIN + PAPER_ROOM - spark + 6, y, 0.62, 0.62);
            cairo_stroke(p->cr);
        }
    }
    paper_table_end(p);
}

static void put_labels(struct paper *p, const struct chart_timeline *c, double width, double top)
{
    double y = p->y;
    for (size_t i = 0; i < c->n_x_ticks; i++) {
        const struct chart_tick *k = &c->x_ticks[i];
        if (k->minor)
            continue;
        double x = PAPER_MARGIN + width * k->at / 100;
        p->y = top + c->height + 4;
        paper_put(p, PAPER_SMALL, k->label, k->first ? x : k->last ? x - 60 : x - 30, 60, k->last);
    }
    for (size_t i = 0; i < c->n_y_ticks; i++)
        if (!c->y_ticks[i].minor) {
            p->y = top + c->y_ticks[i].at - 11;
            paper_put(p, PAPER_SMALL, c->y_ticks[i].label, PAPER_MARGIN, 40, false);
        }
    p->y = top + c->now_label_y - 8;
    paper_put(p, PAPER_SMALL, c->now_label, PAPER_MARGIN + width + 6, PAPER_ROOM - width - 6,
              false);
    p->y = top + c->was_label_y - 8;
    if (c->was_points)
        paper_put(p, PAPER_SOFT, c->was_label, PAPER_MARGIN + width + 6, PAPER_ROOM - width - 6,
                  false);
    p->y = y;
}

static void put_timeline(struct paper *p, struct arena *a, const struct chart_timeline *c)
{
    double width = PAPER_ROOM * 0.82, height = c->height + 24;
    paper_need(p, height + 80); /* heading, sentence and drawing stay together */
    paper_text(p, "H3", PAPER_H3, c->title);
    paper_text(p, "P", PAPER_PLAIN, c->desc);
    p->y += 6;
    paper_figure_begin(p, height, arena_printf(a, "%s. %s", c->title, c->desc ? c->desc : ""));
    double top = p->y;
    cairo_set_line_width(p->cr, 0.5);
    paper_colour(p, 0xbbb8b0);
    for (size_t i = 0; i < c->n_y_ticks; i++) {
        cairo_move_to(p->cr, PAPER_MARGIN, top + c->y_ticks[i].at);
        cairo_rel_line_to(p->cr, width, 0);
    }
    cairo_stroke(p->cr);
    cairo_set_line_join(p->cr, CAIRO_LINE_JOIN_ROUND);
    if (c->was_points) {
        paper_colour(p, 0x999999);
        cairo_set_line_width(p->cr, 1.2);
        trace(p, c->was_points, PAPER_MARGIN, top, width / 1000, 1);
        cairo_stroke(p->cr);
    }
    paper_colour(p, 0x0a4a7a);
    cairo_set_line_width(p->cr, 1.8);
    trace(p, c->now_points, PAPER_MARGIN, top, width / 1000, 1);
    cairo_stroke(p->cr);
    put_labels(p, c, width, top);
    paper_figure_end(p, height);
}

static void put_hourweek(struct paper *p, struct arena *a, const struct chart_hourweek *c)
{
    static const unsigned scale[] = {0xf5ecda, 0xe0e0cf, 0xbcd0cd, 0x8fb6c6,
                                     0x5d93b6, 0x2f6c9b, 0x0a4a7a};
    const double k = 0.8, height = c->total_y * k + 8;
    paper_need(p, height + 80); /* heading, sentence and drawing stay together */
    paper_text(p, "H3", PAPER_H3, c->title);
    paper_text(p, "P", PAPER_PLAIN, c->desc);
    paper_figure_begin(p, height, arena_printf(a, "%s. %s", c->title, c->desc ? c->desc : ""));
    double top = p->y, one = PAPER_ROOM / 100;
    for (size_t i = 0; i < c->n_cells; i++)
        box(p, PAPER_MARGIN + c->cells[i].x * one, top + c->cells[i].y * k, c->cells[i].w * one,
            c->cell_h * k, scale[c->cells[i].step]);
    for (size_t i = 0; i < c->n_hours; i++) {
        const struct chart_edge *h = &c->hours[i];
        box(p, PAPER_MARGIN + h->x * one, top + h->y * k, h->w * one, h->h * k, 0x8a97a3);
        p->y = top + c->hours_y * k - 9;
        if (!h->minor)
            paper_put(p, PAPER_SMALL, h->label, PAPER_MARGIN + h->x * one, 30, false);
    }
    for (size_t i = 0; i < c->n_days; i++) {
        p->y = top + c->days[i].text_y * k - 9;
        paper_put(p, PAPER_SMALL, c->days[i].label, PAPER_MARGIN, 40, false);
        paper_put(p, PAPER_SMALL, c->days[i].text, PAPER_MARGIN + PAPER_ROOM - 40, 40, true);
    }
    p->y = top;
    paper_figure_end(p, height);
}

/* --- Tables --- */

static void put_table(struct paper *p, const struct picture_words *w)
{
    const struct paper_column c[] = {{112, false}, {30, true},   {58, true},
                                     {43, true},   {125, false}, {125, false}};
    const char *head[] = {TXT(p, picture_type),           TXT(p, picture_now),
                          TXT(p, picture_before),         TXT(p, picture_year_head),
                          TXT(p, picture_verdict_before), TXT(p, picture_verdict_year)};
    paper_text(p, "H2", PAPER_H2, TXT(p, picture_table));
    paper_table_begin(p);
    paper_row(p, c, head, 6, true);
    for (size_t i = 0; i < w->n_lines; i++) {
        const struct picture_line *l = &w->lines[i];
        const char *cells[] = {l->label, l->now,       l->before,
                               l->year,  l->certainty, l->certainty_year};
        p->indent = l->below ? 12 : 0;
        paper_row(p, c, cells, 6, false);
    }
    p->indent = 0;
    paper_table_end(p);
}

static void put_facts(struct paper *p, const char *title, const struct page_facts *f)
{
    const struct paper_column c[] = {{300, false}, {PAPER_ROOM - 300, false}};
    if (!f->n_rows)
        return;
    paper_text(p, "H3", PAPER_H3, title);
    paper_table_begin(p);
    for (size_t i = 0; i < f->n_rows; i++) {
        const char *more = f->rows[i].more;
        char text[128];
        snprintf(text, sizeof text, "%s%s%s", f->rows[i].value, more ? " " : "", more ? more : "");
        const char *cells[] = {f->rows[i].label, text};
        paper_row(p, c, cells, 2, false);
    }
    paper_table_end(p);
}

static void put_end(struct paper *p, const struct picture_words *w)
{
    paper_text(p, "H2", PAPER_H2, TXT(p, picture_who));
    put_facts(p, TXT(p, picture_organisations), &w->organisations);
    paper_text(p, "P", PAPER_PLAIN, w->calm);
    paper_text(p, "P", PAPER_PLAIN, w->silent);
    put_facts(p, TXT(p, picture_sources), &w->sources);
    paper_text(p, "H2", PAPER_H2, TXT(p, picture_quality));
    for (size_t i = 0; i < w->n_quality; i++)
        paper_text(p, "P", PAPER_PLAIN, w->quality[i].text);
    paper_text(p, "H2", PAPER_H2, TXT(p, picture_sure_title));
    paper_text(p, "P", PAPER_PLAIN, TXT(p, picture_sure_lead));
    paper_text(p, "P", PAPER_PLAIN, TXT(p, picture_sure_clear));
    paper_text(p, "P", PAPER_PLAIN, TXT(p, picture_sure_likely));
    paper_text(p, "P", PAPER_PLAIN, TXT(p, picture_sure_none));
    paper_text(p, "P", PAPER_PLAIN, TXT(p, picture_sure_few));
    paper_text(p, "P", PAPER_PLAIN, TXT(p, picture_sure_cause));
    paper_text(p, "P", PAPER_SMALL, w->method);
}

static void draw(struct paper *p, struct arena *a, const struct picture_words *w)
{
    set_facts(p, w);
    put_sentences(p, a, w);
    if (w->empty) {
        paper_text(p, "P", PAPER_PLAIN, TXT(p, picture_empty_title));
        return;
    }
    put_around(p, a, w);
    paper_text(p, "H2", PAPER_H2, w->types.title);
    put_bars(p, &w->types);
    if (w->has_charts || w->has_week)
        paper_text(p, "H2", PAPER_H2, TXT(p, picture_when));
    if (w->has_charts)
        put_timeline(p, a, &w->timeline);
    if (w->has_week)
        put_hourweek(p, a, &w->week);
    if (w->has_areas || w->has_places)
        paper_text(p, "H2", PAPER_H2, TXT(p, picture_where));
    if (w->has_areas) {
        paper_text(p, "H3", PAPER_H3, w->areas_title);
        put_bars(p, &w->areas);
    }
    if (w->has_places) {
        paper_text(p, "H3", PAPER_H3, w->places.title);
        put_bars(p, &w->places);
    }
    paper_text(p, "P", PAPER_PLAIN, w->no_place);
    put_table(p, w);
    put_end(p, w);
}

enum err picture_pdf(struct buf *out, const struct picture_words *w, enum lang lang,
                     struct arena *a)
{
    struct paper p = {0};
    const char *foot = arena_printf(a, "Samsyn · %s · %s", w->title, w->made);
    if (!foot)
        return ERR_NOMEM;
    TRY(paper_begin(&p, NULL, lang, foot)); /* once to count the pages */
    draw(&p, a, w);
    int pages = p.page;
    TRY(paper_end(&p));
    struct buf pdf = buf_init(PDF_MOST);
    p = (struct paper){.pages = pages};
    enum err e = paper_begin(&p, &pdf, lang, foot);
    if (e == ERR_OK) {
        draw(&p, a, w);
        e = paper_end(&p);
    }
    if (e == ERR_OK)
        e = paper_mark(&pdf, lang, p.alts, p.n_alts);
    if (e == ERR_OK)
        buf_add(out, buf_text(&pdf), pdf.len);
    buf_done(&pdf);
    return e ? e : buf_err(out);
}
