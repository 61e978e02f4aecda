/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Invented events that are added, changed, redacted, moved and deleted, searches in them, and what
 * a look at each event finds. */
#pragma once

#include "test.h"

#include <stdio.h>
#include <string.h>

#include "base/str.h"
#include "db_fixture.h"
#include "parts/event/columns_inner.h"
#include "parts/event/columns_words.h"
#include "parts/event/event.h"

#define START INT64_C(1735689600000) /* 2025-01-01 */
#define FIRST 1600
#define MOST 6000
#define WORDS_MOST 8

static const char *const towns[] = {"1493", "1473", "1447"};
/* The first ones are in nearly every text, the last ones in few. None is a form of another. */
static const char *const words[] = {"vid",  "muren",  "kiosken", "bron",   "skolan", "stationen",
                                    "torg", "parken", "kyrkan",  "tunnel", "hamnen", "magasin"};

struct one {
    int town, org, n;
    int words[WORDS_MOST];
    bool there, redacted;
};

struct world {
    struct fixture *f;
    struct columns *c;
    struct one list[MOST];
    size_t n;
    uint64_t state;
};

static uint32_t roll(struct world *w, uint32_t n)
{
    w->state ^= w->state << 13;
    w->state ^= w->state >> 7;
    w->state ^= w->state << 17;
    return (uint32_t)(w->state >> 20) % n;
}

static int any_word(struct world *w)
{
    uint32_t a = roll(w, ARRAY_LEN(words)), b = roll(w, ARRAY_LEN(words));
    return (int)(a * b / ARRAY_LEN(words));
}

static void invent(struct world *w, struct one *o)
{
    o->n = (int)roll(w, WORDS_MOST + 1);
    for (int i = 0; i < o->n; i++)
        o->words[i] = any_word(w);
}

static struct id id_of(size_t i)
{
    char name[32];
    snprintf(name, sizeof name, "common %zu", i);
    return id_from_name("event common test", name);
}

static struct event event_of(const struct world *w, size_t i, char text[200])
{
    const struct one *o = &w->list[i];
    struct event e = event_blank();
    text[0] = 0;
    for (int k = 0; k < o->n; k++)
        snprintf(text + strlen(text), 200 - strlen(text), "%s ", words[o->words[k]]);
    e.municipality = towns[o->town];
    e.id = id_of(i);
    e.source = "report";
    e.organisation_id = id_of(MOST + (size_t)o->org);
    e.type_code = event_types[i % 2 ? EVENT_TYPE_alcohol : EVENT_TYPE_litter].code;
    e.occurred_from = e.occurred_to = START + (msec)(i * 7919 % 1000) * MSEC_HOUR;
    e.description = o->n ? text : NULL;
    return e;
}

/* --- What may happen to events --- */

struct adding {
    struct world *w;
    size_t from, n;
};

static enum err add_some(struct tx *tx, void *arg)
{
    struct adding *a = arg;
    struct event *list = mem_array(a->n, sizeof *list);
    char(*texts)[200] = mem_array(a->n, sizeof *texts);
    for (size_t i = 0; i < a->n; i++)
        list[i] = event_of(a->w, a->from + i, texts[i]);
    enum err e = event_add_batch(tx, NULL, list, a->n, NULL, NULL);
    mem_free(list);
    mem_free(texts);
    return e;
}

/* Towns differ in size: the third gets few. */
static void add(struct world *w, size_t n)
{
    struct adding a = {w, w->n, n};
    for (size_t i = 0; i < n; i++) {
        struct one *o = &w->list[w->n + i];
        *o = (struct one){.town = roll(w, 40) ? (int)roll(w, 2) : 2, .org = (int)roll(w, 2)};
        o->there = true;
        invent(w, o);
    }
    CHECK(w->n + n <= MOST && db_write(w->f->db, DB_NATIONAL, add_some, &a) == ERR_OK);
    w->n += n;
}

/* Takes in what has changed, without a search. */
static void look_at_all(struct world *w)
{
    struct columns_view *v;
    CHECK(columns_take(w->c, NULL, &v) == ERR_OK);
    columns_give(v);
}

enum change { EDIT, REDACT, DELETE, MOVE, CHANGES };

struct changing {
    struct world *w;
    size_t i;
    enum change what;
    int from;
};

static enum err change_one(struct tx *tx, void *arg)
{
    struct changing *c = arg;
    char text[200];
    struct event e = event_of(c->w, c->i, text);
    struct event_edit edit = {.reason = "edited"};
    switch (c->what) {
    case EDIT:
        return event_update(tx, NULL, &e, &edit, NULL, NULL);
    case REDACT:
        return event_redact(tx, e.municipality, e.id, (struct id){{0}});
    case DELETE:
        return event_delete(tx, e.municipality, e.id);
    default:
        return event_move(tx, NULL, towns[c->from], &e, &edit, NULL);
    }
}

static void change(struct world *w)
{
    struct changing c = {w, roll(w, (uint32_t)w->n), roll(w, CHANGES), 0};
    struct one *o = &w->list[c.i];
    if (!o->there || o->redacted)
        return;
    c.from = o->town;
    if (c.what == EDIT || c.what == MOVE)
        invent(w, o);
    if (c.what == MOVE)
        o->town = (o->town + 1) % (int)ARRAY_LEN(towns);
    CHECK(db_write(w->f->db, c.what == MOVE ? DB_NATIONAL : towns[o->town], change_one, &c) ==
          ERR_OK);
    o->there = c.what != DELETE;
    o->redacted = c.what == REDACT;
    o->n = c.what == REDACT ? 0 : o->n;
    if (roll(w, 2))
        look_at_all(w);
}

