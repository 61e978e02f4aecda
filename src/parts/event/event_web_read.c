/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* What somebody wrote in the form of an event, checked field by field. */
#include <math.h>
#include <string.h>

#include "base/hash.h"
#include "base/mem.h"
#include "base/str.h"
#include "core/textguard.h"
#include "geo/geo_data.h"
#include "parts/event/event_web_form.h"
#include "parts/event/report_outbox.h"
#include "parts/photo/photo.h"

#define WORDS_MOST 100 /* that are taken away in one press */
#define COMMON                                                                                     \
    {.name = "main", .kind = FIELD_CODE, .required = true},                                        \
        {.name = "detail", .kind = FIELD_CODE}, {.name = "when", .kind = FIELD_TEXT, .max = 120},  \
        {.name = "place", .kind = FIELD_TEXT, .max = EVENT_PLACE_MOST},                            \
        {.name = "place_choice", .kind = FIELD_TEXT, .max = 80},                                   \
        {.name = "unknown", .kind = FIELD_BOOL},                                                   \
        {.name = "east", .kind = FIELD_REAL, .min = 170000, .max = 970000},                        \
        {.name = "north", .kind = FIELD_REAL, .min = 6080000, .max = 7700000},                     \
        {.name = "point_of", .kind = FIELD_TEXT, .max = EVENT_PLACE_MOST + 1},                     \
        {.name = "organisation", .kind = FIELD_ID},                                                \
        {.name = "text", .kind = FIELD_LINES, .max = 4000},                                        \
        {.name = "keep_reason", .kind = FIELD_LINES, .max = EVENT_KEEP_MOST},                      \
        {.name = "remove", .kind = FIELD_BOOL},                                                    \
    {                                                                                              \
        0                                                                                          \
    }

/* What came before is said by its key; PHOTO_REPORT_MOST of them. */
#define PHOTOS                                                                                     \
    {.name = "photos", .kind = FIELD_FILE, .many = true, .max = (int64_t)PHOTO_BYTES_MOST},        \
        {.name = "photo-1", .kind = FIELD_ID}, {.name = "photo-2", .kind = FIELD_ID},              \
        {.name = "photo-3", .kind = FIELD_ID},                                                     \
        {.name = "photo_alt-1", .kind = FIELD_TEXT, .max = PHOTO_ALT_MOST},                        \
        {.name = "photo_alt-2", .kind = FIELD_TEXT, .max = PHOTO_ALT_MOST},                        \
        {.name = "photo_alt-3", .kind = FIELD_TEXT, .max = PHOTO_ALT_MOST},                        \
        {.name = "photo_was", .kind = FIELD_CODE, .many = true},                                   \
    {                                                                                              \
        .name = "look", .kind = FIELD_BOOL                                                         \
    }

const struct field_spec event_form_fields[] = {{.name = "id", .kind = FIELD_ID, .required = true},
                                               COMMON};
const struct field_spec report_fields[] = {{.name = "id", .kind = FIELD_ID, .required = true},
                                           {.name = "when_pick", .kind = FIELD_TEXT, .max = 40},
                                           PHOTOS,
                                           REPORT_AGE_FIELD,
                                           COMMON};
const struct field_spec event_edit_fields[] = {
    {.name = "version", .kind = FIELD_INT, .required = true, .min = 1, .max = 1000000000}, COMMON};

static void read_type(struct req *rq, struct event *e)
{
    const char *main = req_field(rq, "main"), *detail = req_field(rq, "detail");
    int m = event_type_index(main), d = event_type_index(detail);
    if (!main || req_problem_of(rq, "main"))
        return;
    if (m < 0)
        req_problem(rq, "main", TX(rq, event_rule_type));
    else if (detail && d < 0)
        req_problem(rq, "detail", TX(rq, event_rule_type));
    else if (detail && !event_type_within(d, m))
        req_problem(rq, "detail", TX(rq, event_form_detail_other));
    else
        e->type_code = event_types[detail ? d : m].code;
}

