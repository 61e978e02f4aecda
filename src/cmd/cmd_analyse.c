/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* samsyn analyse METHOD: a table from a file, a result to standard output. Opens no database. */
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/str.h"
#include "cmd/cmd.h"
#include "parts/analysis/analysis.h"

#define OUTPUT_MOST ((size_t)2 << 30)

#define PERCENT_APART 10 /* between two lines of a file that is written */

/* Whoever asks to see how far it has come sees it: on a terminal the line is written over, in a
 * file there is a new one now and then. */
struct watching {
    bool terminal;
    int told; /* per cent */
};

static bool watch(void *arg, double share)
{
    struct watching *w = arg;
    int now = (int)(share * 100);
    if (now <= w->told || (!w->terminal && now / PERCENT_APART == w->told / PERCENT_APART))
        return true;
    w->told = now;
    fprintf(stderr, w->terminal ? "\r\033[Kanalyse %d %%" : "analyse %d %%\n", now);
    return true;
}

static void watch_end(struct watching *w)
{
    if (w->told < 100)
        watch(w, 1);
    if (w->terminal)
        fputc('\n', stderr);
}

/* --- Options of the method --- */

static const struct cmd_option *options_of(struct cmd_call *c, const char *name)
{
    const struct analysis_method *m = analysis_method_find(name);
    size_t n = 0, at = 0;
    while (m && m->options && m->options[n].name)
        n++;
    struct cmd_option *list = m ? ARENA_ARRAY(c->a, n + COLUMN_COUNT + 1, struct cmd_option) : NULL;
    if (!list)
        return NULL;
    for (size_t i = 0; i < n; i++)
        list[at++] =
            (struct cmd_option){m->options[i].name, m->options[i].arg, m->options[i].help, false};
    for (int k = 0; k < COLUMN_COUNT; k++)
        if ((m->needs | m->may) & COLUMN_BIT(k))
            list[at++] = (struct cmd_option){analysis_column_name((enum analysis_column)k), "NAME",
                                             T_analysis_opt_column, false};
    return list;
}

static void help(const struct cmd_call *c, const char *name)
{
    const struct analysis_method *m = name ? analysis_method_find(name) : NULL;
    if (!m) {
        printf("\n%s\n\n", CT(c, analysis_methods_are));
        for (size_t i = 0; analysis_methods[i]; i++)
            printf("  %-20s %s\n", analysis_methods[i]->name,
                   text_get(c->lang, analysis_methods[i]->summary));
        return;
    }
    printf("\n%s: %s\n%s\n\n%s\n", m->name, text_get(c->lang, m->summary),
           text_get(c->lang, m->about), CT(c, analysis_columns_are));
    for (int k = 0; k < COLUMN_COUNT; k++)
        if ((m->needs | m->may) & COLUMN_BIT(k))
            printf("  %-12s %s\n", analysis_column_name((enum analysis_column)k),
                   m->needs & COLUMN_BIT(k) ? CT(c, analysis_needed) : CT(c, analysis_optional));
    printf("\n%s\n", CT(c, analysis_defaults_are));
    for (const struct analysis_option *o = m->options; o && o->name; o++)
        if (o->fallback)
            printf("  --%s %s\n", o->name, o->fallback);
    printf("\n%s %s.\n", CT(c, analysis_source), m->source);
}

/* --- Running --- */

static int refused(const struct cmd_call *c, const struct analysis *an, enum err e)
{
    if (e == ERR_USAGE && an->problem)
        return cmd_misuse(c, an->problem);
    if (e == ERR_LIMIT || e == ERR_NOMEM) /* the memory for a table has a ceiling, too */
        return cmd_misuse(c, CT(c, analysis_too_large));
    return cmd_error(c, e, c->n_operands > 1 ? c->operands[1] : NULL);
}

static bool int_option(const struct cmd_call *c, const char *name, int64_t least, int64_t most,
                       int64_t *out)
{
    const char *text = cmd_value(c, name);
    return !text || (str_to_int(text, out) && *out >= least && *out <= most);
}

