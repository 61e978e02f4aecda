/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* A new event, the receipt for it, and changing one. */
#include <math.h>
#include <string.h>

#include "base/mem.h"
#include "base/str.h"
#include "event_html.h"
#include "parts/event/event_web_form.h"
#include "parts/event/photo_web.h"

static const char *event_path(struct req *rq, struct id id, const char *more)
{
    char text[ID_TEXT];
    id_text(id, text);
    return web_address(rq, arena_printf(rq->arena, "/handelser/%s%s", text, more));
}

static enum err names_of(struct req *rq, struct event_names *names)
{
    return event_names_load(web_app(rq), rq->arena, rq->lang, web_municipality(rq), names);
}

static enum err show_form(struct req *rq, const struct event *e, const struct event_entry *typed,
                          struct event_form_view *v)
{
    struct event_names names;
    TRY(names_of(rq, &names));
    TRY(event_form_fill(rq, &names, e, typed, v));
    v->cancel_href = v->fresh ? web_address(rq, "/handelser") : event_path(rq, e->id, "");
    v->save_label = v->fresh ? TX(rq, event_form_send) : TX(rq, event_form_save);
    web_page_map(&v->page);
    TRY(web_page(rq, &v->page, v->fresh ? T_event_new_title : T_event_edit_title));
    struct tmpl t = web_tmpl(rq);
    event_form_html(&t, v);
    return ERR_OK;
}

static enum err show_new(struct req *rq, const struct event *e, const struct event_entry *typed,
                         struct id id)
{
    struct event_form_view v = {.fresh = true};
    char text[ID_TEXT];
    id_text(id, text);
    v.id = arena_strdup(rq->arena, text);
    v.action = web_address(rq, "/handelser/ny");
    return v.id ? show_form(rq, e, typed, &v) : ERR_NOMEM;
}

/* --- New --- */

/* Events belong to a municipality: not to the country or a county. */
static bool has_events(const struct req *rq)
{
    const char *code = web_municipality(rq);
    return !str_ends(code, "00");
}

static enum err read_like(struct tx *tx, void *arg)
{
    return event_web_one_in(tx, arg);
}

enum err event_new_page(struct req *rq)
{
    struct event e = event_blank();
    struct event_one like = {.rq = rq, .id = req_id(rq, "som")};
    if (!has_events(rq))
        return ERR_NOTFOUND;
    if (!id_is_none(like.id)) { /* one more of the same kind, at the same place */
        enum err err = web_read(rq, read_like, &like);
        if (err && err != ERR_NOTFOUND)
            return err;
        e.type_code = err ? NULL : like.e.type_code;
        e.place_name = err ? NULL : like.e.place_name;
    }
    struct id id = req_id(rq, "id"); /* only of a form that is put back */
    return show_new(rq, &e, NULL, id_is_none(id) ? id_new() : id);
}

static bool same_text(const char *a, const char *b)
{
    return str_eq(a ? a : "", b ? b : "");
}

static bool same_number(double a, double b)
{
    return a == b || (isnan(a) && isnan(b));
}

static bool same_place(const struct event *a, const struct event *b)
{
    return a->precision == b->precision && same_text(a->place_name, b->place_name) &&
           same_number(a->east, b->east) && same_number(a->north, b->north);
}

/* The same words mean the same time, also when they are read a minute later; not the next night. */
static bool same_time(const struct event *a, const struct event *b)
{
    if (a->source_hash && b->source_hash && time_now() - a->reported_at < MSEC_HOUR)
        return str_eq(a->source_hash, b->source_hash);
    return a->occurred_from == b->occurred_from && a->occurred_to == b->occurred_to;
}

static bool says_the_same(const struct event *a, const struct event *b)
{
    return str_eq(a->type_code, b->type_code) && same_text(a->description, b->description) &&
           same_time(a, b) && same_place(a, b);
}

static enum err take_photos(struct tx *tx, struct event_adding *a)
{
    return a->photos ? report_photos_attach(tx, a->rq, a->photos, a->e.id) : ERR_OK;
}

/* A text that points at somebody and stands: for a reason, which is kept with who gave it. */
static enum err note_kept(struct tx *tx, struct req *rq, const struct event *e, const char *why)
{
    if (str_empty(why))
        return ERR_OK;
    TRY(event_note_kept(tx, e->municipality, e->id, web_who(rq)->account, why));
    return web_audit(rq, tx, "event.keep", "event", e->id, NULL);
}

enum err event_add_in(struct tx *tx, void *arg)
{
    struct event_adding *a = arg;
    struct event was;
    enum err e = event_get(tx, a->rq->arena, a->e.municipality, a->e.id, &was);
    a->there = e == ERR_OK;
    if (e == ERR_OK) {
        a->mine = id_eq(was.created_by, a->e.created_by);
        a->other = !says_the_same(&was, &a->e);
        return a->mine && !a->other ? take_photos(tx, a) : ERR_OK;
    }
    if (e != ERR_NOTFOUND)
        return e;
    TRY(event_add(tx, web_app(a->rq)->areas, &a->e, NULL, NULL));
    TRY(take_photos(tx, a));
    TRY(note_kept(tx, a->rq, &a->e, a->kept));
    return web_audit(a->rq, tx, "event.add", "event", a->e.id, NULL);
}

/* That nothing has happened says nothing about anybody: there is nothing to look at. */
static bool needs_look(const struct req *rq, const struct event *e)
{
    return !web_may(rq, PERM_EVENT_EDIT) && !str_eq(e->type_code, "nothing");
}

