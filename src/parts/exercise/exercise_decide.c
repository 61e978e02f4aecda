/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* What the invented groups decided: a level for each area and focus places in the latest periods,
 * and the pictures that they adopted. Follows from the events by the program's own suggestion, so
 * that what they decided and what the figures say belong together. */
#include "base/mem.h"
#include "base/str.h"
#include "exercise_sql.h"
#include "parts/changes/changes.h"
#include "parts/exercise/exercise_rows.h"
#include "parts/exercise/exercise_store.h"
#include "parts/meeting/meeting.h"
#include "parts/settings/settings.h"

#define DECIDED 4                 /* periods */
#define TIME_OF_MEETING (14 * 60) /* minutes after midnight */

/* What somebody wrote, by level; which one: by area and period. */
static const char *const reasons[PAGE_RED + 1][3] = {
    [PAGE_GREEN] = {"Lugnt. Inget utöver det vanliga.", "Som vanligt för årstiden.",
                    "Lugnt på kvällarna enligt fältgruppen."},
    [PAGE_YELLOW] = {"Fler rapporter än vanligt. Vi följer området en period till.",
                     "Nedskräpning och klotter kring samma ställe. Håll ögonen på det.",
                     "Oro bland boende för mopedkörning. Ännu inga fler händelser."},
    [PAGE_ORANGE] = {"Tydlig ökning kvällstid. Bevakningen läggs om och belysningen ses över.",
                     "Skadegörelse på samma plats flera kvällar. Gemensam insats behövs.",
                     "Upprepade händelser nära skolan efter skoltid."},
    [PAGE_RED] = {"Kraftig ökning på kort tid. Insats redan den här veckan.",
                  "Bränder och skadegörelse i samma kvarter. Vi samlar alla i dag.",
                  "Flera allvarliga händelser på kort tid. Polis och väktare delar på kvällarna."},
};

static const char *const focus_reasons[FOCUS_MOST] = {
    "Flest händelser i kommunen, och både väktare och bostadsbolag är där dagligen.",
    "Dålig belysning och lite insyn. Gatukontoret kan göra något före nästa möte.",
    "Händelserna kommer på samma tid på dygnet, så närvaro räcker långt.",
};

struct deciding {
    struct app *app;
    struct arena *a;
    const struct exercise *x;
    const char *municipality;
    struct changes_period period;
    int ago; /* 0: the newest */
    struct id by;
    struct picture picture;
    struct picture_names names;
    struct area_level *levels;
    struct focus focus;
    const char *content;
    msec at;
};

static enum page_level_no decide(const struct level_signs *s, uint32_t key)
{
    enum page_level_no l = level_suggest(s);
    if (l == PAGE_NO_LEVEL)
        return PAGE_GREEN;
    if (l == PAGE_GREEN && key % 5 == 0)
        return PAGE_YELLOW; /* people know more than the figures */
    return l;
}

static enum err choose(struct deciding *d)
{
    const struct picture_names *n = &d->names;
    d->levels = ARENA_ARRAY(d->a, n->n_areas + 1, struct area_level);
    if (!d->levels)
        return ERR_NOMEM;
    for (size_t i = 0; i < n->n_areas; i++) {
        struct level_signs s = level_signs_of(&d->picture, n->areas[i].id);
        uint32_t key = (uint32_t)(i * 4 + (size_t)d->ago * 7);
        enum page_level_no l = decide(&s, key);
        d->levels[i] = (struct area_level){.area = n->areas[i].id,
                                           .level = l,
                                           .suggested = level_suggest(&s),
                                           .reason = reasons[l][key % 3]};
    }
    for (size_t i = 0; i < d->picture.places.n && d->focus.n < FOCUS_MOST; i++) {
        const struct picture_group *g = &d->picture.places.rows[i];
        if (g->none || str_empty(g->name))
            continue;
        size_t k = d->focus.n++;
        d->focus.places[k] = (struct focus_place){
            g->name, {{0}}, 3 - (int)(k > 1), 3 - (int)(k > 0), focus_reasons[k]};
    }
    return ERR_OK;
}

/* The group's next meeting, ready to be opened: at two o'clock on the next working day. */
static enum err plan_meeting(struct tx *tx, const struct deciding *d)
{
    struct date day = date_add(d->x->options.end, 1);
    while (date_weekday(day) > 5)
        day = date_add(day, 1);
    struct meeting_plan p = {id_from_name("exercise meeting", d->municipality), d->by,
                             date_at(day, TIME_OF_MEETING), MEETING_MINUTES, EXERCISE_ORIGIN};
    return meeting_plan(tx, d->municipality, &p);
}

