/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The receipt: right after sending, and later by its words or by the link of a letter. What stands
 * behind it is little: how far the report has come, and the answer. */
#include <string.h>

#include "base/mem.h"
#include "base/str.h"
#include "citizen_html.h"
#include "core/account.h"
#include "parts/citizen/citizen_web.h"
#include "tmpl/format.h"

const struct field_spec citizen_receipt_query[] = {
    {.name = "k", .kind = FIELD_TEXT, .max = TICKET_TEXT}, {0}};
const struct field_spec citizen_receipt_fields[] = {
    {.name = "words", .kind = FIELD_TEXT, .required = true, .max = 120}, {0}};

static const char *date_words(struct req *rq, msec t)
{
    char text[FORMAT_TEXT];
    return arena_strdup(rq->arena, format_date(text, rq->lang, date_of_msec(t)));
}

/* --- Right after sending --- */

static enum err thanks_facts(struct req *rq, const struct citizen_entry *e,
                             struct citizen_thanks_view *v)
{
    struct page_fact *f = ARENA_ARRAY(rq->arena, 4, struct page_fact);
    const char *why = citizen_reason_words(rq->arena, rq->lang, e->reasons);
    const char *when = citizen_time_words(rq->arena, rq->lang, e->times);
    if (!f || !why || !when)
        return ERR_NOMEM;
    size_t n = 0;
    f[n++] = (struct page_fact){.label = TX(rq, citizen_fact_kind),
                                .value = e->unsafe ? TX(rq, citizen_unsafe) : TX(rq, citizen_safe)};
    if (*why)
        f[n++] = (struct page_fact){.label = TX(rq, citizen_fact_why), .value = why};
    f[n++] = (struct page_fact){.label = TX(rq, citizen_fact_place),
                                .value = e->read_back ? e->read_back : e->e.place_name};
    if (*when)
        f[n++] = (struct page_fact){.label = TX(rq, citizen_fact_times), .value = when};
    v->facts = (struct page_facts){f, n};
    return ERR_OK;
}

enum err citizen_thanks(struct req *rq, const struct citizen_entry *e, const char *words,
                        msec received)
{
    struct citizen_thanks_view v = {.email = e->email != NULL};
    struct citizen_word *w = ARENA_ARRAY(rq->arena, CITIZEN_WORDS, struct citizen_word);
    char *copy = arena_strdup(rq->arena, words), *rest = NULL;
    if (!w || !copy)
        return ERR_NOMEM;
    for (char *one = strtok_r(copy, " ", &rest); one && v.n_words < CITIZEN_WORDS;
         one = strtok_r(NULL, " ", &rest))
        w[v.n_words++].word = one;
    v.words = w;
    v.receipt_href = site_address(rq, SITE_CITIZEN_PATH "/kvitto");
    v.again_href = site_address(rq, SITE_CITIZEN_PATH);
    v.voices_href = site_address(rq, SITE_VOICES_PATH);
    v.until = date_words(rq, received + CITIZEN_RECEIPT_DAYS * MSEC_DAY);
    v.email_more = TXF(rq, citizen_thanks_email, CITIZEN_EMAIL_DAYS);
    if (!v.until || !v.email_more)
        return ERR_NOMEM;
    TRY(thanks_facts(rq, e, &v));
    TRY(site_frame(rq, &v.page, TX(rq, citizen_thanks_title), "", true));
    v.page.canonical = web_absolute(rq, v.receipt_href); /* what paper shows: where to look */
    struct tmpl t = web_tmpl(rq);
    citizen_thanks_html(&t, &v);
    return ERR_OK;
}

/* --- Later --- */

struct looking {
    struct req *rq;
    char hash[CITIZEN_HASH_TEXT];
    struct id id; /* of a letter's link; none: by hash */
    struct citizen_report r;
    bool found;
};

static enum err look_up(struct tx *tx, void *arg)
{
    struct looking *l = arg;
    struct arena *a = l->rq->arena;
    const char *town = web_municipality(l->rq);
    enum err e = id_is_none(l->id) ? citizen_find(tx, a, town, l->hash, time_now(), &l->r)
                                   : citizen_get(tx, a, town, l->id, &l->r);
    if (e && e != ERR_NOTFOUND)
        return e;
    l->found = !e && l->r.code_until > time_now();
    return ERR_OK;
}

