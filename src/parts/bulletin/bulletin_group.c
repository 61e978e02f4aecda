/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The group's variant: the adopted picture in full, with what stands out and what is done. */
#include <string.h>

#include "base/mem.h"
#include "base/str.h"
#include "parts/action/action_kinds.h"
#include "parts/bulletin/bulletin.h"
#include "tmpl/format.h"

#define TD(d, key) text_get((d)->lang, T_##key)
#define TDF(d, key, ...) bulletin_must((d), text_fmt((d)->a, (d)->lang, T_##key, __VA_ARGS__))
#define SAY(d, ...) bulletin_must((d), arena_printf((d)->a, __VA_ARGS__))

/* --- Shared with the public variant --- */

const char *bulletin_title(struct arena *a, enum lang lang, const char *work, const char *period)
{
    return work ? text_fmt(a, lang, T_bulletin_title_work, work, period)
                : text_fmt(a, lang, T_bulletin_title, period);
}

const char *bulletin_state_text(enum lang lang, enum bulletin_state s)
{
    static const enum text_key keys[BULLETIN_STATES] = {
        [BULLETIN_OVERDUE] = T_bulletin_state_overdue, [BULLETIN_NEW] = T_bulletin_state_new,
        [BULLETIN_ONGOING] = T_bulletin_state_ongoing, [BULLETIN_DONE] = T_bulletin_state_done,
        [BULLETIN_DROPPED] = T_bulletin_state_dropped,
    };
    return text_get(lang, keys[s]);
}

const char *bulletin_level_text(struct arena *a, enum lang lang, enum page_level_no l)
{
    static const struct {
        const char *sign;
        enum text_key word;
    } levels[] = {[PAGE_NO_LEVEL] = {"", T_changes_no_level},
                  [PAGE_GREEN] = {"●\u00a0", T_core_green},
                  [PAGE_YELLOW] = {"◆\u00a0", T_core_yellow},
                  [PAGE_ORANGE] = {"▲\u00a0", T_core_orange},
                  [PAGE_RED] = {"■\u00a0", T_core_red}};
    return arena_printf(a, "%s%s", levels[l].sign, text_get(lang, levels[l].word));
}

/* --- Pieces --- */

static const char *number(struct bulletin_doc *d, int64_t n)
{
    char text[FORMAT_TEXT];
    return n < 0 ? "–" : format_arena(d->a, format_number(text, n));
}

static const char *verdict(const struct bulletin_doc *d, const struct adopted_row *r)
{
    return r->before < 0 ? NULL : picture_certainty_text(d->lang, r->certainty);
}

static bool differs(const struct adopted_row *r)
{
    return r->before >= 0 && r->certainty != CERTAINTY_TOO_FEW &&
           r->certainty != CERTAINTY_NO_SURE_DIFFERENCE;
}

/* What was adopted before the period's end is compared with as long a time. */
static const char *against(struct bulletin_doc *d, const struct adopted *x,
                           const struct adopted_row *r)
{
    const char *said = bulletin_must(d, adopted_against(d->a, d->lang, x, r));
    return said ? said : "";
}

static const char *before(struct bulletin_doc *d, const struct adopted *x,
                          const struct adopted_row *r)
{
    const char *text = adopted_before(d->a, d->lang, x, r);
    return text ? text : "–";
}

static void put_figures(struct bulletin_doc *d, const struct bulletin_group *g)
{
    const struct adopted *x = &g->adopted;
    bool any = false;
    const char *n = TDF(d, picture_n_events, x->all.n);
    bulletin_head(d, TD(d, bulletin_changes));
    if (x->all.before < 0)
        bulletin_text(d, SAY(d, "%s.", n ? n : ""));
    else
        bulletin_text(d, SAY(d, "%s (%s)", against(d, x, &x->all), verdict(d, &x->all)));
    for (size_t i = 0; i < x->n_types; i++) {
        const struct adopted_row *r = &x->types[i];
        if (!differs(r))
            continue;
        any = true;
        bulletin_item(d, SAY(d, "%s (%s)", against(d, x, r), verdict(d, r)));
    }
    if (!any && x->all.before >= 0)
        bulletin_text(d, TD(d, picture_no_finding));
    bulletin_words(d, g->words.group[BULLETIN_CHANGES]);
}

