-- SPDX-License-Identifier: AGPL-3.0-or-later
-- What the municipality calls things, for the picture of a period.
-- name: picture_labels
-- in: municipality text
-- out: code text, label text
SELECT code, label FROM event_type_label
 WHERE municipality_code = :municipality AND label IS NOT NULL AND label <> '' ORDER BY code;

-- name: picture_areas
-- in: municipality text
-- out: id id, name text, population int?
SELECT id, name, population FROM area
 WHERE municipality_code = :municipality AND kind = 'district' ORDER BY name, id;

-- name: picture_organisations
-- in: municipality text
-- out: id id, name text
SELECT id, name FROM organisation
 WHERE municipality_code = :municipality AND active = 1 ORDER BY name, id;

-- name: picture_periods
-- in: municipality text
-- out: id id, name text, starts_at int, ends_at int
SELECT id, name, starts_at, ends_at FROM period
 WHERE municipality_code = :municipality ORDER BY starts_at DESC LIMIT 60;

-- Pictures that the public may read.
-- name: picture_publish
-- in: municipality text, id id, title text, period_from int, period_to int, content text, note text
-- in: at int, by id?, origin text?
-- change: published_picture i :id
INSERT INTO published_picture (municipality_code, id, title, period_from, period_to, content, note,
  published_at, updated_at, published_by, origin)
VALUES (:municipality, :id, :title, :period_from, :period_to, :content, :note, :at, :at, :by,
  :origin);

-- name: picture_withdraw
-- in: municipality text, id id, at int
-- change: published_picture u :id
UPDATE published_picture SET withdrawn_at = :at, updated_at = :at
 WHERE municipality_code = :municipality AND id = :id AND withdrawn_at IS NULL;

-- name: picture_list
-- in: municipality text
-- out: id id, title text, period_from int, period_to int, content text, note text
-- out: published_at int, updated_at int, withdrawn_at int?
SELECT id, title, period_from, period_to, content, note, published_at, updated_at, withdrawn_at
  FROM published_picture WHERE municipality_code = :municipality
 ORDER BY period_to DESC, published_at DESC LIMIT 200;

-- name: picture_by_id
-- in: municipality text, id id
-- out: id id, title text, period_from int, period_to int, content text, note text
-- out: published_at int, updated_at int, withdrawn_at int?
SELECT id, title, period_from, period_to, content, note, published_at, updated_at, withdrawn_at
  FROM published_picture WHERE municipality_code = :municipality AND id = :id;

-- Words that are struck out for good, of withdrawn ones too.
-- name: picture_every
-- in: municipality text
-- out: id id, title text, note text
SELECT id, title, note FROM published_picture WHERE municipality_code = :municipality ORDER BY id;

-- name: picture_put_words
-- in: municipality text, id id, title text, note text, at int
-- change: published_picture u :id
UPDATE published_picture SET title = :title, note = :note, updated_at = :at
 WHERE municipality_code = :municipality AND id = :id;
