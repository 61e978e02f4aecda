/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Periods that open by themselves. All bounds are Swedish midnights, reckoned in days: a week in
 * which the clock is changed is a week. */
#include <string.h>

#include "base/mem.h"
#include "base/str.h"
#include "core/app.h"
#include "core/audit.h"
#include "parts/settings/settings.h"
#include "settings_sql.h"
#include "tmpl/format.h"

const char *rhythm_step_name(enum rhythm_step s)
{
    static const char *const names[] = {
#define S(id, name) #name,
        RHYTHM_STEPS(S)
#undef S
    };
    return names[s];
}

bool rhythm_step_parse(const char *name, enum rhythm_step *out)
{
    for (int s = 0; s < RHYTHM_STEP_COUNT; s++)
        if (str_eq(name, rhythm_step_name((enum rhythm_step)s))) {
            *out = (enum rhythm_step)s;
            return true;
        }
    return false;
}

static struct date month_after(struct date d)
{
    return d.month == 12 ? (struct date){d.year + 1, 1, 1} : (struct date){d.year, d.month + 1, 1};
}

struct date rhythm_first(enum rhythm_step s, struct date from, int weekday)
{
    if (s == RHYTHM_MONTH)
        return from.day == 1 ? from : month_after(from);
    return date_add(from, (weekday - date_weekday(from) + 7) % 7);
}

msec rhythm_cutoff(const struct rhythm *r, msec ends_at)
{
    struct date day = date_add(date_of_msec(ends_at - 1), r->cutoff_days);
    struct civil c = {.year = day.year,
                      .month = day.month,
                      .day = day.day,
                      .hour = r->cutoff_minutes / 60,
                      .minute = r->cutoff_minutes % 60};
    msec t;
    return civil_to_msec(&c, &t) == ERR_OK ? t : ends_at;
}

/* --- What is due --- */

/* The first day after the step that holds `d`. */
static struct date step_end(const struct rhythm *r, struct date d)
{
    static const int weeks[] = {[RHYTHM_WEEK] = 1, [RHYTHM_FORTNIGHT] = 2, [RHYTHM_FOUR_WEEKS] = 4};
    if (r->step == RHYTHM_MONTH)
        return month_after(d);
    int64_t first = date_days(r->first), days = 7 * weeks[r->step];
    int64_t steps = (date_days(d) - first) / days + 1;
    return date_from_days(first + steps * days);
}

/* The first day from `d` on that no period has, and, in *to, the first after it that one has. */
static struct date free_day(const struct period *have, size_t n, struct date d, struct date *to)
{
    for (bool moved = true; moved;) {
        moved = false;
        for (size_t i = 0; i < n; i++) {
            int64_t from = date_days(date_of_msec(have[i].starts_at));
            struct date end = date_add(date_of_msec(have[i].ends_at - 1), 1);
            if (from <= date_days(d) && date_days(d) < date_days(end)) {
                d = end;
                moved = true;
            }
        }
    }
    for (size_t i = 0; i < n; i++) {
        struct date from = date_of_msec(have[i].starts_at);
        if (date_days(from) > date_days(d) && date_days(from) < date_days(*to))
            *to = from;
    }
    return d;
}

static const char *name_of(struct arena *a, const struct rhythm *r, struct date from,
                           struct date to)
{
    char text[FORMAT_TEXT];
    if (r->step == RHYTHM_MONTH && from.day == 1 && to.day == 1) {
        const char *month = strchr(format_date(text, LANG_SV, from), ' ');
        return month ? arena_strdup(a, month + 1) : NULL;
    }
    return period_week_name(a, text_get(LANG_SV, T_settings_week_word), from, date_add(to, -1));
}

enum err rhythm_due(struct arena *a, const struct rhythm *r, const struct period *have, size_t n,
                    msec now, struct rhythm_due *out)
{
    struct period *list = ARENA_ARRAY(a, RHYTHM_AT_ONCE, struct period);
    struct date at = date_of_msec(r->opened_to);
    size_t made = 0;
    if (!list)
        return ERR_NOMEM;
    if (date_days(at) < date_days(r->first))
        at = r->first;
    while (made < RHYTHM_AT_ONCE && date_start(at) <= now) {
        struct date end = step_end(r, at), to = end, from = free_day(have, n, at, &to);
        if (date_days(from) >= date_days(end)) {
            at = end;
            continue;
        }
        at = from;
        if (date_start(from) > now)
            break;
        list[made] =
            (struct period){id_new(), name_of(a, r, from, to), date_start(from), date_start(to)};
        if (!list[made++].name)
            return ERR_NOMEM;
        at = to;
    }
    *out = (struct rhythm_due){list, made, date_start(at)};
    return ERR_OK;
}

