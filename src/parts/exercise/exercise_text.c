/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The last step: order, ids, keys and a short text to each event. */
#include "parts/exercise/exercise_inner.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

#define VARIANTS 4
#define POLICE_TEXT_SHARE 0.4
#define REPORTED_SHARE 0.4 /* of EST reports of crimes say that the police have been told */

/* @ stands for the place. Never a word about who. Same order as exercise_types. */
static const char *const texts[EXERCISE_TYPE_COUNT][VARIANTS] = {
    {"Klotter @. Sanering beställd.", "Nytt klotter @, ungefär två kvadratmeter.",
     "Klottrat på väggen @ för andra gången på kort tid."}, /* damage.graffiti */
    {"Krossad ruta @. Glaset är uppstädat.", "Fönsterkross @.",
     "Glasrutan @ är sönderslagen och har täckts med skiva."}, /* damage.glass */
    {"Brand i papperskorg @, släckt på plats.",
     "Någon har eldat @. Sotskador men ingen större skada.",
     "Spår av eld mot vägg @."}, /* damage.arson */
    {"Bil repad @.", "Punkterade däck på parkerad bil @.",
     "Backspegel avsparkad @."}, /* damage.vehicle */
    {"Bänk sönderslagen @.", "Skylt nedriven @.", "Dörr uppbruten och skadad @.",
     "Soptunna vält och trasig @."}, /* damage.other */
    {"Möbler och sopsäckar dumpade @.", "Byggavfall dumpat @.",
     "Grovsopor ställda @."},                                    /* litter.dumping */
    {"Kanyler funna @, omhändertagna.", "Sprutor på marken @."}, /* litter.needles */
    {"Skrotbil utan skyltar @.", "Övergiven moped @."},          /* litter.scrap_vehicle */
    {"Mycket skräp @ efter helgen.", "Glassplitter och burkar @.",
     "Överfull papperskorg, skräp runt om @."}, /* litter.other */
    {"Misstänkt överlåtelse @: korta möten, flera olika bilar.",
     "Misstänkt narkotikahandel @ under kvällen."},                         /* drugs.dealing */
    {"Tydlig lukt av cannabis @.", "Misstänkt användning av narkotika @."}, /* drugs.use */
    {"Påsar och rullpapper funna @.", "Folie och påsar på marken @."}, /* drugs.paraphernalia */
    {"Högljutt sällskap som drack @.", "Tomflaskor och stök efter drickande @.",
     "Berusat sällskap @, lugnt efter tillsägelse."}, /* alcohol */
    {"Stor samling ungdomar @, boende upplevde det som otryggt.", "Samling @ till sent, hög musik.",
     "Ett tjugotal personer @ under kvällen. Lämnade efter samtal."}, /* disturbance.gathering */
    {"Hög musik @ efter klockan 23.",
     "Störande ljud @ under flera timmar."}, /* disturbance.noise */
    {"Någon hade tagit sig in utan lov @. Lås bytt.",
     "Uppbruten grind @, spår av att någon vistats där."},       /* disturbance.trespass */
    {"Smällare @.", "Fyrverkerier avfyrade nära hus @."},        /* disturbance.fireworks */
    {"Slagsmål med skadad @. Polis på plats.", "Misshandel @."}, /* violence.assault */
    {"Hot uttalades @.", "Hotfull situation @, ingen skadad."},  /* violence.threat */
    {"Rån @. Telefon togs.", "Personrån @."},                    /* violence.robbery */
    {"Bråk mellan två grupper @.", "Bråk @, avbröts innan någon skadades."}, /* violence.fight */
    {"Personal hindrades i arbetet @.",
     "Personal fick avbryta sitt uppdrag @."}, /* staff_incident.hindered */
    {"Personal hotades @.",
     "Hot mot personal @ i samband med tillsägelse."}, /* staff_incident.threatened */
    {"Personal provocerades @, föremål kastades.",
     "Upprepade provokationer mot personal @."},                      /* staff_incident.provoked */
    {"Personal knuffades @.", "Våld mot personal @, lindrig skada."}, /* staff_incident.violence */
    {"Inbrott i bostad @. Fönster uppbrutet.", "Inbrott @, dörren uppbruten.",
     "Försök till inbrott @, brytmärken på altandörr."}, /* theft.dwelling */
    {"Inbrott i förråd @.", "Flera förråd uppbrutna @.",
     "Cykel och verktyg stulna ur förråd @."}, /* theft.storeroom */
    {"Stöld ur bil @, ruta krossad.", "Bil stulen @.",
     "Katalysator stulen från parkerad bil @."}, /* theft.vehicle */
    {"Stöld av varor @.", "Snatteri @."},        /* theft.shop */
    {"Cykel stulen @.", "Stöld av verktyg @.", "Drivmedel stulet @.",
     "Moped stulen @."}, /* theft.other */
    {"Buskörning @, fordon i hög fart fram och tillbaka.",
     "Sladdande bil @ sent på kvällen."}, /* traffic.reckless */
    {"Höga hastigheter @ när barn går till skolan.", "Bilar kör för fort @."}, /* traffic.speed */
    {"A-traktorer med hög musik @.", "Moped i hög fart @.",
     "Flera A-traktorer körde runt @ under kvällen."}, /* traffic.moped */
    {"Bilar parkerade så att sikten skyms @.",
     "Felparkerade fordon spärrar vägen @."},                         /* traffic.parking */
    {"Biltrafik på gång- och cykelväg @.", "Moped på cykelbanan @."}, /* traffic.cycle_path */
    {"Lampor ur funktion @.", "Mörkt @, två stolpar är släckta.",
     "Belysningen blinkar @."}, /* unsafe_place.lighting */
    {"Buskar skymmer sikten @.",
     "Skymmande växtlighet @, behöver klippas."},             /* unsafe_place.vegetation */
    {"Svårt att se vem som kommer @.", "Dålig överblick @."}, /* unsafe_place.overview */
    {"Ödsligt och otryggt @ kvällstid.",
     "Få människor rör sig @ efter mörkrets inbrott."},                  /* unsafe_place.desolate */
    {"Trång passage @ utan annan väg att välja.", "Mur som skymmer @."}, /* unsafe_place.design */
    {"Trasigt räcke @.",
     "Behov av underhåll @: lös sten och trasig asfalt."}, /* unsafe_place.maintenance */
    {"Klotter med hatbudskap @, sanerat samma dag.", "Kränkande budskap uppsatt @."}, /* hate */
    {"Rykte på sociala medier om bråk @. Inget som har kunnat bekräftas.",
     "Rykte om inbrott @, stämmer inte enligt kontroll."}, /* rumour */
    {"Planerat evenemang @, ungefär 200 besökare väntas.",
     "Marknad planeras @ till helgen."}, /* planned_event */
    {"Lugnt och trivsamt @ hela kvällen.", "Många familjer @, upplevs tryggt.",
     "Den nya belysningen gör det tryggare @."}, /* positive */
    {"Inget att rapportera denna vecka."},       /* nothing */
};

