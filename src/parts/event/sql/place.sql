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
