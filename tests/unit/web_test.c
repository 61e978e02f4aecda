/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Who may what, and what may be kept, without a server. */
#include "test.h"

#include <string.h>

#include "base/mem.h"
#include "base/str.h"
#include "core/web.h"
#include "core/web_inner.h"
#include "db_fixture.h"
#include "geo/geo_data.h"

static const struct membership member = {.municipality = "1493", .role = ROLE_REPORTER};
static struct who person = {
    .account = {{1}}, .csrf = "", .memberships = &member, .n_memberships = 1};

TEST(a_log_in_is_no_right_in_another_municipality)
{
    struct req rq = {.user = &person};
    CHECK(web_may(&rq, PERM_LOGGED_IN) && web_may(&rq, PERM_SESSION)); /* one's own account */
    rq.params[rq.n_params++] = (struct pair){"municipality", "1473"};
    CHECK(!web_may(&rq, PERM_LOGGED_IN) && !web_may(&rq, PERM_SESSION));
    CHECK(!web_may(&rq, PERM_EVENT_READ_OWN));
    person.here = &member;
    CHECK(web_may(&rq, PERM_LOGGED_IN) && web_may(&rq, PERM_EVENT_READ_OWN));
    CHECK(!web_may(&rq, PERM_EVENT_READ));
    person.here = NULL;
}

/* The navigation of `names`, of which number `here` is the current one. */
static struct page row_of(struct page_nav *nav, const char *const *names, size_t n, size_t here)
{
    struct page p = {0};
    for (size_t i = 0; i < n; i++)
        nav[i] = (struct page_nav){names[i], "/", i == here, NAV_MENU};
    web_nav_fit(&p, nav, n);
    return p;
}

#define LINKS_MOST 12

TEST(what_is_needed_most_stands_in_the_row_and_the_rest_in_the_menu)
{
    static const char *const all[LINKS_MOST] = {
        "Läget",     "Till dig (1)",   "Granska (21)",    "Möte",   "Åtgärder",  "Rapportera",
        "Händelser", "Mina rapporter", "Otrygga platser", "Analys", "Importera", "Inställningar"};
    struct page_nav nav[LINKS_MOST];
    struct page p = row_of(nav, all, LINKS_MOST, 10);
    size_t row[NAV_MENU + 1] = {0};
    for (size_t i = 0; i < LINKS_MOST; i++) {
        CHECK(i == 0 || nav[i].from >= nav[i - 1].from); /* none is passed over */
        for (int at = nav[i].from; at < NAV_MENU; at++)
            row[at]++;
    }
    CHECK(row[NAV_PHONE] >= 2 && row[NAV_PHONE] <= 4);
    CHECK(row[NAV_TABLET] > row[NAV_PHONE] && row[NAV_DESK] > row[NAV_TABLET]);
    CHECK(p.nav_most == NAV_MENU && p.nav_here == NAV_MENU); /* "Mer" is where one is */
    p = row_of(nav, all, LINKS_MOST, 0);
    CHECK(p.nav_here == NAV_PHONE);
}

TEST(a_menu_that_nothing_stands_in_is_not_there)
{
    static const char *const few[] = {"Rapportera", "Händelser", "Analys"}; /* letters, not bytes */
    struct page_nav nav[3];
    CHECK(row_of(nav, few, 3, 0).nav_most == NAV_PHONE);
    CHECK(row_of(nav, few, 0, 0).n_nav == 0);
    static const char *const wide[] = {"Ett namn som är bredare än varje telefon i hela världen",
                                       "B"};
    CHECK(row_of(nav, wide, 2, 1).nav_here == NAV_TABLET);
    CHECK(nav[0].from == NAV_PHONE); /* the first always stands in the row */
}

static enum err page(struct req *rq)
{
    (void)rq;
    return ERR_OK;
}

static const struct route routes[] = {
    ROUTE(GET, "/:slug/", PERM_ANYONE, page, .flags = ROUTE_PUBLIC_CACHE),
    ROUTE(GET, "/:municipality/x", PERM_EVENT_READ, page, .flags = ROUTE_PUBLIC_CACHE),
    ROUTE(GET, "/:municipality/y", PERM_EVENT_READ, page),
    ROUTES_END,
};

static const struct route *const route_tables[] = {routes, NULL};

/* Only "07" is shown as 7: whatever else stood there comes back as it was typed. */
TEST(a_date_is_put_back_as_it_was_typed)
{
    static const char *const rows[][4] = {
        {"2026-07-04", "2026", "7", "4"},   {"2026-11-30", "2026", "11", "30"},
        {"2026-0-00", "2026", "0", "00"},   {"26-0d18-7402-82b6", "26", "0d18", "7402-82b6"},
        {"2026-007-", "2026", "007", ""},   {"i juli", NULL, NULL, "i juli"},
        {"2026-07", NULL, NULL, "2026-07"},
    };
    struct req rq = {.arena = arena_new(1 << 20)};
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct page_field f = {.value = rows[i][0]};
        web_date(&rq, &f);
        CHECK(str_eq(f.year, rows[i][1]) && str_eq(f.month, rows[i][2]) &&
              str_eq(f.day, rows[i][3]));
    }
    arena_free(rq.arena);
}

