-- SPDX-License-Identifier: AGPL-3.0-or-later
-- name: settings_periods
-- in: municipality text
-- out: id id, name text, starts_at int, ends_at int
SELECT id, name, starts_at, ends_at FROM period
 WHERE municipality_code = :municipality ORDER BY starts_at, ends_at, id;

-- name: settings_period
-- in: municipality text, id id
-- out: id id, name text, starts_at int, ends_at int
SELECT id, name, starts_at, ends_at FROM period
 WHERE municipality_code = :municipality AND id = :id;

-- name: settings_period_add
-- in: municipality text, id id, name text, starts_at int, ends_at int, at int
-- change: period i :id
INSERT INTO period (municipality_code, id, name, starts_at, ends_at, created_at)
VALUES (:municipality, :id, :name, :starts_at, :ends_at, :at);

-- name: settings_period_set
-- in: municipality text, id id, name text, starts_at int, ends_at int, name_before text, starts_before int, ends_before int
-- change: period u :id
UPDATE period SET name = :name, starts_at = :starts_at, ends_at = :ends_at
 WHERE municipality_code = :municipality AND id = :id
   AND name = :name_before AND starts_at = :starts_before AND ends_at = :ends_before;

-- name: settings_period_used
-- in: municipality text, id id, starts_at int, ends_at int
-- out: n int
SELECT (SELECT count(*) FROM published_picture
         WHERE municipality_code = :municipality AND period_from = :starts_at AND period_to = :ends_at)
     + (SELECT count(*) FROM area_level WHERE municipality_code = :municipality AND period_id = :id)
     + (SELECT count(*) FROM focus_list WHERE municipality_code = :municipality AND period_id = :id)
     + (SELECT count(*) FROM adopted_picture
         WHERE municipality_code = :municipality AND period_id = :id) AS n;

-- name: settings_period_delete
-- in: municipality text, id id
-- change: period d :id
DELETE FROM period WHERE municipality_code = :municipality AND id = :id;