static int read_common(struct cmd_call *c, struct analysis *an)
{
    int64_t threads = 1, seed = 1;
    const char *format = cmd_value(c, "format");
    if (!int_option(c, "threads", 1, WORK_THREADS_MOST, &threads))
        return cmd_misuse(c, CTF(c, analysis_bad_number, "threads", 1, 64));
    if (!int_option(c, "seed", 0, INT64_MAX, &seed))
        return cmd_misuse(c, CTF(c, analysis_bad_number, "seed", 0, INT64_MAX));
    if (format && !str_eq(format, "json") && !str_eq(format, "csv") && !str_eq(format, "geojson"))
        return cmd_misuse(c, CTF(c, analysis_bad_format, format));
    an->work.threads = (int)threads;
    an->work.seed = (uint64_t)seed;
    an->lonlat = cmd_flag(c, "lonlat");
    if (cmd_flag(c, "progress")) {
        static struct watching watching;
        watching = (struct watching){.terminal = isatty(STDERR_FILENO)};
        an->work.tick = watch;
        an->work.arg = &watching;
    }
    return 0;
}

static bool is_common(const char *name)
{
    static const char *const names[] = {"threads", "seed", "format", "lonlat", "progress", "lang"};
    for (size_t i = 0; i < ARRAY_LEN(names); i++)
        if (str_eq(names[i], name))
            return true;
    return false;
}

static int read_options(struct cmd_call *c, struct analysis *an)
{
    int code = read_common(c, an);
    for (size_t i = 0; i < c->n_given && !code; i++) {
        if (is_common(c->given[i]->name))
            continue;
        enum err e = analysis_set(an, c->given[i]->name, c->values[i]);
        if (e)
            code = refused(c, an, e);
    }
    return code;
}

static enum err write_result(struct cmd_call *c, struct analysis *an, struct buf *out)
{
    const char *format = cmd_value(c, "format");
    if (str_eq(format, "csv"))
        return analysis_write_csv(an, out);
    if (str_eq(format, "geojson"))
        return analysis_write_geojson(an, out);
    return analysis_write_json(an, out);
}

static int analyse(struct cmd_call *c, struct analysis *an)
{
    const char *file = c->operands[1];
    bool standard = str_eq(file, "-");
    int code = standard ? 0 : cmd_need_file(c, file);
    if (code)
        return code;
    struct buf out = buf_init(OUTPUT_MOST);
    enum err e = analysis_read(an, standard ? NULL : file, STDIN_FILENO);
    if (e == ERR_OK)
        e = analysis_run(an);
    if (e == ERR_OK && cmd_flag(c, "progress"))
        watch_end(an->work.arg);
    if (e == ERR_OK)
        e = write_result(c, an, &out);
    if (e)
        code = refused(c, an, e);
    else if (cmd_write_all(STDOUT_FILENO, out.data, out.len) != ERR_OK)
        code = 1;
    buf_done(&out);
    return code;
}

static int run(struct cmd_call *c)
{
    const struct analysis_method *m = analysis_method_find(c->operands[0]);
    struct analysis *an;
    if (!m)
        return cmd_misuse(c, CTF(c, analysis_no_method, (const char *)c->operands[0]));
    if (c->n_operands < 2)
        return cmd_misuse(c, CT(c, analysis_no_file));
    /* the tables of a large file need more than a command usually does */
    AUTO(arena_freep) struct arena *a = arena_new((size_t)8 << 30);
    if (!a || analysis_begin(m, a, c->lang, &an) != ERR_OK)
        return cmd_error(c, ERR_NOMEM, NULL);
    int code = read_options(c, an);
    return code ? code : analyse(c, an);
}

static const struct cmd_option options[] = {
    {.name = "format", .arg = "json|csv|geojson", .help = T_analysis_opt_format},
    {.name = "lonlat", .help = T_analysis_opt_lonlat},
    {.name = "threads", .arg = "N", .help = T_analysis_opt_threads},
    {.name = "seed", .arg = "N", .help = T_analysis_opt_seed},
    {.name = "progress", .help = T_analysis_opt_progress},
    {0},
};

const struct cmd cmd_analyse = {
    .name = "analyse",
    .operands = "METHOD FILE",
    .summary = T_analysis_command,
    .options = options,
    .operands_min = 1,
    .operands_max = 2,
    .more = options_of,
    .help = help,
    .run = run,
};
