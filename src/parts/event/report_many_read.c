/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Several events in one sending: what was written, line by line. */
#include <math.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "base/str.h"
#include "parts/event/report_many.h"
#include "parts/event/report_outbox.h"
#include "tmpl/format.h"

static const char *const part_names[REPORT_FIELDS] = {"type", "when", "place", "choice", "text"};

#define LINE(n)                                                                                    \
    {.name = "type-" #n, .kind = FIELD_CODE},                                                      \
        {.name = "when-" #n, .kind = FIELD_TEXT, .max = 120},                                      \
        {.name = "place-" #n, .kind = FIELD_TEXT, .max = EVENT_PLACE_MOST},                        \
        {.name = "choice-" #n, .kind = FIELD_TEXT, .max = 80},                                     \
    {                                                                                              \
        .name = "text-" #n, .kind = FIELD_TEXT, .max = 1000                                        \
    }

const struct field_spec report_many_fields[] = {
    {.name = "id", .kind = FIELD_ID, .required = true},
    {.name = "night", .kind = FIELD_CODE, .required = true},
    {.name = "lines", .kind = FIELD_INT, .min = 1, .max = REPORT_LINES_MOST},
    {.name = "more", .kind = FIELD_BOOL},
    REPORT_AGE_FIELD,
    LINE(1),
    LINE(2),
    LINE(3),
    LINE(4),
    LINE(5),
    LINE(6),
    LINE(7),
    LINE(8),
    LINE(9),
    LINE(10),
    LINE(11),
    LINE(12),
    LINE(13),
    LINE(14),
    LINE(15),
    LINE(16),
    LINE(17),
    LINE(18),
    LINE(19),
    LINE(20),
    {0},
};
const char *report_name(struct req *rq, enum report_field p, int line)
{
    return arena_printf(rq->arena, "%s-%d", part_names[p], line);
}

static const char *said(struct req *rq, enum report_field p, int line)
{
    const char *name = report_name(rq, p, line);
    return name ? req_field(rq, name) : NULL;
}

bool report_used(struct req *rq, int line)
{
    for (int p = 0; p < REPORT_FIELDS; p++)
        if (p != REPORT_CHOICE && said(rq, (enum report_field)p, line))
            return true;
    return false;
}

/* --- Whose night --- */

void report_shifts(msec now, struct report_shift out[REPORT_SHIFTS])
{
    struct date today = date_of_msec(now);
    bool morning = civil_from_msec(now).hour < 12;
    struct date last = date_add(today, morning ? -1 : 0); /* begins or has begun the last night */
    out[morning ? 0 : 1] = (struct report_shift){true, date_add(last, morning ? 0 : -1)};
    out[morning ? 1 : 0] = (struct report_shift){false, today};
    out[2] = (struct report_shift){false, date_add(today, -1)};
    out[3] = (struct report_shift){true, date_add(last, morning ? -1 : -2)};
}

static bool shift_read(const char *code, struct report_shift *out)
{
    int64_t n;
    if (!code || strlen(code) != 9 || (*code != 'n' && *code != 'd') || !str_to_int(code + 1, &n))
        return false;
    *out = (struct report_shift){*code == 'n',
                                 {(int)(n / 10000), (int)(n / 100 % 100), (int)(n % 100)}};
    return date_valid(out->day);
}

/* From noon to noon, or a day; what has not come yet of it is no part of it. */
static void shift_ends(const struct report_shift *s, msec now, struct report_many *m)
{
    int minute = s->night ? 12 * 60 : 0;
    msec end = date_at(date_add(s->day, 1), minute);
    m->from = date_at(s->day, minute);
    m->until = end < now ? end : now;
}

/* --- Reading --- */

/* Nothing, or a word for "the same". */
static bool same_as_above(struct arena *a, const char *place)
{
    static const char *const words[] = {"samma", "samma plats", "samma som nyss", "d:o",  "do",
                                        "-",     "\"",          "same",           "ditto"};
    const char *folded = place ? str_fold(a, place) : NULL;
    for (size_t i = 0; folded && i < ARRAY_LEN(words); i++)
        if (str_eq(folded, words[i]))
            return true;
    return !place;
}

static void put(struct req *row, const char *name, const char *value)
{
    if (value)
        row->fields[row->n_fields++] = (struct pair){name, value};
}

static bool within(const struct report_many *m, const struct event_when *w)
{
    return w->from >= m->from && w->from <= m->until;
}

/* A clock belongs to the shift: one that has not come yet is never another day's. A day that is
 * said stands, unless it would be another one as of now; "nyss" is now. */
static const char *time_problem(struct report_many *m, const char *written, struct event_when *w)
{
    char word[EVENT_WHEN_WORD], day[FORMAT_TEXT];
    const msec now = report_written(m->rq);
    enum event_when_kind kind = event_when_kind(written, m->until);
    struct event_when today = *w;
    if (kind != EVENT_WHEN_CLOCK && event_when_read(written, now, &today, word) != ERR_OK)
        return NULL; /* told of later */
    if (kind == EVENT_WHEN_MOMENT)
        *w = today;
    if (within(m, w))
        return NULL;
    format_datetime(day, m->rq->lang, kind == EVENT_WHEN_CLOCK ? w->from : today.from);
    if (kind == EVENT_WHEN_CLOCK)
        return TXF(m->rq, report_many_not_yet, written, (const char *)day);
    bool clear = kind == EVENT_WHEN_DAY && today.from == w->from && today.to == w->to;
    return clear ? NULL : TXF(m->rq, report_many_outside, written, (const char *)day);
}

/* The time in full, read as of the shift; what is not understood stays, and is told of later. */
static const char *time_in_full(struct report_many *m, const char *written, const char **problem)
{
    struct event_when w;
    char word[EVENT_WHEN_WORD];
    if (!written || event_when_read(written, m->until, &w, word) != ERR_OK)
        return written;
    *problem = time_problem(m, written, &w);
    if (!*problem)
        *problem = event_web_when_doubt(m->rq, written, &w);
    return *problem ? written : event_web_when_said(m->rq, w.from, w.to);
}

static const char *own_organisation(struct req *rq)
{
    const struct membership *here = web_who(rq)->here;
    char text[ID_TEXT];
    if (!here || id_is_none(here->organisation))
        return NULL;
    id_text(here->organisation, text);
    return arena_strdup(rq->arena, text);
}

/* A line as the form of one event. */
static enum err row_of(struct report_many *m, int line, struct req *row)
{
    struct req *rq = m->rq;
    const char *code = said(rq, REPORT_TYPE, line), *place = said(rq, REPORT_PLACE, line);
    const char *problem = NULL;
    int type = event_type_index(code), upper = type >= 0 ? event_types[type].parent : -1;
    *row = *rq;
    row->problems = row->last_problem = NULL;
    row->n_fields = 0;
    row->fields = ARENA_ARRAY(rq->arena, 8, struct pair);
    if (!row->fields)
        return ERR_NOMEM;
    if (same_as_above(rq->arena, place)) {
        place = m->place;
    } else {
        m->place = place;
        m->choice = said(rq, REPORT_CHOICE, line);
    }
    put(row, "main", upper >= 0 ? event_types[upper].code : code);
    put(row, "detail", upper >= 0 ? code : NULL);
    put(row, "when", time_in_full(m, said(rq, REPORT_WHEN, line), &problem));
    if (problem)
        req_problem(row, "when", problem);
    put(row, "place", place);
    put(row, "place_choice", place ? m->choice : NULL);
    put(row, "text", said(rq, REPORT_TEXT, line));
    put(row, "organisation", own_organisation(rq));
    return ERR_OK;
}

/* What is said of a place here: the page has no map to choose on. */
static const char *place_words(struct report_many *m, const struct req *row, int line,
                               const char *said_of_one)
{
    if (!req_has(row, "place"))
        return TX(m->rq, report_many_place_missing); /* nothing to tick here */
    return m->nowhere[line] ? TXF(m->rq, report_many_place_none, req_field(row, "place"))
                            : said_of_one;
}

/* What is wrong with the line, at the line's own fields. A place that was not written there is told
 * of where it was. */
static void hand_over(struct report_many *m, const struct req *row, int line, bool guarded)
{
    static const struct {
        const char *field;
        enum report_field part;
    } own[] = {{"main", REPORT_TYPE},           {"detail", REPORT_TYPE}, {"when", REPORT_WHEN},
               {"place_choice", REPORT_CHOICE}, {"place", REPORT_PLACE}, {"text", REPORT_TEXT}};
    bool above =
        req_has(row, "place") && same_as_above(m->rq->arena, said(m->rq, REPORT_PLACE, line));
    for (const struct problem *p = row->problems; p; p = p->next) {
        enum report_field part = REPORT_TYPE;
        for (size_t i = 0; i < ARRAY_LEN(own); i++)
            if (p->field && str_eq(p->field, own[i].field))
                part = own[i].part;
        if (part == REPORT_CHOICE && m->nowhere[line])
            part = REPORT_PLACE;
        if (above && (part == REPORT_PLACE || part == REPORT_CHOICE))
            continue;
        const char *what = part == REPORT_TEXT && guarded ? TX(m->rq, event_form_guard) : p->text;
        if (part == REPORT_PLACE)
            what = place_words(m, row, line, what);
        req_problem(m->rq, report_name(m->rq, part, line),
                    TXF(m->rq, report_many_line, (int64_t)line, what));
    }
}

/* The same words on the same line of the same form are the same event, however often and whenever
 * they are sent. */
static struct id id_of(struct req *rq, int line, const struct req *row)
{
    char base[ID_TEXT];
    struct buf b = buf_init(1 << 16);
    id_text(req_id(rq, "id"), base);
    buf_printf(&b, "%d|%s|%s", line, req_field(rq, "night"), said(rq, REPORT_WHEN, line));
    for (size_t i = 0; i < row->n_fields; i++)
        if (!str_eq(row->fields[i].name, "when"))
            buf_printf(&b, "|%s=%s", row->fields[i].name, row->fields[i].value);
    struct id id = buf_err(&b) ? id_new() : id_from_name(base, buf_text(&b));
    buf_done(&b);
    return id;
}

static enum err read_line(struct report_many *m, int line)
{
    struct req row;
    struct event blank = event_blank();
    struct event_entry typed = {0};
    TRY(row_of(m, line, &row));
    if (!req_has(&row, "main"))
        req_problem(&row, "main", TX(m->rq, event_form_main_missing));
    TRY(event_form_read(&row, &blank, &typed));
    bool above = same_as_above(m->rq->arena, said(m->rq, REPORT_PLACE, line));
    if (!above)
        m->spots[line] = typed.spots;
    m->nowhere[line] = !above && req_problem_of(&row, "place_choice") && typed.spots.n == 0;
    if (row.problems) {
        hand_over(m, &row, line, typed.guarded);
        return ERR_OK;
    }
    typed.e.id = report_waited(m->rq) ? report_line_id(m->rq, line) : id_of(m->rq, line, &row);
    m->events[m->n++] = event_adding_of(m->rq, &typed.e);
    return ERR_OK;
}

enum err report_lines_read(struct report_many *m)
{
    struct report_shift s;
    bool any = false;
    if (!shift_read(req_field(m->rq, "night"), &s)) {
        req_problem(m->rq, "night", TX(m->rq, report_many_which));
        return ERR_OK;
    }
    shift_ends(&s, report_written(m->rq), m);
    for (int line = 1; line <= REPORT_LINES_MOST; line++)
        if (report_used(m->rq, line)) {
            any = true;
            TRY(read_line(m, line));
        }
    if (!any)
        req_problem(m->rq, report_name(m->rq, REPORT_TYPE, 1), TX(m->rq, report_many_none));
    return ERR_OK;
}
