/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Inställningar, kontakter: whom the public can turn to, by function and if wanted by name. */
#include <stdatomic.h>
#include <string.h>

#include "base/mem.h"
#include "base/str.h"
#include "geo/geo_data.h"
#include "parts/site/site_inner.h"
#include "site_html.h"

#define LIST "/installningar/kontakter"

const struct field_spec site_contact_query[] = {
    {.name = "id", .kind = FIELD_ID}, {.name = "klart", .kind = FIELD_CODE}, {0}};
const struct field_spec site_remove_fields[] = {{.name = "csrf", .kind = FIELD_TEXT}, {0}};
const struct field_spec site_contact_fields[] = {
    {.name = "id", .kind = FIELD_ID},
    {.name = "role", .kind = FIELD_TEXT, .required = true, .min = 2, .max = 100},
    {.name = "name", .kind = FIELD_TEXT, .max = 100},
    {.name = "phone", .kind = FIELD_TEXT, .max = 40},
    {.name = "email", .kind = FIELD_EMAIL, .max = 200},
    {.name = "sort", .kind = FIELD_INT, .min = 1, .max = 999},
    {0},
};

struct contacts {
    struct req *rq;
    struct q_site_contacts_row *rows;
    size_t n;
};

static enum err load(struct tx *tx, void *arg)
{
    struct contacts *c = arg;
    return q_site_contacts_all(
        tx, c->rq->arena, &(struct q_site_contacts_in){web_municipality(c->rq)}, &c->rows, &c->n);
}

static const struct q_site_contacts_row *edited(const struct contacts *c, struct id id)
{
    for (size_t i = 0; i < c->n; i++)
        if (!id_is_none(id) && id_eq(c->rows[i].id, id))
            return &c->rows[i];
    return NULL;
}

static enum err lines(struct req *rq, const struct contacts *c, struct site_contacts *v)
{
    struct site_contact_line *l = ARENA_ARRAY(rq->arena, c->n + 1, struct site_contact_line);
    if (!l)
        return ERR_NOMEM;
    for (size_t i = 0; i < c->n; i++) {
        char id[ID_TEXT];
        id_text(c->rows[i].id, id);
        l[i].contact = site_contact_of(rq, &c->rows[i]);
        l[i].edit_href = arena_printf(rq->arena, "%s?id=%s", web_address(rq, LIST), id);
        l[i].remove_href = arena_printf(rq->arena, "%s/%s/ta-bort", web_address(rq, LIST), id);
        if (!l[i].edit_href || !l[i].remove_href)
            return ERR_NOMEM;
    }
    v->rows = l;
    v->n_rows = c->n;
    return ERR_OK;
}

static void fields(struct req *rq, const struct contacts *c, const struct q_site_contacts_row *e,
                   struct site_contacts *v)
{
    int64_t next = c->n ? c->rows[c->n - 1].sort + 1 : 1;
    const char *sort = arena_printf(rq->arena, "%lld",
                                    (long long)(e            ? e->sort
                                                : next > 999 ? 999
                                                             : next));
    v->role =
        web_field(rq, "role", T_site_contact_role, T_site_contact_role_hint, e ? e->role : NULL);
    v->name =
        web_field(rq, "name", T_site_contact_name, T_site_contact_name_hint, e ? e->name : NULL);
    v->phone = web_field(rq, "phone", T_site_contact_phone, TEXT_COUNT, e ? e->phone : NULL);
    v->email = web_field(rq, "email", T_site_contact_email, TEXT_COUNT, e ? e->email : NULL);
    v->sort = web_field(rq, "sort", T_site_contact_sort, TEXT_COUNT, sort);
    v->role.required = true;
    v->phone.type = "tel";
    v->email.type = "email";
    v->sort.inputmode = "numeric";
    v->sort.width = "w-short";
}

