/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The filters of a list: from the address, as fields, as a sentence and as chips. */
#include <string.h>

#include "base/mem.h"
#include "base/str.h"
#include "event_web_sql.h"
#include "parts/event/event_web.h"

const struct field_spec event_query_fields[] = {
    {.name = "from", .kind = FIELD_DATE},
    {.name = "to", .kind = FIELD_DATE},
    {.name = "type", .kind = FIELD_CODE, .many = true},
    {.name = "kind", .kind = FIELD_CODE, .many = true},
    {.name = "area", .kind = FIELD_ID},
    {.name = "source", .kind = FIELD_TEXT, .max = 100},
    {.name = "organisation", .kind = FIELD_ID},
    {.name = "place", .kind = FIELD_TEXT, .max = EVENT_PLACE_MOST},
    {.name = "text", .kind = FIELD_TEXT, .max = 200},
    {.name = "noplace", .kind = FIELD_BOOL},
    {.name = "placed", .kind = FIELD_BOOL},
    {.name = "squares", .kind = FIELD_TEXT, .max = EVENT_SQUARES_TEXT},
    {.name = "circle", .kind = FIELD_TEXT, .max = EVENT_CIRCLE_TEXT},
    {.name = "noarea", .kind = FIELD_BOOL},
    {.name = "noorganisation", .kind = FIELD_BOOL},
    {.name = "weekday", .kind = FIELD_INT, .min = 1, .max = 7},
    {.name = "hour", .kind = FIELD_INT, .min = 0, .max = 23},
    {.name = "timed", .kind = FIELD_BOOL},
    {.name = "untimed", .kind = FIELD_BOOL},
    {.name = "unreviewed", .kind = FIELD_BOOL},
    {.name = "sort", .kind = FIELD_CODE},
    {.name = "order", .kind = FIELD_CODE},
    {.name = "page", .kind = FIELD_INT, .min = 1, .max = 1000000},
    {.name = "bom", .kind = FIELD_BOOL},
    {.name = "size", .kind = FIELD_INT, .min = 1, .max = 1000},
    {.name = "klart", .kind = FIELD_CODE},
    {0},
};

static void read_types(struct req *rq, struct event_query *q)
{
    const char *code;
    for (size_t i = 0; (code = req_nth(rq, "type", i)); i++) {
        if (req_problem_of(rq, "type"))
            return;
        if (event_type_index(code) < 0)
            req_problem(rq, "type", TX(rq, event_filter_type));
        else if (q->n_types == EVENT_QUERY_TYPES)
            req_problem(rq, "type", TX(rq, event_filter_types));
        else
            q->types[q->n_types++] = code;
    }
}

static void read_kinds(struct req *rq, struct event_query *q)
{
    const char *name;
    enum event_kind kind;
    for (size_t i = 0; (name = req_nth(rq, "kind", i)); i++) {
        if (req_problem_of(rq, "kind"))
            return;
        if (event_kind_parse(name, &kind))
            q->kinds |= (uint8_t)(1u << kind);
        else
            req_problem(rq, "kind", TX(rq, event_filter_kind));
    }
}

static void read_days(struct req *rq, struct event_query *q)
{
    const char *from = req_field(rq, "from"), *to = req_field(rq, "to");
    q->has_from = from && date_parse(from, &q->from) == ERR_OK;
    q->has_to = to && date_parse(to, &q->to) == ERR_OK;
    if (q->has_from && q->has_to && date_days(q->from) > date_days(q->to)) {
        req_problem(rq, "to", TX(rq, event_filter_order));
        q->has_to = false;
    }
}

static void read_sort(struct req *rq, struct event_query *q)
{
    const char *sort = req_field(rq, "sort"), *order = req_field(rq, "order");
    if (str_eq(sort, "type"))
        q->sort = EVENT_SORT_TYPE;
    else if (str_eq(sort, "place"))
        q->sort = EVENT_SORT_PLACE;
    else if (sort && !str_eq(sort, "time"))
        req_problem(rq, "sort", TX(rq, event_filter_sort));
    q->ascending = q->sort == EVENT_SORT_TIME ? str_eq(order, "up") : !str_eq(order, "down");
    if (!req_problem_of(rq, "page"))
        q->page = req_int(rq, "page", 1);
}

