/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The bulletin's formats, what is stored of it, and what everybody may be told. */
#include <string.h>

#include "base/mem.h"
#include "base/str.h"
#include "parts/bulletin/bulletin.h"
#include "parts/bulletin/bulletin_zip.h"
#include "test.h"

static const char hostile[] = "<script>&\"' *fet* [l](http://x) | a\n# r\001 ]]>";

static struct bulletin_shape shape = {"M1 2L30 4L5 60Z", "<Centrum>", 1, PAGE_RED, 50, 60, 10, 20};
static struct bulletin_mark mark = {70, 80, 40, 75, 85, "A"};

static void fill(struct bulletin_doc *d, const struct bulletin_map *m)
{
    const struct bulletin_column columns[] = {{hostile, false, 60}, {"Antal", true, 40}};
    const char *const cells[] = {hostile, "3"};
    d->title = hostile;
    d->lead = "Mariestad";
    bulletin_head(d, "1. Rubrik");
    bulletin_text(d, hostile);
    bulletin_text(d, "12. decembern");
    bulletin_text(d, "- inte en lista");
    bulletin_words(d, "ett\n\n  två  \n");
    bulletin_item(d, hostile);
    bulletin_item(d, "b");
    bulletin_row(d, bulletin_table(d, "Tabell", columns, 2), cells, true);
    bulletin_map(d, m, hostile);
    bulletin_small(d, NULL);
    bulletin_small(d, "");
}

static struct bulletin_map map_of(void)
{
    return (struct bulletin_map){.height = 500,
                                 .outline = "M0 0L9 9L0 9Z",
                                 .shapes = &shape,
                                 .marks = &mark,
                                 .n_shapes = 1,
                                 .n_marks = 1};
}

TEST(what_somebody_wrote_is_no_sign_in_markdown)
{
    AUTO(arena_freep) struct arena *a = arena_new(8 << 20);
    struct bulletin_map m = map_of();
    struct bulletin_doc d;
    struct buf b = buf_init(1 << 20);
    bulletin_begin(&d, a, LANG_SV);
    fill(&d, &m);
    assert_int_equal(bulletin_markdown(&b, &d), ERR_OK);
    const char *s = buf_text(&b);
    assert_null(strstr(s, "<script>"));
    assert_non_null(strstr(s, "\\<script\\>\\&\"' \\*fet\\* \\[l\\](http://x) \\| a \\# r"));
    assert_non_null(strstr(s, "\n## 1\\. Rubrik\n"));
    assert_non_null(strstr(s, "\n12\\. decembern\n"));
    assert_non_null(strstr(s, "\n\\- inte en lista\n"));
    assert_non_null(strstr(s, "\nett\n\ntvå\n"));
    assert_null(strchr(s, 1));
    buf_done(&b);
}

TEST(a_package_has_its_type_first_and_whole_xml)
{
    AUTO(arena_freep) struct arena *a = arena_new(8 << 20);
    struct bulletin_map m = map_of();
    struct bulletin_doc d;
    struct buf b = buf_init(4 << 20);
    bulletin_begin(&d, a, LANG_SV);
    fill(&d, &m);
    assert_int_equal(bulletin_odt(&b, &d), ERR_OK);
    assert_memory_equal(b.data, "PK\003\004", 4);
    assert_memory_equal(b.data + 30, "mimetypeapplication/vnd.oasis.opendocument.text", 47);
    char *s = arena_strndup(a, b.data, b.len);
    for (size_t i = 0; i < b.len; i++)
        s[i] = b.data[i] ? b.data[i] : ' ';
    assert_null(strstr(s, "<script>"));
    assert_non_null(strstr(s, "&lt;script&gt;&amp;"));
    assert_non_null(strstr(s, "Pictures/map.svg"));
    assert_non_null(strstr(s, "<table:table-header-rows>"));
    assert_non_null(strstr(s, "M1 2L30 4L5 60Z"));
    assert_non_null(strstr(s, "# r\xef\xbf\xbd ]]&gt;"));
    buf_done(&b);
}