/* Nobody types one, and to look it up among all routes costs. */
TEST(an_address_that_nobody_types_is_not_looked_into)
{
    static struct app app;
    static char asked[ADDRESS_MOST + 20];
    app.router = router_new(route_tables);
    for (size_t n = ADDRESS_MOST; n <= ADDRESS_MOST + 1; n++) {
        struct req rq = {.app = &app, .query = "", .asked = asked, .arena = arena_new(1 << 20)};
        memset(asked, '/', n);
        memcpy(asked + n - 10, "GULLSPANG/", 11);
        CHECK(web_canonical(&rq) == (n <= ADDRESS_MOST));
        arena_free(rq.arena);
    }
    router_free(app.router);
}

TEST(every_municipality_is_found_by_its_own_name)
{
    static struct app app;
    const struct geo_municipality *all = geo_municipalities;
    app.router = router_new(route_tables);
    for (size_t i = 0; i < GEO_MUNICIPALITY_COUNT; i++) {
        struct req rq = {.app = &app, .query = "x=1", .arena = arena_new(1 << 16)};
        struct buf asked = buf_init(1024);
        buf_puts(&asked, "//");
        url_component(&asked, all[i].name);
        rq.asked = buf_text(&asked);
        CHECK(web_canonical(&rq) && rq.status == 308 && rq.n_headers == 1);
        CHECK_TEXT(rq.headers[0].value, arena_printf(rq.arena, "/%s/?x=1", all[i].slug));
        rq.asked = arena_printf(rq.arena, "/%s/", all[i].slug);
        CHECK(!web_canonical(&rq));
        buf_done(&asked);
        arena_free(rq.arena);
    }
    router_free(app.router);
    app.router = NULL;
}

static const char *cache_of(struct app *app, const struct route *r, int status)
{
    struct req rq = {.app = app, .route = r, .status = status, .arena = arena_new(1 << 16)};
    const char *found = NULL;
    static char value[64];
    rq.out = buf_init(1024);
    web_hooks.after(&rq);
    for (size_t i = 0; i < rq.n_headers; i++)
        if (str_eq(rq.headers[i].name, "Cache-Control"))
            found = rq.headers[i].value;
    CHECK(found && str_copy(value, sizeof value, found));
    buf_done(&rq.out);
    arena_free(rq.arena);
    return value;
}

TEST(only_what_is_the_same_for_everybody_is_kept)
{
    static struct app app;
    CHECK_TEXT(cache_of(&app, &routes[0], 200), "public, max-age=60");
    CHECK_TEXT(cache_of(&app, &routes[0], 404), "no-store");
    CHECK_TEXT(cache_of(&app, &routes[1], 200), "no-store");
    CHECK_TEXT(cache_of(&app, &routes[2], 200), "no-store");
}

static enum err empty_address(struct tx *tx, void *arg)
{
    (void)arg;
    return setting_put(tx, "0000", "public_url", "");
}

TEST(an_address_that_was_emptied_is_none)
{
    struct fixture f;
    fixture_open(&f, DB_SQLITE);
    struct app_options o = {.data_dir = f.dir, .create = true, .migrate = true};
    struct app *app = NULL;
    const char *problem;
    CHECK(app_open(&o, f.a, &app, &problem) == ERR_OK);
    CHECK(db_write(app->db, DB_NATIONAL, empty_address, NULL) == ERR_OK);
    app_closep(&app);
    CHECK(app_open(&o, f.a, &app, &problem) == ERR_OK);
    CHECK(app->public_url == NULL);
    app_close(app);
    fixture_close(&f);
}

TEST(a_program_that_runs_out_of_memory_while_it_opens_says_so)
{
    struct fixture f;
    fixture_open(&f, DB_SQLITE);
    struct app_options o = {.data_dir = f.dir, .create = true, .migrate = true};
    struct app *opened = NULL;
    const char *problem = NULL;
    CHECK(app_open(&o, f.a, &opened, &problem) == ERR_OK);
    app_closep(&opened);
    o.create = o.migrate = false;
    for (long n = 0; !opened; n++) {
        AUTO(arena_freep) struct arena *a = arena_new(1 << 20);
        CHECK(n < 1000);
        mem_fail_at(n);
        enum err e = app_open(&o, a, &opened, &problem);
        bool refused = mem_failed();
        mem_fail_at(-1);
        CHECK(e == (refused ? ERR_NOMEM : ERR_OK));
        if (e && n > 0)
            CHECK(problem && *problem);
    }
    app_close(opened);
    fixture_close(&f);
}
