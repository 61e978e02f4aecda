-- SPDX-License-Identifier: AGPL-3.0-or-later
-- name: municipality_put
-- in: code text, kind text, name text, slug text, county text, population int
INSERT INTO municipality (code, kind, name, slug, county_code, population, active)
VALUES (:code, :kind, :name, :slug, :county, :population, 0)
ON CONFLICT (code) DO UPDATE SET kind = excluded.kind, name = excluded.name, slug = excluded.slug,
  county_code = excluded.county_code, population = excluded.population;

-- name: municipality_count
-- out: n int
SELECT count(*) AS n FROM municipality WHERE code < '5'; -- without the twins of exercises

-- name: municipality_set_active
-- in: code text, active int, at int
UPDATE municipality SET active = :active, activated_at = coalesce(activated_at, :at)
 WHERE code = :code AND kind = 'municipality' AND code < '5'; -- never an exercise

-- name: municipality_active
-- out: code text, name text, slug text, county text, population int
SELECT code, name, slug, county_code AS county, population FROM municipality
 WHERE active = 1 ORDER BY code;

-- name: municipality_one
-- in: code text
-- out: code text, kind text, name text, slug text, county text, population int, active int
SELECT code, kind, name, slug, county_code AS county, population, active
  FROM municipality WHERE code = :code;

-- name: municipality_by_slug
-- in: slug text
-- out: code text, name text, slug text, population int, active int
SELECT code, name, slug, population, active FROM municipality
 WHERE slug = :slug AND kind = 'municipality';

-- name: municipality_all
-- out: code text, kind text, name text, slug text, county text, population int, active int
SELECT code, kind, name, slug, county_code AS county, population, active
  FROM municipality ORDER BY code;

-- name: setting_one
-- in: municipality text, key text
-- out: value text
SELECT value FROM setting WHERE municipality_code = :municipality AND key = :key;

-- name: setting_write
-- in: municipality text, key text, value text
INSERT INTO setting (municipality_code, key, value) VALUES (:municipality, :key, :value)
ON CONFLICT (municipality_code, key) DO UPDATE SET value = excluded.value;

-- Moves a value on; changes nothing when it stands there or is past it.
-- name: setting_later
-- in: municipality text, key text, value text
INSERT INTO setting (municipality_code, key, value) VALUES (:municipality, :key, :value)
ON CONFLICT (municipality_code, key) DO UPDATE SET value = excluded.value
 WHERE setting.value < excluded.value;

-- name: setting_list
-- in: municipality text
-- out: key text, value text
SELECT key, value FROM setting WHERE municipality_code = :municipality ORDER BY key;

-- name: organisation_names
-- in: municipality text
-- out: id id, name text, kind text, active int, origin text?
SELECT id, name, kind, active, origin FROM organisation
 WHERE municipality_code = :municipality ORDER BY name, id;