TEST(a_package_counts_its_bytes)
{
    struct buf b = buf_init(1 << 20);
    struct zip z;
    buf_puts(&b, "before");
    zip_begin(&z, &b);
    for (int i = 0; i < ZIP_FILES_MOST; i++)
        zip_add(&z, "a", "123456789", 9);
    assert_int_equal(zip_crc("123456789", 9), 0xcbf43926);
    assert_int_equal(zip_end(&z), ERR_OK);
    zip_add(&z, "b", "", 0);
    assert_int_equal(zip_end(&z), ERR_LIMIT);
    buf_done(&b);
}

TEST(a_document_on_paper_is_tagged_and_its_map_has_words)
{
    AUTO(arena_freep) struct arena *a = arena_new(8 << 20);
    struct bulletin_map m = map_of();
    struct bulletin_doc d;
    struct buf b = buf_init(8 << 20);
    bulletin_begin(&d, a, LANG_SV);
    fill(&d, &m);
    assert_int_equal(bulletin_pdf(&b, &d), ERR_OK);
    static const char *const marks[] = {"/StructTreeRoot", "/Marked true", "/Lang (sv",
                                        "/S /Table",       "/S /TH",       "/S /LBody",
                                        "/S /Figure",      "/Alt "};
    for (size_t i = 0; i < ARRAY_LEN(marks); i++)
        assert_non_null(memmem(b.data, b.len, marks[i], strlen(marks[i])));
    buf_done(&b);
}

TEST(a_document_has_ceilings)
{
    AUTO(arena_freep) struct arena *a = arena_new(64 << 20);
    struct bulletin_doc d;
    struct buf b = buf_init(1 << 20);
    bulletin_begin(&d, a, LANG_SV);
    for (int i = 0; i <= BULLETIN_BLOCKS_MOST; i++)
        bulletin_text(&d, "x");
    assert_int_equal(d.err, ERR_LIMIT);
    assert_int_equal(bulletin_markdown(&b, &d), ERR_LIMIT);
    assert_int_equal(bulletin_odt(&b, &d), ERR_LIMIT);
    assert_int_equal(bulletin_pdf(&b, &d), ERR_LIMIT);
    bulletin_begin(&d, a, LANG_SV);
    for (int i = 0; i <= BULLETIN_ROWS_MOST; i++)
        bulletin_item(&d, "x");
    assert_int_equal(d.err, ERR_LIMIT);
    buf_done(&b);
}

/* As much as five sections of a form can hold, and all that stands beside them. */
TEST(words_of_many_lines_are_shown_whatever_their_number)
{
    char lines[BULLETIN_WORDS_MOST + 1] = "";
    for (size_t i = 0; i < BULLETIN_WORDS_MOST; i++)
        lines[i] = i % 2 ? '\n' : 'x';
    assert_int_equal(bulletin_lines(lines), BULLETIN_WORDS_MOST / 2);
    assert_int_equal(bulletin_lines("a\n \t\r\n\n b\n"), 2);
    assert_int_equal(bulletin_lines(NULL), 0);
    AUTO(arena_freep) struct arena *a = arena_new(64 << 20);
    struct bulletin_doc d;
    bulletin_begin(&d, a, LANG_SV);
    for (int i = 0; i < BULLETIN_SECTIONS; i++)
        bulletin_words(&d, lines);
    assert_int_equal(d.err, ERR_OK);
    assert_int_equal(d.n_blocks, BULLETIN_SECTIONS * BULLETIN_LINES_MOST);
    assert_true(d.n_blocks + 50 <= BULLETIN_BLOCKS_MOST);
    assert_string_equal(d.blocks[BULLETIN_LINES_MOST - 2].text, "x");
    assert_int_equal(strncmp(d.blocks[BULLETIN_LINES_MOST - 1].text, "x x x", 5), 0);
}

