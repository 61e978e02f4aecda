/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "tmpl/compile.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "base/str.h"
#include "tmpl/job.h"

#define LITERAL_MOST TMPL_SOURCE_MOST

bool job_fail(struct job *j, const char *sentence, ...)
{
    if (j->failed)
        return false;
    j->failed = true;
    char text[300];
    va_list ap;
    va_start(ap, sentence);
    vsnprintf(text, sizeof text, sentence, ap);
    va_end(ap);
    buf_printf(j->problems, "%s:%d: %s\n", j->file->path, j->line, text);
    return false;
}

void job_indent(struct job *j)
{
    buf_printf(j->c, "%*s", 4 + 4 * j->depth, "");
}

static void c_string(struct buf *out, const char *s, size_t n)
{
    buf_putc(out, '"');
    for (size_t i = 0; i < n; i++) {
        unsigned char c = (unsigned char)s[i];
        if (c == '\n')
            buf_puts(out, "\\n");
        else if (c == '"' || c == '\\' || c == '?')
            buf_add(out, (const char[]){'\\', (char)c}, 2);
        else if (c < ' ' || c >= 127)
            buf_printf(out, "\\%03o", c);
        else
            buf_putc(out, (char)c);
    }
    buf_putc(out, '"');
}

void job_line(struct job *j)
{
    buf_printf(j->c, "#line %d ", j->line);
    c_string(j->c, j->file->path, strlen(j->file->path));
    buf_putc(j->c, '\n');
}

void job_buf_done(struct job *j, struct buf *b)
{
    if (b->err && !j->c->err)
        j->c->err = b->err;
    buf_done(b);
}

void job_flush(struct job *j)
{
    if (j->lit.len) {
        job_indent(j);
        buf_puts(j->c, "tmpl_literal(t, ");
        c_string(j->c, j->lit.data, j->lit.len);
        buf_printf(j->c, ", %zu);\n", j->lit.len);
    }
    if (j->lit.err && !j->c->err)
        j->c->err = j->lit.err;
    buf_clear(&j->lit);
}

static struct section *open_section(struct job *j, enum section_kind kind)
{
    if (j->depth >= JOB_SECTIONS) {
        job_fail(j, "more sections are open than fit");
        return NULL;
    }
    if (j->html.s.place == HTML_RAW) {
        job_fail(j, "no section may stand in <%s>", j->html.tag);
        return NULL;
    }
    struct section *s = &j->sections[j->depth];
    *s = (struct section){.kind = kind,
                          .line = j->line,
                          .floor = j->html.floor,
                          .start = j->html.s,
                          .end = j->html.s};
    return s;
}

static void enter_section(struct job *j)
{
    j->html.floor = j->html.s.depth;
    j->depth++;
}

static bool do_if(struct job *j, struct cursor *c)
{
    struct buf condition = buf_init(8192);
    bool ok = expr_condition(j, c, &condition);
    if (ok && !cursor_end(c))
        ok = job_fail(j, "a condition is a name, not a name, or a name == or != a constant");
    if (ok && open_section(j, SECTION_IF)) {
        job_flush(j);
        job_line(j);
        job_indent(j);
        buf_printf(j->c, "if (%s) {\n", buf_text(&condition));
        enter_section(j);
    }
    job_buf_done(j, &condition);
    return ok && !j->failed;
}

/* "as r" or "as r, i" */
static bool loop_names(struct job *j, struct cursor *c, char item[JOB_NAME], char index[JOB_NAME])
{
    cursor_blank(c);
    bool ok = cursor_take(c, "as");
    cursor_blank(c);
    ok = ok && cursor_name(c, item);
    index[0] = 0;
    cursor_blank(c);
    if (ok && cursor_take(c, ",")) {
        cursor_blank(c);
        ok = cursor_name(c, index);
    }
    if (!ok || !cursor_end(c))
        return job_fail(j, "a loop is written {{#each rows as r}} or {{#each rows as r, i}}");
    const char *both[] = {item, index};
    for (int i = 0; i < 2; i++) {
        const char *name = both[i];
        if (job_name_in_use(j, name) || str_eq(name, "t") || str_eq(name, "v") ||
            str_eq(name, "n") || str_eq(name, "not"))
            return job_fail(j, "the name %s is taken", name);
    }
    return !str_eq(item, index) || job_fail(j, "the name %s is taken", item);
}

