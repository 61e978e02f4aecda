/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* One JSON line an occurrence to standard error. Never personal data: no names, addresses, free
 * text, internet addresses or query strings. Only the program logs; libraries return errors. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

enum log_level { LOG_DEBUG, LOG_INFO, LOG_WARN, LOG_ERROR };

void log_set_level(enum log_level least);

struct log_field {
    const char *key;  /* NULL ends the list */
    const char *text; /* NULL: the number is meant */
    int64_t number;
};

static inline const char *log__text(const char *v)
{
    return v ? v : "";
}
#define LOG_TEXT(k, v) ((struct log_field){(k), log__text(v), 0})
#define LOG_INT(k, v) ((struct log_field){(k), NULL, (v)})

/* {"t":"2026-11-14T08:03:07.120Z","level":"info","what":what,...}; whole lines, never mixed. */
void log_fields(enum log_level level, const char *what, const struct log_field *fields);

#define LOG(level, what, ...)                                                                      \
    log_fields((level), (what), (const struct log_field[]){__VA_ARGS__ __VA_OPT__(, ){0}})
