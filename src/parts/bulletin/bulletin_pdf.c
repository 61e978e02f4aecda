/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The document on paper, with the structure that a screen reader follows. */
#include <cairo-pdf.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/str.h"
#include "parts/bulletin/bulletin.h"
#include "parts/picture/picture_paper.h"

#define PDF_MOST (8 << 20)

/* --- The drawing --- */

struct canvas {
    struct paper *p;
    double x, y, scale;
};

/* "M1 2L3 4Z" as struct bulletin_map has it. */
static void trace(const struct canvas *c, const char *path)
{
    cairo_t *cr = c->p->cr;
    for (const char *s = path; s && *s;) {
        char what = *s++;
        if (what == 'Z') {
            cairo_close_path(cr);
            continue;
        }
        char *end;
        double x = strtod(s, &end);
        double y = strtod(end, &end);
        if (end == s || (what != 'M' && what != 'L'))
            return;
        s = end;
        x = c->x + x * c->scale;
        y = c->y + y * c->scale;
        if (what == 'M')
            cairo_move_to(cr, x, y);
        else
            cairo_line_to(cr, x, y);
    }
}

static void fill_and_line(const struct canvas *c, unsigned fill, unsigned line, double width)
{
    paper_colour(c->p, fill);
    cairo_fill_preserve(c->p->cr);
    paper_colour(c->p, line);
    cairo_set_line_width(c->p->cr, width);
    cairo_stroke(c->p->cr);
}

static void put_sign_text(const struct canvas *c, int x, int y, const char *text, bool dark)
{
    cairo_t *cr = c->p->cr;
    cairo_text_extents_t size;
    cairo_select_font_face(cr, "Sans", CAIRO_FONT_SLANT_NORMAL, CAIRO_FONT_WEIGHT_BOLD);
    cairo_set_font_size(cr, 34 * c->scale);
    cairo_text_extents(cr, text, &size);
    paper_colour(c->p, dark ? 0x1c2024 : 0xffffff);
    cairo_move_to(cr, c->x + x * c->scale - size.width / 2 - size.x_bearing,
                  c->y + (y + 12) * c->scale);
    cairo_show_text(cr, text);
    cairo_new_path(cr);
}

static void put_sign(const struct canvas *c, const struct bulletin_shape *s)
{
    static const char *const paths[] = {[PAGE_YELLOW] = "M0 -37L37 0L0 37L-37 0Z",
                                        [PAGE_ORANGE] = "M0 -43L42 27L-42 27Z",
                                        [PAGE_RED] = "M-27 -27L27 -27L27 27L-27 27Z"};
    static const unsigned colours[] = {0xffffff, 0x1f6b2d, 0x6b5300, 0x8f4300, 0x9b1c1c};
    struct canvas at = {c->p, c->x + s->x * c->scale, c->y + s->y * c->scale, c->scale};
    int level = s->level >= PAGE_NO_LEVEL && s->level <= PAGE_RED ? s->level : PAGE_NO_LEVEL;
    if (level >= PAGE_YELLOW)
        trace(&at, paths[level]);
    else
        cairo_arc(c->p->cr, at.x, at.y, 27 * c->scale, 0, 6.2832);
    fill_and_line(c, colours[level], level ? 0xffffff : 0x1c2024, 0.8);
    char no[16];
    snprintf(no, sizeof no, "%d", s->no);
    put_sign_text(c, s->x, s->y, no, level == PAGE_NO_LEVEL);
}

static void put_shapes(const struct canvas *c, const struct bulletin_map *m)
{
    static const unsigned fills[] = {0xffffff, 0xdcecd9, 0xf9ecbd, 0xf7d9ba, 0xf1cbc6};
    if (m->outline) {
        trace(c, m->outline);
        fill_and_line(c, 0xf3f0e8, 0x8a857a, 1);
    }
    cairo_set_fill_rule(c->p->cr, CAIRO_FILL_RULE_EVEN_ODD);
    for (size_t i = 0; i < m->n_shapes; i++) {
        int level = m->shapes[i].level;
        trace(c, m->shapes[i].path);
        fill_and_line(c, fills[level >= 0 && level <= PAGE_RED ? level : 0], 0x55524c, 0.8);
    }
}

