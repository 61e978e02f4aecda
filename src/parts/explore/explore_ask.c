/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* A question: from the address, and back into one. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/hash.h"
#include "base/mem.h"
#include "base/str.h"
#include "parts/explore/explore_inner.h"
#include "tmpl/format.h"

#define LIST_MOST 20

#define P(code)                                                                                    \
    {                                                                                              \
        .name = "p-" code, .kind = FIELD_TEXT, .max = EXPLORE_VALUE_MOST                           \
    }
const struct field_spec explore_stop_fields[] = {
    {.name = "ask", .kind = FIELD_TEXT, .required = true, .max = 8000},
    {0},
};
const struct field_spec explore_fields[] = {
    {.name = "question", .kind = FIELD_CODE},
    {.name = "method", .kind = FIELD_CODE},
    {.name = "from", .kind = FIELD_DATE},
    {.name = "to", .kind = FIELD_DATE},
    {.name = "type", .kind = FIELD_CODE, .many = true},
    {.name = "kind", .kind = FIELD_CODE, .many = true},
    {.name = "area", .kind = FIELD_ID},
    {.name = "source", .kind = FIELD_TEXT, .max = 100},
    {.name = "organisation", .kind = FIELD_ID},
    {.name = "place", .kind = FIELD_TEXT, .max = EVENT_PLACE_MOST},
    {.name = "text", .kind = FIELD_TEXT, .max = 200},
    {.name = "squares", .kind = FIELD_TEXT, .max = EVENT_SQUARES_TEXT},
    {.name = "circle", .kind = FIELD_TEXT, .max = EVENT_CIRCLE_TEXT},
    {.name = "weekday", .kind = FIELD_INT, .min = 1, .max = 7},
    {.name = "hour", .kind = FIELD_INT, .min = 0, .max = 23},
    P("cell"),
    P("neighbours"),
    P("inference"),
    P("permutations"),
    P("level"),
    P("bandwidth"),
    P("kernel"),
    P("distances"),
    P("distance"),
    P("days"),
    P("metric"),
    P("least"),
    P("within"),
    P("mode"),
    P("snap"),
    P("max-radius"),
    P("time-unit"),
    P("max-duration"),
    P("min-cases"),
    P("clusters"),
    P("by"),
    P("against"),
    P("setting"),
    P("years-back"),
    P("fdr"),
    P("method"),
    P("baseline"),
    P("ratio"),
    P("false-alarm-every"),
    P("kind"),
    P("least-share"),
    P("most"),
    P("period"),
    {.name = "p-start", .kind = FIELD_DATE},
    P("treated"),
    P("control"),
    {.name = "p-ground", .kind = FIELD_TEXT, .max = EXPLORE_CORNERS_TEXT},
    {.name = "p-beside", .kind = FIELD_TEXT, .max = EXPLORE_CORNERS_TEXT},
    P("ring"),
    P("centre"),
    P("east"),
    P("north"),
    P("radius"),
    {.name = "p-at", .kind = FIELD_DATE},
    P("family"),
    P("harmonics"),
    {.name = "seed", .kind = FIELD_INT, .min = 0, .max = INT64_MAX},
    {.name = "data", .kind = FIELD_CODE, .max = 40},
    {.name = "stopped", .kind = FIELD_BOOL},
    {.name = "bom", .kind = FIELD_BOOL},
    {.name = "klart", .kind = FIELD_CODE},
    {0},
};

/* --- One parameter --- */

/* "1 000,5" -> "1000.5": spaces of all kinds away, a comma is a point. */
static const char *number_plain(const char *typed, struct arena *a)
{
    char *out = arena_strdup(a, typed), *to = out;
    for (const char *p = typed; out && *p;) {
        uint32_t c = utf8_next(&p);
        if (c == ' ' || c == 0xa0 || c == 0x202f || c == 0x2009)
            continue;
        *to++ = c == ',' ? '.' : c == 0x2212 ? '-' : c < 0x80 ? (char)c : '?';
    }
    if (out)
        *to = 0;
    return out;
}

static const char *real_plain(const struct explore_param *p, const char *typed, struct arena *a)
{
    const char *text = number_plain(typed, a);
    int64_t whole;
    double v;
    if (!text || !str_to_double(text, &v) || v < p->least || v > p->most)
        return NULL;
    if (p->kind == PARAM_INT && !str_to_int(text, &whole))
        return NULL;
    struct buf b = buf_init(64);
    buf_double(&b, v); /* one spelling: 0.050 is 0.05 */
    const char *out = buf_err(&b) ? NULL : arena_strdup(a, buf_text(&b));
    buf_done(&b);
    return out;
}

