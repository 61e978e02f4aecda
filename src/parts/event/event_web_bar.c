/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The filter bar: fields with their choices, shortcuts for periods. */
#include "base/mem.h"
#include "base/str.h"
#include "event_web_sql.h"
#include "parts/event/event_web.h"

static struct page_field field(struct req *rq, const char *name, enum text_key label)
{
    struct page_field f = web_field(rq, name, label, TEXT_COUNT, NULL);
    f.value = req_field(rq, name);
    f.in_filter = true;
    f.required = false;
    f.max = 0;
    return f;
}

static const char *id_string(struct req *rq, struct id id)
{
    char text[ID_TEXT];
    id_text(id, text);
    const char *s = arena_strdup(rq->arena, text);
    return s ? s : "";
}

/* --- Kinds, in two levels --- */

static enum err type_group(struct req *rq, const struct event_names *names, int main, int end,
                           const char *chosen, struct page_choice_group *out)
{
    struct page_choice *c = ARENA_ARRAY(rq->arena, (size_t)(end - main), struct page_choice);
    if (!c)
        return ERR_NOMEM;
    const char *label = event_names_type(names, event_types[main].code);
    for (int i = main; i < end; i++) {
        const char *code = event_types[i].code;
        const char *name = event_names_type(names, code);
        if (i == main && end - main > 1)
            name = TXF(rq, event_filter_all_of, name);
        c[i - main] =
            (struct page_choice){.value = code, .label = name, .chosen = str_eq(code, chosen)};
    }
    *out = (struct page_choice_group){label, c, (size_t)(end - main)};
    return ERR_OK;
}

static enum err type_field(struct req *rq, const struct event_query *q,
                           const struct event_names *names, struct page_field *out)
{
    const char *chosen = q->n_types ? q->types[0] : NULL;
    struct page_choice_group *groups =
        ARENA_ARRAY(rq->arena, EVENT_TYPE_COUNT, struct page_choice_group);
    struct page_choice *all = ARENA_NEW(rq->arena, struct page_choice);
    if (!groups || !all)
        return ERR_NOMEM;
    *all = (struct page_choice){.value = "", .label = TX(rq, event_filter_all_types)};
    *out = field(rq, "type", T_event_field_type);
    for (int i = 0; i < EVENT_TYPE_COUNT;) {
        int end = i + 1;
        while (end < EVENT_TYPE_COUNT && event_types[end].parent == i)
            end++;
        TRY(type_group(rq, names, i, end, chosen, &groups[out->n_groups++]));
        i = end;
    }
    out->choices = all;
    out->n_choices = 1;
    out->groups = groups;
    return ERR_OK;
}

/* One of them is chosen here; more only in an address. */
static enum err kind_field(struct req *rq, const struct event_query *q, struct page_field *out)
{
    static const enum text_key labels[EVENT_KINDS] = {[EVENT_INCIDENT] = T_event_filter_incident,
                                                      [EVENT_ALL_CLEAR] = T_event_filter_all_clear,
                                                      [EVENT_POSITIVE] = T_event_filter_positive};
    struct page_choice *c = ARENA_ARRAY(rq->arena, EVENT_KINDS + 1, struct page_choice);
    bool chosen = false;
    if (!c)
        return ERR_NOMEM;
    c[0] = (struct page_choice){.value = "", .label = TX(rq, event_filter_all_kinds)};
    for (int k = 0; k < EVENT_KINDS; k++) {
        bool this = !chosen && (q->kinds >> k & 1);
        c[k + 1] = (struct page_choice){.value = event_kind_name((enum event_kind)k),
                                        .label = text_get(rq->lang, labels[k]),
                                        .chosen = this};
        chosen = chosen || this;
    }
    *out = field(rq, "kind", T_event_field_kind);
    out->choices = c;
    out->n_choices = EVENT_KINDS + 1;
    return ERR_OK;
}

/* --- Areas, organisations, sources --- */

