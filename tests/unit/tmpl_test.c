/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Texts, formats, and what compiled templates (tmpl_html/) write. */
#include "test.h"

#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "show_html.h"
#include "tmpl/tmpl.h"

#define HOSTILE "\"><script>alert('1')</script>&\x01 å"

typedef void render_fn(struct tmpl *t, const struct show_view *v);

static struct buf page;

static const char *render(render_fn *fn, enum lang lang, const struct show_view *v)
{
    buf_done(&page);
    page = buf_init(100000);
    msec now = 0;
    CHECK(time_parse("2026-11-15 12:00", &now) == ERR_OK);
    struct tmpl t = {.out = &page, .lang = lang, .now = now};
    fn(&t, v);
    CHECK(buf_err(&page) == ERR_OK);
    return buf_text(&page);
}

static void check_has(const char *text, const char *wanted)
{
    if (!strstr(text, wanted))
        fail_msg("no\n%s\nin\n%s", wanted, text);
}

TEST(hostile_text_stays_text_in_every_place)
{
    const struct show_view v = {.s = HOSTILE, .place.text = "javascript:alert(1)"};
    const char *out = render(show_places_html, LANG_SV, &v);
    const char *safe =
        "&quot;&gt;&lt;script&gt;alert(&#39;1&#39;)&lt;/script&gt;&amp;\xEF\xBF\xBD å";
    char wanted[400];
    snprintf(wanted, sizeof wanted, "<title>%s</title>\n<p title=\"%s\">%s</p>", safe, safe, safe);
    check_has(out, wanted);
    snprintf(wanted, sizeof wanted, "<textarea>%s</textarea>", safe);
    check_has(out, wanted);
    check_has(out, "<a href=\"#\">whole</a>"); /* a control character: not trusted */
    check_has(out, "<a href=\"/q/%22%3E%3Cscript%3Ealert%28%271%27%29%3C%2Fscript%3E%26%01%20%C3%A5"
                   "?a=%22%3E");
    check_has(out, "<a href=\"#%22%3E"); /* the second value is a component */
    snprintf(wanted, sizeof wanted, "<svg viewBox=\"0 0 0 0\"><title>%s</title>", safe);
    check_has(out, wanted);
    CHECK(!strstr(out, "<script"));
}

TEST(whole_addresses_keep_only_known_schemes)
{
    static const char *const pairs[][2] = {
        {"javascript:alert(1)", "#"},
        {"JaVaScRiPt:alert(1)", "#"},
        {" javascript:alert(1)", "#"},
        {"java\nscript:alert(1)", "#"},
        {"\tjavascript:alert(1)", "#"},
        {"data:text/html,x", "#"},
        {"vbscript:x", "#"},
        {"javascript&#58;alert(1)", "javascript&amp;#58;alert(1)"},
        {"https://samsyn.example/a?b=1&c=\"2\"",
         "https://samsyn.example/a?b=1&amp;c=&quot;2&quot;"},
        {"HTTP://samsyn.example/", "HTTP://samsyn.example/"},
        {"mailto:a@samsyn.example", "mailto:a@samsyn.example"},
        {"tel:+46501000", "tel:+46501000"},
        {"/a:b", "/a:b"},
        {"?q=a:b", "?q=a:b"},
        {"a b/c d", "a%20b/c%20d"},
        {"", ""},
        {NULL, ""},
    };
    for (size_t i = 0; i < ARRAY_LEN(pairs); i++) {
        const struct show_view v = {.url = pairs[i][0]};
        char wanted[200];
        snprintf(wanted, sizeof wanted, "<a href=\"%s\"></a>\n", pairs[i][1]);
        CHECK_TEXT(render(show_address_html, LANG_SV, &v), wanted);
    }
}

TEST(components_of_addresses_are_percent_encoded)
{
    static const char *const pairs[][2] = {
        {"a/b?c#d", "a%2Fb%3Fc%23d"},
        {"Töreboda", "T%C3%B6reboda"},
        {"A-z_0.9~", "A-z_0.9~"},
        {"..", ""},
        {".", ""},
        {"...", "..."},
        {NULL, ""},
        {"%2e", "%252e"},
    };
    for (size_t i = 0; i < ARRAY_LEN(pairs); i++) {
        const struct show_view v = {.url = pairs[i][0]};
        char wanted[200];
        snprintf(wanted, sizeof wanted, "<a href=\"/%s/\"></a>\n", pairs[i][1]);
        CHECK_TEXT(render(show_part_html, LANG_SV, &v), wanted);
    }
}

