/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Inside src/parts/bulletin only: what its pages begin with. */
#pragma once

#include "bulletin_sql.h"
#include "core/web.h"
#include "parts/bulletin/bulletin_inner.h"
#include "parts/bulletin/bulletin_view.h"

/* A period's bulletin, read in one transaction. */
struct bulletin_page {
    struct req *rq;
    struct id period;
    struct adopted_head newest; /* the latest version that is adopted */
    bool has;                   /* there is a bulletin */
    bool unfit;                 /* what was frozen or written cannot be read: only made anew */
    struct q_bulletin_get_row row;
    struct bulletin_group group;
    bool live; /* everybody can read one of the period */
    struct q_bulletin_public_of_row public;
};

/* Of the period of the address (":id"). ERR_NOTFOUND: no such period here, or not adopted. */
NODISCARD enum err bulletin_load(struct req *rq, struct bulletin_page **out);
/* The same, and ERR_NOTFOUND when there is no bulletin yet, or none that can be shown. */
NODISCARD enum err bulletin_load_made(struct req *rq, struct bulletin_page **out);
/* "/1493/lagesbrev/ID" + tail; in the arena. */
const char *bulletin_at(struct req *rq, struct id period, const char *tail);
NODISCARD enum err bulletin_crumbs(struct req *rq, struct page *p, struct id period);
/* Personal data in a field becomes a problem of the form. */
void bulletin_guard(struct req *rq, const char *field);
/* The five fields of the form, and what they say. */
NODISCARD enum err bulletin_fields(struct req *rq, const char *const *words, bool public,
                                   const struct page_field **out);
void bulletin_read_fields(struct req *rq, const char **words);
/* The words as they stand, on top of the fields, when somebody else has saved meanwhile. */
NODISCARD enum err bulletin_theirs(struct req *rq, const char *const *words,
                                   const struct page_fact **out, size_t *out_n);
/* The document as a file: ext is "pdf", "odt" or "md". */
NODISCARD enum err bulletin_file(struct req *rq, const struct bulletin_doc *d, const char *ext,
                                 const char *name);

#define BULLETIN_WORD_FIELDS                                                                       \
    {.name = "version", .kind = FIELD_INT, .required = true, .min = 1, .max = INT32_MAX},          \
        {.name = "do", .kind = FIELD_CODE},                                                        \
        {.name = "intro", .kind = FIELD_LINES, .max = BULLETIN_WORDS_MOST},                        \
        {.name = "changes", .kind = FIELD_LINES, .max = BULLETIN_WORDS_MOST},                      \
        {.name = "levels", .kind = FIELD_LINES, .max = BULLETIN_WORDS_MOST},                       \
        {.name = "focus", .kind = FIELD_LINES, .max = BULLETIN_WORDS_MOST},                        \
    {                                                                                              \
        .name = "actions", .kind = FIELD_LINES, .max = BULLETIN_WORDS_MOST                         \
    }

extern const struct field_spec bulletin_out_fields[], bulletin_write_fields[],
    bulletin_open_fields[], bulletin_press_fields[], bulletin_make_fields[], bulletin_site_query[];
http_handler bulletin_list_page, bulletin_read_page, bulletin_pdf_file, bulletin_odt_file,
    bulletin_md_file, bulletin_make_post, bulletin_out_post;
http_handler bulletin_write_page, bulletin_write_post;
http_handler bulletin_open_page, bulletin_open_post, bulletin_withdraw_post;
http_handler bulletin_site_list_page, bulletin_site_page, bulletin_site_pdf, bulletin_site_odt,
    bulletin_site_md;
