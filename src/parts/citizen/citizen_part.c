/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Reports of inhabitants as a part of the program: routes, the switch, and what has had its time.
 */
#include <stdatomic.h>

#include "base/mem.h"
#include "base/str.h"
#include "citizen_html.h"
#include "core/audit.h"
#include "core/drill.h"
#include "geo/geo_data.h"
#include "parts/citizen/citizen_web.h"

/* --- The switch --- */

const struct field_spec citizen_settings_fields[] = {{.name = "on", .kind = FIELD_BOOL}, {0}};

struct switching {
    struct req *rq;
    bool on;
};

static enum err read_switch(struct tx *tx, void *arg)
{
    struct switching *s = arg;
    return site_takes_reports(tx, s->rq->arena, web_municipality(s->rq), &s->on);
}

/* --- In the navigation --- */

struct room {
    struct req *rq;
    bool on;
    struct q_citizen_counts_row counts;
};

static enum err read_room(struct tx *tx, void *arg)
{
    struct room *r = arg;
    struct arena *a = r->rq->arena;
    const char *town = web_municipality(r->rq);
    TRY(site_takes_reports(tx, a, town, &r->on));
    return q_citizen_counts_one(tx, a, &(struct q_citizen_counts_in){town}, &r->counts);
}

/* Not where it is switched off, as long as nothing has come in; it is switched on under
 * Inställningar. */
static enum err waits(struct req *rq, int64_t *n)
{
    struct room r = {.rq = rq};
    *n = PART_HIDDEN;
    if (!geo_municipality_by_code(web_municipality(rq)))
        return ERR_OK;
    TRY(web_read(rq, read_room, &r));
    bool here = str_starts(rq->path, web_address(rq, "/otrygga-platser"));
    *n = r.on || r.counts.open || r.counts.closed || here ? 0 : PART_HIDDEN;
    return ERR_OK;
}

enum err citizen_settings_page(struct req *rq)
{
    struct switching s = {.rq = rq};
    struct citizen_settings_view v = {0};
    const struct geo_municipality *m = geo_municipality_by_code(web_municipality(rq));
    if (!m)
        return ERR_NOTFOUND;
    TRY(web_read(rq, read_switch, &s));
    struct page_choice *c = ARENA_NEW(rq->arena, struct page_choice);
    if (!c)
        return ERR_NOMEM;
    *c = (struct page_choice){.value = "1", .label = TX(rq, citizen_switch), .chosen = s.on};
    v.on = web_field(rq, "on", TEXT_COUNT, TEXT_COUNT, NULL);
    v.on.choices = c;
    v.on.n_choices = 1;
    v.action = web_address(rq, "/installningar/otrygg-plats");
    v.list_href = web_may(rq, PERM_EVENT_EDIT) ? web_address(rq, "/otrygga-platser") : NULL;
    if (!geo_is_exercise(m->code))
        v.public_href = arena_printf(rq->arena, "/%s" SITE_CITIZEN_PATH, m->slug);
    v.page.lead = TX(rq, citizen_settings_lead);
    TRY(web_page(rq, &v.page, T_citizen_settings_title));
    struct tmpl t = web_tmpl(rq);
    citizen_settings_html(&t, &v);
    return ERR_OK;
}

static enum err put_switch(struct tx *tx, void *arg)
{
    struct switching *s = arg;
    const char *town = web_municipality(s->rq);
    bool was;
    TRY(site_takes_reports(tx, s->rq->arena, town, &was));
    if (was == s->on)
        return ERR_OK;
    TRY(setting_put(tx, town, SITE_SETTING_CITIZEN, s->on ? "1" : "0"));
    return web_audit(s->rq, tx, s->on ? "citizen.open" : "citizen.shut", "setting",
                     (struct id){{0}}, NULL);
}

enum err citizen_settings_save(struct req *rq)
{
    struct switching s = {.rq = rq, .on = req_has(rq, "on")};
    if (!geo_municipality_by_code(web_municipality(rq)))
        return ERR_NOTFOUND;
    if (s.on && geo_is_exercise(web_municipality(rq)))
        return drill_refuse(rq, T_drill_no_public);
    TRY(web_write(rq, put_switch, &s));
    atomic_fetch_add(&web_app(rq)->public_changes, 1);
    return web_done(rq, web_address(rq, "/installningar/otrygg-plats"),
                    s.on ? T_done_citizen_on : T_done_citizen_off);
}

