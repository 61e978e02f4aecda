/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* samsyn export: events as CSV, XLSX, GeoJSON or JSON, the same as on the page. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/str.h"
#include "cmd/cmd.h"
#include "parts/event/event_export.h"

static int read_types(struct cmd_call *c, struct event_query *q)
{
    const char *code;
    for (size_t i = 0; (code = cmd_nth(c, "type", i)); i++) {
        if (event_type_index(code) < 0 || q->n_types == EVENT_QUERY_TYPES)
            return cmd_misuse(c, CTF(c, cmd_export_type, code));
        q->types[q->n_types++] = code;
    }
    return 0;
}

static int read_kinds(struct cmd_call *c, struct event_query *q)
{
    const char *name;
    enum event_kind kind;
    for (size_t i = 0; (name = cmd_nth(c, "kind", i)); i++) {
        if (!event_kind_parse(name, &kind))
            return cmd_misuse(c, CTF(c, cmd_export_kind, name));
        q->kinds |= (uint8_t)(1u << kind);
    }
    return 0;
}

static int read_day(struct cmd_call *c, const char *option, bool *has, struct date *out)
{
    const char *day = cmd_value(c, option);
    *has = day != NULL;
    if (day && date_parse(day, out) != ERR_OK)
        return cmd_misuse(c, CTF(c, cmd_export_date, option, day));
    return 0;
}

static int read_query(struct cmd_call *c, struct event_query *q, enum event_format *format)
{
    const char *town = cmd_value(c, "municipality"), *name = cmd_value(c, "format");
    if (!town || !cmd_known_municipality(town))
        return cmd_bad_municipality(c, town);
    *format = EVENT_CSV;
    if (name && !event_format_parse(name, format))
        return cmd_misuse(c, CTF(c, cmd_export_format, name));
    *q = event_query_blank(town);
    q->text = cmd_value(c, "text");
    int code = read_day(c, "from", &q->has_from, &q->from);
    if (code == 0)
        code = read_day(c, "to", &q->has_to, &q->to);
    if (code == 0 && q->has_from && q->has_to && date_days(q->from) > date_days(q->to))
        code = cmd_misuse(c, CT(c, cmd_export_order));
    if (code == 0)
        code = read_kinds(c, q);
    return code ? code : read_types(c, q);
}

/* By its name, as people know it. */
static int find_area(struct cmd_call *c, const struct app *app, struct event_query *q)
{
    const char *wish = cmd_value(c, "area");
    struct event_names names;
    if (!wish)
        return 0;
    enum err e = event_names_load(app, c->a, c->lang, q->municipality, &names);
    if (e)
        return cmd_error(c, e, NULL);
    if (!event_names_find_area(&names, wish, &q->area))
        return cmd_misuse(c, CTF(c, cmd_export_area, wish));
    return 0;
}

static int open_output(struct cmd_call *c, int *fd)
{
    const char *path = cmd_value(c, "output");
    *fd = path ? open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600) : STDOUT_FILENO;
    if (*fd < 0)
        return cmd_cannot_write(c, errno, path);
    return 0;
}

static int write_out(struct cmd_call *c, const struct event_export *x)
{
    int fd, code = open_output(c, &fd);
    size_t count;
    if (code)
        return code;
    enum err e = event_export_write(x, fd, &count);
    if (fd != STDOUT_FILENO && close(fd) != 0 && e == ERR_OK)
        e = ERR_IO;
    if (e)
        return cmd_error(c, e, cmd_value(c, "output"));
    if (cmd_value(c, "output"))
        puts(CTF(c, cmd_export_done, count, cmd_value(c, "output")));
    return 0;
}

static int run(struct cmd_call *c)
{
    struct event_query q;
    enum event_format format;
    int code = read_query(c, &q, &format);
    if (code)
        return code;
    struct app *app = cmd_open(c, CMD_WRITE, &code);
    if (!app)
        return code;
    code = find_area(c, app, &q);
    struct event_export x = {.app = app,
                             .query = &q,
                             .format = format,
                             .lang = c->lang,
                             .bom = cmd_flag(c, "bom"),
                             .tmp_dir = "/tmp"};
    enum err e = code ? ERR_OK : cmd_note(app, q.municipality, "event.export", "event");
    if (e)
        code = cmd_error(c, e, NULL);
    if (code == 0)
        code = write_out(c, &x);
    app_close(app);
    return code;
}

static const struct cmd_option options[] = {
    CMD_DATABASE,
    {.name = "municipality", .arg = "CODE", .help = T_opt_export_municipality},
    {.name = "from", .arg = "DATE", .help = T_opt_export_from},
    {.name = "to", .arg = "DATE", .help = T_opt_export_to},
    {.name = "type", .arg = "CODE", .help = T_opt_export_type, .many = true},
    {.name = "kind", .arg = "incident|all_clear|positive", .help = T_opt_export_kind, .many = true},
    {.name = "area", .arg = "NAME", .help = T_opt_export_area},
    {.name = "text", .arg = "WORDS", .help = T_opt_export_text},
    {.name = "format", .arg = "FORMAT", .help = T_opt_export_format},
    {.name = "bom", .help = T_opt_export_bom},
    {.name = "output", .arg = "FILE", .help = T_opt_export_output},
    {0},
};

const struct cmd cmd_export = {"export", "", T_cmd_export, options, 0, 0, run};
