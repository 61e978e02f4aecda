-- SPDX-License-Identifier: AGPL-3.0-or-later
-- name: account_insert
-- in: id id, email text, name text, password_hash text?, changed_at int?, lang text, at int, origin text?
INSERT INTO account (id, email, name, password_hash, password_changed_at, lang, state, created_at, origin)
VALUES (:id, :email, :name, :password_hash, :changed_at, :lang, 'active', :at, :origin);

-- name: account_by_email
-- in: email text
-- out: id id, email text, name text, password_hash text?, totp_secret blob?, totp_last_step int?, totp_confirmed int, lang text, state text, last_login_at int?, failed_count int, failed_at int?
SELECT id, email, name, password_hash, totp_secret, totp_last_step, totp_confirmed, lang, state,
       last_login_at, failed_count, failed_at
  FROM account WHERE email = :email;

-- name: account_by_id
-- in: id id
-- out: id id, email text, name text, password_hash text?, totp_secret blob?, totp_last_step int?, totp_confirmed int, lang text, state text, last_login_at int?, failed_count int, failed_at int?
SELECT id, email, name, password_hash, totp_secret, totp_last_step, totp_confirmed, lang, state,
       last_login_at, failed_count, failed_at
  FROM account WHERE id = :id;

-- name: account_set_password
-- in: id id, password_hash text, at int
UPDATE account SET password_hash = :password_hash, password_changed_at = :at WHERE id = :id;

-- name: account_set_profile
-- in: id id, name text, lang text
UPDATE account SET name = :name, lang = :lang WHERE id = :id;

-- name: account_set_state
-- in: id id, state text
UPDATE account SET state = :state WHERE id = :id;

-- name: account_entered
-- in: id id, at int, failed int, failed_at int?
UPDATE account SET last_login_at = :at, failed_count = :failed, failed_at = :failed_at
 WHERE id = :id;

-- name: account_set_factor
-- in: id id, secret blob?, step int?, confirmed int
UPDATE account SET totp_secret = :secret, totp_last_step = :step, totp_confirmed = :confirmed
 WHERE id = :id;

-- name: account_set_step
-- in: id id, step int
UPDATE account SET totp_last_step = :step WHERE id = :id;

-- name: recovery_insert
-- in: account id, hash text
INSERT INTO recovery_code (account_id, hash) VALUES (:account, :hash);

-- name: recovery_use
-- in: account id, hash text, at int
UPDATE recovery_code SET used_at = :at
 WHERE account_id = :account AND hash = :hash AND used_at IS NULL;

-- name: recovery_delete
-- in: account id
DELETE FROM recovery_code WHERE account_id = :account;

-- name: recovery_left
-- in: account id
-- out: n int
SELECT count(*) AS n FROM recovery_code WHERE account_id = :account AND used_at IS NULL;

-- name: membership_put
-- in: municipality text, account id, role text, organisation id?, state text, at int
INSERT INTO membership (municipality_code, account_id, role, organisation_id, state, created_at, changed_at)
VALUES (:municipality, :account, :role, :organisation, :state, :at, :at)
ON CONFLICT (municipality_code, account_id) DO UPDATE SET role = excluded.role,
  organisation_id = excluded.organisation_id, state = excluded.state,
  changed_at = excluded.changed_at;

-- name: membership_one
-- in: municipality text, account id
-- out: role text, organisation id?, state text
SELECT role, organisation_id AS organisation, state FROM membership
 WHERE municipality_code = :municipality AND account_id = :account;

-- name: membership_others
-- in: municipality text, role text, account id
-- out: n int
SELECT count(*) AS n
  FROM membership m
  JOIN account a ON a.id = m.account_id
 WHERE m.municipality_code = :municipality AND m.role = :role AND m.account_id <> :account
   AND m.state = 'active' AND a.state = 'active';