/* --- What has had its time --- */

static enum err clean(struct tx *tx, void *arg)
{
    int64_t now = time_now(), mails = 0, codes = 0;
    (void)arg;
    TRY(q_citizen_old_emails_run(tx, &(struct q_citizen_old_emails_in){now}, &mails));
    TRY(q_citizen_old_codes_run(tx, &(struct q_citizen_old_codes_in){now}, &codes));
    return q_citizen_old_sent_run(tx, &(struct q_citizen_old_sent_in){now}, NULL);
}

static enum err hourly(struct app *app)
{
    return db_write(app->db, DB_NATIONAL, clean, NULL);
}

/* --- The part --- */

static const struct route routes[] = {
    ROUTE(GET, "/:slug" SITE_CITIZEN_PATH, PERM_ANYONE, citizen_form_page,
          .summary = "The form in which inhabitants report an unsafe or a safe place."),
    ROUTE(POST, "/:slug" SITE_CITIZEN_PATH, PERM_ANYONE, citizen_form_send,
          .fields = citizen_form_fields, .flags = ROUTE_NO_TOKEN, .rate = RATE_WRITE,
          .body_limit = 32 << 10, .summary = "Report a place without an account."),
    ROUTE(GET, "/:slug" SITE_CITIZEN_PATH "/platser", PERM_ANYONE, citizen_places_page,
          .fields = event_places_fields, .flags = ROUTE_API, .rate = RATE_PAGE,
          .summary = "Places that a name may mean, for inhabitants."),
    ROUTE(GET, "/:slug" SITE_CITIZEN_PATH "/har", PERM_ANYONE, citizen_here_page,
          .fields = event_near_fields, .flags = ROUTE_API, .rate = RATE_PAGE,
          .summary = "A position in words, for inhabitants."),
    ROUTE(GET, "/:slug" SITE_CITIZEN_PATH "/kvitto", PERM_ANYONE, citizen_receipt_page,
          .fields = citizen_receipt_query, .summary = "Where the words of a receipt are written."),
    ROUTE(POST, "/:slug" SITE_CITIZEN_PATH "/kvitto", PERM_ANYONE, citizen_receipt_send,
          .fields = citizen_receipt_fields, .flags = ROUTE_NO_TOKEN, .rate = RATE_WRITE,
          .summary = "What came of a report, by the words of its receipt."),
    ROUTE(GET, "/:municipality/otrygga-platser", PERM_EVENT_EDIT, citizen_list_page,
          .fields = citizen_list_query, .summary = "Reports of inhabitants by age."),
    ROUTE(GET, "/:municipality/otrygga-platser/:id", PERM_EVENT_EDIT, citizen_one_page,
          .fields = citizen_list_query, .summary = "One report of an inhabitant."),
    ROUTE(POST, "/:municipality/otrygga-platser/:id", PERM_EVENT_EDIT, citizen_one_send,
          .fields = citizen_answer_fields, .rate = RATE_WRITE,
          .summary = "Answer a report of an inhabitant."),
    ROUTE(GET, "/:municipality/installningar/otrygg-plats", PERM_SETTINGS, citizen_settings_page,
          .fields = citizen_list_query, .summary = "Whether inhabitants may report places."),
    ROUTE(POST, "/:municipality/installningar/otrygg-plats", PERM_SETTINGS, citizen_settings_save,
          .fields = citizen_settings_fields, .rate = RATE_WRITE,
          .summary = "Let inhabitants report places, or not."),
    ROUTES_END,
};

static enum err start(struct app *app)
{
    app->citizen = citizen_limits_new();
    return app->citizen ? ERR_OK : ERR_NOMEM;
}

static void stop(struct app *app)
{
    citizen_limits_free(app->citizen);
    app->citizen = NULL;
}

const struct part citizen_part = {
    .name = "citizen",
    .routes = routes,
    .queries = citizen_queries,
    .nav_path = "/otrygga-platser",
    .nav_label = T_citizen_list_title,
    .nav_perm = PERM_EVENT_EDIT,
    .nav_waits = waits,
    .nav_rank = 60,
    .start = start,
    .stop = stop,
    .hourly = hourly,
};
