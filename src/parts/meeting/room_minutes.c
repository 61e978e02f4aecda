/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The minutes as they would be now: each item as lines of what the program knows. */
#include <string.h>

#include "base/mem.h"
#include "base/str.h"
#include "parts/meeting/meeting_inner.h"
#include "tmpl/format.h"

#define CHANGES_MOST 12

struct lines {
    struct room *r;
    const char **list;
    size_t n;
    bool failed;
};

static void say(struct lines *l, const char *text)
{
    l->failed = l->failed || !text;
    if (text && l->n < MEETING_LINES_MOST)
        l->list[l->n++] = text;
}

static const char *joined(struct arena *a, const char *before, const char *more)
{
    return before ? arena_printf(a, "%s, %s", before, more) : more;
}

/* --- Each item --- */

/* Those of one organisation on one line; people come in its order. */
static void attendance(struct lines *l)
{
    struct room *r = l->r;
    struct req *rq = r->rq;
    for (size_t i = 0; i < r->n_people;) {
        const char *who = NULL, *of = r->people[i].organisation;
        for (; i < r->n_people && str_eq(r->people[i].organisation, of); i++)
            if (room_here(r, r->people[i].account))
                who = joined(rq->arena, who, r->people[i].name);
        if (who)
            say(l,
                arena_printf(rq->arena, "%s: %s", of ? of : TX(rq, meeting_no_organisation), who));
    }
    for (size_t i = 0; i < r->n_guests; i++)
        say(l,
            TXF(rq, meeting_guest_line, (int64_t)r->guests[i].people, r->guests[i].organisation));
    if (l->n == 0)
        say(l, TX(rq, meeting_nobody));
}

static void followup(struct lines *l)
{
    struct room *r = l->r;
    struct req *rq = r->rq;
    for (size_t i = 0; i < r->n_followed; i++) {
        const struct action *x = r->followed[i];
        int tick = room_tick(r, x->id);
        const char *said = tick > 0                 ? TX(rq, meeting_tick_done)
                           : tick == 0              ? TX(rq, meeting_tick_not)
                           : !action_open(x->state) ? action_state_text(rq->lang, x->state)
                                                    : TX(rq, meeting_tick_none);
        say(l, TXF(rq, meeting_followed_line, x->title, action_owner_of(r->names, x), said));
    }
    if (l->n == 0)
        say(l, TX(rq, meeting_no_followed));
}

static void overdue_of(struct lines *l, struct id organisation)
{
    struct room *r = l->r;
    const char *titles = NULL;
    const struct action *first = NULL;
    int64_t n = 0;
    for (size_t i = 0; i < r->n_actions; i++) {
        const struct action *x = &r->actions[i];
        if (!id_eq(x->organisation, organisation) || !action_overdue(x, r->now))
            continue;
        first = first ? first : x;
        titles = joined(r->rq->arena, titles, x->title);
        n++;
    }
    if (n)
        say(l, TXF(r->rq, meeting_overdue_line, n, action_owner_of(r->names, first), titles));
}

static void exceptions(struct lines *l)
{
    struct room *r = l->r;
    const char *silent = NULL;
    for (size_t i = 0; i < r->n_silent; i++)
        silent = joined(r->rq->arena, silent, r->silent[i].name);
    if (silent)
        say(l, TXF(r->rq, meeting_silent_line, silent));
    for (size_t i = 0; i < r->n_actions; i++) {
        bool told = false;
        for (size_t k = 0; k < i && !told; k++)
            told = id_eq(r->actions[k].organisation, r->actions[i].organisation);
        if (!told)
            overdue_of(l, r->actions[i].organisation);
    }
    if (l->n == 0)
        say(l, TX(r->rq, meeting_no_exceptions));
}

/* The same as under "Vad har förändrats": what may be chance is one click away, and not the
 * meeting's time. */
static void sentences(struct lines *l, const struct picture_sentence *rows, size_t n)
{
    struct req *rq = l->r->rq;
    for (size_t i = 0; i < n && l->n < CHANGES_MOST; i++) {
        const struct picture_sentence *s = &rows[i];
        if (s->plain)
            continue;
        size_t len = strlen(s->strong);
        bool dot = len && s->strong[len - 1] == '.'; /* the verdict belongs to the sentence */
        say(l, s->verdict ? arena_printf(rq->arena, "%.*s (%s)%s", (int)(len - dot), s->strong,
                                         s->verdict, dot ? "." : "")
                          : s->strong);
    }
}

static void changes(struct lines *l)
{
    struct room *r = l->r;
    struct req *rq = r->rq;
    if (!r->has_told) {
        say(l, TX(rq, meeting_no_period));
        return;
    }
    const struct picture_words *w = &r->told.words;
    sentences(l, &w->all, 1);
    sentences(l, w->sentences, w->n_sentences);
    if (w->has_spots && !w->looking && !w->empty) {
        sentences(l, w->fresh.rows, w->fresh.n_rows);
        sentences(l, w->steps.rows, w->steps.n_rows);
        sentences(l, w->season.rows, w->season.n_rows);
        sentences(l, w->chains.rows, w->chains.n_rows);
    }
    if (w->looking)
        say(l, TX(rq, meeting_still_counting));
    else if (l->n == 0)
        say(l, TX(rq, meeting_no_changes));
}

