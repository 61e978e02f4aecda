/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Inside src/parts/import: the pages' handlers and what they share. */
#pragma once

#include "core/jobs.h"
#include "core/web.h"
#include "parts/import/import_upload.h"

extern const struct route import_routes[];
extern const struct field_spec import_columns_fields[], import_types_fields[],
    import_upload_fields[], import_again_fields[], import_start_fields[];

enum err import_list_page(struct req *rq);
enum err import_upload_post(struct req *rq);
enum err import_rejects_file(struct req *rq);
enum err import_undo_post(struct req *rq);
enum err import_columns_page(struct req *rq);
enum err import_columns_post(struct req *rq);
enum err import_again_post(struct req *rq);
enum err import_types_page(struct req *rq);
enum err import_types_post(struct req *rq);
enum err import_start_post(struct req *rq);
enum err import_job_page(struct req *rq);
enum err import_job_status(struct req *rq);
enum err import_job_cancel_post(struct req *rq);
enum err import_job_again_post(struct req *rq);

/* The upload of the address; ERR_NOTFOUND. */
NODISCARD enum err import_web_upload(struct req *rq, struct import_upload *u);
/* u->profile from *p. */
NODISCARD enum err import_web_write_profile(struct req *rq, struct import_upload *u,
                                            const struct profile *p);
enum import_mode {
    IMPORT_TRY,       /* dry run */
    IMPORT_LEAVE_OUT, /* without texts that look as if they pointed at somebody */
    IMPORT_WHOLE,     /* a person has read them */
};
/* Starts the work and goes to its page. */
NODISCARD enum err import_web_start(struct req *rq, const struct import_upload *u,
                                    enum import_mode mode);
/* "/1493/importera/fil/ID" + end */
const char *import_web_path(struct req *rq, const char *middle, struct id id, const char *end);

/* The job itself, kind "import". */
enum err import_job(struct job_call *c, struct buf *report);
/* What import_report_json() wrote. */
NODISCARD enum err import_report_parse(struct arena *a, const char *json,
                                       struct import_report *out);
const char *import_state_text(enum lang lang, const char *state);
