/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Inside the PostgreSQL engine only: C values to and from PostgreSQL's binary form. */
#pragma once

#include <stdint.h>

#include <libpq-fe.h>

#include "db/db.h"

#define PARAMS_MOST 64

enum {
    OID_BYTEA = 17,
    OID_INT8 = 20,
    OID_INT2 = 21,
    OID_INT4 = 23,
    OID_TEXT = 25,
    OID_FLOAT4 = 700,
    OID_FLOAT8 = 701,
    OID_UUID = 2950
};

struct values {
    const char *value[PARAMS_MOST];
    int length[PARAMS_MOST];
    int format[PARAMS_MOST];
    uint64_t room[PARAMS_MOST];
};

/* Points into `in`, which must live as long as v is used. */
void pg_bind(struct values *v, const struct sql *q, const void *in);
void pg_parameter_types(const struct sql *q, Oid types[PARAMS_MOST]);
/* One row into the query's row struct; texts in the arena, or in the result where there is none. */
NODISCARD enum err pg_read_row(const PGresult *r, int row, const struct sql *q, struct arena *a,
                               char *out);
