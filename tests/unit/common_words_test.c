/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The list of common words, and the bits of their rows. */
#include "test.h"

#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "parts/event/columns_inner.h"
#include "parts/event/columns_words.h"

static struct id id_of(size_t i)
{
    char name[32];
    snprintf(name, sizeof name, "%zu", i);
    return id_from_name("common words test", name);
}

/* --- Which words are common --- */

TEST(words_of_many_events_are_listed_and_others_not)
{
    struct word_sample *s = word_sample_new();
    struct word_list *first, *again, *later;
    for (int i = 0; i < 1000; i++) {
        char text[200];
        snprintf(text, sizeof text, "och och nr%d %s zzqzz ɓok bred\xc3 %s", i,
                 i % 2 ? "påmur" : "", i % 100 ? "" : "sällan");
        CHECK(word_sample_add(s, text) == ERR_OK);
    }
    CHECK(word_sample_list(s, 100000, NULL, &first) == ERR_OK);
    CHECK_INT(first->n, 2);
    CHECK(word_list_find(first, "och", 3) == 0 && word_list_find(first, "påmur", 6) == 1);
    CHECK(word_list_find(first, "oc", 2) < 0 && word_list_find(first, "ochs", 4) < 0);
    CHECK_INT(first->rows[0], 100000); /* once for each event */
    CHECK_INT(first->rows[1], 50000);
    CHECK(word_sample_list(s, 100000, first, &again) == ERR_OK);
    CHECK(again == first); /* the same words */
    word_list_unref(again);
    CHECK(word_sample_list(s, 40, NULL, &again) == ERR_OK);
    CHECK_INT(again->n, 0); /* of few events no word is common */
    word_sample_free(s);
    s = word_sample_new();
    CHECK(word_sample_add(s, "hamn") == ERR_OK);
    CHECK(word_sample_list(s, 300, first, &later) == ERR_OK);
    CHECK_INT(later->n, 3); /* what was common stays */
    CHECK(word_list_find(later, "hamn", 4) == 2 && word_list_find(later, "och", 3) == 0);
    word_list_unref(first);
    word_list_unref(again);
    word_list_unref(later);
    word_sample_free(s);
}

TEST(the_most_common_words_are_kept_when_there_are_too_many)
{
    struct word_sample *s = word_sample_new();
    struct word_list *l;
    for (int i = 0; i < 300; i++) /* word k is in the events up to k */
        for (int k = i; k < 300; k++) {
            char text[20];
            snprintf(text, sizeof text, "w%d", k);
            CHECK(word_sample_add(s, text) == ERR_OK);
        }
    CHECK(word_sample_list(s, 10000000, NULL, &l) == ERR_OK);
    CHECK(l->n == 0); /* one in 64 is not reached by any of them */
    word_list_unref(l);
    word_sample_free(s);
    s = word_sample_new();
    for (int i = 0; i < 300; i++) {
        char text[4000] = "";
        for (int k = i; k < 300; k++)
            snprintf(text + strlen(text), sizeof text - strlen(text), "w%d ", k);
        CHECK(word_sample_add(s, text) == ERR_OK);
    }
    CHECK(word_sample_list(s, 300000, NULL, &l) == ERR_OK);
    CHECK_INT(l->n, WORDS_KEPT);
    CHECK(word_list_find(l, "w299", 4) == 0 && word_list_find(l, "w172", 4) == 127);
    CHECK(word_list_find(l, "w171", 4) < 0);
    word_list_unref(l);
    word_sample_free(s);
}

/* --- Carrying over --- */

static uint64_t dice = 0x2545F4914F6CDD1Du;

static uint32_t throw_dice(uint32_t n)
{
    dice ^= dice << 13;
    dice ^= dice >> 7;
    dice ^= dice << 17;
    return (uint32_t)(dice >> 20) % n;
}

static bool bit(const struct word_rows *w, size_t word, uint32_t row)
{
    return w->bits[word * word_rows_stretch(w->n) + row / 64] >> row % 64 & 1;
}

