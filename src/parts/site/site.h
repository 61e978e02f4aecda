/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* What everybody may read: a municipality's own address (/gullspang/) with contacts, published
 * pictures, feed, open data, accessibility statement and how figures are protected.
 *
 * Pages are kept in memory when they have been made, and dropped when app->public_changes grows
 * (somebody published, withdrew or changed a contact here) and after a minute (somebody did so in
 * another process, or switched a municipality off). */
#pragma once

struct part;

extern const struct part site_part;

/* What is done with personal data: "/mariestad/personuppgifter", and the municipality's settings
 * behind it. */
#define SITE_PRIVACY_PATH "/personuppgifter"
#define SITE_SETTING_PRIVACY_EMAIL "privacy_email"
#define SITE_SETTING_PRIVACY_PHONE "privacy_phone"
#define SITE_SETTING_PRIVACY_KEEP "privacy_keep"
#define SITE_SETTING_PRIVACY_WORDS "privacy_words"
