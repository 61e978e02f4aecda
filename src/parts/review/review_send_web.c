/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* What a reviewer sends: one action for one report or several. The page's script asks for the
 * answer as JSON; without it the answer is a page. */
#include <string.h>

#include "base/jsonw.h"
#include "base/mem.h"
#include "base/str.h"
#include "parts/review/review_web.h"
#include "review_sql.h"

const struct field_spec review_fields[] = {
    {.name = "rapport", .kind = FIELD_ID, .many = true},
    {.name = "gor", .kind = FIELD_CODE},
    {.name = "main", .kind = FIELD_ID},
    {.name = "till", .kind = FIELD_ID},
    {.name = "skal", .kind = FIELD_CODE},
    {.name = "text", .kind = FIELD_LINES, .max = REVIEW_TEXT_MOST},
    {.name = "stryk", .kind = FIELD_LINES, .max = 2000},
    {.name = "mark", .kind = FIELD_INT, .many = true, .max = REVIEW_WORDS_MOST},
    {.name = "allt", .kind = FIELD_BOOL},
    {.name = "saker", .kind = FIELD_BOOL},
    {.name = "sedd", .kind = FIELD_INT, .max = INT64_MAX},
    {.name = "version", .kind = FIELD_INT, .max = INT64_MAX},
    {.name = "svar", .kind = FIELD_CODE},
    {.name = "flera", .kind = FIELD_BOOL},
    {0},
};
const struct field_spec review_undo_fields[] = {
    {.name = "omgang", .kind = FIELD_ID, .required = true}, {0}};

struct sending {
    struct req *rq;
    struct review_order o;
    struct review_answer answer;
    const char **said; /* of each fault */
    struct review_left left;
};

/* --- Reading --- */

/* The form under the inbox has the same fields as the others of the page: its problems are its own.
 */
static const char *field_of(struct req *rq, const char *prefix, const char *name)
{
    const char *s = arena_printf(rq->arena, "%s%s", req_has(rq, "flera") ? "flera-" : prefix, name);
    return s ? s : name;
}

static enum err read_reports(struct sending *s)
{
    struct req *rq = s->rq;
    struct id *ids = ARENA_ARRAY(rq->arena, REVIEW_MOST, struct id);
    if (!ids)
        return ERR_NOMEM;
    s->o.events = ids;
    for (size_t i = 0; s->o.n < REVIEW_MOST; i++) {
        struct id id;
        const char *text = req_nth(rq, "rapport", i);
        bool twice = false;
        if (!text)
            break;
        if (id_parse(text, &id) != ERR_OK)
            continue;
        for (size_t k = 0; k < s->o.n; k++)
            twice = twice || id_eq(ids[k], id);
        if (!twice)
            ids[s->o.n++] = id;
    }
    if (s->o.n == 0)
        req_problem(rq, NULL, TX(rq, review_none_chosen));
    return ERR_OK;
}

/* The words that go with the action: guarded like every free text. */
static void read_words(struct sending *s)
{
    struct req *rq = s->rq;
    const char *text = req_field(rq, "text"), *reason = review_reason(rq, req_field(rq, "skal"));
    const char *kind = arena_printf(rq->arena, "%s-", review_kind_name(s->o.kind));
    const char *name = field_of(rq, kind ? kind : "", "text");
    s->o.words = text;
    if (s->o.kind == REVIEW_REJECT) {
        if (!reason)
            req_problem(rq, field_of(rq, "", "skal"), TX(rq, review_need_reason));
        else if (str_eq(req_field(rq, "skal"), "other") && str_empty(text))
            req_problem(rq, name, TX(rq, review_need_words));
        s->o.words = text && reason ? arena_printf(rq->arena, "%s. %s", reason, text) : reason;
    }
    if (str_empty(text) && (s->o.kind == REVIEW_ASK || s->o.kind == REVIEW_OVERRIDE))
        req_problem(rq, name,
                    s->o.kind == REVIEW_ASK ? TX(rq, review_need_question)
                                            : TX(rq, review_need_words));
    if (review_points(text))
        req_problem(rq, name, TX(rq, review_guard));
}

