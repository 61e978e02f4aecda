/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Letters: put in a queue in the transaction of what they tell of, sent by a thread through SMTP.
 * A letter holds a link and says nothing about a person or an event.
 *
 * Settings of the installation ("0000"): smtp_url ("smtp://post.exempel.se:587" with STARTTLS,
 * "smtps://..."), smtp_from, smtp_user, smtp_password_file (or SAMSYN_SMTP_PASSWORD_FILE in the
 * environment). Without smtp_url letters wait. */
#pragma once

#include "base/clock.h"
#include "base/id.h"
#include "db/db.h"

struct arena;

/* A letter of a demonstration is only shown on a page: it is never due, also when the same
 * installation is served later without --demo. */
enum mail_way { MAIL_SEND, MAIL_SHOW };
/* In any writing transaction; in an exercise's it is kept there and never sent (core/drill.h).
 * ERR_INVALID: no address that a letter can be sent to. */
NODISCARD enum err mail_queue(struct tx *tx, enum mail_way way, const char *to, const char *subject,
                              const char *body);

/* One of many, that people may not want: `stop` (NULL: none) is an address where one press, or a
 * POST by the reader's mail program (RFC 8058), ends them. */
NODISCARD enum err mail_queue_regular(struct tx *tx, enum mail_way way, const char *to,
                                      const char *subject, const char *body, const char *stop);

struct letter {
    struct id id;
    const char *to, *subject, *body;
    const char *state; /* "waiting", "sent", "failed" */
    msec at;
    const char *stop; /* NULL; not read by mail_latest() */
};
/* The latest letters, newest first; sent ones without their body. */
NODISCARD enum err mail_latest(struct tx *tx, struct arena *a, int most, struct letter **out,
                               size_t *out_n);

struct smtp {
    const char *url;           /* NULL: letters wait */
    const char *from;          /* "samsyn@exempel.se" */
    const char *user;          /* NULL: without log-in */
    const char *password_file; /* NULL: none */
};

/* Does the installation send letters at all: are a server and a sender set? */
NODISCARD enum err mail_is_set(struct db *db, bool *out);

/* One way of sending; ERR_OK when the next server has taken it over. */
typedef enum err mail_send_fn(void *arg, const struct letter *l);
#define MAIL_ATTEMPTS 8
/* Sends what is due, twenty at most. What fails is tried again after 1, 2, 4 ... 64 minutes and
 * given up after MAIL_ATTEMPTS. *sent counts what went away. */
NODISCARD enum err mail_round(struct db *db, mail_send_fn *send, void *arg, int *sent);
/* Through SMTP; arg is a struct smtp. */
mail_send_fn mail_send_smtp;

/* The thread that does so every few seconds while the program serves. */
struct mailer;
NODISCARD enum err mailer_start(struct db *db, struct mailer **out);
void mailer_stop(struct mailer *m); /* NULL is fine */
