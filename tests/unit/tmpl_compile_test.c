/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* What the template compiler refuses, with the line and the sentence. */
#include "test.h"

#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "tmpl/compile.h"

#define VIEW "{{! view struct x in \"x.h\" }}\n"

static struct buf c_out, h_out, said;

static enum err compile_bytes(const char *path, const char *text, size_t n)
{
    const struct tmpl_set set = {.name = "x"};
    const struct tmpl_source file = {path, text, n};
    buf_done(&c_out);
    buf_done(&h_out);
    buf_done(&said);
    c_out = h_out = said = buf_init(1 << 20);
    return tmpl_compile(&set, &file, 1, &c_out, &h_out, &said);
}

static enum err compile(const char *body)
{
    char text[8000];
    snprintf(text, sizeof text, "%s%s", VIEW, body);
    return compile_bytes("a/page.html", text, strlen(text));
}

/* One template that must be refused: in which line, and words of the sentence. */
struct refusal {
    const char *body;
    int line;
    const char *words;
};

static void check_refused(const struct refusal *list, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        char where[40];
        enum err e = compile(list[i].body);
        snprintf(where, sizeof where, "a/page.html:%d: ", list[i].line);
        if (e != ERR_INVALID || !strstr(buf_text(&said), where) ||
            !strstr(buf_text(&said), list[i].words))
            fail_msg("%s\nanswered %s, wanted %s%s", list[i].body, buf_text(&said), where,
                     list[i].words);
    }
}

TEST(values_are_refused_where_no_escape_is_right)
{
    static const struct refusal list[] = {
        {"\n<script src=\"/a\">{{x}}</script>", 3, "<script>"},
        {"<style>{{x}}</style>", 2, "<style>"},
        {"<iframe>{{x}}</iframe>", 2, "<iframe>"},
        {"<!-- {{x}} -->", 2, "comment"},
        {"<!-- never ended", 2, "comment"},
        {"<!doctype {{x}}>", 2, "doctype"},
        {"<{{x}}>", 2, "names of elements"},
        {"<b{{x}}></b>", 2, "in a tag"},
        {"</{{x}}>", 2, "end tag"},
        {"<b {{x}}></b>", 2, "in a tag"},
        {"<b {{x}}=\"y\"></b>", 2, "in a tag"},
        {"<b da{{x}}ta=\"y\"></b>", 2, "in a tag"},
        {"<b title={{x}}></b>", 2, "double quotes"},
        {"<b title=a{{x}}></b>", 2, "double quotes"},
        {"<b title='{{x}}'></b>", 2, "double quotes"},
        {"<b title = \"y\"></b>", 2, "no name of an attribute"},
        {"<b style=\"{{x}}\"></b>", 2, "style="},
        {"<b onclick=\"{{x}}\"></b>", 2, "onclick="},
        {"<b ONCLICK=\"f()\"></b>", 2, "onclick="},
        {"<b hx-on:click=\"{{x}}\"></b>", 2, "hx-on"},
        {"<b hx-vals=\"{{x}}\"></b>", 2, "hx-vals"},
        {"<b data-hx-vals=\"{{x}}\"></b>", 2, "data-hx-vals"},
        {"<img alt=\"\" srcset=\"{{x}}\">", 2, "srcset"},
        {"<iframe srcdoc=\"{{x}}\"></iframe>", 2, "srcdoc"},
        {"<meta http-equiv=\"refresh\" content=\"{{x}}\">", 2, "content="},
        {"<meta content=\"{{x}}\" http-equiv=\"refresh\">", 2, "http-equiv"},
        {"<svg><set to=\"{{x}}\"/></svg>", 2, "to="},
        {"<svg><script src=\"/a\"></script></svg>", 2, "SVG"},
        {"<a href=\"javascript:x\"></a>", 2, "script or data"},
        {"<a href=\"JavaScript:{{x}}\"></a>", 2, "script or data"},
        {"<script>x</script>", 2, "needs src"},
        {"<img src=\"/a\">", 2, "alt"},
    };
    check_refused(list, ARRAY_LEN(list));
}

