-- SPDX-License-Identifier: AGPL-3.0-or-later
-- name: event_type_put
-- in: code text, parent_code text?, sort int, kind text
INSERT INTO event_type (code, parent_code, sort, kind) VALUES (:code, :parent_code, :sort, :kind)
ON CONFLICT (code) DO UPDATE SET parent_code = excluded.parent_code, sort = excluded.sort,
  kind = excluded.kind;

-- name: event_put
-- in: municipality text, id id, source text, source_key text?, source_hash text?, import_id id?
-- in: organisation_id id?, type_code text, type_said text?, occurred_from int, occurred_to int
-- in: local_weekday int, local_hour int, local_week int, precision text, east real?, north real?
-- in: cell int?, place_name text?, place_id id?, area_id id?, state text, version int
-- in: reported_at int, changed_at int, created_by id?, origin text?
-- in: title text?, description text?, url text?
-- change: event i :id
INSERT INTO event (municipality_code, id, source, source_key, source_hash, import_id,
  organisation_id, type_code, type_said, occurred_from, occurred_to, local_weekday, local_hour,
  local_week, precision, east, north, cell, place_name, place_id, area_id, state, version,
  reported_at, changed_at, created_by, origin, title, description, url)
VALUES (:municipality, :id, :source, :source_key, :source_hash, :import_id,
  :organisation_id, :type_code, :type_said, :occurred_from, :occurred_to, :local_weekday,
  :local_hour, :local_week, :precision, :east, :north, :cell, :place_name, :place_id, :area_id,
  :state, :version, :reported_at, :changed_at, :created_by, :origin, :title, :description, :url);

-- name: event_set
-- in: municipality text, id id, source_hash text?, import_id id?
-- in: organisation_id id?, type_code text, type_said text?, occurred_from int, occurred_to int
-- in: local_weekday int, local_hour int, local_week int, precision text, east real?, north real?
-- in: cell int?, place_name text?, place_id id?, area_id id?, state text, version int
-- in: changed_at int, title text?, description text?, url text?
-- change: event u :id
UPDATE event SET source_hash = :source_hash, import_id = :import_id,
  organisation_id = :organisation_id, type_code = :type_code, type_said = :type_said,
  occurred_from = :occurred_from, occurred_to = :occurred_to, local_weekday = :local_weekday,
  local_hour = :local_hour, local_week = :local_week, precision = :precision, east = :east,
  north = :north, cell = :cell, place_name = :place_name, place_id = :place_id,
  area_id = :area_id, state = :state, version = :version, changed_at = :changed_at,
  title = :title, description = :description, url = :url
WHERE municipality_code = :municipality AND id = :id;

-- name: event_by_id
-- in: municipality text, id id
-- out: municipality text, id id, source text, source_key text?, source_hash text?, import_id id?
-- out: organisation_id id?, type_code text, type_said text?, occurred_from int, occurred_to int
-- out: local_weekday int, local_hour int, local_week int, precision text, east real?, north real?
-- out: cell int?, place_name text?, place_id id?, area_id id?, state text, version int
-- out: reported_at int, changed_at int, created_by id?, origin text?
-- out: title text?, description text?, url text?, same_as id?
SELECT municipality_code AS municipality, id, source, source_key, source_hash, import_id,
  organisation_id, type_code, type_said, occurred_from, occurred_to, local_weekday, local_hour,
  local_week, precision, east, north, cell, place_name, place_id, area_id, state, version,
  reported_at, changed_at, created_by, origin, title, description, url,
  same_as
FROM event WHERE municipality_code = :municipality AND id = :id;

-- name: event_remove
-- in: municipality text, id id
-- change: event d :id
DELETE FROM event WHERE municipality_code = :municipality AND id = :id;

-- name: event_known_by_key
-- in: municipality text, source text, source_key text
-- out: municipality text, id id, source_hash text?, version int, state text
SELECT municipality_code AS municipality, id, source_hash, version, state FROM event
WHERE municipality_code = :municipality AND source = :source AND source_key = :source_key;

-- name: event_known_notice
-- in: source_key text
-- out: municipality text, id id, source_hash text?, version int, state text
SELECT municipality_code AS municipality, id, source_hash, version, state FROM event
WHERE source = 'police' AND source_key = :source_key;

-- name: event_same_set
-- in: municipality text, id id, same_as id?
-- change: event u :id
UPDATE event SET same_as = :same_as WHERE municipality_code = :municipality AND id = :id;

-- What is told once more, the first told first.
-- name: event_same_list
-- in: municipality text, main id
-- out: id id
SELECT id FROM event WHERE municipality_code = :municipality AND same_as = :main
ORDER BY reported_at, id;
