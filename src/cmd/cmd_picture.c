/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* samsyn picture: the picture of a period as JSON, HTML or PDF, the same as on the page. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/mem.h"
#include "base/str.h"
#include "cmd/cmd.h"
#include "geo/geo_data.h"
#include "parts/picture/picture.h"

#define OUTPUT_MOST (16 << 20)

struct asked {
    struct picture_query query;
    enum lang lang;
    const char *format;
};

static int read_query(struct cmd_call *c, struct asked *q)
{
    const char *town = cmd_value(c, "municipality"), *from = cmd_value(c, "from");
    const char *to = cmd_value(c, "to");
    q->format = cmd_value(c, "format") ? cmd_value(c, "format") : "json";
    q->lang = c->lang;
    if (!town || !cmd_known_municipality(town))
        return cmd_bad_municipality(c, town);
    if (!from || !to)
        return cmd_misuse(c, CT(c, cmd_picture_days));
    if (date_parse(from, &q->query.from) != ERR_OK)
        return cmd_misuse(c, CTF(c, cmd_picture_date, "--from", from));
    if (date_parse(to, &q->query.to) != ERR_OK)
        return cmd_misuse(c, CTF(c, cmd_picture_date, "--to", to));
    q->query.to = date_add(q->query.to, 1); /* the last day counts, here as on the page */
    if (!str_eq(q->format, "json") && !str_eq(q->format, "html") && !str_eq(q->format, "pdf"))
        return cmd_misuse(c, CTF(c, cmd_picture_format, q->format));
    q->query.municipality = town;
    if (picture_query_check(&q->query) != ERR_OK)
        return cmd_misuse(c, CT(c, cmd_picture_period));
    struct event_filter f = {0};
    for (size_t i = 0; cmd_nth(c, "type", i); i++) {
        int type = event_type_index(cmd_nth(c, "type", i));
        if (type < 0)
            return cmd_misuse(c, CTF(c, cmd_picture_type, cmd_nth(c, "type", i)));
        event_filter_type(&f, type);
    }
    q->query.types = f.types;
    return 0;
}

static int find_area(struct cmd_call *c, const struct picture_names *n, struct asked *q)
{
    const char *name = cmd_value(c, "area");
    if (!name)
        return 0;
    for (size_t i = 0; i < n->n_areas; i++)
        if (str_compare_sv(n->areas[i].name, name) == 0) {
            q->query.area = n->areas[i].id;
            return 0;
        }
    return cmd_misuse(c, CTF(c, cmd_picture_area, name));
}

static const char *town_name(const struct cmd_call *c, const char *code)
{
    const struct geo_municipality *m = geo_municipality_by_code(code);
    const struct geo_county *county = m ? NULL : geo_county_by_code(code);
    if (m || county)
        return m ? m->name : county->name;
    return CT(c, whole_country);
}

static enum err make(struct cmd_call *c, struct app *app, const struct asked *q,
                     const struct picture_names *n, struct buf *out)
{
    struct picture p;
    struct picture_words w;
    msec now = time_now();
    struct picture_reader r = {
        .lang = q->lang, .places = true, .municipality = town_name(c, q->query.municipality)};
    TRY(picture_of(app, &q->query, now, c->a, &p));
    TRY(picture_look(app, false, now, c->a, &p));
    TRY(picture_words_make(&p, n, &r, now, c->a, &w));
    if (str_eq(q->format, "pdf"))
        return picture_pdf(out, &w, q->lang, c->a);
    if (str_eq(q->format, "html"))
        return picture_standalone(out, &w, q->lang, now);
    picture_json(out, &p, n, &w, q->lang);
    return buf_err(out);
}

/* A device or a pipe is written to; renaming would put a file in its place. */
static bool plain_file(const char *path)
{
    struct stat st;
    return stat(path, &st) != 0 || S_ISREG(st.st_mode);
}

/* The whole file or none: written beside its place, then renamed. */
static int put(struct cmd_call *c, const struct buf *out)
{
    const char *path = cmd_value(c, "output"), *to = path, *said = path ? path : "-";
    bool renamed = path && plain_file(path);
    if (renamed && !(to = arena_printf(c->a, "%s.part", path)))
        return cmd_error(c, ERR_NOMEM, NULL);
    FILE *f = path ? fopen(to, "wbe") : stdout;
    if (!f)
        return cmd_cannot_write(c, errno, path);
    bool ok = fwrite(out->data, 1, out->len, f) == out->len && fflush(f) == 0;
    int why = errno;
    if (path && fclose(f) != 0 && ok) {
        ok = false;
        why = errno;
    }
    if (ok && renamed && rename(to, path) != 0) {
        ok = false;
        why = errno;
    }
    if (!ok && renamed)
        unlink(to);
    return ok ? 0 : cmd_cannot_write(c, why, said);
}

static int run(struct cmd_call *c)
{
    struct asked q = {0};
    struct picture_names names;
    int code = read_query(c, &q);
    if (code)
        return code;
    struct app *app = cmd_open(c, CMD_WRITE, &code);
    if (!app)
        return code;
    struct picture_names_in in = {c->a, q.query.municipality, &names};
    const char *scope = str_eq(q.query.municipality, "0000") ? DB_NATIONAL : q.query.municipality;
    struct buf out = buf_init(OUTPUT_MOST);
    enum err e = db_read(app->db, scope, picture_names_load, &in);
    if (e == ERR_OK)
        code = find_area(c, &names, &q);
    if (e == ERR_OK && code == 0)
        e = cmd_note(app, q.query.municipality, "picture.read", "picture");
    if (e == ERR_OK && code == 0)
        e = make(c, app, &q, &names, &out);
    if (e)
        code = cmd_error(c, e, NULL);
    else if (code == 0)
        code = put(c, &out);
    buf_done(&out);
    app_close(app);
    return code;
}

static const struct cmd_option options[] = {
    CMD_DATABASE,
    {.name = "municipality", .arg = "CODE", .help = T_opt_picture_municipality},
    {.name = "from", .arg = "DATE", .help = T_opt_picture_from},
    {.name = "to", .arg = "DATE", .help = T_opt_picture_to},
    {.name = "area", .arg = "NAME", .help = T_opt_picture_area},
    {.name = "type", .arg = "CODE", .help = T_opt_picture_type, .many = true},
    {.name = "format", .arg = "json|html|pdf", .help = T_opt_picture_format},
    {.name = "output", .arg = "FILE", .help = T_opt_picture_output},
    {0},
};

const struct cmd cmd_picture = {"picture", "", T_cmd_picture, options, 0, 0, run};
