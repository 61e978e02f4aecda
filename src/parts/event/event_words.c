/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "parts/event/event_words.h"

#include <string.h>

#include <libstemmer.h>

#include "base/mem.h"
#include "base/str.h"

struct event_words {
    struct sb_stemmer *stemmer;
};

/* Forms that no stemmer joins, and words for the same thing. The first word of a row stands for
 * all of it. */
static const char *const synonyms[][12] = {
    {"klotter", "klottret", "klottra", "klottrar", "klottrat", "klottrade", "klottrats",
     "nedklottrad", "nedklottrat", "graffiti", "klottring"},
    {"atraktor", "atraktorn", "atraktorer", "epa", "epan", "epor", "eporna", "epatraktor",
     "epatraktorer", "epatraktorn"},
    {"moped", "moppe", "moppen", "moppar", "mopparna"},
    {"fönster", "fönstret", "fönstren", "fönsterruta", "fönsterrutor"},
    {"buller", "bullret", "oväsen", "oväsendet", "oljud"},
    {"cykel", "cykeln", "cyklar", "cyklarna", "cyklarnas"},
    {"narkotika", "knark", "knarket", "droger", "drogerna", "drog"},
    {"nyckel", "nyckeln", "nycklar", "nycklarna"},
    {"fyrverkeri", "fyrverkerier", "raket", "raketer", "raketerna"},
    {"ungdom", "tonåring", "tonåringar", "tonåringarna"},
    {"fylleri", "fyllo", "berusad", "berusade", "berusat", "onykter", "onyktra"},
    {"skräp", "nedskräpning", "nedskräpningen", "sopor", "soporna", "skräpet"},
};

struct event_words *event_words_new(void)
{
    struct event_words *w = mem_alloc(sizeof *w);
    if (!w)
        return NULL;
    w->stemmer = sb_stemmer_new("swedish", "UTF_8");
    if (!w->stemmer) {
        mem_free(w);
        return NULL;
    }
    return w;
}

void event_words_free(struct event_words *w)
{
    if (!w)
        return;
    sb_stemmer_delete(w->stemmer);
    mem_free(w);
}

void event_words_freep(struct event_words **w)
{
    event_words_free(*w);
    *w = NULL;
}

/* --- Words of a text --- */

static bool is_word(uint32_t c)
{
    if (c < 0x80)
        return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    return (c >= 0xC0 && c <= 0x24F && c != 0xD7 && c != 0xF7) || (c >= 0x388 && c <= 0x3FF) ||
           (c >= 0x400 && c <= 0x481) || (c >= 0x48A && c <= 0x52F) || (c >= 0x620 && c <= 0x64A);
}

/* U+00C0 .. U+00DF, and the same letters from U+00E0 on; the signs of multiplication and division
 * are no letters. */
static const uint16_t plain[32] = {'a',  'a', 'a',  'a', 0xE4, 0xE5, 0xE4, 'c', 'e', 'e', 'e',
                                   'e',  'i', 'i',  'i', 'i',  'd',  'n',  'o', 'o', 'o', 'o',
                                   0xF6, 0,   0xF6, 'u', 'u',  'u',  'u',  'y', 't', 's'};

/* Lower case without the accents that people leave out. */
static uint32_t fold(uint32_t c)
{
    if (c < 0x80)
        return c >= 'A' && c <= 'Z' ? c + 32 : c;
    if (c == 0xFF)
        return 'y';
    if (c >= 0xC0 && c <= 0xFF)
        return plain[(c - 0xC0) % 32];
    if (c >= 0x100 && c <= 0x17F && c != 0x131 && c != 0x138 && c != 0x149 && c != 0x17F) {
        bool odd_is_upper = (c >= 0x139 && c <= 0x148) || (c >= 0x179 && c <= 0x17E);
        if (c == 0x178)
            return 'y';
        return odd_is_upper ? c + (c & 1) : c | 1;
    }
    if ((c >= 0x391 && c <= 0x3AB) || (c >= 0x410 && c <= 0x42F))
        return c + 32;
    return c >= 0x400 && c <= 0x40F ? c + 80 : c;
}

struct word {
    char text[EVENT_WORD_MOST + 1];
    size_t len;
};

/* The next word from *p on; false at the end of the text. */
static bool next_word(const char **p, struct word *out)
{
    const char *at = *p, *from = *p;
    uint32_t c;
    while ((c = utf8_next(&at)) && !is_word(c))
        from = at;
    out->len = 0;
    while (c && is_word(c)) {
        char bytes[4];
        size_t n = utf8_put(fold(c), bytes);
        if (out->len + n <= EVENT_WORD_MOST) {
            memcpy(out->text + out->len, bytes, n);
            out->len += n;
        }
        from = at;
        c = utf8_next(&at);
    }
    out->text[out->len] = 0;
    *p = from;
    return out->len > 0;
}

