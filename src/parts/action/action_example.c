/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Invented actions, as they would stand had they been decided when they say. */
#include "parts/action/action_inner.h"

static msec days_later(msec t, int days)
{
    return date_start(date_add(date_of_msec(t), days));
}

static enum err put_action(struct tx *tx, const char *municipality, const struct action *x)
{
    char circle[EVENT_CIRCLE_TEXT];
    bool round = x->ground.circle.radius > 0;
    if (round)
        event_circle_text(&x->ground.circle, circle);
    struct q_action_insert_in in = {
        .municipality = municipality,
        .id = x->id,
        .title = x->title,
        .problem = x->problem,
        .type_code = x->type_code,
        .area = x->ground.area,
        .circle = round ? circle : NULL,
        .place_name = round ? x->ground.place : NULL,
        .seen_from = x->seen_from ? x->seen_from : DB_NO_INT,
        .seen_to = x->seen_to ? x->seen_to : DB_NO_INT,
        .kind = x->kind,
        .organisation = x->organisation,
        .partners = x->partners,
        .starts_at = x->starts_at,
        .ends_at = x->ends_at,
        .yearly = x->yearly,
        .remind_days = x->remind_days,
        .state = action_state_name(x->state),
        .at = x->created_at,
        .origin = x->origin,
    };
    return q_action_insert_run(tx, &in, NULL);
}

static enum err put_plan(struct tx *tx, const char *municipality, const struct action_example *e)
{
    const struct action *x = &e->action;
    char circle[EVENT_CIRCLE_TEXT];
    bool round = x->ground.circle.radius > 0;
    if (round)
        event_circle_text(&x->ground.circle, circle);
    const struct action_plan asked = {.comparison = ACTION_AREA,
                                      .baseline = e->baseline,
                                      .baseline_comparison = e->baseline_comparison};
    struct q_action_plan_add_in in = {
        .municipality = municipality,
        .action = x->id,
        .version = 1,
        .type_code = x->type_code,
        .area = x->ground.area,
        .circle = round ? circle : NULL,
        .place_name = round ? x->ground.place : NULL,
        .comparison = action_comparison_name(id_is_none(e->comparison) ? ACTION_REST : ACTION_AREA),
        .comparison_id = e->comparison,
        .before_from = days_later(x->starts_at, -e->days),
        .before_to = x->starts_at,
        .after_from = x->starts_at,
        .after_to = days_later(x->starts_at, e->days),
        .method = action_method_name(action_method_propose(&asked)),
        .baseline = e->baseline,
        .baseline_comparison = e->baseline_comparison,
        .at = x->created_at,
        .locked_at = DB_NO_INT,
    };
    return q_action_plan_add_run(tx, &in, NULL);
}

enum err action_add_example(struct tx *tx, const char *municipality, const struct action_example *e)
{
    const struct action *x = &e->action;
    struct q_action_tell_in added = {.municipality = municipality,
                                     .action = x->id,
                                     .version = 1,
                                     .at = x->created_at,
                                     .what = "added",
                                     .state = action_state_name(x->state),
                                     .note = e->note,
                                     .changes = "[]"};
    TRY(action_check(x, NULL));
    TRY(put_action(tx, municipality, x));
    TRY(put_plan(tx, municipality, e));
    return q_action_tell_run(tx, &added, NULL);
}
