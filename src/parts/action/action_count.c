/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* How many events there were, on the ground and in what it is compared with. */
#include "parts/action/action_inner.h"

static struct event_filter filter_of(const struct action_plan *p, msec from, msec to)
{
    struct event_filter f = {.from = from, .to = to};
    event_filter_type(&f, event_type_index(p->type_code));
    return f;
}

static void onto(struct event_filter *f, const struct action_ground *g)
{
    f->area = g->area;
    if (g->circle.radius > 0) {
        f->circle = g->circle;
        f->precisions = 1u << GEO_POINT | 1u << GEO_STREET | 1u << GEO_PLACE;
    }
}

/* Selected in `other` and not in `own`. */
static int64_t outside(const struct event_selection *other, const struct event_selection *own)
{
    int64_t n = 0;
    for (size_t i = 0; i < other->view->n; i++) {
        size_t words = ((size_t)other->view->parts[i]->n + 63) / 64;
        for (size_t w = 0; w < words; w++) {
            uint64_t mine = own->counts[i] ? own->bits[i][w] : 0;
            uint64_t theirs = other->counts[i] ? other->bits[i][w] : 0;
            n += __builtin_popcountll(theirs & ~mine);
        }
    }
    return n;
}

static enum err count_span(const struct columns_view *v, const struct action_plan *p, msec from,
                           msec to, int64_t out[2])
{
    AUTO(columns_selection_freep) struct event_selection *own = NULL, *other = NULL;
    struct event_filter f = filter_of(p, from, to);
    onto(&f, &p->ground);
    TRY(columns_select(v, &f, &own));
    out[0] = (int64_t)own->count;
    out[1] = DB_NO_INT;
    if (p->comparison == ACTION_ALONE)
        return ERR_OK;
    f = filter_of(p, from, to);
    if (p->comparison == ACTION_AREA)
        f.area = p->comparison_id;
    TRY(columns_select(v, &f, &other));
    out[1] = outside(other, own);
    return ERR_OK;
}

enum err action_count(const struct app *app, const char *municipality, const struct action_plan *p,
                      struct action_counts *out)
{
    AUTO(columns_givep) struct columns_view *v = NULL;
    int64_t before[2], after[2];
    if (event_type_index(p->type_code) < 0)
        return ERR_INVALID;
    TRY(columns_take(app->columns, municipality, &v));
    TRY(count_span(v, p, p->before_from, p->before_to, before));
    TRY(count_span(v, p, p->after_from, p->after_to, after));
    *out = (struct action_counts){before[0], after[0], before[1], after[1]};
    return ERR_OK;
}
