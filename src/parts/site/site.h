/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* What everybody may read: a municipality's own address (/gullspang/) with contacts, published
 * pictures, feed, open data, accessibility statement and how figures are protected.
 *
 * Pages are kept in memory when they have been made, and dropped when app->public_changes grows
 * (somebody published, withdrew or changed a contact here) and after a minute (somebody did so in
 * another process, or switched a municipality off). */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"

struct arena;
struct page;
struct part;
struct req;
struct tx;

extern const struct part site_part;

/* A municipality's setting: "1" when inhabitants may report places (parts/citizen). */
#define SITE_SETTING_CITIZEN "citizen_reports"
#define SITE_CITIZEN_PATH "/otrygg-plats"
/* Bulletins that everybody can read (parts/bulletin): "/mariestad/lagesbrev". */
#define SITE_BULLETIN_PATH "/lagesbrev"
/* What inhabitants have told, by neighbourhood, and what is done about it (parts/voices). */
#define SITE_VOICES_PATH "/otrygga-platser"
NODISCARD enum err site_takes_reports(struct tx *tx, struct arena *a, const char *municipality,
                                      bool *out);

/* Answers from memory, or lets `make` fill in rq->out and keeps it; with ETag and 304. Errors of
 * `make` are handed on and not kept. */
NODISCARD enum err site_cached(struct req *rq, enum err (*make)(struct req *rq));

/* Has the municipality of the address public pages? */
NODISCARD enum err site_is_open(struct req *rq, bool *out);

struct site_contact {
    const char *role, *name, *phone, *phone_href, *email, *email_href;
};

/* Whom the public can turn to; for use inside a transaction. */
NODISCARD enum err site_contacts_all(struct tx *tx, struct req *rq, const struct site_contact **out,
                                     size_t *n);
/* "/mariestad" and the path. */
const char *site_address(struct req *rq, const char *path);
/* The frame of a public page at that path; `reports`: inhabitants may report places. */
NODISCARD enum err site_frame(struct req *rq, struct page *p, const char *title, const char *path,
                              bool reports);
/* What is done with personal data: "/mariestad/personuppgifter", and the municipality's settings
 * behind it. */
#define SITE_PRIVACY_PATH "/personuppgifter"
#define SITE_SETTING_PRIVACY_EMAIL "privacy_email"
#define SITE_SETTING_PRIVACY_PHONE "privacy_phone"
#define SITE_SETTING_PRIVACY_KEEP "privacy_keep"
#define SITE_SETTING_PRIVACY_WORDS "privacy_words"
