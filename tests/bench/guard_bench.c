/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* How much of what points at a person the guard of free text finds, and how often it is right, on a
 * labelled corpus (guard_corpus.py): guard_bench CORPUS. Ends with 1 when an aim is missed. With
 * "--show" it prints what was missed and what was found wrongly; with "--spans" only what was
 * found, a line a text: kind, colon, words, tab ... */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/mem.h"
#include "core/textguard.h"

static const struct {
    const char *name;
    double aim;
    enum guard_kind kind;
} kinds[] = {{"number", 0.999, GUARD_PERSONAL_NUMBER},
             {"phone", 0.999, GUARD_PHONE},
             {"email", 0.999, GUARD_EMAIL},
             {"plate", 0.99, GUARD_PLATE},
             {"name", 0.95, GUARD_NAME},
             {"home", 0.95, GUARD_HOME},
             {"flat", 0.95, GUARD_APARTMENT}};

/* "name.genitive": a way to write it; "-.plate": what only looks like it, where `found` is wrong.
 */
static struct cls {
    char name[32];
    long labelled, found, named;
} classes[64];

static struct {
    long found, right;
} by_kind[GUARD_KIND_COUNT];
static long spans_all, spans_right, texts, bytes;

static struct cls *class_of(const char *name)
{
    size_t k = 0;
    while (k + 1 < ARRAY_LEN(classes) && *classes[k].name && strcmp(classes[k].name, name) != 0)
        k++;
    snprintf(classes[k].name, sizeof classes[k].name, "%s", name);
    return &classes[k];
}

static bool of_kind(const char *class, size_t k)
{
    size_t n = strlen(kinds[k].name);
    return strncmp(class, kinds[k].name, n) == 0 && (!class[n] || class[n] == '.');
}

static bool overlaps(const struct guard_span *s, size_t at, size_t len)
{
    return s->at < at + len && at < s->at + s->len;
}

static bool is_named(const char *class, enum guard_kind kind)
{
    for (size_t k = 0; k < ARRAY_LEN(kinds); k++)
        if (of_kind(class, k))
            return kinds[k].kind == kind;
    return false;
}

static void judge(const char *kind, size_t at, size_t len, const char *text, bool show)
{
    struct guard_span s[16];
    size_t n = guard_find(text, strlen(text), s, ARRAY_LEN(s));
    bool hit = false, named = false;
    for (size_t i = 0; i < n && i < ARRAY_LEN(s); i++) {
        bool right = len && overlaps(&s[i], at, len);
        hit = hit || right;
        named = named || (right && is_named(kind, s[i].kind));
        spans_all++;
        spans_right += right;
        by_kind[s[i].kind].found++;
        by_kind[s[i].kind].right += right;
        if (!right && show)
            printf("wrong  %s %.*s | %s\n", kind, (int)s[i].len, text + s[i].at, text);
    }
    struct cls *c = class_of(kind);
    c->labelled++;
    c->found += len ? hit : n > 0;
    c->named += named;
    if (len && !hit && show)
        printf("missed %s %.*s | %s\n", kind, (int)len, text + at, text);
}

/* A line break stands as \\n in the corpus. */
static void unfold(char *text)
{
    char *to = text;
    for (const char *from = text; *from; to++) {
        bool line = from[0] == '\\' && from[1] == 'n';
        *to = line ? '\n' : *from;
        from += line ? 2 : 1;
    }
    *to = 0;
}

static void print_spans(const char *text)
{
    struct guard_span s[16];
    size_t n = guard_find(text, strlen(text), s, ARRAY_LEN(s));
    for (size_t i = 0; i < n && i < ARRAY_LEN(s); i++) {
        printf("%s:", guard_kind_key(s[i].kind) + 6);
        for (size_t k = s[i].at; k < s[i].at + s[i].len; k++)
            if (text[k] == '\n')
                fputs("\\n", stdout);
            else
                putchar(text[k]);
        putchar('\t');
    }
    putchar('\n');
}

static void read_corpus(FILE *f, const char *how)
{
    char line[4096];
    while (fgets(line, sizeof line, f)) {
        line[strcspn(line, "\n")] = 0;
        char *rest = line, *kind = strsep(&rest, "\t"), *at = strsep(&rest, "\t");
        char *len = strsep(&rest, "\t");
        if (!rest)
            continue;
        unfold(rest);
        texts++;
        bytes += (long)strlen(rest);
        if (strcmp(how, "--spans") == 0)
            print_spans(rest);
        else
            judge(kind, strtoul(at, NULL, 10), strtoul(len, NULL, 10), rest,
                  strcmp(how, "--show") == 0);
    }
}

static void report_classes(void)
{
    for (size_t k = 0; *classes[k].name; k++) {
        const struct cls *c = &classes[k];
        double n = (double)c->labelled;
        if (*c->name == '-')
            printf("  %-16s %5.2f %% of %ld texts wrongly pointed at\n", c->name,
                   100 * (double)c->found / n, c->labelled);
        else
            printf("  %-16s recall %6.2f %% of %ld, by its right name %6.2f %%\n", c->name,
                   100 * (double)c->found / n, c->labelled, 100 * (double)c->named / n);
    }
    for (int k = 0; k < GUARD_KIND_COUNT; k++)
        printf("  %-22s precision %6.2f %% of %ld\n", guard_kind_key(k),
               100 * (double)by_kind[k].right / (double)by_kind[k].found, by_kind[k].found);
}

static int report(double seconds)
{
    int missed = 0;
    report_classes();
    for (size_t k = 0; k < ARRAY_LEN(kinds); k++) {
        long labelled = 0, found = 0;
        for (size_t c = 0; *classes[c].name; c++)
            if (of_kind(classes[c].name, k)) {
                labelled += classes[c].labelled;
                found += classes[c].found;
            }
        double recall = labelled ? (double)found / (double)labelled : 0;
        bool met = recall >= kinds[k].aim;
        missed += !met;
        printf("%-6s recall %.2f %% of %ld (aim %.1f)%s\n", kinds[k].name, 100 * recall, labelled,
               100 * kinds[k].aim, met ? "" : " MISSED");
    }
    double precision = spans_all ? (double)spans_right / (double)spans_all : 0;
    missed += precision < 0.9;
    printf("precision %.2f %% of %ld found (aim 90)%s\n", 100 * precision, spans_all,
           precision < 0.9 ? " MISSED" : "");
    printf("%ld texts, %.1f MB/s\n", texts, (double)bytes / 1e6 / seconds);
    return missed || texts < 20000;
}

int main(int argc, char **argv)
{
    FILE *f = argc > 1 ? fopen(argv[1], "r") : NULL;
    if (!f) {
        fprintf(stderr, "usage: guard_bench CORPUS [--show|--spans]\n");
        return 2;
    }
    struct timespec a, b;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &a);
    const char *how = argc > 2 ? argv[2] : "";
    read_corpus(f, how);
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &b);
    fclose(f);
    if (strcmp(how, "--spans") == 0)
        return 0;
    return report((double)(b.tv_sec - a.tv_sec) + (double)(b.tv_nsec - a.tv_nsec) / 1e9);
}
