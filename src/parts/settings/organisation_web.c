/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Pages of organisations. */
#include "base/mem.h"
#include "base/str.h"
#include "parts/settings/settings_web.h"
#include "settings_sql.h"

static const struct settings_up up = {"/organisationer", T_settings_organisations};

const struct field_spec settings_organisation_fields[] = {
    {.name = "name", .kind = FIELD_TEXT, .required = true, .max = 100},
    {.name = "kind", .kind = FIELD_CODE, .required = true},
    {.name = "name_seen", .kind = FIELD_TEXT, .max = 100},
    {.name = "kind_seen", .kind = FIELD_CODE},
    {0},
};

struct reading {
    struct req *rq;
    struct id id;
    struct q_settings_organisations_row *rows;
    size_t n;
    struct q_settings_organisation_row one;
    int64_t used;
};

static enum err read_all(struct tx *tx, void *arg)
{
    struct reading *r = arg;
    struct q_settings_organisations_in in = {web_municipality(r->rq)};
    return q_settings_organisations_all(tx, r->rq->arena, &in, &r->rows, &r->n);
}

static enum err read_one(struct tx *tx, void *arg)
{
    struct reading *r = arg;
    struct q_settings_organisation_in in = {web_municipality(r->rq), r->id};
    TRY(q_settings_organisation_one(tx, r->rq->arena, &in, &r->one));
    struct q_settings_organisation_used_in used = {in.municipality, r->id};
    struct q_settings_organisation_used_row row;
    TRY(q_settings_organisation_used_one(tx, r->rq->arena, &used, &row));
    r->used = row.n;
    return ERR_OK;
}

enum err settings_organisations_page(struct req *rq)
{
    TRY(settings_in_town(rq));
    struct reading r = {.rq = rq};
    TRY(web_read(rq, read_all, &r));
    const struct settings_head heads[] = {{TX(rq, settings_name), false},
                                          {TX(rq, settings_kind), false},
                                          {TX(rq, settings_accounts), true}};
    struct settings_list_view v = {.heads = heads, .n_heads = ARRAY_LEN(heads), .n_rows = r.n};
    TRY(settings_table(rq, heads, ARRAY_LEN(heads), r.n, &v.rows));
    for (size_t i = 0; i < r.n; i++) {
        struct settings_cell *c = v.rows[i].cells;
        c[0].text = r.rows[i].name;
        c[0].href = settings_at_id(rq, "/organisationer/", r.rows[i].id, "");
        c[0].tag = r.rows[i].active ? NULL : TX(rq, settings_dormant);
        c[1].text = organisation_kind_text(rq->lang, r.rows[i].kind);
        c[2].text = settings_number(rq, r.rows[i].accounts);
    }
    v.page.lead = TX(rq, settings_organisations_what);
    v.page.action = (struct page_link){TX(rq, settings_organisation_new),
                                       settings_at(rq, "/organisationer/ny"), false};
    v.empty = (struct page_empty){.title = TX(rq, settings_organisations_none),
                                  .text = TX(rq, settings_organisations_none_text)};
    return settings_draw_list(rq, &v, T_settings_organisations);
}

static enum err fill_form(struct req *rq, struct settings_form_view *v, const char *name,
                          const char *kind)
{
#define K(code) {.value = #code, .label = TX(rq, settings_org_##code)},
    const struct page_choice all[] = {ORGANISATION_KINDS(K)};
#undef K
    size_t n = ARRAY_LEN(all);
    struct page_choice *choices = ARENA_ARRAY(rq->arena, n + 1, struct page_choice);
    if (!choices)
        return ERR_NOMEM;
    choices[0] = (struct page_choice){.value = "", .label = TX(rq, settings_choose)};
    for (size_t i = 0; i < n; i++)
        choices[i + 1] = all[i];
    struct page_field *f = settings_field(rq, v, SETTINGS_TEXT, "name", T_settings_name, name);
    f->autocomplete = "off";
    f = settings_field(rq, v, SETTINGS_SELECT, "kind", T_settings_kind, kind);
    f->hint = TX(rq, settings_organisation_kind_hint);
    if (!kind && !f->value)
        f->value = "";
    settings_choose(f, choices, n + 1);
    return ERR_OK;
}

