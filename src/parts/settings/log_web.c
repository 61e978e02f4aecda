/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The log: who has done and read what. Reading it stands in it too. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/str.h"
#include "core/audit.h"
#include "core/auditchain.h"
#include "parts/settings/settings_json.h"
#include "parts/settings/settings_web.h"
#include "settings_sql.h"

#define PAGE_ROWS 50
#define CSV_SLICE 2000 /* rows of one transaction; the file itself has no end */
#define CSV_BYTES ((size_t)32 << 20)
#define ACTION_KEY "settings_action_"

const struct field_spec settings_log_query[] = {
    {.name = "gjort", .kind = FIELD_CODE}, {.name = "vem", .kind = FIELD_ID},
    {.name = "fran", .kind = FIELD_DATE},  {.name = "till", .kind = FIELD_DATE},
    {.name = "fore", .kind = FIELD_INT},   {.name = "sund", .kind = FIELD_INT, .min = 0},
    {.name = "fel", .kind = FIELD_INT},    {0},
};

struct reading {
    struct req *rq;
    struct q_settings_log_in in;
    struct q_settings_log_row *rows;
    size_t n;
    struct q_settings_log_people_row *people;
    size_t n_people;
};

static msec day(struct req *rq, const char *field, int more)
{
    struct date d;
    const char *s = req_problem_of(rq, field) ? NULL : req_field(rq, field);
    return s && date_parse(s, &d) == ERR_OK ? date_start(date_add(d, more)) : DB_NO_INT;
}

static struct reading reading(struct req *rq, int64_t most)
{
    return (struct reading){
        .rq = rq,
        .in = {.municipality = web_municipality(rq),
               .before = req_problem_of(rq, "fore") ? INT64_MAX : req_int(rq, "fore", INT64_MAX),
               .most = most,
               .action = req_problem_of(rq, "gjort") ? NULL : req_field(rq, "gjort"),
               .account = req_problem_of(rq, "vem") ? (struct id){{0}} : req_id(rq, "vem"),
               .since = day(rq, "fran", 0),
               .until = day(rq, "till", 1)}};
}

static enum err read_log(struct tx *tx, void *arg)
{
    struct reading *r = arg;
    struct q_settings_log_people_in people = {r->in.municipality};
    TRY(q_settings_log_people_all(tx, r->rq->arena, &people, &r->people, &r->n_people));
    return q_settings_log_all(tx, r->rq->arena, &r->in, &r->rows, &r->n);
}

static const char *action_text(enum lang lang, const char *action)
{
    char name[120];
    snprintf(name, sizeof name, ACTION_KEY "%s", action);
    for (char *p = name; *p; p++)
        if (*p == '.')
            *p = '_';
    enum text_key k = text_lookup(name);
    return k < TEXT_COUNT ? text_get(lang, k) : action;
}

/* Every action that has a text can be chosen. */
static enum err action_choices(struct req *rq, struct page_field *f)
{
    size_t n = 1, at = 1;
    for (int k = 0; k < TEXT_COUNT; k++)
        n += str_starts(text_entries[k].key, ACTION_KEY);
    struct page_choice *c = ARENA_ARRAY(rq->arena, n, struct page_choice);
    if (!c)
        return ERR_NOMEM;
    c[0] = (struct page_choice){.value = "", .label = TX(rq, settings_log_all)};
    for (int k = 0; k < TEXT_COUNT; k++)
        if (str_starts(text_entries[k].key, ACTION_KEY))
            c[at++] = (struct page_choice){.value = text_entries[k].key + strlen(ACTION_KEY),
                                           .label = text_get(rq->lang, (enum text_key)k)};
    settings_choose(f, c, n);
    return ERR_OK;
}

static enum err people_choices(struct req *rq, const struct reading *r, struct page_field *f)
{
    struct page_choice *c = ARENA_ARRAY(rq->arena, r->n_people + 1, struct page_choice);
    if (!c)
        return ERR_NOMEM;
    c[0] = (struct page_choice){.value = "", .label = TX(rq, settings_log_everybody)};
    for (size_t i = 0; i < r->n_people; i++) {
        char *id = arena_alloc(rq->arena, ID_TEXT);
        if (!id)
            return ERR_NOMEM;
        id_text(r->people[i].id, id);
        c[i + 1] = (struct page_choice){.value = id, .label = r->people[i].name};
    }
    settings_choose(f, c, r->n_people + 1);
    return ERR_OK;
}

