/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "parts/exercise/exercise_rows.h"

#include "base/mem.h"
#include "exercise_sql.h"

struct date exercise_monday(const struct exercise *x, struct date day)
{
    struct date first = date_add(x->first, 1 - date_weekday(x->first));
    int64_t steps = (date_days(day) - date_days(first)) / 14;
    return date_from_days(date_days(first) + 14 * steps);
}

enum err exercise_period_of(struct arena *a, const char *municipality, struct date monday,
                            struct id *id, const char **name)
{
    msec from = date_start(monday), to = date_start(date_add(monday, 14));
    struct civil first = civil_from_msec(from), last = civil_from_msec(to - MSEC_DAY);
    const char *key = arena_printf(a, "%s %lld", municipality, (long long)from);
    *name = arena_printf(a, "Vecka %d–%d %d", first.iso_week, last.iso_week, last.iso_year);
    if (!*name || !key)
        return ERR_NOMEM;
    *id = id_from_name("exercise period", key);
    return ERR_OK;
}

static enum err put_period(struct tx *tx, struct arena *a, const char *municipality,
                           struct date monday, msec now)
{
    struct q_exercise_period_in in = {.municipality = municipality,
                                      .from = date_start(monday),
                                      .to = date_start(date_add(monday, 14)),
                                      .at = now,
                                      .origin = EXERCISE_ORIGIN};
    TRY(exercise_period_of(a, municipality, monday, &in.id, &in.name));
    return q_exercise_period_run(tx, &in, NULL);
}

enum err exercise_put_periods(struct tx *tx, struct arena *a, const struct exercise *x, msec now)
{
    struct date end = x->options.end, first = exercise_monday(x, x->first), monday = first;
    for (; date_days(monday) <= date_days(end); monday = date_add(monday, 14))
        for (int i = 0; i < EXERCISE_MUNICIPALITIES; i++)
            TRY(put_period(tx, a, exercise_municipalities[i], monday, now));
    for (int i = 0; i < EXERCISE_MUNICIPALITIES; i++) {
        struct q_exercise_rhythm_in in = {exercise_municipalities[i], date_start(first),
                                          date_start(monday), now, EXERCISE_ORIGIN};
        TRY(q_exercise_rhythm_run(tx, &in, NULL));
    }
    return ERR_OK;
}

/* The school's breaks lie where they usually do, in the year of the last day and the next. */
enum err exercise_put_breaks(struct tx *tx, struct arena *a, const struct exercise *x, msec now)
{
    static const struct {
        const char *name;
        int month, day, days;
    } rows[] = {{"Sportlov", 2, 8, 5}, {"Höstlov", 10, 26, 5}, {"Jullov", 12, 21, 17}};
    for (int m = 0; m < EXERCISE_MUNICIPALITIES; m++)
        for (int k = 0; k < 2 * (int)ARRAY_LEN(rows); k++) {
            int i = k / 2, year = x->options.end.year + k % 2;
            struct date d = {year, rows[i].month, rows[i].day};
            d = date_add(d, (8 - date_weekday(d)) % 7); /* a Monday */
            const char *key = arena_printf(a, "%s %d %d", exercise_municipalities[m], year, i);
            if (!key)
                return ERR_NOMEM;
            struct q_exercise_break_in in = {exercise_municipalities[m],
                                             id_from_name("exercise break", key),
                                             rows[i].name,
                                             date_start(d),
                                             date_start(date_add(d, rows[i].days)),
                                             now,
                                             EXERCISE_ORIGIN};
            TRY(q_exercise_break_run(tx, &in, NULL));
        }
    return ERR_OK;
}

enum err exercise_put_contacts(struct tx *tx, struct arena *a, const struct exercise *x, msec now)
{
    (void)x;
    /* 070-174 06 05 to 99 are set aside for fiction by the Swedish Post and Telecom Authority. */
    static const char *const rows[][4] = {
        {"Brottsförebyggande samordnare", "Samordnare Exempel", "070-174 06 05",
         "samordnare@example.se"},
        {"Kommunpolis", "Kommunpolis Exempel", "070-174 06 06", "kommunpolis@example.se"},
    };
    for (int m = 0; m < EXERCISE_MUNICIPALITIES; m++)
        for (int i = 0; i < (int)ARRAY_LEN(rows); i++) {
            const char *key = arena_printf(a, "%s %d", exercise_municipalities[m], i);
            if (!key)
                return ERR_NOMEM;
            struct q_exercise_contact_in in = {
                .municipality = exercise_municipalities[m],
                .id = id_from_name("exercise contact", key),
                .role = rows[i][0],
                .name = rows[i][1],
                .phone = rows[i][2],
                .email = rows[i][3],
                .sort = i + 1,
                .at = now,
                .origin = EXERCISE_ORIGIN,
            };
            TRY(q_exercise_contact_run(tx, &in, NULL));
        }
    return ERR_OK;
}
