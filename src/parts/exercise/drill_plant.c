/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* What an exercise is about: a place where much happens, the same kind of thing near by again and
 * again, three who tell of one burnt bin, and reports that somebody has to look at. */
#include <math.h>

#include "base/mem.h"
#include "parts/exercise/drill_inner.h"

static uint32_t type_of(const char *code)
{
    return (uint32_t)exercise_type_index(code);
}

/* Evenings at one place, in the period that is open. */
static void hot_place(struct drill_making *m)
{
    static const char *const codes[] = {"disturbance.gathering", "alcohol", "disturbance.noise"};
    const struct drill_place *p = &m->d->places[m->d->hot];
    for (int i = 0; i < 11; i++) {
        uint32_t type = type_of(codes[i % 3]);
        struct date day = date_add(date_of_msec(m->o->now), -1 - i % 10);
        msec at = date_at(day, (20 + i % 3) * 60 + i * 7);
        drill_say(m, drill_add(m, type, m->d->hot, at), p, exercise_text_of(type, (uint32_t)i / 3));
    }
}

/* Graffiti, each time within a hundred metres of the last and within three days. */
static void series(struct drill_making *m)
{
    uint32_t place = (m->d->hot + 1) % (uint32_t)m->d->n_places, type = type_of("damage.graffiti");
    const struct drill_place *p = &m->d->places[place];
    for (int i = 0; i < 6; i++) {
        struct event *e = drill_add(m, type, place, drill_clock(m, type, 12 - 2 * i));
        e->precision = GEO_POINT;
        e->place_id = (struct id){{0}};
        e->east += 15 * i;
        e->north -= 10 * i;
        drill_say(m, e, p, exercise_text_of(type, (uint32_t)i));
    }
}

/* Three tell of the same fire: to be counted once. */
static void told_thrice(struct drill_making *m)
{
    static const char *const texts[] = {
        "Papperskorg uppbrunnen @. Släckt när vi kom.",
        "Det brann i en soptunna @ i natt.",
        "Sotig papperskorg @, luktade rök i morse.",
    };
    uint32_t place = (m->d->hot + 2) % (uint32_t)m->d->n_places, type = type_of("damage.arson");
    msec night = date_at(date_add(date_of_msec(m->o->now), -1), 22 * 60);
    for (int i = 0; i < 3; i++) {
        struct event *e = drill_add(m, type, place, night + i * 20 * MSEC_MINUTE);
        e->occurred_from = e->occurred_to - i * MSEC_HOUR;
        e->state = EVENT_SUBMITTED;
        e->reported_at = m->o->now - (3 - i) * 10 * MSEC_MINUTE;
        drill_say(m, e, &m->d->places[place], texts[i]);
    }
}

/* Words that do not belong in a report, and a place that nobody finds. */
static void to_look_at(struct drill_making *m)
{
    static const struct {
        const char *type, *text;
    } rows[] = {
        {"disturbance.gathering", "Stökigt @. Den som vill veta mer kan ringa 070-174 06 05."},
        {"drugs.use", "Lukt av cannabis @, det verkade komma från Exempelgatan 12 C."},
        {"traffic.moped", "Moped i hög fart @, samma pojke som förra veckan."},
        {"unsafe_place.lighting", "Lampan är trasig vid lekplatsen."},
        {"litter.other", "Skräp vid bänkarna, som vanligt."},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        uint32_t place = (m->d->hot + 3 + (uint32_t)i) % (uint32_t)m->d->n_places;
        uint32_t type = type_of(rows[i].type);
        struct event *e = drill_add(m, type, place, drill_clock(m, type, 1 + (int)i / 2));
        e->state = EVENT_SUBMITTED;
        drill_say(m, e, &m->d->places[place], rows[i].text);
        if (i < 3)
            continue;
        e->precision = GEO_MUNICIPALITY; /* "vid lekplatsen": which? */
        e->east = e->north = NAN;
        e->place_id = e->area_id = (struct id){{0}};
        e->place_name = i == 3 ? "Lekplatsen" : "Bänkarna";
    }
}

/* Somebody looked, and there was nothing. */
static void calm(struct drill_making *m)
{
    uint32_t type = type_of("nothing");
    for (int i = 0; i < 6; i++) {
        struct event *e = drill_add(m, type, 0, drill_clock(m, type, 2 + 3 * i));
        e->precision = GEO_NONE;
        e->east = e->north = NAN;
        e->place_id = e->area_id = (struct id){{0}};
        e->place_name = NULL;
        drill_say(m, e, &m->d->places[0], exercise_text_of(type, 0));
    }
}

enum err drill_plant(struct drill_making *m)
{
    hot_place(m);
    series(m);
    told_thrice(m);
    to_look_at(m);
    calm(m);
    return m->err;
}
