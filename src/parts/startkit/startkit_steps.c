/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The steps to the first period, and how each stands: read from the database, never remembered. */
#include "base/mem.h"
#include "base/str.h"
#include "geo/geo_data.h"
#include "parts/site/site.h"
#include "parts/startkit/startkit_inner.h"
#include "startkit_sql.h"
#include "tmpl/format.h"

struct look {
    struct tx *tx;
    struct req *rq;
    struct q_startkit_state_row row;
    bool contact; /* for questions about personal data */
};

enum err startkit_in_town(const struct req *rq)
{
    return geo_municipality_by_code(web_municipality(rq)) ? ERR_OK : ERR_NOTFOUND;
}

const char *startkit_address(struct req *rq)
{
    return web_address(rq, "/installningar/kom-igang");
}

static enum err has_setting(const struct look *l, const char *key, bool *out)
{
    const char *value;
    enum err e = setting_get(l->tx, l->rq->arena, web_municipality(l->rq), key, &value);
    *out = e == ERR_OK && !str_empty(value);
    return e == ERR_NOTFOUND ? ERR_OK : e;
}

static enum err read_state(struct look *l)
{
    struct q_startkit_state_in in = {web_municipality(l->rq), time_now(),
                                     !app_is_exercise(web_app(l->rq))};
    bool email, phone;
    TRY(q_startkit_state_one(l->tx, l->rq->arena, &in, &l->row));
    TRY(has_setting(l, SITE_SETTING_PRIVACY_EMAIL, &email));
    TRY(has_setting(l, SITE_SETTING_PRIVACY_PHONE, &phone));
    l->contact = email || phone;
    return ERR_OK;
}

