/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Events: what happened (or was seen), where and when, as one row whoever it came from.
 *
 * All functions here work inside a transaction of db_read()/db_write(). The scope is the event's
 * municipality, or DB_NATIONAL for imports of the whole country. Each write stands in the change
 * log, and the words for searching follow along. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/clock.h"
#include "base/err.h"
#include "base/id.h"
#include "geo/precision.h"
#include "parts/event/event_columns.h"
#include "parts/event/event_hits.h"
#include "parts/event/event_tile.h"
#include "parts/event/event_types.h"
#include "parts/event/event_when.h"
#include "parts/event/event_words.h"
#include "parts/event/gazetteer.h"
#include "tmpl/text.h"

struct arena;
struct event_areas;
struct tx;

#define EVENT_SOURCE_POLICE "police"   /* notices of the Police: source_key is their number */
#define EVENT_SOURCE_REPORT "report"   /* written in a form here */
#define EVENT_SOURCE_CITIZEN "citizen" /* by somebody without an account */

/* The most of each text, in characters. */
#define EVENT_TITLE_MOST 200
#define EVENT_DESCRIPTION_MOST 10000
#define EVENT_PLACE_MOST 200
#define EVENT_URL_MOST 500
#define EVENT_KEY_MOST 200
/* Nothing is known to last longer. */
#define EVENT_LONGEST (10 * 366 * MSEC_DAY)

enum event_state {
    EVENT_INCLUDED, /* part of the picture */
    EVENT_SUBMITTED,
    EVENT_REDACTED, /* its texts are gone for good; it still counts */
    EVENT_REJECTED,
    EVENT_STATES
};

const char *event_state_name(enum event_state s); /* "included" */
/* False, and *out untouched, for any other text. */
bool event_state_parse(const char *name, enum event_state *out);

/* What an event says; the same struct for adding, editing and reading. Texts may be NULL, ids
 * none, positions NaN. What stands under "kept by the store" is ignored on the way in. */
struct event {
    const char *municipality; /* "1493"; a county ("1400") or "0000" only from imports */
    struct id id;             /* none: a fresh one is made */
    const char *source;       /* EVENT_SOURCE_..., "import", or what the profile says; required */
    const char *source_key;   /* the row's own id there: the same never comes in twice */
    const char *source_hash;  /* of what came in */
    struct id import_id;
    struct id organisation_id;
    const char *type_code; /* required; either level */
    const char *type_said; /* the source's own word for it */
    msec occurred_from;
    msec occurred_to; /* later than occurred_from when nobody saw it happen */
    enum geo_precision precision;
    double east, north; /* only with precision point, street or place */
    const char *place_name;
    struct id place_id;
    struct id area_id; /* none: found from the position, see event_areas */
    enum event_state state;
    msec reported_at; /* 0: now */
    struct id created_by;
    const char *origin; /* "exempel" for exercise data */
    const char *title, *description, *url;
    /* Kept by the store. */
    int local_weekday, local_hour; /* 1 = Monday; of occurred_from, on a Swedish clock */
    int64_t local_week;            /* ISO year * 100 + week */
    int64_t cell;                  /* 0: none */
    int64_t version;               /* 1, and one more for each change */
    struct id same_as;             /* the row that counts for the same happening; none: this one */
    msec changed_at;
};

/* An event with nothing known yet: no position, precision GEO_NONE. */
struct event event_blank(void);

/* What is wrong with an event that cannot be stored: a sentence, and the field of struct event. */
struct event_problem {
    const char *field;
    enum text_key text;
};

/* Checks without a database: known type, order of times, position only with a precision that is a
 * place, lengths, UTF-8 without control characters, http(s) address. ERR_INVALID fills *problem
 * (may be NULL). */
NODISCARD enum err event_check(const struct event *e, struct event_problem *problem);

/* Adds. *out_id (may be NULL) gets the id. `areas` may be NULL: no area is looked for. ERR_INVALID
 * as event_check(); ERR_CONFLICT when the id, or the source's key in this municipality, is there
 * already: the transaction must then be given up. */
NODISCARD enum err event_add(struct tx *tx, struct event_areas *areas, const struct event *e,
                             struct id *out_id, struct event_problem *problem);
