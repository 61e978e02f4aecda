/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Words that a reviewer strikes out of an event, for good. */
#include <string.h>

#include "base/mem.h"
#include "base/str.h"
#include "event_sql.h"
#include "parts/event/event_inner.h"

#define ROWS_SCRATCH ((size_t)64 << 20)

/* --- Letters, as they are compared --- */

/* A text letter by letter: small, a letter and its mark as one, and where each stands in it. */
struct letters {
    uint32_t *cp;
    size_t *at; /* n + 1: the last is where the text ends */
    size_t n;
};

static bool in_word(uint32_t c)
{
    if (c < 0xC0)
        return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    bool sign = c == 0xD7 || c == 0xF7 || (c >= 0x2000 && c <= 0x2BFF) ||
                (c >= 0x3000 && c <= 0x303F) || (c >= 0xFE00 && c <= 0xFE6F) || c == 0xFFFD ||
                c >= 0x1F000;
    return !sign;
}

/* What is written in several ways, in one. */
static uint32_t plain(uint32_t c)
{
    if (c == 0xA0 || c == 0x202F)
        return ' ';
    if (c == 0x2019)
        return '\'';
    return c == 0x2010 || c == 0x2011 ? '-' : c;
}

static enum err letters_of(struct arena *a, const char *text, struct letters *out)
{
    /* Folded, so never more letters than there are bytes. */
    const char *low = str_fold(a, text), *p = text;
    out->cp = ARENA_ARRAY(a, strlen(text) + 1, uint32_t);
    out->at = ARENA_ARRAY(a, strlen(text) + 1, size_t);
    if (!low || !out->cp || !out->at)
        return ERR_NOMEM;
    for (out->n = 0; *p; out->n++) {
        out->at[out->n] = (size_t)(p - text);
        uint32_t one = utf8_next(&p);
        const char *mark = p;
        if (*p && utf8_compose(one, utf8_next(&mark))) /* str_fold() makes one of them */
            p = mark;
        out->cp[out->n] = plain(utf8_next(&low));
    }
    out->at[out->n] = (size_t)(p - text);
    return ERR_OK;
}

bool event_strike_fit(const char *word)
{
    size_t n = 0;
    for (uint32_t c; (c = utf8_next(&word));)
        n += in_word(c) && !(c >= 0x300 && c <= 0x36F);
    return n >= 2;
}

/* --- Where a word stands --- */

/* Letters of a word so short that others are it with an ending: "Bo" is not "boet". */
#define SHORT_WORD 3

static const char *const endings[] = {"s", "n", "en", "et", "ns", "ens", "ets", ":s", "'s"};

/* Does the ending stand at `at`, and the word end with it? */
static bool ends_with(const struct letters *t, size_t at, const char *ending)
{
    for (; *ending; ending++, at++)
        if (at >= t->n || t->cp[at] != (unsigned char)*ending)
            return false;
    return at >= t->n || !in_word(t->cp[at]);
}

/* "Annan" and "annans" are another word than "Anna". */
static bool takes(const struct letters *word, const char *ending)
{
    if (str_eq(ending, "s") || !in_word((unsigned char)ending[0]))
        return true;
    return word->n > SHORT_WORD && !(ending[0] == 'n' && word->cp[word->n - 1] == 'a');
}

/* How many letters of what follows the word at `at` belong to it; SIZE_MAX: it is another word. */
static size_t ending_at(const struct letters *t, size_t at, const struct letters *word)
{
    if (!in_word(word->cp[word->n - 1]))
        return 0;
    for (size_t i = 0; i < ARRAY_LEN(endings); i++)
        if (takes(word, endings[i]) && ends_with(t, at, endings[i]))
            return strlen(endings[i]);
    return at >= t->n || !in_word(t->cp[at]) ? 0 : SIZE_MAX;
}

/* How many letters the word that stands at `at` has there; 0: it does not. */
static size_t stands_at(const struct letters *t, size_t at, const struct letters *word)
{
    if (!word->n || word->n > t->n - at ||
        memcmp(t->cp + at, word->cp, word->n * sizeof *word->cp) != 0)
        return 0;
    if (at && in_word(t->cp[at - 1]) && in_word(word->cp[0]))
        return 0;
    size_t more = ending_at(t, at + word->n, word);
    return more == SIZE_MAX ? 0 : word->n + more;
}

