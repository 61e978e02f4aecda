/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Between http and the parts: who asks, may they, and the frame that every page stands in.
 *
 * A page's handler looks like this:
 *
 *     static enum err walk_list_page(struct req *rq)
 *     {
 *         struct walk_list_view v = {0};
 *         TRY(web_read(rq, load_walks, &v));          // in the municipality of the address
 *         TRY(web_page(rq, &v.page, T_walk_list_title));
 *         struct tmpl t = web_tmpl(rq);
 *         walk_list_html(&t, &v);
 *         return ERR_OK;
 *     }
 */
#pragma once

#include "core/app.h"
#include "core/page.h"
#include "core/session.h"
#include "http/http.h"
#include "tmpl/tmpl.h"

struct mvt_tile;

extern const struct http_hooks web_hooks;

struct app *web_app(const struct req *rq);
/* Never NULL; web_who(rq)->account is none when nobody is logged in. */
const struct who *web_who(const struct req *rq);
/* May this person do that in the municipality of the address? */
bool web_may(const struct req *rq, enum perm p);
/* The code in the address ("1493"), or of the public address's municipality; "" when it has none.
 * "0000" stands for the whole country and "NN00" for a county. */
const char *web_municipality(const struct req *rq);
const char *web_municipality_name(const struct req *rq);
/* The scope for db_read/db_write: the code, or DB_NATIONAL for "0000". */
const char *web_scope(const struct req *rq);

/* Is the answer for a program: a route of the interface, or a form that a script has sent and whose
 * answer it asks for as application/json? */
bool web_asks_json(const struct req *rq);
/* Does fn as if the address were in another municipality: rights, database, audit and addresses are
 * those of the person there. ERR_FORBIDDEN when the person has no role in it. */
typedef enum err web_visit_fn(struct req *rq, void *arg);
NODISCARD enum err web_visit(struct req *rq, const char *municipality, web_visit_fn *fn, void *arg);

/* What waits for this person in the municipality of the address (struct part, `told`). */
NODISCARD enum err web_told(struct req *rq, const struct page_link **out, size_t *out_n);
/* The quiet line of the municipality's start page (struct part, `line`); label NULL: none. */
NODISCARD enum err web_line(struct req *rq, struct page_link *out);
/* What is said beside an address that is about to be printed, when it is not one that others can be
 * trusted to reach: none is set, or only this computer does. False: it is a good one. */
bool web_address_notice(struct req *rq, struct page_notice *out);

/* db_read / db_write in the scope of the address; the argument is handed on. */
NODISCARD enum err web_read(struct req *rq, db_fn *fn, void *arg);
NODISCARD enum err web_write(struct req *rq, db_fn *fn, void *arg);
/* One audit entry of this person in this municipality; detail is JSON or NULL. Inside a write: */
NODISCARD enum err web_audit(struct req *rq, struct tx *tx, const char *action, const char *kind,
                             struct id object, const char *detail);
/* For readings, in a transaction of its own. */
NODISCARD enum err web_audit_read(struct req *rq, const char *action, const char *kind,
                                  struct id object, const char *detail);

/* Fills in the frame: header, navigation, language, token, notices of what just happened, the list
 * of problems. Members that are set already (lead, action, tabs, crumbs ...) are kept. ERR_NOMEM.
 */
NODISCARD enum err web_page(struct req *rq, struct page *p, enum text_key title);
/* The same with a title made by the page (names, dates). */
NODISCARD enum err web_page_named(struct req *rq, struct page *p, const char *title);
void web_page_map(struct page *p); /* also loads the map's script and style */
struct tmpl web_tmpl(struct req *rq);

/* A form comes back with what was typed: status 422 and the field filled in from the request. */
void web_invalid(struct req *rq);
/* label and hint may be TEXT_COUNT (none). `value` is what to show when the person has typed
 * nothing. */
struct page_field web_field(struct req *rq, const char *name, enum text_key label,
                            enum text_key hint, const char *value);
/* The value "2026-11-14" of a field as its three parts, for core_field_date. */
void web_date(struct req *rq, struct page_field *f);

/* After a change: 303 to `location`, where the page says text `done` (a key that begins "done_").
 * A "#part" of the location stays last, where a browser looks for it. */
NODISCARD enum err web_done(struct req *rq, const char *location, enum text_key done);
/* The same, and the page opens at the part of it with this id. */
NODISCARD enum err web_done_at(struct req *rq, const char *location, enum text_key done,
                               const char *part);

/* "/1493/handelser" from "/handelser"; in the arena. */
const char *web_address(struct req *rq, const char *path);
/* Which map tile the address (:z/:x/:y) asks for; false: there is no such tile. */
bool web_tile(const struct req *rq, struct mvt_tile *out);
/* Absolute address for letters: configured, or from the request's Host. */
const char *web_absolute(struct req *rq, const char *path);

/* A QR code that holds the text (an address), named by `label`. ERR_LIMIT: more than
 * QR_MAX_TEXT bytes. */
NODISCARD enum err web_qr(struct req *rq, const char *label, const char *text, struct page_qr *out);

/* Shorthands for texts in the reader's language. */
#define TX(rq, key) text_get((rq)->lang, T_##key)
#define TXF(rq, key, ...) text_fmt((rq)->arena, (rq)->lang, T_##key, __VA_ARGS__)

/* Routes that belong to no part: assets, language, health, metrics, API description. */
extern const struct route web_routes[];
/* OpenAPI 3.1 of all routes, as JSON. */
void web_openapi(const struct app *app, struct buf *out);
