/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The first screen of the start page: how much has changed, each thing in one line that leads to
 * where it is told in full, and what waits for somebody. */
#include "base/mem.h"
#include "parts/changes/now.h"

#define BRIEF_MOST 5
#define TODO_MOST 3

/* Places first have a number when they are on the map; here they are reached by their heading. */
static enum err add_group(struct req *rq, const struct changes_group *g, struct changes_brief *list,
                          size_t *n)
{
    for (size_t i = 0; i < g->n_rows; i++) {
        if (g->rows[i].steady) /* told below, but nothing has changed */
            continue;
        if ((*n)++ >= BRIEF_MOST)
            continue;
        struct changes_brief *b = &list[*n - 1];
        *b = (struct changes_brief){g->rows[i].strong, g->rows[i].verdict,
                                    arena_printf(rq->arena, "#%s", g->id)};
        if (!b->href)
            return ERR_NOMEM;
    }
    return ERR_OK;
}

static enum err changed(struct req *rq, const struct picture_words *w, struct changes_now_view *v)
{
    struct changes_brief *list = ARENA_ARRAY(rq->arena, BRIEF_MOST, struct changes_brief);
    size_t n = 0;
    if (!list)
        return ERR_NOMEM;
    for (size_t i = 0; i < w->n_sentences; i++)
        if (n++ < BRIEF_MOST)
            list[n - 1] =
                (struct changes_brief){w->sentences[i].strong, w->sentences[i].verdict, "#typer"};
    for (size_t i = 0; i < v->n_groups; i++)
        TRY(add_group(rq, &v->groups[i], list, &n));
    v->brief = list;
    v->n_brief = n < BRIEF_MOST ? n : BRIEF_MOST;
    v->answer = n          ? TXF(rq, changes_answer, (int64_t)n)
                : w->empty ? (v->has_period ? TX(rq, changes_empty) : TX(rq, changes_empty_days))
                : !w->has_before ? TX(rq, changes_answer_first)
                : w->looking     ? TX(rq, changes_answer_wait)
                                 : TX(rq, changes_answer_none);
    if (n > BRIEF_MOST)
        v->more = TXF(rq, changes_answer_more, (int64_t)(n - BRIEF_MOST));
    return v->answer && (v->more || n <= BRIEF_MOST) ? ERR_OK : ERR_NOMEM;
}

static enum err waits(struct req *rq, const struct picture_told *told, struct changes_now_view *v)
{
    struct changes_brief *list = ARENA_ARRAY(rq->arena, TODO_MOST, struct changes_brief);
    size_t n = 0;
    if (!list)
        return ERR_NOMEM;
    if (v->n_overdue)
        list[n++] = (struct changes_brief){v->actions_said, NULL, "#atgarder"};
    if (v->n_silent)
        list[n++] = (struct changes_brief){v->reporters_said, NULL, "#rapportorer"};
    if (told->picture.waiting && web_may(rq, PERM_REVIEW)) {
        v->review_href = web_address(rq, "/granska");
        list[n++] = (struct changes_brief){TXF(rq, changes_waiting, told->picture.waiting), NULL,
                                           told->words.waiting_href};
    }
    for (size_t i = 0; i < n; i++)
        if (!list[i].text)
            return ERR_NOMEM;
    v->todo = list;
    v->n_todo = n;
    return ERR_OK;
}

enum err now_brief(struct req *rq, const struct picture_told *told, struct changes_now_view *v)
{
    TRY(changed(rq, &told->words, v));
    return waits(rq, told, v);
}
