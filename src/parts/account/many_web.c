/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Inviting many reporters at once: lines with names and addresses, printed slips, or both. */
#include <string.h>

#include "account_html.h"
#include "base/mem.h"
#include "base/str.h"
#include "core/slip.h"
#include "core_sql.h"
#include "geo/geo_data.h"
#include "parts/account/account_view.h"
#include "parts/account/account_web.h"
#include "tmpl/format.h"

#define PATH "/installningar/konton/flera"
#define LINES_MOST 100

const struct field_spec account_many_fields[] = {
    {.name = "organisation", .kind = FIELD_ID, .required = true},
    {.name = "lines", .kind = FIELD_LINES, .max = 20000},
    {.name = "form", .kind = FIELD_CODE, .max = ID_TEXT}, /* a form is one sheet */
    {.name = "slips", .kind = FIELD_INT, .min = 0, .max = SLIPS_MOST},
    {0},
};

struct line {
    int no; /* as the person counts them */
    const char *name, *email;
    char token[TOKEN_TEXT];
    bool sent;
    const char *fault;
};

struct many {
    struct req *rq;
    struct q_organisation_names_row *organisations;
    size_t n_organisations;
    struct q_slip_sheet_list_row *sheets;
    size_t n_sheets;
    int64_t open;
    struct line *lines;
    size_t n_lines;
    struct id organisation;
    const char *organisation_name;
    int slips;
    struct id form; /* none: sent without */
    bool again;     /* its slips are made already */
    char codes[SLIPS_MOST][SLIP_CODE];
};

static enum err load(struct tx *tx, void *arg)
{
    struct many *m = arg;
    struct arena *a = m->rq->arena;
    const char *here = web_municipality(m->rq);
    struct q_slip_open_row open;
    struct q_organisation_names_in o = {here};
    struct q_slip_sheet_list_in s = {here};
    TRY(q_slip_open_one(tx, a, &(struct q_slip_open_in){here, time_now()}, &open));
    m->open = open.n;
    TRY(q_organisation_names_all(tx, a, &o, &m->organisations, &m->n_organisations));
    return q_slip_sheet_list_all(tx, a, &s, &m->sheets, &m->n_sheets);
}

/* --- The form --- */

static const char *day_text(struct req *rq, msec t)
{
    char text[FORMAT_TEXT];
    return format_arena(rq->arena, format_date(text, rq->lang, date_of_msec(t)));
}

static enum err organisation_field(struct req *rq, const struct many *m, struct page_field *f)
{
    struct page_choice *c = ARENA_ARRAY(rq->arena, m->n_organisations + 1, struct page_choice);
    if (!c)
        return ERR_NOMEM;
    *f = web_field(rq, "organisation", T_own_organisation, T_many_organisation_hint, NULL);
    f->required = true;
    f->choices = c;
    c[f->n_choices++] = (struct page_choice){.value = "", .label = TX(rq, many_choose)};
    for (size_t i = 0; i < m->n_organisations; i++) {
        char *id = arena_alloc(rq->arena, ID_TEXT);
        if (!id)
            return ERR_NOMEM;
        if (!m->organisations[i].active)
            continue;
        id_text(m->organisations[i].id, id);
        c[f->n_choices++] = (struct page_choice){
            .value = id, .label = m->organisations[i].name, .chosen = str_eq(f->value, id)};
    }
    return ERR_OK;
}

static const char *sheet_state(struct req *rq, const struct q_slip_sheet_list_row *s)
{
    if (s->withdrawn_at != DB_NO_INT)
        return TX(rq, many_withdrawn);
    if (s->expires_at <= time_now())
        return TX(rq, many_late);
    return s->used >= s->slips ? TX(rq, many_all_used)
                               : TXF(rq, many_until, day_text(rq, s->expires_at));
}

static enum err sheet_rows(struct req *rq, const struct many *m, struct many_view *v)
{
    struct sheet_row *rows = ARENA_ARRAY(rq->arena, m->n_sheets + 1, struct sheet_row);
    if (!rows)
        return ERR_NOMEM;
    for (size_t i = 0; i < m->n_sheets; i++) {
        const struct q_slip_sheet_list_row *s = &m->sheets[i];
        bool open =
            s->withdrawn_at == DB_NO_INT && s->expires_at > time_now() && s->used < s->slips;
        char id[ID_TEXT];
        id_text(s->id, id);
        rows[i] = (struct sheet_row){
            .organisation = s->organisation_name,
            .made = day_text(rq, s->created_at),
            .left = TXF(rq, many_left, s->slips - s->used, s->slips),
            .state = sheet_state(rq, s),
            .action =
                open ? arena_printf(rq->arena, "/%s/installningar/konton/lappar/%s/dra-tillbaka",
                                    web_municipality(rq), id)
                     : NULL,
        };
    }
    v->sheets = rows;
    v->n_sheets = m->n_sheets;
    return ERR_OK;
}

