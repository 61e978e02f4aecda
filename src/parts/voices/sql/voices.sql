-- SPDX-License-Identifier: AGPL-3.0-or-later
-- What inhabitants told between two moments and somebody has accepted. Here each report is a voice:
-- one that is linked as the same as another counts with it.
-- name: voices_reports
-- in: municipality text, from int, to int, most int
-- out: id id, feeling text, reasons text, area id?, east real?, north real?, origin text?
SELECT r.id, r.feeling, r.reasons, e.area_id AS area, e.east, e.north, e.origin
  FROM citizen_report r
  JOIN event e ON e.municipality_code = r.municipality_code AND e.id = r.id
  LEFT JOIN event m ON m.municipality_code = e.municipality_code AND m.id = e.same_as
 WHERE r.municipality_code = :municipality AND r.received_at >= :from AND r.received_at < :to
   AND ((e.same_as IS NULL AND e.state IN ('included', 'redacted'))
        OR (e.state <> 'rejected' AND m.state IN ('included', 'redacted')))
 ORDER BY r.id LIMIT :most;

-- Those that nobody has looked at yet.
-- name: voices_waiting
-- in: municipality text, from int, to int
-- out: n int
SELECT count(*) AS n
  FROM citizen_report r
  JOIN event e ON e.municipality_code = r.municipality_code AND e.id = r.id
 WHERE r.municipality_code = :municipality AND r.received_at >= :from AND r.received_at < :to
   AND e.state = 'submitted' AND e.same_as IS NULL;

-- name: voices_areas
-- in: municipality text
-- out: id id, name text, population int?
SELECT id, name, population FROM area
 WHERE municipality_code = :municipality AND kind = 'district' ORDER BY name, id;

-- name: voices_list
-- in: municipality text, most int
-- out: id id, period_from int, period_to int, published_at int?, updated_at int, withdrawn_at int?
-- out: places int
SELECT p.id, p.period_from, p.period_to, p.published_at, p.updated_at, p.withdrawn_at,
       (SELECT count(*) FROM voices_cluster c
         WHERE c.municipality_code = p.municipality_code AND c.publication_id = p.id
           AND c.shown = 1) AS places
  FROM voices_publication p
 WHERE p.municipality_code = :municipality ORDER BY p.period_to DESC, p.id LIMIT :most;

-- name: voices_one
-- in: municipality text, id id
-- out: id id, period_from int, period_to int, published_at int?, updated_at int, withdrawn_at int?
SELECT id, period_from, period_to, published_at, updated_at, withdrawn_at FROM voices_publication
 WHERE municipality_code = :municipality AND id = :id;

-- Any that shares a day.
-- name: voices_meeting
-- in: municipality text, from int, to int
-- out: n int
SELECT count(*) AS n FROM voices_publication
 WHERE municipality_code = :municipality AND period_from < :to AND period_to > :from;

-- name: voices_add
-- in: municipality text, id id, from int, to int, at int
-- change: voices_publication i :id
INSERT INTO voices_publication (municipality_code, id, period_from, period_to, created_at, updated_at)
VALUES (:municipality, :id, :from, :to, :at, :at);

-- name: voices_publish
-- in: municipality text, id id, at int, by id?, origin text?
-- change: voices_publication u :id
UPDATE voices_publication SET published_at = :at, updated_at = :at, published_by = :by, origin = :origin
 WHERE municipality_code = :municipality AND id = :id AND published_at IS NULL;

-- name: voices_touch
-- in: municipality text, id id, at int
-- change: voices_publication u :id
UPDATE voices_publication SET updated_at = :at WHERE municipality_code = :municipality AND id = :id;

-- name: voices_withdraw
-- in: municipality text, id id, at int
-- change: voices_publication u :id
UPDATE voices_publication SET withdrawn_at = :at, updated_at = :at
 WHERE municipality_code = :municipality AND id = :id AND published_at IS NOT NULL
   AND withdrawn_at IS NULL;

-- The same again: nothing is counted anew.
-- name: voices_restore
-- in: municipality text, id id, at int
-- change: voices_publication u :id
UPDATE voices_publication SET withdrawn_at = NULL, updated_at = :at
 WHERE municipality_code = :municipality AND id = :id AND withdrawn_at IS NOT NULL;

-- Only a draft.
-- name: voices_delete
-- in: municipality text, id id
-- change: voices_publication d :id
DELETE FROM voices_publication
 WHERE municipality_code = :municipality AND id = :id AND published_at IS NULL;

-- name: voices_clusters
-- in: municipality text, publication id
-- out: cluster text, done text, action id?, shown int, kind text, place text, feeling text, themes text
-- out: version int
SELECT cluster, done, action_id AS action, shown, kind, place, feeling, themes, version
  FROM voices_cluster
 WHERE municipality_code = :municipality AND publication_id = :publication
 ORDER BY CASE kind WHEN 'area' THEN 1 WHEN 'locality' THEN 2 ELSE 3 END, place, feeling DESC, cluster;

-- name: voices_cluster_put
-- in: municipality text, publication id, cluster text, done text, action id?, shown int, kind text
-- in: place text, feeling text, themes text, version int
-- change: voices_publication u :publication
INSERT INTO voices_cluster (municipality_code, publication_id, cluster, done, action_id, shown, kind, place,
  feeling, themes, version)
VALUES (:municipality, :publication, :cluster, :done, :action, :shown, :kind, :place, :feeling, :themes,
  :version)
ON CONFLICT (municipality_code, publication_id, cluster) DO UPDATE SET done = excluded.done,
  action_id = excluded.action_id, shown = excluded.shown, kind = excluded.kind,
  place = excluded.place, feeling = excluded.feeling, themes = excluded.themes,
  version = excluded.version;

-- Words that are struck out for good, of drafts and of what was withdrawn too.
-- name: voices_every
-- in: municipality text
-- out: id id
SELECT id FROM voices_publication WHERE municipality_code = :municipality ORDER BY id;

-- name: voices_words
-- in: municipality text, publication id
-- out: cluster text, done text
SELECT cluster, done FROM voices_cluster
 WHERE municipality_code = :municipality AND publication_id = :publication AND done <> ''
 ORDER BY cluster;

-- A form that was open with them in it is not taken afterwards.
-- name: voices_words_put
-- in: municipality text, publication id, cluster text, done text
-- change: voices_cluster u :publication
UPDATE voices_cluster SET done = :done, version = version + 1
 WHERE municipality_code = :municipality AND publication_id = :publication AND cluster = :cluster;

-- What is not shown: of a draft that is taken away, and of places that were not published after all.
-- name: voices_clusters_drop
-- in: municipality text, publication id
DELETE FROM voices_cluster
 WHERE municipality_code = :municipality AND publication_id = :publication AND shown = 0;
