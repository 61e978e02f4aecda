/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "base/log.h"

#include <stdatomic.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/jsonw.h"

static atomic_int least_level = LOG_INFO;

void log_set_level(enum log_level least)
{
    atomic_store(&least_level, (int)least);
}

void log_fields(enum log_level level, const char *what, const struct log_field *fields)
{
    static const char *const names[] = {"debug", "info", "warn", "error"};
    if ((int)level < atomic_load(&least_level))
        return;
    struct buf b = buf_init(16 * 1024);
    struct jsonw w = jsonw_init(&b);
    char now[TIME_TEXT];
    time_iso_utc(time_now(), now);
    jsonw_object(&w);
    jsonw_key_text(&w, "t", now);
    jsonw_key_text(&w, "level", names[level]);
    jsonw_key_text(&w, "what", what);
    for (; fields->key; fields++) {
        jsonw_key(&w, fields->key);
        if (fields->text)
            jsonw_text(&w, fields->text);
        else
            jsonw_int(&w, fields->number);
    }
    jsonw_end(&w);
    buf_putc(&b, '\n');
    if (buf_err(&b) == ERR_OK) {
        ssize_t put = write(STDERR_FILENO, b.data, b.len);
        (void)put; /* there is nowhere to complain */
    }
    buf_done(&b);
}
