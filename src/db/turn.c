/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Whose turn it is to write to a municipality, over all processes that have one PostgreSQL open.
 *
 * Much is checked and then written: whether another meeting is open, whether a number that was
 * published gives this one away. In one process a municipality has one writer; between processes a
 * lock in the database does the same. It is taken before anything is read, so that each statement
 * after it sees what the one before left, and ends with the transaction. */
#include <stdlib.h>
#include <string.h>

#include "base/str.h"
#include "db/engine.h"
#include "db_sql.h"

static int by_name(const void *a, const void *b)
{
    const struct q_turn_take_in *x = a, *y = b;
    return strcmp(x->municipality, y->municipality);
}

/* All that the group needs, always in the same order, so that two groups never wait for each
 * other. The answers wait with those of the group where they can. */
enum err turns_take(struct tx *group, const struct job *list)
{
    struct q_turn_take_in in[GROUP_MOST];
    size_t n = 0, kept = 0;
    if (group->db->kind == DB_SQLITE)
        return ERR_OK; /* lock.c */
    for (const struct job *j = list; j && n < GROUP_MOST; j = j->next)
        in[n++].municipality = j->scope;
    qsort(in, n, sizeof *in, by_name);
    for (size_t i = 0; i < n; i++)
        if (kept == 0 || !str_eq(in[kept - 1].municipality, in[i].municipality))
            in[kept++] = in[i];
    return q_turn_take_run_batch(group, in, kept);
}

enum err turn_take(struct tx *tx, const char *municipality)
{
    struct q_turn_take_in in = {municipality};
    return tx->db->kind == DB_SQLITE || !tx->writable ? ERR_OK : q_turn_take_run(tx, &in, NULL);
}