static void put_marks(const struct canvas *c, const struct bulletin_map *m)
{
    static const double dashes[] = {6, 3};
    cairo_t *cr = c->p->cr;
    for (size_t i = 0; i < m->n_marks; i++) {
        const struct bulletin_mark *k = &m->marks[i];
        double x = c->x + k->x * c->scale, y = c->y + k->y * c->scale, side = 44 * c->scale;
        double at_x = c->x + k->at_x * c->scale, at_y = c->y + k->at_y * c->scale;
        cairo_arc(cr, at_x, at_y, k->r * c->scale, 0, 6.2832);
        paper_colour(c->p, 0x0a4a7a);
        cairo_set_line_width(cr, 1.8);
        cairo_set_dash(cr, dashes, 2, 0);
        cairo_stroke(cr);
        cairo_set_dash(cr, NULL, 0, 0);
        cairo_set_line_width(cr, 1);
        cairo_move_to(cr, at_x, at_y);
        cairo_line_to(cr, x, y);
        cairo_stroke(cr);
        cairo_rectangle(cr, x - side / 2, y - side / 2, side, side);
        cairo_fill(cr);
        put_sign_text(c, k->x, k->y, k->letter, false);
    }
}

/* On a light rim, so that a border behind does not cross the letters. */
static void put_names(const struct canvas *c, const struct bulletin_map *m)
{
    cairo_t *cr = c->p->cr;
    cairo_select_font_face(cr, "Sans", CAIRO_FONT_SLANT_NORMAL, CAIRO_FONT_WEIGHT_NORMAL);
    cairo_set_font_size(cr, fmax(8, 30 * c->scale));
    for (size_t i = 0; i < m->n_names; i++) {
        cairo_text_extents_t size;
        cairo_text_extents(cr, m->names[i].text, &size);
        cairo_move_to(cr, c->x + m->names[i].x * c->scale - size.width / 2 - size.x_bearing,
                      c->y + (m->names[i].y + 10) * c->scale);
        double x, y;
        cairo_get_current_point(cr, &x, &y);
        cairo_text_path(cr, m->names[i].text);
        paper_colour(c->p, 0xfbfaf7);
        cairo_set_line_width(cr, 3);
        cairo_stroke(cr);
        cairo_move_to(cr, x, y);
        paper_colour(c->p, 0x1c2024);
        cairo_show_text(cr, m->names[i].text);
        cairo_new_path(cr);
    }
}

static void put_leads(const struct canvas *c, const struct bulletin_map *m)
{
    for (size_t i = 0; i < m->n_shapes; i++) {
        const struct bulletin_shape *s = &m->shapes[i];
        cairo_move_to(c->p->cr, c->x + s->at_x * c->scale, c->y + s->at_y * c->scale);
        cairo_line_to(c->p->cr, c->x + s->x * c->scale, c->y + s->y * c->scale);
    }
    paper_colour(c->p, 0x1c2024);
    cairo_set_line_width(c->p->cr, 1);
    cairo_stroke(c->p->cr);
}

#define MAP_SCALE (PAPER_ROOM / BULLETIN_MAP_WIDE)
#define MAP_HEAD 45   /* points: its heading, which stands on the same page */
#define MAP_LEAST 230 /* points: lower than this it is too small to read */
#define MAP_WORDS 90  /* what stands below it on the same page */

/* How tall the map may be: what is left of the page, or the whole of the next one. */
static double map_room(const struct paper *p)
{
    double left = PAPER_HEIGHT - PAPER_MARGIN - p->y - MAP_WORDS;
    return left >= MAP_LEAST ? left : PAPER_HEIGHT - 2 * PAPER_MARGIN - 120;
}

static void put_map(struct paper *p, const struct bulletin_block *b)
{
    const struct bulletin_map *m = b->map;
    double scale = PAPER_ROOM / BULLETIN_MAP_WIDE, height = m->height * scale;
    double most = map_room(p);
    if (height > most) {
        scale *= most / height;
        height = most;
    }
    paper_figure_begin(p, height + 40, b->text);
    struct canvas c = {p, PAPER_MARGIN + (PAPER_ROOM - BULLETIN_MAP_WIDE * scale) / 2, p->y, scale};
    cairo_save(p->cr);
    cairo_rectangle(p->cr, c.x, c.y, BULLETIN_MAP_WIDE * scale, height);
    cairo_clip(p->cr);
    put_shapes(&c, m);
    put_names(&c, m);
    put_marks(&c, m);
    put_leads(&c, m);
    for (size_t i = 0; i < m->n_shapes; i++)
        put_sign(&c, &m->shapes[i]);
    cairo_restore(p->cr);
    paper_figure_end(p, height + 6);
    paper_text(p, "P", PAPER_SMALL, b->text);
}

/* --- The rest --- */

