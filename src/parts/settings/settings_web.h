/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Inside the pages of parts/settings only. */
#pragma once

#include "core/web.h"
#include "parts/settings/settings.h"
#include "parts/settings/settings_view.h"

/* "/1493/installningar" and more; in the arena. */
const char *settings_at(struct req *rq, const char *path);
/* The same with an id after it: "/organisationer/" + id + tail. */
const char *settings_at_id(struct req *rq, const char *path, struct id id, const char *tail);
/* The id of the address (":id"). ERR_NOTFOUND when it is none. */
NODISCARD enum err settings_id(struct req *rq, struct id *out);
/* Pages of a municipality do not exist in "0000" and counties, and the reverse. */
NODISCARD enum err settings_in_town(const struct req *rq);
NODISCARD enum err settings_in_country(const struct req *rq);

/* What a person is told above a list or form. */
NODISCARD enum err settings_notice(struct req *rq, const struct page_notice **notices, size_t *n,
                                   struct page_notice notice);

/* --- Lists --- */

/* Room for that many rows with a cell for each head. */
NODISCARD enum err settings_table(struct req *rq, const struct settings_head *heads, size_t n_heads,
                                  size_t rows, struct settings_row **out);
/* Fields of the row's label are filled in; the first cell names the row. */
void settings_list_link(struct settings_list_view *v, const char *label, const char *href);
/* The frame with the way back to the settings, then the page. */
NODISCARD enum err settings_draw_list(struct req *rq, struct settings_list_view *v,
                                      enum text_key title);

/* --- Forms --- */

/* A field with what was typed, else `value`; required unless the caller says otherwise. Mend it
 * through the answer. */
struct page_field *settings_field(struct req *rq, struct settings_form_view *v,
                                  enum settings_field_kind kind, const char *name,
                                  enum text_key label, const char *value);
struct page_field *settings_filter(struct req *rq, struct settings_list_view *v,
                                   enum settings_field_kind kind, const char *name,
                                   enum text_key label);
/* The choices of a select or radio field; the one with the field's value is chosen. The array is
 * changed. */
void settings_choose(struct page_field *f, struct page_choice *choices, size_t n);
/* One box that stands for yes. */
void settings_box(struct req *rq, struct page_field *f, const char *label, bool checked);
void settings_hide(struct settings_form_view *v, const char *name, const char *value);
/* What stood there when the form was opened; a form that is put back keeps what it had then. */
void settings_seen(struct req *rq, struct settings_form_view *v, const char *name,
                   const char *value);
void settings_button(struct settings_form_view *v, struct settings_button button);
/* `up` is the list that the form belongs to; title NULL: of `key`. */
struct settings_up {
    const char *path;
    enum text_key title;
};
NODISCARD enum err settings_draw_form(struct req *rq, struct settings_form_view *v,
                                      const struct settings_up *up, const char *title);

/* What a write needs besides its own arguments: for the audit in the same transaction. */
struct settings_write {
    struct req *rq;
    const char *municipality;
    struct id id;
};
/* Audited with detail {"name": name, KEY: value} without what is NULL; the action begins with the
 * kind of its object. */
NODISCARD enum err settings_audit(const struct settings_write *w, struct tx *tx, const char *action,
                                  const char *name, const char *key, const char *value);
/* ERR_CONFLICT of a write becomes a problem of the form, and ERR_OK comes back. */
enum err settings_conflict(struct req *rq, enum err e, const char *field, enum text_key text);

/* "<" 12 345 in words of the reader; in the arena. */
const char *settings_number(struct req *rq, int64_t n);
const char *settings_date_text(struct req *rq, msec t);
const char *settings_time_text(struct req *rq, msec t);

/* --- Files between two steps --- */

/* A file that was sent is kept for an hour under the person's and the municipality's name. */
NODISCARD enum err settings_draft_keep(struct req *rq, const struct file_part *file,
                                       const char *what, struct id *out);
/* Its path; ERR_NOTFOUND when it is gone or somebody else's. *name: as it was called. */
NODISCARD enum err settings_draft_path(struct req *rq, const char *what, struct id id,
                                       const char **path, const char **name);
void settings_draft_drop(struct req *rq, const char *what, struct id id);

extern const struct field_spec settings_organisation_fields[], settings_type_fields[],
    settings_photos_fields[], settings_period_fields[], settings_series_fields[],
    settings_area_upload_fields[], settings_area_draft_fields[], settings_area_fields[],
    settings_place_query[], settings_place_fields[], settings_place_upload_fields[],
    settings_town_query[], settings_town_fields[], settings_house_fields[], settings_mail_fields[],
    settings_log_query[], settings_say_query[];

http_handler settings_overview_page;
http_handler settings_organisations_page, settings_organisation_new_page,
    settings_organisation_add_post, settings_organisation_page, settings_organisation_post,
    settings_organisation_sleep_post, settings_organisation_wake_post,
    settings_organisation_delete_post;
http_handler settings_types_page, settings_type_page, settings_type_post;
http_handler settings_photos_page, settings_photos_post, settings_periods_page,
    settings_period_new_page, settings_period_add_post, settings_period_page, settings_period_post,
    settings_period_delete_post, settings_series_page, settings_series_post;
http_handler settings_areas_page, settings_area_upload_page, settings_area_upload_post,
    settings_area_draft_page, settings_area_draft_post, settings_area_page, settings_area_post,
    settings_area_delete_post, settings_areas_geojson, settings_area_tile;
http_handler settings_places_page, settings_place_new_page, settings_place_add_post,
    settings_place_page, settings_place_post, settings_place_delete_post,
    settings_place_upload_page, settings_place_upload_post, settings_place_draft_page,
    settings_place_draft_post, settings_place_say;
http_handler settings_towns_page, settings_town_page, settings_town_post, settings_house_page,
    settings_house_post, settings_mail_page, settings_mail_post, settings_letter_post;
http_handler settings_log_page, settings_log_csv, settings_log_check_post;
http_handler settings_jobs_page, settings_job_page, settings_job_cancel_post, settings_job_state;