/* --- Kept --- */

enum err rhythm_get(struct tx *tx, struct arena *a, const char *municipality, struct rhythm *out)
{
    struct q_settings_rhythm_in in = {municipality};
    struct q_settings_rhythm_row row;
    enum rhythm_step step;
    TRY(q_settings_rhythm_one(tx, a, &in, &row));
    if (!rhythm_step_parse(row.step, &step))
        return ERR_CORRUPT;
    *out = (struct rhythm){.name = row.name,
                           .step = step,
                           .first = date_of_msec(row.first_day),
                           .cutoff_days = (int)row.cutoff_days,
                           .cutoff_minutes = (int)row.cutoff_minutes,
                           .active = row.active != 0,
                           .opened_to = row.opened_to,
                           .version = row.version};
    return ERR_OK;
}

/* --- Opening --- */

/* In the order of their beginnings, with room for one more. */
static enum err periods_since(struct tx *tx, struct arena *a, const char *municipality, msec since,
                              struct period **out, size_t *out_n)
{
    struct q_settings_periods_since_in in = {municipality, since};
    struct q_settings_periods_since_row *rows;
    size_t n;
    TRY(q_settings_periods_since_all(tx, a, &in, &rows, &n));
    struct period *have = ARENA_ARRAY(a, n + 1, struct period);
    if (!have)
        return ERR_NOMEM;
    for (size_t i = 0; i < n; i++)
        have[i] = (struct period){rows[i].id, rows[i].name, rows[i].starts_at, rows[i].ends_at};
    *out = have;
    *out_n = n;
    return ERR_OK;
}

static enum err open_all(struct tx *tx, const char *municipality, const struct rhythm_due *due)
{
    for (size_t i = 0; i < due->n; i++) {
        TRY(period_add(tx, municipality, &due->periods[i]));
        struct audit_note note = {.municipality = municipality,
                                  .action = "period.open",
                                  .object_kind = "period",
                                  .object = due->periods[i].id};
        TRY(audit_add(tx, &note));
    }
    return ERR_OK;
}

struct opening {
    const char *municipality;
    struct arena *a;
    msec now;
    struct rhythm r;
    size_t n;
};

static enum err read_rhythm(struct tx *tx, void *arg)
{
    struct opening *o = arg;
    return rhythm_get(tx, o->a, o->municipality, &o->r);
}

static enum err open_due(struct tx *tx, void *arg)
{
    struct opening *o = arg;
    struct rhythm_due due;
    struct period *have;
    size_t n;
    int64_t mine;
    o->n = 0;
    TRY(rhythm_get(tx, o->a, o->municipality, &o->r));
    TRY(periods_since(tx, o->a, o->municipality, o->r.opened_to, &have, &n));
    TRY(rhythm_due(o->a, &o->r, have, n, o->now, &due));
    struct q_settings_rhythm_opened_in in = {o->municipality, due.opened_to, o->r.opened_to};
    if (due.opened_to == o->r.opened_to)
        return ERR_OK;
    TRY(q_settings_rhythm_opened_run(tx, &in, &mine));
    if (mine) {
        TRY(open_all(tx, o->municipality, &due));
        o->n = due.n;
    }
    return ERR_OK;
}

enum err rhythm_open(struct app *app, const char *municipality, msec now, size_t *opened)
{
    AUTO(arena_freep) struct arena *a = arena_new(1 << 20);
    struct opening o = {.municipality = municipality, .a = a, .now = now};
    if (opened)
        *opened = 0;
    if (!a)
        return ERR_NOMEM;
    enum err e = db_read(app->db, municipality, read_rhythm, &o);
    if (e == ERR_NOTFOUND || (e == ERR_OK && (!o.r.active || o.r.opened_to > now)))
        return ERR_OK;
    TRY(e);
    TRY(db_write(app->db, municipality, open_due, &o));
    if (opened)
        *opened = o.n;
    return ERR_OK;
}

