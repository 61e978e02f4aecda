/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The list: what is overdue first, then what is open, then what is over. */
#include <stdlib.h>
#include <string.h>

#include "action_html.h"
#include "base/mem.h"
#include "base/str.h"
#include "parts/action/action_web.h"

const struct field_spec action_query_fields[] = {
    {.name = "owner", .kind = FIELD_ID},   {.name = "area", .kind = FIELD_ID},
    {.name = "type", .kind = FIELD_CODE},  {.name = "kind", .kind = FIELD_CODE},
    {.name = "state", .kind = FIELD_CODE}, {0},
};

struct reading {
    struct req *rq;
    struct action_found *f;
    struct action *all;
    size_t n_all;
    struct q_action_verdicts_row *verdicts;
    size_t n_verdicts;
};

static enum err read_all(struct tx *tx, void *arg)
{
    struct reading *r = arg;
    const char *town = web_municipality(r->rq);
    struct q_action_verdicts_in verdicts = {town};
    TRY(action_names_load(tx, r->rq, &r->f->names));
    TRY(action_list(tx, r->rq->arena, town, &r->all, &r->n_all));
    return q_action_verdicts_all(tx, r->rq->arena, &verdicts, &r->verdicts, &r->n_verdicts);
}

static bool fits_type(const struct action *x, const char *code)
{
    int own = event_type_index(x->type_code), asked = event_type_index(code);
    return !code || (asked >= 0 && own >= 0 && event_type_within(own, asked));
}

static bool fits_state(const struct action *x, const char *state, msec now)
{
    if (!state)
        return true;
    if (str_eq(state, "overdue"))
        return action_overdue(x, now);
    if (str_eq(state, "open"))
        return action_open(x->state);
    return str_eq(action_state_name(x->state), state);
}

static bool fits(struct req *rq, const struct action *x, msec now)
{
    struct id owner = req_id(rq, "owner"), area = req_id(rq, "area");
    const char *kind = req_field(rq, "kind");
    return (id_is_none(owner) || id_eq(owner, x->organisation)) &&
           (id_is_none(area) || id_eq(area, x->ground.area)) && (!kind || str_eq(kind, x->kind)) &&
           fits_type(x, req_field(rq, "type")) && fits_state(x, req_field(rq, "state"), now);
}

static int rank(const struct action *x, msec now)
{
    return action_overdue(x, now) ? 0 : action_open(x->state) ? 1 : 2;
}

static const char *verdict_of(const struct reading *r, struct id id)
{
    const char *found = NULL; /* of the highest plan, which stands last */
    for (size_t i = 0; i < r->n_verdicts; i++) {
        enum action_verdict v;
        if (id_eq(r->verdicts[i].action, id) && action_verdict_parse(r->verdicts[i].verdict, &v))
            found = action_verdict_text(r->rq->lang, v);
    }
    return found;
}

enum err action_find(struct req *rq, struct action_found *out)
{
    struct reading r = {.rq = rq, .f = out};
    *out = (struct action_found){.now = time_now()};
    TRY(action_in_town(rq));
    TRY(web_read(rq, read_all, &r));
    out->list = ARENA_ARRAY(rq->arena, r.n_all + 1, struct action *);
    out->verdicts = ARENA_ARRAY(rq->arena, r.n_all + 1, const char *);
    if (!out->list || !out->verdicts)
        return ERR_NOMEM;
    for (int want = 0; want < 3; want++)
        for (size_t i = 0; i < r.n_all; i++) {
            /* what is over: the latest first */
            struct action *x = &r.all[want == 2 ? r.n_all - 1 - i : i];
            if (rank(x, out->now) != want || !fits(rq, x, out->now))
                continue;
            out->n_overdue += want == 0;
            out->n_open += want < 2;
            out->verdicts[out->n] = verdict_of(&r, x->id);
            out->list[out->n++] = x;
        }
    return ERR_OK;
}

