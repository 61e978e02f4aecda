/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Several events in one sending: the form. */
#include "base/mem.h"
#include "base/str.h"
#include "event_html.h"
#include "geo/geo_data.h"
#include "parts/event/report_many.h"
#include "parts/event/report_outbox.h"

static const char *shift_code(struct req *rq, const struct report_shift *s)
{
    return arena_printf(rq->arena, "%c%04d%02d%02d", s->night ? 'n' : 'd', s->day.year,
                        s->day.month, s->day.day);
}

static const char *shift_words(struct req *rq, const struct report_shift *s)
{
    static const char *const names[] = {"weekday_1", "weekday_2", "weekday_3", "weekday_4",
                                        "weekday_5", "weekday_6", "weekday_7"};
    char text[FORMAT_TEXT];
    struct date day = date_add(s->day, s->night), today = date_of_msec(time_now());
    enum text_key weekday = text_lookup(names[date_weekday(day) - 1]);
    const char *in_full = arena_printf(rq->arena, "%s %s", text_get(rq->lang, weekday),
                                       format_date(text, rq->lang, day));
    if (!in_full)
        return NULL;
    if (s->night)
        return TXF(rq, report_many_night, in_full);
    return date_days(day) == date_days(today) ? TXF(rq, report_many_today, in_full)
                                              : TXF(rq, report_many_yesterday, in_full);
}

static enum err fill_night(struct req *rq, struct report_many_view *v)
{
    struct report_shift s[REPORT_SHIFTS];
    struct page_choice *c = ARENA_ARRAY(rq->arena, REPORT_SHIFTS, struct page_choice);
    if (!c)
        return ERR_NOMEM;
    report_shifts(time_now(), s);
    v->night = web_field(rq, "night", T_report_many_shift, T_report_many_shift_hint, NULL);
    v->night.required = true;
    for (int i = 0; i < REPORT_SHIFTS; i++) {
        c[i] =
            (struct page_choice){.value = shift_code(rq, &s[i]), .label = shift_words(rq, &s[i])};
        if (!c[i].value || !c[i].label)
            return ERR_NOMEM;
        c[i].chosen = v->night.value ? str_eq(v->night.value, c[i].value) : i == 0;
    }
    v->night.choices = c;
    v->night.n_choices = REPORT_SHIFTS;
    return ERR_OK;
}

/* Every kind that the form of one event offers, with `code` chosen. */
static enum err fill_types(struct req *rq, const struct event_form_view *f, struct page_field *out)
{
    struct page_choice_group *groups =
        ARENA_ARRAY(rq->arena, f->main.n_choices + 1, struct page_choice_group);
    struct page_choice *first = ARENA_NEW(rq->arena, struct page_choice);
    if (!groups || !first)
        return ERR_NOMEM;
    *first = (struct page_choice){.value = "", .label = TX(rq, report_many_type_none)};
    out->choices = first;
    out->n_choices = 1;
    out->groups = groups;
    for (size_t i = 0; i < f->main.n_choices; i++) {
        const struct page_choice *main = &f->main.choices[i];
        struct page_choice *c = ARENA_ARRAY(rq->arena, EVENT_TYPE_COUNT, struct page_choice);
        if (!c)
            return ERR_NOMEM;
        size_t n = 0;
        c[n++] = (struct page_choice){.value = main->value, .label = main->label};
        for (size_t k = 0; k < f->n_kinds; k++)
            for (size_t d = 0; str_eq(f->kinds[k].code, main->value) && d < f->kinds[k].n_choices;
                 d++)
                c[n++] = f->kinds[k].choices[d];
        for (size_t k = 0; k < n; k++)
            c[k].chosen = out->value && str_eq(out->value, c[k].value);
        groups[out->n_groups++] = (struct page_choice_group){main->label, c, n};
    }
    return ERR_OK;
}

/* "Spara bara namnet": to tick where the name is none that we know, and as long as it is ticked. */
static enum err fill_alone(struct req *rq, struct report_line *l, bool ticked)
{
    struct page_choice *c = ARENA_NEW(rq->arena, struct page_choice);
    if (!c)
        return ERR_NOMEM;
    *c = (struct page_choice){
        .value = "name", .label = TX(rq, event_form_place_name_alone), .chosen = ticked};
    l->choice =
        web_field(rq, report_name(rq, REPORT_CHOICE, l->number), TEXT_COUNT, TEXT_COUNT, NULL);
    l->choice.choices = c;
    l->choice.n_choices = 1;
    l->alone = true;
    return ERR_OK;
}

