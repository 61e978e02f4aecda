/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Places by name: the localities of the register, what the municipality has brought into table
 * place (streets, areas, own names), and the areas that it counts by. */
#pragma once

#include <stddef.h>

#include "base/err.h"
#include "base/id.h"
#include "geo/precision.h"
#include "geo/sweref.h"
#include "tmpl/text.h"

struct arena;
struct tx;

#define GAZETTEER_TEXT_MOST 100 /* characters of a name searched for; longer ones find nothing */
#define GAZETTEER_MOST 50       /* answers */

enum gazetteer_kind { GAZETTEER_OWN, GAZETTEER_LOCALITY, GAZETTEER_AREA, GAZETTEER_STREET };

struct gazetteer_place {
    struct id id;      /* of table place; none for a locality of the register */
    struct id area_id; /* of an area that events are counted by; then `id` is none */
    enum gazetteer_kind kind;
    const char *name;
    const char *locality; /* in which it lies, or NULL */
    double east, north;   /* of a locality or area its middle: draw with it, never count by it */
    enum geo_precision precision; /* what an event there may claim */
    double metres;                /* gazetteer_nearest(): how far away */
};

/* The name as it is stored in place.name_folded and searched by: lower case, single blanks, é as e.
 * NULL when out of memory. */
char *gazetteer_fold(struct arena *a, const char *name);

/* Places of the municipality whose name is, begins with or contains the text, the best first: exact
 * names, then beginnings, then words, then the rest; what has no number before the numbers of a
 * street, own places before localities, areas and streets; "2" before "10". Blanks and hyphens do
 * not matter inside names ("kyrk gatan" finds Kyrkgatan). A locality that an area is named after is
 * left out: the municipality has said itself where it is. At most GAZETTEER_MOST, from the arena;
 * none for an empty text. */
struct gazetteer_list {
    struct gazetteer_place *places;
    size_t n;
    size_t found; /* how many there are in all */
};
NODISCARD enum err gazetteer_search(struct tx *tx, struct arena *a, const char *municipality,
                                    const char *text, struct gazetteer_list *out);
/* The named place nearest to a position, within `metres` for streets and own places and 10 km for
 * localities; a street or own place goes before a locality. ERR_NOTFOUND. */
NODISCARD enum err gazetteer_nearest(struct tx *tx, struct arena *a, const char *municipality,
                                     struct geo_point at, double metres,
                                     struct gazetteer_place *out);
/* The named places around a position, streets and own ones, the nearest first: at most `most`, and
 * never more than GAZETTEER_MOST. */
struct gazetteer_circle {
    struct geo_point at;
    double metres;
    size_t most;
};
NODISCARD enum err gazetteer_around(struct tx *tx, struct arena *a, const char *municipality,
                                    const struct gazetteer_circle *c, struct gazetteer_list *out);
/* "Mariestad, tätort, ungefärlig plats". NULL when out of memory. */
char *gazetteer_text(struct arena *a, enum lang lang, const struct gazetteer_place *p);
