-- SPDX-License-Identifier: AGPL-3.0-or-later
-- Actions, their history, plans and effects.
-- name: action_insert
-- in: municipality text, id id, title text, problem text, type_code text, area id?, circle text?
-- in: place_name text?, seen_from int?, seen_to int?, kind text, organisation id, partners text?
-- in: starts_at int, ends_at int, yearly int, remind_days int, state text, at int, by id?, origin text?
-- change: action i :id
INSERT INTO action (municipality_code, id, title, problem, type_code, area_id, circle, place_name,
  seen_from, seen_to, kind, organisation_id, partners, starts_at, ends_at, yearly, remind_days, state,
  state_at, version, created_at, created_by, changed_at, changed_by, origin)
VALUES (:municipality, :id, :title, :problem, :type_code, :area, :circle, :place_name, :seen_from,
  :seen_to, :kind, :organisation, :partners, :starts_at, :ends_at, :yearly, :remind_days, :state, :at,
  1, :at, :by, :at, :by, :origin);

-- name: action_update
-- in: municipality text, id id, title text, problem text, type_code text, area id?, circle text?
-- in: place_name text?, kind text, organisation id, partners text?, starts_at int, ends_at int
-- in: yearly int, remind_days int, state text, state_at int, at int, by id?, version int
-- change: action u :id
UPDATE action SET title = :title, problem = :problem, type_code = :type_code, area_id = :area,
  circle = :circle, place_name = :place_name, kind = :kind, organisation_id = :organisation,
  partners = :partners, starts_at = :starts_at, ends_at = :ends_at, yearly = :yearly,
  remind_days = :remind_days, state = :state, state_at = :state_at, version = version + 1,
  changed_at = :at, changed_by = :by
 WHERE municipality_code = :municipality AND id = :id AND version = :version;

-- name: action_one
-- in: municipality text, id id
-- out: id id, title text, problem text, type_code text, area id?, circle text?, place_name text?
-- out: seen_from int?, seen_to int?, kind text, organisation id, partners text?, starts_at int
-- out: ends_at int, yearly int, remind_days int, reminded_for int?, state text, state_at int
-- out: version int, created_at int, created_by id?, changed_at int, changed_by id?, origin text?
SELECT id, title, problem, type_code, area_id AS area, circle, place_name, seen_from, seen_to, kind,
  organisation_id AS organisation, partners, starts_at, ends_at, yearly, remind_days, reminded_for,
  state, state_at, version, created_at, created_by, changed_at, changed_by, origin
  FROM action WHERE municipality_code = :municipality AND id = :id;

-- name: action_all
-- in: municipality text
-- out: id id, title text, problem text, type_code text, area id?, circle text?, place_name text?
-- out: seen_from int?, seen_to int?, kind text, organisation id, partners text?, starts_at int
-- out: ends_at int, yearly int, remind_days int, reminded_for int?, state text, state_at int
-- out: version int, created_at int, created_by id?, changed_at int, changed_by id?, origin text?
SELECT id, title, problem, type_code, area_id AS area, circle, place_name, seen_from, seen_to, kind,
  organisation_id AS organisation, partners, starts_at, ends_at, yearly, remind_days, reminded_for,
  state, state_at, version, created_at, created_by, changed_at, changed_by, origin
  FROM action WHERE municipality_code = :municipality ORDER BY ends_at, starts_at, id LIMIT 5000;

-- name: action_tell
-- in: municipality text, action id, version int, at int, by id?, what text, state text, note text?
-- in: changes text
INSERT INTO action_history (municipality_code, action_id, version, at, by_account, what, state, note,
  changes)
VALUES (:municipality, :action, :version, :at, :by, :what, :state, :note, :changes);

-- name: action_told
-- in: municipality text, action id
-- out: version int, at int, by text?, what text, state text, note text?, changes text
SELECT h.version, h.at, a.name AS by, h.what, h.state, h.note, h.changes
  FROM action_history h LEFT JOIN account a ON a.id = h.by_account
 WHERE h.municipality_code = :municipality AND h.action_id = :action
 ORDER BY h.version DESC LIMIT 200;

