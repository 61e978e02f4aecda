/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Sessions: who is behind a request. The cookie is 256 random bits; only its hash is stored. A
 * session ends after 12 idle hours, 30 days at most, at log-out, when it is revoked in the person's
 * own list, when the password changes, and when the account closes. Roles are read at every
 * request, so a right that is taken away is gone at once.
 *
 * Who does nothing but report may ask to stay logged in on a device: then the idle hours do not
 * count. With the first role that may do more they count again, also for a device that was
 * remembered before. */
#pragma once

#include "base/clock.h"
#include "core/perm.h"
#include "db/db.h"

struct arena;

#define SESSION_COOKIE "samsyn"
#define PLACE_COOKIE "place" /* the municipality where the person worked last on this device */
#define PLACE_TIME (180 * MSEC_DAY)
#define SESSION_IDLE (12 * MSEC_HOUR)
#define SESSION_MOST (30 * MSEC_DAY)
#define SESSION_MARK 17 /* room for whose token it is */

struct membership {
    const char *municipality; /* "1493"; "0000" is the installation */
    const char *municipality_name;
    const char *slug;
    enum role role;
    struct id organisation;        /* none for some */
    const char *organisation_name; /* NULL without one */
};

/* Everything a page may need to know of the person. All in the arena. */
struct who {
    struct id account; /* none: nobody is logged in */
    struct id session;
    const char *name, *email;
    const char *csrf; /* of this session; what stands after its '.' is the same for all sessions of
                         the account, and tells whose a form was that comes too late */
    enum lang lang;
    const struct membership *memberships; /* active ones only */
    size_t n_memberships;
    const struct membership *here; /* in the municipality of the request's address; NULL if none */
    const char *last_municipality; /* where the person worked last; NULL */
    bool second_factor;            /* this session was opened with one, and it is still in place */
    bool remembered;               /* idle hours do not end it */
};

/* How somebody comes in. */
struct session_way {
    const char *device; /* as device_name() says it */
    bool second_factor, remember;
};

/* Does the account do nothing but report, so that a device may be remembered? */
NODISCARD enum err session_may_remember(struct tx *tx, struct arena *a, struct id account,
                                        bool *out);
/* A new session; `remember` only after session_may_remember(). *token is what the cookie says. */
NODISCARD enum err session_new(struct tx *tx, struct id account, const struct session_way *way,
                               char token[TOKEN_TEXT]);
/* Who holds this cookie. ERR_UNAUTHENTICATED when nobody does (any longer). */
NODISCARD enum err session_find(struct tx *tx, struct arena *a, const char *token, msec now,
                                struct who *out, msec *out_seen);
/* Notes that the session is used, and where; call when the last note is older than five minutes or
 * the municipality is another. */
NODISCARD enum err session_touch(struct tx *tx, struct id session, const char *municipality,
                                 msec now);
NODISCARD enum err session_end(struct tx *tx, struct id account, struct id session);
/* All of an account, but `keep` (none: all). */
NODISCARD enum err session_end_all(struct tx *tx, struct id account, struct id keep);

/* BLAKE2b-256 of a token: cookies, invitations and resets are stored so. */
void token_hash(const char *token, uint8_t out[32]);
/* "Firefox, Android" of a User-Agent header: coarse on purpose. */
const char *device_name(struct arena *a, const char *user_agent);
