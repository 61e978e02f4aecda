/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Field values against their table: cleaned, bounded, and with a problem for each that does not
 * fit. A value that does not fit is kept, so that the form can be shown again as it was typed. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "base/str.h"
#include "http/http.h"

#define YEAR_LEAST 1000 /* "0026" is 26 that somebody filled up */

static const char *raw(const struct req *rq, const char *name, size_t skip)
{
    for (size_t i = 0; i < rq->n_fields; i++)
        if (str_eq(rq->fields[i].name, name) && skip-- == 0)
            return rq->fields[i].value;
    return NULL;
}

static const char *part(struct req *rq, const struct field_spec *f, const char *end)
{
    const char *v = raw(rq, arena_printf(rq->arena, "%s%s", f->name, end), 0);
    return v ? str_trim(rq->arena, v) : "";
}

/* A date from three fields, a time of day from two. What does not look like one is put together as
 * it was written, so that the check finds it. NULL when all are empty. */
static const char *from_parts(struct req *rq, const struct field_spec *f)
{
    int64_t a, b, c;
    if (f->kind == FIELD_DATE) {
        const char *y = part(rq, f, "-year"), *m = part(rq, f, "-month"), *d = part(rq, f, "-day");
        if (str_empty(y) && str_empty(m) && str_empty(d))
            return NULL;
        if (strlen(y) != 4 || !str_to_int(y, &a) || !str_to_int(m, &b) || !str_to_int(d, &c))
            return arena_printf(rq->arena, "%s-%s-%s", y, m, d);
        return arena_printf(rq->arena, "%04lld-%02lld-%02lld", (long long)a, (long long)b,
                            (long long)c);
    }
    const char *h = part(rq, f, "-hour"), *m = part(rq, f, "-minute");
    if (str_empty(h) && str_empty(m))
        return NULL;
    if (!str_to_int(h, &a) || !str_to_int(str_empty(m) ? "0" : m, &b))
        return arena_printf(rq->arena, "%s:%s", h, m);
    return arena_printf(rq->arena, "%02lld:%02lld", (long long)a, (long long)b);
}

static const char *clean(struct req *rq, const struct field_spec *f, const char *v)
{
    if (f->kind == FIELD_PASSWORD)
        return v;
    if (f->kind != FIELD_REAL && f->kind != FIELD_LINES)
        return str_trim(rq->arena, v);
    char *copy = str_trim(rq->arena, v);
    if (!copy)
        return NULL;
    if (f->kind == FIELD_REAL) {
        char *comma = strchr(copy, ',');
        if (comma && !strchr(copy, '.'))
            *comma = '.';
        return copy;
    }
    size_t m = 0; /* lines end in LF */
    for (size_t i = 0; copy[i]; i++)
        if (copy[i] != '\r')
            copy[m++] = copy[i];
    copy[m] = 0;
    return copy;
}

static const char *check_text(const struct field_spec *f, const char *v)
{
    size_t n = utf8_len(v);
    size_t most = f->max ? (size_t)f->max : f->kind == FIELD_LINES ? 5000 : 200;
    if (utf8_has_control(v) || (f->kind == FIELD_TEXT && strpbrk(v, "\n\t")))
        return "field_control";
    if (n > most)
        return "field_long";
    return n < (size_t)f->min ? "field_short" : NULL;
}

static const char *check_number(const struct field_spec *f, const char *v)
{
    double d;
    int64_t i;
    if (f->kind == FIELD_INT) {
        if (!str_to_int(v, &i))
            return "field_int";
        d = (double)i;
    } else if (!str_to_double(v, &d)) {
        return "field_real";
    }
    if ((f->min || f->max) && (d < (double)f->min || d > (double)f->max))
        return "field_range";
    return NULL;
}

const char *field_check_email(const char *v)
{
    const char *at = strchr(v, '@');
    bool good = at && at > v && strchr(at + 1, '.') && !strchr(at + 1, '@') && strlen(v) <= 254 &&
                at[1] != '.' && v[strlen(v) - 1] != '.' && !strpbrk(v, " \t\n<>()[],;:\\\"") &&
                !utf8_has_control(v);
    return good ? NULL : "field_email";
}

