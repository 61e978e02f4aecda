/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* A method on its rows, with what the person set and what the question decides. */
#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "base/str.h"
#include "geo/wkb.h"
#include "parts/explore/explore_inner.h"

#define GROUND_MOST ((size_t)4 << 20) /* bytes of one shape */
#define DAYS_BY_DAY 92
#define ANSWER_MOST ((size_t)24 << 20)

static enum err set(struct analysis *an, const char *option, const char *value)
{
    if (str_empty(value) || analysis__option(an->method, option) < 0)
        return ERR_OK;
    return analysis_set(an, option, value);
}

static enum err set_day(struct analysis *an, const char *option, struct date d)
{
    char text[TIME_TEXT];
    date_text(d, text);
    const char *copy = arena_strdup(an->arena, text);
    return copy ? set(an, option, copy) : ERR_NOMEM;
}

static enum err set_int(struct analysis *an, const char *option, int v)
{
    const char *text = arena_printf(an->arena, "%d", v);
    return text ? set(an, option, text) : ERR_NOMEM;
}

/* Looking back over a long time by days is 49 times the work of weeks, and sees no more. */
static const char *unit_of(const struct explore_ask *ask, const struct explore_rows *o)
{
    const char *unit = explore_value(ask, "time-unit");
    bool back = str_eq(explore_value(ask, "mode"), "retrospective");
    if (!str_eq(unit, "auto"))
        return unit;
    return back && date_days(o->to) - date_days(o->from) >= DAYS_BY_DAY ? "week" : "day";
}

/* What no field asks for: the period as the method counts it. */
static enum err set_period(struct analysis *an, const struct explore_ask *ask,
                           const struct explore_rows *o)
{
    switch (ask->method->rows) {
    case ROWS_SERIES:
        TRY(set_day(an, "from", o->read_from));
        TRY(set_day(an, "to", o->to));
        TRY(set_int(an, "steps", o->weeks));
        if (o->years)
            TRY(set_int(an, "years-back", o->years));
        return set_int(an, "weeks", o->weeks);
    case ROWS_PLACES:
    case ROWS_TIMES:
        TRY(set(an, "time-unit", unit_of(ask, o)));
        TRY(set_day(an, "from", o->from));
        return set_day(an, "to", o->to);
    case ROWS_SQUARES:
    case ROWS_WEEKS:
    case ROWS_COMPARE:
    case ROWS_TREATED:
        break;
    }
    return ERR_OK;
}

static enum err set_all(struct analysis *an, const struct explore_ask *ask,
                        const struct explore_rows *o)
{
    const struct explore_method *m = ask->method;
    for (int i = 0; m->params[i].name; i++)
        if (!m->params[i].own)
            TRY(set(an, m->params[i].name, ask->value[i]));
    return set_period(an, ask, o);
}

/* --- Sentences of the command line, on a page --- */

static const struct explore_param *option_in(const struct explore_ask *ask, const char *text,
                                             size_t len)
{
    const struct explore_param *p = ask->method->params;
    for (; p->name; p++)
        if (strlen(p->name) == len && memcmp(p->name, text, len) == 0)
            return p;
    return NULL;
}

/* " auto" after an option with choices: the choice, and how long the word is. */
static const struct explore_choice *choice_in(const struct explore_param *p, const char *text,
                                              size_t *len)
{
    *len = 0;
    while (isalnum((unsigned char)text[1 + *len]) || text[1 + *len] == '-')
        ++*len;
    if (text[0] != ' ' || p->kind != PARAM_CHOICE)
        return NULL;
    for (const struct explore_choice *c = p->choices; c->value; c++)
        if (strlen(c->value) == *len && memcmp(c->value, text + 1, *len) == 0)
            return c;
    return NULL;
}

static void put_quoted(struct buf *b, enum lang lang, enum text_key label)
{
    buf_printf(b, "%s%s”", lang == LANG_SV ? "”" : "“", text_get(lang, label));
}

/* What an option is called on the page, and the choice that is named after it. Returns what follows
 * in the text. */
static const char *put_option(struct buf *b, enum lang lang, const struct explore_param *p,
                              const char *text)
{
    size_t len;
    const struct explore_choice *c = choice_in(p, text, &len);
    put_quoted(b, lang, p->label);
    if (!c)
        return text;
    buf_puts(b, ": ");
    put_quoted(b, lang, c->label);
    return text + 1 + len;
}

