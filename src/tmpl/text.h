/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The catalogue of texts in two languages, made from po/ at build time. Nothing here allocates
 * but text_fmt(), and nothing depends on the locale. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "texts.h"

struct arena;

enum lang { LANG_SV, LANG_EN, LANG_COUNT };

/* The language a person reads best by an Accept-Language header; Swedish when it says nothing
 * about either, and for NULL. */
enum lang lang_from_accept(const char *header);
const char *lang_code(enum lang lang); /* "sv", "en": for <html lang> */
/* "sv" or "en" (exactly) to *out; false for anything else. */
bool lang_from_code(const char *code, enum lang *out);

struct text_entry {
    const char *key;
    bool plural;
    const char *forms[LANG_COUNT][2]; /* one, many; the same twice without plural */
};
extern const struct text_entry text_entries[TEXT_COUNT]; /* sorted by key */

/* The text as it stands in the catalogue, {1} and all. Never NULL. */
const char *text_get(enum lang lang, enum text_key key);
/* The form for n things. */
const char *text_plural(enum lang lang, enum text_key key, int64_t n);
/* A key by its name, for err_key() and names that are data; TEXT_COUNT when there is none. */
enum text_key text_lookup(const char *name);

/* A value that fills {1} .. {9}: text, or an integer that is written with grouped digits. */
struct text_arg {
    const char *s;
    int64_t i;
    bool is_int;
};

static inline struct text_arg text_arg_text(const char *s)
{
    return (struct text_arg){.s = s};
}
static inline struct text_arg text_arg_int(int64_t i)
{
    return (struct text_arg){.i = i, .is_int = true};
}
#define TEXT_ARG(x)                                                                                \
    _Generic((x),                                                                                  \
        char *: text_arg_text,                                                                     \
        const char *: text_arg_text,                                                               \
        signed char: text_arg_int,                                                                 \
        unsigned char: text_arg_int,                                                               \
        short: text_arg_int,                                                                       \
        unsigned short: text_arg_int,                                                              \
        int: text_arg_int,                                                                         \
        unsigned: text_arg_int,                                                                    \
        long: text_arg_int,                                                                        \
        unsigned long: text_arg_int,                                                               \
        long long: text_arg_int,                                                                   \
        unsigned long long: text_arg_int)(x)

#define TEXT_ARGS_0()
#define TEXT_ARGS_1(a) TEXT_ARG(a)
#define TEXT_ARGS_2(a, ...) TEXT_ARG(a), TEXT_ARGS_1(__VA_ARGS__)
#define TEXT_ARGS_3(a, ...) TEXT_ARG(a), TEXT_ARGS_2(__VA_ARGS__)
#define TEXT_ARGS_4(a, ...) TEXT_ARG(a), TEXT_ARGS_3(__VA_ARGS__)
#define TEXT_ARGS_5(a, ...) TEXT_ARG(a), TEXT_ARGS_4(__VA_ARGS__)
#define TEXT_ARGS_6(a, ...) TEXT_ARG(a), TEXT_ARGS_5(__VA_ARGS__)
#define TEXT_PICK(x, a, b, c, d, e, f, name, ...) name
#define TEXT_ARGS(...)                                                                             \
    TEXT_PICK(x __VA_OPT__(, ) __VA_ARGS__, TEXT_ARGS_6, TEXT_ARGS_5, TEXT_ARGS_4, TEXT_ARGS_3,    \
              TEXT_ARGS_2, TEXT_ARGS_1, TEXT_ARGS_0)                                               \
    (__VA_ARGS__)

/* The text with its places filled, in the arena; NULL when out of memory. Up to six values, text
 * or integers. A text with plural forms takes the form of its first value:
 *
 *     text_fmt(rq->arena, LANG_SV, T_n_days, 3)              "3 dagar"
 */
#define text_fmt(arena, lang, key, ...)                                                            \
    text_fmt_args(                                                                                 \
        (arena), (lang), (key),                                                                    \
        (const struct text_arg[]){TEXT_ARGS(__VA_ARGS__) __VA_OPT__(, ) text_arg_text(NULL)},      \
        sizeof((const struct text_arg[]){TEXT_ARGS(__VA_ARGS__) __VA_OPT__(, )                     \
                                             text_arg_text(NULL)}) /                               \
                sizeof(struct text_arg) -                                                          \
            1)
char *text_fmt_args(struct arena *a, enum lang lang, enum text_key key, const struct text_arg *args,
                    size_t n);
/* The same into out like snprintf: as much as fits, always terminated; the whole length comes
 * back. A place without a value is left empty. */
size_t text_expand(char *out, size_t size, const char *pattern, const struct text_arg *args,
                   size_t n);
/* The form that text_fmt() uses for these values. */
const char *text_form(enum lang lang, enum text_key key, const struct text_arg *args, size_t n);
