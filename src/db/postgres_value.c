/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "db/postgres_value.h"

#include <endian.h>
#include <math.h>
#include <string.h>

#include "base/mem.h"

static void bind_one(struct values *v, size_t i, const struct sql_field *f, const char *base)
{
    const char *p = base + f->offset;
    v->format[i] = 1;
    v->value[i] = (const char *)&v->room[i];
    v->length[i] = 8;
    if (f->type == SQL_INT) {
        int64_t n;
        memcpy(&n, p, sizeof n);
        v->room[i] = htobe64((uint64_t)n);
        if (f->optional && n == DB_NO_INT)
            v->value[i] = NULL;
    } else if (f->type == SQL_REAL) {
        double d;
        uint64_t bits;
        memcpy(&d, p, sizeof d);
        memcpy(&bits, &d, sizeof bits);
        v->room[i] = htobe64(bits);
        if (isnan(d))
            v->value[i] = NULL;
    } else if (f->type == SQL_TEXT) {
        memcpy(&v->value[i], p, sizeof v->value[i]);
        v->format[i] = 0;
    } else if (f->type == SQL_ID) {
        struct id id;
        memcpy(&id, p, sizeof id);
        v->value[i] = f->optional && id_is_none(id) ? NULL : p;
        v->length[i] = sizeof id;
    } else {
        struct db_bytes b;
        memcpy(&b, p, sizeof b);
        v->value[i] = b.data;
        v->length[i] = (int)b.n;
    }
}

void pg_bind(struct values *v, const struct sql *q, const void *in)
{
    for (size_t i = 0; i < q->n_in; i++)
        bind_one(v, i, &q->in[i], in);
}

/* Integers of any width, and numerics of count() or sum() that were cast by the query. */
static enum err read_int(const PGresult *r, int row, int col, int64_t *out)
{
    const unsigned char *p = (const unsigned char *)PQgetvalue(r, row, col);
    int n = PQgetlength(r, row, col);
    Oid type = PQftype(r, col);
    if (type == 16 && n == 1) { /* boolean */
        *out = p[0];
        return ERR_OK;
    }
    if (n != 2 && n != 4 && n != 8)
        return ERR_CORRUPT;
    uint64_t v = p[0] & 0x80 ? UINT64_MAX : 0;
    for (int i = 0; i < n; i++)
        v = v << 8 | p[i];
    *out = (int64_t)v;
    return type == OID_INT2 || type == OID_INT4 || type == OID_INT8 ? ERR_OK : ERR_CORRUPT;
}

static enum err read_real(const PGresult *r, int row, int col, double *out)
{
    const void *p = PQgetvalue(r, row, col);
    if (PQftype(r, col) == OID_FLOAT8) {
        uint64_t bits;
        memcpy(&bits, p, 8);
        bits = be64toh(bits);
        memcpy(out, &bits, 8);
        return ERR_OK;
    }
    if (PQftype(r, col) == OID_FLOAT4) {
        uint32_t bits;
        float f;
        memcpy(&bits, p, 4);
        bits = be32toh(bits);
        memcpy(&f, &bits, 4);
        *out = f;
        return ERR_OK;
    }
    int64_t v;
    TRY(read_int(r, row, col, &v));
    *out = (double)v;
    return ERR_OK;
}

static enum err read_bytes(const PGresult *r, int row, int col, struct arena *a, const void **out)
{
    const char *p = PQgetvalue(r, row, col);
    if (a) {
        p = arena_strndup(a, p, (size_t)PQgetlength(r, row, col));
        if (!p)
            return ERR_NOMEM;
    }
    *out = p;
    return ERR_OK;
}

static void read_null(const struct sql_field *f, void *p)
{
    static const struct id none;
    static const struct db_bytes nothing;
    static const int64_t no_int = DB_NO_INT;
    static const double no_real = NAN;
    static const char *const no_text = NULL;
    switch (f->type) {
    case SQL_INT:
        memcpy(p, &no_int, sizeof no_int);
        break;
    case SQL_REAL:
        memcpy(p, &no_real, sizeof no_real);
        break;
    case SQL_TEXT:
        memcpy(p, &no_text, sizeof no_text);
        break;
    case SQL_ID:
        memcpy(p, &none, sizeof none);
        break;
    case SQL_BLOB:
        memcpy(p, &nothing, sizeof nothing);
        break;
    }
}

static enum err read_one(const PGresult *r, int row, int col, const struct sql_field *f,
                         struct arena *a, char *base)
{
    void *p = base + f->offset;
    if (PQgetisnull(r, row, col)) {
        read_null(f, p);
        return f->optional ? ERR_OK : ERR_CORRUPT;
    }
    switch (f->type) {
    case SQL_INT:
        return read_int(r, row, col, p);
    case SQL_REAL:
        return read_real(r, row, col, p);
    case SQL_TEXT:
        return read_bytes(r, row, col, a, p);
    case SQL_ID:
        if (PQgetlength(r, row, col) != sizeof(struct id))
            return ERR_CORRUPT;
        memcpy(p, PQgetvalue(r, row, col), sizeof(struct id));
        return ERR_OK;
    case SQL_BLOB: {
        struct db_bytes b = {NULL, (size_t)PQgetlength(r, row, col)};
        TRY(read_bytes(r, row, col, a, &b.data));
        memcpy(p, &b, sizeof b);
        return ERR_OK;
    }
    }
    return ERR_INTERNAL;
}

enum err pg_read_row(const PGresult *r, int row, const struct sql *q, struct arena *a, char *out)
{
    for (size_t k = 0; k < q->n_out; k++)
        TRY(read_one(r, row, (int)k, &q->out[k], a, out));
    return ERR_OK;
}

void pg_parameter_types(const struct sql *q, Oid types[PARAMS_MOST])
{
    static const Oid oids[] = {[SQL_INT] = OID_INT8,
                               [SQL_REAL] = OID_FLOAT8,
                               [SQL_TEXT] = OID_TEXT,
                               [SQL_ID] = OID_UUID,
                               [SQL_BLOB] = OID_BYTEA};
    for (size_t i = 0; i < q->n_in; i++)
        types[i] = oids[q->in[i].type];
}
