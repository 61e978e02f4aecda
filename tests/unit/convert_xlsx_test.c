/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "convert_fixture.h"

#include <fcntl.h>
#include <unistd.h>
#include <xlsxwriter.h>

#include "convert/xlsx_date.h"

static const char *xlsx(const char *name)
{
    return dump_file(CONVERT_XLSX, name);
}

static const char *sheet_of(const char *name, const char *sheet)
{
    struct convert_options o = {.format = CONVERT_XLSX, .sheet = sheet};
    struct buf b = load_file(name);
    const char *text = dump(&o, b.data, b.len);
    buf_done(&b);
    return text;
}

TEST(xlsx_reads_text_numbers_and_dates)
{
    CHECK_TEXT(xlsx("sheet.xlsx"), "[datum|plats|antal]\n"
                                   "2: 2024-02-29|Töreboda |1.1\n"
                                   "4: 2024-02-29T08:30|-|12.5\n"
                                   "5: 01:30|två\r\nrader _x0041_|27:30\n"
                                   "6: 1900-02-29|true|#N/A\n"
                                   "7: 1900-02-28|ihop|2\n"
                                   "!8 fault_row_long <1900-03-01\t\t\t\t9>\n"
                                   "10: 2024-02-29T00:00:00|123456789012345678|1e-07\n"
                                   "end 6 1\n");
}

TEST(xlsx_counts_days_from_1904_when_told)
{
    CHECK_TEXT(xlsx("sheet_1904.xlsx"), "[dag]\n2: 1904-01-01\n3: 2024-02-29T12:00\nend 2 0\n");
    CHECK(dump_flags & CONVERT_SAW_1904);
}

TEST(xlsx_takes_the_first_visible_sheet_or_the_named)
{
    CHECK_TEXT(xlsx("sheet_two.xlsx"), "[namn]\n3: två\nend 1 0\n");
    CHECK(strstr(sheet_of("sheet_two.xlsx", "Dold"), "[datum|plats|antal]"));
    CHECK_TEXT(sheet_of("sheet_two.xlsx", "Finns inte"), "fault_sheet 0\n");
}

TEST(xlsx_without_rows_is_empty)
{
    CHECK_TEXT(xlsx("sheet_empty.xlsx"), "[]\nend 0 0\n");
    CHECK(dump_flags & CONVERT_SAW_EMPTY);
}

TEST(xlsx_refuses_entities)
{
    CHECK_TEXT(xlsx("sheet_laughs.xlsx"), "fault_entity 2\n");
    CHECK_TEXT(xlsx("sheet_xxe.xlsx"), "fault_entity 2\n");
}

TEST(xlsx_refuses_what_is_not_a_sound_workbook)
{
    CHECK(strstr(xlsx("sheet_bomb.xlsx"), "fault_too_large"));
    CHECK(strstr(xlsx("sheet_broken.xlsx"), "fault_xml"));
    CHECK(strstr(xlsx("sheet_bad_string.xlsx"), "fault_shape 2"));
    CHECK_TEXT(xlsx("sheet_no_book.xlsx"), "fault_format 0\n");
    CHECK_TEXT(xlsx("sheet_cut.xlsx"), "fault_format 0\n");
    CHECK_TEXT(xlsx("sheet_old.xls"), "fault_encrypted 0\n");
    CHECK_TEXT(xlsx("police_api.json"), "fault_format 0\n");
}

static struct buf read_fd(int fd)
{
    struct buf b = buf_init(1 << 20);
    char *p = buf_reserve(&b, 1 << 19);
    ssize_t got = read(fd, p, 1 << 19);
    CHECK(got > 0);
    b.len = (size_t)got;
    close(fd);
    return b;
}

TEST(xlsx_reads_what_a_writer_made)
{
    char path[] = "/tmp/convert-test-XXXXXX";
    int fd = mkstemp(path);
    CHECK(fd >= 0);
    lxw_workbook *w = workbook_new(path);
    lxw_worksheet *s = workbook_add_worksheet(w, "Åtgärder");
    lxw_format *date = workbook_add_format(w);
    format_set_num_format(date, "d mmmm yyyy");
    worksheet_write_string(s, 0, 0, "när", NULL);
    worksheet_write_string(s, 0, 1, "vad", NULL);
    lxw_datetime when = {.year = 2025, .month = 10, .day = 26};
    worksheet_write_datetime(s, 1, 0, &when, date);
    worksheet_write_string(s, 1, 1, "klotter & \"<tagg>\"", NULL);
    CHECK_INT(workbook_close(w), LXW_NO_ERROR);
    struct convert_options o = {.format = CONVERT_XLSX, .sheet = "Åtgärder"};
    struct buf b = read_fd(open(path, O_RDONLY));
    unlink(path);
    close(fd);
    CHECK_TEXT(dump(&o, b.data, b.len), "[när|vad]\n2: 2025-10-26|klotter & \"<tagg>\"\nend 1 0\n");
    buf_done(&b);
}