static enum err fill_choice(struct report_many *m, struct report_line *l)
{
    struct req *rq = m->rq;
    const struct event_spots *spots = &m->spots[l->number];
    const char *name = report_name(rq, REPORT_CHOICE, l->number);
    const char *sent = name ? req_field(rq, name) : NULL;
    bool only_name = str_eq(sent, "name");
    if (spots->n == 0) { /* clear, or asked and answered */
        if (only_name || m->nowhere[l->number])
            return fill_alone(rq, l, only_name);
        l->kept = sent;
        l->choice.name = name;
        return ERR_OK;
    }
    struct page_choice *c = ARENA_ARRAY(rq->arena, spots->n + 1, struct page_choice);
    if (!c)
        return ERR_NOMEM;
    for (size_t i = 0; i < spots->n; i++)
        c[i] = (struct page_choice){.value = spots->list[i].value, .label = spots->list[i].words};
    c[spots->n] =
        (struct page_choice){.value = "name", .label = TX(rq, event_form_place_name_only)};
    l->choice = web_field(rq, name, T_event_form_place_choice, TEXT_COUNT, NULL);
    l->choice.choices = c;
    l->choice.n_choices = spots->n + 1;
    l->choice.required = true;
    l->choose = true;
    return ERR_OK;
}

static enum err fill_line(struct report_many *m, const struct event_form_view *f,
                          struct report_line *l)
{
    struct req *rq = m->rq;
    int n = l->number;
    l->type = web_field(rq, report_name(rq, REPORT_TYPE, n), T_event_form_main, TEXT_COUNT, NULL);
    l->when = web_field(rq, report_name(rq, REPORT_WHEN, n), T_report_many_when, TEXT_COUNT, NULL);
    l->place =
        web_field(rq, report_name(rq, REPORT_PLACE, n), T_report_many_place, TEXT_COUNT, NULL);
    l->text = web_field(rq, report_name(rq, REPORT_TEXT, n), T_event_form_text, TEXT_COUNT, NULL);
    l->type.required = l->when.required = l->place.required = true;
    l->when.autocomplete = l->place.autocomplete = l->text.autocomplete = "off";
    l->when.max = 120;
    l->place.max = EVENT_PLACE_MOST;
    l->text.max = 1000;
    TRY(fill_types(rq, f, &l->type));
    return fill_choice(m, l);
}

enum err report_many_show(struct report_many *m, int lines)
{
    struct req *rq = m->rq;
    struct report_many_view v = {0};
    struct event_form_view f = {.fresh = true};
    struct event_names names;
    struct event blank = event_blank();
    char text[ID_TEXT];
    struct id id = req_id(rq, "id");
    id_text(id_is_none(id) ? id_new() : id, text);
    struct report_line *l = ARENA_ARRAY(rq->arena, REPORT_LINES_MOST, struct report_line);
    if (!l)
        return ERR_NOMEM;
    TRY(event_names_load(web_app(rq), rq->arena, rq->lang, web_municipality(rq), &names));
    TRY(event_form_fill(rq, &names, &blank, NULL, &f));
    for (int i = 0; i < lines; i++) {
        l[i].number = i + 1;
        TRY(fill_line(m, &f, &l[i]));
    }
    TRY(fill_night(rq, &v));
    v.id = arena_strdup(rq->arena, text);
    v.lines = l;
    v.n_lines = (size_t)lines;
    v.shell = report_shell(rq);
    v.more = lines < REPORT_LINES_MOST;
    v.exercise = geo_is_exercise(web_municipality(rq));
    v.most = REPORT_LINES_MOST;
    v.places_href = f.places_href;
    v.action = web_address(rq, "/rapportera/flera");
    v.back_href = web_address(rq, "/rapportera");
    if (!v.shell)
        v.page.lead = TX(rq, report_many_lead);
    TRY(web_page(rq, &v.page, T_report_many));
    if (v.shell)
        v.page.lang_other_label = NULL;
    struct tmpl t = web_tmpl(rq);
    event_report_many_html(&t, &v);
    return v.id ? ERR_OK : ERR_NOMEM;
}
