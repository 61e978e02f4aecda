-- SPDX-License-Identifier: AGPL-3.0-or-later
-- name: settings_areas
-- in: municipality text
-- out: id id, kind text, name text, source text, created_at int, shape blob
SELECT id, kind, name, source, created_at, shape FROM area
 WHERE municipality_code = :municipality ORDER BY kind, name, id;

-- name: settings_area
-- in: municipality text, id id
-- out: id id, kind text, name text, source text, created_at int
SELECT id, kind, name, source, created_at FROM area
 WHERE municipality_code = :municipality AND id = :id;

-- name: settings_area_add
-- in: municipality text, id id, kind text, name text, shape blob, east_min real, north_min real, east_max real, north_max real, source text, at int
-- change: area i :id
INSERT INTO area (municipality_code, id, kind, name, shape, east_min, north_min, east_max, north_max,
  source, created_at)
VALUES (:municipality, :id, :kind, :name, :shape, :east_min, :north_min, :east_max, :north_max,
  :source, :at);

-- name: settings_area_replace
-- in: municipality text, id id, shape blob, east_min real, north_min real, east_max real, north_max real, source text
-- change: area u :id
UPDATE area SET shape = :shape, east_min = :east_min, north_min = :north_min, east_max = :east_max,
  north_max = :north_max, source = :source
 WHERE municipality_code = :municipality AND id = :id;

-- name: settings_area_rename
-- in: municipality text, id id, name text, kind text, name_before text, kind_before text
-- change: area u :id
UPDATE area SET name = :name, kind = :kind
 WHERE municipality_code = :municipality AND id = :id
   AND name = :name_before AND kind = :kind_before;

-- name: settings_area_delete
-- in: municipality text, id id
-- change: area d :id
DELETE FROM area WHERE municipality_code = :municipality AND id = :id;

-- What would point at nothing without the area. comparison_id is NULL when it is not an area.
-- name: settings_area_used
-- in: municipality text, id id
-- out: n int
SELECT (SELECT count(*) FROM action WHERE municipality_code = :municipality AND area_id = :id)
     + (SELECT count(*) FROM action_plan
         WHERE municipality_code = :municipality AND (area_id = :id OR comparison_id = :id))
     + (SELECT count(*) FROM area_level WHERE municipality_code = :municipality AND area_id = :id)
     + (SELECT count(*) FROM focus_place
         WHERE municipality_code = :municipality AND area_id = :id) AS n;

-- name: settings_area_named
-- in: municipality text, kind text, name text
-- out: id id
SELECT id FROM area WHERE municipality_code = :municipality AND kind = :kind AND name = :name;

-- name: settings_area_events
-- in: municipality text, id id
-- out: n int
SELECT count(*) AS n FROM event WHERE municipality_code = :municipality AND area_id = :id;
