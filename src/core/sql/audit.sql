-- SPDX-License-Identifier: AGPL-3.0-or-later
-- name: audit_last
-- in:  municipality text
-- out: seq int, hash blob
SELECT seq, hash FROM audit
 WHERE municipality_code = :municipality
 ORDER BY seq DESC LIMIT 1;

-- The chain's turn, held until the commit: whoever adds to it waits here, not for a refusal.
-- name: audit_turn
-- in: municipality text
INSERT INTO change_head (municipality_code, seq) VALUES (:municipality, 0)
ON CONFLICT (municipality_code) DO UPDATE SET seq = change_head.seq;

-- name: audit_insert
-- in: municipality text, seq int, at int, account id?, action text, object_kind text, object id?, detail text, hash blob
INSERT INTO audit (municipality_code, seq, at, account_id, action, object_kind, object_id, detail, hash)
VALUES (:municipality, :seq, :at, :account, :action, :object_kind, :object, :detail, :hash);

-- name: audit_chains
-- out: municipality text
SELECT DISTINCT municipality_code AS municipality FROM audit ORDER BY 1;

-- name: audit_chain
-- in:  municipality text, after int, most int
-- out: seq int, at int, account id?, action text, object_kind text, object id?, detail text, hash blob
SELECT seq, at, account_id AS account, action, object_kind, object_id AS object, detail, hash
  FROM audit
 WHERE municipality_code = :municipality AND seq > :after
 ORDER BY seq LIMIT :most;

-- name: audit_page
-- in:  municipality text, before int, most int, action text?, account id?
-- out: seq int, at int, account id?, account_name text?, action text, object_kind text, object id?, detail text
SELECT a.seq, a.at, a.account_id AS account, c.name AS account_name, a.action, a.object_kind,
       a.object_id AS object, a.detail
  FROM audit a
  LEFT JOIN account c ON c.id = a.account_id
 WHERE a.municipality_code = :municipality AND a.seq < :before
   AND (:action IS NULL OR a.action = :action)
   AND (:account IS NULL OR a.account_id = :account)
 ORDER BY a.seq DESC LIMIT :most;
