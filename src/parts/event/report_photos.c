/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Photos in the form of a report: files that come with it, those that were kept when the form came
 * back, and what they propose. */
#include <string.h>

#include "base/mem.h"
#include "base/str.h"
#include "core/page_assets.h"
#include "core/textguard.h"
#include "geo/sweref.h"
#include "parts/event/event_web_form.h"
#include "parts/event/photo_web.h"

static const char *const slot_names[PHOTO_REPORT_MOST] = {"photo-1", "photo-2", "photo-3"};
static const char *const alt_names[PHOTO_REPORT_MOST] = {"photo_alt-1", "photo_alt-2",
                                                         "photo_alt-3"};

/* --- Those that were kept before --- */

struct kept {
    struct req *rq;
    struct id event, id;
    bool usable, bound; /* bound: it is the report's already */
};

static enum err look_at_kept(struct tx *tx, void *arg)
{
    struct kept *k = arg;
    struct photo_row row;
    enum err e = photo_get(tx, k->rq->arena, web_municipality(k->rq), k->id, &row);
    if (e == ERR_NOTFOUND)
        return ERR_OK;
    TRY(e);
    k->bound = !id_is_none(row.event_id) && id_eq(row.event_id, k->event);
    k->usable = id_eq(row.created_by, web_who(k->rq)->account) &&
                (id_is_none(row.event_id) || id_eq(row.event_id, k->event));
    return ERR_OK;
}

static enum err take_kept(struct req *rq, struct id event, struct report_photos *out)
{
    for (size_t i = 0; i < PHOTO_REPORT_MOST; i++) {
        struct kept k = {.rq = rq, .event = event, .id = req_id(rq, slot_names[i])};
        if (id_is_none(k.id))
            continue;
        TRY(web_read(rq, look_at_kept, &k));
        if (!out->on && !k.bound)
            req_problem(rq, "photos", TX(rq, photo_off));
        else if (k.usable)
            out->list[out->n++] = (struct report_photo){k.id, req_field(rq, alt_names[i])};
        else
            req_problem(rq, "photos", TX(rq, photo_gone));
    }
    return ERR_OK;
}

/* --- Those that come now --- */

static enum err take_file(struct req *rq, const struct file_part *f, struct report_photos *out)
{
    struct photo made = {0};
    enum photo_fault fault;
    TRY(photo_make(f->data, f->n, &made, &fault));
    if (fault) {
        req_problem(rq, "photos", photo_fault_text(rq, fault));
        return ERR_OK;
    }
    struct photo_owner o = photo_owner_of(rq);
    struct report_photo *p = &out->list[out->n];
    *p = (struct report_photo){id_new(), req_field(rq, alt_names[out->n])};
    enum err e = photo_keep(web_app(rq), &o, p->id, &made);
    if (!out->said.has_place && !out->said.has_time)
        out->said = made.said;
    photo_done(&made);
    if (e == ERR_LIMIT) {
        req_problem(rq, "photos", TX(rq, photo_waiting));
        return ERR_OK;
    }
    TRY(e);
    out->n++;
    return ERR_OK;
}

static enum err take_files(struct req *rq, struct report_photos *out)
{
    for (size_t i = 0; i < rq->n_files; i++) {
        if (!str_eq(rq->files[i].name, "photos") || !rq->files[i].n)
            continue;
        if (!out->on) {
            req_problem(rq, "photos", TX(rq, photo_off));
            return ERR_OK;
        }
        if (out->n == PHOTO_REPORT_MOST) {
            req_problem(rq, "photos", TXF(rq, photo_enough, (int64_t)PHOTO_REPORT_MOST));
            return ERR_OK;
        }
        TRY(take_file(rq, &rq->files[i], out));
    }
    return ERR_OK;
}

/* Also those of photos that follow from a telephone: they are mended with the report. */
static void guard_words(struct req *rq)
{
    struct guard_span span;
    for (size_t i = 0; i < PHOTO_REPORT_MOST; i++) {
        const char *alt = req_field(rq, alt_names[i]);
        if (alt && guard_find(alt, strlen(alt), &span, 1) > 0)
            req_problem(rq, alt_names[i], TX(rq, photo_alt_guard));
    }
}

enum err report_photos_read(struct req *rq, struct id event, struct report_photos *out)
{
    *out = (struct report_photos){0};
    TRY(photo_web_allowed(rq, &out->on));
    TRY(take_kept(rq, event, out));
    TRY(take_files(rq, out));
    guard_words(rq);
    return ERR_OK;
}

/* --- What they propose --- */

static enum err say(struct req *rq, const char *name, const char *value)
{
    struct pair *p = ARENA_ARRAY(rq->arena, rq->n_fields + 1, struct pair);
    if (!p || !value)
        return ERR_NOMEM;
    memcpy(p, rq->fields, rq->n_fields * sizeof *p);
    p[rq->n_fields] = (struct pair){name, value};
    rq->fields = p;
    rq->n_fields++;
    return ERR_OK;
}

