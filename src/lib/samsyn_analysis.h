/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* libsamsyn-analysis: the methods of `samsyn analyse` for programs of one's own.
 *
 *     struct samsyn_analysis *an = samsyn_analysis_new("knox", NULL);
 *     samsyn_analysis_set(an, "distances", "0,100,200");
 *     samsyn_analysis_numbers(an, "x", x, n);            metres, any projected system
 *     samsyn_analysis_numbers(an, "y", y, n);
 *     samsyn_analysis_times(an, "t", t, n, true);        milliseconds since 1970, UTC
 *     if (samsyn_analysis_run(an) != SAMSYN_OK)
 *         fprintf(stderr, "%s\n", samsyn_analysis_problem(an));
 *     const double *p = samsyn_analysis_reals(an, "cells", "p", &rows);
 *     samsyn_analysis_free(an);
 *
 * Which methods there are, and each one's columns, options, units, defaults and results, is written
 * in samsyn-analyse(1) and analyse.md. The same input, options and seed give the same answer on any
 * number of threads.
 *
 * The library opens no file, reads no clock and no locale, keeps no global state and never prints.
 * What is given as const is not changed; arrays are borrowed until samsyn_analysis_free(). One
 * struct is used by one thread at a time. */
#ifndef SAMSYN_ANALYSIS_H
#define SAMSYN_ANALYSIS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

enum samsyn_answer {
    SAMSYN_OK,
    SAMSYN_USAGE,     /* see samsyn_analysis_problem() */
    SAMSYN_NO_MEMORY, /* or past the ceiling */
    SAMSYN_CANCELLED,
    SAMSYN_LIMIT,   /* the table or the answer is too large for the method */
    SAMSYN_INVALID, /* input that the method cannot take, such as infinite coordinates */
    SAMSYN_FAILED   /* anything else: a fault of ours */
};

struct samsyn_analysis;

/* Where memory comes from. take() answers n bytes aligned for any type, or NULL. Called on the
 * thread that uses the struct. Threads of a calculation take none. */
struct samsyn_memory {
    void *(*take)(void *arg, size_t n);
    void (*give)(void *arg, void *p);
    void *arg;
    size_t most; /* bytes in all; 0 is 8 GB */
};

const char *samsyn_analysis_version(void);
/* The name of method i, from 0; NULL past the last. */
const char *samsyn_analysis_method(size_t i);

/* NULL when there is no such method, or no memory. memory may be NULL (malloc and free); it is
 * copied. */
struct samsyn_analysis *samsyn_analysis_new(const char *method, const struct samsyn_memory *memory);
void samsyn_analysis_free(struct samsyn_analysis *an); /* NULL is fine */

/* "sv" (from the start) or "en": the language of sentences. */
enum samsyn_answer samsyn_analysis_language(struct samsyn_analysis *an, const char *language);
/* An option of the method, as on the command line, without the hyphens. */
enum samsyn_answer samsyn_analysis_set(struct samsyn_analysis *an, const char *option,
                                       const char *value);
void samsyn_analysis_seed(struct samsyn_analysis *an, uint64_t seed);  /* 1 from the start */
void samsyn_analysis_threads(struct samsyn_analysis *an, int threads); /* 1 from the start */
/* Called now and then on the calling thread; false ends the calculation. */
void samsyn_analysis_watch(struct samsyn_analysis *an, bool (*tick)(void *arg, double share),
                           void *arg);

/* Columns: x, y, value, weight, population, before, after, traffic, traffic-after, length. All
 * columns have the same n; NaN is a value that is missing. */
enum samsyn_answer samsyn_analysis_numbers(struct samsyn_analysis *an, const char *column,
                                           const double *v, size_t n);
#define SAMSYN_NO_TIME INT64_MIN
/* Columns: t, t-end. dates: each is midnight in Sweden and stands for a whole day. */
enum samsyn_answer samsyn_analysis_times(struct samsyn_analysis *an, const char *column,
                                         const int64_t *times, size_t n, bool dates);
#define SAMSYN_NO_NAME UINT32_MAX
/* Columns: place, group. Row i is names[index[i]]. */
enum samsyn_answer samsyn_analysis_names(struct samsyn_analysis *an, const char *column,
                                         const uint32_t *index, size_t n, const char *const *names,
                                         uint32_t n_names);

/* A stretch of line, or a ring. x and y in metres, of the same system as the columns. */
struct samsyn_path {
    const double *x, *y;
    size_t n;
    bool hole; /* rings: a hole in the ring before it that is none */
};
/* Shapes for the options that name a file on the command line. They are copied, and numbered in the
 * order they are given. A street is a line, or several: option "streets" (network-kde).
 * SAMSYN_INVALID for a line of one point, or for coordinates that are none or over 1e8. */
enum samsyn_answer samsyn_analysis_lines(struct samsyn_analysis *an, const char *option,
                                         const struct samsyn_path *paths, size_t n);
/* An area, or a part of a boundary: option "areas" or "boundary". Rings may be closed or left open;
 * an outer ring comes before its holes. name (of an area) may be NULL: its number is its name. */
enum samsyn_answer samsyn_analysis_polygon(struct samsyn_analysis *an, const char *option,
                                           const char *name, const struct samsyn_path *rings,
                                           size_t n);
/* The population of a scan by place: columns population, x and y or place, and t and group when
 * wanted, put into another struct for "scan" that is not run. It is borrowed. */
enum samsyn_answer samsyn_analysis_people(struct samsyn_analysis *an,
                                          struct samsyn_analysis *people);

enum samsyn_answer samsyn_analysis_run(struct samsyn_analysis *an);
/* What is wrong, in words that say what to do. Never NULL. */
const char *samsyn_analysis_problem(const struct samsyn_analysis *an);

/* A single figure of the results; false when there is none of that name, or it is text. */
bool samsyn_analysis_figure(const struct samsyn_analysis *an, const char *key, double *out);
/* A column of numbers in a table of the results, or NULL; *rows may be set to 0 then. Valid until
 * samsyn_analysis_free(). */
const double *samsyn_analysis_reals(const struct samsyn_analysis *an, const char *table,
                                    const char *column, size_t *rows);
/* The same of texts; NULL where a row has none. */
const char *samsyn_analysis_text(const struct samsyn_analysis *an, const char *key);
const char *const *samsyn_analysis_texts(const struct samsyn_analysis *an, const char *table,
                                         const char *column, size_t *rows);
/* The answer in words, sentence by sentence from 0, and what weakens it; NULL past the last. */
const char *samsyn_analysis_sentence(const struct samsyn_analysis *an, size_t i);
const char *samsyn_analysis_warning(const struct samsyn_analysis *an, size_t i);
/* The whole answer as "json", "csv" or "geojson" (SWEREF 99 TM only), ending with NUL; *text
 * belongs to the struct. The text is made with malloc and then kept in its memory. */
enum samsyn_answer samsyn_analysis_write(struct samsyn_analysis *an, const char *format,
                                         const char **text, size_t *bytes);

#ifdef __cplusplus
}
#endif

#endif
