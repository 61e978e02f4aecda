-- SPDX-License-Identifier: AGPL-3.0-or-later
-- name: changes_periods
-- in: municipality text, now int
-- out: id id, name text, starts_at int, ends_at int
SELECT id, name, starts_at, ends_at FROM period
 WHERE municipality_code = :municipality AND starts_at <= :now
 ORDER BY starts_at DESC, ends_at DESC, id LIMIT 60;

-- name: changes_period
-- in: municipality text, id id
-- out: id id, name text, starts_at int, ends_at int
SELECT id, name, starts_at, ends_at FROM period
 WHERE municipality_code = :municipality AND id = :id;

-- The newest level of each area.
-- name: changes_levels
-- in: municipality text, period id
-- out: area id, version int, level int, suggested int?, reason text, set_at int, set_by id?, set_by_name text?
SELECT l.area_id AS area, l.version, l.level, l.suggested, l.reason, l.set_at, l.set_by,
       c.name AS set_by_name
  FROM area_level l LEFT JOIN account c ON c.id = l.set_by
 WHERE l.municipality_code = :municipality AND l.period_id = :period
   AND l.version = (SELECT max(v.version) FROM area_level v
                     WHERE v.municipality_code = l.municipality_code
                       AND v.period_id = l.period_id AND v.area_id = l.area_id)
 ORDER BY l.area_id;

-- name: changes_level_history
-- in: municipality text, period id, area id
-- out: area id, version int, level int, suggested int?, reason text, set_at int, set_by id?, set_by_name text?
SELECT l.area_id AS area, l.version, l.level, l.suggested, l.reason, l.set_at, l.set_by,
       c.name AS set_by_name
  FROM area_level l LEFT JOIN account c ON c.id = l.set_by
 WHERE l.municipality_code = :municipality AND l.period_id = :period AND l.area_id = :area
 ORDER BY l.version DESC LIMIT 200;

-- Only after the version that was seen; who comes second adds nothing.
-- name: changes_level_add
-- in: municipality text, period id, area id, seen int, version int, level int, suggested int?, reason text, at int, by id?
-- change: area_level i :area
INSERT INTO area_level (municipality_code, period_id, area_id, version, level, suggested, reason,
  set_at, set_by)
SELECT :municipality, :period, :area, :version, :level, :suggested, :reason, :at, :by
 WHERE (SELECT coalesce(max(version), 0) FROM area_level
         WHERE municipality_code = :municipality AND period_id = :period AND area_id = :area) = :seen
ON CONFLICT DO NOTHING;

-- name: changes_focus
-- in: municipality text, period id
-- out: version int, set_at int, set_by_name text?
SELECT f.version, f.set_at, c.name AS set_by_name
  FROM focus_list f LEFT JOIN account c ON c.id = f.set_by
 WHERE f.municipality_code = :municipality AND f.period_id = :period
 ORDER BY f.version DESC LIMIT 1;

-- name: changes_focus_places
-- in: municipality text, period id, version int
-- out: place_no int, name text, area id?, need int, influence int, reason text
SELECT place_no, name, area_id AS area, need, influence, reason FROM focus_place
 WHERE municipality_code = :municipality AND period_id = :period AND version = :version
 ORDER BY place_no;

-- name: changes_focus_add
-- in: municipality text, period id, seen int, version int, at int, by id?
-- change: focus_list i :period
INSERT INTO focus_list (municipality_code, period_id, version, set_at, set_by)
SELECT :municipality, :period, :version, :at, :by
 WHERE (SELECT coalesce(max(version), 0) FROM focus_list
         WHERE municipality_code = :municipality AND period_id = :period) = :seen
ON CONFLICT DO NOTHING;

-- name: changes_focus_place_add
-- in: municipality text, period id, version int, place_no int, name text, area id?, need int, influence int, reason text
INSERT INTO focus_place (municipality_code, period_id, version, place_no, name, area_id, need,
  influence, reason)
VALUES (:municipality, :period, :version, :place_no, :name, :area, :need, :influence, :reason);

-- name: changes_drafts
-- in: municipality text, period id
-- out: n int
SELECT (SELECT count(*) FROM area_level
         WHERE municipality_code = :municipality AND period_id = :period)
     + (SELECT count(*) FROM focus_list
         WHERE municipality_code = :municipality AND period_id = :period) AS n;