static bool has_place(const struct req *rq)
{
    return req_has(rq, "place") || req_has(rq, "east") || req_has(rq, "unknown");
}

enum err report_photos_propose(struct req *rq, const struct report_photos *p, const char **said)
{
    const char *near = NULL, *when = NULL;
    *said = NULL;
    if (p->said.has_place && !has_place(rq)) {
        struct geo_point at = geo_to_sweref((struct geo_lonlat){p->said.lon, p->said.lat});
        TRY(event_web_near(rq, at, &near));
        TRY(say(rq, "east", arena_printf(rq->arena, "%.0f", at.east)));
        TRY(say(rq, "north", arena_printf(rq->arena, "%.0f", at.north)));
    }
    if (!req_has(rq, "when") && (near || req_has(rq, "look")))
        when = photo_when_said(rq, &p->said);
    if (when)
        TRY(say(rq, "when", when));
    if (near && when)
        *said = TXF(rq, photo_said_both, near, when);
    else if (near)
        *said = TXF(rq, photo_said_place, near);
    else if (when)
        *said = TXF(rq, photo_said_when, when);
    return ERR_OK;
}

/* --- In the form --- */

enum err report_photos_fill(struct req *rq, const struct report_photos *p,
                            struct report_photos_view *v)
{
    struct report_photo_view *list =
        ARENA_ARRAY(rq->arena, PHOTO_REPORT_MOST, struct report_photo_view);
    char id[ID_TEXT];
    if (!list)
        return ERR_NOMEM;
    v->on = p->on;
    v->most = PHOTO_REPORT_MOST;
    page_photo_asset(&v->js_href);
    v->file = web_field(rq, "photos", T_photo_take, T_photo_take_hint, NULL);
    v->file.accept = "image/jpeg,image/png";
    v->file.multiple = true;
    for (size_t i = 0; i < p->n; i++) {
        id_text(p->list[i].id, id);
        list[i] = (struct report_photo_view){
            .name = slot_names[i],
            .value = arena_strdup(rq->arena, id),
            .href = web_address(rq, arena_printf(rq->arena, "/bilder/%s", id)),
            .label = TXF(rq, photo_kept, (int64_t)i + 1),
            .seen = TXF(rq, photo_kept_alt, (int64_t)i + 1),
            .alt = web_field(rq, alt_names[i], T_photo_alt, T_photo_alt_hint, p->list[i].alt),
        };
        list[i].alt.value = p->list[i].alt;
        list[i].alt.max = PHOTO_ALT_MOST;
    }
    v->list = list;
    v->n_list = p->n;
    v->room = PHOTO_REPORT_MOST - p->n;
    return ERR_OK;
}

static bool still_in(const struct report_photos *p, struct id id)
{
    for (size_t i = 0; i < p->n; i++)
        if (id_eq(p->list[i].id, id))
            return true;
    return false;
}

/* A picture that the report has already is the same form, sent again. */
static enum err attach_one(struct tx *tx, struct req *rq, const struct photo_owner *o,
                           const struct photo_attach *p)
{
    struct photo_row row, *others;
    size_t n;
    enum err e = photo_get(tx, rq->arena, o->municipality, p->id, &row);
    if (e)
        return e == ERR_NOTFOUND ? ERR_OK : e;
    TRY(photo_of_event(tx, rq->arena, o->municipality, p->event, &others, &n));
    if (id_is_none(row.event_id)) {
        for (size_t i = 0; i < n; i++)
            if (str_eq(others[i].hash, row.hash))
                return photo_remove_waiting(tx, o, p->id);
        if (n >= PHOTO_REPORT_MOST)
            return ERR_LIMIT;
    }
    e = photo_attach(tx, rq->arena, o->municipality, p);
    return e == ERR_NOTFOUND ? ERR_OK : e; /* it has become another report's in the meantime */
}

enum err report_photos_attach(struct tx *tx, struct req *rq, const struct report_photos *p,
                              struct id event)
{
    const char *was;
    struct photo_owner o = photo_owner_of(rq);
    struct id id;
    for (size_t i = 0; i < p->n; i++) {
        const struct photo_attach a = {p->list[i].id, event, o.account, p->list[i].alt};
        TRY(attach_one(tx, rq, &o, &a));
    }
    for (size_t i = 0; (was = req_nth(rq, "photo_was", i)) && i < PHOTO_REPORT_MOST; i++)
        if (id_parse(was, &id) == ERR_OK && !still_in(p, id))
            TRY(photo_remove_waiting(tx, &o, id));
    return ERR_OK;
}
