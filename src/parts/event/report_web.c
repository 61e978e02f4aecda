/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Reporting from a phone: what, when, where, send. The form of a new event with few, large choices;
 * it is read by the same code. */
#include <math.h>
#include <string.h>

#include "base/mem.h"
#include "base/str.h"
#include "core/page_assets.h"
#include "event_html.h"
#include "geo/geo_data.h"
#include "parts/event/event_part.h"
#include "parts/event/photo_web.h"
#include "parts/event/report_outbox.h"
#include "parts/event/report_web.h"

#define TILES 8

/* The large ones in this order; where a municipality hides one the next takes its place. */
static const int large[] = {
    EVENT_TYPE_damage,  EVENT_TYPE_litter,         EVENT_TYPE_disturbance,  EVENT_TYPE_drugs,
    EVENT_TYPE_theft,   EVENT_TYPE_traffic,        EVENT_TYPE_unsafe_place, EVENT_TYPE_violence,
    EVENT_TYPE_alcohol, EVENT_TYPE_staff_incident, EVENT_TYPE_fire,         EVENT_TYPE_other,
};

/* Words that event_when_read() knows. */
static const struct {
    const char *said;
    enum text_key label;
} picks[] = {
    {"nyss", T_report_when_now},
    {"i natt", T_report_when_night},
    {"i går kväll", T_report_when_evening},
    {"i helgen", T_report_when_weekend},
};

bool report_possible(const struct req *rq)
{
    return !str_ends(web_municipality(rq), "00");
}

static bool large_before(const struct report_tile *tiles, size_t n, const char *code)
{
    for (size_t i = 0; i < n; i++)
        if (str_eq(tiles[i].code, code))
            return true;
    return false;
}

static struct report_tile tile_of(const struct page_choice *c)
{
    return (struct report_tile){event_type_index(c->value), c->value, c->label, c->chosen};
}

/* The kinds that the form offers, as eight large choices and the others. */
static enum err fill_tiles(struct req *rq, struct report_view *v)
{
    const struct page_field *main = &v->f.main;
    struct report_tile *tiles = ARENA_ARRAY(rq->arena, TILES, struct report_tile);
    struct report_tile *others = ARENA_ARRAY(rq->arena, main->n_choices + 1, struct report_tile);
    if (!tiles || !others)
        return ERR_NOMEM;
    for (size_t k = 0; k < ARRAY_LEN(large) && v->n_tiles < TILES; k++)
        for (size_t i = 0; i < main->n_choices; i++)
            if (str_eq(main->choices[i].value, event_types[large[k]].code))
                tiles[v->n_tiles++] = tile_of(&main->choices[i]);
    for (size_t i = 0; i < main->n_choices; i++) {
        const struct page_choice *c = &main->choices[i];
        if (c->chosen)
            v->picked = c->label;
        if (str_eq(c->value, event_types[EVENT_TYPE_nothing].code) || /* has a page of its own */
            large_before(tiles, v->n_tiles, c->value))
            continue;
        v->other = v->other || c->chosen;
        others[v->n_others++] = tile_of(c);
    }
    v->tiles = tiles;
    v->others = others;
    return ERR_OK;
}

static enum err fill_when(struct req *rq, struct report_view *v)
{
    const char *said = req_field(rq, "when_pick");
    struct page_choice *c = ARENA_ARRAY(rq->arena, ARRAY_LEN(picks), struct page_choice);
    if (!c)
        return ERR_NOMEM;
    for (size_t i = 0; i < ARRAY_LEN(picks); i++)
        c[i] = (struct page_choice){
            .value = picks[i].said,
            .label = text_get(rq->lang, picks[i].label),
            .chosen = !req_has(rq, "when") && (said ? str_eq(said, picks[i].said) : i == 0),
        };
    v->pick.choices = c;
    v->pick.n_choices = ARRAY_LEN(picks);
    return ERR_OK;
}

/* What came with the form besides its words. */
struct report_sent {
    struct report_photos photos;
    const char *said; /* what was taken from a photo; NULL */
};

