/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Several events in one sending, as after a night's shift: a line each, and all of them or none. */
#include "parts/event/report_many.h"
#include "base/buf.h"
#include "base/mem.h"
#include "base/str.h"
#include "event_html.h"
#include "parts/event/report_outbox.h"

const struct field_spec report_thanks_fields[] = {{.name = "id", .kind = FIELD_ID, .many = true},
                                                  {0}};

enum err report_many_page(struct req *rq)
{
    struct report_many *m = ARENA_NEW(rq->arena, struct report_many);
    if (!m)
        return ERR_NOMEM;
    m->rq = rq;
    return report_possible(rq) ? report_many_show(m, REPORT_LINES_FIRST) : ERR_NOTFOUND;
}

/* --- Sending --- */

static enum err add_all(struct tx *tx, void *arg)
{
    struct report_many *m = arg;
    for (size_t i = 0; i < m->n; i++) {
        TRY(event_add_in(tx, &m->events[i]));
        if (m->events[i].there && !m->events[i].mine)
            return ERR_CONFLICT;
    }
    return ERR_OK;
}

static const char *thanks(const struct report_many *m)
{
    struct buf b = buf_init(4096);
    char id[ID_TEXT];
    buf_puts(&b, web_address(m->rq, "/rapportera/flera/kvitto"));
    for (size_t i = 0; i < m->n; i++) {
        id_text(m->events[i].e.id, id);
        buf_printf(&b, "%sid=%s", i ? "&" : "?", id);
    }
    const char *to = buf_err(&b) ? NULL : arena_strdup(m->rq->arena, buf_text(&b));
    buf_done(&b);
    return to;
}

static int lines_shown(struct req *rq)
{
    int n = (int)req_int(rq, "lines", REPORT_LINES_FIRST);
    for (int line = 1; line <= REPORT_LINES_MOST; line++)
        if (report_used(rq, line) && line > n)
            n = line;
    if (req_has(rq, "more"))
        n += REPORT_LINES_FIRST;
    return n > REPORT_LINES_MOST ? REPORT_LINES_MOST : n;
}

/* All lines came in together or none did: any of them is proof of all. */
static enum err receipt_of_lines(struct req *rq, bool *done)
{
    struct id ids[REPORT_LINES_MOST];
    for (int line = 1; line <= REPORT_LINES_MOST; line++)
        ids[line - 1] = report_line_id(rq, line);
    return report_receipt(rq, ids, REPORT_LINES_MOST, done);
}

enum err report_many_send(struct req *rq)
{
    struct report_many *m = ARENA_NEW(rq->arena, struct report_many);
    if (!m)
        return ERR_NOMEM;
    m->rq = rq;
    if (!report_possible(rq))
        return ERR_NOTFOUND;
    if (req_has(rq, "more"))
        return report_many_show(m, lines_shown(rq));
    bool done = false;
    if (report_waited(rq))
        TRY(receipt_of_lines(rq, &done));
    if (done)
        return ERR_OK;
    if (!rq->problems)
        TRY(report_lines_read(m));
    if (rq->problems && report_as_json(rq))
        return ERR_INVALID;
    if (rq->problems) {
        web_invalid(rq);
        return report_many_show(m, lines_shown(rq));
    }
    TRY(web_write(rq, add_all, m));
    if (report_waited(rq)) {
        TRY(receipt_of_lines(rq, &done));
        return done ? ERR_OK : ERR_INTERNAL;
    }
    const char *to = thanks(m);
    return to ? resp_redirect(rq, to) : ERR_NOMEM;
}

/* --- Receipts --- */

struct reading {
    struct req *rq;
    struct event_one one[REPORT_LINES_MOST];
    size_t n;
};

/* Those that the person may see; the others are as if they were not there. */
static enum err read_sent(struct tx *tx, void *arg)
{
    struct reading *r = arg;
    const char *said_id;
    for (size_t i = 0; i < REPORT_LINES_MOST && (said_id = req_nth(r->rq, "id", i)); i++) {
        struct event_one *one = &r->one[r->n];
        *one = (struct event_one){.rq = r->rq};
        if (id_parse(said_id, &one->id) != ERR_OK)
            continue;
        enum err e = event_web_one_in(tx, one);
        if (e == ERR_OK)
            r->n++;
        else if (e != ERR_NOTFOUND)
            return e;
    }
    return ERR_OK;
}

enum err report_many_thanks(struct req *rq)
{
    struct report_thanks_view v = {0};
    struct event_names names;
    struct reading *r = ARENA_NEW(rq->arena, struct reading);
    struct event_row_view *rows = ARENA_ARRAY(rq->arena, REPORT_LINES_MOST, struct event_row_view);
    if (!r || !rows)
        return ERR_NOMEM;
    r->rq = rq;
    TRY(event_names_load(web_app(rq), rq->arena, rq->lang, web_municipality(rq), &names));
    TRY(web_read(rq, read_sent, r));
    if (r->n == 0)
        return ERR_NOTFOUND;
    for (size_t i = 0; i < r->n; i++) {
        const struct event *e = &r->one[i].e;
        char id[ID_TEXT];
        id_text(e->id, id);
        rows[i] = (struct event_row_view){
            .href = web_address(rq, arena_printf(rq->arena, "/handelser/%s", id)),
            .type = event_names_type(&names, e->type_code),
            .text = arena_strdup(rq->arena, id + 24),
            .when =
                event_time_text(rq->arena, rq->lang, e->occurred_from, e->occurred_to, time_now()),
            .place = event_place_text(&names, e),
        };
    }
    char clock[FORMAT_TEXT];
    v.page.lead =
        TXF(rq, report_thanks_received, (int64_t)r->n,
            (const char *)format_when(clock, rq->lang, r->one[0].e.reported_at, time_now()));
    v.rows = rows;
    v.n_rows = r->n;
    v.again_href = web_address(rq, "/rapportera/flera");
    v.list_href = web_address(rq, "/handelser");
    v.mine_href = web_address(rq, "/mina-rapporter");
    TRY(web_page(rq, &v.page, T_event_receipt_title));
    struct tmpl t = web_tmpl(rq);
    event_report_thanks_html(&t, &v);
    return ERR_OK;
}