/* --- Set --- */

/* The first day was moved back from `old`: what lies before it is opened. What the rhythm has gone
 * through since then stays as it is, also where somebody has deleted a period. */
static enum err open_before(struct tx *tx, struct arena *a, const char *municipality, msec old)
{
    struct rhythm r;
    struct rhythm_due due;
    struct period *have;
    size_t n;
    int64_t set;
    TRY(rhythm_get(tx, a, municipality, &r));
    struct rhythm back = r;
    back.opened_to = date_start(r.first);
    TRY(periods_since(tx, a, municipality, back.opened_to, &have, &n));
    if (r.opened_to > old)
        have[n++] = (struct period){.starts_at = old, .ends_at = r.opened_to};
    do {
        TRY(rhythm_due(a, &back, have, n, time_now(), &due));
        TRY(open_all(tx, municipality, &due));
        back.opened_to = due.opened_to;
    } while (due.n == RHYTHM_AT_ONCE);
    struct q_settings_rhythm_opened_in in = {municipality, back.opened_to, r.opened_to};
    TRY(q_settings_rhythm_opened_run(tx, &in, &set));
    return set ? ERR_OK : ERR_CONFLICT;
}

static enum err add(struct tx *tx, const char *municipality, const struct rhythm *r, struct id by)
{
    struct q_settings_rhythm_add_in in = {municipality,
                                          r->name,
                                          rhythm_step_name(r->step),
                                          date_start(r->first),
                                          r->cutoff_days,
                                          r->cutoff_minutes,
                                          r->active,
                                          time_now(),
                                          by};
    int64_t n;
    TRY(q_settings_rhythm_add_run(tx, &in, &n));
    return n ? ERR_OK : ERR_CONFLICT;
}

static enum err change(struct tx *tx, const char *municipality, const struct rhythm *r,
                       struct id by)
{
    AUTO(arena_freep) struct arena *a = arena_new(1 << 20);
    struct q_settings_rhythm_set_in in = {municipality,
                                          r->name,
                                          rhythm_step_name(r->step),
                                          date_start(r->first),
                                          r->cutoff_days,
                                          r->cutoff_minutes,
                                          r->active,
                                          time_now(),
                                          by,
                                          r->version};
    struct rhythm old;
    int64_t n;
    if (!a)
        return ERR_NOMEM;
    enum err e = rhythm_get(tx, a, municipality, &old);
    if (e)
        return e == ERR_NOTFOUND ? ERR_CONFLICT : e;
    TRY(q_settings_rhythm_set_run(tx, &in, &n));
    if (!n)
        return ERR_CONFLICT;
    return r->active && date_days(r->first) < date_days(old.first)
               ? open_before(tx, a, municipality, date_start(old.first))
               : ERR_OK;
}

enum err rhythm_set(struct tx *tx, const char *municipality, const struct rhythm *r, struct id by)
{
    if (str_empty(r->name) || !date_valid(r->first) || r->cutoff_days < 0 ||
        r->cutoff_days > RHYTHM_CUTOFF_DAYS || r->cutoff_minutes < 0 || r->cutoff_minutes >= 1440)
        return ERR_INVALID;
    return r->version ? change(tx, municipality, r, by) : add(tx, municipality, r, by);
}

/* --- Days when school is out --- */

enum err school_breaks(struct tx *tx, struct arena *a, const char *municipality,
                       struct school_break **out, size_t *out_n)
{
    struct q_settings_breaks_in in = {municipality};
    struct q_settings_breaks_row *rows;
    size_t n;
    TRY(q_settings_breaks_all(tx, a, &in, &rows, &n));
    struct school_break *list = ARENA_ARRAY(a, n + 1, struct school_break);
    if (!list)
        return ERR_NOMEM;
    for (size_t i = 0; i < n; i++)
        list[i] =
            (struct school_break){rows[i].id, rows[i].name, rows[i].starts_at, rows[i].ends_at};
    *out = list;
    *out_n = n;
    return ERR_OK;
}
