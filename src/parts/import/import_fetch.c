/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "parts/import/import_fetch.h"

#include <curl/curl.h>
#include <jansson.h>
#include <string.h>
#include <strings.h>

#include "base/jsonw.h"
#include "base/mem.h"
#include "base/str.h"
#include "core/app.h"

#define KEY "fetch_police"
#define COUNTRY "0000"
#define WAIT_MOST MSEC_DAY

/* --- The rules --- */

/* Calls that the clock says are still to come were made before it was put back. */
static void forget_future(struct fetch_state *s, msec now)
{
    for (int i = 0; i < s->n_calls; i++)
        if (s->calls[i] > now)
            s->calls[i] = now;
}

enum fetch_outcome fetch_may(struct fetch_state *s, msec now, msec *until)
{
    *until = 0;
    if (s->stopped)
        return FETCH_STOPPED;
    forget_future(s, now);
    bool full = s->n_calls == FETCH_AN_HOUR;
    msec earliest = s->until;
    if (s->n_calls && s->calls[s->n_calls - 1] + FETCH_APART > earliest)
        earliest = s->calls[s->n_calls - 1] + FETCH_APART;
    if (full && s->calls[0] + MSEC_HOUR > earliest)
        earliest = s->calls[0] + MSEC_HOUR;
    if (now < earliest) {
        *until = earliest;
        return FETCH_WAIT;
    }
    if (full)
        memmove(s->calls, s->calls + 1, (FETCH_AN_HOUR - 1) * sizeof s->calls[0]);
    s->calls[full ? FETCH_AN_HOUR - 1 : s->n_calls++] = now;
    return FETCH_GOT;
}

static enum fetch_outcome back_off(struct fetch_state *s, msec now, msec retry_after)
{
    msec wait = FETCH_BACK_OFF;
    for (int i = 0; i < s->refused && wait < WAIT_MOST; i++)
        wait *= 2;
    if (wait > WAIT_MOST)
        wait = WAIT_MOST;
    if (retry_after > wait)
        wait = retry_after < 7 * MSEC_DAY ? retry_after : 7 * MSEC_DAY;
    s->refused++;
    s->until = now + wait;
    return FETCH_REFUSED;
}

enum fetch_outcome fetch_answered(struct fetch_state *s, msec now, long status, msec retry_after)
{
    if (status == 200 || status == 304) {
        s->refused = 0;
        s->until = 0;
        return status == 200 ? FETCH_GOT : FETCH_SAME;
    }
    if (status == 404 || status == 410) {
        s->stopped = true;
        return FETCH_STOPPED;
    }
    if (status == 403 || status == 429)
        return back_off(s, now, retry_after);
    s->until =
        now + (retry_after > MSEC_MINUTE && retry_after < MSEC_DAY ? retry_after : MSEC_MINUTE);
    return FETCH_FAILED;
}

msec fetch_retry_after(const char *header, msec now)
{
    int64_t seconds;
    if (str_to_int(header, &seconds))
        return seconds >= 0 && seconds < 10000000 ? seconds * MSEC_SECOND : -1;
    time_t at = curl_getdate(header, NULL);
    if (at == (time_t)-1)
        return -1;
    msec wait = (msec)at * MSEC_SECOND - now;
    return wait > 0 ? wait : 0;
}

/* --- The state as JSON in a setting of the installation --- */

static void take(const json_t *o, const char *key, char *out, size_t size)
{
    const char *s = json_string_value(json_object_get(o, key));
    if (!s || !str_copy(out, size, s))
        out[0] = 0;
}

bool fetch_state_read(const char *json, struct fetch_state *out)
{
    json_t *o = json_loads(json, 0, NULL);
    if (!json_is_object(o)) {
        json_decref(o);
        return false;
    }
    struct fetch_state s = {
        .until = json_integer_value(json_object_get(o, "until")),
        .refused = (int)json_integer_value(json_object_get(o, "refused")),
        .stopped = json_is_true(json_object_get(o, "stopped")),
    };
    const json_t *calls = json_object_get(o, "calls");
    for (size_t i = 0; i < json_array_size(calls) && i < FETCH_AN_HOUR; i++)
        s.calls[s.n_calls++] = json_integer_value(json_array_get(calls, i));
    take(o, "etag", s.etag, sizeof s.etag);
    take(o, "modified", s.modified, sizeof s.modified);
    take(o, "next_etag", s.next_etag, sizeof s.next_etag);
    take(o, "next_modified", s.next_modified, sizeof s.next_modified);
    json_decref(o);
    *out = s;
    return true;
}