static enum err draw_new(struct req *rq)
{
    struct settings_form_view v = {.action = settings_at(rq, "/organisationer/ny"),
                                   .submit = TX(rq, settings_organisation_add)};
    TRY(fill_form(rq, &v, NULL, NULL));
    return settings_draw_form(rq, &v, &up, TX(rq, settings_organisation_new));
}

enum err settings_organisation_new_page(struct req *rq)
{
    TRY(settings_in_town(rq));
    return draw_new(rq);
}

struct writing {
    struct settings_write w;
    struct organisation now, seen;
    bool active;
    int64_t ended;
};

static struct writing writing(struct req *rq, struct id id)
{
    return (struct writing){
        .w = {rq, web_municipality(rq), id},
        .now = {id, req_field(rq, "name"), req_field(rq, "kind")},
        .seen = {id, req_field(rq, "name_seen"), req_field(rq, "kind_seen")},
    };
}

static void check_kind(struct req *rq)
{
    const char *kind = req_field(rq, "kind");
    if (kind && !organisation_kind_known(kind))
        req_problem(rq, "kind", TX(rq, settings_kind_unknown));
}

static enum err add(struct tx *tx, void *arg)
{
    struct writing *x = arg;
    TRY(organisation_add(tx, x->w.rq->arena, x->w.municipality, &x->now));
    return settings_audit(&x->w, tx, "organisation.add", x->now.name, "kind", x->now.kind);
}

enum err settings_organisation_add_post(struct req *rq)
{
    TRY(settings_in_town(rq));
    check_kind(rq);
    if (!rq->problems) {
        struct writing x = writing(rq, id_new());
        enum err e = web_write(rq, add, &x);
        if (e == ERR_OK)
            return web_done(rq, settings_at(rq, "/organisationer"), T_done_settings_organisation);
        TRY(settings_conflict(rq, e, "name", T_settings_name_taken));
    }
    web_invalid(rq);
    return draw_new(rq);
}

static void draw_buttons(struct req *rq, struct settings_form_view *v, const struct reading *r)
{
    if (r->one.active)
        settings_button(
            v, (struct settings_button){settings_at_id(rq, "/organisationer/", r->id, "/vila"),
                                        TX(rq, settings_organisation_sleep),
                                        TX(rq, settings_organisation_sleep_text),
                                        TX(rq, settings_organisation_sleep_ask), false});
    else
        settings_button(
            v, (struct settings_button){settings_at_id(rq, "/organisationer/", r->id, "/vack"),
                                        TX(rq, settings_organisation_wake),
                                        TX(rq, settings_organisation_wake_text), NULL, false});
    if (!r->used)
        settings_button(
            v, (struct settings_button){settings_at_id(rq, "/organisationer/", r->id, "/ta-bort"),
                                        TX(rq, settings_organisation_delete),
                                        TX(rq, settings_organisation_delete_text),
                                        TX(rq, settings_organisation_delete_ask), true});
}

/* All that the organisation has reported, in one click: with those that are no incidents. */
static enum err draw_files(struct req *rq, struct settings_form_view *v, struct id id)
{
    static const char *const kinds[] = {"xlsx", "csv", "json"};
    const char *const labels[] = {TX(rq, settings_as_xlsx), TX(rq, settings_as_csv),
                                  TX(rq, settings_as_json)};
    struct page_link *files = ARENA_ARRAY(rq->arena, ARRAY_LEN(kinds), struct page_link);
    char text[ID_TEXT];
    id_text(id, text);
    if (!files)
        return ERR_NOMEM;
    if (!web_may(rq, PERM_EVENT_EXPORT))
        return ERR_OK;
    for (size_t i = 0; i < ARRAY_LEN(kinds); i++) {
        const char *path = arena_printf(rq->arena,
                                        "/handelser.%s?organisation=%s&kind=incident"
                                        "&kind=all_clear&kind=positive",
                                        kinds[i], text);
        if (!path)
            return ERR_NOMEM;
        files[i] = (struct page_link){.label = labels[i], .href = web_address(rq, path)};
    }
    v->files_title = TX(rq, settings_organisation_files);
    v->files_text = TX(rq, settings_organisation_files_text);
    v->files = files;
    v->n_files = ARRAY_LEN(kinds);
    return ERR_OK;
}

