/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "core/app.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "base/clock.h"
#include "base/mem.h"
#include "base/str.h"
#include "core/drill.h"
#include "core/jobs.h"
#include "core_sql.h"
#include "geo/geo_data.h"
#include "schema.h"

#define COUNTRY "0000"

/* --- Registers --- */

static enum err put_counties(struct tx *tx)
{
    for (size_t i = 0; i < GEO_COUNTY_COUNT; i++) {
        const struct geo_county *c = &geo_counties[i];
        struct q_municipality_put_in in = {c->pseudo, "county", c->name, c->slug, c->code, 0};
        TRY(q_municipality_put_run(tx, &in, NULL));
    }
    return ERR_OK;
}

static enum err put_register(struct tx *tx, void *arg)
{
    (void)arg;
    struct q_municipality_count_row have;
    TRY(q_municipality_count_one(tx, NULL, &have));
    if (have.n == GEO_COUNTY_COUNT + GEO_MUNICIPALITY_COUNT + 1)
        return ERR_OK;
    struct q_municipality_put_in country = {COUNTRY, "country", "Sverige", "sverige", "00", 0};
    TRY(q_municipality_put_run(tx, &country, NULL));
    TRY(put_counties(tx));
    for (size_t i = 0; i < GEO_MUNICIPALITY_COUNT; i++) {
        const struct geo_municipality *m = &geo_municipalities[i];
        struct q_municipality_put_in in = {m->code, "municipality", m->name,
                                           m->slug, m->county,      m->population};
        TRY(q_municipality_put_run(tx, &in, NULL));
    }
    return ERR_OK;
}

struct activation {
    const char *code;
    int64_t found;
};

static enum err activate(struct tx *tx, void *arg)
{
    struct activation *a = arg;
    struct q_municipality_set_active_in in = {a->code, 1, time_now()};
    return q_municipality_set_active_run(tx, &in, &a->found);
}

enum err municipality_activate(struct app *app, const char *code)
{
    struct activation a = {code, 0};
    TRY(db_write(app->db, DB_NATIONAL, activate, &a));
    return a.found ? ERR_OK : ERR_NOTFOUND;
}

/* --- Settings --- */

enum err setting_get(struct tx *tx, struct arena *a, const char *municipality, const char *key,
                     const char **out)
{
    struct q_setting_one_in in = {municipality, key};
    struct q_setting_one_row row;
    TRY(q_setting_one_one(tx, a, &in, &row));
    *out = row.value;
    return ERR_OK;
}

enum err setting_put(struct tx *tx, const char *municipality, const char *key, const char *value)
{
    struct q_setting_write_in in = {municipality, key, value};
    return q_setting_write_run(tx, &in, NULL);
}

static enum err mark_exercise(struct tx *tx, void *arg)
{
    (void)arg;
    return setting_put(tx, COUNTRY, "exercise", "1");
}

enum err app_mark_exercise(struct app *app)
{
    TRY(db_write(app->db, DB_NATIONAL, mark_exercise, NULL));
    atomic_store(&app->exercise, true);
    return ERR_OK;
}

static enum err read_exercise(struct tx *tx, void *arg)
{
    struct app *app = arg;
    struct arena *a = arena_new(16 * 1024);
    const char *v;
    if (!a)
        return ERR_NOMEM;
    if (setting_get(tx, a, COUNTRY, "exercise", &v) == ERR_OK && str_eq(v, "1"))
        atomic_store(&app->exercise, true);
    if (setting_get(tx, a, COUNTRY, "require_factor", &v) == ERR_OK)
        atomic_store(&app->factor_optional, str_eq(v, "0"));
    arena_free(a);
    return ERR_OK;
}

bool app_is_exercise(struct app *app)
{
    int64_t now = time_monotonic();
    if (!atomic_load(&app->exercise) && now - atomic_load(&app->exercise_read) > 2000) {
        atomic_store(&app->exercise_read, now);
        if (db_read(app->db, DB_NATIONAL, read_exercise, app) != ERR_OK)
            atomic_store(&app->exercise_read, 0); /* at the next page */
    }
    return atomic_load(&app->exercise);
}