-- The newest version of each period.
-- name: changes_adopted_list
-- in: municipality text
-- out: period id, period_name text, starts_at int, ends_at int, version int, drafts int, adopted_at int, adopted_by_name text?
SELECT d.period_id AS period, p.name AS period_name, p.starts_at, p.ends_at, d.version, d.drafts,
       d.adopted_at, c.name AS adopted_by_name
  FROM adopted_picture d
  JOIN period p ON p.municipality_code = d.municipality_code AND p.id = d.period_id
  LEFT JOIN account c ON c.id = d.adopted_by
 WHERE d.municipality_code = :municipality
   AND d.version = (SELECT max(v.version) FROM adopted_picture v
                     WHERE v.municipality_code = d.municipality_code AND v.period_id = d.period_id)
 ORDER BY p.starts_at DESC, p.id LIMIT 200;

-- name: changes_adopted_get
-- in: municipality text, period id, version int
-- out: period_name text, starts_at int, ends_at int, version int, drafts int, adopted_at int, adopted_by_name text?, content text
SELECT p.name AS period_name, p.starts_at, p.ends_at, d.version, d.drafts, d.adopted_at,
       c.name AS adopted_by_name, d.content
  FROM adopted_picture d
  JOIN period p ON p.municipality_code = d.municipality_code AND p.id = d.period_id
  LEFT JOIN account c ON c.id = d.adopted_by
 WHERE d.municipality_code = :municipality AND d.period_id = :period
   AND (:version = 0 OR d.version = :version)
 ORDER BY d.version DESC LIMIT 1;

-- The bulletin that may have been made of an adopted period.
-- name: changes_bulletin
-- in: municipality text, period id
-- out: handed_at int?
SELECT handed_at FROM bulletin WHERE municipality_code = :municipality AND period_id = :period;

-- name: changes_adopt
-- in: municipality text, period id, drafts int, content text, at int, by id?
-- change: adopted_picture i :period
INSERT INTO adopted_picture (municipality_code, period_id, version, drafts, content, adopted_at,
  adopted_by)
SELECT :municipality, :period,
       (SELECT coalesce(max(version), 0) + 1 FROM adopted_picture
         WHERE municipality_code = :municipality AND period_id = :period),
       :drafts, :content, :at, :by
 WHERE (SELECT count(*) FROM area_level
         WHERE municipality_code = :municipality AND period_id = :period)
     + (SELECT count(*) FROM focus_list
         WHERE municipality_code = :municipality AND period_id = :period) = :drafts
ON CONFLICT DO NOTHING;

-- Organisations that somebody reports for.
-- name: changes_reporters
-- in: municipality text, role text
-- out: id id, name text
SELECT o.id, o.name FROM organisation o
 WHERE o.municipality_code = :municipality AND o.active = 1
   AND EXISTS (SELECT 1 FROM membership m
                WHERE m.municipality_code = o.municipality_code AND m.organisation_id = o.id
                  AND m.role = :role AND m.state = 'active')
 ORDER BY o.name, o.id;

-- Arrangements ahead. A rejected row is no plan, and of several about the same one the first tells it.
-- name: changes_planned
-- in: municipality text, type text, since int, until int
-- out: id id, title text?, place_name text?, occurred_from int, occurred_to int
SELECT id, title, place_name, occurred_from, occurred_to FROM event
 WHERE municipality_code = :municipality AND occurred_from >= :since AND occurred_from < :until
   AND type_code = :type AND state <> 'rejected' AND same_as IS NULL
 ORDER BY occurred_from, id LIMIT 12;

-- Words that are struck out for good, in every version.
-- name: changes_level_words
-- in: municipality text, period id
-- out: area id, version int, reason text
SELECT area_id AS area, version, reason FROM area_level
 WHERE municipality_code = :municipality AND period_id = :period ORDER BY area_id, version;

-- name: changes_level_put
-- in: municipality text, period id, area id, version int, reason text
-- change: area_level u :area
UPDATE area_level SET reason = :reason
 WHERE municipality_code = :municipality AND period_id = :period AND area_id = :area
   AND version = :version;

-- name: changes_focus_words
-- in: municipality text, period id
-- out: version int, place_no int, name text, reason text
SELECT version, place_no, name, reason FROM focus_place
 WHERE municipality_code = :municipality AND period_id = :period ORDER BY version, place_no;

-- name: changes_focus_put
-- in: municipality text, period id, version int, place_no int, name text, reason text
-- change: focus_list u :period
UPDATE focus_place SET name = :name, reason = :reason
 WHERE municipality_code = :municipality AND period_id = :period AND version = :version
   AND place_no = :place_no;

-- name: changes_adopted_words
-- in: municipality text, period id
-- out: version int, content text
SELECT version, content FROM adopted_picture
 WHERE municipality_code = :municipality AND period_id = :period ORDER BY version;

-- name: changes_adopted_put
-- in: municipality text, period id, version int, content text
-- change: adopted_picture u :period
UPDATE adopted_picture SET content = :content
 WHERE municipality_code = :municipality AND period_id = :period AND version = :version;
