-- SPDX-License-Identifier: AGPL-3.0-or-later
-- name: gazetteer_test_place
-- in: municipality text, id id, kind text, name text, name_folded text, locality text?, east real
-- in: north real, precision text
INSERT INTO place (municipality_code, id, kind, name, name_folded, locality, east, north, precision,
  source, created_at)
VALUES (:municipality, :id, :kind, :name, :name_folded, :locality, :east, :north, :precision,
  'test', 0);
