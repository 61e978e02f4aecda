/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* What is done with personal data: the information of articles 13 and 14 of the data protection
 * regulation, with the municipality's own contact and words. */
#include <string.h>

#include "base/mem.h"
#include "base/str.h"
#include "parts/photo/photo.h"
#include "parts/site/site.h"
#include "parts/site/site_inner.h"
#include "site_html.h"

#define PARAGRAPHS_MOST 40

struct reading {
    struct req *rq;
    const char *email, *phone, *keep, *words, *photos;
};

static enum err one(struct tx *tx, struct req *rq, const char *key, const char **out)
{
    enum err e = setting_get(tx, rq->arena, web_municipality(rq), key, out);
    if (e == ERR_NOTFOUND || (e == ERR_OK && str_empty(*out)))
        *out = NULL;
    return e == ERR_NOTFOUND ? ERR_OK : e;
}

static enum err read_words(struct tx *tx, void *arg)
{
    struct reading *r = arg;
    TRY(one(tx, r->rq, SITE_SETTING_PRIVACY_EMAIL, &r->email));
    TRY(one(tx, r->rq, SITE_SETTING_PRIVACY_PHONE, &r->phone));
    TRY(one(tx, r->rq, PHOTO_SETTING, &r->photos));
    TRY(one(tx, r->rq, SITE_SETTING_PRIVACY_KEEP, &r->keep));
    return one(tx, r->rq, SITE_SETTING_PRIVACY_WORDS, &r->words);
}

/* Lines that hold something. */
static enum err paragraphs(struct arena *a, const char *text, const char *const **out, size_t *n)
{
    const char **list = ARENA_ARRAY(a, PARAGRAPHS_MOST, const char *);
    if (!list)
        return ERR_NOMEM;
    for (const char *s = text; s && *s && *n < PARAGRAPHS_MOST; s += *s == '\n') {
        size_t len = strcspn(s, "\n");
        if (len && !(list[(*n)++] = arena_strndup(a, s, len)))
            return ERR_NOMEM;
        s += len;
    }
    *out = list;
    return ERR_OK;
}

enum err site_privacy_make(struct req *rq)
{
    struct site_rows rows = {0};
    struct reading r = {.rq = rq};
    TRY(site_load(rq, &rows));
    TRY(web_read(rq, read_words, &r));
    struct site_privacy v = {
        .controller = TXF(rq, privacy_controller, web_municipality_name(rq)),
        .reports = rows.reports,
        .photos = str_eq(r.photos, "1"),
        .email = r.email,
        .email_href = r.email ? arena_printf(rq->arena, "mailto:%s", r.email) : NULL,
        .phone = r.phone,
        .phone_href = r.phone ? site_phone_href(rq->arena, r.phone) : NULL,
    };
    if (!v.controller)
        return ERR_NOMEM;
    TRY(paragraphs(rq->arena, r.keep, &v.keep, &v.n_keep));
    TRY(paragraphs(rq->arena, r.words, &v.words, &v.n_words));
    v.page.lead = TX(rq, privacy_lead);
    TRY(site_frame(rq, &v.page, TX(rq, site_privacy), SITE_PRIVACY_PATH, rows.reports));
    struct tmpl t = web_tmpl(rq);
    site_privacy_html(&t, &v);
    return ERR_OK;
}
