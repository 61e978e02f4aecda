/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "parts/exercise/exercise_rows.h"

#include "base/mem.h"
#include "exercise_sql.h"

static enum err put_period(struct tx *tx, struct arena *a, const char *municipality,
                           struct date monday, msec now)
{
    msec from = date_start(monday), to = date_start(date_add(monday, 14));
    struct civil first = civil_from_msec(from), last = civil_from_msec(to - MSEC_DAY);
    const char *name =
        arena_printf(a, "Vecka %d–%d %d", first.iso_week, last.iso_week, last.iso_year);
    const char *key = arena_printf(a, "%s %lld", municipality, (long long)from);
    if (!name || !key)
        return ERR_NOMEM;
    struct q_exercise_period_in in = {
        municipality, id_from_name("exercise period", key), name, from, to, now, EXERCISE_ORIGIN};
    return q_exercise_period_run(tx, &in, NULL);
}

enum err exercise_put_periods(struct tx *tx, struct arena *a, const struct exercise *x, msec now)
{
    struct date end = x->options.end;
    struct date monday = date_add(x->first, 1 - date_weekday(x->first));
    for (; date_days(monday) <= date_days(end); monday = date_add(monday, 14))
        for (int i = 0; i < EXERCISE_MUNICIPALITIES; i++)
            TRY(put_period(tx, a, exercise_municipalities[i], monday, now));
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