/* --- What everybody is told --- */

static const bool people[] = {true, false};
static struct adopted_row areas[] = {
    {.name = "Centrum", .level = PAGE_RED, .suggested = PAGE_GREEN, .n = 41, .reason = "hemligt"},
    {.name = "Lilla byn", .level = PAGE_ORANGE, .n = 2, .reason = "hemligt"}};
static struct bulletin_action deeds[] = {
    {.title = "hemligt",
     .kind = "lighting",
     .owner = "hemligt",
     .where = "Centrum",
     .where_known = true,
     .state = BULLETIN_DONE},
    {.title = "hemligt", .kind = "repair", .where = "Lilla byn", .state = BULLETIN_NEW},
    {.title = "hemligt", .kind = "repair", .where = "Centrum", .where_known = true}};
static struct bulletin_shape shapes[] = {{"M1 2Z", "Centrum", 1, PAGE_RED, 1, 2, 1, 2},
                                         {"M3 4Z", "Lilla byn", 2, PAGE_ORANGE, 3, 4, 3, 4}};

static struct bulletin_group group_of(void)
{
    struct bulletin_group g = {.municipality = "Mariestad"};
    g.adopted = (struct adopted){.period = "Vecka 45",
                                 .from = {2026, 11, 2},
                                 .to = {2026, 11, 9},
                                 .before_from = {2026, 10, 26},
                                 .before_to = {2026, 11, 2},
                                 .all = {.n = 43, .before = -1},
                                 .areas = areas,
                                 .n_areas = 2};
    g.adopted.focus.n = 2;
    g.adopted.focus.places[0] = (struct focus_place){.name = "hemligt", .need = 1, .influence = 1};
    g.adopted.focus.places[1] = (struct focus_place){.name = "hemligt", .need = 1, .influence = 1};
    g.adopted.focus_areas[0] = "Centrum";
    g.adopted.focus_areas[1] = "Lilla byn";
    g.frozen =
        (struct bulletin_frozen){.people = people, .n_people = 2, .actions = deeds, .n_actions = 3};
    g.frozen.map = (struct bulletin_map){.height = 500,
                                         .outline = "M0 0Z",
                                         .shapes = shapes,
                                         .marks = &mark,
                                         .n_shapes = 2,
                                         .n_marks = 1};
    for (int i = 0; i < BULLETIN_SECTIONS; i++)
        g.words.group[i] = "hemligt";
    g.words.public[BULLETIN_INTRO] = "Till alla";
    return g;
}

TEST(everybody_is_told_nothing_that_was_not_chosen)
{
    AUTO(arena_freep) struct arena *a = arena_new(8 << 20);
    struct bulletin_group g = group_of();
    struct bulletin_public p;
    const char *json;
    assert_int_equal(bulletin_public_make(a, &g, NULL, &p), ERR_OK);
    assert_int_equal(p.n_focus, 0);
    assert_int_equal(p.n_actions, 0);
    assert_int_equal(p.n_levels, 1);
    assert_int_equal(p.levels[0].level, PAGE_NO_LEVEL);
    assert_int_equal(p.map.n_shapes, 1);
    assert_int_equal(p.map.n_marks, 0);
    assert_int_equal(p.map.shapes[0].level, PAGE_NO_LEVEL);
    assert_int_equal(bulletin_public_write(a, &p, &json), ERR_OK);
    assert_null(strstr(json, "hemligt"));
    assert_null(strstr(json, "Lilla byn"));
    assert_non_null(strstr(json, "Till alla"));
}

