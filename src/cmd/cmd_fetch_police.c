/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* samsyn fetch-police: one call to the Police's feed and the import of its answer. Made to be run
 * by a timer; it keeps the source's rules itself. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/mem.h"
#include "base/str.h"
#include "cmd/cmd.h"
#include "parts/import/import.h"
#include "tmpl/format.h"

/* The answer in a file that has no name any more when it is read. */
static enum err spool(const struct app *app, struct arena *a, const struct buf *body,
                      const char **path)
{
    char *name = arena_printf(a, "%s/fetch-XXXXXX", app->data_dir);
    int fd = name ? mkstemp(name) : -1;
    if (fd < 0)
        return name ? err_of_errno(errno) : ERR_NOMEM;
    enum err e = cmd_write_all(fd, buf_text(body), body->len);
    if (close(fd) != 0 && e == ERR_OK)
        e = err_of_errno(errno);
    if (e)
        unlink(name);
    else
        *path = name;
    return e;
}

static int import_answer(struct cmd_call *c, struct app *app, const struct buf *body)
{
    struct import_request rq = {
        .format = CONVERT_POLICE_API,
        .file_name = "polisen.se",
        .municipality = cmd_value(c, "municipality"),
    };
    struct import_report r;
    enum err e = spool(app, c->a, body, &rq.path);
    if (e)
        return cmd_error(c, e, app->data_dir);
    e = import_file(app, c->a, &rq, NULL, NULL, &r);
    unlink(rq.path);
    if (e == ERR_OK)
        e = fetch_police_done(app);
    if (e && r.fault) {
        enum text_key k = text_lookup(r.fault);
        return cmd_fail(c, k < TEXT_COUNT ? text_get(c->lang, k) : r.fault);
    }
    if (e)
        return cmd_error(c, e, NULL);
    struct buf text = buf_init(1 << 20);
    import_report_text(&text, c->lang, &r, false);
    fputs(buf_text(&text), stdout);
    buf_done(&text);
    return 0;
}

static int tell(struct cmd_call *c, const struct fetch_result *r)
{
    char room[FORMAT_TEXT];
    const char *when = format_when(room, c->lang, r->until, time_now());
    switch (r->outcome) {
    case FETCH_SAME:
        puts(CT(c, fetch_same));
        return 0;
    case FETCH_WAIT:
        puts(CTF(c, fetch_wait, when));
        return 0;
    case FETCH_STOPPED:
        return cmd_fail(c, CT(c, fetch_stopped));
    case FETCH_REFUSED:
        return cmd_fail(c, CTF(c, fetch_refused, (int64_t)r->status, when));
    default:
        return cmd_fail(c,
                        r->status ? CTF(c, fetch_failed, (int64_t)r->status) : CT(c, fetch_silent));
    }
}

static int fetch(struct cmd_call *c, struct app *app)
{
    const char *url = cmd_value(c, "url");
    struct buf body = buf_init(FETCH_ANSWER_MOST);
    struct fetch_result r;
    if (cmd_flag(c, "reset")) {
        enum err e = fetch_police_reset(app);
        if (e)
            return cmd_error(c, e, NULL);
    }
    enum err e = fetch_police(app, c->a, url ? url : FETCH_URL, SAMSYN_VERSION, &body, &r);
    int code = 0;
    if (e == ERR_USAGE)
        code = cmd_misuse(c, CTF(c, fetch_bad_url, url));
    else if (e)
        code = cmd_error(c, e, NULL);
    else if (r.outcome == FETCH_GOT)
        code = import_answer(c, app, &body);
    else
        code = tell(c, &r);
    buf_done(&body);
    return code;
}

static int run(struct cmd_call *c)
{
    const char *municipality = cmd_value(c, "municipality");
    if (municipality && !cmd_known_municipality(municipality))
        return cmd_bad_municipality(c, municipality);
    int code = 0;
    struct app *app = cmd_open(c, CMD_WRITE, &code);
    if (!app)
        return code;
    code = fetch(c, app);
    app_close(app);
    return code;
}

static const struct cmd_option options[] = {
    CMD_DATABASE,
    {.name = "url", .arg = "URL", .help = T_opt_fetch_url},
    {.name = "municipality", .arg = "CODE", .help = T_opt_fetch_municipality},
    {.name = "reset", .help = T_opt_fetch_reset},
    {0},
};

const struct cmd cmd_fetch_police = {"fetch-police", "", T_cmd_fetch_police, options, 0, 0, run};
