-- SPDX-License-Identifier: AGPL-3.0-or-later
-- name: event_area_shapes
-- in: municipality text
-- out: id id, shape blob
SELECT id, shape FROM area WHERE municipality_code = :municipality AND kind = 'district'
ORDER BY id;

-- name: event_area_shape
-- in: municipality text, id id
-- out: shape blob
SELECT shape FROM area WHERE municipality_code = :municipality AND id = :id AND kind = 'district';

-- name: event_area_places
-- in: municipality text
-- out: id id, east real, north real, area_id id?
SELECT id, east, north, area_id FROM event
WHERE municipality_code = :municipality AND precision IN ('point', 'street', 'place');

-- name: event_area_set
-- in: municipality text, id id, area_id id?
-- change: event u :id
UPDATE event SET area_id = :area_id WHERE municipality_code = :municipality AND id = :id;
