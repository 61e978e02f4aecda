/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "core/disclosure.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include <sodium.h>

#include "base/buf.h"
#include "base/mem.h"
#include "base/str.h"
#include "core/app.h"
#include "core/disclose_span.h"
#include "core_sql.h"

#define KEY_NAME "disclosure_key"

/* --- The secret --- */

enum err disclosure_key(struct tx *tx, struct arena *a, const char *municipality,
                        uint8_t key[DISCLOSE_KEY])
{
    const char *hex;
    size_t n;
    uint8_t bytes[DISCLOSE_KEY];
    TRY(setting_get(tx, a, municipality, KEY_NAME, &hex));
    if (sodium_hex2bin(bytes, sizeof bytes, hex, strlen(hex), NULL, &n, NULL) != 0 ||
        n != sizeof bytes)
        return ERR_CORRUPT;
    memcpy(key, bytes, sizeof bytes);
    return ERR_OK;
}

enum err disclosure_key_make(struct tx *tx, struct arena *a, const char *municipality,
                             uint8_t key[DISCLOSE_KEY])
{
    enum err e = disclosure_key(tx, a, municipality, key);
    if (e != ERR_NOTFOUND)
        return e;
    uint8_t bytes[DISCLOSE_KEY];
    char hex[2 * DISCLOSE_KEY + 1];
    random_bytes(bytes, sizeof bytes);
    sodium_bin2hex(hex, sizeof hex, bytes, sizeof bytes);
    TRY(setting_put(tx, municipality, KEY_NAME, hex));
    memcpy(key, bytes, sizeof bytes);
    return ERR_OK;
}

/* --- The ledger --- */

/* Areas as small numbers: 0 is all that has no area of its own anywhere in the ledger. */
struct units {
    struct id *ids; /* sorted; unit i + 1 */
    size_t n, room;
};

static int by_id(const void *a, const void *b)
{
    return memcmp(a, b, sizeof(struct id));
}

static void add_unit(struct units *u, struct id id)
{
    if (u->n < u->room)
        u->ids[u->n++] = id;
}

static void sort_units(struct units *u)
{
    size_t k = 0;
    qsort(u->ids, u->n, sizeof *u->ids, by_id);
    for (size_t i = 0; i < u->n; i++)
        if (k == 0 || memcmp(&u->ids[k - 1], &u->ids[i], sizeof *u->ids) != 0)
            u->ids[k++] = u->ids[i];
    u->n = k;
}

static uint32_t unit_of(const struct units *u, const struct id *id)
{
    const struct id *at = bsearch(id, u->ids, u->n, sizeof *u->ids, by_id);
    assert(at); /* all ids were gathered first */
    return (uint32_t)(at - u->ids) + 1;
}

/* Ids in "id,id"; the text is the program's own. */
static void each_id(const char *list, void (*fn)(void *arg, struct id id), void *arg)
{
    char text[ID_TEXT];
    struct id id;
    while (strlen(list) >= ID_TEXT - 1) {
        memcpy(text, list, ID_TEXT - 1);
        text[ID_TEXT - 1] = 0;
        if (id_parse(text, &id) == ERR_OK)
            fn(arg, id);
        list += ID_TEXT - 1;
        if (*list == ',')
            list++;
    }
}

static void gather_id(void *arg, struct id id)
{
    add_unit(arg, id);
}

struct marking {
    const struct units *u;
    bool *in;
    bool value;
};

static void mark_id(void *arg, struct id id)
{
    struct marking *m = arg;
    m->in[unit_of(m->u, &id)] = m->value;
}

/* "*", "id", "-id,id" -> units, ascending. */
static enum err units_of(const struct units *u, const char *area, struct arena *a,
                         const uint32_t **out, size_t *out_n)
{
    bool *in = ARENA_ARRAY(a, u->n + 1, bool);
    uint32_t *list = ARENA_ARRAY(a, u->n + 1, uint32_t);
    if (!in || !list)
        return ERR_NOMEM;
    bool rest = *area == '-' || *area == '*';
    memset(in, rest, u->n + 1);
    struct marking m = {u, in, !rest};
    if (*area != '*')
        each_id(area + (*area == '-'), mark_id, &m);
    size_t n = 0;
    for (size_t i = 0; i <= u->n; i++)
        if (in[i])
            list[n++] = (uint32_t)i;
    *out = list;
    *out_n = n;
    return ERR_OK;
}

