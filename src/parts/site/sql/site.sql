-- SPDX-License-Identifier: AGPL-3.0-or-later
-- Whom the public can turn to.
-- name: site_contacts
-- in: municipality text
-- out: id id, role text, name text, phone text, email text, sort int, changed_at int
SELECT id, role, name, phone, email, sort, changed_at FROM contact
 WHERE municipality_code = :municipality ORDER BY sort, role, id;

-- name: site_contact_one
-- in: municipality text, id id
-- out: id id, role text, name text, phone text, email text, sort int, changed_at int
SELECT id, role, name, phone, email, sort, changed_at FROM contact
 WHERE municipality_code = :municipality AND id = :id;

-- name: site_contact_put
-- in: municipality text, id id, role text, name text, phone text, email text, sort int, at int
-- change: contact u :id
INSERT INTO contact (municipality_code, id, role, name, phone, email, sort, changed_at)
VALUES (:municipality, :id, :role, :name, :phone, :email, :sort, :at)
ON CONFLICT (municipality_code, id) DO UPDATE SET role = excluded.role, name = excluded.name,
  phone = excluded.phone, email = excluded.email, sort = excluded.sort,
  changed_at = excluded.changed_at, origin = NULL;

-- name: site_contact_delete
-- in: municipality text, id id
-- change: contact d :id
DELETE FROM contact WHERE municipality_code = :municipality AND id = :id;

-- Is it switched on?
-- name: site_active
-- in: code text
-- out: active int, activated_at int
SELECT active, coalesce(activated_at, 0) AS activated_at FROM municipality WHERE code = :code;

-- name: site_setting_remove
-- in: municipality text, key text
DELETE FROM setting WHERE municipality_code = :municipality AND key = :key;

-- The newest bulletin that everybody can read.
-- name: site_bulletin
-- in: municipality text
-- out: id id, period_from int, period_to int, published_at int, updated_at int
SELECT id, period_from, period_to, published_at, updated_at FROM bulletin_public
 WHERE municipality_code = :municipality AND withdrawn_at IS NULL
 ORDER BY period_from DESC, id LIMIT 1;