static void write_loop(struct job *j, const char *rows, const char *count)
{
    struct section *s = &j->sections[j->depth];
    int serial = s->serial = ++j->serial;
    char index[JOB_NAME + 16];
    if (s->index[0])
        snprintf(index, sizeof index, "%s", s->index);
    else
        snprintf(index, sizeof index, "i_%d", serial);
    job_flush(j);
    job_line(j);
    job_indent(j);
    buf_printf(j->c, "const int64_t n_%d = (int64_t)(%s);\n", serial, count);
    job_indent(j);
    buf_printf(j->c, "for (int64_t %s = 0; %s < n_%d; %s++) {\n", index, index, serial, index);
    enter_section(j);
    job_line(j);
    job_indent(j);
    buf_printf(j->c, "__typeof__(&(%s)[0]) %s = &(%s)[%s];\n", rows, s->item, rows, index);
    job_indent(j);
    buf_printf(j->c, "(void)%s;\n", s->item);
}

static bool do_each(struct job *j, struct cursor *c)
{
    struct buf rows = buf_init(8192), count = buf_init(8192);
    char item[JOB_NAME], index[JOB_NAME];
    bool ok = expr_rows(j, c, &rows, &count) && loop_names(j, c, item, index);
    if (ok && j->html.s.place == HTML_VALUE && j->html.s.attr == HTML_ATTR_URL &&
        !j->html.s.url_rest)
        ok = job_fail(j, "a loop cannot begin an address");
    struct section *s = ok ? open_section(j, SECTION_EACH) : NULL;
    if (s) {
        str_copy(s->item, JOB_NAME, item);
        str_copy(s->index, JOB_NAME, index);
        /* The second turn begins where the first ended. */
        if (j->html.s.place == HTML_TAG)
            j->html.s.place = HTML_TAG_AFTER;
        write_loop(j, buf_text(&rows), buf_text(&count));
    }
    job_buf_done(j, &rows);
    job_buf_done(j, &count);
    return s != NULL;
}

static bool do_include(struct job *j, struct cursor *c)
{
    char name[JOB_NAME];
    struct buf argument = buf_init(8192);
    if (j->html.s.place != HTML_TEXT)
        return job_fail(j, "a template can be included in text only, not %s",
                        html_place_text(j->html.s.place));
    cursor_blank(c);
    if (!cursor_name(c, name))
        return job_fail(j, "an include is written {{> name what}}");
    bool ok = expr_argument(j, c, &argument);
    if (ok && !cursor_end(c))
        ok = job_fail(j, "an include takes one argument");
    if (ok) {
        job_flush(j);
        job_line(j);
        job_indent(j);
        buf_printf(j->c, "%s_html(t, %s);\n", name, buf_text(&argument));
    }
    job_buf_done(j, &argument);
    return ok;
}

/* A branch has ended: does it stand where it began? */
static bool end_branch(struct job *j, struct section *s)
{
    struct html_state meet = s->start;
    if (!html_join(&meet, &j->html.s))
        return job_fail(j,
                        "this branch of the section from line %d ends in another place than it "
                        "began (%s; open elements: %d, now %d)",
                        s->line, html_place_text(j->html.s.place), s->start.depth, j->html.s.depth);
    html_join(&s->end, &j->html.s);
    job_flush(j);
    j->depth--;
    return true;
}

static struct section *innermost(struct job *j, const char *what)
{
    if (j->depth)
        return &j->sections[j->depth - 1];
    job_fail(j, "{{%s}} stands outside every section", what);
    return NULL;
}

static bool do_else(struct job *j, struct cursor *c)
{
    struct section *s = innermost(j, "else");
    if (!s)
        return false;
    if (s->has_else)
        return job_fail(j, "the section from line %d has an {{else}} already", s->line);
    struct buf condition = buf_init(8192);
    cursor_blank(c);
    bool again = cursor_take(c, "if ");
    bool ok = !again || s->kind == SECTION_IF || job_fail(j, "a loop has no {{else if}}");
    ok = ok && end_branch(j, s);
    ok = ok && (!again || expr_condition(j, c, &condition));
    if (ok && !cursor_end(c))
        ok = job_fail(j, "write {{else}} or {{else if condition}}");
    if (ok) {
        if (again) {
            job_line(j);
            job_indent(j);
            buf_printf(j->c, "} else if (%s) {\n", buf_text(&condition));
        } else {
            job_indent(j);
            buf_puts(j->c, s->kind == SECTION_IF ? "} else {\n" : "}\n");
        }
        if (s->kind == SECTION_EACH) {
            job_indent(j);
            buf_printf(j->c, "if (n_%d <= 0) {\n", s->serial);
            s->item[0] = s->index[0] = 0; /* there is no row to name */
        }
        s->has_else = !again;
        j->html.s = s->start;
        j->depth++;
    }
    job_buf_done(j, &condition);
    return ok;
}