static const char *key_of(struct arena *a, const struct disclosure *d,
                          const struct disclosure_number *x)
{
    struct buf b = buf_init(64 * 1024);
    char id[ID_TEXT];
    buf_printf(&b, "%s|%lld|%lld|", x->type, (long long)x->from, (long long)x->to);
    if (x->area == DISCLOSURE_WHOLE) {
        buf_putc(&b, '*');
    } else if (x->area == DISCLOSURE_REST) {
        buf_putc(&b, '-');
        for (size_t i = 0; i < d->n_named; i++) {
            id_text(d->named[i], id);
            buf_printf(&b, "%s%s", i ? "," : "", id);
        }
    } else {
        id_text(d->named[x->area], id);
        buf_puts(&b, id);
    }
    const char *s = buf_err(&b) ? NULL : arena_strdup(a, buf_text(&b));
    buf_done(&b);
    return s;
}

struct entry {
    const char *key, *area;
    struct ledger_cell cell;
};

/* "type|from|to|area" in pieces. */
static enum err split_key(struct arena *a, const char *key, struct entry *e)
{
    char *copy = arena_strdup(a, key), *end;
    if (!copy)
        return ERR_NOMEM;
    char *bar = strchr(copy, '|');
    if (!bar)
        return ERR_CORRUPT;
    *bar = 0;
    e->key = key;
    e->cell.type = copy;
    e->cell.from = strtoll(bar + 1, &end, 10);
    if (*end != '|')
        return ERR_CORRUPT;
    e->cell.to = strtoll(end + 1, &end, 10);
    if (*end != '|' || !end[1])
        return ERR_CORRUPT;
    e->area = end + 1;
    return ERR_OK;
}

struct ledger {
    struct entry *rows;
    size_t n, n_all; /* earlier ones; with the new ones behind them */
    struct units units;
};

static enum err load(struct tx *tx, struct arena *a, const struct disclosure *d, struct ledger *l)
{
    struct q_ledger_rows_row *rows;
    struct q_ledger_rows_in in = {d->municipality};
    TRY(q_ledger_rows_all(tx, a, &in, &rows, &l->n));
    l->n_all = l->n + d->n;
    l->rows = ARENA_ARRAY(a, l->n_all + 1, struct entry);
    if (!l->rows)
        return ERR_NOMEM;
    size_t text = 0;
    for (size_t i = 0; i < l->n_all; i++) {
        struct entry *e = &l->rows[i];
        const char *key = i < l->n ? rows[i].cell_key : key_of(a, d, &d->numbers[i - l->n]);
        if (!key)
            return ERR_NOMEM;
        TRY(split_key(a, key, e));
        text += strlen(e->area) / (ID_TEXT - 1) + 1;
        if (i < l->n) {
            e->cell.count = strtoll(rows[i].exact_hash, NULL, 10);
            e->cell.shown = rows[i].shown == DB_NO_INT ? DISCLOSE_HIDDEN : rows[i].shown;
        }
    }
    l->units.room = text;
    l->units.ids = ARENA_ARRAY(a, text + 1, struct id);
    if (!l->units.ids)
        return ERR_NOMEM;
    for (size_t i = 0; i < l->n_all; i++)
        if (*l->rows[i].area != '*')
            each_id(l->rows[i].area + (*l->rows[i].area == '-'), gather_id, &l->units);
    sort_units(&l->units);
    for (size_t i = 0; i < l->n_all; i++)
        TRY(units_of(&l->units, l->rows[i].area, a, &l->rows[i].cell.units,
                     &l->rows[i].cell.unit_count));
    return ERR_OK;
}

/* The latest time that the very same number was shown; else that it was hidden. */
static const struct entry *published(const struct ledger *l, const char *key)
{
    const struct entry *hidden = NULL;
    for (size_t i = l->n; i > 0; i--) {
        const struct entry *e = &l->rows[i - 1];
        if (!str_eq(e->key, key))
            continue;
        if (e->cell.shown >= 0)
            return e;
        hidden = hidden ? hidden : e;
    }
    return hidden;
}

/* A number that was hidden while its sum was shown would give itself away by being shown later,
 * and the others that it protected. */
static void recall(const struct ledger *l, struct disclosure *d)
{
    for (size_t i = 0; i < d->n; i++) {
        struct disclosure_number *x = &d->numbers[i];
        const struct entry *before = x->withheld ? NULL : published(l, l->rows[l->n + i].key);
        x->frozen = before && before->cell.shown >= 0;
        x->held = before && before->cell.shown < 0;
        x->shown = DISCLOSE_HIDDEN;
        if (before) {
            x->shown = before->cell.shown;
            x->exact.count = before->cell.count;
        }
    }
}

