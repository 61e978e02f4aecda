/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* What the functions made from HTML templates run on. A page is made so:
 *
 *     struct tmpl t = {.out = &body, .lang = rq->lang, .now = time_now()};
 *     event_list_html(&t, &view);
 *     TRY(buf_err(&body));
 *
 * Values are escaped by the place where they stand; the compiler (tmpl/compile.h) picks the
 * function, so there is no raw form. Errors stick in `out`. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/id.h"
#include "tmpl/format.h"
#include "tmpl/text.h"

struct tmpl {
    struct buf *out;
    enum lang lang;
    msec now; /* what "i går" is counted from */
};

/* The escapes. NULL writes nothing. Control characters become U+FFFD. */
void tmpl_text(struct tmpl *t, const char *s); /* between tags, title, textarea */
void tmpl_attr(struct tmpl *t, const char *s); /* in a double-quoted attribute */
/* A whole address: relative, http, https, mailto or tel; "#" for every other scheme. */
void tmpl_url(struct tmpl *t, const char *s);
/* One component of an address, percent-encoded. "." and "..", which no encoding keeps a browser
 * from climbing by, write nothing. */
void tmpl_part(struct tmpl *t, const char *s);

/* Below here: for generated code. */

static inline void tmpl_literal(struct tmpl *t, const char *s, size_t n)
{
    buf_add(t->out, s, n);
}

void tmpl_int(struct tmpl *t, int64_t v); /* grouped */
void tmpl_unsigned(struct tmpl *t, uint64_t v);
void tmpl_plain_int(struct tmpl *t, int64_t v);
void tmpl_plain_unsigned(struct tmpl *t, uint64_t v);
void tmpl_plain_double(struct tmpl *t, double v); /* at most two decimals; nothing for NaN */
void tmpl_id(struct tmpl *t, struct id id);       /* nothing for none */
void tmpl_yes_no(struct tmpl *t, bool v);
void tmpl_true_false(struct tmpl *t, bool v);

#define TMPL_INTEGERS(f, u)                                                                        \
    signed char : f,                                                                               \
                  unsigned char : f,                                                               \
                                  short : f,                                                       \
                                          unsigned short : f,                                      \
                                                           int : f,                                \
                                                                 unsigned : f,                     \
                                                                            long : f,              \
                                                                                   long long       \
        : f,                                                                                       \
          unsigned long : u,                                                                       \
                          unsigned long long : u

/* clang-format off */
#define tmpl_put_text(t, x) _Generic((x), char *: tmpl_text, const char *: tmpl_text, \
    bool: tmpl_yes_no, struct id: tmpl_id, TMPL_INTEGERS(tmpl_int, tmpl_unsigned))((t), (x))
#define tmpl_put_attr(t, x) _Generic((x), char *: tmpl_attr, const char *: tmpl_attr, \
    bool: tmpl_true_false, struct id: tmpl_id, double: tmpl_plain_double, \
    TMPL_INTEGERS(tmpl_plain_int, tmpl_plain_unsigned))((t), (x))
#define tmpl_put_url(t, x) _Generic((x), char *: tmpl_url, const char *: tmpl_url, \
    struct id: tmpl_id, TMPL_INTEGERS(tmpl_plain_int, tmpl_plain_unsigned))((t), (x))
#define tmpl_put_part(t, x) _Generic((x), char *: tmpl_part, const char *: tmpl_part, \
    bool: tmpl_true_false, struct id: tmpl_id, double: tmpl_plain_double, \
    TMPL_INTEGERS(tmpl_plain_int, tmpl_plain_unsigned))((t), (x))
/* clang-format on */

/* Filters: text into `out`, to be put by place like any text. */
const char *tmpl_plain_i(char *out, int64_t v);
const char *tmpl_plain_u(char *out, uint64_t v);
const char *tmpl_plain_d(char *out, double v);
const char *tmpl_date_of_msec(const struct tmpl *t, char *out, msec at);
const char *tmpl_date_of_date(const struct tmpl *t, char *out, struct date d);
const char *tmpl_week_of_msec(const struct tmpl *t, char *out, msec at);
const char *tmpl_week_of_date(const struct tmpl *t, char *out, struct date d);
const char *tmpl_iso_of_msec(const struct tmpl *t, char *out, msec at);
const char *tmpl_iso_of_date(const struct tmpl *t, char *out, struct date d);

/* clang-format off */
#define TMPL_ROOM ((char[FORMAT_TEXT]){0})
#define TMPL_BY_TIME(f, t, x) _Generic((x), long: tmpl_##f##_of_msec, \
    long long: tmpl_##f##_of_msec, struct date: tmpl_##f##_of_date)((t), TMPL_ROOM, (x))
#define tmpl_filter_when(t, x) format_when(TMPL_ROOM, (t)->lang, (x), (t)->now)
#define tmpl_filter_datetime(t, x) format_datetime(TMPL_ROOM, (t)->lang, (x))
#define tmpl_filter_clock(t, x) format_clock(TMPL_ROOM, (t)->lang, (x))
#define tmpl_filter_date(t, x) TMPL_BY_TIME(date, t, x)
#define tmpl_filter_week(t, x) TMPL_BY_TIME(week, t, x)
#define tmpl_filter_iso(t, x) TMPL_BY_TIME(iso, t, x)
#define tmpl_filter_number(t, x) \
    _Generic((x), TMPL_INTEGERS(format_number, format_unsigned))(TMPL_ROOM, (x))
#define tmpl_filter_plain(t, x) _Generic((x), double: tmpl_plain_d, \
    TMPL_INTEGERS(tmpl_plain_i, tmpl_plain_u))(TMPL_ROOM, (x))
#define tmpl_filter_decimal1(t, x) format_decimal(TMPL_ROOM, (t)->lang, (x), 1)
#define tmpl_filter_decimal2(t, x) format_decimal(TMPL_ROOM, (t)->lang, (x), 2)
/* clang-format on */

/* A text with its places filled, put by place: fn is tmpl_text, tmpl_attr or tmpl_part. */
typedef void tmpl_put_fn(struct tmpl *t, const char *s);
void tmpl_fmt(struct tmpl *t, tmpl_put_fn *fn, enum text_key key, const struct text_arg *args,
              size_t n);

static inline bool tmpl_true_text(const char *s)
{
    return s && *s;
}
static inline bool tmpl_true_int(int64_t v)
{
    return v != 0;
}
static inline bool tmpl_true_unsigned(uint64_t v)
{
    return v != 0;
}
static inline bool tmpl_true_double(double v)
{
    return v < 0 || v > 0;
}
static inline bool tmpl_true_id(struct id id)
{
    return !id_is_none(id);
}
static inline bool tmpl_true_pointer(const void *p)
{
    return p != NULL;
}

/* clang-format off */
#define tmpl_truth(x) _Generic((x), char *: tmpl_true_text, const char *: tmpl_true_text, \
    bool: tmpl_true_int, double: tmpl_true_double, struct id: tmpl_true_id, \
    TMPL_INTEGERS(tmpl_true_int, tmpl_true_unsigned), default: tmpl_true_pointer)(x)
/* clang-format on */
