/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The page of an open meeting: the agenda, and one item of it. */
#include <string.h>

#include "base/jsonw.h"
#include "base/mem.h"
#include "base/str.h"
#include "meeting_html.h"
#include "parts/meeting/meeting_inner.h"

const struct field_spec meeting_room_fields[] = {
    {.name = "item", .kind = FIELD_CODE},
    {.name = "area", .kind = FIELD_ID},
    {0},
};

static const char *number(struct req *rq, int64_t n)
{
    return arena_printf(rq->arena, "%lld", (long long)n);
}

static const char *iso(struct req *rq, msec t)
{
    char text[TIME_TEXT];
    time_iso_utc(t, text);
    return arena_strdup(rq->arena, text);
}

static const char *stamp(struct req *rq, const struct room *r)
{
    return arena_printf(rq->arena, "%lld.%lld.%d", (long long)r->m.revision, (long long)r->drafts,
                        (int)r->m.state);
}

/* --- The parts of the page --- */

static void fill_clock(struct room *r, const struct room_showing *s, struct meeting_room_view *v)
{
    struct req *rq = r->rq;
    msec end = room_item_start(&r->m, MEETING_ITEM_COUNT);
    msec item_end = room_item_start(&r->m, (enum meeting_item)(s->item + 1));
    v->sofar = TXF(rq, meeting_clock, room_clock(rq, room_item_start(&r->m, s->item)),
                   room_clock(rq, item_end), room_clock(rq, end));
    v->end_iso = iso(rq, end);
}

static enum err fill_note(struct room *r, const struct room_showing *s, struct meeting_room_view *v)
{
    struct req *rq = r->rq;
    const struct meeting_note *n = s->theirs ? s->theirs : &r->notes[s->item];
    bool back = !s->theirs && (rq->unsent || rq->method != HTTP_GET) && req_has(rq, "version") &&
                req_has(rq, "words");
    v->words = web_field(rq, "words", T_meeting_words, T_meeting_words_hint, n->words);
    if (rq->method != HTTP_GET && rq->route->fields != meeting_note_fields)
        v->words.value = n->words; /* another form came back: what is saved still stands */
    v->words.rows = 5;
    v->words.max = MEETING_NOTE_MOST;
    v->note_version = number(rq, back ? req_int(rq, "version", n->version) : n->version);
    if (n->version && !str_empty(n->words))
        v->note_who = TXF(rq, meeting_written, n->who ? n->who : TX(rq, meeting_somebody),
                          room_clock(rq, n->set_at));
    if (s->theirs) {
        struct meeting_theirs *t = ARENA_NEW(rq->arena, struct meeting_theirs);
        if (!t)
            return ERR_NOMEM;
        *t = (struct meeting_theirs){n->who ? n->who : TX(rq, meeting_somebody), n->words};
        v->theirs = t;
    }
    return ERR_OK;
}

static void fill_carried(const struct room *r, enum meeting_item i, struct meeting_room_view *v)
{
    const struct meeting_note *n = &r->before_notes[i];
    if (r->has_before && !r->before_done[i] && !str_empty(n->words))
        v->carried = n->words;
}

static enum text_key lead_of(enum meeting_item i)
{
    static const enum text_key leads[MEETING_ITEM_COUNT] = {
#define I(id, code, minutes) T_meeting_lead_##code,
        MEETING_ITEMS(I)
#undef I
    };
    return leads[i];
}

static enum err fill_frame(struct room *r, const struct room_showing *s,
                           struct meeting_room_view *v)
{
    struct req *rq = r->rq;
    v->may = web_may(rq, PERM_MEETING_LEAD);
    v->base = room_at(rq, r->m.id, "");
    v->here = room_at_item(rq, r->m.id, s->item);
    v->list_href = web_address(rq, "/mote");
    v->minutes_href = room_at(rq, r->m.id, "/protokoll");
    v->stamp_href = room_at(rq, r->m.id, "/lage");
    v->stamp = stamp(rq, r);
    v->form = room_id(rq, room_form(rq));
    if (v->may && meeting_untouched(&r->m))
        v->back_action = room_at(rq, r->m.id, "/angra");
    v->item = s->item;
    v->code = meeting_item_code(s->item);
    v->name = meeting_item_text(rq->lang, s->item);
    v->lead = text_get(rq->lang, lead_of(s->item));
    v->done = r->done[s->item];
    v->last = s->item + 1 == MEETING_ITEM_COUNT;
    v->next_name = v->last ? NULL : meeting_item_text(rq->lang, (enum meeting_item)(s->item + 1));
    v->has_period = r->has_period;
    v->now_href = r->has_period ? arena_printf(rq->arena, "%s?period=%s", web_address(rq, "/nu"),
                                               room_id(rq, r->period.id))
                                : web_address(rq, "/nu");
    v->n_steps = MEETING_ITEM_COUNT;
    fill_clock(r, s, v);
    fill_carried(r, s->item, v);
    return room_steps(rq, r, (int)s->item, &v->steps);
}

