/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* An action decided in a meeting: one line, the rest asked for only where the words do not say. */
#include <string.h>

#include "base/mem.h"
#include "base/str.h"
#include "parts/action/action_web_form.h"

#define WORD_LEAST 4 /* letters of a word that says anything */

/* --- What the words say --- */

struct guess {
    const char *code;
    size_t score;
    bool unsure; /* another one fits as well */
    int upper;   /* the type that it is or belongs to; -1: none */
};

static size_t word_end(const char *s)
{
    return strcspn(s, " \t\n\r.,;:!?()/\"-");
}

static size_t letters(const char *s, size_t n)
{
    size_t k = 0;
    for (size_t i = 0; i < n; i++)
        k += ((unsigned char)s[i] & 0xC0) != 0x80;
    return k;
}

/* How many letters of a word stand at the beginning of a word of the text; both folded. */
static size_t word_in(const char *text, const char *w, size_t len)
{
    size_t best = 0, all = letters(w, len);
    for (const char *t = text; *t; t += word_end(t) + (t[word_end(t)] != 0)) {
        size_t said = word_end(t), both = said < len ? said : len, same = 0;
        while (same < both && t[same] == w[same])
            same++;
        size_t n = letters(t, same);
        /* "klottret" and "klotter", "lampan" and "lampor": all but the ending; "kameror" and
         * "kamerabevakning": all but the ending of what is said */
        bool whole = same == len && said == len;
        bool fits =
            n >= WORD_LEAST && (n + 2 >= all || (n > WORD_LEAST && n + 2 >= letters(t, said)));
        if ((whole || fits) && n > best)
            best = n;
    }
    return best;
}

/* The words of a name that the text holds: two say more than one. */
static size_t likeness(const char *text, const char *name)
{
    size_t sum = 0;
    for (const char *w = name; *w; w += word_end(w) + (w[word_end(w)] != 0))
        if (word_end(w) >= WORD_LEAST) /* bytes: "rån" says something */
            sum += word_in(text, w, word_end(w));
    return sum;
}

/* Of two that fit as well and belong to the same type, that type is meant. */
static void weigh(struct guess *g, struct arena *a, const char *text, const struct guess *x,
                  const char *name)
{
    const char *folded = str_fold(a, name);
    size_t n = folded ? likeness(text, folded) : 0;
    if (n == 0 || n < g->score)
        return;
    if (n > g->score) {
        *g = (struct guess){x->code, n, false, x->upper};
    } else if (x->upper >= 0 && x->upper == g->upper) {
        g->code = event_types[x->upper].code;
    } else {
        g->unsure = true;
        g->upper = -1;
    }
}

static const char *guessed(const struct guess *g)
{
    return g->unsure ? NULL : g->code;
}

static const char *guess_type(struct action_form *f, const char *problem)
{
    struct guess g = {.upper = -1};
    const char *text = problem ? str_fold(f->rq->arena, problem) : NULL;
    for (int i = 0; text && i < EVENT_TYPE_COUNT; i++)
        if (event_types[i].kind == EVENT_INCIDENT &&
            !type_label_hidden(&f->names.labels, event_types[i].code))
            weigh(&g, f->rq->arena, text,
                  &(struct guess){.code = event_types[i].code,
                                  .upper = event_types[i].parent >= 0 ? event_types[i].parent : i},
                  action_name_type(&f->names, event_types[i].code));
    return guessed(&g);
}

static const char *guess_kind(struct action_form *f, const char *measure)
{
    struct guess g = {.upper = -1};
    const char *text = measure ? str_fold(f->rq->arena, measure) : NULL;
    for (size_t i = 0; text && i < action_kinds_n; i++)
        weigh(&g, f->rq->arena, text, &(struct guess){.code = action_kinds[i].code, .upper = -1},
              text_get(f->rq->lang, action_kinds[i].name));
    return guessed(&g);
}

/* --- Reading --- */

static void ask(struct req *rq, const char *field, enum text_key text)
{
    if (!req_problem_of(rq, field))
        req_problem(rq, field, text_get(rq->lang, text));
}

