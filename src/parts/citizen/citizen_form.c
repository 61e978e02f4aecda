/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The form: empty, or with all that was typed; and what is done when it is sent. */
#include <string.h>

#include "assets.h"
#include "base/mem.h"
#include "base/str.h"
#include "citizen_html.h"
#include "core/account.h"
#include "core/page_assets.h"
#include "parts/citizen/citizen_web.h"

/* --- The town --- */

static enum err load_town(struct tx *tx, void *arg)
{
    struct req *rq = ((void **)arg)[0];
    struct citizen_town *t = ((void **)arg)[1];
    TRY(site_takes_reports(tx, rq->arena, web_municipality(rq), &t->takes));
    return site_contacts_all(tx, rq, &t->contacts, &t->n_contacts);
}

enum err citizen_town_load(struct req *rq, struct citizen_town *out)
{
    *out = (struct citizen_town){0};
    bool on;
    TRY(site_is_open(rq, &on));
    return on ? web_read(rq, load_town, (void *[]){rq, out}) : ERR_NOTFOUND;
}

static enum err show_off(struct req *rq, const struct citizen_town *t)
{
    struct citizen_off_view v = {.contacts = t->contacts, .n_contacts = t->n_contacts};
    v.page.lead = TXF(rq, citizen_off_lead, web_municipality_name(rq));
    if (!v.page.lead)
        return ERR_NOMEM;
    TRY(site_frame(rq, &v.page, TX(rq, citizen_title), SITE_CITIZEN_PATH, false));
    struct tmpl m = web_tmpl(rq);
    citizen_off_html(&m, &v);
    return ERR_OK;
}

/* --- Waits and limits --- */

bool citizen_too_many(struct req *rq, enum citizen_what w, bool take, int *out_wait)
{
    struct app *app = web_app(rq);
    if (app->no_limits || !app->citizen)
        return false;
    int64_t now = time_monotonic();
    return !(take ? citizen_limits_take(app->citizen, rq->client, w, now, out_wait)
                  : citizen_limits_ask(app->citizen, rq->client, w, now, out_wait));
}

const char *citizen_wait_words(struct req *rq, int seconds)
{
    const char *s = seconds < 60 ? TXF(rq, citizen_seconds, seconds < 1 ? 1 : seconds)
                                 : TXF(rq, citizen_minutes, (seconds + 59) / 60);
    return s ? s : "";
}

/* --- The form --- */

static bool sent(const struct req *rq, const char *field, const char *code)
{
    const char *v;
    for (size_t i = 0; (v = req_nth(rq, field, i)); i++)
        if (str_eq(v, code))
            return true;
    return false;
}

static enum err fill_choices(struct req *rq, struct citizen_form_view *v)
{
    struct page_choice *bad = ARENA_ARRAY(rq->arena, citizen_reason_count, struct page_choice);
    struct page_choice *good = ARENA_ARRAY(rq->arena, citizen_reason_count, struct page_choice);
    struct page_choice *times = ARENA_ARRAY(rq->arena, citizen_time_count, struct page_choice);
    if (!bad || !good || !times)
        return ERR_NOMEM;
    v->bad = web_field(rq, "bad", T_citizen_bad, T_citizen_several, NULL);
    v->good = web_field(rq, "good", T_citizen_good, T_citizen_several, NULL);
    v->times = web_field(rq, "times", T_citizen_times, T_citizen_times_hint, NULL);
    for (size_t i = 0; i < citizen_reason_count; i++) {
        const struct citizen_reason *r = &citizen_reasons[i];
        struct page_field *f = r->unsafe ? &v->bad : &v->good;
        (r->unsafe ? bad : good)[f->n_choices++] =
            (struct page_choice){.value = r->code,
                                 .label = text_get(rq->lang, r->label),
                                 .chosen = sent(rq, f->name, r->code)};
    }
    for (size_t i = 0; i < citizen_time_count; i++)
        times[v->times.n_choices++] =
            (struct page_choice){.value = citizen_times[i].code,
                                 .label = text_get(rq->lang, citizen_times[i].label),
                                 .chosen = sent(rq, "times", citizen_times[i].code)};
    v->bad.choices = bad;
    v->good.choices = good;
    v->times.choices = times;
    v->times.row = true;
    return ERR_OK;
}