/* Adds many, for imports: at most EVENT_BATCH_MOST. All or none in the transaction. On ERR_INVALID
 * *bad (may be NULL) is the index of the first that is wrong, and nothing has been written. */
#define EVENT_BATCH_MOST 20000
NODISCARD enum err event_add_batch(struct tx *tx, struct event_areas *areas, const struct event *e,
                                   size_t n, size_t *bad, struct event_problem *problem);

/* Whose change it is, and why. */
struct event_edit {
    const char *reason; /* "edited", "revised", "moved", "redacted", "reviewed" */
    struct id by;       /* none: the program */
    int64_t version;    /* what the person saw; 0: whatever stands there */
};

/* Lets event e->municipality, e->id say what *e says, and keeps what it said before as a version.
 * reported_at, created_by, origin, source and source_key stay. *changed (may be NULL) is false when
 * nothing differs: then nothing is written. ERR_NOTFOUND; ERR_CONFLICT when another version stands
 * there, or when it is redacted (an import must then leave it alone); ERR_INVALID. */
NODISCARD enum err event_update(struct tx *tx, struct event_areas *areas, const struct event *e,
                                const struct event_edit *edit, bool *changed,
                                struct event_problem *problem);
/* The same, where *e belongs to another municipality than before (a revised notice of the Police):
 * the row and its versions move. Scope DB_NATIONAL. */
NODISCARD enum err event_move(struct tx *tx, struct event_areas *areas, const char *from,
                              const struct event *e, const struct event_edit *edit,
                              struct event_problem *problem);
/* Changes the state only; a version is kept. Not to or from EVENT_REDACTED. */
NODISCARD enum err event_set_state(struct tx *tx, const char *municipality, struct id id,
                                   enum event_state state, const struct event_edit *edit);
/* Why a text that points at somebody stands as it was written; shown with what reviewers have done,
 * and gone when the words go. */
NODISCARD enum err event_note_kept(struct tx *tx, const char *municipality, struct id event,
                                   struct id by, const char *reason);
/* What a reviewer has found: the state, and which row tells of the same happening (none: no other).
 */
struct event_judgement {
    enum event_state state;
    struct id same_as;
};
/* Gives an event both; a version is kept, and who is linked to it stays so. ERR_INVALID: not to
 * EVENT_REDACTED from another state or back, and the other row must be one that counts for itself.
 * ERR_CONFLICT: another version stands there, or it has rows linked to it that would be left alone
 * (when it is rejected, linked itself, or an inhabitant's that waits again). ERR_NOTFOUND: one of
 * the two. *version (may be NULL): what the event has afterwards. */
NODISCARD enum err event_judge(struct tx *tx, const char *municipality, struct id id,
                               const struct event_judgement *j, const struct event_edit *edit,
                               int64_t *version);
/* The rows that are linked to it, the first told first. */
NODISCARD enum err event_same(struct tx *tx, struct arena *a, const char *municipality,
                              struct id main, struct id **out, size_t *out_n);
/* Puts `instead` in the place of each of n words (in any case) in title, description and the name
 * of the place, and drops an address that holds one: for good, also in earlier versions, whose
 * texts go altogether, and among the words for searching. The state stays. *struck (may be NULL):
 * how many places. ERR_NOTFOUND, ERR_CONFLICT as event_update(). */
struct event_strike {
    const char *const *words;
    size_t n;
    const char *instead;
    bool *found; /* n flags, set where a word stands; NULL: not asked */
};
NODISCARD enum err event_strike(struct tx *tx, const char *municipality, struct id id,
                                const struct event_strike *s, const struct event_edit *edit,
                                size_t *struck);
/* At least two letters or digits: less would strike nearly everything. */
bool event_strike_fit(const char *word);
/* A text with the same words struck out, in the arena; NULL when out of memory. A letter and its
 * mark are as good as the letter in one; of what begins with a word only its endings (s, n, en, et,
 * ns, ens, ets, :s, 's; of three letters or fewer only an s) go along. */
char *event_strike_text(struct arena *a, const char *text, const struct event_strike *s,
                        size_t *struck);
#define EVENT_UNREAD_MOST 20 /* told of at a time */
/* The same in texts of other parts that belong together; each of them has a function that takes
 * this. `look`: nothing is written, it is only counted. */