static size_t longest_at(const struct letters *t, size_t at, const struct letters *words,
                         const struct event_strike *s)
{
    size_t most = 0;
    for (size_t i = 0; i < s->n; i++) {
        size_t len = stands_at(t, at, &words[i]);
        most = len > most ? len : most;
        if (len && s->found)
            s->found[i] = true;
    }
    return most;
}

char *event_strike_text(struct arena *a, const char *text, const struct event_strike *s,
                        size_t *struck)
{
    size_t add = strlen(s->instead), found = 0, len = 0;
    struct letters *words = ARENA_ARRAY(a, s->n + 1, struct letters);
    struct letters t;
    char *out = arena_alloc(a, strlen(text) * (add + 1) + 1);
    if (!words || !out || letters_of(a, text, &t))
        return NULL;
    for (size_t i = 0; i < s->n; i++)
        if (letters_of(a, s->words[i], &words[i]))
            return NULL;
    for (size_t at = 0; at < t.n;) {
        size_t gone = longest_at(&t, at, words, s), kept = t.at[at + 1] - t.at[at];
        memcpy(out + len, gone ? s->instead : text + t.at[at], gone ? add : kept);
        len += gone ? add : kept;
        at += gone ? gone : 1;
        found += gone > 0;
    }
    out[len] = '\0';
    *struck += found;
    return out;
}

/* --- In an event, and in what belongs to it --- */

enum err event_strike_in(struct event_striking *s, const char **text)
{
    const char *out = *text ? event_strike_text(s->a, *text, &s->what, &s->struck) : NULL;
    if (*text && !out)
        return ERR_NOMEM;
    *text = out;
    tx_forget(s->tx);
    return ERR_OK;
}

void event_strike_unread(struct event_striking *s, const char *kind, struct id period)
{
    for (size_t i = 0; i < s->n_unread; i++)
        if (id_eq(s->unread[i].period, period) && str_eq(s->unread[i].kind, kind))
            return;
    if (s->n_unread < EVENT_UNREAD_MOST)
        s->unread[s->n_unread++] = (struct event_unread){kind, period};
}

enum err event_strike_rows(struct event_striking *s, event_strike_fn *some, void *in)
{
    struct arena *before = s->a;
    enum err e = ERR_OK;
    for (bool more = true; more && !e;) {
        AUTO(arena_freep) struct arena *a = arena_new(ROWS_SCRATCH);
        s->a = a;
        e = a ? some(s, in, &more) : ERR_NOMEM;
    }
    s->a = before;
    return e;
}

static enum err strike_one(struct arena *a, const char **text, const struct event_strike *s,
                           size_t *struck)
{
    if (*text && !(*text = event_strike_text(a, *text, s, struck)))
        return ERR_NOMEM;
    return ERR_OK;
}

static enum err strike(struct tx *tx, struct arena *a, const struct event *old,
                       const struct event_strike *s, const struct event_edit *edit, size_t *struck)
{
    struct event next = *old;
    size_t in_url = 0;
    TRY(strike_one(a, &next.title, s, struck));
    TRY(strike_one(a, &next.description, s, struck));
    TRY(strike_one(a, &next.place_name, s, struck));
    TRY(strike_one(a, &next.url, s, &in_url));
    if (in_url)
        next.url = NULL;
    TRY(event__beside_strike(tx, a, old, s, struck));
    *struck += in_url;
    struct q_event_version_redact_in versions = {old->municipality, old->id};
    TRY(event__keep(tx, old, old->municipality, edit, false));
    TRY(q_event_version_redact_run(tx, &versions, NULL));
    next.version++;
    TRY(event__put_over(tx, &next));
    return q_event_words_purge_run(tx, NULL);
}

enum err event_strike(struct tx *tx, const char *municipality, struct id id,
                      const struct event_strike *s, const struct event_edit *edit, size_t *struck)
{
    AUTO(arena_freep) struct arena *a = arena_new(EVENT_SCRATCH);
    struct event old;
    size_t n = 0;
    if (!a)
        return ERR_NOMEM;
    TRY(event_get(tx, a, municipality, id, &old));
    TRY(event__may_change(&old, edit));
    TRY(strike(tx, a, &old, s, edit, &n));
    tx_forget(tx);
    if (struck)
        *struck = n;
    return ERR_OK;
}