-- name: action_last_notes
-- in: municipality text
-- out: action id, note text
SELECT h.action_id AS action, h.note
  FROM action_history h JOIN action c ON c.municipality_code = h.municipality_code
   AND c.id = h.action_id AND c.version = h.version
 WHERE h.municipality_code = :municipality AND h.what = 'state' AND h.note IS NOT NULL;

-- name: action_plan_add
-- in: municipality text, action id, version int, type_code text, area id?, circle text?
-- in: place_name text?, comparison text, comparison_id id?, before_from int, before_to int
-- in: after_from int, after_to int, method text, proposed int, baseline int, baseline_comparison int?
-- in: late int, reason text?, at int, by id?, locked_at int?, locked_by id?
-- change: action_plan i :action
INSERT INTO action_plan (municipality_code, action_id, version, type_code, area_id, circle, place_name,
  comparison, comparison_id, before_from, before_to, after_from, after_to, method, proposed, baseline,
  baseline_comparison, late, reason, made_at, made_by, locked_at, locked_by)
VALUES (:municipality, :action, :version, :type_code, :area, :circle, :place_name, :comparison,
  :comparison_id, :before_from, :before_to, :after_from, :after_to, :method, :proposed, :baseline,
  :baseline_comparison, :late, :reason, :at, :by, :locked_at, :locked_by);

-- An unlocked plan may be written over; a locked one never.
-- name: action_plan_drop
-- in: municipality text, action id, version int
-- change: action_plan d :action
DELETE FROM action_plan WHERE municipality_code = :municipality AND action_id = :action
   AND version = :version AND locked_at IS NULL;

-- name: action_plan_lock
-- in: municipality text, action id, version int, at int, by id?
-- change: action_plan u :action
UPDATE action_plan SET locked_at = :at, locked_by = :by
 WHERE municipality_code = :municipality AND action_id = :action AND version = :version
   AND locked_at IS NULL;

-- name: action_plans
-- in: municipality text, action id
-- out: version int, type_code text, area id?, circle text?, place_name text?, comparison text
-- out: comparison_id id?, before_from int, before_to int, after_from int, after_to int, method text
-- out: proposed int, baseline int, baseline_comparison int?, late int, reason text?, made_at int
-- out: by text?, locked_at int?
SELECT p.version, p.type_code, p.area_id AS area, p.circle, p.place_name, p.comparison,
  p.comparison_id, p.before_from, p.before_to, p.after_from, p.after_to, p.method, p.proposed,
  p.baseline, p.baseline_comparison, p.late, p.reason, p.made_at, a.name AS by, p.locked_at
  FROM action_plan p LEFT JOIN account a ON a.id = p.made_by
 WHERE p.municipality_code = :municipality AND p.action_id = :action
 ORDER BY p.version DESC LIMIT 100;

-- name: action_effect_add
-- in: municipality text, action id, plan_version int, at int, method text, before_n int, after_n int
-- in: comparison_before int?, comparison_after int?, verdict text, words_sv text, words_en text
-- change: action_effect i :action
INSERT INTO action_effect (municipality_code, action_id, plan_version, made_at, method, before_n,
  after_n, comparison_before, comparison_after, verdict, words_sv, words_en)
VALUES (:municipality, :action, :plan_version, :at, :method, :before_n, :after_n, :comparison_before,
  :comparison_after, :verdict, :words_sv, :words_en);

-- name: action_effects
-- in: municipality text, action id
-- out: plan_version int, made_at int, method text, before_n int, after_n int, comparison_before int?
-- out: comparison_after int?, verdict text, words_sv text, words_en text
SELECT plan_version, made_at, method, before_n, after_n, comparison_before, comparison_after, verdict,
  words_sv, words_en
  FROM action_effect WHERE municipality_code = :municipality AND action_id = :action
 ORDER BY plan_version DESC LIMIT 100;

-- name: action_verdicts
-- in: municipality text
-- out: action id, verdict text, made_at int
SELECT action_id AS action, verdict, made_at
  FROM action_effect WHERE municipality_code = :municipality ORDER BY action_id, plan_version;

