/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Errors: one enum for the whole house, made from one table.
 *
 * A function that can fail returns enum err and leaves its output parameters
 * untouched unless it answers ERR_OK. Libraries never log; the program logs once.
 * What a person must be told (which field, which row) is not squeezed into a code:
 * it is a problem in the request's or the import's list. */
#pragma once

enum err {
#define ERR(name, http, exit, key) ERR_##name,
#include "base/err_table.h"
#undef ERR
    ERR_COUNT
};

#define NODISCARD __attribute__((warn_unused_result))
#define PRINTF(f, a) __attribute__((format(printf, f, a)))

/* Hand an error on: `TRY(walk_fetch(...));` */
#define TRY(call)                                                                                  \
    do {                                                                                           \
        enum err try_err_ = (call);                                                                \
        if (try_err_ != ERR_OK)                                                                    \
            return try_err_;                                                                       \
    } while (0)

/* Ownership by scope: AUTO(walk_freep) struct walk *w = ...; handed on with TAKE(w). */
#define AUTO(fn) __attribute__((cleanup(fn)))
#define TAKE(p)                                                                                    \
    __extension__({                                                                                \
        __typeof__(p) taken_ = (p);                                                                \
        (p) = NULL;                                                                                \
        taken_;                                                                                    \
    })

#define ARRAY_LEN(a) (sizeof(a) / sizeof((a)[0]))

const char *err_name(enum err e); /* "NOTFOUND" */
int err_http(enum err e);         /* 404 */
int err_exit(enum err e);         /* 1 */
const char *err_key(enum err e);  /* "err_notfound", a key in the catalogue of texts */
/* What the system said of a file: ENOSPC is ERR_FULL, EACCES is ERR_DENIED, ENOENT is ERR_NOTFOUND,
 * what has no code of its own is ERR_IO. */
enum err err_of_errno(int error);
