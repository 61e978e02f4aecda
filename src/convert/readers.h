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
NODISCARD enum err geojson_read(struct reader *r);

/* Whole job: source, reader by format, and a fault for running out of memory. fd as source_new().
 * Answers what the reader answered; the stream is always ended. */
enum err reader_run(const struct convert_options *o, uint32_t sandbox, int fd, const void *data,
                    size_t n, struct stream_out *out);

/* Sends a header made of cells found in the file: trimmed, "3" for an empty third one, and
 * "name (2)" for a name that is there already. NULL cells: counts only. */
NODISCARD enum err reader_header(struct reader *r, const struct stream_cell *cells, size_t n);
/* Sends a header of fixed names. */
void reader_names(struct reader *r, const char *const *names, size_t n);
/* Does this row look like names rather than values? For header = auto. */
bool reader_is_header(const struct stream_cell *cells, size_t n);