static const char *check_code(const char *v)
{
    static const char allowed[] =
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-:*";
    return strlen(v) <= 100 && strspn(v, allowed) == strlen(v) ? NULL : "field_code";
}

/* 22:40, 22.40, 2240 or 22 as minutes after midnight; -1 when it is none of them. */
static int minutes_of(const char *v)
{
    size_t n = strspn(v, "0123456789"), more = 0;
    if (v[n] == ':' || v[n] == '.')
        more = strspn(v + n + 1, "0123456789") + 1;
    bool parted = n >= 1 && n <= 2 && more == 3;
    if (v[n + more] || n == 0 || n > 4 || (more && !parted))
        return -1;
    int first = 0, second = 0; /* at most four figures each */
    for (size_t i = 0; i < n; i++)
        first = first * 10 + (v[i] - '0');
    for (size_t i = n + 1; i < n + more; i++)
        second = second * 10 + (v[i] - '0');
    int hour = n > 2 ? first / 100 : first, minute = n > 2 ? first % 100 : second;
    return hour < 24 && minute < 60 ? hour * 60 + minute : -1;
}

/* A year of two figures is no year: which century was meant is not guessed. */
static const char *check_date(const char *v)
{
    struct date d;
    const char *rest = strchr(v, '-');
    if (date_parse(v, &d) == ERR_OK && d.year >= YEAR_LEAST)
        return NULL;
    return rest && strchr(rest + 1, '-') && (rest - v != 4 || v[0] == '0') ? "field_year"
                                                                           : "field_date";
}

/* The key of what is wrong with a value, or NULL. */
static const char *check(const struct field_spec *f, const char *v)
{
    struct id id;
    switch (f->kind) {
    case FIELD_TEXT:
    case FIELD_LINES:
        return check_text(f, v);
    case FIELD_PASSWORD:
        return strlen(v) > 1000 ? "field_long" : NULL;
    case FIELD_EMAIL:
        return field_check_email(v);
    case FIELD_INT:
    case FIELD_REAL:
        return check_number(f, v);
    case FIELD_DATE:
        return check_date(v);
    case FIELD_TIME:
        return minutes_of(v) < 0 ? "field_time" : NULL;
    case FIELD_CODE:
        return check_code(v);
    case FIELD_ID:
        return id_parse(v, &id) == ERR_OK ? NULL : "field_id";
    case FIELD_BOOL:
    case FIELD_FILE:
        return NULL;
    }
    return "field_code";
}

static void complain(struct req *rq, const struct http_hooks *hooks, const char *key,
                     const struct field_spec *f)
{
    req_problem(rq, f->name, hooks && hooks->field_text ? hooks->field_text(rq, key, f) : key);
}

static void check_file(struct req *rq, const struct field_spec *f, const struct http_hooks *hooks)
{
    const struct file_part *p = req_file(rq, f->name);
    if (!p || p->n == 0) {
        if (f->required)
            complain(rq, hooks, "field_file", f);
    } else if (f->max && p->n > (size_t)f->max) {
        complain(rq, hooks, "field_file_large", f);
    }
}

static bool is_unreadable(const struct req *rq, const struct field_spec *f)
{
    for (const struct problem *p = rq->unreadable; p; p = p->next)
        if (str_eq(p->field, f->name))
            return true;
    return false;
}

static enum err check_field(struct req *rq, const struct field_spec *f,
                            const struct http_hooks *hooks, struct pair *out, size_t *n)
{
    size_t before = *n;
    for (size_t i = 0;; i++) {
        const char *v = raw(rq, f->name, i);
        if (!v && i == 0 && (f->kind == FIELD_DATE || f->kind == FIELD_TIME))
            v = from_parts(rq, f);
        if (!v || (i > 0 && !f->many))
            break;
        v = clean(rq, f, v);
        if (!v)
            return ERR_NOMEM;
        if (!*v)
            continue;
        const char *wrong = is_unreadable(rq, f) ? "field_control" : check(f, v);
        if (wrong)
            complain(rq, hooks, wrong, f);
        out[(*n)++] = (struct pair){f->name, v};
    }
    if (f->required && *n == before)
        complain(rq, hooks, "field_required", f);
    return ERR_OK;
}

