/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The types of events in the municipality's own words. */
#include "base/mem.h"
#include "base/str.h"
#include "core/type_labels.h"
#include "parts/event/event.h"
#include "parts/settings/settings_web.h"
#include "settings_sql.h"

static const struct settings_up up = {"/handelsetyper", T_settings_types};

const struct field_spec settings_type_fields[] = {
    {.name = "label", .kind = FIELD_TEXT, .max = 60},
    {.name = "hidden", .kind = FIELD_BOOL},
    {0},
};

struct reading {
    struct req *rq;
    struct type_labels labels;
    struct q_settings_type_counts_row *counts;
    size_t n;
};

static enum err read_types(struct tx *tx, void *arg)
{
    struct reading *r = arg;
    struct q_settings_type_counts_in in = {web_municipality(r->rq)};
    TRY(type_labels_read(tx, r->rq->arena, in.municipality, &r->labels));
    return q_settings_type_counts_all(tx, r->rq->arena, &in, &r->counts, &r->n);
}

static int64_t count_of(const struct reading *r, const char *code)
{
    for (size_t i = 0; i < r->n; i++)
        if (str_eq(r->counts[i].code, code))
            return r->counts[i].n;
    return 0;
}

static void fill_row(struct req *rq, const struct reading *r, int type, struct settings_cell *c)
{
    const char *code = event_types[type].code, *own = type_label_own(&r->labels, code);
    const char *name = type_label(&r->labels, rq->lang, code);
    int upper = event_types[type].parent;
    c[0].text = name;
    c[0].href = arena_printf(rq->arena, "%s/%s", settings_at(rq, "/handelsetyper"), code);
    c[0].tag = type_label_hidden(&r->labels, code) ? TX(rq, settings_type_hidden) : NULL;
    c[0].sub = own ? TXF(rq, settings_type_default_is, event_type_name(rq->lang, type)) : NULL;
    c[1].text = upper < 0 ? TX(rq, settings_type_main)
                          : type_label(&r->labels, rq->lang, event_types[upper].code);
    c[2].text = settings_number(rq, count_of(r, code));
}

enum err settings_types_page(struct req *rq)
{
    TRY(settings_in_town(rq));
    struct reading r = {.rq = rq};
    TRY(web_read(rq, read_types, &r));
    const struct settings_head heads[] = {{TX(rq, settings_type), false},
                                          {TX(rq, settings_type_upper), false},
                                          {TX(rq, settings_type_events), true}};
    struct settings_list_view v = {
        .heads = heads, .n_heads = ARRAY_LEN(heads), .n_rows = EVENT_TYPE_COUNT};
    TRY(settings_table(rq, heads, ARRAY_LEN(heads), EVENT_TYPE_COUNT, &v.rows));
    for (int i = 0; i < EVENT_TYPE_COUNT; i++)
        fill_row(rq, &r, i, v.rows[i].cells);
    v.page.lead = TX(rq, settings_types_lead);
    return settings_draw_list(rq, &v, T_settings_types);
}

static enum err draw_one(struct req *rq, int type)
{
    const char *code = event_types[type].code;
    struct reading r = {.rq = rq};
    TRY(web_read(rq, read_types, &r));
    struct settings_form_view v = {
        .action = arena_printf(rq->arena, "%s/%s", settings_at(rq, "/handelsetyper"), code),
        .submit = TX(rq, settings_save)};
    struct page_fact *facts = ARENA_ARRAY(rq->arena, 3, struct page_fact);
    if (!facts)
        return ERR_NOMEM;
    facts[0] =
        (struct page_fact){TX(rq, settings_type_default), event_type_name(rq->lang, type), NULL};
    facts[1] = (struct page_fact){TX(rq, settings_code), code, NULL};
    facts[2] = (struct page_fact){TX(rq, settings_type_events),
                                  settings_number(rq, count_of(&r, code)), NULL};
    v.facts = (struct page_facts){facts, 3};
    struct page_field *f = settings_field(rq, &v, SETTINGS_TEXT, "label", T_settings_type_label,
                                          type_label_own(&r.labels, code));
    f->hint = TX(rq, settings_type_label_hint);
    f->required = false;
    f = settings_field(rq, &v, SETTINGS_CHECKBOX, "hidden", T_settings_type_hide, NULL);
    f->hint = TX(rq, settings_type_hide_hint);
    settings_box(rq, f, TX(rq, settings_type_hide_box), type_label_hidden(&r.labels, code));
    return settings_draw_form(rq, &v, &up, type_label(&r.labels, rq->lang, code));
}

enum err settings_type_page(struct req *rq)
{
    TRY(settings_in_town(rq));
    int type = event_type_index(req_param(rq, "code"));
    return type < 0 ? ERR_NOTFOUND : draw_one(rq, type);
}

struct writing {
    struct settings_write w;
    const char *code, *label;
    bool hidden;
};

static enum err set_word(struct tx *tx, void *arg)
{
    struct writing *x = arg;
    TRY(type_word_set(tx, x->w.municipality, x->code, x->label, x->hidden));
    return settings_audit(&x->w, tx, x->hidden ? "type.hide" : "type.label", x->code, "label",
                          x->label);
}

enum err settings_type_post(struct req *rq)
{
    TRY(settings_in_town(rq));
    int type = event_type_index(req_param(rq, "code"));
    if (type < 0)
        return ERR_NOTFOUND;
    if (rq->problems) {
        web_invalid(rq);
        return draw_one(rq, type);
    }
    struct writing x = {{rq, web_municipality(rq), {{0}}},
                        event_types[type].code,
                        req_field(rq, "label"),
                        req_has(rq, "hidden")};
    TRY(web_write(rq, set_word, &x));
    return web_done(rq, settings_at(rq, "/handelsetyper"), T_done_settings_type);
}