static enum err put(struct tx *tx, void *arg)
{
    struct deciding *d = arg;
    for (size_t i = 0; i < d->names.n_areas; i++) {
        const struct area_level *l = &d->levels[i];
        if (d->ago == 0 && i % 3 == 2)
            continue; /* the newest is half done: somebody is to go on with it */
        struct q_exercise_level_in in = {d->municipality,
                                         d->period.id,
                                         l->area,
                                         l->level,
                                         l->suggested ? (int64_t)l->suggested : DB_NO_INT,
                                         l->reason,
                                         d->at,
                                         d->by,
                                         EXERCISE_ORIGIN};
        TRY(q_exercise_level_run(tx, &in, NULL));
    }
    if (d->ago == 0)
        return plan_meeting(tx, d);
    struct q_exercise_focus_in list = {d->municipality, d->period.id, d->at, d->by,
                                       EXERCISE_ORIGIN};
    TRY(q_exercise_focus_run(tx, &list, NULL));
    for (size_t i = 0; i < d->focus.n; i++) {
        const struct focus_place *p = &d->focus.places[i];
        struct q_exercise_focus_place_in in = {d->municipality, d->period.id, (int64_t)i + 1,
                                               p->name,         p->need,      p->influence,
                                               p->reason};
        TRY(q_exercise_focus_place_run(tx, &in, NULL));
    }
    struct q_exercise_adopted_in in = {d->municipality, d->period.id, (int64_t)d->names.n_areas + 1,
                                       d->content,      d->at,        d->by,
                                       EXERCISE_ORIGIN};
    return q_exercise_adopted_run(tx, &in, NULL);
}

static enum err one_period(struct deciding *d)
{
    struct picture_query q = {.municipality = d->municipality,
                              .from = date_of_msec(d->period.starts_at),
                              .to = date_of_msec(d->period.ends_at)};
    struct picture_names_in names = {d->a, d->municipality, &d->names};
    struct adopted_of of = {.work = "EST", .period = d->period.name};
    msec end = date_start(date_add(d->x->options.end, 1));
    d->at = date_at(date_of_msec(d->period.ends_at < end ? d->period.ends_at : end - MSEC_DAY),
                    TIME_OF_MEETING);
    d->focus = (struct focus){0};
    TRY(db_read(d->app->db, d->municipality, picture_names_load, &names));
    TRY(picture_of(d->app, &q, d->at, d->a, &d->picture));
    TRY(picture_look(d->app, false, d->at, d->a, &d->picture));
    TRY(choose(d));
    of.levels = d->levels;
    of.n_levels = d->names.n_areas;
    of.focus = &d->focus;
    TRY(adopted_make(d->a, &d->picture, &d->names, &of, &d->content));
    return db_write(d->app->db, d->municipality, put, d);
}

/* The coordinator, who works in all three. */
static struct id coordinator(const struct exercise *x)
{
    for (uint32_t i = 0; i < x->membership_count; i++)
        if (str_eq(x->memberships[i].role, "prevention_coordinator"))
            return x->accounts[x->memberships[i].account].id;
    return (struct id){{0}};
}

enum err exercise_decide(struct app *app, const struct exercise *x)
{
    struct deciding d = {.app = app, .x = x, .by = coordinator(x), .a = arena_new(64 << 20)};
    enum err e = d.a ? ERR_OK : ERR_NOMEM;
    struct date monday = exercise_monday(x, x->options.end);
    for (int m = 0; m < EXERCISE_MUNICIPALITIES && e == ERR_OK; m++)
        for (d.ago = 0; d.ago <= DECIDED && e == ERR_OK; d.ago++) {
            struct date from = date_add(monday, -14 * d.ago);
            arena_reset(d.a);
            d.municipality = exercise_municipalities[m];
            if (date_days(from) < date_days(x->first))
                break;
            e = exercise_period_of(d.a, d.municipality, from, &d.period.id, &d.period.name);
            d.period.starts_at = date_start(from);
            d.period.ends_at = date_start(date_add(from, 14));
            if (e == ERR_OK)
                e = one_period(&d);
        }
    arena_free(d.a);
    return e;
}