/* "0, 100, 200" or "0 100 200" or "0;100;200": rising numbers from `least`. */
static const char *list_plain(const struct explore_param *p, const char *typed, struct arena *a)
{
    struct buf b = buf_init(4096);
    double last = -INFINITY;
    size_t n = 0;
    bool fine = true;
    for (const char *s = typed; fine && *s;) {
        char part[32];
        size_t skip = strspn(s, " ,;\t"), len = strcspn(s + skip, " ,;\t");
        s += skip + len;
        if (!len)
            break;
        double v;
        fine = len < sizeof part && n < LIST_MOST;
        if (!fine)
            break;
        snprintf(part, sizeof part, "%.*s", (int)len, s - len);
        fine = str_to_double(part, &v) && v >= p->least && v <= p->most && v > last;
        if (!fine)
            break;
        buf_puts(&b, n++ ? "," : "");
        buf_double(&b, v);
        last = v;
    }
    const char *out = fine && n >= 2 && !buf_err(&b) ? arena_strdup(a, buf_text(&b)) : NULL;
    buf_done(&b);
    return out;
}

static const char *choice_plain(const struct explore_param *p, const char *typed)
{
    for (const struct explore_choice *c = p->choices; c->value; c++)
        if (str_eq(c->value, typed))
            return c->value;
    return NULL;
}

const char *explore_param_plain(const struct explore_param *p, const char *typed, struct arena *a)
{
    struct date d;
    struct id id;
    switch (p->kind) {
    case PARAM_REAL:
    case PARAM_INT:
        return real_plain(p, typed, a);
    case PARAM_LIST:
        return list_plain(p, typed, a);
    case PARAM_CHOICE:
        return choice_plain(p, typed);
    case PARAM_DATE:
        return date_parse(typed, &d) == ERR_OK ? typed : NULL;
    case PARAM_AREA:
        return str_eq(typed, "circle") || str_eq(typed, "drawn") || str_eq(typed, "rest") ||
                       id_parse(typed, &id) == ERR_OK
                   ? typed
                   : NULL;
    case PARAM_CORNERS:
        return explore_corners_plain(typed, a);
    case PARAM_TEXT:
        return typed;
    }
    return NULL;
}

static const char *limit(struct arena *a, enum lang lang, double v)
{
    char text[FORMAT_TEXT];
    int decimals = v == floor(v) ? 0 : v * 100 == floor(v * 100) ? 2 : 3;
    return decimals ? format_arena(a, format_decimal(text, lang, v, decimals))
                    : format_arena(a, format_number(text, (int64_t)v));
}

const char *explore_param_fault(const struct explore_param *p, enum lang lang, struct arena *a)
{
    const char *low = limit(a, lang, p->least), *high = limit(a, lang, p->most);
    switch (p->kind) {
    case PARAM_REAL:
        return text_fmt(a, lang, T_explore_bad_real, low, high);
    case PARAM_INT:
        return text_fmt(a, lang, T_explore_bad_whole, low, high);
    case PARAM_LIST:
        return text_fmt(a, lang, T_explore_bad_list, low, high);
    case PARAM_DATE:
        return text_get(lang, T_explore_bad_date);
    case PARAM_CORNERS:
        return text_get(lang, T_explore_bad_corners);
    case PARAM_CHOICE:
    case PARAM_AREA:
    case PARAM_TEXT:
        break;
    }
    return text_get(lang, T_explore_bad_choice);
}

/* --- Reading --- */

static void read_method(struct req *rq, struct explore_ask *ask)
{
    const char *code = req_field(rq, "question"), *name = req_field(rq, "method");
    int q = -1;
    for (int i = 0; i < ASK_COUNT; i++)
        if (str_eq(explore_questions[i].code, code))
            q = i;
    if (code && q < 0 && !req_problem_of(rq, "question"))
        req_problem(rq, "question", TX(rq, explore_bad_choice));
    const struct explore_method *m = explore_method_find(name);
    if (name && !m && !req_problem_of(rq, "method"))
        req_problem(rq, "method", TX(rq, explore_bad_choice));
    /* another question than the method's: the form has just been given a new question */
    if (!m || (q >= 0 && m->question != (enum explore_question)q))
        m = explore_method_first(q < 0 ? ASK_WHERE : (enum explore_question)q);
    ask->method = m;
}

static void read_param(struct req *rq, struct explore_ask *ask, int i)
{
    const struct explore_param *p = &ask->method->params[i];
    const char *field = arena_printf(rq->arena, "p-%s", p->name);
    const char *typed = field ? req_field(rq, field) : NULL;
    ask->value[i] = p->fallback;
    if (!typed || req_problem_of(rq, field))
        return;
    const char *plain = explore_param_plain(p, typed, rq->arena);
    if (plain)
        ask->value[i] = plain;
    else
        req_problem(rq, field, explore_param_fault(p, rq->lang, rq->arena));
}

void explore_ask_choose(struct req *rq, struct explore_ask *ask)
{
    read_method(rq, ask);
    for (int i = 0; ask->method->params[i].name; i++)
        read_param(rq, ask, i);
    ask->seed =
        req_problem_of(rq, "seed") ? EXPLORE_SEED : (uint64_t)req_int(rq, "seed", EXPLORE_SEED);
    ask->lang = rq->lang;
}

