/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "parts/picture/picture_paper.h"

#include <cairo-pdf.h>
#include <pango/pangocairo.h>
#include <stdio.h>
#include <string.h>

#include "tmpl/format.h"

#define BOTTOM (PAPER_HEIGHT - 62)

static cairo_status_t write_bytes(void *closure, const unsigned char *data, unsigned n)
{
    struct buf *out = closure;
    if (out)
        buf_add(out, data, n);
    return !out || buf_err(out) == ERR_OK ? CAIRO_STATUS_SUCCESS : CAIRO_STATUS_WRITE_ERROR;
}

enum err paper_begin(struct paper *p, struct buf *out, enum lang lang, const char *foot)
{
    int pages = p->pages;
    *p = (struct paper){.y = PAPER_MARGIN, .page = 1, .pages = pages, .lang = lang, .foot = foot};
    p->surface = cairo_pdf_surface_create_for_stream(write_bytes, out, PAPER_WIDTH, PAPER_HEIGHT);
    p->cr = cairo_create(p->surface);
    p->layout = pango_cairo_create_layout(p->cr);
    if (cairo_status(p->cr) != CAIRO_STATUS_SUCCESS || !p->layout)
        return paper_end(p) == ERR_OK ? ERR_INTERNAL : ERR_NOMEM;
    cairo_tag_begin(p->cr, "Document", NULL);
    return ERR_OK;
}

void paper_colour(struct paper *p, unsigned rgb)
{
    cairo_set_source_rgb(p->cr, (rgb >> 16 & 255) / 255.0, (rgb >> 8 & 255) / 255.0,
                         (rgb & 255) / 255.0);
}

static void put_foot(struct paper *p)
{
    char page[FORMAT_TEXT];
    const struct text_arg args[] = {text_arg_int(p->page), text_arg_int(p->pages)};
    text_expand(page, sizeof page, text_get(p->lang, T_picture_page_of), args, 2);
    double y = p->y;
    p->y = PAPER_HEIGHT - 40;
    paper_put(p, PAPER_SOFT, p->foot, PAPER_MARGIN, PAPER_ROOM - 64, false);
    paper_put(p, PAPER_SOFT, page, PAPER_WIDTH - PAPER_MARGIN - 60, 60, true);
    p->y = y;
}

enum err paper_end(struct paper *p)
{
    bool ok = cairo_status(p->cr) == CAIRO_STATUS_SUCCESS && p->layout;
    if (ok) {
        put_foot(p);
        cairo_tag_end(p->cr, "Document");
    }
    if (p->layout)
        g_object_unref(p->layout);
    ok = ok && cairo_status(p->cr) == CAIRO_STATUS_SUCCESS;
    cairo_destroy(p->cr);
    cairo_surface_finish(p->surface);
    ok = ok && cairo_surface_status(p->surface) == CAIRO_STATUS_SUCCESS;
    cairo_surface_destroy(p->surface);
    return ok ? ERR_OK : ERR_INTERNAL;
}

/* "kl. 06.39" stays on one line: its space is one that does not break. */
static void set_words(struct paper *p, const char *s)
{
    struct buf b = buf_init(1 << 20);
    for (const char *kl; (kl = strstr(s, "kl. ")); s = kl + 4) {
        buf_add(&b, s, (size_t)(kl - s));
        buf_puts(&b, "kl.\u00a0");
    }
    buf_puts(&b, s);
    pango_layout_set_text(p->layout, buf_err(&b) ? s : buf_text(&b), -1);
    buf_done(&b);
}

static void set_text(struct paper *p, enum paper_style style, const char *s, double width,
                     bool right)
{
    static const char *const fonts[] = {
        [PAPER_PLAIN] = "Sans 10",   [PAPER_SMALL] = "Sans 8",    [PAPER_BOLD] = "Sans Bold 10",
        [PAPER_H1] = "Sans Bold 20", [PAPER_H2] = "Sans Bold 14", [PAPER_H3] = "Sans Bold 11",
        [PAPER_SOFT] = "Sans 8",     [PAPER_CELL] = "Sans 8.5",
    };
    PangoFontDescription *f = pango_font_description_from_string(fonts[style]);
    pango_layout_set_font_description(p->layout, f);
    pango_font_description_free(f);
    pango_layout_set_width(p->layout, (int)(width * PANGO_SCALE));
    pango_layout_set_wrap(p->layout, PANGO_WRAP_WORD_CHAR);
    pango_layout_set_alignment(p->layout, right ? PANGO_ALIGN_RIGHT : PANGO_ALIGN_LEFT);
    pango_layout_set_line_spacing(p->layout, 1.15F);
    set_words(p, s ? s : "");
}

