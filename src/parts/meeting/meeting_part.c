/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "parts/meeting/meeting_inner.h"

#define AT "/:municipality/mote"
#define WRITE .rate = RATE_WRITE

static const struct route routes[] = {
    ROUTE(GET, AT, PERM_MEETING_READ, meeting_list_page,
          .summary = "Meetings of the group: planned, open, and those with minutes."),
    ROUTE(POST, AT, PERM_MEETING_LEAD, meeting_plan_post, WRITE, .fields = meeting_plan_fields,
          .summary = "Plan a meeting."),
    ROUTE(GET, AT "/:id", PERM_MEETING_READ, meeting_room_page, .fields = meeting_room_fields,
          .summary = "A meeting, one item of its agenda at a time."),
    ROUTE(GET, AT "/:id/lage", PERM_MEETING_READ, meeting_stamp,
          .summary = "Whether something is new in a meeting, as JSON."),
    ROUTE(POST, AT "/:id/oppna", PERM_MEETING_LEAD, meeting_open_post, WRITE,
          .summary = "Open a meeting."),
    ROUTE(POST, AT "/:id/stall-in", PERM_MEETING_LEAD, meeting_drop_post, WRITE,
          .summary = "Call off a meeting that has not been opened."),
    ROUTE(POST, AT "/:id/anteckning", PERM_MEETING_LEAD, meeting_note_post, WRITE,
          .fields = meeting_note_fields, .summary = "Write to an item, and tick it off."),
    ROUTE(POST, AT "/:id/narvaro", PERM_MEETING_LEAD, meeting_present_post, WRITE,
          .fields = meeting_present_fields, .summary = "Say whether somebody is there."),
    ROUTE(POST, AT "/:id/gaster", PERM_MEETING_LEAD, meeting_guest_post, WRITE,
          .fields = meeting_guest_fields, .summary = "Guests, by organisation."),
    ROUTE(POST, AT "/:id/uppfoljning", PERM_MEETING_LEAD, meeting_tick_post, WRITE,
          .fields = meeting_tick_fields, .summary = "Say whether an action is done."),
    ROUTE(POST, AT "/:id/nivaer", PERM_MEETING_LEAD, meeting_level_post, WRITE,
          .fields = meeting_level_fields, .summary = "Set the level of an area."),
    ROUTE(POST, AT "/:id/fokus", PERM_MEETING_LEAD, meeting_focus_post, WRITE,
          .fields = meeting_focus_fields, .summary = "Places that come first."),
    ROUTE(POST, AT "/:id/beslut", PERM_MEETING_LEAD, meeting_decide_post, WRITE,
          .fields = meeting_decide_fields, .summary = "Decide an action in one line."),
    ROUTE(POST, AT "/:id/beratta", PERM_MEETING_LEAD, meeting_tell_post, WRITE,
          .fields = meeting_tell_fields, .summary = "What is to be told to whom."),
    ROUTE(POST, AT "/:id/nasta", PERM_MEETING_LEAD, meeting_next_post, WRITE,
          .fields = meeting_next_fields, .summary = "When the group meets next."),
    ROUTE(GET, AT "/:id/avsluta", PERM_MEETING_LEAD, meeting_close_page,
          .summary = "What is about to be frozen as minutes."),
    ROUTE(POST, AT "/:id/avsluta", PERM_MEETING_LEAD, meeting_close_post, WRITE,
          .fields = meeting_close_fields, .summary = "Close a meeting."),
    ROUTE(GET, AT "/:id/protokoll", PERM_MEETING_READ, meeting_minutes_page,
          .summary = "The minutes of a meeting, as they stood when it was closed."),
    ROUTE(POST, AT "/:id/protokoll", PERM_MEETING_LEAD, meeting_strike_post, WRITE,
          .fields = meeting_strike_fields,
          .summary = "Strike words out of closed minutes and what was made of them, for good."),
    ROUTES_END,
};

const struct part meeting_part = {
    .name = "meeting",
    .routes = routes,
    .queries = meeting_queries,
    .nav_path = "/mote",
    .nav_label = T_meeting_nav,
    .nav_perm = PERM_MEETING_READ,
    .nav_rank = 25,
};