static void levels(struct lines *l)
{
    struct room *r = l->r;
    for (size_t i = 0; r->has_told && i < r->told.names.n_areas; i++) {
        const struct picture_name *area = &r->told.names.areas[i];
        const struct area_level *x = room_level(r, area->id);
        if (x && x->level != PAGE_NO_LEVEL)
            say(l, arena_printf(r->rq->arena, "%s: %s. %s", area->name,
                                room_level_word(r->rq, x->level), x->reason));
    }
    if (l->n == 0)
        say(l, TX(r->rq, meeting_no_levels));
}

static void focus(struct lines *l)
{
    struct room *r = l->r;
    for (size_t i = 0; i < r->focus.n; i++)
        say(l, arena_printf(r->rq->arena, "%d. %s. %s", (int)i + 1, r->focus.places[i].name,
                            r->focus.places[i].reason));
    if (l->n == 0)
        say(l, TX(r->rq, meeting_no_focus));
}

const char *room_decision(struct room *r, const struct action *x)
{
    char first[FORMAT_TEXT], last[FORMAT_TEXT];
    format_date(first, r->rq->lang, date_of_msec(x->starts_at));
    format_date(last, r->rq->lang, date_of_msec(x->ends_at - 1));
    return TXF(r->rq, meeting_decision_line, x->problem, action_where_of(r->names, x), x->title,
               action_owner_of(r->names, x), first, last);
}

static void actions(struct lines *l)
{
    struct room *r = l->r;
    for (size_t i = 0; i < r->n_decisions; i++) {
        const struct action *x = room_action(r, r->decisions[i].action);
        if (x)
            say(l, room_decision(r, x));
    }
    if (l->n == 0)
        say(l, TX(r->rq, meeting_no_actions));
}

static void tell(struct lines *l)
{
    struct room *r = l->r;
    struct req *rq = r->rq;
    for (size_t i = 0; i < r->n_messages; i++) {
        const struct meeting_message *m = &r->messages[i];
        say(l, TXF(rq, meeting_tell_line, meeting_audience_text(rq->lang, m->audience), m->words,
                   m->told ? TX(rq, meeting_told) : TX(rq, meeting_not_told)));
    }
    if (l->n == 0)
        say(l, TX(rq, meeting_no_tell));
}

static void next(struct lines *l)
{
    struct room *r = l->r;
    say(l, r->m.next_at ? room_when(r->rq, r->m.next_at) : TX(r->rq, meeting_no_next));
}

enum err room_minutes(struct room *r, struct meeting_minutes *out)
{
    static void (*const makers[MEETING_ITEM_COUNT])(struct lines *) = {
        attendance, followup, exceptions, changes, levels, focus, actions, tell, next};
    *out = (struct meeting_minutes){.lang = r->rq->lang,
                                    .work = r->has_rhythm ? r->rhythm.name : NULL,
                                    .period = r->has_period ? r->period.name : NULL,
                                    .starts_at = r->m.starts_at,
                                    .opened_at = r->m.opened_at,
                                    .closed_at = r->m.closed_at};
    for (int i = 0; i < MEETING_ITEM_COUNT; i++) {
        struct lines l = {.r = r,
                          .list = ARENA_ARRAY(r->rq->arena, MEETING_LINES_MOST, const char *)};
        if (!l.list)
            return ERR_NOMEM;
        makers[i](&l);
        if (l.failed)
            return ERR_NOMEM;
        out->sections[i] = (struct meeting_section){
            .item = (enum meeting_item)i,
            .lines = l.list,
            .n_lines = l.n,
            .note = str_empty(r->notes[i].words) ? NULL : r->notes[i].words,
            .done = r->done[i]};
    }
    return ERR_OK;
}

enum err room_parts(struct req *rq, const struct meeting_minutes *m,
                    const struct meeting_part **out)
{
    struct meeting_part *list = ARENA_ARRAY(rq->arena, MEETING_ITEM_COUNT, struct meeting_part);
    if (!list)
        return ERR_NOMEM;
    for (int i = 0; i < MEETING_ITEM_COUNT; i++) {
        const struct meeting_section *s = &m->sections[i];
        list[i] =
            (struct meeting_part){.item = s->item,
                                  .name = meeting_item_text(rq->lang, s->item),
                                  .lines = s->lines,
                                  .n_lines = s->n_lines,
                                  .note = s->note,
                                  .back = !s->done && s->note ? TX(rq, meeting_comes_back) : NULL};
    }
    *out = list;
    return ERR_OK;
}
