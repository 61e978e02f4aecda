/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Photos that a telephone sends in parts, and binds to their report when that has come. */
#include <stdio.h>
#include <string.h>

#include "base/jsonw.h"
#include "base/mem.h"
#include "base/str.h"
#include "core/drill.h"
#include "core/textguard.h"
#include "geo/geo_data.h"
#include "geo/sweref.h"
#include "parts/event/event_web_form.h"
#include "parts/event/photo_web.h"

const struct field_spec photo_bind_fields[] = {
    {.name = "rapport", .kind = FIELD_ID, .required = true},
    {.name = "photo_alt", .kind = FIELD_TEXT, .max = PHOTO_ALT_MOST},
    {0},
};

struct sending {
    struct req *rq;
    struct photo_parts parts;
    struct photo_row row;
    bool whole; /* it is kept already */
};

static enum err find_kept(struct tx *tx, void *arg)
{
    struct sending *s = arg;
    enum err e = photo_get(tx, s->rq->arena, web_municipality(s->rq), s->parts.id, &s->row);
    if (e == ERR_NOTFOUND)
        return ERR_OK;
    TRY(e);
    s->whole = true;
    return id_eq(s->row.created_by, s->parts.account) ? ERR_OK : ERR_CONFLICT;
}

/* Whose parts they are, and of which exercise. */
static void parts_of(struct req *rq, struct photo_parts *p)
{
    p->account = web_who(rq)->account;
    if (geo_is_exercise(web_municipality(rq)))
        p->exercise = web_municipality(rq);
}

static enum err begin(struct sending *s)
{
    bool allowed;
    struct req *rq = s->rq;
    if (id_parse(req_param(rq, "id"), &s->parts.id) != ERR_OK)
        return ERR_NOTFOUND;
    TRY(photo_web_allowed(rq, &allowed));
    if (!allowed)
        return ERR_NOTFOUND;
    parts_of(rq, &s->parts);
    return web_read(rq, find_kept, s);
}

static void tell_said(struct req *rq, struct jsonw *w, const struct photo_said *said)
{
    const char *when = photo_when_said(rq, said), *near = NULL;
    if (when)
        jsonw_key_text(w, "when", when);
    if (!said->has_place)
        return;
    struct geo_point at = geo_to_sweref((struct geo_lonlat){said->lon, said->lat});
    if (event_web_near(rq, at, &near) != ERR_OK)
        return;
    jsonw_key_object(w, "place");
    jsonw_key_text(w, "text", near);
    jsonw_key_int(w, "east", (int64_t)at.east);
    jsonw_key_int(w, "north", (int64_t)at.north);
    jsonw_end(w);
}

static void tell(struct sending *s, size_t received, const struct photo *made)
{
    struct req *rq = s->rq;
    struct jsonw w = jsonw_init(&rq->out);
    jsonw_object(&w);
    jsonw_key_text(&w, "id", req_param(rq, "id"));
    jsonw_key_text(&w, "state", s->whole || made ? "kept" : "receiving");
    if (!s->whole && !made)
        jsonw_key_int(&w, "received", (int64_t)received);
    if (made)
        tell_said(rq, &w, &made->said);
    jsonw_end(&w);
    resp_type(rq, "application/json");
}

enum err photo_state_page(struct req *rq)
{
    struct sending s = {.rq = rq};
    TRY(begin(&s));
    tell(&s, photo_part_received(web_app(rq), &s.parts), NULL);
    return ERR_OK;
}

/* "bytes 0-262143/430000" */
static bool read_range(const char *s, size_t *first, size_t *last, size_t *total)
{
    unsigned long long a, b, t;
    char end;
    if (!s || strlen(s) > 60 || sscanf(s, "bytes %llu-%llu/%llu%c", &a, &b, &t, &end) != 3)
        return false;
    if (a > b || b >= t || t > PHOTO_BYTES_MOST)
        return false;
    *first = (size_t)a;
    *last = (size_t)b;
    *total = (size_t)t;
    return true;
}

static enum err refuse(struct sending *s, enum photo_fault fault)
{
    if (fault == PHOTO_BUSY) /* what has come stays: the same part once more is enough */
        return ERR_BUSY;
    photo_part_drop(web_app(s->rq), &s->parts);
    req_problem(s->rq, "photo", photo_fault_text(s->rq, fault));
    return ERR_INVALID;
}

/* All bytes are here. */
static enum err finish(struct sending *s)
{
    struct req *rq = s->rq;
    AUTO(mem_freep) uint8_t *bytes = NULL;
    struct photo made = {0};
    enum photo_fault fault;
    TRY(photo_part_read(web_app(rq), &s->parts, &bytes));
    TRY(photo_make(bytes, s->parts.total, &made, &fault));
    if (fault)
        return refuse(s, fault);
    struct photo_owner o = photo_owner_of(rq);
    enum err e = photo_keep(web_app(rq), &o, s->parts.id, &made);
    if (e == ERR_OK) {
        photo_part_drop(web_app(rq), &s->parts);
        tell(s, s->parts.total, &made);
    }
    photo_done(&made);
    return e;
}

static enum err goes_on(struct tx *tx, void *arg)
{
    (void)arg;
    return drill_goes_on(tx, tx_municipality(tx));
}

