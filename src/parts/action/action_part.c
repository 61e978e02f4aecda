/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Routes of the part. */
#include "parts/action/action_web.h"

#define AT "/:municipality/atgarder"
#define READ PERM_ACTION_READ
#define EDIT PERM_ACTION_EDIT
#define WRITE .rate = RATE_WRITE
#define FILES .fields = action_query_fields, .rate = RATE_EXPORT

static const struct route routes[] = {
    ROUTE(GET, AT, READ, action_list_page, .fields = action_query_fields,
          .summary = "Actions of the municipality, what is overdue first."),
    ROUTE(GET, "/:municipality/atgarder.csv", READ, action_list_csv, FILES,
          .summary = "The actions as CSV."),
    ROUTE(GET, "/:municipality/atgarder.xlsx", READ, action_list_xlsx, FILES,
          .summary = "The actions as a spreadsheet."),
    ROUTE(GET, "/:municipality/atgarder.json", READ, action_list_json, FILES,
          .summary = "The actions as JSON."),
    ROUTE(GET, "/:municipality/atgarder.ics", READ, action_list_ics, FILES,
          .summary = "When actions begin and are due, as a calendar."),
    ROUTE(GET, AT "/arshjul", READ, action_wheel_page, .fields = action_wheel_fields,
          .summary = "The year's actions, month by month."),
    ROUTE(GET, AT "/ny", EDIT, action_new_page, .fields = action_new_fields,
          .summary = "The form of a new action, filled in from a finding or a filter."),
    ROUTE(POST, AT "/ny", EDIT, action_new_post, WRITE, .fields = action_form_fields,
          .summary = "Add an action."),
    ROUTE(GET, AT "/:id.ics", READ, action_one_ics, .rate = RATE_EXPORT,
          .summary = "One action as a calendar."),
    ROUTE(GET, AT "/:id", READ, action_one_page, .summary = "One action."),
    ROUTE(GET, AT "/:id/redigera", EDIT, action_edit_page, .summary = "The form of an action."),
    ROUTE(POST, AT "/:id/redigera", EDIT, action_edit_post, WRITE, .fields = action_form_fields,
          .summary = "Change an action."),
    ROUTE(POST, AT "/:id/lage", PERM_ACTION_STATE, action_state_post, WRITE,
          .fields = action_state_fields, .summary = "Say how it goes with an action."),
    ROUTE(GET, AT "/:id/plan", EDIT, action_plan_page,
          .summary = "The form of how its effect is measured."),
    ROUTE(POST, AT "/:id/plan", EDIT, action_plan_post, WRITE, .fields = action_plan_fields,
          .summary = "Save the plan of how its effect is measured."),
    ROUTE(POST, AT "/:id/plan/las", EDIT, action_lock_post, WRITE,
          .summary = "Lock the plan before the action starts."),
    ROUTES_END,
};

static enum err start(struct app *app)
{
    action_care_register(app);
    return ERR_OK;
}

struct reading {
    struct req *rq;
    struct action *all;
    size_t n;
};

static enum err read_all(struct tx *tx, void *arg)
{
    struct reading *r = arg;
    return action_list(tx, r->rq->arena, web_municipality(r->rq), &r->all, &r->n);
}

static enum err told(struct req *rq, struct page_link *out)
{
    struct reading r = {.rq = rq};
    struct action_picked late;
    TRY(web_read(rq, read_all, &r));
    TRY(action_pick(rq->arena, r.all, r.n, &(struct action_asked){ACTION_OVERDUE, 0, 0, time_now()},
                    &late));
    if (late.n)
        *out = (struct page_link){TXF(rq, action_told, (int64_t)late.n),
                                  web_address(rq, "/atgarder"), false};
    return ERR_OK;
}

const struct part action_part = {
    .name = "action",
    .routes = routes,
    .queries = action_queries,
    .nav_path = "/atgarder",
    .nav_label = T_action_list_title,
    .nav_perm = PERM_ACTION_READ,
    .nav_rank = 30,
    .start = start,
    .told = told,
};
