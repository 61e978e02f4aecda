/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include <assert.h>
#include <math.h>

#include "base/buf.h"
#include "base/mem.h"
#include "core/chart.h"
#include "core/chart_inner.h"

#define WIDE 1000.0
#define ABOVE 22.0       /* room over the highest value for the labels at the end of the lines */
#define NAMES_APART 17.0 /* pixels */
#define LABELS 5         /* at most so many under the picture */

struct frame {
    size_t n;
    double height, top;
};

static double at_x(const struct frame *f, double i)
{
    return WIDE * i / (double)(f->n - 1);
}

static double at_y(const struct frame *f, double v)
{
    return f->height - (f->height - ABOVE) * v / f->top;
}

/* A value that is missing ends a polyline, and there is only one: the longest known run is drawn,
 * and the table twin tells the rest. */
static void longest_run(const double *v, size_t n, size_t *from, size_t *len)
{
    size_t start = 0;
    *from = *len = 0;
    for (size_t i = 0; i <= n; i++) {
        if (i < n && !isnan(v[i]))
            continue;
        if (i - start > *len) {
            *from = start;
            *len = i - start;
        }
        start = i + 1;
    }
}

static const char *line_points(struct arena *a, const struct frame *f, const double *v,
                               double *last)
{
    AUTO(buf_done) struct buf b = buf_init(CHART_MOST * 20);
    size_t from = 0, len = 0;
    longest_run(v, f->n, &from, &len);
    for (size_t i = from; i < from + len; i++) {
        *last = at_y(f, v[i]);
        chart_point(&b, at_x(f, (double)i), *last);
    }
    return chart_keep(a, &b);
}

static const char *band_points(struct arena *a, const struct frame *f, const double *low,
                               const double *high)
{
    AUTO(buf_done) struct buf b = buf_init(CHART_MOST * 40);
    for (size_t i = 0; i < f->n; i++)
        if (!isnan(low[i]) && !isnan(high[i]))
            chart_point(&b, at_x(f, (double)i), at_y(f, high[i]));
    for (size_t i = f->n; i-- > 0;)
        if (!isnan(low[i]) && !isnan(high[i]))
            chart_point(&b, at_x(f, (double)i), at_y(f, low[i]));
    return chart_keep(a, &b);
}

static enum err y_ticks(struct arena *a, const struct chart_timeline_in *in, const struct frame *f,
                        double step, struct chart_timeline *c)
{
    size_t n = (size_t)(f->top / step + 0.5) + 1;
    struct chart_tick *ticks = ARENA_ARRAY(a, n, struct chart_tick);
    if (!ticks)
        return ERR_NOMEM;
    for (size_t i = 0; i < n; i++) {
        ticks[i].at = at_y(f, step * (double)i);
        ticks[i].first = i == 0;
        ticks[i].minor = i == 0 || (in->small && i + 1 < n);
        ticks[i].label = chart_number(a, in->lang, step * (double)i);
        if (!ticks[i].label)
            return ERR_NOMEM;
    }
    c->y_ticks = ticks;
    c->n_y_ticks = n;
    return ERR_OK;
}

/* First and last are always named; between them every k-th that leaves room before the last. */
static enum err x_ticks(struct arena *a, const struct chart_timeline_in *in,
                        struct chart_timeline *c)
{
    size_t every = in->small ? in->n : (in->n + LABELS - 2) / (LABELS - 1);
    const char *const *labels = in->ticks ? in->ticks : in->labels;
    struct chart_tick *ticks = ARENA_ARRAY(a, LABELS + 1, struct chart_tick);
    if (!ticks)
        return ERR_NOMEM;
    size_t n = 0;
    for (size_t i = 0; i < in->n; i += every) {
        if (i && 4 * (in->n - 1 - i) < 3 * every)
            break;
        ticks[n].label = labels[i];
        ticks[n].at = 100 * (double)i / (double)(in->n - 1);
        ticks[n].first = i == 0;
        ticks[n].minor = i > 0; /* a phone has room for the first and the last */
        n++;
    }
    ticks[n].label = labels[in->n - 1];
    ticks[n].at = 100;
    ticks[n++].last = true;
    c->x_ticks = ticks;
    c->n_x_ticks = n;
    return ERR_OK;
}

