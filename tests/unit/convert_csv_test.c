/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "convert_fixture.h"

static const char *csv(const char *s)
{
    return dump_as(CONVERT_CSV, s);
}

static const char *csv_with(struct convert_options o, const char *s, size_t n)
{
    o.format = CONVERT_CSV;
    return dump(&o, s, n);
}

TEST(csv_finds_the_separator)
{
    const char *expected = "[plats|antal]\n2: Hova|3,5\n3: Lyrestad|4,5\nend 2 0\n";
    CHECK_TEXT(csv("plats;antal\nHova;3,5\nLyrestad;4,5\n"), expected);
    CHECK(dump_flags & CONVERT_SAW_SEMICOLON);
    CHECK_TEXT(csv("plats\tantal\nHova\t3,5\nLyrestad\t4,5\n"), expected);
    CHECK_TEXT(csv("plats|antal\nHova|3,5\nLyrestad|4,5\n"), expected);
    CHECK_TEXT(csv("plats,antal\nHova,\"3,5\"\nLyrestad,\"4,5\"\n"), expected);
    CHECK(dump_flags & CONVERT_SAW_COMMA);
    CHECK_TEXT(csv("sep=|\nplats|antal\n"), "[plats|antal]\nend 0 0\n");
}

TEST(csv_reads_quotes_as_rfc_4180)
{
    CHECK_TEXT(csv("a;b\n\"x;\"\"y\"\"\";\"två\nrader\"\nz;\n"),
               "[a|b]\n2: x;\"y\"|två\nrader\n4: z|-\nend 2 0\n");
    CHECK_TEXT(csv("a;b\n\"x\" ;\"y\"\n"), "[a|b]\n2: x|y\nend 1 0\n");
    CHECK_TEXT(csv("a;b\n1;5\" rör\n"), "[a|b]\n2: 1|5\" rör\nend 1 0\n");
}

TEST(csv_takes_every_kind_of_line_end)
{
    const char *expected = "[a|b]\n2: 1|2\n3: 3|4\nend 2 0\n";
    CHECK_TEXT(csv("a;b\n1;2\n3;4\n"), expected);
    CHECK_TEXT(csv("a;b\r\n1;2\r\n3;4\r\n"), expected);
    CHECK_TEXT(csv("a;b\r1;2\r3;4"), expected);
    CHECK_TEXT(csv("a;b\n\"1\r\";2\n"), "[a|b]\n2: 1\r|2\nend 1 0\n");
    CHECK_TEXT(csv("a;b\n\"1\r\n2\";\"x\r\"\n3;4\n"), "[a|b]\n2: 1\r\n2|x\r\n5: 3|4\nend 2 0\n");
}

TEST(csv_row_number_is_the_line_where_it_begins)
{
    CHECK_TEXT(csv("a;b\n\n\"1\n\n\";2\n;\n3;4\n"), "[a|b]\n3: 1\n\n|2\n7: 3|4\nend 2 0\n");
}

TEST(csv_refuses_ragged_rows_and_keeps_them)
{
    CHECK_TEXT(csv("a;b\n1\n1;2;3\n1;2;;\n4;\"5\n6\";7\n"),
               "[a|b]\n!2 fault_row_short <1>\n!3 fault_row_long <1;2;3>\n4: 1|2\n"
               "!5 fault_row_long <4;\"5\n6\";7>\nend 1 3\n");
}

TEST(csv_refuses_text_after_a_quotation_mark)
{
    CHECK_TEXT(csv("a;b\n\"x\"y;2\n3;4\n"),
               "[a|b]\n!2 fault_quote col 0 <xy;2>\n3: 3|4\nend 1 1\n");
}

TEST(csv_names_the_line_of_an_open_quote)
{
    CHECK_TEXT(csv("a;b\n1;2\n3;\"4\n5;6\n"), "[a|b]\n2: 1|2\nfault_quote_open 3\n");
}