static void read_ground(struct req *rq, struct event_query *q)
{
    const char *squares = req_field(rq, "squares"), *circle = req_field(rq, "circle");
    if (squares && !req_problem_of(rq, "squares") &&
        event_squares_parse(squares, &q->squares) != ERR_OK)
        req_problem(rq, "squares", TX(rq, event_filter_squares));
    if (circle && !req_problem_of(rq, "circle") && event_circle_parse(circle, &q->circle) != ERR_OK)
        req_problem(rq, "circle", TX(rq, event_filter_circle));
    if (q->circle.radius > 0)
        q->no_place = false; /* the one excludes the other */
}

struct event_query event_web_query(struct req *rq)
{
    struct event_query q = event_query_blank(web_municipality(rq));
    read_days(rq, &q);
    read_types(rq, &q);
    read_kinds(rq, &q);
    read_sort(rq, &q);
    q.area = req_id(rq, "area");
    q.organisation = req_id(rq, "organisation");
    if (!req_problem_of(rq, "source"))
        q.source = req_field(rq, "source");
    if (!req_problem_of(rq, "place"))
        q.place = req_field(rq, "place");
    if (!req_problem_of(rq, "text"))
        q.text = req_field(rq, "text");
    q.no_place = req_has(rq, "noplace");
    q.placed = req_has(rq, "placed") && !q.no_place;
    read_ground(rq, &q);
    q.no_area = req_has(rq, "noarea") && id_is_none(q.area);
    q.no_organisation = req_has(rq, "noorganisation") && id_is_none(q.organisation);
    if (!req_problem_of(rq, "weekday"))
        q.weekday = (int)req_int(rq, "weekday", 0);
    if (!req_problem_of(rq, "hour"))
        q.hour = (int)req_int(rq, "hour", -1);
    q.unreviewed = req_has(rq, "unreviewed");
    q.untimed = req_has(rq, "untimed");
    q.timed = req_has(rq, "timed") && !q.untimed;
    q.walled = !web_may(rq, PERM_EVENT_READ);
    const struct who *w = web_who(rq);
    if (w->here)
        q.only = w->here->organisation;
    return q;
}

bool event_web_sees(const struct req *rq, const struct event *e)
{
    if (web_may(rq, PERM_EVENT_READ))
        return true;
    const struct who *w = web_who(rq);
    return w->here && !id_is_none(w->here->organisation) &&
           id_eq(w->here->organisation, e->organisation_id);
}

const char *event_web_href(struct req *rq, const char *path, const struct event_query *q,
                           bool place_in_list)
{
    struct buf b = buf_init(16 * 1024);
    event_query_write(&b, q, place_in_list);
    const char *base = web_address(rq, path);
    const char *out = b.len ? arena_printf(rq->arena, "%s?%s", base, buf_text(&b)) : base;
    buf_done(&b);
    return out ? out : base;
}

/* --- The sentence --- */

#define CHIPS_MOST (EVENT_QUERY_TYPES + EVENT_KINDS + 15)

struct saying {
    struct req *rq;
    const struct event_query *q;
    const struct event_names *names;
    struct page_chip *chips;
    size_t n, phrases;
    struct buf *said;
};

/* One filter: what the sentence says of it, its chip, and the query without it. */
static void say(struct saying *s, const char *phrase, const char *chip,
                const struct event_query *without)
{
    struct event_query q = *without;
    q.page = 1;
    if (phrase) {
        buf_puts(s->said, s->phrases++ ? ", " : ": ");
        buf_puts(s->said, phrase);
    }
    s->chips[s->n++] = (struct page_chip){chip, event_web_href(s->rq, "/handelser", &q, true)};
}

/* "Skadegörelse" inside a sentence: "skadegörelse", but "A-traktor" stays. */
static const char *inside(struct arena *a, const char *name)
{
    const char *rest = name;
    uint32_t first = utf8_next(&rest);
    if (!first || *rest == '-')
        return name;
    char *head = arena_strndup(a, name, (size_t)(rest - name));
    char *low = head ? str_fold(a, head) : NULL;
    const char *out = low ? arena_printf(a, "%s%s", low, rest) : NULL;
    return out ? out : name;
}

static void say_types(struct saying *s)
{
    for (size_t i = 0; i < s->q->n_types; i++) {
        struct event_query w = *s->q;
        memmove(&w.types[i], &w.types[i + 1], (w.n_types - i - 1) * sizeof w.types[0]);
        w.n_types--;
        const char *name = event_names_type(s->names, s->q->types[i]);
        say(s, inside(s->rq->arena, name), name, &w);
    }
}

