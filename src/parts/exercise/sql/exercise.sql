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