static enum err area_field(struct req *rq, const struct event_query *q,
                           const struct event_names *names, struct page_field *out)
{
    struct page_choice *c = ARENA_ARRAY(rq->arena, names->n_areas + 1, struct page_choice);
    if (!c)
        return ERR_NOMEM;
    c[0] = (struct page_choice){.value = "", .label = TX(rq, event_filter_all_areas)};
    for (size_t i = 0; i < names->n_areas; i++)
        c[i + 1] = (struct page_choice){.value = id_string(rq, names->areas[i].id),
                                        .label = names->areas[i].name,
                                        .chosen = id_eq(names->areas[i].id, q->area)};
    *out = field(rq, "area", T_event_field_area);
    out->choices = c;
    out->n_choices = names->n_areas + 1;
    return ERR_OK;
}

static enum err organisation_field(struct req *rq, const struct event_query *q,
                                   const struct event_names *names, struct page_field *out)
{
    struct page_choice *c = ARENA_ARRAY(rq->arena, names->n_organisations + 1, struct page_choice);
    if (!c)
        return ERR_NOMEM;
    c[0] = (struct page_choice){.value = "", .label = TX(rq, event_filter_all_organisations)};
    for (size_t i = 0; i < names->n_organisations; i++) {
        struct id id = names->organisations[i].id;
        c[i + 1] = (struct page_choice){.value = id_string(rq, id),
                                        .label = names->organisations[i].name,
                                        .chosen = id_eq(id, q->organisation)};
    }
    *out = field(rq, "organisation", T_event_field_organisation);
    out->choices = c;
    out->n_choices = names->n_organisations + 1;
    return ERR_OK;
}

static bool note_source(void *arg, const struct event_rows *rows, uint32_t row)
{
    const char **seen = arg;
    uint8_t s = rows->source[row];
    seen[s] = rows->sources[s];
    return true;
}

static enum err source_field(struct req *rq, const struct event_query *q,
                             const struct columns_view *all, struct page_field *out)
{
    const char **seen = ARENA_ARRAY(rq->arena, 256, const char *);
    struct page_choice *c = ARENA_ARRAY(rq->arena, 258, struct page_choice);
    if (!seen || !c)
        return ERR_NOMEM;
    for (size_t p = 0; p < all->n; p++)
        for (uint32_t i = 0; i < all->parts[p]->n; i++)
            note_source(seen, all->parts[p], i);
    *out = field(rq, "source", T_event_field_source);
    c[out->n_choices++] =
        (struct page_choice){.value = "", .label = TX(rq, event_filter_all_sources)};
    for (size_t i = 0; i < 256; i++)
        if (seen[i])
            c[out->n_choices++] =
                (struct page_choice){.value = seen[i],
                                     .label = event_source_text(rq->lang, seen[i]),
                                     .chosen = str_eq(seen[i], q->source)};
    out->choices = c;
    return ERR_OK;
}

static enum err no_place_field(struct req *rq, const struct event_query *q, struct page_field *out)
{
    struct page_choice *c = ARENA_NEW(rq->arena, struct page_choice);
    if (!c)
        return ERR_NOMEM;
    *c = (struct page_choice){
        .value = "1", .label = TX(rq, event_filter_no_place), .chosen = q->no_place};
    *out = field(rq, "noplace", TEXT_COUNT);
    out->choices = c;
    out->n_choices = 1;
    return ERR_OK;
}

static enum err unreviewed_field(struct req *rq, const struct event_query *q,
                                 struct page_field *out)
{
    struct page_choice *c = ARENA_NEW(rq->arena, struct page_choice);
    if (!c)
        return ERR_NOMEM;
    *c = (struct page_choice){
        .value = "1", .label = TX(rq, event_filter_unreviewed), .chosen = q->unreviewed};
    *out = field(rq, "unreviewed", TEXT_COUNT);
    out->choices = c;
    out->n_choices = 1;
    return ERR_OK;
}

/* --- Shortcuts --- */

