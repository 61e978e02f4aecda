/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* What the meeting decides: levels and focus of its period, and new actions. */
#include "base/mem.h"
#include "base/str.h"
#include "parts/meeting/meeting_inner.h"

const struct field_spec meeting_level_fields[] = {
    {.name = "area", .kind = FIELD_ID, .required = true},
    {.name = "version", .kind = FIELD_INT, .required = true, .min = 0, .max = INT32_MAX},
    {.name = "level", .kind = FIELD_INT, .required = true, .min = PAGE_GREEN, .max = PAGE_RED},
    {.name = "reason", .kind = FIELD_LINES, .required = true, .max = LEVEL_REASON_MOST},
    {0},
};
const struct field_spec meeting_focus_fields[] = {
    {.name = "version", .kind = FIELD_INT, .required = true, .min = 0, .max = INT32_MAX},
    {.name = "name", .kind = FIELD_TEXT, .max = FOCUS_NAME_MOST},
    {.name = "area", .kind = FIELD_ID},
    {.name = "need", .kind = FIELD_INT, .min = 1, .max = 3},
    {.name = "influence", .kind = FIELD_INT, .min = 1, .max = 3},
    {.name = "why", .kind = FIELD_LINES, .max = LEVEL_REASON_MOST},
    {.name = "remove", .kind = FIELD_INT, .min = 1, .max = FOCUS_MOST},
    {0},
};
const struct field_spec meeting_decide_fields[] = {
    {.name = "problem", .kind = FIELD_TEXT, .max = ACTION_PROBLEM_MOST},
    {.name = "place", .kind = FIELD_TEXT, .max = 100},
    {.name = "within", .kind = FIELD_ID},
    {.name = "measure", .kind = FIELD_TEXT, .max = ACTION_TITLE_MOST},
    {.name = "organisation", .kind = FIELD_ID},
    {.name = "last", .kind = FIELD_DATE},
    {.name = "type", .kind = FIELD_CODE},
    {.name = "kind", .kind = FIELD_CODE},
    {.name = "form", .kind = FIELD_CODE, .max = ID_TEXT},
    {0},
};

const struct field_spec meeting_undecide_fields[] = {
    {.name = "action", .kind = FIELD_ID, .required = true},
    {0},
};

/* Shows the item as it stands now, with what was typed. */
static enum err show_again(struct room *r, const struct room_showing *s, bool reload)
{
    if (reload)
        TRY(room_load(r->rq, &r));
    if (r->m.state != MEETING_OPEN)
        return room_late(r->rq, r->m.id);
    web_invalid(r->rq);
    return room_draw(r, s);
}

/* --- Levels --- */

struct setting {
    struct room *r;
    struct area_level level;
};

static enum err write_level(struct tx *tx, void *arg)
{
    struct setting *s = arg;
    struct room *r = s->r;
    TRY(meeting_touch(tx, web_municipality(r->rq), r->m.id));
    TRY(level_set(tx, web_municipality(r->rq), r->period.id, &s->level));
    const char *detail =
        arena_printf(r->rq->arena, "{\"level\":%d,\"suggested\":%d,\"version\":%lld}",
                     (int)s->level.level, (int)s->level.suggested, (long long)s->level.version + 1);
    return web_audit(r->rq, tx, "level.set", "area", s->level.area, detail);
}

/* A form that was sent twice: the first one has set it. */
static enum err is_set(struct req *rq, const struct area_level *mine, bool *same)
{
    struct room *r;
    TRY(room_load(rq, &r));
    *same = false;
    for (size_t i = 0; i < r->n_levels; i++)
        *same = *same || (id_eq(r->levels[i].area, mine->area) && level_same(&r->levels[i], mine));
    return ERR_OK;
}

enum err meeting_level_post(struct req *rq)
{
    struct setting s = {0};
    TRY(room_load(rq, &s.r));
    struct room_showing show = {.item = MEETING_LEVELS, .area = req_id(rq, "area")};
    if (s.r->m.state != MEETING_OPEN)
        return s.r->m.state == MEETING_CLOSED ? room_late(rq, s.r->m.id) : ERR_CONFLICT;
    TRY(room_tell(s.r, true));
    if (!s.r->has_period || !picture_area_named(&s.r->told.names, show.area))
        return ERR_NOTFOUND;
    room_guard(rq, "reason");
    if (rq->problems)
        return show_again(s.r, &show, false);
    struct level_signs signs = level_signs_of(&s.r->told.picture, show.area);
    bool looked = s.r->told.picture.looked == PICTURE_LOOKED;
    s.level = (struct area_level){
        .area = show.area,
        .version = req_int(rq, "version", 0),
        .level = (enum page_level_no)req_int(rq, "level", PAGE_NO_LEVEL),
        .suggested = looked ? level_suggest(&signs) : PAGE_NO_LEVEL,
        .reason = req_field(rq, "reason"),
        .set_by = web_who(rq)->account,
    };
    enum err e = web_write(rq, write_level, &s);
    bool same = false;
    if (e == ERR_CONFLICT)
        TRY(is_set(rq, &s.level, &same));
    if (e == ERR_CONFLICT && !same) { /* theirs stands in the list, one's own in the form */
        req_problem(rq, "reason", TX(rq, changes_level_conflict));
        return show_again(s.r, &show, true);
    }
    if (!same)
        TRY(e);
    return web_done(rq, room_at_item(rq, s.r->m.id, MEETING_LEVELS), T_done_changes_level);
}