static void join_synonyms(struct word *w)
{
    for (size_t i = 0; i < ARRAY_LEN(synonyms); i++)
        for (size_t k = 1; k < ARRAY_LEN(synonyms[i]) && synonyms[i][k]; k++)
            if (synonyms[i][k][0] == w->text[0] && str_eq(synonyms[i][k], w->text)) {
                w->len = strlen(synonyms[i][0]);
                memcpy(w->text, synonyms[i][0], w->len + 1);
                return;
            }
}

/* False when out of memory. */
static bool stem(struct event_words *s, struct word *w)
{
    join_synonyms(w);
    const sb_symbol *out = sb_stemmer_stem(s->stemmer, (const sb_symbol *)w->text, (int)w->len);
    if (!out)
        return false;
    w->len = (size_t)sb_stemmer_length(s->stemmer);
    memcpy(w->text, out, w->len);
    w->text[w->len] = 0;
    return true;
}

void event_words_write(struct event_words *s, struct buf *out, enum db_engine engine,
                       const char *const *texts, size_t n)
{
    int at = 0;
    struct word w;
    for (size_t i = 0; i < n; i++) {
        const char *p = texts[i] ? texts[i] : "";
        while (at < EVENT_WORDS_MOST && next_word(&p, &w)) {
            if (!stem(s, &w)) {
                out->err = ERR_NOMEM;
                return;
            }
            at++;
            if (engine == DB_POSTGRES) {
                buf_printf(out, "'%s':%d ", w.text, at);
                continue;
            }
            buf_add(out, w.text, w.len);
            buf_putc(out, ' ');
        }
        at++; /* a phrase does not reach over two texts */
        if (engine == DB_SQLITE)
            buf_puts(out, EVENT_WORDS_BREAK " ");
    }
}

/* --- Queries --- */

static void put_word(struct buf *out, enum db_engine engine, const struct word *w, bool first)
{
    if (engine == DB_POSTGRES)
        buf_printf(out, "%s'%s'", first ? "" : " <-> ", w->text);
    else
        buf_printf(out, "%s%s", first ? "\"" : " ", w->text);
}

/* A query that is being written. */
struct asking {
    struct event_words *s;
    struct buf *out;
    enum db_engine engine;
    const struct event_words_known *known;
};

static bool is_known(const struct asking *q, const char *p, const struct word *first)
{
    struct word more;
    return q->known && !next_word(&p, &more) && q->known->fn(q->known->arg, first->text);
}

/* One term: the words from `text` up to `end`, next to each other. A prefix is found among stems,
 * so its own ending is taken off: "klotter*" asks for klott*. False when there is no word in it. */
static bool put_term(const struct asking *q, const char *text, const char *end)
{
    char part[EVENT_QUERY_MOST + 1];
    size_t n = (size_t)(end - text), words = 0;
    memcpy(part, text, n);
    part[n] = 0;
    bool prefix = n > 1 && part[n - 1] == '*', postgres = q->engine == DB_POSTGRES;
    const char *p = part;
    struct word w;
    while (next_word(&p, &w)) {
        if (!stem(q->s, &w)) {
            q->out->err = ERR_NOMEM;
            return false;
        }
        if (words == 0 && !prefix && is_known(q, p, &w))
            return true;
        if (words == 0 && q->out->len)
            buf_puts(q->out, postgres ? " & " : " AND ");
        if (words == 0 && postgres)
            buf_putc(q->out, '(');
        put_word(q->out, q->engine, &w, words == 0);
        words++;
    }
    if (words == 0)
        return false;
    buf_puts(q->out, postgres ? (prefix ? ":*)" : ")") : (prefix ? "\" *" : "\""));
    return true;
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

void event_words_query(struct event_words *s, struct buf *out, enum db_engine engine,
                       const char *text, const struct event_words_known *known, bool *any)
{
    const struct asking q = {s, out, engine, known};
    char copy[EVENT_QUERY_MOST + 1];
    str_copy(copy, sizeof copy, text ? text : "");
    int terms = 0;
    for (const char *p = copy; *p && terms < EVENT_QUERY_TERMS;) {
        if (is_blank(*p)) {
            p++;
            continue;
        }
        const char *from = p, *end;
        if (*p == '"') {
            from = ++p;
            while (*p && *p != '"')
                p++;
            end = p;
            p += *p == '"';
        } else {
            while (*p && !is_blank(*p) && *p != '"')
                p++;
            end = p;
        }
        terms += put_term(&q, from, end);
    }
    *any = terms > 0;
}
