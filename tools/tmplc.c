/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The template compiler as a command of the build:
 *
 *     tmplc --set NAME --out-c F.c --out-h F.h [--include "core_html.h"]... FILE.html...
 *
 * Exit 0 when the set was written, 1 when a template was refused, 2 when used wrongly. */
#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "base/str.h"
#include "tmpl/compile.h"

#define OUTPUT_MOST (64 * 1024 * 1024)
#define FILES_MOST 500
#define INCLUDES_MOST 20

struct options {
    const char *set, *out_c, *out_h;
    const char *includes[INCLUDES_MOST];
    size_t n_includes;
    struct tmpl_source files[FILES_MOST];
    size_t n_files;
};

static bool take_option(struct options *o, const char *name, const char *value)
{
    if (str_eq(name, "--set"))
        o->set = value;
    else if (str_eq(name, "--out-c"))
        o->out_c = value;
    else if (str_eq(name, "--out-h"))
        o->out_h = value;
    else if (str_eq(name, "--include") && o->n_includes < INCLUDES_MOST)
        o->includes[o->n_includes++] = value;
    else
        return false;
    return true;
}

static bool parse(struct options *o, int argc, char **argv)
{
    for (int i = 1; i < argc; i++) {
        if (str_starts(argv[i], "--")) {
            if (i + 1 >= argc || !take_option(o, argv[i], argv[i + 1]))
                return false;
            i++;
        } else if (o->n_files < FILES_MOST) {
            o->files[o->n_files++].path = argv[i];
        } else {
            return false;
        }
    }
    return o->set && o->out_c && o->out_h && o->n_files;
}

static bool load(struct tmpl_source *file)
{
    FILE *f = fopen(file->path, "rb");
    if (!f)
        return false;
    char *text = mem_alloc(TMPL_SOURCE_MOST + 1);
    size_t n = text ? fread(text, 1, TMPL_SOURCE_MOST + 1, f) : 0;
    bool ok = text && !ferror(f);
    fclose(f);
    file->text = text;
    file->len = n;
    return ok;
}

static bool save(const char *path, const struct buf *b)
{
    FILE *f = fopen(path, "wb");
    if (!f)
        return false;
    bool ok = fwrite(b->data, 1, b->len, f) == b->len;
    return fclose(f) == 0 && ok;
}

static int compile(struct options *o)
{
    struct buf c = buf_init(OUTPUT_MOST), h = buf_init(OUTPUT_MOST),
               problems = buf_init(OUTPUT_MOST);
    const struct tmpl_set set = {o->set, o->includes, o->n_includes};
    enum err e = tmpl_compile(&set, o->files, o->n_files, &c, &h, &problems);
    int code = 1;
    if (e == ERR_INVALID)
        fputs(buf_text(&problems), stderr);
    else if (e)
        fprintf(stderr, "tmplc: %s\n", err_name(e));
    else if (!save(o->out_c, &c) || !save(o->out_h, &h))
        fprintf(stderr, "tmplc: cannot write %s or %s\n", o->out_c, o->out_h);
    else
        code = 0;
    buf_done(&c);
    buf_done(&h);
    buf_done(&problems);
    return code;
}

int main(int argc, char **argv)
{
    static struct options o;
    if (!parse(&o, argc, argv)) {
        fputs("usage: tmplc --set NAME --out-c F.c --out-h F.h [--include H]... FILE.html...\n",
              stderr);
        return 2;
    }
    int code = 0;
    for (size_t i = 0; i < o.n_files; i++) {
        if (!load(&o.files[i])) {
            fprintf(stderr, "tmplc: cannot read %s\n", o.files[i].path);
            code = 1;
        }
    }
    if (code == 0)
        code = compile(&o);
    for (size_t i = 0; i < o.n_files; i++)
        mem_free((void *)(uintptr_t)o.files[i].text);
    return code;
}