static bool do_close(struct job *j, struct cursor *c)
{
    struct section *s = innermost(j, "/");
    if (!s)
        return false;
    bool right = cursor_take(c, s->kind == SECTION_IF ? "if" : "each");
    if (!right || !cursor_end(c))
        return job_fail(j, "the section from line %d ends with {{/%s}}", s->line,
                        s->kind == SECTION_IF ? "if" : "each");
    if (!end_branch(j, s))
        return false;
    job_indent(j);
    buf_puts(j->c, "}\n");
    j->html.s = s->end;
    j->html.floor = s->floor;
    return true;
}

/* view struct x in "header.h" */
static bool do_view(struct job *j, struct cursor *c)
{
    char word[JOB_NAME];
    bool ok = !j->has_view || job_fail(j, "the view is named twice");
    cursor_blank(c);
    ok = ok && cursor_name(c, word) && str_eq(word, "struct");
    cursor_blank(c);
    ok = ok && cursor_name(c, j->view);
    cursor_blank(c);
    ok = ok && cursor_name(c, word) && str_eq(word, "in");
    cursor_blank(c);
    ok = ok && cursor_take(c, "\"");
    const char *close = ok ? memchr(c->p, '"', (size_t)(c->end - c->p)) : NULL;
    size_t n = close ? (size_t)(close - c->p) : 0;
    if (!close || n == 0 || n >= sizeof j->header)
        return job_fail(j, "the view is named so: {{! view struct x in \"part/x.h\" }}");
    for (const char *p = c->p; p < close; p++)
        if (!strchr("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-./", *p))
            return job_fail(j, "this is no name of a header");
    memcpy(j->header, c->p, n);
    j->header[n] = 0;
    j->has_view = true;
    return true;
}

static bool do_comment(struct job *j, struct cursor *c)
{
    cursor_blank(c);
    return cursor_take(c, "view ") ? do_view(j, c) : true;
}

static bool directive(struct job *j, struct cursor c)
{
    static const char braces[] = "{{";
    char word[JOB_NAME];
    cursor_blank(&c);
    if (cursor_take(&c, "!"))
        return do_comment(j, &c);
    if (!j->has_view)
        return job_fail(j, "the first line names the view: {{! view struct x in \"part/x.h\" }}");
    if (cursor_take(&c, "\"{{\""))
        return cursor_end(&c) && html_feed(&j->html, braces, braces + 2, &j->lit);
    if (cursor_take(&c, ">"))
        return do_include(j, &c);
    if (cursor_take(&c, "/"))
        return do_close(j, &c);
    if (cursor_take(&c, "#")) {
        if (cursor_name(&c, word) && str_eq(word, "if"))
            return do_if(j, &c);
        if (str_eq(word, "each"))
            return do_each(j, &c);
        return job_fail(j, "unknown section; there are {{#if}} and {{#each}}");
    }
    struct cursor name = c;
    if (cursor_name(&name, word) && str_eq(word, "else"))
        return do_else(j, &name);
    return expr_value(j, &c);
}

static void count_lines(struct job *j, const char *p, const char *end)
{
    for (; p < end; p++)
        j->line += *p == '\n';
}

static bool literal(struct job *j, const char *p, const char *end)
{
    if (!html_feed(&j->html, p, end, &j->lit)) {
        count_lines(j, p, j->html.at ? j->html.at : p);
        return job_fail(j, "%s", j->html.problem);
    }
    count_lines(j, p, end);
    return true;
}

static bool walk(struct job *j)
{
    const char *p = j->file->text, *end = p + j->file->len;
    while (p < end) {
        const char *open = memmem(p, (size_t)(end - p), "{{", 2);
        if (!literal(j, p, open ? open : end))
            return false;
        if (!open)
            break;
        const char *close = memmem(open + 2, (size_t)(end - open - 2), "}}", 2);
        if (!close)
            return job_fail(j, "{{ is not followed by }}");
        if (!directive(j, (struct cursor){open + 2, close}))
            return job_fail(j, "this cannot be understood");
        count_lines(j, open, close);
        p = close + 2;
    }
    job_flush(j);
    return true;
}

