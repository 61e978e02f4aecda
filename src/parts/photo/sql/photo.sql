-- SPDX-License-Identifier: AGPL-3.0-or-later
-- name: photo_put
-- in: municipality text, id id, sort int, bytes int, width int, height int, hash text, created_at int
-- in: created_by id, origin text?
INSERT INTO photo (municipality_code, id, sort, bytes, width, height, hash, created_at, created_by,
  origin)
VALUES (:municipality, :id, :sort, :bytes, :width, :height, :hash, :created_at, :created_by, :origin);

-- name: photo_one
-- in: municipality text, id id
-- out: event_id id?, sort int, bytes int, width int, height int, hash text, alt text?, created_at int
-- out: created_by id
SELECT event_id, sort, bytes, width, height, hash, alt, created_at, created_by FROM photo
WHERE municipality_code = :municipality AND id = :id;

-- name: photo_of_event
-- in: municipality text, event_id id
-- out: id id, sort int, bytes int, width int, height int, hash text, alt text?, created_at int
-- out: created_by id
SELECT id, sort, bytes, width, height, hash, alt, created_at, created_by FROM photo
WHERE municipality_code = :municipality AND event_id = :event_id
ORDER BY sort, id LIMIT 100;

-- name: photo_waiting
-- in: municipality text, account id
-- out: n int, bytes int
SELECT count(*) AS n, coalesce(CAST(sum(bytes) AS bigint), 0) AS bytes FROM photo
WHERE municipality_code = :municipality AND created_by = :account AND event_id IS NULL;

-- name: photo_attach
-- in: municipality text, id id, event_id id, sort int, alt text?, account id
UPDATE photo SET event_id = :event_id, sort = :sort, alt = :alt
WHERE municipality_code = :municipality AND id = :id AND created_by = :account AND event_id IS NULL;

-- name: photo_remove
-- in: municipality text, id id
DELETE FROM photo WHERE municipality_code = :municipality AND id = :id;

-- name: photo_remove_waiting
-- in: municipality text, id id, account id
DELETE FROM photo
WHERE municipality_code = :municipality AND id = :id AND created_by = :account AND event_id IS NULL;

-- name: photo_remove_old
-- in: municipality text, before int
DELETE FROM photo
WHERE municipality_code = :municipality AND event_id IS NULL AND created_at < :before;

-- What stands in the files' names.
-- name: photo_files
-- in: municipality text
-- out: id id, hash text, bytes int
SELECT id, hash, bytes FROM photo WHERE municipality_code = :municipality ORDER BY id;

-- name: photo_towns
-- out: municipality text
SELECT DISTINCT municipality_code AS municipality FROM photo ORDER BY 1;

-- Where a photo is, asked from the whole country's list: an index look-up a municipality.
-- name: photo_home
-- in: id id
-- out: municipality text
SELECT municipality_code AS municipality FROM photo
WHERE id = :id AND municipality_code IN (SELECT code FROM municipality);
