/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* A person says what the file's words for types mean. */
#include <string.h>

#include "base/mem.h"
#include "base/str.h"
#include "import_html.h"
#include "import_sql.h"
#include "parts/import/import_view.h"
#include "parts/import/import_web.h"

const struct field_spec import_types_fields[] = {
    {.name = "word", .kind = FIELD_CODE, .many = true},
    {0},
};

struct types {
    struct import_upload u;
    struct profile p;
    struct import_word *words;
    size_t n;
};

static enum err load_types(struct req *rq, struct types *t)
{
    const char *problem;
    TRY(import_web_upload(rq, &t->u));
    if (!t->u.profile)
        return ERR_NOTFOUND;
    TRY(profile_read(rq->arena, t->u.profile, &t->p, &problem));
    if (!t->p.type_column)
        return ERR_NOTFOUND;
    return import_look_words(web_app(rq), rq->arena, &t->u, t->p.type_column, &t->words, &t->n);
}

/* A known word is chosen from the start: our own names, and those of the Police. */
static int known_type(struct req *rq, const struct profile *p, const char *said)
{
    for (size_t i = 0; i < p->n_words; i++)
        if (str_eq(p->words[i].said, said))
            return event_type_index(p->words[i].code);
    const char *folded = str_fold(rq->arena, said), *police = event_type_of_police(said);
    for (int i = 0; i < EVENT_TYPE_COUNT; i++) {
        const char *sv = str_fold(rq->arena, event_type_name(LANG_SV, i));
        const char *en = str_fold(rq->arena, event_type_name(LANG_EN, i));
        if (str_eq(folded, sv) || str_eq(folded, en) || str_eq(said, event_types[i].code))
            return i;
    }
    return police ? event_type_index(police) : EVENT_TYPE_other;
}

static enum err word_field(struct req *rq, const struct types *t, size_t i, struct page_field *f)
{
    struct page_choice *c = ARENA_ARRAY(rq->arena, EVENT_TYPE_COUNT, struct page_choice);
    int known = known_type(rq, &t->p, t->words[i].said);
    if (!c)
        return ERR_NOMEM;
    for (int k = 0; k < EVENT_TYPE_COUNT; k++) {
        const char *name = event_type_name(rq->lang, k);
        c[k] = (struct page_choice){
            .value = arena_printf(rq->arena, "%zu:%s", i, event_types[k].code),
            .label = event_types[k].parent < 0 ? name : arena_printf(rq->arena, "\u2003%s", name),
            .chosen = k == known,
        };
    }
    *f = (struct page_field){
        .name = "word",
        .prefix = arena_printf(rq->arena, "%zu-", i),
        .label = TXF(rq, import_types_word, t->words[i].n, t->words[i].said),
        .required = true,
        .choices = c,
        .n_choices = EVENT_TYPE_COUNT,
    };
    return ERR_OK;
}

enum err import_types_page(struct req *rq)
{
    struct import_types_view v = {0};
    struct types t = {0};
    TRY(load_types(rq, &t));
    struct page_field *fields = ARENA_ARRAY(rq->arena, t.n + 1, struct page_field);
    if (!fields)
        return ERR_NOMEM;
    for (size_t i = 0; i < t.n; i++)
        TRY(word_field(rq, &t, i, &fields[i]));
    v.words = fields;
    v.n_words = t.n;
    v.action = import_web_path(rq, "fil/", t.u.id, "/typer");
    v.page.lead = TX(rq, import_types_lead);
    TRY(web_page(rq, &v.page, T_import_types_title));
    struct tmpl tm = web_tmpl(rq);
    import_types_html(&tm, &v);
    return ERR_OK;
}

static void take_word(struct types *t, struct profile_word *words, const char *value)
{
    const char *colon = strchr(value, ':');
    char number[16];
    int64_t at;
    if (!colon || (size_t)(colon - value) >= sizeof number)
        return;
    memcpy(number, value, (size_t)(colon - value));
    number[colon - value] = 0;
    int type = event_type_index(colon + 1);
    if (!str_to_int(number, &at) || at < 0 || (size_t)at >= t->n || type < 0 ||
        type == EVENT_TYPE_other || t->p.n_words == PROFILE_WORDS_MOST)
        return;
    words[t->p.n_words++] = (struct profile_word){t->words[at].said, event_types[type].code};
}

struct update {
    struct req *rq;
    const struct import_upload *u;
};

static enum err update_profile(struct tx *tx, void *arg)
{
    struct update *up = arg;
    const char *here = web_municipality(up->rq);
    struct q_import_profile_by_id_in find = {here, up->u->profile_id};
    struct q_import_profile_by_id_row row;
    enum err e = q_import_profile_by_id_one(tx, up->rq->arena, &find, &row);
    if (e)
        return e == ERR_NOTFOUND ? ERR_OK : e;
    struct q_import_profile_put_in in = {
        here, row.id, row.name, row.format, up->u->profile, time_now(), web_who(up->rq)->account};
    return q_import_profile_put_run(tx, &in, NULL);
}

enum err import_types_post(struct req *rq)
{
    struct types t = {0};
    TRY(load_types(rq, &t));
    struct profile_word *words = ARENA_ARRAY(rq->arena, PROFILE_WORDS_MOST, struct profile_word);
    if (!words)
        return ERR_NOMEM;
    t.p.n_words = 0;
    t.p.words = words;
    for (size_t i = 0; req_nth(rq, "word", i); i++)
        take_word(&t, words, req_nth(rq, "word", i));
    TRY(import_web_write_profile(rq, &t.u, &t.p));
    struct update up = {rq, &t.u};
    if (!id_is_none(t.u.profile_id))
        TRY(web_write(rq, update_profile, &up));
    TRY(import_upload_save(web_app(rq), rq->arena, &t.u));
    return import_web_start(rq, &t.u, IMPORT_TRY);
}
