-- SPDX-License-Identifier: AGPL-3.0-or-later
-- name: settings_places
-- in: municipality text, pattern text?, kind text?, most int, skip int
-- out: id id, kind text, name text, locality text?, east real, north real, precision text
SELECT id, kind, name, locality, east, north, precision FROM place
 WHERE municipality_code = :municipality
   AND (:pattern IS NULL OR name_folded LIKE :pattern ESCAPE '!')
   AND (:kind IS NULL OR kind = :kind)
 ORDER BY name_folded, id LIMIT :most OFFSET :skip;

-- name: settings_place_count
-- in: municipality text, pattern text?, kind text?
-- out: n int
SELECT count(*) AS n FROM place
 WHERE municipality_code = :municipality
   AND (:pattern IS NULL OR name_folded LIKE :pattern ESCAPE '!')
   AND (:kind IS NULL OR kind = :kind);

-- name: settings_place
-- in: municipality text, id id
-- out: id id, kind text, name text, locality text?, east real, north real
SELECT id, kind, name, locality, east, north FROM place
 WHERE municipality_code = :municipality AND id = :id;

-- name: settings_place_named
-- in: municipality text, kind text, name text
-- out: id id
SELECT id FROM place WHERE municipality_code = :municipality AND kind = :kind AND name = :name
 ORDER BY id LIMIT 1;

-- name: settings_place_add
-- in: municipality text, id id, kind text, name text, folded text, locality text?, east real, north real, precision text, source text, at int
-- change: place i :id
INSERT INTO place (municipality_code, id, kind, name, name_folded, locality, east, north, precision,
  source, created_at)
VALUES (:municipality, :id, :kind, :name, :folded, :locality, :east, :north, :precision, :source, :at);

-- name: settings_place_set
-- in: municipality text, id id, kind text, name text, folded text, locality text?, east real, north real, precision text, name_before text
-- change: place u :id
UPDATE place SET kind = :kind, name = :name, name_folded = :folded, locality = :locality,
  east = :east, north = :north, precision = :precision
 WHERE municipality_code = :municipality AND id = :id AND name = :name_before;

-- name: settings_place_delete
-- in: municipality text, id id
-- change: place d :id
DELETE FROM place WHERE municipality_code = :municipality AND id = :id;
