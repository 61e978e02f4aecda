/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Pages of the installation: municipalities on and off, address, second factor, letters. */
#include <stdatomic.h>
#include <string.h>

#include "base/mem.h"
#include "base/str.h"
#include "core/audit.h"
#include "core/mailer.h"
#include "core_sql.h"
#include "geo/geo_data.h"
#include "parts/settings/settings_web.h"
#include "settings_sql.h"

#define COUNTRY "0000"

const struct field_spec settings_town_query[] = {
    {.name = "sok", .kind = FIELD_TEXT, .max = 100},
    {.name = "bara", .kind = FIELD_CODE},
    {0},
};
const struct field_spec settings_town_fields[] = {
    {.name = "active", .kind = FIELD_INT, .required = true, .min = 0, .max = 1},
    {0},
};
const struct field_spec settings_house_fields[] = {
    {.name = "public_url", .kind = FIELD_TEXT, .max = 200},
    {.name = "factor", .kind = FIELD_BOOL},
    {0},
};
const struct field_spec settings_mail_fields[] = {
    {.name = "smtp_url", .kind = FIELD_TEXT, .max = 200},
    {.name = "smtp_from", .kind = FIELD_EMAIL},
    {.name = "smtp_user", .kind = FIELD_TEXT, .max = 200},
    {.name = "smtp_password_file", .kind = FIELD_TEXT, .max = 500},
    {0},
};

/* --- Municipalities --- */

struct reading {
    struct req *rq;
    struct q_municipality_all_row *rows;
    size_t n;
    struct q_setting_list_row *settings;
    size_t n_settings;
};

static enum err read_towns(struct tx *tx, void *arg)
{
    struct reading *r = arg;
    return q_municipality_all_all(tx, r->rq->arena, &r->rows, &r->n);
}

static bool shown(struct req *rq, const struct q_municipality_all_row *m, const char *search)
{
    if (!str_eq(m->kind, "municipality") || geo_is_exercise(m->code) ||
        (req_field(rq, "bara") && !m->active))
        return false;
    const char *folded = search ? str_fold(rq->arena, m->name) : NULL;
    return !search || (folded && strstr(folded, search)) || str_eq(m->code, search);
}

static void fill_row(struct req *rq, const struct q_municipality_all_row *m,
                     struct settings_cell *c)
{
    c[0].text = m->name;
    c[0].href = arena_printf(rq->arena, "%s/%s", settings_at(rq, "/kommuner"), m->code);
    c[1].text = m->code;
    c[2].text = m->active ? TX(rq, settings_town_on) : TX(rq, settings_town_off);
    c[3].text = settings_number(rq, m->population);
}

enum err settings_towns_page(struct req *rq)
{
    TRY(settings_in_country(rq));
    struct reading r = {.rq = rq};
    TRY(web_read(rq, read_towns, &r));
    const struct settings_head heads[] = {{TX(rq, settings_town), false},
                                          {TX(rq, settings_code), false},
                                          {TX(rq, settings_job_state), false},
                                          {TX(rq, settings_town_people), true}};
    struct settings_list_view v = {.heads = heads, .n_heads = ARRAY_LEN(heads)};
    TRY(settings_table(rq, heads, ARRAY_LEN(heads), r.n, &v.rows));
    const char *typed = req_field(rq, "sok");
    const char *search = typed ? str_fold(rq->arena, typed) : NULL;
    for (size_t i = 0; i < r.n; i++)
        if (shown(rq, &r.rows[i], search))
            fill_row(rq, &r.rows[i], v.rows[v.n_rows++].cells);
    struct page_field *f = settings_filter(rq, &v, SETTINGS_TEXT, "sok", T_settings_town_find);
    f->type = "search";
    f = settings_filter(rq, &v, SETTINGS_SELECT, "bara", T_settings_town_which);
    struct page_choice *c = ARENA_ARRAY(rq->arena, 2, struct page_choice);
    if (!c)
        return ERR_NOMEM;
    c[0] = (struct page_choice){.value = "", .label = TX(rq, settings_town_all)};
    c[1] = (struct page_choice){.value = "pa", .label = TX(rq, settings_town_only_on)};
    settings_choose(f, c, 2);
    v.sentence = TXF(rq, settings_n_shown, v.n_rows);
    v.page.lead = TX(rq, settings_towns_what);
    v.empty = (struct page_empty){.title = TX(rq, settings_towns_none),
                                  .text = TX(rq, settings_towns_none_text)};
    return settings_draw_list(rq, &v, T_settings_towns);
}

struct one {
    struct req *rq;
    struct q_municipality_one_row row;
};

static enum err read_town(struct tx *tx, void *arg)
{
    struct one *o = arg;
    struct q_municipality_one_in in = {req_param(o->rq, "code")};
    TRY(q_municipality_one_one(tx, o->rq->arena, &in, &o->row));
    return str_eq(o->row.kind, "municipality") && !geo_is_exercise(o->row.code) ? ERR_OK
                                                                                : ERR_NOTFOUND;
}