const char *action_filtered(struct req *rq, const char *path)
{
    struct buf b = buf_init(4096);
    buf_puts(&b, web_address(rq, path));
    char mark = '?';
    for (const struct field_spec *f = action_query_fields; f->name; f++) {
        const char *v = req_field(rq, f->name);
        if (str_empty(v))
            continue;
        buf_printf(&b, "%c%s=", mark, f->name);
        url_component(&b, v);
        mark = '&';
    }
    const char *s = buf_err(&b) ? NULL : arena_strdup(rq->arena, buf_text(&b));
    buf_done(&b);
    return s ? s : "/";
}

static const char *state_label(struct req *rq, const char *code)
{
    enum action_state s;
    if (str_eq(code, "overdue"))
        return TX(rq, action_overdue);
    if (str_eq(code, "open"))
        return TX(rq, action_open);
    return action_state_parse(code, &s) ? action_state_text(rq->lang, s) : code;
}

/* What the filter says, by its field; NULL: nothing. */
static const char *filter_label(struct req *rq, const struct action_names *n, const char *name)
{
    const char *v = req_field(rq, name);
    if (str_empty(v))
        return NULL;
    if (str_eq(name, "owner"))
        return action_name_organisation(n, req_id(rq, name));
    if (str_eq(name, "area"))
        return action_name_area(n, req_id(rq, name));
    if (str_eq(name, "type"))
        return action_name_type(n, v);
    if (str_eq(name, "kind")) {
        const struct action_kind *k = action_kind_find(v);
        return k ? text_get(rq->lang, k->name) : v;
    }
    return state_label(rq, v);
}

const char *action_sentence(struct req *rq, const struct action_found *f)
{
    const char *base = TXF(rq, action_count, (int64_t)f->n);
    const char *town = web_municipality_name(rq);
    return f->n_overdue ? TXF(rq, action_sentence_overdue, (int64_t)f->n_overdue, base, town)
                        : TXF(rq, action_sentence, base, town);
}

static enum err fill_said(struct req *rq, const struct action_found *f, struct action_list_view *v)
{
    struct page_chip *chips = ARENA_ARRAY(rq->arena, 8, struct page_chip);
    if (!chips)
        return ERR_NOMEM;
    for (const struct field_spec *s = action_query_fields; s->name; s++) {
        const char *label = filter_label(rq, &f->names, s->name);
        if (label)
            chips[v->said.n_chips++] =
                (struct page_chip){label, req_address_with(rq, s->name, NULL)};
    }
    v->said.chips = chips;
    v->said.sentence = action_sentence(rq, f);
    if (!v->said.n_chips)
        return ERR_OK;
    v->filter.active = TXF(rq, action_filter_active, (int64_t)v->said.n_chips);
    v->filter.reset_href = web_address(rq, "/atgarder");
    return ERR_OK;
}

static struct page_field field(struct req *rq, const char *name, enum text_key label)
{
    struct page_field f = web_field(rq, name, label, TEXT_COUNT, NULL);
    f.value = req_field(rq, name);
    f.in_filter = true;
    return f;
}

static enum err fill_filter(struct req *rq, const struct action_found *f,
                            struct action_list_view *v)
{
    static const char *const states[] = {"",        "open", "overdue", "planned",
                                         "ongoing", "late", "done",    "dropped"};
    v->filter.action = rq->path;
    v->owner = field(rq, "owner", T_action_owner);
    v->area = field(rq, "area", T_action_area);
    v->type = field(rq, "type", T_action_type);
    v->kind = field(rq, "kind", T_action_kind);
    v->state = field(rq, "state", T_action_state);
    TRY(action_fill_organisations(rq, &f->names, &v->owner, T_action_all));
    TRY(action_fill_areas(rq, &f->names, &v->area, T_action_all));
    TRY(action_fill_types(rq, &f->names, &v->type, true));
    TRY(action_fill_kinds(rq, &v->kind, T_action_all));
    struct page_choice *c = action_choices(rq, ARRAY_LEN(states));
    if (!c)
        return ERR_NOMEM;
    for (size_t i = 0; i < ARRAY_LEN(states); i++)
        c[i] =
            (struct page_choice){.value = states[i],
                                 .label = i ? state_label(rq, states[i]) : TX(rq, action_all),
                                 .chosen = str_eq(states[i], v->state.value ? v->state.value : "")};
    v->state.choices = c;
    v->state.n_choices = ARRAY_LEN(states);
    return fill_said(rq, f, v);
}

