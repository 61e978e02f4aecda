/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The one table of errors: name, HTTP status, exit code of the program, text key.
 * Included several times on purpose; see err.h. */
ERR(OK, 200, 0, "err_ok")
ERR(INVALID, 422, 2, "err_invalid") /* what somebody wrote cannot be used */
ERR(USAGE, 400, 2, "err_usage")     /* the request or command line itself is wrong */
ERR(UNAUTHENTICATED, 401, 1, "err_unauthenticated")
ERR(FORBIDDEN, 403, 1, "err_forbidden")
ERR(NOTFOUND, 404, 1, "err_notfound")
ERR(GONE, 410, 1, "err_gone") /* an exercise that has ended */
ERR(METHOD, 405, 1, "err_method")
ERR(CONFLICT, 409, 1, "err_conflict") /* somebody else changed it, or it exists already */
ERR(LIMIT, 413, 1, "err_limit")       /* larger than its ceiling */
ERR(MEDIA, 415, 1, "err_media")       /* a content type that is not taken here */
ERR(RATE, 429, 1, "err_rate")
ERR(INTERNAL, 500, 1, "err_internal") /* a promise of our own was broken */
ERR(IO, 500, 1, "err_io")             /* disk or network said no */
ERR(CORRUPT, 500, 1, "err_corrupt")   /* stored data are not what was written */
ERR(SCHEMA, 500, 1, "err_schema")     /* database from an older version */
ERR(BUSY, 503, 1, "err_busy")         /* try again: nothing was done */
ERR(NOMEM, 503, 1, "err_nomem")
ERR(CANCELLED, 503, 1, "err_cancelled")
ERR(FULL, 507, 1, "err_full")               /* no room on the disk */
ERR(DENIED, 500, 1, "err_denied")           /* the system does not let us read or write there */
ERR(UNREACHABLE, 503, 1, "err_unreachable") /* the database server does not answer */
ERR(STARTING, 503, 1, "err_starting")       /* the database server is on its way up or down */
ERR(UNSURE, 500, 1, "err_unsure") /* the database server ended at the commit: nobody knows */
ERR(LOGIN, 500, 1, "err_login")   /* the database server does not know us */
ERR(NOTADB, 500, 1, "err_notadb") /* a file that is no database */
ERR(NEWER, 500, 1, "err_newer")   /* a database from a newer program */
