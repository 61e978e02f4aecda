/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* What an inhabitant wrote, checked field by field. */
#include <string.h>

#include "base/mem.h"
#include "base/str.h"
#include "core/textguard.h"
#include "parts/citizen/citizen_web.h"

#define MARKS_MOST 41
#define SAID_MOST 16384

const struct field_spec citizen_form_fields[] = {
    {.name = "token", .kind = FIELD_TEXT, .max = CITIZEN_TOKEN_TEXT},
    {.name = "work", .kind = FIELD_CODE, .max = 20},
    {.name = "webbplats", .kind = FIELD_TEXT, .max = 200},
    {.name = "feeling", .kind = FIELD_CODE, .max = 10},
    {.name = "bad", .kind = FIELD_CODE, .many = true, .max = 20},
    {.name = "good", .kind = FIELD_CODE, .many = true, .max = 20},
    {.name = "times", .kind = FIELD_CODE, .many = true, .max = 20},
    {.name = "place", .kind = FIELD_TEXT, .max = EVENT_PLACE_MOST},
    {.name = "place_choice", .kind = FIELD_TEXT, .max = 80},
    {.name = "east", .kind = FIELD_REAL, .min = 170000, .max = 970000},
    {.name = "north", .kind = FIELD_REAL, .min = 6080000, .max = 7700000},
    {.name = "point_of", .kind = FIELD_TEXT, .max = EVENT_PLACE_MOST + 1},
    {.name = "text", .kind = FIELD_LINES, .max = CITIZEN_TEXT_MOST},
    {.name = "email", .kind = FIELD_EMAIL},
    {.name = "do", .kind = FIELD_CODE, .max = 10},
    {0}};

static bool sent(const struct req *rq, const char *field, const char *code)
{
    const char *v;
    for (size_t i = 0; (v = req_nth(rq, field, i)); i++)
        if (str_eq(v, code))
            return true;
    return false;
}

static const char *add(struct arena *a, const char *codes, const char *code)
{
    return *codes ? arena_printf(a, "%s %s", codes, code) : code;
}

/* The kind of the event: the one thing that makes it unsafe, else the upper kind. */
static enum err read_reasons(struct req *rq, struct citizen_entry *out)
{
    const char *codes = "", *type = NULL;
    size_t n = 0;
    for (size_t i = 0; i < citizen_reason_count && codes; i++) {
        const struct citizen_reason *r = &citizen_reasons[i];
        if (r->unsafe != out->unsafe || !sent(rq, r->unsafe ? "bad" : "good", r->code))
            continue;
        codes = add(rq->arena, codes, r->code);
        type = n++ ? NULL : r->type;
    }
    if (!codes)
        return ERR_NOMEM;
    out->reasons = codes;
    out->e.type_code = !out->unsafe ? "positive" : type ? type : "unsafe_place";
    return ERR_OK;
}

static enum err read_times(struct req *rq, struct citizen_entry *out)
{
    const char *codes = "";
    for (size_t i = 0; i < citizen_time_count && codes; i++)
        if (sent(rq, "times", citizen_times[i].code))
            codes = add(rq->arena, codes, citizen_times[i].code);
    out->times = codes;
    return codes ? ERR_OK : ERR_NOMEM;
}

static void read_feeling(struct req *rq, struct citizen_entry *out)
{
    const char *f = req_field(rq, "feeling");
    out->felt = str_eq(f, "unsafe") || str_eq(f, "safe");
    out->unsafe = !str_eq(f, "safe");
    if (!out->felt)
        req_problem(rq, "feeling", TX(rq, citizen_feeling_missing));
}

static void read_text(struct req *rq, struct citizen_entry *out)
{
    const char *text = req_field(rq, "text");
    struct guard_span one;
    out->e.description = text;
    if (req_problem_of(rq, "text") || !text || !guard_find(text, strlen(text), &one, 1))
        return;
    out->guarded = true;
    req_problem(rq, "text", TX(rq, citizen_guard_problem));
}

enum err citizen_read(struct req *rq, bool looking, struct citizen_entry *out)
{
    struct event_problem wrong;
    *out = (struct citizen_entry){.e = event_blank(), .email = req_field(rq, "email")};
    out->e.municipality = web_municipality(rq);
    out->e.source = EVENT_SOURCE_CITIZEN;
    out->e.occurred_from = out->e.occurred_to = time_now();
    read_feeling(rq, out);
    TRY(read_reasons(rq, out));
    TRY(citizen_place_read(rq, looking, out));
    TRY(read_times(rq, out));
    read_text(rq, out);
    if (!rq->problems && event_check(&out->e, &wrong) != ERR_OK)
        req_problem(rq, NULL, text_get(rq->lang, wrong.text));
    return ERR_OK;
}

const char *citizen_said(struct req *rq, const struct citizen_entry *e)
{
    struct buf b = buf_init(SAID_MOST);
    const char *parts[] = {e->unsafe ? "unsafe" : "safe",
                           e->reasons,
                           e->times,
                           e->e.place_name,
                           e->e.description,
                           e->email};
    for (size_t i = 0; i < ARRAY_LEN(parts); i++)
        buf_printf(&b, "%s\n", parts[i] ? parts[i] : "");
    buf_printf(&b, "%.1f %.1f", e->e.east, e->e.north);
    const char *s = buf_err(&b) ? NULL : arena_strdup(rq->arena, buf_text(&b));
    buf_done(&b);
    return s;
}

enum err citizen_guard_fill(struct req *rq, const char *text, struct citizen_guard *g)
{
    struct guard_span spans[MARKS_MOST / 2];
    size_t len = text ? strlen(text) : 0;
    size_t n = len ? guard_find(text, len, spans, ARRAY_LEN(spans)) : 0, at = 0;
    n = n > ARRAY_LEN(spans) ? ARRAY_LEN(spans) : n;
    struct citizen_mark *m = ARENA_ARRAY(rq->arena, 2 * n + 1, struct citizen_mark);
    if (!m)
        return ERR_NOMEM;
    for (size_t i = 0; i < n; i++) {
        enum text_key key = text_lookup(guard_kind_key(spans[i].kind));
        m[g->n_marks++] =
            (struct citizen_mark){arena_strndup(rq->arena, text + at, spans[i].at - at), NULL};
        m[g->n_marks++] =
            (struct citizen_mark){arena_strndup(rq->arena, text + spans[i].at, spans[i].len),
                                  key < TEXT_COUNT ? text_get(rq->lang, key) : ""};
        at = spans[i].at + spans[i].len;
    }
    if (n)
        m[g->n_marks++] = (struct citizen_mark){arena_strdup(rq->arena, text + at), NULL};
    for (size_t i = 0; i < g->n_marks; i++)
        if (!m[i].text)
            return ERR_NOMEM;
    g->marks = m;
    return ERR_OK;
}
