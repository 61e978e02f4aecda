-- SPDX-License-Identifier: AGPL-3.0-or-later
-- An exercise in a working municipality: the row that says that it goes on, what is copied from the real
-- one, and what is told of it. What empties it is made by tools/cleargen.py.

-- name: drill_town_add
-- in: code text, name text, slug text, county text, population int
INSERT INTO municipality (code, kind, name, slug, county_code, population, active)
VALUES (:code, 'municipality', :name, :slug, :county, :population, 0)
ON CONFLICT (code) DO NOTHING;

-- name: drill_town_remove
-- in: code text
DELETE FROM municipality WHERE code = :code;

-- name: drill_town_running
-- in: code text
-- out: n int
SELECT count(*) AS n FROM municipality WHERE code = :code;

-- Ids stay: each row is known by its municipality and its id.
-- name: drill_copy_organisations
-- in: real text, twin text, at int
INSERT INTO organisation (municipality_code, id, name, kind, active, created_at, origin)
SELECT :twin, id, name, kind, 1, :at, 'exempel' FROM organisation
 WHERE municipality_code = :real AND active = 1;

-- name: drill_copy_areas
-- in: real text, twin text, at int
INSERT INTO area (municipality_code, id, kind, name, shape, east_min, north_min, east_max, north_max,
                  population, source, created_at, origin)
SELECT :twin, id, kind, name, shape, east_min, north_min, east_max, north_max, population, source, :at,
       'exempel'
  FROM area WHERE municipality_code = :real;

-- name: drill_copy_labels
-- in: real text, twin text
INSERT INTO event_type_label (municipality_code, code, label, hidden)
SELECT :twin, code, label, hidden FROM event_type_label WHERE municipality_code = :real;

-- name: drill_copy_breaks
-- in: real text, twin text, at int
INSERT INTO school_break (municipality_code, id, name, starts_at, ends_at, changed_at, origin)
SELECT :twin, id, name, starts_at, ends_at, :at, 'exempel' FROM school_break
 WHERE municipality_code = :real;

-- name: drill_copy_templates
-- in: real text, twin text, at int
INSERT INTO feedback_template (municipality_code, key, name, text, removed, version, changed_at)
SELECT :twin, key, name, text, removed, 1, :at FROM feedback_template WHERE municipality_code = :real;

-- name: drill_copy_settings
-- in: real text, twin text
INSERT INTO setting (municipality_code, key, value)
SELECT :twin, key, value FROM setting
 WHERE municipality_code = :real AND (key = 'photos' OR key LIKE 'startkit.%');

-- name: drill_is_member
-- in: municipality text, account id
-- out: n int
SELECT count(*) AS n FROM membership
 WHERE municipality_code = :municipality AND account_id = :account AND state = 'active';

-- name: drill_copy_member
-- in: real text, twin text, account id, at int
INSERT INTO membership (municipality_code, account_id, role, organisation_id, state, created_at, changed_at)
SELECT :twin, m.account_id, m.role, o.id, 'active', :at, :at
  FROM membership m
  LEFT JOIN organisation o ON o.municipality_code = m.municipality_code AND o.id = m.organisation_id
    AND o.active = 1
 WHERE m.municipality_code = :real AND m.account_id = :account AND m.state = 'active';

-- name: drill_rhythm_name
-- in: municipality text
-- out: name text
SELECT name FROM rhythm WHERE municipality_code = :municipality;

-- name: drill_rhythm
-- in: municipality text, name text, first_day int, opened_to int, at int
INSERT INTO rhythm (municipality_code, name, step, first_day, cutoff_days, cutoff_minutes, active,
  opened_to, version, changed_at, origin)
VALUES (:municipality, :name, 'fortnight', :first_day, 1, 540, 1, :opened_to, 1, :at, 'exempel');

-- name: drill_members
-- in: municipality text
-- out: account id, name text, role text, organisation id?, organisation_name text?
SELECT m.account_id AS account, a.name, m.role, m.organisation_id AS organisation,
       o.name AS organisation_name
  FROM membership m
  JOIN account a ON a.id = m.account_id AND a.state = 'active'
  LEFT JOIN organisation o ON o.municipality_code = m.municipality_code AND o.id = m.organisation_id
 WHERE m.municipality_code = :municipality AND m.state = 'active'
 ORDER BY a.name, m.account_id;

-- name: drill_organisations
-- in: municipality text
-- out: id id, kind text
SELECT id, kind FROM organisation WHERE municipality_code = :municipality ORDER BY kind, id;

-- name: drill_districts
-- in: municipality text
-- out: id id, name text, shape blob
SELECT id, name, shape FROM area WHERE municipality_code = :municipality AND kind = 'district'
 ORDER BY coalesce(population, 0) DESC, id LIMIT 12;

-- name: drill_counts
-- in: municipality text
-- out: people int, reports int, actions int, photos int, meetings int, letters int
SELECT (SELECT count(*) FROM membership WHERE municipality_code = :municipality) AS people,
       (SELECT count(*) FROM event WHERE municipality_code = :municipality) AS reports,
       (SELECT count(*) FROM action WHERE municipality_code = :municipality) AS actions,
       (SELECT count(*) FROM photo WHERE municipality_code = :municipality) AS photos,
       (SELECT count(*) FROM meeting WHERE municipality_code = :municipality) AS meetings,
       (SELECT count(*) FROM drill_letter WHERE municipality_code = :municipality) AS letters;

-- name: drill_letters
-- in: municipality text
-- out: recipient text, subject text, body text, at int
SELECT recipient, subject, body, created_at AS at FROM drill_letter
 WHERE municipality_code = :municipality ORDER BY created_at DESC, id LIMIT 100;

-- name: drill_account_name
-- in: id id
-- out: name text
SELECT name FROM account WHERE id = :id;

-- name: drill_event_ids
-- in: municipality text
-- out: id id
SELECT id FROM event WHERE municipality_code = :municipality;

-- name: drill_event_remove
-- in: municipality text, id id
-- change: event d :id
DELETE FROM event WHERE municipality_code = :municipality AND id = :id;

-- name: drill_photos
-- in: municipality text
-- out: id id, hash text, bytes int
SELECT id, hash, bytes FROM photo WHERE municipality_code = :municipality;
