-- SPDX-License-Identifier: AGPL-3.0-or-later
-- name: event_test_area
-- in: municipality text, id id, shape blob
INSERT INTO area (municipality_code, id, kind, name, shape, east_min, north_min, east_max,
  north_max, source, created_at)
VALUES (:municipality, :id, 'district', 'Ytan', :shape, 0, 0, 0, 0, 'test', 0);
