/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Photos over HTTP: shown to who may read the event, sent in parts, added to an event, removed. */
#include "parts/event/photo_web.h"

#include <stdio.h>
#include <string.h>

#include "base/jsonw.h"
#include "base/mem.h"
#include "base/str.h"
#include "core/textguard.h"
#include "geo/sweref.h"
#include "parts/event/event_web_form.h"
#include "tmpl/format.h"

const struct field_spec photo_add_fields[] = {
    {.name = "photos", .kind = FIELD_FILE, .required = true, .max = (int64_t)PHOTO_BYTES_MOST},
    {.name = "photo_alt", .kind = FIELD_TEXT, .max = PHOTO_ALT_MOST},
    {0},
};

static const enum text_key fault_keys[PHOTO_FAULTS] = {
    T_photo_fault_failed, T_photo_fault_unknown, T_photo_fault_heic,   T_photo_fault_webp,
    T_photo_fault_broken, T_photo_fault_large,   T_photo_fault_failed, T_photo_fault_busy,
};

const char *photo_fault_text(struct req *rq, enum photo_fault f)
{
    return text_get(rq->lang, fault_keys[f < PHOTO_FAULTS ? f : PHOTO_FAILED]);
}

struct photo_owner photo_owner_of(struct req *rq)
{
    bool exercise = atomic_load(&web_app(rq)->exercise);
    return (struct photo_owner){web_municipality(rq), web_who(rq)->account,
                                exercise ? "exempel" : NULL};
}

struct asking {
    struct req *rq;
    bool allowed;
};

static enum err ask_allowed(struct tx *tx, void *arg)
{
    struct asking *a = arg;
    return photo_allowed(tx, a->rq->arena, web_municipality(a->rq), &a->allowed);
}

enum err photo_web_allowed(struct req *rq, bool *out)
{
    struct asking a = {.rq = rq};
    TRY(web_read(rq, ask_allowed, &a));
    *out = a.allowed;
    return ERR_OK;
}

const char *photo_when_said(struct req *rq, const struct photo_said *s)
{
    const struct civil c = {
        .year = s->year, .month = s->month, .day = s->day, .hour = s->hour, .minute = s->minute};
    msec at;
    if (!s->has_time || civil_to_msec(&c, &at) != ERR_OK || at > time_now())
        return NULL;
    char text[FORMAT_TEXT];
    if (rq->lang != LANG_SV || clock_turn(at) != CLOCK_ONCE) /* as event_when_read() takes it */
        return event_web_when_said(rq, at, at);
    return format_arena(rq->arena, format_datetime(text, rq->lang, at));
}

/* --- Shown --- */

struct showing {
    struct req *rq;
    struct id id;
    const char *home;
    struct photo_row photo;
};

/* Who may read the event sees its photo; one that waits is its sender's alone. */
static enum err find_photo(struct tx *tx, void *arg)
{
    struct showing *s = arg;
    struct event e;
    struct arena *a = s->rq->arena;
    s->home = web_municipality(s->rq);
    if (str_eq(s->home, "0000"))
        TRY(photo_find_home(tx, a, s->id, &s->home));
    TRY(photo_get(tx, a, s->home, s->id, &s->photo));
    if (id_is_none(s->photo.event_id))
        return id_eq(s->photo.created_by, web_who(s->rq)->account) ? ERR_OK : ERR_NOTFOUND;
    TRY(event_get(tx, a, s->home, s->photo.event_id, &e));
    return event_web_sees(s->rq, &e) ? ERR_OK : ERR_NOTFOUND;
}

enum err photo_page(struct req *rq)
{
    struct showing s = {.rq = rq};
    int fd = -1;
    if (id_parse(req_param(rq, "id"), &s.id) != ERR_OK)
        return ERR_NOTFOUND;
    TRY(web_read(rq, find_photo, &s));
    TRY(photo_open(web_app(rq), s.home, &s.photo, &fd));
    rq->out_fd = fd;
    TRY(web_audit_read(rq, "photo.read", "photo", s.id, NULL));
    resp_type(rq, "image/jpeg");
    resp_header(rq, "Content-Disposition", "inline; filename=\"bild.jpg\"");
    resp_header(rq, "Content-Security-Policy",
                "default-src 'none'; sandbox"); /* beside the page's */
    return ERR_OK;
}

/* --- On the page of an event --- */

bool photo_may_add(const struct req *rq, const struct event *e)
{
    return e->state != EVENT_REDACTED && str_eq(web_municipality(rq), e->municipality) &&
           (web_may(rq, PERM_EVENT_EDIT) ||
            (web_may(rq, PERM_EVENT_ADD) && id_eq(e->created_by, web_who(rq)->account)));
}

struct listing {
    struct req *rq;
    const struct event *e;
    struct photo_row *rows;
    size_t n;
    bool allowed;
};

static enum err list_photos(struct tx *tx, void *arg)
{
    struct listing *l = arg;
    TRY(photo_allowed(tx, l->rq->arena, l->e->municipality, &l->allowed));
    return photo_of_event(tx, l->rq->arena, l->e->municipality, l->e->id, &l->rows, &l->n);
}