/* The name itself, or the name of a part of it. */
static bool is_name_of(const struct field_spec *f, const char *name)
{
    static const char *const parts[] = {"-year", "-month", "-day", "-hour", "-minute"};
    size_t n = strlen(f->name);
    if (strncmp(name, f->name, n) != 0)
        return false;
    size_t from = f->kind == FIELD_DATE ? 0 : 3;
    size_t to = f->kind == FIELD_DATE ? 3 : f->kind == FIELD_TIME ? 5 : 0;
    for (size_t i = from; i < to; i++)
        if (str_eq(name + n, parts[i]))
            return true;
    return name[n] == 0;
}

static enum err refuse_unknown(struct req *rq, const struct field_spec *specs,
                               const struct http_hooks *hooks)
{
    for (size_t i = 0; i < rq->n_fields; i++) {
        bool known = str_eq(rq->fields[i].name, "csrf");
        for (const struct field_spec *f = specs; f && f->name && !known; f++)
            known = is_name_of(f, rq->fields[i].name);
        const struct field_spec unknown = {.name = rq->fields[i].name};
        if (!known)
            complain(rq, hooks, "field_unknown", &unknown);
    }
    return rq->problems ? ERR_USAGE : ERR_OK;
}

enum err form_check(struct req *rq, const struct field_spec *specs, const struct http_hooks *hooks)
{
    struct pair *out = ARENA_ARRAY(rq->arena, rq->n_fields + 64, struct pair);
    size_t n = 0;
    if (!out)
        return ERR_NOMEM;
    if (rq->route && rq->route->flags & ROUTE_STRICT)
        TRY(refuse_unknown(rq, specs, hooks));
    for (const struct field_spec *f = specs; f && f->name; f++) {
        if (f->kind == FIELD_FILE)
            check_file(rq, f, hooks);
        else
            TRY(check_field(rq, f, hooks, out, &n));
    }
    const char *token = raw(rq, "csrf", 0);
    if (token)
        out[n++] = (struct pair){"csrf", token};
    rq->fields = out;
    rq->n_fields = n;
    return ERR_OK;
}

const char *req_nth(const struct req *rq, const char *name, size_t i)
{
    return raw(rq, name, i);
}

const char *req_field(const struct req *rq, const char *name)
{
    return raw(rq, name, 0);
}

bool req_has(const struct req *rq, const char *name)
{
    return raw(rq, name, 0) != NULL;
}

int64_t req_int(const struct req *rq, const char *name, int64_t otherwise)
{
    int64_t v;
    return str_to_int(raw(rq, name, 0), &v) ? v : otherwise;
}

int req_minutes(const struct req *rq, const char *name, int otherwise)
{
    const char *v = req_field(rq, name);
    int minutes = v ? minutes_of(v) : -1;
    return minutes < 0 ? otherwise : minutes;
}

double req_real(const struct req *rq, const char *name, double otherwise)
{
    double v;
    return str_to_double(raw(rq, name, 0), &v) ? v : otherwise;
}

struct id req_id(const struct req *rq, const char *name)
{
    struct id id = {0};
    const char *v = raw(rq, name, 0);
    if (!v)
        v = req_param(rq, name);
    if (id_parse(v, &id) != ERR_OK)
        return (struct id){0};
    return id;
}

const struct file_part *req_file(const struct req *rq, const char *name)
{
    for (size_t i = 0; i < rq->n_files; i++)
        if (str_eq(rq->files[i].name, name))
            return &rq->files[i];
    return NULL;
}

void req_problem(struct req *rq, const char *field, const char *text)
{
    struct problem *p = ARENA_NEW(rq->arena, struct problem);
    if (!p) {
        rq->out.err = ERR_NOMEM;
        return;
    }
    *p = (struct problem){.field = field, .text = text};
    if (rq->last_problem)
        rq->last_problem->next = p;
    else
        rq->problems = p;
    rq->last_problem = p;
}

const char *req_problem_of(const struct req *rq, const char *field)
{
    for (const struct problem *p = rq->problems; p; p = p->next)
        if (str_eq(p->field, field))
            return p->text;
    return NULL;
}