static enum err show(struct req *rq, const struct event *e, const struct event_entry *typed,
                     struct id id, const struct report_sent *sent)
{
    struct report_view v = {.f.fresh = true};
    struct event_names names;
    char text[ID_TEXT];
    id_text(id, text);
    TRY(event_names_load(web_app(rq), rq->arena, rq->lang, web_municipality(rq), &names));
    TRY(event_form_fill(rq, &names, e, typed, &v.f));
    TRY(fill_tiles(rq, &v));
    TRY(fill_when(rq, &v));
    v.f.id = arena_strdup(rq->arena, text);
    v.f.action = web_address(rq, "/rapportera");
    bool exercise = geo_is_exercise(web_municipality(rq));
    v.f.save_label = exercise ? TX(rq, event_form_send_exercise) : TX(rq, event_form_send);
    v.readers = exercise ? TX(rq, event_form_readers_exercise) : TX(rq, event_form_readers);
    v.f.text.rows = 2;
    if (e->precision == GEO_POINT && !v.f.east) { /* one more near the one before */
        v.f.east = arena_printf(rq->arena, "%.0f", e->east);
        v.f.north = arena_printf(rq->arena, "%.0f", e->north);
    }
    v.shell = report_shell(rq);
    v.offer_keep = (v.shell || v.f.may_keep) && v.f.n_marks == 0;
    v.say_href = web_address(rq, "/platser/har");
    v.calm_href = web_address(rq, "/rapportera/inget");
    v.many_href = web_address(rq, "/rapportera/flera");
    page_map_assets(&v.map_js_href, &v.map_css_href);
    TRY(report_photos_fill(rq, &sent->photos, &v.photos));
    v.photos.said = sent->said;
    v.photos.say_href = v.say_href;
    TRY(web_page(rq, &v.f.page, T_report_title));
    if (v.shell)
        v.f.page.lang_other_label = NULL; /* leads nowhere without a network */
    struct tmpl t = web_tmpl(rq);
    event_report_html(&t, &v);
    return v.f.id ? ERR_OK : ERR_NOMEM;
}

static enum err read_like(struct tx *tx, void *arg)
{
    return event_web_one_in(tx, arg);
}

/* som=ID: one more of the same kind, near the same place. */
enum err report_page(struct req *rq)
{
    struct event e = event_blank();
    struct event_one like = {.rq = rq, .id = req_id(rq, "som")};
    if (!report_possible(rq))
        return ERR_NOTFOUND;
    if (!id_is_none(like.id)) {
        enum err err = web_read(rq, read_like, &like);
        if (err && err != ERR_NOTFOUND)
            return err;
        if (!err) {
            e.type_code = like.e.type_code;
            e.place_name = like.e.place_name;
            e.precision = like.e.precision;
            e.east = like.e.east;
            e.north = like.e.north;
        }
    }
    struct id id = req_id(rq, "id"); /* only of a form that is put back */
    struct report_sent sent = {0};
    TRY(photo_web_allowed(rq, &sent.photos.on));
    return show(rq, &e, NULL, id_is_none(id) ? id_new() : id, &sent);
}

/* What else is missing is not asked for yet. */
static void keep_problems_of_photos(struct req *rq)
{
    struct problem *all = rq->problems;
    rq->problems = rq->last_problem = NULL;
    for (; all; all = all->next)
        if (all->field && str_starts(all->field, "photo"))
            req_problem(rq, all->field, all->text);
    if (rq->problems)
        web_invalid(rq);
}

enum err report_send(struct req *rq)
{
    struct event blank = event_blank();
    struct event_entry typed = {0};
    if (!report_possible(rq))
        return ERR_NOTFOUND;
    struct id id = req_id(rq, "id");
    if (id_is_none(id))
        id = id_new();
    bool done = false;
    if (report_waited(rq))
        TRY(report_receipt(rq, &id, 1, &done));
    if (done)
        return ERR_OK;
    struct report_sent sent = {0};
    TRY(report_photos_read(rq, id, &sent.photos));
    TRY(report_photos_propose(rq, &sent.photos, &sent.said));
    if (sent.said || req_has(rq, "look")) { /* the person looks at it first */
        keep_problems_of_photos(rq);
        return show(rq, &blank, &typed, id, &sent);
    }
    TRY(event_form_read(rq, &blank, &typed));
    if (rq->problems && report_as_json(rq))
        return ERR_INVALID;
    if (rq->problems) {
        web_invalid(rq);
        return show(rq, &blank, &typed, id, &sent);
    }
    typed.e.id = id;
    enum err e = report_done(rq, &typed.e, &sent.photos);
    if (e != ERR_LIMIT)
        return e;
    req_problem(rq, "photos", TXF(rq, photo_enough, (int64_t)PHOTO_REPORT_MOST));
    if (report_as_json(rq))
        return ERR_INVALID;
    web_invalid(rq);
    return show(rq, &blank, &typed, id, &sent);
}

static enum err add_waited(struct req *rq, const struct event *e,
                           const struct report_photos *photos)
{
    struct event_adding a = event_adding_of(rq, e);
    bool done = false;
    a.photos = photos;
    TRY(web_write(rq, event_add_in, &a));
    TRY(report_receipt(rq, &e->id, 1, &done));
    return done ? ERR_OK : ERR_INTERNAL;
}