void fetch_state_write(struct buf *out, const struct fetch_state *s)
{
    struct jsonw w = jsonw_init(out);
    jsonw_object(&w);
    jsonw_key_int(&w, "until", s->until);
    jsonw_key_array(&w, "calls");
    for (int i = 0; i < s->n_calls; i++)
        jsonw_int(&w, s->calls[i]);
    jsonw_end(&w);
    jsonw_key_int(&w, "refused", s->refused);
    jsonw_key_bool(&w, "stopped", s->stopped);
    jsonw_key_text(&w, "etag", s->etag);
    jsonw_key_text(&w, "modified", s->modified);
    jsonw_key_text(&w, "next_etag", s->next_etag);
    jsonw_key_text(&w, "next_modified", s->next_modified);
    jsonw_end(&w);
}

struct change {
    struct arena *a;
    struct fetch_state state;
    struct fetch_result *result;
    msec now, retry_after;
    long status;
    const char *contact;
    enum { BOOK, ANSWER, DONE, RESET } what;
};

static enum err put(struct tx *tx, const struct fetch_state *s)
{
    struct buf json = buf_init(4096);
    fetch_state_write(&json, s);
    enum err e = buf_err(&json);
    if (e == ERR_OK)
        e = setting_put(tx, COUNTRY, KEY, buf_text(&json));
    buf_done(&json);
    return e;
}

static void change_state(struct change *c)
{
    struct fetch_state *s = &c->state;
    switch (c->what) {
    case BOOK:
        c->result->outcome = fetch_may(s, c->now, &c->result->until);
        break;
    case ANSWER:
        c->result->outcome = fetch_answered(s, c->now, c->status, c->retry_after);
        c->result->until = s->until;
        break;
    case DONE:
        memcpy(s->etag, s->next_etag, sizeof s->etag);
        memcpy(s->modified, s->next_modified, sizeof s->modified);
        break;
    default:
        s->stopped = false;
        s->refused = 0;
        s->until = 0;
    }
}

static enum err change_in(struct tx *tx, void *arg)
{
    struct change *c = arg;
    const char *json, *contact;
    struct fetch_state had = {0};
    enum err e = setting_get(tx, c->a, COUNTRY, KEY, &json);
    if (e != ERR_OK && e != ERR_NOTFOUND)
        return e;
    if (e == ERR_OK && !fetch_state_read(json, &had))
        had = (struct fetch_state){0};
    if (c->what == ANSWER) { /* what the answer said of itself is in c->state */
        memcpy(had.next_etag, c->state.next_etag, sizeof had.next_etag);
        memcpy(had.next_modified, c->state.next_modified, sizeof had.next_modified);
    }
    c->state = had;
    e = setting_get(tx, c->a, COUNTRY, "contact", &contact);
    c->contact = e == ERR_OK ? contact : NULL;
    change_state(c);
    return put(tx, &c->state);
}

static enum err change(struct app *app, struct change *c)
{
    return db_write(app->db, DB_NATIONAL, change_in, c);
}

/* --- The call --- */

struct call {
    struct buf *body;
    struct fetch_state *state;
    msec retry_after;
    msec now;
};

static size_t take_body(char *data, size_t size, size_t n, void *arg)
{
    struct call *c = arg;
    buf_add(c->body, data, size * n);
    return buf_err(c->body) ? 0 : size * n;
}

/* The value of a header that is called `name`, or false. */
static bool header_is(const char *line, size_t n, const char *name, char *out, size_t size)
{
    size_t len = strlen(name);
    if (n <= len || strncasecmp(line, name, len) != 0 || line[len] != ':')
        return false;
    const char *s = line + len + 1, *end = line + n;
    while (s < end && (*s == ' ' || *s == '\t'))
        s++;
    while (end > s && (end[-1] == '\r' || end[-1] == '\n' || end[-1] == ' '))
        end--;
    if ((size_t)(end - s) >= size)
        return false;
    memcpy(out, s, (size_t)(end - s));
    out[end - s] = 0;
    return true;
}

