/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The page of the rhythm: what the work is called, when periods begin, until when reports are
 * awaited. */
#include "base/mem.h"
#include "base/str.h"
#include "parts/settings/settings_web.h"

const struct field_spec settings_rhythm_fields[] = {
    {.name = "name", .kind = FIELD_TEXT, .required = true, .max = RHYTHM_NAME_MOST},
    {.name = "step", .kind = FIELD_CODE, .required = true},
    {.name = "weekday", .kind = FIELD_INT, .required = true, .min = 1, .max = 7},
    {.name = "first", .kind = FIELD_DATE, .required = true},
    {.name = "cutoff_days",
     .kind = FIELD_INT,
     .required = true,
     .min = 0,
     .max = RHYTHM_CUTOFF_DAYS},
    {.name = "cutoff", .kind = FIELD_TIME, .required = true},
    {.name = "active", .kind = FIELD_BOOL},
    {.name = "version", .kind = FIELD_INT, .min = 0},
    {0},
};

struct reading {
    struct req *rq;
    struct rhythm r;
};

static enum err read_it(struct tx *tx, void *arg)
{
    struct reading *x = arg;
    enum err e = rhythm_get(tx, x->rq->arena, web_municipality(x->rq), &x->r);
    if (e != ERR_NOTFOUND)
        return e;
    struct date today = date_of_msec(time_now());
    x->r = (struct rhythm){.name = TX(x->rq, settings_rhythm_usual),
                           .step = RHYTHM_FORTNIGHT,
                           .first = date_add(today, 1 - date_weekday(today)),
                           .cutoff_days = 1,
                           .cutoff_minutes = 9 * 60,
                           .active = true};
    return ERR_OK;
}

static void fill_when(struct req *rq, struct settings_form_view *v, const struct rhythm *r,
                      struct page_choice *c)
{
    static const enum text_key steps[] = {
#define S(id, name) T_settings_step_##name,
        RHYTHM_STEPS(S)
#undef S
    };
    static const enum text_key days[7] = {T_weekday_1, T_weekday_2, T_weekday_3, T_weekday_4,
                                          T_weekday_5, T_weekday_6, T_weekday_7};
    char day[TIME_TEXT];
    for (int i = 0; i < RHYTHM_STEP_COUNT; i++)
        c[i] = (struct page_choice){.value = rhythm_step_name((enum rhythm_step)i),
                                    .label = text_get(rq->lang, steps[i])};
    struct page_field *f =
        settings_field(rq, v, SETTINGS_RADIO, "step", T_settings_step, rhythm_step_name(r->step));
    settings_choose(f, c, RHYTHM_STEP_COUNT);
    c += RHYTHM_STEP_COUNT;
    for (int i = 0; i < 7; i++)
        c[i] = (struct page_choice){.value = arena_printf(rq->arena, "%d", i + 1),
                                    .label = text_get(rq->lang, days[i])};
    f = settings_field(rq, v, SETTINGS_SELECT, "weekday", T_settings_rhythm_weekday,
                       arena_printf(rq->arena, "%d", date_weekday(r->first)));
    f->hint = TX(rq, settings_rhythm_weekday_hint);
    settings_choose(f, c, 7);
    date_text(r->first, day);
    f = settings_field(rq, v, SETTINGS_DATE, "first", T_settings_rhythm_first,
                       arena_strdup(rq->arena, day));
    f->hint = TX(rq, settings_rhythm_first_hint);
    web_date(rq, f);
}

static void fill_cutoff(struct req *rq, struct settings_form_view *v, const struct rhythm *r,
                        struct page_choice *c)
{
    for (int i = 0; i <= RHYTHM_CUTOFF_DAYS; i++)
        c[i] = (struct page_choice){.value = arena_printf(rq->arena, "%d", i),
                                    .label = i ? TXF(rq, settings_cutoff_after, (int64_t)i)
                                               : TX(rq, settings_cutoff_same)};
    struct page_field *f =
        settings_field(rq, v, SETTINGS_SELECT, "cutoff_days", T_settings_cutoff_days,
                       arena_printf(rq->arena, "%d", r->cutoff_days));
    f->hint = TX(rq, settings_cutoff_hint);
    settings_choose(f, c, RHYTHM_CUTOFF_DAYS + 1);
    f = settings_field(
        rq, v, SETTINGS_TEXT, "cutoff", T_settings_cutoff,
        arena_printf(rq->arena, "%02d.%02d", r->cutoff_minutes / 60, r->cutoff_minutes % 60));
    f->inputmode = "numeric";
    f->width = "w-short";
}