TEST(an_address_that_may_have_begun_takes_components_only)
{
    const struct show_view with = {.yes = true, .s = "a/b"}, without = {.s = "javascript:x"};
    CHECK_TEXT(render(show_branch_address_html, LANG_SV, &with), "<a href=\"/start/a%2Fb\"></a>\n");
    CHECK_TEXT(render(show_branch_address_html, LANG_SV, &without),
               "<a href=\"javascript%3Ax\"></a>\n");
}

TEST(values_are_written_by_type_place_and_language)
{
    struct show_view v = {.n = -12345,
                          .big = UINT64_MAX,
                          .yes = true,
                          .x = 3.449,
                          .kind = SHOW_AREA,
                          .room = "r",
                          .day = {2026, 1, 1}};
    CHECK(time_parse("2026-11-14 22:40", &v.at) == ERR_OK);
    CHECK(id_parse("0192f0c1-0000-7000-8000-000000000000", &v.id) == ERR_OK);
    CHECK_TEXT(render(show_values_html, LANG_SV, &v),
               "<p data-n=\"-12345\" data-x=\"3.45\" data-yes=\"true\" "
               "data-id=\"0192f0c1-0000-7000-8000-000000000000\">−12\u202F345 -12345 "
               "18\u202F446\u202F744\u202F073\u202F709\u202F551\u202F615 ja 3,4 3,45 r 2</p>\n"
               "<time datetime=\"2026-11-14T22:40:00+01:00\">i går 22.40, 14 november 2026, "
               "14 november 2026 kl. 22.40, 22.40, vecka 46</time>\n"
               "<time datetime=\"2026-01-01\">1 januari 2026, vecka 1</time>\n");
    const char *english = render(show_values_html, LANG_EN, &v);
    check_has(english, " yes 3.4 3.45 ");
    check_has(english,
              "yesterday 22:40, 14 November 2026, 14 November 2026, 22:40, 22:40, week 46");
}

TEST(loops_nest_and_say_what_stands_for_nothing)
{
    struct show_cell cells[] = {{1}, {2}};
    const struct show_place place = {"Hova"};
    const struct show_row rows[] = {{.name = "a", .cells = cells, .n_cells = 2, .where = &place},
                                    {.name = "b"}};
    const char *tags[] = {"<", "y"};
    struct show_view v = {.rows = rows, .n_rows = 2, .tags = tags, .n_tags = 2};
    CHECK_TEXT(render(show_sections_html, LANG_SV, &v),
               "0a:\n(1 in a)\n(2 in a)\nsomewhere\n1b:\nempty\nnowhere\n[&lt;][y]\n");
    v = (struct show_view){0};
    CHECK_TEXT(render(show_sections_html, LANG_SV, &v), "no rows\n\n");
}

TEST(truth_is_content)
{
    const struct show_row row = {0};
    struct show_view v = {.s = "", .n = -3};
    CHECK_TEXT(render(show_truth_html, LANG_SV, &v), "-n\nother \n");
    v = (struct show_view){
        .s = "x", .x = 0.1, .yes = true, .id.b = {1}, .rows = &row, .room = "r", .kind = SHOW_AREA};
    CHECK_TEXT(render(show_truth_html, LANG_SV, &v), "sxyirc\narea differs\n");
}

TEST(attributes_can_depend_on_values)
{
    const struct show_row rows[] = {{.name = "a"}, {.name = "b", .chosen = true}};
    struct show_view v = {.rows = rows, .n_rows = 2, .yes = true, .s = "\""};
    CHECK_TEXT(
        render(show_attributes_html, LANG_SV, &v),
        "<select name=\"a\"><option value=\"a\">a</option>"
        "<option value=\"b\" selected>b</option></select>\n"
        "<input checked class=\"a b\" title=\"&quot;\" disabled>\n<br/><img src=/a.png alt=''>\n");
    v = (struct show_view){0};
    check_has(render(show_attributes_html, LANG_SV, &v), "<input  class=\"a c\" disabled>");
}