const char *exercise_text_of(uint32_t type, uint32_t which)
{
    uint32_t n = 0;
    while (n < VARIANTS && texts[type][n])
        n++;
    return texts[type][which % n];
}

static const char *preposition(const struct exercise_gen *g, const struct exercise_event *e)
{
    switch (e->precision) {
    case GEO_POINT:
    case GEO_PLACE:
        return g->x->places[e->place].preposition;
    case GEO_STREET:
        return "på";
    default:
        return "i";
    }
}

/* The place inside a sentence: "lekplatsen vid Låtsasvägen", but "Övningsparken". */
static void place_write(struct buf *out, const struct exercise_gen *g,
                        const struct exercise_event *e)
{
    const char *label = e->label;
    buf_puts(out, preposition(g, e));
    buf_putc(out, ' ');
    bool common = e->precision == GEO_PLACE && e->street >= 0;
    if (common && (unsigned char)label[0] == 0xC3) { /* Å, Ä, Ö: the second byte is 0x20 lower */
        buf_putc(out, *label++);
        buf_putc(out, (char)(*label++ | 0x20));
    } else if (common) {
        buf_putc(out, (char)(*label++ | 0x20));
    }
    buf_puts(out, label);
}

static const char *text_make(struct exercise_gen *g, struct rng *r, const struct exercise_event *e)
{
    const char *const *choice = texts[e->type];
    uint32_t n = 0;
    while (n < VARIANTS && choice[n])
        n++;
    const char *t = choice[rng_below(r, n)], *at = strchr(t, '@');
    bool reported = rng_chance(r, REPORTED_SHARE) && e->source == EXERCISE_EST &&
                    e->organisation % ORG_COUNT != ORG_POLICE &&
                    exercise_recipes[e->type].police > 0;
    struct buf out = buf_init(1000);
    if (at) {
        buf_add(&out, t, (size_t)(at - t));
        place_write(&out, g, e);
        t = at + 1;
    }
    buf_puts(&out, t);
    buf_puts(&out, reported ? " Polisanmält." : "");
    char *text = buf_err(&out) ? NULL : arena_strdup(g->x->arena, buf_text(&out));
    buf_done(&out);
    if (!text)
        g->err = ERR_NOMEM;
    return text;
}

/* By time; what happened in the same minutes by every field that can differ, so that the order
 * never depends on the sorting. */
static int event_order(const void *pa, const void *pb)
{
    const struct exercise_event *a = pa, *b = pb;
    const int64_t left[] = {a->occurred_from, a->occurred_to,  a->reported,
                            a->source,        a->organisation, a->type,
                            a->place,         a->street,       a->area};
    const int64_t right[] = {b->occurred_from, b->occurred_to,  b->reported,
                             b->source,        b->organisation, b->type,
                             b->place,         b->street,       b->area};
    for (size_t i = 0; i < ARRAY_LEN(left); i++)
        if (left[i] != right[i])
            return left[i] < right[i] ? -1 : 1;
    int m = strcmp(a->municipality, b->municipality);
    return m ? m : (int)a->plant - (int)b->plant;
}

enum err exercise_texts_make(struct exercise_gen *g)
{
    struct exercise *x = g->x;
    struct rng r = exercise_rng(g, STREAM_TEXT, 0);
    qsort(x->events, x->event_count, sizeof *x->events, event_order);
    for (uint32_t i = 0; i < x->event_count; i++) {
        struct exercise_event *e = &x->events[i];
        bool police = e->source == EXERCISE_POLICE;
        e->id = exercise_id(g, "event", i);
        e->external_key =
            arena_printf(x->arena, "OVN-%c-%s-%06u", police ? 'P' : 'E', e->municipality, i + 1);
        if (!e->external_key)
            return ERR_NOMEM;
        if (!police || rng_chance(&r, POLICE_TEXT_SHARE))
            e->text = text_make(g, &r, e);
    }
    return g->err;
}