static enum err draw_one(struct req *rq, struct id id)
{
    struct reading r = {.rq = rq, .id = id};
    TRY(web_read(rq, read_one, &r));
    struct settings_form_view v = {.action = settings_at_id(rq, "/organisationer/", id, ""),
                                   .submit = TX(rq, settings_save)};
    TRY(fill_form(rq, &v, r.one.name, r.one.kind));
    /* After a conflict the person has now seen what stands there. */
    settings_seen(rq, &v, "name_seen", r.one.name);
    settings_seen(rq, &v, "kind_seen", r.one.kind);
    TRY(draw_files(rq, &v, id));
    draw_buttons(rq, &v, &r);
    if (!r.one.active)
        TRY(settings_notice(rq, &v.notices, &v.n_notices,
                            (struct page_notice){.title = TX(rq, settings_dormant),
                                                 .text = TX(rq, settings_dormant_text)}));
    return settings_draw_form(rq, &v, &up, r.one.name);
}

enum err settings_organisation_page(struct req *rq)
{
    struct id id;
    TRY(settings_in_town(rq));
    TRY(settings_id(rq, &id));
    return draw_one(rq, id);
}

static enum err change(struct tx *tx, void *arg)
{
    struct writing *x = arg;
    TRY(organisation_change(tx, x->w.rq->arena, x->w.municipality, &x->now, &x->seen));
    return settings_audit(&x->w, tx, "organisation.change", x->now.name, "before", x->seen.name);
}

enum err settings_organisation_post(struct req *rq)
{
    struct id id;
    TRY(settings_in_town(rq));
    TRY(settings_id(rq, &id));
    check_kind(rq);
    if (!rq->problems) {
        struct writing x = writing(rq, id);
        if (!x.seen.name || !x.seen.kind)
            return ERR_USAGE;
        enum err e = web_write(rq, change, &x);
        if (e == ERR_OK)
            return web_done(rq, settings_at(rq, "/organisationer"), T_done_settings_organisation);
        TRY(settings_conflict(rq, e, "name", T_settings_conflict));
    }
    web_invalid(rq);
    return draw_one(rq, id);
}

static enum err set_active(struct tx *tx, void *arg)
{
    struct writing *x = arg;
    struct q_settings_organisation_in in = {x->w.municipality, x->w.id};
    struct q_settings_organisation_row row;
    TRY(q_settings_organisation_one(tx, x->w.rq->arena, &in, &row));
    TRY(organisation_set_active(tx, x->w.municipality, x->w.id, x->active, &x->ended));
    const char *ended = arena_printf(x->w.rq->arena, "%lld", (long long)x->ended);
    return settings_audit(&x->w, tx, x->active ? "organisation.wake" : "organisation.sleep", NULL,
                          "ended", x->active ? NULL : ended);
}

static enum err send_active(struct req *rq, bool active)
{
    struct id id;
    TRY(settings_in_town(rq));
    TRY(settings_id(rq, &id));
    const struct who *who = web_who(rq);
    if (!active && who->here && id_eq(who->here->organisation, id)) {
        req_problem(rq, NULL, TX(rq, settings_organisation_own));
        web_invalid(rq);
        return draw_one(rq, id);
    }
    struct writing x = writing(rq, id);
    x.active = active;
    TRY(web_write(rq, set_active, &x));
    return web_done(rq, settings_at(rq, "/organisationer"),
                    active ? T_done_settings_awake : T_done_settings_dormant);
}

enum err settings_organisation_sleep_post(struct req *rq)
{
    return send_active(rq, false);
}

enum err settings_organisation_wake_post(struct req *rq)
{
    return send_active(rq, true);
}

static enum err remove_it(struct tx *tx, void *arg)
{
    struct writing *x = arg;
    struct q_settings_organisation_in in = {x->w.municipality, x->w.id};
    struct q_settings_organisation_row row;
    TRY(q_settings_organisation_one(tx, x->w.rq->arena, &in, &row));
    TRY(organisation_delete(tx, x->w.rq->arena, x->w.municipality, x->w.id));
    return settings_audit(&x->w, tx, "organisation.delete", row.name, NULL, NULL);
}

enum err settings_organisation_delete_post(struct req *rq)
{
    struct id id;
    TRY(settings_in_town(rq));
    TRY(settings_id(rq, &id));
    struct writing x = writing(rq, id);
    enum err e = web_write(rq, remove_it, &x);
    if (e == ERR_OK)
        return web_done(rq, settings_at(rq, "/organisationer"), T_done_settings_deleted);
    TRY(settings_conflict(rq, e, NULL, T_settings_organisation_used));
    web_invalid(rq);
    return draw_one(rq, id);
}
