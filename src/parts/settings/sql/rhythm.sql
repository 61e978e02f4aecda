-- SPDX-License-Identifier: AGPL-3.0-or-later
-- name: settings_rhythm
-- in: municipality text
-- out: name text, step text, first_day int, cutoff_days int, cutoff_minutes int, active int, opened_to int, version int
SELECT name, step, first_day, cutoff_days, cutoff_minutes, active, opened_to, version FROM rhythm
 WHERE municipality_code = :municipality;

-- name: settings_rhythm_add
-- in: municipality text, name text, step text, first_day int, cutoff_days int, cutoff_minutes int, active int, at int, by id?
INSERT INTO rhythm (municipality_code, name, step, first_day, cutoff_days, cutoff_minutes, active,
  opened_to, version, changed_at, changed_by)
VALUES (:municipality, :name, :step, :first_day, :cutoff_days, :cutoff_minutes, :active, :first_day, 1,
  :at, :by)
ON CONFLICT (municipality_code) DO NOTHING;

-- What has been opened is never opened again: what lies before a first day that was moved back is
-- opened by itself (rhythm.c), or, by a rhythm that rests, when it opens again.
-- name: settings_rhythm_set
-- in: municipality text, name text, step text, first_day int, cutoff_days int, cutoff_minutes int, active int, at int, by id?, seen int
UPDATE rhythm SET name = :name, step = :step, first_day = :first_day, cutoff_days = :cutoff_days,
       cutoff_minutes = :cutoff_minutes, active = :active, version = version + 1, changed_at = :at,
       changed_by = :by,
       opened_to = CASE WHEN opened_to > :first_day AND (:active = 1 OR :first_day >= first_day) THEN opened_to ELSE :first_day END
 WHERE municipality_code = :municipality AND version = :seen;

-- Who comes second finds it done.
-- name: settings_rhythm_opened
-- in: municipality text, opened_to int, before int
UPDATE rhythm SET opened_to = :opened_to
 WHERE municipality_code = :municipality AND opened_to = :before AND active = 1;

-- name: settings_periods_since
-- in: municipality text, since int
-- out: id id, name text, starts_at int, ends_at int
SELECT id, name, starts_at, ends_at FROM period
 WHERE municipality_code = :municipality AND ends_at > :since ORDER BY starts_at, ends_at, id;

-- name: settings_breaks
-- in: municipality text
-- out: id id, name text, starts_at int, ends_at int
SELECT id, name, starts_at, ends_at FROM school_break
 WHERE municipality_code = :municipality ORDER BY starts_at DESC, id LIMIT 200;

-- name: settings_break
-- in: municipality text, id id
-- out: id id, name text, starts_at int, ends_at int
SELECT id, name, starts_at, ends_at FROM school_break
 WHERE municipality_code = :municipality AND id = :id;

-- name: settings_break_add
-- in: municipality text, id id, name text, starts_at int, ends_at int, at int
-- change: school_break i :id
INSERT INTO school_break (municipality_code, id, name, starts_at, ends_at, changed_at)
VALUES (:municipality, :id, :name, :starts_at, :ends_at, :at);

-- name: settings_break_set
-- in: municipality text, id id, name text, starts_at int, ends_at int, at int, seen_name text, seen_starts int, seen_ends int
-- change: school_break u :id
UPDATE school_break SET name = :name, starts_at = :starts_at, ends_at = :ends_at, changed_at = :at
 WHERE municipality_code = :municipality AND id = :id
   AND name = :seen_name AND starts_at = :seen_starts AND ends_at = :seen_ends;

-- name: settings_break_delete
-- in: municipality text, id id
-- change: school_break d :id
DELETE FROM school_break WHERE municipality_code = :municipality AND id = :id;