/* --- Focus --- */

struct focusing {
    struct room *r;
    struct focus focus;
};

static enum err write_focus(struct tx *tx, void *arg)
{
    struct focusing *f = arg;
    struct req *rq = f->r->rq;
    TRY(meeting_touch(tx, web_municipality(rq), f->r->m.id));
    TRY(focus_set(tx, web_municipality(rq), f->r->period.id, &f->focus, web_who(rq)->account));
    return web_audit(rq, tx, "focus.set", "period", f->r->period.id, NULL);
}

static void read_place(struct focusing *f)
{
    struct req *rq = f->r->rq;
    struct focus_place p = {.name = req_field(rq, "name"),
                            .area = req_id(rq, "area"),
                            .need = (int)req_int(rq, "need", 0),
                            .influence = (int)req_int(rq, "influence", 0),
                            .reason = req_field(rq, "why")};
    room_guard(rq, "name");
    room_guard(rq, "why");
    if (!p.name && !req_problem_of(rq, "name"))
        req_problem(rq, "name", TX(rq, changes_name_missing));
    if (!p.need)
        req_problem(rq, "need", TX(rq, changes_need_missing));
    if (!p.influence)
        req_problem(rq, "influence", TX(rq, changes_influence_missing));
    if (!p.reason && !req_problem_of(rq, "why"))
        req_problem(rq, "why", TX(rq, changes_reason_missing));
    if (!id_is_none(p.area) && !picture_area_named(&f->r->told.names, p.area))
        req_problem(rq, "area", TX(rq, action_bad_choice));
    if (f->focus.n == FOCUS_MOST)
        req_problem(rq, NULL, TX(rq, meeting_focus_full));
    else
        f->focus.places[f->focus.n++] = p;
}

static void take_away(struct focusing *f, int no)
{
    if (no < 1 || (size_t)no > f->focus.n)
        return;
    for (size_t i = (size_t)no; i < f->focus.n; i++)
        f->focus.places[i - 1] = f->focus.places[i];
    f->focus.n--;
}

enum err meeting_focus_post(struct req *rq)
{
    struct focusing f = {0};
    struct room_showing show = {.item = MEETING_FOCUS};
    TRY(room_load(rq, &f.r));
    if (f.r->m.state != MEETING_OPEN)
        return f.r->m.state == MEETING_CLOSED ? room_late(rq, f.r->m.id) : ERR_CONFLICT;
    if (!f.r->has_period)
        return ERR_NOTFOUND;
    TRY(room_tell(f.r, true));
    f.focus = f.r->focus;
    bool fresh = req_int(rq, "version", 0) == f.focus.version;
    if (req_has(rq, "remove"))
        take_away(&f, (int)req_int(rq, "remove", 0));
    else
        read_place(&f);
    if (rq->problems)
        return show_again(f.r, &show, false);
    enum err e = fresh ? web_write(rq, write_focus, &f) : ERR_CONFLICT;
    if (e == ERR_CONFLICT) {
        req_problem(rq, NULL, TX(rq, meeting_focus_conflict));
        return show_again(f.r, &show, true);
    }
    TRY(e);
    return web_done(rq, room_at_item(rq, f.r->m.id, MEETING_FOCUS), T_done_changes_focus);
}

/* --- A new action --- */

struct deciding {
    struct room *r;
    struct action_line line;
};

static enum err write_action(struct tx *tx, void *arg)
{
    struct deciding *d = arg;
    struct req *rq = d->r->rq;
    TRY(meeting_may_decide(tx, web_municipality(rq), d->r->m.id, d->line.id));
    TRY(action_line_add(tx, &d->line));
    TRY(meeting_decided(tx, web_municipality(rq), d->r->m.id, d->line.id));
    return web_audit(rq, tx, "meeting.decide", "meeting", d->r->m.id, NULL);
}