static void say_kinds(struct saying *s)
{
    static const enum text_key names[EVENT_KINDS] = {[EVENT_INCIDENT] = T_event_said_incident,
                                                     [EVENT_ALL_CLEAR] = T_event_said_all_clear,
                                                     [EVENT_POSITIVE] = T_event_said_positive};
    for (int k = 0; k < EVENT_KINDS; k++)
        if (s->q->kinds >> k & 1) {
            struct event_query w = *s->q;
            const char *name = text_get(s->rq->lang, names[k]);
            w.kinds &= (uint8_t) ~(1u << k);
            say(s, NULL, name, &w);
        }
}

static void say_who(struct saying *s)
{
    struct req *rq = s->rq;
    const struct event_query *q = s->q;
    struct event_query w = *q;
    if (!id_is_none(q->area)) {
        const char *name = event_names_area(s->names, q->area);
        w.area = (struct id){0};
        name = name ? name : TX(rq, event_filter_gone);
        say(s, TXF(rq, event_said_area, name), name, &w);
        w = *q;
    }
    if (q->source) {
        const char *name = event_source_text(rq->lang, q->source);
        w.source = NULL;
        say(s, TXF(rq, event_said_source, name), name, &w);
        w = *q;
    }
    if (!id_is_none(q->organisation)) {
        const char *name = event_names_organisation(s->names, q->organisation);
        w.organisation = (struct id){0};
        name = name ? name : TX(rq, event_filter_gone);
        say(s, TXF(rq, event_said_source, name), name, &w);
    }
}

static void say_without(struct saying *s)
{
    struct req *rq = s->rq;
    struct event_query w = *s->q;
    if (s->q->no_area) {
        w.no_area = false;
        say(s, TX(rq, event_said_no_area), TX(rq, event_said_no_area), &w);
        w = *s->q;
    }
    if (s->q->no_organisation) {
        w.no_organisation = false;
        say(s, TX(rq, event_said_no_organisation), TX(rq, event_said_no_organisation), &w);
    }
}

static void say_where(struct saying *s)
{
    struct req *rq = s->rq;
    const struct event_query *q = s->q;
    struct event_query w = *q;
    if (q->place) {
        w.place = NULL;
        say(s, TXF(rq, event_said_place, q->place), q->place, &w);
        w = *q;
    }
    if (q->text) {
        const char *quoted = TXF(rq, event_said_text, q->text);
        w.text = NULL;
        say(s, quoted, quoted, &w);
        w = *q;
    }
    if (q->no_place) {
        w.no_place = false;
        say(s, TX(rq, event_said_no_place), TX(rq, event_filter_no_place), &w);
    } else if (q->placed) {
        w.placed = false;
        say(s, TX(rq, event_said_placed), TX(rq, event_said_placed), &w);
        w = *q;
    }
    if (q->squares.n) {
        w.squares.n = 0;
        say(s, TX(rq, event_said_squares), TX(rq, event_said_squares), &w);
    }
}

static enum err say_circle(struct saying *s)
{
    struct event_query w = *s->q;
    const char *phrase;
    if (!(w.circle.radius > 0))
        return ERR_OK;
    TRY(event_web_circle(s->rq, &w.circle, &phrase));
    w.circle.radius = 0;
    say(s, phrase, phrase, &w);
    return ERR_OK;
}

static void say_hours(struct saying *s)
{
    struct req *rq = s->rq;
    const struct event_query *q = s->q;
    struct event_query w = *q;
    const char *when = NULL; /* "på fredagar kl. 22–23" is one phrase with two chips */
    if (q->weekday) {
        const char *day = text_get(rq->lang, (enum text_key)(T_weekday_1 + q->weekday - 1));
        when = TXF(rq, event_said_weekday, day);
        w.weekday = 0;
        say(s, q->hour < 0 ? TXF(rq, event_said_may, when) : NULL, when, &w);
        w = *q;
    }
    if (q->hour >= 0) {
        const char *hour =
            TXF(rq, event_said_hour, (const char *)arena_printf(rq->arena, "%02d", q->hour),
                (const char *)arena_printf(rq->arena, "%02d", q->hour + 1));
        when = when ? arena_printf(rq->arena, "%s %s", when, hour) : hour;
        w.hour = -1;
        say(s, TXF(rq, event_said_may, when), hour, &w);
    }
}

static void say_unreviewed(struct saying *s)
{
    struct event_query w = *s->q;
    w.unreviewed = false;
    if (s->q->unreviewed)
        say(s, TX(s->rq, event_said_unreviewed), TX(s->rq, event_said_unreviewed), &w);
}