struct start {
    struct app *app;
    struct arena *a;
};

static enum err read_settings(struct tx *tx, void *arg)
{
    struct start *s = arg;
    const char *v;
    enum err e = setting_get(tx, s->a, COUNTRY, "exercise", &v);
    if (e == ERR_OK)
        atomic_store(&s->app->exercise, str_eq(v, "1"));
    if (e == ERR_OK || e == ERR_NOTFOUND)
        e = setting_get(tx, s->a, COUNTRY, "require_factor", &v);
    if (e == ERR_OK)
        atomic_store(&s->app->factor_optional, str_eq(v, "0"));
    if (e == ERR_OK || e == ERR_NOTFOUND)
        e = setting_get(tx, s->a, COUNTRY, "public_url", &v);
    if (e == ERR_OK && *v) { /* emptied on the page of settings: none */
        s->app->public_url = mem_strdup(v);
        return s->app->public_url ? ERR_OK : ERR_NOMEM;
    }
    return e == ERR_NOTFOUND ? ERR_OK : e;
}

/* --- Opening --- */

static enum err open_database(const struct app_options *o, struct app *app, struct arena *a,
                              const char **problem)
{
    struct db_options d = {.url = o->database_url, .create = o->create, .read_only = o->read_only};
    if (o->create && o->data_dir)
        mkdir(o->data_dir, 0700); /* it may be there; if it cannot be made, opening says why */
    if (!o->database_url) {
        d.path = arena_printf(a, "%s/samsyn.db", o->data_dir);
        if (!d.path)
            return ERR_NOMEM;
    }
    TRY(db_open(&d, a, &app->db, problem));
    db_gate(app->db, drill_hold);
    if (o->migrate && !o->create) { /* ERR_NOTFOUND: no installation, perhaps a slip of the pen */
        enum err e = db_schema_check(app->db, schema_list, schema_count, a, problem);
        if (e && e != ERR_SCHEMA)
            return e;
        *problem = "";
    }
    if (o->migrate && !o->read_only)
        return db_migrate(app->db, schema_list, schema_count, &schema_walls, a, problem);
    return db_schema_check(app->db, schema_list, schema_count, a, problem);
}

static enum err start_parts(struct app *app, bool read_only)
{
    if (!read_only)
        TRY(db_write(app->db, DB_NATIONAL, put_register, NULL));
    for (size_t i = 0; app->parts && app->parts[i]; i++)
        if (app->parts[i]->start)
            TRY(app->parts[i]->start(app));
    return ERR_OK;
}

enum err app_open(const struct app_options *o, struct arena *a, struct app **out,
                  const char **problem)
{
    struct app *app = mem_alloc(sizeof *app);
    if (!app)
        return ERR_NOMEM;
    *problem = "";
    app->parts = o->parts;
    app->jobs = jobs_new(app);
    app->data_dir = mem_strdup(o->data_dir ? o->data_dir : "/tmp");
    struct start s = {app, a};
    enum err e = app->data_dir && app->jobs ? open_database(o, app, a, problem) : ERR_NOMEM;
    if (e == ERR_OK)
        e = start_parts(app, o->read_only);
    if (e == ERR_OK)
        e = db_read(app->db, DB_NATIONAL, read_settings, &s);
    if (e) {
        if (!**problem)
            *problem = err_name(e);
        app_close(app);
        return e;
    }
    *out = app;
    return ERR_OK;
}

void app_close(struct app *app)
{
    if (!app)
        return;
    jobs_free(app->jobs); /* before what the jobs use */
    for (size_t i = 0; app->parts && app->parts[i]; i++)
        if (app->parts[i]->stop)
            app->parts[i]->stop(app);
    db_close(app->db);
    mem_free(app->data_dir);
    mem_free(app->public_url);
    mem_free(app);
}

void app_closep(struct app **app)
{
    app_close(*app);
    *app = NULL;
}