static void put_table(struct paper *p, const struct bulletin_table *t)
{
    struct paper_column columns[BULLETIN_COLUMNS_MOST];
    const char *cells[BULLETIN_COLUMNS_MOST];
    int sum = 0;
    for (size_t i = 0; i < t->n_columns; i++)
        sum += t->columns[i].wide;
    for (size_t i = 0; i < t->n_columns; i++)
        columns[i] = (struct paper_column){PAPER_ROOM * t->columns[i].wide / (sum ? sum : 1),
                                           t->columns[i].number};
    const char *heads[BULLETIN_COLUMNS_MOST]; /* borrowed until the end of the table */
    for (size_t i = 0; i < t->n_columns; i++)
        heads[i] = t->columns[i].head;
    paper_table_begin(p);
    paper_row(p, columns, heads, t->n_columns, true);
    for (size_t r = 0; r < t->n_rows; r++) {
        for (size_t i = 0; i < t->n_columns; i++)
            cells[i] = t->rows[r].cells[i].text;
        p->indent = t->rows[r].below ? 12 : 0;
        paper_row(p, columns, cells, t->n_columns, false);
    }
    p->indent = 0;
    paper_table_end(p);
}

static void put_list(struct paper *p, const struct bulletin_block *b, enum err *failed)
{
    cairo_tag_begin(p->cr, "L", NULL);
    for (size_t i = 0; i < b->n_items; i++) {
        struct buf line = buf_init(1 << 20);
        buf_puts(&line, "•\u00a0");
        buf_puts(&line, b->items[i]);
        if (buf_err(&line) && !*failed)
            *failed = buf_err(&line);
        cairo_tag_begin(p->cr, "LI", NULL);
        paper_text(p, "LBody", PAPER_PLAIN, buf_text(&line));
        cairo_tag_end(p->cr, "LI");
        buf_done(&line);
    }
    cairo_tag_end(p->cr, "L");
}

static void draw(struct paper *p, const struct bulletin_doc *d, enum err *failed)
{
    cairo_pdf_surface_set_metadata(p->surface, CAIRO_PDF_METADATA_TITLE, d->title);
    cairo_pdf_surface_set_metadata(p->surface, CAIRO_PDF_METADATA_SUBJECT, d->lead);
    cairo_pdf_surface_set_metadata(p->surface, CAIRO_PDF_METADATA_CREATOR, "Samsyn");
    paper_text(p, "H1", PAPER_H1, d->title);
    paper_text(p, "P", PAPER_PLAIN, d->lead);
    for (size_t i = 0; i < d->n_blocks; i++) {
        const struct bulletin_block *b = &d->blocks[i];
        if (b->kind == BULLETIN_HEAD && i + 1 < d->n_blocks && b[1].kind == BULLETIN_MAP)
            paper_need(p, MAP_HEAD + fmin(MAP_LEAST, b[1].map->height * MAP_SCALE) + MAP_WORDS);
        if (b->kind == BULLETIN_HEAD)
            paper_text(p, "H2", PAPER_H2, b->text);
        if (b->kind == BULLETIN_TEXT)
            paper_text(p, "P", PAPER_PLAIN, b->text);
        if (b->kind == BULLETIN_SMALL)
            paper_text(p, "P", PAPER_SMALL, b->text);
        if (b->kind == BULLETIN_LIST)
            put_list(p, b, failed);
        if (b->kind == BULLETIN_TABLE)
            put_table(p, b->table);
        if (b->kind == BULLETIN_MAP)
            put_map(p, b);
    }
}

enum err bulletin_pdf(struct buf *out, const struct bulletin_doc *d)
{
    struct paper p = {0};
    enum err failed = ERR_OK;
    if (d->err)
        return d->err;
    const char *foot = arena_printf(d->a, "Samsyn · %s", d->title);
    if (!foot)
        return ERR_NOMEM;
    TRY(paper_begin(&p, NULL, d->lang, foot)); /* once to count the pages */
    draw(&p, d, &failed);
    int pages = p.page;
    TRY(paper_end(&p));
    struct buf pdf = buf_init(PDF_MOST);
    p = (struct paper){.pages = pages};
    enum err e = paper_begin(&p, &pdf, d->lang, foot);
    if (e == ERR_OK) {
        draw(&p, d, &failed);
        e = paper_end(&p);
    }
    if (e == ERR_OK)
        e = failed;
    if (e == ERR_OK)
        e = paper_mark(&pdf, d->lang, p.alts, p.n_alts);
    if (e == ERR_OK)
        buf_add(out, buf_text(&pdf), pdf.len);
    buf_done(&pdf);
    return e ? e : buf_err(out);
}
