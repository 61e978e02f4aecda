/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* What the pages of actions share. */
#pragma once

#include "core/type_labels.h"
#include "core/web.h"
#include "parts/action/action_inner.h"
#include "parts/action/action_view.h"

extern const struct field_spec action_query_fields[], action_form_fields[], action_new_fields[],
    action_state_fields[], action_plan_fields[], action_wheel_fields[];

/* The names of things, loaded once for a request. */
struct action_names {
    struct req *rq;
    struct q_action_areas_row *areas;
    size_t n_areas;
    struct q_action_organisations_row *organisations;
    size_t n_organisations;
    struct type_labels labels;
};
NODISCARD enum err action_names_load(struct tx *tx, struct req *rq, struct action_names *out);
const char *action_name_area(const struct action_names *n, struct id id);         /* never NULL */
const char *action_name_organisation(const struct action_names *n, struct id id); /* the same */
const char *action_name_type(const struct action_names *n, const char *code);
bool action_has_area(const struct action_names *n, struct id id);
bool action_has_organisation(const struct action_names *n, struct id id, bool active);

/* May this reader see single places, what is written about the problem, and numbers? */
bool action_sees_all(const struct req *rq);
/* "Norra övningsområdet"; "inom 200 m från Övningsparken"; for others only that it is a place. */
const char *action_place_text(const struct action_names *n, const struct action_ground *g);
/* "1 mars – 30 april 2026". */
const char *action_days_text(struct req *rq, msec from, msec to);
const char *action_day(struct req *rq, msec t);
const char *action_id_string(struct req *rq, struct id id);
const char *action_number(struct req *rq, int64_t n);
/* "/1493/atgarder/ID" and what follows. */
const char *action_href(struct req *rq, struct id id, const char *tail);
NODISCARD enum err action_param(struct req *rq, struct id *out);
/* Only municipalities have actions. */
NODISCARD enum err action_in_town(const struct req *rq);
/* May this person say how it goes? */
bool action_may_tell(const struct req *rq, const struct action *x);
/* Has a text something that points at a person? Then a problem is added to the field, unless a
 * coordinator has confirmed it. *guarded tells whether to offer that. */
void action_guard(struct req *rq, const char *field, bool *guarded);
/* The choices of a select. */
struct page_choice *action_choices(struct req *rq, size_t n);
NODISCARD enum err action_fill_types(struct req *rq, const struct action_names *n,
                                     struct page_field *f, bool all);
NODISCARD enum err action_fill_areas(struct req *rq, const struct action_names *n,
                                     struct page_field *f, enum text_key none);
NODISCARD enum err action_fill_organisations(struct req *rq, const struct action_names *n,
                                             struct page_field *f, enum text_key none);
NODISCARD enum err action_fill_kinds(struct req *rq, struct page_field *f, enum text_key none);
NODISCARD enum err action_crumbs(struct req *rq, struct page *p, const struct action *x);
NODISCARD enum err action_audit(struct req *rq, struct tx *tx, const char *what, struct id id);

/* All that the filters of the address let through, with names and verdicts. */
struct action_found {
    struct action_names names;
    struct action **list; /* overdue first, then open, then closed */
    size_t n, n_overdue, n_open;
    const char **verdicts; /* beside list; NULL where there is none */
    msec now;
};
NODISCARD enum err action_find(struct req *rq, struct action_found *out);
/* The address with the filters of this one. */
const char *action_filtered(struct req *rq, const char *path);
/* "7 åtgärder i Mariestad. Sista dagen har passerat för 1." */
const char *action_sentence(struct req *rq, const struct action_found *f);

/* All about one. ERR_NOTFOUND. */
struct action_whole {
    struct req *rq;
    struct id id;
    struct action x;
    struct action_names names;
    struct action_plan *plans;
    size_t n_plans;
    struct q_action_effects_row *effects;
    size_t n_effects;
    struct q_action_told_row *told;
    size_t n_told;
};
NODISCARD enum err action_whole_read(struct req *rq, struct action_whole *out);

/* Draws the page of one, also with what was typed in its form. */
NODISCARD enum err action_draw_one(struct req *rq, const struct action_whole *w, bool guarded);

/* action_ics.c: calendar of n actions. */
struct action_ics {
    const char *base; /* "https://samsyn.example.se/1493/atgarder/" */
    const char *name; /* of the calendar */
    enum lang lang;
    msec now;
};
void action_ics_write(const struct action_ics *c, const struct action *const *list, size_t n,
                      struct buf *out);

http_handler action_list_page, action_list_csv, action_list_json, action_list_xlsx, action_list_ics,
    action_wheel_page, action_new_page, action_new_post, action_one_page, action_one_ics,
    action_edit_page, action_edit_post, action_state_post, action_plan_page, action_plan_post,
    action_lock_post;