static size_t take_header(char *data, size_t size, size_t n, void *arg)
{
    struct call *c = arg;
    char value[200];
    struct fetch_state *s = c->state;
    if (header_is(data, size * n, "ETag", value, sizeof s->next_etag))
        (void)str_copy(s->next_etag, sizeof s->next_etag, value);
    else if (header_is(data, size * n, "Last-Modified", value, sizeof s->next_modified))
        (void)str_copy(s->next_modified, sizeof s->next_modified, value);
    else if (header_is(data, size * n, "Retry-After", value, sizeof value))
        c->retry_after = fetch_retry_after(value, c->now);
    return size * n;
}

static struct curl_slist *conditions(struct arena *a, const struct fetch_state *s)
{
    struct curl_slist *list = curl_slist_append(NULL, "Accept: application/json");
    const char *etag = arena_printf(a, "If-None-Match: %s", s->etag);
    const char *since = arena_printf(a, "If-Modified-Since: %s", s->modified);
    if (s->etag[0] && etag && list)
        list = curl_slist_append(list, etag);
    if (s->modified[0] && since && list)
        list = curl_slist_append(list, since);
    return list;
}

static long perform(struct arena *a, const char *url, const char *agent, struct call *call)
{
    long status = 0;
    CURL *h = curl_easy_init();
    struct curl_slist *list = conditions(a, call->state);
    call->state->next_etag[0] = call->state->next_modified[0] = 0;
    if (h && list) {
        curl_easy_setopt(h, CURLOPT_URL, url);
        curl_easy_setopt(h, CURLOPT_PROTOCOLS_STR, "http,https");
        curl_easy_setopt(h, CURLOPT_USERAGENT, agent);
        curl_easy_setopt(h, CURLOPT_HTTPHEADER, list);
        curl_easy_setopt(h, CURLOPT_ACCEPT_ENCODING, "");
        curl_easy_setopt(h, CURLOPT_NOSIGNAL, 1L);
        curl_easy_setopt(h, CURLOPT_CONNECTTIMEOUT, 20L);
        curl_easy_setopt(h, CURLOPT_TIMEOUT, 120L);
        curl_easy_setopt(h, CURLOPT_FOLLOWLOCATION, 0L); /* each hop would be a call more */
        curl_easy_setopt(h, CURLOPT_MAXFILESIZE_LARGE, (curl_off_t)FETCH_ANSWER_MOST);
        curl_easy_setopt(h, CURLOPT_WRITEFUNCTION, take_body);
        curl_easy_setopt(h, CURLOPT_WRITEDATA, call);
        curl_easy_setopt(h, CURLOPT_HEADERFUNCTION, take_header);
        curl_easy_setopt(h, CURLOPT_HEADERDATA, call);
        if (curl_easy_perform(h) == CURLE_OK)
            curl_easy_getinfo(h, CURLINFO_RESPONSE_CODE, &status);
    }
    curl_slist_free_all(list);
    if (h)
        curl_easy_cleanup(h);
    return status;
}

enum err fetch_police(struct app *app, struct arena *a, const char *url, const char *version,
                      struct buf *body, struct fetch_result *out)
{
    if (!str_starts(url, "https://") && !str_starts(url, "http://"))
        return ERR_USAGE;
    struct fetch_result result = {0};
    struct change c = {.a = a, .result = &result, .now = time_now(), .what = BOOK};
    TRY(change(app, &c));
    if (result.outcome != FETCH_GOT) {
        *out = result;
        return ERR_OK;
    }
    const char *agent = arena_printf(a, "Samsyn/%s%s%s%s", version, c.contact ? " (" : "",
                                     c.contact ? c.contact : "", c.contact ? ")" : "");
    if (!agent)
        return ERR_NOMEM;
    struct call call = {body, &c.state, -1, c.now};
    result.status = perform(a, url, agent, &call);
    c.status = result.status;
    c.retry_after = call.retry_after;
    c.what = ANSWER;
    c.now = time_now();
    TRY(change(app, &c));
    *out = result;
    return ERR_OK;
}

enum err fetch_police_done(struct app *app)
{
    AUTO(arena_freep) struct arena *a = arena_new(65536);
    struct change c = {.a = a, .what = DONE};
    return a ? change(app, &c) : ERR_NOMEM;
}

enum err fetch_police_reset(struct app *app)
{
    AUTO(arena_freep) struct arena *a = arena_new(65536);
    struct change c = {.a = a, .what = RESET};
    return a ? change(app, &c) : ERR_NOMEM;
}