static enum err load_event(struct tx *tx, void *arg)
{
    struct sending *s = arg;
    struct event *e = ARENA_NEW(s->rq->arena, struct event);
    struct review_mark *marks;
    size_t n;
    if (!e)
        return ERR_NOMEM;
    TRY(event_get(tx, s->rq->arena, s->o.municipality, s->o.events[0], e));
    TRY(review_marks(s->rq, e, &marks, &n));
    const char **words = (const char **)s->o.strike.words;
    for (size_t i = 0; req_nth(s->rq, "mark", i) && s->o.strike.n < REVIEW_WORDS_MOST; i++) {
        int64_t at;
        if (str_to_int(req_nth(s->rq, "mark", i), &at) && at >= 0 && at < (int64_t)n)
            words[s->o.strike.n++] = marks[at].text;
    }
    if (review_comes_back(e))
        s->o.strike.n = 0;
    return ERR_OK;
}

/* Words to strike out: those that the guard found, and others, one on a line. */
static enum err read_strike(struct sending *s)
{
    struct req *rq = s->rq;
    const char **words = ARENA_ARRAY(rq->arena, REVIEW_WORDS_MOST, const char *);
    char *lines = req_field(rq, "stryk") ? arena_strdup(rq->arena, req_field(rq, "stryk")) : NULL;
    if (!words)
        return ERR_NOMEM;
    s->o.strike.words = words;
    s->o.strike.instead = text_get(LANG_SV, T_review_struck);
    char *rest = NULL;
    for (char *one = lines ? strtok_r(lines, "\r\n", &rest) : NULL;
         one && s->o.strike.n < REVIEW_WORDS_MOST; one = strtok_r(NULL, "\r\n", &rest)) {
        const char *word = str_trim(rq->arena, one);
        if (str_empty(word))
            continue;
        if (!event_strike_fit(word) && !req_problem_of(rq, "stryk"))
            req_problem(rq, "stryk", TXF(rq, review_strike_short, word));
        words[s->o.strike.n++] = word;
    }
    if (s->o.n)
        TRY(web_read(rq, load_event, s));
    if (s->o.n > 1)
        req_problem(rq, NULL, TX(rq, review_one_at_a_time));
    if (req_has(rq, "allt"))
        s->o.kind = REVIEW_REDACT;
    else if (!s->o.strike.n)
        req_problem(rq, "stryk", TX(rq, review_need_strike));
    if (!req_has(rq, "saker"))
        req_problem(rq, "saker", TX(rq, review_need_sure));
    return ERR_OK;
}

static enum err read_order(struct sending *s)
{
    struct req *rq = s->rq;
    s->o.municipality = web_municipality(rq);
    s->o.by = web_who(rq)->account;
    s->o.object = req_id(rq, "main");
    s->o.seen = req_int(rq, "sedd", 0);
    s->o.version = req_int(rq, "version", 0);
    TRY(read_reports(s));
    if (!review_kind_parse(req_field(rq, "gor"), &s->o.kind) || s->o.kind == REVIEW_KEEP) {
        req_problem(rq, req_has(rq, "flera") ? "flera-gor" : NULL, TX(rq, review_unknown));
        return ERR_OK;
    }
    if (s->o.version && s->o.n > 1)
        req_problem(rq, NULL, TX(rq, review_one_at_a_time));
    if (s->o.kind == REVIEW_LINK && id_is_none(s->o.object))
        req_problem(rq, "main", TX(rq, review_need_main));
    if (s->o.kind == REVIEW_FORWARD) {
        s->o.object = req_id(rq, "till");
        if (id_is_none(s->o.object))
            req_problem(rq, "till", TX(rq, review_need_to));
    }
    if (s->o.kind == REVIEW_STRIKE || s->o.kind == REVIEW_REDACT) {
        s->o.kind = REVIEW_STRIKE;
        return read_strike(s);
    }
    read_words(s);
    return ERR_OK;
}

/* --- Doing --- */

static const char *handled(struct sending *s, const struct q_review_act_of_row *act)
{
    struct req *rq = s->rq;
    return TXF(rq, review_fault_handled, review_done_text(rq, act->kind),
               act->name ? act->name : "", review_when(rq, act->at));
}