/* What was written goes before one of the words that are offered (when_pick). */
static void read_when(struct req *rq, const struct event *before, struct event *e)
{
    const char *said = req_field(rq, "when");
    if (!said && !req_problem_of(rq, "when")) {
        said = req_field(rq, "when_pick");
        if (!said)
            req_problem(rq, "when", TX(rq, event_form_when_missing));
    }
    if (!said || req_problem_of(rq, "when"))
        return;
    if (id_is_none(before->id)) /* "nyss" is another time when the same form is sent again */
        e->source_hash =
            arena_printf(rq->arena, "%016llx", (unsigned long long)hash64(said, strlen(said), 0));
    if (before->occurred_from &&
        str_eq(said, event_web_when_said(rq, before->occurred_from, before->occurred_to)))
        return; /* untouched */
    if (event_web_when(rq, said, &e->occurred_from, &e->occurred_to) &&
        e->occurred_to > time_now() && event_type_index(e->type_code) != EVENT_TYPE_planned_event)
        req_problem(rq, "when", TX(rq, event_form_future));
}

static void set_spot(struct event *e, const struct event_spot *s)
{
    e->place_name = s->name;
    e->place_id = s->place_id;
    e->precision = s->precision;
    bool place = geo_precision_is_place(s->precision);
    e->east = place ? s->east : NAN;
    e->north = place ? s->north : NAN;
    e->area_id = s->area_id;
}

static void set_unplaced(struct event *e, const char *name)
{
    set_spot(e, &(struct event_spot){
                    .name = name, .precision = GEO_MUNICIPALITY, .east = NAN, .north = NAN});
}

/* A point that came with the page belongs to the name that stood there ("=Lyrestad"): it goes when
 * another name is written. */
static bool point_of_another(const struct req *rq, const char *name)
{
    const char *of = req_field(rq, "point_of");
    return of && name && !str_eq(of + 1, name);
}

/* The outlines are coarse, and a report may come from just beyond the border. */
#define BEYOND 5000.0

static bool far_outside(const struct req *rq, double east, double north)
{
    const struct geo_municipality *m = geo_municipality_by_code(web_municipality(rq));
    const struct geo_box *b = m ? &m->outline.box : NULL;
    return b && (east < b->east_min - BEYOND || east > b->east_max + BEYOND ||
                 north < b->north_min - BEYOND || north > b->north_max + BEYOND);
}

/* A point on the map; the name, if there is one, stays as it was written. */
static enum err take_point(struct req *rq, const char *name, struct event *e)
{
    struct event_spot s = {.name = name, .precision = GEO_POINT};
    s.east = req_real(rq, "east", NAN);
    s.north = req_real(rq, "north", NAN);
    if (far_outside(rq, s.east, s.north)) {
        req_problem(rq, "place", TXF(rq, event_form_outside, web_municipality_name(rq)));
        return ERR_OK;
    }
    if (!name)
        TRY(event_web_near(rq, (struct geo_point){s.east, s.north}, &s.name));
    set_spot(e, &s);
    return ERR_OK;
}

static enum err find_place(struct req *rq, const char *name, struct event_entry *out)
{
    struct event_spots spots;
    const char *choice = req_field(rq, "place_choice");
    if (str_eq(choice, "name")) { /* only the name */
        set_unplaced(&out->e, name);
        return ERR_OK;
    }
    TRY(event_web_spots(rq, name, &spots));
    for (size_t i = 0; i < spots.n; i++)
        if ((choice && str_eq(spots.list[i].value, choice)) || (!choice && spots.clear && i == 0)) {
            set_spot(&out->e, &spots.list[i]);
            return ERR_OK;
        }
    out->spots = spots;
    req_problem(rq, "place_choice",
                spots.n ? TX(rq, event_form_place_which) : TXF(rq, event_form_place_none, name));
    return ERR_OK;
}

static enum err read_place(struct req *rq, const struct event *before, struct event_entry *out)
{
    const char *name = req_field(rq, "place");
    bool point = req_has(rq, "east") && req_has(rq, "north");
    if (req_problem_of(rq, "place"))
        return ERR_OK;
    if (req_problem_of(rq, "east") || req_problem_of(rq, "north")) {
        req_problem(rq, "place", TX(rq, event_rule_position));
        return ERR_OK;
    }
    if (req_has(rq, "unknown")) {
        set_unplaced(&out->e, NULL);
        return ERR_OK;
    }
    if (point && !point_of_another(rq, name))
        return take_point(rq, name, &out->e);
    if (!id_is_none(before->id) && str_eq(name, before->place_name))
        return ERR_OK; /* untouched */
    if (name)
        return find_place(rq, name, out);
    req_problem(rq, "place", TX(rq, event_form_place_missing));
    return ERR_OK;
}

