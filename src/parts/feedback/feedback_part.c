/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Routes of the part, and what is new for who asks. */
#include "base/str.h"
#include "parts/feedback/feedback_web.h"

#define TEMPLATES "/:municipality/installningar/svarsmallar"
#define WRITE .rate = RATE_WRITE

static const struct route routes[] = {
    ROUTE(GET, "/:municipality/mina-rapporter", PERM_EVENT_ADD, feedback_mine_page,
          .fields = feedback_mine_fields, .summary = "One's own reports and what came of each."),
    ROUTE(POST, "/:municipality/mina-rapporter/brev", PERM_EVENT_ADD, feedback_letters_send, WRITE,
          .fields = feedback_letters_fields, .summary = "Have the letter of the week, or not."),
    ROUTE(GET, "/brev/sluta/:token", PERM_ANYONE, feedback_stop_page,
          .summary = "Asks whether to end the letters of the week."),
    ROUTE(POST, "/brev/sluta/:token", PERM_ANYONE, feedback_stop_send, WRITE,
          .flags = ROUTE_NO_TOKEN, .summary = "End the letters of the week."),
    ROUTE(GET, "/:municipality/svar", PERM_REVIEW, feedback_answer_page,
          .fields = feedback_answer_query,
          .summary = "Reports that nobody has answered, and how many were."),
    ROUTE(POST, "/:municipality/svar", PERM_REVIEW, feedback_answer_send, WRITE,
          .fields = feedback_answer_fields, .summary = "Answer one report or several."),
    ROUTE(POST, "/:municipality/svar/:id/ta-tillbaka", PERM_REVIEW, feedback_withdraw_send, WRITE,
          .summary = "Take an answer back."),
    ROUTE(GET, TEMPLATES, PERM_SETTINGS, feedback_templates_page,
          .summary = "Templates for answers."),
    ROUTE(GET, TEMPLATES "/ny", PERM_SETTINGS, feedback_template_new_page,
          .summary = "The form of a new template."),
    ROUTE(POST, TEMPLATES "/ny", PERM_SETTINGS, feedback_template_new_send, WRITE,
          .fields = feedback_template_fields, .summary = "Add a template."),
    ROUTE(GET, TEMPLATES "/:key", PERM_SETTINGS, feedback_template_page,
          .summary = "One template."),
    ROUTE(POST, TEMPLATES "/:key", PERM_SETTINGS, feedback_template_send, WRITE,
          .fields = feedback_template_fields, .summary = "Change a template."),
    ROUTE(POST, TEMPLATES "/:key/ta-bort", PERM_SETTINGS, feedback_template_remove_send, WRITE,
          .fields = feedback_remove_fields, .summary = "Remove a template."),
    ROUTES_END,
};

struct counting {
    struct req *rq;
    int64_t n;
};

static enum err count(struct tx *tx, void *arg)
{
    struct counting *c = arg;
    struct q_feedback_unseen_in in = {web_municipality(c->rq), web_who(c->rq)->account};
    struct q_feedback_unseen_row row;
    TRY(q_feedback_unseen_one(tx, c->rq->arena, &in, &row));
    c->n = row.n;
    return ERR_OK;
}

/* Who answers others seldom reports: shown to them when something has come. */
static enum err waits(struct req *rq, int64_t *n)
{
    struct counting c = {.rq = rq};
    *n = PART_HIDDEN;
    if (feedback_in_town(rq))
        return ERR_OK;
    TRY(web_read(rq, count, &c));
    bool shown = c.n || !web_may(rq, PERM_REVIEW) ||
                 str_starts(rq->path, web_address(rq, "/mina-rapporter"));
    *n = shown ? c.n : PART_HIDDEN;
    return ERR_OK;
}

static enum err start(struct app *app)
{
    feedback_digest_register(app);
    return ERR_OK;
}

const struct part feedback_part = {
    .name = "feedback",
    .routes = routes,
    .queries = feedback_queries,
    .nav_path = "/mina-rapporter",
    .nav_label = T_feedback_title,
    .nav_rank = 45,
    .nav_perm = PERM_EVENT_ADD,
    .nav_waits = waits,
    .start = start,
};

static enum err in_town(struct req *rq, int64_t *n)
{
    *n = feedback_in_town(rq) ? PART_HIDDEN : 0;
    return ERR_OK;
}

const struct part feedback_desk_part = {
    .name = "feedback_desk",
    .nav_path = "/svar",
    .nav_label = T_feedback_desk,
    .nav_rank = 55,
    .nav_perm = PERM_REVIEW,
    .nav_waits = in_town,
    .told = feedback_desk_told,
};
