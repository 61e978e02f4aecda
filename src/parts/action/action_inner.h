/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Inside the part only: plans, counts and effects. */
#pragma once

#include "action_sql.h"
#include "parts/action/action.h"
#include "parts/action/action_kinds.h"

/* What is said of one word that changed. */
struct action_said {
    const char *field; /* "title", "ends_at" ... */
    const char *before, *after;
};
/* The changes of a row of the history; texts in the arena. */
NODISCARD enum err action_changes_read(struct arena *a, const char *json, struct action_said **out,
                                       size_t *out_n);

/* --- Plans --- */

enum action_method { ACTION_COUNTS, ACTION_WDD, ACTION_DID, ACTION_METHODS };
const char *action_method_name(enum action_method m); /* as the engine calls it */
bool action_method_parse(const char *name, enum action_method *out);

enum action_comparison { ACTION_ALONE, ACTION_REST, ACTION_AREA };
const char *action_comparison_name(enum action_comparison c);
bool action_comparison_parse(const char *name, enum action_comparison *out);

struct action_plan {
    int64_t version; /* 0: none yet */
    const char *type_code;
    struct action_ground ground;
    enum action_comparison comparison;
    struct id comparison_id; /* of an area */
    msec before_from, before_to, after_from, after_to;
    enum action_method method;
    bool proposed;                         /* by the program; nobody has looked at it */
    int64_t baseline, baseline_comparison; /* as counted when it was made; DB_NO_INT: none */
    bool late;                             /* made when the action had started */
    const char *reason;
    msec made_at, locked_at; /* locked_at 0: open */
    const char *by;
};

/* Days after the time after, until late reports have come. */
#define ACTION_EFFECT_WAIT 7
#define ACTION_PLAN_LEAST 7        /* days of each time, at least */
#define ACTION_PLAN_MOST (3 * 366) /* and at most */
#define ACTION_PLAN_DAYS 90        /* of the time after, when the effect lasts */
#define ACTION_FEW 5               /* events of the time before, below which little can be seen */
#define ACTION_MANY 20             /* events that a change in per cent asks for */

/* What the program proposes: times by the kind of action, alone and so the same days a year
 * before. */
void action_plan_propose(const struct action *x, struct action_plan *out);
/* The method that suits, from what the time before holds. */
enum action_method action_method_propose(const struct action_plan *p);
/* ERR_INVALID with *problem: field and sentence. */
NODISCARD enum err action_plan_check(const struct action_plan *p, const struct action *x,
                                     struct action_problem *problem);
/* The plan is locked by hand, or because the action has started. */
bool action_plan_locked(const struct action_plan *p, const struct action *x, msec now);
/* When the effect is computed. */
msec action_plan_due(const struct action_plan *p);

struct action_plan_edit {
    struct id by;
    int64_t version; /* of the plan that the person saw; 0: none */
    const char *reason;
    bool lock;
};
/* Saves the plan: over an open one, after a locked one as a new version, which asks for a reason
 * (ERR_INVALID without). ERR_CONFLICT: another plan stands there. */
NODISCARD enum err action_plan_save(struct tx *tx, struct arena *a, const char *municipality,
                                    struct action_plan *p, const struct action *x,
                                    const struct action_plan_edit *e);
/* All versions, the newest first. */
NODISCARD enum err action_plan_list(struct tx *tx, struct arena *a, const char *municipality,
                                    struct id action, struct action_plan **out, size_t *out_n);

/* --- Counts --- */

struct action_counts {
    int64_t before, after;                       /* of the ground */
    int64_t comparison_before, comparison_after; /* DB_NO_INT: alone */
};
/* Never inside a transaction. What lies on the ground counts there, and not in what it is compared
 * with. */
NODISCARD enum err action_count(const struct app *app, const char *municipality,
                                const struct action_plan *p, struct action_counts *out);

/* --- Effects --- */

enum action_verdict { ACTION_FEWER, ACTION_MORE, ACTION_UNSURE, ACTION_TOO_FEW, ACTION_VERDICTS };
const char *action_verdict_name(enum action_verdict v);
bool action_verdict_parse(const char *name, enum action_verdict *out);
const char *action_verdict_text(enum lang lang, enum action_verdict v);

struct action_effect {
    enum action_verdict verdict;
    const char *words[LANG_COUNT];
};
/* By the engine, from the counts. In the arena. */
NODISCARD enum err action_effect_of(struct arena *a, const struct action_plan *p,
                                    const struct action_counts *c, struct action_effect *out);

/* Letters to those who own what is due soon: a link and a number, no more. */
NODISCARD enum err action_remind(struct app *app, const char *municipality, msec now,
                                 int *out_letters);
void action_care_register(struct app *app);
