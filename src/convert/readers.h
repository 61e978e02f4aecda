/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The readers: a source in, the stream out. Each sends the header, the rows and stream_end(), or
 * answers ERR_INVALID with a fault sent, or ERR_NOMEM. None of them opens anything. */
#pragma once

#include "convert/source.h"

struct reader {
    const struct convert_options *options;
    uint32_t sandbox; /* for the header */
    struct source *source;
    struct stream_out *out;
};

NODISCARD enum err csv_read(struct reader *r);
NODISCARD enum err police_api_read(struct reader *r);
NODISCARD enum err police_archive_read(struct reader *r);
NODISCARD enum err xlsx_read(struct reader *r);
NODISCARD enum err gpx_read(struct reader *r);
NODISCARD enum err geojson_convert(struct reader *r);

typedef enum err reader_fn(struct reader *r);

struct reader_input {
    int fd; /* -1: `n` bytes of `data` */
    const void *data;
    size_t n;
    reader_fn *fn; /* NULL: by format */
};

/* Whole job: source, reader, a fault for running out of memory. Answers what the reader answered;
 * the stream is always ended. */
enum err reader_run(const struct convert_options *o, uint32_t sandbox,
                    const struct reader_input *input, struct stream_out *out);

/* Sends a header made of cells found in the file: trimmed, "3" for an empty third one, and
 * "name (2)" for a name that is there already. NULL cells: counts only. */
NODISCARD enum err reader_header(struct reader *r, const struct stream_cell *cells, size_t n);
/* Sends a header of fixed names. */
void reader_names(struct reader *r, const char *const *names, size_t n);
/* Does this row look like names rather than values? For header = auto. */
bool reader_is_header(const struct stream_cell *cells, size_t n);

/* Looks for the row of the names among the first rows of a table: above it there may be a title, a
 * date of printing and the like, which fill far fewer cells than the table does. */
#define SURVEY_ROWS 30
struct survey {
    size_t n;
    unsigned filled[SURVEY_ROWS];
    bool names[SURVEY_ROWS]; /* looks like names */
    uint64_t row[SURVEY_ROWS];
};
/* false: that was enough. */
bool survey_row(struct survey *s, uint64_t row, const struct stream_cell *cells, size_t n);
/* How many rows to pass over; 0 when the first row is as good as any. */
uint64_t survey_skip(const struct survey *s);

/* The arguments of the program (see main.c): seven words, the first its name. */
bool reader_arguments(char **argv, struct convert_options *o);