enum err event_web_known_organisation(struct req *rq, struct id id)
{
    struct event_names names;
    if (id_is_none(id))
        return ERR_OK;
    TRY(event_names_load(web_app(rq), rq->arena, rq->lang, web_municipality(rq), &names));
    if (!event_names_organisation(&names, id))
        req_problem(rq, "organisation", TX(rq, field_id));
    return ERR_OK;
}

static enum err read_organisation(struct req *rq, const struct event *before, struct event *e)
{
    const struct who *w = web_who(rq);
    if (!id_eq(req_id(rq, "organisation"), before->organisation_id))
        TRY(event_web_known_organisation(rq, req_id(rq, "organisation")));
    if (web_may(rq, PERM_EVENT_EDIT))
        e->organisation_id = req_id(rq, "organisation");
    else if (id_is_none(before->id) && w->here)
        e->organisation_id = w->here->organisation;
    return ERR_OK;
}

static bool points_at_somebody(const char *s)
{
    struct guard_span one;
    return s && guard_find(s, strlen(s), &one, 1) > 0;
}

/* The text without the words that point at somebody. */
static const char *cleared(struct arena *a, const char *text)
{
    struct guard_span one;
    char *s = arena_strdup(a, text);
    for (int i = 0; s && i < WORDS_MOST && guard_find(s, strlen(s), &one, 1) > 0; i++) {
        size_t end = one.at + one.len;
        if (one.at == 0 || s[one.at - 1] == ' ' || s[one.at - 1] == '\n')
            end += strspn(s + end, " \t");
        memmove(s + one.at, s + end, strlen(s + end) + 1);
    }
    return s;
}

/* Who may change events may let the text stand, and says why. */
static void read_why(struct req *rq, struct event_entry *out)
{
    const char *why = req_field(rq, "keep_reason");
    out->guarded = true;
    if (req_has(rq, "remove")) {
        out->cleared = cleared(rq->arena, out->e.description);
        req_problem(rq, "text", TX(rq, event_form_removed));
    } else if (!web_may(rq, PERM_EVENT_EDIT)) {
        req_problem(rq, "text", TX(rq, event_form_guard));
    } else if (str_empty(why) && !req_problem_of(rq, "keep_reason")) {
        req_problem(rq, "text", TX(rq, event_form_guard_why));
    } else if (points_at_somebody(why)) {
        req_problem(rq, "keep_reason", TX(rq, review_guard));
    }
}

const char *event_web_kept(struct req *rq, const struct event *e)
{
    bool kept = web_may(rq, PERM_EVENT_EDIT) && points_at_somebody(e->description);
    return kept ? req_field(rq, "keep_reason") : NULL;
}

/* What stood there before, unchanged, has been answered for. */
static void read_text(struct req *rq, const struct event *before, struct event_entry *out)
{
    struct event *e = &out->e;
    if (req_problem_of(rq, "text"))
        return;
    e->description = req_field(rq, "text");
    if (points_at_somebody(req_field(rq, "place")))
        req_problem(rq, "place", TX(rq, event_form_guard_place));
    bool same = before->description && e->description &&
                str_eq(before->description, e->description) && !req_has(rq, "remove");
    if (!same && points_at_somebody(e->description))
        read_why(rq, out);
}

/* "Fyll i det här fältet" says too little where all problems stand together. */
static void name_missing(struct req *rq)
{
    for (struct problem *p = rq->problems; p; p = p->next)
        if (p->field && str_eq(p->field, "main") && !req_has(rq, "main"))
            p->text = TX(rq, event_form_main_missing);
}

enum err event_form_read(struct req *rq, const struct event *before, struct event_entry *out)
{
    struct event_problem wrong;
    out->e = *before;
    out->e.municipality = web_municipality(rq);
    if (!out->e.source)
        out->e.source = EVENT_SOURCE_REPORT;
    name_missing(rq);
    read_type(rq, &out->e);
    read_when(rq, before, &out->e);
    TRY(read_place(rq, before, out));
    TRY(read_organisation(rq, before, &out->e));
    read_text(rq, before, out);
    if (!rq->problems && event_check(&out->e, &wrong) != ERR_OK)
        req_problem(rq, NULL, text_get(rq->lang, wrong.text));
    return ERR_OK;
}
