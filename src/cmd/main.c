/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <sodium.h>

#include "base/mem.h"
#include "base/str.h"
#include "cmd/cmd.h"
#include "geo/geo_data.h"

static enum lang language(void)
{
    const char *names[] = {"LC_ALL", "LC_MESSAGES", "LANG"};
    for (size_t i = 0; i < ARRAY_LEN(names); i++) {
        const char *v = getenv(names[i]);
        if (v && *v)
            return str_starts(v, "en") ? LANG_EN : LANG_SV;
    }
    return LANG_SV;
}

static int say(const struct cmd_call *c, const char *text, int code)
{
    fprintf(stderr, "samsyn%s%s: %s\n", c->cmd ? " " : "", c->cmd ? c->cmd->name : "", text);
    return code;
}

int cmd_fail(const struct cmd_call *c, const char *text)
{
    return say(c, text, 1);
}

int cmd_misuse(const struct cmd_call *c, const char *text)
{
    say(c, text, 2);
    fprintf(stderr, "%s\n", CTF(c, cmd_try_help, c->cmd ? c->cmd->name : "KOMMANDO"));
    return 2;
}

const char *cmd_nth(const struct cmd_call *c, const char *option, size_t i)
{
    for (size_t k = 0; k < c->n_given; k++)
        if (str_eq(c->given[k]->name, option) && i-- == 0)
            return c->values[k];
    return NULL;
}

const char *cmd_value(const struct cmd_call *c, const char *option)
{
    return cmd_nth(c, option, 0);
}

bool cmd_flag(const struct cmd_call *c, const char *option)
{
    return cmd_nth(c, option, 0) != NULL;
}

bool cmd_known_municipality(const char *code)
{
    return str_eq(code, "0000") || (strlen(code) == 4 && geo_county_by_code(code)) ||
           (geo_municipality_by_code(code) && !geo_is_exercise(code));
}

int cmd_bad_municipality(const struct cmd_call *c, const char *code)
{
    if (!code || !*code)
        return cmd_misuse(c, CT(c, cmd_needs_municipality));
    return cmd_misuse(c, CTF(c, cmd_no_municipality, code));
}

static bool a_person_watches;

void cmd_progress(const char *what, int64_t done, int64_t total)
{
    a_person_watches = isatty(STDERR_FILENO);
    if (!a_person_watches)
        return;
    if (total > 0)
        fprintf(stderr, "\r\033[K%s %lld/%lld (%lld %%)", what, (long long)done, (long long)total,
                (long long)(done * 100 / total));
    else
        fprintf(stderr, "\r\033[K%s %lld", what, (long long)done);
}

void cmd_progress_end(void)
{
    if (a_person_watches)
        fputc('\n', stderr);
}

/* --- Help --- */

static void help_all(const struct cmd_call *c)
{
    printf("%s\n\n", CT(c, cmd_usage));
    for (size_t i = 0; all_cmds[i]; i++)
        printf("  %-14s %s\n", all_cmds[i]->name, text_get(c->lang, all_cmds[i]->summary));
    printf("\n%s\n", CT(c, cmd_more_help));
}

static void help_options(const struct cmd_call *c, const struct cmd_option *list)
{
    for (const struct cmd_option *o = list; o && o->name; o++) {
        char left[64];
        snprintf(left, sizeof left, "--%s%s%s", o->name, o->arg ? " " : "", o->arg ? o->arg : "");
        if (strlen(left) > 26) /* then what it means stands below */
            printf("  %s\n  %-26s %s\n", left, "", text_get(c->lang, o->help));
        else
            printf("  %-26s %s\n", left, text_get(c->lang, o->help));
    }
}

static void help_one(struct cmd_call *c, const char *operand)
{
    const struct cmd *k = c->cmd;
    printf("samsyn %s %s%s\n\n%s\n\n", k->name, CT(c, cmd_options), k->operands,
           text_get(c->lang, k->summary));
    if (k->more && operand)
        help_options(c, k->more(c, operand));
    help_options(c, k->options);
    printf("  %-26s %s\n", "--lang sv|en", CT(c, opt_lang));
    printf("  %-26s %s\n", "--help", CT(c, opt_help));
    if (k->help)
        k->help(c, operand);
}

/* --- Reading options --- */

static const struct cmd_option lang_option = {.name = "lang", .arg = "sv|en"};

static const struct cmd_option *in_list(const struct cmd_option *list, const char *name, size_t n)
{
    for (const struct cmd_option *o = list; o && o->name; o++)
        if (strlen(o->name) == n && memcmp(o->name, name, n) == 0)
            return o;
    return NULL;
}

static const struct cmd_option *find_option(const struct cmd_call *c, const char *name, size_t n)
{
    const struct cmd_option *o = in_list(c->cmd->options, name, n);
    if (!o)
        o = in_list(c->more, name, n);
    if (o)
        return o;
    return n == 4 && memcmp(name, "lang", 4) == 0 ? &lang_option : NULL;
}