static enum err draw(struct req *rq, const struct many *m)
{
    struct many_view v = {
        .action = web_address(rq, PATH),
        .back = web_address(rq, "/installningar/konton"),
        .no_letters = !account_letter_address(rq, "/"),
        .lines = web_field(rq, "lines", T_many_lines, T_many_lines_hint, NULL),
        .slips = web_field(rq, "slips", T_many_slips, T_many_slips_hint, NULL),
        .open = m->open ? TXF(rq, many_open, m->open) : NULL,
    };
    v.lines.rows = 8;
    v.slips.inputmode = "numeric";
    v.slips.width = "w-short";
    char form[ID_TEXT];
    id_text(id_is_none(m->form) || m->again ? id_new() : m->form, form);
    v.form = arena_strdup(rq->arena, form);
    v.again = m->again;
    if (!v.form)
        return ERR_NOMEM;
    TRY(organisation_field(rq, m, &v.organisation));
    if (v.organisation.n_choices == 1 && web_may(rq, PERM_SETTINGS))
        v.organisation_href = web_address(rq, "/installningar/organisationer/ny");
    TRY(sheet_rows(rq, m, &v));
    (void)web_address_notice(rq, &v.notice);
    v.page.lead = TX(rq, many_lead);
    TRY(web_page(rq, &v.page, T_many_title));
    struct tmpl t = web_tmpl(rq);
    account_many_html(&t, &v);
    return ERR_OK;
}

enum err account_many_page(struct req *rq)
{
    struct many m = {.rq = rq};
    if (!geo_municipality_by_code(web_municipality(rq)))
        return ERR_NOTFOUND;
    TRY(web_read(rq, load, &m));
    return draw(rq, &m);
}

/* --- Lines --- */

static enum err read_line(struct many *m, char *text, int no)
{
    struct req *rq = m->rq;
    char *mark = strpbrk(text, ";\t");
    if (mark)
        *mark = '\0';
    struct line *l = &m->lines[m->n_lines];
    *l = (struct line){.no = no, .name = str_trim(rq->arena, text)};
    l->email = mark ? str_trim(rq->arena, mark + 1) : NULL;
    if (!l->name || (mark && !l->email))
        return ERR_NOMEM;
    if (!*l->name && str_empty(l->email))
        return ERR_OK; /* nothing on it */
    if (!mark || !*l->name || str_empty(l->email))
        l->fault = TX(rq, many_line_form);
    else if (strlen(l->name) > 100)
        l->fault = TX(rq, many_line_name);
    else if (field_check_email(l->email))
        l->fault = TX(rq, field_email);
    const char *folded = l->fault ? NULL : str_fold(rq->arena, l->email);
    for (size_t i = 0; folded && i < m->n_lines && !l->fault; i++)
        if (m->lines[i].email && str_eq(str_fold(rq->arena, m->lines[i].email), folded))
            l->fault = TXF(rq, many_line_twice, (int64_t)m->lines[i].no);
    m->n_lines++;
    return ERR_OK;
}

static enum err read_lines(struct many *m)
{
    const char *typed = req_field(m->rq, "lines");
    char *text = arena_strdup(m->rq->arena, typed ? typed : "");
    m->lines = ARENA_ARRAY(m->rq->arena, LINES_MOST, struct line);
    if (!text || !m->lines)
        return ERR_NOMEM;
    for (int no = 1; text && *text; no++) {
        char *end = strchr(text, '\n');
        if (end)
            *end = '\0';
        if (m->n_lines == LINES_MOST) {
            req_problem(m->rq, "lines", TXF(m->rq, many_lines_most, (int64_t)LINES_MOST));
            return ERR_OK;
        }
        TRY(read_line(m, text, no));
        text = end ? end + 1 : NULL;
    }
    return ERR_OK;
}

/* Each fault is told with its line. True: there are none. */
static bool lines_good(struct many *m)
{
    bool good = true;
    for (size_t i = 0; i < m->n_lines; i++)
        if (m->lines[i].fault) {
            req_problem(m->rq, "lines",
                        TXF(m->rq, many_line_fault, (int64_t)m->lines[i].no, m->lines[i].fault));
            good = false;
        }
    return good;
}

/* --- Inviting --- */

static enum role own_role(const struct req *rq)
{
    const struct who *w = web_who(rq);
    return w->here ? w->here->role : ROLE_NONE;
}

static enum err invite_line(struct tx *tx, const struct many *m, struct line *l)
{
    struct req *rq = m->rq;
    struct id id;
    struct invitation_new n = {
        .municipality = web_municipality(rq),
        .email = l->email,
        .name = l->name,
        .role = ROLE_REPORTER,
        .organisation = m->organisation,
        .by = web_who(rq)->account,
        .giver = own_role(rq),
    };
    l->fault = NULL;
    enum err e = invitation_make(tx, rq->arena, &n, l->token, &id);
    if (e == ERR_CONFLICT)
        l->fault = TX(rq, many_line_member);
    return e ? e : account_send_invitation(tx, rq, l->token, l->email, &l->sent);
}