/* Is a span of time short enough to tell the hour of the week? */
static void say_span(struct saying *s)
{
    struct req *rq = s->rq;
    struct event_query w = *s->q;
    if (s->q->timed || s->q->untimed) {
        const char *phrase = s->q->timed ? TX(rq, event_said_timed) : TX(rq, event_said_untimed);
        w.timed = w.untimed = false;
        say(s, phrase, phrase, &w);
    }
}

/* "120 händelser i Mariestad"; where there are reports of several kinds, "135 rapporter i
 * Mariestad", and *of gets "Det är 120 händelser, 12 rapporter om att inget har hänt." */
static enum err say_count(struct saying *s, const size_t kinds[EVENT_KINDS], const char **of)
{
    struct req *rq = s->rq;
    const char *town = web_municipality_name(rq);
    const char *parts[EVENT_KINDS], *list = NULL;
    size_t n = 0, all = 0;
    enum event_kind one = EVENT_INCIDENT;
    for (int k = 0; k < EVENT_KINDS; k++) {
        all += kinds[k];
        if (!kinds[k])
            continue;
        one = (enum event_kind)k;
        if (!(parts[n++] = event_kind_count(rq->arena, rq->lang, one, (int64_t)kinds[k])))
            return ERR_NOMEM;
    }
    if (n < 2) {
        const char *count = event_kind_count(rq->arena, rq->lang, one, (int64_t)all);
        buf_puts(s->said, count ? TXF(rq, event_said_in, count, town) : NULL);
        return ERR_OK;
    }
    for (size_t i = 0; i < n; i++)
        list = i == 0       ? parts[0]
               : i + 1 == n ? TXF(rq, event_said_and, list, parts[i])
                            : arena_printf(rq->arena, "%s, %s", list, parts[i]);
    buf_puts(s->said, text_fmt(rq->arena, rq->lang, T_event_said_reports, all, town));
    *of = list ? TXF(rq, event_said_of, list) : NULL;
    return *of ? ERR_OK : ERR_NOMEM;
}

enum err event_web_said(struct req *rq, const struct event_query *q,
                        const struct event_names *names, const size_t kinds[EVENT_KINDS],
                        struct page_said *out)
{
    struct buf said = buf_init(16 * 1024);
    struct saying s = {.rq = rq, .q = q, .names = names, .said = &said};
    s.chips = ARENA_ARRAY(rq->arena, CHIPS_MOST, struct page_chip);
    const char *days = event_days_text(rq->arena, rq->lang, q), *of = NULL;
    if (!s.chips)
        return ERR_NOMEM;
    enum err e = say_count(&s, kinds, &of);
    const struct membership *here = web_who(rq)->here;
    if (!web_may(rq, PERM_EVENT_READ) && here && here->organisation_name)
        buf_printf(&said, " %s", TXF(rq, event_said_source, here->organisation_name));
    if (days) {
        buf_printf(&said, " %s", days);
        struct event_query w = *q;
        w.has_from = w.has_to = false;
        say(&s, NULL, days, &w);
    }
    say_types(&s);
    say_kinds(&s);
    say_who(&s);
    say_without(&s);
    say_where(&s);
    e = e ? e : say_circle(&s);
    say_unreviewed(&s);
    say_span(&s);
    say_hours(&s);
    buf_putc(&said, '.');
    if (of)
        buf_printf(&said, " %s", of);
    out->chips = s.chips;
    out->n_chips = s.n;
    out->sentence = arena_strdup(rq->arena, buf_text(&said));
    e = e ? e : buf_err(&said);
    buf_done(&said);
    return e ? e : out->sentence ? ERR_OK : ERR_NOMEM;
}

/* What is in a list of unreviewed reports is not said again; but not all that waits is there. */
enum err event_web_said_waiting(struct req *rq, const struct event_query *q,
                                const struct event_selection *sel, struct page_said *out)
{
    struct event_query w = *q;
    size_t n = q->unreviewed ? 0 : columns_waiting(sel);
    bool review = web_may(rq, PERM_REVIEW) && !str_ends(q->municipality, "00");
    w.unreviewed = true;
    w.page = 1;
    if (n) {
        out->more = TXF(rq, event_said_waiting, n);
        out->more_href = event_web_href(rq, "/handelser", &w, true);
    } else if (q->unreviewed && review) {
        out->more = TX(rq, event_said_unreviewed_more);
        out->more_href = web_address(rq, "/granska");
    }
    return (n || (q->unreviewed && review)) && !out->more ? ERR_NOMEM : ERR_OK;
}