static enum err fill_filter(struct req *rq, const struct reading *r, struct settings_list_view *v)
{
    struct page_field *f = settings_filter(rq, v, SETTINGS_SELECT, "gjort", T_settings_log_action);
    TRY(action_choices(rq, f));
    f = settings_filter(rq, v, SETTINGS_SELECT, "vem", T_settings_log_who);
    TRY(people_choices(rq, r, f));
    settings_filter(rq, v, SETTINGS_TEXT, "fran", T_settings_log_from)->max = 10;
    settings_filter(rq, v, SETTINGS_TEXT, "till", T_settings_log_to)->max = 10;
    return ERR_OK;
}

static const char *who_text(struct req *rq, const struct q_settings_log_row *row)
{
    if (row->account_name)
        return row->account_name;
    return id_is_none(row->account) ? TX(rq, settings_log_program) : TX(rq, settings_log_unknown);
}

static void fill_row(struct req *rq, const struct q_settings_log_row *row, struct settings_cell *c)
{
    const char *words = settings_json_words(rq, row->detail);
    c[0].text = action_text(rq->lang, row->action);
    c[0].sub = *words ? words : NULL;
    c[1].text = who_text(rq, row);
    c[2].text = settings_time_text(rq, row->at);
    c[3].text = settings_number(rq, row->seq);
}

/* What the check that was just run said, carried in the address: numbers only. */
static enum err fill_answer(struct req *rq, struct settings_list_view *v)
{
    int64_t sound = req_int(rq, "sund", -1), bad = req_int(rq, "fel", -1);
    if (bad >= 0)
        return settings_notice(rq, &v->notices, &v->n_notices,
                               (struct page_notice){.tone = PAGE_WARNING,
                                                    .title = TX(rq, settings_log_broken),
                                                    .text = TXF(rq, settings_log_broken_at, bad)});
    if (sound >= 0)
        return settings_notice(
            rq, &v->notices, &v->n_notices,
            (struct page_notice){.tone = PAGE_SUCCESS, .text = TXF(rq, settings_log_sound, sound)});
    return ERR_OK;
}

enum err settings_log_page(struct req *rq)
{
    struct reading r = reading(rq, PAGE_ROWS + 1);
    TRY(web_audit_read(rq, "audit.read", "audit", (struct id){{0}}, NULL));
    TRY(web_read(rq, read_log, &r));
    const struct settings_head heads[] = {{TX(rq, settings_log_action), false},
                                          {TX(rq, settings_log_who), false},
                                          {TX(rq, settings_log_when), false},
                                          {TX(rq, settings_log_seq), true}};
    bool more = r.n > PAGE_ROWS;
    size_t n = more ? PAGE_ROWS : r.n;
    struct settings_list_view v = {.heads = heads, .n_heads = ARRAY_LEN(heads), .n_rows = n};
    TRY(settings_table(rq, heads, ARRAY_LEN(heads), n, &v.rows));
    for (size_t i = 0; i < n; i++)
        fill_row(rq, &r.rows[i], v.rows[i].cells);
    TRY(fill_filter(rq, &r, &v));
    TRY(fill_answer(rq, &v));
    if (more || req_field(rq, "fore")) {
        v.has_pager = true;
        v.pager.sentence = TX(rq, settings_log_newest);
        if (more)
            v.pager.next_href = req_address_with(
                rq, "fore", arena_printf(rq->arena, "%lld", (long long)r.rows[n - 1].seq));
        if (req_field(rq, "fore"))
            v.pager.prev_href = req_address_with(rq, "fore", NULL);
    }
    v.page.lead = TX(rq, settings_log_lead);
    const char *csv = strchr(req_address_with(rq, "fore", NULL), '?');
    settings_list_link(
        &v, TX(rq, settings_log_csv),
        arena_printf(rq->arena, "%s%s", settings_at(rq, "/logg.csv"), csv ? csv : ""));
    v.button =
        (struct settings_button){settings_at(rq, "/logg/kontroll"), TX(rq, settings_log_check),
                                 TX(rq, settings_log_check_text), NULL, false};
    v.empty = (struct page_empty){.title = TX(rq, settings_log_none)};
    return settings_draw_list(rq, &v, T_settings_log);
}