static enum err check_differences(const struct ledger *l, struct ledger_cell *same,
                                  const struct disclosure *d, const struct disclose_rules *r,
                                  struct disclosure_answer *out)
{
    for (size_t i = 0; i < d->n; i++) {
        const struct ledger_cell *c = &l->rows[l->n + i].cell;
        struct ledger_answer why;
        size_t n = 0;
        for (size_t k = 0; k < l->n + i; k++)
            if (str_eq(l->rows[k].cell.type, c->type))
                same[n++] = l->rows[k].cell;
        enum err e = ledger_check(same, n, c, r->min_count, &why);
        if (e == ERR_CONFLICT)
            *out = (struct disclosure_answer){why.fault, why.from, why.to, i};
        TRY(e);
    }
    return ERR_OK;
}

static bool has_type(const char *const *types, size_t n, const char *type)
{
    for (size_t i = 0; i < n; i++)
        if (str_eq(types[i], type))
            return true;
    return false;
}

/* The types of the lists, without their sum's. */
static enum err list_types(const struct disclosure *d, struct arena *a, struct span_question *q)
{
    const char **types = ARENA_ARRAY(a, d->n + 1, const char *);
    if (!types)
        return ERR_NOMEM;
    q->total = d->n_lists ? d->numbers[d->lists[0].sum].type : "";
    for (size_t i = 0; i < d->n; i++) {
        const char *type = d->numbers[i].type;
        if (!str_eq(type, q->total) && !has_type(types, q->n_types, type))
            types[q->n_types++] = type;
    }
    q->types = types;
    return ERR_OK;
}

static enum err check_combinations(const struct ledger *l, struct ledger_cell *cells,
                                   const struct disclosure *d, struct arena *a,
                                   struct disclosure_answer *out)
{
    struct span_question q = {.cells = cells, .earlier = l->n, .units = l->units.n + 1};
    struct span_answer why;
    size_t *number = ARENA_ARRAY(a, l->n_all + 1, size_t);
    if (!number)
        return ERR_NOMEM;
    for (size_t i = 0; i < l->n_all; i++)
        if (i < l->n || !d->numbers[i - l->n].withheld) {
            number[q.n] = i < l->n ? 0 : i - l->n;
            cells[q.n++] = l->rows[i].cell;
        }
    TRY(list_types(d, a, &q));
    enum err e = span_check(&q, &why);
    if (e == ERR_CONFLICT)
        *out = (struct disclosure_answer){LEDGER_HIDDEN, cells[why.hidden].from,
                                          cells[why.hidden].to, number[why.by]};
    return e;
}

enum err disclosure_check(struct tx *tx, struct arena *a, struct disclosure *d,
                          const uint8_t key[DISCLOSE_KEY], const struct disclose_rules *r,
                          struct disclosure_answer *out)
{
    struct ledger l = {0};
    TRY(load(tx, a, d, &l));
    struct ledger_cell *cells = ARENA_ARRAY(a, l.n_all + 1, struct ledger_cell);
    if (!cells)
        return ERR_NOMEM;
    recall(&l, d);
    TRY(disclosure_hide(d, key, r));
    for (size_t i = 0; i < d->n; i++) {
        l.rows[l.n + i].cell.shown = d->numbers[i].shown;
        l.rows[l.n + i].cell.count = d->numbers[i].exact.count;
    }
    TRY(check_differences(&l, cells, d, r, out));
    TRY(check_combinations(&l, cells, d, a, out));
    *out = (struct disclosure_answer){.fault = LEDGER_FINE};
    return ERR_OK;
}

enum err disclosure_record(struct tx *tx, struct arena *a, const struct disclosure *d,
                           struct id publication, msec at)
{
    for (size_t i = 0; i < d->n; i++) {
        const struct disclosure_number *x = &d->numbers[i];
        if (x->withheld) /* the public was told nothing of it */
            continue;
        struct q_ledger_add_in in = {
            .municipality = d->municipality,
            .publication = publication,
            .cell_key = key_of(a, d, x),
            .shown = x->shown == DISCLOSE_HIDDEN ? DB_NO_INT : x->shown,
            .exact_hash = arena_printf(a, "%lld:%016llx", (long long)x->exact.count,
                                       (unsigned long long)x->exact.mark),
            .at = at,
        };
        if (!in.cell_key || !in.exact_hash)
            return ERR_NOMEM;
        TRY(q_ledger_add_run(tx, &in, NULL));
    }
    return ERR_OK;
}
