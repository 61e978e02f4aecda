/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "core/disclose_rules.h"

#include <assert.h>
#include <math.h>
#include <sodium.h>
#include <string.h>

#include "base/mem.h"

const struct disclose_rules disclose_rules_default = {
    .min_count = 5, .noise = 2, .square = 1000, .min_inhabitants = 200, .delay_days = 14};

enum err disclose_rules_check(const struct disclose_rules *r)
{
    bool ok = r->min_count >= 2 && r->min_count <= 100 && r->noise >= 0 && r->noise <= 5 &&
              (r->square == 500 || r->square == 1000) && r->min_inhabitants >= 0 &&
              r->delay_days >= 0 && r->delay_days <= 3650;
    return ok ? ERR_OK : ERR_INVALID;
}

static uint64_t keyed(const uint8_t key[DISCLOSE_KEY], const void *data, size_t n)
{
    uint8_t out[crypto_generichash_BYTES_MIN];
    crypto_generichash(out, sizeof out, data, n, key, DISCLOSE_KEY);
    uint64_t v = 0;
    for (int i = 0; i < 8; i++)
        v = v << 8 | out[i];
    return v;
}

void disclose_add(struct disclose_cell *c, const uint8_t key[DISCLOSE_KEY], struct id record)
{
    c->count++;
    c->mark += keyed(key, record.b, sizeof record.b);
}

void disclose_merge(struct disclose_cell *into, const struct disclose_cell *c)
{
    into->count += c->count;
    into->mark += c->mark;
}

/* A number in 0..1 that only these records under this key give. */
static double draw(const struct disclose_cell *c, const uint8_t key[DISCLOSE_KEY])
{
    uint8_t b[24] = "noise 1";
    for (int i = 0; i < 8; i++) {
        b[8 + i] = (uint8_t)(c->mark >> (8 * i));
        b[16 + i] = (uint8_t)((uint64_t)c->count >> (8 * i));
    }
    return (double)(keyed(key, b, sizeof b) >> 11) * 0x1p-53;
}

/* From `noise` up: -noise .. +noise, each step outwards half as likely as the one before. Below
 * it, where the whole way down does not exist: nothing, all the way down to 0, or up by `noise`,
 * so weighted that the mean stays. */
int64_t disclose_noisy(const struct disclose_cell *c, const uint8_t key[DISCLOSE_KEY],
                       const struct disclose_rules *r)
{
    if (c->count == 0 || r->noise == 0)
        return c->count;
    double u = draw(c, key);
    if (c->count < r->noise) {
        double down = 0.5 * r->noise / (double)(c->count + r->noise);
        return u < down ? 0 : u < 0.5 ? c->count + r->noise : c->count;
    }
    double sum = 1, weight = 1;
    for (int k = 1; k <= r->noise; k++)
        sum += 2 * (weight /= 2);
    weight = 1 / sum;
    u -= weight;
    for (int k = 1; u >= 0 && k <= r->noise; k++) {
        weight /= 2;
        if (u < weight)
            return c->count + k;
        if (u < 2 * weight || k == r->noise)
            return c->count - k;
        u -= 2 * weight;
    }
    return c->count;
}

/* ---- hiding: exact, by flows -------------------------------------------------------------- */

/* The table is seen with its totals as one more row and column, of negative sign: then every line
 * adds up to zero and a total is a cell like another, to be hidden or not. What an attacker can
 * believe about a hidden cell is bounded by the lines. The cell can be larger by one unit if some
 * other hidden cell of its column makes up for it, then one of that row, and so on back to its own
 * row: an alternating path. `x` are the true counts, moved along the paths found; a hidden cell
 * stays at 1 or more. */
struct audit {
    size_t rows, cols;
    const bool *hidden;
    int64_t *x;
    int *from;     /* for each node (rows, then columns): the node before it, -1 = not seen */
    size_t *queue; /* rows + cols */
    int flip;      /* sign of the cell that is asked about */
};

static int sign_of(const struct audit *a, size_t row, size_t col)
{
    return (row == a->rows - 1) != (col == a->cols - 1) ? -1 : 1;
}

/* What a step of the path does to its cell: +1 or -1. */
static int change(const struct audit *a, size_t row, size_t col, bool grow)
{
    return (grow ? 1 : -1) * sign_of(a, row, col) * a->flip;
}

/* From column node: to rows whose cell in it can shrink. From row node: to columns whose cell in
 * it can grow. The cell (i, j) itself is not used. */