/* One that is not on the map is kept by its name, in the area that somebody has said. */
static void read_place(struct action_form *f, struct action_line *l, const char *place)
{
    struct req *rq = f->rq;
    l->unknown = !action_form_found(f, place, ACTION_RADIUS);
    if (!l->unknown)
        return;
    action_guard(rq, "place", &f->guarded);
    if (id_is_none(l->within)) {
        const char *some = action_form_like(f);
        if (!req_problem_of(rq, "place"))
            req_problem(rq, "place",
                        some ? TXF(rq, action_line_suggest, place, some)
                             : TXF(rq, action_line_unknown, place));
    } else if (action_has_area(&f->names, l->within)) {
        f->x.ground = (struct action_ground){.area = l->within, .place = place};
    } else {
        ask(rq, "within", T_action_bad_choice);
    }
}

static void read_rest(struct action_form *f, struct action_line *l)
{
    struct req *rq = f->rq;
    struct action_problem p;
    const char *place = req_field(rq, "place");
    if (str_empty(l->problem))
        ask(rq, "problem", T_action_need_problem);
    if (!place)
        ask(rq, "place", T_action_line_place);
    else if (!req_problem_of(rq, "place"))
        read_place(f, l, place);
    if (str_empty(l->measure))
        ask(rq, "measure", T_action_line_measure);
    if (id_is_none(l->organisation))
        ask(rq, "organisation", T_action_need_owner);
    else if (!action_has_organisation(&f->names, l->organisation, true))
        ask(rq, "organisation", T_action_bad_choice);
    if (!l->ends_at)
        ask(rq, "last", T_action_line_last);
    else if (l->ends_at <= f->x.starts_at)
        ask(rq, "last", T_action_line_past);
    if (!str_empty(l->problem) && event_type_index(f->x.type_code) < 0)
        ask(rq, "type", T_action_line_type);
    if (!str_empty(l->measure) && !action_kind_find(f->x.kind))
        ask(rq, "kind", T_action_line_kind);
    if (!rq->problems && action_check(&f->x, &p))
        req_problem(rq, p.field, text_get(rq->lang, p.text));
}

enum err action_line_read(struct req *rq, struct action_line *l)
{
    static const char *const texts[] = {"problem", "measure"};
    struct action_form *f = ARENA_NEW(rq->arena, struct action_form);
    if (!f)
        return ERR_NOMEM;
    f->rq = rq;
    TRY(web_read(rq, action_form_names, f));
    f->x = (struct action){
        .id = id_is_none(l->id) ? id_new() : l->id,
        .title = l->measure,
        .problem = l->problem,
        .type_code = l->type ? l->type : guess_type(f, l->problem),
        .kind = l->kind ? l->kind : guess_kind(f, l->measure),
        .organisation = l->organisation,
        .starts_at = date_start(date_add(date_of_msec(time_now()), 1)), /* the plan is open */
        .ends_at = l->ends_at,
        .remind_days = ACTION_REMIND_DAYS,
    };
    for (size_t i = 0; i < ARRAY_LEN(texts); i++)
        action_guard(rq, texts[i], &f->guarded);
    read_rest(f, l);
    l->form = f;
    l->id = f->x.id;
    l->title = f->x.title;
    return rq->problems ? ERR_OK : action_form_plan(f);
}

enum err action_line_add(struct tx *tx, const struct action_line *l)
{
    return action_form_add(tx, l->form);
}

/* --- For the pages that show it --- */

static enum err read_names(struct tx *tx, void *arg)
{
    struct action_names *n = arg;
    return action_names_load(tx, n->rq, n);
}

enum err action_line_choices(struct req *rq, const struct action_line_fields *f)
{
    struct action_names n = {.rq = rq};
    TRY(web_read(rq, read_names, &n));
    if (f->type)
        TRY(action_fill_types(rq, &n, f->type, false));
    if (f->kind)
        TRY(action_fill_kinds(rq, f->kind, T_action_choose));
    if (f->organisation)
        TRY(action_fill_organisations(rq, &n, f->organisation, T_action_choose));
    if (f->within)
        TRY(action_fill_areas(rq, &n, f->within, T_meeting_within_choose));
    return ERR_OK;
}

enum err action_names_of(struct tx *tx, struct req *rq, const struct action_names **out)
{
    struct action_names *n = ARENA_NEW(rq->arena, struct action_names);
    if (!n)
        return ERR_NOMEM;
    TRY(action_names_load(tx, rq, n));
    *out = n;
    return ERR_OK;
}

const char *action_owner_of(const struct action_names *n, const struct action *x)
{
    return action_name_organisation(n, x->organisation);
}

const char *action_where_of(const struct action_names *n, const struct action *x)
{
    return action_place_text(n, &x->ground);
}