static void shortcut(struct req *rq, const struct event_query *q, const char *label,
                     struct date from, struct date to, struct page_link *out)
{
    struct event_query w = *q;
    w.has_from = w.has_to = true;
    w.from = from;
    w.to = to;
    w.page = 1;
    bool current = q->has_from && q->has_to && date_days(q->from) == date_days(from) &&
                   date_days(q->to) == date_days(to);
    *out = (struct page_link){label, event_web_href(rq, "/handelser", &w, true), current};
}

static enum err shortcuts(struct req *rq, const struct event_query *q,
                          const struct event_names *names, struct event_list_view *v)
{
    static const int days[] = {7, 14, 30};
    struct page_link *links = ARENA_ARRAY(rq->arena, 8 + names->n_periods, struct page_link);
    if (!links)
        return ERR_NOMEM;
    struct date today = date_of_msec(time_now());
    size_t n = 0;
    for (size_t i = 0; i < ARRAY_LEN(days); i++)
        shortcut(rq, q, TXF(rq, event_last_days, days[i]), date_add(today, 1 - days[i]), today,
                 &links[n++]);
    shortcut(rq, q, TX(rq, event_this_year), (struct date){today.year, 1, 1}, today, &links[n++]);
    for (size_t i = 0; i < names->n_periods; i++)
        shortcut(rq, q, names->periods[i].name, date_of_msec(names->periods[i].starts_at),
                 date_of_msec(names->periods[i].ends_at - 1), &links[n++]);
    v->presets = links;
    v->n_presets = n;
    return ERR_OK;
}

/* --- What the form sends along --- */

static enum err hidden_values(struct req *rq, const struct event_query *q, struct page_filter *f)
{
    struct page_hidden *h =
        ARENA_ARRAY(rq->arena, EVENT_QUERY_TYPES + EVENT_KINDS + 13, struct page_hidden);
    if (!h)
        return ERR_NOMEM;
    size_t n = 0;
    for (size_t i = 1; i < q->n_types; i++)
        h[n++] = (struct page_hidden){"type", q->types[i]};
    for (int k = 0, first = 1; k < EVENT_KINDS; k++)
        if (q->kinds >> k & 1) {
            if (!first)
                h[n++] = (struct page_hidden){"kind", event_kind_name((enum event_kind)k)};
            first = 0;
        }
    if (q->place)
        h[n++] = (struct page_hidden){"place", q->place};
    if (q->placed)
        h[n++] = (struct page_hidden){"placed", "1"};
    static const char *const kept[] = {"weekday",        "hour",    "timed",  "untimed", "noarea",
                                       "noorganisation", "squares", "circle", "sort",    "order"};
    for (size_t i = 0; i < ARRAY_LEN(kept); i++)
        if (req_field(rq, kept[i]) && !req_problem_of(rq, kept[i]))
            h[n++] = (struct page_hidden){kept[i], req_field(rq, kept[i])};
    f->hidden = h;
    f->n_hidden = n;
    return ERR_OK;
}

enum err event_web_filter(struct req *rq, const struct event_query *q,
                          const struct event_names *names, const struct columns_view *all,
                          struct event_list_view *v)
{
    v->filter.action = web_address(rq, "/handelser");
    v->filter.reset_href = v->filter.action;
    v->filter.open = true;
    TRY(hidden_values(rq, q, &v->filter));
    v->from = field(rq, "from", T_event_field_from);
    v->to = field(rq, "to", T_event_field_to);
    web_date(rq, &v->from);
    web_date(rq, &v->to);
    TRY(type_field(rq, q, names, &v->type));
    TRY(kind_field(rq, q, &v->kind));
    TRY(area_field(rq, q, names, &v->area));
    TRY(organisation_field(rq, q, names, &v->organisation));
    TRY(source_field(rq, q, all, &v->source));
    v->text = field(rq, "text", T_event_field_text);
    v->text.type = "search";
    TRY(no_place_field(rq, q, &v->no_place));
    TRY(unreviewed_field(rq, q, &v->unreviewed));
    v->has_areas = names->n_areas > 0;
    v->has_organisations = names->n_organisations > 0 && !q->walled;
    v->has_sources = !q->walled;
    return shortcuts(rq, q, names, v);
}
