/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* What a person said that the columns mean becomes a profile. */
#include <string.h>

#include "base/mem.h"
#include "base/str.h"
#include "import_sql.h"
#include "parts/import/import_columns.h"
#include "parts/import/import_map.h"

struct answer {
    struct req *rq;
    struct import_look look;
    struct profile p;
    enum text_key twice; /* a role that two columns were given; TEXT_COUNT: none */
};

static void take_column(struct answer *c, const char *value)
{
    const char *colon = strchr(value, ':');
    char number[16];
    int64_t at;
    if (!colon || (size_t)(colon - value) >= sizeof number)
        return;
    memcpy(number, value, (size_t)(colon - value));
    number[colon - value] = 0;
    if (!str_to_int(number, &at) || at < 0 || (size_t)at >= c->look.header->columns)
        return;
    for (size_t i = 0; i < IMPORT_ROLES; i++) {
        const char **place = import_role_member(&c->p, &import_roles[i]);
        if (!str_eq(colon + 1, import_roles[i].code))
            continue;
        if (*place)
            c->twice = import_roles[i].text;
        *place = c->look.header->names[at];
    }
}

static bool check_choice(struct req *rq, const struct answer *c)
{
    const struct profile *p = &c->p;
    if (c->twice != TEXT_COUNT)
        req_problem(rq, NULL, TXF(rq, import_columns_twice, text_get(rq->lang, c->twice)));
    if (!p->from.column && !p->area_name)
        req_problem(rq, NULL, TX(rq, import_columns_no_time));
    if (!p->north != !p->east)
        req_problem(rq, NULL, TX(rq, import_columns_axes));
    return !rq->problems;
}

/* What the form does not ask for stays as it was. */
static void keep_rest(struct profile *p, const struct profile *old)
{
    p->words = old->words;
    p->n_words = old->n_words;
    memcpy(p->missing, old->missing, sizeof p->missing);
    p->n_missing = old->n_missing;
    p->exercise = old->exercise;
    p->delimiter = old->delimiter;
    p->encoding = old->encoding;
    p->sheet = old->sheet;
    p->skip = old->skip;
    p->header = old->header;
}

static void take_choices(struct answer *c, const struct import_upload *u)
{
    struct req *rq = c->rq;
    struct profile *p = &c->p, old;
    const char *problem;
    if (u->profile && profile_read(rq->arena, u->profile, &old, &problem) == ERR_OK)
        keep_rest(p, &old);
    int64_t format = req_int(rq, "format", 0);
    const char *source = req_field(rq, "source");
    for (size_t i = 0; req_nth(rq, "col", i); i++)
        take_column(c, req_nth(rq, "col", i));
    p->n_keys = p->keys[0] != NULL;
    p->from.format = p->to.format =
        import_time_formats[format >= 0 && (size_t)format < IMPORT_TIME_FORMATS ? format : 0];
    if (!geo_precision_parse(req_field(rq, "precision"), &p->precision))
        p->precision = GEO_POINT;
    p->refuse_outside = str_eq(req_field(rq, "outside"), "refuse");
    source = source ? str_slug(rq->arena, source) : NULL;
    bool reserved = str_eq(source, EVENT_SOURCE_POLICE) || str_eq(source, EVENT_SOURCE_REPORT);
    p->source = str_empty(source) || reserved ? "import" : source;
    p->type_default = "other";
    p->area_kind = p->area_name ? "district" : NULL;
    if (u->sheet)
        p->sheet = u->sheet;
    if (u->names_row > 0) {
        p->skip = (unsigned)u->names_row - 1;
        p->header = CONVERT_YES;
    }
}

struct keep {
    struct req *rq;
    struct import_upload *u;
    const char *name;
};

static enum err keep_profile(struct tx *tx, void *arg)
{
    struct keep *k = arg;
    const char *here = web_municipality(k->rq);
    struct q_import_profile_put_in in = {here,
                                         id_new(),
                                         k->name,
                                         convert_format_name(k->u->format),
                                         k->u->profile,
                                         time_now(),
                                         web_who(k->rq)->account};
    struct q_import_profile_by_name_in find = {here, k->name};
    struct q_import_profile_by_name_row row;
    TRY(q_import_profile_put_run(tx, &in, NULL));
    TRY(q_import_profile_by_name_one(tx, k->rq->arena, &find, &row));
    k->u->profile_id = row.id;
    return web_audit(k->rq, tx, "import.profile", "import_profile", row.id, NULL);
}

