/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Inside the compiler: one template on its way to C. */
#pragma once

#include "base/buf.h"
#include "tmpl/compile.h"
#include "tmpl/html.h"

#define JOB_NAME 64     /* longest name in a directive, with its NUL */
#define JOB_SECTIONS 24 /* nested sections */

enum section_kind { SECTION_IF, SECTION_EACH };

struct section {
    enum section_kind kind;
    int line;
    int serial; /* of its counter n_N */
    bool has_else;
    int floor;                            /* to go back to afterwards */
    struct html_state start, end;         /* where it began; where its branches so far ended */
    char item[JOB_NAME], index[JOB_NAME]; /* each: the names it gives, "" for none */
};

struct job {
    const struct tmpl_source *file;
    const char *set;
    struct buf *c, *h, *problems;
    struct html html;
    struct buf lit; /* literal text not yet written */
    int line;
    bool failed, has_view;
    int serial; /* makes names of counters unique */
    int depth;
    struct section sections[JOB_SECTIONS];
    char name[JOB_NAME]; /* of the function, without set and _html */
    char view[JOB_NAME], header[200];
};

/* A place inside {{...}}. */
struct cursor {
    const char *p, *end;
};

/* Reports "file:line: sentence" once a file. Returns false. */
PRINTF(2, 3) bool job_fail(struct job *j, const char *sentence, ...);
void job_indent(struct job *j);
void job_line(struct job *j); /* #line for what follows */
/* Writes the literal text that has been gathered. */
void job_flush(struct job *j);
/* Ends a buffer of ours; its error becomes the output's, so that none is lost. */
void job_buf_done(struct job *j, struct buf *b);

void cursor_blank(struct cursor *c);
bool cursor_end(struct cursor *c); /* nothing but blanks left */
bool cursor_take(struct cursor *c, const char *token);
bool cursor_name(struct cursor *c, char out[JOB_NAME]);

/* expr.c: each reads what it names and adds C to `out`; false after job_fail(). */
bool expr_path(struct job *j, struct cursor *c, struct buf *out);
bool expr_condition(struct job *j, struct cursor *c, struct buf *out);
/* What {{> name ARG}} passes. */
bool expr_argument(struct job *j, struct cursor *c, struct buf *out);
/* The array of a loop and its length. */
bool expr_rows(struct job *j, struct cursor *c, struct buf *rows, struct buf *count);
/* A whole {{value}}, {{value|filter}}, {{t.text ...}} or {{n.text ...}} statement. */
bool expr_value(struct job *j, struct cursor *c);
bool job_name_in_use(const struct job *j, const char *name);
