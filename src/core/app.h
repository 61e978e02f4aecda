/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The running program: its database, its settings, its parts. One struct, made by app_open() and
 * handed to everybody; nothing of it is global. */
#pragma once

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "core/perm.h"
#include "db/db.h"
#include "http/http.h"

struct app;
struct arena;
struct citizen_limits;
struct explore_keep;
struct page_link;
struct picture_keep;
struct site_cache;

#define PART_HIDDEN (-1)
#define NAV_RANK_BETWEEN 50

/* A part of the mission, as the program knows it. */
struct part {
    const char *name;
    const struct route *routes;       /* ended by ROUTES_END; NULL: none */
    const struct sql *const *queries; /* ended by NULL; what the tests prepare */
    /* Its place in the header of staff pages; path NULL: none. */
    const char *nav_path; /* after the municipality: "/handelser" */
    const char *nav_also; /* pages of another part that stand under the same name; NULL: none */
    enum text_key nav_label;
    enum perm nav_perm;
    /* How much it is needed from day to day: 1 stands first, 99 last. The first ones
     * stand in the row, the rest under "Mer", as many as the screen has room for. 0:
     * NAV_RANK_BETWEEN. */
    uint8_t nav_rank;
    /* How many things wait there for the person who asks, told after the label; PART_HIDDEN: the
     * part is not shown to them now. NULL: nothing ever waits. Never called in a transaction. */
    enum err (*nav_waits)(struct req *rq, int64_t *n);
    /* What waits there for who asks, in words that lead to it: told beside other municipalities.
     * Label NULL: nothing now. Asked only of who may enter (nav_perm), never in a transaction. */
    enum err (*told)(struct req *rq, struct page_link *out);
    /* One quiet line on the start page of a municipality, with a link. Label NULL, or no function:
     * nothing. Asked of everybody who may see that page, never in a transaction. */
    enum err (*line)(struct req *rq, struct page_link *out);
    /* Called once when the database is open, before the first request; may be NULL. */
    enum err (*start)(struct app *app);
    void (*stop)(struct app *app);
    /* Called when the program begins to serve and about every hour then, from a thread of its own,
     * for what has had its time; may be NULL. Several programs may do so at once. */
    enum err (*hourly)(struct app *app);
};

struct app_counters {
    _Atomic uint64_t requests, errors_4xx, errors_5xx;
    _Atomic uint64_t milliseconds;
};

struct columns;     /* events in memory: parts/event */
struct event_areas; /* where an event lies: parts/event */
struct accounts;    /* what log-in needs: core/account.h */
struct jobs;        /* work in the background: core/jobs.h */

struct app {
    struct db *db;
    char *data_dir;   /* folder with samsyn.db, or of spool files with PostgreSQL */
    char *public_url; /* "https://samsyn.exempel.se", or NULL: from the Host header */
    const struct part *const *parts; /* ended by NULL */
    struct router *router;
    struct columns *columns;   /* made and freed by parts/event */
    struct event_areas *areas; /* made and freed by parts/event */
    struct accounts *accounts; /* made and freed by parts/account */
    struct jobs *jobs;
    _Atomic bool exercise;         /* the installation holds exercise data: app_is_exercise() */
    _Atomic int64_t exercise_read; /* time_monotonic() when that was last looked up */
    _Atomic bool factor_optional;  /* setting require_factor = 0: exercise and demonstration */
    bool development;              /* letters are shown on a page instead of sent */
    struct app_counters counters;
    struct explore_keep *explore;    /* answers of Analys: parts/explore */
    struct picture_keep *findings;   /* places that stand out: parts/picture */
    struct site_cache *site;         /* public pages in memory: made and freed by parts/site */
    _Atomic uint64_t public_changes; /* grows when what the public sees has changed */
    struct citizen_limits *citizen;  /* how many report from one network: parts/citizen */
    bool no_limits;                  /* rates and waits are off: benches and tests on loopback */
    struct http_server *server;
};

struct app_options {
    const char *data_dir;
    const char *database_url; /* NULL: SQLite in data_dir */
    bool create;              /* make the database if there is none */
    bool migrate;             /* bring an older schema up to date; alone it makes nothing new */
    bool read_only;
    const struct part *const *parts;
};

/* Opens the database, checks or makes the schema, fills in the registers (municipalities, types)
 * and starts the parts. On failure *problem gets a sentence in English from the arena. ERR_SCHEMA:
 * older than the program. ERR_NEWER: newer. ERR_BUSY: another process has it. The rest as db_open()
 * and db_migrate(). */
NODISCARD enum err app_open(const struct app_options *o, struct arena *a, struct app **out,
                            const char **problem);
void app_close(struct app *app);
void app_closep(struct app **app);

/* Settings: small texts under a municipality, or "0000" for the installation. */
NODISCARD enum err setting_get(struct tx *tx, struct arena *a, const char *municipality,
                               const char *key, const char **out); /* ERR_NOTFOUND */
NODISCARD enum err setting_put(struct tx *tx, const char *municipality, const char *key,
                               const char *value);
/* Tells the program that exercise data are in the database (and every page says so from now on). */
NODISCARD enum err app_mark_exercise(struct app *app);
/* Are there exercise data? A command may have put them there beside us: looked up every other
 * second. */
bool app_is_exercise(struct app *app);

/* Switches a municipality on. ERR_NOTFOUND: no such code. */
NODISCARD enum err municipality_activate(struct app *app, const char *code);