static void put_spots(struct bulletin_doc *d, const struct bulletin_group *g)
{
    const struct bulletin_frozen *f = &g->frozen;
    if (!g->places || !f->looked)
        return;
    bulletin_head(d, TD(d, bulletin_spots));
    if (!f->n_spots)
        bulletin_text(d, TD(d, bulletin_spots_none));
    for (size_t i = 0; i < f->n_spots; i++) {
        const char *said = f->spots[i].said[d->lang], *letter = f->spots[i].letter;
        bulletin_item(d, letter ? SAY(d, "%s. %s", letter, said) : said);
    }
}

/* The levels that stand in the map are those of the adopted picture. */
static void put_map(struct bulletin_doc *d, const struct bulletin_group *g)
{
    struct bulletin_map *m = ARENA_NEW(d->a, struct bulletin_map);
    if (!m && !d->err)
        d->err = ERR_NOMEM;
    if (!m || !g->frozen.map.height)
        return;
    *m = g->frozen.map;
    if (!g->places)
        m->n_marks = 0;
    bulletin_head(d, TD(d, bulletin_map));
    bulletin_map(d, m,
                 m->n_marks ? TDF(d, bulletin_map_alt_marks, g->municipality, (int64_t)m->n_shapes,
                                  (int64_t)m->n_marks)
                            : TDF(d, bulletin_map_alt, g->municipality, (int64_t)m->n_shapes));
}

static void put_types(struct bulletin_doc *d, const struct bulletin_group *g)
{
    const struct adopted *x = &g->adopted;
    const struct bulletin_column columns[] = {
        {TD(d, picture_type), false, 40},
        {TD(d, picture_now), true, 15},
        {adopted_so_far(x) ? TD(d, picture_before_so_far) : TD(d, picture_before), true, 18},
        {TD(d, picture_verdict_before), false, 27}};
    bulletin_head(d, TD(d, bulletin_types));
    struct bulletin_table *t = bulletin_table(d, TD(d, bulletin_types), columns, 4);
    for (size_t i = 0; i <= x->n_types; i++) {
        const struct adopted_row *r = i < x->n_types ? &x->types[i] : &x->all;
        const char *const cells[] = {i < x->n_types ? r->name : TD(d, changes_all_events),
                                     number(d, r->n), before(d, x, r), verdict(d, r)};
        bulletin_row(d, t, cells, r->below);
    }
}

static int number_of(const struct bulletin_map *m, const char *name)
{
    for (size_t i = 0; i < m->n_shapes; i++)
        if (str_eq(m->shapes[i].name, name))
            return m->shapes[i].no;
    return 0;
}

static void put_levels(struct bulletin_doc *d, const struct bulletin_group *g)
{
    const struct adopted *x = &g->adopted;
    const struct bulletin_column columns[] = {
        {TD(d, changes_area), false, 24},
        {TD(d, bulletin_no), true, 8},
        {TD(d, changes_level), false, 15},
        {TD(d, changes_reason), false, 36},
        {adopted_so_far(x) ? TD(d, bulletin_counts_so_far) : TD(d, bulletin_counts), false, 17}};
    bulletin_head(d, TD(d, changes_levels));
    bulletin_words(d, g->words.group[BULLETIN_LEVELS]);
    struct bulletin_table *t =
        x->n_areas ? bulletin_table(d, TD(d, changes_levels), columns, 5) : NULL;
    for (size_t i = 0; i < x->n_areas; i++) {
        const struct adopted_row *r = &x->areas[i];
        int no = number_of(&g->frozen.map, r->name);
        const char *count = r->n < 0 ? "–"
                            : !adopted_before(d->a, d->lang, x, r)
                                ? number(d, r->n)
                                : TDF(d, bulletin_against, r->n, before(d, x, r), verdict(d, r));
        const char *const cells[] = {r->name, no ? number(d, no) : "–",
                                     bulletin_level_text(d->a, d->lang, r->level),
                                     r->reason ? r->reason : "–", count};
        bulletin_row(d, t, cells, false);
    }
}

static void put_focus(struct bulletin_doc *d, const struct bulletin_group *g)
{
    static const enum text_key needs[] = {T_changes_need_1, T_changes_need_2, T_changes_need_3};
    static const enum text_key influences[] = {T_changes_influence_1, T_changes_influence_2,
                                               T_changes_influence_3};
    const struct focus *f = &g->adopted.focus;
    bulletin_head(d, TD(d, changes_focus_next));
    bulletin_words(d, g->words.group[BULLETIN_FOCUS]);
    if (!f->n)
        bulletin_text(d, TD(d, changes_focus_none));
    for (size_t i = 0; i < f->n; i++) {
        const struct focus_place *p = &f->places[i];
        const char *area = g->adopted.focus_areas[i];
        bulletin_item(
            d, SAY(d, "%s%s%s%s: %s %s %s", p->name, area ? " (" : "", area ? area : "",
                   area ? ")" : "", p->reason ? p->reason : "",
                   TDF(d, changes_need_of, text_get(d->lang, needs[p->need - 1])),
                   TDF(d, changes_influence_of, text_get(d->lang, influences[p->influence - 1]))));
    }
}

