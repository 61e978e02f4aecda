/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Words that a reviewer strikes out of an event, for good. */
#include <string.h>

#include "base/mem.h"
#include "base/str.h"
#include "event_sql.h"
#include "parts/event/event_inner.h"

static bool in_word(unsigned char c)
{
    return c >= 0x80 || (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/* Letters of a word so short that many others begin with it: "Bo" is not "bostaden". */
#define SHORT_WORD 3

static size_t letters(const char *s)
{
    size_t n = 0;
    for (; *s; s++)
        n += ((unsigned char)*s & 0xC0) != 0x80;
    return n;
}

/* How much of what follows the word belongs to it: a name with an ending is the name. */
static size_t ending(const char *word, const char *after)
{
    size_t n = 0;
    while (in_word((unsigned char)after[n]))
        n++;
    return letters(word) > SHORT_WORD || !n || (n == 1 && after[0] == 's') ? n : SIZE_MAX;
}

/* How long the word is that stands at `at`; 0: it does not. It begins where a word begins, and
 * takes the rest of the last one along. */
static size_t stands_at(const char *text, size_t at, const char *word)
{
    size_t n = strlen(word);
    if (!n || strncmp(text + at, word, n) != 0)
        return 0;
    if (at && in_word((unsigned char)text[at - 1]) && in_word((unsigned char)word[0]))
        return 0;
    size_t more = in_word((unsigned char)word[n - 1]) ? ending(word, text + at + n) : 0;
    return more == SIZE_MAX ? 0 : n + more;
}

/* As str_fold(), but only where every letter keeps its length; otherwise the text as it is. */
static const char *fold(struct arena *a, const char *s)
{
    const char *f = str_fold(a, s);
    return f && strlen(f) != strlen(s) ? s : f;
}

static size_t longest_at(const char *text, size_t at, const char *const *words,
                         const struct event_strike *s)
{
    size_t most = 0;
    for (size_t i = 0; i < s->n; i++) {
        size_t len = stands_at(text, at, words[i]);
        most = len > most ? len : most;
        if (len && s->found)
            s->found[i] = true;
    }
    return most;
}

char *event_strike_text(struct arena *a, const char *text, const struct event_strike *s,
                        size_t *struck)
{
    size_t n = strlen(text), add = strlen(s->instead), found = 0;
    const char **words = ARENA_ARRAY(a, s->n + 1, const char *);
    const char *low = fold(a, text);
    char *out = arena_alloc(a, n * (add + 1) + 1);
    if (!words || !low || !out)
        return NULL;
    for (size_t i = 0; i < s->n; i++)
        if (!(words[i] = low == text ? s->words[i] : fold(a, s->words[i])))
            return NULL;
    size_t len = 0;
    for (size_t at = 0; at < n;) {
        size_t gone = longest_at(low, at, words, s);
        if (!gone) {
            out[len++] = text[at++];
            continue;
        }
        memcpy(out + len, s->instead, add);
        len += add;
        at += gone;
        found++;
    }
    out[len] = '\0';
    *struck += found;
    return out;
}

enum err event_strike_in(struct event_striking *s, const char **text)
{
    const char *out = *text ? event_strike_text(s->a, *text, &s->what, &s->struck) : NULL;
    if (*text && !out)
        return ERR_NOMEM;
    *text = out;
    return ERR_OK;
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
    if (struck)
        *struck = n;
    return ERR_OK;
}
