/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Routes of the part, and what waits there. */
#include "base/str.h"
#include "parts/review/review_web.h"
#include "review_sql.h"

static const struct route routes[] = {
    ROUTE(GET, "/:municipality/granska", PERM_REVIEW, review_inbox_page,
          .summary = "Reports that nobody has reviewed."),
    ROUTE(POST, "/:municipality/granska", PERM_REVIEW, review_send, .fields = review_fields,
          .rate = RATE_WRITE, .summary = "One action for one report or several."),
    ROUTE(POST, "/:municipality/granska/angra", PERM_REVIEW, review_undo_send,
          .fields = review_undo_fields, .rate = RATE_WRITE,
          .summary = "Take back the latest thing one did."),
    ROUTE(GET, "/:municipality/granska/:id", PERM_REVIEW, review_one_page,
          .summary = "One report with all that can be done with it."),
    ROUTES_END,
};

static const struct route mine_routes[] = {
    ROUTE(GET, "/:municipality/till-dig", PERM_EVENT_READ_OWN, review_mine_page,
          .summary = "Questions about one's own reports, and what was sent on."),
    ROUTE(POST, "/:municipality/till-dig/:id/svar", PERM_EVENT_READ_OWN, review_answer_send,
          .fields = review_answer_fields, .rate = RATE_WRITE, .summary = "Answer a question."),
    ROUTE(POST, "/:municipality/till-dig/:id/mottaget", PERM_EVENT_READ_OWN, review_seen_send,
          .rate = RATE_WRITE, .summary = "Say that what was sent on is received."),
    ROUTES_END,
};

enum err review_left(struct tx *tx, struct arena *a, const char *municipality,
                     struct review_left *out)
{
    struct q_review_waiting_count_in in = {municipality};
    struct q_review_waiting_count_row row;
    TRY(q_review_waiting_count_one(tx, a, &in, &row));
    *out = (struct review_left){row.n, row.citizen};
    return ERR_OK;
}

struct counting {
    struct req *rq;
    int64_t n, any;
};

static enum err count(struct tx *tx, void *arg)
{
    struct counting *c = arg;
    struct review_left left;
    TRY(review_left(tx, c->rq->arena, web_municipality(c->rq), &left));
    c->n = left.n;
    return ERR_OK;
}

static enum err waits(struct req *rq, int64_t *n)
{
    struct counting c = {.rq = rq};
    *n = PART_HIDDEN;
    if (str_ends(web_municipality(rq), "00"))
        return ERR_OK;
    TRY(web_read(rq, count, &c));
    *n = c.n;
    return ERR_OK;
}

static enum err told(struct req *rq, struct page_link *out)
{
    int64_t n;
    TRY(waits(rq, &n));
    if (n > 0)
        *out = (struct page_link){TXF(rq, review_told, n), web_address(rq, "/granska"), false};
    return ERR_OK;
}

static enum err count_mine(struct tx *tx, void *arg)
{
    struct counting *c = arg;
    const struct who *w = web_who(c->rq);
    struct id mine = w->here ? w->here->organisation : (struct id){{0}};
    struct q_review_mine_count_in in = {web_municipality(c->rq), w->account, mine};
    struct q_review_mine_count_row row;
    struct q_review_mine_any_in any_in = {in.municipality, in.reporter_id, in.organisation_id};
    struct q_review_mine_any_row any;
    TRY(q_review_mine_count_one(tx, c->rq->arena, &in, &row));
    c->n = row.n;
    if (row.n == 0)
        TRY(q_review_mine_any_one(tx, c->rq->arena, &any_in, &any));
    c->any = row.n ? row.n : any.n;
    return ERR_OK;
}

/* Shown only to whom somebody has written. */
static enum err waits_mine(struct req *rq, int64_t *n)
{
    struct counting c = {.rq = rq};
    *n = PART_HIDDEN;
    if (str_ends(web_municipality(rq), "00"))
        return ERR_OK;
    TRY(web_read(rq, count_mine, &c));
    *n = c.any || str_starts(rq->path, web_address(rq, "/till-dig")) ? c.n : PART_HIDDEN;
    return ERR_OK;
}

const struct part review_part = {
    .name = "review",
    .routes = routes,
    .queries = review_queries,
    .nav_path = "/granska",
    .nav_label = T_review_title,
    .nav_perm = PERM_REVIEW,
    .nav_rank = 20,
    .nav_waits = waits,
    .told = told,
};

const struct part review_mine_part = {
    .name = "review_mine",
    .routes = mine_routes,
    .nav_path = "/till-dig",
    .nav_label = T_review_mine_title,
    .nav_perm = PERM_EVENT_READ_OWN,
    .nav_rank = 15,
    .nav_waits = waits_mine,
};
