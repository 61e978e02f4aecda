/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include <assert.h>
#include <math.h>

#include "base/mem.h"
#include "core/chart.h"
#include "core/chart_inner.h"

enum { DAYS = 7, HOURS = 24 };

#define LEFT 10.5  /* per cent for the names of the days */
#define RIGHT 91.0 /* and after it for their sums */
#define BARS 44    /* pixels for the sums of the hours, above */
#define CELL 28

struct sums {
    double day[DAYS], hour[HOURS], all, most_cell, most_hour;
};

static enum err add_up(const struct chart_hourweek_in *in, struct sums *s)
{
    for (int d = 0; d < DAYS; d++) {
        for (int h = 0; h < HOURS; h++) {
            double v = in->weight[d][h];
            if (isnan(v) || !chart_value_ok(v))
                return ERR_INVALID;
            s->day[d] += v;
            s->hour[h] += v;
            s->all += v;
            s->most_cell = fmax(s->most_cell, v);
        }
    }
    s->most_hour = chart_max(0, s->hour, HOURS);
    return ERR_OK;
}

static double column(int h)
{
    return LEFT + (RIGHT - LEFT) * h / HOURS;
}

/* Weights of events whose moment is unknown are parts of events; whole numbers are shown, and
 * nothing where there is less than half an event. */
static const char *whole(struct arena *a, enum lang lang, double v)
{
    return v < 0.5 ? "" : chart_number(a, lang, round(v));
}

static enum err make_cells(struct arena *a, const struct chart_hourweek_in *in,
                           const struct sums *s, struct chart_hourweek *c)
{
    struct chart_cell *cells = ARENA_ARRAY(a, (size_t)DAYS * HOURS, struct chart_cell);
    if (!cells)
        return ERR_NOMEM;
    for (int i = 0; i < DAYS * HOURS; i++) {
        double v = in->weight[i / HOURS][i % HOURS];
        struct chart_cell *k = &cells[i];
        k->x = column(i % HOURS);
        k->w = column(i % HOURS + 1) - k->x;
        k->mid_x = k->x + k->w / 2;
        k->y = BARS + CELL * (i / HOURS);
        k->step = chart_step(v, s->most_cell);
        k->high = k->step >= 4;
        k->text = whole(a, in->lang, v);
        if (!k->text)
            return ERR_NOMEM;
    }
    c->cells = cells;
    c->n_cells = (size_t)DAYS * HOURS;
    return ERR_OK;
}

static enum err make_days(struct arena *a, const struct chart_hourweek_in *in, const struct sums *s,
                          struct chart_hourweek *c)
{
    static const enum text_key names[DAYS] = {T_core_mon, T_core_tue, T_core_wed, T_core_thu,
                                              T_core_fri, T_core_sat, T_core_sun};
    struct chart_edge *days = ARENA_ARRAY(a, DAYS, struct chart_edge);
    if (!days)
        return ERR_NOMEM;
    for (int d = 0; d < DAYS; d++) {
        days[d].label = text_get(in->lang, names[d]);
        days[d].text_y = BARS + CELL * d + 19;
        days[d].text = chart_number(a, in->lang, round(s->day[d]));
        days[d].href = in->links && s->day[d] >= 0.5 ? in->links->day[d] : NULL;
        if (!days[d].text)
            return ERR_NOMEM;
    }
    c->days = days;
    c->n_days = DAYS;
    return ERR_OK;
}

static enum err make_hours(struct arena *a, const struct chart_hourweek_in *in,
                           const struct sums *s, struct chart_hourweek *c)
{
    struct chart_edge *hours = ARENA_ARRAY(a, HOURS, struct chart_edge);
    if (!hours)
        return ERR_NOMEM;
    double most = fmax(s->most_hour, 1);
    for (int h = 0; h < HOURS; h++) {
        struct chart_edge *e = &hours[h];
        e->h = (BARS - 10) * s->hour[h] / most;
        e->x = column(h) + 0.25;
        e->w = column(h + 1) - column(h) - 0.5;
        e->y = BARS - 4 - e->h;
        e->mid_x = column(h) + (column(h + 1) - column(h)) / 2;
        e->minor = h % 6 != 0; /* a phone has room for every sixth */
        e->label = h % 3 ? "" : arena_printf(a, "%02d", h);
        e->text = chart_number(a, in->lang, round(s->hour[h]));
        e->href = in->links && s->hour[h] >= 0.5 ? in->links->hour[h] : NULL;
        if (!e->label || !e->text)
            return ERR_NOMEM;
    }
    c->hours = hours;
    c->n_hours = HOURS;
    return ERR_OK;
}

static enum err make_twin(struct arena *a, const struct chart_hourweek_links *links,
                          struct chart_hourweek *c)
{
    struct chart_hour_row *rows = ARENA_ARRAY(a, HOURS, struct chart_hour_row);
    struct chart_row *cells = ARENA_ARRAY(a, (size_t)HOURS * DAYS, struct chart_row);
    if (!rows || !cells)
        return ERR_NOMEM;
    for (int h = 0; h < HOURS; h++) {
        struct chart_hour_row *r = &rows[h];
        r->label = arena_printf(a, "%02d–%02d", h, h + 1);
        r->cells = &cells[h * DAYS];
        r->n_cells = DAYS;
        r->sum = c->hours[h].text;
        r->sum_href = c->hours[h].href;
        for (int d = 0; d < DAYS; d++) {
            const char *text = c->cells[d * HOURS + h].text;
            cells[h * DAYS + d].now_text = text;
            cells[h * DAYS + d].now_href = links && *text ? links->cell[d][h] : NULL;
        }
        if (!r->label)
            return ERR_NOMEM;
    }
    c->rows = rows;
    c->n_rows = HOURS;
    return ERR_OK;
}

enum err chart_hourweek_make(struct arena *a, const struct chart_hourweek_in *in,
                             struct chart_hourweek *out)
{
    assert(a && in && out && in->weight);
    struct sums s = {0};
    TRY(add_up(in, &s));
    struct chart_hourweek c = {.id = in->id,
                               .title = in->title,
                               .desc = in->desc,
                               .note = in->note,
                               .cell_h = CELL,
                               .hours_y = BARS + CELL * DAYS + 16,
                               .total_y = BARS + CELL * DAYS + 24};
    TRY(make_cells(a, in, &s, &c));
    TRY(make_days(a, in, &s, &c));
    TRY(make_hours(a, in, &s, &c));
    TRY(make_twin(a, in->links, &c));
    c.sum_href = in->links && s.all >= 0.5 ? in->links->all : NULL;
    c.sum = chart_number(a, in->lang, round(s.all));
    if (!c.sum)
        return ERR_NOMEM;
    *out = c;
    return ERR_OK;
}