static void fill_row(struct req *rq, const struct action_found *f, size_t i,
                     struct action_row_view *r)
{
    const struct action *x = f->list[i];
    int64_t late = date_days(date_of_msec(f->now)) - date_days(date_of_msec(x->ends_at - 1));
    *r = (struct action_row_view){
        .href = action_href(rq, x->id, ""),
        .title = x->title,
        .sub = action_sees_all(rq) ? x->problem : NULL,
        .place = action_place_text(&f->names, &x->ground),
        .owner = action_name_organisation(&f->names, x->organisation),
        .when = action_days_text(rq, x->starts_at, x->ends_at),
        .state = action_state_text(rq->lang, x->state),
        .effect = f->verdicts[i],
    };
    if (action_overdue(x, f->now)) {
        r->tag = TXF(rq, action_days_late, late);
        r->warn = true;
    } else if (action_soon(x, f->now)) {
        r->tag = late == 0 ? TX(rq, action_due_today) : TXF(rq, action_days_left, -late);
    }
}

static enum err fill_groups(struct req *rq, const struct action_found *f,
                            struct action_list_view *v)
{
    const size_t ends[] = {f->n_overdue, f->n_open, f->n};
    const enum text_key heads[] = {T_action_group_overdue, T_action_group_open,
                                   T_action_group_closed};
    static const char *const ids[] = {"forsenade", "oppna", "avslutade"};
    struct action_group_view *g = ARENA_ARRAY(rq->arena, 3, struct action_group_view);
    struct action_row_view *rows = ARENA_ARRAY(rq->arena, f->n + 1, struct action_row_view);
    if (!g || !rows)
        return ERR_NOMEM;
    for (size_t i = 0; i < f->n; i++)
        fill_row(rq, f, i, &rows[i]);
    for (size_t k = 0, from = 0; k < 3; from = ends[k++])
        if (ends[k] > from)
            g[v->n_groups++] = (struct action_group_view){ids[k], text_get(rq->lang, heads[k]),
                                                          rows + from, ends[k] - from};
    v->groups = g;
    return ERR_OK;
}

static enum err fill_files(struct req *rq, struct action_list_view *v)
{
    static const struct {
        const char *path, *label;
    } files[] = {{"/atgarder.csv", "CSV"},
                 {"/atgarder.xlsx", "XLSX"},
                 {"/atgarder.json", "JSON"},
                 {"/atgarder.ics", NULL}};
    struct page_link *list = ARENA_ARRAY(rq->arena, ARRAY_LEN(files), struct page_link);
    if (!list)
        return ERR_NOMEM;
    for (size_t i = 0; i < ARRAY_LEN(files); i++)
        list[i] = (struct page_link){files[i].label ? files[i].label : TX(rq, action_ics),
                                     action_filtered(rq, files[i].path), false};
    v->files = list;
    v->n_files = ARRAY_LEN(files);
    return ERR_OK;
}

enum err action_list_page(struct req *rq)
{
    struct action_list_view v = {0};
    struct action_found f;
    TRY(action_find(rq, &f));
    TRY(fill_filter(rq, &f, &v));
    TRY(fill_groups(rq, &f, &v));
    TRY(fill_files(rq, &v));
    v.wheel_href = web_address(rq, "/atgarder/arshjul");
    v.page.lead = TX(rq, action_list_lead);
    bool edit = web_may(rq, PERM_ACTION_EDIT);
    if (edit)
        v.page.action =
            (struct page_link){TX(rq, action_new), web_address(rq, "/atgarder/ny"), false};
    v.empty = v.said.n_chips
                  ? (struct page_empty){TX(rq, action_none_filter), TX(rq, action_none_filter_text),
                                        web_address(rq, "/atgarder"), TX(rq, core_filter_reset)}
                  : (struct page_empty){TX(rq, action_none), TX(rq, action_none_text), NULL, NULL};
    TRY(web_audit_read(rq, "action.list", "action", (struct id){{0}}, NULL));
    TRY(web_page(rq, &v.page, T_action_list_title));
    struct tmpl t = web_tmpl(rq);
    action_list_html(&t, &v);
    return ERR_OK;
}