TEST(csv_reads_utf16_with_a_mark)
{
    const char le[] = "\xFF\xFE\x61\0;\0\xF6\0\n\0\x31\0;\0\x3D\xD8\x00\xDE\n\0";
    CHECK_TEXT(csv_with((struct convert_options){0}, le, sizeof le - 1),
               "[a|ö]\n2: 1|\xF0\x9F\x98\x80\nend 1 0\n");
    CHECK((dump_flags & (CONVERT_SAW_UTF16 | CONVERT_SAW_BOM)) == 0xC);
    const char be[] = "\xFE\xFF\0\x61\0;\0\xF6\0\n\0\x31\0;\xD8\x3D";
    CHECK_TEXT(csv_with((struct convert_options){0}, be, sizeof be - 1),
               "[a|ö]\n2: 1|\xEF\xBF\xBD\nend 1 0\n");
    CHECK(dump_flags & CONVERT_SAW_REPLACED);
}

TEST(csv_reads_a_row_that_is_not_utf8_as_windows_1252)
{
    CHECK_TEXT(csv("\xEF\xBB\xBFort;pris\nTöreboda;1\nT\xF6reboda;\x80 2\n"),
               "[ort|pris]\n2: Töreboda|1\n3: Töreboda|€ 2\nend 2 0\n");
    CHECK((dump_flags & (CONVERT_SAW_CP1252 | CONVERT_SAW_BOM)) ==
          (CONVERT_SAW_CP1252 | CONVERT_SAW_BOM));
    struct convert_options strict = {.encoding = CONVERT_ENC_UTF8};
    const char *s = "a;b\nT\xF6;1\nx;2\n";
    CHECK_TEXT(csv_with(strict, s, strlen(s)),
               "[a|b]\n!2 fault_encoding <T\xEF\xBF\xBD;1>\n3: x|2\nend 1 1\n");
    struct convert_options western = {.encoding = CONVERT_ENC_CP1252};
    CHECK_TEXT(csv_with(western, "a;b\nö;1\n", 9), "[a|b]\n2: Ã¶|1\nend 1 0\n");
}

TEST(csv_makes_one_of_a_letter_and_the_mark_beside_it)
{
    CHECK_TEXT(csv("ort;fler\nSjo\u0308torp;A\u030A a\u030A e\u0301!\no\u0308;x\u0308\n"),
               "[ort|fler]\n2: Sjötorp|Å å é!\n3: ö|x\u0308\nend 2 0\n");
    CHECK_TEXT(csv("a;b\n\u0308;o\n\u0308o;\u00F6\u0308\n"),
               "[a|b]\n2: \u0308|o\n3: \u0308o|\u00F6\u0308\nend 2 0\n");
}

TEST(csv_broken_characters_do_not_mend_across_cells)
{
    CHECK_TEXT(csv("a;b\n\xC3;\xB6\n"), "[a|b]\n2: Ã|¶\nend 1 0\n");
}

TEST(csv_tells_names_from_values)
{
    CHECK_TEXT(csv("2024-01-02;3\n2024-01-03;4\n"),
               "[1|2]\n1: 2024-01-02|3\n2: 2024-01-03|4\nend 2 0\n");
    CHECK(!(dump_flags & CONVERT_SAW_HEADER));
    struct convert_options yes = {.header = CONVERT_YES};
    CHECK_TEXT(csv_with(yes, "1;2\n3;4\n", 8), "[1|2]\n2: 3|4\nend 1 0\n");
    struct convert_options no = {.header = CONVERT_NO};
    CHECK_TEXT(csv_with(no, "a;b\n3;4\n", 8), "[1|2]\n1: a|b\n2: 3|4\nend 2 0\n");
}

TEST(csv_names_are_unique)
{
    CHECK_TEXT(csv("typ;;typ; 2 ;typ\n"), "[typ|2|typ (2)|2 (2)|typ (3)]\nend 0 0\n");
}

TEST(csv_passes_over_rows_above_the_header)
{
    struct convert_options o = {.skip = 2};
    const char *s = "Statistik från kommunen\n\nplats;antal\nHova;3\n";
    CHECK_TEXT(csv_with(o, s, strlen(s)), "[plats|antal]\n4: Hova|3\nend 1 0\n");
}