/* --- What a search finds --- */

struct term {
    int words[2], n;
    bool prefix;
};

static bool has_term(const struct one *o, const struct term *t)
{
    for (int i = 0; i + t->n <= o->n; i++)
        if (o->words[i] == t->words[0] && (t->n == 1 || o->words[i + 1] == t->words[1]))
            return true;
    return false;
}

struct asked {
    struct term terms[4];
    int n;
    struct event_filter filter;
    const char *town;
    char text[200];
};

static void ask(struct world *w, struct asked *q)
{
    uint32_t which = roll(w, 5);
    *q = (struct asked){.n = 1 + (int)roll(w, 4), .town = which < 3 ? towns[which] : NULL};
    for (int i = 0; i < q->n; i++) {
        struct term *t = &q->terms[i];
        *t = (struct term){{any_word(w), any_word(w)}, roll(w, 6) ? 1 : 2, roll(w, 6) == 0};
        const char *first = words[t->words[0]];
        size_t at = strlen(q->text);
        if (t->n == 2)
            snprintf(q->text + at, sizeof q->text - at, "\"%s %s\" ", first, words[t->words[1]]);
        else
            snprintf(q->text + at, sizeof q->text - at, "%s%s ", first, t->prefix ? "*" : "");
    }
    if (roll(w, 2))
        q->filter.only_organisation = id_of(MOST + roll(w, 2));
    if (roll(w, 3) == 0)
        event_filter_type(&q->filter, EVENT_TYPE_alcohol);
    if (roll(w, 3) == 0)
        q->filter.from = START + 300 * MSEC_HOUR;
}

static bool passes(const struct world *w, const struct asked *q, size_t i)
{
    char text[200];
    const struct one *o = &w->list[i];
    struct event e = event_of(w, i, text);
    const struct event_filter *f = &q->filter;
    if (!o->there || (q->town && !str_eq(q->town, e.municipality)))
        return false;
    if (!id_is_none(f->only_organisation) && !id_eq(f->only_organisation, e.organisation_id))
        return false;
    if ((f->types && i % 2 == 0) || e.occurred_from < f->from)
        return false;
    for (int k = 0; k < q->n; k++)
        if (!has_term(o, &q->terms[k]))
            return false;
    return true;
}

struct seen {
    struct id *ids;
    size_t n;
};

static bool see(void *arg, const struct event_rows *rows, uint32_t row)
{
    struct seen *s = arg;
    s->ids[s->n++] = rows->id[row];
    return true;
}

static void check(struct world *w, struct asked *q)
{
    struct columns_view *v;
    struct event_selection *s;
    size_t want = 0;
    CHECK(columns_take(w->c, q->town, &v) == ERR_OK);
    CHECK(event_hits_take(w->c, v, q->town, q->text, &q->filter.hits) == ERR_OK);
    CHECK(columns_select(v, &q->filter, &s) == ERR_OK);
    struct seen seen = {mem_array(s->count, sizeof *seen.ids), 0};
    columns_each(s, see, &seen);
    struct id_set *set = id_set_new(seen.ids, seen.n);
    bool same = true;
    for (size_t i = 0; i < w->n; i++) {
        bool hit = passes(w, q, i);
        want += hit;
        same = same && hit == id_set_has(set, id_of(i));
    }
    if (!same || seen.n != want) {
        print_message("# %s in %s: %zu, not %zu\n", q->text, q->town ? q->town : "the country",
                      seen.n, want);
        CHECK(!"the same rows");
    }
    id_set_free(set);
    mem_free(seen.ids);
    event_hits_give(q->filter.hits);
    columns_selection_free(s);
    columns_give(v);
}

static void check_some(struct world *w, int n)
{
    struct asked q;
    for (int i = 0; i < n; i++) {
        ask(w, &q);
        check(w, &q);
    }
}

/* Is a word of a municipality (NULL: of the country) known in memory? */
static bool is_known(struct world *w, const char *town, const char *word)
{
    struct columns_view *v;
    struct word_rows *rows[ARRAY_LEN(towns)] = {NULL};
    bool known = true;
    CHECK(columns_take(w->c, town, &v) == ERR_OK);
    CHECK(columns_words_take(w->c, v, rows) == ERR_OK);
    for (size_t p = 0; p < v->n; p++) {
        known = known && rows[p] && word_list_find(rows[p]->list, word, strlen(word)) >= 0;
        CHECK(!rows[p] || rows[p]->n_unknown == 0);
        word_rows_unref(rows[p]);
    }
    columns_give(v);
    return known;
}

static struct world *begin(struct fixture *f, size_t n)
{
    struct world *w = mem_alloc(sizeof *w);
    w->f = f;
    w->state = 88172645463325252u;
    add(w, n);
    w->c = columns_new(f->db, 0);
    columns_find_words(w->c);
    return w;
}

static void wait_for_words(struct world *w)
{
    look_at_all(w);
    columns_words_wait(w->c);
}

static void end(struct world *w)
{
    columns_free(w->c);
    mem_free(w);
}