/* A merged title, a line about the print-out, and an empty first column. */
static struct buf titled_book(void)
{
    char path[] = "/tmp/convert-test-XXXXXX";
    int fd = mkstemp(path);
    CHECK(fd >= 0);
    lxw_workbook *w = workbook_new(path);
    lxw_worksheet *s = workbook_add_worksheet(w, "Rapport");
    (void)workbook_add_worksheet(w, "Kodlista");
    worksheet_merge_range(s, 0, 0, 0, 4, "Felanmälan mars 2026", NULL);
    worksheet_write_string(s, 1, 0, "Utskriven", NULL);
    worksheet_write_string(s, 1, 1, "2026-04-01", NULL);
    static const char *const names[] = {"Nr", "Datum", "Händelse", "Text"};
    for (lxw_col_t i = 0; i < 4; i++) {
        worksheet_write_string(s, 3, i + 1, names[i], NULL);
        worksheet_write_string(s, 4, i + 1, "x", NULL);
    }
    CHECK_INT(workbook_close(w), LXW_NO_ERROR);
    struct buf b = read_fd(open(path, O_RDONLY));
    unlink(path);
    close(fd);
    return b;
}

TEST(xlsx_finds_the_names_below_a_title_and_tells_of_the_sheets)
{
    struct convert_options o = {.format = CONVERT_XLSX};
    struct buf b = titled_book();
    CHECK_TEXT(dump(&o, b.data, b.len), "[1|Nr|Datum|Händelse|Text]\n5: -|x|x|x|x\nend 1 0\n");
    CHECK_INT(dump_names_row, 4);
    CHECK_TEXT(dump_sheets, "Rapport|Kodlista|");
    o.skip = 1;
    CHECK(strstr(dump(&o, b.data, b.len), "\n4: -|Nr|Datum|Händelse|Text\n"));
    CHECK(strstr(xlsx("sheet_bad_string.xlsx"), "fault_shape 2"));
    buf_done(&b);
}

TEST(xlsx_survives_every_allocation_failure)
{
    struct convert_options o = {.format = CONVERT_XLSX};
    struct buf b = load_file("sheet.xlsx");
    survive_allocation_failures(&o, b.data, b.len);
    buf_done(&b);
}

TEST(number_formats_tell_dates_from_numbers)
{
    CHECK(xlsx_format_kind(0, NULL) == XLSX_NUMBER && xlsx_format_kind(4, NULL) == XLSX_NUMBER);
    CHECK(xlsx_format_kind(14, NULL) == XLSX_DATE && xlsx_format_kind(22, NULL) == XLSX_DATE);
    CHECK(xlsx_format_kind(20, NULL) == XLSX_TIME && xlsx_format_kind(46, NULL) == XLSX_DURATION);
    CHECK(xlsx_format_kind(164, "[$-41D]d mmmm yyyy;@") == XLSX_DATE);
    CHECK(xlsx_format_kind(164, "mmm") == XLSX_DATE && xlsx_format_kind(164, "mm:ss") == XLSX_TIME);
    CHECK(xlsx_format_kind(164, "h:mm AM/PM") == XLSX_TIME);
    CHECK(xlsx_format_kind(164, "[hh]:mm") == XLSX_DURATION);
    CHECK(xlsx_format_kind(164, "General") == XLSX_NUMBER);
    CHECK(xlsx_format_kind(164, "0.00E+00") == XLSX_NUMBER);
    CHECK(xlsx_format_kind(164, "[Red]#,##0\\ \\d\\y\"dmyhs\"_d*s") == XLSX_NUMBER);
    CHECK(xlsx_format_kind(164, "0;[Blue]yyyy") == XLSX_NUMBER);
    CHECK(xlsx_format_kind(164, "\"open") == XLSX_NUMBER);
    CHECK(xlsx_format_kind(164, "[open") == XLSX_NUMBER);
}

static const char *serial(double v, enum xlsx_kind kind, bool from_1904)
{
    static char text[XLSX_DATE_TEXT];
    return xlsx_date_text(v, kind, from_1904, text) ? text : "none";
}

TEST(serial_days_are_dates_as_the_sheet_shows_them)
{
    CHECK_TEXT(serial(1, XLSX_DATE, false), "1900-01-01");
    CHECK_TEXT(serial(59, XLSX_DATE, false), "1900-02-28");
    CHECK_TEXT(serial(61, XLSX_DATE, false), "1900-03-01");
    CHECK_TEXT(serial(43890.5, XLSX_DATE, false), "2020-02-29T12:00");
    CHECK_TEXT(serial(45291.999999, XLSX_DATE, false), "2024-01-01"); /* rounds up over the day */
    CHECK_TEXT(serial(45291.0000116, XLSX_DATE, false), "2023-12-31T00:00:01");
    CHECK_TEXT(serial(0.5, XLSX_DATE, false), "12:00");
    CHECK_TEXT(serial(0, XLSX_TIME, false), "00:00");
    CHECK_TEXT(serial(0, XLSX_DATE, false), "none");
    CHECK_TEXT(serial(0, XLSX_DATE, true), "1904-01-01");
    CHECK_TEXT(serial(2958465, XLSX_DATE, false), "9999-12-31");
    CHECK_TEXT(serial(2958466, XLSX_DATE, false), "none");
    CHECK_TEXT(serial(-1, XLSX_DATE, false), "none");
    CHECK_TEXT(serial(__builtin_nan(""), XLSX_DATE, false), "none");
}