/* Reports out of a system begin with what they are called, and when they were printed. */
TEST(csv_finds_the_names_below_a_title)
{
    CHECK_TEXT(csv("Rapport över klotter\n\nDatum;Plats;Text\n2026-05-08;Hova;x\n"),
               "[Datum|Plats|Text]\n4: 2026-05-08|Hova|x\nend 1 0\n");
    CHECK_INT(dump_names_row, 3);
    CHECK_TEXT(csv("Rapport;;;\nUtskriven;;;\n;;;\nDatum;Plats;Typ;Text\n2026-05-08;Hova;-;x\n"),
               "[Datum|Plats|Typ|Text]\n5: 2026-05-08|Hova|-|x\nend 1 0\n");
    /* names for some columns only are names all the same, and a table without names has no title */
    CHECK_TEXT(csv("Datum;Plats;\n2026-05-08;Hova;x\n"),
               "[Datum|Plats|3]\n2: 2026-05-08|Hova|x\nend 1 0\n");
    CHECK_INT(dump_names_row, 1);
    CHECK_TEXT(csv("x;;;\n1;2;3;4\n5;6;7;8\n"), "[x|2|3|4]\n2: 1|2|3|4\n3: 5|6|7|8\nend 2 0\n");
    struct convert_options one = {.header = CONVERT_YES};
    CHECK_TEXT(csv_with(one, "a;;\nb;c;d\n", 10), "[a|2|3]\n2: b|c|d\nend 1 0\n");
}

TEST(csv_of_nothing_is_empty_and_no_error)
{
    CHECK_TEXT(csv(""), "[]\nend 0 0\n");
    CHECK(dump_flags & CONVERT_SAW_EMPTY);
    CHECK_TEXT(csv("\n\n;;\n"), "[]\nend 0 0\n");
}

TEST(csv_refuses_binary)
{
    CHECK_TEXT(csv_with((struct convert_options){0}, "a;b\n1;\0\n", 8), "[a|b]\nfault_binary 2\n");
    CHECK_TEXT(csv_with((struct convert_options){0}, "PK\3\4\0\0\0", 7), "fault_binary 1\n");
}

/* A file made of three parts, the middle one many times. */
static const char *repeat(const char *head, const char *part, size_t times, const char *tail)
{
    struct buf b = buf_init(16u << 20);
    buf_puts(&b, head);
    for (size_t i = 0; i < times; i++)
        buf_puts(&b, part);
    buf_puts(&b, tail);
    const char *text = csv_with((struct convert_options){0}, b.data, b.len);
    buf_done(&b);
    return text;
}

TEST(csv_keeps_its_ceilings)
{
    CHECK(strstr(repeat("a;b\n1;", "xxxxxxxx", 8192, "\n2;3\n"), "end 2 0"));
    CHECK(strstr(repeat("a;b\n1;", "xxxxxxxx", 8193, "\n2;3\n"), "!2 fault_cell_size col 1"));
    CHECK(strstr(dump_text, "3: 2|3\nend 1 1\n"));
    CHECK(strstr(repeat("a;b\n1;", "xxxxxxxx", 140000, "\n2;3\n"), "!2 fault_row_size"));
    CHECK(strstr(dump_text, "3: 2|3\nend 1 1\n"));
    CHECK_TEXT(repeat("a;b\n1;\"", "xxxxxxxx", 140000, "\n2;3\n"), "[a|b]\nfault_quote_open 2\n");
    CHECK_TEXT(repeat("a", ";a", 512, "\n"), "fault_columns 1\n");
    CHECK(strstr(repeat("a", ";a", 511, "\n"), "end 0 0"));
    CHECK(strstr(repeat("a;b\n", ";1", 600, "\n2;3\n"), "!2 fault_row_long"));
    CHECK(strstr(dump_text, "3: 2|3\nend 1 1\n"));
}

TEST(csv_survives_every_allocation_failure)
{
    struct convert_options o = {.format = CONVERT_CSV};
    const char *s = "a;b\n1;T\xF6\n3\n\"5\";6\n";
    survive_allocation_failures(&o, s, strlen(s));
}