enum err report_done(struct req *rq, struct event *e, const struct report_photos *photos)
{
    char text[ID_TEXT];
    if (report_waited(rq))
        return add_waited(rq, e, photos);
    TRY(event_add_once(rq, e, photos, true));
    id_text(e->id, text);
    return resp_redirect(rq,
                         web_address(rq, arena_printf(rq->arena, "/rapportera/kvitto/%s", text)));
}

enum err report_receipt_page(struct req *rq)
{
    return event_receipt_show(rq, "/rapportera");
}

static const struct route routes[] = {
    ROUTE(GET, "/:municipality/rapportera", PERM_EVENT_ADD, report_page, .fields = event_new_fields,
          .flags = ROUTE_SHRINK, .waiting = "/rapportera/utan-nat",
          .summary = "The form for reporting from a phone."),
    ROUTE(POST, "/:municipality/rapportera", PERM_EVENT_ADD, report_send, .fields = report_fields,
          .flags = ROUTE_UPLOAD, .body_limit = 3 * PHOTO_BYTES_MOST + (1 << 20), .rate = RATE_WRITE,
          .summary = "Report an event from a phone, with photos."),
    ROUTE(PUT, "/:municipality/rapportera/bilder/:id", PERM_EVENT_ADD, photo_put,
          .flags = ROUTE_API | ROUTE_BYTES, .body_limit = 1 << 20, .rate = RATE_WRITE,
          .summary = "Send a part of a photo."),
    ROUTE(GET, "/:municipality/rapportera/bilder/:id", PERM_EVENT_ADD, photo_state_page,
          .flags = ROUTE_API, .summary = "How much of a photo has come."),
    ROUTE(POST, "/:municipality/rapportera/bilder/:id", PERM_EVENT_ADD, photo_bind_send,
          .fields = photo_bind_fields, .rate = RATE_WRITE,
          .summary = "Bind a photo that has come to its report."),
    ROUTE(GET, "/:municipality/rapportera/kvitto/:id", PERM_EVENT_ADD, report_receipt_page,
          .summary = "The receipt of a report from a phone."),
    ROUTE(GET, "/:municipality/rapportera/inget", PERM_EVENT_ADD, report_calm_page,
          .flags = ROUTE_SHRINK, .summary = "The form for reporting that nothing has happened."),
    ROUTE(POST, "/:municipality/rapportera/inget", PERM_EVENT_ADD, report_calm_send,
          .fields = report_calm_fields, .rate = RATE_WRITE,
          .summary = "Report that nothing has happened."),
    ROUTE(GET, "/:municipality/rapportera/flera", PERM_EVENT_ADD, report_many_page,
          .flags = ROUTE_SHRINK, .summary = "The form for several events in one sending."),
    ROUTE(POST, "/:municipality/rapportera/flera", PERM_EVENT_ADD, report_many_send,
          .fields = report_many_fields, .body_limit = 256 << 10, .rate = RATE_WRITE,
          .summary = "Report several events at once."),
    ROUTE(GET, "/:municipality/rapportera/flera/kvitto", PERM_EVENT_ADD, report_many_thanks,
          .fields = report_thanks_fields, .summary = "The receipts of several events."),
    ROUTE(GET, "/:municipality/rapportera/utkorg", PERM_EVENT_ADD, report_outbox_page,
          .flags = ROUTE_API, .summary = "Whose session it is, for reports that wait to be sent."),
    ROUTE(GET, "/:municipality/rapportera/utan-nat", PERM_ANYONE, report_shell_page,
          .fields = report_shell_fields, .flags = ROUTE_PUBLIC_CACHE | ROUTE_SHRINK,
          .summary = "The form of a report as a telephone keeps it, nobody's own."),
    ROUTE(GET, "/:municipality/rapportera/utan-nat/inget", PERM_ANYONE, report_shell_calm_page,
          .fields = report_shell_fields, .flags = ROUTE_PUBLIC_CACHE | ROUTE_SHRINK,
          .summary = "The same for reporting that nothing has happened."),
    ROUTE(GET, "/:municipality/rapportera/utan-nat/flera", PERM_ANYONE, report_shell_many_page,
          .fields = report_shell_fields, .flags = ROUTE_PUBLIC_CACHE | ROUTE_SHRINK,
          .summary = "The same for several events in one sending."),
    ROUTES_END,
};

const struct part report_part = {
    .name = "report",
    .routes = routes,
    .nav_path = "/rapportera",
    .nav_label = T_report_title,
    .nav_perm = PERM_EVENT_ADD,
    .nav_rank = 40,
};
