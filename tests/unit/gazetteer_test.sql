-- SPDX-License-Identifier: AGPL-3.0-or-later
-- name: gazetteer_test_place
-- in: municipality text, id id, kind text, name text, name_folded text, locality text?, east real
-- in: north real, precision text
INSERT INTO place (municipality_code, id, kind, name, name_folded, locality, east, north, precision,
  source, created_at)
VALUES (:municipality, :id, :kind, :name, :name_folded, :locality, :east, :north, :precision,
  'test', 0);

-- name: gazetteer_test_area
-- in: municipality text, id id, name text, shape blob
INSERT INTO area (municipality_code, id, kind, name, shape, east_min, north_min, east_max,
  north_max, source, created_at)
VALUES (:municipality, :id, 'district', :name, :shape, 430000, 6507000, 431000, 6508000, 'test', 0);
