/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* How many reports were answered, and how soon. */
#include <stdlib.h>

#include "base/mem.h"
#include "feedback_sql.h"
#include "parts/feedback/feedback.h"

/* Adds a row to a share; those answered are counted up day by day, so that the median is the last
 * day that the walk passes. */
static void add(struct feedback_share *s, const struct q_feedback_share_row *r)
{
    s->n += r->n;
    s->answered += r->days == DB_NO_INT ? 0 : r->n;
}

struct day {
    int64_t days, n;
};

static int by_days(const void *a, const void *b)
{
    const struct day *x = a, *y = b;
    return (x->days > y->days) - (x->days < y->days);
}

/* Of an even number the lower of the two in the middle: a day on which somebody was answered. */
static int64_t median(struct day *d, size_t n, int64_t answered)
{
    int64_t seen = 0;
    if (answered < FEEDBACK_FEW)
        return -1;
    qsort(d, n, sizeof *d, by_days);
    for (size_t i = 0; i < n; i++) {
        seen += d[i].n;
        if (2 * seen >= answered)
            return d[i].days;
    }
    return -1;
}

static size_t days_of(const struct q_feedback_share_row *rows, size_t n, struct day *out)
{
    size_t k = 0;
    for (size_t i = 0; i < n; i++)
        if (rows[i].days != DB_NO_INT)
            out[k++] = (struct day){rows[i].days, rows[i].n};
    return k;
}

enum err feedback_shares(struct tx *tx, struct arena *a, const char *municipality, msec from,
                         msec to, struct feedback_shares *out)
{
    struct q_feedback_share_in in = {municipality, from, to};
    struct q_feedback_share_row *rows;
    size_t n;
    struct feedback_shares s = {0};
    TRY(q_feedback_share_all(tx, a, &in, &rows, &n));
    s.each = ARENA_ARRAY(a, n + 1, struct feedback_share);
    struct day *days = ARENA_ARRAY(a, n + 1, struct day);
    if (!s.each || !days)
        return ERR_NOMEM;
    for (size_t i = 0; i < n;) {
        struct feedback_share one = {.organisation = rows[i].organisation};
        size_t first = i;
        for (; i < n && id_eq(rows[i].organisation, one.organisation); i++) {
            add(&one, &rows[i]);
            add(&s.all, &rows[i]);
        }
        one.median = median(days, days_of(rows + first, i - first, days), one.answered);
        if (one.n < FEEDBACK_FEW)
            s.few++;
        else
            s.each[s.n_each++] = one;
    }
    s.all.median = median(days, days_of(rows, n, days), s.all.answered);
    *out = s;
    return ERR_OK;
}
