/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "geo/geo_data.h"
#include "parts/changes/changes_inner.h"
#include "tmpl/format.h"

#define AT "/:municipality/nu"
#define WRITE .rate = RATE_WRITE

static const struct route routes[] = {
    ROUTE(GET, AT, PERM_PICTURE_READ, changes_now_page, .fields = changes_now_fields,
          .summary = "What has changed in a period."),
    ROUTE(GET, AT "/faststallda", PERM_PICTURE_READ, changes_adopted_list_page,
          .summary = "Pictures that the group has adopted."),
    ROUTE(GET, AT "/:id/faststalld", PERM_PICTURE_READ, changes_adopted_page,
          .fields = changes_adopted_fields, .summary = "An adopted picture, as it stood."),
    ROUTE(GET, AT "/:id/faststall", PERM_LEVEL_EDIT, changes_adopt_page,
          .summary = "What is about to be adopted."),
    ROUTE(POST, AT "/:id/faststall", PERM_LEVEL_EDIT, changes_adopt_post, WRITE,
          .fields = changes_adopt_fields, .summary = "Adopt the picture of a period."),
    ROUTE(GET, AT "/:id/fokus", PERM_LEVEL_READ, changes_focus_page,
          .summary = "Places that come first in the next period."),
    ROUTE(POST, AT "/:id/fokus", PERM_LEVEL_EDIT, changes_focus_post, WRITE,
          .fields = changes_focus_fields, .summary = "Choose them."),
    ROUTE(GET, AT "/:id/omraden/:area", PERM_LEVEL_READ, changes_level_page,
          .summary = "The level of an area, with what is suggested and why."),
    ROUTE(POST, AT "/:id/omraden/:area", PERM_LEVEL_EDIT, changes_level_post, WRITE,
          .fields = changes_level_fields, .summary = "Set the level of an area."),
    ROUTES_END,
};

#define SOON (7 * MSEC_DAY)

/* The period that the group works with: soon over, or over and not adopted. */
static enum err told(struct req *rq, struct page_link *out)
{
    struct changes c;
    char day[FORMAT_TEXT];
    if (!web_may(rq, PERM_LEVEL_EDIT) || !geo_municipality_by_code(web_municipality(rq)))
        return ERR_OK;
    TRY(changes_load(rq, (struct id){{0}}, &c));
    bool over = c.has_period && c.period.ends_at <= c.now;
    if (!c.has_period || (over && c.period.adopted) || c.period.ends_at > c.now + SOON)
        return ERR_OK;
    format_date(day, rq->lang, date_of_msec(c.period.ends_at - 1));
    out->label = over ? TXF(rq, changes_told_over, c.period.name)
                      : TXF(rq, changes_told_ends, c.period.name, (const char *)day);
    out->href = changes_at_period(rq, c.period.id);
    return ERR_OK;
}

const struct part changes_part = {
    .name = "changes",
    .routes = routes,
    .queries = changes_queries,
    .nav_path = "/nu",
    .nav_also = "/laget",
    .nav_label = T_picture_nav,
    .nav_perm = PERM_PICTURE_READ,
    .nav_rank = 10,
    .told = told,
};
