/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The page of a meeting that has not been opened. */
#include "base/mem.h"
#include "meeting_html.h"
#include "parts/meeting/meeting_inner.h"

void room_when_fields(struct req *rq, msec at, int minutes, struct meeting_when *out)
{
    char day[TIME_TEXT];
    struct civil c = civil_from_msec(at);
    date_text(date_of_msec(at), day);
    out->day = web_field(rq, "day", T_meeting_day, TEXT_COUNT, arena_strdup(rq->arena, day));
    out->day.required = true;
    web_date(rq, &out->day);
    out->time = web_field(rq, "time", T_meeting_time, TEXT_COUNT,
                          arena_printf(rq->arena, "%02d.%02d", c.hour, c.minute));
    out->time.required = true;
    out->time.width = "w-year";
    out->minutes = web_field(rq, "minutes", T_meeting_minutes, T_meeting_minutes_hint,
                             arena_printf(rq->arena, "%d", minutes));
    out->minutes.required = true;
    out->minutes.width = "w-short";
    out->minutes.inputmode = "numeric";
}

bool room_missed(const struct meeting *m, msec now)
{
    return m->state == MEETING_PLANNED && m->starts_at + m->minutes * MSEC_MINUTE < now;
}

struct looking {
    struct req *rq;
    struct meeting *list;
    size_t n;
};

static enum err read_list(struct tx *tx, void *arg)
{
    struct looking *l = arg;
    return meeting_list(tx, l->rq->arena, web_municipality(l->rq), &l->list, &l->n);
}

enum err room_draw_start(struct room *r)
{
    struct req *rq = r->rq;
    struct looking l = {.rq = rq};
    struct meeting_start_view *v = ARENA_NEW(rq->arena, struct meeting_start_view);
    if (!v)
        return ERR_NOMEM;
    TRY(web_read(rq, read_list, &l));
    for (size_t i = 0; i < l.n; i++)
        if (l.list[i].state == MEETING_OPEN)
            v->other_href = room_at(rq, l.list[i].id, "");
    v->other = v->other_href != NULL;
    v->may = web_may(rq, PERM_MEETING_LEAD);
    v->open_action = room_at(rq, r->m.id, "/oppna");
    v->drop_action = room_at(rq, r->m.id, "/stall-in");
    v->move_action = room_at(rq, r->m.id, "/tid");
    v->move_open = rq->problems || rq->unsent;
    room_when_fields(rq, r->m.starts_at, r->m.minutes, &v->when);
    if (room_missed(&r->m, r->now))
        v->missed = v->may ? TX(rq, meeting_missed_do) : TX(rq, meeting_missed);
    v->n_steps = MEETING_ITEM_COUNT;
    TRY(room_steps(rq, r, -1, &v->steps));
    v->page.lead =
        TXF(rq, meeting_planned_lead, room_when(rq, r->m.starts_at), (int64_t)r->m.minutes);
    TRY(room_crumbs(rq, &v->page));
    TRY(web_page(rq, &v->page, T_meeting_room));
    struct tmpl t = web_tmpl(rq);
    meeting_start_html(&t, v);
    return ERR_OK;
}