static bool step_open(const struct audit *a, size_t row, size_t col, bool grow)
{
    size_t k = row * a->cols + col;
    return a->hidden[k] && (change(a, row, col, grow) > 0 || a->x[k] > 1);
}

static bool find_path(struct audit *a, size_t i, size_t j)
{
    size_t nodes = a->rows + a->cols, head = 0, tail = 0;
    for (size_t k = 0; k < nodes; k++)
        a->from[k] = -1;
    a->from[a->rows + j] = (int)(a->rows + j);
    a->queue[tail++] = a->rows + j;
    while (head < tail && a->from[i] < 0) {
        size_t node = a->queue[head++];
        bool grow = node < a->rows;
        size_t first = grow ? a->rows : 0, end = grow ? nodes : a->rows;
        for (size_t to = first; to < end; to++) {
            size_t row = grow ? node : to, col = (grow ? to : node) - a->rows;
            if (a->from[to] >= 0 || (row == i && col == j) || !step_open(a, row, col, grow))
                continue;
            a->from[to] = (int)node;
            a->queue[tail++] = to;
        }
    }
    return a->from[i] >= 0;
}

static void take_path(struct audit *a, size_t i, size_t j)
{
    for (size_t node = i; node != a->rows + j;) {
        size_t before = (size_t)a->from[node];
        if (node < a->rows)
            a->x[node * a->cols + before - a->rows] += change(a, node, before - a->rows, false);
        else
            a->x[before * a->cols + node - a->rows] += change(a, before, node - a->rows, true);
        node = before;
    }
    a->x[i * a->cols + j]++;
}

/* Could the hidden cell (i, j) hold min_count or more for all an attacker knows? */
static bool protected_cell(struct audit *a, const struct disclose_table *t, size_t i, size_t j,
                           int min_count)
{
    for (size_t k = 0; k < t->rows * t->cols; k++)
        a->x[k] = t->cells[k].count;
    a->flip = sign_of(a, i, j);
    while (a->x[i * t->cols + j] < min_count) {
        if (!find_path(a, i, j))
            return false;
        take_path(a, i, j);
    }
    return true;
}

static bool is_small(int64_t count, int min_count)
{
    return count > 0 && count < min_count;
}

/* The smallest shown cell above 0 in row i (or, with by_row false, in column j). */
static bool hide_one_more(const struct disclose_table *t, bool *hidden, size_t line, bool by_row)
{
    size_t n = by_row ? t->cols : t->rows, best = SIZE_MAX;
    for (size_t k = 0; k < n; k++) {
        size_t at = by_row ? line * t->cols + k : k * t->cols + line;
        if (hidden[at] || t->cells[at].count == 0)
            continue;
        if (best == SIZE_MAX || t->cells[at].count < t->cells[best].count)
            best = at;
    }
    if (best == SIZE_MAX)
        return false;
    hidden[best] = true;
    return true;
}

static int hidden_in(const struct disclose_table *t, const bool *hidden, size_t line, bool by_row)
{
    int n = 0;
    for (size_t k = 0; k < (by_row ? t->cols : t->rows); k++)
        n += hidden[by_row ? line * t->cols + k : k * t->cols + line];
    return n;
}

/* Hides one more cell where (i, j) is weakest: first the line with the fewer hidden. */
static bool strengthen(const struct disclose_table *t, bool *hidden, size_t i, size_t j)
{
    bool row_first = hidden_in(t, hidden, i, true) <= hidden_in(t, hidden, j, false);
    if (hide_one_more(t, hidden, row_first ? i : j, row_first) ||
        hide_one_more(t, hidden, row_first ? j : i, !row_first))
        return true;
    /* its own lines are used up: the path may still need another line to turn in */
    for (size_t k = 0; k < t->rows; k++)
        if (hidden[k * t->cols + j] && hide_one_more(t, hidden, k, true))
            return true;
    for (size_t k = 0; k < t->cols; k++)
        if (hidden[i * t->cols + k] && hide_one_more(t, hidden, k, false))
            return true;
    return false;
}

/* True when every small cell is protected with the totals shown. */
static bool hide_besides(const struct disclose_table *t, bool *hidden, struct audit *a, int min)
{
    for (size_t k = 0; k < t->rows * t->cols; k++) {
        if (!is_small(t->cells[k].count, min))
            continue;
        while (!protected_cell(a, t, k / t->cols, k % t->cols, min))
            if (!strengthen(t, hidden, k / t->cols, k % t->cols))
                return false;
    }
    return true;
}