/* --- As a file --- */

/* A cell that a spreadsheet takes as text: what begins like a formula gets an apostrophe. */
static void csv_cell(struct buf *b, const char *s, char end)
{
    buf_putc(b, '"');
    if (s && strchr("=+-@\t", *s) && *s)
        buf_putc(b, '\'');
    for (; s && *s; s++) {
        if (*s == '"')
            buf_putc(b, '"');
        buf_putc(b, *s);
    }
    buf_putc(b, '"');
    buf_putc(b, end);
}

struct csv {
    struct reading r;
    struct buf b;
    size_t n;
};

static enum err csv_row(void *arg, const struct q_settings_log_row *row)
{
    struct csv *c = arg;
    char at[TIME_TEXT], object[ID_TEXT];
    time_iso_local(row->at, at);
    id_text(row->object, object);
    buf_int(&c->b, row->seq);
    buf_putc(&c->b, ';');
    csv_cell(&c->b, at, ';');
    csv_cell(&c->b, who_text(c->r.rq, row), ';');
    csv_cell(&c->b, row->action, ';');
    csv_cell(&c->b, row->object_kind, ';');
    csv_cell(&c->b, id_is_none(row->object) ? "" : object, ';');
    csv_cell(&c->b, row->detail, '\n');
    c->r.in.before = row->seq;
    c->n++;
    return buf_err(&c->b);
}

static enum err read_slice(struct tx *tx, void *arg)
{
    struct csv *c = arg;
    return q_settings_log_each(tx, &c->r.in, csv_row, c);
}

static enum err put(int fd, struct buf *b)
{
    const char *p = buf_text(b);
    size_t left = b->len;
    TRY(buf_err(b));
    while (left) {
        ssize_t n = write(fd, p, left);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return ERR_IO;
        p += n;
        left -= (size_t)n;
    }
    buf_clear(b);
    return ERR_OK;
}

static enum err write_log(struct req *rq, struct csv *c)
{
    buf_puts(&c->b, "\xEF\xBB\xBF");
    buf_puts(&c->b, TX(rq, settings_log_csv_head));
    buf_putc(&c->b, '\n');
    do {
        TRY(put(rq->out_fd, &c->b));
        c->n = 0;
        TRY(web_read(rq, read_slice, c));
    } while (c->n == CSV_SLICE);
    TRY(put(rq->out_fd, &c->b));
    return lseek(rq->out_fd, 0, SEEK_SET) < 0 ? ERR_IO : ERR_OK;
}

enum err settings_log_csv(struct req *rq)
{
    struct csv c = {.r = reading(rq, CSV_SLICE), .b = buf_init(CSV_BYTES)};
    TRY(web_audit_read(rq, "audit.export", "audit", (struct id){{0}}, NULL));
    rq->out_fd = open(web_app(rq)->data_dir, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
    if (rq->out_fd < 0)
        return ERR_IO;
    enum err e = write_log(rq, &c);
    buf_done(&c.b);
    TRY(e);
    resp_type(rq, "text/csv; charset=utf-8");
    resp_download(rq, arena_printf(rq->arena, "logg-%s.csv", web_municipality(rq)));
    return ERR_OK;
}

/* --- Is it whole? --- */

struct check {
    struct req *rq;
    struct audit_report report;
    bool broken;
};

static enum err check_log(struct tx *tx, void *arg)
{
    struct check *c = arg;
    enum err e = audit_check_one(tx, web_municipality(c->rq), &c->report);
    c->broken = e == ERR_CORRUPT;
    return c->broken ? ERR_OK : e;
}

enum err settings_log_check_post(struct req *rq)
{
    struct check c = {.rq = rq};
    TRY(web_read(rq, check_log, &c));
    TRY(web_audit_read(rq, "audit.check", "audit", (struct id){{0}}, NULL));
    const char *to =
        arena_printf(rq->arena, "%s?%s=%lld", settings_at(rq, "/logg"), c.broken ? "fel" : "sund",
                     (long long)(c.broken ? c.report.seq : c.report.entries));
    return to ? resp_redirect(rq, to) : ERR_NOMEM;
}