static enum err say_fault(struct tx *tx, struct sending *s, size_t i)
{
    static const enum text_key texts[] = {
        [REVIEW_HANDLED] = T_review_fault_done,
        [REVIEW_CHANGED] = T_review_fault_changed,
        [REVIEW_HAS_LINKED] = T_review_fault_has_linked,
        [REVIEW_NO_MAIN] = T_review_fault_no_main,
        [REVIEW_MAIN_WAITS] = T_review_fault_main_waits,
        [REVIEW_MARKED] = T_review_fault_marked,
        [REVIEW_NO_REPORTER] = T_review_fault_no_reporter,
        [REVIEW_NO_ORGANISATION] = T_review_need_to,
        [REVIEW_GONE] = T_review_fault_gone,
    };
    enum review_fault f = s->answer.faults[i];
    if (f == REVIEW_DONE || f == REVIEW_ITSELF || f == REVIEW_AGAIN)
        return ERR_OK;
    s->said[i] = text_get(s->rq->lang, texts[f]);
    if (f != REVIEW_HANDLED && f != REVIEW_CHANGED)
        return ERR_OK;
    struct q_review_act_of_in in = {s->o.municipality, s->o.events[i]};
    struct q_review_act_of_row *acts;
    size_t n;
    TRY(q_review_act_of_all(tx, s->rq->arena, &in, &acts, &n));
    for (size_t k = 0; k < n; k++)
        if (acts[k].undone_at == DB_NO_INT) {
            s->said[i] = handled(s, &acts[k]);
            break;
        }
    return ERR_OK;
}

static enum err do_all(struct tx *tx, void *arg)
{
    struct sending *s = arg;
    struct arena *a = s->rq->arena;
    const char *action = arena_printf(a, "review.%s", review_kind_name(s->o.kind));
    s->said = ARENA_ARRAY(a, s->o.n + 1, const char *);
    if (!s->said || !action)
        return ERR_NOMEM;
    TRY(review_do(tx, a, &s->o, &s->answer));
    for (size_t i = 0; i < s->o.n; i++) {
        if (s->answer.faults[i] == REVIEW_DONE)
            TRY(web_audit(s->rq, tx, action, "event", s->o.events[i], NULL));
        TRY(say_fault(tx, s, i));
    }
    return review_left(tx, a, s->o.municipality, &s->left);
}

/* --- Answering --- */

static void put_faults(struct sending *s, struct jsonw *w)
{
    char id[ID_TEXT];
    jsonw_key_array(w, "done");
    for (size_t i = 0; i < s->o.n; i++)
        if (s->answer.faults[i] == REVIEW_DONE || s->answer.faults[i] == REVIEW_AGAIN) {
            id_text(s->o.events[i], id);
            jsonw_text(w, id);
        }
    jsonw_end(w);
    jsonw_key_array(w, "faults");
    for (size_t i = 0; i < s->o.n; i++)
        if (s->said[i]) {
            id_text(s->o.events[i], id);
            jsonw_object(w);
            jsonw_key_text(w, "id", id);
            jsonw_key_text(w, "said", s->said[i]);
            jsonw_end(w);
        }
    jsonw_end(w);
}

static enum err answer_json(struct sending *s)
{
    struct req *rq = s->rq;
    const char *what = review_done_text(rq, review_kind_name(s->o.kind));
    struct jsonw w = jsonw_init(&rq->out);
    jsonw_object(&w);
    put_faults(s, &w);
    jsonw_key_text(&w, "said",
                   s->answer.done > 1 ? TXF(rq, review_latest_short, what, s->answer.done) : what);
    jsonw_key_text(&w, "left", s->left.n ? review_left_said(rq, &s->left) : TX(rq, review_empty));
    jsonw_key_int(&w, "n", s->left.n);
    jsonw_key_text(&w, "batch",
                   !id_is_none(s->answer.batch) && s->o.kind != REVIEW_STRIKE &&
                           s->o.kind != REVIEW_REDACT
                       ? review_id(rq, s->answer.batch)
                       : NULL);
    jsonw_end(&w);
    resp_type(rq, "application/json");
    return ERR_OK;
}