/* The same line sent twice is one action; a form that was filled in anew is another one. */
static bool is_decided(struct deciding *d)
{
    struct req *rq = d->r->rq;
    d->line.id = room_form(rq);
    bool decided = false;
    for (size_t i = 0; i < d->r->n_decisions; i++)
        decided = decided || id_eq(d->r->decisions[i].action, d->line.id);
    const struct action *x = decided ? room_action(d->r, d->line.id) : NULL;
    if (x && str_eq(x->problem, req_field(rq, "problem")) &&
        str_eq(x->title, req_field(rq, "measure")))
        return true;
    if (decided)
        d->line.id = id_new();
    return false;
}

/* The area of a place that the meeting has put in focus by that name; none: it has none. */
static struct id focus_area(const struct room *r, const char *place)
{
    const char *wanted = place ? str_fold(r->rq->arena, place) : NULL;
    for (size_t i = 0; wanted && i < r->focus.n; i++) {
        const char *name = str_fold(r->rq->arena, r->focus.places[i].name);
        if (name && str_eq(name, wanted))
            return r->focus.places[i].area;
    }
    return (struct id){{0}};
}

static enum err decided(struct room *r)
{
    return web_done(r->rq, room_at_item(r->rq, r->m.id, MEETING_ACTIONS), T_done_meeting_decided);
}

enum err meeting_decide_post(struct req *rq)
{
    struct deciding d = {0};
    struct room_showing show = {.item = MEETING_ACTIONS};
    struct date last;
    TRY(room_load(rq, &d.r));
    if (is_decided(&d))
        return decided(d.r);
    if (d.r->m.state != MEETING_OPEN)
        return d.r->m.state == MEETING_CLOSED ? room_late(rq, d.r->m.id) : ERR_CONFLICT;
    const char *day = req_field(rq, "last");
    d.line = (struct action_line){.id = d.line.id,
                                  .problem = req_field(rq, "problem"),
                                  .measure = req_field(rq, "measure"),
                                  .type = req_field(rq, "type"),
                                  .kind = req_field(rq, "kind"),
                                  .within = req_id(rq, "within"),
                                  .organisation = req_id(rq, "organisation")};
    if (id_is_none(d.line.within))
        d.line.within = focus_area(d.r, req_field(rq, "place"));
    if (day && !date_parse(day, &last))
        d.line.ends_at = date_start(date_add(last, 1));
    TRY(action_line_read(rq, &d.line));
    show.ask_type = d.line.type || req_problem_of(rq, "type");
    show.ask_within = d.line.unknown;
    show.ask_kind = d.line.kind || req_problem_of(rq, "kind");
    if (rq->problems)
        return show_again(d.r, &show, false);
    enum err e = web_write(rq, write_action, &d);
    if (e == ERR_CONFLICT)
        return show_again(d.r, &show, true);
    if (e == ERR_CANCELLED) { /* sent twice at once: has the other one decided it? */
        TRY(room_load(rq, &d.r));
        if (is_decided(&d))
            return decided(d.r);
    }
    TRY(e);
    return decided(d.r);
}

/* --- A decision that was wrong --- */

struct undeciding {
    struct room *r;
    struct id action;
    bool changed; /* somebody has changed it since: it stays */
};

static enum err write_undecide(struct tx *tx, void *arg)
{
    struct undeciding *u = arg;
    struct req *rq = u->r->rq;
    u->changed = false;
    TRY(meeting_undecided(tx, web_municipality(rq), u->r->m.id, u->action));
    enum err e = action_withdraw(tx, rq->arena, web_municipality(rq), u->action);
    u->changed = e == ERR_CONFLICT;
    if (u->changed)
        return ERR_CANCELLED;
    if (e != ERR_NOTFOUND)
        TRY(e);
    TRY(web_audit(rq, tx, "action.withdraw", "action", u->action, NULL));
    return web_audit(rq, tx, "meeting.undecide", "meeting", u->r->m.id, NULL);
}

enum err meeting_undecide_post(struct req *rq)
{
    struct undeciding u = {.action = req_id(rq, "action")};
    struct room_showing show = {.item = MEETING_ACTIONS};
    TRY(room_load(rq, &u.r));
    const char *item = room_at_item(rq, u.r->m.id, MEETING_ACTIONS);
    if (u.r->m.state != MEETING_OPEN)
        return u.r->m.state == MEETING_CLOSED ? room_late(rq, u.r->m.id) : ERR_CONFLICT;
    if (rq->problems)
        return ERR_NOTFOUND;
    enum err e = web_write(rq, write_undecide, &u);
    if (u.changed && e == ERR_CANCELLED) {
        req_problem(rq, NULL, TX(rq, meeting_decided_changed));
        return show_again(u.r, &show, true);
    }
    if (e == ERR_CONFLICT) /* it was closed in this very moment */
        return room_late(rq, u.r->m.id);
    if (e == ERR_NOTFOUND) /* pressed twice, or by two at once: it is no decision any longer */
        return resp_redirect(rq, item);
    TRY(e);
    return web_done(rq, item, T_done_meeting_undecided);
}