/* `stands`: what the database holds now, for the version that the form carries. */
static enum err draw(struct req *rq, const struct rhythm *r)
{
    struct settings_form_view v = {.action = settings_at(rq, "/rytm"),
                                   .submit = TX(rq, settings_save),
                                   .cancel_href = settings_at(rq, "")};
    struct page_choice *c = ARENA_ARRAY(rq->arena, 32, struct page_choice);
    if (!c)
        return ERR_NOMEM;
    struct page_field *f =
        settings_field(rq, &v, SETTINGS_TEXT, "name", T_settings_rhythm_name, r->name);
    f->hint = TX(rq, settings_rhythm_name_hint);
    f->width = "w-half";
    f->max = RHYTHM_NAME_MOST;
    fill_when(rq, &v, r, c);
    fill_cutoff(rq, &v, r, c + 12);
    f = settings_field(rq, &v, SETTINGS_CHECKBOX, "active", T_settings_rhythm_active, NULL);
    settings_box(rq, f, TX(rq, settings_rhythm_active_box), r->active);
    settings_seen(rq, &v, "version", arena_printf(rq->arena, "%lld", (long long)r->version));
    v.page.lead = TX(rq, settings_rhythm_lead);
    if (r->version && r->active)
        TRY(settings_notice(rq, &v.notices, &v.n_notices,
                            (struct page_notice){.text = TXF(rq, settings_rhythm_next,
                                                             settings_date_text(rq, r->opened_to)),
                                                 .href = settings_at(rq, "/perioder"),
                                                 .label = TX(rq, settings_periods)}));
    return settings_draw_form(rq, &v, NULL, TX(rq, settings_rhythm));
}

enum err settings_rhythm_page(struct req *rq)
{
    struct reading x = {.rq = rq};
    TRY(settings_in_town(rq));
    TRY(web_read(rq, read_it, &x));
    return draw(rq, &x.r);
}

/* `stands`: what the database holds. */
static void read_form(struct req *rq, const struct rhythm *stands, struct rhythm *r)
{
    struct date from, today = date_of_msec(time_now());
    *r = (struct rhythm){.name = req_field(rq, "name"),
                         .cutoff_days = (int)req_int(rq, "cutoff_days", 0),
                         .cutoff_minutes = req_minutes(rq, "cutoff", 0),
                         .active = req_has(rq, "active"),
                         .version = req_int(rq, "version", 0)};
    if (!req_problem_of(rq, "step") && !rhythm_step_parse(req_field(rq, "step"), &r->step))
        req_problem(rq, "step", TX(rq, field_code));
    if (rq->problems || date_parse(req_field(rq, "first"), &from))
        return;
    r->first = rhythm_first(r->step, from, (int)req_int(rq, "weekday", 1));
    /* a rhythm may have begun long ago, but not be moved back further */
    int64_t away = date_days(r->first) - date_days(today);
    bool back = r->version == 0 || date_days(r->first) < date_days(stands->first);
    if (away > RHYTHM_BACK_DAYS || (back && away < -RHYTHM_BACK_DAYS))
        req_problem(rq, "first", TX(rq, settings_rhythm_first_wrong));
}

struct writing {
    struct settings_write w;
    struct rhythm r;
};

static enum err write_it(struct tx *tx, void *arg)
{
    struct writing *x = arg;
    TRY(rhythm_set(tx, x->w.municipality, &x->r, web_who(x->w.rq)->account));
    return settings_audit(&x->w, tx, "rhythm.change", x->r.name, "step",
                          rhythm_step_name(x->r.step));
}

enum err settings_rhythm_post(struct req *rq)
{
    struct writing x = {.w = {rq, web_municipality(rq), {{0}}}};
    struct reading now = {.rq = rq};
    TRY(settings_in_town(rq));
    TRY(web_read(rq, read_it, &now));
    read_form(rq, &now.r, &x.r);
    if (!rq->problems) {
        enum err e = web_write(rq, write_it, &x);
        if (e == ERR_OK) {
            TRY(rhythm_open(web_app(rq), web_municipality(rq), time_now(), NULL));
            return web_done(rq, settings_at(rq, "/perioder"), T_done_settings_rhythm);
        }
        TRY(settings_conflict(rq, e, NULL, T_settings_conflict_other));
    }
    TRY(web_read(rq, read_it, &now));
    web_invalid(rq);
    return draw(rq, &now.r);
}
