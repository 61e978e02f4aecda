/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* E-mail messages: plain text in UTF-8 (RFC 5322, 2045, 2047). A header can never be smuggled in:
 * control characters in a header field are refused, and everything that is not plain ASCII is
 * encoded. */
#pragma once

#include <stdbool.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/id.h"

/* All text is UTF-8; from_name may be NULL. */
struct mail {
    const char *from_name, *from; /* "Samsyn", "samsyn@example.org" */
    const char *to;               /* one address */
    const char *subject;          /* at most 200 characters; says nothing about a person */
    const char *body;             /* lines end in LF */
    struct id id;                 /* becomes the Message-ID, with the domain of `from` */
    msec at;
    const char *stop; /* an http(s) address where letters like this are ended; NULL */
};

/* One address that every mail server takes: letters of a mailbox in ASCII, a domain with a dot, at
 * most 254 bytes. No quoted strings, comments or address literals. */
bool mail_address_valid(const char *s);

/* Writes the message with CRLF line ends, at most 76 characters a line. ERR_INVALID, with nothing
 * written, when an address, the subject or the body cannot be sent; ERR_LIMIT by the buffer. */
NODISCARD enum err mail_write(const struct mail *m, struct buf *out);
