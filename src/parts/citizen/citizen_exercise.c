/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Invented reports of inhabitants, to train with. */
#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "base/str.h"
#include "geo/geo_data.h"
#include "parts/citizen/citizen_inner.h"
#include "parts/site/site.h"

#define ORIGIN "exempel"
#define METRES 1500.0

static const struct {
    bool unsafe;
    const char *reasons, *times, *text;
    int days; /* ago */
    enum citizen_state state;
    const char *answer;
} rows[] = {
    {true, "lighting", "dark evenings", "Två av lamporna längs gångvägen är släckta.", 19,
     CITIZEN_DECIDED, "Tack för att du berättade. Lamporna lagas före den 1 december."},
    {true, "vegetation overview", "dark", "Buskarna gör att man inte ser vem som kommer.", 12,
     CITIZEN_LOOKING, NULL},
    {false, "good_light people", "evenings", "Här är det alltid folk ute och bra ljus.", 9,
     CITIZEN_RECEIVED, NULL},
    {true, "desolate", "nights weekends", NULL, 6, CITIZEN_RECEIVED, NULL},
    {true, "traffic", "mornings", "Bilarna kör fort förbi skolvägen på morgonen.", 5,
     CITIZEN_RECEIVED, NULL},
    {true, "maintenance design", "always", "Räcket i trappan är löst.", 3, CITIZEN_RECEIVED, NULL},
    {true, "lighting desolate", "winter dark", "Tunneln är mörk när man går hem från tåget.", 1,
     CITIZEN_RECEIVED, NULL},
    {true, "vegetation", "", "Den här är röjd nu.", 48, CITIZEN_CLOSED,
     "Tack. Parkförvaltningen röjde buskarna i förra veckan. Vi tittar igen i vår."},
};

static const char *type_of(size_t i)
{
    if (!rows[i].unsafe)
        return "positive";
    for (size_t k = 0; k < citizen_reason_count; k++)
        if (str_eq(citizen_reasons[k].code, rows[i].reasons) && citizen_reasons[k].type)
            return citizen_reasons[k].type;
    return "unsafe_place";
}

struct work {
    struct tx *tx;
    struct arena *a;
    const struct accounts *s;
    const char *municipality;
    msec now;
};

static enum err put_event(const struct work *w, size_t i, const struct gazetteer_place *p,
                          struct id id, msec at)
{
    struct event e = event_blank();
    e.municipality = w->municipality;
    e.id = id;
    e.source = EVENT_SOURCE_CITIZEN;
    e.type_code = type_of(i);
    e.type_said = citizen_answers(w->a, rows[i].reasons, rows[i].times);
    e.occurred_from = date_start(date_of_msec(at));
    e.occurred_to = e.reported_at = at;
    e.precision = p->precision;
    e.east = p->east;
    e.north = p->north;
    e.place_name = p->name;
    e.place_id = p->id;
    e.state = EVENT_SUBMITTED;
    e.origin = ORIGIN;
    e.description = rows[i].text;
    return e.type_said ? event_add(w->tx, NULL, &e, NULL, NULL) : ERR_NOMEM;
}

static enum err put_one(const struct work *w, size_t i, const struct gazetteer_place *p)
{
    char words[CITIZEN_CODE_TEXT], hash[CITIZEN_HASH_TEXT], nonce[32];
    const char *key = arena_printf(w->a, "%s %zu", w->municipality, i);
    if (!key)
        return ERR_NOMEM;
    snprintf(nonce, sizeof nonce, "exercise %zu", i);
    citizen_words_make(w->s, w->municipality, nonce, 0, words);
    citizen_words_hash(w->s, w->municipality, i ? words : CITIZEN_EXERCISE_WORDS, hash);
    msec at = w->now - rows[i].days * MSEC_DAY - (msec)i * 37 * MSEC_MINUTE;
    struct q_citizen_put_in in = {
        .municipality = w->municipality,
        .id = id_from_name("exercise citizen", key),
        .feeling = rows[i].unsafe ? "unsafe" : "safe",
        .reasons = rows[i].reasons,
        .times = rows[i].times,
        .state = citizen_state_name(rows[i].state),
        .answer = rows[i].answer,
        .answered_at = rows[i].answer ? at + 2 * MSEC_DAY : DB_NO_INT,
        .code_hash = hash,
        .code_until = at + CITIZEN_RECEIPT_DAYS * MSEC_DAY,
        .at = at,
        .origin = ORIGIN,
    };
    TRY(put_event(w, i, p, in.id, at));
    return q_citizen_put_run(w->tx, &in, NULL);
}

enum err citizen_exercise(struct tx *tx, struct arena *a, const struct accounts *s,
                          const char *municipality, msec now)
{
    const struct work w = {tx, a, s, municipality, now};
    size_t n, row = 0;
    const struct geo_locality *towns = geo_localities_of(municipality, &n), *largest = towns;
    struct gazetteer_list near = {0};
    for (size_t i = 1; i < n; i++)
        if (towns[i].population > largest->population)
            largest = &towns[i];
    if (n) {
        const struct gazetteer_circle c = {{largest->east, largest->north}, METRES, GAZETTEER_MOST};
        TRY(gazetteer_around(tx, a, municipality, &c, &near));
    }
    for (size_t i = 0; i < near.n && row < ARRAY_LEN(rows); i++)
        if (!near.places[i].name[strcspn(near.places[i].name, "0123456789")]) /* nobody's house */
            TRY(put_one(&w, row++, &near.places[i]));
    return setting_put(tx, municipality, SITE_SETTING_CITIZEN, "1");
}