#define STEP(s_, name_, path_)                                                                     \
    *(s_) = (struct startkit_step)                                                                 \
    {                                                                                              \
        .title = TX(rq, startkit_##name_), .what = TX(rq, startkit_##name_##_what),                \
        .label = TX(rq, startkit_##name_##_go), .href = web_address(rq, "/installningar" path_)    \
    }

/* A step that the program sees only when it has been done in one of several ways. */
static enum err may_say(const struct look *l, struct startkit_step *s, const char *key, bool seen)
{
    const char *setting = arena_printf(l->rq->arena, "startkit.%s", key);
    if (!setting)
        return ERR_NOMEM;
    s->done = seen;
    if (seen)
        return ERR_OK;
    TRY(has_setting(l, setting, &s->said));
    s->done = s->said;
    s->wait = !s->said;
    s->key = key;
    return ERR_OK;
}

static const char *two(struct req *rq, const char *a, const char *b)
{
    return arena_printf(rq->arena, "%s, %s", a, b);
}

static void people(struct req *rq, const struct look *l, struct startkit_step *s)
{
    STEP(&s[0], organisations, "/organisationer/ny");
    s[0].done = l->row.organisations > 0;
    s[0].state = s[0].done ? TXF(rq, startkit_organisations_n, l->row.organisations) : NULL;
    STEP(&s[1], reporters, "/konton/flera");
    s[1].done = l->row.reporters > 0;
    const char *in = TXF(rq, startkit_reporters_n, l->row.reporters);
    s[1].state = s[1].done || l->row.invited || l->row.slips ? in : NULL;
    if (l->row.invited)
        s[1].state = two(rq, s[1].state, TXF(rq, startkit_invited_n, l->row.invited));
    if (l->row.slips)
        s[1].state = two(rq, s[1].state, TXF(rq, startkit_slips_n, l->row.slips));
}

static enum err words_and_areas(struct req *rq, const struct look *l, struct startkit_step *s)
{
    STEP(&s[0], types, "/handelsetyper");
    bool own = l->row.labels || l->row.hidden;
    TRY(may_say(l, &s[0], "types", own));
    s[0].state = own ? two(rq, TXF(rq, settings_n_labels, l->row.labels),
                           TXF(rq, settings_n_hidden, l->row.hidden))
                     : TX(rq, settings_types_default);
    STEP(&s[1], areas, "/omraden/ny");
    TRY(may_say(l, &s[1], "areas", l->row.areas > 0));
    s[1].state = l->row.areas ? TXF(rq, settings_n_areas, l->row.areas) : NULL;
    return ERR_OK;
}

static const char *day_text(struct req *rq, msec t)
{
    char text[FORMAT_TEXT];
    return format_arena(rq->arena, format_date(text, rq->lang, date_of_msec(t)));
}

/* The period that goes on, or the next one; NULL: there is none. */
static enum err period_text(const struct look *l, const char **out)
{
    struct req *rq = l->rq;
    msec now = time_now();
    struct q_startkit_period_in in = {web_municipality(rq), now};
    struct q_startkit_period_row p;
    enum err e = q_startkit_period_one(l->tx, rq->arena, &in, &p);
    *out = NULL;
    if (e)
        return e == ERR_NOTFOUND ? ERR_OK : e;
    const char *last = day_text(rq, p.ends_at - 12 * MSEC_HOUR);
    *out = p.starts_at <= now ? TXF(rq, startkit_period_now, p.name, last)
                              : TXF(rq, startkit_period_soon, p.name, day_text(rq, p.starts_at));
    return *out ? ERR_OK : ERR_NOMEM;
}

/* A series entered by hand ends some day: only a rhythm, or a period that goes on, is a beginning.
 */
static enum err rhythm(struct req *rq, const struct look *l, struct startkit_step *s)
{
    const char *period;
    TRY(period_text(l, &period));
    STEP(s, rhythm, "/rytm");
    s->done = l->row.rhythms > 0 || l->row.running > 0;
    if (l->row.rhythms > 0)
        s->state =
            TXF(rq, startkit_rhythm_on,
                period ? period : TXF(rq, startkit_rhythm_opens, day_text(rq, l->row.opens)));
    else if (period)
        s->state = TXF(rq, startkit_rhythm_off, period);
    return s->state || !(period || l->row.rhythms) ? ERR_OK : ERR_NOMEM;
}

static enum err last_steps(struct req *rq, const struct look *l, struct startkit_step *s)
{
    TRY(rhythm(rq, l, &s[0]));
    STEP(&s[1], privacy, "/personuppgifter");
    s[1].done = l->contact;
    STEP(&s[2], posters, "/affischer");
    TRY(may_say(l, &s[2], "posters", false));
    return ERR_OK;
}

static enum err first_period(struct req *rq, const struct look *l, struct startkit_step *s)
{
    const char *period;
    TRY(period_text(l, &period));
    STEP(s, first, "/perioder");
    s->done = l->row.begun > 0 && l->row.events > 0;
    s->state = period;
    if (l->row.begun > 0 && !s->done) {
        s->href = web_address(rq, "/rapportera");
        s->label = TX(rq, startkit_first_report);
    }
    return ERR_OK;
}

enum err startkit_steps(struct tx *tx, struct req *rq, struct startkit_step steps[STARTKIT_STEPS])
{
    struct look l = {.tx = tx, .rq = rq};
    struct startkit_step *s = steps;
    TRY(read_state(&l));
    people(rq, &l, s);
    TRY(words_and_areas(rq, &l, s + 2));
    TRY(last_steps(rq, &l, s + 4));
    TRY(first_period(rq, &l, s + 7));
    for (int i = 0; i < STARTKIT_STEPS; i++)
        s[i].number = i + 1;
    return ERR_OK;
}

enum err startkit_progress(struct tx *tx, struct req *rq, struct startkit_progress *out)
{
    struct startkit_step s[STARTKIT_STEPS];
    struct startkit_progress p = {.all = STARTKIT_STEPS};
    TRY(startkit_steps(tx, rq, s));
    for (int i = 0; i < STARTKIT_STEPS; i++)
        p.done += s[i].done;
    *out = p;
    return ERR_OK;
}
