/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "core/mailer.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <curl/curl.h>

#include "base/buf.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/str.h"
#include "core/app.h"
#include "core/drill.h"
#include "core/mime.h"
#include "core_sql.h"

#define ROUND_SECONDS 5
#define ROUND_MOST 20
#define KEEP (30 * MSEC_DAY)
#define LETTER_MOST (256 * 1024)

/* --- The queue --- */

enum err mail_queue(struct tx *tx, enum mail_way way, const char *to, const char *subject,
                    const char *body)
{
    return mail_queue_regular(tx, way, to, subject, body, NULL);
}

enum err mail_queue_regular(struct tx *tx, enum mail_way way, const char *to, const char *subject,
                            const char *body, const char *stop)
{
    if (!mail_address_valid(to))
        return ERR_INVALID;
    bool kept;
    TRY(drill_letter(tx, to, subject, body, &kept));
    if (kept)
        return ERR_OK;
    /* a letter that waits is sent some day; "sent" but never by post keeps its text to be shown */
    const char *state = way == MAIL_SHOW ? "sent" : "waiting";
    struct q_mail_insert_in in = {id_new(), to, subject, body, stop, state, time_now()};
    return q_mail_insert_run(tx, &in, NULL);
}

enum err mail_latest(struct tx *tx, struct arena *a, int most, struct letter **out, size_t *out_n)
{
    struct q_mail_latest_in in = {most};
    struct q_mail_latest_row *rows;
    size_t n;
    TRY(q_mail_latest_all(tx, a, &in, &rows, &n));
    struct letter *l = ARENA_ARRAY(a, n + 1, struct letter);
    if (!l)
        return ERR_NOMEM;
    for (size_t i = 0; i < n; i++)
        l[i] = (struct letter){rows[i].id,   rows[i].recipient, rows[i].subject,
                               rows[i].body, rows[i].state,     rows[i].created_at,
                               NULL};
    *out = l;
    *out_n = n;
    return ERR_OK;
}

/* --- A round --- */

struct due {
    struct arena *a;
    struct q_mail_due_row *rows;
    size_t n;
};

static enum err read_due(struct tx *tx, void *arg)
{
    struct due *d = arg;
    struct q_mail_due_in in = {time_now(), ROUND_MOST};
    return q_mail_due_all(tx, d->a, &in, &d->rows, &d->n);
}

struct outcome {
    const struct q_mail_due_row *row;
    bool sent;
};

static enum err note_outcome(struct tx *tx, void *arg)
{
    const struct outcome *o = arg;
    msec now = time_now();
    if (o->sent) {
        struct q_mail_sent_in in = {o->row->id, now};
        return q_mail_sent_run(tx, &in, NULL);
    }
    int64_t tried = o->row->attempts;
    struct q_mail_again_in in = {
        .id = o->row->id,
        .state = tried + 1 >= MAIL_ATTEMPTS ? "failed" : "waiting",
        .next = now + (MSEC_MINUTE << (tried > 6 ? 6 : tried)),
    };
    return q_mail_again_run(tx, &in, NULL);
}

static enum err drop_old(struct tx *tx, void *arg)
{
    (void)arg;
    struct q_mail_delete_old_in in = {time_now() - KEEP};
    return q_mail_delete_old_run(tx, &in, NULL);
}

enum err mail_round(struct db *db, mail_send_fn *send, void *arg, int *sent)
{
    AUTO(arena_freep) struct arena *a = arena_new(16 * 1024 * 1024);
    if (!a)
        return ERR_NOMEM;
    struct due d = {.a = a};
    int count = 0;
    TRY(db_read(db, DB_NATIONAL, read_due, &d));
    for (size_t i = 0; i < d.n; i++) {
        const struct q_mail_due_row *r = &d.rows[i];
        struct letter l = {r->id,     r->recipient,  r->subject, r->body,
                           "waiting", r->created_at, r->stop};
        struct outcome o = {r, send(arg, &l) == ERR_OK};
        TRY(db_write(db, DB_NATIONAL, note_outcome, &o));
        count += o.sent;
    }
    if (d.n)
        TRY(db_write(db, DB_NATIONAL, drop_old, NULL));
    *sent = count;
    return ERR_OK;
}