TEST(sections_must_end_where_they_began)
{
    static const struct refusal list[] = {
        {"{{#if x}}\n<b>{{/if}}", 3, "another place"},
        {"{{#if x}}a{{else}}<b>{{/if}}", 2, "another place"},
        {"<b>{{#if x}}</b>{{/if}}", 2, "was not opened in this section"},
        {"<b {{#if x}}title=\"{{/if}}\"></b>", 2, "another place"},
        {"<b title=\"{{#if x}}\"{{/if}}></b>", 2, "another place"},
        {"<b{{#if x}} a{{/if}}b></b>", 2, "a blank must stand"},
        {"<b{{#if x}} a{{/if}}=\"y\"></b>", 2, "a blank must stand"},
        {"<b {{#each x as r}}a=\"b\"{{/each}}></b>", 2, "a blank must stand"},
        {"<a href=\"{{#each x as r}}{{r}}{{/each}}\"></a>", 2, "begin an address"},
        {"<script src=\"/a\">{{#if x}}{{/if}}</script>", 2, "<script>"},
        {"\n\n{{#if x}}\n\n", 6, "from line 4 is not closed"},
        {"{{#each x as r}}", 2, "is not closed"},
        {"{{/if}}", 2, "outside every section"},
        {"{{else}}", 2, "outside every section"},
        {"{{#if x}}{{/each}}", 2, "{{/if}}"},
        {"{{#each x as r}}{{/if}}", 2, "{{/each}}"},
        {"{{#if x}}{{else}}{{else}}{{/if}}", 2, "already"},
        {"{{#each x as r}}{{else if y}}{{/each}}", 2, "else if"},
        {"<title>{{> x_row y}}</title>", 2, "in text only"},
        {"<b title=\"{{> x_row y}}\"></b>", 2, "in text only"},
    };
    check_refused(list, ARRAY_LEN(list));
}

TEST(markup_must_balance)
{
    static const struct refusal list[] = {
        {"<b><i></b></i>", 2, "</i> is expected"},
        {"<p>", 2, "<p> is not closed"},
        {"</p>", 2, "was not opened"},
        {"<div/>", 2, "does not close itself"},
        {"a < b", 2, "&lt;"},
        {"<b title=\"x", 2, "ends in an attribute"},
        {"<b", 2, "ends in a tag"},
        {"<textarea>", 2, "ends in a title or textarea"},
        {"<plaintext>", 2, "not used"},
        {"<b ?></b>", 2, "no name of an attribute"},
        {"<b\"></b>", 2, "no name of an element"},
        {"<!element>", 2, "doctype"},
    };
    check_refused(list, ARRAY_LEN(list));
}

TEST(directives_must_be_known)
{
    static const struct refusal list[] = {
        {"{{x", 2, "followed by }}"},
        {"{{}}", 2, "expected a name"},
        {"{{x y}}", 2, "more than one value"},
        {"{{x.}}", 2, "must follow the dot"},
        {"{{x|nothing}}", 2, "filter"},
        {"{{&x}}", 2, "expected a name"},
        {"{{{x}}}", 2, "expected a name"},
        {"{{#unless x}}", 2, "unknown section"},
        {"{{#}}", 2, "unknown section"},
        {"{{^x}}", 2, "expected a name"},
        {"{{#if x == \"y\"}}{{/if}}", 2, "constant or an integer"},
        {"{{#if x == 012}}{{/if}}", 2, "constant or an integer"},
        {"{{#if x > 1}}{{/if}}", 2, "a condition is"},
        {"{{#if x; f()}}{{/if}}", 2, "a condition is"},
        {"{{#each x}}{{/each}}", 2, "{{#each rows as r}}"},
        {"{{#each x as t}}{{/each}}", 2, "is taken"},
        {"{{#each x as r, r}}{{/each}}", 2, "is taken"},
        {"{{#each x as r}}{{#each y as r}}{{/each}}{{/each}}", 2, "is taken"},
        {"{{#each x as r}}{{#each r as c}}{{/each}}{{/each}}", 2, "is a member"},
        {"{{#each x as r, i}}{{i.y}}{{/each}}", 2, "is a number"},
        {"{{t.}}", 2, "key"},
        {"{{n.days}}", 2, "number first"},
        {"<a href=\"{{t.x y}}\"></a>", 2, "whole address"},
        {"{{> x_row}}", 2, "expected a name"},
        {"{{> x_row y z}}", 2, "one argument"},
        {"{{> }}", 2, "{{> name what}}"},
        {"{{! view struct y in \"y.h\" }}", 2, "twice"},
    };
    check_refused(list, ARRAY_LEN(list));
}

static bool refused(const char *path, const char *text, size_t n, const char *words)
{
    return compile_bytes(path, text, n) == ERR_INVALID && strstr(buf_text(&said), words);
}