TEST(what_is_chosen_is_told_in_fixed_words_and_never_of_a_small_area)
{
    AUTO(arena_freep) struct arena *a = arena_new(8 << 20);
    struct bulletin_group g = group_of();
    struct bulletin_public p, back;
    struct bulletin_doc d;
    struct buf b = buf_init(1 << 20);
    const char *json;
    for (uint16_t i = 0; i < 2; i++)
        g.words.levels[i] = g.words.focus[i] = g.words.actions[i] = i;
    g.words.n_levels = g.words.n_focus = g.words.n_actions = 2;
    assert_int_equal(bulletin_public_make(a, &g, NULL, &p), ERR_OK);
    assert_int_equal(bulletin_public_write(a, &p, &json), ERR_OK);
    assert_null(strstr(json, "hemligt"));
    assert_null(strstr(json, "Lilla byn"));
    assert_int_equal(bulletin_public_read(json, a, &back), ERR_OK);
    assert_int_equal(back.n_levels, 1);
    assert_int_equal(back.levels[0].level, PAGE_RED);
    assert_int_equal(back.n_focus, 1);
    assert_int_equal(back.n_actions, 2);
    assert_string_equal(back.actions[0].where, "Centrum");
    assert_null(back.actions[1].where);
    bulletin_begin(&d, a, LANG_SV);
    bulletin_public_doc(&d, &back, &(struct bulletin_dates){.municipality = "Mariestad"});
    assert_int_equal(bulletin_markdown(&b, &d), ERR_OK);
    assert_non_null(strstr(buf_text(&b), "Till alla"));
    assert_null(strstr(buf_text(&b), "hemligt"));
    assert_null(strstr(buf_text(&b), "Lilla byn"));
    assert_null(strstr(buf_text(&b), "41"));
    buf_done(&b);
}

TEST(places_and_actions_are_for_those_who_may_see_them)
{
    AUTO(arena_freep) struct arena *a = arena_new(16 << 20);
    struct bulletin_spot spot = {{"Kiosken", "Kiosken"}, "A"};
    struct bulletin_group g = group_of();
    g.frozen.spots = &spot;
    g.frozen.n_spots = 1;
    g.frozen.looked = true;
    for (int sees = 0; sees < 2; sees++) {
        struct bulletin_doc d;
        struct buf b = buf_init(1 << 20);
        g.places = g.actions = sees;
        bulletin_begin(&d, a, LANG_SV);
        bulletin_group_doc(&d, &g);
        assert_int_equal(bulletin_markdown(&b, &d), ERR_OK);
        assert_int_equal(strstr(buf_text(&b), "Kiosken") != NULL, sees);
        assert_int_equal(strstr(buf_text(&b), "## Åtgärder") != NULL, sees);
        for (size_t i = 0; i < d.n_blocks; i++)
            if (d.blocks[i].kind == BULLETIN_MAP)
                assert_int_equal(d.blocks[i].map->n_marks, sees);
        buf_done(&b);
    }
}

TEST(actions_that_are_called_the_same_are_told_by_their_places)
{
    AUTO(arena_freep) struct arena *a = arena_new(16 << 20);
    struct bulletin_action same[] = {{.title = "Bättre belysning", .where = "Parken"},
                                     {.title = "Bättre belysning", .where = NULL},
                                     {.title = "Lampor", .where = "Centrum"},
                                     {.title = "Lampor vid Torget", .where = "Torget"}};
    for (int sees = 0; sees < 2; sees++) { /* single places, and areas are for all */
        struct bulletin_group g = group_of();
        struct bulletin_doc d;
        struct buf b = buf_init(1 << 20);
        g.frozen.actions = same;
        g.frozen.n_actions = ARRAY_LEN(same);
        g.actions = true;
        g.places = sees;
        bulletin_begin(&d, a, LANG_SV);
        bulletin_group_doc(&d, &g);
        assert_int_equal(bulletin_markdown(&b, &d), ERR_OK);
        assert_int_equal(strstr(buf_text(&b), "| Bättre belysning (Parken) |") != NULL, sees);
        assert_non_null(strstr(buf_text(&b), "| Bättre belysning |"));
        assert_non_null(strstr(buf_text(&b), "| Lampor (Centrum) |"));
        assert_non_null(strstr(buf_text(&b), "| Lampor vid Torget |"));
        buf_done(&b);
    }
}

