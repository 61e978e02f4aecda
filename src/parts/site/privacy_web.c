/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Inställningar, personuppgifter: whom to ask, and the municipality's own words. */
#include <stdatomic.h>
#include <string.h>

#include "base/mem.h"
#include "base/str.h"
#include "core/textguard.h"
#include "geo/geo_data.h"
#include "parts/site/site.h"
#include "parts/site/site_inner.h"
#include "site_html.h"

#define PRIVACY "/installningar/personuppgifter"

const struct field_spec site_privacy_fields[] = {
    {.name = "email", .kind = FIELD_EMAIL, .max = 200},
    {.name = "phone", .kind = FIELD_TEXT, .max = 40},
    {.name = "keep", .kind = FIELD_LINES, .max = 2000},
    {.name = "words", .kind = FIELD_LINES, .max = 4000},
    {0},
};

/* field -> setting */
static const char *const keys[][2] = {
    {"email", SITE_SETTING_PRIVACY_EMAIL},
    {"phone", SITE_SETTING_PRIVACY_PHONE},
    {"keep", SITE_SETTING_PRIVACY_KEEP},
    {"words", SITE_SETTING_PRIVACY_WORDS},
};

struct job {
    struct req *rq;
    const char *values[ARRAY_LEN(keys)];
};

static enum err load(struct tx *tx, void *arg)
{
    struct job *j = arg;
    for (size_t i = 0; i < ARRAY_LEN(keys); i++) {
        enum err e =
            setting_get(tx, j->rq->arena, web_municipality(j->rq), keys[i][1], &j->values[i]);
        if (e && e != ERR_NOTFOUND)
            return e;
    }
    return ERR_OK;
}

static enum err draw(struct req *rq)
{
    const struct geo_municipality *m = geo_municipality_by_code(web_municipality(rq));
    struct job j = {.rq = rq};
    if (!m)
        return ERR_NOTFOUND;
    TRY(web_read(rq, load, &j));
    struct site_privacy_settings v = {
        .email = web_field(rq, "email", T_privacy_email, T_privacy_email_hint, j.values[0]),
        .phone = web_field(rq, "phone", T_privacy_phone, TEXT_COUNT, j.values[1]),
        .keep = web_field(rq, "keep", T_privacy_keep, T_privacy_keep_hint, j.values[2]),
        .words = web_field(rq, "words", T_privacy_words, T_privacy_words_hint, j.values[3]),
        .action = web_address(rq, PRIVACY),
        .back_href = web_address(rq, "/installningar"),
        .public_href = arena_printf(rq->arena, "/%s" SITE_PRIVACY_PATH, m->slug),
    };
    v.email.type = "email";
    v.phone.type = "tel";
    v.keep.max = 2000;
    v.words.max = 4000;
    v.keep.rows = 4;
    v.words.rows = 6;
    v.page.lead = TX(rq, privacy_settings_lead);
    TRY(web_page(rq, &v.page, T_privacy_settings));
    struct tmpl t = web_tmpl(rq);
    site_privacy_settings_html(&t, &v);
    return ERR_OK;
}

enum err site_privacy_settings_page(struct req *rq)
{
    return draw(rq);
}

/* The page is everybody's: a person in it stops it. */
static void guard(struct req *rq, const char *field)
{
    const char *text = req_field(rq, field);
    struct guard_span at;
    if (!text || !guard_find(text, strlen(text), &at, 1))
        return;
    const char *found = arena_strndup(rq->arena, text + at.at, at.len);
    req_problem(rq, field, found ? TXF(rq, privacy_person, found) : TX(rq, err_nomem));
}

static void check(struct req *rq)
{
    const char *phone = req_field(rq, "phone");
    if (phone && strspn(phone, "+0123456789 -()") != strlen(phone))
        req_problem(rq, "phone", TX(rq, privacy_phone_wrong));
    guard(rq, "keep");
    guard(rq, "words");
}

static enum err save(struct tx *tx, void *arg)
{
    const struct job *j = arg;
    const char *here = web_municipality(j->rq);
    for (size_t i = 0; i < ARRAY_LEN(keys); i++) {
        const char *value = req_field(j->rq, keys[i][0]);
        if (!str_empty(value))
            TRY(setting_put(tx, here, keys[i][1], value));
        else
            TRY(q_site_setting_remove_run(tx, &(struct q_site_setting_remove_in){here, keys[i][1]},
                                          NULL));
    }
    return web_audit(j->rq, tx, "privacy.change", "privacy", (struct id){{0}}, NULL);
}

enum err site_privacy_settings_post(struct req *rq)
{
    struct job j = {.rq = rq};
    if (!geo_municipality_by_code(web_municipality(rq)))
        return ERR_NOTFOUND;
    check(rq);
    if (rq->problems) {
        web_invalid(rq);
        return draw(rq);
    }
    TRY(web_write(rq, save, &j));
    atomic_fetch_add(&web_app(rq)->public_changes, 1);
    return web_done(rq, web_address(rq, PRIVACY), T_done_privacy_saved);
}
