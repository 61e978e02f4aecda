/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "base/err.h"

#include <assert.h>
#include <errno.h>

static const struct {
    const char *name;
    int http;
    int exit;
    const char *key;
} table[ERR_COUNT] = {
#define ERR(name, http, exit, key) {#name, http, exit, key},
#include "base/err_table.h"
#undef ERR
};

const char *err_name(enum err e)
{
    assert((unsigned)e < ERR_COUNT);
    return table[e].name;
}

int err_http(enum err e)
{
    assert((unsigned)e < ERR_COUNT);
    return table[e].http;
}

int err_exit(enum err e)
{
    assert((unsigned)e < ERR_COUNT);
    return table[e].exit;
}

const char *err_key(enum err e)
{
    assert((unsigned)e < ERR_COUNT);
    return table[e].key;
}

enum err err_of_errno(int error)
{
    switch (error) {
    case ENOSPC:
    case EDQUOT:
    case EFBIG:
        return ERR_FULL;
    case EACCES:
    case EPERM:
    case EROFS:
        return ERR_DENIED;
    case ENOENT:
        return ERR_NOTFOUND;
    case ENOMEM:
        return ERR_NOMEM;
    default:
        return ERR_IO;
    }
}