TEST(includes_get_what_they_are_given)
{
    const struct show_place place = {"p"};
    const struct show_row rows[] = {{.name = "a", .where = &place}, {.name = "b"}};
    const struct show_view v = {.s = "sv", .place.text = "q", .rows = rows, .n_rows = 2};
    CHECK_TEXT(render(show_include_html, LANG_SV, &v),
               "<!doctype html>\n<html lang=\"sv\">\n<b>q</b>\n<b>p</b>\n<i>a</i>\n<i>b</i>\n"
               "</html>\n");
}

TEST(texts_take_values_and_plurals_in_both_languages)
{
    struct show_view v = {.s = "<b>", .n = 1, .big = 20000};
    CHECK(time_parse("2026-11-14 22:40", &v.at) == ERR_OK);
    CHECK_TEXT(render(show_texts_html, LANG_SV, &v),
               "<p title=\"i morgon &lt;b&gt;\">ja, &lt;b&gt;–14 november 2026, 1 dag, "
               "1 rad av 20\u202F000</p>\n<a href=\"/?q=i%20dag%20%3Cb%3E\">Spara</a>\n");
    v.n = 2;
    check_has(render(show_texts_html, LANG_EN, &v), "2 days, 2 rows of 20");
}

TEST(literal_text_is_kept_but_for_indentation)
{
    const struct show_view v = {0};
    CHECK_TEXT(render(show_literal_html, LANG_SV, &v),
               "<p>\nå &amp; {{x}} \"quoted\" \\n ?\?= end\n</p>\n<pre>\n  kept\n"
               "     <b>too</b>\n</pre>\n<script src=\"/a.js\"></script>\n"
               "<style>p > a { color: red }</style>\n");
}

TEST(a_page_past_its_ceiling_says_so)
{
    struct buf b = buf_init(20);
    struct tmpl t = {.out = &b};
    const struct show_view v = {.s = "long enough to pass the ceiling"};
    show_places_html(&t, &v);
    CHECK(buf_err(&b) == ERR_LIMIT);
    buf_done(&b);
}

TEST(rendering_survives_every_allocation_failure)
{
    char longer[2000];
    memset(longer, '<', sizeof longer - 1);
    longer[sizeof longer - 1] = 0;
    const struct show_view v = {.s = longer, .n = 2};
    for (long n = 0;; n++) {
        struct buf b = buf_init(1 << 20);
        struct tmpl t = {.out = &b};
        mem_fail_at(n);
        show_texts_html(&t, &v);
        bool failed = mem_failed();
        mem_fail_at(-1);
        CHECK(buf_err(&b) == (failed ? ERR_NOMEM : ERR_OK));
        buf_done(&b);
        if (!failed)
            break;
        CHECK(n < 100);
    }
}

TEST(language_is_what_the_reader_prefers)
{
    CHECK(lang_from_accept(NULL) == LANG_SV && lang_from_accept("") == LANG_SV);
    CHECK(lang_from_accept("en-GB,en;q=0.9,sv;q=0.8") == LANG_EN);
    CHECK(lang_from_accept("sv-SE, sv;q=0.9, en;q=0.8") == LANG_SV);
    CHECK(lang_from_accept("de, en;q=0.2") == LANG_EN);
    CHECK(lang_from_accept("de, *;q=0.5") == LANG_SV);
    CHECK(lang_from_accept("sv;q=0.3,en;q=0.31") == LANG_EN);
    CHECK(lang_from_accept("en;q=0") == LANG_SV);
    CHECK(lang_from_accept("svx,enx;q=1") == LANG_SV);
    CHECK(lang_from_accept(",,;;q=,en;q=") == LANG_SV);
    enum lang lang = LANG_SV;
    CHECK(lang_from_code("en", &lang) && lang == LANG_EN);
    CHECK(!lang_from_code("EN", &lang) && !lang_from_code(NULL, &lang));
    CHECK_TEXT(lang_code(LANG_SV), "sv");
}

