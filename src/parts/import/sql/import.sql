-- SPDX-License-Identifier: AGPL-3.0-or-later
-- name: import_run_put
-- in: municipality text, id id, format text, file_name text, file_hash text, profile_id id?
-- in: at int, by id?
INSERT INTO import_run (municipality_code, id, format, file_name, file_hash, profile_id, state,
  started_at, started_by)
VALUES (:municipality, :id, :format, :file_name, :file_hash, :profile_id, 'running', :at, :by);

-- name: import_run_unfinished
-- in: municipality text, format text, file_hash text
-- out: id id, rows_read int, rows_new int, rows_same int, rows_changed int, rows_refused int
SELECT id, rows_read, rows_new, rows_same, rows_changed, rows_refused FROM import_run
 WHERE municipality_code = :municipality AND format = :format AND file_hash = :file_hash
   AND state <> 'done'
 ORDER BY started_at DESC, id LIMIT 1;

-- name: import_run_step
-- in: municipality text, id id, was int, rows_read int, rows_new int, rows_same int
-- in: rows_changed int, rows_refused int
UPDATE import_run SET rows_read = :rows_read, rows_new = :rows_new, rows_same = :rows_same,
  rows_changed = :rows_changed, rows_refused = :rows_refused, state = 'running'
 WHERE municipality_code = :municipality AND id = :id AND rows_read = :was;

-- name: import_run_end
-- in: municipality text, id id, state text, at int
UPDATE import_run SET state = :state, ended_at = :at
 WHERE municipality_code = :municipality AND id = :id;

-- name: import_run_one
-- in: municipality text, id id
-- out: id id, format text, file_name text, profile_id id?, state text, rows_read int, rows_new int
-- out: rows_same int, rows_changed int, rows_refused int, started_at int, ended_at int?
SELECT id, format, file_name, profile_id, state, rows_read, rows_new, rows_same, rows_changed,
  rows_refused, started_at, ended_at
  FROM import_run WHERE municipality_code = :municipality AND id = :id;

-- name: import_run_list
-- in: municipality text, most int
-- out: id id, format text, file_name text, state text, rows_read int, rows_new int
-- out: rows_same int, rows_changed int, rows_refused int, started_at int, ended_at int?
SELECT id, format, file_name, state, rows_read, rows_new, rows_same, rows_changed,
  rows_refused, started_at, ended_at
  FROM import_run WHERE municipality_code = :municipality
 ORDER BY started_at DESC, id DESC LIMIT :most;

-- name: import_run_remove
-- in: municipality text, id id
DELETE FROM import_run WHERE municipality_code = :municipality AND id = :id;

-- name: import_reject_put
-- in: municipality text, import_id id, row_no int, reason text, field text?, raw text
INSERT INTO import_reject (municipality_code, import_id, row_no, reason, field, raw)
VALUES (:municipality, :import_id, :row_no, :reason, :field, :raw)
ON CONFLICT (municipality_code, import_id, row_no) DO NOTHING;

-- name: import_reject_list
-- in: municipality text, import_id id, after int, most int
-- out: row_no int, reason text, field text?, raw text
SELECT row_no, reason, field, raw FROM import_reject
 WHERE municipality_code = :municipality AND import_id = :import_id AND row_no > :after
 ORDER BY row_no LIMIT :most;

-- name: import_reject_remove
-- in: municipality text, import_id id
DELETE FROM import_reject WHERE municipality_code = :municipality AND import_id = :import_id;

-- name: import_event_some
-- in: import_id id, most int
-- out: municipality text, id id
SELECT municipality_code AS municipality, id FROM event WHERE import_id = :import_id LIMIT :most;

-- name: import_event_seen
-- in: municipality text, id id, source_hash text
UPDATE event SET source_hash = :source_hash WHERE municipality_code = :municipality AND id = :id;

-- name: import_profile_put
-- in: municipality text, id id, name text, format text, mapping text, at int, by id?
INSERT INTO import_profile (municipality_code, id, name, format, mapping, created_at, changed_at,
  changed_by)
VALUES (:municipality, :id, :name, :format, :mapping, :at, :at, :by)
ON CONFLICT (municipality_code, name) DO UPDATE SET format = excluded.format,
  mapping = excluded.mapping, changed_at = excluded.changed_at, changed_by = excluded.changed_by;

-- name: import_profile_by_name
-- in: municipality text, name text
-- out: id id, name text, format text, mapping text
SELECT id, name, format, mapping FROM import_profile
 WHERE municipality_code = :municipality AND name = :name;

-- name: import_profile_by_id
-- in: municipality text, id id
-- out: id id, name text, format text, mapping text
SELECT id, name, format, mapping FROM import_profile
 WHERE municipality_code = :municipality AND id = :id;

-- name: import_profile_list
-- in: municipality text
-- out: id id, name text, format text, changed_at int
SELECT id, name, format, changed_at FROM import_profile
 WHERE municipality_code = :municipality ORDER BY name, id;

-- name: import_profile_remove
-- in: municipality text, id id
DELETE FROM import_profile WHERE municipality_code = :municipality AND id = :id;

-- name: import_places
-- in: municipality text, most int
-- out: id id, name_folded text, east real, north real, precision text
SELECT id, name_folded, east, north, precision FROM place
 WHERE municipality_code = :municipality ORDER BY name_folded, id LIMIT :most;

-- name: import_bodies
-- in: municipality text
-- out: id id, name text
SELECT id, name FROM organisation WHERE municipality_code = :municipality ORDER BY name, id;

-- name: import_area_put
-- in: municipality text, id id, kind text, name text, shape blob, east_min real, north_min real
-- in: east_max real, north_max real, population int?, source text, at int, origin text?
-- change: area i :id
INSERT INTO area (municipality_code, id, kind, name, shape, east_min, north_min, east_max,
  north_max, population, source, created_at, origin)
VALUES (:municipality, :id, :kind, :name, :shape, :east_min, :north_min, :east_max, :north_max,
  :population, :source, :at, :origin)
ON CONFLICT (municipality_code, id) DO UPDATE SET name = excluded.name, shape = excluded.shape,
  east_min = excluded.east_min, north_min = excluded.north_min, east_max = excluded.east_max,
  north_max = excluded.north_max, population = excluded.population;

-- name: import_area_same
-- in: municipality text, id id
-- out: name text, shape blob, population int?
SELECT name, shape, population FROM area WHERE municipality_code = :municipality AND id = :id;