/* ---- filling in --------------------------------------------------------------------------- */

/* Noise never makes a number that would have been hidden. */
static int64_t show(const struct disclose_cell *c, const uint8_t *key,
                    const struct disclose_rules *r)
{
    int64_t v = disclose_noisy(c, key, r);
    return c->count >= r->min_count && v < r->min_count ? r->min_count : v;
}

/* The table with its totals as one more row and column. */
static void extend(const struct disclose_table *t, struct disclose_cell *e)
{
    size_t cols = t->cols + 1;
    for (size_t i = 0; i < t->rows; i++)
        for (size_t j = 0; j < t->cols; j++) {
            const struct disclose_cell *c = &t->cells[i * t->cols + j];
            e[i * cols + j] = *c;
            disclose_merge(&e[i * cols + t->cols], c);
            disclose_merge(&e[t->rows * cols + j], c);
            disclose_merge(&e[t->rows * cols + t->cols], c);
        }
}

static int64_t *place_of(struct disclose_table *t, size_t i, size_t j)
{
    if (i == t->rows)
        return j == t->cols ? &t->total : &t->col_totals[j];
    return j == t->cols ? &t->row_totals[i] : &t->shown[i * t->cols + j];
}

static void fill_in(struct disclose_table *t, const struct audit *a, const struct disclose_cell *e,
                    const uint8_t *key, const struct disclose_rules *r, struct disclose_result *res)
{
    for (size_t k = 0; k < a->rows * a->cols; k++) {
        size_t i = k / a->cols, j = k % a->cols;
        bool total = i == t->rows || j == t->cols, small = is_small(e[k].count, r->min_count);
        bool hidden = res->totals_dropped ? total || small : a->hidden[k];
        res->hidden += !total && small;
        res->hidden_besides += !total && hidden && !small;
        res->hidden_totals += total && hidden;
        *place_of(t, i, j) = hidden ? DISCLOSE_HIDDEN : show(&e[k], key, r);
    }
}

enum err disclose_table(struct disclose_table *t, const uint8_t key[DISCLOSE_KEY],
                        const struct disclose_rules *r, struct disclose_result *out)
{
    assert(t && key && r && out);
    TRY(disclose_rules_check(r));
    if (t->rows > DISCLOSE_MAX_CELLS || t->cols > DISCLOSE_MAX_CELLS ||
        t->rows * t->cols > DISCLOSE_MAX_CELLS)
        return ERR_LIMIT;
    size_t rows = t->rows + 1, cols = t->cols + 1, n = rows * cols;
    AUTO(mem_freep) bool *hidden = mem_array(n, sizeof *hidden);
    AUTO(mem_freep) int64_t *x = mem_array(n, sizeof *x);
    AUTO(mem_freep) int *from = mem_array(rows + cols, sizeof *from);
    AUTO(mem_freep) size_t *queue = mem_array(rows + cols, sizeof *queue);
    AUTO(mem_freep) struct disclose_cell *cells = mem_array(n, sizeof *cells);
    if (!hidden || !x || !from || !queue || !cells)
        return ERR_NOMEM;
    for (size_t k = 0; k < t->rows * t->cols; k++)
        if (t->cells[k].count < 0)
            return ERR_INVALID;
    extend(t, cells);
    for (size_t k = 0; k < n; k++)
        hidden[k] = is_small(cells[k].count, r->min_count);
    struct disclose_result res = {.cells = (int)(t->rows * t->cols), .noise = r->noise};
    struct disclose_table whole = {.rows = rows, .cols = cols, .cells = cells};
    struct audit a = {rows, cols, hidden, x, from, queue, 1};
    res.totals_dropped = !hide_besides(&whole, hidden, &a, r->min_count);
    fill_in(t, &a, cells, key, r, &res);
    *out = res;
    return ERR_OK;
}

int64_t disclose_square(double east, double north, const struct disclose_rules *r)
{
    if (!isfinite(east) || !isfinite(north) || east < 0 || north < 0 || east > 2e6 || north > 1e7)
        return 0;
    return (int64_t)floor(north / r->square) * 100000 + (int64_t)floor(east / r->square);
}

bool disclose_locality(int64_t inhabitants, const struct disclose_rules *r)
{
    return inhabitants >= r->min_inhabitants;
}

bool disclose_period_ready(struct date last, msec now, const struct disclose_rules *r)
{
    return date_valid(last) && now >= date_start(date_add(last, 1 + r->delay_days));
}