static void read_days(struct req *rq, struct event_query *q)
{
    if (!q->has_to)
        q->to = date_of_msec(time_now());
    if (!q->has_from)
        q->from = date_add(q->to, 1 - EXPLORE_DAYS);
    int64_t days = date_days(q->to) - date_days(q->from) + 1;
    if (days < 1 || days > EXPLORE_DAYS_MOST) {
        if (!rq->problems)
            req_problem(rq, days < 1 ? "to" : "from",
                        days < 1 ? TX(rq, event_filter_order) : TX(rq, explore_long_period));
        q->from = date_add(q->to, 1 - EXPLORE_DAYS);
    }
    q->has_from = q->has_to = true;
}

/* Only incidents are counted, unless somebody asks for other reports. */
static void read_kinds(struct event_query *q)
{
    bool other = q->kinds != 0;
    for (size_t i = 0; i < q->n_types; i++) {
        int type = event_type_index(q->types[i]);
        other = other || (type >= 0 && event_types[type].kind != EVENT_INCIDENT);
    }
    if (!other)
        q->kinds = 1u << EVENT_INCIDENT;
}

struct explore_ask explore_ask_read(struct req *rq)
{
    struct explore_ask ask = {.q = event_web_query(rq)};
    read_days(rq, &ask.q);
    read_kinds(&ask.q);
    explore_ask_choose(rq, &ask);
    return ask;
}

const char *explore_value(const struct explore_ask *ask, const char *param)
{
    int i = explore_param_find(ask->method, param);
    return i < 0 || str_empty(ask->value[i]) ? NULL : ask->value[i];
}

bool explore_param_counts(const struct explore_ask *ask, int param)
{
    static const struct {
        const char *param, *beside, *value;
    } only[] = {{"ground", "treated", "drawn"},  {"beside", "control", "drawn"},
                {"centre", "treated", "circle"}, {"east", "treated", "circle"},
                {"north", "treated", "circle"},  {"radius", "treated", "circle"}};
    for (size_t i = 0; i < ARRAY_LEN(only); i++)
        if (str_eq(ask->method->params[param].name, only[i].param) &&
            explore_param_find(ask->method, only[i].beside) >= 0)
            return str_eq(explore_value(ask, only[i].beside), only[i].value);
    return true;
}

double explore_number(const struct explore_ask *ask, const char *param)
{
    double v;
    const char *text = explore_value(ask, param);
    return text && str_to_double(text, &v) ? v : NAN;
}

/* --- As an address --- */

void explore_ask_write(struct buf *out, const struct explore_ask *ask)
{
    const struct explore_method *m = ask->method;
    buf_printf(out, "question=%s&method=%s&", explore_questions[m->question].code, m->name);
    struct buf filter = buf_init(16 * 1024);
    event_query_write(&filter, &ask->q, false);
    if (buf_err(&filter))
        out->err = buf_err(&filter);
    buf_puts(out, buf_text(&filter));
    buf_done(&filter);
    for (int i = 0; m->params[i].name; i++) {
        if (str_empty(ask->value[i]) || !explore_param_counts(ask, i))
            continue;
        buf_printf(out, "&p-%s=", m->params[i].name);
        url_component(out, ask->value[i]);
    }
    buf_printf(out, "&seed=%llu", (unsigned long long)ask->seed);
}

const char *explore_key(const struct event_query *wall, enum lang lang, const char *address,
                        struct arena *a)
{
    char only[ID_TEXT] = "";
    if (wall->walled)
        id_text(wall->only, only);
    return arena_printf(a, "%s/%d%s/%s?%s", wall->municipality, wall->walled, only, lang_code(lang),
                        address);
}

const char *explore_address(const struct explore_ask *ask, struct arena *a)
{
    struct buf b = buf_init(32 * 1024);
    explore_ask_write(&b, ask);
    const char *out = buf_err(&b) ? NULL : arena_strdup(a, buf_text(&b));
    buf_done(&b);
    return out;
}

void explore_mark(const struct explore_ask *ask, uint64_t version, char out[36])
{
    struct buf b = buf_init(32 * 1024);
    explore_ask_write(&b, ask);
    uint64_t h = hash64(buf_text(&b), b.len, 7);
    buf_done(&b);
    snprintf(out, 36, "%016llx-%016llx", (unsigned long long)h, (unsigned long long)version);
}

static bool keep(struct arena *a, const char **text)
{
    return !*text || (*text = arena_strdup(a, *text));
}

enum err explore_ask_copy(const struct explore_ask *ask, struct arena *a, struct explore_ask *out)
{
    struct explore_ask c = *ask;
    bool ok = keep(a, &c.q.municipality) && keep(a, &c.q.source) && keep(a, &c.q.place) &&
              keep(a, &c.q.text);
    for (size_t i = 0; i < c.q.n_types; i++)
        ok = ok && keep(a, &c.q.types[i]);
    for (size_t i = 0; i < EXPLORE_PARAMS_MOST; i++)
        ok = ok && keep(a, &c.value[i]);
    if (!ok)
        return ERR_NOMEM;
    *out = c;
    return ERR_OK;
}
