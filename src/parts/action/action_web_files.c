/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The list as files: what the page shows, to the one who may see it. */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>
#include <xlsxwriter.h>

#include "base/jsonw.h"
#include "base/mem.h"
#include "base/str.h"
#include "parts/action/action_web.h"

enum column {
    SHEET_ID,
    SHEET_TITLE,
    SHEET_PROBLEM,
    SHEET_TYPE,
    SHEET_PLACE,
    SHEET_KIND,
    SHEET_OWNER,
    SHEET_PARTNERS,
    SHEET_FIRST,
    SHEET_LAST,
    SHEET_YEARLY,
    SHEET_STATE,
    SHEET_OVERDUE,
    SHEET_EFFECT,
    SHEET_COLUMNS
};

static const struct {
    const char *key; /* in JSON */
    enum text_key head;
} columns[SHEET_COLUMNS] = {
    [SHEET_ID] = {"id", T_action_file_id},
    [SHEET_TITLE] = {"title", T_action_title},
    [SHEET_PROBLEM] = {"problem", T_action_problem},
    [SHEET_TYPE] = {"type", T_action_type},
    [SHEET_PLACE] = {"place", T_action_where},
    [SHEET_KIND] = {"kind", T_action_kind},
    [SHEET_OWNER] = {"owner", T_action_owner},
    [SHEET_PARTNERS] = {"partners", T_action_partners},
    [SHEET_FIRST] = {"first_day", T_action_first},
    [SHEET_LAST] = {"last_day", T_action_last},
    [SHEET_YEARLY] = {"yearly", T_action_yearly},
    [SHEET_STATE] = {"state", T_action_state},
    [SHEET_OVERDUE] = {"overdue", T_action_overdue},
    [SHEET_EFFECT] = {"effect", T_action_effect},
};

static const char *day_of(struct req *rq, msec t)
{
    char text[TIME_TEXT];
    date_text(date_of_msec(t), text);
    return arena_strdup(rq->arena, text);
}

/* "" for none; NULL when out of memory. */
static const char *value_of(const struct action_found *f, size_t i, enum column c)
{
    struct req *rq = f->names.rq;
    const struct action *x = f->list[i];
    const struct action_kind *k = action_kind_find(x->kind);
    bool all = action_sees_all(rq);
    switch (c) {
    case SHEET_ID:
        return action_id_string(rq, x->id);
    case SHEET_TITLE:
        return x->title;
    case SHEET_PROBLEM:
        return all ? x->problem : "";
    case SHEET_TYPE:
        return action_name_type(&f->names, x->type_code);
    case SHEET_PLACE:
        return action_place_text(&f->names, &x->ground);
    case SHEET_KIND:
        return k ? text_get(rq->lang, k->name) : x->kind;
    case SHEET_OWNER:
        return action_name_organisation(&f->names, x->organisation);
    case SHEET_PARTNERS:
        return all && x->partners ? x->partners : "";
    case SHEET_FIRST:
        return day_of(rq, x->starts_at);
    case SHEET_LAST:
        return day_of(rq, x->ends_at - 1);
    case SHEET_YEARLY:
        return x->yearly ? TX(rq, action_yes) : TX(rq, action_no);
    case SHEET_STATE:
        return action_state_text(rq->lang, x->state);
    case SHEET_OVERDUE:
        return action_overdue(x, f->now) ? TX(rq, action_yes) : TX(rq, action_no);
    case SHEET_EFFECT:
        return f->verdicts[i] ? f->verdicts[i] : "";
    default:
        return "";
    }
}

static enum err begin(struct req *rq, const char *format, struct action_found *f)
{
    TRY(action_find(rq, f));
    const char *detail = arena_printf(rq->arena, "{\"format\":\"%s\",\"count\":%zu}", format, f->n);
    if (!detail)
        return ERR_NOMEM;
    TRY(web_audit_read(rq, "action.export", "action", (struct id){{0}}, detail));
    const char *name =
        arena_printf(rq->arena, "%s-%s.%s", TX(rq, action_file), web_municipality(rq), format);
    if (!name)
        return ERR_NOMEM;
    resp_download(rq, name);
    return ERR_OK;
}

/* What a spreadsheet would take for a formula gets an apostrophe before it. */
static void cell(struct buf *b, const char *s, bool last)
{
    buf_putc(b, '"');
    if (*s && strchr("=+-@\t\r", *s))
        buf_putc(b, '\'');
    for (; *s; s++) {
        if (*s == '"')
            buf_putc(b, '"');
        buf_putc(b, *s);
    }
    buf_puts(b, last ? "\"\r\n" : "\";");
}

enum err action_list_csv(struct req *rq)
{
    struct action_found f;
    TRY(begin(rq, "csv", &f));
    resp_type(rq, "text/csv; charset=utf-8");
    buf_puts(&rq->out, "\xEF\xBB\xBF");
    for (int c = 0; c < SHEET_COLUMNS; c++)
        cell(&rq->out, text_get(rq->lang, columns[c].head), c + 1 == SHEET_COLUMNS);
    for (size_t i = 0; i < f.n; i++)
        for (int c = 0; c < SHEET_COLUMNS; c++) {
            const char *s = value_of(&f, i, (enum column)c);
            if (!s)
                return ERR_NOMEM;
            cell(&rq->out, s, c + 1 == SHEET_COLUMNS);
        }
    return buf_err(&rq->out);
}