static enum err fill_spots(struct req *rq, const struct citizen_entry *e,
                           struct citizen_form_view *v)
{
    const struct event_spots *s = &e->spots;
    const char *choice = req_field(rq, "place_choice");
    struct page_choice *c = ARENA_ARRAY(rq->arena, s->n + 1, struct page_choice);
    if (!c)
        return ERR_NOMEM;
    bool list = s->n > 0 || e->point;
    v->place_choice =
        web_field(rq, "place_choice", list ? T_citizen_place_choice : T_event_form_place_unknown,
                  TEXT_COUNT, NULL);
    v->place_choice.hint = s->more;
    v->place_choice.required = true;
    for (size_t i = 0; i < s->n; i++)
        c[i] = (struct page_choice){.value = s->list[i].value,
                                    .label = s->list[i].words,
                                    .chosen = choice ? str_eq(choice, s->list[i].value)
                                                     : s->clear && !e->point && i == 0};
    c[s->n] = (struct page_choice){.value = e->point ? "point" : "name",
                                   .label = e->point ? TX(rq, citizen_choice_point)
                                            : list   ? TX(rq, citizen_choice_name)
                                                     : TX(rq, citizen_choice_name_alone),
                                   .chosen = str_eq(choice, e->point ? "point" : "name") ||
                                             (e->point && !choice)};
    v->place_choice.choices = c;
    v->place_choice.n_choices = s->n + 1;
    v->choose_place = true;
    return ERR_OK;
}

static enum err fill_place(struct req *rq, const struct citizen_entry *e,
                           struct citizen_form_view *v)
{
    v->place = web_field(rq, "place", T_citizen_place, T_citizen_place_hint, NULL);
    v->place.required = true;
    v->place.autocomplete = "off";
    v->east = req_problem_of(rq, "place") ? NULL : req_field(rq, "east");
    v->north = v->east ? req_field(rq, "north") : NULL;
    v->places_href = site_address(rq, SITE_CITIZEN_PATH "/platser");
    v->say_href = site_address(rq, SITE_CITIZEN_PATH "/har");
    event_web_map(rq, &v->map, NULL);
    v->map.base_href = site_address(rq, "/tiles/base/{z}/{x}/{y}.mvt");
    v->map.id = "karta-plats";
    v->map.label = TX(rq, event_map_pick);
    v->map.pick_east = "east";
    v->map.pick_north = "north";
    v->map.pick_say = v->say_href;
    page_map_assets(&v->map_js_href, &v->map_css_href);
    if (!e)
        return ERR_OK;
    v->read_back = e->read_back;
    return e->choose ? fill_spots(rq, e, v) : ERR_OK;
}

static enum err fill_texts(struct req *rq, const struct citizen_entry *e,
                           struct citizen_form_view *v)
{
    v->text = web_field(rq, "text", T_citizen_text, T_citizen_text_hint, NULL);
    v->text.rows = 4;
    v->text.max = CITIZEN_TEXT_MOST;
    v->guard.advice = TX(rq, citizen_guard_advice);
    if (e && e->guarded)
        TRY(citizen_guard_fill(rq, v->text.value, &v->guard));
    v->email = web_field(rq, "email", T_citizen_email, TEXT_COUNT, NULL);
    v->email.hint = TXF(rq, citizen_email_hint, CITIZEN_EMAIL_DAYS);
    v->email.type = "email";
    v->email.autocomplete = "email";
    return v->email.hint ? ERR_OK : ERR_NOMEM;
}

/* keep: the token that came is still good. */
static enum err show(struct req *rq, const struct citizen_town *town, const struct citizen_entry *e,
                     bool keep)
{
    char token[CITIZEN_TOKEN_TEXT];
    struct citizen_form_view v = {.contacts = town->contacts, .n_contacts = town->n_contacts};
    const char *feeling = req_field(rq, "feeling");
    keep = keep && req_has(rq, "token");
    TRY(fill_choices(rq, &v));
    TRY(fill_place(rq, e, &v));
    TRY(fill_texts(rq, e, &v));
    if (!keep)
        citizen_token_make(web_app(rq)->accounts, web_municipality(rq), time_now(), CITIZEN_BITS,
                           token);
    v.token = keep ? req_field(rq, "token") : arena_strdup(rq->arena, token);
    v.work = keep ? req_field(rq, "work") : NULL;
    v.bits = CITIZEN_BITS;
    v.work_js_href = asset_url("work.js");
    v.trap = req_field(rq, "webbplats");
    v.trapped = v.trap != NULL;
    v.feeling = web_field(rq, "feeling", T_citizen_feeling, TEXT_COUNT, NULL);
    v.unsafe = str_eq(feeling, "unsafe");
    v.safe = str_eq(feeling, "safe");
    v.action = site_address(rq, SITE_CITIZEN_PATH);
    v.receipt_href = site_address(rq, SITE_CITIZEN_PATH "/kvitto");
    v.guard.field = "f-text";
    v.page.lead = TXF(rq, citizen_lead, web_municipality_name(rq));
    if (!v.token || !v.page.lead)
        return ERR_NOMEM;
    TRY(site_frame(rq, &v.page, TX(rq, citizen_title), SITE_CITIZEN_PATH, true));
    v.guard.script_href = v.page.guard_js_href;
    struct tmpl t = web_tmpl(rq);
    citizen_form_html(&t, &v);
    return ERR_OK;
}