TEST(every_error_has_its_text)
{
    for (int e = 0; e < ERR_COUNT; e++)
        CHECK(text_lookup(err_key((enum err)e)) != TEXT_COUNT);
    CHECK(text_lookup("yes") == T_yes && text_lookup("zzz") == TEXT_COUNT);
    CHECK(text_lookup("") == TEXT_COUNT && text_lookup(NULL) == TEXT_COUNT);
    for (int k = 0; k < TEXT_COUNT; k++)
        CHECK(text_lookup(text_entries[k].key) == (enum text_key)k);
}

TEST(texts_are_filled_in_the_arena)
{
    struct arena *a = arena_new(1000);
    CHECK_TEXT(text_fmt(a, LANG_SV, T_n_days, 1), "1 dag");
    CHECK_TEXT(text_fmt(a, LANG_SV, T_n_days, INT64_C(10000)), "10\u202F000 dagar");
    CHECK_TEXT(text_fmt(a, LANG_EN, T_period_from_to, "a{2}", 3u), "a{2}–3");
    CHECK_TEXT(text_fmt(a, LANG_SV, T_yes), "ja");
    CHECK_TEXT(text_fmt(a, LANG_SV, T_today_at, (const char *)NULL), "i dag ");
    CHECK_TEXT(text_plural(LANG_SV, T_n_days, 0), "{1} dagar");
    mem_fail_at(0);
    CHECK(!text_fmt(a, LANG_SV, T_yes));
    mem_fail_at(-1);
    arena_free(a);
}

TEST(numbers_read_as_people_write_them)
{
    char out[FORMAT_TEXT];
    CHECK_TEXT(format_number(out, 0), "0");
    CHECK_TEXT(format_number(out, 9999), "9999");
    CHECK_TEXT(format_number(out, 10000), "10\u202F000");
    CHECK_TEXT(format_number(out, -1234567), "−1\u202F234\u202F567");
    CHECK_TEXT(format_number(out, INT64_MIN),
               "−9\u202F223\u202F372\u202F036\u202F854\u202F775\u202F808");
    CHECK_TEXT(format_decimal(out, LANG_SV, 0.25, 1), "0,3");
    CHECK_TEXT(format_decimal(out, LANG_SV, 2.675, 2), "2,68");
    CHECK_TEXT(format_decimal(out, LANG_EN, -0.04, 1), "0.0");
    CHECK_TEXT(format_decimal(out, LANG_SV, -12345.67, 1), "−12\u202F345,7");
    CHECK_TEXT(format_decimal(out, LANG_SV, 99999.96, 1), "100\u202F000,0");
    CHECK_TEXT(format_decimal(out, LANG_SV, 2.5, 0), "3");
    CHECK_TEXT(format_decimal(out, LANG_SV, __builtin_nan(""), 1), "–");
}

TEST(moments_read_as_people_say_them)
{
    char out[FORMAT_TEXT];
    msec now, t;
    CHECK(time_parse("2026-03-29 00:30", &now) == ERR_OK);
    CHECK(time_parse("2026-03-28 08:05", &t) == ERR_OK);
    CHECK_TEXT(format_when(out, LANG_SV, t, now), "i går 08.05");
    CHECK_TEXT(format_when(out, LANG_SV, now, now), "i dag 00.30");
    CHECK(time_parse("2026-03-30 09:00", &t) == ERR_OK);
    CHECK_TEXT(format_when(out, LANG_EN, t, now), "tomorrow 09:00");
    CHECK(time_parse("2026-03-27 23:59", &t) == ERR_OK);
    CHECK_TEXT(format_when(out, LANG_SV, t, now), "27 mars 2026");
    CHECK_TEXT(format_week(out, LANG_SV, (struct date){2027, 1, 1}), "vecka 53");
    CHECK_TEXT(format_date(out, LANG_SV, (struct date){2026, 2, 30}), "–");
    CHECK_TEXT(format_week(out, LANG_SV, (struct date){0}), "–");
    CHECK_TEXT(format_week(out, LANG_SV, (struct date){2026, 11, 14}), "vecka 46");
}
