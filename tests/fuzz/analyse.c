/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* A command line and a file for any method of `samsyn analyse`: an answer that can be written in
 * all three formats, or a named error with a sentence. The first byte chooses the method (the order
 * of names[] below), the rest of the first line is options ("cell=500 edge=diggle"), and then comes
 * the CSV file; after a line with "===" a second file, which every option that names a file reads.
 * Files are read by the reader of imports in this process, without the sandbox round it.
 * FUZZ_SHOW=1 prints the answers. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/str.h"
#include "convert/readers.h"
#include "parts/analysis/analysis_inner.h"

#define LONGEST 4096 /* bytes: what a person could type, and enough rows for every method */
#define TICKS_MOST 400
#define RUNS_MOST 19      /* permutations are alike too */
#define WRITTEN_MOST 5000 /* rows of a table: a grid may have a million, and they look alike */
#define SECOND "\n===\n"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* New methods at the end, or every seed gets another method; 'a' is the first. */
static const char *const names[] = {
    "compare-counts",
    "gistar",
    "kde",
    "dual-kde",
    "network-kde",
    "moran",
    "farrington",
    "ears",
    "cusum",
    "breaks",
    "wdd",
    "did",
    "its",
    "road-eb",
    "pai",
    "rates",
    "knox",
    "near-repeat-chains",
    "mantel",
    "aoristic",
    "weekday-hour",
    "season",
    "stl",
    "scan",
    "harmonic",
    "repeat-places",
};

static void must(bool held, const char *what)
{
    if (held)
        return;
    fprintf(stderr, "fuzz_analyse: %s\n", what);
    abort();
}

/* --- Files, read in this process --- */

static struct {
    const char *text;
    size_t n;
} file[2];

struct convert_job {
    struct buf stream;
    struct stream_in *in;
};

enum err convert_start(const struct convert_options *o, struct convert_job **out)
{
    const size_t which = o->path != NULL;
    if (!file[which].text)
        return ERR_NOTFOUND;
    struct reader_input input = {.fd = -1, .data = file[which].text, .n = file[which].n};
    struct stream_out writer;
    struct convert_job *job = mem_alloc(sizeof *job);
    if (!job)
        return ERR_NOMEM;
    job->stream = buf_init((size_t)16 << 20);
    if (stream_out_init(&writer, -1, &job->stream) == ERR_OK) {
        (void)reader_run(o, 0, &input, &writer);
        stream_out_done(&writer);
        job->in = stream_in_new(-1, buf_text(&job->stream), job->stream.len);
    }
    must(job->in != NULL, "no room for the stream");
    *out = job;
    return ERR_OK;
}

enum err convert_header(struct convert_job *job, const struct convert_header **out)
{
    return stream_in_header(job->in, out);
}

enum err convert_next(struct convert_job *job, const struct convert_item **out)
{
    return stream_in_next(job->in, out);
}

const struct convert_error *convert_error(const struct convert_job *job)
{
    return stream_in_error(job->in);
}

void convert_freep(struct convert_job **job)
{
    if (*job) {
        stream_in_free((*job)->in);
        buf_done(&(*job)->stream);
        mem_free(*job);
    }
}

const char *convert_fault_key(enum convert_fault f)
{
    static const char *const keys[] = {
#define FAULT(name, key) key,
#include "convert/fault_table.h"
#undef FAULT
    };
    return keys[f];
}

/* --- The command --- */

static bool count_down(void *arg, double share)
{
    must(share >= 0 && share <= 1, "progress beyond its ends");
    return --*(int *)arg > 0;
}

/* Words of the first line; those that are no options are told and left out. */
static void ask(struct analysis *an, char *line)
{
    char *left = NULL;
    for (char *o = strtok_r(line, " ", &left); o; o = strtok_r(NULL, " ", &left)) {
        char *value = strchr(o, '=');
        if (value)
            *value++ = 0;
        if (str_eq(o, "lonlat")) {
            an->lonlat = true;
        } else if (analysis_set(an, o, value ? value : "") == ERR_USAGE) {
            must(an->problem && *an->problem, "a refused option without a sentence");
        }
    }
    if (analysis_int(an, "permutations") > RUNS_MOST)
        must(analysis_set(an, "permutations", "9") == ERR_OK, "permutations");
    an->problem = NULL;
}