static enum err fill_found(struct req *rq, const struct citizen_report *r,
                           struct citizen_receipt_view *v)
{
    static const enum text_key more[CITIZEN_STATES] = {
        [CITIZEN_RECEIVED] = T_citizen_more_received,
        [CITIZEN_LOOKING] = T_citizen_more_looking,
        [CITIZEN_DECIDED] = T_citizen_more_decided,
        [CITIZEN_CLOSED] = T_citizen_more_closed,
    };
    struct page_fact *f = ARENA_ARRAY(rq->arena, 4, struct page_fact);
    if (!f)
        return ERR_NOMEM;
    size_t n = 0;
    f[n++] = (struct page_fact){.label = TX(rq, citizen_fact_kind),
                                .value = r->unsafe ? TX(rq, citizen_unsafe) : TX(rq, citizen_safe)};
    f[n++] = (struct page_fact){.label = TX(rq, citizen_fact_received),
                                .value = date_words(rq, r->received_at)};
    if (r->answered_at)
        f[n++] = (struct page_fact){.label = TX(rq, citizen_fact_answered),
                                    .value = date_words(rq, r->answered_at)};
    f[n++] = (struct page_fact){.label = TX(rq, citizen_fact_until),
                                .value = date_words(rq, r->code_until)};
    v->facts = (struct page_facts){f, n};
    v->found = true;
    v->state = text_get(rq->lang, citizen_state_text(r->state));
    v->state_more = text_get(rq->lang, more[r->state]);
    v->answer = r->answer;
    return ERR_OK;
}

static enum err show(struct req *rq, const struct looking *l)
{
    struct citizen_town town;
    struct citizen_receipt_view v = {.asks = !l || !l->found};
    TRY(citizen_town_load(rq, &town));
    v.words = web_field(rq, "words", T_citizen_words, T_citizen_words_hint, NULL);
    v.words.required = true;
    v.words.autocomplete = "off";
    v.words.max = 120;
    if (l && l->found)
        TRY(fill_found(rq, &l->r, &v));
    v.action = site_address(rq, SITE_CITIZEN_PATH "/kvitto");
    v.voices_href = site_address(rq, SITE_VOICES_PATH);
    v.report_href = town.takes ? site_address(rq, SITE_CITIZEN_PATH) : NULL;
    v.contacts = town.contacts;
    v.n_contacts = town.n_contacts;
    TRY(site_frame(rq, &v.page, TX(rq, citizen_receipt_title), "", town.takes));
    v.page.canonical = web_absolute(rq, v.action); /* without what stood behind it */
    struct tmpl t = web_tmpl(rq);
    citizen_receipt_html(&t, &v);
    return ERR_OK;
}

/* k: the link of a letter. */
enum err citizen_receipt_page(struct req *rq)
{
    struct looking l = {.rq = rq};
    const char *ticket = req_field(rq, "k");
    struct citizen_town town;
    TRY(citizen_town_load(rq, &town));
    if (!ticket)
        return show(rq, NULL);
    if (ticket_read(web_app(rq)->accounts, CITIZEN_LINK, ticket, &l.id) == ERR_OK)
        TRY(web_read(rq, look_up, &l));
    if (!l.found) {
        req_problem(rq, NULL, TX(rq, citizen_link_old));
        rq->status = 404;
    }
    return show(rq, &l);
}

/* What is wrong with the words, before anything is looked up: our words are no secret. */
static enum err read_words(struct req *rq, char out[CITIZEN_CODE_TEXT])
{
    char bad[CITIZEN_BAD_TEXT];
    const char *near;
    enum err e = citizen_words_read(req_field(rq, "words"), out, bad, &near);
    if (e == ERR_INVALID)
        req_problem(rq, "words",
                    near ? TXF(rq, citizen_word_near, (const char *)bad, near)
                         : TXF(rq, citizen_word_bad, (const char *)bad));
    else if (e == ERR_LIMIT)
        req_problem(rq, "words", TX(rq, citizen_word_count));
    return e == ERR_INVALID || e == ERR_LIMIT ? ERR_OK : e;
}

enum err citizen_receipt_send(struct req *rq)
{
    char words[CITIZEN_CODE_TEXT] = "";
    struct looking l = {.rq = rq};
    struct citizen_town town;
    int wait = 0;
    TRY(citizen_town_load(rq, &town));
    if (!rq->problems)
        TRY(read_words(rq, words));
    if (rq->problems) {
        web_invalid(rq);
        return show(rq, NULL);
    }
    if (citizen_too_many(rq, CITIZEN_GUESS, false, &wait)) {
        req_problem(rq, NULL, TXF(rq, citizen_guesses, citizen_wait_words(rq, wait)));
        rq->status = 429;
        return show(rq, NULL);
    }
    citizen_words_hash(web_app(rq)->accounts, web_municipality(rq), words, l.hash);
    TRY(web_read(rq, look_up, &l));
    if (!l.found) {
        (void)citizen_too_many(rq, CITIZEN_GUESS, true, &wait);
        req_problem(rq, "words", TX(rq, citizen_words_none));
        web_invalid(rq);
    }
    return show(rq, &l);
}