/* Looked for before the rest is read, so that what is wrong there is told in that language. */
static enum lang wished_language(int argc, char **argv, enum lang otherwise)
{
    enum lang lang = otherwise;
    for (int i = 1; i < argc && !str_eq(argv[i], "--"); i++) {
        if (str_eq(argv[i], "--lang") && i + 1 < argc)
            (void)lang_from_code(argv[i + 1], &lang);
        else if (str_starts(argv[i], "--lang="))
            (void)lang_from_code(argv[i] + 7, &lang);
    }
    return lang;
}

/* One "--name", "--name VALUE" or "--name=VALUE" at argv[*i]; 0, or the exit code. */
static int read_option(struct cmd_call *c, int argc, char **argv, int *i)
{
    const char *name = argv[*i] + 2, *eq = strchr(name, '=');
    const struct cmd_option *o = find_option(c, name, eq ? (size_t)(eq - name) : strlen(name));
    if (!o)
        return cmd_misuse(c, CTF(c, cmd_unknown_option, argv[*i]));
    if (c->n_given == ARRAY_LEN(c->given))
        return cmd_misuse(c, CT(c, cmd_too_many));
    if (!o->many && cmd_flag(c, o->name))
        return cmd_misuse(c, CTF(c, cmd_twice, o->name));
    const char *value = "";
    if (o->arg && eq)
        value = eq + 1;
    else if (o->arg && *i + 1 < argc)
        value = argv[++*i];
    else if (o->arg)
        return cmd_misuse(c, CTF(c, cmd_needs_value, o->name, o->arg));
    else if (eq)
        return cmd_misuse(c, CTF(c, cmd_takes_no_value, o->name));
    bool is_path = o->arg && (str_eq(o->arg, "DIR") || str_eq(o->arg, "FILE"));
    if (!is_path && !utf8_valid(value, strlen(value)))
        return cmd_misuse(c, CTF(c, cmd_not_utf8, o->name));
    enum lang lang;
    if (o == &lang_option && !lang_from_code(value, &lang))
        return cmd_misuse(c, CTF(c, cmd_bad_lang, value));
    c->given[c->n_given] = o;
    c->values[c->n_given++] = value;
    return 0;
}

static int read_arguments(struct cmd_call *c, int argc, char **argv)
{
    bool plain = false;
    for (int i = 2; i < argc; i++) {
        if (!plain && str_eq(argv[i], "--")) {
            plain = true;
        } else if (!plain && str_starts(argv[i], "--")) {
            int code = read_option(c, argc, argv, &i);
            if (code)
                return code;
        } else {
            c->operands[c->n_operands++] = argv[i];
            if (c->n_operands == 1 && c->cmd->more)
                c->more = c->cmd->more(c, argv[i]);
        }
    }
    if (c->n_operands < c->cmd->operands_min)
        return cmd_misuse(c, CTF(c, cmd_missing_operand, c->cmd->operands));
    if (c->n_operands > c->cmd->operands_max)
        return cmd_misuse(c, CTF(c, cmd_extra_operand, c->operands[c->cmd->operands_max]));
    return 0;
}

static bool asks_for_help(int argc, char **argv)
{
    for (int i = 1; i < argc && !str_eq(argv[i], "--"); i++)
        if (str_eq(argv[i], "--help") || str_eq(argv[i], "-h"))
            return true;
    return argc == 2 && str_eq(argv[1], "help");
}

static int run(struct cmd_call *c, int argc, char **argv)
{
    if (argc >= 2 && (str_eq(argv[1], "--version") || str_eq(argv[1], "version"))) {
        puts("samsyn " SAMSYN_VERSION);
        return 0;
    }
    for (size_t i = 0; argc >= 2 && all_cmds[i]; i++)
        if (str_eq(all_cmds[i]->name, argv[1]))
            c->cmd = all_cmds[i];
    if (asks_for_help(argc, argv)) {
        if (c->cmd)
            help_one(c, argc > 2 && argv[2][0] != '-' ? argv[2] : NULL);
        else
            help_all(c);
        return 0;
    }
    if (!c->cmd)
        return cmd_misuse(c, argc < 2 ? CT(c, cmd_none) : CTF(c, cmd_unknown, argv[1]));
    c->operands = ARENA_ARRAY(c->a, (size_t)argc, char *);
    int code = c->operands ? read_arguments(c, argc, argv) : 1;
    return code ? code : c->cmd->run(c);
}

int main(int argc, char **argv)
{
    signal(SIGPIPE, SIG_IGN);
    signal(SIGXFSZ, SIG_IGN); /* a file that may not grow is told as any other failed write */
    umask(077);               /* what we make is for ourselves only */
    if (sodium_init() < 0)
        return 1;
    struct cmd_call c = {.lang = wished_language(argc, argv, language()),
                         .a = arena_new((size_t)1 << 30)};
    if (!c.a)
        return 1;
    int code = run(&c, argc, argv);
    arena_free(c.a);
    if (fflush(stdout) != 0 && code == 0)
        code = 1;
    return code;
}
