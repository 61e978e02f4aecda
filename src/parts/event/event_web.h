/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Inside the pages of events only. */
#pragma once

#include "core/web.h"
#include "parts/event/event_view.h"
#include "parts/event/event_web_query.h"

extern const struct field_spec event_query_fields[];
extern const struct field_spec event_form_fields[];
extern const struct field_spec event_edit_fields[];
extern const struct field_spec event_new_fields[];
extern const struct field_spec event_places_fields[];
extern const struct field_spec event_near_fields[];

/* The filters of the address, and the wall of the person who asks. What cannot be used becomes a
 * problem of the request and filters nothing. */
struct event_query event_web_query(struct req *rq);
/* "/1493/handelser" with the query's filters. In the arena. */
const char *event_web_href(struct req *rq, const char *path, const struct event_query *q,
                           bool place_in_list);
/* May this person see the event? */
bool event_web_sees(const struct req *rq, const struct event *e);

/* The sentence and the chips of what is filtered; kinds: event_found_kinds(). */
NODISCARD enum err event_web_said(struct req *rq, const struct event_query *q,
                                  const struct event_names *names, const size_t kinds[EVENT_KINDS],
                                  struct page_said *out);
/* Adds to the sentence how many of those found nobody has looked at yet, if any. */
NODISCARD enum err event_web_said_waiting(struct req *rq, const struct event_query *q,
                                          const struct event_selection *sel, struct page_said *out);
/* "inom 300 m från Stora torget". */
NODISCARD enum err event_web_circle(struct req *rq, const struct event_circle *c, const char **out);
/* The named place nearest to its middle: "Stora torget", "en punkt 300 m norr om Stora torget". No
 * house is named. */
NODISCARD enum err event_web_middle(struct req *rq, const struct event_circle *c, const char **out);
/* The fields of the filter bar, the shortcuts, the hidden values. */
NODISCARD enum err event_web_filter(struct req *rq, const struct event_query *q,
                                    const struct event_names *names, const struct columns_view *all,
                                    struct event_list_view *v);
/* The map beside a list (data_href NULL: none) or in a form. */
void event_web_map(struct req *rq, struct page_map *map, const struct geo_box *box);
/* Where an event that has a position is marked in a map. */
const char *event_web_mark(struct req *rq, const struct event *e);

/* Adds what a person reports. An event of that id by the same person is the same report, sent
 * twice; saying something else it gets an id of its own when `fresh` (e->id then tells which).
 * `photos` (may be NULL) become its own. ERR_CONFLICT: the id stands for something else, or is
 * somebody else's. */
struct report_photos;
NODISCARD enum err event_add_once(struct req *rq, struct event *e,
                                  const struct report_photos *photos, bool fresh);

enum err event_list_page(struct req *rq);
enum err event_detail_page(struct req *rq);
enum err event_new_page(struct req *rq);
enum err event_new_send(struct req *rq);
enum err event_receipt_page(struct req *rq);
enum err event_edit_page(struct req *rq);
enum err event_edit_send(struct req *rq);
enum err event_redact_page(struct req *rq);
enum err event_redact_send(struct req *rq);
enum err event_tile_page(struct req *rq);
enum err event_base_page(struct req *rq);
enum err event_places_page(struct req *rq);
enum err event_place_said_page(struct req *rq);
enum err event_export_csv_page(struct req *rq);
enum err event_export_xlsx_page(struct req *rq);
enum err event_export_geojson_page(struct req *rq);
enum err event_export_json_page(struct req *rq);
enum err event_api_list(struct req *rq);
enum err event_api_one(struct req *rq);
enum err event_api_add(struct req *rq);

/* The event of the address, whatever municipality it lies in; ERR_NOTFOUND also for one that the
 * person may not see. Texts in the request's arena. */
struct event_one {
    struct req *rq;
    struct id id;
    struct event e;
    struct event_version *versions;
    size_t n_versions;
    struct event *same; /* what tells of the same happening, and the person may see */
    size_t n_same;
};
NODISCARD enum err event_web_one(struct req *rq, struct event_one *out);
/* For use inside a transaction. */
NODISCARD enum err event_web_one_in(struct tx *tx, struct event_one *one);
