/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The form of an action, between its reading and its drawing. */
#pragma once

#include "parts/action/action_web.h"

#define ACTION_RADIUS 200 /* metres round a named place, when nothing else is said */

struct action_form {
    struct req *rq;
    struct action_names names;
    struct action x;      /* what the form says */
    struct action before; /* what is stored; id none: a new one */
    struct id form;       /* of a new one: what action_form_id() said */
    struct action_plan *plans;
    size_t n_plans;
    struct action_plan plan; /* to be saved with it, version as it was seen */
    bool save_plan, guarded, others;
    const char *circle, *circle_place;
    struct gazetteer_list places;
    struct gazetteer_place near;
    bool has_near;
};

/* Draws it: what the form says, or what is stored. */
NODISCARD enum err action_form_draw(struct action_form *f, const struct action *x);
/* A db_fn; arg is a struct action_form: names, the stored action, places named like "place". */
NODISCARD enum err action_form_names(struct tx *tx, void *arg);
/* A place by its name: an area, or one that has a position of its own. */
bool action_form_found(struct action_form *f, const char *name, double radius);
/* Names like it, with a comma between; NULL: none. */
const char *action_form_like(struct action_form *f);
/* The plan that nobody has looked at follows the action; one that somebody has made stays. Never
 * inside a transaction. */
NODISCARD enum err action_form_plan(struct action_form *f);
/* The id of the action that the form of a new one makes, from its field "form"; a new one when it
 * brings none. */
struct id action_form_id(struct req *rq);
/* A db_fn: stores a new action with its plan, audited. */
NODISCARD enum err action_form_add(struct tx *tx, void *arg);