-- name: membership_list
-- in: municipality text
-- out: account id, name text, email text, role text, organisation id?, organisation_name text?, state text, account_state text, factor int, last_login_at int?
SELECT m.account_id AS account, a.name, a.email, m.role, m.organisation_id AS organisation,
       o.name AS organisation_name, m.state, a.state AS account_state, a.totp_confirmed AS factor,
       a.last_login_at
  FROM membership m
  JOIN account a ON a.id = m.account_id
  LEFT JOIN organisation o
    ON o.municipality_code = m.municipality_code AND o.id = m.organisation_id
 WHERE m.municipality_code = :municipality
 ORDER BY m.state, a.name, a.email;

-- name: account_list
-- out: id id, email text, name text, state text, factor int, last_login_at int?, municipality text?, role text?, membership_state text?
SELECT a.id, a.email, a.name, a.state, a.totp_confirmed AS factor, a.last_login_at,
       m.municipality_code AS municipality, m.role, m.state AS membership_state
  FROM account a
  LEFT JOIN membership m ON m.account_id = a.id
 ORDER BY a.email, m.municipality_code;

-- name: invitation_insert
-- in: municipality text, id id, token_hash blob, email text, name text, role text, organisation id?, at int, by id?, expires int
INSERT INTO invitation (municipality_code, id, token_hash, email, name, role, organisation_id, created_at, created_by, expires_at)
VALUES (:municipality, :id, :token_hash, :email, :name, :role, :organisation, :at, :by, :expires);

-- name: invitation_renew
-- in: municipality text, id id, token_hash blob, expires int
UPDATE invitation SET token_hash = :token_hash, expires_at = :expires
 WHERE municipality_code = :municipality AND id = :id AND used_at IS NULL;

-- name: invitation_by_token
-- in: token_hash blob
-- out: municipality text, id id, email text, name text, role text, organisation id?, organisation_name text?, by id?, expires_at int, used_at int?
SELECT i.municipality_code AS municipality, i.id, i.email, i.name, i.role,
       i.organisation_id AS organisation, o.name AS organisation_name, i.created_by AS by,
       i.expires_at, i.used_at
  FROM invitation i
  LEFT JOIN organisation o
    ON o.municipality_code = i.municipality_code AND o.id = i.organisation_id
 WHERE i.token_hash = :token_hash;

-- name: invitation_one
-- in: municipality text, id id
-- out: email text, name text, role text, organisation id?, expires_at int, used_at int?
SELECT email, name, role, organisation_id AS organisation, expires_at, used_at FROM invitation
 WHERE municipality_code = :municipality AND id = :id;

-- name: invitation_use
-- in: municipality text, id id, at int
UPDATE invitation SET used_at = :at
 WHERE municipality_code = :municipality AND id = :id AND used_at IS NULL;

-- name: invitation_delete
-- in: municipality text, id id
DELETE FROM invitation WHERE municipality_code = :municipality AND id = :id AND used_at IS NULL;

-- name: invitation_delete_to
-- in: municipality text, email text
DELETE FROM invitation
 WHERE municipality_code = :municipality AND email = :email AND used_at IS NULL;

-- name: invitation_list
-- in: municipality text
-- out: id id, email text, name text, role text, organisation_name text?, created_at int, expires_at int
SELECT i.id, i.email, i.name, i.role, o.name AS organisation_name, i.created_at, i.expires_at
  FROM invitation i
  LEFT JOIN organisation o
    ON o.municipality_code = i.municipality_code AND o.id = i.organisation_id
 WHERE i.municipality_code = :municipality AND i.used_at IS NULL
 ORDER BY i.created_at DESC, i.id;

-- name: reset_insert
-- in: token_hash blob, account id, at int, expires int
INSERT INTO password_reset (token_hash, account_id, created_at, expires_at)
VALUES (:token_hash, :account, :at, :expires);

-- name: reset_since
-- in: account id, since int
-- out: n int
SELECT count(*) AS n FROM password_reset WHERE account_id = :account AND created_at > :since;

-- name: reset_by_token
-- in: token_hash blob
-- out: account id, expires_at int, used_at int?
SELECT account_id AS account, expires_at, used_at FROM password_reset
 WHERE token_hash = :token_hash;

-- name: reset_use_all
-- in: account id, at int
UPDATE password_reset SET used_at = :at WHERE account_id = :account AND used_at IS NULL;

-- name: reset_delete_old
-- in: before int
DELETE FROM password_reset WHERE created_at < :before;