enum err site_contacts_page(struct req *rq)
{
    struct contacts c = {.rq = rq};
    struct site_contacts v = {0};
    TRY(web_read(rq, load, &c));
    struct id id = req_problem_of(rq, "id") ? (struct id){0} : req_id(rq, "id");
    const struct q_site_contacts_row *e = edited(&c, id);
    const struct geo_municipality *m = geo_municipality_by_code(web_municipality(rq));
    if (!m)
        return ERR_NOTFOUND; /* only a municipality has a public address */
    TRY(lines(rq, &c, &v));
    fields(rq, &c, e, &v);
    if (e) {
        char text[ID_TEXT];
        id_text(id, text);
        v.id = arena_strdup(rq->arena, text);
    }
    v.action = web_address(rq, LIST);
    v.back_href = web_address(rq, "/installningar");
    v.public_href = arena_printf(rq->arena, "/%s/", m->slug);
    v.page.lead = TX(rq, site_contacts_lead);
    TRY(web_page(rq, &v.page, T_site_contacts_title));
    struct tmpl t = web_tmpl(rq);
    site_contacts_html(&t, &v);
    return ERR_OK;
}

struct saving {
    struct req *rq;
    struct q_site_contact_put_in in;
    bool fresh;
};

static const char *typed(struct req *rq, const char *name)
{
    const char *v = req_field(rq, name);
    return v ? v : "";
}

static enum err save(struct tx *tx, void *arg)
{
    struct saving *s = arg;
    struct q_site_contact_one_row row;
    struct q_site_contact_one_in one = {s->in.municipality, s->in.id};
    if (!s->fresh) /* a contact that somebody else removed does not come back */
        TRY(q_site_contact_one_one(tx, s->rq->arena, &one, &row));
    TRY(q_site_contact_put_run(tx, &s->in, NULL));
    return web_audit(s->rq, tx, s->fresh ? "contact.add" : "contact.edit", "contact", s->in.id,
                     NULL);
}

/* Only a municipality has a public address, and contacts on it. */
static enum err in_town(const struct req *rq)
{
    return geo_municipality_by_code(web_municipality(rq)) ? ERR_OK : ERR_NOTFOUND;
}

enum err site_contacts_save(struct req *rq)
{
    TRY(in_town(rq));
    if (!rq->problems && !req_field(rq, "phone") && !req_field(rq, "email"))
        req_problem(rq, "phone", TX(rq, site_contact_way));
    if (rq->problems) {
        web_invalid(rq);
        return site_contacts_page(rq);
    }
    struct id id = req_id(rq, "id");
    struct saving s = {rq,
                       {
                           .municipality = web_municipality(rq),
                           .id = id_is_none(id) ? id_new() : id,
                           .role = typed(rq, "role"),
                           .name = typed(rq, "name"),
                           .phone = typed(rq, "phone"),
                           .email = typed(rq, "email"),
                           .sort = req_int(rq, "sort", 1),
                           .at = time_now(),
                       },
                       id_is_none(id)};
    TRY(web_write(rq, save, &s));
    atomic_fetch_add(&web_app(rq)->public_changes, 1);
    return web_done(rq, web_address(rq, LIST), T_done_contact_saved);
}

struct removing {
    struct req *rq;
    struct id id;
};

static enum err take_away(struct tx *tx, void *arg)
{
    struct removing *r = arg;
    int64_t n = 0;
    struct q_site_contact_delete_in in = {web_municipality(r->rq), r->id};
    TRY(q_site_contact_delete_run(tx, &in, &n));
    return n ? web_audit(r->rq, tx, "contact.remove", "contact", r->id, NULL) : ERR_NOTFOUND;
}

enum err site_contacts_remove(struct req *rq)
{
    struct removing r = {.rq = rq};
    TRY(in_town(rq));
    if (id_parse(req_param(rq, "id"), &r.id) != ERR_OK)
        return ERR_NOTFOUND;
    TRY(web_write(rq, take_away, &r));
    atomic_fetch_add(&web_app(rq)->public_changes, 1);
    return web_done(rq, web_address(rq, LIST), T_done_contact_removed);
}