enum err room_draw(struct room *r, const struct room_showing *s)
{
    struct req *rq = r->rq;
    struct meeting_room_view *v = ARENA_NEW(rq->arena, struct meeting_room_view);
    struct meeting_minutes m;
    const struct meeting_part *parts;
    if (!v)
        return ERR_NOMEM;
    if (s->item == MEETING_CHANGES || s->item == MEETING_LEVELS || s->item == MEETING_FOCUS)
        TRY(room_tell(r, true));
    TRY(fill_frame(r, s, v));
    TRY(room_minutes(r, &m));
    TRY(room_parts(rq, &m, &parts));
    v->said = parts[s->item];
    v->looking = r->has_told && s->item != MEETING_FOCUS ? r->told.words.looking : NULL;
    if (v->may) {
        TRY(room_fill(r, s, v));
        TRY(fill_note(r, s, v));
    }
    v->page.lead = r->has_period
                       ? TXF(rq, meeting_room_lead, room_when(rq, r->m.starts_at), r->period.name)
                       : room_when(rq, r->m.starts_at);
    TRY(room_crumbs(rq, &v->page));
    TRY(web_page(rq, &v->page, T_meeting_room));
    struct tmpl t = web_tmpl(rq);
    meeting_room_html(&t, v);
    return ERR_OK;
}

/* The first item that is not ticked off. */
static enum meeting_item first_left(const struct room *r)
{
    for (int i = 0; i < MEETING_ITEM_COUNT; i++)
        if (!r->done[i])
            return (enum meeting_item)i;
    return MEETING_NEXT;
}

enum err meeting_room_page(struct req *rq)
{
    struct room *r;
    struct room_showing s = {0};
    TRY(room_load(rq, &r));
    if (r->m.state == MEETING_CLOSED)
        return resp_redirect(rq, room_at(rq, r->m.id, "/protokoll"));
    if (r->m.state == MEETING_PLANNED)
        return room_draw_start(r);
    s.item = first_left(r);
    if (req_field(rq, "item") && !meeting_item_parse(req_field(rq, "item"), &s.item))
        return ERR_NOTFOUND;
    s.area = req_problem_of(rq, "area") ? (struct id){{0}} : req_id(rq, "area");
    return room_draw(r, &s);
}

/* The item that the form of an address belongs to. */
static bool item_of_form(struct req *rq, enum meeting_item *out)
{
    static const struct {
        const char *tail;
        enum meeting_item item;
    } forms[] = {{"gaster", MEETING_ATTENDANCE}, {"nivaer", MEETING_LEVELS},
                 {"fokus", MEETING_FOCUS},       {"beslut", MEETING_ACTIONS},
                 {"beratta", MEETING_TELL},      {"nasta", MEETING_NEXT}};
    const char *tail = strrchr(rq->route->pattern, '/') + 1;
    for (size_t i = 0; i < ARRAY_LEN(forms); i++)
        if (str_eq(tail, forms[i].tail)) {
            *out = forms[i].item;
            return true;
        }
    return meeting_item_parse(req_field(rq, "item"), out);
}

/* With what was typed when the session had ended (core/kept.h); who only asks for the address
 * goes to the item. */
enum err meeting_form_page(struct req *rq)
{
    struct room *r;
    struct room_showing s = {0};
    TRY(room_load(rq, &r));
    bool known = item_of_form(rq, &s.item);
    if (!rq->unsent || r->m.state == MEETING_PLANNED)
        return resp_redirect(rq,
                             known ? room_at_item(rq, r->m.id, s.item) : room_at(rq, r->m.id, ""));
    if (r->m.state == MEETING_CLOSED)
        return room_late(rq, r->m.id);
    if (!known)
        return ERR_NOTFOUND;
    s.area = s.item == MEETING_LEVELS ? req_id(rq, "area") : s.area;
    s.ask_type = req_has(rq, "type");
    s.ask_kind = req_has(rq, "kind");
    s.ask_within = req_has(rq, "within");
    return room_draw(r, &s);
}

/* --- Is there something new? --- */

static enum err read_stamp(struct tx *tx, void *arg)
{
    struct room *r = arg;
    const char *town = web_municipality(r->rq);
    TRY(meeting_get(tx, r->rq->arena, town, r->m.id, &r->m));
    r->drafts = 0;
    return id_is_none(r->m.period) ? ERR_OK
                                   : drafts_of(tx, r->rq->arena, town, r->m.period, &r->drafts);
}

enum err meeting_stamp(struct req *rq)
{
    struct room r = {.rq = rq};
    TRY(room_in_town(rq));
    if (id_parse(req_param(rq, "id"), &r.m.id) || id_is_none(r.m.id))
        return ERR_NOTFOUND;
    TRY(web_read(rq, read_stamp, &r));
    resp_type(rq, "application/json");
    struct jsonw w = jsonw_init(&rq->out);
    jsonw_object(&w);
    jsonw_key_text(&w, "stamp", stamp(rq, &r));
    jsonw_key_text(&w, "now", iso(rq, time_now())); /* clocks of devices go wrong */
    jsonw_end(&w);
    return ERR_OK;
}