enum err citizen_form_page(struct req *rq)
{
    struct citizen_town town;
    TRY(citizen_town_load(rq, &town));
    return town.takes ? show(rq, &town, NULL, false) : show_off(rq, &town);
}

/* --- Sending --- */

struct sending {
    struct req *rq;
    struct citizen_new n;
    char words[CITIZEN_CODE_TEXT];
    bool again;
};

static enum err store(struct tx *tx, void *arg)
{
    struct sending *s = arg;
    return citizen_add(tx, web_app(s->rq), s->rq->arena, &s->n, s->words, &s->again);
}

/* A problem of the form as a whole, with its status; everything typed is kept. */
static enum err refuse(struct req *rq, const struct citizen_town *town,
                       const struct citizen_entry *e, int status, const char *text)
{
    if (!text)
        return ERR_NOMEM;
    req_problem(rq, NULL, text);
    rq->status = status;
    return show(rq, town, e, status != 409);
}

/* The token: fine (ERR_OK and no answer yet), or the form once more. */
static enum err judge(struct req *rq, struct citizen_token *t, bool *fresh)
{
    const struct citizen_form f = {web_municipality(rq), req_field(rq, "token"),
                                   req_field(rq, "work")};
    enum citizen_gate g = citizen_token_judge(web_app(rq)->accounts, &f, time_now(), t);
    *fresh = g == CITIZEN_FORGED || g == CITIZEN_OLD;
    if (g == CITIZEN_FORGED)
        req_problem(rq, NULL, TX(rq, citizen_forged));
    else if (g == CITIZEN_OLD)
        req_problem(rq, NULL, TX(rq, citizen_old));
    else if (g == CITIZEN_EARLY && !web_app(rq)->no_limits) {
        const char *text =
            TXF(rq, citizen_early, citizen_wait_words(rq, (int)(t->wait / 1000) + 1));
        if (!text)
            return ERR_NOMEM;
        req_problem(rq, NULL, text);
    }
    return ERR_OK;
}

static enum err send(struct req *rq, const struct citizen_town *town, const struct citizen_entry *e,
                     const struct citizen_token *t)
{
    int wait = 0;
    struct sending s = {.rq = rq,
                        .n = {.event = e->e,
                              .unsafe = e->unsafe,
                              .reasons = e->reasons,
                              .times = e->times,
                              .email = e->email,
                              .lang = rq->lang,
                              .nonce = t->nonce,
                              .said = citizen_said(rq, e),
                              .now = time_now(),
                              .worked = t->worked}};
    s.n.event.id = id_new();
    if (!s.n.said)
        return ERR_NOMEM;
    if (citizen_too_many(rq, t->worked ? CITIZEN_WORKED : CITIZEN_PLAIN, true, &wait))
        return refuse(rq, town, e, 429, TXF(rq, citizen_crowded, citizen_wait_words(rq, wait)));
    enum err err = web_write(rq, store, &s);
    if (err == ERR_CONFLICT)
        return refuse(rq, town, e, 409, TX(rq, citizen_used));
    if (err == ERR_LIMIT)
        return refuse(rq, town, e, 503, TX(rq, citizen_flood));
    TRY(err);
    return citizen_thanks(rq, e, s.words, s.n.now);
}

/* "Sök platsen": the rest of the form is not looked at yet. */
static enum err look_for_place(struct req *rq, const struct citizen_town *town)
{
    struct citizen_entry e = {.e = event_blank()};
    rq->problems = rq->last_problem = NULL;
    TRY(citizen_place_read(rq, true, &e));
    if (rq->problems && !str_eq(rq->problems->field, "place_choice"))
        web_invalid(rq);
    else if (e.spots.n)
        rq->problems = rq->last_problem = NULL; /* it is asked for, not wrong */
    else
        web_invalid(rq);
    return show(rq, town, &e, req_field(rq, "token") != NULL);
}

enum err citizen_form_send(struct req *rq)
{
    struct citizen_town town;
    struct citizen_entry e;
    struct citizen_token t = {0};
    bool fresh = false;
    int wait = 0;
    TRY(citizen_town_load(rq, &town));
    if (!town.takes) {
        rq->status = 403;
        return show_off(rq, &town);
    }
    bool crowded = citizen_too_many(rq, CITIZEN_TRY, true, &wait);
    if (!crowded && str_eq(req_field(rq, "do"), "find"))
        return look_for_place(rq, &town);
    TRY(citizen_read(rq, false, &e));
    TRY(judge(rq, &t, &fresh));
    if (crowded) {
        rq->problems = rq->last_problem = NULL;
        return refuse(rq, &town, &e, 429, TXF(rq, citizen_crowded, citizen_wait_words(rq, wait)));
    }
    if (req_has(rq, "webbplats"))
        req_problem(rq, "webbplats", TX(rq, citizen_trapped));
    if (rq->problems) {
        web_invalid(rq);
        return show(rq, &town, &e, !fresh);
    }
    return send(rq, &town, &e, &t);
}