enum err import_web_write_profile(struct req *rq, struct import_upload *u, const struct profile *p)
{
    struct buf json = buf_init(PROFILE_JSON_MOST);
    profile_write(&json, p);
    enum err e = buf_err(&json);
    if (e == ERR_OK && !(u->profile = arena_strdup(rq->arena, buf_text(&json))))
        e = ERR_NOMEM;
    buf_done(&json);
    return e;
}

struct chosen {
    struct req *rq;
    struct q_import_profile_by_id_row row;
};

static enum err load_chosen(struct tx *tx, void *arg)
{
    struct chosen *c = arg;
    struct q_import_profile_by_id_in in = {web_municipality(c->rq), req_id(c->rq, "saved")};
    return q_import_profile_by_id_one(tx, c->rq->arena, &in, &c->row);
}

/* Does the saved way of reading fit the file? Otherwise the page says what is missing. */
static enum err use_saved(struct req *rq, struct import_upload *u)
{
    struct chosen c = {.rq = rq};
    struct import_look look;
    struct profile p;
    const char *fault, *problem;
    struct import_upload tried = *u;
    TRY(web_read(rq, load_chosen, &c));
    TRY(profile_read(rq->arena, c.row.mapping, &p, &problem));
    tried.profile = c.row.mapping;
    tried.profile_id = c.row.id;
    tried.sheet = NULL;
    tried.names_row = 0;
    enum err e = import_look(web_app(rq), rq->arena, &tried, 1, &look, &fault);
    const char *gone = e ? NULL : import_missing_columns(rq->arena, &p, look.header);
    if (e && !(fault && p.sheet))
        return e;
    if (!e && !gone) {
        TRY(import_upload_save(web_app(rq), rq->arena, &tried));
        return import_web_start(rq, &tried, IMPORT_TRY);
    }
    req_problem(rq, "saved",
                gone ? TXF(rq, import_saved_gone, c.row.name, gone)
                     : TXF(rq, import_saved_sheet, c.row.name, p.sheet));
    web_invalid(rq);
    return import_columns_show(rq, gone ? &tried : u, true);
}

/* Another sheet or another row of names: the file is looked into anew. */
enum err import_again_post(struct req *rq)
{
    struct import_upload old, u;
    struct import_look look;
    const char *fault, *sheet = req_field(rq, "sheet");
    TRY(import_web_upload(rq, &old));
    u = old;
    if (rq->problems) {
        web_invalid(rq);
        return import_columns_show(rq, &old, false);
    }
    u.profile = NULL;
    u.profile_id = (struct id){{0}};
    u.sheet = str_empty(sheet) ? NULL : sheet;
    u.names_row = req_int(rq, "row", 0);
    enum err e = import_look(web_app(rq), rq->arena, &u, 1, &look, &fault);
    if (e == ERR_OK) {
        TRY(import_upload_save(web_app(rq), rq->arena, &u));
        return resp_redirect(rq, import_web_path(rq, "fil/", u.id, ""));
    }
    enum text_key k = fault ? text_lookup(fault) : TEXT_COUNT;
    if (k == TEXT_COUNT)
        return e;
    req_problem(rq, "row", text_get(rq->lang, k));
    web_invalid(rq);
    return import_columns_show(rq, &old, false);
}

enum err import_columns_post(struct req *rq)
{
    struct import_upload u;
    struct answer c = {.rq = rq, .twice = TEXT_COUNT};
    const char *fault, *name = req_field(rq, "name");
    TRY(import_web_upload(rq, &u));
    if (!id_is_none(req_id(rq, "saved")))
        return use_saved(rq, &u);
    TRY(import_look(web_app(rq), rq->arena, &u, 1, &c.look, &fault));
    take_choices(&c, &u);
    if (!check_choice(rq, &c)) {
        web_invalid(rq);
        return import_columns_show(rq, &u, false);
    }
    TRY(import_web_write_profile(rq, &u, &c.p));
    u.profile_id = (struct id){{0}};
    struct keep k = {rq, &u, name};
    if (name)
        TRY(web_write(rq, keep_profile, &k));
    TRY(import_upload_save(web_app(rq), rq->arena, &u));
    if (c.p.type_column && !c.p.area_name)
        return resp_redirect(rq, import_web_path(rq, "fil/", u.id, "/typer"));
    return import_web_start(rq, &u, IMPORT_TRY);
}