static enum err twin_rows(struct arena *a, const struct chart_timeline_in *in,
                          struct chart_timeline *c)
{
    struct chart_row *rows = ARENA_ARRAY(a, in->n, struct chart_row);
    if (!rows)
        return ERR_NOMEM;
    for (size_t i = 0; i < in->n; i++) {
        rows[i].label = in->labels[i];
        rows[i].now_href = in->now_hrefs ? in->now_hrefs[i] : NULL;
        rows[i].was_href = in->was && in->was_hrefs ? in->was_hrefs[i] : NULL;
        rows[i].now_text = chart_number(a, in->lang, in->now[i]);
        rows[i].was_text = in->was ? chart_number(a, in->lang, in->was[i]) : NULL;
        rows[i].fit_text = in->fit ? chart_number(a, in->lang, in->fit[i]) : NULL;
        if (!rows[i].now_text || (in->was && !rows[i].was_text) || (in->fit && !rows[i].fit_text))
            return ERR_NOMEM;
    }
    c->rows = rows;
    c->n_rows = in->n;
    return ERR_OK;
}

/* Where the line ends -> where its name stands; NULL: there is no such line. */
struct name {
    double *at, end;
};

/* The names stand beside the ends of their lines and never on each other: those that are too near
 * move apart, as much up as down. */
static void place_names(struct name *name, size_t n)
{
    for (size_t i = 1; i < n; i++) /* from the top; equal ones in their own order */
        for (size_t k = i; k > 0 && name[k].end < name[k - 1].end; k--) {
            struct name t = name[k];
            name[k] = name[k - 1];
            name[k - 1] = t;
        }
    for (size_t i = 0; i < n;) {
        size_t last = i;
        double middle = name[i].end;
        while (last + 1 < n &&
               name[last + 1].end - middle < NAMES_APART * ((double)(last - i) / 2 + 1)) {
            double count = (double)(last - i) + 1;
            middle = (middle * count + name[++last].end) / (count + 1);
        }
        for (size_t k = i; k <= last; k++)
            *name[k].at = 4 + middle + NAMES_APART * ((double)(k - i) - (double)(last - i) / 2);
        i = last + 1;
    }
}

static enum err draw(struct arena *a, const struct chart_timeline_in *in, const struct frame *f,
                     struct chart_timeline *c)
{
    double now_y = f->height, was_y = f->height, fit_y = f->height;
    struct name names[3];
    size_t n = 0;
    c->now_points = line_points(a, f, in->now, &now_y);
    if (!c->now_points)
        return ERR_NOMEM;
    if (in->was && !(c->was_points = line_points(a, f, in->was, &was_y)))
        return ERR_NOMEM;
    if (in->low && in->high && !(c->band_points = band_points(a, f, in->low, in->high)))
        return ERR_NOMEM;
    if (in->fit && !(c->fit_points = line_points(a, f, in->fit, &fit_y)))
        return ERR_NOMEM;
    names[n++] = (struct name){&c->now_label_y, now_y};
    if (c->was_label)
        names[n++] = (struct name){&c->was_label_y, was_y};
    if (c->fit_label)
        names[n++] = (struct name){&c->fit_label_y, fit_y};
    place_names(names, n);
    return ERR_OK;
}

static bool input_ok(const struct chart_timeline_in *in)
{
    if (in->n < 2 || in->n > CHART_MOST || in->height < 0 || in->height > 2000)
        return false;
    if (in->height && in->height < 60)
        return false;
    if (in->mark_label && !(in->mark >= 0 && in->mark <= (double)(in->n - 1)))
        return false;
    return chart_values_ok(in->now, in->n) && chart_values_ok(in->was, in->n) &&
           chart_values_ok(in->fit, in->n) && chart_values_ok(in->low, in->n) &&
           chart_values_ok(in->high, in->n);
}

enum err chart_timeline_make(struct arena *a, const struct chart_timeline_in *in,
                             struct chart_timeline *out)
{
    assert(a && in && out && in->now && in->labels);
    if (!input_ok(in))
        return ERR_INVALID;
    double max = chart_max(chart_max(0, in->now, in->n), in->was, in->n);
    max = chart_max(chart_max(max, in->fit, in->n), in->high, in->n);
    double step = 1;
    struct frame f = {.n = in->n, .height = in->height ? in->height : 200};
    f.top = chart_scale(max, 4, &step);
    struct chart_timeline c = {.id = in->id,
                               .title = in->title,
                               .desc = in->desc,
                               .small = in->small,
                               .height = (int)f.height,
                               .axis_y = (int)f.height + 18,
                               .total_y = (int)f.height + 26,
                               .now_label = in->now_label,
                               .was_label = in->was ? in->was_label : NULL,
                               .fit_label = in->fit ? in->fit_label : NULL,
                               .when_head = in->when_head,
                               .mark_label = in->mark_label};
    if (in->mark_label) {
        c.mark_at = 100 * in->mark / (double)(in->n - 1);
        c.mark_end = c.mark_at > 50;
    }
    TRY(draw(a, in, &f, &c));
    TRY(y_ticks(a, in, &f, step, &c));
    TRY(x_ticks(a, in, &c));
    TRY(twin_rows(a, in, &c));
    *out = c;
    return ERR_OK;
}