enum err settings_town_page(struct req *rq)
{
    static const struct settings_up up = {"/kommuner", T_settings_towns};
    TRY(settings_in_country(rq));
    struct one o = {.rq = rq};
    TRY(web_read(rq, read_town, &o));
    struct settings_form_view v = {
        .action = arena_printf(rq->arena, "%s/%s", settings_at(rq, "/kommuner"), o.row.code),
        .submit =
            o.row.active ? TX(rq, settings_town_switch_off) : TX(rq, settings_town_switch_on)};
    v.page.lead = o.row.active ? TX(rq, settings_town_off_text) : TX(rq, settings_town_on_text);
    settings_hide(&v, "active", o.row.active ? "0" : "1");
    return settings_draw_form(rq, &v, &up, o.row.name);
}

struct switching {
    struct req *rq;
    const char *code;
    int64_t active;
};

/* The log of the municipality tells it, and that of the installation. */
static enum err switch_town(struct tx *tx, void *arg)
{
    struct switching *s = arg;
    struct q_settings_town_switch_in in = {s->code, s->active, time_now()};
    int64_t n;
    TRY(q_settings_town_switch_run(tx, &in, &n));
    if (!n)
        return ERR_CONFLICT;
    const char *action = s->active ? "municipality.on" : "municipality.off";
    const char *detail = arena_printf(s->rq->arena, "{\"code\":\"%s\"}", s->code);
    struct audit_note note = {s->code, web_who(s->rq)->account, action, "municipality", {{0}},
                              NULL};
    TRY(audit_add(tx, &note));
    return web_audit(s->rq, tx, action, "municipality", (struct id){{0}}, detail);
}

enum err settings_town_post(struct req *rq)
{
    TRY(settings_in_country(rq));
    if (rq->problems)
        return ERR_USAGE;
    struct one o = {.rq = rq};
    TRY(web_read(rq, read_town, &o));
    struct switching s = {rq, o.row.code, req_int(rq, "active", 0)};
    TRY(web_write(rq, switch_town, &s));
    return web_done(rq, settings_at(rq, "/kommuner"),
                    s.active ? T_done_settings_town_on : T_done_settings_town_off);
}

/* --- Small settings --- */

static enum err read_settings(struct tx *tx, void *arg)
{
    struct reading *r = arg;
    struct q_setting_list_in in = {COUNTRY};
    return q_setting_list_all(tx, r->rq->arena, &in, &r->settings, &r->n_settings);
}

static const char *setting(const struct reading *r, const char *key)
{
    for (size_t i = 0; i < r->n_settings; i++)
        if (str_eq(r->settings[i].key, key))
            return r->settings[i].value;
    return NULL;
}

struct putting {
    struct settings_write w;
    const char *keys[6], *values[6]; /* value NULL: the setting goes away */
    size_t n;
};

static void put(struct putting *p, const char *key, const char *value)
{
    p->keys[p->n] = key;
    p->values[p->n++] = str_empty(value) ? NULL : value;
}

static enum err put_settings(struct tx *tx, void *arg)
{
    const struct putting *p = arg;
    for (size_t i = 0; i < p->n; i++) {
        struct q_settings_remove_in in = {COUNTRY, p->keys[i]};
        if (p->values[i])
            TRY(setting_put(tx, COUNTRY, p->keys[i], p->values[i]));
        else
            TRY(q_settings_remove_run(tx, &in, NULL));
        TRY(settings_audit(&p->w, tx, "setting.change", p->keys[i], "value", p->values[i]));
    }
    return ERR_OK;
}

static enum err draw_house(struct req *rq)
{
    struct reading r = {.rq = rq};
    TRY(web_read(rq, read_settings, &r));
    struct settings_form_view v = {.action = settings_at(rq, "/installation"),
                                   .submit = TX(rq, settings_save),
                                   .cancel_href = settings_at(rq, "")};
    struct page_field *f = settings_field(rq, &v, SETTINGS_TEXT, "public_url",
                                          T_settings_public_url, setting(&r, "public_url"));
    f->hint = TX(rq, settings_public_url_hint);
    f->type = "url";
    f->required = false;
    f = settings_field(rq, &v, SETTINGS_CHECKBOX, "factor", T_settings_factor, NULL);
    f->hint = TX(rq, settings_factor_hint);
    settings_box(rq, f, TX(rq, settings_factor_box), !str_eq(setting(&r, "require_factor"), "0"));
    v.page.lead = TX(rq, settings_house_what);
    return settings_draw_form(rq, &v, NULL, TX(rq, settings_house));
}

enum err settings_house_page(struct req *rq)
{
    TRY(settings_in_country(rq));
    return draw_house(rq);
}

