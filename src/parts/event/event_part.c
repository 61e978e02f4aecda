/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Events as a part of the program: routes, and what is made at the start. */
#include "parts/event/event_part.h"

#include "event_sql.h"
#include "event_web_sql.h"
#include "parts/event/event_web.h"
#include "parts/event/photo_web.h"

static const struct route routes[] = {
    ROUTE(GET, "/:municipality/handelser", PERM_EVENT_READ_OWN, event_list_page,
          .fields = event_query_fields, .summary = "Events by filters, as a list and a map."),
    ROUTE(GET, "/:municipality/handelser.csv", PERM_EVENT_EXPORT, event_export_csv_page,
          .fields = event_query_fields, .rate = RATE_EXPORT,
          .summary = "The events of a filter as CSV."),
    ROUTE(GET, "/:municipality/handelser.xlsx", PERM_EVENT_EXPORT, event_export_xlsx_page,
          .fields = event_query_fields, .rate = RATE_EXPORT,
          .summary = "The events of a filter as a spreadsheet."),
    ROUTE(GET, "/:municipality/handelser.geojson", PERM_EVENT_EXPORT, event_export_geojson_page,
          .fields = event_query_fields, .rate = RATE_EXPORT,
          .summary = "The events of a filter as GeoJSON."),
    ROUTE(GET, "/:municipality/handelser.json", PERM_EVENT_EXPORT, event_export_json_page,
          .fields = event_query_fields, .rate = RATE_EXPORT,
          .summary = "The events of a filter as JSON."),
    ROUTE(GET, "/:municipality/handelser/tiles/:z/:x/:y.mvt", PERM_EVENT_READ_OWN, event_tile_page,
          .fields = event_query_fields, .rate = RATE_TILE,
          .summary = "A vector tile of the events of a filter."),
    ROUTE(GET, "/:municipality/tiles/base/:z/:x/:y.mvt", PERM_LOGGED_IN, event_base_page,
          .rate = RATE_TILE, .summary = "A vector tile of the base map."),
    ROUTE(GET, "/:slug/tiles/base/:z/:x/:y.mvt", PERM_ANYONE, event_base_page, .rate = RATE_TILE,
          .flags = ROUTE_PUBLIC_CACHE, .summary = "A vector tile of the public base map."),
    ROUTE(GET, "/:municipality/handelser/ny", PERM_EVENT_ADD, event_new_page,
          .fields = event_new_fields, .summary = "The form for a new event."),
    ROUTE(POST, "/:municipality/handelser/ny", PERM_EVENT_ADD, event_new_send,
          .fields = event_form_fields, .rate = RATE_WRITE, .summary = "Report an event."),
    ROUTE(GET, "/:municipality/handelser/:id", PERM_EVENT_READ_OWN, event_detail_page,
          .fields = event_new_fields, .summary = "One event with its history."),
    ROUTE(GET, "/:municipality/handelser/:id/kvitto", PERM_EVENT_ADD, event_receipt_page,
          .summary = "The receipt of a report."),
    ROUTE(GET, "/:municipality/handelser/:id/redigera", PERM_EVENT_EDIT, event_edit_page,
          .summary = "The form for changing an event."),
    ROUTE(POST, "/:municipality/handelser/:id/redigera", PERM_EVENT_EDIT, event_edit_send,
          .fields = event_edit_fields, .rate = RATE_WRITE, .summary = "Change an event."),
    ROUTE(GET, "/:municipality/handelser/:id/ta-bort-text", PERM_EVENT_EDIT, event_redact_page,
          .summary = "Ask before the texts of an event are taken away."),
    ROUTE(POST, "/:municipality/handelser/:id/ta-bort-text", PERM_EVENT_EDIT, event_redact_send,
          .rate = RATE_WRITE, .summary = "Take the texts of an event away for good."),
    ROUTE(POST, "/:municipality/handelser/:id/bilder", PERM_EVENT_ADD, photo_add_send,
          .fields = photo_add_fields, .flags = ROUTE_UPLOAD,
          .body_limit = PHOTO_BYTES_MOST + (1 << 20), .rate = RATE_WRITE,
          .summary = "Add a photo to an event."),
    ROUTE(POST, "/:municipality/bilder/:id/ta-bort", PERM_EVENT_EDIT, photo_remove_send,
          .rate = RATE_WRITE, .summary = "Take a photo away for good."),
    ROUTE(GET, "/:municipality/bilder/:id", PERM_EVENT_READ_OWN, photo_page,
          .summary = "A photo, to who may read its event."),
    ROUTE(GET, "/:municipality/platser", PERM_EVENT_ADD, event_places_page,
          .fields = event_places_fields, .flags = ROUTE_API, .rate = RATE_TILE,
          .summary = "Places that a name may mean."),
    ROUTE(GET, "/:municipality/platser/har", PERM_EVENT_ADD, event_place_said_page,
          .fields = event_near_fields, .flags = ROUTE_API, .rate = RATE_TILE,
          .summary = "A position in words."),
    ROUTE(GET, "/api/v1/:municipality/events", PERM_EVENT_READ_OWN, event_api_list,
          .fields = event_query_fields, .flags = ROUTE_API | ROUTE_STRICT,
          .summary = "Events by filters."),
    ROUTE(GET, "/api/v1/:municipality/events/:id", PERM_EVENT_READ_OWN, event_api_one,
          .flags = ROUTE_API | ROUTE_STRICT, .summary = "One event."),
    ROUTE(POST, "/api/v1/:municipality/events", PERM_EVENT_ADD, event_api_add,
          .flags = ROUTE_API | ROUTE_STRICT | ROUTE_JSON, .rate = RATE_WRITE,
          .summary = "Report an event."),
    ROUTES_END,
};

static enum err sync_types(struct tx *tx, void *arg)
{
    (void)arg;
    return event_types_sync(tx);
}

static enum err start(struct app *app)
{
    app->areas = event_areas_new();
    app->columns = columns_new(app->db, 0);
    if (!app->areas || !app->columns)
        return ERR_NOMEM;
    columns_find_words(app->columns);
    enum err e = db_write(app->db, DB_NATIONAL, sync_types, NULL);
    return e == ERR_FORBIDDEN ? ERR_OK : e; /* opened for reading only: as it is */
}

static void stop(struct app *app)
{
    columns_free(app->columns);
    event_areas_free(app->areas);
    app->columns = NULL;
    app->areas = NULL;
}

const struct part event_part = {
    .name = "event",
    .routes = routes,
    .queries = event_queries,
    .nav_path = "/handelser",
    .nav_label = T_event_list_title,
    .nav_perm = PERM_EVENT_READ_OWN,
    .nav_rank = 50,
    .start = start,
    .stop = stop,
};

/* Queries of the pages only: prepared by the tests under a name of their own. */
const struct part event_web_part = {.name = "event_web", .queries = event_web_queries};