static enum err refuse(struct sending *s)
{
    struct req *rq = s->rq;
    if (!str_eq(req_field(rq, "svar"), "json")) {
        web_invalid(rq);
        return s->o.version && s->o.n == 1 ? review_one_draw(rq, s->o.events[0])
                                           : review_inbox_draw(rq);
    }
    struct jsonw w = jsonw_init(&rq->out);
    rq->status = 422;
    jsonw_object(&w);
    jsonw_key_text(&w, "problem", rq->problems->text);
    jsonw_end(&w);
    resp_type(rq, "application/json");
    return ERR_OK;
}

static enum text_key done_text(const struct sending *s)
{
    static const enum text_key one[REVIEW_KINDS] = {
        [REVIEW_ACCEPT] = T_done_review_accept,   [REVIEW_LINK] = T_done_review_link,
        [REVIEW_UNLINK] = T_done_review_unlink,   [REVIEW_STRIKE] = T_done_review_strike,
        [REVIEW_REDACT] = T_done_review_redact,   [REVIEW_ASK] = T_done_review_ask,
        [REVIEW_FORWARD] = T_done_review_forward, [REVIEW_REJECT] = T_done_review_reject,
        [REVIEW_OVERRIDE] = T_done_review_accept,
    };
    switch (s->answer.done > 1 ? s->o.kind : REVIEW_LINK) {
    case REVIEW_ACCEPT:
        return T_done_review_accept_many;
    case REVIEW_ASK:
        return T_done_review_ask_many;
    case REVIEW_FORWARD:
        return T_done_review_forward_many;
    case REVIEW_REJECT:
        return T_done_review_reject_many;
    default:
        return one[s->o.kind];
    }
}

static enum err answer_page(struct sending *s)
{
    struct req *rq = s->rq;
    bool any = false;
    for (size_t i = 0; i < s->o.n; i++)
        if (s->said[i]) {
            any = true;
            req_problem(rq, NULL, s->said[i]);
        }
    if (!any)
        return web_done(rq,
                        s->o.kind == REVIEW_STRIKE ? review_path(rq, s->o.events[0])
                                                   : web_address(rq, "/granska"),
                        done_text(s));
    rq->status = 409;
    if (s->o.version && s->answer.faults[0] != REVIEW_GONE)
        return review_one_draw(rq, s->o.events[0]);
    return review_inbox_draw(rq);
}

enum err review_send(struct req *rq)
{
    struct sending s = {.rq = rq};
    if (str_ends(web_municipality(rq), "00"))
        return ERR_NOTFOUND;
    TRY(read_order(&s));
    if (rq->problems)
        return refuse(&s);
    TRY(web_write(rq, do_all, &s));
    return str_eq(req_field(rq, "svar"), "json") ? answer_json(&s) : answer_page(&s);
}

/* --- Undo --- */

struct undoing {
    struct req *rq;
    struct id batch;
    struct review_undone done;
};

static enum err undo(struct tx *tx, void *arg)
{
    struct undoing *u = arg;
    TRY(review_undo(tx, u->rq->arena, web_municipality(u->rq), web_who(u->rq)->account, u->batch,
                    &u->done));
    return web_audit(u->rq, tx, "review.undo", "event", (struct id){{0}},
                     arena_printf(u->rq->arena, "{\"count\":%zu}", u->done.n));
}

enum err review_undo_send(struct req *rq)
{
    struct undoing u = {.rq = rq, .batch = req_id(rq, "omgang")};
    if (rq->problems)
        return ERR_USAGE;
    enum err e = web_write(rq, undo, &u);
    if (e == ERR_CONFLICT) {
        rq->status = 409;
        req_problem(rq, NULL,
                    u.done.has_linked ? TX(rq, review_undo_linked) : TX(rq, review_undo_not));
        return review_inbox_draw(rq);
    }
    TRY(e);
    return web_done_at(rq, web_address(rq, "/granska"), T_done_review_undo,
                       arena_printf(rq->arena, "r-%s", review_id(rq, u.done.first)));
}