/* A scheme, a host and nothing after it. */
static bool good_address(const char *s)
{
    const char *host = str_starts(s, "https://") ? s + 8 : str_starts(s, "http://") ? s + 7 : NULL;
    return host && *host && !strpbrk(host, "/?#@ \"<>");
}

enum err settings_house_post(struct req *rq)
{
    TRY(settings_in_country(rq));
    const char *url = req_field(rq, "public_url");
    if (url && !good_address(url))
        req_problem(rq, "public_url", TX(rq, settings_public_url_wrong));
    if (rq->problems) {
        web_invalid(rq);
        return draw_house(rq);
    }
    struct putting p = {.w = {rq, COUNTRY, {{0}}}};
    bool factor = req_has(rq, "factor");
    put(&p, "public_url", url);
    put(&p, "require_factor", factor ? "1" : "0");
    TRY(web_write(rq, put_settings, &p));
    atomic_store(&web_app(rq)->factor_optional, !factor);
    return web_done(rq, settings_at(rq, "/installation"), T_done_settings_house);
}

/* --- Letters --- */

static enum err draw_mail(struct req *rq)
{
    struct reading r = {.rq = rq};
    TRY(web_read(rq, read_settings, &r));
    struct settings_form_view v = {.action = settings_at(rq, "/epost"),
                                   .submit = TX(rq, settings_save),
                                   .cancel_href = settings_at(rq, "")};
    struct page_field *f = settings_field(rq, &v, SETTINGS_TEXT, "smtp_url", T_settings_smtp_url,
                                          setting(&r, "smtp_url"));
    f->hint = TX(rq, settings_smtp_url_hint);
    f->required = false;
    f = settings_field(rq, &v, SETTINGS_TEXT, "smtp_from", T_settings_smtp_from,
                       setting(&r, "smtp_from"));
    f->type = "email";
    f->required = false;
    f = settings_field(rq, &v, SETTINGS_TEXT, "smtp_user", T_settings_smtp_user,
                       setting(&r, "smtp_user"));
    f->autocomplete = "off";
    f->required = false;
    f = settings_field(rq, &v, SETTINGS_TEXT, "smtp_password_file", T_settings_smtp_file,
                       setting(&r, "smtp_password_file"));
    f->hint = TX(rq, settings_smtp_file_hint);
    f->required = false;
    if (setting(&r, "smtp_url"))
        settings_button(&v, (struct settings_button){
                                settings_at(rq, "/epost/prov"), TX(rq, settings_letter),
                                TXF(rq, settings_letter_text, web_who(rq)->email), NULL, false});
    else
        TRY(settings_notice(rq, &v.notices, &v.n_notices,
                            (struct page_notice){.text = TX(rq, settings_mail_waits)}));
    v.page.lead = TX(rq, settings_mail_what);
    return settings_draw_form(rq, &v, NULL, TX(rq, settings_mail));
}

enum err settings_mail_page(struct req *rq)
{
    TRY(settings_in_country(rq));
    return draw_mail(rq);
}

enum err settings_mail_post(struct req *rq)
{
    TRY(settings_in_country(rq));
    const char *url = req_field(rq, "smtp_url"), *file = req_field(rq, "smtp_password_file");
    if (url && !str_starts(url, "smtp://") && !str_starts(url, "smtps://"))
        req_problem(rq, "smtp_url", TX(rq, settings_smtp_url_wrong));
    if (url && !req_field(rq, "smtp_from"))
        req_problem(rq, "smtp_from", TX(rq, settings_smtp_from_missing));
    if (file && *file != '/')
        req_problem(rq, "smtp_password_file", TX(rq, settings_smtp_file_wrong));
    if (rq->problems) {
        web_invalid(rq);
        return draw_mail(rq);
    }
    struct putting p = {.w = {rq, COUNTRY, {{0}}}};
    put(&p, "smtp_url", url);
    put(&p, "smtp_from", req_field(rq, "smtp_from"));
    put(&p, "smtp_user", req_field(rq, "smtp_user"));
    put(&p, "smtp_password_file", file);
    TRY(web_write(rq, put_settings, &p));
    return web_done(rq, settings_at(rq, "/epost"), T_done_settings_mail);
}

static enum err queue_letter(struct tx *tx, void *arg)
{
    const struct putting *p = arg;
    struct req *rq = p->w.rq;
    TRY(mail_queue(tx, web_app(rq)->development ? MAIL_SHOW : MAIL_SEND, web_who(rq)->email,
                   TX(rq, settings_letter_subject), TX(rq, settings_letter_body)));
    return settings_audit(&p->w, tx, "mail.test", NULL, NULL, NULL);
}

enum err settings_letter_post(struct req *rq)
{
    TRY(settings_in_country(rq));
    struct putting p = {.w = {rq, COUNTRY, {{0}}}};
    TRY(web_write(rq, queue_letter, &p));
    return web_done(rq, settings_at(rq, "/epost"), T_done_settings_letter);
}