/* n old rows, some gone, some changed, new ones between: bits follow their rows. */
static void carry_once(struct word_list *list, uint32_t n)
{
    struct id *before = mem_array(n + 1, sizeof *before), *now = mem_array(2 * n + 1, sizeof *now);
    struct id *changed = mem_array(2 * n + 1, sizeof *changed);
    int64_t *from = mem_array(2 * n + 1, sizeof *from); /* old row, or -1 */
    struct event_rows a = {.n = n, .id = before}, b = {.id = now};
    size_t n_changed = 0;
    struct word_rows *out;
    for (uint32_t i = 0; i < n; i++)
        before[i] = id_of(i);
    struct word_rows *first = mem_alloc(sizeof *first + 2 * word_rows_stretch(n) * 8);
    *first = (struct word_rows){.list = list, .n = n, .bits = (uint64_t *)(first + 1)};
    for (uint32_t i = 0; i < 2 * n; i++)
        if (throw_dice(2))
            first->bits[(i / n) * word_rows_stretch(n) + i % n / 64] |= UINT64_C(1) << i % n % 64;
    for (uint32_t i = 0; i < n; i++) {
        uint32_t what = throw_dice(40);
        if (what == 0) { /* a new one before it */
            from[b.n] = -1;
            changed[n_changed++] = now[b.n++] = id_of(100000 + i);
        }
        if (what == 1) { /* gone */
            changed[n_changed++] = before[i];
            continue;
        }
        if (what == 2)
            changed[n_changed++] = before[i];
        from[b.n] = what == 2 ? -1 : (int64_t)i;
        now[b.n++] = before[i];
    }
    struct id_set *set = id_set_new(changed, n_changed);
    CHECK(word_rows_carry(first, &a, &b, set, &out) == ERR_OK);
    uint32_t next = 0;
    for (uint32_t i = 0; i < b.n; i++) {
        bool unknown = next < out->n_unknown && out->unknown[next] == i;
        next += unknown;
        CHECK(unknown == (from[i] < 0));
        for (size_t k = 0; k < 2; k++)
            CHECK(bit(out, k, i) == (from[i] >= 0 && bit(first, k, (uint32_t)from[i])));
    }
    CHECK_INT(next, out->n_unknown);
    word_rows_unref(out);
    id_set_free(set);
    mem_free(first);
    mem_free(before);
    mem_free(now);
    mem_free(changed);
    mem_free(from);
}

TEST(bits_follow_their_rows)
{
    struct word_sample *s = word_sample_new();
    struct word_list *list;
    CHECK(word_sample_add(s, "ett två") == ERR_OK);
    CHECK(word_sample_list(s, 1000, NULL, &list) == ERR_OK && list->n == 2);
    for (uint32_t n = 1; n < 300; n += 1 + n / 20)
        for (int i = 0; i < 5; i++)
            carry_once(list, n);
    carry_once(list, 5000);
    word_list_unref(list);
    word_sample_free(s);
}

/* --- Too little memory --- */

static enum err list_and_carry(const struct event_rows *rows, const struct id_set *none)
{
    struct word_list *list = NULL;
    struct word_rows *out = NULL;
    struct word_sample *s = word_sample_new();
    enum err e = s ? ERR_OK : ERR_NOMEM;
    if (e == ERR_OK)
        e = word_sample_add(s, "ett två tre fyra fem sex sju åtta nio tio");
    if (e == ERR_OK)
        e = word_sample_list(s, 1000, NULL, &list);
    word_sample_free(s);
    if (e == ERR_OK) {
        struct word_rows old = {.list = list, .n = rows->n};
        old.bits = mem_array(list->n, word_rows_stretch(rows->n) * sizeof *old.bits);
        e = old.bits ? word_rows_carry(&old, rows, rows, none, &out) : ERR_NOMEM;
        mem_free(old.bits);
    }
    word_rows_unref(out);
    word_list_unref(list);
    return e;
}

TEST(lists_and_bits_survive_every_allocation_failure)
{
    struct id ids[100];
    for (size_t i = 0; i < ARRAY_LEN(ids); i++)
        ids[i] = id_of(i);
    struct event_rows rows = {.n = ARRAY_LEN(ids), .id = ids};
    struct id_set *none = id_set_new(NULL, 0);
    bool failed = true;
    for (int n = 0; failed; n++) {
        CHECK(n < 1000);
        mem_fail_at(n);
        enum err e = list_and_carry(&rows, none);
        failed = mem_failed();
        mem_fail_at(-1);
        CHECK(e == (failed ? ERR_NOMEM : ERR_OK));
    }
    id_set_free(none);
}