/* No nan and inf but in texts. */
static bool only_numbers(const char *json)
{
    for (const char *p = json; *p; p++) {
        if (*p == '"')
            for (p++; *p && *p != '"'; p++)
                p += *p == '\\';
        if (strncmp(p, "nan", 3) == 0 || strncmp(p, "inf", 3) == 0)
            return false;
    }
    return true;
}

static void check_written(struct analysis *an)
{
    for (size_t i = 0; i < an->result->n_tables; i++)
        if (an->result->tables[i].n > WRITTEN_MOST)
            return;
    struct buf out = buf_init((size_t)64 << 20);
    must(analysis_write_json(an, &out) == ERR_OK, "no JSON");
    must(only_numbers(buf_text(&out)), "no numbers of JSON");
    buf_done(&out);
    for (int k = 0; k < 2; k++) {
        out = buf_init((size_t)64 << 20);
        an->problem = NULL;
        enum err e = k ? analysis_write_geojson(an, &out) : analysis_write_csv(an, &out);
        must(e == ERR_OK || (e == ERR_USAGE && an->problem && *an->problem), "no CSV or GeoJSON");
        buf_done(&out);
    }
}

static void command(const struct analysis_method *m, struct arena *a, char *line)
{
    struct analysis *an;
    int ticks = TICKS_MOST;
    must(analysis_begin(m, a, LANG_SV, &an) == ERR_OK, "no room for the options");
    an->work.tick = count_down;
    an->work.arg = &ticks;
    ask(an, line);
    enum err e = analysis_read(an, NULL, 0);
    if (e == ERR_OK)
        e = analysis_run(an);
    if (getenv("FUZZ_SHOW"))
        printf("# %s: %s %s\n", m->name, err_name(e), an->problem ? an->problem : "");
    switch (e) {
    case ERR_OK:
        check_written(an);
        break;
    case ERR_USAGE:
        must(an->problem && *an->problem, "refused without a sentence");
        break;
    case ERR_LIMIT:
    case ERR_NOMEM:
    case ERR_CANCELLED:
    case ERR_NOTFOUND: /* an option that names a file, without a second one */
        break;
    default:
        fprintf(stderr, "%s: ", err_name(e));
        must(false, "an error without a name for people");
    }
}

static void all_methods_have_a_byte(void)
{
    for (size_t i = 0; analysis_methods[i]; i++) {
        size_t k = 0;
        while (k < ARRAY_LEN(names) && !str_eq(names[k], analysis_methods[i]->name))
            k++;
        if (k == ARRAY_LEN(names))
            fprintf(stderr, "%s: put it last in names[], and a seed of it in corpus/analyse: ",
                    analysis_methods[i]->name);
        must(k < ARRAY_LEN(names), "a method that is not fuzzed");
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static bool known;
    static char text[LONGEST + 1];
    if (!known)
        all_methods_have_a_byte();
    known = true;
    if (size < 2 || size > LONGEST)
        return 0;
    memcpy(text, data + 1, size - 1);
    text[size - 1] = 0;
    char *csv = memchr(text, '\n', size - 1);
    if (!csv)
        return 0;
    *csv++ = 0;
    size_t left = (size_t)(text + size - 1 - csv);
    char *second = memmem(csv, left, SECOND, strlen(SECOND));
    file[0].text = csv;
    file[0].n = second ? (size_t)(second - csv) : left;
    file[1].text = second ? second + strlen(SECOND) : NULL;
    file[1].n = second ? left - file[0].n - strlen(SECOND) : 0;
    struct arena *a = arena_new((size_t)12 << 20);
    const char *name = names[(uint8_t)(data[0] - 'a') % ARRAY_LEN(names)];
    const struct analysis_method *m = analysis_method_find(name);
    must(a && m, "no such method");
    command(m, a, text);
    arena_free(a);
    return 0;
}
