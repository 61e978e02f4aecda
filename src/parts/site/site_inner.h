/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Inside src/parts/site only. */
#pragma once

#include "core/page.h"
#include "core/web.h"
#include "parts/picture/picture.h"
#include "parts/site/site.h"
#include "site_sql.h"

/* --- Pages in memory (site_cache.c) --- */

struct site_cache;
struct site_cache *site_cache_new(void); /* NULL when out of memory */
void site_cache_free(struct site_cache *c);

/* Answers from memory, or lets `make` fill in rq->out and keeps it; with ETag and 304. Errors of
 * `make` are handed on and not kept. */
NODISCARD enum err site_cached(struct req *rq, http_handler *make);

/* --- Rows --- */

struct site_rows {
    struct req *rq;
    bool with_contacts, with_list;
    struct id one;    /* none: no single picture */
    msec active_from; /* when the municipality was switched on */
    bool reports;     /* inhabitants may report places */
    struct q_site_contacts_row *contacts;
    size_t n_contacts;
    struct picture_published *list; /* not withdrawn */
    size_t n_list;
    struct picture_published picture;
};
/* ERR_NOTFOUND when the municipality is not switched on, or the picture is not published. */
NODISCARD enum err site_load(struct req *rq, struct site_rows *rows);

/* --- Views --- */

struct site_line {
    const char *title, *href, *period;
    msec published_at, updated_at;
    bool updated;
};

struct site_start {
    struct page page;
    const struct site_contact *contacts;
    size_t n_contacts;
    struct site_line newest;
    bool has_newest;
    const char *list_href;
    const char *report_href; /* NULL: inhabitants do not report here */
    msec updated_at;
};

struct site_list {
    struct page page;
    const struct site_line *rows;
    size_t n_rows;
    const char *atom_href;
};

struct site_picture {
    struct page page;
    struct site_line line;
    struct picture_public_words words;
    const char *json_href, *csv_href;
};

struct site_text { /* about, accessibility */
    struct page page;
    const struct site_contact *contacts;
    size_t n_contacts;
    const char *small, *noise, *delay;
    msec updated_at;
};

struct site_feed_entry {
    const char *id, *title, *href, *summary;
    msec published_at, updated_at;
};

struct site_feed {
    const char *id, *title, *self_href, *href, *lang, *author;
    msec updated_at;
    const struct site_feed_entry *entries;
    size_t n_entries;
};

struct site_contact_line {
    struct site_contact contact;
    const char *edit_href, *remove_href;
};

struct site_contacts {
    struct page page;
    const struct site_contact_line *rows;
    size_t n_rows;
    struct page_field role, name, phone, email, sort;
    const char *id; /* of the contact that is edited; NULL: a new one */
    const char *action, *back_href, *public_href;
};

/* site_contacts.c */
NODISCARD enum err site_contacts_page(struct req *rq);
NODISCARD enum err site_contacts_save(struct req *rq);
NODISCARD enum err site_contacts_remove(struct req *rq);
extern const struct field_spec site_contact_fields[], site_contact_query[], site_remove_fields[];
struct site_contact site_contact_of(struct req *rq, const struct q_site_contacts_row *r);

/* --- Personal data (site_privacy.c) --- */

struct site_privacy {
    struct page page;
    const char *controller; /* who is responsible, in a sentence */
    const char *email, *email_href, *phone, *phone_href;
    const char *const *keep; /* the municipality's own words on how long, by paragraphs */
    size_t n_keep;
    const char *const *words; /* and on anything else */
    size_t n_words;
    bool reports, photos; /* inhabitants may report places; reports may have photos */
};

struct site_privacy_settings {
    struct page page;
    struct page_field email, phone, keep, words;
    const char *action, *back_href, *public_href;
};

/* A telephone link holds digits and a plus only. */
const char *site_phone_href(struct arena *a, const char *phone);
http_handler site_privacy_make, site_privacy_settings_page, site_privacy_settings_post;
extern const struct field_spec site_privacy_fields[];
