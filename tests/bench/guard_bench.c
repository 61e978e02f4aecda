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

static struct {
    const char *name;
    double aim;
    long labelled, found;
} kinds[] = {{"number", 0.999, 0, 0},
             {"phone", 0.999, 0, 0},
             {"email", 0.999, 0, 0},
             {"plate", 0.99, 0, 0},
             {"name", 0.95, 0, 0}};

static long spans_all, spans_right, texts, bytes;

static bool overlaps(const struct guard_span *s, size_t at, size_t len)
{
    return s->at < at + len && at < s->at + s->len;
}

static void judge(const char *kind, size_t at, size_t len, const char *text, bool show)
{
    struct guard_span s[16];
    size_t n = guard_find(text, strlen(text), s, ARRAY_LEN(s));
    bool hit = false;
    for (size_t i = 0; i < n && i < ARRAY_LEN(s); i++) {
        bool right = len && overlaps(&s[i], at, len);
        hit = hit || right;
        spans_all++;
        spans_right += right;
        if (!right && show)
            printf("wrong  %.*s | %s\n", (int)s[i].len, text + s[i].at, text);
    }
    for (size_t k = 0; k < ARRAY_LEN(kinds); k++) {
        if (strcmp(kinds[k].name, kind) != 0)
            continue;
        kinds[k].labelled++;
        kinds[k].found += hit;
        if (!hit && show)
            printf("missed %.*s | %s\n", (int)len, text + at, text);
    }
}

static void print_spans(const char *text)
{
    struct guard_span s[16];
    size_t n = guard_find(text, strlen(text), s, ARRAY_LEN(s));
    for (size_t i = 0; i < n && i < ARRAY_LEN(s); i++)
        printf("%s:%.*s\t", guard_kind_key(s[i].kind) + 6, (int)s[i].len, text + s[i].at);
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
        texts++;
        bytes += (long)strlen(rest);
        if (strcmp(how, "--spans") == 0)
            print_spans(rest);
        else
            judge(kind, strtoul(at, NULL, 10), strtoul(len, NULL, 10), rest,
                  strcmp(how, "--show") == 0);
    }
}

static int report(double seconds)
{
    int missed = 0;
    for (size_t k = 0; k < ARRAY_LEN(kinds); k++) {
        double recall = kinds[k].labelled ? (double)kinds[k].found / (double)kinds[k].labelled : 0;
        bool met = recall >= kinds[k].aim;
        missed += !met;
        printf("%-6s recall %.2f %% of %ld (aim %.1f)%s\n", kinds[k].name, 100 * recall,
               kinds[k].labelled, 100 * kinds[k].aim, met ? "" : " MISSED");
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
