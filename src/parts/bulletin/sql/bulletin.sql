-- SPDX-License-Identifier: AGPL-3.0-or-later
-- name: bulletin_get
-- in: municipality text, period id
-- out: adopted_version int, content text, words text, version int, made_at int, changed_at int, handed_at int?
SELECT adopted_version, content, words, version, made_at, changed_at, handed_at FROM bulletin
 WHERE municipality_code = :municipality AND period_id = :period;

-- name: bulletin_add
-- in: municipality text, period id, adopted_version int, content text, words text, at int, by id?, origin text?
-- change: bulletin i :period
INSERT INTO bulletin (municipality_code, period_id, adopted_version, content, words, version,
  made_at, changed_at, changed_by, origin)
VALUES (:municipality, :period, :adopted_version, :content, :words, 1, :at, :at, :by, :origin)
ON CONFLICT DO NOTHING;

-- name: bulletin_remake
-- in: municipality text, period id, seen int, adopted_version int, content text, words text, at int, by id?, origin text?
-- change: bulletin u :period
UPDATE bulletin SET adopted_version = :adopted_version, content = :content, words = :words,
  version = version + 1, made_at = :at, changed_at = :at, changed_by = :by, origin = :origin
 WHERE municipality_code = :municipality AND period_id = :period AND version = :seen;

-- name: bulletin_save
-- in: municipality text, period id, seen int, words text, at int, by id?
-- change: bulletin u :period
UPDATE bulletin SET words = :words, version = version + 1, changed_at = :at, changed_by = :by
 WHERE municipality_code = :municipality AND period_id = :period AND version = :seen;

-- name: bulletin_hand_out
-- in: municipality text, period id, handed_at int?
-- change: bulletin u :period
UPDATE bulletin SET handed_at = :handed_at
 WHERE municipality_code = :municipality AND period_id = :period;

-- name: bulletin_list
-- in: municipality text
-- out: period_id id, name text, starts_at int, ends_at int, changed_at int, handed_at int?
SELECT b.period_id, p.name, p.starts_at, p.ends_at, b.changed_at, b.handed_at
  FROM bulletin b JOIN period p ON p.municipality_code = b.municipality_code AND p.id = b.period_id
 WHERE b.municipality_code = :municipality
 ORDER BY p.starts_at DESC, b.period_id LIMIT 200;

-- What everybody can read.

-- name: bulletin_public_of
-- in: municipality text, period id
-- out: id id, content text, published_at int, updated_at int
SELECT id, content, published_at, updated_at FROM bulletin_public
 WHERE municipality_code = :municipality AND period_id = :period AND withdrawn_at IS NULL
 ORDER BY published_at DESC, id LIMIT 1;

-- name: bulletin_public_get
-- in: municipality text, id id
-- out: content text, published_at int, updated_at int
SELECT content, published_at, updated_at FROM bulletin_public
 WHERE municipality_code = :municipality AND id = :id AND withdrawn_at IS NULL;

-- A page of them, with what their titles are made from.
-- name: bulletin_public_list
-- in: municipality text, most int, skip int
-- out: id id, content text, published_at int, updated_at int
SELECT id, content, published_at, updated_at FROM bulletin_public
 WHERE municipality_code = :municipality AND withdrawn_at IS NULL
 ORDER BY period_from DESC, id LIMIT :most OFFSET :skip;

-- name: bulletin_public_count
-- in: municipality text
-- out: n int
SELECT count(*) AS n FROM bulletin_public
 WHERE municipality_code = :municipality AND withdrawn_at IS NULL;

-- Which periods have one.
-- name: bulletin_public_live
-- in: municipality text
-- out: id id, period_id id
SELECT id, period_id FROM bulletin_public
 WHERE municipality_code = :municipality AND withdrawn_at IS NULL
 ORDER BY period_from DESC, id LIMIT 200;

-- name: bulletin_public_add
-- in: municipality text, id id, period id, period_from int, period_to int, content text, at int, by id?, origin text?
-- change: bulletin_public i :id
INSERT INTO bulletin_public (municipality_code, id, period_id, period_from, period_to, content,
  published_at, updated_at, published_by, origin)
VALUES (:municipality, :id, :period, :period_from, :period_to, :content, :at, :at, :by, :origin);

-- name: bulletin_public_update
-- in: municipality text, id id, content text, at int, by id?
-- change: bulletin_public u :id
UPDATE bulletin_public SET content = :content, updated_at = :at, published_by = :by
 WHERE municipality_code = :municipality AND id = :id AND withdrawn_at IS NULL;

-- What people wrote for it is gone for good; figures stand in the ledger anyway.
-- name: bulletin_public_withdraw
-- in: municipality text, id id, content text, at int
-- change: bulletin_public u :id
UPDATE bulletin_public SET content = :content, withdrawn_at = :at
 WHERE municipality_code = :municipality AND id = :id AND withdrawn_at IS NULL;

-- Words that are struck out for good. A form that was open with them in it is not taken afterwards.
-- name: bulletin_put_words
-- in: municipality text, period id, content text, words text, at int, by id?
-- change: bulletin u :period
UPDATE bulletin SET content = :content, words = :words, version = version + 1, changed_at = :at,
  changed_by = :by
 WHERE municipality_code = :municipality AND period_id = :period;

-- Those of a period that everybody can read; of one that was withdrawn no words are left.
-- name: bulletin_public_words
-- in: municipality text, period id
-- out: id id, content text
SELECT id, content FROM bulletin_public
 WHERE municipality_code = :municipality AND period_id = :period AND withdrawn_at IS NULL
 ORDER BY published_at, id;