struct event_adding event_adding_of(struct req *rq, const struct event *e)
{
    struct event_adding a = {.rq = rq, .e = *e};
    a.e.created_by = web_who(rq)->account;
    a.e.state = needs_look(rq, e) ? EVENT_SUBMITTED : EVENT_INCLUDED;
    a.kept = event_web_kept(rq, e);
    if (atomic_load(&web_app(rq)->exercise))
        a.e.origin = "exempel";
    return a;
}

/* Sending twice gives one event, and the same receipt. */
enum err event_add_once(struct req *rq, struct event *e, const struct report_photos *photos,
                        bool fresh)
{
    struct event_adding a = event_adding_of(rq, e);
    a.photos = photos;
    TRY(web_write(rq, event_add_in, &a));
    if (a.mine && a.other && fresh) { /* went back and wrote something else */
        e->id = id_new();
        return event_add_once(rq, e, photos, false);
    }
    return a.there && (a.other || !a.mine) ? ERR_CONFLICT : ERR_OK;
}

enum err event_new_send(struct req *rq)
{
    struct event blank = event_blank();
    struct event_entry typed = {0};
    if (!has_events(rq))
        return ERR_NOTFOUND;
    struct id id = req_id(rq, "id");
    if (id_is_none(id))
        id = id_new();
    TRY(event_form_read(rq, &blank, &typed));
    if (rq->problems) {
        web_invalid(rq);
        return show_new(rq, &blank, &typed, id);
    }
    typed.e.id = id;
    TRY(event_add_once(rq, &typed.e, NULL, true));
    return resp_redirect(rq, event_path(rq, typed.e.id, "/kvitto"));
}

/* --- Receipt --- */

enum err event_receipt_page(struct req *rq)
{
    return event_receipt_show(rq, "/handelser/ny");
}

enum err event_receipt_show(struct req *rq, const char *form)
{
    struct event_receipt_view v = {0};
    struct event_one one;
    struct event_names names;
    char id[ID_TEXT], clock[FORMAT_TEXT];
    TRY(event_web_one(rq, &one));
    TRY(names_of(rq, &names));
    TRY(event_web_facts(rq, &names, &one.e, &v.facts));
    id_text(one.id, id);
    v.received = TXF(rq, event_receipt_received,
                     (const char *)format_when(clock, rq->lang, one.e.reported_at, time_now()),
                     (const char *)(id + 24));
    v.detail_href = event_path(rq, one.id, "");
    v.again_href = web_address(rq, arena_printf(rq->arena, "%s?som=%s", form, id));
    v.new_href = web_address(rq, form);
    v.list_href = web_address(rq, "/handelser");
    v.mine_href = web_address(rq, "/mina-rapporter");
    v.text = one.e.description;
    TRY(web_page(rq, &v.page, T_event_receipt_title));
    struct tmpl t = web_tmpl(rq);
    event_receipt_html(&t, &v);
    return ERR_OK;
}

/* --- Change --- */

static enum err editable(struct req *rq, struct event_one *one)
{
    TRY(event_web_one(rq, one));
    if (!str_eq(one->e.municipality, web_municipality(rq)))
        return ERR_FORBIDDEN;
    return one->e.state == EVENT_REDACTED ? ERR_CONFLICT : ERR_OK;
}

static enum err show_edit(struct req *rq, const struct event_one *one,
                          const struct event_entry *typed, bool conflict)
{
    struct event_form_view v = {.conflict = conflict};
    v.version = arena_printf(rq->arena, "%lld", (long long)one->e.version);
    v.action = event_path(rq, one->id, "/redigera");
    if (conflict) {
        struct event_names names;
        TRY(names_of(rq, &names));
        TRY(event_web_facts(rq, &names, &one->e, &v.theirs));
        v.theirs_text = one->e.description;
    }
    return v.version ? show_form(rq, &one->e, typed, &v) : ERR_NOMEM;
}

enum err event_edit_page(struct req *rq)
{
    struct event_one one;
    TRY(editable(rq, &one));
    return show_edit(rq, &one, NULL, rq->unsent && req_int(rq, "version", 0) != one.e.version);
}

struct changing {
    struct req *rq;
    struct event e;
    struct event_edit edit;
    const char *kept; /* why a new text stands; NULL */
};

static enum err change(struct tx *tx, void *arg)
{
    struct changing *c = arg;
    bool changed;
    TRY(event_update(tx, web_app(c->rq)->areas, &c->e, &c->edit, &changed, NULL));
    if (!changed)
        return ERR_OK;
    TRY(note_kept(tx, c->rq, &c->e, c->kept));
    return web_audit(c->rq, tx, "event.edit", "event", c->e.id, NULL);
}

enum err event_edit_send(struct req *rq)
{
    struct event_one one;
    struct event_entry typed = {0};
    TRY(editable(rq, &one));
    TRY(event_form_read(rq, &one.e, &typed));
    if (rq->problems) {
        web_invalid(rq);
        return show_edit(rq, &one, &typed, req_int(rq, "version", 0) != one.e.version);
    }
    struct changing c = {.rq = rq, .e = typed.e};
    if (!same_text(one.e.description, typed.e.description))
        c.kept = event_web_kept(rq, &typed.e);
    c.edit = (struct event_edit){"edited", web_who(rq)->account, req_int(rq, "version", 0)};
    enum err e = web_write(rq, change, &c);
    if (e == ERR_CONFLICT) {
        TRY(event_web_one(rq, &one));
        rq->status = 409;
        return show_edit(rq, &one, &typed, true);
    }
    TRY(e);
    return web_done(rq, event_path(rq, one.id, ""), T_done_event_changed);
}