/* --- SMTP --- */

struct upload {
    const char *data;
    size_t n, at;
};

static size_t read_upload(char *out, size_t size, size_t count, void *arg)
{
    struct upload *u = arg;
    size_t n = size * count < u->n - u->at ? size * count : u->n - u->at;
    memcpy(out, u->data + u->at, n);
    u->at += n;
    return n;
}

/* The first line of the file, without its line end. */
static enum err read_password(const char *path, char out[256])
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return ERR_IO;
    ssize_t n = read(fd, out, 255);
    close(fd);
    if (n < 0)
        return ERR_IO;
    out[n] = 0;
    out[strcspn(out, "\r\n")] = 0;
    return ERR_OK;
}

static bool on_this_machine(const char *url)
{
    return str_starts(url, "smtp://127.0.0.1") || str_starts(url, "smtp://localhost") ||
           str_starts(url, "smtp://[::1]");
}

static void set_server(CURL *c, const struct smtp *s, const char *password)
{
    curl_easy_setopt(c, CURLOPT_URL, s->url);
    curl_easy_setopt(c, CURLOPT_PROTOCOLS_STR, "smtp,smtps");
    curl_easy_setopt(c, CURLOPT_USE_SSL,
                     (long)(on_this_machine(s->url) ? CURLUSESSL_TRY : CURLUSESSL_ALL));
    curl_easy_setopt(c, CURLOPT_CONNECTTIMEOUT, 10L);
    curl_easy_setopt(c, CURLOPT_TIMEOUT, 60L);
    curl_easy_setopt(c, CURLOPT_NOSIGNAL, 1L);
    if (s->user) {
        curl_easy_setopt(c, CURLOPT_USERNAME, s->user);
        curl_easy_setopt(c, CURLOPT_PASSWORD, password);
    }
}

static enum err perform(const struct smtp *s, const char *to, struct upload *u)
{
    char password[256] = "";
    if (s->password_file)
        TRY(read_password(s->password_file, password));
    CURL *c = curl_easy_init();
    struct curl_slist *rcpt = c ? curl_slist_append(NULL, to) : NULL;
    enum err e = ERR_NOMEM;
    if (rcpt) {
        set_server(c, s, password);
        curl_easy_setopt(c, CURLOPT_MAIL_FROM, s->from);
        curl_easy_setopt(c, CURLOPT_MAIL_RCPT, rcpt);
        curl_easy_setopt(c, CURLOPT_READFUNCTION, read_upload);
        curl_easy_setopt(c, CURLOPT_READDATA, u);
        curl_easy_setopt(c, CURLOPT_UPLOAD, 1L);
        e = curl_easy_perform(c) == CURLE_OK ? ERR_OK : ERR_IO;
    }
    curl_slist_free_all(rcpt);
    if (c)
        curl_easy_cleanup(c);
    explicit_bzero(password, sizeof password);
    return e;
}

enum err mail_send_smtp(void *arg, const struct letter *l)
{
    const struct smtp *s = arg;
    struct buf b = buf_init(LETTER_MOST);
    struct mail m = {"Samsyn", s->from, l->to, l->subject, l->body, l->id, l->at, l->stop};
    enum err e = mail_write(&m, &b);
    if (e == ERR_OK) {
        struct upload u = {b.data, b.len, 0};
        e = perform(s, l->to, &u);
    }
    buf_done(&b);
    return e;
}

/* --- The thread --- */

struct mailer {
    struct db *db;
    pthread_t thread;
    pthread_mutex_t lock;
    pthread_cond_t wake;
    bool stop;
};