static bool is_area(const struct bulletin_group *g, const char *name)
{
    for (size_t i = 0; i < g->adopted.n_areas; i++)
        if (str_eq(g->adopted.areas[i].name, name))
            return true;
    return false;
}

/* Many are called the same: where, unless the title says it. Areas are for all who see actions,
 * single places for those who see places, as on the pages of actions. */
static const char *title_of(struct bulletin_doc *d, const struct bulletin_group *g,
                            const struct bulletin_action *x)
{
    if (str_empty(x->where) || strstr(x->title, x->where) || !(g->places || is_area(g, x->where)))
        return x->title;
    return SAY(d, "%s (%s)", x->title, x->where);
}

static void put_actions(struct bulletin_doc *d, const struct bulletin_group *g)
{
    const struct bulletin_frozen *f = &g->frozen;
    const struct bulletin_column columns[] = {{TD(d, bulletin_action), false, 38},
                                              {TD(d, bulletin_owner), false, 26},
                                              {TD(d, bulletin_due), false, 20},
                                              {TD(d, bulletin_state), false, 16}};
    if (!g->actions)
        return;
    bulletin_head(d, TD(d, bulletin_actions));
    bulletin_words(d, g->words.group[BULLETIN_DEEDS]);
    if (!f->n_actions) {
        bulletin_text(d, TD(d, bulletin_actions_none));
        return;
    }
    struct bulletin_table *t = bulletin_table(d, TD(d, bulletin_actions), columns, 4);
    for (size_t i = 0; i < f->n_actions; i++) {
        const struct bulletin_action *x = &f->actions[i];
        char day[FORMAT_TEXT];
        format_date(day, d->lang, date_add(date_of_msec(x->ends_at), -1));
        const char *const cells[] = {title_of(d, g, x), x->owner ? x->owner : "–",
                                     format_arena(d->a, day),
                                     bulletin_state_text(d->lang, x->state)};
        bulletin_row(d, t, cells, false);
    }
}

static void put_method(struct bulletin_doc *d, const struct bulletin_group *g)
{
    const struct adopted *x = &g->adopted;
    char adopted[FORMAT_TEXT], made[FORMAT_TEXT];
    format_datetime(adopted, d->lang, g->head.adopted_at);
    format_datetime(made, d->lang, g->frozen.made_at);
    bulletin_head(d, TD(d, bulletin_method));
    bulletin_text(d, bulletin_must(d, adopted_figures(d->a, d->lang, x)));
    bulletin_text(d, TDF(d, bulletin_frozen, adopted, g->head.version));
    bulletin_text(d, TDF(d, bulletin_made, made));
    bulletin_small(d, TD(d, picture_sure_lead));
    bulletin_small(d, TD(d, picture_sure_cause));
}

void bulletin_group_doc(struct bulletin_doc *d, const struct bulletin_group *g)
{
    const char *days = picture_period_text(d->a, d->lang, g->adopted.from, g->adopted.to);
    const char *period = g->adopted.period ? g->adopted.period : g->head.period_name;
    d->title = bulletin_title(d->a, d->lang, g->adopted.work, period);
    d->lead = days ? TDF(d, bulletin_lead_group, g->municipality, days) : NULL;
    if (!d->title || !d->lead) {
        d->err = ERR_NOMEM;
        return;
    }
    if (g->frozen.exercise)
        bulletin_text(d, SAY(d, "%s %s", TD(d, core_exercise), TD(d, core_exercise_more)));
    if (g->draft)
        bulletin_text(d, TD(d, bulletin_is_draft));
    if (g->adopted.ongoing)
        bulletin_text(d, bulletin_must(d, adopted_was_on(d->a, d->lang, &g->adopted)));
    bulletin_words(d, g->words.group[BULLETIN_INTRO]);
    put_figures(d, g);
    put_spots(d, g);
    put_map(d, g);
    put_levels(d, g);
    put_focus(d, g);
    put_actions(d, g);
    put_types(d, g);
    put_method(d, g);
}