static bool name_ends(const char *name, const char *a, const char *b)
{
    return str_ends(name, a) || str_ends(name, b) || str_eq(name, a + 1) || str_eq(name, b + 1);
}

static bool check_end(struct job *j)
{
    if (j->depth)
        return job_fail(j, "the section from line %d is not closed",
                        j->sections[j->depth - 1].line);
    if (!j->has_view)
        return job_fail(j, "the first line names the view: {{! view struct x in \"part/x.h\" }}");
    if (j->html.s.place != HTML_TEXT)
        return job_fail(j, "the file ends %s", html_place_text(j->html.s.place));
    if (j->html.s.depth && !name_ends(j->name, "_top", "_begin"))
        return job_fail(j, "<%s> is not closed (only files named *_top or *_begin may leave it)",
                        j->html.stack[j->html.s.depth - 1]);
    return true;
}

/* event/html/list.html -> list */
static bool name_function(struct job *j)
{
    const char *slash = strrchr(j->file->path, '/');
    const char *name = slash ? slash + 1 : j->file->path;
    size_t n = strcspn(name, ".");
    struct cursor c = {name, name + n};
    if (strcmp(name + n, ".html") != 0 || !cursor_name(&c, j->name) || c.p != c.end)
        return job_fail(j, "a template is named with letters, digits and _, and ends with .html");
    return true;
}

static void write_header(struct job *j)
{
    char line[300];
    snprintf(line, sizeof line, "#include \"%s\"\n", j->header);
    if (!strstr(buf_text(j->h), line))
        buf_puts(j->h, line);
}

/* The function goes to a buffer of its own, so that a refused file leaves nothing behind. */
static void compile_file(struct job *j, struct buf *protos)
{
    j->line = 1;
    html_init(&j->html);
    if (j->file->len > TMPL_SOURCE_MOST) {
        job_fail(j, "the file is too large");
        return;
    }
    if (!utf8_valid(j->file->text, j->file->len)) {
        job_fail(j, "the file is not valid UTF-8");
        return;
    }
    if (!name_function(j))
        return;
    j->html.may_close = name_ends(j->name, "_bottom", "_end");
    struct buf *c = j->c;
    struct buf body = buf_init(c->limit);
    j->c = &body;
    if (walk(j) && check_end(j)) {
        char head[3 * JOB_NAME + 64];
        snprintf(head, sizeof head, "void %s_%s_html(struct tmpl *t, const struct %s *v)", j->set,
                 j->name, j->view);
        write_header(j);
        buf_printf(protos, "%s;\n", head);
        buf_printf(c, "\n%s\n{\n    (void)v;\n    (void)t;\n%s}\n", head, buf_text(&body));
    }
    if (body.err && !c->err)
        c->err = body.err;
    buf_done(&body);
    j->c = c;
}

static void compile_all(const struct tmpl_set *set, const struct tmpl_source *files, size_t n,
                        struct job *j, struct buf *protos)
{
    for (size_t i = 0; i < n; i++) {
        struct buf *c = j->c, *h = j->h, *problems = j->problems;
        *j = (struct job){.file = &files[i],
                          .set = set->name,
                          .c = c,
                          .h = h,
                          .problems = problems,
                          .lit = buf_init(LITERAL_MOST)};
        compile_file(j, protos);
        buf_done(&j->lit);
    }
}

enum err tmpl_compile(const struct tmpl_set *set, const struct tmpl_source *files, size_t n,
                      struct buf *c, struct buf *h, struct buf *problems)
{
    AUTO(mem_freep) struct job *j = mem_alloc(sizeof *j);
    if (!j)
        return ERR_NOMEM;
    struct buf protos = buf_init(h->limit);
    buf_printf(h,
               "/* Made by tmplc from the templates of the set %s. */\n#pragma once\n\n"
               "#include \"tmpl/tmpl.h\"\n",
               set->name);
    buf_printf(c, "/* Made by tmplc from the templates of the set %s. */\n#include \"%s_html.h\"\n",
               set->name, set->name);
    for (size_t i = 0; i < set->n_includes; i++)
        buf_printf(c, "#include \"%s\"\n", set->includes[i]);
    *j = (struct job){.c = c, .h = h, .problems = problems};
    compile_all(set, files, n, j, &protos);
    buf_printf(h, "\n%s", buf_text(&protos));
    enum err e = protos.err ? protos.err : c->err ? c->err : h->err ? h->err : problems->err;
    buf_done(&protos);
    if (e)
        return e;
    return problems->len ? ERR_INVALID : ERR_OK;
}
