-- SPDX-License-Identifier: AGPL-3.0-or-later
-- name: exercise_anything
-- out: events int, organisations int
SELECT (SELECT count(*) FROM (SELECT 1 AS one FROM event LIMIT 1) e) AS events,
       (SELECT count(*) FROM organisation) AS organisations;

-- name: exercise_organisation
-- in: municipality text, id id, name text, kind text, at int, origin text
-- change: organisation i :id
INSERT INTO organisation (municipality_code, id, name, kind, active, created_at, origin)
VALUES (:municipality, :id, :name, :kind, 1, :at, :origin);

-- name: exercise_account
-- in: id id, email text, name text, password_hash text, at int, origin text
INSERT INTO account (id, email, name, password_hash, password_changed_at, state, created_at, origin)
VALUES (:id, :email, :name, :password_hash, :at, 'active', :at, :origin);

-- name: exercise_membership
-- in: municipality text, account id, role text, organisation id?, at int
INSERT INTO membership (municipality_code, account_id, role, organisation_id, state, created_at, changed_at)
VALUES (:municipality, :account, :role, :organisation, 'active', :at, :at);

-- name: exercise_area
-- in: municipality text, id id, kind text, name text, shape blob, east_min real, north_min real, east_max real, north_max real, population int, source text, at int, origin text
-- change: area i :id
INSERT INTO area (municipality_code, id, kind, name, shape, east_min, north_min, east_max, north_max,
                  population, source, created_at, origin)
VALUES (:municipality, :id, :kind, :name, :shape, :east_min, :north_min, :east_max, :north_max,
        :population, :source, :at, :origin);

-- name: exercise_place
-- in: municipality text, id id, kind text, name text, folded text, east real, north real, precision text, source text, at int, origin text
-- change: place i :id
INSERT INTO place (municipality_code, id, kind, name, name_folded, east, north, precision, source, created_at, origin)
VALUES (:municipality, :id, :kind, :name, :folded, :east, :north, :precision, :source, :at, :origin);

-- name: exercise_period
-- in: municipality text, id id, name text, from int, to int, at int, origin text
INSERT INTO period (municipality_code, id, name, starts_at, ends_at, created_at, origin)
VALUES (:municipality, :id, :name, :from, :to, :at, :origin);

-- name: exercise_contact
-- in: municipality text, id id, role text, name text, phone text, email text, sort int, at int, origin text
INSERT INTO contact (municipality_code, id, role, name, phone, email, sort, changed_at, origin)
VALUES (:municipality, :id, :role, :name, :phone, :email, :sort, :at, :origin);

-- The rhythm, and what the groups decided.
-- name: exercise_rhythm
-- in: municipality text, first_day int, opened_to int, at int, origin text
INSERT INTO rhythm (municipality_code, name, step, first_day, cutoff_days, cutoff_minutes, active,
  opened_to, version, changed_at, origin)
VALUES (:municipality, 'EST', 'fortnight', :first_day, 1, 540, 1, :opened_to, 1, :at, :origin);

-- name: exercise_break
-- in: municipality text, id id, name text, from int, to int, at int, origin text
INSERT INTO school_break (municipality_code, id, name, starts_at, ends_at, changed_at, origin)
VALUES (:municipality, :id, :name, :from, :to, :at, :origin);

-- name: exercise_level
-- in: municipality text, period id, area id, level int, suggested int?, reason text, at int, by id?, origin text
-- change: area_level i :area
INSERT INTO area_level (municipality_code, period_id, area_id, version, level, suggested, reason,
  set_at, set_by, origin)
VALUES (:municipality, :period, :area, 1, :level, :suggested, :reason, :at, :by, :origin);

-- name: exercise_focus
-- in: municipality text, period id, at int, by id?, origin text
-- change: focus_list i :period
INSERT INTO focus_list (municipality_code, period_id, version, set_at, set_by, origin)
VALUES (:municipality, :period, 1, :at, :by, :origin);

-- name: exercise_focus_place
-- in: municipality text, period id, place_no int, name text, need int, influence int, reason text
INSERT INTO focus_place (municipality_code, period_id, version, place_no, name, need, influence, reason)
VALUES (:municipality, :period, 1, :place_no, :name, :need, :influence, :reason);

-- name: exercise_adopted
-- in: municipality text, period id, drafts int, content text, at int, by id?, origin text
-- change: adopted_picture i :period
INSERT INTO adopted_picture (municipality_code, period_id, version, drafts, content, adopted_at,
  adopted_by, origin)
VALUES (:municipality, :period, 1, :drafts, :content, :at, :by, :origin);
