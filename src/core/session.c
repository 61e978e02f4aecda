/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "core/session.h"

#include <string.h>

#include <sodium.h>

#include "base/clock.h"
#include "base/mem.h"
#include "base/str.h"
#include "core_sql.h"
#include "geo/geo_data.h"

void token_hash(const char *token, uint8_t out[32])
{
    crypto_generichash(out, 32, (const unsigned char *)token, strlen(token), NULL, 0);
}

enum err session_new(struct tx *tx, struct id account, const struct session_way *way,
                     char token[TOKEN_TEXT])
{
    uint8_t hash[32];
    char csrf[TOKEN_TEXT];
    msec now = time_now();
    token_new(token);
    token_new(csrf);
    token_hash(token, hash);
    struct q_session_insert_in in = {
        .token_hash = {hash, sizeof hash},
        .id = id_new(),
        .account = account,
        .csrf = csrf,
        .second_factor = way->second_factor,
        .remembered = way->remember,
        .device = way->device,
        .now = now,
        .expires = now + SESSION_MOST,
    };
    struct q_session_delete_old_in old = {now, now - SESSION_IDLE};
    TRY(q_session_delete_old_run(tx, &old, NULL));
    return q_session_insert_run(tx, &in, NULL);
}

/* Tells accounts apart, and nothing of them. */
static const char *form_token(struct arena *a, const char *csrf, struct id account)
{
    uint8_t hash[32];
    char mark[SESSION_MARK];
    crypto_generichash(hash, sizeof hash, account.b, sizeof account.b, NULL, 0);
    sodium_bin2hex(mark, sizeof mark, hash, SESSION_MARK / 2);
    return arena_printf(a, "%s.%s", csrf, mark);
}

/* In an exercise everybody has the role that they have in reality now: who has lost that has lost
 * the exercise too. Codes are in order, an exercise's after the real ones, which stand untouched
 * when it is looked for. */
static bool still_holds(const struct membership *m, size_t n, struct membership *x)
{
    const struct geo_municipality *real = geo_real_of(x->municipality);
    for (size_t i = 0; i < n && geo_is_exercise(x->municipality); i++)
        if (str_eq(m[i].municipality, real->code)) {
            x->role = m[i].role;
            return true;
        }
    return !geo_is_exercise(x->municipality);
}

static enum err read_memberships(struct tx *tx, struct arena *a, struct who *w)
{
    struct q_session_memberships_in in = {w->account};
    struct q_session_memberships_row *rows;
    size_t n;
    TRY(q_session_memberships_all(tx, a, &in, &rows, &n));
    struct membership *m = ARENA_ARRAY(a, n ? n : 1, struct membership);
    if (!m)
        return ERR_NOMEM;
    for (size_t i = 0; i < n; i++)
        m[i] = (struct membership){
            .municipality = rows[i].municipality,
            .municipality_name = rows[i].municipality_name,
            .slug = rows[i].slug,
            .role = role_from_name(rows[i].role),
            .organisation = rows[i].organisation,
            .organisation_name = rows[i].organisation_name,
        };
    w->memberships = m;
    w->n_memberships = 0;
    for (size_t i = 0; i < n; i++)
        if (still_holds(m, n, &m[i]))
            m[w->n_memberships++] = m[i];
    return ERR_OK;
}

static bool only_reports(const struct who *w)
{
    for (size_t i = 0; i < w->n_memberships; i++)
        if (!role_only_reports(w->memberships[i].role))
            return false;
    return w->n_memberships > 0;
}

enum err session_may_remember(struct tx *tx, struct arena *a, struct id account, bool *out)
{
    struct who w = {.account = account};
    TRY(read_memberships(tx, a, &w));
    *out = only_reports(&w);
    return ERR_OK;
}

enum err session_find(struct tx *tx, struct arena *a, const char *token, msec now, struct who *out,
                      msec *out_seen)
{
    uint8_t hash[32];
    if (strlen(token) != TOKEN_TEXT - 1)
        return ERR_UNAUTHENTICATED;
    token_hash(token, hash);
    struct q_session_lookup_in in = {{hash, sizeof hash}};
    struct q_session_lookup_row s;
    enum err e = q_session_lookup_one(tx, a, &in, &s);
    if (e)
        return e == ERR_NOTFOUND ? ERR_UNAUTHENTICATED : e;
    if (now >= s.expires_at || !str_eq(s.state, "active"))
        return ERR_UNAUTHENTICATED;
    struct who w = {
        .account = s.account,
        .session = s.id,
        .name = s.name,
        .email = s.email,
        .csrf = form_token(a, s.csrf, s.account),
        .last_municipality = s.municipality,
        .second_factor = s.second_factor && s.factor,
    };
    if (!w.csrf)
        return ERR_NOMEM;
    (void)lang_from_code(s.lang, &w.lang);
    TRY(read_memberships(tx, a, &w));
    w.remembered = s.remembered && only_reports(&w);
    if (!w.remembered && now - s.seen_at > SESSION_IDLE)
        return ERR_UNAUTHENTICATED;
    *out = w;
    *out_seen = s.seen_at;
    return ERR_OK;
}

enum err session_touch(struct tx *tx, struct id session, const char *municipality, msec now)
{
    struct q_session_seen_in in = {session, municipality, now};
    return q_session_seen_run(tx, &in, NULL);
}

enum err session_end(struct tx *tx, struct id account, struct id session)
{
    struct q_session_delete_in in = {account, session};
    return q_session_delete_run(tx, &in, NULL);
}

enum err session_end_all(struct tx *tx, struct id account, struct id keep)
{
    struct q_session_delete_all_in in = {account, keep};
    return q_session_delete_all_run(tx, &in, NULL);
}

const char *device_name(struct arena *a, const char *ua)
{
    static const char *const browsers[][2] = {{"Edg/", "Edge"},      {"Firefox/", "Firefox"},
                                              {"Chrome/", "Chrome"}, {"Safari/", "Safari"},
                                              {"curl/", "curl"},     {"node", "Node"}};
    static const char *const systems[][2] = {{"Android", "Android"}, {"iPhone", "iPhone"},
                                             {"iPad", "iPad"},       {"Windows", "Windows"},
                                             {"Mac OS X", "Mac"},    {"Linux", "Linux"}};
    const char *browser = "Webbläsare", *system = NULL;
    for (size_t i = 0; ua && i < ARRAY_LEN(browsers); i++)
        if (strstr(ua, browsers[i][0])) {
            browser = browsers[i][1];
            break;
        }
    for (size_t i = 0; ua && i < ARRAY_LEN(systems); i++)
        if (strstr(ua, systems[i][0])) {
            system = systems[i][1];
            break;
        }
    const char *out = system ? arena_printf(a, "%s, %s", browser, system) : browser;
    return out ? out : browser;
}
