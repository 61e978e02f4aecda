/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Pieces that the inbox and the page of a report share. */
#include <math.h>
#include <string.h>

#include "base/mem.h"
#include "base/str.h"
#include "core/textguard.h"
#include "event_web_sql.h"
#include "parts/review/review_web.h"
#include "review_sql.h"
#include "tmpl/format.h"

#define SPANS_MOST 40

const char *review_id(struct req *rq, struct id id)
{
    char text[ID_TEXT];
    id_text(id, text);
    const char *s = arena_strdup(rq->arena, text);
    return s ? s : "";
}

const char *review_path(struct req *rq, struct id id)
{
    return web_address(rq, arena_printf(rq->arena, "/granska/%s", review_id(rq, id)));
}

const char *review_when(struct req *rq, msec at)
{
    char text[FORMAT_TEXT];
    const char *s = arena_strdup(rq->arena, format_when(text, rq->lang, at, time_now()));
    return s ? s : "";
}

static const char *kind_text(struct req *rq, enum guard_kind k)
{
    enum text_key key = text_lookup(guard_kind_key(k));
    return key < TEXT_COUNT ? text_get(rq->lang, key) : "";
}

const char *review_left_said(struct req *rq, const struct review_left *left)
{
    const char *all = TXF(rq, review_said, left->n);
    const char *some = left->citizen == 0         ? NULL
                       : left->citizen == left->n ? TXF(rq, review_said_all_citizen, left->n)
                                                  : TXF(rq, review_said_citizen, left->citizen);
    const char *s = some ? arena_printf(rq->arena, "%s %s", all, some) : all;
    return s ? s : "";
}

/* Title, then text: the guard looks at them as one. */
static const char *whole_text(struct req *rq, const struct event *e)
{
    if (str_empty(e->title))
        return e->description ? e->description : "";
    const char *s =
        arena_printf(rq->arena, "%s\n%s", e->title, e->description ? e->description : "");
    return s ? s : "";
}

enum err review_pieces(struct req *rq, const struct event *e, struct review_piece **out,
                       size_t *out_n)
{
    struct guard_span spans[SPANS_MOST];
    const char *text = whole_text(rq, e);
    size_t len = strlen(text), at = 0, n = 0;
    size_t found = guard_find(text, len, spans, ARRAY_LEN(spans));
    found = found > ARRAY_LEN(spans) ? ARRAY_LEN(spans) : found;
    struct review_piece *p = ARENA_ARRAY(rq->arena, 2 * found + 1, struct review_piece);
    if (!p)
        return ERR_NOMEM;
    for (size_t i = 0; i < found; i++) {
        p[n++] = (struct review_piece){arena_strndup(rq->arena, text + at, spans[i].at - at), NULL};
        p[n++] = (struct review_piece){arena_strndup(rq->arena, text + spans[i].at, spans[i].len),
                                       kind_text(rq, spans[i].kind)};
        at = spans[i].at + spans[i].len;
    }
    if (at < len)
        p[n++] = (struct review_piece){arena_strdup(rq->arena, text + at), NULL};
    *out = p;
    *out_n = n;
    return ERR_OK;
}

static enum err add_marks(struct req *rq, const char *text, struct review_mark *m, size_t *n)
{
    struct guard_span spans[SPANS_MOST];
    size_t found = text ? guard_find(text, strlen(text), spans, ARRAY_LEN(spans)) : 0;
    for (size_t i = 0; i < found && i < ARRAY_LEN(spans) && *n < REVIEW_WORDS_MOST; i++) {
        const char *word = arena_strndup(rq->arena, text + spans[i].at, spans[i].len);
        if (!word)
            return ERR_NOMEM;
        m[*n] = (struct review_mark){(int)*n, word, kind_text(rq, spans[i].kind)};
        (*n)++;
    }
    return ERR_OK;
}

enum err review_marks(struct req *rq, const struct event *e, struct review_mark **out,
                      size_t *out_n)
{
    struct review_mark *m = ARENA_ARRAY(rq->arena, REVIEW_WORDS_MOST, struct review_mark);
    size_t n = 0;
    if (!m)
        return ERR_NOMEM;
    TRY(add_marks(rq, whole_text(rq, e), m, &n));
    TRY(add_marks(rq, e->place_name, m, &n));
    *out = m;
    *out_n = n;
    return ERR_OK;
}

bool review_comes_back(const struct event *e)
{
    return !id_is_none(e->import_id) || str_eq(e->source, EVENT_SOURCE_POLICE);
}

struct review_item review_item_of(const struct event *e)
{
    int type = event_type_index(e->type_code);
    return (struct review_item){
        .id = e->id,
        .type = type < 0 ? EVENT_TYPE_other : type,
        .from = e->occurred_from,
        .to = e->occurred_to,
        .east = e->east,
        .north = e->north,
        .place = e->place_name,
        .precision = e->precision,
    };
}

enum err review_known_near(struct req *rq, const struct review_item *x, size_t most,
                           struct id **out, size_t *out_n)
{
    uint32_t rows[REVIEW_WORDS_MOST];
    struct columns_view *v;
    struct id *ids = ARENA_ARRAY(rq->arena, most + 1, struct id);
    if (!ids)
        return ERR_NOMEM;
    TRY(columns_take(web_app(rq)->columns, web_municipality(rq), &v));
    const struct event_rows *r = v->n ? v->parts[0] : NULL;
    size_t n = r ? review_near(r, x, rows, most < ARRAY_LEN(rows) ? most : ARRAY_LEN(rows)) : 0;
    for (size_t i = 0; i < n; i++)
        ids[i] = r->id[rows[i]];
    columns_give(v);
    *out = ids;
    *out_n = n;
    return ERR_OK;
}

