-- SPDX-License-Identifier: AGPL-3.0-or-later
-- name: t_put
-- in: municipality text, key text, value text
INSERT INTO setting (municipality_code, key, value) VALUES (:municipality, :key, :value);

-- name: t_get
-- in: key text
-- out: municipality text, value text
SELECT municipality_code AS municipality, value FROM setting WHERE key = :key ORDER BY 1;

-- name: t_take_over
-- in: municipality text, key text
UPDATE setting SET municipality_code = :municipality WHERE key = :key;

-- name: t_organisation_put
-- in: municipality text, id id, name text, at int, origin text?
-- change: organisation i :id
INSERT INTO organisation (municipality_code, id, name, kind, created_at, origin)
VALUES (:municipality, :id, :name, 'police', :at, :origin);

-- name: t_organisation_get
-- in: municipality text, id id
-- out: name text, created_at int, origin text?
SELECT name, created_at, origin FROM organisation
 WHERE municipality_code = :municipality AND id = :id;

-- name: t_changes
-- in: municipality text
-- out: seq int, table_name text, row_id id?, op text
SELECT seq, table_name, row_id, op FROM change_log
 WHERE municipality_code = :municipality ORDER BY seq;
