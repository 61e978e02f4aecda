-- SPDX-License-Identifier: AGPL-3.0-or-later
-- name: session_insert
-- in: token_hash blob, id id, account id, csrf text, second_factor int, remembered int, device text, now int, expires int
INSERT INTO session (token_hash, id, account_id, csrf, second_factor, remembered, device, created_at, seen_at, expires_at)
VALUES (:token_hash, :id, :account, :csrf, :second_factor, :remembered, :device, :now, :now, :expires);

-- name: session_lookup
-- in: token_hash blob
-- out: id id, account id, municipality text?, csrf text, seen_at int, expires_at int, second_factor int, remembered int, factor int, name text, email text, lang text, state text
SELECT s.id, s.account_id AS account, s.municipality_code AS municipality, s.csrf, s.seen_at,
       s.expires_at, s.second_factor, s.remembered, a.totp_confirmed AS factor, a.name, a.email, a.lang, a.state
  FROM session s
  JOIN account a ON a.id = s.account_id
 WHERE s.token_hash = :token_hash;

-- name: session_memberships
-- in: account id
-- out: municipality text, municipality_name text, slug text, role text, organisation id?, organisation_name text?
SELECT m.municipality_code AS municipality, t.name AS municipality_name, t.slug, m.role,
       m.organisation_id AS organisation, o.name AS organisation_name
  FROM membership m
  JOIN municipality t ON t.code = m.municipality_code
  LEFT JOIN organisation o
    ON o.municipality_code = m.municipality_code AND o.id = m.organisation_id
 WHERE m.account_id = :account AND m.state = 'active'
   AND (t.active = 1 OR t.activated_at IS NULL) -- one that was switched off is closed
 ORDER BY m.municipality_code;

-- name: session_seen
-- in: id id, municipality text?, now int
UPDATE session SET seen_at = :now, municipality_code = coalesce(:municipality, municipality_code)
 WHERE id = :id;

-- name: session_delete
-- in: account id, id id
DELETE FROM session WHERE account_id = :account AND id = :id;

-- name: session_delete_all
-- in: account id, keep id
DELETE FROM session WHERE account_id = :account AND id <> :keep;

-- name: session_delete_old
-- in: now int, idle_since int
DELETE FROM session WHERE expires_at < :now OR (seen_at < :idle_since AND remembered = 0);

-- name: session_list
-- in: account id
-- out: id id, device text, created_at int, seen_at int
SELECT id, device, created_at, seen_at FROM session
 WHERE account_id = :account ORDER BY seen_at DESC, id;
