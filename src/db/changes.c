/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The change log: what was written, in the same transaction, numbered without gaps in each
 * municipality. The columns in memory, exports and moves to another database follow it. */
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "base/str.h"
#include "db/engine.h"
#include "db_sql.h"

#define CHANGES_MOST 200000

static enum err make_room(struct tx *tx)
{
    if (tx->n_changes < tx->cap_changes)
        return ERR_OK;
    if (tx->n_changes >= CHANGES_MOST)
        return ERR_LIMIT;
    size_t cap = tx->cap_changes ? tx->cap_changes * 2 : 16;
    struct change *more = mem_realloc(tx->changes, cap * sizeof *more);
    if (!more)
        return ERR_NOMEM;
    tx->changes = more;
    tx->cap_changes = cap;
    return ERR_OK;
}

enum err changes_note(struct tx *tx, const struct sql *q, const void *in)
{
    TRY(make_room(tx));
    struct change *c = &tx->changes[tx->n_changes];
    const char *base = in;
    const char *town = tx->municipality;
    memset(c, 0, sizeof *c);
    if (q->change.municipality >= 0)
        memcpy(&town, base + q->in[q->change.municipality].offset, sizeof town);
    if (!town || str_eq(town, DB_NATIONAL) ||
        !str_copy(c->municipality, sizeof c->municipality, town))
        return ERR_INTERNAL;
    if (q->change.id >= 0)
        memcpy(&c->id, base + q->in[q->change.id].offset, sizeof c->id);
    c->table = q->change.table;
    c->op = q->change.op;
    tx->n_changes++;
    return ERR_OK;
}

/* One municipality's changes, from the first that names it on. Its entries are marked as told by an
 * empty name. */
static enum err write_one(struct tx *tx, size_t from, struct q_change_add_in *rows)
{
    char town[8];
    static const char *const ops[] = {"d", "i", "u"};
    str_copy(town, sizeof town, tx->changes[from].municipality);
    size_t n = 0;
    for (size_t i = from; i < tx->n_changes; i++) {
        struct change *c = &tx->changes[i];
        if (!str_eq(c->municipality, town))
            continue;
        rows[n++] = (struct q_change_add_in){
            .municipality = town,
            .table_name = c->table,
            .row_id = c->id,
            .op = ops[c->op == 'd'   ? 0
                      : c->op == 'i' ? 1
                                     : 2],
            .at = time_now(),
        };
        c->municipality[0] = 0;
    }
    struct q_change_head_in in = {.municipality = town, .n = (int64_t)n};
    struct q_change_head_row head;
    TRY(q_change_head_one(tx, NULL, &in, &head));
    for (size_t i = 0; i < n; i++)
        rows[i].seq = head.seq - (int64_t)n + 1 + (int64_t)i;
    return q_change_add_run_batch(tx, rows, n);
}

enum err changes_write(struct tx *tx)
{
    if (tx->n_changes == 0)
        return ERR_OK;
    struct q_change_add_in *rows = mem_array(tx->n_changes, sizeof *rows);
    if (!rows)
        return ERR_NOMEM;
    enum err e = ERR_OK;
    for (size_t i = 0; i < tx->n_changes && e == ERR_OK; i++)
        if (tx->changes[i].municipality[0])
            e = write_one(tx, i, rows);
    mem_free(rows);
    return e;
}