TEST(files_must_be_text_with_a_view_and_a_name)
{
    CHECK(refused("page.html", "", 0, "page.html:1: the first line names the view"));
    CHECK(refused("page.html", "{{x}}", 5, "names the view"));
    CHECK(refused("page.html", "{{! view x }}", 13, "is named so"));
    CHECK(refused("page.html", "{{! view struct x in \"a\nb\" }}", 29, "no name of a header"));
    CHECK(refused("page.html", VIEW "\xE5", strlen(VIEW) + 1, "UTF-8"));
    CHECK(refused("page.html", VIEW "\0", strlen(VIEW) + 1, "UTF-8"));
    CHECK(refused("pa-ge.html", VIEW, strlen(VIEW), "is named with letters"));
    CHECK(refused("page.htm", VIEW, strlen(VIEW), "is named with letters"));
    CHECK(compile_bytes("page.html", VIEW, strlen(VIEW)) == ERR_OK);
    CHECK_TEXT(buf_text(&said), "");
}

TEST(tops_may_stay_open_and_ends_may_close)
{
    const char *open = VIEW "<html><body>", *close = VIEW "</body></html>";
    CHECK(compile_bytes("page_top.html", open, strlen(open)) == ERR_OK);
    CHECK(compile_bytes("page_end.html", close, strlen(close)) == ERR_OK);
    CHECK(compile_bytes("page_end.html", open, strlen(open)) == ERR_INVALID);
    CHECK(compile_bytes("page_top.html", close, strlen(close)) == ERR_INVALID);
}

TEST(every_refused_file_is_named_once)
{
    const struct tmpl_set set = {.name = "x"};
    const struct tmpl_source files[] = {
        {"a.html", "{{x}}{{y}}", 10}, {"b.html", VIEW, strlen(VIEW)}, {"c.html", "<", 1}};
    buf_clear(&c_out);
    buf_clear(&h_out);
    buf_clear(&said);
    CHECK(tmpl_compile(&set, files, 3, &c_out, &h_out, &said) == ERR_INVALID);
    CHECK(strstr(buf_text(&said), "a.html:1: ") && strstr(buf_text(&said), "\nc.html:1: "));
    CHECK(!strstr(buf_text(&said), "b.html"));
}

TEST(the_code_names_the_line_of_the_template)
{
    CHECK(compile("<p>\n  {{name.part}}\n</p>") == ERR_OK);
    CHECK(strstr(buf_text(&c_out), "#line 3 \"a/page.html\"\n"
                                   "    tmpl_put_text(t, v->name.part);\n"));
    CHECK(strstr(buf_text(&h_out), "void x_page_html(struct tmpl *t, const struct x *v);\n"));
    CHECK(strstr(buf_text(&h_out), "#include \"x.h\"\n"));
}

TEST(hostile_depth_ends_in_a_sentence)
{
    char body[4000] = "";
    for (int i = 0; i < 30; i++)
        strncat(body, "{{#if x}}", 10);
    CHECK(compile(body) == ERR_INVALID && strstr(buf_text(&said), "more sections"));
    body[0] = 0;
    for (int i = 0; i < 100; i++)
        strncat(body, "<b>", 4);
    CHECK(compile(body) == ERR_INVALID && strstr(buf_text(&said), "more elements"));
    memset(body, 'x', 3000);
    body[0] = body[1] = '{';
    memcpy(body + 3000, "}}", 3);
    CHECK(compile(body) == ERR_INVALID);
}

TEST(compiling_survives_every_allocation_failure)
{
    const char *text =
        VIEW "<p class=\"{{a.b}}\">{{#each x as r}}{{#if not r.y == Z}}{{t.k r.z|date}}"
             "{{else}}{{> x_row *r.q}}{{/if}}{{/each}}</p>";
    const struct tmpl_set set = {.name = "x"};
    const struct tmpl_source file = {"page.html", text, strlen(text)};
    for (long n = 0;; n++) {
        struct buf c = buf_init(1 << 20), h = c, p = c;
        mem_fail_at(n);
        enum err e = tmpl_compile(&set, &file, 1, &c, &h, &p);
        bool failed = mem_failed();
        mem_fail_at(-1);
        CHECK(e == (failed ? ERR_NOMEM : ERR_OK));
        buf_done(&c);
        buf_done(&h);
        buf_done(&p);
        if (!failed)
            break;
        CHECK(n < 500);
    }
}
