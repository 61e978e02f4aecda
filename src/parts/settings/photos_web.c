/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Does the municipality take photos with reports? No, until somebody here says so. */
#include <stdatomic.h>

#include "base/mem.h"
#include "base/str.h"
#include "parts/settings/settings_web.h"

#define KEY "photos" /* as parts/photo reads it */

const struct field_spec settings_photos_fields[] = {
    {.name = "photos", .kind = FIELD_CODE, .required = true},
    {0},
};

struct asking {
    struct req *rq;
    bool on, next;
};

static enum err read_it(struct tx *tx, void *arg)
{
    struct asking *a = arg;
    const char *value = NULL;
    enum err e = setting_get(tx, a->rq->arena, web_municipality(a->rq), KEY, &value);
    if (e && e != ERR_NOTFOUND)
        return e;
    a->on = e == ERR_OK && str_eq(value, "1");
    return ERR_OK;
}

static enum err draw(struct req *rq)
{
    struct asking a = {.rq = rq};
    TRY(web_read(rq, read_it, &a));
    struct page_choice *c = ARENA_ARRAY(rq->arena, 2, struct page_choice);
    if (!c)
        return ERR_NOMEM;
    c[0] = (struct page_choice){.value = "0", .label = TX(rq, settings_photos_no)};
    c[1] = (struct page_choice){.value = "1", .label = TX(rq, settings_photos_yes)};
    struct settings_form_view v = {.action = settings_at(rq, "/bilder"),
                                   .submit = TX(rq, settings_save)};
    struct page_field *f =
        settings_field(rq, &v, SETTINGS_RADIO, "photos", T_settings_photos_ask, a.on ? "1" : "0");
    f->hint = TX(rq, settings_photos_hint);
    settings_choose(f, c, 2);
    v.cancel_href = settings_at(rq, NULL);
    v.page.lead = TX(rq, settings_photos_lead);
    return settings_draw_form(rq, &v, NULL, TX(rq, settings_photos));
}

enum err settings_photos_page(struct req *rq)
{
    TRY(settings_in_town(rq));
    return draw(rq);
}

static enum err put_it(struct tx *tx, void *arg)
{
    struct asking *a = arg;
    TRY(read_it(tx, a));
    if (a->on == a->next)
        return ERR_OK;
    TRY(setting_put(tx, web_municipality(a->rq), KEY, a->next ? "1" : "0"));
    return web_audit(a->rq, tx, a->next ? "photos.on" : "photos.off", "setting", (struct id){{0}},
                     NULL);
}

enum err settings_photos_post(struct req *rq)
{
    TRY(settings_in_town(rq));
    const char *said = req_field(rq, "photos");
    struct asking a = {.rq = rq, .next = str_eq(said, "1")};
    if (!rq->problems && !a.next && !str_eq(said, "0"))
        req_problem(rq, "photos", TX(rq, field_code));
    if (rq->problems) {
        web_invalid(rq);
        return draw(rq);
    }
    TRY(web_write(rq, put_it, &a));
    atomic_fetch_add(&web_app(rq)->public_changes, 1); /* personuppgifter tells of photos */
    return web_done(rq, settings_at(rq, NULL), T_done_settings_photos);
}
