/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The letter of the week: that there is something new, and where. Never what it says. */
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/str.h"
#include "core/account.h"
#include "core/jobs.h"
#include "core/mailer.h"
#include "feedback_sql.h"
#include "parts/feedback/feedback_inner.h"
#include "parts/settings/settings.h"

#define DIGEST_ARENA ((size_t)64 << 20)
#define STOP_LASTS (400 * MSEC_DAY)

struct news {
    struct id account;
    const char *email, *lang;
    const char *code, *town;
    int64_t answers, questions;
    msec sent;
    bool due;
};

struct digest {
    struct app *app;
    struct arena *a;
    msec now;
    const char *code, *town; /* that are read just now */
    struct news *list;
    size_t n, room;
    const struct news *one; /* the letter that is written: one person's news */
    size_t n_one;
    bool written;
};

bool feedback_letter_due(msec now, int weekday, msec sent, msec first)
{
    struct date today = date_of_msec(now);
    struct date day = date_add(today, -((date_weekday(today) - weekday + 7) % 7));
    if (first >= date_start(day))
        return false;
    return !sent || date_days(date_of_msec(sent)) + 7 <= date_days(day);
}

/* --- What is new --- */

/* The day on which the municipality's periods begin; Monday where there is no such day. */
static enum err weekday_of(struct tx *tx, struct arena *a, const char *code, int *out)
{
    struct rhythm r;
    enum err e = rhythm_get(tx, a, code, &r);
    *out = 1;
    if (e == ERR_OK && r.active && r.step != RHYTHM_MONTH)
        *out = date_weekday(r.first);
    return e == ERR_NOTFOUND ? ERR_OK : e;
}

static enum err room_for(struct digest *d, size_t n)
{
    if (d->n + n <= d->room)
        return ERR_OK;
    size_t room = 2 * (d->n + n);
    struct news *list = ARENA_ARRAY(d->a, room, struct news);
    if (!list)
        return ERR_NOMEM;
    for (size_t i = 0; i < d->n; i++)
        list[i] = d->list[i];
    d->list = list;
    d->room = room;
    return ERR_OK;
}

static enum err read_town(struct tx *tx, void *arg)
{
    struct digest *d = arg;
    struct q_feedback_news_in in = {d->code, d->now};
    struct q_feedback_news_row *rows;
    size_t n;
    int weekday;
    TRY(weekday_of(tx, d->a, d->code, &weekday));
    TRY(q_feedback_news_all(tx, d->a, &in, &rows, &n));
    TRY(room_for(d, n));
    for (size_t i = 0; i < n; i++) {
        msec sent = rows[i].sent_at == DB_NO_INT ? 0 : rows[i].sent_at;
        d->list[d->n + i] = (struct news){
            .account = rows[i].account,
            .email = rows[i].email,
            .lang = rows[i].lang,
            .code = d->code,
            .town = d->town,
            .answers = rows[i].answers,
            .questions = rows[i].questions,
            .sent = sent,
            .due = feedback_letter_due(d->now, weekday, sent, rows[i].first),
        };
    }
    d->n += n;
    return ERR_OK;
}

static int by_account(const void *a, const void *b)
{
    const struct news *x = a, *y = b;
    char p[ID_TEXT], q[ID_TEXT];
    id_text(x->account, p);
    id_text(y->account, q);
    int c = strcmp(p, q);
    return c ? c : strcmp(x->code, y->code);
}

/* --- The letter --- */

static const char *lines(const struct digest *d, enum lang lang)
{
    struct buf b = buf_init(64 * 1024);
    for (size_t i = 0; i < d->n_one; i++) {
        const struct news *n = &d->one[i];
        buf_printf(&b, "%s: ", n->town);
        if (n->answers)
            buf_puts(&b, text_fmt(d->a, lang, T_feedback_letter_answers, n->answers));
        if (n->answers && n->questions)
            buf_puts(&b, ", ");
        if (n->questions)
            buf_puts(&b, text_fmt(d->a, lang, T_feedback_letter_questions, n->questions));
        buf_putc(&b, '\n');
        if (d->app->public_url)
            buf_printf(&b, "%s/%s/mina-rapporter\n", d->app->public_url, n->code);
    }
    const char *out = buf_err(&b) ? NULL : arena_strdup(d->a, buf_text(&b));
    buf_done(&b);
    return out;
}

