/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "core/chart.h"

#include <assert.h>
#include <math.h>

#include "base/buf.h"
#include "base/mem.h"
#include "core/chart_inner.h"
#include "tmpl/format.h"

double chart_scale(double max, int steps, double *step)
{
    assert(steps >= 1 && steps <= 20);
    double rough = max / steps;
    if (!(rough > 1)) {
        *step = 1;
        return max > 1 ? ceil(max) : 1;
    }
    double power = pow(10, floor(log10(rough)));
    const double nice[] = {1, 2, 5, 10};
    size_t i = 0;
    while (i < 3 && nice[i] * power < rough * (1 - 1e-9))
        i++;
    *step = nice[i] * power;
    return ceil(max / *step - 1e-9) * *step;
}

bool chart_value_ok(double v)
{
    return isnan(v) || (isfinite(v) && v >= 0 && v < 1e15);
}

bool chart_values_ok(const double *v, size_t n)
{
    for (size_t i = 0; v && i < n; i++)
        if (!chart_value_ok(v[i]))
            return false;
    return true;
}

double chart_max(double most, const double *v, size_t n)
{
    for (size_t i = 0; v && i < n; i++)
        most = fmax(most, v[i]); /* fmax leaves NaN out */
    return most;
}

const char *chart_number(struct arena *a, enum lang lang, double v)
{
    char out[FORMAT_TEXT];
    if (isnan(v))
        return "–";
    if (fabs(v - nearbyint(v)) < 0.05)
        return format_arena(a, format_number(out, (int64_t)nearbyint(v)));
    return format_arena(a, format_decimal(out, lang, v, 1));
}

void chart_point(struct buf *b, double x, double y)
{
    buf_printf(b, "%s%.*f,%.*f", b->len ? " " : "", x == nearbyint(x) ? 0 : 1, x,
               y == nearbyint(y) ? 0 : 1, y);
}

const char *chart_keep(struct arena *a, struct buf *b)
{
    if (buf_err(b))
        return NULL;
    return arena_strndup(a, buf_text(b), b->len);
}

int chart_step(double v, double max)
{
    if (!(v > 0) || !(max > 0))
        return 0;
    int step = (int)ceil(6 * v / max - 1e-9);
    return step < 1 ? 1 : step > 6 ? 6 : step;
}

/* ---- sparkline ---------------------------------------------------------------------------- */

#define SPARK_W 96.0
#define SPARK_H 24.0

enum err chart_spark_make(struct arena *a, const char *label, const double *v, size_t n,
                          struct chart_spark *out)
{
    assert(a && v && out);
    if (n < 2 || n > CHART_MOST || !chart_values_ok(v, n))
        return ERR_INVALID;
    double top = fmax(chart_max(0, v, n), 1);
    AUTO(buf_done) struct buf b = buf_init(CHART_MOST * 16);
    struct chart_spark s = {.label = label};
    for (size_t i = 0; i < n; i++) {
        if (isnan(v[i]))
            continue;
        s.end_x = 2 + (SPARK_W - 6) * (double)i / (double)(n - 1);
        s.end_y = SPARK_H - 3 - (SPARK_H - 6) * v[i] / top;
        chart_point(&b, s.end_x, s.end_y);
    }
    s.points = chart_keep(a, &b);
    if (!s.points)
        return ERR_NOMEM;
    *out = s;
    return ERR_OK;
}

/* ---- bars --------------------------------------------------------------------------------- */

static enum err bars_check(const struct chart_bars_in *in, double *max)
{
    if (in->n_rows > CHART_MOST || !chart_value_ok(in->max))
        return ERR_INVALID;
    double most = 0;
    for (size_t i = 0; i < in->n_rows; i++) {
        const double v[] = {in->rows[i].now, in->rows[i].was, in->rows[i].low, in->rows[i].high};
        if (!chart_values_ok(v, ARRAY_LEN(v)))
            return ERR_INVALID;
        most = chart_max(most, v, ARRAY_LEN(v));
    }
    *max = in->max > 0 ? in->max : most > 0 ? most : 1;
    return ERR_OK;
}

static double bar_width(double v, double max)
{
    return isnan(v) ? 0 : fmin(100 * v / max, 100);
}

static enum err bar_make(struct arena *a, const struct chart_bars_in *in, double max,
                         const struct chart_bar_in *r, struct chart_bar *out)
{
    out->label = r->label;
    out->href = r->href;
    out->was_href = r->was_href;
    out->verdict = r->verdict;
    out->unsure = r->unsure;
    out->now = bar_width(r->now, max);
    out->was = in->was_head ? bar_width(r->was, max) : 0;
    if (!isnan(r->low) && r->high > r->low) {
        out->low = bar_width(r->low, max);
        out->high = bar_width(r->high, max);
    }
    out->now_text = chart_number(a, in->lang, r->now);
    out->was_text = in->was_head ? chart_number(a, in->lang, r->was) : NULL;
    if (!out->now_text || (in->was_head && !out->was_text))
        return ERR_NOMEM;
    if (r->course && r->n_course >= 2) {
        struct chart_spark s;
        TRY(chart_spark_make(a, r->course_label, r->course, r->n_course, &s));
        out->spark = s.points;
        out->spark_x = s.end_x;
        out->spark_y = s.end_y;
        out->spark_label = s.label;
    }
    return ERR_OK;
}

enum err chart_bars_make(struct arena *a, const struct chart_bars_in *in, struct chart_bars *out)
{
    assert(a && in && out && (in->rows || in->n_rows == 0));
    double max = 1;
    TRY(bars_check(in, &max));
    struct chart_bar *rows = ARENA_ARRAY(a, in->n_rows, struct chart_bar);
    if (!rows)
        return ERR_NOMEM;
    struct chart_bars c = {.id = in->id,
                           .title = in->title,
                           .desc = in->desc,
                           .label_head = in->label_head,
                           .now_head = in->now_head,
                           .was_head = in->was_head,
                           .rows = rows,
                           .n_rows = in->n_rows};
    for (size_t i = 0; i < in->n_rows; i++) {
        TRY(bar_make(a, in, max, &in->rows[i], &rows[i]));
        c.sparks |= rows[i].spark != NULL;
    }
    *out = c;
    return ERR_OK;
}

/* ---- QR ----------------------------------------------------------------------------------- */

enum err chart_qr_make(struct arena *a, const char *label, const uint8_t *modules, int size,
                       struct page_qr *out)
{
    enum { QUIET = 4 };
    assert(a && modules && out);
    if (size < 21 || size > 177)
        return ERR_INVALID;
    AUTO(buf_done) struct buf b = buf_init((size_t)size * (size_t)size * 24);
    for (int y = 0; y < size; y++) {
        for (int x = 0; x < size;) {
            int run = 0;
            while (x + run < size && modules[y * size + x + run])
                run++;
            if (run)
                buf_printf(&b, "M%d %dh%dv1h-%dz", x + QUIET, y + QUIET, run, run);
            x += run ? run : 1;
        }
    }
    const char *path = chart_keep(a, &b);
    if (!path)
        return ERR_NOMEM;
    *out = (struct page_qr){.label = label, .size = size + 2 * QUIET, .path = path};
    return ERR_OK;
}
