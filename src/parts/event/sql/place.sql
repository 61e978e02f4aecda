-- SPDX-License-Identifier: AGPL-3.0-or-later
-- name: gazetteer_places
-- in: municipality text, pattern text
-- out: id id, kind text, name text, name_folded text, locality text?, east real, north real
-- out: precision text
SELECT id, kind, name, name_folded, locality, east, north, precision FROM place
WHERE municipality_code = :municipality AND name_folded LIKE :pattern ESCAPE '!'
ORDER BY name_folded, id;

-- name: gazetteer_near
-- in: municipality text, east real, north real, metres real
-- out: id id, kind text, name text, name_folded text, locality text?, east real, north real
-- out: precision text
SELECT id, kind, name, name_folded, locality, east, north, precision FROM place
WHERE municipality_code = :municipality
  AND east BETWEEN :east - :metres AND :east + :metres
  AND north BETWEEN :north - :metres AND :north + :metres;

-- name: gazetteer_areas
-- in: municipality text
-- out: id id, name text, east real, north real
SELECT id, name, (east_min + east_max) / 2 AS east, (north_min + north_max) / 2 AS north FROM area
WHERE municipality_code = :municipality AND kind = 'district'
ORDER BY name, id;
