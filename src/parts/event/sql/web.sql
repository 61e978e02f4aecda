-- SPDX-License-Identifier: AGPL-3.0-or-later
-- Names that the pages of events need.
-- name: event_web_areas
-- in: municipality text
-- out: id id, name text
SELECT id, name FROM area WHERE municipality_code = :municipality AND kind = 'district'
ORDER BY name, id;

-- name: event_web_labels
-- in: municipality text
-- out: code text, label text?, hidden int
SELECT code, label, hidden FROM event_type_label WHERE municipality_code = :municipality
ORDER BY code;

-- name: event_web_organisations
-- in: municipality text
-- out: id id, name text, active int
SELECT id, name, active FROM organisation WHERE municipality_code = :municipality
ORDER BY name, id;

-- name: event_web_periods
-- in: municipality text, now int
-- out: name text, starts_at int, ends_at int
SELECT name, starts_at, ends_at FROM period
WHERE municipality_code = :municipality AND starts_at <= :now
ORDER BY starts_at DESC, id LIMIT 3;

-- Where an event is, asked from the whole country's list: an index look-up a municipality.
-- name: event_web_home
-- in: id id
-- out: municipality text
SELECT municipality_code AS municipality FROM event
WHERE id = :id AND municipality_code IN (SELECT code FROM municipality);