double paper_height(struct paper *p, enum paper_style style, const char *s, double width)
{
    int w, h;
    set_text(p, style, s, width, false);
    pango_layout_get_size(p->layout, &w, &h);
    return (double)h / PANGO_SCALE;
}

double paper_put(struct paper *p, enum paper_style style, const char *s, double x, double width,
                 bool right)
{
    int w, h;
    set_text(p, style, s, width, right);
    pango_layout_get_size(p->layout, &w, &h);
    paper_colour(p, style == PAPER_SOFT ? 0x55524c : 0x1c2024);
    cairo_move_to(p->cr, x, p->y);
    pango_cairo_show_layout(p->cr, p->layout);
    return (double)h / PANGO_SCALE;
}

void paper_need(struct paper *p, double height)
{
    if (p->y + height <= BOTTOM || p->y <= PAPER_MARGIN)
        return;
    put_foot(p);
    cairo_show_page(p->cr);
    p->page++;
    p->y = PAPER_MARGIN;
}

void paper_text(struct paper *p, const char *tag, enum paper_style style, const char *s)
{
    if (!s || !*s)
        return;
    bool head = style == PAPER_H1 || style == PAPER_H2 || style == PAPER_H3;
    double before = style == PAPER_H2 ? 14 : head ? 6 : 0;
    double height = paper_height(p, style, s, PAPER_ROOM);
    if (p->y > PAPER_MARGIN)
        p->y += before;
    paper_need(p, height + (head ? 70 : 0)); /* a heading is never the last of its page */
    cairo_tag_begin(p->cr, tag, NULL);
    paper_put(p, style, s, PAPER_MARGIN, PAPER_ROOM, false);
    cairo_tag_end(p->cr, tag);
    p->y += height + 6;
}

void paper_table_begin(struct paper *p)
{
    cairo_tag_begin(p->cr, "Table", NULL);
}

void paper_table_end(struct paper *p)
{
    p->head = (struct paper_head){0};
    cairo_tag_end(p->cr, "Table");
    p->y += 8;
}

static double row_height(struct paper *p, enum paper_style style, const struct paper_column *c,
                         const char *const *cells, size_t n)
{
    double height = 0;
    for (size_t i = 0; i < n; i++) {
        double width = c[i].width - 6 - (i ? 0 : p->indent);
        double h = cells[i] ? paper_height(p, style, cells[i], width) : 0;
        height = h > height ? h : height;
    }
    return height;
}

static void draw_row(struct paper *p, const struct paper_head *row, bool head, double height)
{
    enum paper_style style = head ? PAPER_SMALL : PAPER_CELL;
    double x = PAPER_MARGIN;
    cairo_tag_begin(p->cr, "TR", NULL);
    for (size_t i = 0; i < row->n; i++) {
        const char *tag = head || i == 0 ? "TH" : "TD";
        const struct paper_column *c = &row->columns[i];
        double in = i ? 0 : p->indent;
        cairo_tag_begin(p->cr, tag, NULL);
        if (row->cells[i])
            paper_put(p, style, row->cells[i], x + in, c->width - 6 - in, c->right);
        cairo_tag_end(p->cr, tag);
        x += c->width;
    }
    cairo_tag_end(p->cr, "TR");
    p->y += height + 3;
    paper_colour(p, head ? 0x55524c : 0xd9d6cf);
    cairo_set_line_width(p->cr, head ? 0.8 : 0.4);
    cairo_move_to(p->cr, PAPER_MARGIN, p->y);
    cairo_line_to(p->cr, PAPER_MARGIN + PAPER_ROOM, p->y);
    cairo_stroke(p->cr);
    p->y += 3;
}

double paper_row(struct paper *p, const struct paper_column *c, const char *const *cells, size_t n,
                 bool head)
{
    struct paper_head row = {c, cells, n};
    double height = row_height(p, head ? PAPER_SMALL : PAPER_CELL, c, cells, n);
    int page = p->page;
    paper_need(p, height + (head ? 50 : 6));
    if (head) {
        p->head = row;
    } else if (p->page != page && p->head.n) { /* the table goes on: its head is needed again */
        double indent = p->indent;
        p->indent = 0;
        draw_row(p, &p->head, true,
                 row_height(p, PAPER_SMALL, p->head.columns, p->head.cells, p->head.n));
        p->indent = indent;
    }
    double top = p->y;
    draw_row(p, &row, head, height);
    return top;
}

void paper_figure_begin(struct paper *p, double height, const char *alt)
{
    paper_need(p, height);
    if (p->n_alts < ARRAY_LEN(p->alts))
        p->alts[p->n_alts++] = alt;
    cairo_tag_begin(p->cr, "Figure", NULL);
}

void paper_figure_end(struct paper *p, double height)
{
    cairo_tag_end(p->cr, "Figure");
    p->y += height;
}