struct event_striking {
    struct tx *tx;
    struct arena *a;
    const char *municipality;
    struct event_strike what;
    bool look;
    size_t struck; /* places so far */
    struct event_unread {
        const char *kind; /* "bulletin", "bulletin_public" */
        struct id period;
    } unread[EVENT_UNREAD_MOST]; /* stored texts that cannot be read: words may stand there still */
    size_t n_unread;
};
/* Notes one such, once; the striking goes on with the rest. */
void event_strike_unread(struct event_striking *s, const char *kind, struct id period);
/* *text (may be NULL) with the words struck out, in the arena. */
NODISCARD enum err event_strike_in(struct event_striking *s, const char **text);
/* Through very many rows, EVENT_STRIKE_ROWS at a time, each time with an arena of its own in s->a.
 * `some` strikes the next ones after what `in` says, and says whether there may be more. */
#define EVENT_STRIKE_ROWS 100
typedef enum err event_strike_fn(struct event_striking *s, void *in, bool *more);
NODISCARD enum err event_strike_rows(struct event_striking *s, event_strike_fn *some, void *in);
/* Takes title, description, address and the free name of the place away, here, in all versions and
 * among the words: for good. Type, time and position stay. Again is fine. */
NODISCARD enum err event_redact(struct tx *tx, const char *municipality, struct id id,
                                struct id by);
/* Away with it, versions and words too. */
NODISCARD enum err event_delete(struct tx *tx, const char *municipality, struct id id);

/* Texts in the arena. ERR_NOTFOUND. */
NODISCARD enum err event_get(struct tx *tx, struct arena *a, const char *municipality, struct id id,
                             struct event *out);
/* Rows for n keys, in their order; found[i] tells if there was one. */
struct event_key {
    const char *municipality;
    struct id id;
};
NODISCARD enum err event_get_many(struct tx *tx, struct arena *a, const struct event_key *keys,
                                  size_t n, struct event *out, bool *found);

/* What an import must know of a row that is there already. */
struct event_known {
    const char *municipality;
    struct id id;
    const char *source_hash;
    int64_t version;
    enum event_state state;
};
/* By the source's own keys in a municipality; one for each key, found[i] tells. */
struct event_source_keys {
    const char *municipality, *source;
    const char *const *keys;
    size_t n;
};
NODISCARD enum err event_known_many(struct tx *tx, struct arena *a,
                                    const struct event_source_keys *keys, struct event_known *out,
                                    bool *found);
/* Notices of the Police, in the whole country; scope DB_NATIONAL. */
NODISCARD enum err event_known_police(struct tx *tx, struct arena *a, const char *const *keys,
                                      size_t n, struct event_known *out, bool *found);

struct event_version {
    int64_t version;
    msec replaced_at;
    struct id replaced_by;
    const char *reason;
    const char *content; /* JSON, the fields by their names in table event */
    const char *texts;   /* JSON: title, description, url, place_name; NULL: redacted */
};
/* Earlier versions, the newest first, at most 500. */
NODISCARD enum err event_versions(struct tx *tx, struct arena *a, const char *municipality,
                                  struct id id, struct event_version **out, size_t *out_n);

/* --- Areas: which district a position lies in --- */

/* A cache of the municipalities' areas of kind 'district', one for each program; used by several
 * threads. NULL when out of memory. */
struct event_areas *event_areas_new(void);
void event_areas_free(struct event_areas *areas);
/* The area that holds the position; none where there is none. Where several do, the smallest. */
NODISCARD enum err event_areas_find(struct event_areas *areas, struct tx *tx,
                                    const char *municipality, double east, double north,
                                    struct id *out);
/* After areas were added, changed or deleted, in the same transaction: gives every event with a
 * place its area anew. *changed (may be NULL) is the number of events whose area changed. */
NODISCARD enum err event_areas_reassign(struct event_areas *areas, struct tx *tx,
                                        const char *municipality, size_t *changed);
/* When that transaction is committed: what others read meanwhile is old. */
void event_areas_forget(struct event_areas *areas, const char *municipality);
/* The shape of one of the municipality's areas, in the arena. ERR_NOTFOUND. */
NODISCARD enum err event_area_shape(struct tx *tx, struct arena *a, const char *municipality,
                                    struct id area, struct geo_shape **out);