const char *review_line(struct req *rq, const struct event_names *names, const struct event *e)
{
    const char *s = arena_printf(
        rq->arena, "%s, %s, %s", event_names_type(names, e->type_code), event_place_text(names, e),
        event_time_short(rq->arena, rq->lang, e->occurred_from, e->occurred_to, time_now()));
    return s ? s : "";
}

enum err review_talk_of(struct req *rq, const struct q_review_question_of_row *rows, size_t n,
                        struct review_talk **out)
{
    struct review_talk *t = ARENA_ARRAY(rq->arena, n + 1, struct review_talk);
    if (!t)
        return ERR_NOMEM;
    for (size_t i = 0; i < n; i++) {
        t[i] = (struct review_talk){
            .question = rows[i].question ? rows[i].question : TX(rq, review_words_gone),
            .asked = review_when(rq, rows[i].asked_at),
            .answer = rows[i].answer,
        };
        if (rows[i].answered_at != DB_NO_INT) {
            t[i].answered = review_when(rq, rows[i].answered_at);
            t[i].answer = rows[i].answer ? rows[i].answer : TX(rq, review_words_gone);
        }
    }
    *out = t;
    return ERR_OK;
}

/* --- Forms --- */

static const struct {
    const char *code;
    enum text_key text;
} reasons[] = {
    {"person", T_review_reason_person},   {"no_event", T_review_reason_no_event},
    {"unclear", T_review_reason_unclear}, {"elsewhere", T_review_reason_elsewhere},
    {"test", T_review_reason_test},       {"other", T_review_reason_other},
};

const char *review_reason(struct req *rq, const char *code)
{
    for (size_t i = 0; i < ARRAY_LEN(reasons); i++)
        if (code && str_eq(reasons[i].code, code))
            return text_get(rq->lang, reasons[i].text);
    return NULL;
}

const char *review_reason_short(enum lang lang, const char *said)
{
    for (size_t i = 0; said && i < ARRAY_LEN(reasons); i++)
        for (int l = 0; l < LANG_COUNT; l++)
            if (str_starts(said, text_get((enum lang)l, reasons[i].text)))
                return text_get(lang, reasons[i].text);
    return NULL;
}

const char *review_done_text(struct req *rq, const char *kind)
{
    static const enum text_key texts[REVIEW_KINDS] = {
        [REVIEW_ACCEPT] = T_review_did_accept,     [REVIEW_LINK] = T_review_did_link,
        [REVIEW_UNLINK] = T_review_did_unlink,     [REVIEW_STRIKE] = T_review_did_strike,
        [REVIEW_REDACT] = T_review_did_redact,     [REVIEW_ASK] = T_review_did_ask,
        [REVIEW_FORWARD] = T_review_did_forward,   [REVIEW_REJECT] = T_review_did_reject,
        [REVIEW_OVERRIDE] = T_review_did_override, [REVIEW_KEEP] = T_review_did_keep,
    };
    enum review_kind k;
    return review_kind_parse(kind, &k) ? text_get(rq->lang, texts[k]) : kind;
}

struct page_field review_text_field(struct req *rq, enum review_kind kind, enum text_key label,
                                    enum text_key hint)
{
    const char *name = arena_printf(rq->arena, "%s-text", review_kind_name(kind));
    struct page_field f = web_field(rq, "text", label, hint, NULL);
    f.prefix = arena_printf(rq->arena, "%s-", review_kind_name(kind));
    f.value = str_eq(req_field(rq, "gor"), review_kind_name(kind)) ? req_field(rq, "text") : NULL;
    f.error = name ? req_problem_of(rq, name) : NULL;
    f.required = kind != REVIEW_REJECT && kind != REVIEW_FORWARD;
    f.rows = 3;
    f.max = REVIEW_TEXT_MOST;
    return f;
}

enum err review_forms(struct req *rq, const struct event_names *names, struct review_forms *out)
{
    struct page_choice *c = ARENA_ARRAY(rq->arena, ARRAY_LEN(reasons), struct page_choice);
    struct page_choice *to = ARENA_ARRAY(rq->arena, names->n_organisations + 2, struct page_choice);
    if (!c || !to)
        return ERR_NOMEM;
    const char *chosen = req_field(rq, "skal");
    for (size_t i = 0; i < ARRAY_LEN(reasons); i++)
        c[i] = (struct page_choice){.value = reasons[i].code,
                                    .label = text_get(rq->lang, reasons[i].text),
                                    .chosen = chosen && str_eq(chosen, reasons[i].code)};
    out->reject_reason = web_field(rq, "skal", T_review_field_reason, TEXT_COUNT, NULL);
    out->reject_reason.choices = c;
    out->reject_reason.n_choices = ARRAY_LEN(reasons);
    out->reject_reason.required = true;
    out->reject_text = review_text_field(rq, REVIEW_REJECT, T_review_field_reason_text,
                                         T_review_field_reason_hint);
    out->ask_text =
        review_text_field(rq, REVIEW_ASK, T_review_field_question, T_review_field_question_hint);
    out->forward_to = web_field(rq, "till", T_review_field_to, T_review_field_to_hint, NULL);
    out->forward_to.required = true;
    to[out->forward_to.n_choices++] =
        (struct page_choice){.value = "", .label = TX(rq, review_choose_to)};
    for (size_t i = 0; i < names->n_organisations; i++)
        if (names->organisations[i].active)
            to[out->forward_to.n_choices++] =
                (struct page_choice){.value = review_id(rq, names->organisations[i].id),
                                     .label = names->organisations[i].name};
    out->forward_to.choices = to;
    out->forward_text = review_text_field(rq, REVIEW_FORWARD, T_review_field_note, TEXT_COUNT);
    return ERR_OK;
}
