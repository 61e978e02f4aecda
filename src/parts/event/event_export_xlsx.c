/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Spreadsheet by libxlsxwriter in its mode of constant memory. Texts are text cells, so nothing
 * that somebody wrote becomes a formula or a link. */
#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <xlsxwriter.h>

#include "base/mem.h"
#include "base/str.h"
#include "parts/event/event_export_inner.h"

#define ROWS_MOST 1048576 /* in one sheet; then another begins */

struct xlsx {
    char *path;
    lxw_workbook *book;
    lxw_worksheet *sheet;
    lxw_format *head, *time;
    uint32_t row;
    int sheets;
};

static enum err from_lxw(lxw_error e)
{
    if (e == LXW_NO_ERROR)
        return ERR_OK;
    return e == LXW_ERROR_MEMORY_MALLOC_FAILED ? ERR_NOMEM : err_of_errno(errno);
}

static enum err new_sheet(struct export_writer *w)
{
    struct xlsx *x = w->xlsx;
    char name[32];
    enum lang lang = w->x->lang;
    snprintf(name, sizeof name, "%s %d", text_get(lang, T_event_export_sheet), ++x->sheets);
    x->sheet = workbook_add_worksheet(x->book,
                                      x->sheets == 1 ? text_get(lang, T_event_export_sheet) : name);
    if (!x->sheet)
        return ERR_NOMEM;
    worksheet_freeze_panes(x->sheet, 1, 0);
    worksheet_set_column(x->sheet, 0, EXPORT_COLUMNS - 1, 18, NULL);
    for (int c = 0; c < EXPORT_COLUMNS; c++)
        TRY(from_lxw(worksheet_write_string(x->sheet, 0, (lxw_col_t)c,
                                            text_get(lang, export_heads[c]), x->head)));
    x->row = 1;
    return ERR_OK;
}

static void done(struct xlsx *x)
{
    unlink(x->path);
    mem_free(x->path);
    mem_free(x);
}

/* The library writes to a name; the file is taken over and the name is gone afterwards. */
static enum err make_path(const char *dir, char **out)
{
    struct buf b = buf_init(4096);
    buf_printf(&b, "%s/.export-XXXXXX", dir);
    AUTO(mem_freep) char *path = buf_take(&b, NULL);
    buf_done(&b);
    if (!path)
        return ERR_NOMEM;
    int fd = mkostemp(path, O_CLOEXEC);
    if (fd < 0)
        return err_of_errno(errno);
    close(fd);
    *out = TAKE(path);
    return ERR_OK;
}

static enum err begin(struct export_writer *w)
{
    const char *dir = w->x->tmp_dir ? w->x->tmp_dir : "/tmp";
    struct xlsx *x = mem_alloc(sizeof *x);
    if (!x)
        return ERR_NOMEM;
    enum err e = make_path(dir, &x->path);
    if (e) {
        mem_free(x);
        return e;
    }
    w->xlsx = x;
    lxw_workbook_options options = {.constant_memory = LXW_TRUE, .tmpdir = (char *)dir};
    x->book = workbook_new_opt(x->path, &options);
    if (!x->book)
        return ERR_NOMEM;
    x->head = workbook_add_format(x->book);
    x->time = workbook_add_format(x->book);
    if (!x->head || !x->time)
        return ERR_NOMEM;
    format_set_bold(x->head);
    format_set_num_format(x->time, "yyyy-mm-dd hh:mm");
    return new_sheet(w);
}

static lxw_error put_time(struct xlsx *x, lxw_col_t c, msec t)
{
    struct civil at = civil_from_msec(t);
    if (at.year < 1900)
        return worksheet_write_string(x->sheet, x->row, c, "", NULL);
    lxw_datetime d = {at.year, at.month, at.day, at.hour, at.minute, at.second};
    return worksheet_write_datetime(x->sheet, x->row, c, &d, x->time);
}

static enum err row(struct export_writer *w, const struct export_row *r)
{
    struct xlsx *x = w->xlsx;
    char room[64];
    if (x->row == ROWS_MOST)
        TRY(new_sheet(w));
    for (int i = 0; i < EXPORT_COLUMNS; i++) {
        enum export_column c = (enum export_column)i;
        double v = export_number(r, c);
        lxw_error e;
        if (c == EXPORT_FROM || c == EXPORT_TO || c == EXPORT_REPORTED)
            e = put_time(x, (lxw_col_t)i,
                         c == EXPORT_FROM ? r->e->occurred_from
                         : c == EXPORT_TO ? r->e->occurred_to
                                          : r->e->reported_at);
        else if (!isnan(v))
            e = worksheet_write_number(x->sheet, x->row, (lxw_col_t)i, v, NULL);
        else
            e = worksheet_write_string(x->sheet, x->row, (lxw_col_t)i, export_text(r, c, room),
                                       NULL);
        TRY(from_lxw(e));
    }
    x->row++;
    return ERR_OK;
}

static enum err copy_out(struct export_writer *w)
{
    int fd = open(w->xlsx->path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return err_of_errno(errno);
    enum err e = ERR_OK;
    for (;;) {
        char *to = buf_reserve(&w->out, 64 * 1024);
        ssize_t n = to ? read(fd, to, 64 * 1024) : -1;
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0) {
            e = !to ? ERR_NOMEM : n < 0 ? ERR_IO : ERR_OK;
            break;
        }
        w->out.len += (size_t)n;
        e = export_flush(w, true);
        if (e)
            break;
    }
    close(fd);
    return e;
}

static enum err end(struct export_writer *w)
{
    struct xlsx *x = w->xlsx;
    enum err e = from_lxw(workbook_close(x->book));
    x->book = NULL;
    if (e == ERR_OK)
        e = copy_out(w);
    done(x);
    w->xlsx = NULL;
    return e;
}

static void drop(struct export_writer *w)
{
    struct xlsx *x = w->xlsx;
    if (!x)
        return;
    if (x->book)
        (void)workbook_close(x->book);
    done(x);
    w->xlsx = NULL;
}

const struct export_format export_xlsx = {begin, row, end, drop};
