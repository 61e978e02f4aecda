/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Names, conditions, values and texts of templates, written as C. */
#include <string.h>

#include "base/str.h"
#include "tmpl/job.h"

#define EXPR_MOST 4096

static bool blank(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

static bool name_start(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

static bool digit(char c)
{
    return c >= '0' && c <= '9';
}

void cursor_blank(struct cursor *c)
{
    while (c->p < c->end && blank(*c->p))
        c->p++;
}

bool cursor_end(struct cursor *c)
{
    cursor_blank(c);
    return c->p == c->end;
}

bool cursor_take(struct cursor *c, const char *token)
{
    size_t n = strlen(token);
    if ((size_t)(c->end - c->p) < n || memcmp(c->p, token, n) != 0)
        return false;
    c->p += n;
    return true;
}

bool cursor_name(struct cursor *c, char out[JOB_NAME])
{
    const char *p = c->p;
    if (p >= c->end || !name_start(*p))
        return false;
    while (p < c->end && (name_start(*p) || digit(*p)))
        p++;
    size_t n = (size_t)(p - c->p);
    if (n >= JOB_NAME)
        return false;
    memcpy(out, c->p, n);
    out[n] = 0;
    c->p = p;
    return true;
}

static bool is_item(const struct job *j, const char *name)
{
    for (int i = 0; i < j->depth; i++)
        if (j->sections[i].item[0] && strcmp(j->sections[i].item, name) == 0)
            return true;
    return false;
}

static bool is_index(const struct job *j, const char *name)
{
    for (int i = 0; i < j->depth; i++)
        if (j->sections[i].index[0] && strcmp(j->sections[i].index, name) == 0)
            return true;
    return false;
}

bool job_name_in_use(const struct job *j, const char *name)
{
    return is_item(j, name) || is_index(j, name);
}

/* Adds ".name" as often as it comes; `last` is where the last name began in `out`. */
static bool members(struct job *j, struct cursor *c, struct buf *out, size_t *last)
{
    char name[JOB_NAME];
    while (cursor_take(c, ".")) {
        if (!cursor_name(c, name))
            return job_fail(j, "a name must follow the dot");
        buf_putc(out, '.');
        *last = out->len;
        buf_puts(out, name);
    }
    return true;
}

/* A path with the parts as they are needed: `last` is the offset of the last name. */
static bool path_parts(struct job *j, struct cursor *c, struct buf *out, size_t *last, bool *bare)
{
    char name[JOB_NAME];
    cursor_blank(c);
    if (!cursor_name(c, name))
        return job_fail(j, "expected a name here");
    *bare = c->p >= c->end || *c->p != '.';
    *last = out->len;
    if (is_index(j, name)) {
        if (!*bare)
            return job_fail(j, "%s is a number and has no parts", name);
        buf_puts(out, name);
        *bare = false;
        return true;
    }
    if (!is_item(j, name)) {
        buf_puts(out, "v->");
        *last = out->len;
        buf_puts(out, name);
        *bare = false;
        return members(j, c, out, last);
    }
    if (*bare) {
        buf_puts(out, name);
        return true;
    }
    buf_printf(out, "%s->", name);
    c->p++;
    if (!cursor_name(c, name))
        return job_fail(j, "a name must follow the dot");
    *last = out->len;
    buf_puts(out, name);
    return members(j, c, out, last);
}

bool expr_path(struct job *j, struct cursor *c, struct buf *out)
{
    size_t last;
    bool bare;
    struct buf part = buf_init(EXPR_MOST);
    bool ok = path_parts(j, c, &part, &last, &bare);
    if (ok)
        buf_printf(out, bare ? "(*%s)" : "%s", buf_text(&part));
    job_buf_done(j, &part);
    return ok;
}

bool expr_rows(struct job *j, struct cursor *c, struct buf *rows, struct buf *count)
{
    size_t last;
    bool bare;
    size_t before = rows->len;
    if (!path_parts(j, c, rows, &last, &bare))
        return false;
    if (bare)
        return job_fail(j, "a loop needs an array that is a member");
    if (rows->err)
        return true;
    buf_add(count, rows->data + before, last - before);
    buf_printf(count, "n_%s", rows->data + last);
    return true;
}

bool expr_argument(struct job *j, struct cursor *c, struct buf *out)
{
    cursor_blank(c);
    if (cursor_take(c, "*"))
        return expr_path(j, c, out);
    if (c->p < c->end && *c->p == '.') {
        c->p++;
        buf_puts(out, "v");
        return true;
    }
    size_t last;
    bool bare;
    struct buf part = buf_init(EXPR_MOST);
    bool ok = path_parts(j, c, &part, &last, &bare);
    if (ok)
        buf_printf(out, "%s%s", bare ? "" : "&", buf_text(&part));
    job_buf_done(j, &part);
    return ok;
}

static bool constant(struct job *j, struct cursor *c, struct buf *out)
{
    char name[JOB_NAME];
    cursor_blank(c);
    if (cursor_name(c, name)) {
        buf_puts(out, name);
        return true;
    }
    const char *from = c->p;
    if (c->p < c->end && *c->p == '-')
        c->p++;
    const char *digits = c->p;
    while (c->p < c->end && digit(*c->p))
        c->p++;
    if (c->p == digits || c->p - digits > 18 || (digits[0] == '0' && c->p - digits > 1))
        return job_fail(j, "compare with a C constant or an integer");
    buf_add(out, from, (size_t)(c->p - from));
    return true;
}

bool expr_condition(struct job *j, struct cursor *c, struct buf *out)
{
    cursor_blank(c);
    struct cursor back = *c;
    bool not = cursor_take(c, "not") && c->p < c->end && blank(*c->p);
    if (!not )
        *c = back;
    struct buf path = buf_init(EXPR_MOST);
    bool ok = expr_path(j, c, &path);
    cursor_blank(c);
    bool equal = ok && cursor_take(c, "==");
    bool differs = ok && !equal && cursor_take(c, "!=");
    buf_puts(out, not ? "!" : "");
    if (equal || differs) {
        buf_printf(out, "%s(%s) %s (", not ? "(" : "", buf_text(&path), equal ? "==" : "!=");
        ok = constant(j, c, out);
        buf_puts(out, not ? "))" : ")");
    } else {
        buf_printf(out, "tmpl_truth(%s)", buf_text(&path));
    }
    job_buf_done(j, &path);
    return ok;
}

static bool known_filter(const char *name)
{
    static const char *const filters[] = {"when",   "date",  "datetime", "clock",    "week", "iso",
                                          "number", "plain", "decimal1", "decimal2", NULL};
    for (size_t i = 0; filters[i]; i++)
        if (strcmp(filters[i], name) == 0)
            return true;
    return false;
}

/* path or path|filter; the filter makes text of it. */
static bool filtered(struct job *j, struct cursor *c, struct buf *out)
{
    struct buf path = buf_init(EXPR_MOST);
    char filter[JOB_NAME];
    bool ok = expr_path(j, c, &path);
    if (ok && cursor_take(c, "|")) {
        if (!cursor_name(c, filter) || !known_filter(filter))
            ok = job_fail(j, "this filter does not exist; there are when, date, datetime, clock, "
                             "week, iso, number, plain, decimal1, decimal2");
        else
            buf_printf(out, "tmpl_filter_%s(t, %s)", filter, buf_text(&path));
    } else if (ok) {
        buf_puts(out, buf_text(&path));
    }
    job_buf_done(j, &path);
    return ok;
}

static bool text_arguments(struct job *j, struct cursor *c, struct buf *args, int *n)
{
    while (!cursor_end(c)) {
        if (++*n > 9)
            return job_fail(j, "a text takes at most nine values");
        buf_puts(args, *n > 1 ? ", TEXT_ARG(" : "TEXT_ARG(");
        if (!filtered(j, c, args))
            return false;
        buf_putc(args, ')');
        if (c->p < c->end && !blank(*c->p))
            return job_fail(j, "expected a blank between the values of a text");
    }
    return true;
}

static void put_statement(struct job *j, const char *kind, const char *value)
{
    job_flush(j);
    job_line(j);
    job_indent(j);
    buf_printf(j->c, "tmpl_put_%s(t, %s);\n", kind, value);
}

/* {{t.key a b}} or, with plural forms, {{n.key count a b}}. */
static bool text_value(struct job *j, struct cursor *c, bool plural, const char *kind)
{
    char key[JOB_NAME];
    int n = 0;
    struct buf args = buf_init(EXPR_MOST), value = buf_init(EXPR_MOST);
    bool ok = cursor_name(c, key) || job_fail(j, "the key of a text must follow the dot");
    ok = ok && text_arguments(j, c, &args, &n);
    if (ok && plural && n == 0)
        ok = job_fail(j, "a text with plural forms needs the number first");
    if (ok && n && strcmp(kind, "url") == 0)
        ok = job_fail(j, "a text with values cannot be a whole address");
    if (ok && n == 0) {
        buf_printf(&value, "text_get(t->lang, T_%s)", key);
        put_statement(j, kind, buf_text(&value));
    } else if (ok) {
        job_flush(j);
        job_line(j);
        job_indent(j);
        buf_printf(j->c, "tmpl_fmt(t, tmpl_%s, T_%s, (const struct text_arg[]){%s}, %d);\n", kind,
                   key, buf_text(&args), n);
    }
    job_buf_done(j, &args);
    job_buf_done(j, &value);
    return ok;
}

bool expr_value(struct job *j, struct cursor *c)
{
    const char *kind = html_value(&j->html);
    if (!kind)
        return job_fail(j, "%s", j->html.problem);
    j->html.line_start = false;
    if (cursor_take(c, "t."))
        return text_value(j, c, false, kind);
    if (cursor_take(c, "n."))
        return text_value(j, c, true, kind);
    struct buf value = buf_init(EXPR_MOST);
    bool ok = filtered(j, c, &value);
    if (ok && !cursor_end(c))
        ok = job_fail(j, "this is more than one value; filters are written value|filter");
    if (ok)
        put_statement(j, kind, buf_text(&value));
    job_buf_done(j, &value);
    return ok;
}