const char *explore_sentence(const struct explore_ask *ask, struct arena *a, const char *text)
{
    struct buf b = buf_init(16 * 1024);
    for (const char *p = text; *p;) {
        size_t len = 0;
        const struct explore_param *param = NULL;
        if (p[0] == '-' && p[1] == '-') {
            while (isalnum((unsigned char)p[2 + len]) || p[2 + len] == '-')
                len++;
            param = option_in(ask, p + 2, len);
        }
        if (param) {
            p = put_option(&b, ask->lang, param, p + 2 + len);
        } else {
            buf_putc(&b, *p++);
        }
    }
    const char *out = buf_err(&b) ? NULL : arena_strdup(a, buf_text(&b));
    buf_done(&b);
    return out;
}

/* --- Running --- */

static const char *name_place(void *arg, double x, double y)
{
    return explore_place_name(arg, x, y);
}

/* ERR_USAGE becomes a sentence; what is too large, too. */
static enum err refuse(struct explore_answer *x, const struct explore_ask *ask,
                       const struct analysis *an, enum err e)
{
    if (e == ERR_USAGE && an->problem)
        x->refused = explore_sentence(ask, x->a, an->problem);
    else if (e == ERR_LIMIT || e == ERR_NOMEM)
        x->refused = text_get(ask->lang, T_explore_too_large);
    else
        return e;
    return x->refused ? ERR_OK : ERR_NOMEM;
}

static enum err run_method(const struct explore_ask *ask, const struct work *w,
                           struct explore_answer *x)
{
    struct analysis *an;
    const struct analysis_method *m = analysis_method_find(ask->method->name);
    if (!m)
        return ERR_INTERNAL;
    TRY(analysis_begin(m, w->arena, ask->lang, &an));
    an->work = *w;
    an->work.seed = ask->seed;
    an->table = x->rows.table;
    an->name_place = x->places.n ? name_place : NULL;
    an->name_arg = &x->places;
    enum err e = set_all(an, ask, &x->rows);
    if (e == ERR_OK)
        e = analysis_run(an);
    if (e == ERR_OK)
        e = explore_result_copy(an, x->a, &x->an);
    return e ? refuse(x, ask, an, e) : ERR_OK;
}

void explore_answer_free(struct explore_answer *x)
{
    if (!x)
        return;
    arena_free(x->a);
    mem_free(x);
}

/* The shapes that the map draws outlive the memory of the work. */
static enum err keep_ground(struct arena *a, struct explore_rows *o)
{
    for (int i = 0; i < SIDE_COUNT; i++) {
        struct buf b = buf_init(GROUND_MOST);
        struct geo_shape *own = NULL;
        if (!o->side[i].shape)
            continue;
        geo_wkb_write(&b, o->side[i].shape);
        enum err e = buf_err(&b) ? buf_err(&b) : geo_wkb_read(a, b.data, b.len, GROUND_MOST, &own);
        buf_done(&b);
        TRY(e);
        o->side[i].shape = own;
    }
    return ERR_OK;
}

static enum err fill(const struct app *app, const struct explore_ask *ask, const struct work *w,
                     struct explore_answer *x)
{
    x->a = arena_new(ANSWER_MOST);
    if (!x->a)
        return ERR_NOMEM;
    TRY(explore_rows(app, ask, w, &x->rows));
    if (ask->method->rows == ROWS_PLACES || ask->method->rows == ROWS_SQUARES)
        TRY(explore_places(app, ask, w->arena, x->a, &x->places));
    if (x->rows.refused) {
        x->refused = arena_strdup(x->a, x->rows.refused);
        TRY(x->refused ? ERR_OK : ERR_NOMEM);
    } else {
        TRY(run_method(ask, w, x));
    }
    TRY(keep_ground(x->a, &x->rows));
    x->rows.table = (struct analysis_table){.n = x->rows.table.n};
    x->rows.refused = NULL;
    return ERR_OK;
}

enum err explore_run(const struct app *app, const struct explore_ask *ask, const struct work *w,
                     struct explore_answer **out)
{
    struct explore_answer *x = mem_alloc(sizeof *x);
    if (!x)
        return ERR_NOMEM;
    *x = (struct explore_answer){0};
    enum err e = fill(app, ask, w, x);
    if (e)
        explore_answer_free(x);
    else
        *out = x;
    return e;
}

size_t explore_counted(const struct explore_answer *x)
{
    const struct analysis_result *r = x->an.result;
    for (size_t i = 0; r && i < r->n_figures; i++)
        if (r->figures[i].kind == RESULT_INT && str_eq(r->figures[i].key, "left_out"))
            return x->rows.used - (size_t)r->figures[i].v.whole;
    return x->rows.used;
}
