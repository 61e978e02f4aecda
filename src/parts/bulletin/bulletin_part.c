/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "parts/bulletin/bulletin_web.h"
#include "parts/site/site.h"

#define AT "/:municipality/lagesbrev"
#define SITE "/:slug" SITE_BULLETIN_PATH
#define WRITE .rate = RATE_WRITE
#define EXPORT .rate = RATE_EXPORT

static const struct route routes[] = {
    ROUTE(GET, AT, PERM_PICTURE_READ, bulletin_list_page, .summary = "The group's bulletins."),
    ROUTE(GET, AT "/:id.pdf", PERM_PICTURE_READ, bulletin_pdf_file, EXPORT,
          .summary = "A bulletin of the group as a tagged PDF."),
    ROUTE(GET, AT "/:id.odt", PERM_PICTURE_READ, bulletin_odt_file, EXPORT,
          .summary = "A bulletin of the group as OpenDocument text."),
    ROUTE(GET, AT "/:id.md", PERM_PICTURE_READ, bulletin_md_file, EXPORT,
          .summary = "A bulletin of the group as Markdown."),
    ROUTE(GET, AT "/:id", PERM_PICTURE_READ, bulletin_read_page,
          .summary = "The bulletin of a period, for the group."),
    ROUTE(POST, AT "/:id/gor", PERM_LEVEL_EDIT, bulletin_make_post, WRITE,
          .fields = bulletin_make_fields, .summary = "Make the bulletin of an adopted period."),
    ROUTE(POST, AT "/:id/lamna-ut", PERM_LEVEL_EDIT, bulletin_out_post, WRITE,
          .fields = bulletin_out_fields, .summary = "Hand it out to the group, or take it back."),
    ROUTE(GET, AT "/:id/skriv", PERM_LEVEL_EDIT, bulletin_write_page,
          .summary = "The words of the group's variant."),
    ROUTE(POST, AT "/:id/skriv", PERM_LEVEL_EDIT, bulletin_write_post, WRITE,
          .fields = bulletin_write_fields, .summary = "Save them."),
    ROUTE(GET, AT "/:id/allmanheten", PERM_PICTURE_PUBLISH, bulletin_open_page,
          .summary = "What everybody would be told, as they would see it."),
    ROUTE(POST, AT "/:id/allmanheten", PERM_PICTURE_PUBLISH, bulletin_open_post, WRITE,
          .fields = bulletin_open_fields, .summary = "Save it, or publish it."),
    ROUTE(POST, AT "/:id/dra-tillbaka", PERM_PICTURE_PUBLISH, bulletin_withdraw_post, WRITE,
          .fields = bulletin_press_fields, .summary = "Withdraw what everybody can read."),
    ROUTE(GET, SITE, PERM_ANYONE, bulletin_site_list_page, .flags = ROUTE_PUBLIC_CACHE,
          .fields = bulletin_site_query, .summary = "Published bulletins, the newest first."),
    ROUTE(GET, SITE "/:id.pdf", PERM_ANYONE, bulletin_site_pdf, EXPORT,
          .summary = "A published bulletin as a tagged PDF."),
    ROUTE(GET, SITE "/:id.odt", PERM_ANYONE, bulletin_site_odt, EXPORT,
          .summary = "A published bulletin as OpenDocument text."),
    ROUTE(GET, SITE "/:id.md", PERM_ANYONE, bulletin_site_md, EXPORT,
          .summary = "A published bulletin as Markdown."),
    ROUTE(GET, SITE "/:id", PERM_ANYONE, bulletin_site_page, .flags = ROUTE_PUBLIC_CACHE,
          .summary = "A published bulletin."),
    ROUTES_END,
};

const struct part bulletin_part = {
    .name = "bulletin",
    .routes = routes,
    .queries = bulletin_queries,
};