static enum err post(struct tx *tx, const struct digest *d)
{
    enum lang lang = LANG_SV;
    char ticket[TICKET_TEXT];
    const char *stop = NULL;
    lang_from_code(d->one->lang, &lang);
    if (d->app->public_url && d->app->accounts) {
        ticket_make(d->app->accounts, FEEDBACK_STOP, d->one->account, d->now + STOP_LASTS, ticket);
        stop = arena_printf(d->a, "%s/brev/sluta/%s", d->app->public_url, ticket);
        if (!stop)
            return ERR_NOMEM;
    }
    const char *what = lines(d, lang);
    const char *how = stop ? text_fmt(d->a, lang, T_feedback_letter_stop, stop)
                           : text_get(lang, T_feedback_letter_where);
    const char *body = what && how ? text_fmt(d->a, lang, T_feedback_letter, what, how) : NULL;
    if (!body)
        return ERR_NOMEM;
    enum err e = mail_queue_regular(tx, d->app->development ? MAIL_SHOW : MAIL_SEND, d->one->email,
                                    text_get(lang, T_feedback_letter_subject), body, stop);
    return e == ERR_INVALID ? ERR_OK : e; /* an address that no letter reaches stops nobody else */
}

/* The turn and the letter in one transaction: both, or neither. */
static enum err write_letter(struct tx *tx, void *arg)
{
    struct digest *d = arg;
    struct q_feedback_letter_take_in in = {d->one->account, d->now, d->one->sent};
    int64_t n = 0;
    d->written = false;
    TRY(q_feedback_letter_take_run(tx, &in, &n));
    if (!n)
        return ERR_OK; /* another program was quicker, or the person has said no meanwhile */
    TRY(post(tx, d));
    d->written = true;
    return ERR_OK;
}

struct towns {
    struct arena *a;
    struct q_feedback_towns_row *rows;
    size_t n;
};

static enum err read_towns(struct tx *tx, void *arg)
{
    struct towns *t = arg;
    return q_feedback_towns_all(tx, t->a, &t->rows, &t->n);
}

static enum err write_all(struct digest *d, int *letters)
{
    for (size_t i = 0; i < d->n; i += d->n_one) {
        bool due = false;
        d->one = &d->list[i];
        d->n_one = 0;
        while (i + d->n_one < d->n && id_eq(d->list[i + d->n_one].account, d->one->account))
            due = d->list[i + d->n_one++].due || due;
        if (!due)
            continue;
        struct arena_mark mark = arena_mark(d->a);
        enum err e = db_write(d->app->db, DB_NATIONAL, write_letter, d);
        arena_rewind(d->a, mark);
        if (e) /* one person's trouble is not the others' */
            LOG(LOG_WARN, "letter of the week not written", LOG_TEXT("error", err_name(e)));
        *letters += !e && d->written;
    }
    return ERR_OK;
}

enum err feedback_digest(struct app *app, msec now, int *letters)
{
    AUTO(arena_freep) struct arena *a = arena_new(DIGEST_ARENA);
    struct digest d = {.app = app, .a = a, .now = now};
    struct towns t = {.a = a};
    if (!a)
        return ERR_NOMEM;
    TRY(db_read(app->db, DB_NATIONAL, read_towns, &t));
    for (size_t i = 0; i < t.n; i++) {
        size_t before = d.n;
        d.code = t.rows[i].code;
        d.town = t.rows[i].name;
        enum err e = db_read(app->db, d.code, read_town, &d);
        if (e) { /* one municipality's trouble is not the others' */
            d.n = before;
            LOG(LOG_WARN, "news of reports not read", LOG_TEXT("municipality", d.code),
                LOG_TEXT("error", err_name(e)));
        }
    }
    if (d.n)
        qsort(d.list, d.n, sizeof *d.list, by_account);
    return write_all(&d, letters);
}

static enum err daily(struct job_call *call, struct buf *report)
{
    int letters = 0;
    TRY(feedback_digest(call->app, time_now(), &letters));
    buf_printf(report, "{\"letters\":%d}", letters);
    return buf_err(report);
}

void feedback_digest_register(struct app *app)
{
    job_register(app, "feedback_digest", daily);
    job_daily(app, "feedback_digest", text_get(LANG_SV, T_feedback_digest));
}
