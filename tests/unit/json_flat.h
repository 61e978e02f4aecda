/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* JSON as a list of its leaves, for tests that compare whole answers: "results.cells[3].density" is
 * the path of one. Only for JSON that programs wrote; what is none ends the test. */
#pragma once

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

struct json_leaf {
    char *path;
    const char *text; /* NULL: a number; then NaN is null */
    double number;    /* of true and false 1 and 0 */
};

struct json_flat {
    size_t n, cap;
    struct json_leaf *leaf;
    char *source;        /* texts are pieces of it */
    char path[512], *at; /* while it is read */
};

static inline void json__value(struct json_flat *j, char *end);

static inline void json__bad(const struct json_flat *j, const char *what)
{
    fprintf(stderr, "json_flat: %s at \"%.40s\"\n", what, j->at);
    abort();
}

static inline char *json__skip(struct json_flat *j)
{
    while (*j->at && strchr(" \t\r\n", *j->at))
        j->at++;
    return j->at;
}

/* A text in place, without its quotes; escapes of one byte only are undone. */
static inline char *json__text(struct json_flat *j)
{
    char *from = ++j->at, *to = from;
    while (*j->at && *j->at != '"') {
        if (*j->at == '\\' && j->at[1])
            j->at++;
        *to++ = *j->at++;
    }
    if (!*j->at)
        json__bad(j, "a text without end");
    j->at++;
    *to = 0;
    return from;
}

static inline void json__add(struct json_flat *j, const char *text, double number)
{
    if (j->n == j->cap) {
        size_t cap = j->cap ? j->cap * 2 : 256;
        j->leaf = realloc(j->leaf, cap * sizeof *j->leaf);
        j->cap = cap;
    }
    j->leaf[j->n++] = (struct json_leaf){strdup(j->path), text, number};
}

static inline void json__members(struct json_flat *j, char *end, char close)
{
    size_t room = (size_t)(j->path + sizeof j->path - end);
    j->at++;
    for (int i = 0; *json__skip(j) != close; i++) {
        if (i && *j->at++ != ',')
            json__bad(j, "no comma");
        int n = 0;
        if (close == ']') {
            n = snprintf(end, room, "[%d]", i);
        } else {
            if (*json__skip(j) != '"')
                json__bad(j, "no name");
            n = snprintf(end, room, "%s%s", end == j->path ? "" : ".", json__text(j));
            if (*json__skip(j) != ':')
                json__bad(j, "no colon");
            j->at++;
        }
        if ((size_t)n >= room)
            json__bad(j, "too deep");
        json__value(j, end + n);
        *end = 0;
    }
    j->at++;
}

static inline void json__value(struct json_flat *j, char *end)
{
    static const struct {
        const char *word;
        double is;
    } words[] = {{"true", 1}, {"false", 0}, {"null", NAN}};
    char *p = json__skip(j);
    if (*p == '{' || *p == '[') {
        json__members(j, end, *p == '{' ? '}' : ']');
        return;
    }
    if (*p == '"') {
        json__add(j, json__text(j), NAN);
        return;
    }
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (strncmp(p, words[i].word, strlen(words[i].word)) == 0) {
            json__add(j, NULL, words[i].is);
            j->at += strlen(words[i].word);
            return;
        }
    double v = strtod(p, &j->at);
    if (j->at == p)
        json__bad(j, "no value");
    json__add(j, NULL, v);
}

static inline struct json_flat *json_flat_of(const char *text)
{
    struct json_flat *j = calloc(1, sizeof *j);
    j->at = j->source = strdup(text);
    json__value(j, j->path);
    return j;
}

static inline void json_flat_free(struct json_flat *j)
{
    for (size_t i = 0; j && i < j->n; i++)
        free(j->leaf[i].path);
    if (j) {
        free(j->leaf);
        free(j->source);
    }
    free(j);
}

static inline const struct json_leaf *json_find(const struct json_flat *j, const char *path)
{
    for (size_t i = 0; i < j->n; i++)
        if (strcmp(j->leaf[i].path, path) == 0)
            return &j->leaf[i];
    return NULL;
}
