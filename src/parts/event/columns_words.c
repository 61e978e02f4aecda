/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Which words are common: counted in a sample, the most common ones kept. */
#include "parts/event/columns_words.h"

#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "base/mem.h"
#include "base/str.h"

#define DIFFERENT_MOST 100000u /* words of a sample; the ones that come after are not counted */

/* --- The list --- */

struct word_list *word_list_ref(struct word_list *l)
{
    if (l)
        atomic_fetch_add(&l->refs, 1);
    return l;
}

void word_list_unref(struct word_list *l)
{
    if (l && atomic_fetch_sub(&l->refs, 1) == 1)
        mem_free(l);
}

static size_t slot_of(const char *word, size_t len)
{
    return (size_t)hash64(word, len, 0) % (4 * WORDS_KEPT);
}

int word_list_find(const struct word_list *l, const char *word, size_t len)
{
    if (!l || len > EVENT_WORD_MOST)
        return -1;
    for (size_t s = slot_of(word, len); l->slots[s]; s = (s + 1) % ARRAY_LEN(l->slots)) {
        const char *text = l->text[l->slots[s] - 1];
        if (memcmp(text, word, len) == 0 && !text[len])
            return l->slots[s] - 1;
    }
    return -1;
}

static void list_add(struct word_list *l, const char *word, uint32_t rows)
{
    size_t len = strlen(word), s = slot_of(word, len);
    while (l->slots[s])
        s = (s + 1) % ARRAY_LEN(l->slots);
    memcpy(l->text[l->n], word, len + 1);
    l->rows[l->n] = rows;
    l->slots[s] = (uint8_t)++l->n;
}

/* --- The sample --- */

struct counted {
    char *text;
    uint32_t events, last; /* the last event that held it */
};

struct word_sample {
    struct map *index;
    struct counted *list;
    size_t n, cap;
    uint32_t events;
};

struct word_sample *word_sample_new(void)
{
    struct word_sample *s = mem_alloc(sizeof *s);
    if (s && !(s->index = map_new())) {
        mem_free(s);
        return NULL;
    }
    return s;
}

void word_sample_free(struct word_sample *s)
{
    if (!s)
        return;
    for (size_t i = 0; i < s->n; i++)
        mem_free(s->list[i].text);
    mem_free(s->list);
    map_free(s->index);
    mem_free(s);
}

/* Letters that both databases fold and cut alike; what divides texts is no word of anybody's. */
static bool may_be_listed(const char *word, size_t len)
{
    if (len == 0 || len > EVENT_WORD_MOST || str_eq(word, EVENT_WORDS_BREAK))
        return false;
    for (size_t i = 0; i < len; i++) {
        unsigned char c = (unsigned char)word[i];
        bool plain = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
        if (!plain && !(c == 0xC3 && i + 1 < len))
            return false;
        i += c == 0xC3;
    }
    return true;
}

static enum err sample_new_word(struct word_sample *s, const char *word)
{
    if (s->n == DIFFERENT_MOST)
        return ERR_OK;
    if (s->n == s->cap) {
        size_t cap = s->cap ? s->cap * 2 : 256;
        struct counted *more = mem_realloc(s->list, cap * sizeof *more);
        if (!more)
            return ERR_NOMEM;
        s->list = more;
        s->cap = cap;
    }
    char *copy = mem_strdup(word);
    if (!copy || map_put(s->index, word, (int64_t)s->n) != ERR_OK) {
        mem_free(copy);
        return ERR_NOMEM;
    }
    s->list[s->n++] = (struct counted){copy, 1, s->events};
    return ERR_OK;
}

static enum err sample_word(struct word_sample *s, const char *word)
{
    int64_t i;
    if (!map_get(s->index, word, &i))
        return sample_new_word(s, word);
    s->list[i].events += s->list[i].last != s->events;
    s->list[i].last = s->events;
    return ERR_OK;
}

enum err word_sample_add(struct word_sample *s, const char *words)
{
    char word[EVENT_WORD_MOST + 1];
    s->events++;
    for (const char *p = words; *p;) {
        size_t len = strcspn(p, " ");
        if (len <= EVENT_WORD_MOST) {
            memcpy(word, p, len);
            word[len] = 0;
            if (may_be_listed(word, len))
                TRY(sample_word(s, word));
        }
        p += len + (p[len] == ' ');
    }
    return ERR_OK;
}

/* --- From the sample to the list --- */

struct candidate {
    const char *text;
    uint64_t rows;
};

static int most_first(const void *pa, const void *pb)
{
    const struct candidate *a = pa, *b = pb;
    if (a->rows != b->rows)
        return a->rows > b->rows ? -1 : 1;
    return strcmp(a->text, b->text);
}

/* Common words of the sample, and those of the list of before that the sample does not tell of. */
static size_t gather(const struct word_sample *s, size_t total, const struct word_list *before,
                     struct candidate *out)
{
    size_t n = 0;
    for (size_t i = 0; i < s->n; i++) {
        const struct counted *c = &s->list[i];
        uint64_t rows = (uint64_t)c->events * total / s->events;
        int old = word_list_find(before, c->text, strlen(c->text));
        if (old >= 0 && before->rows[old] > rows)
            rows = before->rows[old];
        if (old >= 0 || (rows >= WORDS_LEAST && rows >= total / WORDS_SHARE))
            out[n++] = (struct candidate){c->text, rows};
    }
    for (size_t i = 0; before && i < before->n; i++) {
        int64_t known;
        if (!map_get(s->index, before->text[i], &known))
            out[n++] = (struct candidate){before->text[i], before->rows[i]};
    }
    return n;
}

static bool same_words(const struct word_list *a, const struct word_list *b)
{
    bool same = a && a->n == b->n;
    for (size_t i = 0; same && i < b->n; i++)
        same = word_list_find(a, b->text[i], strlen(b->text[i])) >= 0;
    return same;
}

enum err word_sample_list(const struct word_sample *s, size_t total, struct word_list *before,
                          struct word_list **out)
{
    AUTO(mem_freep)
    struct candidate *all = mem_array(s->n + (before ? before->n : 0) + 1, sizeof *all);
    struct word_list *l = all ? mem_alloc(sizeof *l) : NULL;
    if (!l)
        return ERR_NOMEM;
    atomic_init(&l->refs, 1);
    size_t n = gather(s, total, before, all);
    qsort(all, n, sizeof *all, most_first);
    for (size_t i = 0; i < n && i < WORDS_KEPT; i++)
        list_add(l, all[i].text, all[i].rows > UINT32_MAX ? UINT32_MAX : (uint32_t)all[i].rows);
    if (same_words(before, l)) {
        word_list_unref(l);
        l = word_list_ref(before);
    }
    *out = l;
    return ERR_OK;
}