-- Plans of the highest version whose effect may be due and is not there. Where an area is gone nothing
-- can be counted: 0 would look like a success.
-- name: action_due
-- in: municipality text, before int
-- out: action id
SELECT p.action_id AS action
  FROM action_plan p JOIN action c ON c.municipality_code = p.municipality_code AND c.id = p.action_id
 WHERE p.municipality_code = :municipality AND p.after_to <= :before AND c.state <> 'dropped'
   AND NOT EXISTS (SELECT 1 FROM action_plan n WHERE n.municipality_code = p.municipality_code
                      AND n.action_id = p.action_id AND n.version > p.version)
   AND NOT EXISTS (SELECT 1 FROM action_effect e WHERE e.municipality_code = p.municipality_code
                      AND e.action_id = p.action_id AND e.plan_version = p.version)
   AND (p.area_id IS NULL OR EXISTS (SELECT 1 FROM area r
         WHERE r.municipality_code = p.municipality_code AND r.id = p.area_id))
   AND (p.comparison_id IS NULL OR EXISTS (SELECT 1 FROM area r
         WHERE r.municipality_code = p.municipality_code AND r.id = p.comparison_id))
 ORDER BY p.action_id LIMIT 1000;

-- Plans of actions that have started, not locked.
-- name: action_unlocked
-- in: municipality text, now int
-- out: action id, version int, starts_at int
SELECT p.action_id AS action, p.version, c.starts_at
  FROM action_plan p JOIN action c ON c.municipality_code = p.municipality_code AND c.id = p.action_id
 WHERE p.municipality_code = :municipality AND p.locked_at IS NULL AND c.starts_at <= :now
 ORDER BY p.action_id, p.version LIMIT 5000;

-- name: action_reminded
-- in: municipality text, id id, ends_at int
UPDATE action SET reminded_for = :ends_at WHERE municipality_code = :municipality AND id = :id;

-- Words that are struck out for good, wherever an action holds them.
-- name: action_put_words
-- in: municipality text, id id, title text, problem text, place_name text?, partners text?, at int, by id?
-- change: action u :id
UPDATE action SET title = :title, problem = :problem, place_name = :place_name, partners = :partners,
  version = version + 1, changed_at = :at, changed_by = :by
 WHERE municipality_code = :municipality AND id = :id;

-- name: action_history_words
-- in: municipality text, action id
-- out: version int, note text?, changes text
SELECT version, note, changes FROM action_history
 WHERE municipality_code = :municipality AND action_id = :action ORDER BY version;

-- name: action_history_put
-- in: municipality text, action id, version int, note text?, changes text
UPDATE action_history SET note = :note, changes = :changes
 WHERE municipality_code = :municipality AND action_id = :action AND version = :version;

-- name: action_plan_words
-- in: municipality text, action id
-- out: version int, place_name text?, reason text?
SELECT version, place_name, reason FROM action_plan
 WHERE municipality_code = :municipality AND action_id = :action ORDER BY version;

-- name: action_plan_put
-- in: municipality text, action id, version int, place_name text?, reason text?
-- change: action_plan u :action
UPDATE action_plan SET place_name = :place_name, reason = :reason
 WHERE municipality_code = :municipality AND action_id = :action AND version = :version;

-- name: action_effect_put
-- in: municipality text, action id, plan_version int, words_sv text, words_en text
-- change: action_effect u :action
UPDATE action_effect SET words_sv = :words_sv, words_en = :words_en
 WHERE municipality_code = :municipality AND action_id = :action AND plan_version = :plan_version;

-- What tells of an action, beside itself.
-- name: action_used
-- in: municipality text, action id
-- out: n int
SELECT (SELECT count(*) FROM feedback_answer f
         WHERE f.municipality_code = :municipality AND f.action_id = :action)
     + (SELECT count(*) FROM feedback_action f
         WHERE f.municipality_code = :municipality AND f.action_id = :action)
     + (SELECT count(*) FROM voices_cluster v
         WHERE v.municipality_code = :municipality AND v.action_id = :action) AS n;

-- name: action_withdraw_history
-- in: municipality text, action id
DELETE FROM action_history WHERE municipality_code = :municipality AND action_id = :action;

-- name: action_withdraw
-- in: municipality text, id id, version int
-- change: action d :id
DELETE FROM action WHERE municipality_code = :municipality AND id = :id AND version = :version;