enum err event_photos_fill(struct req *rq, const struct event *e, struct event_photos_view *v)
{
    struct listing l = {.rq = rq, .e = e};
    char event[ID_TEXT], id[ID_TEXT];
    TRY(web_read(rq, list_photos, &l));
    struct event_photo_view *list = ARENA_ARRAY(rq->arena, l.n + 1, struct event_photo_view);
    if (!list)
        return ERR_NOMEM;
    id_text(e->id, event);
    bool remove = photo_may_add(rq, e) && web_may(rq, PERM_EVENT_EDIT);
    for (size_t i = 0; i < l.n; i++) {
        const struct photo_row *r = &l.rows[i];
        id_text(r->id, id);
        list[i] = (struct event_photo_view){
            .href = web_address(rq, arena_printf(rq->arena, "/bilder/%s", id)),
            .alt =
                str_empty(r->alt) ? TXF(rq, photo_alt_none, (int64_t)i + 1, (int64_t)l.n) : r->alt,
            .said = r->alt,
            .width = r->width,
            .height = r->height,
            .remove =
                remove ? web_address(rq, arena_printf(rq->arena, "/bilder/%s/ta-bort", id)) : NULL,
        };
    }
    v->list = list;
    v->n_list = l.n;
    if (l.allowed && l.n < PHOTO_EVENT_MOST && photo_may_add(rq, e)) {
        v->add = web_address(rq, arena_printf(rq->arena, "/handelser/%s/bilder", event));
        v->file = web_field(rq, "photos", T_photo_choose, T_photo_choose_hint, NULL);
        v->file.accept = "image/jpeg,image/png";
        v->alt = web_field(rq, "photo_alt", T_photo_alt, T_photo_alt_hint, NULL);
        v->alt.max = PHOTO_ALT_MOST;
        v->csrf = web_who(rq)->csrf;
    } else if (remove) {
        v->csrf = web_who(rq)->csrf;
    }
    return ERR_OK;
}

struct adding {
    struct req *rq;
    struct photo_attach attach;
};

/* What a reporter adds to a report that somebody has looked at already has to be looked at too: it
 * waits again. What counts for those who work here does not change. */
static enum err look_again(struct tx *tx, struct req *rq, const struct event *e)
{
    const struct event_edit edit = {.reason = "edited", .by = web_who(rq)->account};
    if (web_may(rq, PERM_EVENT_EDIT) || e->state != EVENT_INCLUDED || !id_is_none(e->same_as))
        return ERR_OK;
    return event_set_state(tx, e->municipality, e->id, EVENT_SUBMITTED, &edit);
}

enum err photo_add_in(struct tx *tx, struct req *rq, const struct photo_attach *p)
{
    struct event e;
    struct photo_row row;
    const char *code = web_municipality(rq);
    TRY(photo_get(tx, rq->arena, code, p->id, &row));
    bool there = id_eq(row.event_id, p->event);
    TRY(photo_attach(tx, rq->arena, code, p));
    if (there)
        return ERR_OK;
    TRY(event_get(tx, rq->arena, code, p->event, &e));
    TRY(look_again(tx, rq, &e));
    return web_audit(rq, tx, "photo.add", "event", p->event, NULL);
}

static enum err attach(struct tx *tx, void *arg)
{
    struct adding *a = arg;
    return photo_add_in(tx, a->rq, &a->attach);
}

static enum err keep_and_attach(struct req *rq, struct adding *a)
{
    const struct file_part *f = req_file(rq, "photos");
    struct photo made = {0};
    enum photo_fault fault;
    TRY(photo_make(f->data, f->n, &made, &fault));
    if (fault) {
        req_problem(rq, "photos", photo_fault_text(rq, fault));
        return ERR_OK;
    }
    struct photo_owner o = photo_owner_of(rq);
    enum err e = photo_keep(web_app(rq), &o, a->attach.id, &made);
    photo_done(&made);
    if (e == ERR_OK)
        e = web_write(rq, attach, a);
    if (e == ERR_LIMIT) {
        req_problem(rq, "photos", TXF(rq, photo_enough, (int64_t)PHOTO_EVENT_MOST));
        return ERR_OK;
    }
    return e;
}

static const char *event_path(struct req *rq, struct id id)
{
    char text[ID_TEXT];
    id_text(id, text);
    return web_address(rq, arena_printf(rq->arena, "/handelser/%s", text));
}

enum err photo_add_send(struct req *rq)
{
    struct event_one one;
    struct guard_span span;
    bool allowed;
    TRY(event_web_one(rq, &one));
    TRY(photo_web_allowed(rq, &allowed));
    if (!allowed)
        return ERR_NOTFOUND;
    if (!photo_may_add(rq, &one.e))
        return ERR_FORBIDDEN;
    const char *alt = req_field(rq, "photo_alt");
    if (alt && guard_find(alt, strlen(alt), &span, 1) > 0)
        req_problem(rq, "photo_alt", TX(rq, photo_alt_guard));
    struct adding a = {rq, {id_new(), one.e.id, web_who(rq)->account, alt}};
    if (!rq->problems)
        TRY(keep_and_attach(rq, &a));
    if (rq->problems) {
        web_invalid(rq);
        return event_detail_page(rq);
    }
    return web_done(rq, event_path(rq, one.id), T_done_photo_added);
}

static enum err remove_it(struct tx *tx, void *arg)
{
    struct showing *s = arg;
    TRY(find_photo(tx, s));
    if (id_is_none(s->photo.event_id))
        return ERR_NOTFOUND;
    TRY(photo_remove(tx, s->home, s->id));
    return web_audit(s->rq, tx, "photo.remove", "event", s->photo.event_id, NULL);
}

enum err photo_remove_send(struct req *rq)
{
    struct showing s = {.rq = rq};
    if (id_parse(req_param(rq, "id"), &s.id) != ERR_OK || str_eq(web_municipality(rq), "0000"))
        return ERR_NOTFOUND;
    TRY(web_write(rq, remove_it, &s));
    photo_unlink(web_app(rq), s.home, &s.photo, 1);
    return web_done(rq, event_path(rq, s.photo.event_id), T_done_photo_removed);
}