TEST(what_is_stored_reads_back_and_what_is_no_bulletin_is_refused)
{
    AUTO(arena_freep) struct arena *a = arena_new(8 << 20);
    static const char *const bad[] = {"", "{}", "[]", "{\"map\":{\"shapes\":[],\"marks\":[]}}",
                                      "x"};
    struct bulletin_group g = group_of();
    struct bulletin_frozen f;
    struct bulletin_words w;
    struct bulletin_public p;
    const char *json;
    assert_int_equal(bulletin_frozen_write(a, &g.frozen, &json), ERR_OK);
    assert_int_equal(bulletin_frozen_read(json, 2, a, &f), ERR_OK);
    assert_int_equal(bulletin_frozen_read(json, 1, a, &f), ERR_CORRUPT); /* of another picture */
    assert_int_equal(bulletin_frozen_read(json, 3, a, &f), ERR_CORRUPT);
    assert_int_equal(f.n_actions, 3);
    assert_int_equal(f.n_people, 2);
    assert_true(f.people[0] && !f.people[1]);
    assert_string_equal(f.map.shapes[1].path, "M3 4Z");
    assert_string_equal(f.map.marks[0].letter, "A");
    g.words.levels[0] = 1;
    g.words.n_levels = 1;
    assert_int_equal(bulletin_words_write(a, &g.words, &json), ERR_OK);
    assert_int_equal(bulletin_words_read(json, a, &w), ERR_OK);
    assert_int_equal(w.levels[0], 1);
    assert_string_equal(w.public[BULLETIN_INTRO], "Till alla");
    assert_null(w.public[BULLETIN_FOCUS]);
    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        assert_int_equal(bulletin_frozen_read(bad[i], 0, a, &f), ERR_CORRUPT);
        assert_int_equal(bulletin_words_read(bad[i], a, &w), ERR_CORRUPT);
        assert_int_equal(bulletin_public_read(bad[i], a, &p), ERR_CORRUPT);
    }
}

static enum err everything(struct arena *a)
{
    struct bulletin_group g = group_of();
    struct bulletin_map m = map_of();
    struct bulletin_public p;
    struct bulletin_frozen f;
    struct bulletin_words w;
    struct bulletin_doc d;
    const char *json;
    g.places = g.actions = true;
    TRY(bulletin_frozen_write(a, &g.frozen, &json));
    TRY(bulletin_frozen_read(json, 2, a, &f));
    TRY(bulletin_words_write(a, &g.words, &json));
    TRY(bulletin_words_read(json, a, &w));
    TRY(bulletin_public_make(a, &g, NULL, &p));
    TRY(bulletin_public_write(a, &p, &json));
    TRY(bulletin_public_read(json, a, &p));
    struct buf b = buf_init(4 << 20);
    bulletin_begin(&d, a, LANG_SV);
    fill(&d, &m);
    enum err e = bulletin_markdown(&b, &d);
    if (e == ERR_OK)
        e = bulletin_odt(&b, &d);
    bulletin_begin(&d, a, LANG_SV);
    bulletin_group_doc(&d, &g);
    if (e == ERR_OK)
        e = bulletin_markdown(&b, &d);
    bulletin_begin(&d, a, LANG_SV);
    bulletin_public_doc(&d, &p, &(struct bulletin_dates){.municipality = "Mariestad"});
    if (e == ERR_OK)
        e = bulletin_odt(&b, &d);
    buf_done(&b);
    return e;
}

TEST(without_memory_it_says_so)
{
    for (long n = 0;; n++) {
        mem_fail_at(n);
        struct arena *a = arena_new(16 << 20);
        enum err e = a ? everything(a) : ERR_NOMEM;
        bool refused = mem_failed();
        mem_fail_at(-1);
        arena_free(a);
        if (!refused) {
            assert_int_equal(e, ERR_OK);
            break;
        }
        assert_int_equal(e, ERR_NOMEM);
    }
}