enum err photo_put(struct req *rq)
{
    struct sending s = {.rq = rq};
    size_t first, last, received;
    TRY(begin(&s));
    if (s.whole) {
        tell(&s, 0, NULL);
        return ERR_OK;
    }
    if (!read_range(req_header(rq, "Content-Range"), &first, &last, &s.parts.total) ||
        rq->n_body != last - first + 1)
        return ERR_USAGE;
    enum err e = photo_part_put(web_app(rq), &s.parts, first, rq->body, rq->n_body, &received);
    if (e == ERR_CONFLICT) { /* a hole: the answer says where to go on */
        rq->status = 409;
        tell(&s, received, NULL);
        return ERR_OK;
    }
    TRY(e);
    e = received == s.parts.total ? finish(&s) : web_read(rq, goes_on, NULL);
    if (e == ERR_GONE) /* ended meanwhile: nothing of it stays */
        photo_part_drop(web_app(rq), &s.parts);
    TRY(e);
    if (received == s.parts.total)
        return ERR_OK;
    tell(&s, received, NULL);
    return ERR_OK;
}

/* --- Bound to its report --- */

struct binding {
    struct req *rq;
    struct photo_attach attach;
    struct photo_row row;
    bool gone; /* not all of it has come, or it was swept */
};

/* The report is the sender's own, or one that the sender may change. What is
 * neither is as if it were not there. */
static enum err may_bind(struct tx *tx, struct binding *b)
{
    struct event e;
    enum err err = event_get(tx, b->rq->arena, web_municipality(b->rq), b->attach.event, &e);
    if (err)
        return err;
    bool redacted = e.state == EVENT_REDACTED;
    e.state = EVENT_INCLUDED; /* whose it is, first */
    if (!photo_may_add(b->rq, &e))
        return ERR_NOTFOUND;
    if (!redacted)
        return ERR_OK;
    req_problem(b->rq, "rapport", TX(b->rq, photo_report_redacted));
    return ERR_INVALID;
}

/* What waits is not taken once the municipality has switched photos off; what the report has, it
 * has. */
static enum err still_taken(struct tx *tx, struct binding *b)
{
    bool allowed;
    TRY(photo_allowed(tx, b->rq->arena, web_municipality(b->rq), &allowed));
    if (allowed)
        return ERR_OK;
    req_problem(b->rq, "photos", TX(b->rq, photo_off_now));
    return ERR_INVALID;
}

static enum err bind(struct tx *tx, void *arg)
{
    struct binding *b = arg;
    struct arena *a = b->rq->arena;
    const char *code = web_municipality(b->rq);
    b->gone = false;
    TRY(may_bind(tx, b));
    enum err e = photo_get(tx, a, code, b->attach.id, &b->row);
    b->gone = e == ERR_NOTFOUND;
    if (e)
        return b->gone ? ERR_OK : e;
    if (!id_eq(b->row.created_by, b->attach.account) ||
        (!id_is_none(b->row.event_id) && !id_eq(b->row.event_id, b->attach.event)))
        return ERR_CONFLICT;
    if (id_is_none(b->row.event_id))
        TRY(still_taken(tx, b));
    return photo_add_in(tx, b->rq, &b->attach);
}

/* The receipt: it names the photo and the report that has it. */
static void tell_bound(const struct binding *b)
{
    struct req *rq = b->rq;
    struct jsonw w = jsonw_init(&rq->out);
    char id[ID_TEXT], at[TIME_TEXT];
    id_text(b->attach.event, id);
    time_iso_utc(b->row.created_at, at);
    jsonw_object(&w);
    jsonw_key_text(&w, "id", req_param(rq, "id"));
    jsonw_key_text(&w, "state", "bound");
    jsonw_key_text(&w, "report", id);
    jsonw_key_text(&w, "received_at", at);
    jsonw_end(&w);
    resp_type(rq, "application/json");
}

enum err photo_bind_send(struct req *rq)
{
    struct binding b = {.rq = rq};
    struct guard_span span;
    const char *alt = req_field(rq, "photo_alt");
    if (id_parse(req_param(rq, "id"), &b.attach.id) != ERR_OK)
        return ERR_NOTFOUND;
    b.attach.event = req_id(rq, "rapport");
    b.attach.account = web_who(rq)->account;
    b.attach.alt = alt;
    if (alt && guard_find(alt, strlen(alt), &span, 1) > 0)
        req_problem(rq, "photo_alt", TX(rq, photo_alt_guard));
    if (rq->problems)
        return ERR_INVALID;
    enum err e = web_write(rq, bind, &b);
    if (e == ERR_LIMIT) {
        req_problem(rq, "photos", TXF(rq, photo_enough, (int64_t)PHOTO_EVENT_MOST));
        return ERR_INVALID;
    }
    TRY(e);
    if (!b.gone) {
        tell_bound(&b);
        return ERR_OK;
    }
    struct sending s = {.rq = rq, .parts = {.id = b.attach.id}};
    parts_of(rq, &s.parts);
    rq->status = 409; /* where to go on */
    tell(&s, photo_part_received(web_app(rq), &s.parts), NULL);
    return ERR_OK;
}