/* All or none. */
static enum err invite_all(struct tx *tx, void *arg)
{
    struct many *m = arg;
    struct req *rq = m->rq;
    bool faults = false;
    for (size_t i = 0; i < m->n_lines; i++) {
        enum err e = invite_line(tx, m, &m->lines[i]);
        if (e && e != ERR_CONFLICT)
            return e;
        faults = faults || e;
    }
    if (faults)
        return ERR_CONFLICT;
    if (!m->slips)
        return ERR_OK;
    struct id id;
    struct slip_sheet_new n = {web_municipality(rq), m->organisation, m->slips,
                               web_who(rq)->account, own_role(rq),    m->form};
    enum err e = slip_sheet_make(tx, rq->arena, &n, m->codes, &id);
    m->again = e == ERR_CONFLICT;
    return e;
}

static void check(struct many *m)
{
    struct req *rq = m->rq;
    m->organisation = req_id(rq, "organisation");
    m->slips = (int)req_int(rq, "slips", 0);
    if (!req_field(rq, "form") || id_parse(req_field(rq, "form"), &m->form) != ERR_OK)
        m->form = (struct id){{0}};
    for (size_t i = 0; i < m->n_organisations; i++)
        if (m->organisations[i].active && id_eq(m->organisations[i].id, m->organisation))
            m->organisation_name = m->organisations[i].name;
    if (!m->organisation_name && !req_problem_of(rq, "organisation"))
        req_problem(rq, "organisation", TX(rq, field_id));
    if (!rq->problems && !m->n_lines && !m->slips)
        req_problem(rq, "lines", TX(rq, many_nobody));
}

/* --- What came of it --- */

static const char *clear_text(const char *url)
{
    return str_starts(url, "https://") ? url + 8 : str_starts(url, "http://") ? url + 7 : url;
}

static enum err papers(struct many *m, struct many_done_view *v)
{
    struct req *rq = m->rq;
    struct slip_paper *s = ARENA_ARRAY(rq->arena, (size_t)m->slips + 1, struct slip_paper);
    if (!s)
        return ERR_NOMEM;
    for (int i = 0; i < m->slips; i++) {
        const char *path = arena_printf(rq->arena, "/lapp/%s", m->codes[i]);
        if (!path)
            return ERR_NOMEM;
        s[i].code = m->codes[i];
        TRY(web_qr(rq, TXF(rq, slip_qr, (int64_t)i + 1), web_absolute(rq, path), &s[i].qr));
    }
    v->slips = s;
    v->n_slips = (size_t)m->slips;
    v->title = TXF(rq, slip_paper_title, web_municipality_name(rq));
    v->organisation = TXF(rq, slip_paper_for, m->organisation_name);
    v->address = clear_text(web_absolute(rq, "/lapp"));
    v->until = TXF(rq, slip_paper_until, day_text(rq, time_now() + INVITATION_TIME));
    return v->title && v->organisation && v->until ? ERR_OK : ERR_NOMEM;
}

static enum err draw_done(struct many *m)
{
    struct req *rq = m->rq;
    struct many_sent *sent = ARENA_ARRAY(rq->arena, m->n_lines + 1, struct many_sent);
    struct many_done_view v = {.back = web_address(rq, "/installningar/konton"), .sent = sent};
    if (!sent)
        return ERR_NOMEM;
    for (size_t i = 0; i < m->n_lines; i++) {
        const struct line *l = &m->lines[i];
        const char *path = arena_printf(rq->arena, "/inbjudan/%s", l->token);
        if (!path)
            return ERR_NOMEM;
        sent[v.n_sent++] =
            (struct many_sent){l->name, l->email, l->sent ? NULL : web_absolute(rq, path)};
    }
    TRY(papers(m, &v));
    if (m->slips)
        (void)web_address_notice(rq, &v.notice);
    v.page.lead = m->slips ? TX(rq, many_done_slips) : NULL;
    TRY(web_page(rq, &v.page, T_many_done));
    struct tmpl t = web_tmpl(rq);
    account_many_done_html(&t, &v);
    return ERR_OK;
}

enum err account_many_post(struct req *rq)
{
    struct many m = {.rq = rq};
    if (!geo_municipality_by_code(web_municipality(rq)))
        return ERR_NOTFOUND;
    TRY(web_read(rq, load, &m));
    TRY(read_lines(&m));
    check(&m);
    if (lines_good(&m) && !rq->problems) {
        enum err e = web_write(rq, invite_all, &m);
        if (e == ERR_OK)
            return draw_done(&m);
        if (e != ERR_CONFLICT)
            return e;
        (void)lines_good(&m);
    }
    if (m.again) { /* loaded once more */
        rq->status = 409;
        return draw(rq, &m);
    }
    web_invalid(rq);
    return draw(rq, &m);
}

/* --- Withdrawing --- */

struct withdrawing {
    struct req *rq;
    struct id id;
};

static enum err withdraw(struct tx *tx, void *arg)
{
    const struct withdrawing *w = arg;
    return slip_sheet_withdraw(tx, web_municipality(w->rq), w->id, web_who(w->rq)->account);
}

enum err account_sheet_withdraw_post(struct req *rq)
{
    struct withdrawing w = {.rq = rq};
    if (id_parse(req_param(rq, "sheet"), &w.id))
        return ERR_NOTFOUND;
    TRY(web_write(rq, withdraw, &w));
    return web_done(rq, web_address(rq, PATH), T_done_slips_withdrawn);
}