struct settings {
    struct arena *a;
    struct smtp smtp;
};

static enum err one_setting(struct tx *tx, struct arena *a, const char *key, const char **out)
{
    enum err e = setting_get(tx, a, "0000", key, out);
    if (e == ERR_NOTFOUND || (e == ERR_OK && !**out)) {
        *out = NULL;
        return ERR_OK;
    }
    return e;
}

static enum err read_smtp(struct tx *tx, void *arg)
{
    struct settings *s = arg;
    TRY(one_setting(tx, s->a, "smtp_url", &s->smtp.url));
    TRY(one_setting(tx, s->a, "smtp_from", &s->smtp.from));
    TRY(one_setting(tx, s->a, "smtp_user", &s->smtp.user));
    return one_setting(tx, s->a, "smtp_password_file", &s->smtp.password_file);
}

enum err mail_is_set(struct db *db, bool *out)
{
    AUTO(arena_freep) struct arena *a = arena_new(64 * 1024);
    if (!a)
        return ERR_NOMEM;
    struct settings s = {.a = a};
    TRY(db_read(db, DB_NATIONAL, read_smtp, &s));
    *out = s.smtp.url && s.smtp.from;
    return ERR_OK;
}

static enum err send_due(struct db *db)
{
    AUTO(arena_freep) struct arena *a = arena_new(64 * 1024);
    if (!a)
        return ERR_NOMEM;
    struct settings s = {.a = a};
    int sent;
    TRY(db_read(db, DB_NATIONAL, read_smtp, &s));
    if (!s.smtp.url || !s.smtp.from)
        return ERR_OK;
    if (!s.smtp.password_file)
        s.smtp.password_file = getenv("SAMSYN_SMTP_PASSWORD_FILE");
    TRY(mail_round(db, mail_send_smtp, &s.smtp, &sent));
    if (sent)
        LOG(LOG_INFO, "letters sent", LOG_INT("count", sent));
    return ERR_OK;
}

static bool wait_a_while(struct mailer *m)
{
    struct timespec until;
    clock_gettime(CLOCK_MONOTONIC, &until);
    until.tv_sec += ROUND_SECONDS;
    pthread_mutex_lock(&m->lock);
    int rc = 0;
    while (!m->stop && rc != ETIMEDOUT)
        rc = pthread_cond_timedwait(&m->wake, &m->lock, &until);
    bool stop = m->stop;
    pthread_mutex_unlock(&m->lock);
    return !stop;
}

static void *run(void *arg)
{
    struct mailer *m = arg;
    while (wait_a_while(m)) {
        enum err e = send_due(m->db);
        if (e)
            LOG(LOG_WARN, "letters not sent", LOG_TEXT("error", err_name(e)));
    }
    return NULL;
}

enum err mailer_start(struct db *db, struct mailer **out)
{
    struct mailer *m = mem_alloc(sizeof *m);
    if (!m)
        return ERR_NOMEM;
    pthread_condattr_t attr;
    pthread_condattr_init(&attr);
    pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
    pthread_mutex_init(&m->lock, NULL);
    pthread_cond_init(&m->wake, &attr);
    pthread_condattr_destroy(&attr);
    m->db = db;
    curl_global_init(CURL_GLOBAL_DEFAULT);
    if (pthread_create(&m->thread, NULL, run, m) != 0) {
        pthread_cond_destroy(&m->wake);
        pthread_mutex_destroy(&m->lock);
        mem_free(m);
        return ERR_NOMEM;
    }
    *out = m;
    return ERR_OK;
}

void mailer_stop(struct mailer *m)
{
    if (!m)
        return;
    pthread_mutex_lock(&m->lock);
    m->stop = true;
    pthread_cond_signal(&m->wake);
    pthread_mutex_unlock(&m->lock);
    pthread_join(m->thread, NULL);
    pthread_cond_destroy(&m->wake);
    pthread_mutex_destroy(&m->lock);
    mem_free(m);
}