enum err action_list_json(struct req *rq)
{
    struct action_found f;
    TRY(begin(rq, "json", &f));
    resp_type(rq, "application/json");
    struct jsonw w = jsonw_init(&rq->out);
    jsonw_object(&w);
    jsonw_key_text(&w, "municipality", web_municipality(rq));
    jsonw_key_text(&w, "sentence", action_sentence(rq, &f));
    jsonw_key_array(&w, "actions");
    for (size_t i = 0; i < f.n; i++) {
        const struct action *x = f.list[i];
        jsonw_object(&w);
        for (int c = 0; c < SHEET_COLUMNS; c++) {
            const char *s = value_of(&f, i, (enum column)c);
            if (!s)
                return ERR_NOMEM;
            if (c == SHEET_YEARLY || c == SHEET_OVERDUE)
                jsonw_key_bool(&w, columns[c].key,
                               c == SHEET_YEARLY ? x->yearly : action_overdue(x, f.now));
            else
                jsonw_key_text(&w, columns[c].key, *s ? s : NULL);
        }
        jsonw_key_text(&w, "state_code", action_state_name(x->state));
        jsonw_key_text(&w, "type_code", x->type_code);
        jsonw_key_text(&w, "kind_code", x->kind);
        jsonw_end(&w);
    }
    jsonw_end(&w);
    jsonw_end(&w);
    return buf_err(&rq->out);
}

static enum err write_sheet(const struct action_found *f, const char *path)
{
    struct req *rq = f->names.rq;
    lxw_workbook *book = workbook_new(path);
    lxw_worksheet *sheet = book ? workbook_add_worksheet(book, TX(rq, action_list_title)) : NULL;
    enum err e = sheet ? ERR_OK : ERR_NOMEM;
    lxw_format *head = sheet ? workbook_add_format(book) : NULL;
    /* the library would write the second in which it was made: the same list is the same file */
    lxw_doc_properties made = {.created = (time_t)(date_start(date_of_msec(f->now)) / MSEC_SECOND)};
    if (sheet && workbook_set_properties(book, &made))
        e = ERR_NOMEM;
    if (head)
        format_set_bold(head);
    if (sheet) {
        worksheet_freeze_panes(sheet, 1, 0);
        worksheet_set_column(sheet, 0, SHEET_COLUMNS - 1, 20, NULL);
    }
    for (int c = 0; c < SHEET_COLUMNS && e == ERR_OK; c++)
        if (worksheet_write_string(sheet, 0, (lxw_col_t)c, text_get(rq->lang, columns[c].head),
                                   head))
            e = ERR_NOMEM;
    for (size_t i = 0; i < f->n && e == ERR_OK; i++)
        for (int c = 0; c < SHEET_COLUMNS && e == ERR_OK; c++) {
            const char *s = value_of(f, i, (enum column)c);
            /* text cells: nothing that somebody wrote becomes a formula */
            if (!s || worksheet_write_string(sheet, (lxw_row_t)i + 1, (lxw_col_t)c, s, NULL))
                e = ERR_NOMEM;
        }
    if (book && workbook_close(book) != LXW_NO_ERROR && e == ERR_OK)
        e = ERR_IO;
    return e;
}

/* The library writes to a name; the file is taken over and the name is gone afterwards. */
enum err action_list_xlsx(struct req *rq)
{
    struct action_found f;
    TRY(begin(rq, "xlsx", &f));
    char *path = arena_printf(rq->arena, "%s/.atgarder-XXXXXX", web_app(rq)->data_dir);
    if (!path)
        return ERR_NOMEM;
    int fd = mkostemp(path, O_CLOEXEC);
    if (fd < 0)
        return err_of_errno(errno);
    close(fd);
    enum err e = write_sheet(&f, path);
    if (e == ERR_OK) {
        rq->out_fd = open(path, O_RDONLY | O_CLOEXEC);
        e = rq->out_fd < 0 ? err_of_errno(errno) : ERR_OK;
    }
    unlink(path);
    resp_type(rq, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet");
    return e;
}

static enum err write_ics(struct req *rq, const struct action *const *list, size_t n)
{
    struct action_ics c = {
        .base = web_absolute(rq, web_address(rq, "/atgarder/")),
        .name = TXF(rq, action_ics_name, web_municipality_name(rq)),
        .lang = rq->lang,
        .now = time_now(),
    };
    if (!c.base || !c.name)
        return ERR_NOMEM;
    action_ics_write(&c, list, n, &rq->out);
    resp_type(rq, "text/calendar; charset=utf-8");
    return buf_err(&rq->out);
}

enum err action_list_ics(struct req *rq)
{
    struct action_found f;
    TRY(begin(rq, "ics", &f));
    return write_ics(rq, (const struct action *const *)f.list, f.n);
}

enum err action_one_ics(struct req *rq)
{
    struct action_whole w;
    TRY(action_whole_read(rq, &w));
    TRY(web_audit_read(rq, "action.export", "action", w.id, NULL));
    const struct action *x = &w.x;
    resp_download(rq, "atgard.ics");
    return write_ics(rq, &x, 1);
}
