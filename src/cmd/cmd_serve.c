/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* samsyn serve: answers on one port until SIGTERM or SIGINT. Under systemd it tells when it is
 * ready and takes a socket that systemd listens on. */
#include <pwd.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include <systemd/sd-daemon.h>

#include "base/log.h"
#include "base/mem.h"
#include "base/str.h"
#include "cmd/activate.h"
#include "cmd/cmd.h"
#include "core/jobs.h"
#include "core/mailer.h"
#include "core/web.h"
#include "parts/photo/photo.h"

/* "127.0.0.1:8080", "[::1]:8080" or "8080". */
static bool read_address(struct cmd_call *c, const char *s, struct http_options *o)
{
    const char *colon = strrchr(s, ':');
    int64_t port;
    if (!str_to_int(colon ? colon + 1 : s, &port) || port < 0 || port > 65535)
        return false;
    o->port = (int)port;
    if (!colon)
        return true;
    size_t n = (size_t)(colon - s);
    if (n > 2 && s[0] == '[' && s[n - 1] == ']')
        o->address = arena_strndup(c->a, s + 1, n - 2);
    else
        o->address = arena_strndup(c->a, s, n);
    return o->address && *o->address;
}

static struct router *make_router(void)
{
    const struct route *tables[64] = {web_routes};
    size_t n = 1;
    for (size_t i = 0; all_parts[i] && n < 63; i++)
        if (all_parts[i]->routes)
            tables[n++] = all_parts[i]->routes;
    return router_new(tables);
}

static void wait_for_end(void)
{
    sigset_t set;
    int which;
    sigemptyset(&set);
    sigaddset(&set, SIGTERM);
    sigaddset(&set, SIGINT);
    sigwait(&set, &which);
}

static void block_signals(void)
{
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGTERM);
    sigaddset(&set, SIGINT);
    pthread_sigmask(SIG_BLOCK, &set, NULL);
}

static int cannot_answer(struct cmd_call *c, enum err e, const struct http_options *o)
{
    const char *where = arena_printf(c->a, "%s:%d", o->address, o->port);
    const struct passwd *me = getpwuid(geteuid());
    const char *name = me ? me->pw_name : "?";
    switch (e) {
    case ERR_BUSY:
        return cmd_fail(c, CTF(c, cmd_port_taken, o->address, arena_printf(c->a, "%d", o->port)));
    case ERR_DENIED:
        return cmd_fail(c, CTF(c, trouble_port_denied, where, name));
    case ERR_NOTFOUND:
        return cmd_fail(c, CTF(c, trouble_no_such_address, o->address));
    case ERR_USAGE:
        return cmd_misuse(c, CTF(c, cmd_bad_address, where));
    case ERR_IO:
        return cmd_fail(c, CTF(c, trouble_listen, where));
    default:
        return cmd_error(c, e, NULL);
    }
}

static int serve(struct cmd_call *c, struct app *app, struct http_options *o)
{
    const char *problem = "";
    enum err e = http_start(o, app->router, &web_hooks, app, &app->server, &problem);
    if (e)
        return cannot_answer(c, e, o);
    int port = http_port(app->server);
    bool six = strchr(o->address, ':') != NULL;
    printf("%s http://%s%s%s:%d/\n", CT(c, cmd_serving), six ? "[" : "", o->address, six ? "]" : "",
           port);
    fflush(stdout);
    LOG(LOG_INFO, "ready", LOG_INT("port", port), LOG_TEXT("version", SAMSYN_VERSION));
    sd_notify(0, "READY=1");
    wait_for_end();
    sd_notify(0, "STOPPING=1");
    http_stop(app->server);
    LOG(LOG_INFO, "stopped");
    return 0;
}

static int run(struct cmd_call *c)
{
    struct http_options o = {.address = "127.0.0.1", .port = 8080, .listen_fd = -1};
    const char *listen = cmd_value(c, "listen"), *proxy = cmd_value(c, "trusted-proxy");
    const char *threads = cmd_value(c, "threads");
    int64_t n = 0;
    if (listen && !read_address(c, listen, &o))
        return cmd_misuse(c, CTF(c, cmd_bad_address, listen));
    if (threads && (!str_to_int(threads, &n) || n < 1 || n > 64))
        return cmd_misuse(c, CT(c, cmd_bad_threads));
    o.threads = (int)n;
    o.trusted_proxy = proxy;
    o.no_limits = cmd_flag(c, "no-limits");
    int code = cmd_take_socket(c, &o);
    if (code)
        return code;
    if (cmd_flag(c, "verbose"))
        log_set_level(LOG_DEBUG);
    struct rlimit files = {4096, 4096};
    (void)setrlimit(RLIMIT_NOFILE, &files); /* more connections where the system lets us */
    block_signals();

    struct app *app = cmd_open(c, CMD_FILES, &code);
    if (!app)
        return code;
    if (db_engine_of(app->db) == DB_SQLITE && !cmd_own_directory(app->data_dir)) {
        code = cmd_fail(c, CTF(c, cmd_serving_already, app->data_dir));
        app_close(app);
        return code;
    }
    app->development = cmd_flag(c, "demo");
    app->router = make_router();
    o.spool_dir = app->data_dir;
    struct mailer *mailer = NULL; /* a demonstration shows its letters instead */
    enum err started = app->router ? jobs_run(app) : ERR_NOMEM;
    if (started == ERR_OK && !app->development)
        started = mailer_start(app->db, &mailer);
    struct photo_sweeper *sweeper = NULL;
    if (started == ERR_OK)
        started = photo_sweeper_start(app, &sweeper);
    code = started ? cmd_error(c, started, NULL) : serve(c, app, &o);
    mailer_stop(mailer);
    photo_sweeper_stop(sweeper);
    struct router *r = app->router;
    app_close(app);
    router_free(r);
    return code;
}

static const struct cmd_option options[] = {
    CMD_DATABASE,
    {.name = "listen", .arg = "ADDR:PORT", .help = T_opt_listen},
    {.name = "trusted-proxy", .arg = "ADDR", .help = T_opt_proxy},
    {.name = "threads", .arg = "N", .help = T_opt_threads},
    {.name = "demo", .help = T_opt_demo},
    {.name = "no-limits", .help = T_opt_no_limits},
    {.name = "verbose", .help = T_opt_verbose},
    {0},
};

const struct cmd cmd_serve = {"serve", "", T_cmd_serve, options, 0, 0, run};
